-- הסרה: הכול נבנה מחדש מהיומן ומההיסטוריה
-- Removal: all of it can be made anew from the log and the history
drop trigger if exists index_changed_suggestions on public.ai_insights_log;
drop trigger if exists index_new_suggestions on public.ai_insights_log;
drop function if exists backoffice.write_suggestion_index();
drop function if exists backoffice.refresh_figures(integer);
drop function if exists backoffice.count_figures(uuid, date);
drop function if exists backoffice.forget_suggestions(uuid[]);
drop function if exists backoffice.index_suggestions(uuid[]);
drop function if exists backoffice.day_of(timestamptz);
drop function if exists backoffice.indexed(uuid[]);
drop function if exists backoffice.unnamed(text);
drop function if exists backoffice.claimed_kinds(jsonb);
drop function if exists backoffice.moment(text, text);
drop table if exists backoffice.stale_days;
drop table if exists backoffice.daily_figures;
drop table if exists backoffice.suggestion_index;

-- הסרה: השומר כולו
-- Removal: the guard as a whole
drop trigger if exists guard_suggestions_from_truncate on public.ai_insights_log;
drop trigger if exists guard_suggestion on public.ai_insights_log;
drop function if exists backoffice.guard_suggestion();

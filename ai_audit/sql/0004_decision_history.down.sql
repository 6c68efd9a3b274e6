-- הסרה: ההיסטוריה עצמה נמחקת רק כשהיא ריקה, או כשאומרים זאת במפורש; ראו את המיגרציה
-- Removal: the history itself goes only where it is empty or it is said so; see the migration
drop trigger if exists write_decision_history on public.ai_insights_log;
drop function if exists backoffice.write_decision_history();
drop function if exists backoffice.decision_state(timestamptz, uuid, timestamptz, text);
drop function if exists backoffice.history_hash(backoffice.decision_history);
drop function if exists backoffice.history_text(backoffice.decision_history);
drop table if exists backoffice.decision_history;
drop function if exists backoffice.refuse_to_change_history();

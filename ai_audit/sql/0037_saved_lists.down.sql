-- הסרה
-- Removal
drop table if exists backoffice.ai_audit_savedlist;

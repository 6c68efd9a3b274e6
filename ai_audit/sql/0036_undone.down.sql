-- הסרה
-- Removal
drop function if exists backoffice.is_undone(uuid);

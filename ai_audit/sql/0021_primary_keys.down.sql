-- הסרה: העמודה, ואיתה המפתח
-- Removal: the column, and with it the key
alter table if exists backoffice.stale_days drop column if exists id;

-- הסרה
-- Removal
alter table backoffice.scheduling_staffmember drop column if exists language;

-- הסרה
-- Removal
alter table backoffice.scheduling_staffmember
  drop column if exists role_gives,
  drop column if exists role_group_id;

-- הסרה
-- Removal
drop index if exists backoffice.scheduling_staffmember_role_group_id;

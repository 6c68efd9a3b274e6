-- השפה שאיש הצוות בחר בה, בטבלה שלנו
-- The language that a staff member switched to, in a table of our own. The database fills it in, for
-- who still runs the version before this one.
alter table backoffice.scheduling_staffmember
  add column if not exists language text not null default '';

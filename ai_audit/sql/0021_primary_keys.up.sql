-- מפתח ראשי לימים שסומנו: בלעדיו פרסום לכל הטבלאות (create publication … for all tables) מסרב לכל
-- מחיקה שם. עמודת זהות, כי יום מסומן פעמים רבות, ושני כותבים לא יחכו זה לזה.
-- A primary key for the marked days: without one, a publication for all tables refuses every deletion
-- there. An identity column, for a day is marked many times over, and no two writers may wait for one
-- another.
do $do$
begin
  if not exists (
    select
    from pg_catalog.pg_constraint
    where conrelid = 'backoffice.stale_days'::regclass
    and contype = 'p'
  ) then
    alter table backoffice.stale_days
      add column id bigint generated always as identity,
      add constraint stale_days_pkey primary key (id);
    comment on column backoffice.stale_days.id is
      'One mark among many of a day. סימון אחד מתוך רבים של יום.';
    comment on constraint stale_days_pkey on backoffice.stale_days is
      'What a publication for all tables asks for. מה שפרסום לכל הטבלאות דורש.';
  end if;
end
$do$;

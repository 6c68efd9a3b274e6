-- הסכמה הפרטית של המשרד האחורי: מה ששכבת ה-REST לעולם אינה מגישה
-- The back office's private schema: what the REST layer never serves
do $$
begin
  if to_regnamespace('backoffice') is null then
    create schema backoffice;
    comment on schema backoffice is
      'The back office''s own tables; no right for anon or authenticated. '
      'הטבלאות של המשרד האחורי; ללא הרשאה ל-anon או ל-authenticated.';
  end if;

  if to_regclass('backoffice.foundation_objects') is null then
    create table backoffice.foundation_objects (
      object text primary key,
      migration text not null,
      replaced text,
      created_at timestamptz not null default now()
    );
    comment on table backoffice.foundation_objects is
      'What our migrations created, and the SQL of what they replaced: reversing drops only this. '
      'מה שהמיגרציות יצרו, וה-SQL של מה שהוחלף: היפוך מסיר רק את זה.';
  end if;

  -- הרשאות ברירת מחדל של מסד הנתונים עלולות לפתוח כל מה שנוצר
  -- Default privileges of the database may open whatever is made
  if exists (
    select
    from (
      select nspacl
      from pg_catalog.pg_namespace
      where nspname = 'backoffice'
      union all
      select relacl
      from pg_catalog.pg_class
      where relnamespace = 'backoffice'::regnamespace
      union all
      select coalesce(proacl, acldefault('f', proowner))
      from pg_catalog.pg_proc
      where pronamespace = 'backoffice'::regnamespace
    ) as listed (rights)
    cross join lateral aclexplode(listed.rights) as entry
    where entry.grantee in (0, 'anon'::regrole, 'authenticated'::regrole)
  ) then
    revoke all on schema backoffice from public, anon, authenticated;
    revoke all on all tables in schema backoffice from public, anon, authenticated;
    revoke all on all sequences in schema backoffice from public, anon, authenticated;
    revoke all on all routines in schema backoffice from public, anon, authenticated;
  end if;
end
$$;

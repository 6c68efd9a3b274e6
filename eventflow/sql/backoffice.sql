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

  -- הרשאות ברירת מחדל של מסד הנתונים עלולות לפתוח כל מה שנוצר. פונקציית העזר של הארגון, היכן שהיא
  -- שלנו, היא היחידה שמי שמחובר רשאי להריץ: המדיניות קוראת לה
  -- Default privileges of the database may open whatever is made. The organization's helper, where it
  -- is ours, is the one routine that who is signed in may run: policies call it
  if exists (
    select
    from (
      select nspacl, null::oid
      from pg_catalog.pg_namespace
      where nspname = 'backoffice'
      union all
      select relacl, null
      from pg_catalog.pg_class
      where relnamespace = 'backoffice'::regnamespace
      union all
      select coalesce(proacl, acldefault('f', proowner)), oid
      from pg_catalog.pg_proc
      where pronamespace = 'backoffice'::regnamespace
    ) as listed (rights, routine)
    cross join lateral aclexplode(listed.rights) as entry
    where entry.grantee in (0, 'anon'::regrole, 'authenticated'::regrole)
    and not coalesce(
      entry.grantee = 'authenticated'::regrole
      and listed.routine = to_regprocedure('backoffice.user_org_id()'),
      false
    )
  ) then
    revoke all on schema backoffice from public, anon, authenticated;
    revoke all on all tables in schema backoffice from public, anon, authenticated;
    revoke all on all sequences in schema backoffice from public, anon, authenticated;
    revoke all on all routines in schema backoffice from public, anon, authenticated;
    if to_regprocedure('backoffice.user_org_id()') is not null then
      grant execute on function backoffice.user_org_id() to authenticated;
    end if;
  end if;
end
$$;

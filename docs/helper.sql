-- פונקציית העזר של הארגון, לפני שחזור לפרויקט שבו איש אינו יוצר פונקציות ב-auth. ראו operations.md
-- The organization's helper, as migrate makes it where auth has none: before a restore into a project
-- where nobody makes functions in auth, and by the login that is to own the tables. See
-- docs/operations.md. Run again, it changes nothing.

begin;

-- הטבלה שהיא קוראת באה מן הגיבוי, אחריה
-- The table that it reads comes from the dump, after it
set local check_function_bodies = off;

-- הסכמה: אין בה לאיש הרשאה
-- The schema, to which nobody has a right
do $$
begin
  if to_regnamespace('backoffice') is null then
    create schema backoffice;
    revoke all on schema backoffice from public, anon, authenticated, service_role;
  end if;
end
$$;

-- הפונקציה: מי שמחובר רשאי להריץ אותה, כדי שהמדיניות תקרא לה
-- The function: who is signed in may run it, for policies call it
create or replace function backoffice.user_org_id()
  returns uuid
  language sql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
  as $helper$
select p.organization_id
from public.user_profiles as p
where p.id = (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
$helper$;

comment on function backoffice.user_org_id() is
  'The signed-in user''s organization; null without a profile, and then no row is in reach. '
  'הארגון של מי שמחובר; ריק בלי פרופיל, ואז אין שורה בהישג יד.';

revoke all on function backoffice.user_org_id() from public, anon, authenticated, service_role;
grant execute on function backoffice.user_org_id() to authenticated;

commit;

-- גם service_role: הרשאות ברירת מחדל של מסד הנתונים עלולות לפתוח לו את מה שנוצר כאן, ואין לו בו צורך
-- service_role as well: default privileges of the database may open to it what is made here, and it
-- has no need of any of it. Where it has nothing, nothing is written.
do $$
begin
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
      select proacl
      from pg_catalog.pg_proc
      where pronamespace = 'backoffice'::regnamespace
    ) as listed (rights)
    cross join lateral aclexplode(listed.rights) as entry
    where entry.grantee = 'service_role'::regrole
  ) then
    revoke all on schema backoffice from service_role;
    revoke all on all tables in schema backoffice from service_role;
    revoke all on all sequences in schema backoffice from service_role;
    revoke all on all routines in schema backoffice from service_role;
  end if;
end
$$;

-- מה שהתפקיד ב-EventFlow נותן למי שנכנס עם חשבון שם: שם הקבוצה, והקבוצה שניתנה בגללו ונלקחת איתו
-- What a role in EventFlow gives to who signed in with an account of it: the group's name, and the
-- group that was given because of it and is taken away with it. Null until somebody does.
alter table backoffice.scheduling_staffmember
  add column if not exists role_gives text,
  add column if not exists role_group_id bigint;

do $$
begin
  if not exists (
    select
    from pg_catalog.pg_constraint
    where conrelid = 'backoffice.scheduling_staffmember'::regclass
    and conname = 'scheduling_staffmember_role_group'
  ) then
    alter table backoffice.scheduling_staffmember
      add constraint scheduling_staffmember_role_group
      foreign key (role_group_id) references backoffice.auth_group (id)
      deferrable initially deferred;
  end if;
end
$$;

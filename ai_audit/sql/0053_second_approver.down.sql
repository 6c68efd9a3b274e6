-- הסרה: מה שנאמר נשאר. על מה לחיצות נשענו, והסוגים החדשים, נשארים כל עוד יש שורות שלהם
-- Removal: what was said stays. What presses rest on, and the newer kinds, stay as long as there are
-- rows of them
drop function if exists backoffice.approve_first(bigint, jsonb);
drop table if exists backoffice.approval_rules;

do $do$
begin
  if not exists (
    select
    from backoffice.suggestion_acts
    where kind = 'first_approval'
  ) then
    alter table backoffice.suggestion_acts
      drop constraint if exists first_approvals_rest_on_something;
    alter table backoffice.suggestion_acts drop column if exists basis;
  end if;
  if exists (
    select
    from pg_catalog.pg_constraint
    where conrelid = 'backoffice.suggestion_acts'::regclass
    and conname = 'acts_are_of_a_known_kind'
    and obj_description(oid, 'pg_constraint') like '%a first approval too%'
  )
    and not exists (
      select
      from backoffice.suggestion_acts
      where kind <> 'dismissed'
    )
  then
    alter table backoffice.suggestion_acts drop constraint acts_are_of_a_known_kind;
    alter table backoffice.suggestion_acts
      add constraint acts_are_of_a_known_kind check (kind in ('dismissed'));
    comment on constraint acts_are_of_a_known_kind on backoffice.suggestion_acts is
      'Only what the back office knows to tell. רק מה שהמשרד האחורי יודע לספר.';
  end if;
end
$do$;

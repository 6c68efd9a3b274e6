-- הסרה: מה שנאמר נשאר, גם כשהאילוץ הישן לא מכיר אותו
-- Removal: what was said stays. Where there are notes or questions, the older constraint is of what is
-- said from now on, and the older version tells them by their kind.
drop index if exists backoffice.suggestion_acts_asked;
alter table backoffice.suggestion_acts
  drop constraint if exists notes_and_questions_say_something,
  drop constraint if exists acts_are_of_a_known_kind,
  add constraint acts_are_of_a_known_kind check (kind in ('dismissed')) not valid;
comment on constraint acts_are_of_a_known_kind on backoffice.suggestion_acts is
  'Only what the back office knows to tell. רק מה שהמשרד האחורי יודע לספר.';
do $do$
begin
  if not exists (
    select
    from backoffice.suggestion_acts
    where kind <> 'dismissed'
  ) then
    alter table backoffice.suggestion_acts validate constraint acts_are_of_a_known_kind;
  end if;
end
$do$;
comment on column backoffice.suggestion_acts.kind is
  'What it is: dismissed, that a failed one is left at that. '
  'מה זה: dismissed, שמניחים להצעה שנכשלה.';

create or replace function backoffice.act_on(
  suggestion uuid, kind text, staff_member bigint, said text
)
  returns bigint
  language plpgsql
  security definer
  set search_path = pg_catalog, public, extensions, pg_temp
  as $$
declare
  who uuid;
  status text;
  number bigint;
begin
  select m.profile_id, s.execution_status
  into who, status
  from public.ai_insights_log as s
  join public.user_profiles as requester
    on requester.id = s.user_id
  left join public.events as e
    on e.id = s.event_id
  join backoffice.scheduling_staffmember as m
    on m.id = staff_member
  join public.user_profiles as p
    on p.id = m.profile_id
    and p.organization_id = case
      when s.event_id is null then requester.organization_id
      else e.organization_id
    end
  where s.id = suggestion;
  if who is null then
    raise exception using
      errcode = 'EF005',
      message = 'Only a person of the suggestion''s own organization says something of it. '
        'Nothing was changed.';
  end if;
  if kind = 'dismissed' and status <> 'failed' then
    raise exception using
      errcode = 'EF004',
      message = 'Only what failed is dismissed. Nothing was changed.';
  end if;
  insert into backoffice.suggestion_acts (suggestion_id, kind, staff_member_id, profile_id, at, said)
  values (suggestion, kind, staff_member, who, pg_catalog.clock_timestamp(), nullif(said, ''))
  returning id
  into number;
  return number;
end
$$;

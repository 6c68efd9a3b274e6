-- מה עוד אומרים על הצעה: הערה, שאלה למי שביקש ותשובה עליה, ואישור ראשון מתוך שניים
-- What else is said of a suggestion: a note, a question to whoever asked for it and an answer, and a
-- first approval of two. Only what waits for a decision is asked about, and a note or a question says
-- something.
do $do$
begin
  if not exists (
    select
    from pg_catalog.pg_constraint
    where conrelid = 'backoffice.suggestion_acts'::regclass
    and conname = 'acts_are_of_a_known_kind'
    and convalidated
    and pg_catalog.pg_get_constraintdef(oid) like '%first_approval_taken_back%'
  ) then
    alter table backoffice.suggestion_acts
      drop constraint if exists acts_are_of_a_known_kind,
      add constraint acts_are_of_a_known_kind check (
        kind in (
          'dismissed', 'note', 'asked', 'answered', 'first_approval', 'first_approval_taken_back'
        )
      );
    comment on constraint acts_are_of_a_known_kind on backoffice.suggestion_acts is
      'Only what the back office knows to tell. רק מה שהמשרד האחורי יודע לספר.';
  end if;
  if not exists (
    select
    from pg_catalog.pg_constraint
    where conrelid = 'backoffice.suggestion_acts'::regclass
    and conname = 'notes_and_questions_say_something'
  ) then
    alter table backoffice.suggestion_acts
      add constraint notes_and_questions_say_something check (
        kind not in ('note', 'asked') or said is not null
      );
    comment on constraint notes_and_questions_say_something on backoffice.suggestion_acts is
      'A note without words is none. הערה בלי מילים אינה הערה.';
  end if;
  comment on column backoffice.suggestion_acts.kind is
    'What it is: dismissed, that a failed one is left at that; note; asked, a question to whoever '
    'asked for it, and answered; first_approval of two, and first_approval_taken_back. '
    'מה זה: dismissed, שמניחים להצעה שנכשלה; note, הערה; asked, שאלה למי שביקש, ו-answered; '
    'first_approval, אישור ראשון מתוך שניים, ו-first_approval_taken_back.';
  -- התור שואל מה נשאל ביממה האחרונה. הטבלה קטנה: מעשים של אנשים, ועד עכשיו רק הנחות
  -- The queue asks what was asked within a day. The table is small, so that building it stops nobody:
  -- acts of people, and until now dismissals alone.
  if to_regclass('backoffice.suggestion_acts_asked') is null then
    create index suggestion_acts_asked
      on backoffice.suggestion_acts (at, suggestion_id)
      where kind = 'asked';
    comment on index backoffice.suggestion_acts_asked is
      'What was asked of late. מה נשאל לאחרונה.';
  end if;
end
$do$;

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
  if kind = 'asked' and status <> 'suggested' then
    raise exception using
      errcode = 'EF004',
      message = 'Only what waits for a decision is asked about. Nothing was changed.';
  end if;
  insert into backoffice.suggestion_acts (suggestion_id, kind, staff_member_id, profile_id, at, said)
  values (suggestion, kind, staff_member, who, pg_catalog.clock_timestamp(), nullif(said, ''))
  returning id
  into number;
  return number;
end
$$;

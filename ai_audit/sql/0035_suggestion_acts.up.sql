-- מה שאנשים אומרים על הצעה מלבד שינויי מצב: כרגע, שמניחים להצעה שנכשלה. רק מוסיפים
-- What people say of a suggestion beside moves of its status: so far, that one which failed is left at
-- that. Append-only, and written through one function alone.
do $do$
begin
  if to_regclass('backoffice.suggestion_acts') is null then
    create table backoffice.suggestion_acts (
      id bigint generated always as identity primary key,
      suggestion_id uuid not null,
      kind text not null,
      staff_member_id bigint not null,
      profile_id uuid not null,
      at timestamptz not null default clock_timestamp(),
      said text,
      constraint acts_are_of_a_known_kind check (kind in ('dismissed')),
      constraint what_is_said_is_short check (length(said) <= 1000)
    );
    comment on table backoffice.suggestion_acts is
      'What people said of suggestions beside moves of status. Append-only. '
      'מה שאנשים אמרו על הצעות מלבד שינויי מצב. רק מוסיפים.';
    comment on column backoffice.suggestion_acts.suggestion_id is
      'Of which one. על איזו.';
    comment on column backoffice.suggestion_acts.kind is
      'What it is: dismissed, that a failed one is left at that. '
      'מה זה: dismissed, שמניחים להצעה שנכשלה.';
    comment on column backoffice.suggestion_acts.staff_member_id is
      'Who pressed. מי לחץ.';
    comment on column backoffice.suggestion_acts.profile_id is
      'That person''s profile, as linked then. הפרופיל של אותו אדם, כפי שהיה מקושר אז.';
    comment on column backoffice.suggestion_acts.at is
      'When, by the database''s clock. מתי, לפי שעון מסד הנתונים.';
    comment on column backoffice.suggestion_acts.said is
      'In their words, if any; goes at a person''s request. במילותיהם, אם יש; נמחק לפי דרישה.';
    comment on constraint acts_are_of_a_known_kind on backoffice.suggestion_acts is
      'Only what the back office knows to tell. רק מה שהמשרד האחורי יודע לספר.';
    comment on constraint what_is_said_is_short on backoffice.suggestion_acts is
      'A few sentences. כמה משפטים.';
    revoke all on backoffice.suggestion_acts from public, anon, authenticated, service_role;
  end if;
  -- גם תהליך הרשת כותב רק דרך הפונקציה
  -- The web process's login, too, writes through the function alone
  if to_regrole('backoffice_web') is not null then
    revoke insert, update, delete on backoffice.suggestion_acts from backoffice_web;
  end if;
  if to_regclass('backoffice.suggestion_acts_of_one') is null then
    create index suggestion_acts_of_one
      on backoffice.suggestion_acts (suggestion_id, kind, at);
    comment on index backoffice.suggestion_acts_of_one is
      'What was said of one suggestion. מה נאמר על הצעה אחת.';
  end if;
  if not exists (
    select
    from pg_catalog.pg_trigger
    where tgrelid = 'backoffice.suggestion_acts'::regclass
    and tgname = 'acts_are_append_only'
  ) then
    create trigger acts_are_append_only
      before update or delete on backoffice.suggestion_acts
      for each row execute function backoffice.refuse_to_change_history();
    alter table backoffice.suggestion_acts enable always trigger acts_are_append_only;
    comment on trigger acts_are_append_only on backoffice.suggestion_acts is
      'What was said is history. מה שנאמר הוא היסטוריה.';
  end if;
  if not exists (
    select
    from pg_catalog.pg_trigger
    where tgrelid = 'backoffice.suggestion_acts'::regclass
    and tgname = 'acts_are_never_emptied'
  ) then
    create trigger acts_are_never_emptied
      before truncate on backoffice.suggestion_acts
      for each statement execute function backoffice.refuse_to_change_history();
    alter table backoffice.suggestion_acts enable always trigger acts_are_never_emptied;
    comment on trigger acts_are_never_emptied on backoffice.suggestion_acts is
      'What was said is history. מה שנאמר הוא היסטוריה.';
  end if;
end
$do$;

-- הדרך היחידה לומר משהו על הצעה: בודקת בעצמה שמותר, ורושמת מי ומתי; מחזירה את מספר המעשה
-- The one way of saying something of a suggestion: it sees for itself that it may be said, by someone
-- of its own organization, and writes down who and when; gives the act's number
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

do $do$
begin
  if obj_description(
      'backoffice.act_on(uuid, text, bigint, text)'::regprocedure, 'pg_proc'
    ) is null
  then
    comment on function backoffice.act_on(uuid, text, bigint, text) is
      'The one way of saying something of a suggestion. הדרך היחידה לומר משהו על הצעה.';
  end if;
  revoke all on function backoffice.act_on(uuid, text, bigint, text)
    from public, anon, authenticated, service_role;
end
$do$;

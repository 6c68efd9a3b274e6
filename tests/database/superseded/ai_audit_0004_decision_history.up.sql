-- היסטוריית ההחלטות: רק מוסיפים לה. כל מעבר של הצעה, מי שלא עשה אותו, נרשם כאן ומשורשר לקודמו.
-- Decision history: only ever added to. Every move of a suggestion, whoever made it, is written
-- here by trigger and chained to the one before for the same suggestion by SHA-256. No decision is
-- made between carrying over what was decided before and the trigger.
lock table public.ai_insights_log in share row exclusive mode;

do $do$
begin
  if to_regclass('backoffice.decision_history') is null then
    create table backoffice.decision_history (
      id bigint generated always as identity primary key,
      suggestion_id uuid not null,
      number integer not null,
      from_status text,
      to_status text not null,
      at timestamptz not null,
      database_role text not null,
      profile_id uuid,
      staff_member_id bigint,
      staff_profile_id uuid,
      reason text,
      seen jsonb,
      digest text,
      before jsonb,
      after jsonb,
      removed jsonb,
      state text,
      previous_hash text,
      hash text not null,
      unique (suggestion_id, number)
    );
    create index idx_decision_history_at on backoffice.decision_history (at, id);
    create index idx_decision_history_rejections
      on backoffice.decision_history (staff_member_id, id desc)
      where to_status = 'rejected' and reason is not null;
    comment on table backoffice.decision_history is
      'Who decided what, when, on what information, and what was written. Append-only. '
      'מי החליט מה, מתי, על סמך מה, ומה נכתב. רק מוסיפים.';
    comment on constraint decision_history_suggestion_id_number_key
      on backoffice.decision_history is
      'One entry follows another. רשומה אחת באה אחרי אחרת.';
    comment on index backoffice.idx_decision_history_at is
      'For the closing digest of a period. עבור חתימת הסגירה של תקופה.';
    comment on index backoffice.idx_decision_history_rejections is
      'For the reasons a staff member rejected with last. עבור סיבות הדחייה האחרונות של איש צוות.';
    comment on column backoffice.decision_history.seen is
      'The conflicts that were on screen. ההתנגשויות שהיו על המסך.';
    comment on column backoffice.decision_history.digest is
      'What the page carried, compared again before writing. מה שהדף נשא, והושווה שוב לפני הכתיבה.';
    comment on column backoffice.decision_history.staff_profile_id is
      'The staff member''s profile then; links change. הפרופיל של איש הצוות באותה עת.';
    comment on column backoffice.decision_history.state is
      'What the row itself said of its decision afterwards. מה שהשורה עצמה אמרה על ההחלטה אחריה.';
    comment on column backoffice.decision_history.removed is
      'Every row that a deletion took along, by table. כל שורה שמחיקה לקחה איתה, לפי טבלה.';
    revoke all on backoffice.decision_history from public, anon, authenticated, service_role;
  end if;
end
$do$;

-- הטקסט שממנו מחושב הגיבוב: הערכים כפי שהם שמורים, והזמן ב-UTC
-- The text that is hashed: the values as they are stored, the time in UTC
create or replace function backoffice.history_text(entry backoffice.decision_history)
  returns text
  language sql
  stable
  set search_path = ''
  as $$
select jsonb_build_array(
  entry.previous_hash, entry.suggestion_id, entry.number, entry.from_status, entry.to_status,
  to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), entry.database_role,
  entry.profile_id, entry.staff_member_id, entry.staff_profile_id, entry.reason, entry.seen,
  entry.digest, entry.before, entry.after, entry.removed, entry.state
)::text
$$;

create or replace function backoffice.history_hash(entry backoffice.decision_history)
  returns text
  language sql
  stable
  set search_path = ''
  as $$
select encode(sha256(convert_to(backoffice.history_text(entry), 'UTF8')), 'hex')
$$;

-- מה שהשורה אומרת על ההחלטה, כטקסט שאינו תלוי באזור הזמן של מי שקורא
-- What a row says of its decision, as text that no reader's time zone changes: where it is not what
-- the last entry says, entries are missing
create or replace function backoffice.decision_state(approved_at timestamp with time zone, approved_by uuid, executed_at timestamp with time zone, execution_error text)
  returns text
  language sql
  stable
  set search_path = ''
  as $$
select jsonb_build_array(
  (approved_at at time zone 'UTC')::text, approved_by, (executed_at at time zone 'UTC')::text,
  execution_error
)::text
$$;

-- הרישום עצמו. מה שרק היישום יודע (איש הצוות, הסיבה, מה שנראה ומה שנכתב) מגיע בהגדרה
-- eventflow.decision של הטרנזקציה. מאמינים רק להתחברות שיש לה גישה לסכמה הזאת
-- The writing itself. What only the application knows (the staff member, the reason, what was
-- seen and what was written) comes in the transaction's setting `eventflow.decision`; only a login
-- that may use this schema is believed, and the REST layer's is none.
create or replace function backoffice.write_decision_history()
  returns trigger
  language plpgsql
  security definer
  set search_path = ''
  as $$
declare
  told constant jsonb :=
    coalesce(nullif(current_setting('eventflow.decision', true), ''), '{}')::jsonb;
  claimed constant timestamptz := coalesce(new.executed_at, new.approved_at, new.created_at);
  last backoffice.decision_history;
  entry backoffice.decision_history;
begin
  if (
    new.execution_status = case tg_op when 'UPDATE' then old.execution_status else 'suggested' end
  ) then
    return null;
  end if;
  select *
  into last
  from backoffice.decision_history as h
  where h.suggestion_id = new.id
  order by h.number desc
  limit 1;

  entry.id := nextval(pg_get_serial_sequence('backoffice.decision_history', 'id'));
  entry.suggestion_id := new.id;
  entry.number := coalesce(last.number, 0) + 1;
  entry.from_status := case when tg_op = 'UPDATE' then old.execution_status end;
  entry.to_status := new.execution_status;
  -- A row that comes decided was decided when it says so, if that can be; a move happens now
  entry.at := clock_timestamp();
  if tg_op = 'INSERT' and claimed between '1970-01-01 UTC' and entry.at then
    entry.at := claimed;
  end if;
  entry.database_role := case current_setting('role')
    when 'none' then session_user
    else current_setting('role')
  end;
  entry.profile_id := coalesce(
    auth.uid(),
    case when tg_op = 'INSERT' or new.execution_status = 'approved' then new.approved_by end
  );
  if told ->> 'suggestion' = new.id::text
    and has_schema_privilege(session_user, 'backoffice', 'usage')
  then
    entry.staff_member_id := (told ->> 'staff_member')::bigint;
    entry.staff_profile_id := (told ->> 'staff_profile')::uuid;
    entry.reason := told ->> 'reason';
    entry.seen := told -> 'seen';
    entry.digest := told ->> 'digest';
    if new.execution_status = 'executed' then
      entry.before := told -> 'before';
      entry.after := told -> 'after';
      entry.removed := told -> 'removed';
    end if;
  end if;
  entry.state := backoffice.decision_state(
    new.approved_at, new.approved_by, new.executed_at, new.execution_error
  );
  entry.previous_hash := last.hash;
  entry.hash := backoffice.history_hash(entry);
  insert into backoffice.decision_history overriding system value values (entry.*);
  return null;
end
$$;

-- מה שהוחלט לפני שהייתה היסטוריה נכנס אליה כפי שהוא ידוע, ודחיות עם הסיבה מיומן הניהול
-- What was decided before there was a history enters it as far as it is known; rejections with
-- their decider, time and reason from the admin's log
do $do$
declare
  known record;
  entry backoffice.decision_history;
begin
  for known in
    select
      s.id,
      s.execution_status,
      coalesce(
        l.action_time,
        case
          when coalesce(s.executed_at, s.approved_at, s.created_at, s.suggested_at)
            between '1970-01-01 UTC' and now()
            then coalesce(s.executed_at, s.approved_at, s.created_at, s.suggested_at)
        end,
        now()
      ) as at,
      case when s.execution_status = 'rejected' then m.profile_id else s.approved_by end
        as profile_id,
      m.id as staff_member_id,
      m.profile_id as staff_profile_id,
      backoffice.decision_state(
        s.approved_at, s.approved_by, s.executed_at, s.execution_error
      ) as state,
      nullif(substr(l.change_message, length('Rejected. Reason: ') + 1), '') as reason
    from public.ai_insights_log as s
    left join (
      select distinct on (g.object_id) g.object_id, g.action_time, g.change_message, g.user_id
      from backoffice.django_admin_log as g
      where starts_with(g.change_message, 'Rejected. Reason: ')
      order by g.object_id, g.action_time desc
    ) as l
      on l.object_id = s.id::text
      and s.execution_status = 'rejected'
    left join backoffice.scheduling_staffmember as m
      on m.user_id = l.user_id
    where s.execution_status <> 'suggested'
    and not exists (select from backoffice.decision_history as h where h.suggestion_id = s.id)
    order by 3, 1
  loop
    entry := null;
    entry.id := nextval(pg_get_serial_sequence('backoffice.decision_history', 'id'));
    entry.suggestion_id := known.id;
    entry.number := 1;
    entry.to_status := known.execution_status;
    entry.at := known.at;
    entry.database_role := session_user;
    entry.profile_id := known.profile_id;
    entry.staff_member_id := known.staff_member_id;
    entry.staff_profile_id := known.staff_profile_id;
    entry.state := known.state;
    entry.reason := known.reason;
    entry.hash := backoffice.history_hash(entry);
    insert into backoffice.decision_history overriding system value values (entry.*);
  end loop;
end
$do$;

-- רק מוסיפים
-- Only ever added to
create or replace function backoffice.refuse_to_change_history()
  returns trigger
  language plpgsql
  set search_path = ''
  as $$
begin
  raise exception using
    errcode = 'EF006',
    message = 'The decision history is only ever added to. Nothing was changed.';
end
$$;

-- למה נועדה כל פונקציה
-- What each function is for
do $$
declare
  made record;
begin
  for made in
    select *
    from (values
      (
        'backoffice.history_text(backoffice.decision_history)',
        'The text of an entry that is hashed. הטקסט של רשומה שממנו מחושב הגיבוב.'
      ),
      (
        'backoffice.history_hash(backoffice.decision_history)',
        'SHA-256 of an entry''s text, in hexadecimal. גיבוב SHA-256 של טקסט הרשומה.'
      ),
      (
        'backoffice.decision_state(timestamptz, uuid, timestamptz, text)',
        'What a row says of its decision. מה שהשורה אומרת על ההחלטה.'
      ),
      (
        'backoffice.write_decision_history()',
        'Writes a move into the history. רושמת מעבר בהיסטוריה.'
      ),
      (
        'backoffice.refuse_to_change_history()',
        'Refuses whatever would change history. מסרבת לכל מה שהיה משנה את ההיסטוריה.'
      )
    ) as listed (name, purpose)
  loop
    if obj_description(to_regprocedure(made.name), 'pg_proc') is null then
      execute format('comment on function %s is %L', made.name, made.purpose);
    end if;
  end loop;
end
$$;

-- הטריגרים פועלים תמיד
-- The triggers, which fire always
do $$
begin
  revoke all on all functions in schema backoffice from public, anon, authenticated;
  if not exists (
    select
    from pg_catalog.pg_trigger
    where tgrelid = 'backoffice.decision_history'::regclass
    and tgname = 'history_is_append_only'
  ) then
    create trigger history_is_append_only
      before update or delete on backoffice.decision_history
      for each row execute function backoffice.refuse_to_change_history();
    create trigger history_is_never_emptied
      before truncate on backoffice.decision_history
      for each statement execute function backoffice.refuse_to_change_history();
    alter table backoffice.decision_history enable always trigger history_is_append_only;
    alter table backoffice.decision_history enable always trigger history_is_never_emptied;
    comment on trigger history_is_append_only on backoffice.decision_history is
      'An entry stays as it was written. רשומה נשארת כפי שנכתבה.';
    comment on trigger history_is_never_emptied on backoffice.decision_history is
      'History is never emptied. ההיסטוריה לעולם אינה מרוקנת.';
  end if;
  if not exists (
    select
    from pg_catalog.pg_trigger
    where tgrelid = 'public.ai_insights_log'::regclass
    and tgname = 'write_decision_history'
  ) then
    create trigger write_decision_history
      after insert or update on public.ai_insights_log
      for each row execute function backoffice.write_decision_history();
    alter table public.ai_insights_log enable always trigger write_decision_history;
    comment on trigger write_decision_history on public.ai_insights_log is
      'Every move becomes history. כל מעבר הופך להיסטוריה.';
  end if;
end
$$;

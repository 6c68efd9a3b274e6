-- היסודות של כתיבה בידי AI: יומן ההצעות, ומה שמונע חדר כפול ומוצא דובר כפול.
-- אפשר להדביק את הקובץ כולו בעורך ה-SQL, ולהריץ אותו שוב: מה שכבר קיים נשאר כפי שהוא.
-- The foundation of writing by AI: the log of suggestions, and what makes double-booking a room
-- impossible and finds a speaker in two places. Paste the whole file into the SQL editor; run
-- again, it completes what is missing and leaves what stands. Written by
-- `manage.py export_foundation_sql` from the migrations; not to be edited by hand.

begin;

-- לא מחכים לנעילות, ולא רצים במקביל ל-migrate
-- No long waits for locks, and never beside a running migrate
set local lock_timeout = '3s';
set local search_path = public, extensions;
select pg_catalog.pg_advisory_xact_lock(1940946897719061847);

-- שמירה: אילוץ אחר באותו שם, או מפגשים חופפים, עוצרים כאן לפני שמשהו נוצר
-- Guard: another constraint of the name, or overlapping sessions, stop here, before anything is
-- made. `manage.py migrate` has looked for both before, and tells them in more words.
do $$
declare
  needed constant text :=
    'EXCLUDE USING gist (event_id WITH =, room WITH =, '
    'tstzrange(start_time, end_time) WITH &&) WHERE ((room IS NOT NULL))';
  standing text;
  offending text;
begin
  select pg_get_constraintdef(oid)
  into standing
  from pg_catalog.pg_constraint
  where conrelid = 'public.schedules'::regclass
  and conname = 'no_room_overlap';
  if standing = needed then
    return;
  elsif standing is not null then
    raise exception using
      errcode = 'duplicate_object',
      message = 'A constraint named no_room_overlap stands with another definition; nothing was '
        'changed. Rename or drop it, then run this again.',
      detail = format(e'Standing: %s\nNeeded: %s', standing, needed);
  end if;

  select string_agg(found.line, e'\n' order by found.line)
  into offending
  from (
    select format(
      '%s: %s (%s to %s) does not end after it starts',
      e.name, s.title, s.start_time, s.end_time
    )
    from public.schedules as s
    join public.events as e
      on e.id = s.event_id
    where s.end_time <= s.start_time
    union all
    select format(
      '%s, room %s: %s (%s to %s) and %s (%s to %s)',
      e.name, a.room, a.title, a.start_time, a.end_time, b.title, b.start_time, b.end_time
    )
    from public.schedules as a
    join public.schedules as b
      on b.event_id = a.event_id
      and b.room = a.room
      and (b.start_time, b.id) > (a.start_time, a.id)
      and b.start_time < a.end_time
    join public.events as e
      on e.id = a.event_id
    where a.start_time < a.end_time
    and b.start_time < b.end_time
  ) as found (line);
  if offending is not null then
    raise exception using
      errcode = 'exclusion_violation',
      message = 'Sessions overlap in one room, or do not end after they start; nothing was '
        'changed. Mend them, then run this again.',
      detail = offending;
  end if;
end
$$;

-- הרחבה: btree_gist, כדי שאילוץ GiST ישווה מזהה אירוע ושם חדר
-- Extension: btree_gist, so that a GiST constraint can compare an event's id and a room's name
do $$
begin
  if exists (
    select
    from pg_catalog.pg_extension
    where extname = 'btree_gist'
  ) then
    return;
  end if;
  if to_regnamespace('extensions') is not null then
    create extension btree_gist with schema extensions;
  else
    create extension btree_gist with schema public;
  end if;
end
$$;

-- אילוץ: שני מפגשים של אותו אירוע לעולם אינם חופפים בזמן באותו חדר; גב אל גב מותר
-- Constraint: two sessions of one event never overlap in one room; back to back is allowed
do $$
declare
  -- Measured: 200,000 rows took up to 18 s.
  seconds_per_row constant numeric := 18.0 / 200000;
  sessions bigint;
begin
  if exists (
    select
    from pg_catalog.pg_constraint
    where conrelid = 'public.schedules'::regclass
    and conname = 'no_room_overlap'
  ) then
    return;
  end if;

  select count(*)
  into sessions
  from public.schedules;
  raise notice 'public.schedules holds % rows. Building no_room_overlap locks the table against '
    'reading and writing, for up to about % s.',
    sessions, round(greatest(sessions * seconds_per_row, 0.1), 1);

  alter table public.schedules
    add constraint no_room_overlap
    exclude using gist (
      event_id with =,
      room with =,
      tstzrange(start_time, end_time) with &&
    )
    where (room is not null);
  comment on constraint no_room_overlap on public.schedules is
    'A room holds one session of an event at a time. '
    'חדר מחזיק מפגש אחד של אירוע בכל רגע.';
end
$$;

-- אינדקס: המפגשים של דובר באירוע, לפי זמן
-- Index: a speaker's sessions in an event, by time
do $$
begin
  if to_regclass('public.idx_schedules_speaker_time') is not null then
    return;
  end if;
  create index idx_schedules_speaker_time
    on public.schedules (event_id, speaker_name, start_time, end_time)
    where speaker_name is not null;
  comment on index public.idx_schedules_speaker_time is
    'For check_speaker_conflicts. עבור check_speaker_conflicts.';
end
$$;

-- פונקציה: מפגשים אחרים של אותו דובר, באותו אירוע, שחופפים לזמן הנתון. השם מושווה כלשונו, בלי
-- הבדל בין אותיות גדולות לקטנות ובלי רווחים מסביב. היא רצה תחת מדיניות המוצר, שפונקציות העזר שלה
-- נשענות על public; הסכמה הזמנית אחרונה בנתיב, ואיש אינו מגניב דרכה סוג או טבלה. פונקציה אחרת בשם
-- הזה מוחלפת, וזה היחיד שמוחלף.
-- Function: other sessions of the same speaker in the same event that overlap the given time.
-- The name is compared as it is written, without regard to case and surrounding space; `%`, `_`
-- and `\` are characters. It runs with the caller's rights, so that row-level security holds, and
-- on a path that the helpers of the product's policies count on; the temporary schema is its last,
-- so that nobody's temporary type or table is taken for one that is meant. A function of this name
-- that is different in any way is replaced: it is the only object that is, and what stood before is
-- shown in a notice. One that an earlier version made is only altered, and keeps its rights.
do $do$
declare
  -- Written as pg_get_functiondef prints it, upper case and all, to be compared with it whole.
  wanted constant text := $wanted$CREATE OR REPLACE FUNCTION public.check_speaker_conflicts(p_event_id uuid, p_speaker_name text, p_start_time timestamp with time zone, p_end_time timestamp with time zone, p_exclude_schedule_id uuid DEFAULT NULL::uuid)
 RETURNS TABLE(conflict_id uuid, conflict_title text, conflict_start timestamp with time zone, conflict_end timestamp with time zone)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'extensions', 'pg_temp'
AS $function$
declare
  -- Every character that Unicode calls white space.
  space constant text := e' \t\n\x0b\f\r\x1c\x1d\x1e\x1f\u0085\u00a0\u1680\u2000\u2001\u2002\u2003'
    '\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';
  speaker constant text := lower(btrim(p_speaker_name, space));
begin
  if speaker = '' or p_end_time <= p_start_time then
    return;
  end if;
  return query
  select
    s.id,
    s.title,
    s.start_time,
    s.end_time
  from public.schedules as s
  where s.event_id = p_event_id
  and s.speaker_name is not null
  and lower(btrim(s.speaker_name, space)) = speaker
  and s.start_time < p_end_time
  and s.end_time > p_start_time
  and s.start_time < s.end_time
  and (p_exclude_schedule_id is null or s.id <> p_exclude_schedule_id)
  order by s.start_time, s.id;
end
$function$
$wanted$;
  earlier constant text := replace(
    wanted,
    'SET search_path TO ''pg_catalog'', ''public'', ''extensions'', ''pg_temp''',
    'SET search_path TO '''''
  );
  standing record;
  stands boolean := false;
begin
  for standing in
    select
      p.oid::regprocedure as identity,
      pg_get_functiondef(p.oid) as definition
    from pg_catalog.pg_proc as p
    where p.pronamespace = 'public'::regnamespace
    and p.proname = 'check_speaker_conflicts'
    and p.prokind <> 'a'
  loop
    if standing.definition in (wanted, earlier) then
      stands := true;
      if standing.definition = earlier then
        execute wanted;
      end if;
    else
      raise notice e'Replaced, and was before:\n%', standing.definition;
      execute format('drop routine %s', standing.identity);
    end if;
  end loop;
  if not stands then
    execute wanted;
  end if;

  if not (
    select
      not has_function_privilege('anon', p.oid, 'execute')
      and has_function_privilege('authenticated', p.oid, 'execute')
      and has_function_privilege('service_role', p.oid, 'execute')
    from pg_catalog.pg_proc as p
    where p.pronamespace = 'public'::regnamespace
    and p.proname = 'check_speaker_conflicts'
  ) then
    revoke all
      on function public.check_speaker_conflicts(uuid, text, timestamptz, timestamptz, uuid)
      from public, anon, authenticated, service_role;
    grant execute
      on function public.check_speaker_conflicts(uuid, text, timestamptz, timestamptz, uuid)
      to authenticated, service_role;
  end if;
  if not stands then
    comment on function
      public.check_speaker_conflicts(uuid, text, timestamptz, timestamptz, uuid) is
      'Other sessions of the speaker in the event that overlap the half-open time given. '
      'מפגשים אחרים של הדובר באירוע שחופפים לזמן הנתון.';
  end if;
end
$do$;

-- טבלה: ההצעות של ה-AI, שורה לכל הצעה. מפתחות זרים ללא מחיקה נגררת: אדם או אירוע שיש להם
-- היסטוריה אינם נמחקים מתחתיה. ברירת המחדל של המזהה נפתרת לפי נתיב החיפוש.
-- Table: what the AI suggested, one row a suggestion. Foreign keys without cascade: a person or
-- an event with history cannot be deleted from under it. The id's default is found by search path.
do $$
begin
  if to_regclass('public.ai_insights_log') is not null then
    return;
  end if;
  create table public.ai_insights_log (
    id uuid primary key default uuid_generate_v4(),
    user_id uuid not null references public.user_profiles (id),
    event_id uuid references public.events (id),
    action_type text not null,
    action_data jsonb not null,
    suggested_at timestamptz not null default now(),
    approved_at timestamptz,
    approved_by uuid references public.user_profiles (id),
    executed_at timestamptz,
    execution_status text not null default 'suggested'
      check (execution_status in ('suggested', 'approved', 'rejected', 'executed', 'failed')),
    execution_error text,
    created_at timestamptz default now()
  );
  comment on table public.ai_insights_log is
    'Changes to a programme that the AI suggested, and what people decided. '
    'שינויים בתוכנית שה-AI הציע, ומה אנשים החליטו.';
  comment on column public.ai_insights_log.user_id is 'Who asked. מי ביקש.';
  comment on column public.ai_insights_log.event_id is
    'Whose programme; without it the row belongs to the organization of who asked. '
    'התוכנית של מי; בלעדיו השורה שייכת לארגון של מי שביקש.';
  comment on column public.ai_insights_log.action_data is
    'The suggestion as the AI wrote it: untrusted. ההצעה כפי שה-AI כתב אותה: לא מהימנה.';
  comment on column public.ai_insights_log.approved_by is
    'Who approved; a rejection leaves it empty. מי אישר; דחייה משאירה ריק.';
  comment on column public.ai_insights_log.execution_status is
    'How far it has come. עד לאן הגיעה.';
  comment on constraint ai_insights_log_user_id_fkey on public.ai_insights_log is
    'A person with history is not deleted from under it. אדם עם היסטוריה אינו נמחק מתחתיה.';
  comment on constraint ai_insights_log_event_id_fkey on public.ai_insights_log is
    'An event with history is not deleted from under it. אירוע עם היסטוריה אינו נמחק מתחתיה.';
  comment on constraint ai_insights_log_approved_by_fkey on public.ai_insights_log is
    'A person with history is not deleted from under it. אדם עם היסטוריה אינו נמחק מתחתיה.';
  comment on constraint ai_insights_log_execution_status_check on public.ai_insights_log is
    'The five states of the lifecycle. חמשת המצבים של מחזור החיים.';

  -- הרשאות: מי שמחובר קורא, מציע ומעדכן רק את מצב ההחלטה; אף אחד אינו מוחק או מרוקן
  -- Rights: who is signed in reads, suggests, and updates only the state of the decision. Nobody
  -- deletes or truncates: row-level security does not bind TRUNCATE, nor service_role at all
  revoke all on public.ai_insights_log from public, anon, authenticated, service_role;
  grant select, insert on public.ai_insights_log to authenticated;
  grant update (approved_at, approved_by, executed_at, execution_status, execution_error)
    on public.ai_insights_log to authenticated;
  grant select, insert, update on public.ai_insights_log to service_role;
end
$$;

-- אבטחה ברמת השורה: בלעדיה הטבלה פתוחה לכל מי שמחזיק במפתח הציבורי
-- Row-level security: without it the table is open to anyone with the project's public key
do $$
begin
  if not (
    select relrowsecurity from pg_catalog.pg_class where oid = 'public.ai_insights_log'::regclass
  ) then
    alter table public.ai_insights_log enable row level security;
  end if;
end
$$;

-- מדיניות: הארגון של האירוע (או של המבקש, כשאין אירוע) רואה ומעדכן; מציעים רק בשם עצמך.
-- פונקציות העזר עטופות ב-select כדי שירוצו פעם אחת לפקודה ולא פעם לכל שורה; האירועים והאנשים
-- נאספים למערך, כדי שהאינדקסים ימצאו את השורות.
-- Policies: the event's organization (the requester's, where there is no event) reads and
-- updates; one suggests only as oneself. Helper calls are wrapped in a scalar sub-select so that
-- they run once a statement, not once a row; events and people are gathered in an array, so that
-- the indexes find the rows. The helper has another name in older deployments.
do $do$
declare
  my_organization constant text := case
    when to_regprocedure('auth.user_org_id()') is not null
      then '(select auth.user_org_id())'
    else '(select auth.user_organization_id())'
  end;
  mine constant text := 'user_id = (select auth.uid())';
  of_our_event constant text := format(
    'event_id = any (array('
    'select e.id from public.events as e where e.organization_id = %s))',
    my_organization
  );
  of_our_people constant text := format(
    'event_id is null and user_id = any (array('
    'select p.id from public.user_profiles as p where p.organization_id = %s))',
    my_organization
  );
  ours constant text := format('(%s) or (%s) or (%s)', mine, of_our_event, of_our_people);
  undecided constant text :=
    'execution_status = ''suggested'' and approved_at is null and approved_by is null '
    'and executed_at is null and execution_error is null';
  policy record;
begin
  for policy in
    select *
    from (values
      (
        'suggestions_are_read_by_their_organization',
        format('for select to authenticated using (%s)', ours),
        'One''s own, and one''s organization''s. שלי, ושל הארגון שלי.'
      ),
      (
        'suggestions_are_made_undecided_and_as_oneself',
        format(
          'for insert to authenticated with check ((%s) and ((%s) or (%s)) and %s)',
          mine, of_our_event, of_our_people, undecided
        ),
        'Nobody suggests for another or decides by suggesting. '
          'איש אינו מציע בשם אחר או מחליט תוך כדי הצעה.'
      ),
      (
        'suggestions_are_updated_by_their_organization',
        format('for update to authenticated using (%s) with check (%s)', ours, ours),
        'A suggestion stays inside its organization. הצעה נשארת בתוך הארגון שלה.'
      )
    ) as listed (name, definition, purpose)
  loop
    if not exists (
      select
      from pg_catalog.pg_policy
      where polrelid = 'public.ai_insights_log'::regclass
      and polname = policy.name
    ) then
      execute format(
        'create policy %I on public.ai_insights_log %s', policy.name, policy.definition
      );
      execute format(
        'comment on policy %I on public.ai_insights_log is %L', policy.name, policy.purpose
      );
    end if;
  end loop;
end
$do$;

-- אינדקסים: לכל מסנן של הדפים, ולכל מפתח זר
-- Indexes: for each filter of the pages, and for each foreign key
do $do$
declare
  wanted record;
begin
  for wanted in
    select *
    from (values
      ('idx_ai_insights_log_event_id', '(event_id)', 'An event''s suggestions. הצעות של אירוע.'),
      ('idx_ai_insights_log_user_id', '(user_id)', 'By who asked. לפי מי שביקש.'),
      ('idx_ai_insights_log_approved_by', '(approved_by)', 'By who approved. לפי מי שאישר.'),
      ('idx_ai_insights_log_status', '(execution_status)', 'The approval queue. תור האישור.'),
      ('idx_ai_insights_log_created_at', '(created_at desc)', 'Newest first. החדש קודם.')
    ) as listed (name, columns, purpose)
  loop
    if to_regclass(format('public.%I', wanted.name)) is null then
      execute format('create index %I on public.ai_insights_log %s', wanted.name, wanted.columns);
      execute format('comment on index public.%I is %L', wanted.name, wanted.purpose);
    end if;
  end loop;
end
$do$;

commit;

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

-- שמירה: אילוץ אחר באותו שם, או מפגשים חופפים, עוצרים כאן לפני שמשהו נוצר. מפגש בלי משך אינו תופס זמן
-- בחדר, ואינו מפר דבר
-- Guard: another constraint of the name, or overlapping sessions, stop here, before anything is
-- made. `manage.py migrate` has looked for both before, and tells them in more words. A session of
-- no length takes no time in its room, and breaks nothing.
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
      '%s: %s (%s to %s) ends before it starts',
      e.name, s.title, s.start_time, s.end_time
    )
    from public.schedules as s
    join public.events as e
      on e.id = s.event_id
    where s.end_time < s.start_time
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
      message = 'Sessions overlap in one room, or end before they start; nothing was '
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

-- הארגון של מי שמחובר: פונקציית העזר של המוצר נמצאת ב-auth, ושם אין עוד מי שיוצר פונקציות. היכן שאין
-- אותה נוצרת אחת משלנו; מי שמחובר רשאי להריץ אותה מתוך המדיניות, בלי כניסה לסכמה. היא קוראת את
-- ההגדרה עצמה ואינה נשענת על פונקציה של המוצר, והסכמה הזמנית אחרונה בנתיב.
-- Whose organization: the product's helper is in `auth`, where nobody makes functions any more. Where
-- it is missing, one of our own is made, with its schema; who is signed in may run it, which a policy
-- does without a right to enter the schema. It reads the setting itself, relies on no function of
-- the product's, and looks at nobody's temporary objects.
do $$
begin
  if to_regprocedure('auth.user_org_id()') is not null
    or to_regprocedure('auth.user_organization_id()') is not null
    or to_regprocedure('backoffice.user_org_id()') is not null
  then
    return;
  end if;
  if to_regnamespace('backoffice') is null then
    create schema backoffice;
    comment on schema backoffice is
      'The back office''s own tables; no right for anon or authenticated. '
      'הטבלאות של המשרד האחורי; ללא הרשאה ל-anon או ל-authenticated.';
    revoke all on schema backoffice from public, anon, authenticated, service_role;
  end if;
  create function backoffice.user_org_id()
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
end
$$;

-- מדיניות: הארגון של האירוע (או של המבקש, כשאין אירוע) רואה ומעדכן; מציעים רק בשם עצמך.
-- פונקציות העזר עטופות ב-select כדי שירוצו פעם אחת לפקודה ולא פעם לכל שורה; האירועים והאנשים
-- נאספים למערך, כדי שהאינדקסים ימצאו את השורות.
-- Policies: the event's organization (the requester's, where there is no event) reads and
-- updates; one suggests only as oneself. Helper calls are wrapped in a scalar sub-select so that
-- they run once a statement, not once a row; events and people are gathered in an array, so that
-- the indexes find the rows. The helper has another name in older deployments, and is ours where it
-- had to be made.
do $do$
declare
  my_organization constant text := case
    when to_regprocedure('backoffice.user_org_id()') is not null
      then '(select backoffice.user_org_id())'
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

-- מפתח אחד לשם של חדר, דובר או מפגש: שני שמות הם אותו שם כשהמפתח שלהם זהה. מה שאינו נראה, סוג
-- הרווח, הגרש, הגרשיים והמקף, הניקוד, גודל האותיות ומערכת הספרות אינם מבדילים.
-- One key for the name of a room, a speaker or a session: two names are one name where their keys
-- are equal. What cannot be seen, the kind of white space, apostrophe, quotation mark and dash,
-- points, case and the script of digits make no difference. It is for comparing, never for showing.
--
-- Text is taken apart first (NFKD), so that what stands below is of letters without marks, and put
-- together last (NFKC). What Unicode says of letters is written out, because what a server knows of
-- case hangs on its version, its collation and its libraries. No index on a table of the product
-- may use it: every writer there would need the right to run it.
-- מי שמחובר מריץ אותה, כי check_speaker_conflicts רצה בהרשאותיו; מי שאינו מחובר לא
-- Who is signed in runs it, for check_speaker_conflicts has their rights; who is not does not.
do $do$
declare
  -- Written as pg_get_functiondef prints it, upper case and all, to be compared with it whole.
  wanted constant text := $wanted$CREATE OR REPLACE FUNCTION public.name_key(spelled text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  -- The letters of ASCII are folded by the collation C alike on every server.
  key text collate "C" := lower(spelled collate "C");
begin
  -- Hebrew and English as they are mostly typed need no more than the last lines.
  if key !~ '^[ -~\u00a0\u05be\u05d0-\u05ea\u05f3\u05f4\u2013\u2014\u2018\u2019\u201c\u201d]*$' then
    key := lower(normalize(key, nfkd));
    -- What is not seen, and the points of Hebrew.
    key := regexp_replace(
      key,
      '[\u0001-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f-\u1160'
      '\u17b4-\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff'
      '\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]',
      '',
      'g'
    );
    key := regexp_replace(
      key,
      '[\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\ufb1e]',
      '',
      'g'
    );
    key := regexp_replace(
      key,
      '[\u0009-\u000d\u001c-\u001f\u0085\u1680\u2028-\u2029\u2800]',
      ' ',
      'g'
    );
    -- Accents that stand alone are typed for other marks.
    key := regexp_replace(key, ' [\u0300\u0301\u0313\u0314]', '''', 'g');
    key := replace(key, e' \u030b', '"');
    -- Case, by script; an i has its dot already.
    if key ~ '[\u00c6-\u024e]' then
      key := translate(
        key,
        e'\u00c6\u00d0\u00d8\u00de\u0110\u0126\u0141\u014a\u0152\u0166\u0181\u0182\u0184\u0186'
        '\u0187\u0189\u018a\u018b\u018e\u018f\u0190\u0191\u0193\u0194\u0196\u0197\u0198\u019c'
        '\u019d\u019f\u01a2\u01a4\u01a6\u01a7\u01a9\u01ac\u01ae\u01b1\u01b2\u01b3\u01b5\u01b7'
        '\u01b8\u01bc\u01e4\u01f6\u01f7\u021c\u0220\u0222\u0224\u023a\u023b\u023d\u023e\u0241'
        '\u0243\u0244\u0245\u0246\u0248\u024a\u024c\u024e',
        e'\u00e6\u00f0\u00f8\u00fe\u0111\u0127\u0142\u014b\u0153\u0167\u0253\u0183\u0185\u0254'
        '\u0188\u0256\u0257\u018c\u01dd\u0259\u025b\u0192\u0260\u0263\u0269\u0268\u0199\u026f'
        '\u0272\u0275\u01a3\u01a5\u0280\u01a8\u0283\u01ad\u0288\u028a\u028b\u01b4\u01b6\u0292'
        '\u01b9\u01bd\u01e5\u0195\u01bf\u021d\u019e\u0223\u0225\u2c65\u023c\u019a\u2c66\u0242'
        '\u0180\u0289\u028c\u0247\u0249\u024b\u024d\u024f'
      );
      key := replace(key, e'\u00df', 'ss');
    end if;
    if key ~ '[\u1e9e\u05f0-\u05f2]' then
      key := replace(key, e'\u1e9e', 'ss');
      key := replace(key, e'\u05f0', e'\u05d5\u05d5');
      key := replace(key, e'\u05f1', e'\u05d5\u05d9');
      key := replace(key, e'\u05f2', e'\u05d9\u05d9');
    end if;
    if key ~ '[\u0307\u0345-\u03ff]' then
      key := translate(
        key,
        e'\u0345\u0370\u0372\u0376\u037f\u0391\u0392\u0393\u0394\u0395\u0396\u0397\u0398\u0399'
        '\u039a\u039b\u039c\u039d\u039e\u039f\u03a0\u03a1\u03a3\u03a4\u03a5\u03a6\u03a7\u03a8'
        '\u03a9\u03c2\u03cf\u03d8\u03da\u03dc\u03de\u03e0\u03e2\u03e4\u03e6\u03e8\u03ea\u03ec'
        '\u03ee\u03f7\u03fa\u03fd\u03fe\u03ff',
        e'\u03b9\u0371\u0373\u0377\u03f3\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6\u03b7\u03b8\u03b9'
        '\u03ba\u03bb\u03bc\u03bd\u03be\u03bf\u03c0\u03c1\u03c3\u03c4\u03c5\u03c6\u03c7\u03c8'
        '\u03c9\u03c3\u03d7\u03d9\u03db\u03dd\u03df\u03e1\u03e3\u03e5\u03e7\u03e9\u03eb\u03ed'
        '\u03ef\u03f8\u03fb\u037b\u037c\u037d'
      );
      key := regexp_replace(key, 'i\u0307+', 'i', 'g');
    end if;
    if key ~ '[\u0402-\u052e]' then
      key := translate(
        key,
        e'\u0402\u0404\u0405\u0406\u0408\u0409\u040a\u040b\u040f\u0410\u0411\u0412\u0413\u0414'
        '\u0415\u0416\u0417\u0418\u041a\u041b\u041c\u041d\u041e\u041f\u0420\u0421\u0422\u0423'
        '\u0424\u0425\u0426\u0427\u0428\u0429\u042a\u042b\u042c\u042d\u042e\u042f\u0460\u0462'
        '\u0464\u0466\u0468\u046a\u046c\u046e\u0470\u0472\u0474\u0478\u047a\u047c\u047e\u0480'
        '\u048a\u048c\u048e\u0490\u0492\u0494\u0496\u0498\u049a\u049c\u049e\u04a0\u04a2\u04a4'
        '\u04a6\u04a8\u04aa\u04ac\u04ae\u04b0\u04b2\u04b4\u04b6\u04b8\u04ba\u04bc\u04be\u04c0'
        '\u04c3\u04c5\u04c7\u04c9\u04cb\u04cd\u04d4\u04d8\u04e0\u04e8\u04f6\u04fa\u04fc\u04fe'
        '\u0500\u0502\u0504\u0506\u0508\u050a\u050c\u050e\u0510\u0512\u0514\u0516\u0518\u051a'
        '\u051c\u051e\u0520\u0522\u0524\u0526\u0528\u052a\u052c\u052e',
        e'\u0452\u0454\u0455\u0456\u0458\u0459\u045a\u045b\u045f\u0430\u0431\u0432\u0433\u0434'
        '\u0435\u0436\u0437\u0438\u043a\u043b\u043c\u043d\u043e\u043f\u0440\u0441\u0442\u0443'
        '\u0444\u0445\u0446\u0447\u0448\u0449\u044a\u044b\u044c\u044d\u044e\u044f\u0461\u0463'
        '\u0465\u0467\u0469\u046b\u046d\u046f\u0471\u0473\u0475\u0479\u047b\u047d\u047f\u0481'
        '\u048b\u048d\u048f\u0491\u0493\u0495\u0497\u0499\u049b\u049d\u049f\u04a1\u04a3\u04a5'
        '\u04a7\u04a9\u04ab\u04ad\u04af\u04b1\u04b3\u04b5\u04b7\u04b9\u04bb\u04bd\u04bf\u04cf'
        '\u04c4\u04c6\u04c8\u04ca\u04cc\u04ce\u04d5\u04d9\u04e1\u04e9\u04f7\u04fb\u04fd\u04ff'
        '\u0501\u0503\u0505\u0507\u0509\u050b\u050d\u050f\u0511\u0513\u0515\u0517\u0519\u051b'
        '\u051d\u051f\u0521\u0523\u0525\u0527\u0529\u052b\u052d\u052f'
      );
    end if;
    if key ~ '[\u0531-\u0556\u10a0-\u1efe\u2132-\u2cf2\ua640-\uabbf\U00010400-\U0001e921]' then
      key := translate(
        key,
        e'\u0531\u0532\u0533\u0534\u0535\u0536\u0537\u0538\u0539\u053a\u053b\u053c\u053d\u053e'
        '\u053f\u0540\u0541\u0542\u0543\u0544\u0545\u0546\u0547\u0548\u0549\u054a\u054b\u054c'
        '\u054d\u054e\u054f\u0550\u0551\u0552\u0553\u0554\u0555\u0556\u10a0\u10a1\u10a2\u10a3'
        '\u10a4\u10a5\u10a6\u10a7\u10a8\u10a9\u10aa\u10ab\u10ac\u10ad\u10ae\u10af\u10b0\u10b1'
        '\u10b2\u10b3\u10b4\u10b5\u10b6\u10b7\u10b8\u10b9\u10ba\u10bb\u10bc\u10bd\u10be\u10bf'
        '\u10c0\u10c1\u10c2\u10c3\u10c4\u10c5\u10c7\u10cd\u13f8\u13f9\u13fa\u13fb\u13fc\u13fd'
        '\u1c80\u1c81\u1c82\u1c83\u1c84\u1c85\u1c86\u1c87\u1c88\u1c90\u1c91\u1c92\u1c93\u1c94'
        '\u1c95\u1c96\u1c97\u1c98\u1c99\u1c9a\u1c9b\u1c9c\u1c9d\u1c9e\u1c9f\u1ca0\u1ca1\u1ca2'
        '\u1ca3\u1ca4\u1ca5\u1ca6\u1ca7\u1ca8\u1ca9\u1caa\u1cab\u1cac\u1cad\u1cae\u1caf\u1cb0'
        '\u1cb1\u1cb2\u1cb3\u1cb4\u1cb5\u1cb6\u1cb7\u1cb8\u1cb9\u1cba\u1cbd\u1cbe\u1cbf\u1efa'
        '\u1efc\u1efe\u2132\u2183\u2c00\u2c01\u2c02\u2c03\u2c04\u2c05\u2c06\u2c07\u2c08\u2c09'
        '\u2c0a\u2c0b\u2c0c\u2c0d\u2c0e\u2c0f\u2c10\u2c11\u2c12\u2c13\u2c14\u2c15\u2c16\u2c17'
        '\u2c18\u2c19\u2c1a\u2c1b\u2c1c\u2c1d\u2c1e\u2c1f\u2c20\u2c21\u2c22\u2c23\u2c24\u2c25'
        '\u2c26\u2c27\u2c28\u2c29\u2c2a\u2c2b\u2c2c\u2c2d\u2c2e\u2c2f\u2c60\u2c62\u2c63\u2c64'
        '\u2c67\u2c69\u2c6b\u2c6d\u2c6e\u2c6f\u2c70\u2c72\u2c75\u2c7e\u2c7f\u2c80\u2c82\u2c84'
        '\u2c86\u2c88\u2c8a\u2c8c\u2c8e\u2c90\u2c92\u2c94\u2c96\u2c98\u2c9a\u2c9c\u2c9e\u2ca0'
        '\u2ca2\u2ca4\u2ca6\u2ca8\u2caa\u2cac\u2cae\u2cb0\u2cb2\u2cb4\u2cb6\u2cb8\u2cba\u2cbc'
        '\u2cbe\u2cc0\u2cc2\u2cc4\u2cc6\u2cc8\u2cca\u2ccc\u2cce\u2cd0\u2cd2\u2cd4\u2cd6\u2cd8'
        '\u2cda\u2cdc\u2cde\u2ce0\u2ce2\u2ceb\u2ced\u2cf2\ua640\ua642\ua644\ua646\ua648\ua64a'
        '\ua64c\ua64e\ua650\ua652\ua654\ua656\ua658\ua65a\ua65c\ua65e\ua660\ua662\ua664\ua666'
        '\ua668\ua66a\ua66c\ua680\ua682\ua684\ua686\ua688\ua68a\ua68c\ua68e\ua690\ua692\ua694'
        '\ua696\ua698\ua69a\ua722\ua724\ua726\ua728\ua72a\ua72c\ua72e\ua732\ua734\ua736\ua738'
        '\ua73a\ua73c\ua73e\ua740\ua742\ua744\ua746\ua748\ua74a\ua74c\ua74e\ua750\ua752\ua754'
        '\ua756\ua758\ua75a\ua75c\ua75e\ua760\ua762\ua764\ua766\ua768\ua76a\ua76c\ua76e\ua779'
        '\ua77b\ua77d\ua77e\ua780\ua782\ua784\ua786\ua78b\ua78d\ua790\ua792\ua796\ua798\ua79a'
        '\ua79c\ua79e\ua7a0\ua7a2\ua7a4\ua7a6\ua7a8\ua7aa\ua7ab\ua7ac\ua7ad\ua7ae\ua7b0\ua7b1'
        '\ua7b2\ua7b3\ua7b4\ua7b6\ua7b8\ua7ba\ua7bc\ua7be\ua7c0\ua7c2\ua7c4\ua7c5\ua7c6\ua7c7'
        '\ua7c9\ua7d0\ua7d6\ua7d8\ua7f5\uab70\uab71\uab72\uab73\uab74\uab75\uab76\uab77\uab78'
        '\uab79\uab7a\uab7b\uab7c\uab7d\uab7e\uab7f\uab80\uab81\uab82\uab83\uab84\uab85\uab86'
        '\uab87\uab88\uab89\uab8a\uab8b\uab8c\uab8d\uab8e\uab8f\uab90\uab91\uab92\uab93\uab94'
        '\uab95\uab96\uab97\uab98\uab99\uab9a\uab9b\uab9c\uab9d\uab9e\uab9f\uaba0\uaba1\uaba2'
        '\uaba3\uaba4\uaba5\uaba6\uaba7\uaba8\uaba9\uabaa\uabab\uabac\uabad\uabae\uabaf\uabb0'
        '\uabb1\uabb2\uabb3\uabb4\uabb5\uabb6\uabb7\uabb8\uabb9\uabba\uabbb\uabbc\uabbd\uabbe'
        '\uabbf\U00010400\U00010401\U00010402\U00010403\U00010404\U00010405\U00010406\U00010407'
        '\U00010408\U00010409\U0001040a\U0001040b\U0001040c\U0001040d\U0001040e\U0001040f'
        '\U00010410\U00010411\U00010412\U00010413\U00010414\U00010415\U00010416\U00010417'
        '\U00010418\U00010419\U0001041a\U0001041b\U0001041c\U0001041d\U0001041e\U0001041f'
        '\U00010420\U00010421\U00010422\U00010423\U00010424\U00010425\U00010426\U00010427'
        '\U000104b0\U000104b1\U000104b2\U000104b3\U000104b4\U000104b5\U000104b6\U000104b7'
        '\U000104b8\U000104b9\U000104ba\U000104bb\U000104bc\U000104bd\U000104be\U000104bf'
        '\U000104c0\U000104c1\U000104c2\U000104c3\U000104c4\U000104c5\U000104c6\U000104c7'
        '\U000104c8\U000104c9\U000104ca\U000104cb\U000104cc\U000104cd\U000104ce\U000104cf'
        '\U000104d0\U000104d1\U000104d2\U000104d3\U00010570\U00010571\U00010572\U00010573'
        '\U00010574\U00010575\U00010576\U00010577\U00010578\U00010579\U0001057a\U0001057c'
        '\U0001057d\U0001057e\U0001057f\U00010580\U00010581\U00010582\U00010583\U00010584'
        '\U00010585\U00010586\U00010587\U00010588\U00010589\U0001058a\U0001058c\U0001058d'
        '\U0001058e\U0001058f\U00010590\U00010591\U00010592\U00010594\U00010595\U00010c80'
        '\U00010c81\U00010c82\U00010c83\U00010c84\U00010c85\U00010c86\U00010c87\U00010c88'
        '\U00010c89\U00010c8a\U00010c8b\U00010c8c\U00010c8d\U00010c8e\U00010c8f\U00010c90'
        '\U00010c91\U00010c92\U00010c93\U00010c94\U00010c95\U00010c96\U00010c97\U00010c98'
        '\U00010c99\U00010c9a\U00010c9b\U00010c9c\U00010c9d\U00010c9e\U00010c9f\U00010ca0'
        '\U00010ca1\U00010ca2\U00010ca3\U00010ca4\U00010ca5\U00010ca6\U00010ca7\U00010ca8'
        '\U00010ca9\U00010caa\U00010cab\U00010cac\U00010cad\U00010cae\U00010caf\U00010cb0'
        '\U00010cb1\U00010cb2\U000118a0\U000118a1\U000118a2\U000118a3\U000118a4\U000118a5'
        '\U000118a6\U000118a7\U000118a8\U000118a9\U000118aa\U000118ab\U000118ac\U000118ad'
        '\U000118ae\U000118af\U000118b0\U000118b1\U000118b2\U000118b3\U000118b4\U000118b5'
        '\U000118b6\U000118b7\U000118b8\U000118b9\U000118ba\U000118bb\U000118bc\U000118bd'
        '\U000118be\U000118bf\U00016e40\U00016e41\U00016e42\U00016e43\U00016e44\U00016e45'
        '\U00016e46\U00016e47\U00016e48\U00016e49\U00016e4a\U00016e4b\U00016e4c\U00016e4d'
        '\U00016e4e\U00016e4f\U00016e50\U00016e51\U00016e52\U00016e53\U00016e54\U00016e55'
        '\U00016e56\U00016e57\U00016e58\U00016e59\U00016e5a\U00016e5b\U00016e5c\U00016e5d'
        '\U00016e5e\U00016e5f\U0001e900\U0001e901\U0001e902\U0001e903\U0001e904\U0001e905'
        '\U0001e906\U0001e907\U0001e908\U0001e909\U0001e90a\U0001e90b\U0001e90c\U0001e90d'
        '\U0001e90e\U0001e90f\U0001e910\U0001e911\U0001e912\U0001e913\U0001e914\U0001e915'
        '\U0001e916\U0001e917\U0001e918\U0001e919\U0001e91a\U0001e91b\U0001e91c\U0001e91d'
        '\U0001e91e\U0001e91f\U0001e920\U0001e921',
        e'\u0561\u0562\u0563\u0564\u0565\u0566\u0567\u0568\u0569\u056a\u056b\u056c\u056d\u056e'
        '\u056f\u0570\u0571\u0572\u0573\u0574\u0575\u0576\u0577\u0578\u0579\u057a\u057b\u057c'
        '\u057d\u057e\u057f\u0580\u0581\u0582\u0583\u0584\u0585\u0586\u2d00\u2d01\u2d02\u2d03'
        '\u2d04\u2d05\u2d06\u2d07\u2d08\u2d09\u2d0a\u2d0b\u2d0c\u2d0d\u2d0e\u2d0f\u2d10\u2d11'
        '\u2d12\u2d13\u2d14\u2d15\u2d16\u2d17\u2d18\u2d19\u2d1a\u2d1b\u2d1c\u2d1d\u2d1e\u2d1f'
        '\u2d20\u2d21\u2d22\u2d23\u2d24\u2d25\u2d27\u2d2d\u13f0\u13f1\u13f2\u13f3\u13f4\u13f5'
        '\u0432\u0434\u043e\u0441\u0442\u0442\u044a\u0463\ua64b\u10d0\u10d1\u10d2\u10d3\u10d4'
        '\u10d5\u10d6\u10d7\u10d8\u10d9\u10da\u10db\u10dc\u10dd\u10de\u10df\u10e0\u10e1\u10e2'
        '\u10e3\u10e4\u10e5\u10e6\u10e7\u10e8\u10e9\u10ea\u10eb\u10ec\u10ed\u10ee\u10ef\u10f0'
        '\u10f1\u10f2\u10f3\u10f4\u10f5\u10f6\u10f7\u10f8\u10f9\u10fa\u10fd\u10fe\u10ff\u1efb'
        '\u1efd\u1eff\u214e\u2184\u2c30\u2c31\u2c32\u2c33\u2c34\u2c35\u2c36\u2c37\u2c38\u2c39'
        '\u2c3a\u2c3b\u2c3c\u2c3d\u2c3e\u2c3f\u2c40\u2c41\u2c42\u2c43\u2c44\u2c45\u2c46\u2c47'
        '\u2c48\u2c49\u2c4a\u2c4b\u2c4c\u2c4d\u2c4e\u2c4f\u2c50\u2c51\u2c52\u2c53\u2c54\u2c55'
        '\u2c56\u2c57\u2c58\u2c59\u2c5a\u2c5b\u2c5c\u2c5d\u2c5e\u2c5f\u2c61\u026b\u1d7d\u027d'
        '\u2c68\u2c6a\u2c6c\u0251\u0271\u0250\u0252\u2c73\u2c76\u023f\u0240\u2c81\u2c83\u2c85'
        '\u2c87\u2c89\u2c8b\u2c8d\u2c8f\u2c91\u2c93\u2c95\u2c97\u2c99\u2c9b\u2c9d\u2c9f\u2ca1'
        '\u2ca3\u2ca5\u2ca7\u2ca9\u2cab\u2cad\u2caf\u2cb1\u2cb3\u2cb5\u2cb7\u2cb9\u2cbb\u2cbd'
        '\u2cbf\u2cc1\u2cc3\u2cc5\u2cc7\u2cc9\u2ccb\u2ccd\u2ccf\u2cd1\u2cd3\u2cd5\u2cd7\u2cd9'
        '\u2cdb\u2cdd\u2cdf\u2ce1\u2ce3\u2cec\u2cee\u2cf3\ua641\ua643\ua645\ua647\ua649\ua64b'
        '\ua64d\ua64f\ua651\ua653\ua655\ua657\ua659\ua65b\ua65d\ua65f\ua661\ua663\ua665\ua667'
        '\ua669\ua66b\ua66d\ua681\ua683\ua685\ua687\ua689\ua68b\ua68d\ua68f\ua691\ua693\ua695'
        '\ua697\ua699\ua69b\ua723\ua725\ua727\ua729\ua72b\ua72d\ua72f\ua733\ua735\ua737\ua739'
        '\ua73b\ua73d\ua73f\ua741\ua743\ua745\ua747\ua749\ua74b\ua74d\ua74f\ua751\ua753\ua755'
        '\ua757\ua759\ua75b\ua75d\ua75f\ua761\ua763\ua765\ua767\ua769\ua76b\ua76d\ua76f\ua77a'
        '\ua77c\u1d79\ua77f\ua781\ua783\ua785\ua787\ua78c\u0265\ua791\ua793\ua797\ua799\ua79b'
        '\ua79d\ua79f\ua7a1\ua7a3\ua7a5\ua7a7\ua7a9\u0266\u025c\u0261\u026c\u026a\u029e\u0287'
        '\u029d\uab53\ua7b5\ua7b7\ua7b9\ua7bb\ua7bd\ua7bf\ua7c1\ua7c3\ua794\u0282\u1d8e\ua7c8'
        '\ua7ca\ua7d1\ua7d7\ua7d9\ua7f6\u13a0\u13a1\u13a2\u13a3\u13a4\u13a5\u13a6\u13a7\u13a8'
        '\u13a9\u13aa\u13ab\u13ac\u13ad\u13ae\u13af\u13b0\u13b1\u13b2\u13b3\u13b4\u13b5\u13b6'
        '\u13b7\u13b8\u13b9\u13ba\u13bb\u13bc\u13bd\u13be\u13bf\u13c0\u13c1\u13c2\u13c3\u13c4'
        '\u13c5\u13c6\u13c7\u13c8\u13c9\u13ca\u13cb\u13cc\u13cd\u13ce\u13cf\u13d0\u13d1\u13d2'
        '\u13d3\u13d4\u13d5\u13d6\u13d7\u13d8\u13d9\u13da\u13db\u13dc\u13dd\u13de\u13df\u13e0'
        '\u13e1\u13e2\u13e3\u13e4\u13e5\u13e6\u13e7\u13e8\u13e9\u13ea\u13eb\u13ec\u13ed\u13ee'
        '\u13ef\U00010428\U00010429\U0001042a\U0001042b\U0001042c\U0001042d\U0001042e\U0001042f'
        '\U00010430\U00010431\U00010432\U00010433\U00010434\U00010435\U00010436\U00010437'
        '\U00010438\U00010439\U0001043a\U0001043b\U0001043c\U0001043d\U0001043e\U0001043f'
        '\U00010440\U00010441\U00010442\U00010443\U00010444\U00010445\U00010446\U00010447'
        '\U00010448\U00010449\U0001044a\U0001044b\U0001044c\U0001044d\U0001044e\U0001044f'
        '\U000104d8\U000104d9\U000104da\U000104db\U000104dc\U000104dd\U000104de\U000104df'
        '\U000104e0\U000104e1\U000104e2\U000104e3\U000104e4\U000104e5\U000104e6\U000104e7'
        '\U000104e8\U000104e9\U000104ea\U000104eb\U000104ec\U000104ed\U000104ee\U000104ef'
        '\U000104f0\U000104f1\U000104f2\U000104f3\U000104f4\U000104f5\U000104f6\U000104f7'
        '\U000104f8\U000104f9\U000104fa\U000104fb\U00010597\U00010598\U00010599\U0001059a'
        '\U0001059b\U0001059c\U0001059d\U0001059e\U0001059f\U000105a0\U000105a1\U000105a3'
        '\U000105a4\U000105a5\U000105a6\U000105a7\U000105a8\U000105a9\U000105aa\U000105ab'
        '\U000105ac\U000105ad\U000105ae\U000105af\U000105b0\U000105b1\U000105b3\U000105b4'
        '\U000105b5\U000105b6\U000105b7\U000105b8\U000105b9\U000105bb\U000105bc\U00010cc0'
        '\U00010cc1\U00010cc2\U00010cc3\U00010cc4\U00010cc5\U00010cc6\U00010cc7\U00010cc8'
        '\U00010cc9\U00010cca\U00010ccb\U00010ccc\U00010ccd\U00010cce\U00010ccf\U00010cd0'
        '\U00010cd1\U00010cd2\U00010cd3\U00010cd4\U00010cd5\U00010cd6\U00010cd7\U00010cd8'
        '\U00010cd9\U00010cda\U00010cdb\U00010cdc\U00010cdd\U00010cde\U00010cdf\U00010ce0'
        '\U00010ce1\U00010ce2\U00010ce3\U00010ce4\U00010ce5\U00010ce6\U00010ce7\U00010ce8'
        '\U00010ce9\U00010cea\U00010ceb\U00010cec\U00010ced\U00010cee\U00010cef\U00010cf0'
        '\U00010cf1\U00010cf2\U000118c0\U000118c1\U000118c2\U000118c3\U000118c4\U000118c5'
        '\U000118c6\U000118c7\U000118c8\U000118c9\U000118ca\U000118cb\U000118cc\U000118cd'
        '\U000118ce\U000118cf\U000118d0\U000118d1\U000118d2\U000118d3\U000118d4\U000118d5'
        '\U000118d6\U000118d7\U000118d8\U000118d9\U000118da\U000118db\U000118dc\U000118dd'
        '\U000118de\U000118df\U00016e60\U00016e61\U00016e62\U00016e63\U00016e64\U00016e65'
        '\U00016e66\U00016e67\U00016e68\U00016e69\U00016e6a\U00016e6b\U00016e6c\U00016e6d'
        '\U00016e6e\U00016e6f\U00016e70\U00016e71\U00016e72\U00016e73\U00016e74\U00016e75'
        '\U00016e76\U00016e77\U00016e78\U00016e79\U00016e7a\U00016e7b\U00016e7c\U00016e7d'
        '\U00016e7e\U00016e7f\U0001e922\U0001e923\U0001e924\U0001e925\U0001e926\U0001e927'
        '\U0001e928\U0001e929\U0001e92a\U0001e92b\U0001e92c\U0001e92d\U0001e92e\U0001e92f'
        '\U0001e930\U0001e931\U0001e932\U0001e933\U0001e934\U0001e935\U0001e936\U0001e937'
        '\U0001e938\U0001e939\U0001e93a\U0001e93b\U0001e93c\U0001e93d\U0001e93e\U0001e93f'
        '\U0001e940\U0001e941\U0001e942\U0001e943'
      );
    end if;
    -- Digits.
    if key ~ '[\u0660-\u0669\u06f0-\u06f9\u07c0-\u1c59\ua620-\uabf9\U000104a0-\U0001e959]' then
      key := translate(
        key,
        e'\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u06f0\u06f1\u06f2\u06f3'
        '\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9\u07c0\u07c1\u07c2\u07c3\u07c4\u07c5\u07c6\u07c7'
        '\u07c8\u07c9\u0966\u0967\u0968\u0969\u096a\u096b\u096c\u096d\u096e\u096f\u09e6\u09e7'
        '\u09e8\u09e9\u09ea\u09eb\u09ec\u09ed\u09ee\u09ef\u0a66\u0a67\u0a68\u0a69\u0a6a\u0a6b'
        '\u0a6c\u0a6d\u0a6e\u0a6f\u0ae6\u0ae7\u0ae8\u0ae9\u0aea\u0aeb\u0aec\u0aed\u0aee\u0aef'
        '\u0b66\u0b67\u0b68\u0b69\u0b6a\u0b6b\u0b6c\u0b6d\u0b6e\u0b6f\u0be6\u0be7\u0be8\u0be9'
        '\u0bea\u0beb\u0bec\u0bed\u0bee\u0bef\u0c66\u0c67\u0c68\u0c69\u0c6a\u0c6b\u0c6c\u0c6d'
        '\u0c6e\u0c6f\u0ce6\u0ce7\u0ce8\u0ce9\u0cea\u0ceb\u0cec\u0ced\u0cee\u0cef\u0d66\u0d67'
        '\u0d68\u0d69\u0d6a\u0d6b\u0d6c\u0d6d\u0d6e\u0d6f\u0de6\u0de7\u0de8\u0de9\u0dea\u0deb'
        '\u0dec\u0ded\u0dee\u0def\u0e50\u0e51\u0e52\u0e53\u0e54\u0e55\u0e56\u0e57\u0e58\u0e59'
        '\u0ed0\u0ed1\u0ed2\u0ed3\u0ed4\u0ed5\u0ed6\u0ed7\u0ed8\u0ed9\u0f20\u0f21\u0f22\u0f23'
        '\u0f24\u0f25\u0f26\u0f27\u0f28\u0f29\u1040\u1041\u1042\u1043\u1044\u1045\u1046\u1047'
        '\u1048\u1049\u1090\u1091\u1092\u1093\u1094\u1095\u1096\u1097\u1098\u1099\u17e0\u17e1'
        '\u17e2\u17e3\u17e4\u17e5\u17e6\u17e7\u17e8\u17e9\u1810\u1811\u1812\u1813\u1814\u1815'
        '\u1816\u1817\u1818\u1819\u1946\u1947\u1948\u1949\u194a\u194b\u194c\u194d\u194e\u194f'
        '\u19d0\u19d1\u19d2\u19d3\u19d4\u19d5\u19d6\u19d7\u19d8\u19d9\u1a80\u1a81\u1a82\u1a83'
        '\u1a84\u1a85\u1a86\u1a87\u1a88\u1a89\u1a90\u1a91\u1a92\u1a93\u1a94\u1a95\u1a96\u1a97'
        '\u1a98\u1a99\u1b50\u1b51\u1b52\u1b53\u1b54\u1b55\u1b56\u1b57\u1b58\u1b59\u1bb0\u1bb1'
        '\u1bb2\u1bb3\u1bb4\u1bb5\u1bb6\u1bb7\u1bb8\u1bb9\u1c40\u1c41\u1c42\u1c43\u1c44\u1c45'
        '\u1c46\u1c47\u1c48\u1c49\u1c50\u1c51\u1c52\u1c53\u1c54\u1c55\u1c56\u1c57\u1c58\u1c59'
        '\ua620\ua621\ua622\ua623\ua624\ua625\ua626\ua627\ua628\ua629\ua8d0\ua8d1\ua8d2\ua8d3'
        '\ua8d4\ua8d5\ua8d6\ua8d7\ua8d8\ua8d9\ua900\ua901\ua902\ua903\ua904\ua905\ua906\ua907'
        '\ua908\ua909\ua9d0\ua9d1\ua9d2\ua9d3\ua9d4\ua9d5\ua9d6\ua9d7\ua9d8\ua9d9\ua9f0\ua9f1'
        '\ua9f2\ua9f3\ua9f4\ua9f5\ua9f6\ua9f7\ua9f8\ua9f9\uaa50\uaa51\uaa52\uaa53\uaa54\uaa55'
        '\uaa56\uaa57\uaa58\uaa59\uabf0\uabf1\uabf2\uabf3\uabf4\uabf5\uabf6\uabf7\uabf8\uabf9'
        '\U000104a0\U000104a1\U000104a2\U000104a3\U000104a4\U000104a5\U000104a6\U000104a7'
        '\U000104a8\U000104a9\U00010d30\U00010d31\U00010d32\U00010d33\U00010d34\U00010d35'
        '\U00010d36\U00010d37\U00010d38\U00010d39\U00011066\U00011067\U00011068\U00011069'
        '\U0001106a\U0001106b\U0001106c\U0001106d\U0001106e\U0001106f\U000110f0\U000110f1'
        '\U000110f2\U000110f3\U000110f4\U000110f5\U000110f6\U000110f7\U000110f8\U000110f9'
        '\U00011136\U00011137\U00011138\U00011139\U0001113a\U0001113b\U0001113c\U0001113d'
        '\U0001113e\U0001113f\U000111d0\U000111d1\U000111d2\U000111d3\U000111d4\U000111d5'
        '\U000111d6\U000111d7\U000111d8\U000111d9\U000112f0\U000112f1\U000112f2\U000112f3'
        '\U000112f4\U000112f5\U000112f6\U000112f7\U000112f8\U000112f9\U00011450\U00011451'
        '\U00011452\U00011453\U00011454\U00011455\U00011456\U00011457\U00011458\U00011459'
        '\U000114d0\U000114d1\U000114d2\U000114d3\U000114d4\U000114d5\U000114d6\U000114d7'
        '\U000114d8\U000114d9\U00011650\U00011651\U00011652\U00011653\U00011654\U00011655'
        '\U00011656\U00011657\U00011658\U00011659\U000116c0\U000116c1\U000116c2\U000116c3'
        '\U000116c4\U000116c5\U000116c6\U000116c7\U000116c8\U000116c9\U00011730\U00011731'
        '\U00011732\U00011733\U00011734\U00011735\U00011736\U00011737\U00011738\U00011739'
        '\U000118e0\U000118e1\U000118e2\U000118e3\U000118e4\U000118e5\U000118e6\U000118e7'
        '\U000118e8\U000118e9\U00011950\U00011951\U00011952\U00011953\U00011954\U00011955'
        '\U00011956\U00011957\U00011958\U00011959\U00011c50\U00011c51\U00011c52\U00011c53'
        '\U00011c54\U00011c55\U00011c56\U00011c57\U00011c58\U00011c59\U00011d50\U00011d51'
        '\U00011d52\U00011d53\U00011d54\U00011d55\U00011d56\U00011d57\U00011d58\U00011d59'
        '\U00011da0\U00011da1\U00011da2\U00011da3\U00011da4\U00011da5\U00011da6\U00011da7'
        '\U00011da8\U00011da9\U00016a60\U00016a61\U00016a62\U00016a63\U00016a64\U00016a65'
        '\U00016a66\U00016a67\U00016a68\U00016a69\U00016ac0\U00016ac1\U00016ac2\U00016ac3'
        '\U00016ac4\U00016ac5\U00016ac6\U00016ac7\U00016ac8\U00016ac9\U00016b50\U00016b51'
        '\U00016b52\U00016b53\U00016b54\U00016b55\U00016b56\U00016b57\U00016b58\U00016b59'
        '\U0001e140\U0001e141\U0001e142\U0001e143\U0001e144\U0001e145\U0001e146\U0001e147'
        '\U0001e148\U0001e149\U0001e2f0\U0001e2f1\U0001e2f2\U0001e2f3\U0001e2f4\U0001e2f5'
        '\U0001e2f6\U0001e2f7\U0001e2f8\U0001e2f9\U0001e950\U0001e951\U0001e952\U0001e953'
        '\U0001e954\U0001e955\U0001e956\U0001e957\U0001e958\U0001e959',
        repeat('0123456789', 58)
      );
    end if;
    -- Marks that are seldom typed.
    key := translate(
      key,
      e'\u00ab\u00bb\u02b9\u02ba\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u02d7\u02ee'
      '\u055a\u058a\u07f4\u07f5\u1400\u1806\u2010\u2012\u2015\u201a\u201b\u201e\u201f\u2032'
      '\u2035\u2039\u203a\u2043\u2212\u275b\u275c\u275d\u275e\u275f\u2760\u2e17\u2e1a\u2e3a'
      '\u2e3b\u2e40\u2e42\u2e5d\u3003\u301c\u301d\u301e\u301f\u3030\u30a0\ua78b\ua78c'
      '\U00010ead\U0001f676\U0001f677\U0001f678',
      '""''"''''''''''''''''-"''-''''-----''''""''''''''--''''""''"-----"-"-"""--''''-"""'
    );
    key := normalize(key, nfkc);
  end if;
  -- Marks that are often typed; two apostrophes are one quotation mark.
  key := translate(
    key,
    e'`\u00a0\u05be\u05f3\u05f4\u2013\u2014\u2018\u2019\u201c\u201d',
    e'\' -\'"--\'\'""'
  );
  key := replace(key, '''''', '"');
  return btrim(regexp_replace(key, ' {2,}', ' ', 'g'));
end
$function$
$wanted$;
  ours constant text := 'The key by which names are one name: for comparing, never for showing. '
    'המפתח שלפיו שמות הם אותו שם: להשוואה, לעולם לא להצגה.';
  standing constant regprocedure := to_regprocedure('public.name_key(text)');
begin
  if standing is not null and obj_description(standing, 'pg_proc') is distinct from ours then
    raise exception 'Another function public.name_key(text) stands; nothing was changed. Rename or '
      'drop it, then run this again.'
      using errcode = 'duplicate_function';
  end if;
  if standing is null or pg_get_functiondef(standing) <> wanted then
    execute wanted;
    execute format('comment on function public.name_key(text) is %L', ours);
  end if;

  if not (
    select
      not has_function_privilege('anon', p.oid, 'execute')
      and has_function_privilege('authenticated', p.oid, 'execute')
      and has_function_privilege('service_role', p.oid, 'execute')
    from pg_catalog.pg_proc as p
    where p.oid = to_regprocedure('public.name_key(text)')
  ) then
    revoke all on function public.name_key(text) from public, anon;
    grant execute on function public.name_key(text) to authenticated, service_role;
  end if;
end
$do$;

-- האנשים שבטקסט אחד: כל אחד מהדוברים ששמותיהם כתובים יחד, כפי שנכתב
-- The people of one text: each of the speakers whose names are written together, as written there.
-- They are parted by commas, semicolons, strokes, ampersands, plus signs, bullets, new lines, by
-- "and" and "with" in English and Hebrew, and by ו before a hyphen; by ו without one only between
-- two full names, for many names begin with it. Single letters, and titles that follow a name, are
-- nobody. What holds nobody else is one person, whole.
-- מי שמחובר מריץ אותה, כמו את name_key
-- It is for whom name_key is for.
do $do$
declare
  -- Written as pg_get_functiondef prints it, upper case and all, to be compared with it whole.
  wanted constant text := $wanted$CREATE OR REPLACE FUNCTION public.speaker_names(spelled text)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  marks constant text := '[,;/\\&+|\n\u00b7\u2022\u060c\u061b\u3001\uff06\uff0b\uff0c\uff0f\uff1b]';
  between constant text := '\s*(?:' || marks || '|\s(?:and|with|עם)(?=\s)'
    '|\s+ו\s*[-\u05be\u2010-\u2015\u2212]'
    '|(?<=\S\s+\S+)\s+ו(?=[א-הז-ת][א-ת]+\s+\S))+\s*';
  nobody constant text := '^\s*(?:\S?|(?:jr|sr|i{2,3}|iv|ph\.?\s?d|m\.?[da]|mba|esq|c[etfop]o|vp)\.?'
    '|(?:סמ|מ)נכ["\u05f4]?לי?ת?|עו["\u05f4]?ד|ד["\u05f4]?ר)\s*$';
  people text[];
begin
  -- Most texts are one person, and are seen to be by this alone.
  if spelled collate "C" !~* (marks || '|\s(?:and|with|עם)\s|\sו') then
    return array[spelled];
  end if;
  select coalesce(array_agg(btrim(one, e' \t\r\n') order by n), '{}')
  into people
  from regexp_split_to_table(spelled collate "C", between, 'i') with ordinality as split (one, n)
  where one collate "C" !~* nobody;
  return case when cardinality(people) > 0 then people else array[spelled] end;
end
$function$
$wanted$;
  standing constant regprocedure := to_regprocedure('public.speaker_names(text)');
begin
  if standing is null or pg_get_functiondef(standing) <> wanted then
    execute wanted;
    comment on function public.speaker_names(text) is
      'The people that a text names as speakers, each as written. '
      'האנשים שטקסט מזכיר כדוברים, כל אחד כפי שנכתב.';
  end if;

  if not (
    select
      not has_function_privilege('anon', p.oid, 'execute')
      and has_function_privilege('authenticated', p.oid, 'execute')
      and has_function_privilege('service_role', p.oid, 'execute')
    from pg_catalog.pg_proc as p
    where p.oid = to_regprocedure('public.speaker_names(text)')
  ) then
    revoke all on function public.speaker_names(text) from public, anon;
    grant execute on function public.speaker_names(text) to authenticated, service_role;
  end if;
end
$do$;

-- פונקציה: מפגשים אחרים של אותו דובר, באותו אירוע, שחופפים לזמן הנתון. שם הדובר מושווה לפי המפתח,
-- כלשונו ובשלמותו; מי שרשום בטבלת הדוברים של מפגש מדבר בו, ומפגש שנמחק רכות אינו קיים. מה מאלה יש
-- במסד, בטבלאות ומהטיפוס הנכון, ומותר לקריאה למי שקורא לה, נבדק בכל קריאה. היא רצה תחת מדיניות
-- המוצר, שפונקציות העזר שלה נשענות על public; הסכמה הזמנית אחרונה בנתיב. פונקציה אחרת בשם הזה
-- מוחלפת, וזה היחיד שמוחלף.
-- Function: other sessions of the same speaker in the same event that overlap the given time. The
-- name is compared by its key, literally and whole: `%`, `_` and `\` are characters. Who is listed
-- for a session in `session_speakers` speaks in it, and one that is deleted softly does not stand:
-- where the product has these in tables, of the types that are meant, and the caller may read them,
-- which is looked up at each call. It runs with the caller's rights, so that row-level security
-- holds, and on a path that the helpers of the product's policies count on; the temporary schema is
-- its last, so that nobody's temporary type or table is taken for one that is meant. A function of
-- this name that is different in any way is replaced: it is the only object that is, and what stood
-- before is shown in a notice. One that can be replaced in its place keeps its rights; one that an
-- earlier version made is no news.
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
  speaker constant pg_catalog.text := public.name_key(p_speaker_name);
  standing pg_catalog.text;
  are_listed boolean;
begin
  if speaker = '' or p_end_time <= p_start_time then
    return;
  end if;
  -- What the product has of these, of the types that are meant, and the caller may read, is asked;
  -- nothing else can be. A domain is what it is made of.
  select coalesce(
    string_agg(
      case a.attname
        when 'is_deleted' then ' and e.is_deleted is not true'
        else ' and e.deleted_at is null'
      end,
      ''
    ),
    ''
  )
  into standing
  from (values
    ('is_deleted', array['boolean']),
    ('deleted_at', array['timestamp with time zone', 'timestamp without time zone', 'date'])
  ) as asked (name, types)
  join pg_catalog.pg_attribute as a
    on a.attrelid = 'public.schedules'::pg_catalog.regclass
    and a.attname = asked.name
    and a.attnum > 0
    and not a.attisdropped
    and has_column_privilege(a.attrelid, a.attnum, 'select')
  join pg_catalog.pg_type as t
    on t.oid = a.atttypid
    and format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null) = any (asked.types);
  select count(*) = 4
  into are_listed
  from (values
    ('public.session_speakers', 'schedule_id', array['uuid']),
    ('public.session_speakers', 'speaker_id', array['uuid']),
    ('public.speakers', 'id', array['uuid']),
    ('public.speakers', 'full_name', array['text', 'character varying'])
  ) as asked (relation, name, types)
  join pg_catalog.pg_class as c
    on c.oid = to_regclass(asked.relation)
    and c.relkind in ('r', 'p')
  join pg_catalog.pg_attribute as a
    on a.attrelid = c.oid
    and a.attname = asked.name
    and a.attnum > 0
    and not a.attisdropped
    and has_column_privilege(a.attrelid, a.attnum, 'select')
  join pg_catalog.pg_type as t
    on t.oid = a.atttypid
    and format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null) = any (asked.types);
  return query execute format(
    $query$
    select
      s.id,
      s.title,
      s.start_time,
      s.end_time
    from (
      -- By event and time first, so that few names are asked for their key.
      select
        e.id,
        e.title,
        e.start_time,
        e.end_time,
        e.speaker_name
      from public.schedules as e
      where e.event_id = $1
      and e.speaker_name is not null
      and e.start_time < $4
      and e.end_time > $3
      and e.start_time < e.end_time
      and ($5 is null or e.id <> $5)
      %1$s
      offset 0
    ) as s
    where public.name_key(s.speaker_name) = $2 collate "C"
    %2$s
    order by 3, 1
    $query$,
    standing,
    case
      when are_listed then format(
        $query$
        union
        select
          s.id,
          s.title,
          s.start_time,
          s.end_time
        from (
          select
            e.id,
            e.title,
            e.start_time,
            e.end_time,
            l.speaker_id
          from public.schedules as e
          join public.session_speakers as l
            on l.schedule_id = e.id
          where e.event_id = $1
          and e.start_time < $4
          and e.end_time > $3
          and e.start_time < e.end_time
          and ($5 is null or e.id <> $5)
          %1$s
          offset 0
        ) as s
        cross join lateral (
          select p.full_name
          from public.speakers as p
          where p.id = s.speaker_id
          offset 0
        ) as listed
        where public.name_key(listed.full_name) = $2 collate "C"
        $query$,
        standing
      )
    end
  )
  using p_event_id, speaker, p_start_time, p_end_time, p_exclude_schedule_id;
end
$function$
$wanted$;
  -- The bodies of what earlier versions made.
  earlier constant text[] := array[
    '61951271f9a608b0747ee34e73aab20d',
    '1e57c6cbefddba79972a85f11777b517',
    'fca1538f55e512bd20af316c4e10eb30'
  ];
  standing record;
  stands boolean := false;
begin
  for standing in
    select
      p.oid::regprocedure as identity,
      pg_get_functiondef(p.oid) as definition,
      md5(p.prosrc) as body,
      p.prokind = 'f'
      and p.oid = to_regprocedure(
        'public.check_speaker_conflicts(uuid,text,timestamptz,timestamptz,uuid)'
      )
      and split_part(pg_get_functiondef(p.oid), e'\n LANGUAGE ', 1)
        = split_part(wanted, e'\n LANGUAGE ', 1) as fits
    from pg_catalog.pg_proc as p
    where p.pronamespace = 'public'::regnamespace
    and p.proname = 'check_speaker_conflicts'
    and p.prokind <> 'a'
  loop
    stands := stands or standing.definition = wanted;
    if standing.definition <> wanted and not (standing.fits and standing.body = any (earlier)) then
      raise notice e'Replaced, and was before:\n%', standing.definition;
    end if;
    if not standing.fits then
      execute format('drop routine %s', standing.identity);
    end if;
  end loop;
  if not stands then
    execute wanted;
    comment on function
      public.check_speaker_conflicts(uuid, text, timestamptz, timestamptz, uuid) is
      'Other sessions that stand of the speaker, by the key of names or listed, in the event that '
      'overlap the half-open time given. מפגשים אחרים של הדובר, לפי מפתח השמות או הרשימה, באירוע '
      'שחופפים לזמן הנתון.';
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
end
$do$;

commit;

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

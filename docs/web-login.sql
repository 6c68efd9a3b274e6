-- ההתחברות של תהליך הרשת: קוראת דרך מדיניות משלה, וכותבת למפגשים וליומן ההצעות רק בשם אדם.
-- The web process's own login, backoffice_web, for DATABASE_URL. It reads through policies of its
-- own, writes in `backoffice` what the back office keeps there, and writes sessions and suggestions
-- only after SET ROLE authenticated, in a person's name. To be run after `manage.py migrate`, by the
-- login that migrates (MIGRATE_DATABASE_URL), and again after each upgrade: it takes away what is
-- too much, and completes what is missing. It sets no password; do that once afterwards, with
-- psql's \password backoffice_web, which sends no clear text. Where something does not hold, it
-- says what to do, and nothing is changed.

begin;

-- לא מחכים לנעילות: יצירת מדיניות נועלת את הטבלה לרגע
-- No long waits for locks: making a policy locks its table for a moment
set local lock_timeout = '3s';
set local search_path = public, extensions;

-- תנאים: הסכמה, היומן והפונקציות כבר קיימים, והמדיניות בתוקף במקום שבו ההתחברות נועלת שורות
-- What must hold: our objects stand, and policies are in force where the login locks rows
do $$
declare
  unprotected text;
begin
  if to_regclass('public.ai_insights_log') is null
    or to_regclass('backoffice.django_session') is null
    or to_regprocedure('backoffice.give_up(uuid, text)') is null
  then
    raise exception 'The back office is not installed here, or not up to date; nothing was changed. '
      'Run manage.py migrate first, then this again.';
  end if;
  select string_agg(oid::regclass::text, ', ' order by relname)
  into unprotected
  from pg_catalog.pg_class
  where oid in ('public.schedules'::regclass, 'public.ai_insights_log'::regclass)
  and not relrowsecurity;
  if unprotected is not null then
    raise exception 'Row-level security is off: %; nothing was changed. Without it no policy keeps '
      'the login from writing. Turn it on (alter table … enable row level security), then run this '
      'again.', unprotected;
  end if;
end
$$;

-- התפקיד: לא מנהל, אינו עוקף מדיניות, אינו יוצר תפקידים, ואינו יורש דבר ממי שהוא חבר בו
-- The role: no superuser, bound by policies, makes no roles, inherits nothing it is a member of
do $$
declare
  too_much boolean;
begin
  if to_regrole('backoffice_web') is null then
    begin
      create role backoffice_web
        login noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
      comment on role backoffice_web is
        'The back office''s web process. תהליך הרשת של המשרד האחורי.';
    exception
      -- Another database of the server is making it at this moment.
      when duplicate_object or unique_violation then
        null;
    end;
  end if;
  select
    rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolinherit
    or not rolcanlogin
  into too_much
  from pg_catalog.pg_roles
  where rolname = 'backoffice_web';
  if too_much then
    raise exception 'A role backoffice_web stands already and is not what is meant; nothing was '
      'changed. Make it so, as a superuser: alter role backoffice_web login noinherit nosuperuser '
      'nocreatedb nocreaterole noreplication nobypassrls; then run this again.';
  end if;
end
$$;

-- החברות: רק כדי להיות authenticated לפי הצורך. לפני PostgreSQL 16 האפשרויות הן שגיאת תחביר
-- Membership: only to become `authenticated`. Before PostgreSQL 16 the options are a syntax error,
-- and that nothing is inherited is said by the role alone
do $$
declare
  has_options constant boolean := current_setting('server_version_num')::integer >= 160000;
begin
  if pg_has_role(
      'backoffice_web', 'authenticated', case when has_options then 'set' else 'member' end
    )
    and not pg_has_role('backoffice_web', 'authenticated', 'usage')
  then
    return;
  end if;
  execute case
    when has_options then 'grant authenticated to backoffice_web with inherit false, set true'
    else 'grant authenticated to backoffice_web'
  end;
exception
  when insufficient_privilege then
    raise exception 'The login % may not let others become authenticated; nothing was changed. A '
      'role that may gives it the right: grant authenticated to % with admin option; then run this '
      'again.', session_user, quote_ident(session_user);
end
$$;

-- מה שהיה יתר על המידה, או מגרסה קודמת, נלקח; מה שצריך ניתן מיד אחר כך, באותה טרנזקציה
-- What was too much, or is of an earlier version, is taken; what is needed is given right after, in
-- the same transaction
do $$
declare
  thing record;
begin
  for thing in
    select format('table %s', c.oid::regclass) as words
    from pg_catalog.pg_class as c
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
    and c.relnamespace in ('public'::regnamespace, 'backoffice'::regnamespace)
    and (
      exists (
        select
        from aclexplode(c.relacl) as a
        where a.grantee = 'backoffice_web'::regrole
      )
      or exists (
        select
        from pg_catalog.pg_attribute as t
        cross join lateral aclexplode(t.attacl) as a
        where t.attrelid = c.oid
        and a.grantee = 'backoffice_web'::regrole
      )
    )
    union all
    select format('routine %s', p.oid::regprocedure)
    from pg_catalog.pg_proc as p
    cross join lateral aclexplode(p.proacl) as a
    where p.pronamespace in ('public'::regnamespace, 'backoffice'::regnamespace)
    and a.grantee = 'backoffice_web'::regrole
  loop
    execute format('revoke all on %s from backoffice_web', thing.words);
  end loop;
end
$$;

-- הסכמות: public פתוחה בדרך כלל לכול
-- Schemas: public is usually open to everyone
do $$
begin
  grant usage on schema backoffice to backoffice_web;
  if not has_schema_privilege('backoffice_web', 'public', 'usage') then
    grant usage on schema public to backoffice_web;
  end if;
end
$$;

-- טבלאות המוצר והיומן: קריאה דרך מדיניות משלה. שורות של המפגשים ושל היומן ננעלות לפני שמחליטים,
-- ונעילה דורשת הרשאה לעדכן עמודה אחת; כל שורה שתיכתב נדחית, גם אם מדיניות אחרת פתוחה לכול.
-- The product's tables and the log: read through policies of its own. Rows of sessions and of the
-- log are locked before anything is decided, for which PostgreSQL asks the right to update a
-- column; every row that would be written is refused, also where a policy that was made by hand is
-- open to everyone: that is what the restrictive one is for.
do $$
declare
  wanted record;
begin
  for wanted in
    select
      t.name,
      p.policy,
      p.definition,
      p.purpose
    from (values
      ('organizations', false),
      ('user_profiles', false),
      ('events', false),
      ('participants', false),
      ('participant_schedules', false),
      ('schedules', true),
      ('ai_insights_log', true),
      -- These only where the product has them.
      ('rooms', false),
      ('tracks', false),
      ('program_days', false),
      ('speakers', false),
      ('session_speakers', false)
    ) as t (name, locked)
    join (values
      (
        'web_login_reads',
        'for select to backoffice_web using (true)',
        'The back office compares organizations itself. המשרד האחורי משווה ארגונים בעצמו.',
        false
      ),
      (
        'web_login_locks',
        'for update to backoffice_web using (true) with check (false)',
        'It locks rows before deciding. הוא נועל שורות לפני שמחליטים.',
        true
      ),
      (
        'web_login_writes_nothing',
        'as restrictive for update to backoffice_web using (true) with check (false)',
        'Whatever another policy allows. גם אם מדיניות אחרת מתירה.',
        true
      )
    ) as p (policy, definition, purpose, locking)
      on t.locked or not p.locking
    where to_regclass(format('public.%I', t.name)) is not null
  loop
    execute format('grant select on public.%I to backoffice_web', wanted.name);
    if wanted.policy = 'web_login_locks' then
      execute format('grant update (id) on public.%I to backoffice_web', wanted.name);
    end if;
    if not exists (
      select
      from pg_catalog.pg_policy
      where polrelid = to_regclass(format('public.%I', wanted.name))
      and polname = wanted.policy
    ) then
      execute format(
        'create policy %I on public.%I %s', wanted.policy, wanted.name, wanted.definition
      );
      execute format(
        'comment on policy %I on public.%I is %L', wanted.policy, wanted.name, wanted.purpose
      );
    end if;
  end loop;
end
$$;

-- הסכמה של המשרד האחורי: כל טבלה שבה, גם כזו שתבוא. מה שרק מוסיפים לו אינו מתעדכן ואינו נמחק,
-- ומה שהמיגרציות או הטריגרים כותבים רק נקרא
-- The back office's schema: every table in it, also one to come. What is only added to is neither
-- updated nor deleted, and what migrations or triggers write is only read
do $$
declare
  own record;
begin
  for own in
    select
      c.oid::regclass as name,
      case
        when c.relname in (
          'decision_history', 'django_migrations', 'foundation_objects', 'suggestion_acts',
          'suggestion_index'
        ) then 'select'
        when exists (
          select
          from pg_catalog.pg_trigger as g
          where g.tgrelid = c.oid
          and g.tgfoid = 'backoffice.refuse_to_change_history()'::regprocedure
        ) then 'select, insert'
        else 'select, insert, update, delete'
      end as rights
    from pg_catalog.pg_class as c
    where c.relnamespace = 'backoffice'::regnamespace
    and c.relkind in ('r', 'p')
  loop
    execute format('grant %s on %s to backoffice_web', own.rights, own.name);
  end loop;
  alter default privileges in schema backoffice
    grant select, insert, update, delete on tables to backoffice_web;
end
$$;

-- פונקציות: מה שרק מחשב, ואת המעשים שאינם בשם איש, שכל אחד מהם בודק בעצמו שהוא מותר
-- Functions: what only computes, and the acts in nobody's name, each of which sees for itself that
-- it may be done
do $$
declare
  own record;
begin
  for own in
    select p.oid::regprocedure as name
    from pg_catalog.pg_proc as p
    where p.pronamespace = 'backoffice'::regnamespace
    and p.prorettype <> 'trigger'::regtype
    and (
      not p.prosecdef
      or p.proname in ('taken_along', 'put_back', 'count_again', 'give_up', 'what_hangs_on', 'act_on',
        'approve_first'
      )
    )
    union all
    select p.oid::regprocedure
    from pg_catalog.pg_proc as p
    where p.pronamespace = 'public'::regnamespace
    and p.proname in ('check_speaker_conflicts', 'name_key', 'speaker_names')
  loop
    execute format('grant execute on function %s to backoffice_web', own.name);
  end loop;
end
$$;

commit;

-- הכנת מסד נתונים חדש של Supabase לשחזור: תפקידים, הרחבה והרשאות ברירת המחדל. ראו operations.md
-- Prepares a new Supabase database for a restore, as docs/operations.md says. To be run by the login
-- that is to own the tables, before pg_restore. Where the database is not empty, it says so, and
-- nothing is changed.

begin;

set local lock_timeout = '3s';
set local statement_timeout = '1min';

-- לא משחזרים על גבי מה שקיים
-- Nothing is restored over what stands
do $$
declare
  standing text;
begin
  select string_agg(c.oid::regclass::text, ', ' order by c.relname)
  into standing
  from pg_catalog.pg_class as c
  where c.relnamespace in (to_regnamespace('public'), to_regnamespace('backoffice'))
  and c.relkind in ('r', 'p', 'v', 'm', 'f');
  if standing is not null then
    raise exception 'This database holds tables already (%); nothing was changed. Restore into a '
      'new one.', left(standing, 200);
  end if;
  if to_regclass('auth.users') is null then
    raise exception 'This is no database of Supabase: it has no auth.users; nothing was changed. '
      'A database of your own is restored whole, as docs/operations.md says.';
  end if;
end
$$;

-- תפקידים אינם חלק מגיבוי של מסד נתונים; בלי סיסמה אי אפשר להתחבר
-- Roles are in no dump of a database, and policies name this one. It signs in nowhere before it has
-- a password; what else it needs, docs/web-login.sql gives it
do $$
begin
  if to_regrole('backoffice_web') is null then
    create role backoffice_web
      login noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
  end if;
end
$$;

-- גיבוי לפי סכמות אינו כולל הרחבות, ובלעדיהן לא ייבנה האילוץ על החדרים
-- A dump by schemas holds no extensions, and the constraint on rooms needs one
create extension if not exists btree_gist with schema extensions;

-- הרשאות ברירת המחדל של הפרויקט החדש היו ניתנות לכל טבלה שתשוחזר, מעבר להרשאותיה; הן חוזרות מן
-- הגיבוי, אחרי הטבלאות
-- The new project's default privileges would be given to every table restored, beside its own: to
-- anon, too. They come back from the dump, after the tables
do $$
declare
  kind text;
begin
  foreach kind in array array['tables', 'sequences', 'functions']
  loop
    execute format(
      'alter default privileges in schema public revoke all on %s from anon, authenticated,'
      ' service_role',
      kind
    );
  end loop;
end
$$;

commit;

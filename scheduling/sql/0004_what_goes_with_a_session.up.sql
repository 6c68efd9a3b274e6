-- הטבלאות שמפתח זר מוביל מהן אל המפגשים, ישירות או דרך אחרות. אף אחת מהן אינה נקובה כאן בשמה
-- The tables from which foreign keys lead to the sessions, at once or through others. None of them
-- is known by name: the catalogue tells.
create or replace function backoffice.tables_below_sessions()
  returns setof regclass
  language sql
  stable
  set search_path = ''
  as $$
with recursive below as (
  select c.conrelid as relation
  from pg_catalog.pg_constraint as c
  where c.contype = 'f'
  and c.conparentid = 0
  and c.confrelid = 'public.schedules'::regclass
  union
  select c.conrelid
  from below
  join pg_catalog.pg_constraint as c
    on c.confrelid = below.relation
    and c.contype = 'f'
    and c.conparentid = 0
)
select relation::regclass
from below
$$;

-- כל מה שיימחק יחד עם המפגש, כפי שהוא עומד. השורות נעולות עד סוף הטרנזקציה. רצה בהרשאות הבעלים,
-- כי המחיקה הנגררת אינה שואלת איש; מי שקורא לה רק קורא
-- All that goes when a session is deleted, as it stands, locked until the transaction ends. It runs
-- with its owner's rights, for a cascade asks nobody: under the caller's, rows would be missed that
-- the database deletes all the same. Whoever calls it only reads. Keys of a partition are those of
-- the table it belongs to.
create or replace function backoffice.taken_along(session_id uuid)
  returns table (relation text, entry jsonb)
  language plpgsql
  security definer
  set search_path = ''
  as $$
declare
  tables text[];
  rows_of jsonb[];
  known text[];
  places text[];
  found jsonb;
  at integer := 1;
  referring record;
begin
  select array['public.schedules'], array[jsonb_build_array(to_jsonb(s))],
    array[s.tableoid || ' ' || s.ctid]
  into tables, rows_of, known
  from public.schedules as s
  where s.id = session_id;

  while at <= coalesce(cardinality(tables), 0) loop
    for referring in
      select
        format('%I.%I', w.nspname, t.relname) as name,
        string_agg(format('r.%I', a.attname), ', ' order by k.n) as own,
        string_agg(format('p.%I', f.attname), ', ' order by k.n) as referred
      from pg_catalog.pg_constraint as c
      join pg_catalog.pg_class as t
        on t.oid = c.conrelid
      join pg_catalog.pg_namespace as w
        on w.oid = t.relnamespace
      cross join lateral unnest(c.conkey, c.confkey) with ordinality as k (own, referred, n)
      join pg_catalog.pg_attribute as a
        on a.attrelid = c.conrelid
        and a.attnum = k.own
      join pg_catalog.pg_attribute as f
        on f.attrelid = c.confrelid
        and f.attnum = k.referred
      where c.contype = 'f'
      and c.confdeltype = 'c'
      and c.conparentid = 0
      and c.confrelid = tables[at]::regclass
      group by c.oid, 1
      order by 1, c.oid
    loop
      execute format(
        'select array_agg(f.place), jsonb_agg(f.entry) from ('
        'select r.tableoid || '' '' || r.ctid as place, to_jsonb(r) as entry from %1$s as r'
        ' where (%2$s) in (select %3$s from jsonb_populate_recordset(null::%4$s, $1) as p)'
        ' order by 1 for update of r) as f'
        ' where not f.place = any ($2)',
        referring.name, referring.own, referring.referred, tables[at]
      )
      into places, found
      using rows_of[at], known;
      if places is not null then
        known := known || places;
        tables := tables || referring.name;
        rows_of := rows_of || found;
        return query
        select referring.name, e.value
        from jsonb_array_elements(found) as e;
      end if;
    end loop;
    at := at + 1;
  end loop;
end
$$;

-- למה נועדה כל פונקציה, ולאיש אין הרשאה להריץ אותה
-- What each function is for; nobody has a right to run it
do $do$
declare
  made record;
begin
  for made in
    select *
    from (values
      (
        'backoffice.tables_below_sessions()',
        'From which tables foreign keys lead to sessions. '
          'מאילו טבלאות מפתחות זרים מובילים למפגשים.'
      ),
      (
        'backoffice.taken_along(uuid)',
        'What goes when a session is deleted, locked. מה שנמחק יחד עם מפגש, נעול.'
      )
    ) as listed (name, purpose)
  loop
    execute format(
      'revoke all on function %s from public, anon, authenticated, service_role', made.name
    );
    if obj_description(to_regprocedure(made.name), 'pg_proc') is null then
      execute format('comment on function %s is %L', made.name, made.purpose);
    end if;
  end loop;
end
$do$;

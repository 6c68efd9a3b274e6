-- מה תלוי במפגשים: השורות שמפנות אליהם, במפתח זר או בעמודה שנושאת את שמו, ובכמה מהן מדובר. אף טבלה
-- אינה נקובה כאן בשמה. רצה בהרשאות הבעלים: כללי הגישה מסתירים שורות שהמחיקה תיקח בכל מקרה
-- What hangs on sessions: the rows that refer to them, by a foreign key or by a column of that name,
-- and how many there are. No table is known by name, but for those told elsewhere. It runs with its
-- owner's rights: under the caller's, rows would be missed. A large table without an index for it is
-- named and not counted. Whoever calls it only reads.
create or replace function backoffice.what_hangs_on(sessions uuid[])
  returns table (session_id uuid, relation text, entries bigint)
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
  as $$
declare
  many constant real := 100000;
  referring record;
begin
  for referring in
    select
      format('%I.%I', n.nspname, t.relname) as name,
      string_agg(distinct format('r.%I = s.id', a.attname), ' or ') as refers,
      t.reltuples > many and not bool_and(exists (
        select
        from pg_catalog.pg_index as i
        where i.indrelid = t.oid
        and i.indisvalid
        and i.indkey[0] = a.attnum
      )) as is_long
    from pg_catalog.pg_class as t
    join pg_catalog.pg_namespace as n
      on n.oid = t.relnamespace
    join pg_catalog.pg_attribute as a
      on a.attrelid = t.oid
      and a.attnum > 0
      and not a.attisdropped
      and a.atttypid = 'pg_catalog.uuid'::pg_catalog.regtype
    where t.relkind in ('r', 'p')
    and not t.relispartition
    and t.oid <> 'public.participant_schedules'::pg_catalog.regclass
    and (
      exists (
        select
        from pg_catalog.pg_constraint as c
        where c.conrelid = t.oid
        and c.contype = 'f'
        and c.conparentid = 0
        and c.confrelid = 'public.schedules'::pg_catalog.regclass
        and c.conkey = array[a.attnum]
      )
      or n.nspname = 'public' and a.attname = 'schedule_id'
    )
    group by t.oid, n.nspname, t.relname, t.reltuples
    order by 1
  loop
    if referring.is_long then
      return query
      select null::uuid, referring.name, null::bigint;
    else
      return query execute format(
        'select s.id, %L::text, count(*) from unnest($1) as s (id) join %s as r on %s group by s.id',
        referring.name, referring.name, referring.refers
      )
      using sessions;
    end if;
  end loop;
end
$$;

-- לאיש אין הרשאה להריץ אותה
-- Nobody has a right to run it
do $$
begin
  revoke all on function backoffice.what_hangs_on(uuid[])
    from public, anon, authenticated, service_role;
  comment on function backoffice.what_hangs_on(uuid[]) is
    'How many rows of which table refer to sessions. כמה שורות מפנות למפגשים, ומאילו טבלאות.';
end
$$;

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

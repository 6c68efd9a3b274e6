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

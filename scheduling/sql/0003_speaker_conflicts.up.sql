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

-- פונקציה: מפגשים אחרים של אותו דובר, באותו אירוע, שחופפים לזמן הנתון
-- Function: other sessions of the same speaker in the same event that overlap the given time.
-- The name is compared as it is written, without regard to case and surrounding space; `%`, `_`
-- and `\` are characters. It runs with the caller's rights, so that row-level security holds.
-- A function of this name that is different in any way is replaced: it is the only object that
-- is, and what stood before is shown in a notice.
do $do$
declare
  signature constant text :=
    'p_event_id uuid, p_speaker_name text, p_start_time timestamp with time zone, '
    'p_end_time timestamp with time zone, p_exclude_schedule_id uuid DEFAULT NULL::uuid';
  returned constant text :=
    'TABLE(conflict_id uuid, conflict_title text, '
    'conflict_start timestamp with time zone, conflict_end timestamp with time zone)';
  body constant text := $body$
declare
  blank constant text := e' \t\n\r\v\f\u00a0';
  wanted constant text := lower(btrim(p_speaker_name, blank));
begin
  if wanted = '' or not p_start_time < p_end_time then
    return;
  end if;
  return query
  select s.id, s.title, s.start_time, s.end_time
  from public.schedules as s
  where s.event_id = p_event_id
  and s.speaker_name is not null
  and lower(btrim(s.speaker_name, blank)) = wanted
  and s.start_time < p_end_time
  and s.end_time > p_start_time
  and s.start_time < s.end_time
  and (p_exclude_schedule_id is null or s.id <> p_exclude_schedule_id)
  order by s.start_time, s.id;
end
$body$;
  standing record;
  fits boolean := false;
begin
  for standing in
    select
      p.oid::regprocedure as identity,
      pg_get_functiondef(p.oid) as definition,
      p.prosrc = body
      and pg_get_function_arguments(p.oid) = signature
      and pg_get_function_result(p.oid) = returned
      and p.provolatile = 's'
      and not p.prosecdef
      and p.proconfig = array['search_path=""']
      and p.prolang = (select l.oid from pg_catalog.pg_language as l where l.lanname = 'plpgsql')
      and not has_function_privilege('anon', p.oid, 'execute')
      and has_function_privilege('authenticated', p.oid, 'execute') as is_ours
    from pg_catalog.pg_proc as p
    where p.pronamespace = 'public'::regnamespace
    and p.proname = 'check_speaker_conflicts'
    and p.prokind = 'f'
  loop
    if standing.is_ours then
      fits := true;
    else
      raise notice 'Replaced: %', standing.definition;
      execute format('drop function %s', standing.identity);
    end if;
  end loop;
  if fits then
    return;
  end if;

  execute format(
    'create function public.check_speaker_conflicts(%s) returns %s '
    'language plpgsql stable security invoker set search_path = '''' as %L',
    signature, returned, body
  );
  revoke all
    on function public.check_speaker_conflicts(uuid, text, timestamptz, timestamptz, uuid)
    from public, anon;
  grant execute
    on function public.check_speaker_conflicts(uuid, text, timestamptz, timestamptz, uuid)
    to authenticated, service_role;
  comment on function
    public.check_speaker_conflicts(uuid, text, timestamptz, timestamptz, uuid) is
    'Other sessions of the speaker in the event that overlap the half-open time given. '
    'מפגשים אחרים של הדובר באירוע שחופפים לזמן הנתון.';
end
$do$;

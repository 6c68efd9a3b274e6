-- הסרה: הפונקציה שהוחלפה חוזרת כפי שהייתה, עם ההרשאות וההערה שלה, רק אם הותקנה כאן
-- Removal: the function that was replaced is again what it was, with its rights and its comment, and
-- only where it was made here
do $do$
begin
  if exists (
    select
    from backoffice.foundation_objects
    where object = 'function public.check_speaker_conflicts(uuid,text,timestamp with time zone,'
      'timestamp with time zone,uuid)'
  ) and to_regprocedure(
    'public.check_speaker_conflicts(uuid,text,timestamptz,timestamptz,uuid)'
  ) is not null
  then
    execute $was$CREATE OR REPLACE FUNCTION public.check_speaker_conflicts(p_event_id uuid, p_speaker_name text, p_start_time timestamp with time zone, p_end_time timestamp with time zone, p_exclude_schedule_id uuid DEFAULT NULL::uuid)
 RETURNS TABLE(conflict_id uuid, conflict_title text, conflict_start timestamp with time zone, conflict_end timestamp with time zone)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'extensions', 'pg_temp'
AS $function$
declare
  speaker constant pg_catalog.text collate "C" := public.name_key(p_speaker_name);
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
  from (
    -- By event and time first, so that few names are asked for their key.
    select
      e.id,
      e.title,
      e.start_time,
      e.end_time,
      e.speaker_name
    from public.schedules as e
    where e.event_id = p_event_id
    and e.speaker_name is not null
    and e.start_time < p_end_time
    and e.end_time > p_start_time
    and e.start_time < e.end_time
    and (p_exclude_schedule_id is null or e.id <> p_exclude_schedule_id)
    offset 0
  ) as s
  where public.name_key(s.speaker_name) = speaker
  order by s.start_time, s.id;
end
$function$
$was$;
    comment on function
      public.check_speaker_conflicts(uuid, text, timestamptz, timestamptz, uuid) is
      'Other sessions of the speaker, by the key of names, in the event that overlap the half-open '
      'time given. מפגשים אחרים של הדובר, לפי מפתח השמות, באירוע שחופפים לזמן הנתון.';
  end if;
end
$do$;

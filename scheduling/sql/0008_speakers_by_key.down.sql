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
$was$;
    comment on function
      public.check_speaker_conflicts(uuid, text, timestamptz, timestamptz, uuid) is
      'Other sessions of the speaker in the event that overlap the half-open time given. '
      'מפגשים אחרים של הדובר באירוע שחופפים לזמן הנתון.';
  end if;
  if exists (
    select
    from backoffice.foundation_objects
    where object = 'function public.speaker_names(text)'
    and migration = 'scheduling.0008_speakers_by_key'
  ) then
    drop function if exists public.speaker_names(text);
  end if;
end
$do$;

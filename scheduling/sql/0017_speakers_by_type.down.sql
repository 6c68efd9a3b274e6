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
  speaker constant pg_catalog.text := public.name_key(p_speaker_name);
  standing pg_catalog.text;
  are_listed boolean;
begin
  if speaker = '' or p_end_time <= p_start_time then
    return;
  end if;
  -- What the product has of these, and the caller may read, is asked; nothing else can be.
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
  from pg_catalog.pg_attribute as a
  where a.attrelid = 'public.schedules'::pg_catalog.regclass
  and (a.attname = 'is_deleted' and a.atttypid = 'bool'::pg_catalog.regtype
    or a.attname = 'deleted_at')
  and a.attnum > 0
  and not a.attisdropped
  and has_column_privilege(a.attrelid, a.attnum, 'select');
  select count(*) = 4
  into are_listed
  from (values
    ('public.session_speakers', 'schedule_id'),
    ('public.session_speakers', 'speaker_id'),
    ('public.speakers', 'id'),
    ('public.speakers', 'full_name')
  ) as asked (relation, name)
  join pg_catalog.pg_attribute as a
    on a.attrelid = to_regclass(asked.relation)
    and a.attname = asked.name
    and a.attnum > 0
    and not a.attisdropped
    and has_column_privilege(a.attrelid, a.attnum, 'select');
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
$was$;
    comment on function
      public.check_speaker_conflicts(uuid, text, timestamptz, timestamptz, uuid) is
      'Other sessions that stand of the speaker, by the key of names or listed, in the event that '
      'overlap the half-open time given. מפגשים אחרים של הדובר, לפי מפתח השמות או הרשימה, באירוע '
      'שחופפים לזמן הנתון.';
  end if;
end
$do$;

-- האנשים שבטקסט אחד: כל אחד מהדוברים ששמותיהם כתובים יחד, כפי שנכתב
-- The people of one text: each of the speakers whose names are written together, as written there.
-- They are parted by commas, semicolons, strokes, ampersands, plus signs, bullets, new lines, by
-- "and" and "with" in English and Hebrew, and by ו before a hyphen; by ו without one only between
-- two full names, for many names begin with it. Single letters, and titles that follow a name, are
-- nobody. What holds nobody else is one person, whole.
-- מי שמחובר מריץ אותה, כמו את name_key
-- It is for whom name_key is for.
do $do$
declare
  -- Written as pg_get_functiondef prints it, upper case and all, to be compared with it whole.
  wanted constant text := $wanted$CREATE OR REPLACE FUNCTION public.speaker_names(spelled text)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  marks constant text := '[,;/\\&+|\n\u00b7\u2022\u060c\u061b\u3001\uff06\uff0b\uff0c\uff0f\uff1b]';
  between constant text := '\s*(?:' || marks || '|\s(?:and|with|עם)(?=\s)'
    '|\s+ו\s*[-\u05be\u2010-\u2015\u2212]'
    '|(?<=\S\s+\S+)\s+ו(?=[א-הז-ת][א-ת]+\s+\S))+\s*';
  nobody constant text := '^\s*(?:\S?|(?:jr|sr|i{2,3}|iv|ph\.?\s?d|m\.?[da]|mba|esq|c[etfop]o|vp)\.?'
    '|(?:סמ|מ)נכ["\u05f4]?לי?ת?|עו["\u05f4]?ד|ד["\u05f4]?ר)\s*$';
  people text[];
begin
  -- Most texts are one person, and are seen to be by this alone.
  if spelled collate "C" !~* (marks || '|\s(?:and|with|עם)\s|\sו') then
    return array[spelled];
  end if;
  select coalesce(array_agg(btrim(one, e' \t\r\n') order by n), '{}')
  into people
  from regexp_split_to_table(spelled collate "C", between, 'i') with ordinality as split (one, n)
  where one collate "C" !~* nobody;
  return case when cardinality(people) > 0 then people else array[spelled] end;
end
$function$
$wanted$;
  standing constant regprocedure := to_regprocedure('public.speaker_names(text)');
begin
  if standing is null or pg_get_functiondef(standing) <> wanted then
    execute wanted;
    comment on function public.speaker_names(text) is
      'The people that a text names as speakers, each as written. '
      'האנשים שטקסט מזכיר כדוברים, כל אחד כפי שנכתב.';
  end if;

  if not (
    select
      not has_function_privilege('anon', p.oid, 'execute')
      and has_function_privilege('authenticated', p.oid, 'execute')
      and has_function_privilege('service_role', p.oid, 'execute')
    from pg_catalog.pg_proc as p
    where p.oid = to_regprocedure('public.speaker_names(text)')
  ) then
    revoke all on function public.speaker_names(text) from public, anon;
    grant execute on function public.speaker_names(text) to authenticated, service_role;
  end if;
end
$do$;

-- פונקציה: מפגשים אחרים של אותו דובר, באותו אירוע, שחופפים לזמן הנתון. שם הדובר מושווה לפי המפתח,
-- כלשונו ובשלמותו. היא רצה תחת מדיניות המוצר, שפונקציות העזר שלה נשענות על public; הסכמה הזמנית
-- אחרונה בנתיב, ואיש אינו מגניב דרכה סוג או טבלה. פונקציה אחרת בשם הזה מוחלפת, וזה היחיד שמוחלף.
-- Function: other sessions of the same speaker in the same event that overlap the given time. The
-- name is compared by its key, literally and whole: `%`, `_` and `\` are characters. It runs with
-- the caller's rights, so that row-level security holds, and on a path that the helpers of the
-- product's policies count on; the temporary schema is its last, so that nobody's temporary type or
-- table is taken for one that is meant. A function of this name that is different in any way is
-- replaced: it is the only object that is, and what stood before is shown in a notice. One that can
-- be replaced in its place keeps its rights; one that an earlier version made is no news.
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
$wanted$;
  -- The body of what earlier versions made.
  earlier constant text := '61951271f9a608b0747ee34e73aab20d';
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
    if standing.definition <> wanted and not (standing.fits and standing.body = earlier) then
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
      'Other sessions of the speaker, by the key of names, in the event that overlap the half-open '
      'time given. מפגשים אחרים של הדובר, לפי מפתח השמות, באירוע שחופפים לזמן הנתון.';
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

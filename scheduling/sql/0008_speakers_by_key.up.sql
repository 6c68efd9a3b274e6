-- האנשים שבטקסט אחד: כל אחד מהדוברים ששמותיהם כתובים יחד, כפי שנכתב
-- The people of one text: each of the speakers whose names are written together, as written there.
-- They are parted by commas, semicolons, strokes, ampersands, plus signs, bullets, new lines, by
-- "and" and "with" in English and Hebrew, and by ו before a hyphen; by ו without one only between
-- two full names, for many names begin with it. Single letters, and titles that follow a name, are
-- nobody. What holds nobody else is one person, whole.
create or replace function public.speaker_names(spelled text)
  returns text[]
  language plpgsql
  immutable
  strict
  parallel safe
  set search_path = pg_catalog, pg_temp
  as $$
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
$$;

-- מי שמחובר מריץ אותה, כמו את name_key
-- It is for whom name_key is for
do $do$
begin
  revoke all on function public.speaker_names(text) from public, anon;
  grant execute on function public.speaker_names(text) to authenticated, service_role;
  if to_regrole('backoffice_web') is not null then
    grant execute on function public.speaker_names(text) to backoffice_web;
  end if;
  comment on function public.speaker_names(text) is
    'The people that a text names as speakers, each as written. '
    'האנשים שטקסט מזכיר כדוברים, כל אחד כפי שנכתב.';
end
$do$;

-- פונקציה: מפגשים אחרים של אותו דובר, באותו אירוע, שחופפים לזמן הנתון. שם הדובר מושווה לפי המפתח,
-- כלשונו ובשלמותו. נתיב החיפוש הוא של הפלטפורמה, כי המדיניות של המוצר קוראת לפונקציות בלי שם סכמה.
-- Function: other sessions of the same speaker in the same event that overlap the given time. The
-- name is compared by its key, literally and whole: `%`, `_` and `\` are characters. It runs with
-- the caller's rights, so that row-level security holds, and on the platform's search path, for the
-- product's policies may call helpers without naming their schema. Replaced with its rights kept.
create or replace function public.check_speaker_conflicts(
  p_event_id uuid,
  p_speaker_name text,
  p_start_time timestamptz,
  p_end_time timestamptz,
  p_exclude_schedule_id uuid default null
)
  returns table (
    conflict_id uuid,
    conflict_title text,
    conflict_start timestamptz,
    conflict_end timestamptz
  )
  language plpgsql
  stable
  set search_path = pg_catalog, public, extensions, pg_temp
  as $$
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
$$;

do $do$
begin
  comment on function
    public.check_speaker_conflicts(uuid, text, timestamptz, timestamptz, uuid) is
    'Other sessions of the speaker, by the key of names, in the event that overlap the half-open '
    'time given. מפגשים אחרים של הדובר, לפי מפתח השמות, באירוע שחופפים לזמן הנתון.';
end
$do$;

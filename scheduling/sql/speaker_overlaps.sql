-- כל זוג מפגשים של דובר אחד באותו זמן, באירוע אחד או בכולם; השמות מושווים לפי המפתח, וכשכמה דוברים
-- כתובים יחד כל אחד מהם לחוד. הזוגות מתגלים כמו ב-room_overlaps.sql.
-- Every pair of sessions that share a speaker at one time, in the event %(event)s, or in all of
-- them where that is null. Names are compared by their key, and where several speakers are written
-- together each of them; pairs are found as in room_overlaps.sql, and told once, by one speaker.
with spelled as (
  select distinct
    s.speaker_name,
    public.name_key(named.person) collate "C" as speaker
  from (
    select distinct s.speaker_name
    from public.schedules as s
    where s.speaker_name is not null
    and (%(event)s::uuid is null or s.event_id = %(event)s)
  ) as s
  cross join lateral unnest(public.speaker_names(s.speaker_name)) as named (person)
),
spoken as (
  select
    s.id,
    s.event_id,
    s.title,
    s.start_time,
    s.end_time,
    s.speaker_name,
    spelled.speaker
  from public.schedules as s
  join spelled
    on spelled.speaker_name = s.speaker_name
  where s.start_time < s.end_time
  and (%(event)s::uuid is null or s.event_id = %(event)s)
),
session as (
  select
    s.*,
    max(s.end_time) over (
      partition by s.event_id, s.speaker
      order by s.start_time, s.id
      rows between unbounded preceding and 1 preceding
    ) as busy_until
  from spoken as s
  where s.speaker <> ''
),
numbered as (
  select
    s.*,
    count(*) filter (where s.busy_until is null or s.busy_until <= s.start_time) over (
      order by s.event_id, s.speaker, s.start_time, s.id
    ) as run
  from session as s
)
select distinct on (event, first_start, first_id, second_start, second_id)
  e.name as event,
  e.timezone,
  a.speaker_name,
  a.id as first_id,
  a.title as first_title,
  a.start_time as first_start,
  a.end_time as first_end,
  b.id as second_id,
  b.title as second_title,
  b.start_time as second_start,
  b.end_time as second_end
from numbered as a
join numbered as b
  on b.run = a.run
  and (b.start_time, b.id) > (a.start_time, a.id)
  and b.start_time < a.end_time
join public.events as e
  on e.id = a.event_id
order by event, first_start, first_id, second_start, second_id, a.speaker

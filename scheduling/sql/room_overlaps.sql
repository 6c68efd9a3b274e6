-- כל זוג מפגשים שחולקים חדר באותו זמן, וכל מפגש שמסתיים לפני שהתחיל; באירוע אחד או בכולם. מפגש בלי
-- משך אינו תופס זמן בחדר.
-- המפגשים של חדר, לפי התחלה, נחלקים לרצפים שאין ביניהם חפיפה; רק בתוך רצף מחפשים זוגות.
-- Every pair of sessions that share a room at one time, however it is spelled, and every session
-- that ends before it starts: what the constraint no_room_overlap, or common sense, does not let
-- stand; in the event %(event)s, or in all of them where that is null. A session of no length takes
-- no time in its room.
-- The sessions of a room, by their start, fall into runs that nothing of one run overlaps with
-- the next; only inside a run are pairs looked for, so that a long programme costs a sort. The key
-- is asked for once for each spelling; a name of nothing that can be seen is its own.
with spelled as (
  select
    r.room,
    coalesce(nullif(public.name_key(r.room), ''), r.room) collate "C" as key
  from (
    select distinct s.room
    from public.schedules as s
    where s.room is not null
    and (%(event)s::uuid is null or s.event_id = %(event)s)
  ) as r
),
placed as (
  select
    s.*,
    spelled.key
  from public.schedules as s
  join spelled
    on spelled.room = s.room
  where s.start_time < s.end_time
  and (%(event)s::uuid is null or s.event_id = %(event)s)
),
session as (
  select
    s.*,
    max(s.end_time) over (
      partition by s.event_id, s.key
      order by s.start_time, s.id
      rows between unbounded preceding and 1 preceding
    ) as taken_until
  from placed as s
),
numbered as (
  select
    s.*,
    count(*) filter (where s.taken_until is null or s.taken_until <= s.start_time) over (
      order by s.event_id, s.key, s.start_time, s.id
    ) as run
  from session as s
)
select
  e.name as event,
  e.timezone,
  a.room,
  a.id as first_id,
  a.title as first_title,
  a.start_time as first_start,
  a.end_time as first_end,
  b.id as second_id,
  b.title as second_title,
  b.start_time as second_start,
  b.end_time as second_end,
  b.room as second_room
from numbered as a
join numbered as b
  on b.run = a.run
  and (b.start_time, b.id) > (a.start_time, a.id)
  and b.start_time < a.end_time
join public.events as e
  on e.id = a.event_id
union all
select
  e.name,
  e.timezone,
  s.room,
  s.id,
  s.title,
  s.start_time,
  s.end_time,
  null,
  null,
  null,
  null,
  null
from public.schedules as s
join public.events as e
  on e.id = s.event_id
where s.end_time < s.start_time
and (%(event)s::uuid is null or s.event_id = %(event)s)
order by event, first_start, first_id, second_start, second_id

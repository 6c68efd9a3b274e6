-- כל זוג מפגשים שחולקים חדר באותו זמן, וכל מפגש שאינו מסתיים אחרי שהתחיל
-- Every pair of sessions that share a room at one time, and every session that does not end
-- after it starts: what the constraint no_room_overlap, or common sense, does not let stand
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
  b.end_time as second_end
from public.schedules as a
join public.schedules as b
  on b.event_id = a.event_id
  and b.room = a.room
  and (b.start_time, b.id) > (a.start_time, a.id)
  and b.start_time < a.end_time
join public.events as e
  on e.id = a.event_id
where a.start_time < a.end_time
and b.start_time < b.end_time
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
  null
from public.schedules as s
join public.events as e
  on e.id = s.event_id
where s.end_time <= s.start_time
order by event, first_start, first_id, second_start, second_id

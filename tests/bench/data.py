"""A large programme for benchmarks, made by the database itself, the same at every run."""

from django.db import connection, transaction

SESSIONS_PER_EVENT = 1000
ROOMS = 72
PEOPLE_PER_EVENT = 200
EVENTS_PROPOSED_FOR = 10

# Sessions follow one another in each room, from the first morning on, all day and night; some
# share a speaker with a session beside them. Every participant is registered for three sessions.
_PROGRAMME = """
insert into public.organizations (id, name)
values ('00000000-0000-4000-8000-000000000000', 'Benchmark');

insert into auth.users (id, email)
values ('00000000-0000-4000-8000-000000000001', 'benchmark@example.com');

insert into public.user_profiles (id, organization_id, full_name)
values (
  '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000000', 'Benchmark'
);

insert into public.events (organization_id, name, start_date, end_date, timezone)
select '00000000-0000-4000-8000-000000000000', 'Event ' || to_char(n, 'fm0000'), begins,
  begins + interval '10 days', 'Asia/Jerusalem'
from generate_series(0, {events} - 1) as n
cross join lateral (
  select timestamptz '2099-01-30' + n % 365 * interval '1 day'
) as date (begins);

insert into public.schedules (event_id, title, start_time, end_time, room, speaker_name)
select e.id, 'Session ' || n, starts, starts + interval '50 minutes', 'Room ' || n % {rooms},
  'Speaker ' || n % 500
from public.events as e
cross join generate_series(0, {per_event} - 1) as n
cross join lateral (
  select e.start_date + interval '6 hours' + n / {rooms} * interval '1 hour'
) as slot (starts)
order by e.id, n;

insert into public.participants (event_id, first_name, last_name, phone, is_vip)
select e.id, 'Person', n::text, '050', n % 20 = 0
from public.events as e
cross join generate_series(1, {people}) as n
order by e.id, n;
"""

_REGISTRATIONS = """
insert into public.participant_schedules (participant_id, schedule_id)
select p.id, s.id
from (
  select id, event_id, row_number() over (partition by event_id order by id) as n
  from public.participants
) as p
join (
  select id, event_id, row_number() over (partition by event_id order by id) as n
  from public.schedules
) as s
  on s.event_id = p.event_id
  and s.n in (p.n, p.n + {people}, p.n + 2 * {people})
order by s.event_id, s.id
"""

# Each moves a session an hour on, into the room next to its own, and to another speaker, who in
# one of ten is busy then.
_SUGGESTIONS = """
insert into public.ai_insights_log
  (user_id, event_id, action_type, action_data, suggested_at, created_at)
select '00000000-0000-4000-8000-000000000001', s.event_id, 'schedule_update',
  jsonb_build_object(
    'schedule_id', s.id,
    'changes', asked.changes,
    'current_state', to_jsonb(s),
    'proposed_state', to_jsonb(s) || asked.changes
  ),
  now(), now()
from (
  select s.*, row_number() over (partition by s.event_id order by s.start_time, s.id) as n
  from public.schedules as s
  where s.event_id = any (array(select id from public.events order by name limit {proposed_for}))
) as s
cross join lateral (
  select jsonb_build_object(
    'room', 'Room ' || ((substr(s.room, 6)::int + 1) % {rooms}),
    'start_time', s.start_time + interval '1 hour',
    'end_time', s.end_time + interval '1 hour',
    'speaker_name', case s.n % 10 when 0 then 'Speaker ' || (s.n + 72) % 500 else 'New ' || s.n end
  )
) as asked (changes)
where s.n <= {per_event_proposed}
"""


def fill(*, sessions: int, suggestions: int, proposed_for: int = EVENTS_PROPOSED_FOR) -> None:
    """Insert that many sessions, and undecided suggestions for the first events."""
    events = max(sessions // SESSIONS_PER_EVENT, 1)
    proposed_for = min(proposed_for, events)
    shape = {
        "events": events,
        "per_event": min(SESSIONS_PER_EVENT, sessions),
        "rooms": ROOMS,
        "people": PEOPLE_PER_EVENT,
        "proposed_for": proposed_for,
        "per_event_proposed": -(-suggestions // proposed_for),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PROGRAMME.format(**shape))
        # Counting each of a million registrations by trigger would take minutes.
        cursor.execute("alter table public.participant_schedules disable trigger user")
        cursor.execute(_REGISTRATIONS.format(**shape))
        cursor.execute("alter table public.participant_schedules enable trigger user")
        cursor.execute(_SUGGESTIONS.format(**shape))
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")


# As the text says, so that what is found stays the same: a room, a day, and one in two is listed.
_POINTERS = """
alter table public.schedules disable trigger user;

insert into public.rooms (event_id, name, capacity)
select distinct event_id, room, 1000
from public.schedules;

insert into public.program_days (event_id, day_number, date)
select event_id, row_number() over (partition by event_id order by day), day
from (
  select distinct event_id, (start_time at time zone 'Asia/Jerusalem')::date as day
  from public.schedules
) as day;

update public.schedules as s
set room_id = r.id, program_day_id = d.id
from public.rooms as r, public.program_days as d
where r.event_id = s.event_id
and r.name = s.room
and d.event_id = s.event_id
and d.date = (s.start_time at time zone 'Asia/Jerusalem')::date;

insert into public.speakers (event_id, first_name, last_name)
select distinct event_id, split_part(speaker_name, ' ', 1), split_part(speaker_name, ' ', 2)
from public.schedules;

insert into public.session_speakers (schedule_id, speaker_id)
select s.id, p.id
from public.schedules as s
join public.speakers as p
  on p.event_id = s.event_id
  and p.full_name = s.speaker_name
where substr(s.title, 9)::int % 2 = 0;

alter table public.schedules enable trigger user;
"""


def point() -> None:
    """Let the sessions of `fill` point to rows of the product's newer tables."""
    with connection.cursor() as cursor:
        cursor.execute(_POINTERS)
        cursor.execute("vacuum analyze")

"""The demo's share of the product's newer tables, where the database has them: as in production.

Rooms with their capacity, tracks and days, to which sessions point; at the launch a few sessions as
only the newer pages write them, and suggestions that meet these.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db import connection

from ai_audit.demo import programme
from ai_audit.demo.people import identify
from ai_audit.demo.shapes import At, Create, Update
from scheduling import actions, pointers
from scheduling.models import Event, Schedule

LAUNCH = "launch"
ROOF, CELLAR = "גג", "מרתף"

# key, the room it points to, clocks, room of the text, title, who is listed, whether it is deleted.
_SESSIONS = [
    ("tour", CELLAR, "11:00-11:45", None, "סיור מודרך במרתף", ("אורי", "שדה"), False),
    ("clinic", CELLAR, "14:30-15:15", ROOF, "Clinic: one question each", None, False),
    ("toast", ROOF, "15:15-16:00", ROOF, "הרמת כוסית", None, True),
]

_hours = [timedelta(hours=n) for n in range(80)]

# Told where the tables stand; elsewhere their sessions are not there either.
UNDECIDED = [
    Create(
        key="cellar-at-the-same-time",
        by="michal",
        ago=_hours[3],
        event=LAUNCH,
        proposed={
            "title": "ראיונות עם לקוחות ראשונים",
            "start_time": At(1, "11:15"),
            "end_time": At(1, "12:00"),
            "room": CELLAR,
            "max_capacity": 12,
        },
        reasoning="המרתף נראה פנוי בתוכנייה.",
    ),
    Update(
        key="clinic-later",
        by="noa",
        ago=_hours[6],
        event=LAUNCH,
        session="clinic",
        changes={"start_time": At(1, "14:45"), "end_time": At(1, "15:15")},
        reasoning="A quarter of an hour to breathe after the questions.",
    ),
    Update(
        key="tour-by-another",
        by="amit",
        ago=_hours[12],
        event=LAUNCH,
        session="tour",
        changes={"speaker_name": "יעל ברנע"},
        reasoning="אורי ביקש להחליף.",
    ),
    Update(
        key="toast-earlier",
        by="yoav",
        ago=_hours[14],
        event=LAUNCH,
        session="toast",
        changes={"start_time": At(1, "15:00")},
        reasoning="כדי שכולם יספיקו לרכבת.",
    ),
    Update(
        key="doors-in-the-garden",
        by="michal",
        ago=_hours[16],
        event=LAUNCH,
        session="doors",
        changes={"room": "הגינה"},
        reasoning="מזג האוויר צפוי להיות נעים.",
    ),
]

# By the key of names, so that a room spelled in two ways is one.
_KEPT = """
insert into public.program_days (event_id, day_number, date)
select e.id, n, local.first + n - 1
from public.events as e
cross join lateral (
  select
    (e.start_date at time zone e.timezone)::date as first,
    (e.end_date at time zone e.timezone)::date as last
) as local
cross join generate_series(1, local.last - local.first + 1) as n;

insert into public.rooms (event_id, name, capacity, sort_order)
select event_id, min(room), coalesce(max(max_capacity), 80), row_number() over (order by min(room))
from public.schedules
where room is not null
group by event_id, public.name_key(room);

insert into public.tracks (event_id, name, color)
select event_id, track, min(track_color)
from public.schedules
where track is not null
group by event_id, track;

update public.schedules as s
set
  room_id = (
    select r.id
    from public.rooms as r
    where r.event_id = s.event_id
    and public.name_key(r.name) = public.name_key(s.room)
  ),
  track_id = (
    select t.id from public.tracks as t where t.event_id = s.event_id and t.name = s.track
  ),
  program_day_id = (
    select d.id
    from public.program_days as d
    join public.events as e
      on e.id = d.event_id
    where d.event_id = s.event_id
    and d.date = (s.start_time at time zone e.timezone)::date
  ),
  is_published = true
"""


def load(events: Mapping[str, Event], today: date) -> dict[str, Schedule]:
    """Fill the newer tables and let the sessions point to them; the further sessions, by key.

    Nothing where the database does not have them.
    """
    if not pointers.kept():
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_KEPT)
        cursor.execute(
            "insert into public.rooms (event_id, name, capacity) values (%s, %s, 15)",
            [events[LAUNCH].pk, CELLAR],
        )
        cursor.execute("select name, id from public.rooms where event_id = %s", [events[LAUNCH].pk])
        rooms = dict(cursor.fetchall())
        return {
            key: _insert_session(cursor, events[LAUNCH], today, rooms[pointed], key, *row)
            for key, pointed, *row in _SESSIONS
        }


def _insert_session(
    cursor, event: Event, today: date, room_id: UUID, key, clocks, room, title, listed, deleted
) -> Schedule:
    start, end = (programme.moment(LAUNCH, 1, clock, today=today) for clock in clocks.split("-"))
    session = actions.insert(
        event=event,
        values={
            "title": title,
            "start_time": start,
            "end_time": end,
            "room": room,
            pointers.ROOM: room_id,
        },
        session_id=identify("session", key),
    )
    if deleted:
        cursor.execute(
            "update public.schedules set is_deleted = true, deleted_at = now() where id = %s",
            [session.pk],
        )
    if listed:
        cursor.execute(
            "with speaker as (insert into public.speakers (event_id, first_name, last_name)"
            " values (%s, %s, %s) returning id)"
            " insert into public.session_speakers (schedule_id, speaker_id)"
            " select %s, id from speaker",
            [event.pk, *listed, session.pk],
        )
    cursor.execute(
        "insert into public.room_bookings (room_id, schedule_id, status)"
        " select room_id, id, 'confirmed' from public.schedules where id = %s",
        [session.pk],
    )
    cursor.execute(
        "insert into public.messages (event_id, schedule_id, body, scheduled_for)"
        " values (%s, %s, %s, %s)",
        [event.pk, session.pk, title, start - timedelta(minutes=15)],
    )
    return session

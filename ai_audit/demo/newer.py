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

# key, clocks, room of the text, title, who is listed, and what the newer pages wrote besides.
_SESSIONS = [
    ("tour", "11:00-11:45", None, "סיור מודרך במרתף", ("אורי", "שדה"), {"room": CELLAR}),
    ("clinic", "14:30-15:15", ROOF, "Clinic: one question each", None, {"room": CELLAR}),
    ("toast", "15:15-16:00", ROOF, "הרמת כוסית", None, {"room": ROOF, "deleted": True}),
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
        for key, row in programme.EVENTS.items():
            first = programme.first_day(key, today)
            cursor.executemany(
                "insert into public.program_days (event_id, day_number, date) values (%s, %s, %s)",
                [
                    (events[key].pk, n, first + timedelta(days=n - 1))
                    for n in range(1, row.days + 1)
                ],
            )
        cursor.execute(_KEPT)
        cursor.execute(
            "insert into public.rooms (event_id, name, capacity) values (%s, %s, 15)",
            [events[LAUNCH].pk, CELLAR],
        )
        return {row[0]: _insert_session(cursor, events[LAUNCH], today, *row) for row in _SESSIONS}


def _insert_session(
    cursor, event: Event, today: date, key, clocks, room, title, listed, kept
) -> Schedule:
    start, end = (programme.moment(LAUNCH, 1, clock, today=today) for clock in clocks.split("-"))
    session = actions.insert(
        event=event,
        values={
            "title": title,
            "start_time": start,
            "end_time": end,
            "room": room,
            pointers.ROOM: _room(cursor, event, kept["room"]),
        },
        session_id=identify("session", key),
    )
    if kept.get("deleted"):
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


def _room(cursor, event: Event, name: str) -> UUID:
    cursor.execute(
        "select id from public.rooms where event_id = %s and name = %s", [event.pk, name]
    )
    return cursor.fetchone()[0]

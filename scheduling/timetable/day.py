"""The statement that reads a day, and the day made of it."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import formats
from django.utils.translation import gettext

from eventflow.text.bidi import isolate, ltr
from scheduling import names, near_names, pointers, times
from scheduling.conflicts import Placement
from scheduling.models import Event, Schedule
from scheduling.timetable import grid
from scheduling.timetable.grid import Window
from scheduling.timetable.values import (
    MOST_ROOMS,
    MOST_SESSIONS,
    SHOWN_OF_A_ROOM,
    SHOWN_OF_A_TITLE,
    Entry,
    Role,
    Timetable,
)


# No ranges: one that ends before it starts is an error, a row that does so is not. A room is one
# column however it is spelled: as it is wanted, the last of them, else as most of the day's
# sessions spell it. How the wanted ones are shown comes first, in rows without an id.
def _sessions() -> str:
    return f"""
with met as materialized (
  select
    s.id,
    left(s.title, 500) as title,
    s.start_time,
    s.end_time,
    left(s.room, 500) as room,
    coalesce(s.is_break, false) as is_break,
    s.id = any(%(clashing)s::uuid[]) as clashes
  from {pointers.programme(rooms=True)} as s
  where s.event_id = %(event)s
  and s.id is distinct from %(session)s::uuid
  and s.start_time < %(until)s
  and (s.end_time > %(since)s or s.start_time >= %(since)s)
),
spelled as (
  select
    spelling.room,
    first_value(spelling.room) over (
      partition by {names.key("spelling.room")}
      order by spelling.place desc nulls last, spelling.sessions desc, spelling.room
    ) as shown,
    spelling.place is not null as own,
    bool_or(spelling.place is not null) over (partition by {names.key("spelling.room")}) as wanted
  from (
    select room, max(place) as place, sum(sessions) as sessions
    from (
      select room, null::bigint as place, count(*) as sessions
      from met
      where room is not null
      group by room
      union all
      select w.room, w.place, 0
      from unnest(%(wanted)s::text[]) with ordinality as w (room, place)
    ) as either
    group by room
  ) as spelling
),
today as materialized (
  select
    met.id,
    met.title,
    met.start_time,
    met.end_time,
    spelled.shown as room,
    met.is_break,
    met.clashes,
    coalesce(spelled.wanted, false) as wanted
  from met
  left join spelled
    on spelled.room = met.room
),
rooms as (
  select
    room,
    bool_or(clashes) as clashes,
    row_number() over (
      order by room is null desc, bool_or(wanted) desc, bool_or(clashes) desc, count(*) desc, room
    ) as n
  from today
  group by room
)
select null::uuid, spelled.room, null, null, spelled.shown, null, null, null, null
from spelled
where spelled.own
union all
(
  select
    t.id,
    t.title,
    t.start_time,
    t.end_time,
    t.room,
    t.is_break,
    t.clashes,
    (select count(*) from today),
    (select count(room) from rooms)
  from today as t
  join rooms as r
    on r.room is not distinct from t.room
  where r.n <= %(rooms)s + 1
  order by t.clashes desc, t.wanted desc, r.clashes desc, r.n, t.start_time, t.id
  limit %(sessions)s
)
"""  # noqa: S608


def day(
    *,
    event: Event,
    session: Schedule | None = None,
    proposed: Placement | None = None,
    title: str = "",
    clashing: Collection[UUID] = (),
) -> Timetable | None:
    """The day of what is proposed, or of the session's present place where nothing is.

    `session` is the live session that would be changed or removed; `proposed` is where it would
    be, room and all, as it would stand afterwards, and `title` what it would be called;
    `clashing` are the ids of the sessions it collides with. A place that stays as it is counts
    as the present one. In the event's own zone; what crosses midnight is drawn to its end, up to
    25 hours. One statement. None, without one, where there is no such day.
    """
    zone = event.zone
    places = []
    if session is not None:
        for room in _rooms_of(session):
            places.append((Role.NOW, session.title, room, session.start_time, session.end_time))
    if proposed is not None:
        standing = [place[2:] for place in places]
        places += (
            (Role.PROPOSED, title, *place)
            for room in proposed.rooms or [None]
            if (place := (room, proposed.start, proposed.end)) not in standing
        )
    if not places:
        return None
    try:
        window = Window.of(places[-1][3], [place[3:] for place in places], zone=zone)
    except (OverflowError, ValueError):
        return None

    concerned = [
        window.entry(*place, id=session.pk if place[0] is Role.NOW else None)
        for place in places
        if window.shows(*place[3:])
    ]
    concerned, entries, sessions, rooms_in_use = _with_others(
        event=event, session=session, concerned=concerned, clashing=clashing, window=window
    )
    entries = concerned + entries
    axis = grid.axis(entries, concerned[-1], window)
    rooms = grid.rooms(entries)
    columns = [
        grid.column(room, [entry for entry in entries if entry.room == room], axis)
        for room in rooms
    ]
    if any(entry.room is None for entry in entries):
        columns.append(grid.column(None, [entry for entry in entries if entry.room is None], axis))

    drawn = sum(len(column.cells) for column in columns)
    return Timetable(
        heading=gettext("%(day)s, by room (%(zone)s)")
        % {"day": formats.date_format(window.day, "l j F Y"), "zone": ltr(times.called(zone))},
        hours=grid.hours(axis),
        columns=tuple(columns),
        entries=tuple(sorted(entries, key=lambda e: (e.start, e.end, e.room or "", e.title))),
        elsewhere=_elsewhere(session, concerned, zone),
        left_out=grid.left_out(
            rooms=rooms_in_use - len(rooms),
            sessions=sessions + len(concerned) - drawn,
        ),
        rows=axis.last - axis.first,
        alike=near_names.look_alikes({e.room for e in entries} - {None}, SHOWN_OF_A_ROOM)
        | near_names.look_alikes({e.title for e in entries}, SHOWN_OF_A_TITLE),
    )


def _rooms_of(session: Schedule) -> list[str | None]:
    room, second = pointers.rooms_of(session)
    return [room] if second is None else [room, second]


def _with_others(
    *, event, session, concerned, clashing, window
) -> tuple[list[Entry], list[Entry], int, int]:
    """Those concerned, each in the column that its room has; the other sessions of the window.

    And how many of these there are in all, and in how many rooms.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _sessions(),
            {
                "event": event.pk,
                "session": session and session.pk,
                "clashing": list(clashing),
                "wanted": [entry.room for entry in concerned if entry.room is not None],
                "since": window.since,
                "until": window.until,
                "rooms": MOST_ROOMS,
                "sessions": MOST_SESSIONS,
            },
        )
        rows = cursor.fetchall()
    shown = {None: None} | {row[1]: row[4] for row in rows if row[0] is None}
    concerned = [replace(entry, room=shown[entry.room]) for entry in concerned]
    others = [row for row in rows if row[0] is not None]
    sessions, rooms = others[0][-2:] if others else (0, 0)
    entries, used = [], {None}
    for id, title, start, end, room, is_break, clashes, *_totals in others:
        role = Role.CLASH if clashes else Role.BREAK if is_break else Role.OTHER
        entries.append(window.entry(role, title, room, start, end, id=id))
        used.add(room)
    return concerned, entries, sessions, rooms + len({e.room for e in concerned} - used)


def _elsewhere(session: Schedule | None, concerned: Iterable[Entry], zone: ZoneInfo) -> str:
    if session is None or any(entry.role is Role.NOW for entry in concerned):
        return ""
    when = times.span(session.start_time, session.end_time, zone=zone)
    room, _second = pointers.rooms_of(session)
    if room is None:
        return gettext("now: %(when)s, without a room") % {"when": when}
    return gettext("now: %(when)s, %(room)s") % {"when": when, "room": isolate(room)}

"""The statement that reads a day, and the day made of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import formats
from django.utils.translation import gettext as _

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

# What goes on past midnight is drawn as far as this, with what is beside it there.
SMALL_HOURS = timedelta(hours=12)


# No ranges: one that ends before it starts is an error, a row that does so is not. A room is one
# column however it is spelled: as it is wanted, the last of them, else as most of the day's
# sessions spell it. How the wanted ones are shown comes first, in rows without an id. The day lasts
# until the last of its sessions that end in the small hours, if it is to.
def _sessions() -> str:
    return f"""
with near as materialized (
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
  and s.id <> all (%(apart)s::uuid[])
  and s.start_time < %(latest)s
  and (s.end_time > %(since)s or s.start_time >= %(since)s)
),
reach as (
  select greatest(
    max(end_time) filter (
      where start_time >= %(since)s and start_time < %(until)s and end_time <= %(latest)s
    ),
    %(until)s
  ) as until
  from near
),
met as materialized (
  select *
  from near
  where start_time < (select until from reach)
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
select null::uuid, spelled.room, null, null, spelled.shown, null, null, null, null, null
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
    (select count(room) from rooms),
    (select until from reach)
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
    places: list[Entry] = []
    if session is not None:
        places += (
            Entry(
                Role.NOW, session.title, room, session.start_time, session.end_time, id=session.pk
            )
            for room in _rooms_of(session)
        )
    if proposed is not None:
        standing = [(place.room, place.start, place.end) for place in places]
        places += (
            Entry(Role.PROPOSED, title, room, proposed.start, proposed.end)
            for room in tuple(proposed.rooms) or (None,)
            if (room, proposed.start, proposed.end) not in standing
        )
    if not places:
        return None
    try:
        on = times.local(places[-1].start, zone).date()
        window = Window.on(on, _spans(places), zone=zone)
    except (OverflowError, ValueError):
        return None

    found = _read(
        event=event,
        apart=[session.pk] if session else [],
        concerned=_shown(places, window),
        clashing=clashing,
        window=window,
    )
    heading = _("%(day)s, by room (%(zone)s)") % {
        "day": formats.date_format(window.day, "l j F Y"),
        "zone": ltr(times.called(zone)),
    }
    drawn = _drawn(heading, found, window, main=found.concerned[-1])
    return replace(drawn, elsewhere=_elsewhere(session, found.concerned, zone))


def whole_day(
    *,
    event: Event,
    on: date,
    places: Collection[Entry] = (),
    apart: Collection[UUID] = (),
    clashing: Collection[UUID] = (),
    holding: Mapping[str, int | None] = MappingProxyType({}),
    alone: bool = False,
) -> Timetable | None:
    """A local day of the event, with what anybody wants of it drawn among what stands.

    `places` are where sessions would be, or go from; those of other days are left out. Sessions
    that are told among these come `apart`, and are not told as they stand; `clashing` are those
    that something collides with, and `holding` says how many a room holds, by its name. With
    `alone`, of what else stands only those are told that something collides with. The rooms are in
    the order of their names, so that they are where they were on the day before. What goes on past
    midnight is drawn for `SMALL_HOURS`. One statement; None, without one, where the calendar has no
    such day.
    """
    try:
        window = Window.on(on, _spans(places), zone=event.zone)
        latest = window.until + SMALL_HOURS
    except (OverflowError, ValueError):
        return None
    found = _read(
        event=event,
        apart=apart,
        concerned=_shown(places, window),
        clashing=clashing,
        window=window,
        latest=latest,
        rooms=MOST_SESSIONS,
    )
    if alone:
        found = _without_others(found)
    heading = formats.date_format(on, "l j F Y")
    drawn = _drawn(heading, found, replace(window, until=found.until), holding=holding)
    return replace(
        drawn,
        columns=tuple(
            sorted(
                drawn.columns,
                key=lambda column: (column.room is None, grid.natural_key(column.room or "")),
            )
        ),
    )


def _without_others(found: "_Found") -> "_Found":
    clashing = [entry for entry in found.others if entry.role is Role.CLASH]
    rooms = {entry.room for entry in (*found.concerned, *clashing)} - {None}
    return replace(found, others=clashing, sessions=len(clashing), rooms=len(rooms))


def _spans(places: Iterable[Entry]) -> list[tuple[datetime, datetime]]:
    return [(place.start, place.end) for place in places]


def _shown(places: Iterable[Entry], window: Window) -> list[Entry]:
    return [window.told(place) for place in places if window.shows(place.start, place.end)]


def _drawn(
    heading: str,
    found: "_Found",
    window: Window,
    *,
    main: Entry | None = None,
    holding: Mapping[str, int | None] = MappingProxyType({}),
) -> Timetable:
    """The concerned entries and what else was found, in their places."""
    entries = [*found.concerned, *found.others]
    axis = grid.axis(entries, window, main=main)
    rooms = grid.rooms(entries)
    columns = [
        grid.column(
            room, [entry for entry in entries if entry.room == room], axis, holding.get(room)
        )
        for room in rooms
    ]
    if any(entry.room is None for entry in entries):
        columns.append(grid.column(None, [entry for entry in entries if entry.room is None], axis))

    # What lasts for days may have a cell at either end.
    drawn = {id(cell.entry) for column in columns for cell in column.cells}
    return Timetable(
        heading=heading,
        hours=grid.hours(axis),
        columns=tuple(columns),
        entries=tuple(sorted(entries, key=lambda e: (e.start, e.end, e.room or "", e.title))),
        elsewhere="",
        left_out=grid.left_out(
            rooms=found.rooms - len(rooms),
            sessions=found.sessions + len(found.concerned) - len(drawn),
        ),
        rows=axis.last - axis.first,
        alike=near_names.look_alikes(filter(None, {e.room for e in entries}), SHOWN_OF_A_ROOM)
        | near_names.look_alikes({e.title for e in entries}, SHOWN_OF_A_TITLE),
    )


def _rooms_of(session: Schedule) -> list[str | None]:
    room, second = pointers.rooms_of(session)
    return [room] if second is None else [room, second]


@dataclass(frozen=True)
class _Found:
    """The concerned entries, each in the column that its room has, and the other sessions.

    And how many of these there are in all, in how many rooms all of it is, and until when it goes.
    """

    concerned: list[Entry]
    others: list[Entry]
    sessions: int
    rooms: int
    until: datetime


def _read(*, event, apart, concerned, clashing, window, latest=None, rooms=MOST_ROOMS) -> _Found:
    """The sessions in the window, or until `latest` as far as the sessions of the window last."""
    with connection.cursor() as cursor:
        cursor.execute(
            _sessions(),
            {
                "event": event.pk,
                "apart": list(apart),
                "clashing": list(clashing),
                "wanted": [entry.room for entry in concerned if entry.room is not None],
                "since": window.since,
                "until": window.until,
                "latest": latest or window.until,
                "rooms": rooms,
                "sessions": MOST_SESSIONS,
            },
        )
        rows = cursor.fetchall()
    shown = {None: None} | {row[1]: row[4] for row in rows if row[0] is None}
    concerned = [replace(entry, room=shown[entry.room]) for entry in concerned]
    rows = [row for row in rows if row[0] is not None]
    sessions, in_use, until = rows[0][-3:] if rows else (0, 0, window.until)
    others, used = [], {None}
    for id, title, start, end, room, is_break, clashes, *_totals in rows:
        role = Role.CLASH if clashes else Role.BREAK if is_break else Role.OTHER
        others.append(window.told(Entry(role, title, room, start, end, id=id)))
        used.add(room)
    in_use += len({entry.room for entry in concerned} - used)
    return _Found(concerned, others, sessions, in_use, until)


def _elsewhere(session: Schedule | None, concerned: Iterable[Entry], zone: ZoneInfo) -> str:
    if session is None or any(entry.role is Role.NOW for entry in concerned):
        return ""
    when = times.span(session.start_time, session.end_time, zone=zone)
    room, _second = pointers.rooms_of(session)
    if room is None:
        return _("now: %(when)s, without a room") % {"when": when}
    return _("now: %(when)s, %(room)s") % {"when": when, "room": isolate(room)}

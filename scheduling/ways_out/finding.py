"""Free rooms and free times, as values: what is asked, and what comes of the answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection

from scheduling import times as clocks
from scheduling.conflicts import Placement
from scheduling.models import Event
from scheduling.ways_out.statements import free

# What is offered begins on this grid.
GRID = timedelta(minutes=15)
# Nothing is offered that begins earlier, or ends later, on the clocks of the event; unless what
# is wanted does so too.
MORNING, NIGHT = time(7), time(23)
# Times are looked for so many days before and after what is wanted.
REACH = 31


class WayKind(StrEnum):
    """The part of the wish that a way out changes."""

    ROOM = "room"
    TIME = "time"
    BOTH = "both"


@dataclass(frozen=True)
class WayOut:
    """A place that is free. `values` are the session's fields that differ from what is wanted.

    `capacity` is the room's own, or else the most that any session in it holds, as far as is said.
    """

    kind: WayKind
    room: str | None
    start: datetime
    end: datetime
    capacity: int | None
    values: dict[str, Any] = field(hash=False)


@dataclass(frozen=True)
class WaysOut:
    """All that is offered, the best of each kind first."""

    rooms: tuple[WayOut, ...] = ()
    times: tuple[WayOut, ...] = ()
    pairs: tuple[WayOut, ...] = ()

    def __bool__(self):
        return bool(self.rooms or self.times or self.pairs)


def find(
    placement: Placement, *, event: Event, now: datetime, at_least: int | None = None
) -> WaysOut:
    """Rooms, times and pairs, at most `MOST` of each, for a placement in the event.

    `at_least` is how many people must fit; what is too small comes last. One statement, or none.
    """
    found = _found(WayKind, placement, event=event, now=now, at_least=at_least)
    return WaysOut(rooms=found[WayKind.ROOM], times=found[WayKind.TIME], pairs=found[WayKind.BOTH])


def rooms(placement: Placement, *, at_least: int | None = None) -> tuple[WayOut, ...]:
    """Other rooms of the event that are free at the wanted time: big enough, then closest.

    None for a session that wants no room, or whose speaker is taken at that time. Without
    `at_least` the largest come first. One statement.
    """
    return _found([WayKind.ROOM], placement, at_least=at_least)[WayKind.ROOM]


def times(placement: Placement, *, event: Event, now: datetime) -> tuple[WayOut, ...]:
    """Other times of the same length at which the wanted room and the speaker are free.

    Of a session that holds two rooms, both are.

    On the event's days and the clocks' quarter-hours, not before `now`, the nearest start
    first, of two as near the earlier; none overlaps the wanted time, if that is free, or another
    that is offered. One statement.
    """
    return _found([WayKind.TIME], placement, event=event, now=now)[WayKind.TIME]


def pairs(
    placement: Placement, *, event: Event, now: datetime, at_least: int | None = None
) -> tuple[WayOut, ...]:
    """Other rooms, taken at the wanted time, each with the nearest time at which it is free.

    Big enough first, then nearest; times are as `times` has them. None for a session that wants
    no room. One statement.
    """
    return _found([WayKind.BOTH], placement, event=event, now=now, at_least=at_least)[WayKind.BOTH]


def _found(
    kinds: Iterable[WayKind],
    placement: Placement,
    *,
    event: Event | None = None,
    now: datetime | None = None,
    at_least: int | None = None,
) -> dict[WayKind, tuple[WayOut, ...]]:
    """The free ways out of each kind; where none can be, it is not asked for."""
    found: dict[WayKind, tuple[WayOut, ...]] = dict.fromkeys(kinds, ())
    opens, closes = _open(placement, event, now) if event and now else ([], [])
    asked = [
        kind
        for kind in found
        if (kind is WayKind.ROOM or opens) and (kind is WayKind.TIME or placement.room is not None)
    ]
    if not asked:
        return found
    length = placement.end - placement.start
    with connection.cursor() as cursor:
        cursor.execute(
            free(asked),
            {
                "event": placement.event_id,
                "session": placement.session_id,
                "room": placement.room,
                "second_room": placement.second_room,
                "speakers": placement.speakers,
                "start": placement.start,
                "end": placement.end,
                "since": min([placement.start, *opens]),
                "until": max([placement.end, *closes]),
                "opens": opens,
                "closes": closes,
                "length": length,
                "step": -(-length // GRID) * GRID,
                "grid": GRID,
                "origin": datetime(2000, 1, 1, tzinfo=UTC),
                "at_least": at_least,
            },
        )
        for kind, *row in cursor.fetchall():
            found[WayKind(kind)] += (_way_out(WayKind(kind), placement, *row),)
    return found


def _way_out(kind, placement, room, start, end, capacity) -> WayOut:
    wanted = {"room": placement.room, "start_time": placement.start, "end_time": placement.end}
    offered = {"room": room, "start_time": start, "end_time": end}
    values = {name: value for name, value in offered.items() if value != wanted[name]}
    return WayOut(kind, room, start, end, capacity, values)


def _open(
    placement: Placement, event: Event, now: datetime
) -> tuple[list[datetime], list[datetime]]:
    """When something may begin and end: the event's days within reach, from `now` on.

    An event without an end lasts until the wanted day. Never open for what is longer than all of
    it, such as what never ends: there is no time to reckon with.
    """
    zone = placement.zone
    wanted = _number(clocks.local(placement.start, zone))
    first_day, last_day = clocks.days(event.start_date, event.end_date, zone=zone)
    first = _number(first_day)
    last = max(first, wanted if last_day is None else _number(last_day))
    middle = min(max(wanted, first), last)
    at_night = _at_night(placement)
    opens, closes = [], []
    for n in range(max(first, middle - REACH), min(last, middle + REACH) + 1):
        opening = _moment(n, time.min if at_night else MORNING, zone)
        closing = _moment(n + 1, time.min, zone) if at_night else _moment(n, NIGHT, zone)
        if max(opening, now) < closing:
            opens.append(max(opening, now))
            closes.append(closing)
    if not opens or placement.end - placement.start > closes[-1] - opens[0]:
        return [], []
    return opens, closes


def _at_night(placement: Placement) -> bool:
    start = clocks.local(placement.start, placement.zone)
    end = clocks.local(placement.end, placement.zone)
    return start.date() != end.date() or start.time() < MORNING or end.time() > NIGHT


def _number(day: date) -> int:
    """The number of a day; the ends of the calendar are kept away from."""
    return min(max(day.toordinal(), date.min.toordinal() + 2), date.max.toordinal() - 2)


def _moment(number: int, at: time, zone) -> datetime:
    return datetime.combine(date.fromordinal(number), at, zone).astimezone(UTC)

"""Alternatives for a session that cannot have its place: free rooms, times and pairs of both."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection

from scheduling import times
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


@dataclass(frozen=True)
class WayOut:
    """A place that is free. `values` are the session's fields that differ from what is wanted.

    `capacity` is the room's own, or else the most that any session in it holds, as far as is said.
    """

    room: str | None
    start: datetime
    end: datetime
    capacity: int | None
    values: dict[str, Any] = field(hash=False)


@dataclass(frozen=True)
class WaysOut:
    """All that is offered, the best of each group first."""

    rooms: tuple[WayOut, ...] = ()
    times: tuple[WayOut, ...] = ()
    pairs: tuple[WayOut, ...] = ()

    def __bool__(self):
        return bool(self.rooms or self.times or self.pairs)


def find(
    placement: Placement, *, event: Event, now: datetime, at_least: int | None = None
) -> WaysOut:
    """Rooms, times and pairs, at most `MOST` of each, for a placement in the event.

    Rooms are others of the event that are free at the wanted time: big enough for `at_least`
    people, then closest to that; without it the largest come first. None where the speaker is
    taken then.

    Times are others of the same length at which the wanted room, or both of them, and the speaker
    are free: on the event's days and the clocks' quarter-hours, not before `now`, the nearest start
    first, of two as near the earlier; none overlaps the wanted time, if that is free, or another
    that is offered.

    Pairs are other rooms, taken at the wanted time, each with the nearest time at which it is free;
    big enough first, then nearest. A session that wants no room has neither rooms nor pairs. One
    statement, or none.
    """
    opens, closes = _opening_hours(placement, event, now)
    asked = ["times"] if opens else []
    if placement.room is not None:
        asked += ["rooms", "pairs"] if opens else ["rooms"]
    if not asked:
        return WaysOut()
    length = placement.end - placement.start
    found: dict[str, tuple[WayOut, ...]] = defaultdict(tuple)
    parameters: dict[str, Any] = {
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
    }
    with connection.cursor() as cursor:
        cursor.execute(free(asked), parameters)
        for group, *row in cursor.fetchall():
            found[group] += (_way_out(placement, *row),)
    return WaysOut(**found)


def _way_out(placement, room, start, end, capacity) -> WayOut:
    wanted = {"room": placement.room, "start_time": placement.start, "end_time": placement.end}
    offered = {"room": room, "start_time": start, "end_time": end}
    values = {name: value for name, value in offered.items() if value != wanted[name]}
    return WayOut(room, start, end, capacity, values)


def _opening_hours(
    placement: Placement, event: Event, now: datetime
) -> tuple[list[datetime], list[datetime]]:
    """The opening and closing times of the event's days within reach, from `now` on.

    An event without an end lasts until the wanted day. Never open for what is longer than all of
    it, such as what never ends: there is no time to reckon with.
    """
    zone = placement.zone
    wanted = _ordinal(times.local(placement.start, zone))
    first_day, last_day = times.days(event.start_date, event.end_date, zone=zone)
    first = _ordinal(first_day)
    last = max(first, wanted if last_day is None else _ordinal(last_day))
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
    start = times.local(placement.start, placement.zone)
    end = times.local(placement.end, placement.zone)
    return start.date() != end.date() or start.time() < MORNING or end.time() > NIGHT


def _ordinal(day: date) -> int:
    """The ordinal of a day; the ends of the calendar are kept away from."""
    return min(max(day.toordinal(), date.min.toordinal() + 2), date.max.toordinal() - 2)


def _moment(number: int, at: time, zone) -> datetime:
    return datetime.combine(date.fromordinal(number), at, zone).astimezone(UTC)

"""The grid: which rows are drawn, and where each session stands in its room's column."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import ngettext

from scheduling import times
from scheduling.timetable.values import (
    CONCERNED,
    MOST_LANES,
    MOST_ROOMS,
    MOST_ROWS,
    ROW,
    ROWS_OF_AN_HOUR,
    Cell,
    Column,
    Entry,
    Hour,
    Role,
)

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Window:
    """What is looked at: a local day, and beyond its end as far as a session of it goes."""

    day: date
    since: datetime
    until: datetime
    zone: ZoneInfo

    @classmethod
    def of(cls, at: datetime, spans: Iterable[tuple[datetime, datetime]], *, zone: ZoneInfo):
        """The local day of the moment `at`, and of the spans that start on it all they last.

        Raises OverflowError or ValueError where the calendar has no such day, or no next one.
        """
        today = times.local(at, zone).date()
        since, tomorrow = _midnight(today, zone), _midnight(today + timedelta(days=1), zone)
        until = max(
            min(end, start + MOST_ROWS * ROW) if since <= start < tomorrow else tomorrow
            for start, end in spans
        )
        return cls(today, since, max(until, tomorrow), zone)

    def shows(self, start: datetime, end: datetime) -> bool:
        """Whether any of it is inside; what does not end after it starts is where it starts."""
        return start < self.until and (end > self.since or start >= self.since)

    def entry(self, role, title, room, start, end, *, id=None) -> Entry:
        on_the_day = times.local(start, self.zone).date() == self.day
        when = times.span(start, end, zone=self.zone, day=not on_the_day, year=False)
        return Entry(role, title, room, start, end, when, id)

    def row(self, at: datetime) -> int:
        """The boundary between rows nearest to a moment, from 0 at midnight.

        Back to back stays so: equal moments come to equal boundaries.
        """
        inside = min(max(at, self.since), self.until)
        return (inside - self.since + ROW / 2) // ROW

    def rows(self, entry: Entry) -> tuple[int, int]:
        """The boundaries an entry is drawn between, at least a row apart."""
        last_row = (self.until - self.since) // ROW - 1
        first = min(self.row(entry.start), last_row)
        return first, max(self.row(entry.end), first + 1)

    def local(self, row: int) -> datetime:
        return times.local(self.since + row * ROW, self.zone)


def _midnight(local_day: date, zone: ZoneInfo) -> datetime:
    """When a local day begins; where the clocks skip midnight, the moment they do."""
    return datetime(local_day.year, local_day.month, local_day.day, tzinfo=zone).astimezone(UTC)


def rooms(entries: Collection[Entry]) -> list[str]:
    """The rooms to draw: where it would be, where it is, where it clashes; then the busiest.

    These last are in the order of their names.
    """
    concerned = sorted(
        (entry for entry in entries if entry.role in CONCERNED and entry.room is not None),
        key=lambda entry: (CONCERNED.index(entry.role), entry.start, entry.room),
    )
    first = list(dict.fromkeys(entry.room for entry in concerned))[:MOST_ROOMS]
    # The statement has them in that order.
    busiest = dict.fromkeys(e.room for e in entries if e.room is not None and e.room not in first)
    return first + sorted(list(busiest)[: MOST_ROOMS - len(first)], key=_as_people_count)


def _as_people_count(name: str) -> str:
    """A key to sort names by: room 2 comes before room 10."""
    return _NUMBER.sub(lambda number: number[0].zfill(8), name)


@dataclass(frozen=True)
class _Axis:
    """The rows that are drawn, of those of the window."""

    window: Window
    first: int
    last: int

    def shows(self, entry: Entry) -> bool:
        first, last = self.window.rows(entry)
        return first < self.last and last > self.first


def axis(entries: Iterable[Entry], main: Entry, window: Window) -> _Axis:
    """The hours in use, in full, with all of `main` as far as it fits.

    What began before the window, or goes on after it, does not stretch them.
    """
    first, last = top, bottom = window.rows(main)
    for entry in entries:
        starts, ends = window.rows(entry)
        if window.since <= entry.start:
            first, last = min(first, starts), max(last, starts + 1)
        if entry.end <= window.until:
            first, last = min(first, ends - 1), max(last, ends)
    for _step in range(ROWS_OF_AN_HOUR - 1):
        first -= first > 0 and window.local(first).minute != 0
        last += window.local(last).minute != 0
    if last - first > MOST_ROWS:
        last = max(first + MOST_ROWS, bottom)
        first = min(last - MOST_ROWS, top)
        last = first + MOST_ROWS
    return _Axis(window, first, last)


def hours(axis: _Axis) -> tuple[Hour, ...]:
    full = [row for row in range(axis.first, axis.last) if axis.window.local(row).minute == 0]
    hours, before = [], axis.window.day
    for row, following in zip(full, [*full[1:], axis.last], strict=True):
        local_time = axis.window.local(row)
        hours.append(
            Hour(
                label=times.span(local_time, None, zone=axis.window.zone, day=False),
                day=""
                if local_time.date() == before
                else formats.date_format(local_time.date(), "j M"),
                first=row - axis.first + 1,
                rows=following - row,
            )
        )
        before = local_time.date()
    return tuple(hours)


@dataclass(frozen=True)
class _Strip:
    """An entry between two boundaries."""

    entry: Entry
    first: int
    last: int

    def meets(self, other: "_Strip") -> bool:
        """Whether the two cannot stand in one lane: they overlap, as drawn or in truth."""
        return (self.first < other.last and other.first < self.last) or (
            self.entry.start < other.entry.end and other.entry.start < self.entry.end
        )


def column(room: str | None, entries: Iterable[Entry], axis: _Axis) -> Column:
    """The room's entries in lanes; those for which there is no lane are not drawn."""
    strips = [
        _Strip(entry, *axis.window.rows(entry))
        for entry in sorted(
            entries, key=lambda e: (e.role not in CONCERNED, e.start, e.end, e.title)
        )
        if axis.shows(entry)
    ]
    lanes = [[] for _lane in range(MOST_LANES)]
    numbers = {}
    for strip in strips:
        for n, lane in enumerate(lanes):
            if not any(strip.meets(other) for other in lane):
                lane.append(strip)
                numbers[strip] = n
                break
    cells = [
        _cell(strip, axis, lane=numbers[strip] + 1, lanes=1 + max(numbers[s] for s in group))
        for group in _groups(numbers)
        for strip in group
    ]
    roles = {cell.entry.role for cell in cells}
    return Column(
        room=room,
        hit=not roles.isdisjoint(CONCERNED),
        clash=Role.CLASH in roles,
        cells=tuple(sorted(cells, key=lambda cell: (cell.first, cell.lane))),
    )


def _groups(strips: Iterable[_Strip]) -> list[list[_Strip]]:
    """The strips, those together that meet, directly or through others."""
    groups = []
    for strip in strips:
        met = [group for group in groups if any(strip.meets(other) for other in group)]
        groups = [group for group in groups if group not in met]
        groups.append([strip, *(other for group in met for other in group)])
    return groups


def _cell(strip: _Strip, axis: _Axis, *, lane: int, lanes: int) -> Cell:
    first, last = max(strip.first, axis.first), min(strip.last, axis.last)
    entry = strip.entry
    begins, ends = axis.window.since + axis.first * ROW, axis.window.since + axis.last * ROW
    return Cell(
        entry=entry,
        first=first - axis.first + 1,
        rows=last - first,
        lane=lane,
        lanes=lanes,
        earlier=entry.start < begins and entry.end > entry.start,
        later=entry.end > ends,
    )


def left_out(*, rooms: int, sessions: int) -> tuple[str, ...]:
    sentences = []
    if rooms > 0:
        words = ngettext(
            "%(count)s more room is not drawn.", "%(count)s more rooms are not drawn.", rooms
        )
        sentences.append(words % {"count": rooms})
    if sessions > 0:
        words = ngettext(
            "%(count)s more session is not drawn.",
            "%(count)s more sessions are not drawn.",
            sessions,
        )
        sentences.append(words % {"count": sessions})
    return tuple(sentences)

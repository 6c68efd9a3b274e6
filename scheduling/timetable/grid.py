"""The grid: which rows are drawn, and where each session stands in its room's column."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import ngettext

from scheduling import times
from scheduling.timetable.values import (
    CONCERNED,
    LONG,
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


class Piece(NamedTuple):
    """Two boundaries between rows; whether what is drawn there began earlier, or goes on."""

    first: int
    last: int
    earlier: bool
    later: bool


@dataclass(frozen=True)
class Window:
    """The window: a local day, and beyond its end as far as a session of it goes."""

    day: date
    since: datetime
    until: datetime
    zone: ZoneInfo

    @classmethod
    def on(cls, day: date, spans: Iterable[tuple[datetime, datetime]], *, zone: ZoneInfo):
        """A local day, and of the spans that start on it all they last, but for those of days.

        Raises OverflowError or ValueError where the calendar has no such day, or no next one.
        """
        since, tomorrow = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
        ends = [end for start, end in spans if since <= start < tomorrow and end - start <= LONG]
        return cls(day, since, max([tomorrow, *ends]), zone)

    def shows(self, start: datetime, end: datetime) -> bool:
        """Whether any of it is inside; what does not end after it starts is where it starts."""
        return start < self.until and (end > self.since or start >= self.since)

    def told(self, entry: Entry) -> Entry:
        """The entry with its times in words; one that begins on another day, with that."""
        on_the_day = times.local(entry.start, self.zone).date() == self.day
        end = entry.end if entry.end != entry.start else None
        when = times.span(entry.start, end, zone=self.zone, day=not on_the_day, year=False)
        return replace(entry, when=when)

    def row(self, at: datetime) -> int:
        """The boundary between rows nearest to a moment, from 0 at midnight.

        Back to back stays so: equal moments come to equal boundaries.
        """
        inside = min(max(at, self.since), self.until)
        return (inside - self.since + ROW / 2) // ROW

    def pieces(self, entry: Entry) -> list[Piece]:
        """Where an entry is drawn, at least a row of it.

        Of what lasts for days, an hour where it begins and one where it ends, as far as these are
        inside; it may be that neither is.
        """
        last_row = (self.until - self.since) // ROW - 1
        first = min(self.row(entry.start), last_row)
        last = max(self.row(entry.end), first + 1)
        earlier, later = entry.start < self.since, entry.end > self.until
        if not lasts_for_days(entry):
            return [Piece(first, last, earlier, later)]
        begins = Piece(first, min(first + ROWS_OF_AN_HOUR, last_row + 1), False, True)
        ends = Piece(max(last - ROWS_OF_AN_HOUR, 0), last, True, False)
        return [begins] * (not earlier) + [ends] * (not later)

    def local(self, row: int) -> datetime:
        return times.local(self.since + row * ROW, self.zone)


def lasts_for_days(entry: Entry) -> bool:
    """Whether it would be a wall through all of a day."""
    return entry.end - entry.start > LONG


def _midnight(local_day: date, zone: ZoneInfo) -> datetime:
    """When a local day begins; where the clocks skip midnight, the moment they do."""
    return datetime(local_day.year, local_day.month, local_day.day, tzinfo=zone).astimezone(UTC)


def rooms(entries: Collection[Entry]) -> list[str]:
    """The rooms to draw: where it would be, where it is, where it clashes; then the busiest.

    These last are in the order of their names.
    """
    concerned = sorted(
        (entry for entry in entries if entry.role in CONCERNED),
        key=lambda entry: (CONCERNED.index(entry.role), entry.start, entry.room or ""),
    )
    first = list(dict.fromkeys(e.room for e in concerned if e.room is not None))[:MOST_ROOMS]
    # The statement has them in that order.
    busiest = dict.fromkeys(e.room for e in entries if e.room is not None and e.room not in first)
    return first + sorted(list(busiest)[: MOST_ROOMS - len(first)], key=natural_key)


def natural_key(name: str) -> str:
    """A key for natural sorting: room 2 comes before room 10."""
    return _NUMBER.sub(lambda number: number[0].zfill(8), name)


@dataclass(frozen=True)
class _Axis:
    """The rows that are drawn, of those of the window."""

    window: Window
    first: int
    last: int

    @property
    def begins(self) -> datetime:
        return self.window.since + self.first * ROW

    @property
    def ends(self) -> datetime:
        return self.window.since + self.last * ROW

    def strips(self, entry: Entry) -> list["_Strip"]:
        """The part of an entry that is drawn in these rows.

        Of what lasts for days and has no end here, half an hour at the top.
        """
        pieces = self.window.pieces(entry)
        if not pieces:
            half_an_hour = min(self.first + ROWS_OF_AN_HOUR // 2, self.last)
            return [_Strip(entry, self.first, half_an_hour, earlier=True, later=True)]
        long = lasts_for_days(entry)
        return [
            _Strip(
                entry,
                first,
                last,
                earlier=(long and earlier) or entry.start < self.begins < entry.end,
                later=(long and later) or entry.end > self.ends,
            )
            for first, last, earlier, later in pieces
            if first < self.last and last > self.first
        ]


# Of a day on which nothing begins or ends, eight in the morning.
_NOTHING_IN_USE = (8 * ROWS_OF_AN_HOUR, 9 * ROWS_OF_AN_HOUR)


def axis(entries: Iterable[Entry], window: Window, *, main: Entry | None = None) -> _Axis:
    """The hours in use, in full, with all of `main` as far as it fits; else the first of them.

    What began before the window, or goes on after it, does not stretch them. Without a `main`, what
    came over midnight has no hours of its own: it is drawn to its end on the day before, and here
    where something else of that night is.
    """
    entries = list(entries)
    if main is None:
        begin = [e for e in entries if e.start >= window.since or lasts_for_days(e)]
        entries = begin or entries
    used = [
        (last - 1 if earlier else first, first + 1 if later else last)
        for entry in entries
        for first, last, earlier, later in window.pieces(entry)
        if not (earlier and later)
    ]
    first = min((first for first, _last in used), default=_NOTHING_IN_USE[0])
    last = max((last for _first, last in used), default=_NOTHING_IN_USE[1])
    top, bottom = (first, first) if main is None else window.pieces(main)[0][:2]
    first, last = min(first, top), max(last, bottom)
    for _step in range(ROWS_OF_AN_HOUR - 1):
        first -= first > 0 and window.local(first).minute != 0
        last += window.local(last).minute != 0
    if last - first > MOST_ROWS:
        last = max(first + MOST_ROWS, bottom)
        first = min(last - MOST_ROWS, top)
        last = first + MOST_ROWS
    return _Axis(window, first, last)


def hours(axis: _Axis) -> tuple[Hour, ...]:
    """The labels beside the rows, each as many rows high as there are until the next."""
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


@dataclass(frozen=True, eq=False)
class _Strip:
    """An entry, or a piece of one, between two boundaries."""

    entry: Entry
    first: int
    last: int
    earlier: bool
    later: bool

    def meets(self, other: "_Strip") -> bool:
        """Whether the two cannot stand in one lane: they overlap, as drawn or in truth.

        What lasts for days is in truth beside everything, and would leave half of the day empty.
        """
        if self.first < other.last and other.first < self.last:
            return True
        if lasts_for_days(self.entry) or lasts_for_days(other.entry):
            return False
        return self.entry.start < other.entry.end and other.entry.start < self.entry.end


def column(
    room: str | None, entries: Iterable[Entry], axis: _Axis, capacity: int | None = None
) -> Column:
    """The room's entries in lanes, so that none overlap in one (interval partitioning).

    Those for which there is no lane are not drawn.
    """
    strips = [
        strip
        for entry in sorted(
            entries, key=lambda e: (e.role not in CONCERNED, e.start, e.end, e.title)
        )
        for strip in axis.strips(entry)
    ]
    lanes: list[list[_Strip]] = [[] for _lane in range(MOST_LANES)]
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
        capacity=capacity,
    )


def _groups(strips: Iterable[_Strip]) -> list[list[_Strip]]:
    """The strips, those together that meet, directly or through others."""
    groups: list[list[_Strip]] = []
    for strip in strips:
        met = [group for group in groups if any(strip.meets(other) for other in group)]
        groups = [group for group in groups if group not in met]
        groups.append([strip, *(other for group in met for other in group)])
    return groups


def _cell(strip: _Strip, axis: _Axis, *, lane: int, lanes: int) -> Cell:
    first, last = max(strip.first, axis.first), min(strip.last, axis.last)
    return Cell(
        entry=strip.entry,
        first=first - axis.first + 1,
        rows=last - first,
        lane=lane,
        lanes=lanes,
        earlier=strip.earlier,
        later=strip.later,
    )


def left_out(*, rooms: int, sessions: int) -> tuple[str, ...]:
    """Sentences that tell how many rooms and sessions there was no place for."""
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

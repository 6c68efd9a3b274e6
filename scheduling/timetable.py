"""The day of an event by room, laid out on a grid: what stands, and where a session would be.

One statement, reading only. What is proposed and what clashes is the caller's to say: nothing
here looks for conflicts. The grid's rows are quarters of an hour of elapsed time, so that a day
of 23 or 25 hours has as many; its places are numbers, for which `eventflow/timetable.css` has
classes.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import formats
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from eventflow.text.bidi import isolate, ltr, visible
from scheduling import names, near_names, times
from scheduling.conflicts import Placement
from scheduling.models import Event, Schedule

ROW = timedelta(minutes=15)
# A day of 25 hours; the stylesheet has classes for as many.
MOST_ROWS = 100
MOST_LANES = 4
MOST_ROOMS = 12
MOST_SESSIONS = 200
# So many characters of longer names the template shows in the grid, before an ellipsis.
SHOWN_OF_A_ROOM, SHOWN_OF_A_TITLE = 59, 79
# Longer days are drawn with lower rows.
DENSE = 48

_ROWS_OF_AN_HOUR = timedelta(hours=1) // ROW
_NUMBER = re.compile(r"\d+")


class Role(StrEnum):
    """What a session is in the drawing; also the name of its class in the stylesheet."""

    PROPOSED = "proposed"
    NOW = "now"
    CLASH = "clash"
    BREAK = "break"
    OTHER = "other"


ROLE_LABELS = {
    Role.PROPOSED: _("proposed"),
    Role.NOW: _("here now"),
    Role.CLASH: _("clash"),
    Role.BREAK: _("break"),
    Role.OTHER: _("other session"),
}

# These are drawn whatever else there is no place for.
_CONCERNED = (Role.PROPOSED, Role.NOW, Role.CLASH)


@dataclass(frozen=True)
class Entry:
    """A session as the timetable tells it; `when` are its times in words.

    `id` is None for what is only proposed.
    """

    role: Role
    title: str
    room: str | None
    start: datetime
    end: datetime
    when: str
    id: UUID | None = None

    @property
    def what(self) -> str:
        """Its role in words."""
        return str(ROLE_LABELS[self.role])

    @property
    def title_shown(self) -> str:
        """The title, with what cannot be seen in it made visible."""
        return visible(self.title)

    @property
    def room_shown(self) -> str:
        """The room, likewise; empty where there is none."""
        return visible(self.room or "")

    @property
    def hint(self) -> str:
        """All of it in one line of plain text."""
        parts = [isolate(self.title_shown), self.when, self.what]
        return " · ".join(parts if self.room is None else [*parts, isolate(self.room_shown)])


@dataclass(frozen=True)
class Cell:
    """An entry in its place: `rows` rows from row `first` (of 1), lane `lane` (of 1) of `lanes`.

    `earlier` and `later` say that it began before, or goes on after, what is drawn.
    """

    entry: Entry
    first: int
    rows: int
    lane: int
    lanes: int
    earlier: bool
    later: bool

    @property
    def classes(self) -> str:
        names = [self.entry.role.value, f"from-{self.first}", f"for-{self.rows}"]
        if self.lanes > 1:
            names.append(f"lane-{self.lane}-of-{self.lanes}")
        if self.rows <= 2:
            names.append("brief" if self.rows == 1 else "short")
        if self.earlier:
            names.append("earlier")
        if self.later:
            names.append("later")
        return " ".join(names)


@dataclass(frozen=True)
class Column:
    """A room and what is in it; a room of None stands for the sessions without one.

    `hit` says that the session is here now or is proposed to be, or that something clashes here.
    """

    room: str | None
    hit: bool
    clash: bool
    cells: tuple[Cell, ...]

    @property
    def room_shown(self) -> str:
        """The room, with what cannot be seen in it made visible; empty where there is none."""
        return visible(self.room or "")

    @property
    def classes(self) -> str:
        """`wide` where what must be read shares its place with others."""
        names = []
        if self.hit:
            names.append("hit")
        if self.clash:
            names.append("taken")
        if any(cell.lanes > 1 and cell.entry.role in _CONCERNED for cell in self.cells):
            names.append("wide")
        return " ".join(names)


@dataclass(frozen=True)
class Hour:
    """A full hour on the clocks of the event; `day` is said where another day begins."""

    label: str
    day: str
    first: int
    rows: int

    @property
    def classes(self) -> str:
        return f"from-{self.first} for-{self.rows}"


@dataclass(frozen=True)
class Timetable:
    """A day, ready for the template `admin/scheduling/timetable.html`.

    `entries` are all that was read, by time; `elsewhere` says in words where the session is now,
    if that is not drawn; `left_out` are sentences about what is not drawn. `alike` are the rooms
    and titles that look like another one of these, and are not it.
    """

    heading: str
    hours: tuple[Hour, ...]
    columns: tuple[Column, ...]
    entries: tuple[Entry, ...]
    elsewhere: str
    left_out: tuple[str, ...]
    rows: int
    alike: frozenset[str] = frozenset()

    @property
    def classes(self) -> str:
        """Of the grid: `dense` for a long day, `ruled` where every fourth row is a full hour."""
        names = []
        if self.rows > DENSE:
            names.append("dense")
        if all(hour.first % _ROWS_OF_AN_HOUR == 1 for hour in self.hours):
            names.append("ruled")
        return " ".join(names)

    @property
    def legend(self) -> tuple[tuple[str, str], ...]:
        """The class and the words of each role that is drawn and not plain."""
        drawn = {cell.entry.role for column in self.columns for cell in column.cells}
        return tuple(
            (role.value, str(label))
            for role, label in ROLE_LABELS.items()
            if role in drawn and role is not Role.OTHER
        )


# No ranges: one that ends before it starts is an error, a row that does so is not. A room is one
# column however it is spelled: as it is wanted, else as most of the day's sessions spell it.
_SESSIONS = f"""
with met as materialized (
  select
    s.id,
    left(s.title, 500) as title,
    s.start_time,
    s.end_time,
    left(s.room, 500) as room,
    coalesce(s.is_break, false) as is_break,
    s.id = any(%(clashing)s::uuid[]) as clashes
  from public.schedules as s
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
      order by spelling.wanted desc, spelling.sessions desc, spelling.room
    ) as shown,
    bool_or(spelling.wanted) over (partition by {names.key("spelling.room")}) as wanted
  from (
    select room, bool_or(wanted) as wanted, sum(sessions) as sessions
    from (
      select room, false as wanted, count(*) as sessions
      from met
      where room is not null
      group by room
      union all
      select room, true, 0
      from unnest(%(wanted)s::text[]) as room
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
    25 hours. One statement, and one more where the room is spelled in two ways. None, without one,
    where there is no such day.
    """
    zone = event.zone
    places = []
    if session is not None:
        places.append((Role.NOW, session.title, session.room, session.start_time, session.end_time))
    if proposed is not None:
        place = (proposed.room, proposed.start, proposed.end)
        if not places or places[0][2:] != place:
            places.append((Role.PROPOSED, title, *place))
    if not places:
        return None
    try:
        window = _Window.of(places[-1][3], [place[3:] for place in places], zone=zone)
    except (OverflowError, ValueError):
        return None

    concerned = [
        window.entry(*place, id=session.pk if place[0] is Role.NOW else None)
        for place in places
        if window.shows(*place[3:])
    ]
    concerned = _in_one_column(concerned)
    entries, sessions, rooms_in_use = _others(
        event=event, session=session, concerned=concerned, clashing=clashing, window=window
    )
    entries = concerned + entries
    axis = _axis(entries, concerned[-1], window)
    rooms = _rooms(entries)
    columns = [
        _column(room, [entry for entry in entries if entry.room == room], axis) for room in rooms
    ]
    if any(entry.room is None for entry in entries):
        columns.append(_column(None, [entry for entry in entries if entry.room is None], axis))

    drawn = sum(len(column.cells) for column in columns)
    return Timetable(
        heading=gettext("%(day)s, by room (%(zone)s)")
        % {"day": formats.date_format(window.day, "l j F Y"), "zone": ltr(times.called(zone))},
        hours=_hours(axis),
        columns=tuple(columns),
        entries=tuple(sorted(entries, key=lambda e: (e.start, e.end, e.room or "", e.title))),
        elsewhere=_elsewhere(session, concerned, zone),
        left_out=_left_out(
            rooms=rooms_in_use - len(rooms),
            sessions=sessions + len(concerned) - drawn,
        ),
        rows=axis.last - axis.first,
        alike=near_names.look_alikes({e.room for e in entries} - {None}, SHOWN_OF_A_ROOM)
        | near_names.look_alikes({e.title for e in entries}, SHOWN_OF_A_TITLE),
    )


@dataclass(frozen=True)
class _Window:
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


def _in_one_column(concerned: list[Entry]) -> list[Entry]:
    """The places of the session itself, those in one room under one spelling of it."""
    rooms = [entry.room for entry in concerned if entry.room is not None]
    if len(set(rooms)) < 2:
        return concerned
    keys = names.keys(rooms).names
    shown = {keys[room]: room for room in rooms}
    return [
        entry if entry.room is None else replace(entry, room=shown[keys[entry.room]])
        for entry in concerned
    ]


def _others(*, event, session, concerned, clashing, window) -> tuple[list[Entry], int, int]:
    """The other sessions of the window, how many there are in all, and in how many rooms."""
    wanted = {entry.room for entry in concerned if entry.room is not None}
    with connection.cursor() as cursor:
        cursor.execute(
            _SESSIONS,
            {
                "event": event.pk,
                "session": session and session.pk,
                "clashing": list(clashing),
                "wanted": list(wanted),
                "since": window.since,
                "until": window.until,
                "rooms": MOST_ROOMS,
                "sessions": MOST_SESSIONS,
            },
        )
        rows = cursor.fetchall()
    sessions, rooms = rows[0][-2:] if rows else (0, 0)
    entries, used = [], set()
    for id, title, start, end, room, is_break, clashes, *_totals in rows:
        role = Role.CLASH if clashes else Role.BREAK if is_break else Role.OTHER
        entries.append(window.entry(role, title, room, start, end, id=id))
        used.add(room)
    return entries, sessions, rooms + len(wanted - used)


def _rooms(entries: Collection[Entry]) -> list[str]:
    """The rooms to draw: where it would be, where it is, where it clashes; then the busiest.

    These last are in the order of their names.
    """
    concerned = sorted(
        (entry for entry in entries if entry.role in _CONCERNED and entry.room is not None),
        key=lambda entry: (_CONCERNED.index(entry.role), entry.start, entry.room),
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

    window: _Window
    first: int
    last: int

    def shows(self, entry: Entry) -> bool:
        first, last = self.window.rows(entry)
        return first < self.last and last > self.first


def _axis(entries: Iterable[Entry], main: Entry, window: _Window) -> _Axis:
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
    for _step in range(_ROWS_OF_AN_HOUR - 1):
        first -= first > 0 and window.local(first).minute != 0
        last += window.local(last).minute != 0
    if last - first > MOST_ROWS:
        last = max(first + MOST_ROWS, bottom)
        first = min(last - MOST_ROWS, top)
        last = first + MOST_ROWS
    return _Axis(window, first, last)


def _hours(axis: _Axis) -> tuple[Hour, ...]:
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


def _column(room: str | None, entries: Iterable[Entry], axis: _Axis) -> Column:
    """The room's entries in lanes; those for which there is no lane are not drawn."""
    strips = [
        _Strip(entry, *axis.window.rows(entry))
        for entry in sorted(
            entries, key=lambda e: (e.role not in _CONCERNED, e.start, e.end, e.title)
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
        hit=not roles.isdisjoint(_CONCERNED),
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


def _elsewhere(session: Schedule | None, concerned: Iterable[Entry], zone: ZoneInfo) -> str:
    if session is None or any(entry.role is Role.NOW for entry in concerned):
        return ""
    when = times.span(session.start_time, session.end_time, zone=zone)
    if session.room is None:
        return gettext("now: %(when)s, without a room") % {"when": when}
    return gettext("now: %(when)s, %(room)s") % {"when": when, "room": isolate(session.room)}


def _left_out(*, rooms: int, sessions: int) -> tuple[str, ...]:
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

"""The values of a timetable: sessions as it tells them, in cells, columns and hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _lazy

from eventflow.text.bidi import isolate, visible

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
# What lasts longer is drawn where it begins and where it ends, an hour of each.
LONG = timedelta(hours=24)

ROWS_OF_AN_HOUR = timedelta(hours=1) // ROW


class Role(TextChoices):
    """The role of a session in the drawing; also the name of its class in the stylesheet.

    In the order of their importance.
    """

    PROPOSED = "proposed", _lazy("proposed")
    BLOCKED = "blocked", _lazy("suggested, blocked")
    WARNED = "warned", _lazy("suggested, with warnings")
    CLEAR = "clear", _lazy("suggested, clear")
    NOW = "now", _lazy("here now")
    REMOVED = "removed", _lazy("would be removed")
    LEAVES = "leaves", _lazy("would move away")
    CLASH = "clash", _lazy("clash")
    BREAK = "break", _lazy("break")
    OTHER = "other", _lazy("other session")


_MARKED = (Role.OTHER, Role.BREAK, Role.BLOCKED, Role.WARNED, Role.CLEAR)

# These are drawn whatever else there is no place for.
CONCERNED = tuple(role for role in Role if role not in (Role.BREAK, Role.OTHER))


@dataclass(frozen=True)
class Entry:
    """A session as the timetable tells it; `when` are its times in words.

    `id` is None for what is only proposed. `note` is what else is said of it, in few words, and
    `leads_to` the address of the page that tells more; both may be empty.
    """

    role: Role
    title: str
    room: str | None
    start: datetime
    end: datetime
    when: str = ""
    id: UUID | None = None
    note: str = ""
    leads_to: str = ""

    @property
    def what(self) -> str:
        """Its role in words."""
        return str(self.role.label)

    @property
    def told_by_words(self) -> bool:
        """Whether a cell says its role: not of what is plain, or has a mark and a note for it."""
        return self.role not in _MARKED

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
        room = isolate(self.room_shown) if self.room is not None else ""
        parts = (isolate(self.title_shown), self.when, self.what, room, self.note)
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True)
class Cell:
    """An entry in its place: `rows` rows from row `first` (of 1), lane `lane` (of 1) of `lanes`.

    `earlier` and `later` say that it began before, or goes on after, what is drawn of it here.
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

    `hit` says that the session is here now or is proposed to be, or that something clashes here;
    `capacity` is how many the room holds, where that is told.
    """

    room: str | None
    hit: bool
    clash: bool
    cells: tuple[Cell, ...]
    capacity: int | None = None

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
        if any(cell.lanes > 1 and cell.entry.role in CONCERNED for cell in self.cells):
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
        if all(hour.first % ROWS_OF_AN_HOUR == 1 for hour in self.hours):
            names.append("ruled")
        return " ".join(names)

    @property
    def legend(self) -> tuple[tuple[str, str], ...]:
        """The class and the words of each role that is drawn and not plain."""
        drawn = {cell.entry.role for column in self.columns for cell in column.cells}
        return tuple(
            (role.value, str(role.label))
            for role in Role
            if role in drawn and role is not Role.OTHER
        )

"""Conflicts: kinds, severities, and what each collides with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar, overload
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from eventflow.text.bidi import isolate, visible
from eventflow.text.sentences import Said, Saying
from scheduling import times

# How many of many a sentence names; how many more there are is said after them.
MOST_NAMED = 5


class Kind(TextChoices):
    """The kind of a conflict."""

    INVALID = "invalid", _lazy("Not readable")
    MISSING = "missing", _lazy("Session is gone")
    ROOM = "room", _lazy("Room")
    NO_EFFECT = "no_effect", _lazy("Stands like that already")
    DUPLICATE = "duplicate", _lazy("The same twice")
    STALE = "stale", _lazy("Changed since the AI looked")
    SPEAKER = "speaker", _lazy("Speaker")
    ATTENDEES = "attendees", _lazy("Attendees")
    CAPACITY = "capacity", _lazy("Capacity")
    COMPETING = "competing", _lazy("Competing suggestion")
    ROOM_NAME = "room_name", _lazy("Room’s name")
    OUTSIDE = "outside", _lazy("Outside the event")
    LOCAL_TIME = "local_time", _lazy("Local time")
    REMOVES = "removes", _lazy("Removed along")
    VIP = "vip", _lazy("VIP")


class Severity(StrEnum):
    """An error blocks; a warning must be seen; an info is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Other:
    """A session that something collides with, as far as a sentence about it needs."""

    id: UUID
    title: str
    start: datetime
    end: datetime
    room: str | None = None

    def span(self, zone: ZoneInfo) -> str:
        """When it is, in words, in `zone`."""
        return times.span(self.start, self.end, zone=zone)


_Value = TypeVar("_Value")


class WhenRead(Generic[_Value]):
    """A field of a conflict that may be given as what makes it, which is asked when it is read.

    Of many that are judged most sentences are never told: a count asks for none.
    """

    def __init__(self, *default: _Value):
        # Without one, the field has to be given.
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, conflict: None, owner: type) -> Any: ...
    @overload
    def __get__(self, conflict: object, owner: type) -> _Value: ...
    def __get__(self, conflict: object | None, owner: type) -> Any:
        if conflict is None:
            if not self._default:
                raise AttributeError(self._name)
            return self._default[0]
        value = conflict.__dict__[self._name]
        if callable(value):
            value = conflict.__dict__[self._name] = value()
        return value

    def __set__(self, conflict: object, value: _Value | Callable[[], _Value]) -> None:
        # As which `dataclasses.field` gives what was not given.
        conflict.__dict__[self._name] = value._default[0] if isinstance(value, WhenRead) else value


@dataclass(frozen=True)
class Conflict:
    """One reason to hesitate; `sentence` is for people, in the language in which it is first read.

    `subject` is the room, the speaker, the names of the fields or the number of people it is
    about. `others` are the sessions it collides with, `about` the ids of whatever else it names:
    people, suggestions. `said` is the sentence as it can be told again in another language, of
    what carrying out may fail with.
    """

    kind: Kind
    severity: Severity
    sentence: WhenRead[str] = WhenRead[str]()  # noqa: RUF009
    others: tuple[Other, ...] = ()
    subject: str = ""
    about: tuple[UUID, ...] = ()
    said: WhenRead[tuple[Said, ...]] = field(default=WhenRead[tuple[Said, ...]](()), compare=False)

    @property
    def label(self) -> str:
        return str(self.kind.label)

    @property
    def saying(self) -> Saying:
        """The sentence to be kept: told again in any language where that can be."""
        return self.said or (self.sentence,)

    @property
    def ids(self) -> frozenset[UUID]:
        """Everything it collides with or names, of whatever table."""
        return frozenset([*(other.id for other in self.others), *self.about])


_KINDS, _SEVERITIES = list(Kind), list(Severity)


def ordered(conflicts: Iterable[Conflict]) -> tuple[Conflict, ...]:
    """Most severe first, and those of one severity always in the same order."""
    return tuple(
        sorted(
            conflicts,
            key=lambda conflict: (
                _SEVERITIES.index(conflict.severity),
                _KINDS.index(conflict.kind),
            ),
        )
    )


def listed(names: Iterable[str], most: int | None = MOST_NAMED, *, more: int = 0) -> str:
    """Names that are isolated already, the first `most` of them, and how many more there are.

    `more` are those that are not even among the names.
    """
    names = list(names)
    shown = names[:most]
    more += len(names) - len(shown)
    if more:
        shown.append(ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more})
    return _("; ").join(shown)


def named(others: Iterable[Other], zone: ZoneInfo) -> list[str]:
    """Each session by title and time, fit to stand inside a sentence."""
    return [
        _("“%(title)s” (%(span)s)")
        % {"title": isolate(visible(other.title)), "span": other.span(zone)}
        for other in others
    ]

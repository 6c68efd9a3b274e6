"""What waits for an event, by the local days it concerns: where each suggestion's session is and
would be, and which days there are to go to.

Where that is, its verdict tells; what it collides with is not looked for here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ai_audit import verdicts
from ai_audit.models import Suggestion, SuggestionQuerySet
from ai_audit.verdicts import ReadableVerdict, Verdict, projection
from scheduling import pointers, times
from scheduling.models import Event, Schedule

# Of what waits for an event so many are read, the most urgent first.
MOST_READ = 1000
# So many days are offered to go to, around one of them; of an event's own so many are known.
MOST_DAYS = 21
MOST_OF_AN_EVENT = 1000

# Room, start and end of a session.
Slot = tuple[str | None, datetime, datetime]


@dataclass(frozen=True)
class Wish:
    """A wish: where a suggestion's session would be, and where it is. Either may be empty."""

    suggestion: Suggestion
    proposed: tuple[Slot, ...]
    standing: tuple[Slot, ...]
    days: tuple[tuple[date, date], ...]

    @property
    def stays(self) -> bool:
        """Whether its session would be just where it is."""
        return set(self.proposed) == set(self.standing)

    def concerns(self, day: date) -> bool:
        """Whether anything of it is on that day."""
        return any(first <= day <= last for first, last in self.days)


@dataclass(frozen=True)
class Waiting:
    """The pending suggestions of an event, the most urgent first.

    `nowhere` are those of which no time can be read, or whose session is gone. `unread` is how many
    more there are.
    """

    wishes: tuple[Wish, ...] = ()
    nowhere: tuple[Suggestion, ...] = ()
    unread: int = 0

    def of(self, day: date) -> list[Wish]:
        """Those that concern a local day of the event."""
        return [wish for wish in self.wishes if wish.concerns(day)]

    @property
    def count(self) -> int:
        return len(self.wishes) + len(self.nowhere) + self.unread


def waiting(pending: SuggestionQuerySet, event: Event) -> Waiting:
    """The pending suggestions about an event; where they collide is not looked for.

    `pending` are those that the reader may see. At most four statements for any number, and one
    more where there are more than `MOST_READ`.
    """
    found = pending.filter(event=event)
    read = list(found.most_urgent_first().select_related("event", "user")[: MOST_READ + 1])
    unread = found.order_by().count() - MOST_READ if len(read) > MOST_READ else 0
    read = read[:MOST_READ]
    judged = verdicts.judge(read, find_collisions=verdicts.no_collisions)
    wishes = [wish_of(suggestion, judged[suggestion.pk]) for suggestion in read]
    nowhere = tuple(wish.suggestion for wish in wishes if not wish.days)
    return Waiting(tuple(wish for wish in wishes if wish.days), nowhere, unread)


def wish_of(suggestion: Suggestion, verdict: Verdict) -> Wish:
    """A suggestion's wish by its verdict, of which no conflict need be known."""
    proposed, standing = _proposed(suggestion, verdict), _standing(verdict.session)
    spans = {(start, end) for _room, start, end in (*proposed, *standing)}
    days = sorted(_days(start, end, suggestion.zone) for start, end in spans)
    return Wish(suggestion, proposed, standing, tuple(days))


def _standing(session: Schedule | None) -> tuple[Slot, ...]:
    if session is None:
        return ()
    room, second = pointers.rooms_of(session)
    held = [room] if second is None else [room, second]
    return tuple((room, session.start_time, session.end_time) for room in held)


def _proposed(suggestion: Suggestion, verdict: Verdict) -> tuple[Slot, ...]:
    """Where the session would be; what has no end that can be read is where it starts."""
    after = verdict.after
    start = after.get("start_time")
    if start is None:
        return ()
    whole = None
    if isinstance(verdict, ReadableVerdict):
        whole = projection.whole_placement(suggestion, after, verdict.proposal, verdict.session)
    if whole is None:
        return ((after.get("room"), start, after.get("end_time") or start),)
    rooms: list[str | None] = [*whole.rooms] or [None]
    return tuple((room, whole.start, whole.end) for room in rooms)


def _days(start: datetime, end: datetime, zone) -> tuple[date, date]:
    """The first and the last local day of a time; what ends at midnight is not on the next."""
    first = times.local(start, zone).date()
    if end <= start:
        return first, first
    return first, max(first, times.local(end - timedelta(microseconds=1), zone).date())


def days(event: Event, *more: Collection[date]) -> list[date]:
    """The days of an event, the first `MOST_OF_AN_EVENT` of them, and `more`; in their order."""
    first, last = times.days(event.start_date, event.end_date, zone=event.zone)
    lasts = 0 if last is None else min(max((last - first).days, 0), MOST_OF_AN_EVENT - 1)
    own = {first + timedelta(days=n) for n in range(min(lasts, (date.max - first).days) + 1)}
    return sorted(own.union(*more))


def ends(found: Waiting) -> set[date]:
    """The days on which something that waits begins or ends."""
    return {day for wish in found.wishes for span in wish.days for day in span}


@dataclass(frozen=True)
class Leaf:
    """A day among others, to go to; `waiting` is how many suggestions concern it."""

    day: date
    waiting: int


@dataclass(frozen=True)
class Leaves:
    """The days around one of them, and the days before and after it.

    `more` is how many others there are for which something waits, and `nearest` the nearest of
    these, in either direction.
    """

    shown: tuple[Leaf, ...]
    previous: date | None
    next: date | None
    more: int
    nearest: tuple[date, ...]


def leaves(event: Event, found: Waiting, on: date) -> Leaves:
    """The days around `on` to go to: those of the event, and those for which something waits."""
    busy = ends(found)
    every = days(event, busy, {on})
    at = every.index(on)
    first = max(0, min(at - MOST_DAYS // 2, len(every) - MOST_DAYS))
    shown = every[first : first + MOST_DAYS]
    others = busy.difference(shown)
    before, after = (one for one in others if one < on), (one for one in others if one > on)
    nearest = (max(before, default=None), min(after, default=None))
    return Leaves(
        shown=tuple(Leaf(one, len(found.of(one))) for one in shown),
        previous=every[at - 1] if at else None,
        next=every[at + 1] if at + 1 < len(every) else None,
        more=len(others),
        nearest=tuple(filter(None, nearest)),
    )


def begins_with(event: Event, found: Waiting, today: date) -> date:
    """The day to look at first: the next for which something waits, else the event's first."""
    busy = sorted(ends(found))
    coming = [one for one in busy if one >= today]
    return (coming or busy or days(event))[0]

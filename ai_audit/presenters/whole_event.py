"""An event at a glance: its days, the sessions of each, and what waits for it there."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from ai_audit import verdicts
from ai_audit.models import Suggestion
from ai_audit.presenters import review, wishes
from ai_audit.presenters.event_day import LABELS, Named
from ai_audit.presenters.wishes import Waiting, Wish
from eventflow.text.bidi import visible
from scheduling import pointers, times
from scheduling.models import Event, Schedule

# So many sessions are listed, the earliest, and so many days; of one day so many suggestions.
MOST_LISTED = 300
MOST_DAYS = 100
MOST_OF_A_DAY = 20
# Of so many of these, the most urgent, the verdict is told.
MOST_JUDGED = 200


@dataclass(frozen=True)
class SessionLine:
    """A session in a list of its day; `when` and `room` are in words."""

    id: object
    title: str
    when: str
    room: str


@dataclass(frozen=True)
class Day:
    """A local day of the event; `waiting` is how many suggestions concern it.

    `cut` says that there may be more sessions than are listed.
    """

    day: date
    sessions: tuple[SessionLine, ...]
    cut: bool
    waiting: int
    named: tuple[Named, ...]

    @property
    def unnamed(self) -> int:
        """How many more wait than are named."""
        return self.waiting - len(self.named)


@dataclass(frozen=True)
class WholeEvent:
    """The days of an event. `waiting` is None for who may not see what waits.

    `nowhere` are suggestions that are on no day; `unlisted` is how many more sessions
    there are than the days list, and `later_days` how many more days.
    """

    days: tuple[Day, ...]
    waiting: Waiting | None
    nowhere: tuple[Named, ...]
    unlisted: int
    later_days: int


def event(
    event: Event,
    waiting: Waiting | None,
    *,
    sessions: bool,
    leads_to: Callable[[Suggestion], str],
) -> WholeEvent:
    """The event's days, with its `sessions` for who may see them.

    `waiting` is what the reader may see of what waits, `leads_to` gives the address of each. One
    statement, or two of many; and where anything waits those of `verdicts.judge`, for all at once.
    """
    listed = _sessions(event) if sessions else []
    unlisted = _standing(event).count() - MOST_LISTED if len(listed) > MOST_LISTED else 0
    listed = listed[:MOST_LISTED]
    by_day = defaultdict(list)
    for session in listed:
        by_day[times.local(session.start_time, event.zone).date()].append(session)
    last = max(by_day, default=None)
    found = waiting or Waiting()

    every = wishes.days(event, by_day, wishes.ends(found))
    there_by_day = {day: found.of(day) for day in every[:MOST_DAYS]}
    judged = _judged(found, there_by_day.values())

    def named(suggestions) -> tuple[Named, ...]:
        return tuple(
            Named(
                review.headline(suggestion),
                review.action_label(suggestion.action_type),
                leads_to(suggestion),
                *judged.get(suggestion.pk, ()),
            )
            for suggestion in suggestions
        )

    days = tuple(
        Day(
            day=day,
            sessions=tuple(_told(session, event) for session in by_day.get(day, ())),
            cut=unlisted > 0 and last is not None and day >= last,
            waiting=len(there),
            named=named(wish.suggestion for wish in there[:MOST_OF_A_DAY]),
        )
        for day, there in there_by_day.items()
    )
    return WholeEvent(
        days=days,
        waiting=waiting,
        nowhere=named(found.nowhere[:MOST_OF_A_DAY]),
        unlisted=unlisted,
        later_days=len(every) - len(days),
    )


def _judged(found: Waiting, of_days: Iterable[list[Wish]]) -> dict[UUID, tuple[str, str]]:
    """The verdicts of those that are named, each with its words, by suggestion."""
    named = {wish.suggestion.pk for of_day in of_days for wish in of_day[:MOST_OF_A_DAY]}
    wanted = [wish.suggestion for wish in found.wishes if wish.suggestion.pk in named]
    judged = verdicts.judge([*wanted, *found.nowhere[:MOST_OF_A_DAY]][:MOST_JUDGED])
    return {pk: (one.level.value, str(LABELS[one.level])) for pk, one in judged.items()}


def _standing(event: Event) -> QuerySet:
    return pointers.standing(Schedule.objects.filter(event=event))


def _sessions(event: Event) -> list[Schedule]:
    found = pointers.along(_standing(event)).order_by("start_time", "id")
    return list(found.only("title", "start_time", "end_time", "room")[: MOST_LISTED + 1])


def _told(session: Schedule, event: Event) -> SessionLine:
    return SessionLine(
        id=session.pk,
        title=visible(session.title),
        when=times.span(
            session.start_time, session.end_time, zone=event.zone, day=False, year=False
        ),
        room=" · ".join(visible(room) for room in pointers.rooms_of(session) if room),
    )

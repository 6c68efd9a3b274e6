"""The approval queue as lines: its tabs, how many are in each, what comes before and after one.

What only a verdict tells of a suggestion, its tab, its risk, VIPs and whether its session has
begun, is looked for here among many.
"""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from uuid import UUID

from django.db.models import BooleanField, Count, Q, TextChoices, UUIDField, Value, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from ai_audit import verdicts
from ai_audit.models import NO_ORGANIZATION, Status, Suggestion, SuggestionQuerySet
from ai_audit.proposals.claims import claims
from ai_audit.verdicts import FindCollisions, ReadableVerdict, Risk, Verdict
from scheduling.conflicts import Kind
from scheduling.models import Event, UserProfile

# So many are judged together. Competitors are looked for in the whole of each event concerned, so
# that a few large chunks are read sooner than many small ones.
CHUNK = 1000

# Whatever is made of what these stand against, it is nothing that could be carried out.
_IMPOSSIBLE = frozenset({Kind.INVALID, Kind.MISSING, Kind.NO_EFFECT})


class Tab(TextChoices):
    """The parts of the queue, in the order of its tabs.

    Of what waits, by the verdict: clear, with warnings, blocked as it is but not for good, or
    nothing that could ever be carried out. Beside it what is approved and not carried out, and
    what failed and was neither dismissed nor replaced.
    """

    CLEAR = "clear", _lazy("Clear")
    WARNED = "warned", _lazy("Warnings")
    BLOCKED = "blocked", _lazy("Blocked")
    IMPOSSIBLE = "impossible", _lazy("Cannot be carried out")
    APPROVED = "approved", _lazy("Approved, not carried out")
    FAILED = "failed", _lazy("Failed")
    ALL = "all", _lazy("All")


# Which of them only a verdict tells apart.
JUDGED = (Tab.CLEAR, Tab.WARNED, Tab.BLOCKED, Tab.IMPOSSIBLE)


def tab_of(verdict: Verdict) -> Tab:
    """In which of the judged tabs one that waits is, by its verdict."""
    refused = isinstance(verdict, ReadableVerdict) and not verdict.approvable
    if not refused and any(conflict.kind in _IMPOSSIBLE for conflict in verdict.errors):
        return Tab.IMPOSSIBLE
    return Tab(verdict.level.value)


def in_tab(visible: SuggestionQuerySet, tab: Tab | None) -> SuggestionQuerySet:
    """The suggestions of a tab among those visible, the most urgent first; without one, what waits.

    Of a judged tab it is all that waits: which of these are in it, `matching` tells.
    """
    if tab is Tab.ALL:
        found = visible.at_hand()
    elif tab is Tab.APPROVED:
        found = visible.filter(execution_status=Status.APPROVED)
    elif tab is Tab.FAILED:
        found = visible.at_hand().filter(execution_status=Status.FAILED)
    else:
        found = visible.pending()
    return found.most_urgent_first()


@dataclass(frozen=True)
class TabCounts:
    """Counts by tab, of `seen` suggestions that were looked at.

    `asked` is how many are in none of the judged tabs: they wait for an answer to what was asked
    within a day. `left` are the others that waited when the step began, with those of the step.
    `following` is where the next step goes on; None after the last.
    """

    tabs: dict[Tab, int]
    asked: int
    seen: int
    left: int
    following: tuple[UUID, UUID] | None


def count(
    waiting: SuggestionQuerySet,
    beside: Callable[[Tab], SuggestionQuerySet],
    *,
    after: tuple[UUID, UUID] | None = None,
    all_of_it: bool = False,
) -> TabCounts:
    """Count those that wait by tab, the next `CHUNK` of them judged, after the key `after`.

    What waits for an answer is in none for a day, unless `all_of_it` is asked for. The first step
    counts those, and what is `beside` these, in a statement for each tab; every step has a
    statement, which gives the ids of no more than it judges, three that read these, and those of
    `verdicts.judge`. The steps added up are all of them.
    """
    in_tabs = waiting if all_of_it else waiting.not_set_aside()
    # Those of one event are judged together: its programme is read the fewest times.
    ordered = in_tabs.annotate(
        whose=Coalesce("event_id", Value(NO_ORGANIZATION, output_field=UUIDField()))
    ).order_by("whose", "pk")
    if after is not None:
        whose, pk = after
        ordered = ordered.filter(Q(whose__gt=whose) | Q(whose=whose, pk__gt=pk))
    found = ordered.annotate(left=Window(Count("pk"))).values_list("whose", "pk", "left")
    step = list(found[:CHUNK])
    left = step[0][2] if step else 0
    ids = [pk for _whose, pk, _left in step]
    tabs = Counter(tab_of(verdict) for _one, verdict in _judged(ids))
    asked = 0
    if after is None:
        tabs |= {tab: beside(tab).order_by().count() for tab in (Tab.APPROVED, Tab.FAILED)}
        if not all_of_it:
            asked = waiting.order_by().set_aside().count()
    return TabCounts(
        tabs={tab: tabs[tab] for tab in Tab if tab is not Tab.ALL},
        asked=asked,
        seen=len(step),
        left=left,
        following=step[-1][:2] if left > len(step) else None,
    )


@dataclass(frozen=True)
class Position:
    """The position of a suggestion in a line: `number` of `total`, from 1; 0 if not in it."""

    number: int
    total: int
    previous: UUID | None
    next: UUID | None


def position_in(ids: Sequence[UUID], pk: UUID) -> Position:
    """The position of a suggestion in a line; what is not in it is followed by its first."""
    if pk not in ids:
        return Position(0, len(ids), None, ids[0] if ids else None)
    at = ids.index(pk)
    return Position(
        number=at + 1,
        total=len(ids),
        previous=ids[at - 1] if at else None,
        next=ids[at + 1] if at + 1 < len(ids) else None,
    )


def matching(
    pending: SuggestionQuerySet,
    *,
    risk: Risk | None = None,
    vip: bool | None = None,
    overdue: bool | None = None,
    tab: Tab | None = None,
    now: datetime | None = None,
) -> list[UUID]:
    """The ids of those that wait and meet all that is asked for, in their order; None asks nothing.

    Each is judged as it stands at `now`, the present unless given; what it collides with is only
    looked for where a risk or a judged tab is asked for, and all else is as it should be. One
    statement, and for each `CHUNK` at most twice three and those of `verdicts.judge`.
    """
    now = now or timezone.now()
    found = pending.values_list("pk", "event_id")
    # Those of one event are judged together: its programme is read the fewest times.
    ids = [pk for pk, _event_id in sorted(found, key=lambda row: row[1].int if row[1] else -1)]
    if vip is not None or overdue is not None:
        ids = [
            suggestion.pk
            for suggestion, verdict in _judged(ids, now, find_collisions=verdicts.no_collisions)
            if vip in (None, concerns_vips(suggestion, verdict))
            and overdue in (None, has_begun(verdict, now))
        ]
    if risk is not None or tab is not None:
        ids = [
            suggestion.pk
            for suggestion, verdict in _judged(ids, now)
            if risk in (None, verdict.risk) and tab in (None, tab_of(verdict))
        ]
    kept = set(ids)
    return [pk for pk, _event_id in found if pk in kept]


def _judged(
    ids: list[UUID], now: datetime | None = None, *, find_collisions: FindCollisions | None = None
) -> Iterator[tuple[Suggestion, Verdict]]:
    for first in range(0, len(ids), CHUNK):
        # As one list, which is written and read faster than a thousand values; and of each what
        # its verdict needs.
        chosen = RawSQL(
            "ai_insights_log.id = any (%s)", [ids[first : first + CHUNK]], BooleanField()
        )
        suggestions = list(
            Suggestion.objects.pending()
            .with_given()
            .filter(chosen)
            .only("user_id", "event_id", "action_type", "action_data")
        )
        _read_along(suggestions)
        judged = verdicts.judge(suggestions, find_collisions=find_collisions, now=now)
        for suggestion in suggestions:
            yield suggestion, judged[suggestion.pk]


def _read_along(suggestions: Collection[Suggestion]) -> None:
    """Have each know its event and who asked, of which there are few; two statements."""
    events = Event.objects.in_bulk({s.event_id for s in suggestions if s.event_id})
    people = UserProfile.objects.in_bulk({s.user_id for s in suggestions})
    for suggestion in suggestions:
        suggestion.event = events.get(suggestion.event_id)
        suggestion.user = people[suggestion.user_id]


def concerns_vips(suggestion: Suggestion, verdict: Verdict | None) -> bool:
    """Whether VIPs are registered for the session, or the AI said that it concerns some."""
    return bool(verdict and verdict.vips) or claims(suggestion.action_data).vip_affected is True


def has_begun(verdict: Verdict, now: datetime) -> bool:
    """Whether the session concerned has begun, or would have."""
    return verdict.starts is not None and verdict.starts <= now


class LineCache:
    """A cache, bounded in bytes and in age, of lines: for who goes through one step by step.

    A line is the ids of a judged tab in their order; what was decided since falls out of it when
    it is asked for. Each process keeps its own, at most `MOST_BYTES` of them, the oldest go first.
    """

    MOST_BYTES = 4_000_000
    # An id in a tuple, about, and what a line takes beside its ids.
    _AN_ID, _A_LINE = 100, 500
    SECONDS = 60

    def __init__(self):
        self._kept: OrderedDict[tuple, tuple[float, tuple[UUID, ...]]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def keep(self, key: tuple, ids: Iterable[UUID]) -> None:
        """Keep a line as it is now; one that is too long for that is not kept."""
        line = tuple(ids)
        with self._lock:
            self._drop(key)
            if self._size(key, line) > self.MOST_BYTES:
                return
            self._kept[key] = (time.monotonic(), line)
            self._bytes += self._size(key, line)
            while self._bytes > self.MOST_BYTES:
                self._drop(next(iter(self._kept)))

    def get(self, key: tuple, *, leaves_out_asked: bool = False) -> list[UUID] | None:
        """The pending ids of a line kept lately, one statement; None of any other.

        `leaves_out_asked` also leaves out what waits for an answer to what was asked within a day.
        """
        with self._lock:
            looked_at, line = self._kept.get(key, (0, None))
            if line is None or time.monotonic() - looked_at > self.SECONDS:
                self._drop(key)
                return None
        pending = Suggestion.objects.pending().filter(pk__in=line)
        if leaves_out_asked:
            pending = pending.not_set_aside()
        still = set(pending.values_list("pk", flat=True))
        return [pk for pk in line if pk in still]

    @property
    def bytes(self) -> int:
        """The size of the cache in bytes, about."""
        return self._bytes

    def _drop(self, key: tuple) -> None:
        _looked_at, line = self._kept.pop(key, (0, None))
        if line is not None:
            self._bytes -= self._size(key, line)

    def _size(self, key: tuple, line: tuple[UUID, ...]) -> int:
        return self._A_LINE + sum(4 * len(str(part)) for part in key) + self._AN_ID * len(line)


line_cache = LineCache()

"""The approval queue as a line: how many wait, what comes before and after one, which match.

What only a verdict tells of a suggestion, its risk, VIPs and whether its session has begun, is
looked for here among many.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from ai_audit import verdicts
from ai_audit.models import Suggestion
from ai_audit.proposals import claims
from ai_audit.verdicts import Risk, Verdict

# So many are judged together. Competitors are looked for in the whole of each event concerned, so
# that a few large chunks are read sooner than many small ones.
CHUNK = 1000


@dataclass(frozen=True)
class Place:
    """Where a suggestion stands in the queue: `number` of `total`, from 1; 0 where it does not."""

    number: int
    total: int
    previous: UUID | None
    next: UUID | None


def place(waiting: QuerySet, pk: UUID) -> Place:
    """The place of a suggestion among those that wait, in their order; one statement.

    What is not in the queue is followed by the first of it.
    """
    ids = list(waiting.values_list("pk", flat=True))
    if pk not in ids:
        return Place(0, len(ids), None, ids[0] if ids else None)
    at = ids.index(pk)
    return Place(
        number=at + 1,
        total=len(ids),
        previous=ids[at - 1] if at else None,
        next=ids[at + 1] if at + 1 < len(ids) else None,
    )


def waiting(organization_id: UUID | None) -> int:
    """How many suggestions of an organization wait; without one, of all. One statement."""
    pending = Suggestion.objects.pending()
    if organization_id is not None:
        pending = pending.of_organization(organization_id)
    return pending.count()


def matching(
    pending: QuerySet,
    *,
    risk: Risk | None = None,
    vip: bool | None = None,
    overdue: bool | None = None,
    now: datetime | None = None,
) -> list[UUID]:
    """Which of those that wait have all of what is asked for, in their order; None asks nothing.

    Each is judged as it stands at `now`, the present unless given. One statement, and for each
    `CHUNK` of them one more and those of `verdicts.judge`.
    """
    now = now or timezone.now()
    found = pending.values_list("pk", "event_id")
    # Those of one event are judged together: its programme is read the fewest times.
    by_event = sorted(found, key=lambda row: (row[1] is None, row[1]))
    kept = {
        suggestion.pk
        for suggestion, verdict in _judged([pk for pk, _event_id in by_event], now)
        if risk in (None, verdict.risk)
        and vip in (None, concerns_vips(suggestion, verdict))
        and overdue in (None, has_begun(verdict, now))
    }
    return [pk for pk, _event_id in found if pk in kept]


def _judged(ids: list[UUID], now: datetime) -> Iterator[tuple[Suggestion, Verdict]]:
    for first in range(0, len(ids), CHUNK):
        suggestions = (
            Suggestion.objects.pending()
            .prefetch_related("event", "user")
            .in_bulk(ids[first : first + CHUNK])
        )
        judged = verdicts.judge(suggestions.values(), now=now)
        yield from ((suggestions[pk], verdict) for pk, verdict in judged.items())


def concerns_vips(suggestion: Suggestion, verdict: Verdict | None) -> bool:
    """Whether VIPs are registered for the session, or the AI said that it concerns some."""
    return bool(verdict and verdict.vips) or claims(suggestion.action_data).vip_affected is True


def has_begun(verdict: Verdict, now: datetime) -> bool:
    """Whether the session concerned has begun, or would have."""
    return verdict.starts is not None and verdict.starts <= now

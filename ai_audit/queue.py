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
from ai_audit.proposals.claims import claims
from ai_audit.verdicts import Meeting, Risk, Verdict

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

    Each is judged as it stands at `now`, the present unless given; what it collides with is only
    looked for where a risk is asked for, and all else is as it should be. One statement, and for
    each `CHUNK` at most twice three and those of `verdicts.judge`.
    """
    now = now or timezone.now()
    found = pending.values_list("pk", "event_id")
    # Those of one event are judged together: its programme is read the fewest times.
    ids = [pk for pk, _event_id in sorted(found, key=lambda row: (row[1] is None, row[1]))]
    if vip is not None or overdue is not None:
        ids = [
            suggestion.pk
            for suggestion, verdict in _judged(ids, now, meeting=verdicts.unmet)
            if vip in (None, concerns_vips(suggestion, verdict))
            and overdue in (None, has_begun(verdict, now))
        ]
    if risk is not None:
        judged = _judged(ids, now)
        ids = [suggestion.pk for suggestion, verdict in judged if verdict.risk is risk]
    kept = set(ids)
    return [pk for pk, _event_id in found if pk in kept]


def _judged(
    ids: list[UUID], now: datetime, *, meeting: Meeting | None = None
) -> Iterator[tuple[Suggestion, Verdict]]:
    for first in range(0, len(ids), CHUNK):
        suggestions = (
            Suggestion.objects.pending()
            .prefetch_related("event", "user")
            .in_bulk(ids[first : first + CHUNK])
        )
        judged = verdicts.judge(suggestions.values(), meeting=meeting, now=now)
        for pk, suggestion in suggestions.items():
            yield suggestion, judged[pk]


def concerns_vips(suggestion: Suggestion, verdict: Verdict | None) -> bool:
    """Whether VIPs are registered for the session, or the AI said that it concerns some."""
    return bool(verdict and verdict.vips) or claims(suggestion.action_data).vip_affected is True


def has_begun(verdict: Verdict, now: datetime) -> bool:
    """Whether the session concerned has begun, or would have."""
    return verdict.starts is not None and verdict.starts <= now

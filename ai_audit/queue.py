"""The approval queue as a line: how many wait, and what comes before and after a suggestion."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from ai_audit.models import Suggestion


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

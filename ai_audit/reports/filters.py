"""Filters and orders of the audit history's lists, and which rows are meant.

Nothing here reads anything yet; a page of it is in `pages`, a file in `exports`.
"""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils.text import format_lazy
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.models import UNDONE as UNDONE_LABEL
from ai_audit.models import IndexedSuggestion, IsUndone, MadeByHand, Status, SuggestionLink
from ai_audit.proposals import Action
from scheduling import times

# A status, or that it was approved, whatever came of that.
WAS_APPROVED = "was_approved"
APPROVED = (Status.APPROVED, Status.EXECUTED, Status.FAILED)
# That it was carried out, and that is undone.
UNDONE = "undone"
STATUSES = {
    **dict(Status.choices),
    UNDONE: UNDONE_LABEL,
    WAS_APPROVED: _lazy("Approved, whatever came of it"),
}
OTHER = "other"
ACTIONS = {**{action.value: action.label for action in Action}, OTHER: _lazy("Other")}
CLAIMED = {
    "room": _lazy("Room"),
    "speaker": _lazy("Speaker"),
    "capacity": _lazy("Capacity"),
    OTHER: _lazy("Another kind"),
}
# Of those where the AI said at what it looked, and there was something it could have found.
CLAIMS = {
    "right": _lazy("Right: just what stood"),
    "nothing": _lazy("Right: it looked, and nothing stood"),
    "missed": _lazy("It missed a conflict"),
    "wrong": _lazy("It claimed one that was none"),
}
# What is compared with what stood when it was decided.
KINDS = ("room", "speaker", "capacity")
# Of one kind: what the AI claimed, and what stood when it was decided.
COMPARED = {
    f"{outcome}-{kind}": format_lazy("{}: {}", CLAIMED[kind], label)
    for kind in KINDS
    for outcome, label in (
        ("right", _lazy("claimed, and stood")),
        ("wrong", _lazy("claimed, and was none")),
        ("missed", _lazy("missed")),
    )
}
# Whose doing a suggestion is: the AI's, a person's, or one that nobody could carry out.
BY_AI = "suggestion"
BY_HAND = "hand"
EDITED = "edited"
UNDOING = "undoing"
UNREADABLE = "unreadable"
MADE = {
    BY_AI: _lazy("By the AI"),
    EDITED: _lazy("Edited, or suggested again, by a person"),
    UNDOING: _lazy("To undo another one"),
    BY_HAND: _lazy("By hand"),
    UNREADABLE: _lazy("Cannot be carried out by anyone"),
}
LONGER = {
    "3600": _lazy("An hour"),
    "86400": _lazy("A day"),
    "259200": _lazy("Three days"),
    "604800": _lazy("A week"),
}


class View(StrEnum):
    """The list's view: the decided, or everything that was suggested."""

    DECIDED = "decided"
    SUGGESTED = "suggested"


class Order(StrEnum):
    """The list's order, the greatest first; the values are columns of the index."""

    SUGGESTED = "suggested_at"
    DECIDED = "decided_at"
    EXECUTED = "executed_at"
    WAITED = "waited"

    @property
    def type(self) -> str:
        return "bigint" if self is Order.WAITED else "timestamptz"


@dataclass(frozen=True)
class Filters:
    """The filters of the audit history; all conditions hold together.

    Days are those of Asia/Jerusalem, both included, of when it was suggested (`from_day`,
    `to_day`), decided and executed. `longer` is in seconds until the first decision. `words` are
    searched by their beginnings in session titles and requesters' names. The `decider` is who made
    the decision that stands, rejecting too; `own` are those whose approver had asked for them.
    What the AI claimed is asked of nothing that a person `made`.
    """

    view: View = View.SUGGESTED

    organization: UUID | None = None
    event: UUID | None = None
    requester: UUID | None = None
    decider: UUID | None = None
    status: str = ""
    action: str = ""
    made: str = ""
    from_day: date | None = None
    to_day: date | None = None
    decided_from: date | None = None
    decided_to: date | None = None
    executed_from: date | None = None
    executed_to: date | None = None
    claimed: str = ""
    claim: str = ""
    compared: str = ""
    vip: bool = False
    longer: int | None = None
    reason: str = ""
    own: bool = False
    words: str = ""

    @property
    def order(self) -> Order:
        if self.longer is not None:
            return Order.WAITED
        if self.decided_from or self.decided_to:
            return Order.DECIDED
        if self.executed_from or self.executed_to:
            return Order.EXECUTED
        if self.own or (self.view is View.DECIDED and not self._of_suggesting):
            return Order.DECIDED
        return Order.SUGGESTED

    @property
    def _of_suggesting(self) -> bool:
        """Whether it is asked when, or what, was suggested, so that the list is in that order."""
        return bool(
            self.from_day
            or self.to_day
            or self.claimed
            or self.claim
            or self.compared
            or self.status == Status.SUGGESTED
            or self.made == UNREADABLE
        )

    def parameters(self) -> dict[str, str]:
        """The filters as query parameters; what is not asked for is left out."""
        return {
            field.name: "1" if value is True else str(value)
            for field in fields(self)
            # Zero is something, too.
            if (value := getattr(self, field.name)) or (value == 0 and value is not False)
        }

    def __bool__(self):
        """Whether anything but the reader's own organization limits the list."""
        return replace(self, view=View.SUGGESTED) != Filters()

    def within(self, organization: UUID | None) -> "Scoped":
        """The same for someone who sees only that organization; all of them with None."""
        return Scoped(self, organization)


@dataclass(frozen=True)
class Scoped:
    """Filters, and the organization that is all its reader may see; None for all of them."""

    filters: Filters
    organization: UUID | None

    def queryset(self):
        """The rows of the index that are asked for, in no order."""
        asked = self.filters
        found = IndexedSuggestion.objects.all()
        if self.organization:
            found = found.filter(organization_id=self.organization)
        equal = {
            "organization_id": asked.organization,
            "event_id": asked.event,
            "requester_id": asked.requester,
            "decider_id": asked.decider,
            "status": {WAS_APPROVED: "", UNDONE: Status.EXECUTED}.get(asked.status, asked.status),
            "action": asked.action,
            "claim": asked.claim,
            "reason": asked.reason,
            "vip": asked.vip,
        }
        found = found.filter(**{name: value for name, value in equal.items() if value})
        found = _made(found, asked.made, of_claims=bool(asked.claim or asked.compared))
        if asked.own:
            found = found.filter(approver_id=F("requester_id"))
        if asked.order is Order.DECIDED:
            found = found.filter(decided_at__isnull=False)
        if asked.status == UNDONE:
            # Few are: they are found by their links.
            undone = SuggestionLink.objects.filter(undoes__isnull=False).values("undoes")
            found = found.filter(IsUndone("suggestion_id"), suggestion_id__in=undone)
        if asked.status == WAS_APPROVED:
            found = found.filter(status__in=APPROVED)
        for column, first, last in (
            ("suggested_at", asked.from_day, asked.to_day),
            ("decided_at", asked.decided_from, asked.decided_to),
            ("executed_at", asked.executed_from, asked.executed_to),
        ):
            if first:
                found = found.filter(**{f"{column}__gte": midnight(first)})
            if last and last < date.max:
                found = found.filter(**{f"{column}__lt": midnight(last + timedelta(days=1))})
        if asked.claimed:
            found = found.filter(claimed__contains=[asked.claimed])
        if asked.compared:
            found = _compared(found, *asked.compared.split("-"))
        if asked.longer is not None:
            found = found.filter(waited__gt=asked.longer)
        if asked.words:
            found = found.filter(words=_by_beginnings(asked.words))
        return found


_MARKED = Exists(MadeByHand.objects.filter(pk=OuterRef("pk")))
_LINKED = Exists(SuggestionLink.objects.filter(pk=OuterRef("pk")))
_REPLACING = Exists(SuggestionLink.objects.filter(pk=OuterRef("pk"), replaces__isnull=False))
_UNDOING = Exists(SuggestionLink.objects.filter(pk=OuterRef("pk"), undoes__isnull=False))
# As the index that these are found by has it.
_UNREADABLE = Q(action=OTHER) | Q(found__contains=["invalid"])


def _made(rows, made: str, *, of_claims: bool):
    """Those that are whose doing, as `backoffice.count_figures` counts them.

    The AI's alone where its claims are asked for.
    """
    if made == BY_HAND:
        return rows.filter(_MARKED)
    if made == EDITED:
        return rows.filter(_REPLACING)
    if made == UNDOING:
        return rows.filter(_UNDOING)
    if made or of_claims:
        rows = rows.exclude(_MARKED).exclude(_LINKED)
    if made == UNREADABLE:
        return rows.filter(_UNREADABLE)
    return rows.exclude(_UNREADABLE) if made or of_claims else rows


def _compared(rows, outcome: str, kind: str):
    """Those where the AI's claim of that kind was right, wrong, or missing, as far as it could be.

    In the words of the indexes' own conditions, by which the planner knows them.
    """
    rows = rows.filter(claim__isnull=False)
    if outcome == "missed":
        return rows.filter(_Lacks("claimed", kind), found__contains=[kind])
    claimed = rows.filter(claimed__contains=[kind])
    if outcome == "right":
        return claimed.filter(found__contains=[kind])
    return claimed.filter(_Lacks("found", kind))


class _Lacks(Func):
    """Whether kinds of conflicts are known, and that one is not among them."""

    template, arg_joiner = "(NOT %(expressions)s)", " @> "
    output_field = models.BooleanField()

    def __init__(self, column: str, kind: str):
        super().__init__(F(column), Value([kind], ArrayField(models.TextField())))


def midnight(day: date) -> datetime:
    """When a day of a list begins."""
    return make_aware(datetime.combine(day, time.min), times.zone(None))


def _by_beginnings(words: str) -> SearchQuery:
    """Every word, or what begins with it; PostgreSQL takes apart what is more than one."""
    quoted = (word.replace("\\", "\\\\").replace("'", "''") for word in words.split())
    return SearchQuery(
        " & ".join(f"'{word}':*" for word in quoted), config="simple", search_type="raw"
    )

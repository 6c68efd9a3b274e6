"""Lists of the audit history: what is filtered, in which order, a page of it, how many.

Reads the suggestion index only, and of the log the rows of one page. The order is newest first by
when it was suggested; where decisions or executions between two dates are asked for, or what took
longer than something, it is by that, so that an index gives it. Nothing here knows a request.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db import DataError, OperationalError, connection, models, transaction
from django.db.models import F, Func, OuterRef, Subquery, Value
from django.db.models.functions import Cast
from django.utils.text import format_lazy
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from ai_audit.models import IndexedSuggestion, Status, Suggestion
from ai_audit.proposals import Action
from eventflow.db import database
from scheduling import times
from scheduling.models import UserProfile

PAGE = 25
LARGE_PAGE = 100
MOST_COUNTED = 10_000
# A list that takes longer than this has to be narrowed.
PATIENCE_MS = 1000

RELATED = ("event__organization", "user__organization")

# A status, or that it was approved, whatever came of that.
WAS_APPROVED = "was_approved"
APPROVED = (Status.APPROVED, Status.EXECUTED, Status.FAILED)
STATUSES = {**dict(Status.choices), WAS_APPROVED: _("Approved, whatever came of it")}
OTHER = "other"
ACTIONS = {**{action.value: action.label for action in Action}, OTHER: _("Other")}
CLAIMED = {
    "room": _("Room"),
    "speaker": _("Speaker"),
    "capacity": _("Capacity"),
    OTHER: _("Another kind"),
}
CLAIMS = {
    "right": _("Right: just what stood"),
    "nothing": _("Right: nothing claimed, nothing stood"),
    "missed": _("It missed a conflict"),
    "wrong": _("It claimed one that was none"),
}
# What is compared with what stood when it was decided.
KINDS = ("room", "speaker", "capacity")
# Of one kind: what the AI claimed, and what stood when it was decided.
COMPARED = {
    f"{outcome}-{kind}": format_lazy("{}: {}", CLAIMED[kind], label)
    for kind in KINDS
    for outcome, label in (
        ("right", _("claimed, and stood")),
        ("wrong", _("claimed, and was none")),
        ("missed", _("missed")),
    )
}
LONGER = {
    "3600": _("An hour"),
    "86400": _("A day"),
    "259200": _("Three days"),
    "604800": _("A week"),
}


class TooWide(Exception):
    """What is asked for cannot be listed in reasonable time; the message is for people."""

    def __str__(self):
        return str(
            _(
                "This combination takes too long to look through, and the search was ended. "
                "Nothing is lost. Narrow it: to a month, an event, or fewer conditions."
            )
        )


class BadCursor(ValueError):
    """A place in the list that is none."""


class Order(StrEnum):
    """What a list is in order of, the greatest first; the values are columns of the index."""

    SUGGESTED = "suggested_at"
    DECIDED = "decided_at"
    EXECUTED = "executed_at"
    WAITED = "waited"

    @property
    def type(self) -> str:
        return "bigint" if self is Order.WAITED else "timestamptz"


@dataclass(frozen=True)
class Filters:
    """What of the audit history is asked for; all conditions hold together.

    Days are those of Asia/Jerusalem, both included, of when it was suggested (`from_day`,
    `to_day`), decided and executed. `longer` is in seconds until the first decision. `words` are
    searched by their beginnings in session titles and requesters' names.
    """

    organization: UUID | None = None
    event: UUID | None = None
    requester: UUID | None = None
    approver: UUID | None = None
    status: str = ""
    action: str = ""
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
    words: str = ""

    @property
    def order(self) -> Order:
        if self.longer is not None:
            return Order.WAITED
        if self.decided_from or self.decided_to:
            return Order.DECIDED
        if self.executed_from or self.executed_to:
            return Order.EXECUTED
        return Order.SUGGESTED

    def parameters(self) -> dict[str, str]:
        """What is asked for, as it stands in an address; what is not asked for is left out."""
        return {
            field.name: "1" if value is True else str(value)
            for field in fields(self)
            # Zero is something, too.
            if (value := getattr(self, field.name)) or (value == 0 and value is not False)
        }

    def __bool__(self):
        return self != Filters()

    def within(self, organization: UUID | None) -> "Scoped":
        """The same for someone who sees only that organization; all of them with None."""
        return Scoped(self, organization)


@dataclass(frozen=True)
class Scoped:
    """Filters, and the organization that is all its reader may see; None for all of them."""

    filters: Filters
    organization: UUID | None

    @property
    def narrowed(self) -> bool:
        """Whether anything but the reader's own organization limits it."""
        return bool(self.filters)

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
            "approver_id": asked.approver,
            "status": asked.status if asked.status != WAS_APPROVED else "",
            "action": asked.action,
            "claim": asked.claim,
            "reason": asked.reason,
            "vip": asked.vip,
        }
        found = found.filter(**{name: value for name, value in equal.items() if value})
        if asked.status == WAS_APPROVED:
            found = found.filter(status__in=APPROVED)
        for column, first, last in (
            ("suggested_at", asked.from_day, asked.to_day),
            ("decided_at", asked.decided_from, asked.decided_to),
            ("executed_at", asked.executed_from, asked.executed_to),
        ):
            if first:
                found = found.filter(**{f"{column}__gte": _midnight(first)})
            if last and last < date.max:
                found = found.filter(**{f"{column}__lt": _midnight(last + timedelta(days=1))})
        if asked.claimed:
            found = found.filter(claimed__contains=[asked.claimed])
        if asked.compared:
            found = _compared(found, *asked.compared.split("-"))
        if asked.longer is not None:
            found = found.filter(waited__gt=asked.longer)
        if asked.words:
            found = found.filter(words=_by_beginnings(asked.words))
        return found


def _compared(rows, outcome: str, kind: str):
    """Those where the AI's claim of that kind was right, wrong, or missing.

    In the words of the indexes' own conditions, by which the planner knows them.
    """
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


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min), times.zone(None))


def _by_beginnings(words: str) -> SearchQuery:
    """Every word, or what begins with it; PostgreSQL takes apart what is more than one."""
    quoted = (word.replace("\\", "\\\\").replace("'", "''") for word in words.split())
    return SearchQuery(
        " & ".join(f"'{word}':*" for word in quoted), config="simple", search_type="raw"
    )


# A moment as PostgreSQL writes it, or seconds; and the row's id.
_PLACE = re.compile(
    r"([0-9A-Z:.+ -]{1,48}|-?infinity)~([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)


@dataclass(frozen=True)
class Place:
    """A place in an ordered list: a row's key as PostgreSQL writes it, and the row's id."""

    key: str
    id: UUID

    def __str__(self):
        return f"{self.key}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Place":
        """The place that `str` gave; raises BadCursor for anything else."""
        match = _PLACE.fullmatch(text)
        if match is None:
            raise BadCursor(text)
        return cls(match[1], UUID(match[2]))


class _Beyond(Func):
    """Whether a row lies on the far side of a place: a row comparison, which an index answers."""

    output_field = models.BooleanField()

    def __init__(self, order: Order, sign: str, place: Place):
        super().__init__(F(order.value), F("pk"), Value(place.key), Value(place.id))
        self.order, self.sign = order, sign

    def as_sql(self, compiler, connection, **extra):
        parts, params = zip(*map(compiler.compile, self.source_expressions), strict=True)
        key, pk, at, of = parts
        sql = f"({key}, {pk}) {self.sign} ({at}::{self.order.type}, {of})"
        return sql, [value for some in params for value in some]


@dataclass(frozen=True)
class Page:
    """Rows of a list, each with `decided_at` and `decided_by`, and the places of what lies
    before and after; None where nothing does.
    """

    rows: list[Suggestion]
    before: Place | None
    after: Place | None


def page(
    asked: Scoped,
    *,
    after: Place | None = None,
    before: Place | None = None,
    last: bool = False,
    until: date | None = None,
    size: int = PAGE,
) -> Page:
    """A page of what is asked for: the first, the last, after or before a place, or from a day on.

    `until` is the latest day there is to be on it. Two statements beside the limit of time, one
    where there is nothing. Raises TooWide when it takes longer than a second, and BadCursor for a
    place that is none in this order.
    """
    order = asked.filters.order
    backwards = last or before is not None
    found = asked.queryset()
    if after or before:
        found = found.filter(_Beyond(order, ">" if backwards else "<", before or after))
    elif until and until < date.max and order is not Order.WAITED:
        found = found.filter(**{f"{order.value}__lt": _midnight(until + timedelta(days=1))})
    sign = "" if backwards else "-"
    keys = (
        found.annotate(key=Cast(order.value, models.TextField()))
        .order_by(f"{sign}{order.value}", f"{sign}pk")
        .values_list("pk", "key", "decided_at", _DECIDER)
    )
    with _patience(PATIENCE_MS):
        listed = list(keys[: size + 1])
        more = len(listed) > size
        listed = listed[:size]
        if backwards:
            listed.reverse()
        rows = _rows({pk: decision for pk, _key, *decision in listed}, asked)
    places = [Place(key, pk) for pk, key, *_decision in listed]
    if backwards:
        has_before, has_after = more, before is not None
    else:
        has_before, has_after = bool(after or until), more
    return Page(
        rows=rows,
        before=places[0] if places and has_before else None,
        after=places[-1] if places and has_after else None,
    )


_DECIDER = Subquery(UserProfile.objects.filter(pk=OuterRef("decider_id")).values("full_name"))


def _rows(decisions: Mapping[UUID, tuple], asked: Scoped) -> list[Suggestion]:
    """The suggestions in that order, each with when and by whom the decision that stands was made.

    What is another organization's by now is left out.
    """
    if not decisions:
        return []
    found = Suggestion.objects.with_failures().with_sources().select_related(*RELATED)
    found = found.filter(pk__in=decisions)
    if asked.organization:
        found = found.of_organization(asked.organization)
    by_id = {suggestion.pk: suggestion for suggestion in found}
    rows = [by_id[pk] for pk in decisions if pk in by_id]
    for suggestion in rows:
        suggestion.decided_at, suggestion.decided_by = decisions[suggestion.pk]
    return rows


@contextmanager
def _patience(milliseconds: int):
    """Let no statement of the block take longer; TooWide where one would."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "select pg_catalog.set_config('statement_timeout', %s, true)",
                    [f"{milliseconds}ms"],
                )
            yield
    except OperationalError as error:
        if database.sqlstate(error) == database.QUERY_CANCELED:
            raise TooWide from error
        raise
    except DataError as error:
        raise BadCursor(str(error)) from error


@dataclass(frozen=True)
class Count:
    """How many rows a list has: `rows`, and whether that is exact, at least, or about."""

    rows: int
    exact: bool = True
    estimated: bool = False


def count(asked: Scoped) -> Count:
    """How many rows are asked for: exactly up to 10,000, else "more" or the planner's estimate.

    The estimate is only given for a list that is not narrowed. Raises TooWide after a second.
    """
    found = asked.queryset()
    with _patience(PATIENCE_MS):
        counted = found.order_by()[: MOST_COUNTED + 1].count()
        if counted <= MOST_COUNTED:
            return Count(counted)
        if asked.narrowed:
            return Count(MOST_COUNTED, exact=False)
        plan = json.loads(found.order_by().values("pk").explain(format="json"))
    return Count(max(plan[0]["Plan"]["Plan Rows"], counted), exact=False, estimated=True)


def keyset(asked: Scoped, chunk: int) -> Iterator[list[str]]:
    """The ids of everything asked for, in order, chunk by chunk, each a statement of its own.

    As text, for so many. The first chunk is smaller, so that there is soon something to send.
    """
    order = asked.filters.order
    place, size = None, min(chunk, 500)
    while True:
        found = asked.queryset()
        if place:
            found = found.filter(_Beyond(order, "<", place))
        rows = list(
            found.annotate(
                id=Cast("pk", models.TextField()), key=Cast(order.value, models.TextField())
            )
            .order_by(f"-{order.value}", "-pk")
            .values_list("id", "key")[:size]
        )
        if rows:
            yield [pk for pk, _key in rows]
        if len(rows) < size:
            return
        pk, key = rows[-1]
        place, size = Place(key, UUID(pk)), chunk


# Of the days before last year's, the same reasons as a rule.
_REASONS = """
select f.key
from backoffice.daily_figures as f
where f.figure in ('rejected', 'failed')
and (%(organization)s::uuid is null or f.organization_id = %(organization)s)
and f.day > current_date - 366
group by f.key
order by sum(f.n) desc, f.key
limit %(most)s
"""


def commonest_reasons(organization: UUID | None, most: int = 20) -> list[str]:
    """Why suggestions were rejected or failed most often in the last year; one statement.

    By the daily figures as they were last refreshed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REASONS, {"organization": organization, "most": most})
        return [reason for (reason,) in cursor.fetchall()]

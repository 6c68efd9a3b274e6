"""Lists of the audit history as they are read: a page, how many rows, all of them chunk by chunk.

Reads the suggestion index only, and of the log the rows of one page. The order is newest first by
when it was decided or suggested; where decisions or executions between two dates are asked for, or
what took longer than something, it is by that, so that an index gives it. What is asked for, and so
in which order, is told by `filters`. Nothing here knows a request.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import DataError, OperationalError, connection, models, transaction
from django.db.models import F, Func, OuterRef, Subquery, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.models import Suggestion
from ai_audit.reports.filters import Order, Scoped, midnight
from eventflow.db import database
from scheduling.models import UserProfile

PAGE = 25
LARGE_PAGE = 100
MOST_COUNTED = 10_000
# A list that takes longer than this has to be narrowed.
STATEMENT_TIMEOUT_MS = 1000


class TooWide(Exception):
    """The query exceeded its time limit; the message is for people."""

    def __str__(self):
        return str(
            _lazy(
                "This combination takes too long to look through, and the search was ended. "
                "Nothing is lost. Narrow it: to a month, an event, or fewer conditions."
            )
        )


class BadCursor(ValueError):
    """A text that is no cursor, or none of this order."""


# A moment as PostgreSQL writes it, or seconds; and the row's id.
_CURSOR = re.compile(
    r"([0-9A-Z:.+ -]{1,48}|-?infinity)~([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)


@dataclass(frozen=True)
class Cursor:
    """A cursor of keyset pagination: a row's key as PostgreSQL writes it, and the row's id."""

    key: str
    id: UUID

    def __str__(self):
        return f"{self.key}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """The cursor that `str` gave; raises BadCursor for anything else."""
        match = _CURSOR.fullmatch(text)
        if match is None:
            raise BadCursor(text)
        return cls(match[1], UUID(match[2]))


class _PastCursor(Func):
    """Whether a row lies on the far side of a cursor: a row comparison, which an index answers."""

    output_field = models.BooleanField()

    def __init__(self, order: Order, sign: str, cursor: Cursor):
        super().__init__(F(order.value), F("pk"), Value(cursor.key), Value(cursor.id))
        self.order, self.sign = order, sign

    def as_sql(self, compiler, connection, **extra):
        parts, params = zip(*map(compiler.compile, self.source_expressions), strict=True)
        key, pk, at, of = parts
        sql = f"({key}, {pk}) {self.sign} ({at}::{self.order.type}, {of})"
        return sql, [value for some in params for value in some]


@dataclass(frozen=True)
class Page:
    """Rows of a list, each with `decided_at` and `decided_by`, and the cursors of what lies
    before and after; None where nothing does.
    """

    rows: list[Suggestion]
    before: Cursor | None
    after: Cursor | None


def page(
    asked: Scoped,
    *,
    after: Cursor | None = None,
    before: Cursor | None = None,
    last: bool = False,
    until: date | None = None,
    size: int = PAGE,
) -> Page:
    """A page of what is asked for: the first, the last, after or before a cursor, or from a day on.

    `until` is the latest day there is to be on it. Two statements beside the limit of time, one
    where there is nothing. Raises TooWide when it takes longer than a second, and BadCursor for a
    cursor that is none in this order.
    """
    order = asked.filters.order
    backwards = last or before is not None
    found = asked.queryset()
    if cursor := before or after:
        found = found.filter(_PastCursor(order, ">" if backwards else "<", cursor))
    elif until and until < date.max and order is not Order.WAITED:
        found = found.filter(**{f"{order.value}__lt": midnight(until + timedelta(days=1))})
    sign = "" if backwards else "-"
    keys = (
        found.annotate(key=Cast(order.value, models.TextField()))
        .order_by(f"{sign}{order.value}", f"{sign}pk")
        .values_list("pk", "key", "decided_at", _DECIDER)
    )
    with _statement_timeout():
        listed = list(keys[: size + 1])
        more = len(listed) > size
        listed = listed[:size]
        if backwards:
            listed.reverse()
        rows = _rows({pk: decision for pk, _key, *decision in listed}, asked)
    cursors = [Cursor(key, pk) for pk, key, *_decision in listed]
    if backwards:
        has_before, has_after = more, before is not None
    else:
        has_before, has_after = bool(after or until), more
    return Page(
        rows=rows,
        before=cursors[0] if cursors and has_before else None,
        after=cursors[-1] if cursors and has_after else None,
    )


_DECIDER = Subquery(UserProfile.objects.filter(pk=OuterRef("decider_id")).values("full_name"))


def _rows(decisions: Mapping[UUID, tuple], asked: Scoped) -> list[Suggestion]:
    """The suggestions in that order, each with when and by whom the decision that stands was made.

    What is another organization's by now is left out.
    """
    if not decisions:
        return []
    found = Suggestion.objects.with_marks().with_failures().with_sources().with_written_titles()
    found = found.select_related("event__organization", "user__organization")
    found = found.filter(pk__in=decisions)
    if asked.organization:
        found = found.of_organization(asked.organization)
    by_id = {suggestion.pk: suggestion for suggestion in found}
    rows = [by_id[pk] for pk in decisions if pk in by_id]
    for suggestion in rows:
        suggestion.decided_at, suggestion.decided_by = decisions[suggestion.pk]
    return rows


@contextmanager
def _statement_timeout():
    """Let no statement of the block take longer than the limit; TooWide where one would."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "select pg_catalog.set_config('statement_timeout', %s, true)",
                    [f"{STATEMENT_TIMEOUT_MS}ms"],
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
    with _statement_timeout():
        counted = found.order_by()[: MOST_COUNTED + 1].count()
        if counted <= MOST_COUNTED:
            return Count(counted)
        if asked.filters:
            return Count(MOST_COUNTED, exact=False)
        plan = json.loads(found.order_by().values("pk").explain(format="json"))
    return Count(max(plan[0]["Plan"]["Plan Rows"], counted), exact=False, estimated=True)


def keyset(asked: Scoped, chunk: int) -> Iterator[list[str]]:
    """The ids of everything asked for, in order, chunk by chunk, each a statement of its own.

    As text, for so many. The first chunk is smaller, so that there is soon something to send.
    """
    order = asked.filters.order
    cursor, size = None, min(chunk, 500)
    while True:
        found = asked.queryset()
        if cursor:
            found = found.filter(_PastCursor(order, "<", cursor))
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
        cursor, size = Cursor(key, UUID(pk)), chunk

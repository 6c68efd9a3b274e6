"""The audit history as a file: exactly what is filtered, as CSV or as JSON Lines, in a stream.

Read chunk by chunk along the list's own order, without a cursor on the server, so that memory does
not grow with the rows. What is filtered, and in which order, is settled in `listing`.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from enum import StrEnum

from django.db import connection
from django.utils.translation import gettext_lazy as _

from ai_audit.listing import Scoped, keyset

CHUNK = 5000
# Of rows with their whole content only so many are held at once: one may be very large.
HELD = 100


class Format(StrEnum):
    """What an export is written as; the value is the file's ending."""

    CSV = "csv"
    JSON_LINES = "jsonl"

    @property
    def label(self):
        return _LABELS[self]

    @property
    def content_type(self) -> str:
        return "text/csv; charset=utf-8" if self is Format.CSV else "application/jsonl"


_LABELS = {Format.CSV: _("CSV, for spreadsheets"), Format.JSON_LINES: _("JSON Lines, with content")}


def _moment(column: str) -> str:
    """A moment in UTC, as ISO 8601 has it. Infinity has no date, and to_char no eras."""
    usual = f"isfinite({column}) and {column} >= '0001-01-01 00:00:00+00'"
    written = f"to_char({column} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    return f"case when {usual} then {written} else {column}::text end"


_COLUMNS = {
    "id": "l.id::text",
    "organization": "o.name",
    "event": "e.name",
    "event_id": "l.event_id::text",
    "requester": "p.full_name",
    "approver": "a.full_name",
    "action_type": "l.action_type",
    "title": "coalesce(nullif(l.action_data #>> '{proposed_state,title}', ''),"
    " l.action_data #>> '{current_state,title}')",
    "requested_start": _moment("i.requested_start"),
    "status": "i.status",
    "suggested_at": _moment("i.suggested_at"),
    "decided_at": _moment("i.decided_at"),
    "approved_at": _moment("l.approved_at"),
    "executed_at": _moment("l.executed_at"),
    "seconds_to_decide": "i.waited::text",
    "vip_affected": "i.vip::text",
    "conflicts_claimed": "array_to_string(i.claimed, ' ')",
    "conflicts_found": "array_to_string(i.found, ' ')",
    "claim": "i.claim",
    "reason": "case when i.status = 'rejected' then i.reason end",
    "execution_error": "l.execution_error",
    "decided_elsewhere": "decision.elsewhere::text",
}
COLUMNS = tuple(_COLUMNS)

# A list's rows, in its order; one that is another organization's by now is left out.
_ROWS = """
from unnest(%(ids)s::uuid[]) with ordinality as wanted (id, n)
join backoffice.suggestion_index as i
  on i.suggestion_id = wanted.id
join public.ai_insights_log as l
  on l.id = wanted.id
left join public.events as e
  on e.id = l.event_id
left join public.user_profiles as p
  on p.id = l.user_id
left join public.user_profiles as a
  on a.id = l.approved_by
left join public.organizations as o
  on o.id = case when l.event_id is null then p.organization_id else e.organization_id end
left join lateral (
  select h.staff_member_id is null as elsewhere
  from backoffice.decision_history as h
  where h.suggestion_id = l.id
  and (h.to_status in ('approved', 'rejected') or h.number = 1)
  and i.status <> 'suggested'
  order by h.number desc
  limit 1
) as decision
  on true
where %(organization)s::uuid is null
or o.id = %(organization)s
order by wanted.n
"""

_AS_TEXTS = "select " + ", ".join(_COLUMNS.values()) + _ROWS
_AS_JSON = (
    "select json_build_object("
    + ", ".join(f"'{column}', {expression}" for column, expression in _COLUMNS.items())
    + ", 'action_data', l.action_data)::text"
    + _ROWS
)


def pieces(asked: Scoped, written_as: Format) -> Iterator[tuple[int, str]]:
    """The export, piece by piece: how many rows, and their lines, whole."""
    return _json_lines(asked) if written_as is Format.JSON_LINES else _csv(asked)


def _csv(asked: Scoped) -> Iterator[tuple[int, str]]:
    # The mark at the beginning tells spreadsheet programs that it is UTF-8.
    yield 0, "\ufeff" + _lines([COLUMNS])
    for ids in keyset(asked, CHUNK):
        with connection.cursor() as cursor:
            cursor.execute(_AS_TEXTS, _parameters(asked, ids))
            rows = cursor.fetchall()
        yield len(rows), _lines(map(_neutral_row, rows))


def _lines(rows: Iterable[Iterable[str | None]]) -> str:
    """The rows as CSV, each cell quoted: some programs part cells also by `;` or a tab."""
    held = io.StringIO()
    csv.writer(held, quoting=csv.QUOTE_ALL).writerows(rows)
    return held.getvalue()


# What a spreadsheet program takes for a formula, also in the wide forms.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


def neutral(cell: str | None) -> str | None:
    """A cell that no spreadsheet program takes for a formula: an apostrophe before what begins one.

    OWASP, "CSV Injection".
    """
    return "'" + cell if cell and cell[0] in _FORMULA else cell


def _neutral_row(row: tuple[str | None, ...]) -> Iterable[str | None]:
    """A row of neutral cells; most are as they come."""
    if _FORMULA.isdisjoint([cell[0] for cell in row if cell]):
        return row
    return map(neutral, row)


def _json_lines(asked: Scoped) -> Iterator[tuple[int, str]]:
    connection.ensure_connection()
    for ids in keyset(asked, CHUNK):
        with connection.connection.cursor() as cursor:
            held = []
            for (line,) in cursor.stream(_AS_JSON, _parameters(asked, ids), size=HELD):
                held.append(line)
                if len(held) == HELD:
                    yield HELD, "\n".join(held) + "\n"
                    held.clear()
        if held:
            yield len(held), "\n".join(held) + "\n"


def _parameters(asked: Scoped, ids: list[str]) -> dict:
    return {"ids": ids, "organization": asked.organization}

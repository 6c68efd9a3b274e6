"""The audit history as a file: exactly what is filtered, as CSV or as JSON Lines, in a stream.

Read chunk by chunk along the list's own order, without a cursor on the server, so that memory does
not grow with the rows. What is filtered, and in which order, is settled in `filters`.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.proposals import content
from ai_audit.proposals.fields import LONG_TEXT, SHORT_READ
from ai_audit.reports.filters import Scoped
from ai_audit.reports.in_words import Words
from ai_audit.reports.pages import keyset
from eventflow.web import statement_timeout

CHUNK = 5000
# Only so many rows are held at once, and lines of about so many characters: some may be long.
HELD = 20
HELD_IN_CSV = 500
SENT = 250_000


class Format(TextChoices):
    """The format of an export; the value is the file's ending."""

    CSV = "csv", _lazy("CSV, for spreadsheets")
    JSON_LINES = "jsonl", _lazy("JSON Lines, with content")

    @property
    def content_type(self) -> str:
        return "text/csv; charset=utf-8" if self is Format.CSV else "application/jsonl"


def _moment(column: str) -> str:
    """A moment in UTC, as ISO 8601 has it. Infinity has no date, and to_char no eras."""
    usual = f"isfinite({column}) and {column} >= '0001-01-01 00:00:00+00'"
    written = f"to_char({column} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    return f"case when {usual} then {written} else {column}::text end"


def _cut(text: str, most: int = SHORT_READ) -> str:
    """A text, cut: those of other programs may be very long."""
    return f"left({text}, {most})"


_COLUMNS = {
    "id": "l.id::text",
    "organization": _cut("o.name"),
    "event": _cut("e.name"),
    "event_id": "l.event_id::text",
    "requester": _cut("p.full_name"),
    "decider": _cut("d.full_name"),
    "approver": _cut("a.full_name"),
    "approved_own": "(l.approved_by = l.user_id)::text",
    "made": "case when exists (select from backoffice.made_by_hand as m"
    " where m.suggestion_id = l.id) then 'hand'"
    " when link.undoes is not null then 'undoing' when link.replaces is not null then 'edited'"
    " when i.action = 'other' or i.found @> '{invalid}' then 'unreadable' else 'suggestion' end",
    "action_type": _cut("l.action_type"),
    "title": _cut(
        "coalesce(nullif(written.title, ''), "
        f"case when pg_column_size(l.action_data) <= {content.MOST_BYTES} then"
        " coalesce(nullif(l.action_data #>> '{proposed_state,title}', ''),"
        " l.action_data #>> '{current_state,title}') end)"
    ),
    "requested_start": _moment("i.requested_start"),
    "status": "i.status",
    "undone": "case when i.status = 'executed' then backoffice.is_undone(l.id)::text end",
    "suggested_at": _moment("i.suggested_at"),
    "decided_at": _moment("i.decided_at"),
    "approved_at": _moment("l.approved_at"),
    "executed_at": _moment("l.executed_at"),
    "zone": _cut("e.timezone"),
    "seconds_to_decide": "i.waited::text",
    "vip_affected": "i.vip::text",
    "conflicts_claimed": "array_to_string(i.claimed, ' ')",
    "conflicts_found": "array_to_string(i.found, ' ')",
    "claim": "i.claim",
    "reason": _cut("case when i.status = 'rejected' then i.reason end", LONG_TEXT),
    "execution_error": _cut("l.execution_error", LONG_TEXT),
    "decided_elsewhere": "decision.elsewhere::text",
    "acts": "acts.told",
}
COLUMNS = tuple(_COLUMNS)
# What is put in words from it, for people.
_FOR_WORDS = ("left(e.timezone, 65)", "why.said", "acts.apart")

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
left join public.user_profiles as d
  on d.id = i.decider_id
left join backoffice.suggestion_links as link
  on link.suggestion_id = l.id
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
-- The session that was written, whatever the suggestion calls it.
left join lateral (
  select coalesce(h.after ->> 'title', h.before ->> 'title') as title
  from backoffice.decision_history as h
  where h.suggestion_id = l.id
  and coalesce(h.after ->> 'title', h.before ->> 'title') is not null
  and i.status <> 'suggested'
  order by h.number desc
  limit 1
) as written
  on true
-- What people said of it beside moves of status.
left join lateral (
  select
    string_agg(
      concat_ws(' · ', a.kind, {at}, left(actor.full_name, {most}), a.said), e'\n' order by a.id
    ) as told,
    json_agg(
      json_build_array(a.kind, {at}, left(actor.full_name, {most}), a.said) order by a.id
    )::text as apart
  from backoffice.suggestion_acts as a
  left join public.user_profiles as actor
    on actor.id = a.profile_id
  where a.suggestion_id = l.id
) as acts
  on true
-- Why it was rejected or failed, as the history keeps it to be told in any language.
left join lateral (
  select jsonb_path_query_first(h.seen, '$[*].said')::text as said
  from backoffice.decision_history as h
  where h.suggestion_id = l.id
  and i.status in ('rejected', 'failed')
  and h.to_status = i.status
  order by h.number desc
  limit 1
) as why
  on true
where %(organization)s::uuid is null
or o.id = %(organization)s
order by wanted.n
""".replace("{at}", _moment("a.at")).replace("{most}", str(SHORT_READ))

_AS_TEXTS = "select " + ", ".join([*_COLUMNS.values(), *_FOR_WORDS]) + _ROWS
# Content too large to be read is not written either; how many bytes it takes as stored, is.
_AS_JSON = (
    "select json_build_object("
    + ", ".join(f"'{column}', {expression}" for column, expression in _COLUMNS.items())
    + f", 'action_data', case when {content.writable('l.action_data')} then l.action_data::json"
    + " else json_build_object('too_large', pg_column_size(l.action_data)) end)::text"
    + _ROWS
)


def pieces(asked: Scoped, written_as: Format) -> Iterator[tuple[int, str]]:
    """The export, piece by piece: how many rows, and their lines, whole.

    CSV is for people: in the language that is active now, whenever it is read, and on the clocks of
    the events. JSON Lines are for programs: codes, and UTC.
    """
    if written_as is Format.JSON_LINES:
        return _unhurried(_json_lines(asked))
    return _unhurried(_csv(asked, Words(COLUMNS, get_language())))


def _unhurried(written: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    # Others do not wait for it: it is sent as fast as it is read.
    with statement_timeout.without_timeout():
        yield from written


def _csv(asked: Scoped, words: Words) -> Iterator[tuple[int, str]]:
    # The mark at the beginning tells spreadsheet programs that it is UTF-8.
    head = "\ufeff" + _lines([words.headers])
    for rows in _chunks(_AS_TEXTS, asked, HELD_IN_CSV):
        yield len(rows), head + _lines(map(_neutral_row, words.rows(rows)))
        head = ""
    if head:
        yield 0, head


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


def _neutral_row(row: Sequence[str | None]) -> Iterable[str | None]:
    """A row of neutral cells; most are as they come."""
    if _FORMULA.isdisjoint([cell[0] for cell in row if cell]):
        return row
    return map(neutral, row)


def _json_lines(asked: Scoped) -> Iterator[tuple[int, str]]:
    for rows in _chunks(_AS_JSON, asked, HELD):
        yield len(rows), "\n".join(line for (line,) in rows) + "\n"


def _chunks(statement: str, asked: Scoped, most: int) -> Iterator[list[tuple[str | None, ...]]]:
    """The rows, at most so many at once, and fewer where they are long; the first alone.

    Then nothing is under way on the connection while the answer is begun.
    """
    connection.ensure_connection()
    for ids in _the_first_alone(keyset(asked, CHUNK)):
        parameters = {"ids": ids, "organization": asked.organization}
        with connection.connection.cursor() as cursor:
            held, length = [], 0
            for row in cursor.stream(statement, parameters, size=most):
                held.append(row)
                length += sum(len(cell) for cell in row if cell)
                if len(held) < len(ids) and (len(held) == most or length > SENT):
                    yield held
                    held, length = [], 0
        if held:
            yield held


def _the_first_alone(pages: Iterable[list[str]]) -> Iterator[list[str]]:
    for n, ids in enumerate(pages):
        if n == 0:
            yield ids[:1]
            ids = ids[1:]
        if ids:
            yield ids

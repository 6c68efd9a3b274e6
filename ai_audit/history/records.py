"""The decision history: what is told to the trigger that writes it, and what it tells of a row.

The trigger writes every move, whoever makes it; from here it hears what only the application
knows; of many at once, from `telling`. What else is kept of a suggestion is in `beside`, verifying
the chain in `chain`.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from ai_audit.models import HistoryEntry, Status, Suggestion, SuggestionLink
from ai_audit.proposals import content, fields
from eventflow.db.acting import Around
from eventflow.text import sentences
from eventflow.text.sentences import Saying
from scheduling import actions, pointers, rows
from scheduling.models import Schedule

SETTING = "eventflow.decision"
# So many of the changes of one session are told.
MOST_OF_A_SESSION = 100
# Beside the conflicts that were on screen, each a `kind`, stands what was said, and of an approval
# what it rests on. Where that stands, somebody looked, also where nothing was found.
_SAID = "said"
_BASIS = "basis"
# Other columns may hold what Python cannot read; they are only ever handed back.
_READ = ["id", "event_id", *fields.SETTABLE, *pointers.COLUMNS]


@dataclass(frozen=True)
class Written:
    """The rows written by carrying a suggestion out, before and after, as the history keeps them.

    `row` is the JSON text of the session's whole row before; `before` and `after` are what is read
    of it here, None where there was none or it is not known; `removed` are the rows its removal
    took along, by qualified table name, as JSON text.
    """

    row: str | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    removed: dict[str, list[str]] = field(default_factory=dict)

    def states(self, zone: ZoneInfo) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """The settable fields before and after, typed, as far as they can be read."""
        before, after = (row and fields.readable(row, zone) for row in (self.before, self.after))
        return before, after


@dataclass
class Record:
    """The record of one decision that the application gives the trigger, besides what the row says.

    `said` is what we say of it ourselves, such as why it failed: the history keeps it beside what
    was `seen`, to be told in any language, and with it the `basis` of an approval. `before` and
    `after` are the session's whole row, `removed` the rows that its deletion took along, each as
    the JSON text the database writes.
    """

    suggestion_id: UUID
    staff_member_id: int | None
    staff_profile_id: UUID | None
    reason: str | None
    seen: list[dict[str, Any]] | None
    digest: str | None
    said: Saying = ()
    basis: dict[str, Any] | None = None
    before: str | None = None
    after: str | None = None
    removed: dict[str, list[str]] | None = None

    def before_change(self, session_id: UUID, *, removing: bool) -> None:
        """Keep the session as it stands, and what removing it would take along.

        To be called with the login's own rights, for policies would hide the session.
        """
        self.before = rows.whole(actions.SESSIONS, session_id)
        if removing and self.before:
            self.removed = rows.taken_along(session_id)

    def after_change(self, session_id: UUID | None) -> None:
        """Keep the session as it was written; nothing of it where it was removed."""
        self.after = rows.whole(actions.SESSIONS, session_id) if session_id else None

    def found(self, name: str, session_id: UUID) -> Around:
        """The record as SQL, with the whole row, `before` or `after`, put in by the server.

        As it stands in the moment the trigger is told; it is kept here as well.
        """
        mark = uuid4().hex
        setattr(self, name, mark)
        before, after = self.text().split(mark)
        setattr(self, name, None)
        row = f"select to_jsonb(r)::text from {actions.SESSIONS} as r where r.id = %s"  # noqa: S608
        return Around(before, row, [session_id], after, partial(setattr, self, name))

    def written(self) -> Written | None:
        """The session before and after, as far as it is shown: as `history.written` reads it later.

        None where a row is longer than is read here, or holds what Python cannot read.
        """
        if any(text and len(text) > fields.LONG_TEXT for text in (self.before, self.after)):
            return None
        try:
            return Written(before=_read(self.before), after=_read(self.after))
        except (ValueError, RecursionError):
            return None

    def text(self) -> str:
        """The record as the trigger reads it."""
        return f"{self.text_before_after()}{self.after or 'null'}}}"

    def text_before_after(self) -> str:
        """The beginning of `text`, which ends before how the session stands afterwards."""
        told = {
            "suggestion": str(self.suggestion_id),
            "staff_member": self.staff_member_id,
            "staff_profile": self.staff_profile_id and str(self.staff_profile_id),
            "reason": self.reason,
            "seen": self._seen_and_more(),
            "digest": self.digest,
        }
        return (
            f'{json.dumps(told)[:-1]}, "before": {self.before or "null"},'
            f' "removed": {_as_json(self.removed)}, "after": '
        )

    def _seen_and_more(self) -> list[dict[str, Any]] | None:
        basis = [{_BASIS: self.basis}] if self.basis else []
        said = [{_SAID: sentences.kept(self.said)}] if self.said else []
        return [*(self.seen or []), *basis, *said] if basis or said else self.seen


def _read(text: str | None) -> dict[str, Any] | None:
    state = json.loads(text, parse_float=str) if text else None
    return state and {name: state[name] for name in _READ if name in state}


def retold(seen: object) -> str:
    """The saying of a move, retold in the active language from what the history keeps as seen.

    Empty where nothing was said, or it was said in words alone.
    """
    for found in seen if isinstance(seen, list) else ():
        if isinstance(found, dict) and _SAID in found:
            return sentences.retold(found[_SAID])
    return ""


def _as_json(removed: dict[str, list[str]] | None) -> str:
    if removed is None:
        return "null"
    tables = (f"{json.dumps(name)}: [{', '.join(texts)}]" for name, texts in removed.items())
    return "{" + ", ".join(tables) + "}"


def set_for_trigger(record: Record) -> None:
    """Let the trigger hear `record` for the moves of its suggestion in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_catalog.set_config(%s, %s, true)", [SETTING, record.text()])


def trigger_settings(record: Record) -> dict[str, str]:
    """The setting that lets the trigger hear `record`, to be made with others."""
    return {SETTING: record.text()}


def telling_with(record: Record, name: str, session_id: UUID) -> dict[str, Around]:
    """As `trigger_settings`, with a session as it then stands: `before` it is written, or
    `after`."""
    return {SETTING: record.found(name, session_id)}


# As text: in Python's numbers, digits could be lost.
_WRITTEN = """
select
  {row},
  (select jsonb_object_agg(e.key, {value})::text from jsonb_each(
    case jsonb_typeof(h.before) when 'object' then h.before end) as e where e.key = any (%(read)s)),
  (select jsonb_object_agg(e.key, {value})::text from jsonb_each(
    case jsonb_typeof(h.after) when 'object' then h.after end) as e where e.key = any (%(read)s)),
  (
    select coalesce(jsonb_object_agg(t.key, t.texts), '{{}}')
    from (
      select
        t.key,
        (select jsonb_agg({text}) from jsonb_array_elements(t.value) as r) as texts
      from jsonb_each(case jsonb_typeof(h.removed) when 'object' then h.removed end) as t
    ) as t
  )::text
from backoffice.decision_history as h
where h.suggestion_id = %(suggestion)s
and h.to_status = 'executed'
order by h.number desc
limit 1
"""
_WHOLE = _WRITTEN.format(
    row="nullif(h.before, 'null')::text", value="e.value", text="r.value::text"
)
_TO_BE_SHOWN = _WRITTEN.format(
    row="null", value=content.bounded("e.value", fields.LONG_TEXT), text="''::text"
)


@dataclass(frozen=True)
class Approval:
    """An approval as the history keeps it: the conflicts it was given with, and its basis.

    `basis` is empty where it keeps none: it is from before there was one, or was made elsewhere.
    """

    seen: tuple[dict[str, Any], ...] = ()
    basis: dict[str, Any] = field(default_factory=dict)


def approval(suggestion: Suggestion) -> Approval:
    """The last approval of a suggestion, as far as it is known; one statement."""
    entry = (
        HistoryEntry.objects.filter(suggestion_id=suggestion.pk, to_status=Status.APPROVED)
        .order_by("-number")
        .only("seen")
        .first()
    )
    kept = entry.seen if entry and isinstance(entry.seen, list) else []
    found = [element for element in kept if isinstance(element, dict)]
    bases = [element[_BASIS] for element in found if isinstance(element.get(_BASIS), dict)]
    return Approval(
        seen=tuple(element for element in found if "kind" in element),
        basis=bases[0] if bases else {},
    )


def sessions(ids: Iterable[UUID]) -> set[UUID]:
    """The ids of the sessions that carrying these suggestions out wrote; one statement."""
    found = HistoryEntry.objects.filter(suggestion__in=list(ids), to_status=Status.EXECUTED)
    return {UUID(pk) for pk in found.values_list("after__id", flat=True) if pk}


def written(suggestion: Suggestion, *, whole: bool) -> Written:
    """The rows that carrying it out wrote; nothing where the history does not tell. One statement.

    Where it is not asked for `whole`, for it is only to be shown, texts are cut, and of the rows
    there is only how many.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _WHOLE if whole else _TO_BE_SHOWN, {"suggestion": suggestion.pk, "read": _READ}
        )
        found = cursor.fetchone()
    if found is None:
        return Written()
    row, before, after, removed = found
    before, after = (text and json.loads(text, parse_float=str) for text in (before, after))
    return Written(row, before, after, json.loads(removed))


def of_session(session: Schedule) -> list[HistoryEntry]:
    """The entries of a session, newest first, with the suggestions; two statements.

    At most so many as are told. Found among the suggestions of its event.
    """
    suggestions = Suggestion.objects.with_marks().select_related("event", "user")
    found = (
        HistoryEntry.objects.filter(
            Q(before__id=str(session.pk)) | Q(after__id=str(session.pk)),
            suggestion__event=session.event_id,
            to_status=Status.EXECUTED,
        )
        .select_related("profile", "staff_member__user")
        .prefetch_related(Prefetch("suggestion", suggestions))
        .defer("before", "after", "removed")
        .order_by("-at", "-id")
    )
    return list(found[:MOST_OF_A_SESSION])


def entries(suggestion: Suggestion) -> list[HistoryEntry]:
    """A suggestion's history, oldest first; one statement."""
    return list(_entries(suggestion).order_by("number"))


def last_entry(suggestion: Suggestion) -> HistoryEntry | None:
    """The last thing that happened to it; one statement."""
    return _entries(suggestion).order_by("-number").first()


def undoings(suggestion: Suggestion) -> list[HistoryEntry]:
    """The entries of those carried out suggestions that undo it; one statement."""
    undoing = SuggestionLink.objects.filter(undoes=suggestion.pk).values("suggestion")
    return list(
        HistoryEntry.objects.filter(suggestion__in=undoing, to_status=Status.EXECUTED)
        .select_related("profile", "staff_member__user")
        .defer("before", "after", "removed")
        .order_by("number")
    )


def _entries(suggestion: Suggestion) -> QuerySet:
    return (
        HistoryEntry.objects.filter(suggestion_id=suggestion.pk)
        .select_related("profile", "staff_member__user", "staff_profile")
        .defer("before", "after", "removed")
    )


# Of each staff member the newest, by the index: the organization's may lie far back.
_REASONS = """
select newest.reason
from backoffice.scheduling_staffmember as m
join public.user_profiles as p
  on p.id = m.profile_id
cross join lateral (
  select h.reason
  from backoffice.decision_history as h
  where h.staff_member_id = m.id
  and h.to_status = 'rejected'
  and h.reason is not null
  order by h.id desc
  limit 100
) as newest
where p.organization_id = %s
group by newest.reason
having count(*) > 1
order by count(*) desc, newest.reason
limit 5
"""


def rejection_reasons(organization_id: UUID | None) -> list[str]:
    """The commonest rejection reasons of an organization's staff lately; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_REASONS, [organization_id])
        return [reason for (reason,) in cursor.fetchall()]

"""Carrying out: what is approved, written into the programme as its approver.

Each way of doing it is under the locks already, and keeps in the record what stood before and what
was written. Where the programme refuses, it stays as it was and the suggestion ends `failed`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _lazy

from ai_audit import history
from ai_audit.history import Record
from ai_audit.models import Status, Suggestion
from ai_audit.proposals import Action
from ai_audit.verdicts import ReadableVerdict, Verdict
from ai_audit.workflow import moves, steps
from ai_audit.workflow.owner import failed_by_owner, restore_along
from eventflow.db import database
from eventflow.db.database import Person
from eventflow.text.sentences import Saying, Sentence, words
from scheduling import actions
from scheduling.models import StaffMember
from scheduling.rows import LeftOut

_APPROVER_LEFT = Sentence(
    "approver_left", _lazy("Who approved it does not belong to the organization any more.")
)
_NO_APPROVER = Sentence("no_approver", _lazy("It is not known who approved it."))


@dataclass
class Restoration:
    """A removed session that is to come back whole, and what could not be brought back.

    `undone` is the suggestion that removed it, `row` is the session's and `removed` are the rows
    that went with it, by qualified table name, each as the JSON text the history keeps.
    """

    undone: UUID
    session_id: UUID
    row: str
    removed: dict[str, list[str]]
    restored: dict[str, int] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)


def approve_and_carry_out(
    suggestion: Suggestion, verdict: ReadableVerdict, *, by: StaffMember, record: Record
) -> str | None:
    """Approve as `by`, write the proposal into the programme, record what came of it.

    Gives the reason in words where it could not be written: to the reader in their own language,
    while the row keeps it in its organization's, and the history in none.
    """
    with database.acting_as(by.person, _telling_before(record, verdict)):
        moves.mark_approved(suggestion, by.profile_id)
        written = _write(verdict, _change_programme)
    return _end(suggestion, verdict, *written, approver=by.person, record=record)


def approve_and_restore(
    suggestion: Suggestion,
    verdict: ReadableVerdict,
    restoring: Restoration,
    *,
    by: StaffMember,
    record: Record,
) -> str | None:
    """As `approve_and_carry_out`, where the session that is placed is the removed one.

    All that went with it follows; `restoring` says what of it came back.
    """
    with database.acting_as(by.person, history.trigger_settings(record)):
        moves.mark_approved(suggestion, by.profile_id)
        session_id, failure = _write(verdict, partial(_bring_back, restoring=restoring))
    if not failure:
        # The database's own cascade took these rows, whatever the approver may write.
        restoring.restored, restoring.left_out = restore_along(
            undone=restoring.undone, removed=restoring.removed
        )
    return _end(suggestion, verdict, session_id, failure, approver=by.person, record=record)


def carry_out_approved(
    suggestion: Suggestion, verdict: Verdict, *, aal: str, record: Record
) -> str | None:
    """As `approve_and_carry_out`, of what was approved before: as its approver.

    It may not be readable any more, and fails then. `aal` says how surely the approver was known.
    """
    profile = suggestion.approved_by
    if profile is None:
        raise ValueError("what nobody approved is failed, and not carried out")
    approver = Person(profile.pk, profile.email or "", aal)
    with database.acting_as(approver, _telling_before(record, verdict)):
        written = _write(verdict, _change_programme)
    return _end(suggestion, verdict, *written, approver=approver, record=record)


def title_of(verdict: Verdict) -> str | None:
    """The title of the session that is written; of one that stands, also before it is."""
    if verdict.session:
        return verdict.session.title
    return verdict.proposal.values.get("title") if isinstance(verdict, ReadableVerdict) else None


def keep_before(record: Record, verdict: Verdict) -> None:
    """Keep in the record how the session stands that is about to be written."""
    if verdict.session:
        record.before_change(verdict.session.pk, removing=verdict.removes)


def _telling_before(record: Record, verdict: Verdict) -> dict[str, Any]:
    """The trigger's settings of this move, with the session as it stands before it is written."""
    if verdict.session and not verdict.removes:
        return history.telling_with(record, "before", verdict.session.pk)
    keep_before(record, verdict)
    return history.trigger_settings(record)


def fail_without_approver(
    suggestion: Suggestion, by: StaffMember | None, record: Record
) -> str | None:
    """Fail what was approved by someone who has left, in nobody's name; why, where that is so."""
    failure = (_APPROVER_LEFT() if suggestion.approved_by_id else _NO_APPROVER(),)
    error = steps.as_kept(suggestion, failure)
    record.said = failure
    history.set_for_trigger(record)
    if not failed_by_owner(suggestion_id=suggestion.pk, error=error):
        record.said = ()
        return None
    suggestion.execution_status, suggestion.execution_error = Status.FAILED, error
    steps.log(suggestion, by, came_to(suggestion))
    return words(failure)


def came_to(suggestion: Suggestion) -> str:
    """The admin log's words for how carrying it out ended."""
    if suggestion.execution_status == Status.FAILED:
        return f"Failed: {suggestion.execution_error}"
    return "Executed."


def _write(
    verdict: Verdict, change: Callable[[ReadableVerdict], UUID]
) -> tuple[UUID | None, Saying]:
    """Write it: the session's id, or None and the reason where nothing could be written."""
    if verdict.errors or not isinstance(verdict, ReadableVerdict):
        return None, tuple(verdict.errors[0].saying)
    try:
        return change(verdict), ()
    except actions.Refusal as refusal:
        return None, refusal.said


def _change_programme(verdict: ReadableVerdict) -> UUID:
    if verdict.proposal.action is Action.CREATE:
        return actions.insert(event=verdict.event, values=verdict.written).pk
    if verdict.removes:
        actions.remove(session=verdict.standing)
    else:
        actions.change(session=verdict.standing, values=verdict.written)
    return verdict.standing.pk


def _bring_back(verdict: ReadableVerdict, restoring: Restoration) -> UUID:
    return actions.restore(
        event=verdict.event,
        session_id=restoring.session_id,
        values=verdict.proposal.values,
        row=restoring.row,
    ).pk


def _end(
    suggestion: Suggestion,
    verdict: Verdict,
    session_id: UUID | None,
    failure: Saying,
    *,
    approver: Person,
    record: Record,
) -> str | None:
    """Record what came of it, as the approver; the failure in words."""
    suggestion.written_title = title_of(verdict)
    # What comes now is no approval.
    record.basis = None
    if session_id is None:
        record.said = failure
        error = steps.as_kept(suggestion, failure)
        with database.acting_as(approver, history.trigger_settings(record)):
            moves.move(suggestion, Status.FAILED, execution_error=error)
        return words(failure)
    telling = history.telling_with(record, "after", session_id)
    with database.acting_as(approver, telling):
        moves.move(suggestion, Status.EXECUTED, moment="executed_at")
    return None

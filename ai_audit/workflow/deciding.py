"""Approving, carrying out and rejecting a suggestion as it was made."""

import copy
from uuid import UUID

from django.utils.translation import gettext as _

from ai_audit import history, verdicts
from ai_audit.history import Approval
from ai_audit.models import Status, Suggestion
from ai_audit.proposals.fields import legible
from ai_audit.verdicts import ReadableVerdict, Verdict
from ai_audit.workflow import basis, carrying_out, confirmation, errors, moves, steps
from ai_audit.workflow.acts import second
from ai_audit.workflow.acts.second import Press
from ai_audit.workflow.confirmation import PRESSED, Confirmation
from ai_audit.workflow.errors import NotAsApproved
from ai_audit.workflow.logbook import logged
from ai_audit.workflow.steps import REJECTED, Outcome
from eventflow.db import database
from scheduling.models import StaffMember

_UNDECIDED = {Status.SUGGESTED, Status.FAILED}
_APPROVABLE = {*_UNDECIDED, Status.APPROVED}


@logged("approve")
@errors.retrying_refusals
def approve(
    *,
    suggestion_id: UUID,
    by: StaffMember,
    digest: str | None = None,
    confirmed: Confirmation = PRESSED,
) -> Outcome:
    """Approve a suggestion and carry it out at once, as the staff member `by`.

    One that failed before is tried again; one that waits to be carried out is approved anew, by
    whoever was shown that it waits. The row ends `executed`, or `failed` with what stood against
    it in words and the programme untouched. `confirmed` is what was said besides, its reason is
    kept in the history. `digest` is of what the person was shown; without one, what stands now is
    approved whatever it is. Where its organization asks for a second approver, the first press is
    kept, and it stays as it is. Locks the event's decisions, the suggestion and its session; must
    not be called inside a transaction. Raises a Refusal, with nothing changed, when `by` may not
    decide it, when it is decided already, when it is not readable or not what was shown any more,
    when less was said than its risk asks for, when it was shown to be blocked, when `by` has
    approved it first already, or when a lock does not come.
    """
    with steps.locked(suggestion_id, by, _APPROVABLE) as suggestion:
        verdict = _approvable(suggestion, digest, confirmed)
        if waits := second.kept_as_first(Press(suggestion, verdict, confirmed.reason), by=by):
            return waits
        _give_up_before(suggestion, by)
        record = steps.approval_of(suggestion, by, verdict, legible(confirmed.reason.strip()))
        error = carrying_out.approve_and_carry_out(suggestion, verdict, by=by, record=record)
        steps.log(suggestion, by, f"Approved. {carrying_out.came_to(suggestion)}")
    return steps.approved_outcome(suggestion, error, record)


@logged("approve_only")
@errors.retrying_refusals
def approve_for_later(
    *,
    suggestion_id: UUID,
    by: StaffMember,
    digest: str | None = None,
    confirmed: Confirmation = PRESSED,
) -> Outcome:
    """Approve a suggestion, to be carried out later by `execute`; otherwise as `approve`."""
    with steps.locked(suggestion_id, by, _APPROVABLE) as suggestion:
        verdict = _approvable(suggestion, digest, confirmed)
        if waits := second.kept_as_first(Press(suggestion, verdict, confirmed.reason), by=by):
            return waits
        _give_up_before(suggestion, by)
        record = steps.approval_of(suggestion, by, verdict, legible(confirmed.reason.strip()))
        with database.acting_as(by.person, history.trigger_settings(record)):
            moves.mark_approved(suggestion, by.profile_id)
        steps.log(suggestion, by, "Approved, to be carried out later.")
    return Outcome(suggestion.pk, Status.APPROVED, _("Approved; it will be carried out later."))


@logged("execute")
@errors.retrying_refusals
def execute(
    *,
    suggestion_id: UUID,
    by: StaffMember | None = None,
    digest: str | None = None,
    reason: str = "",
    basis_needed: bool = False,
    wait: bool = True,
) -> Outcome:
    """Carry out what was approved before, as the person who approved it.

    `by` is who pressed, and is recorded; None for a command, which belongs to no organization. No
    more has to be said than was when it was approved: where more would be asked for now, it is not
    what was approved any more.
    `digest` is of what that person was shown, `reason` is kept in the history. If the approver is
    gone or elsewhere now, the row ends `failed` and says so. Where one person approved it and its
    organization asks for two by now, it is not as it was approved. Locks and raises as `approve`
    does; and NotAsApproved, with nothing changed, where it is not any more what was approved, or,
    with `basis_needed`, where the history does not tell what that was. Without `wait`, EventTaken
    where someone else is at the event now.
    """
    with steps.locked(suggestion_id, by, {Status.APPROVED}, wait=wait) as suggestion:
        verdict = verdicts.judge([suggestion], lock=True)[suggestion.pk]
        steps.require_unchanged(suggestion, verdict, digest)
        approval = history.approval(suggestion)
        record = steps.record_of(suggestion, by, verdict, legible(reason.strip()))
        known = basis.is_known(approval)
        if basis_needed and not known:
            _require_as_approved(approval, verdict)
        error = carrying_out.fail_without_approver(suggestion, by, record)
        if error is None:
            if departed := second.alone(suggestion, approval, verdict):
                raise NotAsApproved(basis.in_words(departed))
            if known:
                _require_as_approved(approval, verdict)
            error = carrying_out.carry_out_approved(
                suggestion, verdict, aal=basis.aal(approval), record=record
            )
            steps.log(suggestion, by, carrying_out.came_to(suggestion))
    if error:
        return Outcome(
            suggestion.pk,
            Status.FAILED,
            _("It could not be carried out: %(error)s The programme is as it was.")
            % {"error": error},
        )
    return Outcome(suggestion.pk, Status.EXECUTED, _("Carried out."))


@logged("reject")
@errors.retrying_refusals
def reject(*, suggestion_id: UUID, by: StaffMember, reason: str = "") -> Outcome:
    """Reject an undecided suggestion, however odd it is.

    The reason, the decider and what stood against it go to the decision history. Locks as
    `approve` does, and raises the same, except that anything can be rejected.
    """
    with steps.locked(suggestion_id, by, {Status.SUGGESTED}) as suggestion:
        _reject(suggestion, by, reason)
    return steps.rejected_outcome(suggestion)


@logged("withdraw")
@errors.retrying_refusals
def withdraw(*, suggestion_id: UUID, by: StaffMember, reason: str = "") -> Outcome:
    """Reject what was approved and is not carried out yet; otherwise as `reject`."""
    with steps.locked(suggestion_id, by, {Status.APPROVED}) as suggestion:
        _reject(suggestion, by, reason)
    return Outcome(suggestion.pk, Status.REJECTED, _("The approval is withdrawn."))


def _approvable(
    suggestion: Suggestion, digest: str | None, confirmed: Confirmation
) -> ReadableVerdict:
    """As `steps.approvable`, and confirmed."""
    again = suggestion.execution_status == Status.APPROVED
    judged = _approvable_anew if again else steps.approvable
    verdict = judged(suggestion, digest)
    if digest is not None:
        steps.require_not_blocked(verdict)
    confirmation.require(verdict, confirmed)
    return verdict


def _give_up_before(suggestion: Suggestion, by: StaffMember) -> None:
    """An approval `by` was shown makes way for theirs."""
    if suggestion.execution_status == Status.APPROVED:
        steps.end_approval(suggestion, by)


def _approvable_anew(suggestion: Suggestion, digest: str | None) -> ReadableVerdict:
    """As `steps.approvable`, of what is approved already, and was when it was shown."""
    verdict = verdicts.judge([suggestion], lock=True)[suggestion.pk]
    undecided = copy.copy(suggestion)
    undecided.execution_status, undecided.approved_at = Status.SUGGESTED, None
    if digest in (None, verdicts.digest(undecided, verdict)):
        # Whoever saw it before it was approved is told by whom it was.
        steps.require_decidable(suggestion, True, _UNDECIDED)
    steps.require_unchanged(suggestion, verdict, digest)
    return steps.require_approvable(verdict)


def _require_as_approved(approval: Approval, verdict: Verdict) -> None:
    if departed := basis.departures_from(approval, verdict):
        raise NotAsApproved(basis.in_words(departed))


def _reject(suggestion: Suggestion, by: StaffMember, reason: str) -> None:
    reason = legible(reason.strip())
    verdict = verdicts.judge([suggestion])[suggestion.pk]
    record = steps.record_of(suggestion, by, verdict, reason)
    with database.acting_as(by.person, history.trigger_settings(record)):
        moves.move(suggestion, Status.REJECTED)
    steps.log(suggestion, by, REJECTED + reason)

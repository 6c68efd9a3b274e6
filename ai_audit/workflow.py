"""The only writer of decisions: approve and reject, each in one transaction of its own.

Locks are taken in one order: the event's advisory lock, the suggestion's row, the session's
row. Under them everything is looked at again; what is written is written as the approver, so
that the database's policies judge it too. Nothing here knows of requests or pages.
"""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ai_audit import verdicts
from ai_audit.fields import legible
from ai_audit.models import Status, Suggestion
from ai_audit.proposals import Action
from ai_audit.verdicts import Verdict
from eventflow import database
from eventflow.bidi import isolate
from scheduling import actions, times
from scheduling.conflicts import Severity
from scheduling.models import StaffMember, UserProfile

# How a rejection begins in the admin's log; its reason follows.
REJECTED = "Rejected. Reason: "


class Refusal(Exception):
    """The decision was not made and nothing was changed; the message is a sentence."""


class NotYours(Refusal):
    """The suggestion belongs to another organization than the staff member."""


class AlreadyDecided(Refusal):
    """Someone has decided already, or it ran meanwhile."""


class NotApprovable(Refusal):
    """The suggestion cannot be read or names what is not its own; it can be rejected."""


class Busy(Refusal):
    """Someone else held a lock for too long."""


class RefusedByPolicy(Refusal):
    """The database's policies do not let this person write the decision."""


@dataclass(frozen=True)
class Outcome:
    """What a decision came to; `sentence` is for people."""

    suggestion_id: UUID
    status: Status
    sentence: str


def approve(*, suggestion_id: UUID, by: StaffMember, now: datetime | None = None) -> Outcome:
    """Approve a suggestion and carry it out at once, as the staff member `by`.

    The row ends `executed`, or `failed` with the reason in words and the programme untouched.
    Locks the event's decisions, the suggestion and its session; must not be called inside a
    transaction. Raises a Refusal, with nothing changed, when `by` may not decide it, when it is
    decided already, when it is not readable, or when a lock does not come.
    """
    now = now or timezone.now()
    with _locked(suggestion_id, by) as suggestion:
        verdict = verdicts.judge([suggestion], lock=True)[suggestion.pk]
        if not verdict.approvable:
            raise NotApprovable(
                _("Nothing was changed: it cannot be approved. %(reasons)s It can be rejected.")
                % {"reasons": " ".join(conflict.sentence for conflict in verdict.conflicts)}
            )
        with database.acting_as(by.profile_id):
            error = _carry_out(suggestion, verdict)
            database.assert_acting()
            _write(
                suggestion,
                execution_status=Status.FAILED if error else Status.EXECUTED,
                execution_error=error,
                approved_at=now,
                approved_by_id=by.profile_id,
                executed_at=None if error else now,
            )
        _log(suggestion, by, f"Approved. Failed: {error}" if error else "Approved. Executed.")
    if error:
        return Outcome(
            suggestion.pk,
            Status.FAILED,
            _("Approved, but it could not be carried out: %(error)s The programme is as it was.")
            % {"error": error},
        )
    return Outcome(suggestion.pk, Status.EXECUTED, _("Approved and carried out."))


def reject(
    *, suggestion_id: UUID, by: StaffMember, reason: str = "", now: datetime | None = None
) -> Outcome:
    """Reject a suggestion, however odd it is; the reason and the decider go to the admin's log.

    Locks as `approve` does, and raises the same, except that anything can be rejected.
    """
    with _locked(suggestion_id, by) as suggestion:
        with database.acting_as(by.profile_id):
            _write(suggestion, execution_status=Status.REJECTED)
        _log(suggestion, by, REJECTED + legible(reason.strip()), at=now)
    return Outcome(suggestion.pk, Status.REJECTED, _("Rejected."))


@contextmanager
def _locked(suggestion_id: UUID, by: StaffMember):
    """A transaction of our own that holds every lock; yields the undecided suggestion."""
    try:
        with transaction.atomic(durable=True):
            database.limit_lock_waits()
            event_id = (
                Suggestion.objects.filter(pk=suggestion_id)
                .values_list("event_id", flat=True)
                .first()
            )
            if event_id is not None:
                actions.lock_programme(event_id)
            suggestion = (
                Suggestion.objects.select_for_update(of=("self",))
                .select_related("event", "user", "approved_by")
                .filter(pk=suggestion_id)
                .first()
            )
            _require_own(suggestion, by)
            _require_undecided(suggestion)
            yield suggestion
    except DatabaseError as error:
        if not database.is_contention(error):
            raise
        raise Busy(_("Nothing was changed. %(reason)s") % {"reason": actions.BUSY}) from error


def is_own(suggestion: Suggestion, by: StaffMember) -> bool:
    """Whether the suggestion is of the staff member's organization as it is now; one statement."""
    organization_id = (
        UserProfile.objects.filter(pk=by.profile_id)
        .values_list("organization_id", flat=True)
        .first()
    )
    return organization_id is not None and suggestion.organization_id == organization_id


def _require_own(suggestion: Suggestion | None, by: StaffMember) -> None:
    if suggestion is None or not is_own(suggestion, by):
        raise NotYours(
            _(
                "Nothing was changed: this suggestion is not one of your organization, and only "
                "its own staff members decide on it."
            )
        )


def _require_undecided(suggestion: Suggestion) -> None:
    if suggestion.execution_status != Status.SUGGESTED:
        raise AlreadyDecided(
            _("Nothing was changed: %(decision)s") % {"decision": last_decision(suggestion)}
        )


def last_decision(suggestion: Suggestion) -> str:
    """Who decided what on a suggestion, and when, in words; one statement."""
    status = suggestion.status_label
    who, when = suggestion.approved_by, suggestion.approved_at
    if suggestion.execution_status == Status.REJECTED:
        entry = (
            LogEntry.objects.filter(
                content_type=_content_type(),
                object_id=str(suggestion.pk),
                change_message__startswith=REJECTED,
            )
            .select_related("user")
            .order_by("-action_time")
            .first()
        )
        who, when = (entry.user, entry.action_time) if entry else (None, None)
    if who is None or when is None:
        return _("it is “%(status)s” already.") % {"status": status}
    return _("it is “%(status)s” already, decided by %(who)s on %(when)s.") % {
        "status": status,
        "who": isolate(who),
        "when": times.moment(when, zone=suggestion.zone),
    }


def _carry_out(suggestion: Suggestion, verdict: Verdict) -> str | None:
    """Write the proposal into the programme; the reason in words where that cannot be."""
    for conflict in verdict.conflicts:
        if conflict.severity is Severity.ERROR:
            return conflict.sentence
    proposal = verdict.proposal
    try:
        if proposal.action is Action.CREATE:
            actions.place(event=suggestion.event, values=proposal.values)
            return None
        if proposal.action is Action.UPDATE:
            actions.change(session=verdict.session, values=proposal.values)
        else:
            actions.remove(session=verdict.session)
    except actions.Refusal as refusal:
        return str(refusal)
    return None


def _write(suggestion: Suggestion, **state) -> None:
    undecided = Suggestion.objects.filter(pk=suggestion.pk, execution_status=Status.SUGGESTED)
    refusal = RefusedByPolicy(
        _(
            "Nothing was changed: the database does not let you write decisions on this "
            "suggestion. Ask an administrator about your profile’s organization."
        )
    )
    try:
        rows = undecided.update(**state)
    except OperationalError:
        raise
    except DatabaseError as error:
        raise refusal from error
    if rows != 1:
        raise refusal
    for name, value in state.items():
        setattr(suggestion, name, value)


def _log(suggestion: Suggestion, by: StaffMember, message: str, at: datetime | None = None) -> None:
    LogEntry.objects.create(
        user_id=by.user_id,
        content_type=_content_type(),
        object_id=str(suggestion.pk),
        object_repr=str(suggestion)[:200],
        action_flag=CHANGE,
        change_message=message,
        **({"action_time": at} if at else {}),
    )


def _content_type() -> ContentType:
    return ContentType.objects.get_for_model(Suggestion, for_concrete_model=True)

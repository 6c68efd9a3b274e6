"""The buttons on the page of a suggestion: for which statuses, and what each does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from ai_audit import verdicts, workflow
from ai_audit.admin.amending import amendable
from ai_audit.models import Status, Suggestion
from ai_audit.verdicts import Level
from ai_audit.workflow import Confirmation
from scheduling import access
from scheduling.models import StaffMember


def not_blocked(verdict: verdicts.Verdict) -> bool:
    """Whether approving it would not just fail."""
    return verdict.level is not Level.BLOCKED


# What is done with a suggestion, as a staff member, with what was posted.
Act = Callable[[UUID, StaffMember, QueryDict], workflow.Outcome]


@dataclass(frozen=True)
class Button:
    """A button: for which statuses and how it is called there, and what it does.

    One without `act` leads to a page of its own; one that is `confirmed` asks for more than the
    press where there is a risk. `departed` limits it, of what is approved already, to what is not
    as it was approved any more (True), or to what still is (False); None is for both.
    """

    permission: str
    labels: Mapping[str, Any]
    act: Act | None = None
    key: str = ""
    confirmed: bool = False
    departed: bool | None = None
    usable: Callable[[verdicts.Verdict], bool] = lambda verdict: True


def _as_shown(decide: Callable[..., workflow.Outcome]) -> Act:
    """Decide with the digest of the page: only if what stands is what it showed."""
    return lambda pk, by, posted: decide(suggestion_id=pk, by=by, digest=posted.get("digest") or "")


def _as_confirmed(decide: Callable[..., workflow.Outcome]) -> Act:
    """Decide with the digest of the page, and all that it asked for besides the press."""
    return lambda pk, by, posted: decide(
        suggestion_id=pk,
        by=by,
        digest=posted.get("digest") or "",
        confirmed=Confirmation(
            ticks=posted.getlist("tick"),
            title=posted.get("title", ""),
            reason=posted.get("why", ""),
        ),
    )


def _whatever_stands(decide: Callable[..., workflow.Outcome]) -> Act:
    """Decide without a digest, for the reason beside the button, which nobody has to write."""
    return lambda pk, by, posted: decide(suggestion_id=pk, by=by, reason=posted.get("reason", ""))


BUTTONS = {
    "_approve": Button(
        "ai_audit.approve_suggestion",
        {
            Status.SUGGESTED: _lazy("Approve and carry out"),
            Status.FAILED: _lazy("Try again"),
            Status.APPROVED: _lazy("Approve again and carry out"),
        },
        _as_confirmed(workflow.approve),
        "a",
        confirmed=True,
        departed=True,
        usable=not_blocked,
    ),
    "_approve_only": Button(
        "ai_audit.approve_suggestion",
        {
            Status.SUGGESTED: _lazy("Approve, carry out later"),
            Status.APPROVED: _lazy("Approve again, carry out later"),
        },
        _as_confirmed(workflow.approve_for_later),
        confirmed=True,
        departed=True,
        usable=not_blocked,
    ),
    "_take_back_first": Button(
        "ai_audit.approve_suggestion",
        dict.fromkeys(
            (Status.SUGGESTED, Status.FAILED, Status.APPROVED), _lazy("Take back my approval")
        ),
        _whatever_stands(workflow.take_back_first),
    ),
    "_amend": Button(
        "ai_audit.amend_suggestion",
        {Status.SUGGESTED: _lazy("Edit"), Status.FAILED: _lazy("Edit")},
        key="e",
        usable=amendable,
    ),
    "_execute": Button(
        "ai_audit.execute_suggestion",
        {Status.APPROVED: _lazy("Carry out")},
        _as_shown(partial(workflow.execute, basis_needed=True)),
        "a",
        departed=False,
        usable=not_blocked,
    ),
    "_reject": Button(
        "ai_audit.reject_suggestion",
        {Status.SUGGESTED: _lazy("Reject")},
        _whatever_stands(workflow.reject),
    ),
    "_withdraw": Button(
        "ai_audit.reject_suggestion",
        {Status.APPROVED: _lazy("Withdraw the approval")},
        _whatever_stands(workflow.withdraw),
    ),
    "_dismiss": Button(
        "ai_audit.reject_suggestion",
        {Status.FAILED: _lazy("Dismiss")},
        _whatever_stands(workflow.dismiss),
    ),
}

# Why there is no button for somebody who may decide on others.
NOT_YOURS = _lazy(
    "What can still be done with it is not yours to do. Ask somebody of the group “Approver”."
)


def why_none(user, suggestion: Suggestion | None = None) -> str:
    """Why somebody decides nothing, here or on that suggestion; empty for who may decide."""
    try:
        by = access.staff_member(user)
    except access.NotStaff as reason:
        return str(reason)
    if suggestion is not None and not workflow.is_own(suggestion, by):
        return _("It belongs to another organization; its own staff members decide on it.")
    if not any(user.has_perm(button.permission) for button in BUTTONS.values()):
        return _(
            "You can look, but not decide: approvers do. If you should decide too, ask an "
            "administrator to put you into the group “Approver”."
        )
    return ""

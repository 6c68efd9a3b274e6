"""The pages on which a decision is taken back: each says what that would do, before it is done."""

from collections import Counter

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from ai_audit import verdicts, workflow
from ai_audit.admin.base import (
    address_of,
    entry_address,
    list_address,
    message_about,
    nothing_to_decide,
    refusal_message,
)
from ai_audit.admin.buttons import why_none
from ai_audit.admin.formatting import page
from ai_audit.admin.worklist import second
from ai_audit.admin.worklist.after import TAKEN_BACK_BY, told_after
from ai_audit.models import OPEN, Status, Suggestion
from ai_audit.presenters import colliding, hanging, review, two_people
from eventflow.web.parameters import KEPT
from scheduling import access, actions

PERMISSION = "ai_audit.undo_suggestion"
UNDO_BUTTON = {"name": "_undo", "label": _lazy("Undo")}


def may_undo(request, suggestion: Suggestion) -> bool:
    """Whether to offer it: to whom it may concern, for what was carried out and is not undone."""
    if not request.user.has_perm(PERMISSION):
        return False
    try:
        by = access.staff_member(request.user)
    except access.NotStaff:
        return False
    return workflow.is_own(suggestion, by) and workflow.undoable(suggestion)


def why_no_undo(user, suggestion: Suggestion) -> str:
    """Why somebody who looks at what was carried out undoes nothing; empty for who may undo."""
    if suggestion.execution_status != Status.EXECUTED:
        return ""
    if not user.has_perm(PERMISSION):
        return _(
            "You can look, but not undo: approvers do. If you should undo too, ask an "
            "administrator to put you into the group “Approver”."
        )
    return why_none(user, suggestion)


def undo_page(model_admin, request, suggestion: Suggestion):
    """Say what undoing would do, or do it when that was confirmed with `post=yes`."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    reason = request.POST.get("reason", "")
    try:
        by = access.staff_member(request.user)
        if request.POST.get("post") == "yes":
            try:
                if second.TAKE_BACK in request.POST:
                    outcome = workflow.take_back_first(suggestion_id=suggestion.pk, by=by)
                else:
                    outcome = workflow.undo(
                        suggestion_id=suggestion.pk,
                        by=by,
                        reason=reason,
                        digest=request.POST.get("digest", ""),
                    )
            except workflow.Changed as refusal:
                model_admin.message_user(request, str(refusal), messages.ERROR)
            else:
                said = (
                    message_about(suggestion, outcome.sentence)
                    if second.TAKE_BACK in request.POST
                    else told_after(request, suggestion, outcome)
                )
                level = messages.WARNING if outcome.first else messages.SUCCESS
                model_admin.message_user(request, said, level)
                return HttpResponseRedirect(entry_address(request, suggestion.pk))
        found = workflow.preview_undo(suggestion_id=suggestion.pk, by=by)
    except (access.NotStaff, workflow.Refusal) as refusal:
        model_admin.message_user(request, str(refusal), messages.ERROR)
        return HttpResponseRedirect(entry_address(request, suggestion.pk))
    context = {
        "title": _("Undo what was carried out?"),
        "suggestion": suggestion,
        "headline": review.headline(suggestion, found.verdict),
        "action": review.action_label(found.suggestion.action_type),
        "changes": review.changes(found.suggestion, found.verdict),
        "since": review.changed_since(suggestion, found.since),
        "collisions": colliding.collisions(found.suggestion, found.verdict),
        "restored": [actions.in_words(*rows) for rows in sorted(found.restored.items())],
        "removed": [actions.in_words(*rows) for rows in sorted(found.removed.items())],
        "hanging": hanging.phrases_of(found.verdict, told_already=found.removed),
        # Alike but for the row: told once, with how many there are.
        "left_out": [
            (actions.in_words(table, count), why)
            for (table, why), count in Counter(
                (row.table, row.reason) for row in found.left_out
            ).items()
        ],
        "two_people": two_people.told(found.waiting, suggestion),
        "button": second.undo_label(found.waiting),
        "may_press": found.waiting is None or found.waiting.decides or not found.waiting.own,
        "digest": found.digest,
        "reason": reason,
    }
    return page(model_admin, request, "undo", context)


def take_back_page(model_admin, request, suggestion: Suggestion):
    """Ask whether a decision is to be taken back, in the way it can be; and do that.

    What was carried out is undone, an approval for later withdrawn, what was rejected suggested
    again.
    """
    status = suggestion.execution_status
    if status == Status.EXECUTED:
        return undo_page(model_admin, request, suggestion)
    own = _own_first(request.user, suggestion)
    if status not in _WAYS_BACK and not own:
        model_admin.message_user(request, nothing_to_decide(suggestion), messages.WARNING)
        return HttpResponseRedirect(entry_address(request, suggestion.pk))
    needed = "ai_audit.approve_suggestion" if own else TAKEN_BACK_BY[status]
    if not request.user.has_perm(needed):
        raise PermissionDenied
    title, button, take_back = _FIRST_BACK if own else _WAYS_BACK[status]
    if request.method == "POST":
        try:
            outcome = take_back(suggestion_id=suggestion.pk, by=access.staff_member(request.user))
        except (access.NotStaff, workflow.Refusal) as refusal:
            model_admin.message_user(request, refusal_message(refusal), messages.ERROR)
            return HttpResponseRedirect(entry_address(request, suggestion.pk))
        model_admin.message_user(
            request, message_about(suggestion, outcome.sentence), messages.SUCCESS
        )
        if outcome.status == Status.SUGGESTED:
            kept = request.GET.get(KEPT, "")
            return HttpResponseRedirect(
                address_of("pendingsuggestion_change", outcome.suggestion_id, kept=kept)
            )
        return HttpResponseRedirect(entry_address(request, suggestion.pk))
    context = {
        "list_url": list_address(request.GET.get(KEPT, "")),
        "title": title,
        "button": button,
        "suggestion": suggestion,
        "headline": review.headline(suggestion),
        "action": review.action_label(suggestion.action_type),
        "changes": review.changes(suggestion),
    }
    return page(model_admin, request, "take_back", context)


def _own_first(user, suggestion: Suggestion) -> bool:
    """Whether the first of two approvals is the user's, and waits."""
    if suggestion.execution_status not in OPEN or not suggestion.second_for:
        return False
    found = second.waiting(user, suggestion, verdicts.judge([suggestion])[suggestion.pk])
    return bool(found and found.own)


# What is asked, the button, and what it does: of a first approval, and by status.
_FIRST_BACK = (
    _lazy("Take back your approval?"),
    _lazy("Take back my approval"),
    workflow.take_back_first,
)
_WAYS_BACK = {
    Status.APPROVED: (
        _lazy("Withdraw the approval?"),
        _lazy("Withdraw the approval"),
        workflow.withdraw,
    ),
    Status.REJECTED: (
        _lazy("Suggest it again?"),
        _lazy("Suggest again"),
        workflow.suggest_again,
    ),
}

"""The page that says what undoing would do, before it is done."""

from collections import Counter

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ai_audit import workflow
from ai_audit.admin.base import after_deciding, told_as_written
from ai_audit.models import Suggestion
from ai_audit.presenters import review
from eventflow.web.parameters import KEPT
from scheduling import access, actions

PERMISSION = "ai_audit.undo_suggestion"
UNDO_BUTTON = {"name": "_undo", "label": _("Undo")}


def may_undo(request, suggestion: Suggestion) -> bool:
    """Whether to offer it: to whom it may concern, for what was carried out and is not undone."""
    if not request.user.has_perm(PERMISSION):
        return False
    try:
        by = access.staff_member(request.user)
    except access.NotStaff:
        return False
    return workflow.is_own(suggestion, by) and workflow.undoable(suggestion)


def undo_page(pages, request, suggestion: Suggestion):
    """Say what undoing would do, or do it when that was confirmed with `post=yes`."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    reason = request.POST.get("reason", "")
    try:
        by = access.staff_member(request.user)
        if request.POST.get("post") == "yes":
            try:
                outcome = workflow.undo(
                    suggestion_id=suggestion.pk,
                    by=by,
                    reason=reason,
                    digest=request.POST.get("digest", ""),
                )
            except workflow.Changed as refusal:
                pages.message_user(request, str(refusal), messages.ERROR)
            else:
                pages.message_user(request, told_as_written(suggestion, outcome), messages.SUCCESS)
                if KEPT in request.GET:
                    return HttpResponseRedirect(pages.list_url(request))
                return after_deciding(request, suggestion)
        found = workflow.to_be_undone(suggestion_id=suggestion.pk, by=by)
    except (access.NotStaff, workflow.Refusal) as refusal:
        pages.message_user(request, str(refusal), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())
    context = {
        **pages.admin_site.each_context(request),
        "opts": pages.opts,
        "title": gettext("Undo what was carried out?"),
        "suggestion": suggestion,
        "headline": review.headline(suggestion, found.verdict),
        "action": review.action_label(found.suggestion.action_type),
        "changes": review.changes(found.suggestion, found.verdict),
        "since": review.changed_since(suggestion, found.since),
        "collisions": review.collisions(found.suggestion, found.verdict),
        "restored": [actions.in_words(*rows) for rows in sorted(found.restored.items())],
        "removed": [actions.in_words(*rows) for rows in sorted(found.removed.items())],
        # Alike but for the row: told once, with how many there are.
        "left_out": [
            (actions.in_words(table, count), why)
            for (table, why), count in Counter(
                (row.table, row.reason) for row in found.left_out
            ).items()
        ],
        "digest": found.digest,
        "reason": reason,
    }
    return TemplateResponse(request, "admin/ai_audit/undo.html", context)

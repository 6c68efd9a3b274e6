"""The message after a decision: what was done, where the session is, and the way back."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from ai_audit.admin.base import address_of, kept_list
from ai_audit.models import Status
from ai_audit.presenters.done import done

# What taking it back needs, by what a decision came to.
TAKEN_BACK_BY = {
    Status.EXECUTED: "ai_audit.undo_suggestion",
    Status.APPROVED: "ai_audit.reject_suggestion",
    Status.REJECTED: "ai_audit.reject_suggestion",
}


def told_after(request, suggestion, outcome):
    """An outcome, with the session that was written and, where there is one, a way back."""
    found = done(suggestion, outcome)
    called = format_html("<bdi>{}</bdi>", found.title[:120])
    if found.session_id and request.user.has_perm("scheduling.view_schedule"):
        address = reverse("admin:scheduling_schedule_change", args=[found.session_id])
        called = format_html('<a href="{}">{}</a>', address, called)
    said = format_html(
        _("“{title}”: {outcome}"),
        title=called,
        outcome=" ".join(filter(None, (outcome.sentence, found.place))),
    )
    return format_html("{}{}", said, way_back(request, outcome))


def way_back(request, outcome):
    """The link that takes a decision back; empty where there is none, or not for this person."""
    permission = TAKEN_BACK_BY.get(outcome.status)
    if outcome.first:
        waits = outcome.status != Status.EXECUTED
        permission = "ai_audit.approve_suggestion" if waits else None
    if permission is None or not request.user.has_perm(permission):
        return ""
    again = outcome.status == Status.REJECTED
    return format_html(
        ' <a class="undo" data-key="z" aria-keyshortcuts="z" href="{}">{}<kbd>z</kbd></a>',
        address_of("pendingsuggestion_undo", outcome.suggestion_id, kept=kept_list(request)),
        _("Suggest again") if again else _("Undo"),
    )

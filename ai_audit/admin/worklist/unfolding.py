"""A row of the queue unfolded: all that it would write, and what can be decided right there."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from ai_audit import history, verdicts
from ai_audit.admin.base import address_of
from ai_audit.admin.buttons import why_none
from ai_audit.admin.worklist import second
from ai_audit.models import OPEN, Status
from ai_audit.presenters import hanging, review, timeline, two_people
from ai_audit.verdicts import Level, snapshot
from ai_audit.workflow import confirmation
from eventflow.web.parameters import KEPT, takes


class Unfolding:
    """For the admin of the approval queue: what its list's script asks for."""

    @takes(warn=False)
    def here_view(self, request):
        """A heartbeat: 204 for whoever is signed in; who is not is led to where one signs in."""
        return HttpResponse(status=204)

    @takes(KEPT, warn=False)
    def unfolded_view(self, request, pk):
        """A piece of a page: all of one, and the buttons that need no look at more than that."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        open_ones = self.everything(request).filter(execution_status__in=OPEN)
        suggestion = self.find(open_ones, str(pk))
        if suggestion is None:
            raise Http404
        verdict = verdicts.judge([suggestion])[suggestion.pk]
        claims = review.claims(suggestion)
        why_not = why_none(request.user, suggestion)
        waits = suggestion.execution_status == Status.SUGGESTED and not why_not
        found = second.waiting(request.user, suggestion, verdict)
        approving = second.label_of("_approve", _("Approve and carry out"), found)
        context = {
            "url": address_of("pendingsuggestion_change", pk, kept=request.GET.get(KEPT, "")),
            "changes": review.whole(suggestion, verdict),
            "not_done": review.not_done(suggestion),
            "hanging": hanging.phrases_of(verdict),
            "remarks": timeline.remarks(history.acts(suggestion), suggestion),
            "why": claims.reasoning or claims.reason,
            "verdict": verdict,
            "verdict_words": review.in_words(verdict),
            "two_people": two_people.told(found, suggestion),
            "approving": approving,
            "approvable": waits
            and approving is not None
            and verdict.level is Level.CLEAR
            and not confirmation.needed(verdict)
            and self.has_approve_permission(request),
            "rejectable": waits and self.has_reject_permission(request),
            "why_not": why_not,
            "digest": verdicts.digest(suggestion, verdict),
            "shown": snapshot.pack(suggestion, verdict),
        }
        return TemplateResponse(request, "admin/ai_audit/unfolded.html", context)

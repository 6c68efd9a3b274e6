"""Notes and questions on the page of a suggestion: the form, and what becomes of it."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from ai_audit import workflow
from ai_audit.admin.base import (
    SuggestionPages,
    after_deciding,
    list_address,
    message_about,
    refusal_message,
)
from ai_audit.admin.buttons import BUTTONS, why_none
from ai_audit.models import OPEN, Suggestion
from ai_audit.presenters import asking
from ai_audit.queue import Position
from eventflow.web.parameters import KEPT
from scheduling import access

NOTE, ASK = "_note", "_ask"


class Saying(SuggestionPages):
    """Pages of suggestions on which whoever may decide may say something, too.

    Where it `asks`, questions are asked from there, and it goes on with what waits next, by its
    `position`.
    """

    asks = False
    position: Callable[..., Position]

    def saying_context(self, request, suggestion: Suggestion) -> dict:
        """What the form needs; nothing for who may not decide here."""
        if why_none(request.user, suggestion):
            return {}
        by = access.staff_member(request.user)
        whom = asking.whom(suggestion, by.profile) if self.asks else ""
        page = reverse(f"admin:ai_audit_{self.opts.model_name}_change", args=[suggestion.pk])
        return {
            "saying": {
                "whom": whom,
                "typed": request.POST.get("said", ""),
                # What the list was asked for goes along, but where it is another page's answer.
                "to": request.get_full_path() if request.path == page else page,
            }
        }

    def say(self, request, suggestion: Suggestion) -> HttpResponse | None:
        """The answer to a note or a question that was sent; None where neither was."""
        if NOTE not in request.POST and ASK not in request.POST:
            return None
        if not any(request.user.has_perm(button.permission) for button in BUTTONS.values()):
            raise PermissionDenied
        asked = NOTE not in request.POST
        following = self.position(request, suggestion.pk).next if asked and self.asks else None
        say = workflow.ask if asked else workflow.leave_note
        try:
            by = access.staff_member(request.user)
            outcome = say(suggestion_id=suggestion.pk, by=by, text=request.POST.get("said", ""))
        except (access.NotStaff, workflow.Refusal) as refusal:
            self.message_user(request, refusal_message(refusal), messages.ERROR)
            return self._as_it_is(request, suggestion)
        self.message_user(request, message_about(suggestion, outcome.sentence), messages.SUCCESS)
        if asked and self.asks:
            return after_deciding(request, suggestion, following)
        return HttpResponseRedirect(request.get_full_path())

    def _as_it_is(self, request, suggestion: Suggestion) -> HttpResponse:
        """Its page as things stand, with what was written; of what is decided, the history's."""
        found = self.find(self.everything(request), str(suggestion.pk)) or suggestion
        pages = self
        if found.execution_status not in OPEN:
            pages = cast(Saying, self.admin_site.get_model_admin(Suggestion))
            if not pages.has_view_permission(request, found):
                return HttpResponseRedirect(list_address(request.GET.get(KEPT, "")))
        return pages.review_page(request, found)

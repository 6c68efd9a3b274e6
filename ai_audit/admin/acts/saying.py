"""Notes and questions on the page of a suggestion: the form, and what becomes of it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect

from ai_audit import workflow
from ai_audit.admin.base import SuggestionPages, after_deciding, refused, told
from ai_audit.admin.buttons import BUTTONS, why_none
from ai_audit.models import Suggestion
from ai_audit.presenters import asking
from scheduling import access

NOTE, ASK = "_note", "_ask"


class Saying(SuggestionPages):
    """Pages of suggestions on which whoever may decide may say something, too.

    Where it `asks`, questions are asked from there, and it goes on with what waits next.
    """

    asks = False

    def next_one(self, request, pk: UUID) -> UUID | None:
        """What follows a suggestion in the list from which its page was opened."""
        return None

    def saying_context(self, request, suggestion: Suggestion) -> dict:
        """What the form needs; nothing for who may not decide here."""
        if why_none(request.user, suggestion):
            return {}
        by = access.staff_member(request.user)
        whom = asking.whom(suggestion, by.profile) if self.asks else ""
        return {"saying": {"whom": whom, "typed": request.POST.get("said", "")}}

    def say(self, request, suggestion: Suggestion) -> HttpResponse | None:
        """The answer to a note or a question that was sent; None where neither was."""
        if NOTE not in request.POST and ASK not in request.POST:
            return None
        if not any(request.user.has_perm(button.permission) for button in BUTTONS.values()):
            raise PermissionDenied
        asked = NOTE not in request.POST
        following = self.next_one(request, suggestion.pk) if asked and self.asks else None
        say = workflow.ask if asked else workflow.leave_note
        try:
            by = access.staff_member(request.user)
            outcome = say(suggestion_id=suggestion.pk, by=by, text=request.POST.get("said", ""))
        except (access.NotStaff, workflow.Refusal) as refusal:
            # What was written is shown again, whatever stood against it.
            self.message_user(request, refused(refusal), messages.ERROR)
            return self.review_page(request, self._as_it_is(request, suggestion))
        self.message_user(request, told(suggestion, outcome.sentence), messages.SUCCESS)
        if asked and self.asks:
            return after_deciding(request, suggestion, following)
        return HttpResponseRedirect(request.get_full_path())

    def _as_it_is(self, request, suggestion: Suggestion) -> Suggestion:
        return self.find(self.everything(request), str(suggestion.pk)) or suggestion

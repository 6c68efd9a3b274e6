"""The page on which a suggestion is edited before it is approved."""

from uuid import UUID

from django.contrib import messages
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from ai_audit import review, shown, verdicts, workflow
from ai_audit.admin.base import after_deciding, told
from ai_audit.admin.forms import AmendForm
from ai_audit.models import Suggestion
from ai_audit.proposals import Action
from ai_audit.verdicts import Verdict
from scheduling.models import StaffMember


def amendable(verdict: Verdict) -> bool:
    """Whether there are fields to edit: it can be read, and is no removal."""
    return verdict.approvable and verdict.proposal.action is not Action.DELETE


def amend_page(
    pages, request, suggestion: Suggestion, by: StaffMember, following: UUID | None = None
):
    """Show the form, or carry out what it holds when it was sent with `amended=yes`.

    `following` is the suggestion that is opened next. Raises a Refusal where no edit of the form
    would help.
    """
    verdict = verdicts.judge([suggestion])[suggestion.pk]
    if not amendable(verdict):
        raise workflow.NotAmendable(
            gettext("Nothing was changed: there are no fields in it that could be edited.")
        )
    sent = request.POST if request.POST.get("amended") == "yes" else None
    form = AmendForm(sent, state=verdict.after or verdict.proposal.values, zone=suggestion.zone)
    if sent is not None and form.is_valid():
        outcome = _amend(form, suggestion, by, sent.get("digest", ""))
        if outcome:
            pages.message_user(request, told(suggestion, outcome.sentence), messages.SUCCESS)
            return after_deciding(request, suggestion, following)
    context = {
        **pages.admin_site.each_context(request),
        "opts": pages.opts,
        "title": gettext("Edit before approving"),
        "suggestion": suggestion,
        "headline": review.headline(suggestion, verdict),
        "action": review.action_label(suggestion.action_type),
        "form": form,
        # What was there when the form was opened is what is compared, however often it comes back.
        "digest": sent.get("digest", "") if sent else verdicts.digest(suggestion, verdict),
        "shown": sent.get("shown", "") if sent else shown.pack(suggestion, verdict),
    }
    return TemplateResponse(request, "admin/ai_audit/amend.html", context)


def _amend(
    form: AmendForm, suggestion: Suggestion, by: StaffMember, digest: str
) -> workflow.Outcome | None:
    """What came of it; None with the reason on the form, where another edit may help."""
    try:
        return workflow.amend(suggestion_id=suggestion.pk, by=by, values=form.values, digest=digest)
    except (workflow.Blocked, workflow.NotAmendable) as refusal:
        form.add_error(None, str(refusal))
        return None

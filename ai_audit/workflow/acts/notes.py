"""A note on a suggestion, for whoever looks at it next; it changes nothing of it."""

from uuid import UUID

from django.utils.translation import gettext as _

from ai_audit.models import ActKind, Status, Suggestion, SuggestionAct
from ai_audit.workflow import errors, steps
from ai_audit.workflow.acts import writing
from ai_audit.workflow.errors import NotSaid
from ai_audit.workflow.logbook import logged
from ai_audit.workflow.steps import Outcome
from scheduling.models import StaffMember

# How it begins in the admin's log, which does not repeat what was written.
NOTED = "Noted."


@logged("note")
@errors.retrying_refusals
def leave_note(*, suggestion_id: UUID, by: StaffMember, text: str) -> Outcome:
    """Leave a note on a suggestion, whatever its status; a question that waits is answered by it.

    Locks as `approve` does. Raises NotYours, Busy, and NotSaid for a text that is empty or too
    long, or that is the last thing the same person said of it: a form that was sent twice.
    """
    said = writing.text(text)
    with steps.locked(suggestion_id, by, set(Status)) as suggestion:
        require_news(suggestion, ActKind.NOTE, by, said)
        waited = Suggestion.objects.filter(pk=suggestion_id).waiting_for_answers().exists()
        writing.write(suggestion_id, ActKind.NOTE, by, said)
        steps.log(suggestion, by, NOTED)
    if waited:
        sentence = _("The note is kept. It answers the question: nothing waits for an answer now.")
    else:
        sentence = _("The note is kept.")
    return Outcome(suggestion_id, Status(suggestion.execution_status), sentence)


def require_news(suggestion: Suggestion, kind: ActKind, by: StaffMember, said: str) -> None:
    """Raise NotSaid where it is what the same person said of it last; one statement."""
    last = SuggestionAct.objects.filter(suggestion=suggestion.pk).order_by("-id").first()
    if last and (last.kind, last.staff_member_id, last.said) == (kind, by.pk, said):
        raise NotSaid(_("Nothing was kept: it says just that already."))

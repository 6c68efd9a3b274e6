"""A question to whoever asked for a suggestion, which then waits for an answer.

The mail is not sent here: `manage.py notify` finds the question.
"""

from uuid import UUID

from django.utils.translation import gettext as _

from ai_audit import history, people
from ai_audit.models import ActKind, Status
from ai_audit.workflow import errors, steps
from ai_audit.workflow.acts import writing
from ai_audit.workflow.acts.notes import require_news
from ai_audit.workflow.logbook import logged
from ai_audit.workflow.steps import Outcome
from eventflow.text.bidi import isolate
from scheduling.models import StaffMember

# How it begins in the admin's log, which does not repeat what was written.
ASKED = "Asked."


@logged("ask")
@errors.retrying_refusals
def ask(*, suggestion_id: UUID, by: StaffMember, text: str) -> Outcome:
    """Ask whoever asked for a suggestion that waits for a decision; it then waits for an answer.

    It can be decided all the same. Where no mail can go to that person, the question is kept, and
    the outcome says so. Locks as `approve` does. Raises NotYours, Busy, AlreadyDecided, and NotSaid
    as a note does.
    """
    said = writing.text(text)
    with steps.locked(suggestion_id, by, {Status.SUGGESTED}) as suggestion:
        require_news(suggestion, ActKind.ASKED, by, said)
        asker = history.first_asker(suggestion)
        writing.write(suggestion_id, ActKind.ASKED, by, said)
        steps.log(suggestion, by, ASKED)
    if asker.pk == by.profile_id:
        sentence = _(
            "The question is kept, and no mail is sent: you asked for this yourself. It is out of "
            "the first tabs for a day, or until somebody leaves a note on it."
        )
    elif people.can_be_asked(asker.pk, suggestion):
        sentence = _(
            "The question goes to %(who)s by mail. It is out of the first tabs for a day, or until "
            "somebody leaves a note on it, or %(who)s suggests something new for the same session."
        )
    else:
        sentence = _(
            "The question is kept, but no mail can be sent to %(who)s: ask them yourself, and "
            "leave the answer as a note. It is out of the first tabs for a day, or until then."
        )
    return Outcome(suggestion_id, Status.SUGGESTED, sentence % {"who": isolate(str(asker))})

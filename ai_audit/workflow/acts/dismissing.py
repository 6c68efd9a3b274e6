"""Dismissing: an act that leaves the suggestion's status as it is.

Written by one function of the database, which nothing else here may write past.
"""

from uuid import UUID

from django.utils.translation import gettext as _

from ai_audit.models import ActKind, Status, Suggestion
from ai_audit.proposals.fields import legible
from ai_audit.workflow import errors, steps
from ai_audit.workflow.acts import writing
from ai_audit.workflow.errors import AlreadyDecided
from ai_audit.workflow.logbook import logged
from ai_audit.workflow.steps import Outcome
from scheduling.models import StaffMember


@logged("dismiss")
@errors.retrying_refusals
def dismiss(*, suggestion_id: UUID, by: StaffMember, reason: str = "") -> Outcome:
    """Leave one that failed at that: it stays failed, and out of the queue until it fails again.

    Locks as `approve` does. Raises NotYours, Busy, and AlreadyDecided for what has not failed, or
    was dismissed already.
    """
    with steps.locked(suggestion_id, by, {Status.FAILED}) as suggestion:
        if dismissed(suggestion_id):
            raise AlreadyDecided(_("Nothing was changed: it is dismissed already."))
        reason = legible(reason.strip())[: writing.LONGEST_SAID]
        writing.write(suggestion_id, ActKind.DISMISSED, by, reason)
        steps.log(suggestion, by, f"Dismissed. {reason}".strip())
    return Outcome(suggestion_id, Status.FAILED, _("Dismissed: it stays failed, and is put away."))


def dismissed(suggestion_id: UUID) -> bool:
    """Whether it failed and was left at that; one statement."""
    found = Suggestion.objects.filter(pk=suggestion_id).with_dismissals()
    return bool(found.filter(dismissed=True).exists())

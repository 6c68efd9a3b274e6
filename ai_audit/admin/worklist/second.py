"""Second approval on pages: for whom it waits there, and the labels of the buttons.

What is asked, and whose press decides, is settled in `workflow`.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _lazy

from ai_audit import workflow
from ai_audit.models import Suggestion
from ai_audit.verdicts import Verdict
from ai_audit.workflow import Waiting
from scheduling import access

# The buttons that approve, by how they are called of the first and of the second.
_FIRST = {"_approve": _lazy("Approve (1 of 2)")}
_SECOND = {
    "_approve": _lazy("Approve as the second"),
    "_approve_only": _lazy("Approve as the second, carry out later"),
}
TAKE_BACK = "_take_back_first"


def undo_label(found: Waiting | None):
    """The label of the button that undoes."""
    if found is None:
        return _lazy("Undo")
    return _lazy("Undo as the second") if found.decides else _lazy("Undo (1 of 2)")


def waiting(user, suggestion: Suggestion, verdict: Verdict | None) -> Waiting | None:
    """How far two approvals are, for that reader; None where nothing waits for a second."""
    judged = {suggestion.pk: verdict} if verdict else {}
    return waiting_of_each(user, [suggestion], judged).get(suggestion.pk)


def waiting_of_each(
    user, suggestions: Iterable[Suggestion], judged: Mapping[UUID, Verdict]
) -> dict[UUID, Waiting]:
    """As `waiting`, of each of many that was judged; one statement, or none without a rule."""
    try:
        by = access.staff_member(user)
    except access.NotStaff:
        by = None
    return workflow.waiting(suggestions, judged, by=by)


def label_of(name: str, label, found: Waiting | None):
    """The label of a button; None where it is not offered.

    `label` is that where nobody else is asked for.
    """
    if name == TAKE_BACK:
        return label if found and found.own else None
    if found is None or name not in _SECOND:
        return label
    if found.decides:
        return _SECOND[name]
    if not found.needed:
        return label
    return None if found.own else _FIRST.get(name)

"""A question that waits for an answer, and where the next one would go, in words."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ai_audit import history, people
from ai_audit.models import ActKind, Status, Suggestion, SuggestionAct
from ai_audit.presenters.timeline import Step, said
from eventflow.text.bidi import isolate
from scheduling.models import UserProfile


def waiting(suggestion: Suggestion, acts: Sequence[SuggestionAct]) -> Step | None:
    """The question for whose answer it waits, of what was said of it; no statement.

    `suggestion` was read `with_questions`.
    """
    if suggestion.asked_since is None:
        return None
    asked = [act for act in acts if act.kind == ActKind.ASKED]
    return said(asked[-1], suggestion) if asked else None


def whom(suggestion: Suggestion, asking: UserProfile | None) -> str:
    """Where a question of that person would go; empty for what is not asked about.

    One statement where it is somebody else's, of what was read `with_first_askers`.
    """
    if suggestion.execution_status != Status.SUGGESTED:
        return ""
    asker = history.first_asker_id(suggestion)
    if asking is not None and asker == asking.pk:
        return _("You asked for this yourself, so that no mail is sent.")
    name, by_mail = people.asked(asker, suggestion)
    who = isolate(name)
    if by_mail:
        return _("A question goes to %(who)s by mail.") % {"who": who}
    return _("No mail can be sent to %(who)s: a question is only kept here.") % {"who": who}

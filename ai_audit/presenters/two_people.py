"""How far two approvals are, in words: who approved first and when, and for whom it waits."""

from django.utils.translation import gettext as _

from ai_audit.models import Suggestion
from ai_audit.workflow import First, Waiting
from eventflow.text.bidi import isolate
from scheduling import times


def told(waiting: Waiting | None, suggestion: Suggestion) -> list[str]:
    """What a page says of it, to whoever it was looked up for; nothing where nothing waits."""
    if waiting is None:
        return []
    said = [_gone(first, suggestion) for first in waiting.gone]
    if waiting.decides and waiting.first:
        said.append(
            _("1 of 2: approved by %(who)s on %(when)s. Whoever approves it now is the second.")
            % _of(waiting.first, suggestion)
        )
    elif waiting.own:
        said.append(
            _("1 of 2: you approved it on %(when)s. It waits for somebody else to approve it too.")
            % _of(waiting.own, suggestion)
        )
    elif waiting.needed:
        said.append(
            _("It takes two: nothing is carried out until somebody else has approved it too.")
        )
    return said


def undoing_told(first: First | None, suggestion: Suggestion) -> list[str]:
    """What the page of what was carried out says of undoing it, where one of two has approved."""
    if first is None:
        return []
    said = _(
        "Undoing it, 1 of 2: approved by %(who)s on %(when)s. Nothing is undone until somebody "
        "else approves that too."
    )
    return [said % _of(first, suggestion)]


def in_brief(waiting: Waiting | None) -> str:
    """That one of two has approved it, for a row of a list; empty where nobody has."""
    if waiting is None or waiting.first is None:
        return ""
    if waiting.decides:
        return _("1 of 2: %(who)s") % {"who": isolate(waiting.first.who)}
    return _("1 of 2: waits for somebody else")


def _gone(first: First, suggestion: Suggestion) -> str:
    return _(
        "The first approval, by %(who)s on %(when)s, does not count any more, and it starts over. "
        "%(reasons)s"
    ) % {**_of(first, suggestion), "reasons": " ".join(first.departed)}


def _of(first: First, suggestion: Suggestion) -> dict[str, str]:
    return {"who": isolate(first.who), "when": times.moment(first.at, zone=suggestion.zone)}

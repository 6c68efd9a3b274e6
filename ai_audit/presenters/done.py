"""A decision's outcome for whoever made it: the session's title now, and where it is."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from ai_audit import history
from ai_audit.models import Status, Suggestion
from ai_audit.presenters import review
from ai_audit.workflow import Outcome
from eventflow.text.bidi import isolate
from scheduling import times


@dataclass(frozen=True)
class Done:
    """The session decided on, in words where it is now, and its id where it can be looked at."""

    title: str
    place: str = ""
    session_id: UUID | None = None


def done(suggestion: Suggestion, outcome: Outcome) -> Done:
    """What became of a suggestion; one statement where what was written is not at hand."""
    if outcome.first or outcome.status != Status.EXECUTED:
        return Done(review.headline(suggestion))
    made = Suggestion(pk=outcome.suggestion_id)
    written = outcome.written or history.written(made, whole=False)
    before, after = written.states(suggestion.zone)
    state = after or before or {}
    title = state.get("title") or review.headline(suggestion)
    if after is None or written.after is None:
        removed = _("It is not in the programme any more.") if before else ""
        return Done(title, removed)
    start, end = after.get("start_time"), after.get("end_time")
    when = times.span(start, end, zone=suggestion.zone) if start else ""
    where = isolate(after["room"]) if after.get("room") else ""
    place = _("It is now here: %(place)s.") % {"place": ", ".join(filter(None, (where, when)))}
    return Done(title, place if where or when else "", UUID(written.after["id"]))

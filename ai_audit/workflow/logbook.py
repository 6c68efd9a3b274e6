"""The one place where decisions are logged and counted, whoever asks: which, on what, by whom.

A line holds ids, the number of the request that asked, the act and what it came to, and nothing
that anybody wrote: neither a suggestion's text nor a reason. What is to be kept of a decision is in
the decision history.
"""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID

from ai_audit.workflow.errors import AlreadyDecided, Busy, Refusal
from ai_audit.workflow.steps import Outcome
from eventflow.web import metrics
from scheduling.models import StaffMember

logger = logging.getLogger("eventflow.decisions")

P = ParamSpec("P")
R = TypeVar("R", Outcome, dict[UUID, Outcome | Refusal])


def logged(act: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Log what a decision came to, for each suggestion it was about, once it is committed.

    `act` is what lines call it, for whoever reads them: it stays the same whatever the function is
    called. Stands outside of what tries a decision again, so that each is told once.
    """

    def noting(decide: Callable[P, R]) -> Callable[P, R]:
        @wraps(decide)
        def noted(*, by: StaffMember | None = None, **asked) -> R:
            try:
                result = decide(by=by, **asked)
            except Refusal as refusal:
                about = asked["digests"] if "digests" in asked else [asked.get("suggestion_id")]
                _note(act, by, dict.fromkeys(about, refusal))
                raise
            several = isinstance(result, dict)
            _note(act, by, result if several else {asked.get("suggestion_id"): result})
            return result

        return noted

    return noting


def _note(
    act: str, by: StaffMember | None, came_to: Mapping[UUID | None, Outcome | Refusal]
) -> None:
    """A change by hand is about no suggestion until it is made."""
    for pk, outcome in came_to.items():
        if by is None and isinstance(outcome, AlreadyDecided | Busy):
            # Nobody was refused anything: a command met somebody who was at it.
            continue
        line = {"act": act, "suggestion": pk and str(pk), "staff_member": by and by.pk}
        if isinstance(outcome, Refusal):
            metrics.refused(act, type(outcome).__name__)
            logger.info("refused", extra=line | {"refusal": type(outcome).__name__})
            continue
        metrics.decided(act, outcome.status.value)
        if outcome.first:
            line["first"] = True
        if outcome.suggestion_id != pk:
            line["made"] = str(outcome.suggestion_id)
        logger.info("decided", extra=line | {"status": outcome.status.value})

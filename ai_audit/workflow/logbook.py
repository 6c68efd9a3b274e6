"""The one place where decisions are logged and counted, whoever asks: which, on what, by whom.

A line holds ids, the number of the request that asked, the act and what it came to, and nothing
that anybody wrote: neither a suggestion's text nor a reason. What is to be kept of a decision is in
the decision history.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID

from ai_audit.workflow.errors import AlreadyDecided, Busy, Refusal
from ai_audit.workflow.steps import Outcome
from eventflow.web import metrics
from scheduling.models import StaffMember

logger = logging.getLogger("eventflow.decisions")

P = ParamSpec("P")
R = TypeVar("R", bound=Outcome | Mapping[UUID, Outcome | Refusal])


def logged(act: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Log what a decision came to, for each suggestion it was about, once it is committed.

    `act` is what lines call it, for whoever reads them: it stays the same whatever the function is
    called. Stands outside of what tries a decision again, so that each is told once.
    """

    def noting(decide: Callable[P, R]) -> Callable[P, R]:
        @wraps(decide)
        def noted(*args: P.args, **asked: P.kwargs) -> R:
            by = asked.get("by")
            decider = by if isinstance(by, StaffMember) else None
            try:
                result = decide(*args, **asked)
            except Refusal as refusal:
                _note(act, decider, [(pk, refusal) for pk in _about(asked)])
                raise
            if isinstance(result, Outcome):
                _note(act, decider, [(pk, result) for pk in _about(asked)])
            else:
                _note(act, decider, result.items())
            return result

        return noted

    return noting


def _about(asked: Mapping[str, object]) -> list[UUID | None]:
    """The suggestions that are asked about; a change by hand is about none until it is made."""
    digests, pk = asked.get("digests"), asked.get("suggestion_id")
    if isinstance(digests, Mapping):
        return list(digests)
    return [pk if isinstance(pk, UUID) else None]


def _note(
    act: str, by: StaffMember | None, came_to: Iterable[tuple[UUID | None, Outcome | Refusal]]
) -> None:
    for pk, outcome in came_to:
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

"""The one place where decisions are logged, whoever asks for them: which, on what, by whom.

A line holds ids, the act and what it came to, and nothing that anybody wrote: neither a
suggestion's text nor a reason. What is to be kept of a decision is in the decision history.
"""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID

from ai_audit.workflow.errors import AlreadyDecided, Busy, Refusal
from ai_audit.workflow.steps import Outcome
from scheduling.models import StaffMember

logger = logging.getLogger("eventflow.decisions")

P = ParamSpec("P")
R = TypeVar("R", Outcome, dict[UUID, Outcome | Refusal])


def logged(decide: Callable[P, R]) -> Callable[P, R]:
    """Log what a decision came to, for each suggestion it was about, once it is committed.

    Stands outside of what tries a decision again, so that each is told once.
    """

    @wraps(decide)
    def noted(*, by: StaffMember | None = None, **asked) -> R:
        try:
            result = decide(by=by, **asked)
        except Refusal as refusal:
            about = asked["digests"] if "digests" in asked else [asked["suggestion_id"]]
            _note(decide.__name__, by, dict.fromkeys(about, refusal))
            raise
        several = isinstance(result, dict)
        _note(decide.__name__, by, result if several else {asked["suggestion_id"]: result})
        return result

    return noted


def _note(act: str, by: StaffMember | None, came_to: Mapping[UUID, Outcome | Refusal]) -> None:
    for pk, outcome in came_to.items():
        line = {"act": act, "suggestion": str(pk), "staff_member": by and by.pk}
        if by is None and isinstance(outcome, AlreadyDecided | Busy):
            # Nobody was refused anything: a command met somebody who was at it.
            continue
        if isinstance(outcome, Refusal):
            logger.info("refused", extra=line | {"refusal": type(outcome).__name__})
            continue
        if outcome.suggestion_id != pk:
            line["made"] = str(outcome.suggestion_id)
        logger.info("decided", extra=line | {"status": outcome.status.value})

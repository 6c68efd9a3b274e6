"""Preflight checks before `migrate` touches a live database.

Applications register their requirements here; those that are not met stop the run before
anything of ours exists. Nothing here writes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from enum import IntEnum

Requirement = Callable[[], Iterable[str]]


class Stage(IntEnum):
    """The order in which requirements are asked; each may rely on those of earlier stages."""

    CONNECTION = 1  # what a run leans on before all else: a session that lasts
    PRODUCT = 2  # the product's tables, roles and functions are there
    LOGIN = 3  # who migrates is fit to, and may
    OBJECTS = 4  # what stands under the names of our objects can be adopted
    ROWS = 5  # the rows keep what is to be enforced


class Refused(Exception):
    """A requirement is not met; `reasons` are sentences for the operator."""

    def __init__(self, reasons: list[str]):
        self.reasons = reasons
        super().__init__("\n".join(f"- {reason}" for reason in reasons))


_requirements: dict[Stage, list[Requirement]] = defaultdict(list)


def requirement(stage: Stage) -> Callable[[Requirement], Requirement]:
    """Register a function that gives a sentence for each reason not to migrate."""

    def register(function: Requirement) -> Requirement:
        _requirements[stage].append(function)
        return function

    return register


def require(*, until: Stage = Stage.ROWS) -> None:
    """Raise Refused with every reason of the first stage at which something is not met."""
    for stage, functions in sorted(_requirements.items()):
        if stage > until:
            return
        if reasons := [reason for ask in functions for reason in ask()]:
            raise Refused(reasons)

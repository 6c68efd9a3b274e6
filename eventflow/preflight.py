"""What must hold before `migrate` touches a live database, and what it says beforehand.

Applications register their requirements here; the first that is not met stops the run before
anything of ours exists. Nothing here writes.
"""

from collections.abc import Callable, Iterable

_requirements: list[Callable[[], Iterable[str]]] = []
_announcements: list[Callable[[], Iterable[str]]] = []


class Refused(Exception):
    """A requirement is not met; `reasons` are sentences for the operator."""

    def __init__(self, reasons: list[str]):
        self.reasons = reasons
        super().__init__("\n".join(reasons))


def requirement(function: Callable[[], Iterable[str]]):
    """Register a function that gives a sentence for each reason not to migrate.

    They are asked in the order of registration, and each may rely on those before it.
    """
    _requirements.append(function)
    return function


def announcement(function: Callable[[], Iterable[str]]):
    """Register a function that gives lines to print before the migrations run."""
    _announcements.append(function)
    return function


def require() -> None:
    """Raise Refused with every reason of the first requirement that is not met."""
    for ask in _requirements:
        if reasons := list(ask()):
            raise Refused(reasons)


def announcements() -> list[str]:
    """What the operator should know before the migrations run."""
    return [line for tell in _announcements for line in tell()]

"""Refusals of decisions, and the one place that translates database errors into them.

The codes EF001 to EF006 are the lifecycle guard's and the history's; EF008 is of what is written in
nobody's name. Nothing is decided here.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from eventflow.db import database
from eventflow.text.sentences import Said
from scheduling import actions

# How often one decision is attempted, and the longest pause in seconds before the next attempt.
ATTEMPTS = 3
PAUSE = 0.1


class Refusal(Exception):
    """The decision was not made and nothing was changed; the message is a sentence."""


class NotYours(Refusal):
    """The suggestion belongs to another organization than the staff member."""


class AlreadyDecided(Refusal):
    """Someone has decided already, or it ran meanwhile."""


class NotApprovable(Refusal):
    """The suggestion cannot be read or names what is not its own; it can be rejected."""


class NotAmendable(Refusal):
    """There is nothing in it that could be edited, or nothing was."""


class NotUndoable(Refusal):
    """It was not carried out, is undone already, or what stood before is not known."""


class Blocked(Refusal):
    """The change cannot be carried out: it collides, or the database refuses."""


class NotTogether(Refusal):
    """They are not of one event, whose programme they could make up together."""


class Changed(Refusal):
    """Optimistic locking failed: what the person was shown is not what stands any more."""


class NotAsApproved(Refusal):
    """The approval's basis does not hold now; the suggestion stays approved."""


class NotConfirmed(Refusal):
    """The confirmation that was needed was not given."""


class NotSaid(Refusal):
    """What was to be said is empty, too long, or was said just now."""


class WaitsForAnother(Refusal):
    """Whoever pressed has approved it first already; the second has to be somebody else."""


class Busy(Refusal):
    """Someone else held a lock for too long."""


class EventTaken(Busy):
    """Someone else is at the event's programme, and was not waited for."""


class NotRecorded(Refusal):
    """The decision history did not write the decision down."""


class RefusedByPolicy(Refusal):
    """The database's policies do not let this person write the decision."""


class RefusedByGuard(Refusal):
    """The lifecycle guard, or the history's, does not let anybody write that."""


_BY_GUARD: dict[str, tuple[type[Refusal], Any]] = {
    "EF001": (RefusedByGuard, _lazy("A suggestion is history and is never deleted.")),
    "EF002": (
        RefusedByGuard,
        _lazy("A suggestion is made undecided and in one’s own name."),
    ),
    "EF003": (RefusedByGuard, _lazy("What was suggested never changes.")),
    "EF004": (
        AlreadyDecided,
        _lazy("From where the suggestion stands, it cannot become that."),
    ),
    "EF005": (
        NotYours,
        _lazy("Only a person of the suggestion’s own organization decides on it."),
    ),
    "EF006": (RefusedByGuard, _lazy("The decision history is only ever added to.")),
}
# What is written in nobody's name.
_BY_ACTS: dict[str, tuple[type[Refusal], Any]] = {
    "EF008": (
        RefusedByGuard,
        _lazy(
            "A table has a trigger of somebody’s temporary schema. "
            "Show this to whoever looks after the database."
        ),
    ),
}

P = ParamSpec("P")
R = TypeVar("R")


def retrying_refusals(decide: Callable[P, R]) -> Callable[P, R]:
    """Make what the database refuses a `Refusal`, around a decision with a transaction of its own.

    After a deadlock or a serialization failure the whole decision is made again, at most
    ATTEMPTS times; a lock that did not come is Busy at once. Other errors pass.
    """

    @wraps(decide)
    def in_words(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return decide(*args, **kwargs)
            except DatabaseError as error:
                if not database.is_transient(error) or attempt == ATTEMPTS:
                    refusal = refusal_for(error)
                    if refusal is None:
                        raise
                    raise refusal from error
                # Whoever collided begins again at another moment each.
                time.sleep(random.uniform(0, PAUSE))  # noqa: S311
        raise AssertionError("every attempt returns or raises")

    return in_words


def refusal_for(error: DatabaseError) -> Refusal | None:
    """Translate a database error into a refusal; None where it is about something else."""
    if database.is_contention(error):
        return Busy(_("Nothing was changed. %(reason)s") % {"reason": actions.BUSY})
    if not is_by_guard(error):
        return None
    kind, sentence = (_BY_GUARD | _BY_ACTS)[database.sqlstate(error) or ""]
    return kind(_("Nothing was changed. %(reason)s") % {"reason": sentence})


@contextmanager
def refusing_writes(table: str) -> Iterator[None]:
    """Raise a refusal for what the database refuses to write to `table` in the block.

    RefusedByPolicy where a policy did, else Blocked. The guard's refusals pass, and what is about
    the connection or a lock, and not about what was written.
    """
    try:
        yield
    except OperationalError:
        raise
    except DatabaseError as error:
        if is_by_guard(error) or database.is_outage(error):
            raise
        raise not_accepted(error, table) from error


def not_accepted(error: DatabaseError, table: str) -> Refusal:
    """Translate the database's answer to a write to `table` into a refusal of all of it."""
    kind = RefusedByPolicy if database.refusing_policy(error, table) else Blocked
    return kind(_said(actions.not_accepted(error, table)))


def hidden_by_policy(table: str, said: str) -> RefusedByPolicy:
    """A refusal where no row of `table` could be written, though it is there; `said` is the
    answer."""
    return RefusedByPolicy(_said(actions.BY_POLICY(table=table, message=said)))


def _said(reason: Said) -> str:
    return _("Nothing was changed. Show this to whoever looks after the database: %(reason)s") % {
        "reason": reason
    }


@contextmanager
def refusing_all_errors(table: str) -> Iterator[None]:
    """Raise a refusal for whatever the database refuses in the block, which was about `table`.

    What `refusal_for` has words for passes, and so does a connection that is lost: then nobody
    knows. And so does what took too long, which has a page of its own.
    """
    try:
        yield
    except DatabaseError as error:
        if database.is_outage(error) or database.is_contention(error) or is_by_guard(error):
            raise
        if database.is_cancelled(error):
            raise
        raise not_accepted(error, table) from error


def is_by_guard(error: DatabaseError) -> bool:
    """Whether an error is the lifecycle guard's, the history's or an act's in nobody's name."""
    return database.sqlstate(error) in _BY_GUARD | _BY_ACTS

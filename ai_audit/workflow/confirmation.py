"""Confirmation: what a person has to say besides pressing the button, by the risk of the approval.

Clear and of little risk: nothing. Each warning: a tick. A session that people or VIPs are
registered for is removed: its title, and a reason, in place of a tick for that. Asked for under the
locks by whatever approves, of what stands then; what is carried out later relies on what was said
when it was approved.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from django.utils.translation import gettext as _

from ai_audit import verdicts
from ai_audit.verdicts import Risk, Verdict
from ai_audit.workflow.errors import NotConfirmed
from scheduling import names
from scheduling.conflicts import Conflict, Kind, Severity


@dataclass(frozen=True)
class Friction:
    """What is asked for: a tick for each of `ticks`; and the `title`, if there is one, and a
    reason."""

    ticks: tuple[str, ...] = ()
    title: str | None = None

    def __bool__(self) -> bool:
        return bool(self.ticks or self.title is not None)


@dataclass(frozen=True)
class Confirmation:
    """The person's confirmation: the `ticks` they set, the `title` they typed, the `reason` they
    gave.

    `turns` says that they were shown which pointers turn otherwise than their text would tell.
    The reason is kept in the history, whether or not it had to be given.
    """

    ticks: Container[str] = ()
    title: str = ""
    reason: str = ""
    turns: bool = False


# The button, and nothing else.
PRESSED = Confirmation()
NOTHING_SAID: Mapping[UUID, Confirmation] = MappingProxyType({})


def needed(verdict: Verdict) -> Friction:
    """The confirmation that approving needs, by the verdict."""
    critical = verdict.risk is Risk.CRITICAL
    return Friction(
        ticks=tuple(filter(None, map(tick_of, verdict.warnings))),
        title=verdict.session.title if critical and verdict.session else None,
    )


def tick_of(conflict: Conflict) -> str:
    """The key of a conflict's tick; empty where it needs none."""
    # Whoever types the title has said that the registrations may go.
    ticked = conflict.severity is Severity.WARNING and conflict.kind is not Kind.REMOVES
    return verdicts.conflict_key(conflict) if ticked else ""


def require(verdict: Verdict, said: Confirmation) -> None:
    """Raise NotConfirmed unless all was said that approving what the verdict is on asks for."""
    require_all(needed(verdict), said)


def require_all(friction: Friction, said: Confirmation) -> None:
    """Raise NotConfirmed unless all that is asked for was said."""
    if not ticked(friction, said):
        raise NotConfirmed(
            _("Nothing was changed: tick each warning to say that you have seen it.")
        )
    require_title(friction, said)


def ticked(friction: Friction, said: Confirmation) -> bool:
    """Whether each warning has its tick."""
    return all(tick in said.ticks for tick in friction.ticks)


def require_shown(verdict: Verdict, said: Confirmation) -> None:
    """Raise NotConfirmed where a pointer turns otherwise than its text tells, and was not shown.

    For who writes in a form, on which what turns is not seen while they write.
    """
    if said.turns or all(turn.expected for turn in verdict.turns.values()):
        return
    raise NotConfirmed(
        _(
            "Nothing was changed yet: EventFlow’s newer pages will not show what you wrote, or "
            "showed something else before. It is listed here; if it is right, send it once more."
        )
    )


def require_title(friction: Friction, said: Confirmation) -> None:
    """Raise NotConfirmed unless the title was typed and a reason given, where that is asked for.

    The title may be typed in any way that is the same name.
    """
    if friction.title is None:
        return
    if not names.same(said.title, friction.title):
        raise NotConfirmed(
            _("Nothing was changed: type the session’s title as it is, to say that you mean it.")
        )
    if not said.reason.strip():
        raise NotConfirmed(_("Nothing was changed: give a reason for removing the session."))

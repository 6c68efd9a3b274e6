"""The verdict's types: level, risk and conflicts of any; the proposal of one that is readable."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from ai_audit.proposals import Action, Proposal
from ai_audit.verdicts.stakes import Stake
from scheduling.conflicts import Conflict, Registered, Severity
from scheduling.models import Event, Schedule
from scheduling.pointers import Turn

# With more registered than this, a change is of medium risk, whatever else is true of it.
MANY_PEOPLE = 50


class Level(StrEnum):
    """The level of a verdict: what approving now would come to."""

    CLEAR = "clear"
    WARNED = "warned"
    BLOCKED = "blocked"


class Risk(TextChoices):
    """The care that a decision needs."""

    LOW = "low", pgettext_lazy("risk", "Low")
    MEDIUM = "medium", pgettext_lazy("risk", "Medium")
    HIGH = "high", pgettext_lazy("risk", "High")
    CRITICAL = "critical", pgettext_lazy("risk", "Critical")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The verdict: what approving now would do; of what is not readable, nothing.

    `session` is the live session it would change or remove, where there is one; `after` is what
    the session's settable fields would be (empty for a removal); `conflicts` come most severe
    first. `registered` counts the places taken in the live session, companions among them, and
    `vips` names the VIPs in it. `respelled` are the names as they were asked for, by field, that
    are written as the programme spells them. `turns` are the session's pointers that are written
    along, by column.
    """

    conflicts: tuple[Conflict, ...]
    session: Schedule | None = None
    after: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    registered: int = 0
    vips: tuple[str, ...] = ()
    respelled: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    turns: Mapping[str, Turn] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def errors(self) -> list[Conflict]:
        """The conflicts that block carrying it out."""
        return [c for c in self.conflicts if c.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Conflict]:
        """The conflicts that have to be seen before it is approved."""
        return [c for c in self.conflicts if c.severity is Severity.WARNING]

    @property
    def level(self) -> Level:
        if self.errors:
            return Level.BLOCKED
        return Level.WARNED if self.warnings else Level.CLEAR

    @property
    def risk(self) -> Risk:
        """The care that a decision needs; the first of these that holds.

        Critical: it removes a session that people or VIPs are registered for, which undoing brings
        back and does not make unsaid. High: it is blocked. Medium: VIPs are registered, there are
        warnings, or more than `MANY_PEOPLE` are registered. Low: anything else.
        """
        if self.removes and (self.registered or self.vips):
            return Risk.CRITICAL
        if self.level is Level.BLOCKED:
            return Risk.HIGH
        if self.vips or self.level is Level.WARNED or self.registered > MANY_PEOPLE:
            return Risk.MEDIUM
        return Risk.LOW

    @property
    def starts(self) -> datetime | None:
        """The start of the session concerned: as it stands, or as it would for a new one."""
        return self.session.start_time if self.session else self.after.get("start_time")

    @property
    def removes(self) -> bool:
        """Whether it asks for a session to be removed."""
        return False

    @property
    def approvable(self) -> bool:
        """Whether a person may approve it at all: it is readable, and no field is refused."""
        return False


@dataclass(frozen=True, kw_only=True)
class ReadableVerdict(Verdict):
    """The verdict on what can be read and is of its own `event`, which alone is carried out.

    `proposal` names the fields that are refused where only these stand against it.
    """

    event: Event
    proposal: Proposal

    @property
    def written(self) -> dict[str, Any]:
        """The columns of the session that are written, in one statement."""
        pointed = {
            column: turn.after and turn.after.id
            for column, turn in self.turns.items()
            if self.session or turn.after
        }
        return {**self.proposal.values, **pointed}

    @property
    def standing(self) -> Schedule:
        """The live session, of a change or a removal that nothing blocks.

        Raises LookupError where there is none: it is new, or not in the programme any more.
        """
        if self.session is None:
            raise LookupError(f"no session stands to {self.proposal.action}")
        return self.session

    @property
    def removes(self) -> bool:
        return self.proposal.action is Action.DELETE

    @property
    def approvable(self) -> bool:
        return not self.proposal.refused


@dataclass(frozen=True)
class SuggestionCollisions:
    """Collisions of suggestions, by id, and who is registered for sessions, by theirs."""

    conflicts: Mapping[UUID, list[Conflict]]
    registered: Mapping[UUID, Registered]


# What readable suggestions, of which the verdicts so far are given, collide with; and who is
# registered for the sessions, of which the events are given.
FindCollisions = Callable[
    [Mapping[UUID, Stake], Mapping[UUID, ReadableVerdict], Mapping[UUID, UUID]],
    SuggestionCollisions,
]

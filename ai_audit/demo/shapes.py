"""Dataclasses for the demo's suggestions: each makes `action_data` as the AI chat does. No content.

What a suggestion says stands in `undecided` and `decided`; this is the form it takes in
`ai_insights_log`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from functools import partial
from typing import Any, Literal

from ai_audit.demo import people, programme
from ai_audit.models import ActKind, Status
from ai_audit.proposals import Action

CONFERENCE = "conference"


@dataclass(frozen=True)
class At:
    """A time of the suggestion's own event, in one of the spellings that occur."""

    day: int
    clock: str
    spelling: Literal["naive", "space", "offset", "Z"] = "naive"

    def text(self, event: str, today: date) -> str:
        moment = programme.moment(event, self.day, self.clock, today=today)
        if self.spelling == "offset":
            return moment.isoformat()
        if self.spelling == "Z":
            return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        separator = " " if self.spelling == "space" else "T"
        return moment.replace(tzinfo=None).isoformat(sep=separator)


@dataclass(frozen=True)
class Programme:
    """The AI chat's input: `rows` are whole rows of sessions as JSON, by their keys."""

    today: date
    rows: Mapping[str, Mapping[str, Any]]

    def spelled(self, values: Any, event: str) -> Any:
        """The values with every time spelled out."""
        if isinstance(values, At):
            return values.text(event, self.today)
        if isinstance(values, Mapping):
            return {name: self.spelled(value, event) for name, value in values.items()}
        if isinstance(values, list | tuple):
            return [self.spelled(value, event) for value in values]
        return values


@dataclass(frozen=True)
class Decision:
    """A decision on a suggestion `after` it was made. `words` are an error's or a reason's."""

    status: Status
    by: str
    after: timedelta
    words: str = ""


executed = partial(Decision, Status.EXECUTED)
failed = partial(Decision, Status.FAILED)
rejected = partial(Decision, Status.REJECTED)
# And not carried out yet.
approved = partial(Decision, Status.APPROVED)


@dataclass(frozen=True, kw_only=True)
class Asked(ABC):
    """A suggestion of the demo: by whom, how long before the day of loading, and what was decided.

    `event` is None for a suggestion without an event; its times are then the conference's. `found`
    are the sessions with which the AI found conflicts, by kind; where it is None, the AI says
    nothing about conflicts at all.
    """

    key: str
    by: str
    ago: timedelta
    action_type: str
    event: str | None = CONFERENCE
    decision: Decision | None = None
    reasoning: str = ""
    vip_affected: bool = False
    found: Mapping[str, tuple[str, ...]] | None = field(default_factory=dict)

    @abstractmethod
    def action_data(self, seen: Programme) -> Any:
        """The content of the column of that name."""

    def _spelled(self, values: Any, seen: Programme) -> Any:
        return seen.spelled(values, self.event or CONFERENCE)

    def _claims(self, seen: Programme) -> dict[str, Any]:
        claims = {"vip_affected": self.vip_affected, "reasoning": self.reasoning}
        if self.found is None:
            return claims
        told = {"room": "room", "speaker": "speaker_name"}
        detected: dict[str, Any] = {
            kind: [
                {
                    name: seen.rows[key][name]
                    for name in ("id", "title", "start_time", "end_time", column)
                }
                for key in self.found.get(kind, ())
            ]
            for kind, column in told.items()
        }
        return claims | {"conflicts_detected": detected | {"capacity": None}}


# What the AI gives of every new session.
_USUAL = {"speaker_name": None, "max_capacity": None, "description": None, "is_mandatory": False}


@dataclass(frozen=True, kw_only=True)
class Create(Asked):
    """A suggestion to add a session: the AI gives it nulls where `proposed` says nothing."""

    proposed: Mapping[str, Any]
    action_type: str = Action.CREATE

    def action_data(self, seen: Programme) -> dict[str, Any]:
        return {
            "current_state": None,
            "proposed_state": _USUAL | self._spelled(self.proposed, seen),
            **self._claims(seen),
        }


@dataclass(frozen=True, kw_only=True)
class Update(Asked):
    """A suggestion to change a session.

    `before` holds what the AI saw where that is not what stands now; `says_changes` of False
    leaves it to the reader to find out what is to change.
    """

    session: str
    changes: Mapping[str, Any]
    before: Mapping[str, Any] | None = None
    says_changes: bool = True
    action_type: str = Action.UPDATE

    def action_data(self, seen: Programme) -> dict[str, Any]:
        changes = self._spelled(self.changes, seen)
        current = {**seen.rows[self.session], **self._spelled(self.before or {}, seen)}
        return {
            "schedule_id": current["id"],
            **({"changes": changes} if self.says_changes else {}),
            "current_state": current,
            "proposed_state": current | changes,
            **self._claims(seen),
        }


@dataclass(frozen=True, kw_only=True)
class Delete(Asked):
    """A suggestion to remove a session."""

    session: str
    reason: str
    found: None = None
    action_type: str = Action.DELETE

    def action_data(self, seen: Programme) -> dict[str, Any]:
        current = seen.rows[self.session]
        return {
            "schedule_id": current["id"],
            "current_state": dict(current),
            "proposed_state": None,
            "reason": self.reason,
            **self._claims(seen),
        }


@dataclass(frozen=True, kw_only=True)
class Odd(Asked):
    """A suggestion of any other form, `content`, down to what is no suggestion at all."""

    content: Any

    def action_data(self, seen: Programme) -> Any:
        return self._spelled(self.content, seen)


@dataclass(frozen=True)
class Said:
    """Something said of the suggestion `about`, so long before the day began."""

    about: str
    by: str
    kind: ActKind
    ago: timedelta
    text: str


def session_id(key: str) -> str:
    """The identifier of a session, as JSON holds it."""
    return str(people.identify("session", key))


def event_id(key: str) -> str:
    """The identifier of an event, as JSON holds it."""
    return str(people.identify("event", key))

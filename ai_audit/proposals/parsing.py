"""Untrusted JSON to typed values: what a suggestion asks for, or why it cannot be carried out.

Only ``action_data`` itself is judged here. Whether the session exists, what the proposal
collides with and who may decide is found elsewhere; nothing here reads the database.
Only known keys are ever looked at, so depth and size of the rest do not matter.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from ai_audit.proposals.claims import Claimed, Claims, claims
from ai_audit.proposals.fields import (
    FIELD_LABELS,
    SETTABLE,
    complete,
    label,
    quote,
    readable,
    same,
    settable,
    typed,
)
from ai_audit.proposals.naming import identifier, named_session
from eventflow.text import sentences
from eventflow.text.sentences import Said, Sentence

__all__ = [
    "FIELD_LABELS",
    "SETTABLE",
    "Action",
    "Claimed",
    "Claims",
    "InvalidProposal",
    "Proposal",
    "UnsupportedAction",
    "claims",
    "parse",
    "quote",
]

LONGEST_SESSION = timedelta(days=31)
REQUIRED_TO_CREATE = ("title", "start_time", "end_time")

_UNSUPPORTED = Sentence(
    "unsupported", _("Suggestions of type “%(action_type)s” are not carried out here.")
)
_NO_EVENT = Sentence("no_event", _("The suggestion belongs to no event; it can only be rejected."))
_NO_SESSION = Sentence("no_session", _("The suggestion does not say which session it is about."))
_NO_CHANGE = Sentence("no_change", _("The suggestion asks for no change."))
_FIELD_MISSING = Sentence("field_missing", _("“%(field)s” is missing."), field=label)
_END_BEFORE_START = Sentence(
    "end_before_start", _("“%(end)s” must be after “%(start)s”."), start=label, end=label
)
_TOO_MANY_DAYS = Sentence(
    "too_many_days",
    _("“%(end)s” is more than %(days)s days after “%(start)s”."),
    start=label,
    end=label,
)
_OTHER_EVENT = Sentence("other_event", _("The suggestion names another event than its own."))
_OTHER_ORGANIZATION = Sentence(
    "other_organization", _("The suggestion names another organization than its event’s.")
)
_CHOOSES_IDENTIFIER = Sentence(
    "chooses_identifier",
    _("The suggestion chooses an identifier for the new session itself."),
)
_OTHER_SESSION = Sentence(
    "other_session", _("The suggestion names another session beside the one it is about.")
)
_NOT_READABLE = Sentence("not_readable", _("The suggestion is not readable: %(why)s"))
_IS_EMPTY = Sentence("is_empty", _("it is empty."))
_NO_OBJECT = Sentence("no_object", _("it is not an object."))


class Action(StrEnum):
    """The action types that are carried out; the values are those of ``action_type``."""

    CREATE = "schedule_create"
    UPDATE = "schedule_update"
    DELETE = "schedule_delete"

    @property
    def label(self):
        """What it does to the programme, in words (lazy)."""
        return _ACTION_LABELS[self]


_ACTION_LABELS = {
    Action.CREATE: _("Add a session"),
    Action.UPDATE: _("Change a session"),
    Action.DELETE: _("Remove a session"),
}


@dataclass(frozen=True)
class Proposal:
    """What to write. All mappings are read-only and hold only ``SETTABLE`` keys.

    ``session_id``: the session to change or delete, ``None`` for a new one.
    ``values``: the fields asked for; times aware and in UTC, cleared fields ``None``.
    ``seen``: what the AI saw in those fields of the session, text untouched; a field it did
    not see, or that cannot be read, is absent.
    ``notes``: (field, ``"nonexistent"`` or ``"ambiguous"``) for odd local times in ``values``, and
    (field, ``"unseen"``) where characters were left out that cannot be seen.
    """

    action: Action
    session_id: UUID | None
    values: Mapping[str, Any]
    seen: Mapping[str, Any]
    notes: tuple[tuple[str, str], ...] = ()


class InvalidProposal(Exception):
    """The suggestion cannot be carried out; ``reasons`` are sentences."""

    def __init__(self, *reasons: Said):
        super().__init__(*reasons)
        self.reasons = reasons

    def __str__(self):
        return sentences.words(self.reasons)


class UnsupportedAction(InvalidProposal):
    """An action type that nothing here carries out."""


def parse(
    *,
    action_type: str,
    action_data: object,
    event_id: UUID | None,
    zone: ZoneInfo,
    organization_id: UUID | None = None,
) -> Proposal:
    """The proposal in a suggestion's ``action_data``.

    ``event_id`` is the suggestion's own event, ``organization_id`` that event's organization,
    ``zone`` the event's time zone. Identifiers in the JSON have to agree with them; an
    organization named in the JSON is refused while ``organization_id`` is not given.
    Raises ``InvalidProposal`` with every reason found, whatever the input is.
    """
    action = _ACTIONS.get(action_type) if isinstance(action_type, str) else None
    if action is None:
        raise UnsupportedAction(_UNSUPPORTED(action_type=quote(action_type)))
    reasons = []
    if event_id is None:
        reasons.append(_NO_EVENT())
    if not isinstance(action_data, dict):
        raise InvalidProposal(*reasons, _unreadable(action_data))

    session_id = None
    if action is not Action.CREATE:
        session_id = named_session(action_data)
        if session_id is None:
            reasons.append(_NO_SESSION())
    reasons += _foreign_identifiers(
        action_data,
        action=action,
        own={
            "event_id": event_id,
            "organization_id": organization_id,
            "schedule_id": session_id,
            "id": session_id,
        },
    )

    asked = _asked(action, action_data, zone)
    if action is Action.CREATE:
        reasons += _missing(asked)
    elif action is Action.UPDATE and not asked:
        reasons.append(_NO_CHANGE())
    stands = {} if action is Action.CREATE else settable(action_data.get("current_state"))
    values, notes, refusals = typed(asked, zone, stands=stands)
    reasons += [*refusals, *_wrong_duration(values)]
    if reasons:
        raise InvalidProposal(*reasons)
    seen = (
        {}
        if action is Action.CREATE
        else readable(complete(action_data.get("current_state")), zone)
    )
    return Proposal(
        action=action,
        session_id=session_id,
        values=MappingProxyType(values),
        seen=MappingProxyType(seen),
        notes=notes,
    )


_ACTIONS = {action.value: action for action in Action}


def _asked(action: Action, data: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """The raw settable fields that the suggestion wants written."""
    if action is Action.DELETE:
        return {}
    proposed = settable(data.get("proposed_state"))
    if action is Action.CREATE:
        return proposed
    changes = data.get("changes")
    if isinstance(changes, dict):
        return settable(changes)
    current = settable(data.get("current_state"))
    return {
        name: value
        for name, value in proposed.items()
        if name not in current or not same(name, value, current[name], zone)
    }


def _missing(asked: Mapping[str, Any]) -> Iterator[Said]:
    for name in REQUIRED_TO_CREATE:
        if name not in asked:
            yield _FIELD_MISSING(field=name)


def _wrong_duration(values: Mapping[str, Any]) -> Iterator[Said]:
    if not {"start_time", "end_time"} <= values.keys():
        return
    duration = values["end_time"] - values["start_time"]
    fields = {"start": "start_time", "end": "end_time"}
    if duration <= timedelta(0):
        yield _END_BEFORE_START(**fields)
    elif duration > LONGEST_SESSION:
        yield _TOO_MANY_DAYS(days=LONGEST_SESSION.days, **fields)


def _foreign_identifiers(
    data: Mapping[str, Any], *, action: Action, own: Mapping[str, UUID | None]
) -> Iterator[Said]:
    states = [data.get(key) for key in ("proposed_state", "changes", "current_state")]
    places = [data, *(state for state in states if isinstance(state, dict))]
    mismatched = {
        key
        for key, its_own in own.items()
        for place in places
        if place.get(key) is not None and (its_own is None or identifier(place[key]) != its_own)
    }
    if "event_id" in mismatched and own["event_id"] is not None:
        yield _OTHER_EVENT()
    if "organization_id" in mismatched:
        yield _OTHER_ORGANIZATION()
    if mismatched & {"id", "schedule_id"}:
        if action is Action.CREATE:
            yield _CHOOSES_IDENTIFIER()
        elif own["schedule_id"] is not None:
            yield _OTHER_SESSION()


def _unreadable(action_data: object) -> Said:
    why = getattr(action_data, "reason", None)
    if not isinstance(why, Said):
        why = _IS_EMPTY() if action_data is None else _NO_OBJECT()
    return _NOT_READABLE(why=why)

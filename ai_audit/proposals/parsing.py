"""Untrusted JSON to typed values: what a suggestion asks for, or why it cannot be carried out.

Only ``action_data`` itself is judged here. Whether the session exists, what the proposal
collides with and who may decide is found elsewhere; nothing here reads the database.
Only known keys are ever looked at, so depth and size of the rest do not matter.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.proposals import content
from ai_audit.proposals.fields import (
    complete,
    label,
    meant,
    quote,
    readable,
    same,
    settable,
    typed,
)
from ai_audit.proposals.naming import identifier, named_session
from eventflow.text import sentences
from eventflow.text.sentences import Said, Sentence

LONGEST_SESSION = timedelta(days=31)
# So many names stand in a sentence, each cut.
_MOST_TOLD = 8
_LONGEST_TOLD = 40
REQUIRED_TO_CREATE = ("title", "start_time", "end_time")

_UNSUPPORTED = Sentence(
    "unsupported", _lazy("Suggestions of type “%(action_type)s” are not carried out here.")
)
NO_EVENT = Sentence(
    "no_event", _lazy("The suggestion belongs to no event; it can only be rejected.")
)
_NO_SESSION = Sentence(
    "no_session", _lazy("The suggestion does not say which session it is about.")
)
_NO_CHANGE = Sentence("no_change", _lazy("The suggestion asks for no change."))
_NOTHING_DONE_HERE = Sentence(
    "nothing_done_here",
    _lazy("The suggestion asks only for what is not done here: %(names)s."),
)
_FIELD_MISSING = Sentence("field_missing", _lazy("“%(field)s” is missing."), field=label)
_END_BEFORE_START = Sentence(
    "end_before_start", _lazy("“%(end)s” must be after “%(start)s”."), start=label, end=label
)
_TOO_MANY_DAYS = Sentence(
    "too_many_days",
    _lazy("“%(end)s” is more than %(days)s days after “%(start)s”."),
    start=label,
    end=label,
)
_OTHER_EVENT = Sentence("other_event", _lazy("The suggestion names another event than its own."))
_OTHER_ORGANIZATION = Sentence(
    "other_organization", _lazy("The suggestion names another organization than its event’s.")
)
_CHOOSES_IDENTIFIER = Sentence(
    "chooses_identifier",
    _lazy("The suggestion chooses an identifier for the new session itself."),
)
_OTHER_SESSION = Sentence(
    "other_session", _lazy("The suggestion names another session beside the one it is about.")
)
_NOT_READABLE = Sentence("not_readable", _lazy("The suggestion is not readable: %(why)s"))
_IS_EMPTY = Sentence("is_empty", _lazy("it is empty."))
_NO_OBJECT = Sentence("no_object", _lazy("it is not an object."))


class Action(TextChoices):
    """The action types that are carried out; the values are those of ``action_type``."""

    CREATE = "schedule_create", _lazy("Add a session")
    UPDATE = "schedule_update", _lazy("Change a session")
    DELETE = "schedule_delete", _lazy("Remove a session")


@dataclass(frozen=True)
class RefusedField:
    """Why a field that is asked for is not written as it is, and what was written there.

    `written` is a typed time where it could be read, else raw; None for a field that is missing.
    """

    why: Said
    written: Any = None


@dataclass(frozen=True)
class Proposal:
    """The parsed, typed proposal. All mappings are read-only and hold only ``SETTABLE`` keys.

    ``session_id``: the session to change or delete, ``None`` for a new one.
    ``values``: the fields asked for; times aware and in UTC, cleared fields ``None``.
    ``seen``: what the AI saw in those fields of the session, text untouched; a field it did
    not see, or that cannot be read, is absent.
    ``notes``: (field, ``"nonexistent"`` or ``"ambiguous"``) for odd local times in ``values``, and
    (field, ``"unseen"``) where characters were left out that cannot be seen.
    ``refused``: fields asked for that are not in ``values``, for what was written there cannot be
    in a session; until a person has written something else, nothing of it is carried out.
    ``pointed``: rows the AI saw the session point to, by column; what it did not see is absent.
    ``pointers``: rows the session is to point to again, by column; only undoing asks for these.
    """

    action: Action
    session_id: UUID | None
    values: Mapping[str, Any]
    seen: Mapping[str, Any]
    notes: tuple[tuple[str, str], ...] = ()
    refused: Mapping[str, RefusedField] = field(default_factory=lambda: MappingProxyType({}))
    pointed: Mapping[str, UUID | None] = field(default_factory=lambda: MappingProxyType({}))
    pointers: Mapping[str, UUID | None] = field(default_factory=lambda: MappingProxyType({}))

    def without(self, refused: Mapping[str, RefusedField]) -> "Proposal":
        """The proposal with further fields refused."""
        return replace(
            self,
            values=MappingProxyType({n: v for n, v in self.values.items() if n not in refused}),
            notes=tuple(note for note in self.notes if note[0] not in refused),
            refused=MappingProxyType({**self.refused, **refused}),
        )


class InvalidProposal(Exception):
    """The suggestion cannot be carried out; ``reasons`` are sentences."""

    def __init__(self, *reasons: Said):
        super().__init__(*reasons)
        self.reasons = reasons

    def __str__(self) -> str:
        return sentences.words(self.reasons)


class UnsupportedAction(InvalidProposal):
    """An action type that nothing here carries out."""


class OddFields(InvalidProposal):
    """Nothing stands against the suggestion but single fields; `proposal` is what else it asks."""

    def __init__(self, proposal: Proposal):
        super().__init__(*(refused.why for refused in proposal.refused.values()))
        self.proposal = proposal


def parse(
    *,
    action_type: str,
    action_data: object,
    event_id: UUID | None,
    zone: ZoneInfo,
    organization_id: UUID | None = None,
    lasts: tuple[datetime, datetime] | None = None,
) -> Proposal:
    """The proposal in a suggestion's ``action_data``.

    ``event_id`` is the suggestion's own event, ``organization_id`` that event's organization,
    ``zone`` the event's time zone. Identifiers in the JSON have to agree with them; an
    organization named in the JSON is refused while ``organization_id`` is not given. A session
    may be long within what the event ``lasts``. Raises ``InvalidProposal`` with every reason found,
    whatever the input is; ``OddFields`` where nothing but fields is in the way.
    """
    action = _ACTIONS.get(action_type) if isinstance(action_type, str) else None
    if action is None:
        raise UnsupportedAction(_UNSUPPORTED(action_type=quote(action_type)))
    reasons = []
    if event_id is None:
        reasons.append(NO_EVENT())
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

    current = settable(action_data.get("current_state"))
    asked = _asked(action, action_data, current, zone)
    if not asked and action is not Action.DELETE:
        reasons += _nothing_asked(action, action_data)
    stands = {} if action is Action.CREATE else current
    values, notes, refused = _read(action, asked, zone, stands)
    refused |= wrong_duration(values, lasts)
    if reasons:
        said = (one.why for one in refused.values() if asked)
        raise InvalidProposal(*reasons, *said)
    seen = readable(complete(stands), zone)
    proposal = Proposal(
        action=action,
        session_id=session_id,
        values=MappingProxyType(values),
        seen=MappingProxyType(seen),
        notes=notes,
        pointed=MappingProxyType({} if action is Action.CREATE else content.pointed(action_data)),
    )
    if refused:
        raise OddFields(proposal.without(refused))
    return proposal


_ACTIONS = {action.value: action for action in Action}


def _asked(
    action: Action, data: Mapping[str, Any], current: Mapping[str, Any], zone: ZoneInfo
) -> dict[str, Any]:
    """The raw settable fields that the suggestion wants written; `current` are those it saw."""
    if action is Action.DELETE:
        return {}
    changes = data.get("changes")
    if action is Action.UPDATE and isinstance(changes, dict):
        return settable(changes)
    proposed = settable(data.get("proposed_state"))
    if action is Action.CREATE:
        return proposed
    return {
        name: value
        for name, value in proposed.items()
        if name not in current
        or not any(same(name, v, current[name], zone) for v in (value, meant(name, value)))
    }


def not_done(action_type: str, action_data: object) -> list[str]:
    """The names of what a suggestion asks for and nothing here writes, cut."""
    action = _ACTIONS.get(action_type) if isinstance(action_type, str) else None
    if action not in (Action.CREATE, Action.UPDATE) or not isinstance(action_data, dict):
        return []
    by_changes = action is Action.UPDATE and isinstance(action_data.get("changes"), dict)
    return content.beyond(action_data, "changes" if by_changes else "proposed_state")


def _nothing_asked(action: Action, action_data: Mapping[str, Any]) -> list[Said]:
    names = not_done(action.value, action_data)
    if not names:
        missing = [_FIELD_MISSING(field=name) for name in REQUIRED_TO_CREATE]
        return missing if action is Action.CREATE else [_NO_CHANGE()]
    told = ", ".join(quote(name, _LONGEST_TOLD) for name in names[:_MOST_TOLD])
    return [_NOTHING_DONE_HERE(names=f"{told}, …" if len(names) > _MOST_TOLD else told)]


def _read(
    action: Action, asked: Mapping[str, Any], zone: ZoneInfo, stands: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[tuple[str, str], ...], dict[str, RefusedField]]:
    """Typed values and notes of what is asked for, and the fields that are refused.

    ``stands`` is what the AI saw of the session.
    """
    raw = {name: meant(name, value) for name, value in asked.items()}
    refused = {}
    if action is Action.CREATE:
        # A new session has what the product gives it.
        raw = {
            n: v for n, v in raw.items() if v is not None or n not in ("is_mandatory", "is_break")
        }
        missing = (name for name in REQUIRED_TO_CREATE if name not in asked)
        refused = {name: RefusedField(_FIELD_MISSING(field=name)) for name in missing}
    values, notes, reasons = typed(raw, zone, stands=stands)
    if not reasons:
        return values, notes, refused
    for name, value in raw.items():
        one, noted, reasons = typed({name: value}, zone, stands=stands)
        values |= one
        notes += noted
        if reasons:
            refused[name] = RefusedField(reasons[0], asked[name])
    return values, notes, refused


def wrong_duration(
    fields: Mapping[str, Any], lasts: tuple[datetime, datetime] | None
) -> dict[str, RefusedField]:
    """The end, where a session cannot be so long; within what the event `lasts` it can be long."""
    if not {"start_time", "end_time"} <= fields.keys():
        return {}
    start, end = fields["start_time"], fields["end_time"]
    named = {"start": "start_time", "end": "end_time"}
    if end <= start:
        return {"end_time": RefusedField(_END_BEFORE_START(**named), end)}
    if end - start > LONGEST_SESSION and not (lasts and lasts[0] <= start and end <= lasts[1]):
        return {"end_time": RefusedField(_TOO_MANY_DAYS(days=LONGEST_SESSION.days, **named), end)}
    return {}


def _foreign_identifiers(
    data: Mapping[str, Any], *, action: Action, own: Mapping[str, UUID | None]
) -> Iterator[Said]:
    states = [data.get(key) for key in ("proposed_state", "changes", "current_state")]
    places = [data, *(state for state in states if isinstance(state, dict))]
    mismatched = {
        key
        for key, its_own in own.items()
        for spelled in [its_own and str(its_own)]
        for place in places
        # Mostly it is spelled as we spell it.
        if (given := place.get(key)) is not None
        and given != spelled
        and (its_own is None or identifier(given) != its_own)
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

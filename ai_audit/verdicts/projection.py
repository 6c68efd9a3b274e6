"""The projection of a suggestion: its proposal, laid over the session as it stands.

Nothing here reads the database; what the outcome collides with is found elsewhere.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _lazy

from ai_audit import proposals
from ai_audit.models import Suggestion
from ai_audit.proposals import SETTABLE, Action, InvalidProposal, OddFields, Proposal, RefusedField
from ai_audit.proposals.parsing import wrong_duration
from eventflow.text.sentences import Said, Sentence
from scheduling import pointers, times
from scheduling.conflicts import Placement
from scheduling.models import Schedule

TIMES = frozenset({"start_time", "end_time"})
_PLACING = TIMES | {"room"}
_SPEAKING = TIMES | {"speaker_name"}

_FROM_ELSEWHERE = Sentence(
    "from_elsewhere", _lazy("Who asked for it does not belong to the event’s organization.")
)
_ENDS_TOO_EARLY = Sentence(
    "ends_too_early_now",
    _lazy("With the session’s present times, it would not end after it starts."),
)
_NO_ROOM_BACKWARDS = Sentence(
    "no_room_backwards", _lazy("The session ends before it starts, so it can have no room.")
)


def read(suggestion: Suggestion) -> Proposal:
    """The suggestion's proposal; `event` and `user` are read along with it.

    Raises InvalidProposal, also for a requester from elsewhere, which no edit can mend.
    """
    try:
        proposal = as_written(suggestion)
    except OddFields as reason:
        _require_own(suggestion, *reason.reasons)
        raise
    _require_own(suggestion)
    return proposal


def _require_own(suggestion: Suggestion, *reasons: Said) -> None:
    if suggestion.user.organization_id != suggestion.organization_id:
        raise InvalidProposal(_FROM_ELSEWHERE(), *reasons)


def as_written(suggestion: Suggestion) -> Proposal:
    """The proposal of a suggestion, whoever asked for it. Raises InvalidProposal."""
    return proposals.parse(
        action_type=suggestion.action_type,
        action_data=suggestion.action_data,
        event_id=suggestion.event_id,
        zone=suggestion.zone,
        organization_id=suggestion.organization_id,
        lasts=_lasts(suggestion),
    )


def _lasts(suggestion: Suggestion) -> tuple[datetime, datetime] | None:
    """The event's duration, from midnight to midnight; None where it has no end."""
    event = suggestion.event
    if event is None or event.end_date is None:
        return None
    return _from_midnight_to_midnight(event.start_date, event.end_date, suggestion.zone)


@lru_cache(maxsize=256)
def _from_midnight_to_midnight(
    start: datetime, end: datetime, zone: ZoneInfo
) -> tuple[datetime, datetime]:
    first, last = times.days(start, end, zone=zone)
    return times.midnight(first, zone=zone), times.midnight(last or first, zone=zone, after=True)


def after(proposal: Proposal, session: Schedule | None) -> Mapping[str, Any]:
    """The session's settable fields afterwards; empty where there would be no session.

    `session` is the live one, None for a new one.
    """
    if proposal.action is Action.DELETE:
        return MappingProxyType({})
    if session is None:
        return proposal.values
    return MappingProxyType(
        {name: getattr(session, name) for name in SETTABLE} | dict(proposal.values)
    )


def fitting(suggestion: Suggestion, proposal: Proposal, session: Schedule | None) -> Proposal:
    """The proposal, with the field refused that does not fit the others, or what stands.

    `session` is the live one, None for a new one.
    """
    # As edited; what the suggestion says was looked at when it was read.
    if odd := wrong_duration(proposal.values, _lasts(suggestion)):
        return proposal.without(odd)
    if session is None or proposal.action is Action.DELETE:
        return proposal
    asked = proposal.values
    start = asked.get("start_time", session.start_time)
    end = asked.get("end_time", session.end_time)
    name, why = "", None
    if asked.keys() & TIMES and not start < end:
        name, why = ("end_time" if "end_time" in asked else "start_time"), _ENDS_TOO_EARLY()
    elif asked.get("room") and end < start:
        name, why = "room", _NO_ROOM_BACKWARDS()
    return proposal.without({name: RefusedField(why, asked[name])}) if why else proposal


def moves(proposal: Proposal, session: Schedule | None) -> bool:
    """Whether a session that stands would be at another time than now."""
    return session is not None and any(
        proposal.values[name] != getattr(session, name) for name in TIMES & proposal.values.keys()
    )


def placement(
    suggestion: Suggestion,
    proposal: Proposal,
    session: Schedule | None,
    fields: Mapping[str, Any] | None = None,
) -> Placement | None:
    """The place the session would be in, as far as the proposal concerns it; else None.

    `fields` are what `after` gives, where that is known.
    """
    asked = proposal.values.keys()
    if not asked & (_PLACING | _SPEAKING):
        return None
    if fields is None:
        fields = after(proposal, session)
    return _placed(suggestion, fields, proposal, session, as_asked=True)


def whole_placement(
    suggestion: Suggestion,
    fields: Mapping[str, Any],
    proposal: Proposal,
    session: Schedule | None,
) -> Placement | None:
    """The whole place the session would be in, whatever of it the proposal concerns.

    `fields` are what `after` gives, `session` is the live one. None for a removal, and for times
    that are missing or none.
    """
    return _placed(suggestion, fields, proposal, session, as_asked=False)


def _placed(
    suggestion: Suggestion,
    fields: Mapping[str, Any],
    proposal: Proposal,
    session: Schedule | None,
    *,
    as_asked: bool,
) -> Placement | None:
    """The place; `as_asked` as far as the proposal concerns it, and with what it has now."""
    if suggestion.event_id is None:
        return None
    if not fields.keys() >= TIMES or not fields["start_time"] < fields["end_time"]:
        return None
    asked = proposal.values.keys()
    pointing = pointers.of(session) if session is not None else None
    standing = pointers.rooms_of(session) if session is not None else (None, None)
    chosen = session is None or "room" in asked
    room, second_room = (fields.get("room"), None) if chosen else standing
    moved = as_asked and moves(proposal, session)
    placing = not as_asked or bool(asked & _PLACING)
    speaking = not as_asked or bool(asked & _SPEAKING)
    listed = pointing.speakers if pointing and (moved or not as_asked) else ()
    return Placement(
        event_id=suggestion.event_id,
        start=fields["start_time"],
        end=fields["end_time"],
        room=room if placing else None,
        speaker=fields.get("speaker_name") if speaking else None,
        session_id=proposal.session_id,
        zone=suggestion.zone,
        names_room=as_asked and "room" in asked,
        moves=moved,
        title=fields.get("title") or "",
        adds=proposal.action is Action.CREATE,
        standing_room=standing[0] if as_asked else None,
        names_speaker=as_asked and "speaker_name" in asked,
        standing_speaker=getattr(session, "speaker_name", None) if as_asked else None,
        second_room=second_room if placing else None,
        listed=listed,
    )


def pointing(
    suggestion: Suggestion, proposal: Proposal, session: Schedule | None
) -> pointers.Asked | None:
    """The pointers the proposal asks for, with the text they go with; None where it asks for none.

    The day is the one on the event's clocks; within one day it stays what it is.
    """
    if proposal.action is Action.DELETE or suggestion.event_id is None:
        return None
    wanted: dict[str, Any] = {
        column: proposal.values[name] for name, column in TEXTS.items() if name in proposal.values
    }
    if start := proposal.values.get("start_time"):
        day = times.local(start, suggestion.zone).date()
        if session is None or times.local(session.start_time, suggestion.zone).date() != day:
            wanted[pointers.DAY] = day
    wanted |= proposal.pointers
    return pointers.Asked(suggestion.event_id, wanted) if wanted else None


# The text with which a pointer is written.
TEXTS = {"room": pointers.ROOM, "track": pointers.TRACK}

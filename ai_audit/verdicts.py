"""What approving a suggestion now would do: its proposal, laid over the programme as it stands.

The same judgement is shown to people before they decide, and made again under the locks when
they have. Writes nothing.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ai_audit import proposals
from ai_audit.models import Suggestion
from ai_audit.proposals import Action, InvalidProposal, Proposal
from scheduling import conflicts
from scheduling.conflicts import Conflict, Kind, Placement, Severity
from scheduling.models import Schedule

_PLACING = {"room", "start_time", "end_time"}
_SPEAKING = {"speaker_name", "start_time", "end_time"}


class Level(StrEnum):
    """What approving now would come to."""

    CLEAR = "clear"
    WARNED = "warned"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Verdict:
    """What approving now would do.

    `proposal` is None when the suggestion is not readable; `session` is the live session it
    would change or remove, where there is one; `after` is what the session's settable fields
    would be (empty for a removal); `conflicts` come most severe first.
    """

    proposal: Proposal | None
    session: Schedule | None
    after: Mapping[str, Any]
    conflicts: tuple[Conflict, ...]

    @property
    def level(self) -> Level:
        severities = {conflict.severity for conflict in self.conflicts}
        if Severity.ERROR in severities:
            return Level.BLOCKED
        return Level.WARNED if Severity.WARNING in severities else Level.CLEAR

    @property
    def approvable(self) -> bool:
        """Whether a person may approve it at all: it can be read, and is of its own event."""
        return self.proposal is not None


def judge(
    suggestions: Iterable[Suggestion],
    *,
    lock: bool = False,
    known: Mapping[UUID, Proposal] | None = None,
) -> dict[UUID, Verdict]:
    """The verdict on each suggestion, by id; each has `event` and `user` read along.

    Three statements for any number of suggestions: the sessions, the rooms, the speakers. With
    `lock` the sessions' rows are locked, in the order of their ids, until the transaction ends.
    `known` are proposals, by suggestion, that need not be read from what the suggestion says.
    """
    suggestions = list(suggestions)
    read: dict[UUID, Proposal] = dict(known or {})
    invalid: dict[UUID, InvalidProposal] = {}
    for suggestion in suggestions:
        if suggestion.pk in read:
            continue
        try:
            read[suggestion.pk] = _parse(suggestion)
        except InvalidProposal as reason:
            invalid[suggestion.pk] = reason

    wanted = {proposal.session_id for proposal in read.values() if proposal.session_id}
    sessions = _sessions(wanted, lock=lock)
    verdicts, placements = {}, {}
    for suggestion in suggestions:
        if suggestion.pk in invalid:
            verdicts[suggestion.pk] = _unreadable(str(invalid[suggestion.pk]))
            continue
        proposal = read[suggestion.pk]
        session = sessions.get(proposal.session_id)
        verdict = _lay_over(suggestion, proposal, session)
        verdicts[suggestion.pk] = verdict
        if not verdict.conflicts and (placement := _placement(suggestion, verdict)):
            placements[suggestion.pk] = placement

    keys = dict(enumerate(placements))
    found = conflicts.find({n: placements[pk] for n, pk in keys.items()})
    for n, pk in keys.items():
        if n in found:
            standing = verdicts[pk]
            verdicts[pk] = Verdict(
                standing.proposal, standing.session, standing.after, tuple(found[n])
            )
    return verdicts


def _sessions(ids: Collection[UUID], *, lock: bool) -> dict[UUID, Schedule]:
    if not ids:
        return {}
    sessions = Schedule.objects.filter(pk__in=ids).select_related("event").order_by("pk")
    if lock:
        sessions = sessions.select_for_update(of=("self",))
    return {session.pk: session for session in sessions}


def _parse(suggestion: Suggestion) -> Proposal:
    """The suggestion's proposal. Raises InvalidProposal, also for a requester from elsewhere."""
    proposal = proposals.parse(
        action_type=suggestion.action_type,
        action_data=suggestion.action_data,
        event_id=suggestion.event_id,
        zone=suggestion.zone,
        organization_id=suggestion.organization_id,
    )
    if suggestion.user.organization_id != suggestion.organization_id:
        raise InvalidProposal(_("Who asked for it does not belong to the event’s organization."))
    return proposal


def _lay_over(suggestion: Suggestion, proposal: Proposal, session: Schedule | None) -> Verdict:
    if proposal.action is Action.CREATE:
        return Verdict(proposal, None, proposal.values, ())
    if session is None:
        return Verdict(proposal, None, MappingProxyType({}), (_missing(),))
    if session.event_id != suggestion.event_id:
        return _unreadable(gettext("The session it names belongs to another event."))
    if proposal.action is Action.DELETE:
        return Verdict(proposal, session, MappingProxyType({}), ())
    after = {name: getattr(session, name) for name in proposals.SETTABLE} | proposal.values
    if proposal.values.keys() & {"start_time", "end_time"} and not (
        after["start_time"] < after["end_time"]
    ):
        return _unreadable(
            gettext("With the session’s present times, it would not end after it starts.")
        )
    return Verdict(proposal, session, MappingProxyType(after), ())


def _placement(suggestion: Suggestion, verdict: Verdict) -> Placement | None:
    """Where the session would be, as far as the proposal concerns it; None for a removal."""
    asked = verdict.proposal.values.keys()
    after = verdict.after
    if not after or not asked & (_PLACING | _SPEAKING):
        return None
    if not after["start_time"] < after["end_time"]:
        return None
    return Placement(
        event_id=suggestion.event_id,
        start=after["start_time"],
        end=after["end_time"],
        room=after.get("room") if asked & _PLACING else None,
        speaker=after.get("speaker_name") if asked & _SPEAKING else None,
        session_id=verdict.proposal.session_id,
        zone=suggestion.zone,
    )


def _unreadable(sentence: str) -> Verdict:
    conflict = Conflict(Kind.INVALID, Severity.ERROR, sentence)
    return Verdict(None, None, MappingProxyType({}), (conflict,))


def _missing() -> Conflict:
    return Conflict(
        Kind.MISSING,
        Severity.ERROR,
        gettext("The session it is about is no longer in the programme."),
    )


def conflict_seen(conflict: Conflict) -> dict[str, Any]:
    """A conflict as the decision history keeps it: kind, severity and ids; no sentence."""
    return {
        "kind": conflict.kind.value,
        "severity": conflict.severity.value,
        "ids": sorted(str(other.id) for other in conflict.others),
    }


def conflicts_seen(verdict: Verdict) -> list[dict[str, Any]]:
    """The verdict's conflicts as the decision history keeps them."""
    return sorted(
        map(conflict_seen, verdict.conflicts), key=lambda seen: (seen["kind"], seen["ids"])
    )


def digest(suggestion: Suggestion, verdict: Verdict) -> str:
    """SHA-256 of what a person decides on: the suggestion, the live session, the conflicts.

    Over what was asked for, the session's fields that are shown or touched, and each conflict's
    kind, severity and ids. Sentences, the clock and counters do not count: a mere registration
    in between changes nothing.
    """
    session = verdict.session
    shown = {name: getattr(session, name) for name in proposals.SETTABLE} if session else None
    parts = [suggestion.action_type, suggestion.raw, shown, conflicts_seen(verdict)]
    text = json.dumps(parts, default=str, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()

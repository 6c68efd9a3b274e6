"""The verdict on a suggestion now: its proposal, laid over the programme as it stands.

The same judgement is shown to people before they decide, and made again under the locks when
they have. Writes nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from ai_audit.models import Suggestion
from ai_audit.proposals import (
    FIELD_LABELS,
    Action,
    InvalidProposal,
    OddFields,
    Proposal,
)
from ai_audit.verdicts import competing, projection, reasons
from ai_audit.verdicts.stakes import Stake
from eventflow.text.sentences import Said, Sentence
from scheduling import conflicts, pointers
from scheduling.conflicts import (
    Conflict,
    Kind,
    Registered,
    Severity,
    Spelling,
    StillHeld,
)
from scheduling.models import Schedule
from scheduling.pointers import Turn

# With more registered than this, a change is of medium risk, whatever else is true of it.
MANY_PEOPLE = 50

_NOBODY = conflicts.Registered()

_OF_ANOTHER_EVENT = Sentence(
    "of_another_event", _lazy("The session it names belongs to another event.")
)
_MISSING = Sentence("missing", _lazy("The session it is about is no longer in the programme."))
_DELETED = Sentence(
    "deleted_softly",
    _lazy(
        "The session it is about was deleted in EventFlow, and is in the programme no more. Bring "
        "it back there first, or reject this."
    ),
)


class Level(StrEnum):
    """The level of a verdict: what approving now would come to."""

    CLEAR = "clear"
    WARNED = "warned"
    BLOCKED = "blocked"


class Risk(StrEnum):
    """How much care a decision needs."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def label(self) -> Promise:
        """It in words (lazy)."""
        return _RISK_LABELS[self]


_RISK_LABELS = {
    Risk.LOW: pgettext_lazy("risk", "Low"),
    Risk.MEDIUM: pgettext_lazy("risk", "Medium"),
    Risk.HIGH: pgettext_lazy("risk", "High"),
    Risk.CRITICAL: pgettext_lazy("risk", "Critical"),
}


@dataclass(frozen=True)
class Verdict:
    """The verdict: what approving now would do.

    `proposal` is None when the suggestion is not readable, and names the fields that are refused
    where only these stand against it; `session` is the live session it
    would change or remove, where there is one; `after` is what the session's settable fields
    would be (empty for a removal); `conflicts` come most severe first. `registered` counts the
    places taken in the live session, companions among them, and `vips` names the VIPs in it.
    `respelled` are the names as they were asked for, by field, that are written as the programme
    spells them.
    `turns` are the session's pointers that are written along, by column.
    """

    proposal: Proposal | None
    session: Schedule | None
    after: Mapping[str, Any]
    conflicts: tuple[Conflict, ...]
    registered: int = 0
    vips: tuple[str, ...] = ()
    respelled: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    turns: Mapping[str, Turn] = field(default_factory=lambda: MappingProxyType({}))

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
        """How much care a decision needs; the first of these that holds.

        Critical: it removes a session that people or VIPs are registered for, which undoing brings
        back and does not make unsaid. High: it is blocked. Medium: VIPs are registered, there are
        warnings, or more than `MANY_PEOPLE` are registered. Low: anything else.
        """
        removes = self.proposal is not None and self.proposal.action is Action.DELETE
        if removes and (self.registered or self.vips):
            return Risk.CRITICAL
        if self.level is Level.BLOCKED:
            return Risk.HIGH
        if self.vips or self.level is Level.WARNED or self.registered > MANY_PEOPLE:
            return Risk.MEDIUM
        return Risk.LOW

    @property
    def starts(self) -> datetime | None:
        """When the session concerned starts: as it stands, or as it would for a new one."""
        return self.session.start_time if self.session else self.after.get("start_time")

    @property
    def approvable(self) -> bool:
        """Whether a person may approve it at all: it can be read, and is of its own event."""
        return self.readable and not self.proposal.refused

    @property
    def readable(self) -> bool:
        """Whether it can be read and is of its own event, though single fields may be refused."""
        return self.proposal is not None


@dataclass(frozen=True)
class SuggestionCollisions:
    """Collisions of suggestions, by id, and who is registered for sessions, by theirs."""

    conflicts: Mapping[UUID, list[Conflict]]
    registered: Mapping[UUID, Registered]


# What readable suggestions, of which the verdicts so far are given, collide with; and who is
# registered for the sessions, of which the events are given.
FindCollisions = Callable[
    [Mapping[UUID, Stake], Mapping[UUID, Verdict], Mapping[UUID, UUID]], SuggestionCollisions
]


def judge(
    suggestions: Iterable[Suggestion],
    *,
    lock: bool = False,
    known: Mapping[UUID, Proposal] | None = None,
    as_given: Collection[UUID] = (),
    now: datetime | None = None,
    find_collisions: FindCollisions | None = None,
) -> dict[UUID, Verdict]:
    """The verdict on each suggestion, by id; each has `event` and `user` read along.

    Mostly three statements for any number of suggestions: the sessions, that of
    `conflicts.find_with_registered`, which tells who is registered too, that of the competing ones.
    One more where pointers would turn, and one where a rival spells a name otherwise than it is
    written. With `lock` the sessions' rows are locked, in the order of their ids, until the
    transaction ends. `known` are proposals, by suggestion, that need not be read from what the
    suggestion says. A room or a speaker is written as the programme spells them, but for those
    proposals and for suggestions in `as_given`, which a person has spelled. What has begun at
    `now`, which is the present unless given, has begun already. `find_collisions` finds what they
    collide with, unless that is the programme as it stands and what else is undecided.
    """
    now = now or timezone.now()
    suggestions = list(suggestions)
    verdicts: dict[UUID, Verdict] = {}
    read: dict[UUID, Proposal] = dict(known or {})
    for suggestion in suggestions:
        if suggestion.pk in read:
            continue
        try:
            read[suggestion.pk] = projection.read(suggestion)
        except OddFields as reason:
            read[suggestion.pk] = reason.proposal
        except InvalidProposal as reason:
            verdicts[suggestion.pk] = _unreadable(reason.reasons)

    wanted = {proposal.session_id for proposal in read.values() if proposal.session_id}
    sessions = _sessions(wanted, lock=lock)
    given = {*(known or ()), *as_given, *(one.pk for one in suggestions if one.as_given)}
    clean = {}
    for suggestion in suggestions:
        pk = suggestion.pk
        if pk in verdicts:
            continue
        proposal = read[pk]
        session = sessions.get(proposal.session_id)
        verdicts[pk] = _lay_over(suggestion, proposal, session, by_hand=pk in given)
        if not verdicts[pk].conflicts:
            clean[pk] = suggestion, proposal, session
    turned = _turned([suggestion for suggestion, *_rest in clean.values()], verdicts)
    stakes = {}
    for pk, (suggestion, proposal, session) in clean.items():
        turns, _room = turned.get(pk, ({}, None))
        if turns:
            verdicts[pk] = replace(verdicts[pk], turns=MappingProxyType(turns))
        placement = projection.placement(suggestion, proposal, session, verdicts[pk].after)
        stakes[pk] = Stake(suggestion, proposal, placement)

    events = {pk: session.event_id for pk, session in sessions.items()}
    met = (find_collisions or _as_it_stands)(stakes, verdicts, events)
    for pk, verdict in verdicts.items():
        people = met.registered[verdict.session.pk] if verdict.session else _NOBODY
        found = verdict.conflicts
        if pk in stakes:
            session = clean[pk][2]
            turns, room = turned.get(pk, ({}, None))
            alone = reasons.alone(stakes[pk], session, people, room, turning=bool(turns), now=now)
            found = conflicts.ordered([*alone, *met.conflicts.get(pk, ())])
        verdict = Verdict(
            verdict.proposal,
            verdict.session,
            verdict.after,
            found,
            registered=people.places,
            vips=tuple(vip.name for vip in people.vips),
            turns=verdict.turns,
        )
        if pk in stakes:
            verdict = _spelled_as_the_programme(verdict, as_given=pk in given)
            verdict = _held_to_the_letter(verdict)
        verdicts[pk] = verdict
    return verdicts


def _turned(
    suggestions: Iterable[Suggestion], verdicts: Mapping[UUID, Verdict]
) -> dict[UUID, tuple[dict[str, Turn], pointers.Row | None]]:
    """The pointers that turn with each, and the room's own row where one is chosen.

    One statement where the database has such pointers and any is concerned, or none.
    """
    if not pointers.kept():
        return {}
    asked = {}
    for n, suggestion in enumerate(suggestions):
        verdict = verdicts[suggestion.pk]
        asking = projection.pointing(suggestion, verdict.proposal, verdict.session)
        if asking is not None:
            asked[n] = (suggestion.pk, verdict.session, asking)
    leading = pointers.lead({n: asking for n, (_pk, _session, asking) in asked.items()})
    return {
        pk: (
            pointers.turns(n, asking, session, leading),
            leading.rows.get((n, pointers.ROOM)),
        )
        for n, (pk, session, asking) in asked.items()
    }


def _held_to_the_letter(verdict: Verdict) -> Verdict:
    """The verdict without rooms that are held by a text of other letters than will be written."""
    room = verdict.after.get("room")
    found = tuple(c for c in verdict.conflicts if not isinstance(c, StillHeld) or c.room == room)
    return verdict if len(found) == len(verdict.conflicts) else replace(verdict, conflicts=found)


def _spelled_as_the_programme(verdict: Verdict, *, as_given: bool) -> Verdict:
    """The verdict with room and speaker spelled as in the programme, whose constraint guards rooms.

    A suggestion that would change nothing but how a name is spelled is about just that.
    """
    spelled = {c.name: c for c in verdict.conflicts if isinstance(c, Spelling) and c.written}
    if not spelled:
        return verdict
    own = {} if as_given or _only_spells(verdict, spelled) else _own_spelling(verdict, spelled)
    told = {spelled["room"]} if "room" in own else set()
    values = {**verdict.proposal.values, **own}
    return replace(
        verdict,
        proposal=replace(verdict.proposal, values=MappingProxyType(values)),
        after=MappingProxyType({**verdict.after, **own}),
        # A speaker's is told with the value alone, and is no conflict.
        conflicts=tuple(c for c in verdict.conflicts if c not in spelled.values() or c in told),
        respelled=MappingProxyType({name: verdict.proposal.values[name] for name in own}),
    )


def _only_spells(verdict: Verdict, spelled: Mapping[str, Spelling]) -> bool:
    """Whether nothing would change but how names are spelled that the session has now."""
    session, values = verdict.session, verdict.proposal.values
    changing = {name for name, value in values.items() if value != getattr(session, name, None)}
    return changing <= {name for name, spelling in spelled.items() if spelling.respelled}


def _own_spelling(verdict: Verdict, spelled: Mapping[str, Spelling]) -> dict[str, str]:
    """The names that the programme spells otherwise than asked for."""
    asked = verdict.proposal.values
    return {name: one.written for name, one in spelled.items() if one.written != asked[name]}


def no_collisions(
    _stakes: Mapping[UUID, Stake], _verdicts: Mapping[UUID, Verdict], events: Mapping[UUID, UUID]
) -> SuggestionCollisions:
    """Nothing: for who asks about the sessions and who is registered, and not what is in the way.

    No verdict's level or risk is then to be relied on.
    """
    return SuggestionCollisions({}, conflicts.registered(events))


def collisions_without(sessions: Collection[UUID]) -> FindCollisions:
    """A finder of collisions as if these sessions were not in the programme."""
    return partial(_as_it_stands, leaving=sessions)


def _as_it_stands(
    stakes: Mapping[UUID, Stake],
    _verdicts: Mapping[UUID, Verdict],
    events: Mapping[UUID, UUID],
    leaving: Collection[UUID] = (),
) -> SuggestionCollisions:
    """Collisions of each if it were the only one to be approved."""
    numbers = dict(enumerate(stakes))
    placements = {n: stakes[pk].placement for n, pk in numbers.items() if stakes[pk].placement}
    found = defaultdict(list)
    met = conflicts.find_with_registered(placements, sessions=events, leaving=leaving)
    for n, its in met.conflicts.items():
        found[numbers[n]] += its
    for pk, its in competing.find(stakes.values()).items():
        found[pk] += its
    return SuggestionCollisions(found, met.registered)


def _sessions(ids: Collection[UUID], *, lock: bool) -> dict[UUID, Schedule]:
    if not ids:
        return {}
    # As one list, which is written and read faster than a thousand values.
    wanted = RawSQL("schedules.id = any (%s)", [list(ids)], BooleanField())
    sessions = pointers.along(Schedule.objects.filter(wanted).order_by("pk"))
    if lock:
        sessions = sessions.select_for_update(of=("self",))
    return {session.pk: session for session in sessions}


def _lay_over(
    suggestion: Suggestion, proposal: Proposal, session: Schedule | None, *, by_hand: bool
) -> Verdict:
    """Of what was deleted softly, a person may still remove the rest, and nothing else."""
    if proposal.action is not Action.CREATE:
        if session is None:
            return Verdict(
                proposal, None, MappingProxyType({}), (reasons.error(Kind.MISSING, _MISSING()),)
            )
        if session.event_id != suggestion.event_id:
            return _unreadable([_OF_ANOTHER_EVENT()])
        session.event = suggestion.event
        if pointers.of(session).deleted and not (by_hand and proposal.action is Action.DELETE):
            return Verdict(
                proposal, None, MappingProxyType({}), (reasons.error(Kind.MISSING, _DELETED()),)
            )
    proposal = projection.fitting(suggestion, proposal, session)
    after = projection.after(proposal, session)
    return Verdict(proposal, session, after, _refused(proposal))


def _unreadable(said: Iterable[Said]) -> Verdict:
    return Verdict(None, None, MappingProxyType({}), (reasons.error(Kind.INVALID, *said),))


def _refused(proposal: Proposal) -> tuple[Conflict, ...]:
    """A conflict for fields that are refused; nothing else is looked at before."""
    if not proposal.refused:
        return ()
    invalid = reasons.error(Kind.INVALID, *(refused.why for refused in proposal.refused.values()))
    labels = ", ".join(str(FIELD_LABELS[name]) for name in proposal.refused)
    return (replace(invalid, subject=labels),)

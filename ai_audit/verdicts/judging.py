"""What approving a suggestion now would do: its proposal, laid over the programme as it stands.

The same judgement is shown to people before they decide, and made again under the locks when
they have. Writes nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from ai_audit.models import Suggestion
from ai_audit.proposals import (
    FIELD_LABELS,
    SETTABLE,
    Action,
    InvalidProposal,
    OddFields,
    Proposal,
)
from ai_audit.verdicts import competing, projection
from ai_audit.verdicts.competing import Stake
from eventflow.text.sentences import Said, Sentence, words
from scheduling import conflicts, pointers, times
from scheduling.conflicts import (
    Conflict,
    Kind,
    Placement,
    Registered,
    Severity,
    Spelling,
    StillHeld,
)
from scheduling.models import Schedule
from scheduling.pointers import Turn

# With more registered than this, a change is of medium risk, whatever else is true of it.
MANY_PEOPLE = 50

_OF_ANOTHER_EVENT = Sentence(
    "of_another_event", gettext_lazy("The session it names belongs to another event.")
)
_NO_EFFECT = Sentence("no_effect", gettext_lazy("It stands like that already."))
_MISSING = Sentence(
    "missing", gettext_lazy("The session it is about is no longer in the programme.")
)
_DELETED = Sentence(
    "deleted_softly",
    gettext_lazy(
        "The session it is about was deleted in EventFlow, and is in the programme no more. Bring "
        "it back there first, or reject this."
    ),
)


class Level(StrEnum):
    """What approving now would come to."""

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
    def label(self):
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
    """What approving now would do.

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
        """What stands against carrying it out."""
        return [c for c in self.conflicts if c.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Conflict]:
        """What has to be seen before it is approved."""
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


# What readable suggestions, of which the verdicts so far are given, collide with.
Meeting = Callable[[Mapping[UUID, Stake], Mapping[UUID, Verdict]], Mapping[UUID, list[Conflict]]]


def judge(
    suggestions: Iterable[Suggestion],
    *,
    lock: bool = False,
    known: Mapping[UUID, Proposal] | None = None,
    as_given: Collection[UUID] = (),
    now: datetime | None = None,
    meeting: Meeting | None = None,
) -> dict[UUID, Verdict]:
    """The verdict on each suggestion, by id; each has `event` and `user` read along.

    At most seven statements for any number of suggestions: the sessions, who is registered, the
    three of `conflicts.find`, the two of the competing ones. With `lock` the sessions' rows are
    locked, in the order of their ids, until the transaction ends. `known` are proposals, by
    suggestion, that need not be read from what the suggestion says. A room or a speaker is
    written as the programme spells them, but for those proposals and for suggestions in `as_given`,
    which a person has spelled. What has begun at `now`, which is the present unless given, has
    begun already. `meeting` finds what they collide with, unless that is the programme as it stands
    and what else is undecided.
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
    registered = conflicts.registered({pk: session.event_id for pk, session in sessions.items()})
    given = {*(known or ()), *as_given}
    for suggestion in suggestions:
        if suggestion.pk in verdicts:
            continue
        proposal = read[suggestion.pk]
        session = sessions.get(proposal.session_id)
        people = registered.get(proposal.session_id, conflicts.Registered())
        verdict = _lay_over(suggestion, proposal, session, by_hand=suggestion.pk in given)
        if verdict.session:
            vips = tuple(vip.name for vip in people.vips)
            verdict = replace(verdict, registered=people.places, vips=vips)
        verdicts[suggestion.pk] = verdict
    turned = _turned([s for s in suggestions if not verdicts[s.pk].conflicts], verdicts)
    stakes, reasons = {}, {}
    for suggestion in suggestions:
        if verdicts[suggestion.pk].conflicts:
            continue
        proposal = read[suggestion.pk]
        session = sessions.get(proposal.session_id)
        people = registered.get(proposal.session_id, conflicts.Registered())
        turns, room = turned.get(suggestion.pk, ({}, None))
        if turns:
            verdicts[suggestion.pk] = replace(
                verdicts[suggestion.pk], turns=MappingProxyType(turns)
            )
        placement = projection.placement(suggestion, proposal, session)
        stakes[suggestion.pk] = Stake(suggestion, proposal, placement)
        reasons[suggestion.pk] = [
            conflict
            for conflict in (
                None if turns else _no_effect(proposal, session),
                _stale(proposal, session),
                _local_time(proposal, suggestion.zone),
                _outside(suggestion, proposal, session, placement, now),
                _over_capacity(proposal, people, room),
                _two_rooms(proposal, session),
                _removed_along(proposal, people),
                _vips(proposal, session, people),
            )
            if conflict
        ]

    met = (meeting or _as_it_stands)(stakes, verdicts)
    for pk in stakes:
        found = [*reasons[pk], *met.get(pk, ())]
        verdict = replace(verdicts[pk], conflicts=conflicts.ordered(found))
        verdicts[pk] = _held_to_the_letter(_spelled_as_the_programme(verdict, as_given=pk in given))
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


def unmet(
    _stakes: Mapping[UUID, Stake], _verdicts: Mapping[UUID, Verdict]
) -> dict[UUID, list[Conflict]]:
    """Nothing: for who asks about the sessions and who is registered, and not what is in the way.

    No verdict's level or risk is then to be relied on.
    """
    return {}


def _as_it_stands(
    stakes: Mapping[UUID, Stake], _verdicts: Mapping[UUID, Verdict]
) -> dict[UUID, list[Conflict]]:
    """What each would collide with if it were the only one to be approved."""
    numbers = dict(enumerate(stakes))
    placements = {n: stakes[pk].placement for n, pk in numbers.items() if stakes[pk].placement}
    met = defaultdict(list)
    for n, found in conflicts.find(placements).items():
        met[numbers[n]] += found
    for pk, found in competing.find(stakes.values()).items():
        met[pk] += found
    return met


def _sessions(ids: Collection[UUID], *, lock: bool) -> dict[UUID, Schedule]:
    if not ids:
        return {}
    sessions = Schedule.objects.filter(pk__in=ids).select_related("event").order_by("pk")
    sessions = pointers.along(sessions)
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
                proposal, None, MappingProxyType({}), (_error(Kind.MISSING, _MISSING()),)
            )
        if session.event_id != suggestion.event_id:
            return _unreadable([_OF_ANOTHER_EVENT()])
        if pointers.of(session).deleted and not (by_hand and proposal.action is Action.DELETE):
            return Verdict(
                proposal, None, MappingProxyType({}), (_error(Kind.MISSING, _DELETED()),)
            )
    proposal = projection.fitting(suggestion, proposal, session)
    after = projection.after(proposal, session)
    return Verdict(proposal, session, after, _refused(proposal))


def _no_effect(proposal: Proposal, session: Schedule | None) -> Conflict | None:
    """That every field it asks for is what it asks for already, to the letter."""
    if proposal.action is not Action.UPDATE:
        return None
    if any(value != getattr(session, name) for name, value in proposal.values.items()):
        return None
    return _error(Kind.NO_EFFECT, _NO_EFFECT())


def _stale(proposal: Proposal, session: Schedule | None) -> Conflict | None:
    """That fields it touches are not any more what the AI saw; a removal touches all of them."""
    if session is None:
        return None
    touched = set(SETTABLE if proposal.action is Action.DELETE else proposal.values)
    if touched & projection.TIMES:
        # Half of a time that was moved is another time.
        touched |= projection.TIMES
    changed = [
        str(FIELD_LABELS[name])
        for name in SETTABLE
        if name in touched
        and name in proposal.seen
        and proposal.seen[name] != getattr(session, name)
    ]
    if not changed:
        return None
    subject = ", ".join(changed)
    sentence = gettext("The session was changed since the AI saw it: %(fields)s.")
    return Conflict(Kind.STALE, Severity.WARNING, sentence % {"fields": subject}, subject=subject)


def _local_time(proposal: Proposal, zone: ZoneInfo) -> Conflict | None:
    """That times were given on the event's clocks which these skip or show twice."""
    odd = [(name, note) for name, note in proposal.notes if note != "unseen"]
    if not odd:
        return None
    sentences = {
        "nonexistent": gettext(
            "“%(field)s” is a time that the event’s clocks skip; %(moment)s is meant."
        ),
        "ambiguous": gettext(
            "“%(field)s” is a time that occurs twice that night; the first is meant, %(moment)s."
        ),
    }
    return Conflict(
        Kind.LOCAL_TIME,
        Severity.WARNING,
        " ".join(
            sentences[note]
            % {
                "field": FIELD_LABELS[name],
                "moment": times.moment(proposal.values[name], zone=zone),
            }
            for name, note in odd
        ),
        subject=", ".join(str(FIELD_LABELS[name]) for name, _note in odd),
    )


def _outside(
    suggestion: Suggestion,
    proposal: Proposal,
    session: Schedule | None,
    placement: Placement | None,
    now: datetime,
) -> Conflict | None:
    placed = None
    if placement and (session is None or placement.moves):
        placed = (placement.start, placement.end)
    return conflicts.outside(
        zone=suggestion.zone,
        first=suggestion.event.start_date,
        last=suggestion.event.end_date,
        placed=placed,
        standing=session and session.start_time,
        now=now,
    )


def _over_capacity(
    proposal: Proposal, people: Registered, room: pointers.Row | None
) -> Conflict | None:
    """By what the session would hold, and the row of its new room, whichever is less."""
    limits = [proposal.values.get("max_capacity"), room and room.capacity]
    known = [limit for limit in limits if limit is not None]
    return conflicts.over_capacity(people, min(known, default=None))


def _two_rooms(proposal: Proposal, session: Schedule | None) -> Conflict | None:
    """That a session goes on holding two rooms, because its text and its pointer differ."""
    if proposal.action is not Action.UPDATE or "room" in proposal.values:
        return None
    return conflicts.two_rooms(*pointers.rooms_of(session))


def _removed_along(proposal: Proposal, people: Registered) -> Conflict | None:
    return conflicts.removed_along(people) if proposal.action is Action.DELETE else None


def _vips(proposal: Proposal, session: Schedule | None, people: Registered) -> Conflict | None:
    """VIPs are affected where the session goes, or would be at another time or in another room."""
    if proposal.action is not Action.DELETE:
        room = getattr(session, "room", None)
        if not projection.moves(proposal, session) and proposal.values.get("room", room) == room:
            return None
    return conflicts.vips_affected(people)


def _unreadable(reasons: Iterable[Said]) -> Verdict:
    return Verdict(None, None, MappingProxyType({}), (_error(Kind.INVALID, *reasons),))


def _refused(proposal: Proposal) -> tuple[Conflict, ...]:
    """That fields are asked to be what they cannot be; nothing else is looked at before."""
    if not proposal.refused:
        return ()
    invalid = _error(Kind.INVALID, *(refused.why for refused in proposal.refused.values()))
    labels = ", ".join(str(FIELD_LABELS[name]) for name in proposal.refused)
    return (replace(invalid, subject=labels),)


def _error(kind: Kind, *said: Said) -> Conflict:
    return Conflict(kind, Severity.ERROR, words(said), said=said)

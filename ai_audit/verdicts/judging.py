"""The verdict on a suggestion now: its proposal, laid over the programme as it stands.

The same judgement is shown to people before they decide, and made again under the locks when
they have. Writes nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from uuid import UUID

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.models import Suggestion
from ai_audit.proposals import (
    FIELD_LABELS,
    NO_EVENT,
    Action,
    InvalidProposal,
    OddFields,
    Proposal,
)
from ai_audit.verdicts import competing, projection, reasons
from ai_audit.verdicts.stakes import Stake
from ai_audit.verdicts.verdict import (
    FindCollisions,
    ReadableVerdict,
    SuggestionCollisions,
    Verdict,
)
from eventflow.text.sentences import Said, Sentence
from scheduling import conflicts, pointers
from scheduling.conflicts import (
    Conflict,
    Kind,
    Spelling,
    StillHeld,
)
from scheduling.models import Event, Schedule
from scheduling.pointers import Turn

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
    `conflicts.find`, which tells who is registered too, that of the competing ones.
    One more where pointers would turn, and one where a rival spells a name otherwise than it is
    written. With `lock` the sessions' rows are locked, in the order of their ids, until the
    transaction ends. `known` are proposals, by suggestion, that need not be read from what the
    suggestion says. A room or a speaker is written as the programme spells them, but for those
    proposals and for suggestions in `as_given`, which a person has spelled. What has begun at
    `now`, which is the present unless given, has begun already. `find_collisions` finds what they
    collide with, unless that is the programme as it stands and what else is undecided.
    """
    laid = lay(suggestions, lock=lock, known=known, as_given=as_given, now=now)
    return laid.judged((find_collisions or _as_it_stands)(laid.stakes, laid.clean, laid.events))


@dataclass(frozen=True)
class Laid:
    """Suggestions laid over their sessions, before it is known what they collide with; by id.

    `clean` are the `verdicts` of those that could collide, which have `stakes`. `events` are those
    of the sessions concerned, `turned` the pointers that turn, and the row of a room that is
    chosen. Of those `given`, names are written as they are.
    """

    verdicts: Mapping[UUID, Verdict]
    clean: Mapping[UUID, ReadableVerdict]
    stakes: Mapping[UUID, Stake]
    events: Mapping[UUID, UUID]
    turned: Mapping[UUID, tuple[dict[str, Turn], pointers.Row | None]]
    given: Collection[UUID]
    now: datetime

    def some(self, ids: Collection[UUID]) -> "Laid":
        """Those of them alone."""
        verdicts = {pk: self.verdicts[pk] for pk in ids}
        sessions = {verdict.session.pk for verdict in verdicts.values() if verdict.session}
        return replace(
            self,
            verdicts=verdicts,
            clean={pk: self.clean[pk] for pk in ids if pk in self.clean},
            stakes={pk: self.stakes[pk] for pk in ids if pk in self.stakes},
            events={pk: self.events[pk] for pk in sessions},
        )

    def judged(self, met: SuggestionCollisions) -> dict[UUID, Verdict]:
        """The verdict on each, by what they collide with."""
        found: dict[UUID, Verdict] = {}
        for pk, verdict in self.verdicts.items():
            people = met.registered[verdict.session.pk] if verdict.session else _NOBODY
            vips = tuple(vip.name for vip in people.vips)
            if pk not in self.clean:
                found[pk] = replace(verdict, registered=people.places, vips=vips)
                continue
            laid = self.clean[pk]
            turns, room = self.turned.get(pk, ({}, None))
            alone = reasons.alone(
                self.stakes[pk], laid.session, people, room, turning=bool(turns), now=self.now
            )
            its = conflicts.ordered([*alone, *met.conflicts.get(pk, ())])
            laid = replace(laid, conflicts=its, registered=people.places, vips=vips)
            laid = _spelled_as_the_programme(laid, as_given=pk in self.given)
            found[pk] = _held_to_the_letter(laid)
        return found


def lay(
    suggestions: Iterable[Suggestion],
    *,
    lock: bool = False,
    known: Mapping[UUID, Proposal] | None = None,
    as_given: Collection[UUID] = (),
    now: datetime | None = None,
) -> Laid:
    """The first half of `judge`, with the same arguments; one statement, or two with pointers."""
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
    clean: dict[UUID, tuple[Suggestion, ReadableVerdict]] = {}
    for suggestion in suggestions:
        pk = suggestion.pk
        if pk in verdicts:
            continue
        proposal = read[pk]
        session = sessions.get(proposal.session_id) if proposal.session_id else None
        verdict = _lay_over(suggestion, proposal, session, by_hand=pk in given)
        verdicts[pk] = verdict
        if isinstance(verdict, ReadableVerdict) and not verdict.conflicts:
            clean[pk] = suggestion, verdict
    turned = _turned(clean.values())
    stakes = {}
    for pk, (suggestion, laid) in clean.items():
        turns, _room = turned.get(pk, ({}, None))
        if turns:
            laid = replace(laid, turns=MappingProxyType(turns))
            verdicts[pk], clean[pk] = laid, (suggestion, laid)
        placement = projection.placement(suggestion, laid.proposal, laid.session, laid.after)
        stakes[pk] = Stake(suggestion, laid.proposal, placement)

    events = {pk: session.event_id for pk, session in sessions.items()}
    return Laid(
        verdicts,
        clean={pk: laid for pk, (_suggestion, laid) in clean.items()},
        stakes=stakes,
        events=events,
        turned=turned,
        given=given,
        now=now or timezone.now(),
    )


def _turned(
    laid_over: Iterable[tuple[Suggestion, ReadableVerdict]],
) -> dict[UUID, tuple[dict[str, Turn], pointers.Row | None]]:
    """The pointers that turn with each, and the room's own row where one is chosen.

    One statement where the database has such pointers and any is concerned, or none.
    """
    if not pointers.kept():
        return {}
    asked = {}
    for n, (suggestion, verdict) in enumerate(laid_over):
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


def _held_to_the_letter(verdict: ReadableVerdict) -> ReadableVerdict:
    """The verdict without rooms that are held by a text of other letters than will be written."""
    room = verdict.after.get("room")
    found = tuple(c for c in verdict.conflicts if not isinstance(c, StillHeld) or c.room == room)
    return verdict if len(found) == len(verdict.conflicts) else replace(verdict, conflicts=found)


def _spelled_as_the_programme(verdict: ReadableVerdict, *, as_given: bool) -> ReadableVerdict:
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


def _only_spells(verdict: ReadableVerdict, spelled: Mapping[str, Spelling]) -> bool:
    """Whether nothing would change but how names are spelled that the session has now."""
    session, values = verdict.session, verdict.proposal.values
    changing = {name for name, value in values.items() if value != getattr(session, name, None)}
    return changing <= {name for name, spelling in spelled.items() if spelling.respelled}


def _own_spelling(verdict: ReadableVerdict, spelled: Mapping[str, Spelling]) -> dict[str, str]:
    """The names that the programme spells otherwise than asked for."""
    asked = verdict.proposal.values
    return {
        name: one.written
        for name, one in spelled.items()
        if one.written is not None and one.written != asked[name]
    }


def no_collisions(
    _stakes: Mapping[UUID, Stake],
    _verdicts: Mapping[UUID, ReadableVerdict],
    events: Mapping[UUID, UUID],
) -> SuggestionCollisions:
    """Nothing: for who asks about the sessions and who is registered, and not what is in the way.

    No verdict's level or risk is then to be relied on.
    """
    return SuggestionCollisions({}, conflicts.find({}, sessions=events).registered)


def collisions_without(sessions: Collection[UUID]) -> FindCollisions:
    """A finder of collisions as if these sessions were not in the programme."""
    return partial(_as_it_stands, leaving=sessions)


def _as_it_stands(
    stakes: Mapping[UUID, Stake],
    _verdicts: Mapping[UUID, ReadableVerdict],
    events: Mapping[UUID, UUID],
    leaving: Collection[UUID] = (),
) -> SuggestionCollisions:
    """Collisions of each if it were the only one to be approved."""
    numbers = dict(enumerate(stakes))
    placements = {
        n: placement for n, pk in numbers.items() if (placement := stakes[pk].placement) is not None
    }
    found: dict[UUID, list[Conflict]] = defaultdict(list)
    met = conflicts.find(placements, sessions=events, leaving=leaving)
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
    """The verdict so far, the proposal laid over its session; what else it meets is not looked for.

    Of what was deleted softly, a person may still remove the rest, and nothing else.
    """
    if suggestion.event is None:
        return _unreadable([NO_EVENT()])
    if proposal.action is not Action.CREATE:
        if session is None:
            return _without_session(suggestion.event, proposal, _MISSING())
        if session.event_id != suggestion.event_id:
            return _unreadable([_OF_ANOTHER_EVENT()])
        session.event = suggestion.event
        if pointers.of(session).deleted and not (by_hand and proposal.action is Action.DELETE):
            return _without_session(suggestion.event, proposal, _DELETED())
    proposal = projection.fitting(suggestion, proposal, session)
    return ReadableVerdict(
        event=suggestion.event,
        proposal=proposal,
        session=session,
        after=projection.after(proposal, session),
        conflicts=_refused(proposal),
    )


def _without_session(event: Event, proposal: Proposal, said: Said) -> ReadableVerdict:
    why = reasons.error(Kind.MISSING, said)
    return ReadableVerdict(event=event, proposal=proposal, conflicts=(why,))


def _unreadable(said: Iterable[Said]) -> Verdict:
    return Verdict(conflicts=(reasons.error(Kind.INVALID, *said),))


def _refused(proposal: Proposal) -> tuple[Conflict, ...]:
    """A conflict for fields that are refused; nothing else is looked at before."""
    if not proposal.refused:
        return ()
    invalid = reasons.error(Kind.INVALID, *(refused.why for refused in proposal.refused.values()))
    labels = ", ".join(str(FIELD_LABELS[name]) for name in proposal.refused)
    return (replace(invalid, subject=labels),)

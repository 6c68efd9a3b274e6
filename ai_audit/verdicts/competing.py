"""Which other undecided suggestions want what a suggestion wants: room, speaker or session.

The database picks, among all undecided ones of the events concerned, those that could; as text,
for nothing in them can be trusted to be what it looks like. What they come to is then read as it
is for a verdict of their own, so that one that could never be approved does not compete.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ai_audit.models import Suggestion
from ai_audit.proposals import Action, InvalidProposal, Proposal, content
from ai_audit.verdicts import candidates, projection
from eventflow.text.bidi import isolate
from scheduling import names
from scheduling.conflicts import MOST_NAMED, Conflict, Kind, Placement, Severity, listed
from scheduling.models import Schedule, UserProfile
from scheduling.names import Keys

# How many others are told of for one suggestion; who competes with more has to wait anyway.
MOST_RIVALS = 100
_NONE: Mapping[str, Any] = MappingProxyType({})


class Contested(StrEnum):
    """What two suggestions both want."""

    ROOM = "room"
    SPEAKER = "speaker"
    SESSION = "session"
    TITLE = "title"

    @property
    def label(self):
        """It in words (lazy)."""
        return _CONTESTED_LABELS[self]


_CONTESTED_LABELS = {
    Contested.ROOM: _("the room"),
    Contested.SPEAKER: _("the speaker"),
    Contested.SESSION: _("the session"),
    Contested.TITLE: _("the same new session"),
}


@dataclass(frozen=True)
class Stake:
    """What a suggestion would take: its session, and where and when that would be put."""

    suggestion: Suggestion
    proposal: Proposal
    placement: Placement | None

    def wanted(self, keys: Keys) -> Iterator[tuple[Contested, Any]]:
        """Everything it wants, blocking things first, each to be compared with others'.

        `keys` are those of its room, its speakers and its title.
        """
        event_id, placement = self.suggestion.event_id, self.placement
        for room in (
            dict.fromkeys(keys.names[room] for room in placement.rooms) if placement else ()
        ):
            yield Contested.ROOM, (event_id, room)
        if self.proposal.session_id:
            yield Contested.SESSION, (event_id, self.proposal.session_id)
        for speaker in placement.speakers if placement else ():
            for person in keys.people[speaker]:
                yield Contested.SPEAKER, (event_id, person)
        if placement and placement.adds and placement.title:
            yield Contested.TITLE, (event_id, keys.names[placement.title])

    def contests(self, contested: Contested, other: "Stake", keys: Keys) -> bool:
        """Whether it stands against what another suggestion wants, which is the same."""
        if contested is Contested.SESSION:
            return True
        mine, theirs = self.placement, other.placement
        if not (mine.start < theirs.end and theirs.start < mine.end):
            return False
        # A session does not collide with itself.
        if self.proposal.session_id and self.proposal.session_id == other.proposal.session_id:
            return False
        apart = None not in (mine.room, theirs.room) and (
            keys.names[mine.room] != keys.names[theirs.room]
        )
        return not (contested is Contested.TITLE and apart)


@dataclass(frozen=True)
class Rival:
    """Another undecided suggestion that wants the same.

    `blocked` says that it cannot be carried out any more once the first one is.
    """

    suggestion_id: UUID
    title: str
    contested: tuple[Contested, ...]
    blocked: bool

    @property
    def in_words(self) -> str:
        """Its title, and what it wants as well."""
        return gettext("“%(title)s” (%(contested)s)") % {
            "title": isolate(self.title or gettext("(no title)")),
            "contested": ", ".join(str(contested.label) for contested in self.contested),
        }


@dataclass(frozen=True)
class Competition(Conflict):
    """The conflict with other undecided suggestions; in `rivals` those it blocks come first."""

    rivals: tuple[Rival, ...] = ()


# Who wants something, by what that is: each one's id as a number, and its stake, in that order.
Rivals = Mapping[tuple[Contested, Any], list[tuple[int, Stake]]]


def find(stakes: Collection[Stake], *, apart: bool = True) -> dict[UUID, list[Conflict]]:
    """Which undecided suggestions compete with each, by the suggestion's id.

    That is a `Competition`, and besides a duplicate for those that would add the same session.
    Those given compete with each other as well, unless they are not to be taken `apart`. Of those
    for one suggestion at most `MOST_RIVALS` are told. Two statements for any number of stakes, none
    for none.
    """
    if not stakes:
        return {}
    others = [([stake.suggestion.pk], stake) for stake in stakes] if apart else []
    others += _undecided(stakes)
    keys = _keys([*stakes, *(stake for _pks, stake in others)])
    # Always in the same order, so that of very many rivals the same ones are told.
    each = sorted((pk.int, n) for n, (pks, _stake) in enumerate(others) for pk in pks)
    wanted_by = [list(stake.wanted(keys)) for _pks, stake in others]
    rivals: Rivals = defaultdict(list)
    for number, n in each:
        for wanted in wanted_by[n]:
            rivals[wanted].append((number, others[n][1]))
    return {
        stake.suggestion.pk: found
        for stake in stakes
        if (found := list(_competition(stake, rivals, keys)))
    }


def _keys(stakes: Iterable[Stake]) -> Keys:
    placements = [stake.placement for stake in stakes if stake.placement]
    return names.keys(
        [*(r for p in placements for r in p.rooms), *(p.title for p in placements if p.adds)],
        [speaker for p in placements for speaker in p.speakers],
    )


def _competition(stake: Stake, rivals: Rivals, keys: Keys) -> Iterator[Conflict]:
    found: dict[int, tuple[Stake, list[Contested]]] = {}
    for number, other, contested in _contests(stake, rivals, keys):
        if number not in found:
            if len(found) == MOST_RIVALS:
                break
            found[number] = other, []
        if contested not in (its := found[number][1]):
            its.append(contested)
    removes = stake.proposal.action is Action.DELETE
    told, same = [], []
    for number, (other, its) in found.items():
        pk, title = UUID(int=number), other.suggestion.title
        if Contested.TITLE in its:
            same.append((pk, title))
        if contested := tuple(one for one in its if one is not Contested.TITLE):
            blocked = Contested.ROOM in contested or (removes and Contested.SESSION in contested)
            told.append(Rival(pk, title, contested, blocked))
    if told:
        told.sort(key=lambda rival: (not rival.blocked, rival.suggestion_id.int))
        yield Competition(
            kind=Kind.COMPETING,
            severity=Severity.WARNING,
            sentence=_sentence(told),
            about=tuple(rival.suggestion_id for rival in told),
            rivals=tuple(told),
        )
    if same:
        yield _suggested_twice(same)


def _contests(stake: Stake, rivals: Rivals, keys: Keys) -> Iterator[tuple[int, Stake, Contested]]:
    """Who stands against it, and for what; of those that say the same it is asked once."""
    own = stake.suggestion.pk.int
    for contested, wanted in stake.wanted(keys):
        stands: dict[int, bool] = {}
        for number, other in rivals.get((contested, wanted), ()):
            if number == own:
                continue
            if (known := stands.get(id(other))) is None:
                known = stands[id(other)] = stake.contests(contested, other, keys)
            if known:
                yield number, other, contested


def _suggested_twice(same: list[tuple[UUID, str]]) -> Conflict:
    return Conflict(
        kind=Kind.DUPLICATE,
        severity=Severity.WARNING,
        sentence=ngettext(
            "Another undecided suggestion adds the same session: %(suggestions)s.",
            "Other undecided suggestions add the same session: %(suggestions)s.",
            len(same),
        )
        % {
            "suggestions": listed(
                gettext("“%(title)s”") % {"title": isolate(title or gettext("(no title)"))}
                for _pk, title in same
            )
        },
        about=tuple(pk for pk, _title in same),
    )


def _sentence(rivals: list[Rival]) -> str:
    blocked = [rival for rival in rivals if rival.blocked]
    others = [rival for rival in rivals if not rival.blocked]
    sentences = []
    if blocked:
        sentences.append(
            ngettext(
                "Approving this blocks another undecided suggestion: %(suggestions)s.",
                "Approving this blocks other undecided suggestions: %(suggestions)s.",
                len(blocked),
            )
            % {"suggestions": _listed(blocked)}
        )
    if others:
        sentences.append(
            ngettext(
                "Another undecided suggestion wants the same: %(suggestions)s.",
                "Other undecided suggestions want the same: %(suggestions)s.",
                len(others),
            )
            % {"suggestions": _listed(others)}
        )
    return " ".join(sentences)


def _listed(rivals: list[Rival]) -> str:
    """The first of them in words, and how many more there are."""
    told = rivals[:MOST_NAMED]
    return listed((rival.in_words for rival in told), more=len(rivals) - len(told))


def _undecided(stakes: Collection[Stake]) -> Iterator[tuple[list[UUID], Stake]]:
    """The others that are undecided and could want what one of `stakes` does, where readable.

    Those that say the same have one stake, with the ids of all of them.
    """
    events = {stake.suggestion.event_id: stake.suggestion.event for stake in stakes}
    placements = [stake.placement for stake in stakes if stake.placement]
    named = [("room", p, room) for p in placements for room in p.rooms]
    named += [("title", p, p.title) for p in placements if p.adds and p.title]
    speakers = [(p, speaker) for p in placements for speaker in p.speakers]
    parameters = {
        "event": list(events),
        "zone": [event.timezone for event in events.values()],
        "action": [action.value for action in Action],
        "session": [s.proposal.session_id for s in stakes if s.proposal.session_id],
        "known": [stake.suggestion.pk for stake in stakes],
        "create": Action.CREATE.value,
        "name_what": [what for what, _p, _name in named],
        "name_event": [p.event_id for _what, p, _name in named],
        "name": [name for _what, _p, name in named],
        "name_start": [p.start for _what, p, _name in named],
        "name_end": [p.end for _what, p, _name in named],
        "speaker_event": [p.event_id for p, _name in speakers],
        "speaker": [name for _p, name in speakers],
        "speaker_start": [p.start for p, _name in speakers],
        "speaker_end": [p.end for p, _name in speakers],
    }
    with connection.cursor() as cursor:
        cursor.execute(candidates.candidates(), parameters)
        rows = cursor.fetchall()
    for row in rows:
        ids, event_id, action_type, data, organization_id, session_id, start, end, *spelled = row
        suggestion = Suggestion(
            id=ids[0],
            event=events[event_id],
            user=UserProfile(organization_id=organization_id),
            action_type=action_type,
            action_data=content.read(data),
        )
        session = None
        if session_id:
            room, speaker, pointing = spelled
            session = Schedule(
                id=session_id, start_time=start, end_time=end, room=room, speaker_name=speaker
            )
            session.pointing = pointing and json.loads(pointing)
        try:
            proposal = projection.read(suggestion)
        except InvalidProposal:
            continue
        if proposal.session_id and not session:
            continue
        if projection.fitting(suggestion, proposal, session).refused:
            continue
        placement = projection.placement(suggestion, proposal, session)
        light = replace(proposal, values=_NONE, seen=_NONE)
        yield ids, Stake(_light(suggestion), light, placement)


def _light(suggestion: Suggestion) -> Suggestion:
    """The suggestion with its title and without its content."""
    suggestion.title  # noqa: B018
    suggestion.action_data = None
    return suggestion

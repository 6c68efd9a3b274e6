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
from scheduling.conflicts import Conflict, Kind, Placement, Severity, listed
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
        """Whether it stands against another one that wants the same."""
        if self.suggestion.pk == other.suggestion.pk:
            return False
        if contested is Contested.SESSION:
            return True
        # A session does not collide with itself.
        if self.proposal.session_id and self.proposal.session_id == other.proposal.session_id:
            return False
        mine, theirs = self.placement, other.placement
        apart = None not in (mine.room, theirs.room) and (
            keys.names[mine.room] != keys.names[theirs.room]
        )
        if contested is Contested.TITLE and apart:
            return False
        return mine.start < theirs.end and theirs.start < mine.end


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


def find(stakes: Collection[Stake], *, apart: bool = True) -> dict[UUID, list[Conflict]]:
    """Which undecided suggestions compete with each, by the suggestion's id.

    That is a `Competition`, and besides a duplicate for those that would add the same session.
    Those given compete with each other as well, unless they are not to be taken `apart`. Of those
    for one suggestion at most `MOST_RIVALS` are told. Two statements for any number of stakes, none
    for none.
    """
    if not stakes:
        return {}
    rivals = defaultdict(list)
    # Always in the same order, so that of very many rivals the same ones are told.
    given = stakes if apart else ()
    others = sorted([*given, *_undecided(stakes)], key=lambda stake: stake.suggestion.pk)
    keys = _keys([*stakes, *others])
    for stake in others:
        for contested, wanted in stake.wanted(keys):
            rivals[contested, wanted].append(stake)
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


def _competition(
    stake: Stake, rivals: Mapping[tuple[Contested, Any], list[Stake]], keys: Keys
) -> Iterator[Conflict]:
    contests = (
        (other, contested)
        for contested, wanted in stake.wanted(keys)
        for other in rivals.get((contested, wanted), ())
        if stake.contests(contested, other, keys)
    )
    contested_by = defaultdict(list)
    for other, contested in contests:
        if other.suggestion.pk not in contested_by and len(contested_by) == MOST_RIVALS:
            break
        if (other, contested) not in (pairs := contested_by[other.suggestion.pk]):
            pairs.append((other, contested))
    removes = stake.proposal.action is Action.DELETE
    told, same = [], []
    for pk, pairs in contested_by.items():
        contested = tuple(one for _other, one in pairs if one is not Contested.TITLE)
        blocked = Contested.ROOM in contested or (removes and Contested.SESSION in contested)
        if contested:
            told.append(Rival(pk, pairs[0][0].suggestion.title, contested, blocked))
        if any(one is Contested.TITLE for _other, one in pairs):
            same.append(pairs[0][0].suggestion)
    if told:
        told.sort(key=lambda rival: (not rival.blocked, rival.suggestion_id))
        yield Competition(
            kind=Kind.COMPETING,
            severity=Severity.WARNING,
            sentence=_sentence(told),
            about=tuple(rival.suggestion_id for rival in told),
            rivals=tuple(told),
        )
    if same:
        yield _suggested_twice(same)


def _suggested_twice(same: list[Suggestion]) -> Conflict:
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
                gettext("“%(title)s”") % {"title": isolate(one.title or gettext("(no title)"))}
                for one in same
            )
        },
        about=tuple(one.pk for one in same),
    )


def _sentence(rivals: list[Rival]) -> str:
    blocked = [rival.in_words for rival in rivals if rival.blocked]
    others = [rival.in_words for rival in rivals if not rival.blocked]
    sentences = []
    if blocked:
        sentences.append(
            ngettext(
                "Approving this blocks another undecided suggestion: %(suggestions)s.",
                "Approving this blocks other undecided suggestions: %(suggestions)s.",
                len(blocked),
            )
            % {"suggestions": listed(blocked)}
        )
    if others:
        sentences.append(
            ngettext(
                "Another undecided suggestion wants the same: %(suggestions)s.",
                "Other undecided suggestions want the same: %(suggestions)s.",
                len(others),
            )
            % {"suggestions": listed(others)}
        )
    return " ".join(sentences)


def _undecided(stakes: Collection[Stake]) -> Iterator[Stake]:
    """The others that are undecided and could want what one of `stakes` does, where readable."""
    events = {stake.suggestion.event_id: stake.suggestion.event for stake in stakes}
    placements = [stake.placement for stake in stakes if stake.placement]
    wanted = [(p.event_id, p.room) for p in placements if p.room]
    wanted += [(p.event_id, p.title) for p in placements if p.adds and p.title]
    parameters = {
        "event": list(events),
        "action": [action.value for action in Action],
        "session": [s.proposal.session_id for s in stakes if s.proposal.session_id],
        "known": [stake.suggestion.pk for stake in stakes],
        "create": Action.CREATE.value,
        "name_event": [event_id for event_id, _name in wanted],
        "name": [name for _event_id, name in wanted],
        "speaker_event": [p.event_id for p in placements if p.speaker],
        "speaker": [p.speaker for p in placements if p.speaker],
    }
    with connection.cursor() as cursor:
        cursor.execute(candidates.candidates(), parameters)
        rows = cursor.fetchall()
    for row in rows:
        pk, event_id, action_type, data, organization_id, session_id, start, end, *spelled = row
        suggestion = Suggestion(
            id=pk,
            event=events[event_id],
            user=UserProfile(organization_id=organization_id),
            action_type=action_type,
            action_data=content.read(data),
        )
        session = None
        if session_id:
            room, speaker, *pointing = spelled
            session = Schedule(
                id=session_id, start_time=start, end_time=end, room=room, speaker_name=speaker
            )
            session.pointing = pointing and pointing[0] and json.loads(pointing[0])
        try:
            proposal = projection.read(suggestion)
        except InvalidProposal:
            continue
        if proposal.session_id and not session:
            continue
        if projection.fitting(suggestion, proposal, session).refused:
            continue
        placement = projection.placement(suggestion, proposal, session)
        yield Stake(_light(suggestion), replace(proposal, values=_NONE, seen=_NONE), placement)


def _light(suggestion: Suggestion) -> Suggestion:
    """The suggestion with its title and without its content."""
    suggestion.title  # noqa: B018
    suggestion.action_data = None
    return suggestion

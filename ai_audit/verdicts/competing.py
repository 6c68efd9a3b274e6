"""Which other undecided suggestions want what a suggestion wants: room, speaker or session.

The database picks, among all undecided ones of the events concerned, those that could; as text,
for nothing in them can be trusted to be what it looks like. What they come to is then read as it
is for a verdict of their own, so that one that could never be approved does not compete.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ai_audit.models import Suggestion
from ai_audit.proposals import Action, InvalidProposal, content
from ai_audit.verdicts import candidates, projection
from ai_audit.verdicts.stakes import Contested, One, Stake, Wanting
from eventflow.text.bidi import isolate
from scheduling import names
from scheduling.conflicts import (
    MOST_NAMED,
    Conflict,
    Kind,
    Severity,
    WhenRead,
    listed,
)
from scheduling.models import Event, Schedule, UserProfile
from scheduling.names import Keys

# How many others are told of for one suggestion; who competes with more has to wait anyway.
MOST_RIVALS = 100
_NONE: Mapping[str, Any] = MappingProxyType({})


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
        return _("“%(title)s” (%(contested)s)") % {
            "title": isolate(self.title or _("(no title)")),
            "contested": ", ".join(str(contested.label) for contested in self.contested),
        }


@dataclass(frozen=True)
class Competition(Conflict):
    """The conflict with other undecided suggestions; in `rivals` those it blocks come first."""

    rivals: WhenRead[tuple[Rival, ...]] = WhenRead[tuple[Rival, ...]](())  # noqa: RUF009


# Who wants something, by what that is; and all that say the same, by their stake.
_Rivals = Mapping[Contested, Mapping[Any, Wanting]]
_Alike = Mapping[int, list[One]]


def find(stakes: Collection[Stake], *, apart: bool = True) -> dict[UUID, list[Conflict]]:
    """Which undecided suggestions compete with each, by the suggestion's id.

    That is a `Competition`, and besides a duplicate for those that would add the same session.
    Those given compete with each other as well, unless they are not to be taken `apart`. Of those
    for one suggestion at most `MOST_RIVALS` are told. One statement for any number of stakes, none
    for none; another where one spells a name otherwise than it is written in its content.
    """
    if not stakes:
        return {}
    others = [([stake.suggestion.pk], stake) for stake in stakes] if apart else []
    rows, known = _read(stakes)
    others += _undecided(stakes, rows)
    keys = _keys([*stakes, *(stake for _pks, stake in others)], known)
    alike = {id(stake): sorted((pk.int, pk, stake) for pk in pks) for pks, stake in others}
    rivals: dict[Contested, dict[Any, Wanting]] = {c: defaultdict(Wanting) for c in Contested}
    for first in sorted(ones[0] for ones in alike.values()):
        for contested, what in first[2].wanted(keys):
            rivals[contested][what].ones.append(first)
    return {
        stake.suggestion.pk: found
        for stake in stakes
        if (found := list(_competition(stake, rivals, alike, keys)))
    }


def _keys(stakes: Iterable[Stake], known: Keys) -> Keys:
    """The keys of all their names; a statement where there is any that is not `known`."""
    placements = [stake.placement for stake in stakes if stake.placement]
    named = {r for p in placements for r in p.rooms} | {p.title for p in placements if p.adds}
    speakers = {speaker for p in placements for speaker in p.speakers}
    more = names.keys(named - known.names.keys(), speakers - known.people.keys())
    return Keys(known.names | more.names, known.people | more.people)


def _competition(stake: Stake, rivals: _Rivals, alike: _Alike, keys: Keys) -> Iterator[Conflict]:
    found, contests = _standing_against(stake, rivals, alike, keys)
    removes = stake.proposal.action is Action.DELETE
    blocked, others, same = [], [], []
    for one in sorted(found):
        its = contests[id(one[2])]
        if Contested.TITLE in its:
            same.append(one)
        if Contested.ROOM in its or (removes and Contested.SESSION in its):
            blocked.append(one)
        elif its != [Contested.TITLE]:
            others.append(one)
    if told := blocked + others:

        def rivals_of_it() -> tuple[Rival, ...]:
            return tuple(
                Rival(
                    pk,
                    other.suggestion.title,
                    tuple(c for c in contests[id(other)] if c is not Contested.TITLE),
                    blocked=n < len(blocked),
                )
                for n, (_number, pk, other) in enumerate(told)
            )

        yield Competition(
            kind=Kind.COMPETING,
            severity=Severity.WARNING,
            sentence=lambda: _sentence(rivals_of_it()),
            about=tuple(pk for _number, pk, _other in told),
            rivals=rivals_of_it,
        )
    if same:
        yield _suggested_twice(same)


def _standing_against(
    stake: Stake, rivals: _Rivals, alike: _Alike, keys: Keys
) -> tuple[list[One], Mapping[int, list[Contested]]]:
    """Who stands against it, the first `MOST_RIVALS` of them; and for what, by their stakes.

    Of those that say the same it is asked once.
    """
    found: list[One] = []
    contests: dict[int, list[Contested]] = defaultdict(list)
    for contested, what in stake.wanted(keys):
        wanting = rivals[contested].get(what)
        if wanting is None:
            continue
        when = None if contested is Contested.SESSION else stake.placement
        more: list[One] = []
        for _number, _pk, other in (
            wanting.ones if when is None else wanting.candidates_in_time(when)
        ):
            its = contests[id(other)]
            if contested in its or other is stake or not stake.contests(contested, other, keys):
                continue
            if not its:
                more += alike[id(other)]
            its.append(contested)
        found += sorted(more)[: MOST_RIVALS - len(found)]
    return found, contests


def _suggested_twice(same: list[One]) -> Conflict:
    return Conflict(
        kind=Kind.DUPLICATE,
        severity=Severity.WARNING,
        sentence=lambda: (
            ngettext(
                "Another undecided suggestion adds the same session: %(suggestions)s.",
                "Other undecided suggestions add the same session: %(suggestions)s.",
                len(same),
            )
            % {
                "suggestions": listed(
                    (
                        _("“%(title)s”")
                        % {"title": isolate(other.suggestion.title or _("(no title)"))}
                        for _number, _pk, other in same[:MOST_NAMED]
                    ),
                    more=max(len(same) - MOST_NAMED, 0),
                )
            }
        ),
        about=tuple(pk for _number, pk, _other in same),
    )


def _sentence(rivals: Iterable[Rival]) -> str:
    rivals = list(rivals)
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


def _read(stakes: Collection[Stake]) -> tuple[list[tuple[Any, ...]], Keys]:
    """What is read of others that are undecided and could want the same; and keys of names."""
    events = _events(stakes)
    placements = [stake.placement for stake in stakes if stake.placement]
    named = [("room", p, room) for p in placements for room in p.rooms]
    named += [("title", p, p.title) for p in placements if p.adds and p.title]
    speakers = [(p, speaker) for p in placements for speaker in p.speakers]
    parameters: dict[str, list[Any] | str] = {
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
    keys = Keys({}, {})
    for ids, _event, what, name, *_session, key, person, _pointing in rows:
        if ids is None and what == "name":
            keys.names[name] = key
        elif ids is None:
            keys.people.setdefault(name, {}).setdefault(key, person)
    return [row for row in rows if row[0] is not None], keys


def _events(stakes: Iterable[Stake]) -> dict[UUID, Event]:
    return {event.pk: event for stake in stakes if (event := stake.suggestion.event) is not None}


def _undecided(
    stakes: Collection[Stake], rows: Iterable[tuple[Any, ...]]
) -> Iterator[tuple[list[UUID], Stake]]:
    """The others that are undecided and could want what one of `stakes` does, where readable.

    Those that say the same have one stake, with the ids of all of them.
    """
    events = _events(stakes)
    requesters: dict[UUID | None, UserProfile] = {}
    for row in rows:
        ids, event_id, action_type, data, organization_id, session_id, start, end, *spelled = row
        suggestion = Suggestion(
            id=ids[0],
            event=events[event_id],
            user=requesters.get(organization_id)
            or requesters.setdefault(organization_id, UserProfile(organization_id=organization_id)),
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

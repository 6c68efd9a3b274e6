"""The verdict on several suggestions as a group: the programme after all of them.

A session that leaves its place is in nobody's way, and one that comes is. Writes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ai_audit import verdicts
from ai_audit.models import Suggestion
from ai_audit.proposals import Action, InvalidProposal
from ai_audit.proposals.naming import NamedSession
from ai_audit.verdicts import (
    Level,
    ReadableVerdict,
    SuggestionCollisions,
    Verdict,
    competing,
    projection,
)
from ai_audit.verdicts.stakes import Stake
from eventflow.text.bidi import isolate
from scheduling import conflicts, names
from scheduling.conflicts import Conflict, Kind, Other, Placement, Severity
from scheduling.models import Schedule

# How many suggestions are offered to be approved together with one.
MOST_PARTNERS = 3
# Of those about one session, the first so many are looked at: each may be long.
MOST_LOOKED_AT = 50


def judge_group(
    suggestions: Iterable[Suggestion], *, lock: bool = False, now: datetime | None = None
) -> dict[UUID, Verdict]:
    """The verdict on each suggestion, by id, if all of them are approved together.

    Each is laid over its session as by `verdicts.judge`, and collides with the programme as it
    will stand after all of them, and with undecided suggestions that are none of them. Two that
    end in one room at one time are errors of both, and so are two about one session. A session
    that one of them adds goes by the suggestion's id. At most six statements for any number;
    locks as `verdicts.judge` does.
    """
    return verdicts.judge(suggestions, lock=lock, now=now, find_collisions=_afterwards)


def _afterwards(
    stakes: Mapping[UUID, Stake],
    judged: Mapping[UUID, ReadableVerdict],
    events: Mapping[UUID, UUID],
) -> SuggestionCollisions:
    """Collisions of each in the programme as it will stand after all of them."""
    numbers = dict(enumerate(stakes))
    placements, leaving, coming = {}, [], {}
    for n, pk in numbers.items():
        stake, verdict = stakes[pk], judged[pk]
        session_id = stake.proposal.session_id or pk
        if stake.placement:
            placements[n] = replace(stake.placement, session_id=session_id)
        if verdict.session:
            leaving.append(session_id)
        if place := projection.whole_placement(
            stake.suggestion, verdict.after, stake.proposal, verdict.session
        ):
            coming[n] = replace(place, session_id=session_id)
    found: dict[UUID, list[Conflict]] = defaultdict(list)
    met = conflicts.find(placements, sessions=events, leaving=leaving, coming=coming)
    for n, its in met.conflicts.items():
        found[numbers[n]] += its
    for pk, its in competing.find(stakes.values(), apart=False).items():
        found[pk] += its
    for pk, conflict in _about_one_session(stakes.values()):
        found[pk].append(conflict)
    return SuggestionCollisions(found, met.registered)


def _about_one_session(stakes: Iterable[Stake]) -> Iterator[tuple[UUID, Conflict]]:
    """Conflicts for those of the group that are about the same session."""
    about = defaultdict(list)
    for stake in stakes:
        if stake.proposal.session_id:
            about[stake.proposal.session_id].append(stake.suggestion)
    for suggestions in about.values():
        for suggestion in suggestions:
            others = [other for other in suggestions if other is not suggestion]
            if others:
                yield (
                    suggestion.pk,
                    Conflict(
                        Kind.COMPETING,
                        Severity.ERROR,
                        _("Others of those chosen are about the same session: %(others)s.")
                        % {"others": conflicts.listed(map(named, others))},
                        about=tuple(other.pk for other in others),
                    ),
                )


def named(suggestion: Suggestion) -> str:
    """A suggestion by its title, fit to stand inside a sentence."""
    return quoted(suggestion.title)


def quoted(title: str) -> str:
    """A suggestion's title, which may be empty, fit to stand inside a sentence."""
    return _("“%(title)s”") % {"title": isolate(title or _("(no title)"))}


def still_colliding(suggestions: Iterable[Suggestion], judged: Mapping[UUID, Verdict]) -> list[str]:
    """Why they cannot be approved together: each pair once, named, in words; empty if they can."""
    told: set[frozenset[UUID]] = set()
    sentences: list[str] = []
    for suggestion in suggestions:
        verdict = judged[suggestion.pk]
        for conflict in verdict.errors:
            # Sessions meet sessions, and suggestions suggestions.
            own = suggestion.pk
            if conflict.others and verdict.session:
                own = verdict.session.pk
            pairs = {frozenset((own, other)) for other in conflict.ids}
            if pairs and pairs <= told:
                continue
            told |= pairs
            sentences.append(f"{named(suggestion)}: {conflict.sentence}")
    return sentences


def partners(suggestion: Suggestion, verdict: Verdict) -> list[Suggestion]:
    """Undecided suggestions each of which would clear the way for one that is blocked by a room.

    `verdict` is the one on `suggestion` alone. Each moves or removes the one session that is in
    the way, and neither is blocked when the two are approved together; at most `MOST_PARTNERS`.
    None is found where there is another error, or more than one session in the way. One statement
    where none is about that session, else two, and at most six more for each of as many as are
    offered at most.
    """
    obstacle = _obstacle(verdict)
    if obstacle is None or not isinstance(verdict, ReadableVerdict):
        return []
    wanted = projection.placement(suggestion, verdict.proposal, verdict.session, verdict.after)
    if wanted is None:
        return []
    about_it = (
        Suggestion.objects.pending()
        .select_related("event__organization", "user__organization", "approved_by")
        .filter(
            event=suggestion.event_id,
            action_type__in=[Action.UPDATE.value, Action.DELETE.value],
        )
        .exclude(pk=suggestion.pk)
        .alias(session_id=NamedSession())
        .filter(session_id=obstacle.id)
        .order_by("suggested_at", "pk")[:MOST_LOOKED_AT]
    )
    read = [
        (other, fields) for other in about_it if (fields := _after(other, obstacle)) is not None
    ]
    if not read:
        return []
    keys = names.keys([wanted.room, *(fields.get("room") for _other, fields in read)]).names
    clearing = [other for other, fields in read if _gives_way(fields, wanted, keys)]
    alone = verdicts.judge(clearing)
    clearing.sort(key=lambda other: alone[other.pk].level is Level.BLOCKED)
    found = []
    for other in clearing[:MOST_PARTNERS]:
        judged = judge_group([suggestion, other])
        if all(both.level is not Level.BLOCKED for both in judged.values()):
            found.append(other)
    return found


def _obstacle(verdict: Verdict) -> Other | None:
    """The one session that is in the way, where nothing else is."""
    errors = verdict.errors
    if len(errors) != 1 or errors[0].kind is not Kind.ROOM or len(errors[0].others) != 1:
        return None
    return errors[0].others[0]


def _after(other: Suggestion, obstacle: Other) -> Mapping[str, Any] | None:
    """The obstructing session after a suggestion about it; None where that is odd."""
    session = Schedule(
        id=obstacle.id, start_time=obstacle.start, end_time=obstacle.end, room=obstacle.room
    )
    try:
        proposal = projection.fitting(other, projection.read(other), session)
    except InvalidProposal:
        return None
    return None if proposal.refused else projection.after(proposal, session)


def _gives_way(fields: Mapping[str, Any], wanted: Placement, keys: Mapping[str, str]) -> bool:
    """Whether the session in the way would then be out of it."""
    return (
        not fields
        or fields["room"] is None
        or wanted.room is None
        or keys[fields["room"]] != keys[wanted.room]
        or not (fields["start_time"] < wanted.end and wanted.start < fields["end_time"])
    )

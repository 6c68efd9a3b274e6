"""The verdict on several suggestions as a group: the programme after all of them.

A session that leaves its place is in nobody's way, and one that comes is. Writes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Expression
from django.db.models.fields.json import KeyTextTransform, KeyTransform
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
from ai_audit.verdicts.judging import Laid
from ai_audit.verdicts.stakes import Stake
from eventflow.text.bidi import isolate
from scheduling import conflicts, names
from scheduling.conflicts import (
    Collisions,
    Conflict,
    Kind,
    Other,
    Placement,
    Scenario,
    Severity,
)
from scheduling.models import Schedule

# How many suggestions are offered to be approved together with one, and of how many that is asked.
MOST_PARTNERS = 3
MOST_PAIRS = 8
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
    (met,) = conflicts.find_each([_scenario(stakes, judged, events)])
    found = _of_the_group(stakes, met)
    for pk, its in competing.find(stakes.values(), apart=False).items():
        found.conflicts[pk].extend(its)
    return found


def _scenario(
    stakes: Mapping[UUID, Stake],
    judged: Mapping[UUID, ReadableVerdict],
    events: Mapping[UUID, UUID],
) -> Scenario:
    """The programme as it will stand after all of them, and each of them in it, by its place."""
    placements, leaving, coming = {}, [], {}
    for n, (pk, stake) in enumerate(stakes.items()):
        verdict = judged[pk]
        session_id = stake.proposal.session_id or pk
        if stake.placement:
            placements[n] = replace(stake.placement, session_id=session_id)
        if verdict.session:
            leaving.append(session_id)
        if place := projection.whole_placement(
            stake.suggestion, verdict.after, stake.proposal, verdict.session
        ):
            coming[n] = replace(place, session_id=session_id)
    return Scenario(placements, sessions=events, leaving=leaving, coming=coming)


def _of_the_group(stakes: Mapping[UUID, Stake], met: Collisions) -> SuggestionCollisions:
    """What was met in a scenario, by suggestion; and that two of them are about one session."""
    found: dict[UUID, list[Conflict]] = {
        pk: list(met.conflicts.get(n, ())) for n, pk in enumerate(stakes)
    }
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
    the way, and neither is blocked when the two are approved together; at most `MOST_PARTNERS`, of
    the first `MOST_PAIRS` that give way. None is found where there is another error, or more than
    one session in the way. One statement where none gives way, else three, or four with pointers.
    """
    obstacle = _obstacle(verdict)
    if obstacle is None or not isinstance(verdict, ReadableVerdict):
        return []
    wanted = projection.placement(suggestion, verdict.proposal, verdict.session, verdict.after)
    if wanted is None or wanted.room is None:
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
        .annotate(**{f"{state}_stays": _says_room(state, wanted.room) for state in _STATES})
        .order_by("suggested_at", "pk")[:MOST_LOOKED_AT]
    )
    clearing = [other for other in about_it if _gives_way(other, obstacle, wanted)][:MOST_PAIRS]
    if not clearing:
        return []
    laid = verdicts.lay([suggestion, *clearing])
    alone = laid.some([other.pk for other in clearing])
    pairs = [laid.some([suggestion.pk, other.pk]) for other in clearing]
    # By others that wait nothing is blocked, so they are not asked about.
    met, *together = conflicts.find_each(
        [_apart(alone), *(_scenario(pair.stakes, pair.clean, pair.events) for pair in pairs)]
    )
    fitting = [
        other
        for other, pair, its in zip(clearing, pairs, together, strict=True)
        if not _blocked(pair, _of_the_group(pair.stakes, its))
    ]
    return _blocked_last(fitting, alone, met)[:MOST_PARTNERS]


def _apart(laid: Laid) -> Scenario:
    """The programme as it stands, and each of them in it as if it were the only one."""
    places = {n: p for n, stake in enumerate(laid.stakes.values()) if (p := stake.placement)}
    return Scenario(places, sessions=laid.events)


def _blocked_last(fitting: list[Suggestion], alone: Laid, met: Collisions) -> list[Suggestion]:
    """Those that are blocked if they are approved alone come after the others."""
    found = {pk: met.conflicts.get(n, []) for n, pk in enumerate(alone.stakes)}
    blocked = _blocked(alone, SuggestionCollisions(found, met.registered))
    return sorted(fitting, key=lambda other: other.pk in blocked)


def _blocked(laid: Laid, met: SuggestionCollisions) -> set[UUID]:
    return {pk for pk, one in laid.judged(met).items() if one.level is Level.BLOCKED}


# Where a suggestion says what is to be, by whether it says changes.
_STATES = ("changes", "proposed_state")


def _says_room(state: str, room: str) -> Expression:
    """Whether the room that it says there is that one, as a column of a query on suggestions."""
    return names.is_name(KeyTextTransform("room", KeyTransform(state, "action_data")), room)


def _obstacle(verdict: Verdict) -> Other | None:
    """The one session that is in the way, where nothing else is."""
    errors = verdict.errors
    if len(errors) != 1 or errors[0].kind is not Kind.ROOM or len(errors[0].others) != 1:
        return None
    return errors[0].others[0]


def _gives_way(other: Suggestion, obstacle: Other, wanted: Placement) -> bool:
    """Whether the session in the way would then be out of it; not where that is odd."""
    session = Schedule(
        id=obstacle.id, start_time=obstacle.start, end_time=obstacle.end, room=obstacle.room
    )
    try:
        proposal = projection.fitting(other, projection.read(other), session)
    except InvalidProposal:
        return False
    if proposal.refused:
        return False
    after = projection.after(proposal, session)
    if not after or after["room"] is None:
        return True
    if not (after["start_time"] < wanted.end and wanted.start < after["end_time"]):
        return True
    # The room it has is the one that is wanted.
    if "room" not in proposal.values:
        return False
    data = other.action_data
    by_changes = isinstance(data, dict) and isinstance(data.get("changes"), dict)
    return not getattr(other, f"{_STATES[0 if by_changes else 1]}_stays")

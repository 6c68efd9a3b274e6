"""A day of an event with everything that waits for it, drawn by room and told in a list.

Verdicts are those of `verdicts`, on all suggestions of the day at once.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from ai_audit import verdicts
from ai_audit.models import Suggestion
from ai_audit.presenters import review
from ai_audit.presenters.wishes import Slot, Waiting, Wish, wish_of
from ai_audit.queue import Tab
from ai_audit.verdicts import Level, Verdict
from ai_audit.verdicts.competing import Competition
from eventflow.text.bidi import isolate, visible
from scheduling import rooms, times, timetable
from scheduling.conflicts import Kind, listed
from scheduling.models import Event
from scheduling.timetable import Entry, Role, Timetable

# Of one day so many suggestions are judged, the most urgent first.
MOST_JUDGED = 200

LABELS = {
    Level.CLEAR: pgettext_lazy("verdict", "Clear"),
    Level.WARNED: pgettext_lazy("verdict", "Warnings"),
    Level.BLOCKED: pgettext_lazy("verdict", "Blocked"),
}
_ROLES = {Level.CLEAR: Role.CLEAR, Level.WARNED: Role.WARNED, Level.BLOCKED: Role.BLOCKED}


@dataclass(frozen=True)
class Named:
    """A suggestion in a list: what it would do with which session, and its page.

    `level` is its verdict, `label` that in words; both are empty where it was not looked for.
    """

    headline: str
    action: str
    leads_to: str
    level: str = ""
    label: str = ""


@dataclass(frozen=True)
class WaitingLine(Named):
    """A suggestion as a list of a day tells it: all it would do there, and what that meets.

    `place` is where the session would be, or is where it would go; `origin` what it leaves, if it
    does; both in words. `reasons` are behind the verdict, each a sentence.
    """

    place: str = ""
    origin: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class EventDay:
    """A local day of an event, drawn and told.

    `counts` are how many there are by the level of their verdicts, each with it in words, and of
    these `removals`, with how many are `registered`. `unjudged` is how many more suggestions
    concern the day than were judged and drawn.
    """

    day: date
    timetable: Timetable
    told: tuple[WaitingLine, ...]
    counts: tuple[tuple[str, str, int], ...]
    removals: int
    registered: int
    unjudged: int


def day(
    event: Event,
    on: date,
    found: Waiting,
    *,
    leads_to: Callable[[Suggestion], str],
    alone: bool = False,
) -> EventDay | None:
    """A local day with what of `found` concerns it; None where the calendar has no such day.

    `leads_to` gives the address of a suggestion's page. With `alone`, of what stands only those
    sessions are drawn that something collides with. The statements of `verdicts.judge`, those of
    `timetable.whole_day`, and one; for any number of sessions and suggestions.
    """
    concerned = found.of(on)
    judged = verdicts.judge([wish.suggestion for wish in concerned[:MOST_JUDGED]])
    # Now that names are spelled as the programme does; meanwhile a session may have gone.
    again = [
        wish_of(wish.suggestion, judged[wish.suggestion.pk]) for wish in concerned[:MOST_JUDGED]
    ]
    wishes = [wish for wish in again if wish.days]
    holding = {room.name: room.capacity for room in rooms.known([event.pk])}
    places, apart = _places(wishes, judged, leads_to)
    drawn = timetable.whole_day(
        event=event,
        on=on,
        places=places,
        apart=apart,
        clashing={
            other.id
            for verdict in judged.values()
            for conflict in verdict.errors
            for other in conflict.others
        },
        holding=holding,
        alone=alone,
    )
    if drawn is None:
        return None
    levels = Counter(verdict.level for verdict in judged.values())
    removing = [verdict for verdict in judged.values() if verdict.removes]
    return EventDay(
        day=on,
        timetable=drawn,
        told=tuple(
            _told(wish, judged[wish.suggestion.pk], leads_to(wish.suggestion)) for wish in wishes
        ),
        counts=tuple(
            (level.value, str(Tab(level).label), levels[level]) for level in Level if levels[level]
        ),
        removals=len(removing),
        registered=sum(verdict.registered for verdict in removing),
        unjudged=max(len(concerned) - MOST_JUDGED, 0),
    )


def _places(
    wishes: Sequence[Wish], judged: Mapping[UUID, Verdict], leads_to: Callable[[Suggestion], str]
) -> tuple[list[Entry], set[UUID]]:
    """The entries that suggestions are drawn as, and the sessions that come with them.

    Each has a place of its own for where the session would be, and for where it is if that is left.
    """
    places: list[Entry] = []
    about = set()
    for wish in wishes:
        suggestion, verdict = wish.suggestion, judged[wish.suggestion.pk]
        address = leads_to(suggestion)
        title, note = review.headline(suggestion, verdict), _note(verdict)
        places += (
            Entry(_ROLES[verdict.level], title, *place, note=note, leads_to=address)
            for place in wish.proposed
        )
        session = verdict.session
        if session is None:
            continue
        about.add(session.pk)
        if wish.stays:
            continue
        role = Role.LEAVES if wish.proposed else Role.REMOVED
        if wish.proposed:
            note = _("to %(where)s") % {"where": _where(wish, wish.proposed)}
        else:
            note = _removing(verdict)
        places += (
            Entry(role, session.title, *place, id=session.pk, note=note, leads_to=address)
            for place in wish.standing
        )
    return places, about


def _note(verdict: Verdict) -> str:
    """Why it is not clear, in few words; empty where it is."""
    if taken := [o for c in verdict.errors if c.kind is Kind.ROOM for o in c.others]:
        return _("taken by %(sessions)s") % {"sessions": _titles(o.title for o in taken)}
    rivals = [r for c in verdict.warnings if isinstance(c, Competition) for r in c.rivals]
    if rivals and not verdict.errors:
        return _("competes with %(suggestions)s") % {
            "suggestions": _titles(rival.title or _("(no title)") for rival in rivals)
        }
    speaking = [o for c in verdict.warnings if c.kind is Kind.SPEAKER for o in c.others]
    if speaking and not verdict.errors:
        return _("the speaker also in %(sessions)s") % {
            "sessions": _titles(o.title for o in speaking)
        }
    # How many registrations go is told as a number.
    why = verdict.errors or [c for c in verdict.warnings if c.kind is not Kind.REMOVES]
    return ", ".join(dict.fromkeys(str(conflict.label) for conflict in why))


def _titles(titles) -> str:
    return listed((isolate(visible(title)) for title in titles), review.MOST_IN_THE_WAY)


def _removing(verdict: Verdict) -> str:
    """How many have a place in a session that goes, if anybody has, and why it is not clear."""
    registered = _("registered: %(count)s") % {"count": verdict.registered}
    return " · ".join(filter(None, [registered if verdict.registered else "", _note(verdict)]))


def _where(wish: Wish, places: Sequence[Slot]) -> str:
    """Places in words: when, on which day where that is another than where it stands, and rooms."""
    (_room, start, end), *_others = places
    other = (wish.standing if places is wish.proposed else wish.proposed) or places
    zone = wish.suggestion.zone
    moved = times.local(start, zone).date() != times.local(other[0][1], zone).date()
    if end > start:
        when = times.span(start, end, zone=zone, day=moved, year=False)
    else:
        when = times.span(start, None, zone=zone, day=moved, year=False)
    held = [isolate(visible(room)) for room, _start, _end in places if room is not None]
    return f"{when}, {', '.join(held)}" if held else _("%(when)s, without a room") % {"when": when}


def _told(wish: Wish, verdict: Verdict, leads_to: str) -> WaitingLine:
    suggestion = wish.suggestion
    moves = wish.proposed and wish.standing and not wish.stays
    return WaitingLine(
        headline=review.headline(suggestion, verdict),
        action=review.action_label(suggestion.action_type),
        level=verdict.level.value,
        label=str(LABELS[verdict.level]),
        place=_where(wish, wish.proposed or wish.standing),
        origin=_where(wish, wish.standing) if moves else "",
        reasons=tuple(c.sentence for c in (*verdict.errors, *verdict.warnings)),
        leads_to=leads_to,
    )

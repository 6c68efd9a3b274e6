"""Single reasons to hesitate, each told by the proposal, its session and who is registered for it.

What a session collides with, and what else is undecided, is found elsewhere.
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.models import Suggestion
from ai_audit.proposals import FIELD_LABELS, POINTER_LABELS, SETTABLE, Action, Proposal
from ai_audit.verdicts import projection
from ai_audit.verdicts.stakes import Stake
from eventflow.text.sentences import Said, Sentence, words
from scheduling import conflicts, pointers, times
from scheduling.conflicts import Conflict, Kind, Placement, Registered, Severity
from scheduling.models import Schedule

_NO_EFFECT = Sentence("no_effect", _lazy("It stands like that already."))


def alone(
    stake: Stake,
    session: Schedule | None,
    people: Registered,
    room: pointers.Row | None,
    *,
    turning: bool,
    now: datetime,
) -> list[Conflict]:
    """The conflicts of a suggestion by itself, whatever else is in the programme or undecided.

    `room` is the row of the room that it chooses; `turning` says that pointers turn with it.
    """
    suggestion, proposal = stake.suggestion, stake.proposal
    told = (
        None if turning else no_effect(proposal, session),
        stale(suggestion, proposal, session),
        local_time(proposal, suggestion.zone),
        outside(suggestion, proposal, session, stake.placement, now),
        over_capacity(proposal, people, room),
        two_rooms(proposal, session),
        conflicts.removed_along(people) if proposal.action is Action.DELETE else None,
        vips(proposal, session, people),
    )
    return [conflict for conflict in told if conflict]


def no_effect(proposal: Proposal, session: Schedule | None) -> Conflict | None:
    """A conflict where every field it asks for is so already, to the letter."""
    if proposal.action is not Action.UPDATE:
        return None
    if any(value != getattr(session, name) for name, value in proposal.values.items()):
        return None
    return error(Kind.NO_EFFECT, _NO_EFFECT())


def stale(suggestion: Suggestion, proposal: Proposal, session: Schedule | None) -> Conflict | None:
    """A conflict where what it touches is not what the AI saw; a removal touches all there is."""
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
    changed += [
        str(POINTER_LABELS[column]) for column in _turned_since(suggestion, proposal, session)
    ]
    if not changed:
        return None
    subject = ", ".join(changed)
    sentence = _("The session was changed since the AI saw it: %(fields)s.")
    return Conflict(Kind.STALE, Severity.WARNING, sentence % {"fields": subject}, subject=subject)


def _turned_since(suggestion: Suggestion, proposal: Proposal, session: Schedule) -> list[str]:
    """The pointers it touches that do not lead any more where the AI saw them lead."""
    has = pointers.kept().columns
    if not has:
        return []
    if proposal.action is Action.DELETE:
        touched: Iterable[str] = pointers.COLUMNS
    else:
        asking = projection.pointing(suggestion, proposal, session)
        touched = asking.wanted if asking else ()
    rows = pointers.of(session).rows
    return [
        column
        for column in pointers.COLUMNS
        if column in touched
        and column in has
        and column in proposal.pointed
        and proposal.pointed[column] != (rows[column].id if column in rows else None)
    ]


def local_time(proposal: Proposal, zone: ZoneInfo) -> Conflict | None:
    """A conflict where times on the event's clocks are skipped or occur twice."""
    odd = [(name, note) for name, note in proposal.notes if note != "unseen"]
    if not odd:
        return None
    sentences = {
        "nonexistent": _(
            "“%(field)s” is a time that the event’s clocks skip; %(moment)s is meant."
        ),
        "ambiguous": _(
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


def outside(
    suggestion: Suggestion,
    proposal: Proposal,
    session: Schedule | None,
    placement: Placement | None,
    now: datetime,
) -> Conflict | None:
    event, placed = suggestion.event, None
    if event is None:
        return None
    if placement and (session is None or placement.moves):
        placed = (placement.start, placement.end)
    return conflicts.outside(
        zone=suggestion.zone,
        first=event.start_date,
        last=event.end_date,
        placed=placed,
        standing=session.start_time if session else None,
        now=now,
    )


def over_capacity(
    proposal: Proposal, people: Registered, room: pointers.Row | None
) -> Conflict | None:
    """By what the session would hold, and the row of its new room, whichever is less."""
    limits = [proposal.values.get("max_capacity"), room.capacity if room else None]
    known = [limit for limit in limits if limit is not None]
    return conflicts.over_capacity(people, min(known, default=None))


def two_rooms(proposal: Proposal, session: Schedule | None) -> Conflict | None:
    """A conflict where a session goes on holding two rooms, because its text and pointer differ."""
    if proposal.action is not Action.UPDATE or "room" in proposal.values:
        return None
    return conflicts.two_rooms(*pointers.rooms_of(session))


def vips(proposal: Proposal, session: Schedule | None, people: Registered) -> Conflict | None:
    """VIPs are affected where the session goes, or would be at another time or in another room."""
    if proposal.action is not Action.DELETE:
        room = getattr(session, "room", None)
        if not projection.moves(proposal, session) and proposal.values.get("room", room) == room:
            return None
    return conflicts.vips_affected(people)


def error(kind: Kind, *said: Said) -> Conflict:
    return Conflict(kind, Severity.ERROR, lambda: words(said), said=said)

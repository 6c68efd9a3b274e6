"""The conflict engine again, slowly and plainly: every session compared with every other one.

For tests and benchmarks to compare with. Compares as the database's constraint and function do:
half-open times, names without regard to case, white space and what cannot be seen.
"""

import itertools
import unicodedata
from collections.abc import Collection, Iterable
from uuid import UUID

from scheduling.conflicts import Kind, Placement
from scheduling.models import Schedule


def pairs(sessions: Iterable[Schedule]) -> dict[Kind, set[frozenset[UUID]]]:
    """Every pair of an event's sessions that shares a room, and that shares a speaker."""
    found = {Kind.ROOM: set(), Kind.SPEAKER: set()}
    for one, other in itertools.combinations(sessions, 2):
        if one.event_id != other.event_id or not _overlap(one, other):
            continue
        if one.room is not None and _room(one.room) == _room(other.room):
            found[Kind.ROOM].add(frozenset({one.pk, other.pk}))
        if _speaker(one.speaker_name) and _speaker(one.speaker_name) == _speaker(
            other.speaker_name
        ):
            found[Kind.SPEAKER].add(frozenset({one.pk, other.pk}))
    return found


def collisions(
    placement: Placement,
    sessions: Collection[Schedule],
    registrations: Collection[tuple[UUID, UUID]] = (),
) -> dict[Kind, set]:
    """What a placement collides with: ids of sessions by kind.

    `registrations` are pairs of a participant and a session.
    """
    of_event = [
        s for s in sessions if s.event_id == placement.event_id and s.pk != placement.session_id
    ]
    then = [
        s
        for s in of_event
        if s.start_time < s.end_time
        and s.start_time < placement.end
        and placement.start < s.end_time
    ]
    found = {
        Kind.ROOM: {
            s.pk for s in then if s.room is not None and _room(s.room) == _room(placement.room)
        },
        Kind.SPEAKER: {
            s.pk
            for s in then
            if _speaker(s.speaker_name) and _speaker(s.speaker_name) == _speaker(placement.speaker)
        },
        Kind.ATTENDEES: set(),
    }
    if placement.moves:
        people = {who for who, what in registrations if what == placement.session_id}
        elsewhere = {what for who, what in registrations if who in people}
        found[Kind.ATTENDEES] = {s.pk for s in then if s.pk in elsewhere}
    return {kind: what for kind, what in found.items() if what}


def _overlap(one: Schedule, other: Schedule) -> bool:
    return (
        one.start_time < one.end_time
        and other.start_time < other.end_time
        and one.start_time < other.end_time
        and other.start_time < one.end_time
    )


def _speaker(name: str | None) -> str:
    return key(name or "")


def _room(name: str | None) -> str | None:
    return None if name is None else key(name) or name


def key(name: str) -> str:
    """The key of the few names that are used here, worked out without the database."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    seen = (c for c in folded if unicodedata.category(c) not in ("Cf", "Mn") or c.isspace())
    return " ".join("".join(seen).split())

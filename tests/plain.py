"""The conflict engine again, slowly and plainly: every session compared with every other one.

For tests and benchmarks to compare with. Compares as the database's constraint and function do:
half-open times, rooms exactly, speakers without regard to case and surrounding space.
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
        if one.room is not None and one.room == other.room:
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
    """What a placement collides with: ids of sessions by kind, and names of rooms that look alike.

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
        Kind.ROOM: {s.pk for s in then if s.room is not None and s.room == placement.room},
        Kind.SPEAKER: {
            s.pk
            for s in then
            if _speaker(s.speaker_name) and _speaker(s.speaker_name) == _speaker(placement.speaker)
        },
        Kind.ATTENDEES: set(),
        Kind.ROOM_NAME: set(),
    }
    if placement.names_room and placement.room:
        in_use = {s.room for s in of_event if s.room is not None}
        if placement.room not in in_use:
            found[Kind.ROOM_NAME] = {r for r in in_use if _room(r) == _room(placement.room)}
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
    return (name or "").strip().lower()


def _room(name: str) -> str:
    kept = (c for c in name.casefold() if not c.isspace())
    return "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cf"))

"""What is asked about: sessions at a time and place, and how statements are told of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling import times


@dataclass(frozen=True)
class Placement:
    """Where and when a session would be: what a proposal comes to, laid over the live session.

    `session_id` is the session that is moved, which never collides with itself; None for a new
    one. Times are aware, `start` before `end`; a room or speaker of None collides with nothing.
    `names_room` says that the room is chosen here, `moves` that the time is another than those
    who are registered know; `standing_room` is the room the session has now. By `title` it is named
    to others that come along with it, and found where it `adds` a session that stands already.
    """

    event_id: UUID
    start: datetime
    end: datetime
    room: str | None = None
    speaker: str | None = None
    session_id: UUID | None = None
    zone: ZoneInfo = field(default_factory=lambda: times.zone(None))
    names_room: bool = False
    moves: bool = False
    title: str = ""
    adds: bool = False
    standing_room: str | None = None


def columns_of(
    placements: Mapping[int, Placement],
    leaving: Iterable[UUID] = (),
    coming: Mapping[int, Placement] | None = None,
) -> dict[str, list]:
    # Without a length there is nothing that it could collide with.
    coming = {n: p for n, p in (coming or {}).items() if p.start < p.end}
    asked = [placements.get(n) for n in coming]
    return {
        **placed(placements),
        "leaving": list(leaving),
        "coming": list(coming),
        "coming_event": [p.event_id for p in coming.values()],
        "coming_session": [p.session_id for p in coming.values()],
        "coming_title": [p.title for p in coming.values()],
        "coming_start": [p.start for p in coming.values()],
        "coming_end": [p.end for p in coming.values()],
        "coming_room": [p.room for p in coming.values()],
        "coming_speaker": [p.speaker for p in coming.values()],
        "asks_room": [bool(p and p.room is not None) for p in asked],
        "asks_speaker": [bool(p and p.speaker) for p in asked],
        "adds": [p.adds for p in coming.values()],
    }


def placed(placements: Mapping[int, Placement]) -> dict[str, list]:
    return {
        "n": list(placements),
        "event": [p.event_id for p in placements.values()],
        "title": [p.title for p in placements.values()],
        "room": [p.room for p in placements.values()],
        "speaker": [p.speaker for p in placements.values()],
        "start": [p.start for p in placements.values()],
        "end": [p.end for p in placements.values()],
        "session": [p.session_id for p in placements.values()],
        "new": [p.adds for p in placements.values()],
        "events": list({p.event_id for p in placements.values()}),
    }

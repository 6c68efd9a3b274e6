"""Placements: a session at a time and place, and the columns that statements take of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling import times


@dataclass(frozen=True)
class Placement:
    """Where and when a session would be: what a proposal comes to, laid over the live session.

    `session_id` is the session that is moved, which never collides with itself; None for a new
    one. Times are aware, `start` before `end`; a room or speaker of None collides with nothing.
    `names_room` and `names_speaker` say that these are chosen here, `moves` that the time is
    another than those who are registered know; `standing_room` and `standing_speaker` are what the
    session has now. By `title` it is named to others that come along with it, and found where it
    `adds` a session that stands already.
    Where it has a room by its text and another by its pointer, that is its `second_room`; and
    `listed` are those who speak because they are listed for it.
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
    names_speaker: bool = False
    standing_speaker: str | None = None
    second_room: str | None = None
    listed: tuple[str, ...] = ()

    @property
    def rooms(self) -> list[str]:
        """The rooms it would hold."""
        return [room for room in (self.room, self.second_room) if room is not None]

    @property
    def speakers(self) -> list[str]:
        """The texts that name who would speak."""
        return [*filter(None, [self.speaker]), *self.listed]


def columns_of(
    placements: Mapping[int, Placement],
    leaving: Iterable[UUID] = (),
    coming: Mapping[int, Placement] | None = None,
) -> dict[str, list[Any]]:
    """The parameters of the statement: placements as arrays, a column each."""
    # Without a length there is nothing that it could collide with.
    coming = {n: p for n, p in (coming or {}).items() if p.start < p.end}
    along = _expanded(coming)
    asked = [placements.get(n) for n, _p in along]
    return {
        **_columns(_expanded(placements)),
        **_spans(placements),
        **_choosing(placements),
        **_moving(placements),
        "leaving": list(leaving),
        **{f"coming_{name}": column for name, column in _columns(along).items()},
        "asks_room": [bool(p and p.rooms) for p in asked],
        "asks_speaker": [bool(p and p.speakers) for p in asked],
    }


def _spans(placements: Mapping[int, Placement]) -> dict[str, list[Any]]:
    """When anything is asked about, by event: what meets or overlaps is one span.

    A session meets one of the placements in time where it meets one of the spans.
    """
    spans: list[list[Any]] = []
    for p in sorted(placements.values(), key=lambda p: (p.event_id, p.start, p.end)):
        if spans and spans[-1][0] == p.event_id and p.start <= spans[-1][2]:
            spans[-1][2] = max(spans[-1][2], p.end)
        else:
            spans.append([p.event_id, p.start, p.end])
    return {
        "span_event": [event_id for event_id, _start, _end in spans],
        "span_start": [start for _event_id, start, _end in spans],
        "span_end": [end for _event_id, _start, end in spans],
    }


def chooses(placement: Placement) -> bool:
    """Whether it chooses a room, of which there may be something to say."""
    return placement.names_room and bool(placement.room)


def moves(placement: Placement) -> bool:
    """Whether those who are registered for its session may be elsewhere then."""
    return placement.moves and placement.session_id is not None


def _choosing(placements: Mapping[int, Placement]) -> dict[str, list[Any]]:
    choosing = [p for p in placements.values() if chooses(p)]
    return {
        "chosen": [p.room for p in choosing],
        "choosing_events": list({p.event_id for p in choosing}),
    }


def _moving(placements: Mapping[int, Placement]) -> dict[str, list[Any]]:
    """Each once, whatever rooms and speakers it has."""
    moving = [(n, p) for n, p in placements.items() if moves(p)]
    return {
        "moving": [n for n, _p in moving],
        "moving_event": [p.event_id for _n, p in moving],
        "moving_start": [p.start for _n, p in moving],
        "moving_end": [p.end for _n, p in moving],
        "moving_session": [p.session_id for _n, p in moving],
    }


def _columns(told: list[tuple[int, Placement]]) -> dict[str, list[Any]]:
    return {
        "n": [n for n, _p in told],
        "event": [p.event_id for _n, p in told],
        "title": [p.title for _n, p in told],
        "room": [p.room for _n, p in told],
        "speaker": [p.speaker for _n, p in told],
        "names_speaker": [p.names_speaker and p.speaker is not None for _n, p in told],
        "standing_speaker": [p.standing_speaker for _n, p in told],
        "start": [p.start for _n, p in told],
        "end": [p.end for _n, p in told],
        "session": [p.session_id for _n, p in told],
        "new": [p.adds for _n, p in told],
        "events": list({p.event_id for _n, p in told}),
    }


def _expanded(placements: Mapping[int, Placement]) -> list[tuple[int, Placement]]:
    """Each placement, once more for its second room and for each who is listed for it."""
    told = []
    for n, placement in placements.items():
        told.append((n, placement))
        if placement.second_room is not None:
            again = replace(placement, room=placement.second_room, names_speaker=False)
            told.append((n, again))
        told += (
            (n, replace(placement, speaker=name, names_speaker=False)) for name in placement.listed
        )
    return told

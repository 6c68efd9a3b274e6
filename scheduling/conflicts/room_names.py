"""How the programme spells the rooms that are chosen, and which of them it does not know."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling import near_names
from scheduling.conflicts.kinds import Conflict, Kind, Severity, listed
from scheduling.conflicts.placement import Placement, chooses
from scheduling.conflicts.spellings import quoted, spelled


@dataclass(frozen=True)
class RoomName(Conflict):
    """A room that the event does not know; `near` are rooms of it that may be meant."""

    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Used:
    """A room of an event as it is spelled.

    So many sessions are `standing` in it, so many of them are `staying`, and since when; `by` is
    the number of the placement that comes along in it. It is `kept` in the product's own table of
    rooms, whoever is in it.
    """

    by: int | None
    event_id: UUID | None
    room: str
    key: str
    standing: int
    staying: int
    since: datetime | None
    kept: bool

    def is_another_s(self, n: int, placement: Placement, leaving: Collection[UUID]) -> bool:
        """Whether it is not only the placement that is in it, or the session that it moves."""
        if self.kept:
            return True
        moved = self.room == placement.standing_room and placement.session_id not in leaving
        return self.by != n and self.staying > moved


def room_names(
    placements: Mapping[int, Placement],
    leaving: Collection[UUID],
    taken: Mapping[int, str],
    rows: Iterable[tuple[Any, ...]],
) -> dict[int, list[Conflict]]:
    """How the programme spells the rooms that are chosen, or that it does not know them.

    `taken` is the room of a placement as a session spells it that has it at that time; `rows` are
    those that the statement gave.
    """
    choosing = {n: p for n, p in placements.items() if chooses(p)}
    used, chosen = defaultdict(list), {}
    for (
        n,
        _what,
        key,
        _id,
        _title,
        since,
        _end,
        room,
        event_id,
        standing,
        staying,
        kept,
        _unused,
    ) in rows:
        if event_id is None:
            chosen[room] = key
        else:
            used[event_id].append(_Used(n, event_id, room, key, standing, staying, since, kept))
    found: dict[int, list[Conflict]] = defaultdict(list)
    for n, placement in choosing.items():
        rooms, key = used[placement.event_id], chosen[placement.room or ""]
        kept = [one.key for one in rooms if one.kept]
        unkept = bool(kept) and key not in kept
        if same := [one for one in rooms if one.key == key and (one.standing or one.kept)]:
            in_the_way = taken.get(n)
            own = in_the_way or min(same, key=_most_used_then_oldest).room
            if own != placement.room:
                respelled = any(one.room == placement.standing_room for one in same)
                found[n].append(spelled(Kind.ROOM_NAME, "room", placement.room, own, respelled))
            if unkept:
                found[n].append(_unknown(placement, _not_kept(placement)))
            continue
        others = [one for one in rooms if one.is_another_s(n, placement, leaving)]
        if others and all(one.key != key for one in others):
            new = _new_room(placement, key, others)
            if unkept:
                new = replace(new, sentence=f"{new.sentence} {_not_kept(placement)}")
            found[n].append(new)
        elif unkept:
            found[n].append(_unknown(placement, _not_kept(placement)))
    return found


def _most_used_then_oldest(one: _Used) -> tuple[Any, ...]:
    return (-one.standing, one.since is None, one.since, one.room)


def _new_room(placement: Placement, key: str, others: list[_Used]) -> RoomName:
    keys = {one.key: one.room for one in sorted(others, key=_most_used_then_oldest, reverse=True)}
    alike = [keys[other] for other in near_names.near(key, sorted(keys))]
    rooms = alike or sorted(keys.values())
    sentence = (
        ngettext(
            "%(room)s is new to this event, and nearly the same as %(others)s.",
            "%(room)s is new to this event, and nearly the same as others: %(others)s.",
            len(alike),
        )
        if alike
        else ngettext(
            "%(room)s is new to this event; its room is %(others)s.",
            "%(room)s is new to this event; its rooms are %(others)s.",
            len(rooms),
        )
    )
    told = {"room": quoted(placement.room), "others": listed(map(quoted, rooms))}
    return _unknown(placement, sentence % told, near=tuple(alike))


def _not_kept(placement: Placement) -> str:
    return _(
        "%(room)s is not among the rooms that EventFlow’s newer pages keep: they will show none."
    ) % {"room": quoted(placement.room)}


def _unknown(placement: Placement, sentence: str, near: tuple[str, ...] = ()) -> RoomName:
    return RoomName(
        kind=Kind.ROOM_NAME,
        severity=Severity.WARNING,
        sentence=sentence,
        subject=placement.room or "",
        near=near,
    )


def two_rooms(room: str | None, second: str | None) -> Conflict | None:
    """A conflict where a session holds two rooms, because its text and its pointer differ."""
    if room is None or second is None:
        return None
    return Conflict(
        kind=Kind.ROOM_NAME,
        severity=Severity.WARNING,
        sentence=_(
            "The session holds two rooms: its text says %(room)s, and EventFlow’s newer pages say "
            "%(second)s. Writing its room sets both."
        )
        % {"room": quoted(room), "second": quoted(second)},
        subject=room,
    )

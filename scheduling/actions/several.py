"""Several sessions: rearranged one after the other, or written in bulk statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from eventflow.db.columns import Cut
from scheduling import pointers
from scheduling.actions import one
from scheduling.actions.one import SESSIONS, ChangeRefused, change
from scheduling.models import Event, Schedule

# The columns of what is set of a session, by name.
_COLUMNS = {f.name: f.column for f in Schedule._meta.concrete_fields if f.column}
_COLUMNS |= {column: column for column in pointers.COLUMNS}

# A session as it was read, and the fields of it to be set: of the model's, and pointers by column.
Change = tuple[Schedule, Mapping[str, Any]]
# As above, with fields that may be added to.
_Change = tuple[Schedule, dict[str, Any]]


def rearrange(*, changes: Iterable[Change]) -> None:
    """Change several sessions as `change` does, all or none, so that rooms may go round.

    Each is changed after those that leave the place it wants; of sessions that stand only in each
    other's way, one gives up its room for a moment. What a trigger of the product notes of a
    change, it notes of that too. Raises what `change` raises, for one that others than these stand
    in the way of; the sessions given are then not as they stand.
    """
    ordered, in_circles = _topological_order(
        [(session, dict(values)) for session, values in changes]
    )
    with transaction.atomic():
        for session, values in in_circles:
            values.setdefault("room", session.room)
            change(session=session, values={"room": None})
        for session, values in ordered:
            change(session=session, values=values)


def _topological_order(changes: list[_Change]) -> tuple[list[_Change], list[_Change]]:
    """The changes, each after those that leave the place it wants, and those to be parked first.

    Without these the others would be going round in circles.
    """
    in_the_way = {
        n: {
            m
            for m, (other, _values) in enumerate(changes)
            if m != n and _takes_place_of(session, values, other)
        }
        for n, (session, values) in enumerate(changes)
    }
    parked = []
    while True:
        try:
            ordered = list(TopologicalSorter(in_the_way).static_order())
        except CycleError as error:
            n, *_others = error.args[1]
            parked.append(n)
            for others in in_the_way.values():
                others.discard(n)
        else:
            return [changes[n] for n in ordered], [changes[n] for n in parked]


def _takes_place_of(session: Schedule, values: Mapping[str, Any], other: Schedule) -> bool:
    """Whether a session would then be where and when another one is now."""
    room, start, end = (
        values.get(name, getattr(session, name)) for name in ("room", "start_time", "end_time")
    )
    return (
        room is not None
        and (session.event_id, room) == (other.event_id, other.room)
        and start < other.end_time
        and other.start_time < end
    )


def insert_all(*, places: Iterable[tuple[Event, Mapping[str, Any]]]) -> list[UUID]:
    """Insert sessions as `insert` does, those with the same columns in one statement; their ids.

    All or none, in a savepoint of the caller's, who then does each for itself: which one stood in
    the way is not told. Raises ChangeRefused, or the database's errors.
    """
    bare: dict[UUID, dict[str, Any]] = {}
    rows = []
    for event, values in places:
        if event.pk not in bare:
            bare[event.pk] = one.row_of(Schedule(event=event))
        chosen = {_COLUMNS[name]: value for name, value in values.items()}
        rows.append({**bare[event.pk], "id": uuid4(), **chosen})
    for alike in _by_columns(rows).values():
        one.insert_rows(alike)
    ids = [row["id"] for row in rows]
    if ids and one.count_standing(ids) != len(ids):
        raise ChangeRefused(one.NOT_KEPT())
    return ids


def change_all(*, changes: Iterable[Change]) -> None:
    """Set fields of sessions as `change` does, the same fields in one statement; all or none.

    No session is there twice; they are not brought in step. Otherwise as `insert_all`.
    """
    rows = []
    for session, values in changes:
        own, pointed = one.split_pointers(values)
        starts, ends = (own.get(n, getattr(session, n)) for n in ("start_time", "end_time"))
        turned = own.keys() & {"start_time", "end_time"} and starts >= ends
        if turned or any(isinstance(value, Cut) for value in own.values()):
            raise ChangeRefused(one.NOT_KEPT())
        rows.append(_key(session) | one.columns_of(own) | pointed)
    for columns, alike in _by_columns(rows).items():
        becomes = ", ".join(f"{c} = v.{c}" for c in columns if c not in ("id", "event_id"))
        if not becomes:
            raise ChangeRefused(one.NOT_KEPT())
        changed = one.run(
            f"update {SESSIONS} as s set {becomes} from {one.GIVEN} as v"  # noqa: S608
            " where s.id = v.id and s.event_id = v.event_id",
            alike,
        )
        if changed != len(alike):
            raise ChangeRefused(one.NOT_KEPT())


def remove_all(*, sessions: Sequence[Schedule]) -> None:
    """Delete sessions as `remove` does, in one statement; all or none. Otherwise as
    `insert_all`."""
    if not sessions:
        return
    removed = one.run(
        f"delete from {SESSIONS} as s using {one.GIVEN} as v"  # noqa: S608
        " where s.id = v.id and s.event_id = v.event_id",
        [_key(session) for session in sessions],
    )
    if removed != len(sessions):
        raise ChangeRefused(one.NOT_KEPT())


def _key(session: Schedule) -> dict[str, Any]:
    return {"id": session.pk, "event_id": session.event_id}


def _by_columns(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, ...], list[dict[str, Any]]]:
    """The rows by the columns they hold."""
    alike = defaultdict(list)
    for row in rows:
        alike[frozenset(row)].append(row)
    return {tuple(sorted(columns)): those for columns, those in alike.items()}

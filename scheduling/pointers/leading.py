"""Names, dates and ids resolved to the rows that pointers would lead to; which pointers change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from scheduling import names
from scheduling.pointers.catalogue import COLUMNS, DAY, KEPT_IN, ROOM, kept
from scheduling.pointers.sessions import Row, of


@dataclass(frozen=True)
class Asked:
    """The pointers asked for, by column: a name, a date, a row's id, or None.

    What is not there stays as it is.
    """

    event_id: UUID
    wanted: Mapping[str, Any]


@dataclass(frozen=True)
class Turn:
    """A pointer that changes: from what row to what row; None is none.

    `keeps` says that a row was asked for and none is found, though the event has rows there, which
    is worth a word. `expected` says that it follows its text: where that goes, from where that was.
    """

    column: str
    before: Row | None
    after: Row | None
    keeps: bool = True
    expected: bool = True


@dataclass(frozen=True)
class Leading:
    """Where the pointers that were asked about lead, and of which events there are any rows."""

    rows: Mapping[tuple[int, str], Row]
    events: frozenset[tuple[str, UUID]]

    def keeps(self, column: str, event_id: UUID) -> bool:
        """Whether the event has any rows in the table that the column leads to."""
        return (column, event_id) in self.events


def _kept_rows(column: str) -> str:
    name = "t.date::text" if column == DAY else "t.name"
    capacity = "nullif(greatest(t.capacity, 0), 0)" if column == ROOM else "null::int"
    return f"""
  select t.event_id, '{column}' as pointer, t.id, {name} as name, {capacity} as capacity
  from public.{KEPT_IN[column]} as t
  where t.event_id = any (%(events)s::uuid[])"""


# The key is asked for once for each spelling; of a date it is the same again.
_LEADING = f"""
with wanted as materialized (
  select *
  from unnest(%(n)s::int[], %(event)s::uuid[], %(pointer)s::text[], %(name)s::text[])
    as w (n, event_id, pointer, name)
),
kept as materialized ({{kept}}
),
spelled as materialized (
  select spelling.name, {names.key("spelling.name")} as key
  from (
    select name from wanted
    union
    select name from kept
  ) as spelling
),
asked as materialized (
  select w.n, w.event_id, w.pointer, spelled.key
  from wanted as w
  join spelled
    on spelled.name = w.name
),
called as materialized (
  select k.*, spelled.key
  from kept as k
  join spelled
    on spelled.name = k.name
)
select a.n, a.event_id, a.pointer, c.id, c.name, c.capacity
from asked as a
join called as c
  on c.key = a.key
  and c.event_id = a.event_id
  and c.pointer = a.pointer
union all
select w.n, w.event_id, w.pointer, k.id, k.name, k.capacity
from wanted as w
join kept as k
  on k.id::text = w.name
  and k.event_id = w.event_id
  and k.pointer = w.pointer
union all
select distinct null::int, k.event_id, k.pointer, null::uuid, null, null::int
from kept as k
"""


def lead(asked: Mapping[int, Asked]) -> Leading:
    """Where pointers would lead, by the callers' keys and the column; one statement, or none.

    Of rows whose names have one key, the one that is spelled like that, or else the first by name.
    """
    has = kept()
    wanted = [
        (n, ask.event_id, column, value.isoformat() if isinstance(value, date) else str(value))
        for n, ask in asked.items()
        for column, value in ask.wanted.items()
        if column in has.columns and value is not None
    ]
    if not wanted:
        return Leading({}, frozenset())
    columns = {column for _n, _event, column, _value in wanted}
    arms = " union all".join(_kept_rows(column) for column in COLUMNS if column in columns)
    told = dict(zip(("n", "event", "pointer", "name"), zip(*wanted, strict=True), strict=True))
    parameters = {name: list(part) for name, part in told.items()}
    parameters["events"] = list({event_id for _n, event_id, _column, _value in wanted})
    spelled = {(n, column): value for n, _event, column, value in wanted}
    rows: dict[tuple[int, str], Row] = {}
    events = set()
    with connection.cursor() as cursor:
        cursor.execute(_LEADING.format(kept=arms), parameters)
        for n, event_id, column, *row in sorted(cursor.fetchall(), key=_by_name):
            if n is None:
                events.add((column, event_id))
            elif (n, column) not in rows or row[1] == spelled[n, column]:
                rows[n, column] = Row(*row)
    return Leading(rows, frozenset(events))


def _by_name(row: tuple) -> tuple:
    _n, _event, _column, pk, name, _capacity = row
    return name or "", str(pk)


def turns(n: int, asked: Asked, session: Any, leading: Leading) -> dict[str, Turn]:
    """The pointers of a session that turn, by column; `session` is None for a new one."""
    pointing = of(session)
    found = {}
    for column in COLUMNS:
        if column not in asked.wanted or column not in kept().columns:
            continue
        before, after = pointing.rows.get(column), leading.rows.get((n, column))
        wants = asked.wanted[column] is not None
        # A row by its id was there once.
        keeps = (
            wants
            and after is None
            and (isinstance(asked.wanted[column], UUID) or leading.keeps(column, asked.event_id))
        )
        if (before and before.id) != (after and after.id) or (keeps and session is None):
            follows = (after is not None or not wants) and not (column == ROOM and pointing.apart)
            found[column] = Turn(column, before, after, keeps, expected=follows)
    return found


def names_of(ids: Mapping[str, Iterable[UUID]]) -> dict[UUID, str]:
    """The names of rows that were pointed to, by id, as far as they stand; one statement."""
    has = kept()
    arms = [
        (
            f"select id, {'date::text' if column == DAY else 'left(name, 500)'}"
            f" from public.{KEPT_IN[column]} where id = any (%s)",
            list(wanted),
        )
        for column, wanted in ids.items()
        if column in has.columns and wanted
    ]
    if not arms:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(arm for arm, _ in arms), [ids for _, ids in arms])
        return dict(cursor.fetchall())

"""The decision history's chain: whether anything in it was altered, removed or reordered.

The history is only read; it is written by a trigger, whoever decides. When it was last verified is
noted beside it, where the web process's own login may not write.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

_CHUNK = 5_000
_FIRST = UUID(int=0)

_ENTRIES = """
select h.suggestion_id, h.number, h.previous_hash, h.hash, backoffice.history_text(h), h.to_status,
  s.execution_status, h.state = backoffice.decision_state(
    s.approved_at, s.approved_by, s.executed_at, s.execution_error)
from backoffice.decision_history as h
left join public.ai_insights_log as s
  on s.id = h.suggestion_id
where (h.suggestion_id, h.number) > (%s, %s)
order by h.suggestion_id, h.number
limit %s
"""

_UNTOLD = """
select s.id, s.execution_status
from public.ai_insights_log as s
where s.execution_status <> 'suggested'
and not exists (select from backoffice.decision_history as h where h.suggestion_id = s.id)
order by s.id
limit 1
"""

_CLOSING = """
select h.suggestion_id, h.number, h.hash, h.at, h.id
from backoffice.decision_history as h
where h.at >= coalesce(%s::timestamptz, '-infinity')
and h.at < coalesce(%s::timestamptz, 'infinity')
and (h.at, h.id) > (%s, %s)
order by h.at, h.id
limit %s
"""


@dataclass(frozen=True)
class Break:
    """Where the history is not what was written; `number` is the entry's, `what` a sentence."""

    suggestion_id: UUID
    number: int
    what: str


@dataclass
class _Link:
    """The entry read last, of the suggestion it belongs to."""

    suggestion_id: UUID
    number: int = 0
    hash: str | None = None
    to_status: str | None = None
    status: str | None = None
    as_left: bool | None = None


def first_break() -> Break | None:
    """The first place at which the history does not hold, or None, in one snapshot.

    Must not be called inside a transaction, which could not be given a snapshot any more.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
        return find_break()


def find_break() -> Break | None:
    """The first place at which the history does not hold, or None; also a missing last entry.

    Reads the whole history in chunks, in the caller's transaction.
    """
    with connection.cursor() as cursor:
        at = _Link(_FIRST)
        for entry in _entries(cursor):
            suggestion_id, number, previous, stored, text, *left = entry
            if suggestion_id != at.suggestion_id:
                if found := _unfinished(at):
                    return found
                at = _Link(suggestion_id)
            if number != at.number + 1:
                return Break(suggestion_id, at.number + 1, "This entry is missing.")
            if previous != at.hash:
                return Break(suggestion_id, number, "It does not follow the entry before it.")
            if hashlib.sha256(text.encode()).hexdigest() != stored:
                return Break(suggestion_id, number, "It is not as it was written.")
            at = _Link(suggestion_id, number, stored, *left)
        if found := _unfinished(at):
            return found
        cursor.execute(_UNTOLD)
        if untold := cursor.fetchone():
            return Break(untold[0], 1, f"It is {untold[1]}, and nothing tells how it became so.")
    return None


def _entries(cursor) -> Iterator[tuple]:
    after = (_FIRST, 0)
    while True:
        cursor.execute(_ENTRIES, [*after, _CHUNK])
        rows = cursor.fetchall()
        yield from rows
        if len(rows) < _CHUNK:
            return
        after = rows[-1][:2]


def _unfinished(at: _Link) -> Break | None:
    """A suggestion whose last entry is not what its row says."""
    if at.number and at.to_status != at.status:
        return Break(
            at.suggestion_id,
            at.number + 1,
            f"This entry is missing: the last one says {at.to_status}, the row {at.status}."
            if at.status
            else "The suggestion itself is gone.",
        )
    if at.number and not at.as_left:
        return Break(
            at.suggestion_id,
            at.number + 1,
            "This entry is missing: the row says otherwise of its decision than the last one.",
        )
    return None


def closing_digest(first: datetime | None, last: datetime | None) -> tuple[str, int]:
    """SHA-256 over the hashes of a period's entries, in order, and how many there are.

    `first` belongs to the period and `last` does not; without them it has no beginning or end.
    Kept elsewhere by a person, it later shows also a chain that was removed or computed anew.
    Reads in chunks.
    """
    digest, count = hashlib.sha256(), 0
    at, pk = "-infinity", 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_CLOSING, [first, last, at, pk, _CHUNK])
            rows = cursor.fetchall()
            for suggestion_id, number, stored, at, pk in rows:  # noqa: B007
                digest.update(f"{suggestion_id} {number} {stored}\n".encode())
            count += len(rows)
            if len(rows) < _CHUNK:
                return digest.hexdigest(), count


# Among what migrations record, and gone with the migration that made the history.
_VERIFICATION = ("verification of backoffice.decision_history", "ai_audit.0004_decision_history")
_HELD, _BROKEN = "held", "did not hold"

_NOTE = """
insert into backoffice.foundation_objects (object, migration, replaced)
values (%s, %s, %s)
on conflict (object) do update set replaced = excluded.replaced, created_at = now()
"""

_LAST = """
select replaced = %s, now() - created_at
from backoffice.foundation_objects
where object = %s
"""


@dataclass(frozen=True)
class Verification:
    """A note of the last verification: whether the chain held to its end, and how long ago."""

    held: bool
    ago: timedelta


def note_verified(*, held: bool) -> None:
    """Note that the history was verified just now; as the login that migrates.

    Raises DatabaseError where the login may not write there.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NOTE, [*_VERIFICATION, _HELD if held else _BROKEN])


def last_verified() -> Verification | None:
    """When the history was verified last, and whether it held; None where it never was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select to_regclass('backoffice.decision_history') is not null"
            " and to_regclass('backoffice.foundation_objects') is not null"
        )
        if cursor.fetchone() != (True,):
            return None
        cursor.execute(_LAST, [_HELD, _VERIFICATION[0]])
        found = cursor.fetchone()
    return Verification(*found) if found else None

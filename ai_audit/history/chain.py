"""The decision history's hash chain: whether anything in it was altered, removed or reordered.

The history is only read; it is written by a trigger, whoever decides. When it was last verified is
noted beside it, where the web process's own login may not write.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from django.db import connection, transaction

_CHUNK = 5_000

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
    """The first place at which the chain is broken; `number` is the entry's, `what` a sentence."""

    suggestion_id: UUID
    number: int
    what: str


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
        entries = _in_chunks(cursor, _ENTRIES, after=(UUID(int=0), 0), key=slice(2))
        for suggestion_id, its_own in groupby(entries, key=itemgetter(0)):
            last = None
            for expected, entry in enumerate(its_own, start=1):
                _id, number, previous, stored, text, *left = entry
                if number != expected:
                    return Break(suggestion_id, expected, "This entry is missing.")
                if previous != last:
                    return Break(suggestion_id, number, "It does not follow the entry before it.")
                if hashlib.sha256(text.encode()).hexdigest() != stored:
                    return Break(suggestion_id, number, "It is not as it was written.")
                last = stored
            if said := _unfinished(*left):
                return Break(suggestion_id, number + 1, said)
        cursor.execute(_UNTOLD)
        if untold := cursor.fetchone():
            return Break(untold[0], 1, f"It is {untold[1]}, and nothing tells how it became so.")
    return None


def _unfinished(to_status: str, status: str | None, as_left: bool | None) -> str:
    """A sentence where a suggestion's last entry is not what its row says; else nothing."""
    if status is None:
        return "The suggestion itself is gone."
    if to_status != status:
        return f"This entry is missing: the last one says {to_status}, the row {status}."
    if not as_left:
        return "This entry is missing: the row says otherwise of its decision than the last one."
    return ""


def _in_chunks(cursor, statement: str, *asked: object, after: tuple, key: slice) -> Iterator[tuple]:
    """Keyset pagination: all rows of a statement that takes what is asked, a key and how many."""
    while True:
        cursor.execute(statement, [*asked, *after, _CHUNK])
        rows = cursor.fetchall()
        yield from rows
        if len(rows) < _CHUNK:
            return
        after = rows[-1][key]


def closing_digest(first: datetime | None, last: datetime | None) -> tuple[str, int]:
    """SHA-256 over the hashes of a period's entries, in order, and how many there are.

    `first` belongs to the period and `last` does not; without them it has no beginning or end.
    Kept elsewhere by a person, it later shows also a chain that was removed or computed anew.
    Reads in chunks.
    """
    digest, count = hashlib.sha256(), 0
    with connection.cursor() as cursor:
        entries = _in_chunks(
            cursor, _CLOSING, first, last, after=("-infinity", 0), key=slice(3, None)
        )
        for suggestion_id, number, stored, _at, _pk in entries:
            digest.update(f"{suggestion_id} {number} {stored}\n".encode())
            count += 1
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
    """The last verification that was noted; None where there was none."""
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

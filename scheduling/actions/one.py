"""One session inserted, changed, removed or restored, and the words for why it was not."""

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import DatabaseError, OperationalError, connection
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from eventflow.db import database
from eventflow.db.columns import Cut
from eventflow.text import bidi, sentences
from eventflow.text.bidi import isolate, ltr
from eventflow.text.sentences import Said, Sentence
from scheduling import conflicts, pointers, rows
from scheduling.models import Event, Registration, Schedule

ROOM_CONSTRAINT = "no_room_overlap"
TABLE = Schedule._meta.db_table
SESSIONS = f"public.{TABLE}"
# Rows as JSON of the table's own type: each value becomes what the column holds.
GIVEN = f"jsonb_populate_recordset(null::{SESSIONS}, %s::jsonb)"
REGISTRATIONS = f"public.{Registration._meta.db_table}"

BUSY = _lazy("Someone else is working on the same programme right now. Try again in a moment.")

_NOT_KEPT_NEW = Sentence("not_kept_new", _lazy("The database did not keep the new session."))
NOT_KEPT = Sentence("not_kept", _lazy("The database did not keep the session."))
_ENDS_TOO_EARLY = Sentence("ends_too_early", _lazy("It would not end after it starts."))
_HERE_AGAIN = Sentence("here_again", _lazy("The session is in the programme again already."))
_GONE = Sentence("gone", _lazy("The session is no longer there, or may not be changed by you."))
_NOT_ALL_READ = Sentence(
    "not_all_read",
    _lazy("The session holds a text that is longer than is read here; it cannot be written back."),
)
_HIDDEN = Sentence(
    "hidden_by_policy",
    _lazy(
        "The session is no longer there, or may not be changed by you: a policy of the database "
        "on %(table)s does not allow it. PostgreSQL says: %(message)s."
    ),
    table=ltr,
    message=isolate,
)
BY_POLICY = Sentence(
    "refused_by_policy",
    _lazy("A policy of the database refused it, on %(table)s. PostgreSQL says: %(message)s."),
    table=ltr,
    message=isolate,
)
_ROOM_TAKEN = Sentence("room_taken_then", _lazy("%(room)s is taken at that time."), room=isolate)
_POINTS_NOWHERE = Sentence(
    "points_nowhere",
    _lazy(
        "By %(columns)s the session leads to something in %(table)s that is no longer there. What "
        "the history keeps of it is not lost. Try again; if that does not help, add the session by "
        "hand."
    ),
    columns=ltr,
    table=ltr,
)
_STILL_REFERRED_TO = Sentence(
    "still_referred_to",
    _lazy(
        "%(table)s still refers to the session, by %(columns)s, and nothing of either is lost. "
        "Remove that in EventFlow first, then try again."
    ),
    columns=ltr,
    table=ltr,
)
_NOT_ACCEPTED = Sentence(
    "not_accepted", _lazy("The database did not accept the change: %(message)s"), message=isolate
)


class Refusal(Exception):
    """The programme was not changed; `said` is a sentence for people."""

    def __init__(self, *said: Said):
        super().__init__(*said)
        self.said = said

    def __str__(self):
        return sentences.words(self.said)


class RoomTaken(Refusal):
    """Another session has the room at an overlapping time."""


class SessionGone(Refusal):
    """The session is not there (any more), or the policies hide it."""


class ChangeRefused(Refusal):
    """The database did not accept the change: a policy, a trigger or another constraint."""


def lock_programme(event_id: UUID) -> None:
    """Wait for the right to change an event's programme; it is held until the transaction ends.

    Whoever writes sessions takes it before any row's lock, so that two people never deadlock.
    """
    database.lock_in_transaction("event", str(event_id))


def lock_programmes(query: str, parameters: Sequence[Any], *, wait: bool = True) -> bool:
    """As `lock_programme`, of each event whose id `query` gives, in its order; one statement.

    Without `wait`, whether nobody had any of these rights.
    """
    return database.lock_each_in_transaction(query, parameters, "event", wait=wait)


def insert(*, event: Event, values: Mapping[str, Any], session_id: UUID | None = None) -> Schedule:
    """Insert a session of `event` with the given fields; the rest take their defaults.

    Raises RoomTaken or ChangeRefused.
    """
    own, pointed = split_pointers(values)
    session = Schedule(event=event, **own)
    if session_id is not None:
        session.id = session_id
    with _refusals(session):
        insert_rows([row_of(session) | pointed])
        if not count_standing([session.pk]):
            raise ChangeRefused(_NOT_KEPT_NEW())
    session._state.adding = False
    return session


def split_pointers(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of the model among them, and the pointers, which not every database has."""
    own = {name: value for name, value in values.items() if name not in pointers.COLUMNS}
    return own, {column: values[column] for column in pointers.COLUMNS if column in values}


def row_of(session: Schedule) -> dict[str, Any]:
    """What an insert writes of a session, by column, as values; without pointers."""
    return columns_of(
        {f.attname: f.pre_save(session, True) for f in Schedule._meta.concrete_fields}
    )


def columns_of(own: Mapping[str, Any]) -> dict[str, Any]:
    """What is written of the model's fields, by column."""
    fields = {name: Schedule._meta.get_field(name) for name in own}
    return {f.column: f.get_db_prep_save(own[name], connection) for name, f in fields.items()}


def insert_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert sessions from rows with the same columns, in one statement."""
    listed = ", ".join(rows[0])
    # What is not told of a row is null.
    told = [{c: value for c, value in row.items() if value is not None} for row in rows]
    run(f"insert into {SESSIONS} ({listed}) select {listed} from {GIVEN}", told)  # noqa: S608


def run(statement: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Run a statement that reads rows by `GIVEN`; how many it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(rows, default=str)])
        return cursor.rowcount


def _update_row(session: Schedule, row: Mapping[str, Any]) -> int:
    becomes = ", ".join(f"{column} = %s" for column in row)
    with connection.cursor() as cursor:
        cursor.execute(
            f"update {SESSIONS} set {becomes} where id = %s and event_id = %s",  # noqa: S608
            [*row.values(), session.pk, session.event_id],
        )
        return cursor.rowcount


def count_standing(ids: Collection[UUID]) -> int:
    """How many of them are there, as far as the role in force sees; one statement."""
    # Asked for each of many, and so without a queryset.
    with connection.cursor() as cursor:
        cursor.execute(
            f"select count(*) from {SESSIONS} where id = any (%s)",  # noqa: S608
            [list(ids)],
        )
        return cursor.fetchone()[0]


def change(*, session: Schedule, values: Mapping[str, Any]) -> None:
    """Set the given fields of a session, and no others.

    `session` is as it was read; it is brought in step with what was written, and stays as it was
    where nothing is. Raises RoomTaken, SessionGone or ChangeRefused.
    """
    if any(isinstance(value, Cut) for value in values.values()):
        raise ChangeRefused(_NOT_ALL_READ())
    own, pointed = split_pointers(values)
    stood = {name: getattr(session, name) for name in own}
    _assign(session, own)
    try:
        if values.keys() & {"start_time", "end_time"} and session.start_time >= session.end_time:
            # Nothing in the database refuses it where there is no room.
            raise ChangeRefused(_ENDS_TOO_EARLY())
        with _refusals(session):
            here = Schedule.objects.filter(pk=session.pk, event_id=session.event_id)
            # Without a field there is nothing to update, which is no sign that the session is gone.
            changed = _update_row(session, columns_of(own) | pointed) if values else here.count()
            _require_one(session, "UPDATE", changed)
    except Refusal:
        _assign(session, stood)
        raise


def _assign(session: Schedule, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(session, name, value)


def remove(*, session: Schedule) -> None:
    """Delete a session, with all that the database deletes along with it.

    Raises SessionGone or ChangeRefused.
    """
    with _refusals(session):
        removed, _by_model = Schedule.objects.filter(
            pk=session.pk, event_id=session.event_id
        ).delete()
        _require_one(session, "DELETE", removed)


def in_words(table: str, count: int) -> str:
    """So many rows of a qualified table, for people; tables of the product's own by name."""
    if table == REGISTRATIONS:
        words = ngettext("%(count)s registration", "%(count)s registrations", count)
        return words % {"count": count}
    words = ngettext("%(count)s row of %(table)s", "%(count)s rows of %(table)s", count)
    return words % {"count": count, "table": ltr(table)}


def restore(*, event: Event, session_id: UUID, values: Mapping[str, Any], row: str) -> Schedule:
    """Insert a removed session of `event` again, with its id and every column it had.

    `row` is its JSON text as it stood; `values` are its settable fields as far as they are known,
    for what is said of a refusal. It comes back counting nobody, so that nothing stands against
    who is registered; whoever brings the registrations back counts them. Raises RoomTaken or
    ChangeRefused.
    """
    session = Schedule(event=event, **values)
    session.id = session_id
    if count_standing([session.pk]):
        raise ChangeRefused(_HERE_AGAIN())
    with _refusals(session):
        kept = rows.put_back(SESSIONS, [rows.with_field(row, "current_count", 0)])
        if kept != 1 or not count_standing([session.pk]):
            raise ChangeRefused(NOT_KEPT())
    return session


def _require_one(session: Schedule, command: str, changed: int) -> None:
    """Raise SessionGone unless one row was changed; why, as far as that can be known."""
    if changed == 1:
        return
    with connection.cursor() as cursor:
        # A row that may be updated may be locked; deleting may have policies of its own.
        cursor.execute(
            f"select 1 from {SESSIONS} where id = %s and event_id = %s"  # noqa: S608
            " and not (%s = 'DELETE' and exists (select from pg_catalog.pg_policy as p"
            "  where p.polrelid = %s::regclass and p.polcmd = 'd')) for update",
            [session.pk, session.event_id, command, SESSIONS],
        )
        if cursor.fetchone() is not None:
            raise SessionGone(_GONE())
    raise SessionGone(_HIDDEN(table=TABLE, message=f"{command} {changed}"))


@contextmanager
def _refusals(session: Schedule):
    """Run the block in a savepoint; turn what the database refuses into a `Refusal`."""
    try:
        with database.settling():
            yield
    except OperationalError:
        # About the connection or a lock, and not about what was written.
        raise
    except DatabaseError as error:
        if database.is_outage(error):
            raise
        if database.violated_constraint(error) == ROOM_CONSTRAINT:
            raise RoomTaken(*_room_taken(session)) from error
        raise ChangeRefused(not_accepted(error, TABLE)) from error


def not_accepted(error: DatabaseError, table: str) -> Said:
    """The database's answer to a write to `table`, as a sentence; of a policy, that it was one.

    Of a session that leads to what is gone, or that something else leads to, it is told in words.
    """
    message = bidi.cut(database.message(error))
    reference = database.broken_reference(error) if table == TABLE else None
    if reference and reference.table == TABLE:
        return _POINTS_NOWHERE(columns=reference.columns, table=reference.to)
    if reference and reference.to == TABLE:
        return _STILL_REFERRED_TO(columns=reference.columns, table=reference.table)
    policy = database.refusing_policy(error, table)
    if policy:
        return BY_POLICY(table=policy, message=message)
    return _NOT_ACCEPTED(message=message)


def _room_taken(session: Schedule) -> tuple[Said, ...]:
    """The holders of the room the session would take; one statement."""
    placement = conflicts.Placement(
        event_id=session.event_id,
        start=session.start_time,
        end=session.end_time,
        room=session.room,
        session_id=session.pk,
        zone=session.event.zone,
    )
    conflict = conflicts.room_conflict(placement)
    return conflict.said if conflict else (_ROOM_TAKEN(room=bidi.cut(session.room)),)

"""The only writer of sessions: place, change, remove, rearrange several, restore a removed one.

Each action runs in a savepoint of the caller's transaction, with whatever role is in force
there, and either is done whole or raises a `Refusal` with the programme untouched. The caller
locks the programme first, and settles who may act, and as whom.
"""

from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _
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
REGISTRATIONS = f"public.{Registration._meta.db_table}"

BUSY = _("Someone else is working on the same programme right now. Try again in a moment.")

_NOT_KEPT_NEW = Sentence("not_kept_new", _("The database did not keep the new session."))
_NOT_KEPT = Sentence("not_kept", _("The database did not keep the session."))
_ENDS_TOO_EARLY = Sentence("ends_too_early", _("It would not end after it starts."))
_HERE_AGAIN = Sentence("here_again", _("The session is in the programme again already."))
_GONE = Sentence("gone", _("The session is no longer there, or may not be changed by you."))
_NOT_ALL_READ = Sentence(
    "not_all_read",
    _("The session holds a text that is longer than is read here; it cannot be written back."),
)
_HIDDEN = Sentence(
    "hidden_by_policy",
    _(
        "The session is no longer there, or may not be changed by you: a policy of the database "
        "on %(table)s does not allow it. PostgreSQL says: %(message)s."
    ),
    table=ltr,
    message=isolate,
)
BY_POLICY = Sentence(
    "refused_by_policy",
    _("A policy of the database refused it, on %(table)s. PostgreSQL says: %(message)s."),
    table=ltr,
    message=isolate,
)
_ROOM_TAKEN = Sentence("room_taken_then", _("%(room)s is taken at that time."), room=isolate)
_POINTS_NOWHERE = Sentence(
    "points_nowhere",
    _(
        "By %(columns)s the session leads to something in %(table)s that is no longer there. What "
        "the history keeps of it is not lost. Try again; if that does not help, add the session by "
        "hand."
    ),
    columns=ltr,
    table=ltr,
)
_STILL_REFERRED_TO = Sentence(
    "still_referred_to",
    _(
        "%(table)s still refers to the session, by %(columns)s, and nothing of either is lost. "
        "Remove that in EventFlow first, then try again."
    ),
    columns=ltr,
    table=ltr,
)
_NOT_ACCEPTED = Sentence(
    "not_accepted", _("The database did not accept the change: %(message)s"), message=isolate
)


# A session as it was read, and the fields of it to be set: of the model's, and pointers by column.
Change = tuple[Schedule, Mapping[str, Any]]


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


def try_lock_programme(event_id: UUID) -> bool:
    """As `lock_programme`, where nobody has that right now; whether it was had."""
    return database.try_lock_in_transaction("event", str(event_id))


def place(*, event: Event, values: Mapping[str, Any], session_id: UUID | None = None) -> Schedule:
    """Insert a session of `event` with the given fields; the rest take their defaults.

    Raises RoomTaken or ChangeRefused.
    """
    own, pointed = _apart(values)
    session = Schedule(event=event, **own)
    if session_id is not None:
        session.id = session_id
    with _refusals(session):
        if pointed:
            _insert(session, pointed)
        else:
            session.save(force_insert=True)
        if not _is_there(session):
            raise ChangeRefused(_NOT_KEPT_NEW())
    return session


def _apart(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of the model among them, and the pointers, which not every database has."""
    own = {name: value for name, value in values.items() if name not in pointers.COLUMNS}
    return own, {column: values[column] for column in pointers.COLUMNS if column in values}


def _insert(session: Schedule, pointed: Mapping[str, Any]) -> None:
    fields = Schedule._meta.concrete_fields
    columns = [*(f.column for f in fields), *pointed]
    row = [f.get_db_prep_save(f.pre_save(session, True), connection) for f in fields]
    places = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {SESSIONS} ({', '.join(columns)}) values ({places})",  # noqa: S608
            [*row, *pointed.values()],
        )
    session._state.adding = False


def _update(session: Schedule, own: Mapping[str, Any], pointed: Mapping[str, Any]) -> int:
    fields = {name: Schedule._meta.get_field(name) for name in own}
    row = [fields[name].get_db_prep_save(value, connection) for name, value in own.items()]
    becomes = ", ".join(f"{c} = %s" for c in [*(f.column for f in fields.values()), *pointed])
    with connection.cursor() as cursor:
        cursor.execute(
            f"update {SESSIONS} set {becomes} where id = %s and event_id = %s",  # noqa: S608
            [*row, *pointed.values(), session.pk, session.event_id],
        )
        return cursor.rowcount


def _is_there(session: Schedule) -> bool:
    # Asked for each of many, and so without a queryset.
    with connection.cursor() as cursor:
        cursor.execute(f"select 1 from {SESSIONS} where id = %s", [session.pk])  # noqa: S608
        return cursor.fetchone() is not None


def change(*, session: Schedule, values: Mapping[str, Any]) -> None:
    """Set the given fields of a session, and no others.

    `session` is as it was read; it is brought in step with what was written, and stays as it was
    where nothing is. Raises RoomTaken, SessionGone or ChangeRefused.
    """
    if any(isinstance(value, Cut) for value in values.values()):
        raise ChangeRefused(_NOT_ALL_READ())
    own, pointed = _apart(values)
    stood = {name: getattr(session, name) for name in own}
    _set(session, own)
    try:
        if values.keys() & {"start_time", "end_time"} and session.start_time >= session.end_time:
            # Nothing in the database refuses it where there is no room.
            raise ChangeRefused(_ENDS_TOO_EARLY())
        with _refusals(session):
            here = Schedule.objects.filter(pk=session.pk, event_id=session.event_id)
            # Without a field there is nothing to update, which is no sign that the session is gone.
            changed = (
                _update(session, own, pointed)
                if pointed
                else here.update(**own)
                if own
                else here.count()
            )
            _require_one(session, "UPDATE", changed)
    except Refusal:
        _set(session, stood)
        raise


def _set(session: Schedule, values: Mapping[str, Any]) -> None:
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


def rearrange(*, changes: Iterable[Change]) -> None:
    """Change several sessions as `change` does, all or none, so that rooms may go round.

    Each is changed after those that leave the place it wants; of sessions that stand only in each
    other's way, one gives up its room for a moment. What a trigger of the product notes of a
    change, it notes of that too. Raises what `change` raises, for one that others than these stand
    in the way of; the sessions given are then not as they stand.
    """
    ordered, in_circles = _in_order([(session, dict(values)) for session, values in changes])
    with transaction.atomic():
        for session, values in in_circles:
            values.setdefault("room", session.room)
            change(session=session, values={"room": None})
        for session, values in ordered:
            change(session=session, values=values)


def _in_order(changes: list[Change]) -> tuple[list[Change], list[Change]]:
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
    ordered, parked = [], []
    while in_the_way:
        leaving = [n for n, others in in_the_way.items() if not others]
        for n in leaving:
            ordered.append(n)
            del in_the_way[n]
        if not leaving:
            leaving = [_one_of_a_circle(in_the_way)]
            parked += leaving
        for others in in_the_way.values():
            others.difference_update(leaving)
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


def _one_of_a_circle(in_the_way: Mapping[int, set[int]]) -> int:
    """One that stands in its own way by and by; there is something in the way of each."""
    n, passed = next(iter(in_the_way)), set()
    while n not in passed:
        passed.add(n)
        n = min(in_the_way[n])
    return n


def restore(*, event: Event, session_id: UUID, values: Mapping[str, Any], row: str) -> Schedule:
    """Insert a removed session of `event` again, with its id and every column it had.

    `row` is its JSON text as it stood; `values` are its settable fields as far as they are known,
    for what is said of a refusal. It comes back counting nobody, so that nothing stands against
    who is registered; whoever brings the registrations back counts them. Raises RoomTaken or
    ChangeRefused.
    """
    session = Schedule(event=event, **values)
    session.id = session_id
    if _is_there(session):
        raise ChangeRefused(_HERE_AGAIN())
    with _refusals(session):
        kept = rows.put_back(SESSIONS, [rows.with_field(row, "current_count", 0)])
        if kept != 1 or not _is_there(session):
            raise ChangeRefused(_NOT_KEPT())
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
        with database.settled():
            yield
    except OperationalError:
        # About the connection or a lock, and not about what was written.
        raise
    except DatabaseError as error:
        if database.is_lost(error):
            raise
        if database.violated_constraint(error) == ROOM_CONSTRAINT:
            raise RoomTaken(*_room_taken(session)) from error
        raise ChangeRefused(not_accepted(error, TABLE)) from error


def not_accepted(error: DatabaseError, table: str) -> Said:
    """What the database said of what was written to `table`; of a policy, that it was one.

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
    """Who has the room the session would take; one statement."""
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

"""SQL that reads sessions which are not soft-deleted, and what each of them points to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, JSONField, QuerySet, TextField
from django.db.models.expressions import RawSQL

from scheduling import names
from scheduling.pointers.catalogue import COLUMNS, DAY, KEPT_IN, ROOM, kept


def deleted(alias: str) -> str:
    """SQL that says whether a session is deleted softly; empty where none can be."""
    said = {
        "is_deleted": f"coalesce({alias}.is_deleted, false)",
        "deleted_at": f"{alias}.deleted_at is not null",
    }
    marks = [said[mark] for mark in kept().deletion]
    return f"({' or '.join(marks)})" if marks else ""


_FIRST_COLUMNS = "s.id, s.event_id, s.title, s.start_time, s.end_time"
_LAST_COLUMNS = "s.max_capacity, s.is_break, s.created_at"
_WITH_ROOMS = "public.schedules as s left join public.rooms as r on r.id = s.room_id"


def sessions_where(condition: str) -> str:
    """SQL that selects what `programme` reads of the sessions `s` that meet a condition.

    Each is there once, also where it is deleted softly; the room it points to is looked up once.
    """
    has_rooms = ROOM in kept().columns
    source = _WITH_ROOMS if has_rooms else "public.schedules as s"
    pointed = "r.name as pointed, " if has_rooms else ""
    told = f"{_FIRST_COLUMNS}, s.room, s.speaker_name, {_LAST_COLUMNS}"
    is_deleted = f"{deleted('s') or 'false'} as deleted"
    return f"select {told}, {pointed}{is_deleted} from {source} where {condition}"


def programme(
    *,
    rooms: bool = False,
    speakers: bool = False,
    held: bool = False,
    of: str | None = None,
) -> str:
    """A FROM item for sessions, as `from {programme()} as s`: those that stand, each once.

    The room is the one of the text, or else of the pointer. With `rooms`, a session whose text and
    pointer differ is there once more, in the room it points to; with `speakers`, once more by each
    name that is listed for it. With `held`, those too that are deleted softly and whose text keeps
    others out of a room. They are all there are, or those `of` what `sessions_where` has selected.
    """
    has = kept()
    if not has:
        return "public.schedules"
    room, source = "s.room", f"{of or 'public.schedules'} as s"
    if ROOM in has.columns:
        pointed = "s.pointed" if of else "r.name"
        source = source if of else _WITH_ROOMS
        # A text of nothing but blanks is no room, where a pointer says which one it is.
        room = f"coalesce(case when btrim(s.room) <> '' then s.room end, {pointed}, s.room)"
    is_deleted = "s.deleted" if of else deleted("s")
    stands = f"not {is_deleted}" if has.deletion else "true"
    told = f"select {_FIRST_COLUMNS}, {room} as room, s.speaker_name, {_LAST_COLUMNS}"
    arms = [f"{told} from {source} where {stands}"]
    if rooms and ROOM in has.columns:
        arms.append(
            f"select {_FIRST_COLUMNS}, {pointed}, s.speaker_name, {_LAST_COLUMNS} from {source}"
            f" where {stands} and btrim(s.room) <> '' and s.room <> {pointed}"
        )
    if speakers and has.speakers:
        arms.append(
            f"select {_FIRST_COLUMNS}, {room}, p.full_name, {_LAST_COLUMNS} from {source}"
            " join public.session_speakers as l on l.schedule_id = s.id"
            f" join public.speakers as p on p.id = l.speaker_id where {stands}"
        )
    if held and has.deletion:
        arms.append(
            f"select {_FIRST_COLUMNS}, s.room, null, {_LAST_COLUMNS} from {source}"
            f" where s.room is not null and {is_deleted}"
        )
    return f"({' union all '.join(arms)})"


def and_stands(alias: str) -> str:
    """SQL for one more condition: that a session is not deleted softly; empty where none can be."""
    return f"and not {deleted(alias)}" if kept().deletion else ""


def standing(sessions: QuerySet) -> QuerySet:
    """Those of the sessions that are not deleted softly."""
    if not kept().deletion:
        return sessions
    return sessions.filter(RawSQL(f"not {deleted('schedules')}", [], BooleanField()))


def listed(sessions: str) -> str:
    """SQL that selects who is listed for the sessions whose ids are selected, by `session_id`.

    Each as `Pointing` names them. Only where the product lists speakers.
    """
    return f"""select l.schedule_id as session_id, left(p.full_name, 500) as name
  from public.session_speakers as l
  join public.speakers as p on p.id = l.speaker_id
  where l.schedule_id = any (array({sessions}))"""


def room_pointed_to() -> list[RawSQL]:
    """An ORM expression for the name of the pointed room; none where none can be."""
    if ROOM not in kept().columns:
        return []
    name = f"(select r.name from public.rooms as r where r.id = schedules.{ROOM})"
    return [RawSQL(name, [], TextField())]


@dataclass(frozen=True)
class Row:
    """A row that is pointed to; a day is named by its date, and `capacity` is a room's."""

    id: UUID
    name: str
    capacity: int | None = None


@dataclass(frozen=True)
class Pointing:
    """The pointers of one session, by column; its listed `speakers`; whether it is soft-deleted.

    `apart` says that the room of its text is another than the one it points to.
    """

    rows: Mapping[str, Row] = field(default_factory=dict)
    apart: bool = False
    speakers: tuple[str, ...] = ()
    deleted: bool = False


_NOTHING = Pointing()


def _row_of(column: str, session: str) -> str:
    name = "t.date::text" if column == DAY else "left(t.name, 500)"
    capacity = "t.capacity" if column == ROOM else "null::int"
    return (
        f"(select jsonb_build_array(t.id, {name}, {capacity}) from public.{KEPT_IN[column]} as t"
        f" where t.id = {session}.{column})"
    )


def _pointing(session: str) -> str:
    """SQL for what a session points to, as `of` reads it; empty where nothing can."""
    has = kept()
    parts = [
        f"'{column}', {_row_of(column, session)}" for column in COLUMNS if column in has.columns
    ]
    if ROOM in has.columns:
        parts.append(
            # The same to the letter needs no key.
            f"'apart', (select {session}.room <> t.name"
            f" and {names.key(f'{session}.room')} <> {names.key('t.name')}"
            f" from public.rooms as t where t.id = {session}.room_id)"
        )
    if has.speakers:
        parts.append(
            "'speakers', (select jsonb_agg(left(p.full_name, 500) order by p.full_name, p.id)"
            " from public.session_speakers as l join public.speakers as p on p.id = l.speaker_id"
            f" where l.schedule_id = {session}.id)"
        )
    if has.deletion:
        parts.append(f"'deleted', {deleted(session)}")
    return f"jsonb_build_object({', '.join(parts)})" if parts else ""


def along(sessions: QuerySet) -> QuerySet:
    """The queryset annotated with what each session points to; no further statement."""
    pointing = _pointing("schedules")
    if not pointing:
        return sessions
    return sessions.annotate(pointing=RawSQL(pointing, [], JSONField()))


def pointing_sessions(condition: str) -> str:
    """A FROM item for sessions `s` that meet a condition and stand, as they are, with `pointing`.

    Nothing else is asked of their rows before that.
    """
    pointing = _pointing("s")
    also = f", {pointing} as pointing" if pointing else ""
    return (
        f"(select s.*{also} from public.schedules as s"
        f" where {condition} {and_stands('s')} offset 0)"
    )


def of(session: Any) -> Pointing:
    """The pointers of a session, as read by `along`; none where they were not, and of None."""
    read = getattr(session, "pointing", None)
    if not read:
        return _NOTHING
    rows = {column: read[column] for column in COLUMNS if read.get(column)}
    return Pointing(
        rows={column: Row(UUID(pk), *row) for column, (pk, *row) in rows.items()},
        apart=bool(read.get("apart")),
        speakers=tuple(read.get("speakers") or ()),
        deleted=bool(read.get("deleted")),
    )


def rooms_of(session: Any) -> tuple[str | None, str | None]:
    """The room a session has, and another that it has as well: its text's and its pointer's."""
    pointing, text = of(session), session.room
    row = pointing.rows.get(ROOM)
    if row is None:
        return text, None
    if text is None or not text.strip():
        return row.name, None
    return text, row.name if pointing.apart else None

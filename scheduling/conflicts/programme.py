"""Overlaps in the programmes as they stand: rooms, speakers, and times the wrong way round."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _

from eventflow import sql
from eventflow.db.postgresql.base import FAR_FUTURE, FAR_PAST
from eventflow.text.bidi import plain
from scheduling import pointers, times
from scheduling.conflicts.kinds import Other

# Shown in terminals, and beside statements that are pasted into one.
_LONGEST_NAME = 120


def _on_one_line(text: str) -> str:
    """`text` cut, and with everything that is no visible character or space written as a code."""
    if len(text) > _LONGEST_NAME:
        text = f"{text[:_LONGEST_NAME]}…"
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def _named(session: Other, zone: ZoneInfo) -> str:
    return f"“{_on_one_line(session.title)}” ({_span(session, zone)})"


def _span(session: Other, zone: ZoneInfo) -> str:
    return f"{plain(session.span(zone))} {zone.key}"


# A session that ends before it starts: by what its times become. It keeps its room unless
# that is taken then, so that the statement also holds where the constraint does.
_MEND_TIMES = (
    "update public.schedules as s set start_time = {start}, end_time = {end}, "
    "room = case when not exists (select from public.schedules as o where o.event_id = s.event_id "
    "and o.room = s.room and o.id <> s.id and o.start_time < o.end_time "
    "and o.start_time < {end} and o.end_time > {start}) "
    "then s.room end where s.id = '{id}' and s.end_time < s.start_time;"
)

# The second of two gives up the room, if it is still the first that it shares it with.
_MEND_ROOM = (
    "update public.schedules as s set room = null from public.schedules as o "
    "where s.id = '{id}' and o.id = '{other}' and o.event_id = s.event_id and {same_room} "
    "and o.start_time < s.end_time and s.start_time < o.end_time;"
)


# As above, where the product's newer pages show the room that a session points to.
_MEND_POINTED = (
    "update public.schedules as s set room = null, room_id = null from public.schedules as o "
    "where s.id = '{id}' and o.id = '{other}' and o.event_id = s.event_id and exists (select from "
    "(select s.room union select name from public.rooms where id = s.room_id) as a (room), "
    "(select o.room union select name from public.rooms where id = o.room_id) as b (room) "
    "where public.name_key(a.room) = public.name_key(b.room)) "
    "and o.start_time < s.end_time and s.start_time < o.end_time;"
)

_SAME_ROOM = "public.name_key(o.room) = public.name_key(s.room)"


@dataclass(frozen=True)
class Overlap:
    """Two sessions that share a room at one time, or one that ends before it starts.

    In the second case `second` is None; `pointed` says that sessions may point to rooms. As text it
    is one line without control characters, however odd the names are.
    """

    event: str
    zone: ZoneInfo
    room: str | None
    first: Other
    second: Other | None
    pointed: bool = False

    def __str__(self) -> str:
        if self.second is None:
            sentence = _("%(event)s: “%(title)s” ends before it starts (%(span)s)")
        elif self.passes:
            sentence = _(
                "%(event)s, room %(room)s, which one of them spells otherwise: %(first)s and "
                "%(second)s"
            )
        else:
            sentence = _("%(event)s, room %(room)s: %(first)s and %(second)s")
        return sentence % {
            "event": _on_one_line(self.event),
            "room": _on_one_line(self.room or ""),
            "title": _on_one_line(self.first.title),
            "span": _span(self.first, self.zone),
            "first": _named(self.first, self.zone),
            "second": self.second and _named(self.second, self.zone),
        }

    @property
    def passes(self) -> bool:
        """Whether the constraint lets it stand: it compares rooms to the letter, and we by key."""
        return self.second is not None and self.first.room != self.second.room

    @property
    def mending(self) -> str:
        """A statement after which it is so no more; it changes nothing that was mended meanwhile.

        Of two sessions the second loses its room. Times that are the wrong way round by up to
        half a day are exchanged; otherwise the end moves on by whole days, until it is after the
        start.
        """
        if self.second is not None:
            mend = _MEND_POINTED if self.pointed else _MEND_ROOM
            return mend.format(
                id=self.second.id,
                other=self.first.id,
                same_room=_SAME_ROOM if self.passes else "o.room = s.room",
            )
        start, end = "s.start_time", "s.end_time"
        unreal = {self.first.start, self.first.end} & {FAR_PAST, FAR_FUTURE}
        backwards_by = self.first.start - self.first.end
        if unreal or backwards_by <= timedelta(hours=12):
            start, end = end, start
        else:
            end = f"{end} + interval '{24 * (backwards_by.days + 1)} hours'"
        return _MEND_TIMES.format(start=start, end=end, id=self.first.id)


@dataclass(frozen=True)
class SpeakerOverlap:
    """Two sessions of one speaker at one time. As text it is one line, like an `Overlap`."""

    event: str
    zone: ZoneInfo
    speaker: str
    first: Other
    second: Other

    def __str__(self) -> str:
        return _("%(event)s, speaker %(speaker)s: %(first)s and %(second)s") % {
            "event": _on_one_line(self.event),
            "speaker": _on_one_line(self.speaker),
            "first": _named(self.first, self.zone),
            "second": _named(self.second, self.zone),
        }


def room_overlaps(event_id: UUID | None = None, *, to_the_letter: bool = False) -> list[Overlap]:
    """Everything in the programme of an event, or of all, that must not stand as it does.

    That is every pair that shares a room at one time, and every session that ends before it
    starts. One of no length takes no time in its room. Rooms are compared by the key of names, or
    `to_the_letter` as the constraint does. Two statements.
    """
    keyed = _has_keys() and not to_the_letter
    pointed = keyed and pointers.ROOM in pointers.kept().columns
    statement = sql.read("scheduling", "room_overlaps.sql")
    if keyed:
        statement = statement.replace(_SESSIONS, f"from {pointers.programme(rooms=True)} as s")
    else:
        statement = statement.replace("public.name_key(", "(")
    return [
        Overlap(
            event=event,
            zone=times.zone(timezone),
            room=room,
            first=Other(row[0], row[1], row[2], row[3], room),
            second=Other(*row[4:]) if row[4] else None,
            pointed=pointed,
        )
        for event, timezone, room, *row in _pairs(statement, event_id)
    ]


def speaker_overlaps(event_id: UUID | None = None) -> list[SpeakerOverlap]:
    """Every pair of sessions in the programme of an event, or of all, that share a speaker.

    Names are compared by their key, and of several speakers in one text each. Two statements.
    """
    statement = sql.read("scheduling", "speaker_overlaps.sql")
    if _has_keys():
        statement = statement.replace(_SESSIONS, f"from {pointers.programme(speakers=True)} as s")
    else:
        statement = statement.replace("public.name_key(", "pg_catalog.lower(").replace(
            "public.speaker_names(s.speaker_name)", "array[s.speaker_name]"
        )
    return [
        SpeakerOverlap(
            event=event,
            zone=times.zone(timezone),
            speaker=speaker,
            first=Other(*row[:4]),
            second=Other(*row[4:]),
        )
        for event, timezone, speaker, *row in _pairs(statement, event_id)
    ]


_SESSIONS = "from public.schedules as s"


def _has_keys() -> bool:
    """Whether names have keys here.

    Before the first migration rooms are compared to the letter, and speakers but for case.
    """
    with connection.cursor() as cursor:
        cursor.execute("select to_regprocedure('public.speaker_names(text)') is not null")
        return bool(cursor.fetchone()[0])


def _pairs(statement: str, event_id: UUID | None) -> list[tuple[Any, ...]]:
    """The rows; of what is in a room by its text and by its pointer, each pair is told once."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"event": event_id})
        pairs = {(row[3], row[7]): row for row in reversed(cursor.fetchall())}
    return list(reversed(pairs.values()))

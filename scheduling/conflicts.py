"""Every read that finds a conflict: in the programme as it stands, and with what is proposed.

Nothing here writes, locks or decides; `scheduling.actions` writes, the caller locks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from eventflow import sql
from eventflow.bidi import isolate, plain
from eventflow.postgresql.base import FAR_FUTURE, FAR_PAST
from scheduling import times


class Kind(StrEnum):
    """What a conflict is about; the labels are in `KIND_LABELS`."""

    INVALID = "invalid"
    MISSING = "missing"
    ROOM = "room"
    SPEAKER = "speaker"


KIND_LABELS = {
    Kind.INVALID: _("Not readable"),
    Kind.MISSING: _("Session is gone"),
    Kind.ROOM: _("Room"),
    Kind.SPEAKER: _("Speaker"),
}


class Severity(StrEnum):
    """An error blocks; a warning must be seen."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Other:
    """A session that something collides with, as far as a sentence about it needs."""

    id: UUID
    title: str
    start: datetime
    end: datetime
    room: str | None = None

    def span(self, zone: ZoneInfo) -> str:
        """When it is, in words, in `zone`."""
        return times.span(self.start, self.end, zone=zone)


@dataclass(frozen=True)
class Conflict:
    """One reason to hesitate. `subject` is the room or the speaker; `sentence` is for people."""

    kind: Kind
    severity: Severity
    sentence: str
    others: tuple[Other, ...] = ()
    subject: str = ""

    @property
    def label(self) -> str:
        return KIND_LABELS[self.kind]


@dataclass(frozen=True)
class Placement:
    """Where and when a session would be: what a proposal comes to, laid over the live session.

    `session_id` is the session that is moved, which never collides with itself; None for a new
    one. Times are aware, `start` before `end`; a room or speaker of None collides with nothing.
    """

    event_id: UUID
    start: datetime
    end: datetime
    room: str | None = None
    speaker: str | None = None
    session_id: UUID | None = None
    zone: ZoneInfo = field(default_factory=lambda: times.zone(None))


_ROOM = """
select wanted.n, s.id, s.title, s.start_time, s.end_time, s.room
from unnest(%(n)s::int[], %(event)s::uuid[], %(room)s::text[], %(start)s::timestamptz[],
  %(end)s::timestamptz[], %(session)s::uuid[])
  as wanted (n, event_id, room, start_time, end_time, session_id)
join public.schedules as s
  on s.event_id = wanted.event_id
  and s.room = wanted.room
  and tstzrange(s.start_time, s.end_time) && tstzrange(wanted.start_time, wanted.end_time)
where s.room is not null
and (wanted.session_id is null or s.id <> wanted.session_id)
order by wanted.n, s.start_time, s.id
"""

_SPEAKER = """
select wanted.n, c.conflict_id, c.conflict_title, c.conflict_start, c.conflict_end, s.room
from unnest(%(n)s::int[], %(event)s::uuid[], %(speaker)s::text[], %(start)s::timestamptz[],
  %(end)s::timestamptz[], %(session)s::uuid[])
  as wanted (n, event_id, speaker, start_time, end_time, session_id)
cross join lateral public.check_speaker_conflicts(
  wanted.event_id, wanted.speaker, wanted.start_time, wanted.end_time, wanted.session_id) as c
join public.schedules as s
  on s.id = c.conflict_id
where wanted.speaker is not null
order by wanted.n, c.conflict_start, c.conflict_id
"""


def find(placements: Mapping[int, Placement]) -> dict[int, list[Conflict]]:
    """What each placement collides with now, most severe first, by the caller's own keys.

    Two statements for any number of placements, none for none.
    """
    if not placements:
        return {}
    found = defaultdict(list)
    for n, others in _others(_ROOM, placements).items():
        found[n].append(_room_conflict(placements[n], others))
    for n, others in _others(_SPEAKER, placements).items():
        found[n].append(_speaker_conflict(placements[n], others))
    return dict(found)


def _others(statement: str, placements: Mapping[int, Placement]) -> dict[int, list[Other]]:
    columns = {
        "n": list(placements),
        "event": [p.event_id for p in placements.values()],
        "room": [p.room for p in placements.values()],
        "speaker": [p.speaker for p in placements.values()],
        "start": [p.start for p in placements.values()],
        "end": [p.end for p in placements.values()],
        "session": [p.session_id for p in placements.values()],
    }
    others = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(statement, columns)
        for n, *row in cursor.fetchall():
            others[n].append(Other(*row))
    return others


def _room_conflict(placement: Placement, others: list[Other]) -> Conflict:
    return Conflict(
        kind=Kind.ROOM,
        severity=Severity.ERROR,
        sentence=room_taken_sentence(placement.room, others, placement.zone),
        others=tuple(others),
        subject=placement.room,
    )


def room_taken_sentence(room: str, others: Iterable[Other], zone: ZoneInfo) -> str:
    """Who has the room, and when, in words."""
    return gettext("%(room)s is taken by %(sessions)s.") % {
        "room": isolate(room),
        "sessions": _named(others, zone),
    }


def _speaker_conflict(placement: Placement, others: list[Other]) -> Conflict:
    return Conflict(
        kind=Kind.SPEAKER,
        severity=Severity.WARNING,
        sentence=gettext("%(speaker)s also speaks at %(sessions)s.")
        % {"speaker": isolate(placement.speaker), "sessions": _named(others, placement.zone)},
        others=tuple(others),
        subject=placement.speaker,
    )


def _named(others: Iterable[Other], zone: ZoneInfo) -> str:
    return gettext("; ").join(
        gettext("“%(title)s” (%(span)s)")
        % {"title": isolate(other.title), "span": other.span(zone)}
        for other in others
    )


# Shown in terminals, and beside statements that are pasted into one.
_LONGEST_NAME = 120


def _on_one_line(text: str) -> str:
    """`text` cut, and with everything that is no visible character or space written as a code."""
    if len(text) > _LONGEST_NAME:
        text = f"{text[:_LONGEST_NAME]}…"
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


# A session whose end is not after its start: by what its times become. It keeps its room unless
# that is taken then, so that the statement also holds where the constraint does.
_MEND_TIMES = (
    "update public.schedules as s set start_time = {start}, end_time = {end}, "
    "room = case when not exists (select from public.schedules as o where o.event_id = s.event_id "
    "and o.room = s.room and o.id <> s.id and o.start_time < o.end_time "
    "and o.start_time < {end} and o.end_time > {start}) "
    "then s.room end where s.id = '{id}' and s.end_time <= s.start_time;"
)

# The second of two gives up the room, if it is still the first that it shares it with.
_MEND_ROOM = (
    "update public.schedules as s set room = null from public.schedules as o "
    "where s.id = '{id}' and o.id = '{other}' and o.event_id = s.event_id and o.room = s.room "
    "and o.start_time < s.end_time and s.start_time < o.end_time;"
)


@dataclass(frozen=True)
class Overlap:
    """Two sessions that share a room at one time, or one that does not end after it starts.

    In the second case `second` is None. As text it is one line without control characters,
    however odd the names are.
    """

    event: str
    zone: ZoneInfo
    room: str | None
    first: Other
    second: Other | None

    def __str__(self):
        if self.second is None:
            sentence = gettext("%(event)s: “%(title)s” does not end after it starts (%(span)s)")
        else:
            sentence = gettext("%(event)s, room %(room)s: %(first)s and %(second)s")
        return sentence % {
            "event": _on_one_line(self.event),
            "room": _on_one_line(self.room or ""),
            "title": _on_one_line(self.first.title),
            "span": self._span(self.first),
            "first": self._named(self.first),
            "second": self.second and self._named(self.second),
        }

    def _named(self, session: Other) -> str:
        return f"“{_on_one_line(session.title)}” ({self._span(session)})"

    def _span(self, session: Other) -> str:
        return f"{plain(session.span(self.zone))} {self.zone.key}"

    @property
    def mending(self) -> str:
        """A statement after which it is so no more; it changes nothing that was mended meanwhile.

        Of two sessions the second loses its room. Times that are the wrong way round by up to
        half a day are exchanged; otherwise the end moves on by whole days, until it is after the
        start. A session without length gets half an hour, from now on if it has no real time.
        """
        if self.second is not None:
            return _MEND_ROOM.format(id=self.second.id, other=self.first.id)
        start, end = "s.start_time", "s.end_time"
        unreal = {self.first.start, self.first.end} & {FAR_PAST, FAR_FUTURE}
        backwards_by = self.first.start - self.first.end
        if not backwards_by:
            start = "now()" if unreal else start
            end = f"{start} + interval '30 minutes'"
        elif unreal or backwards_by <= timedelta(hours=12):
            start, end = end, start
        else:
            end = f"{end} + interval '{24 * (backwards_by.days + 1)} hours'"
        return _MEND_TIMES.format(start=start, end=end, id=self.first.id)


def overlaps() -> list[Overlap]:
    """Everything in the programmes of all events that must not stand as it does; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql.read("scheduling", "overlaps.sql"))
        return [
            Overlap(
                event=event,
                zone=times.zone(timezone),
                room=room,
                first=Other(*row[:4]),
                second=Other(*row[4:]) if row[4] else None,
            )
            for event, timezone, room, *row in cursor.fetchall()
        ]

"""What is in the way of a session at a time and place: rooms, speakers, names, attendees, dates.

Each read answers for any number of placements in one statement.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import formats
from django.utils.translation import gettext, gettext_lazy, ngettext

from eventflow.text import bidi
from eventflow.text.bidi import isolate
from eventflow.text.sentences import Said, Sentence
from scheduling import times
from scheduling.conflicts.kinds import Conflict, Kind, Other, Severity, listed, named, ordered


@dataclass(frozen=True)
class Placement:
    """Where and when a session would be: what a proposal comes to, laid over the live session.

    `session_id` is the session that is moved, which never collides with itself; None for a new
    one. Times are aware, `start` before `end`; a room or speaker of None collides with nothing.
    `names_room` says that the room is chosen here, `moves` that the time is another than those
    who are registered know. By `title` it is named to others that come along with it.
    """

    event_id: UUID
    start: datetime
    end: datetime
    room: str | None = None
    speaker: str | None = None
    session_id: UUID | None = None
    zone: ZoneInfo = field(default_factory=lambda: times.zone(None))
    names_room: bool = False
    moves: bool = False
    title: str = ""


# Every character that Unicode calls white space, and that Python strips from a text's ends.
SPACE = "".join(filter(str.isspace, map(chr, range(0x3001))))

# Of titles and rooms that are only told, 500 characters are read; what is longer is told cut.

# What begins each statement: those that come along with the placements, with the number of the
# placement where they are one's own. `asks_…` says that it is this that is asked for of it.
_COMING = """
with coming as (
  select *
  from unnest(%(coming)s::int[], %(coming_event)s::uuid[], %(coming_session)s::uuid[],
    %(coming_title)s::text[], %(coming_start)s::timestamptz[], %(coming_end)s::timestamptz[],
    %(coming_room)s::text[], %(coming_speaker)s::text[], %(asks_room)s::bool[],
    %(asks_speaker)s::bool[])
    as c (n, event_id, id, title, start_time, end_time, room, speaker, asks_room, asks_speaker)
)
"""

_ROOM = """
select wanted.n, s.id, left(s.title, 500), s.start_time, s.end_time, left(s.room, 500)
from unnest(%(n)s::int[], %(event)s::uuid[], %(room)s::text[], %(start)s::timestamptz[],
  %(end)s::timestamptz[], %(session)s::uuid[])
  as wanted (n, event_id, room, start_time, end_time, session_id)
join public.schedules as s
  on s.event_id = wanted.event_id
  and s.room = wanted.room
  and tstzrange(s.start_time, s.end_time) && tstzrange(wanted.start_time, wanted.end_time)
where s.room is not null
and (wanted.session_id is null or s.id <> wanted.session_id)
and s.id <> all (%(leaving)s::uuid[])
union all
select mine.n, theirs.id, theirs.title, theirs.start_time, theirs.end_time, theirs.room
from coming as mine
join coming as theirs
  on theirs.event_id = mine.event_id
  and theirs.room = mine.room
  and theirs.id <> mine.id
  and theirs.start_time < mine.end_time
  and mine.start_time < theirs.end_time
where mine.asks_room
or theirs.asks_room
order by 1, 4, 2
"""

# The function is asked only where it will answer: each call reads the programme of the event,
# and one reading for all of them tells where.
_SPEAKER = """
select wanted.n, c.conflict_id, left(c.conflict_title, 500), c.conflict_start, c.conflict_end,
  (select left(s.room, 500) from public.schedules as s where s.id = c.conflict_id)
from unnest(%(n)s::int[], %(event)s::uuid[], %(speaker)s::text[], %(start)s::timestamptz[],
  %(end)s::timestamptz[], %(session)s::uuid[])
  as wanted (n, event_id, speaker, start_time, end_time, session_id)
cross join lateral public.check_speaker_conflicts(
  wanted.event_id, wanted.speaker, wanted.start_time, wanted.end_time, wanted.session_id) as c
where exists (
  select
  from public.schedules as same
  where same.event_id = any (%(events)s::uuid[])
  and same.event_id = wanted.event_id
  and lower(btrim(same.speaker_name, %(space)s)) = lower(btrim(wanted.speaker, %(space)s))
  and same.start_time < wanted.end_time
  and same.end_time > wanted.start_time
)
and c.conflict_id <> all (%(leaving)s::uuid[])
union all
select mine.n, theirs.id, theirs.title, theirs.start_time, theirs.end_time, theirs.room
from coming as mine
join coming as theirs
  on theirs.event_id = mine.event_id
  and theirs.speaker = mine.speaker
  and theirs.id <> mine.id
  and theirs.start_time < mine.end_time
  and mine.start_time < theirs.end_time
where mine.asks_speaker
or theirs.asks_speaker
order by 1, 4, 2
"""

# A programme is read for all its rooms only where one is chosen that no other session has.
_ROOM_NAMES = """
, unused as materialized (
  select wanted.*
  from unnest(%(n)s::int[], %(event)s::uuid[], %(room)s::text[], %(session)s::uuid[])
    as wanted (n, event_id, room, session_id)
  where (
    select s.id
    from public.schedules as s
    where s.event_id = wanted.event_id
    and s.room = wanted.room
    and s.id is distinct from wanted.session_id
    and s.id <> all (%(leaving)s::uuid[])
    limit 1
  ) is null
  and not exists (
    select
    from coming as c
    where c.event_id = wanted.event_id
    and c.room = wanted.room
    and c.n <> wanted.n
  )
),
in_use as (
  select s.event_id, s.room, (array_agg(s.id))[1:2] as some_ids
  from (
    select s.event_id, s.room, s.id
    from public.schedules as s
    where s.event_id = any (array(select distinct event_id from unused))
    and s.room is not null
    and octet_length(s.room) <= 2000
    and s.id <> all (%(leaving)s::uuid[])
    union all
    select c.event_id, c.room, c.id
    from coming as c
    where c.room is not null
  ) as s
  group by s.event_id, s.room
)
select unused.n, array_agg(in_use.room)
from unused
join in_use
  on in_use.event_id = unused.event_id
  and in_use.some_ids <> array[unused.session_id]
group by unused.n
"""

# There is no index on a registration's session, but there are on an event's participants and on
# a participant's registrations. The rows without a session count the people of all of them.
_ATTENDEES = """
, registered as (
  select wanted.n, wanted.event_id, wanted.start_time, wanted.end_time, mine.participant_id,
    theirs.schedule_id
  from unnest(%(n)s::int[], %(event)s::uuid[], %(start)s::timestamptz[], %(end)s::timestamptz[],
    %(session)s::uuid[])
    as wanted (n, event_id, start_time, end_time, session_id)
  join public.participant_schedules as mine
    on mine.schedule_id = wanted.session_id
  join public.participants as p
    on p.id = mine.participant_id
    and p.event_id = any (%(events)s::uuid[])
  join public.participant_schedules as theirs
    on theirs.participant_id = mine.participant_id
    and theirs.schedule_id <> wanted.session_id
)
select met.n, count(distinct met.participant_id), met.id, met.title, met.start_time, met.end_time,
  met.room
from (
  select r.n, r.participant_id, o.id, left(o.title, 500) as title, o.start_time, o.end_time,
    left(o.room, 500) as room
  from registered as r
  join public.schedules as o
    on o.id = r.schedule_id
    and o.event_id = r.event_id
    and o.start_time < r.end_time
    and o.end_time > r.start_time
    and o.start_time < o.end_time
  where o.id <> all (%(leaving)s::uuid[])
  union all
  select r.n, r.participant_id, o.id, o.title, o.start_time, o.end_time, o.room
  from registered as r
  join coming as o
    on o.id = r.schedule_id
    and o.event_id = r.event_id
    and o.start_time < r.end_time
    and o.end_time > r.start_time
) as met
group by grouping sets (
  (met.n),
  (met.n, met.id, met.title, met.start_time, met.end_time, met.room)
)
order by met.n, met.start_time, met.id
"""


def find(
    placements: Mapping[int, Placement],
    *,
    leaving: Iterable[UUID] = (),
    coming: Mapping[int, Placement] | None = None,
) -> dict[int, list[Conflict]]:
    """What each placement collides with, most severe first, by the caller's own keys.

    That is with the programme as it stands, without the sessions in `leaving`, and with those in
    `coming`: whole placements, by the same keys, each with `session_id` and `title`. One of them
    collides also with what another asks for, even where it asks for nothing itself. Rooms,
    speakers, names of rooms, attendees: four statements for any number of placements, none for
    none.
    """
    if not placements:
        return {}
    coming = coming or {}
    columns = _columns(placements, leaving, coming)
    whole = {**placements, **coming}
    found = defaultdict(list)
    for n, others in _others(_ROOM, columns).items():
        found[n].append(_room_conflict(whole[n], others))
    for n, others in _others(_SPEAKER, columns).items():
        found[n].append(_speaker_conflict(whole[n], others))
    for conflicts in (_room_names(placements, columns), _attendees(placements, columns)):
        for n, conflict in conflicts.items():
            found[n].append(conflict)
    return {n: list(ordered(conflicts)) for n, conflicts in found.items()}


def room_conflict(placement: Placement) -> Conflict | None:
    """Who has the placement's room at that time, and nothing else; one statement."""
    others = _others(_ROOM, _columns({0: placement}))
    return _room_conflict(placement, others[0]) if others else None


def _columns(
    placements: Mapping[int, Placement],
    leaving: Iterable[UUID] = (),
    coming: Mapping[int, Placement] | None = None,
) -> dict[str, list]:
    # Without a length there is nothing that it could collide with.
    coming = {n: p for n, p in (coming or {}).items() if p.start < p.end}
    asked = [placements.get(n) for n in coming]
    return {
        **_placed(placements),
        "leaving": list(leaving),
        "coming": list(coming),
        "coming_event": [p.event_id for p in coming.values()],
        "coming_session": [p.session_id for p in coming.values()],
        "coming_title": [p.title for p in coming.values()],
        "coming_start": [p.start for p in coming.values()],
        "coming_end": [p.end for p in coming.values()],
        "coming_room": [p.room for p in coming.values()],
        "coming_speaker": [folded_speaker(p.speaker) for p in coming.values()],
        "asks_room": [bool(p and p.room is not None) for p in asked],
        "asks_speaker": [bool(p and p.speaker) for p in asked],
    }


def _placed(placements: Mapping[int, Placement]) -> dict[str, list]:
    return {
        "n": list(placements),
        "event": [p.event_id for p in placements.values()],
        "room": [p.room for p in placements.values()],
        "speaker": [p.speaker for p in placements.values()],
        "start": [p.start for p in placements.values()],
        "end": [p.end for p in placements.values()],
        "session": [p.session_id for p in placements.values()],
        "events": list({p.event_id for p in placements.values()}),
        "space": SPACE,
    }


def _others(statement: str, columns: Mapping[str, list]) -> dict[int, list[Other]]:
    others = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_COMING + statement, columns)
        for n, *row in cursor.fetchall():
            others[n].append(Other(*row))
    return others


def _sessions(kept: list) -> str:
    """The sessions of a sentence that is told again: a zone's name, then title, start and end."""
    zone, *sessions = kept
    others = [Other(None, title, *map(datetime.fromisoformat, span)) for title, *span in sessions]
    return listed(named(others, times.zone(zone)), most=None)


_ROOM_TAKEN = Sentence(
    "room_taken",
    gettext_lazy("%(room)s is taken by %(sessions)s."),
    room=isolate,
    sessions=_sessions,
)


def _room_taken(placement: Placement, others: Iterable[Other]) -> Said:
    """Who has the room, and when."""
    return _ROOM_TAKEN(
        room=bidi.cut(placement.room),
        sessions=[
            placement.zone.key,
            *([bidi.cut(o.title), o.start.isoformat(), o.end.isoformat()] for o in others),
        ],
    )


def _room_conflict(placement: Placement, others: list[Other]) -> Conflict:
    said = _room_taken(placement, others)
    return Conflict(
        kind=Kind.ROOM,
        severity=Severity.ERROR,
        sentence=str(said),
        others=tuple(others),
        subject=placement.room,
        said=(said,),
    )


def _speaker_conflict(placement: Placement, others: list[Other]) -> Conflict:
    return Conflict(
        kind=Kind.SPEAKER,
        severity=Severity.WARNING,
        sentence=gettext("%(speaker)s also speaks at %(sessions)s.")
        % {
            "speaker": isolate(placement.speaker),
            "sessions": listed(named(others, placement.zone), most=None),
        },
        others=tuple(others),
        subject=placement.speaker,
    )


def folded_speaker(name: str | None) -> str | None:
    """A speaker's name without case and surrounding space; None where nobody is named."""
    return (name or "").strip().lower() or None


def folded_room(name: str) -> str:
    """A room's name without what a reader would not notice: case, spaces, invisible characters."""
    return "".join(
        c
        for c in unicodedata.normalize("NFC", name).casefold()
        if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf")
    )


def _room_names(
    placements: Mapping[int, Placement], columns: Mapping[str, list]
) -> dict[int, Conflict]:
    """The names in use that look like the one chosen, unless that is in use as well."""
    choosing = {n: p for n, p in placements.items() if p.names_room and p.room}
    with connection.cursor() as cursor:
        cursor.execute(_COMING + _ROOM_NAMES, {**columns, **_placed(choosing)})
        in_use = dict(cursor.fetchall())
    # The same rooms are in use for all of an event.
    folded = cache(folded_room)
    found = {}
    for n, rooms in in_use.items():
        chosen = choosing[n].room
        alike = sorted(room for room in rooms if folded(room) == folded(chosen))
        if alike:
            found[n] = Conflict(
                kind=Kind.ROOM_NAME,
                severity=Severity.WARNING,
                sentence=gettext(
                    "%(room)s is not in use at this event; %(others)s is, and differs only in "
                    "case, spaces or invisible characters."
                )
                % {"room": isolate(chosen), "others": listed(map(isolate, alike))},
                subject=chosen,
            )
    return found


def _attendees(
    placements: Mapping[int, Placement], columns: Mapping[str, list]
) -> dict[int, Conflict]:
    moving = {n: p for n, p in placements.items() if p.moves and p.session_id}
    people, others = {}, defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_COMING + _ATTENDEES, {**columns, **_placed(moving)})
        for n, count, session_id, *row in cursor.fetchall():
            if session_id is None:
                people[n] = count
            else:
                others[n].append(Other(session_id, *row))
    return {
        n: Conflict(
            kind=Kind.ATTENDEES,
            severity=Severity.WARNING,
            sentence=ngettext(
                "%(count)s person who is registered is also registered for %(sessions)s.",
                "%(count)s people who are registered are also registered for %(sessions)s.",
                count,
            )
            % {"count": count, "sessions": listed(named(others[n], moving[n].zone))},
            others=tuple(others[n]),
            subject=str(count),
        )
        for n, count in people.items()
    }


def outside(
    *,
    zone: ZoneInfo,
    first: datetime,
    last: datetime | None,
    placed: tuple[datetime, datetime] | None,
    standing: datetime | None,
    now: datetime,
) -> Conflict | None:
    """Whether a session would be on no day of its event's, or has begun already.

    `first` and `last` lie on the event's first and last day, in its own `zone`; without `last`
    it has no end. `placed` are start and end that are set now, `standing` is the live session's
    start; either may be None. Up to midnight still belongs to the day before.
    """
    sentences = []
    if placed:
        start, end = placed
        if times.local(start, zone).date() < times.local(first, zone).date():
            sentences.append(
                gettext("It would begin before the event’s first day, %(day)s.")
                % {"day": _day(first, zone)}
            )
        last_moment = max(start, end - timedelta(microseconds=1))
        if last and times.local(last_moment, zone).date() > times.local(last, zone).date():
            sentences.append(
                gettext("It would end after the event’s last day, %(day)s.")
                % {"day": _day(last, zone)}
            )
    if standing and standing <= now:
        sentences.append(gettext("The session has begun already."))
    elif placed and placed[0] <= now:
        sentences.append(gettext("It would begin at a time that is past already."))
    if not sentences:
        return None
    return Conflict(Kind.OUTSIDE, Severity.WARNING, " ".join(sentences))


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return formats.date_format(times.local(moment, zone), "j M Y")

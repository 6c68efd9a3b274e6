"""What is in the way of a session at a time and place: rooms, speakers, names, attendees, dates.

Each read answers for any number of placements in one statement.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import formats
from django.utils.translation import gettext, gettext_lazy, ngettext

from eventflow.text import bidi
from eventflow.text.bidi import isolate, visible
from eventflow.text.sentences import Said, Sentence
from scheduling import names, near_names, times
from scheduling.conflicts.kinds import Conflict, Kind, Other, Severity, listed, named, ordered


@dataclass(frozen=True)
class Placement:
    """Where and when a session would be: what a proposal comes to, laid over the live session.

    `session_id` is the session that is moved, which never collides with itself; None for a new
    one. Times are aware, `start` before `end`; a room or speaker of None collides with nothing.
    `names_room` and `names_speaker` say that these are chosen here, `moves` that the time is
    another than those who are registered know; `standing_room` and `standing_speaker` are what the
    session has now. By `title` it is named to others that come along with it, and found where it
    `adds` a session that stands already.
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
    adds: bool = False
    standing_room: str | None = None
    names_speaker: bool = False
    standing_speaker: str | None = None


# That a session `t` is in the way of what is asked for, by time.
_MEETS = """t.event_id = a.event_id
    and t.coming = a.coming
    and t.id is distinct from a.session_id
    and t.start_time < a.end_time
    and t.end_time > a.start_time"""

# Of titles and rooms that are only told, 500 characters are read; what is longer is told cut. A
# room by which another may be spelled is read whole.
_TOLD_ROOM = "case when octet_length(room) <= 2000 then room else left(room, 500) end"

# What begins each statement: those that come along with the placements, with the number of the
# placement where they are one's own. `asks_…` says that it is this that is asked for of it.
_COMING = """
with coming as (
  select *
  from unnest(%(coming)s::int[], %(coming_event)s::uuid[], %(coming_session)s::uuid[],
    %(coming_title)s::text[], %(coming_start)s::timestamptz[], %(coming_end)s::timestamptz[],
    %(coming_room)s::text[], %(coming_speaker)s::text[], %(asks_room)s::bool[],
    %(asks_speaker)s::bool[], %(adds)s::bool[])
    as c (n, event_id, id, title, start_time, end_time, room, speaker, asks_room, asks_speaker,
      adds)
)
"""

# The sessions of the events are read once, and those kept that something meets in time: only for
# their names, and for each spelling once, the key is asked. Placements meet what stands, and those
# that come along each other. A speaker is looked for in the whole programme only where nobody in it
# is spelled as asked for.
_MET = f"""
, asked as (
  select n, event_id, title, room, speaker, start_time, end_time, session_id, adds,
    false as coming, true as asks_room, true as asks_speaker
  from unnest(%(n)s::int[], %(event)s::uuid[], %(title)s::text[], %(room)s::text[],
    %(speaker)s::text[], %(start)s::timestamptz[], %(end)s::timestamptz[], %(session)s::uuid[],
    %(new)s::bool[])
    as w (n, event_id, title, room, speaker, start_time, end_time, session_id, adds)
  union all
  select n, event_id, title, room, speaker, start_time, end_time, id, adds,
    true, asks_room, asks_speaker
  from coming
),
there as materialized (
  select s.id, s.event_id, s.title, s.start_time, s.end_time, s.room, s.speaker_name as speaker,
    false as coming, false as asks_room, false as asks_speaker
  from public.schedules as s
  where s.event_id = any (%(events)s::uuid[])
  and s.start_time < s.end_time
  and s.id <> all (%(leaving)s::uuid[])
  and exists (
    select
    from unnest(%(event)s::uuid[], %(start)s::timestamptz[], %(end)s::timestamptz[])
      as w (event_id, start_time, end_time)
    where w.event_id = s.event_id
    and w.start_time < s.end_time
    and w.end_time > s.start_time
  )
  union all
  select id, event_id, title, start_time, end_time, room, speaker, true, asks_room, asks_speaker
  from coming
),
spelled as materialized (
  select spelling.name, {names.key("spelling.name")} as key
  from (
    select room as name from asked
    union
    select room from there where exists (select from asked where asked.room is not null)
    union
    select title from asked where adds
    union
    select title from there where octet_length(title) <= 2000
      and exists (select from asked where adds)
  ) as spelling
  where spelling.name is not null
),
spoken as materialized (
  select spelling.name, people.person, people.key
  from (
    select speaker as name from asked
    union
    select speaker from there where exists (select from asked where asked.speaker is not null)
  ) as spelling
  cross join lateral {names.people("spelling.name")} as people
  where spelling.name is not null
  and people.key <> ''
),
in_room as materialized (
  select asked.*, theirs.name as its_name, null as person
  from asked
  join spelled as mine
    on mine.name = asked.room
  join spelled as theirs
    on theirs.key = mine.key
),
speaking as materialized (
  select asked.*, theirs.name as its_name, mine.person
  from asked
  join spoken as mine
    on mine.name = asked.speaker
  join spoken as theirs
    on theirs.key = mine.key
),
added as materialized (
  select asked.*, theirs.name as its_name, room.key as room_key
  from asked
  join spelled as mine
    on mine.name = asked.title
  join spelled as theirs
    on theirs.key = mine.key
  left join spelled as room
    on room.name = asked.room
  where asked.adds
),
named as materialized (
  select w.n, w.event_id, w.speaker, {names.key("w.speaker")} as key,
    {names.key("w.speaker")} = {names.key("w.standing")} as respelled,
    exists (
      select
      from public.schedules as s
      where s.event_id = w.event_id
      and s.speaker_name = w.speaker
    ) as in_use
  from unnest(%(n)s::int[], %(event)s::uuid[], %(speaker)s::text[], %(names_speaker)s::bool[],
    %(standing_speaker)s::text[]) as w (n, event_id, speaker, names_speaker, standing)
  where w.names_speaker
),
heard as materialized (
  select spelling.*, {names.key("spelling.speaker_name")} as key
  from (
    select s.event_id, s.speaker_name, count(*) as sessions, min(s.created_at) as since
    from public.schedules as s
    where s.event_id = any (array(select distinct event_id from named where not in_use))
    and octet_length(s.speaker_name) <= 2000
    group by s.event_id, s.speaker_name
  ) as spelling
  where {names.may_be("spelling.speaker_name", "select key from named where not in_use")}
),
found as (
  select a.n, 'room' as what, a.person, t.id, t.title, t.start_time, t.end_time, t.room
  from in_room as a
  join there as t
    on t.room = a.its_name
    and {_MEETS}
  where a.asks_room
  or t.asks_room
  union all
  select a.n, 'speaker', a.person, t.id, t.title, t.start_time, t.end_time, t.room
  from speaking as a
  join there as t
    on t.speaker = a.its_name
    and {_MEETS}
  where a.asks_speaker
  or t.asks_speaker
  union all
  select a.n, 'duplicate', null, t.id, t.title, t.start_time, t.end_time, t.room
  from added as a
  join there as t
    on t.title = a.its_name
    and {_MEETS}
  left join spelled as its
    on its.name = t.room
  where a.room_key is null
  or its.key is null
  or its.key = a.room_key
  union all
  (
    select distinct on (named.n) named.n,
      case when named.respelled then 'respelled' else 'spelled' end,
      coalesce(heard.speaker_name, named.speaker), null, null, null, null, null
    from named
    left join heard
      on heard.event_id = named.event_id
      and heard.key = named.key
      and not named.in_use
    where named.respelled
    or heard.speaker_name is not null
    order by named.n, heard.sessions desc, heard.since, heard.speaker_name
  )
)
select n, what, person, id, left(title, 500), start_time, end_time, {_TOLD_ROOM}
from found
order by n, start_time, id, person
"""  # noqa: S608

# By room of the event, as it is spelled: how many sessions stand in it and how many of them stay,
# and since when. What leaves has told how its room is spelled, and has it no more.
_ROOM_NAMES = f"""
, used as materialized (
  select s.event_id, s.room, count(*) as standing,
    count(*) filter (where s.id <> all (%(leaving)s::uuid[])) as staying,
    min(s.created_at) as since
  from public.schedules as s
  where s.event_id = any (%(events)s::uuid[])
  and s.room is not null
  and octet_length(s.room) <= 2000
  group by s.event_id, s.room
),
spelled as materialized (
  select spelling.room, {names.key("spelling.room")} as key
  from (
    select room from used
    union
    select room from unnest(%(room)s::text[]) as room
    union
    select room from coming where room is not null
  ) as spelling
)
select null as n, u.event_id, u.room, spelled.key, u.standing, u.staying, u.since
from used as u
join spelled
  on spelled.room = u.room
union all
select c.n, c.event_id, c.room, spelled.key, 0, 1, null
from coming as c
join spelled
  on spelled.room = c.room
union all
select null, null, chosen.room, spelled.key, 0, 0, null
from unnest(%(room)s::text[]) as chosen (room)
join spelled
  on spelled.room = chosen.room
"""  # noqa: S608

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
    collides also with what another asks for, even where it asks for nothing itself. Names are
    compared by their key, and of several speakers each. Three statements for any number of
    placements, none for none: who is met, the names of rooms, attendees.
    """
    if not placements:
        return {}
    coming = coming or {}
    columns = _columns(placements, leaving, coming)
    whole = {**placements, **coming}
    found = defaultdict(list)
    met = _met(columns)
    for n, its in met.items():
        found[n] += _collisions(whole[n], its)
    for n, conflict in _room_names(placements, columns, met).items():
        found[n].append(conflict)
    for n, conflict in _attendees(placements, columns).items():
        found[n].append(conflict)
    return {n: list(ordered(conflicts)) for n, conflicts in found.items()}


def room_conflict(placement: Placement) -> Conflict | None:
    """Who has the placement's room at that time, and nothing else; one statement."""
    alone = replace(placement, speaker=None, adds=False)
    others = _met(_columns({0: alone})).get(0, _Met()).room
    return _room_conflict(placement, others) if others else None


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
        "coming_speaker": [p.speaker for p in coming.values()],
        "asks_room": [bool(p and p.room is not None) for p in asked],
        "asks_speaker": [bool(p and p.speaker) for p in asked],
        "adds": [p.adds for p in coming.values()],
    }


def _placed(placements: Mapping[int, Placement]) -> dict[str, list]:
    return {
        "n": list(placements),
        "event": [p.event_id for p in placements.values()],
        "title": [p.title for p in placements.values()],
        "room": [p.room for p in placements.values()],
        "speaker": [p.speaker for p in placements.values()],
        "names_speaker": [p.names_speaker and p.speaker is not None for p in placements.values()],
        "standing_speaker": [p.standing_speaker for p in placements.values()],
        "start": [p.start for p in placements.values()],
        "end": [p.end for p in placements.values()],
        "session": [p.session_id for p in placements.values()],
        "new": [p.adds for p in placements.values()],
        "events": list({p.event_id for p in placements.values()}),
    }


@dataclass
class _Met:
    """The sessions that a placement meets at its time: in its room, by its speakers, of its title.

    `people` are by how the placement spells them; `speaker` is how the programme spells them all,
    and whether the session has them now.
    """

    room: list[Other] = field(default_factory=list)
    people: dict[str, list[Other]] = field(default_factory=dict)
    same: list[Other] = field(default_factory=list)
    speaker: tuple[str, bool] | None = None


def _met(columns: Mapping[str, list]) -> dict[int, _Met]:
    found: dict[int, _Met] = defaultdict(_Met)
    with connection.cursor() as cursor:
        cursor.execute(_COMING + _MET, columns)
        for n, what, person, *row in cursor.fetchall():
            met, other = found[n], Other(*row)
            if what in ("spelled", "respelled"):
                met.speaker = (person, what == "respelled")
            elif what == "room":
                met.room.append(other)
            elif what == "duplicate":
                met.same.append(other)
            elif other not in (others := met.people.setdefault(person, [])):
                others.append(other)
    return found


def _collisions(placement: Placement, met: _Met) -> Iterator[Conflict]:
    if met.room:
        yield _room_conflict(placement, met.room)
    # Who meets the same sessions is told in one sentence.
    together: dict[tuple[Other, ...], list[str]] = defaultdict(list)
    for person, others in sorted(met.people.items(), key=lambda p: placement.speaker.find(p[0])):
        together[tuple(others)].append(person)
    for others, people in together.items():
        yield _speaker_conflict(placement, people, others)
    if met.same:
        yield _duplicate(placement, met.same)
    if met.speaker:
        yield _speaker_spelled(placement, *met.speaker)


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


def _speaker_conflict(
    placement: Placement, people: list[str], others: tuple[Other, ...]
) -> Conflict:
    return Conflict(
        kind=Kind.SPEAKER,
        severity=Severity.WARNING,
        sentence=ngettext(
            "%(speaker)s also speaks at %(sessions)s.",
            "%(speaker)s also speak at %(sessions)s.",
            len(people),
        )
        % {
            "speaker": listed(map(isolate, people), most=None),
            "sessions": listed(named(others, placement.zone), most=None),
        },
        others=others,
        subject=", ".join(people),
    )


def _duplicate(placement: Placement, others: list[Other]) -> Conflict:
    return Conflict(
        kind=Kind.DUPLICATE,
        severity=Severity.WARNING,
        sentence=gettext("The same stands in the programme already: %(sessions)s.")
        % {"sessions": listed(named(others, placement.zone))},
        others=tuple(others),
        subject=placement.title,
    )


@dataclass(frozen=True)
class Spelling(Conflict):
    """How the programme spells what is asked for in the field `name`: as it is `written`.

    `respelled` says that the session has that now, however it is spelled there.
    """

    name: str = ""
    written: str | None = None
    respelled: bool = False


@dataclass(frozen=True)
class RoomName(Spelling):
    """What there is to say of a room's name; `near` are rooms of the event that may be meant."""

    name: str = "room"
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Used:
    """A room of an event as it is spelled.

    So many sessions are `standing` in it, so many of them are `staying`, and since when; `by` is
    the number of the placement that comes along in it.
    """

    by: int | None
    event_id: UUID | None
    room: str
    key: str
    standing: int
    staying: int
    since: datetime | None

    def is_another_s(self, n: int, placement: Placement, leaving: Collection[UUID]) -> bool:
        """Whether it is not only the placement that is in it, or the session that it moves."""
        moved = self.room == placement.standing_room and placement.session_id not in leaving
        return self.by != n and self.staying > moved


def _room_names(
    placements: Mapping[int, Placement], columns: Mapping[str, list], met: Mapping[int, _Met]
) -> dict[int, RoomName]:
    """How the programme spells the rooms that are chosen, or that it does not know them."""
    choosing = {n: p for n, p in placements.items() if p.names_room and p.room}
    used, chosen = defaultdict(list), {}
    with connection.cursor() as cursor:
        cursor.execute(_COMING + _ROOM_NAMES, {**columns, **_placed(choosing)})
        for row in cursor.fetchall():
            one = _Used(*row)
            if one.event_id is None:
                chosen[one.room] = one.key
            else:
                used[one.event_id].append(one)
    found = {}
    for n, placement in choosing.items():
        rooms, key = used[placement.event_id], chosen[placement.room]
        if same := [one for one in rooms if one.key == key and one.standing]:
            in_the_way = met[n].room[0].room if n in met and met[n].room else None
            own = in_the_way or min(same, key=_most_used_then_oldest).room
            if own != placement.room:
                respelled = any(one.room == placement.standing_room for one in same)
                found[n] = _spelled_otherwise(placement, own, respelled)
            continue
        others = [one for one in rooms if one.is_another_s(n, placement, columns["leaving"])]
        if others and all(one.key != key for one in others):
            found[n] = _new_room(placement, key, others)
    return found


def _most_used_then_oldest(one: _Used) -> tuple:
    return (-one.standing, one.since is None, one.since, one.room)


def _spelled_otherwise(placement: Placement, own: str, respelled: bool) -> RoomName:
    return RoomName(
        kind=Kind.ROOM_NAME,
        severity=Severity.INFO,
        sentence=_written_as(placement.room, own),
        subject=placement.room,
        written=own,
        respelled=respelled,
    )


def _speaker_spelled(placement: Placement, own: str, respelled: bool) -> Spelling:
    return Spelling(
        kind=Kind.SPEAKER,
        severity=Severity.INFO,
        sentence=_written_as(placement.speaker, own),
        subject=placement.speaker,
        name="speaker_name",
        written=own,
        respelled=respelled,
    )


def _written_as(name: str, own: str) -> str:
    return gettext("%(room)s is written as %(own)s, as the programme spells it.") % {
        "room": _quoted(name),
        "own": _quoted(own),
    }


def _quoted(name: str) -> str:
    return gettext("“%(title)s”") % {"title": isolate(visible(name))}


def _new_room(placement: Placement, key: str, others: list[_Used]) -> RoomName:
    keys = {one.key: one.room for one in sorted(others, key=_most_used_then_oldest, reverse=True)}
    alike = [keys[other] for other in near_names.near(key, sorted(keys))]
    rooms = alike or sorted(keys.values())
    sentence = (
        ngettext(
            "%(room)s is new to this event, and nearly the same as %(others)s.",
            "%(room)s is new to this event, and nearly the same as others: %(others)s.",
            len(alike),
        )
        if alike
        else ngettext(
            "%(room)s is new to this event; its room is %(others)s.",
            "%(room)s is new to this event; its rooms are %(others)s.",
            len(rooms),
        )
    )
    return RoomName(
        kind=Kind.ROOM_NAME,
        severity=Severity.WARNING,
        sentence=sentence
        % {"room": _quoted(placement.room), "others": listed(map(_quoted, rooms))},
        subject=placement.room,
        near=tuple(alike),
    )


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

    `first` and `last` lie on the event's first and last day, in its own `zone` unless they are
    stored as dates; without `last` it has no end. `placed` are start and end that are set now,
    `standing` is the live session's start; either may be None. Up to midnight still belongs to the
    day before.
    """
    sentences = []
    if placed:
        start, end = placed
        first_day, last_day = times.days(first, last, zone=zone)
        if times.local(start, zone).date() < first_day:
            sentences.append(
                gettext("It would begin before the event’s first day, %(day)s.")
                % {"day": _day(first_day)}
            )
        last_moment = max(start, end - timedelta(microseconds=1))
        if last_day and times.local(last_moment, zone).date() > last_day:
            sentences.append(
                gettext("It would end after the event’s last day, %(day)s.")
                % {"day": _day(last_day)}
            )
    if standing and standing <= now:
        sentences.append(gettext("The session has begun already."))
    elif placed and placed[0] <= now:
        sentences.append(gettext("It would begin at a time that is past already."))
    if not sentences:
        return None
    return Conflict(Kind.OUTSIDE, Severity.WARNING, " ".join(sentences))


def _day(day: date) -> str:
    return formats.date_format(day, "j M Y")

"""Free rooms and free times, for a session that cannot be where it is wanted, or better not.

Found in the database, with multiranges: what is open, less what is taken. Reads only, one
statement per question. Whatever is offered collides with nothing in the programme as it stands:
neither the room nor any of the speakers is taken. Rooms whose names have one key are one.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection

from scheduling import names, pointers
from scheduling import times as clocks
from scheduling.conflicts import Placement
from scheduling.models import Event

MOST = 5
# What is offered begins on this grid.
GRID = timedelta(minutes=15)
# Nothing is offered that begins earlier, or ends later, on the clocks of the event; unless what
# is wanted does so too.
MORNING, NIGHT = time(7), time(23)
# Times are looked for so many days before and after what is wanted.
REACH = 31


class Kind(StrEnum):
    """What a way out changes about what is wanted."""

    ROOM = "room"
    TIME = "time"
    BOTH = "both"


@dataclass(frozen=True)
class WayOut:
    """A place that is free. `values` are the session's fields that differ from what is wanted.

    `capacity` is the room's own, or else the most that any session in it holds, as far as is said.
    """

    kind: Kind
    room: str | None
    start: datetime
    end: datetime
    capacity: int | None
    values: dict[str, Any] = field(hash=False)


@dataclass(frozen=True)
class WaysOut:
    """All that is offered, the best of each kind first."""

    rooms: tuple[WayOut, ...] = ()
    times: tuple[WayOut, ...] = ()
    pairs: tuple[WayOut, ...] = ()

    def __bool__(self):
        return bool(self.rooms or self.times or self.pairs)


def find(
    placement: Placement, *, event: Event, now: datetime, at_least: int | None = None
) -> WaysOut:
    """Rooms, times and pairs, at most `MOST` of each, for a placement in the event.

    `at_least` is how many people must fit; what is too small comes last. Three statements.
    """
    return WaysOut(
        rooms=rooms(placement, at_least=at_least),
        times=times(placement, event=event, now=now),
        pairs=pairs(placement, event=event, now=now, at_least=at_least),
    )


# Backwards sessions are no ranges, and what an aggregate is given may be computed before its
# filter: hence the case. A room that is written in several ways is offered as it is most often;
# names are compared after grouping, because an event has fewer of them than sessions.
def _known() -> str:
    capacity, kept_rooms, is_there = "max(spelled.capacity)", "", ""
    if pointers.ROOM in pointers.kept().columns:
        # Also those in which nothing is; each has its own capacity, and may be out of use.
        capacity = f"coalesce(max(spelled.own_capacity), {capacity})"
        is_there = "bool_and(spelled.is_there)"
        kept_rooms = """union all
  select r.name, 0, null, '{}'::tstzmultirange, nullif(greatest(r.capacity, 0), 0),
    coalesce((to_jsonb(r) ->> 'is_available')::boolean, true)
  from public.rooms as r
  where r.event_id = %(event)s"""
    return f"""
with speaking as materialized (
  select people.key
  from unnest(%(speakers)s::text[]) as said (name)
  cross join lateral {names.people("said.name")} as people
  where people.key <> ''
),
heard as materialized (
  select spelling.speaker_name
  from (
    select distinct s.speaker_name
    from {pointers.programme(speakers=True)} as s
    where s.event_id = %(event)s
    and s.speaker_name is not null
    and exists (select from speaking)
  ) as spelling
  where exists (
    select
    from {names.people("spelling.speaker_name")} as people
    where people.key in (select key from speaking)
  )
),
spoken as (
  select coalesce(range_agg(tstzrange(s.start_time, s.end_time)), '{{}}') as taken
  from {pointers.programme(speakers=True)} as s
  where s.event_id = %(event)s
  and s.speaker_name in (select speaker_name from heard)
  and s.start_time < s.end_time
  and s.start_time < %(until)s
  and s.end_time > %(since)s
  and s.id is distinct from %(session)s::uuid
),
spelled as (
  select
    s.room,
    count(*) as sessions,
    max(s.max_capacity) as capacity,
    coalesce(
      range_agg(
        case
          when s.start_time < s.end_time
            and s.start_time < %(until)s
            and s.end_time > %(since)s
            and s.id is distinct from %(session)s::uuid
          then tstzrange(s.start_time, s.end_time)
        end
      ),
      '{{}}'
    ) as taken
    {", null::int as own_capacity, true as is_there" if is_there else ""}
  from {pointers.programme(rooms=True, held=True)} as s
  where s.event_id = %(event)s
  and s.room is not null
  and octet_length(s.room) <= 2000
  group by s.room
  {kept_rooms}
),
known as (
  select
    keyed.key,
    (array_agg(spelled.room order by spelled.sessions desc, spelled.room))[1] as room,
    {capacity} as capacity,
    range_agg(spelled.taken) as taken
    {f", {is_there} as is_there" if is_there else ""}
  from spelled
  cross join lateral (select {names.key("spelled.room")} as key) as keyed
  group by keyed.key
),
wanted as (
  select
    {names.key("%(room)s::text")} as key,
    {names.key("%(second_room)s::text")} as second_key,
    tstzrange(%(start)s, %(end)s) as span
)
"""  # noqa: S608


_OPEN = """,
open as (
  select coalesce(range_agg(tstzrange(o.opens, o.closes)), '{}') as hours
  from unnest(%(opens)s::timestamptz[], %(closes)s::timestamptz[]) as o (opens, closes)
)
"""

# Big enough comes first, then what nobody knows, then too small.
_TOO_SMALL = """
  case
    when %(at_least)s::int is null or capacity >= %(at_least)s::int then 0
    when capacity is null then 1
    else 2
  end
"""

_CLOSEST = """
  case when %(at_least)s::int is null then -capacity else abs(capacity - %(at_least)s::int) end
    nulls last
"""


def _in_use() -> str:
    return "and known.is_there" if pointers.ROOM in pointers.kept().columns else ""


def _rooms() -> str:
    return f"""
{_known()}
select known.room, %(start)s::timestamptz, %(end)s::timestamptz, known.capacity
from known, spoken, wanted
where known.key <> wanted.key
and public.name_key(known.room) <> '' {_in_use()}
and not known.taken && wanted.span
and not spoken.taken && wanted.span
order by {_TOO_SMALL}, {_CLOSEST}, known.key
limit {MOST}
"""  # noqa: S608


# From each gap those starts that are nearest, and on from them, away from what is wanted, in
# steps of the session's length: what is offered does not overlap.
def _times() -> str:
    return f"""
{_known()} {_OPEN},
gaps as (
  select
    lower(gap) as earliest,
    upper(gap) - %(length)s::interval as latest,
    lower(gap) <= %(start)s and upper(gap) >= %(end)s as free_as_wanted
  from wanted
  cross join spoken
  cross join open
  cross join lateral (
    select coalesce(range_agg(known.taken), '{{}}') as taken
    from known
    where known.key in (wanted.key, wanted.second_key)
  ) as held
  cross join unnest(open.hours - spoken.taken - held.taken) as gap
  where upper(gap) - lower(gap) >= %(length)s::interval
),
arms as (
  select
    earliest,
    latest,
    date_bin(
      %(grid)s,
      case when free_as_wanted then %(end)s else earliest end + %(grid)s - interval '1 us',
      %(origin)s
    ) as nearest,
    %(step)s::interval as step
  from gaps
  where free_as_wanted or earliest > %(start)s
  union all
  select
    earliest,
    latest,
    date_bin(
      %(grid)s,
      case when free_as_wanted then %(start)s - %(length)s::interval else latest end,
      %(origin)s
    ),
    - %(step)s::interval
  from gaps
  where free_as_wanted or latest < %(start)s
)
select %(room)s::text, starts.at, starts.at + %(length)s::interval, (
  select known.capacity
  from known, wanted
  where known.key = wanted.key
)
from arms
cross join generate_series(0, {MOST - 1}) as n
cross join lateral (select arms.nearest + n * arms.step) as starts (at)
where starts.at between arms.earliest and arms.latest
order by abs(extract(epoch from starts.at - %(start)s)), starts.at
limit {MOST}
"""  # noqa: S608


# A room that is free at the wanted time is no matter of a pair, so that no gap holds that time.
def _pairs() -> str:
    return f"""
{_known()} {_OPEN},
nearest as (
  select distinct on (known.key)
    known.key,
    known.room,
    known.capacity,
    starts.at,
    abs(extract(epoch from starts.at - %(start)s)) as distance
  from known
  cross join spoken
  cross join wanted
  cross join open
  cross join unnest(open.hours - spoken.taken - known.taken) as gap
  cross join lateral (
    select lower(gap) as earliest, upper(gap) - %(length)s::interval as latest
  ) as room_for
  cross join lateral (
    select date_bin(
      %(grid)s,
      case
        when earliest > %(start)s then earliest + %(grid)s - interval '1 us'
        else latest
      end,
      %(origin)s
    ) as at
  ) as starts
  where known.key <> wanted.key
  and public.name_key(known.room) <> '' {_in_use()}
  and (known.taken && wanted.span or spoken.taken && wanted.span)
  and starts.at between earliest and latest
  order by known.key, distance, starts.at
)
select room, at, at + %(length)s::interval, capacity
from nearest
order by {_TOO_SMALL}, distance, {_CLOSEST}, key
limit {MOST}
"""  # noqa: S608


def rooms(placement: Placement, *, at_least: int | None = None) -> tuple[WayOut, ...]:
    """Other rooms of the event that are free at the wanted time: big enough, then closest.

    None for a session that wants no room, or whose speaker is taken at that time. Without
    `at_least` the largest come first. One statement.
    """
    if placement.room is None:
        return ()
    return _found(Kind.ROOM, _rooms(), placement, at_least=at_least)


def times(placement: Placement, *, event: Event, now: datetime) -> tuple[WayOut, ...]:
    """Other times of the same length at which the wanted room and the speaker are free.

    Of a session that holds two rooms, both are.

    On the event's days and the clocks' quarter-hours, not before `now`, the nearest start
    first, of two as near the earlier; none overlaps the wanted time, if that is free, or another
    that is offered. One statement.
    """
    opens, closes = _open(placement, event, now)
    if not opens:
        return ()
    return _found(Kind.TIME, _times(), placement, opens=opens, closes=closes)


def pairs(
    placement: Placement, *, event: Event, now: datetime, at_least: int | None = None
) -> tuple[WayOut, ...]:
    """Other rooms, taken at the wanted time, each with the nearest time at which it is free.

    Big enough first, then nearest; times are as `times` has them. None for a session that wants
    no room. One statement.
    """
    if placement.room is None:
        return ()
    opens, closes = _open(placement, event, now)
    if not opens:
        return ()
    return _found(Kind.BOTH, _pairs(), placement, opens=opens, closes=closes, at_least=at_least)


def _found(kind, statement, placement, *, opens=(), closes=(), at_least=None):
    length = placement.end - placement.start
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "event": placement.event_id,
                "session": placement.session_id,
                "room": placement.room,
                "second_room": placement.second_room,
                "speakers": placement.speakers,
                "start": placement.start,
                "end": placement.end,
                "since": min([placement.start, *opens]),
                "until": max([placement.end, *closes]),
                "opens": list(opens),
                "closes": list(closes),
                "length": length,
                "step": -(-length // GRID) * GRID,
                "grid": GRID,
                "origin": datetime(2000, 1, 1, tzinfo=UTC),
                "at_least": at_least,
            },
        )
        return tuple(_way_out(kind, placement, *row) for row in cursor.fetchall())


def _way_out(kind, placement, room, start, end, capacity) -> WayOut:
    wanted = {"room": placement.room, "start_time": placement.start, "end_time": placement.end}
    offered = {"room": room, "start_time": start, "end_time": end}
    values = {name: value for name, value in offered.items() if value != wanted[name]}
    return WayOut(kind, room, start, end, capacity, values)


def _open(
    placement: Placement, event: Event, now: datetime
) -> tuple[list[datetime], list[datetime]]:
    """When something may begin and end: the event's days within reach, from `now` on.

    An event without an end lasts until the wanted day. Never open for what is longer than all of
    it, such as what never ends: there is no time to reckon with.
    """
    zone = placement.zone
    wanted = _number(clocks.local(placement.start, zone))
    first_day, last_day = clocks.days(event.start_date, event.end_date, zone=zone)
    first = _number(first_day)
    last = max(first, wanted if last_day is None else _number(last_day))
    middle = min(max(wanted, first), last)
    at_night = _at_night(placement)
    opens, closes = [], []
    for n in range(max(first, middle - REACH), min(last, middle + REACH) + 1):
        opening = _moment(n, time.min if at_night else MORNING, zone)
        closing = _moment(n + 1, time.min, zone) if at_night else _moment(n, NIGHT, zone)
        if max(opening, now) < closing:
            opens.append(max(opening, now))
            closes.append(closing)
    if not opens or placement.end - placement.start > closes[-1] - opens[0]:
        return [], []
    return opens, closes


def _at_night(placement: Placement) -> bool:
    start = clocks.local(placement.start, placement.zone)
    end = clocks.local(placement.end, placement.zone)
    return start.date() != end.date() or start.time() < MORNING or end.time() > NIGHT


def _number(day: date) -> int:
    """The number of a day; the ends of the calendar are kept away from."""
    return min(max(day.toordinal(), date.min.toordinal() + 2), date.max.toordinal() - 2)


def _moment(number: int, at: time, zone) -> datetime:
    return datetime.combine(date.fromordinal(number), at, zone).astimezone(UTC)

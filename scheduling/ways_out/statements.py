"""SQL that finds free rooms and times: multiranges of what is open, less what is taken."""

from collections.abc import Iterable

from scheduling import names, pointers

# So many of each group are offered.
MOST = 5


def _rooms_and_speakers() -> str:
    """SQL for the rooms of the event (`known`) and when they and the speakers (`spoken`) are taken.

    A room that is written in several ways is offered as it is most often. `heard` are the texts of
    the programme that name one of the speakers.
    """
    # Backwards sessions are no ranges, and what an aggregate is given may be computed before its
    # filter: hence the case. Names are compared after grouping, because an event has fewer of them
    # than sessions.
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


def free(groups: Iterable[str]) -> str:
    """SQL for the ways out of each group of `WaysOut`: group, room, start, end and capacity."""
    arms = [
        f"""
  select '{group}' as kind, row_number() over () as place, way.*
  from ({_FREE[group]()}) as way (room, start_time, end_time, capacity)
"""  # noqa: S608
        for group in groups
    ]
    return f"""
{_rooms_and_speakers()} {_OPEN}
select kind, room, start_time, end_time, capacity
from ({" union all ".join(arms)}) as ways
order by kind, place
"""  # noqa: S608


def _in_use() -> str:
    return "and known.is_there" if pointers.ROOM in pointers.kept().columns else ""


def _rooms_free() -> str:
    return f"""
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
def _times_free() -> str:
    return f"""
with gaps as (
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
def _pairs_free() -> str:
    return f"""
with nearest as (
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


_FREE = {"rooms": _rooms_free, "times": _times_free, "pairs": _pairs_free}

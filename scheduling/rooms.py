"""The rooms of events, as choices where a form asks for one. Reads only."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from scheduling import names, pointers

# So many are offered, those that most sessions are in, by names of so many characters.
MOST = 200
LONGEST = 300


# A room that is written in several ways is offered as it is most often.
def _statement() -> str:
    kept = ""
    if pointers.ROOM in pointers.kept().columns:
        kept = """union all
  select r.name, 0, r.capacity
  from public.rooms as r
  where r.event_id = any (%(events)s::uuid[])
  and length(r.name) <= %(longest)s"""
    return f"""
with spelled as (
  select s.room, count(*) as sessions, max(s.max_capacity) as capacity
  from {pointers.programme(rooms=True)} as s
  where s.event_id = any (%(events)s::uuid[])
  and btrim(s.room) <> ''
  and length(s.room) <= %(longest)s
  group by s.room
  {kept}
),
known as (
  select
    (array_agg(spelled.room order by spelled.sessions desc, spelled.room))[1] as room,
    max(spelled.capacity) as capacity,
    sum(spelled.sessions) as sessions
  from spelled
  group by {names.key("spelled.room")}
  order by sessions desc
  limit %(most)s
)
select room, capacity
from known
order by room
"""  # noqa: S608


@dataclass(frozen=True)
class Room:
    """A room as the programme spells it; `capacity` is the most that any session in it holds."""

    name: str
    capacity: int | None


def known(events: Collection[UUID]) -> list[Room]:
    """The rooms of the events' sessions, by name; one statement, none without events."""
    if not events:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_statement(), {"events": list(events), "longest": LONGEST, "most": MOST})
        return [Room(*row) for row in cursor.fetchall()]

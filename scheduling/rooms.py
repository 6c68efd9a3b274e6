"""The rooms that a programme knows, to be offered where one is asked for. Reads only."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

# So many are offered, those that most sessions are in, by names of so many characters.
MOST = 200
LONGEST = 300

_KNOWN = """
select known.room, known.capacity
from (
  select s.room, max(s.max_capacity) as capacity, count(*) as sessions
  from public.schedules as s
  where s.event_id = any (%(events)s::uuid[])
  and btrim(s.room) <> ''
  and length(s.room) <= %(longest)s
  group by s.room
  order by sessions desc, s.room
  limit %(most)s
) as known
order by known.room
"""


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
        cursor.execute(_KNOWN, {"events": list(events), "longest": LONGEST, "most": MOST})
        return [Room(*row) for row in cursor.fetchall()]

"""Whom a change to a session concerns: how many are registered, and who of them is a VIP."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import ngettext

from eventflow.text.bidi import isolate
from scheduling.conflicts.kinds import Conflict, Kind, Severity, listed


@dataclass(frozen=True)
class Person:
    """A participant by name."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Registered:
    """The places taken in a session, companions among them, and its VIPs by name."""

    places: int = 0
    vips: tuple[Person, ...] = ()


# Counted from the rows: `current_count` is kept by a trigger that can fall out of step. Found by
# the event's participants, because there is no index on a registration's session.
_REGISTERED = """
select r.schedule_id, count(*),
  array_agg(distinct array[p.id::text, left(p.first_name || ' ' || p.last_name, 500)])
    filter (where p.is_vip)
from public.participants as p
join public.participant_schedules as r
  on r.participant_id = p.id
join unnest(%(session)s::uuid[]) as wanted (session_id)
  on wanted.session_id = r.schedule_id
where p.event_id = any (%(event)s::uuid[])
group by r.schedule_id
"""


def registered(sessions: Mapping[UUID, UUID]) -> dict[UUID, Registered]:
    """Who is registered for each session; `sessions` tell the event of each.

    One statement for any number of sessions, none for none. A registration counts where its
    participant is one of the event's.
    """
    if not sessions:
        return {}
    found = dict.fromkeys(sessions, Registered())
    with connection.cursor() as cursor:
        cursor.execute(
            _REGISTERED, {"session": list(sessions), "event": list(set(sessions.values()))}
        )
        for session_id, places, vips in cursor.fetchall():
            people = (Person(UUID(pk), name) for pk, name in vips or ())
            found[session_id] = Registered(
                places, tuple(sorted(people, key=lambda person: (person.name, person.id)))
            )
    return found


def over_capacity(registered: Registered, capacity: int | None) -> Conflict | None:
    """That more places are taken than there would be; None is no limit."""
    if capacity is None or registered.places <= capacity:
        return None
    return Conflict(
        kind=Kind.CAPACITY,
        severity=Severity.WARNING,
        sentence=ngettext(
            "%(count)s is registered, and there would be room for %(capacity)s.",
            "%(count)s are registered, and there would be room for %(capacity)s.",
            registered.places,
        )
        % {"count": registered.places, "capacity": capacity},
    )


def removed_along(registered: Registered) -> Conflict | None:
    """That registrations go where their session goes."""
    if not registered.places:
        return None
    return Conflict(
        kind=Kind.REMOVES,
        severity=Severity.WARNING,
        sentence=ngettext(
            "%(count)s registration goes with the session.",
            "%(count)s registrations go with the session.",
            registered.places,
        )
        % {"count": registered.places},
    )


def vips_affected(registered: Registered) -> Conflict | None:
    """That VIPs are among those registered, by name."""
    if not registered.vips:
        return None
    names = listed(isolate(person.name) for person in registered.vips)
    return Conflict(
        kind=Kind.VIP,
        severity=Severity.INFO,
        sentence=ngettext(
            "A VIP is registered: %(names)s.",
            "VIPs are registered: %(names)s.",
            len(registered.vips),
        )
        % {"names": names},
        about=tuple(person.id for person in registered.vips),
    )

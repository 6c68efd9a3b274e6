"""Whom a change to a session concerns: how many are registered, who is a VIP, who is elsewhere."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import ngettext

from eventflow.text.bidi import isolate
from scheduling.conflicts.kinds import Conflict, Kind, Other, Severity, listed, named
from scheduling.conflicts.placement import Placement, moves


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


def asked_about(
    placements: Mapping[int, Placement], sessions: Mapping[UUID, UUID]
) -> dict[str, list[UUID]]:
    """For the statement, the sessions of which it is asked who is registered."""
    asked = {
        p.session_id: p.event_id
        for p in placements.values()
        if moves(p) and p.session_id is not None
    }
    asked |= sessions
    return {"sessions": list(asked), "session_events": list(set(asked.values()))}


def attendance(
    placements: Mapping[int, Placement],
    sessions: Mapping[UUID, UUID],
    rows: Iterable[tuple[Any, ...]],
) -> tuple[dict[int, Conflict], dict[UUID, Registered]]:
    """Attendees of a moving session who are elsewhere then, and the registered of each of
    `sessions`.

    `rows` are those that the statement gave. Counted from the rows: `current_count` is kept by a
    trigger that can fall out of step. A registration counts where its participant is one of the
    event's.
    """
    counted = dict.fromkeys(sessions, Registered())
    people, others = {}, defaultdict(list)
    for n, _what, _name, session_id, *row, event_id, count, _staying, _kept, vips in rows:
        if n is None:
            if sessions.get(session_id) == event_id:
                counted[session_id] = Registered(count, _by_name(vips or ()))
        elif session_id is None:
            people[n] = count
        else:
            others[n].append(Other(session_id, *row))
    return {n: _attendees(count, placements[n], others[n]) for n, count in people.items()}, counted


def _by_name(vips: Iterable[tuple[str, str]]) -> tuple[Person, ...]:
    people = (Person(UUID(pk), name) for pk, name in vips)
    return tuple(sorted(people, key=lambda person: (person.name, person.id)))


def _attendees(count: int, placement: Placement, others: list[Other]) -> Conflict:
    return Conflict(
        kind=Kind.ATTENDEES,
        severity=Severity.WARNING,
        sentence=lambda: (
            ngettext(
                "%(count)s person who is registered is also registered for %(sessions)s.",
                "%(count)s people who are registered are also registered for %(sessions)s.",
                count,
            )
            % {"count": count, "sessions": listed(named(others, placement.zone))}
        ),
        others=tuple(others),
        subject=str(count),
    )


def over_capacity(registered: Registered, capacity: int | None) -> Conflict | None:
    """A conflict where more places are taken than there would be; None is no limit."""
    if capacity is None or registered.places <= capacity:
        return None
    return Conflict(
        kind=Kind.CAPACITY,
        severity=Severity.WARNING,
        sentence=lambda: (
            ngettext(
                "%(count)s is registered, and there would be room for %(capacity)s.",
                "%(count)s are registered, and there would be room for %(capacity)s.",
                registered.places,
            )
            % {"count": registered.places, "capacity": capacity}
        ),
    )


def removed_along(registered: Registered) -> Conflict | None:
    """A conflict where registrations go with their session."""
    if not registered.places:
        return None
    return Conflict(
        kind=Kind.REMOVES,
        severity=Severity.WARNING,
        sentence=lambda: (
            ngettext(
                "%(count)s registration goes with the session.",
                "%(count)s registrations go with the session.",
                registered.places,
            )
            % {"count": registered.places}
        ),
    )


def vips_affected(registered: Registered) -> Conflict | None:
    """A conflict where VIPs are among those registered, by name."""
    if not registered.vips:
        return None
    return Conflict(
        kind=Kind.VIP,
        severity=Severity.INFO,
        sentence=lambda: (
            ngettext(
                "A VIP is registered: %(names)s.",
                "VIPs are registered: %(names)s.",
                len(registered.vips),
            )
            % {"names": listed(isolate(person.name) for person in registered.vips)}
        ),
        about=tuple(person.id for person in registered.vips),
    )

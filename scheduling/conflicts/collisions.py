"""Collisions of a placement: rooms, speakers, names, attendees, dates.

Each read answers for any number of placements in one statement.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from eventflow.text import bidi
from eventflow.text.bidi import isolate
from eventflow.text.sentences import Said, Sentence
from scheduling import times
from scheduling.conflicts import statements
from scheduling.conflicts.kinds import Conflict, Kind, Other, Severity, listed, named, ordered
from scheduling.conflicts.parts import attending, rooms_named
from scheduling.conflicts.people import Registered, asked_about, attendance
from scheduling.conflicts.placement import Placement, chooses, columns_of
from scheduling.conflicts.room_names import room_names
from scheduling.conflicts.spellings import spelled


@dataclass(frozen=True)
class Collisions:
    """Collisions of placements, by the caller's keys, most severe first; and who is registered.

    That is by session, of those that were asked about.
    """

    conflicts: dict[int, list[Conflict]]
    registered: dict[UUID, Registered]


def find(
    placements: Mapping[int, Placement],
    *,
    sessions: Mapping[UUID, UUID] = MappingProxyType({}),
    leaving: Iterable[UUID] = (),
    coming: Mapping[int, Placement] | None = None,
) -> Collisions:
    """Conflicts of each placement, by the caller's own keys, and who is registered for `sessions`.

    That is with the programme as it stands, without the sessions in `leaving`, and with those in
    `coming`: whole placements, by the same keys, each with `session_id` and `title`. One of them
    collides also with what another asks for, even where it asks for nothing itself. Names are
    compared by their key, and of several speakers each. `sessions` tell the event of each. One
    statement for any number of either, none for none.
    """
    (found,) = find_each([Scenario(placements, sessions, list(leaving), coming or {})])
    return found


@dataclass(frozen=True)
class Scenario:
    """What is asked in one programme: `placements` in it, and who is registered for `sessions`.

    `leaving` and `coming` say which programme, as in `find`; `sessions` tell the event of each.
    """

    placements: Mapping[int, Placement]
    sessions: Mapping[UUID, UUID] = field(default_factory=dict)
    leaving: Collection[UUID] = ()
    coming: Mapping[int, Placement] = field(default_factory=dict)

    def parts(self) -> list[statements.Part]:
        parts: list[statements.Part] = []
        if self.placements:
            parts.append(statements.met)
        if any(chooses(p) for p in self.placements.values()):
            parts.append(rooms_named)
        if asked_about(self.placements, self.sessions)["sessions"]:
            parts.append(attending)
        return parts

    def columns(self) -> dict[str, list[Any]]:
        asked = asked_about(self.placements, self.sessions)
        return columns_of(self.placements, self.leaving, self.coming) | asked


def find_each(scenarios: Sequence[Scenario]) -> list[Collisions]:
    """As `find`, in each scenario; one statement for all of them."""
    asked = [(scenario.columns(), scenario.parts()) for scenario in scenarios]
    found = statements.find_each(asked)
    return [_found_in(scenario, rows) for scenario, rows in zip(scenarios, found, strict=True)]


def _found_in(scenario: Scenario, rows: Mapping[int, list[statements.Row]]) -> Collisions:
    placements = scenario.placements
    whole = {**placements, **scenario.coming}
    found: dict[int, list[Conflict]] = defaultdict(list)
    met = _meeting(rows[statements.MET])
    for n, its in met.items():
        found[n] += _collisions(whole[n], its)
    taken = {
        n: room
        for n, p in placements.items()
        if n in met and p.room in met[n].rooms and (room := met[n].rooms[p.room][0].room)
    }
    spellings = room_names(placements, scenario.leaving, taken, rows[statements.NAMED])
    for n, notes in spellings.items():
        found[n] += notes
    elsewhere, registered = attendance(placements, scenario.sessions, rows[statements.ATTENDING])
    for n, conflict in elsewhere.items():
        found[n].append(conflict)
    return Collisions({n: list(ordered(conflicts)) for n, conflicts in found.items()}, registered)


def room_conflict(placement: Placement) -> Conflict | None:
    """The room conflict of a placement, and nothing else; one statement."""
    alone = replace(placement, speaker=None, listed=(), adds=False)
    rows = statements.find(columns_of({0: alone}), statements.met)
    its = _meeting(rows[statements.MET]).get(0, _Met())
    found = [*_taken(placement, its), *_still_held(placement, its)]
    return found[0] if found else None


@dataclass(frozen=True)
class StillHeld(Conflict):
    """A conflict where a soft-deleted session keeps others out of the `room` of its text."""

    room: str = ""


@dataclass
class _Met:
    """The sessions that a placement meets at its time: in its rooms, by its speakers, of its title.

    `rooms` and `people` are by how the placement spells them; `held` are those that are deleted
    softly, each with the room of its text. `speaker` is how the programme spells who is named, and
    whether the session has them now.
    """

    rooms: dict[str, list[Other]] = field(default_factory=dict)
    people: dict[str, list[Other]] = field(default_factory=dict)
    same: list[Other] = field(default_factory=list)
    held: list[Other] = field(default_factory=list)
    speaker: tuple[str, bool] | None = None


def _meeting(rows: Iterable[statements.Row]) -> dict[int, _Met]:
    found: dict[int, _Met] = defaultdict(_Met)
    for n, what, name, *row in rows:
        its = found[n]
        if what in ("spelled", "respelled"):
            its.speaker = (name, what == "respelled")
            continue
        other = Other(*row[:5])
        if what == "room":
            others = its.rooms.setdefault(name, [])
        elif what == "speaker":
            others = its.people.setdefault(name, [])
        else:
            others = its.same if what == "duplicate" else its.held
        # What is in two rooms, or is met by two of its own, is one session.
        if all(other.id != known.id for known in others):
            others.append(other)
    return found


def _collisions(placement: Placement, met: _Met) -> Iterator[Conflict]:
    yield from _taken(placement, met)
    yield from _still_held(placement, met)
    # Who meets the same sessions is told in one sentence.
    together: dict[tuple[Other, ...], list[str]] = defaultdict(list)
    spoken = " ".join(placement.speakers)
    for person, others in sorted(met.people.items(), key=lambda p: spoken.find(p[0])):
        together[tuple(others)].append(person)
    for alike, people in together.items():
        yield _speaker_conflict(placement, people, alike)
    if met.same:
        yield _duplicate(placement, met.same)
    if met.speaker:
        yield spelled(Kind.SPEAKER, "speaker_name", placement.speaker, *met.speaker)


def _taken(placement: Placement, met: _Met) -> Iterator[Conflict]:
    for room in placement.rooms:
        if others := met.rooms.get(room):
            yield _room_conflict(placement, room, others)


def _sessions(kept: list[Any]) -> str:
    """The sessions of a sentence that is told again: a zone's name, then title, start and end."""
    zone, *sessions = kept
    others = [
        Other(UUID(int=0), title, datetime.fromisoformat(start), datetime.fromisoformat(end))
        for title, start, end in sessions
    ]
    return listed(named(others, times.zone(zone)), most=None)


_STILL_HELD = Sentence(
    "still_held",
    _lazy(
        "%(room)s is still held by the text of %(sessions)s, deleted in EventFlow, and the "
        "database refuses a second session there. Remove that one for good on its page, or give "
        "up its room in EventFlow; then approve this."
    ),
    room=isolate,
    sessions=_sessions,
)


def _still_held(placement: Placement, met: _Met) -> Iterator[Conflict]:
    """One for each spelling: the database compares rooms to the letter."""
    by_text: dict[str, list[Other]] = defaultdict(list)
    for other in met.held:
        by_text[other.room or ""].append(other)
    for room, others in by_text.items():
        said = _STILL_HELD(**_room_and_sessions(placement, room, others))
        yield StillHeld(
            kind=Kind.ROOM,
            severity=Severity.ERROR,
            sentence=str(said),
            others=tuple(others),
            subject=room,
            said=(said,),
            room=room,
        )


_ROOM_TAKEN = Sentence(
    "room_taken",
    _lazy("%(room)s is taken by %(sessions)s."),
    room=isolate,
    sessions=_sessions,
)


def _room_and_sessions(placement: Placement, room: str, others: Iterable[Other]) -> dict[str, Any]:
    return {
        "room": bidi.cut(room),
        "sessions": [
            placement.zone.key,
            *([bidi.cut(o.title), o.start.isoformat(), o.end.isoformat()] for o in others),
        ],
    }


def _room_conflict(placement: Placement, room: str, others: list[Other]) -> Conflict:
    def said() -> Said:
        return _ROOM_TAKEN(**_room_and_sessions(placement, room, others))

    return Conflict(
        kind=Kind.ROOM,
        severity=Severity.ERROR,
        sentence=lambda: str(said()),
        others=tuple(others),
        subject=room,
        said=lambda: (said(),),
    )


def _speaker_conflict(
    placement: Placement, people: list[str], others: tuple[Other, ...]
) -> Conflict:
    return Conflict(
        kind=Kind.SPEAKER,
        severity=Severity.WARNING,
        sentence=lambda: (
            ngettext(
                "%(speaker)s also speaks at %(sessions)s.",
                "%(speaker)s also speak at %(sessions)s.",
                len(people),
            )
            % {
                "speaker": listed(map(isolate, people), most=None),
                "sessions": listed(named(others, placement.zone), most=None),
            }
        ),
        others=others,
        subject=", ".join(people),
    )


def _duplicate(placement: Placement, others: list[Other]) -> Conflict:
    return Conflict(
        kind=Kind.DUPLICATE,
        severity=Severity.WARNING,
        sentence=lambda: (
            _("The same stands in the programme already: %(sessions)s.")
            % {"sessions": listed(named(others, placement.zone))}
        ),
        others=tuple(others),
        subject=placement.title,
    )


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
                _("It would begin before the event’s first day, %(day)s.")
                % {"day": _day(first_day)}
            )
        last_moment = max(start, end - timedelta(microseconds=1))
        if last_day and times.local(last_moment, zone).date() > last_day:
            sentences.append(
                _("It would end after the event’s last day, %(day)s.") % {"day": _day(last_day)}
            )
    if standing and standing <= now:
        sentences.append(_("The session has begun already."))
    elif placed and placed[0] <= now:
        sentences.append(_("It would begin at a time that is past already."))
    if not sentences:
        return None
    return Conflict(Kind.OUTSIDE, Severity.WARNING, " ".join(sentences))


def _day(day: date) -> str:
    return formats.date_format(day, "j M Y")

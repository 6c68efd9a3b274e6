"""Names of rooms that only look alike, and sessions outside their event's days."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from eventflow.db.postgresql.base import FAR_FUTURE, FAR_PAST
from eventflow.text.bidi import isolate
from scheduling import conflicts
from scheduling.conflicts import Kind, Placement, Severity
from tests import factories as f

JERUSALEM = ZoneInfo("Asia/Jerusalem")


def alike(event, room, **fields):
    """What is said of a room's name, or None."""
    placement = Placement(
        event_id=event.pk,
        start=f.at(17),
        end=f.at(18),
        room=room,
        zone=event.zone,
        **{"names_room": True} | fields,
    )
    (conflict,) = conflicts.find({0: placement}).conflicts.get(0) or [None]
    return conflict


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("used", "chosen"),
    [
        ("Hall A", "hall a"),
        ("Hall A", "Hall  A"),
        ("Hall A ", "Hall A"),
        ("Hall\u00a0A", "Hall A"),
        ("חדר א", "\u200fחדר א"),
        ("STRASSE", "Straße"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("ד״ר", 'ד"ר'),
        ("Hall 3", "Hall ٣"),
    ],
)
def test_room_spelled_as_programme(event, used, chosen):
    f.session(event=event, room=used)

    conflict = alike(event, chosen)

    assert (conflict.kind, conflict.severity) == (Kind.ROOM_NAME, Severity.INFO)
    assert (conflict.subject, conflict.written, conflict.ids) == (chosen, used, frozenset())
    told = conflict.sentence.split(" is written as ")
    assert told[0] != told[1].split(", as the programme")[0]
    assert alike(event, used) is None


@pytest.mark.django_db
def test_room_spelling_precedence(event):
    f.session(event=event, room="HALL A", start=f.at(9))
    f.session(event=event, room="Hall A", start=f.at(10))
    assert alike(event, "hall a").written == "HALL A"
    f.run("update schedules set created_at = now() - interval '1 day' where room = 'Hall A'")
    assert alike(event, "hall a").written == "Hall A"
    f.session(event=event, room="HALL A", start=f.at(11))
    assert alike(event, "hall a").written == "HALL A"
    in_the_way = {"start": f.at(10), "end": f.at(11)}
    assert [
        c.written
        for c in conflicts.find(
            {
                0: Placement(
                    event_id=event.pk, room="hall a", names_room=True, zone=event.zone, **in_the_way
                )
            }
        ).conflicts[0]
        if c.kind is Kind.ROOM_NAME
    ] == ["Hall A"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("used", "chosen", "near"),
    [
        (["Hall A", "Hall B"], "Hall А", ["Hall A"]),
        (["Meitner", "Curie"], "Meitnar", ["Meitner"]),
        (["Meitner", "Curie"], "Cuire", ["Curie"]),
        (["אולם 3", "אולם 4"], "האולם 3", ["אולם 3"]),
        (["Hall 3", "Hall 4"], "3", ["Hall 3"]),
        (["Hall A"], "HallA", ["Hall A"]),
    ],
)
def test_room_near_name_offered(event, used, chosen, near):
    for n, room in enumerate(used):
        f.session(event=event, room=room, start=f.at(9 + n))

    conflict = alike(event, chosen)

    assert (conflict.kind, conflict.severity) == (Kind.ROOM_NAME, Severity.WARNING)
    assert list(conflict.near) == near
    assert conflict.sentence == (
        f"“{isolate(chosen)}” is new to this event, and nearly the same as “{isolate(near[0])}”."
    )


@pytest.mark.django_db
@pytest.mark.parametrize("chosen", ["Hall 5", "Studio", "חדר ב"])
def test_room_new_name_lists_rooms(ours, event, chosen):
    assert alike(event, chosen) is None
    f.session(event=f.event(organization=ours), room="elsewhere")
    f.session(event=event, room=None)
    assert alike(event, chosen) is None
    for n, room in enumerate(["Hall 4", "חדר א", "Hall 3"]):
        f.session(event=event, room=room, start=f.at(9 + n))

    conflict = alike(event, chosen)

    assert (conflict.severity, conflict.near) == (Severity.WARNING, ())
    assert conflict.sentence.endswith(
        f"its rooms are “{isolate('Hall 3')}”; “{isolate('Hall 4')}”; “{isolate('חדר א')}”."
    )
    assert alike(event, chosen, names_room=False) is None
    assert alike(event, None) is None


@pytest.mark.django_db
def test_room_given_up_is_not_known(event):
    session = f.session(event=event, room="Studio")
    moved = {"session_id": session.pk, "standing_room": "Studio"}

    assert alike(event, "Hall 3", **moved) is None
    assert alike(event, "studio", **moved).respelled

    f.session(event=event, room="studio", start=f.at(12))
    assert alike(event, "Hall 3", **moved) is not None


def outside(**fields):
    """What is said of a session of an event on 30 and 31 January, or None."""
    conflict = conflicts.outside(
        **{
            "zone": JERUSALEM,
            "first": f.at(8),
            "last": f.at(20) + timedelta(days=1),
            "placed": None,
            "standing": None,
            "now": f.at(0),
        }
        | fields
    )
    return conflict and conflict.sentence


def test_days_are_the_events_own_and_whole():
    midnight = f.at(0)
    hour = timedelta(hours=1)
    assert outside(placed=(midnight, midnight + hour), now=midnight - hour) is None
    assert outside(placed=(f.at(23), f.at(24) + timedelta(days=1))) is None
    assert outside(placed=(midnight - hour, midnight + hour), now=midnight - 2 * hour) == (
        "It would begin before the event’s first day, 30 Jan 2038."
    )
    assert outside(placed=(f.at(47), f.at(48, 1))) == (
        "It would end after the event’s last day, 31 Jan 2038."
    )


def test_outside_endless_event():
    assert outside(placed=(f.at(24 * 300), f.at(24 * 300 + 1)), last=None) is None


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_ends_of_the_calendar_are_no_error(zone):
    far = {"zone": ZoneInfo(zone), "first": FAR_PAST, "last": FAR_FUTURE}
    assert outside(placed=(FAR_PAST, FAR_FUTURE), now=FAR_PAST - timedelta(1), **far) is None
    assert outside(standing=FAR_PAST, **far) == "The session has begun already."


def test_outside_begun_told_once():
    now = datetime(2038, 1, 30, 8, tzinfo=UTC)
    assert outside(standing=now, placed=(now, now + timedelta(hours=1)), now=now) == (
        "The session has begun already."
    )
    assert outside(placed=(now, now + timedelta(hours=1)), now=now) == (
        "It would begin at a time that is past already."
    )
    assert outside(standing=now + timedelta(seconds=1), now=now) is None

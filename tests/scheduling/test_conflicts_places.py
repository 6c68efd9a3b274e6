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
    (conflict,) = conflicts.find({0: placement}).get(0) or [None]
    return conflict


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("used", "chosen"),
    [
        ("Hall A", "hall a"),
        ("Hall A", "Hall  A"),
        ("Hall A", "HallA"),
        ("Hall A ", "Hall A"),
        ("Hall\u00a0A", "Hall A"),
        ("חדר א", "\u200fחדר א"),
        ("חדר א", "חדר\u200bא"),
        ("STRASSE", "Straße"),
        ("Cafe\u0301", "Caf\u00e9"),
    ],
)
def test_a_name_that_looks_like_one_in_use_is_told(event, used, chosen):
    f.session(event=event, room=used)

    conflict = alike(event, chosen)

    assert (conflict.kind, conflict.severity) == (Kind.ROOM_NAME, Severity.WARNING)
    assert (conflict.subject, conflict.ids) == (chosen, frozenset())
    assert conflict.sentence == (
        f"{isolate(chosen)} is not in use at this event; {isolate(used)} is, and differs only in "
        "case, spaces or invisible characters."
    )


@pytest.mark.django_db
def test_a_name_in_use_or_unlike_every_other_is_not_told(ours, event):
    f.session(event=event, room="Hall A")
    f.session(event=event, room="hall a")
    f.session(event=f.event(organization=ours), room="hall b")
    f.session(event=event, room=None)

    assert alike(event, "Hall A") is None
    assert alike(event, "Hall B") is None
    assert alike(event, "Hall A1") is None
    assert alike(event, "HALL A", names_room=False) is None
    assert alike(event, None) is None


@pytest.mark.django_db
def test_the_name_a_session_gives_up_is_not_in_use(event):
    session = f.session(event=event, room="hall a")

    assert alike(event, "Hall A", session_id=session.pk) is None

    f.session(event=event, room="hall a", start=f.at(12))
    assert alike(event, "Hall A", session_id=session.pk) is not None


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


def test_an_event_without_an_end_goes_on():
    assert outside(placed=(f.at(24 * 300), f.at(24 * 300 + 1)), last=None) is None


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_ends_of_the_calendar_are_no_error(zone):
    far = {"zone": ZoneInfo(zone), "first": FAR_PAST, "last": FAR_FUTURE}
    assert outside(placed=(FAR_PAST, FAR_FUTURE), now=FAR_PAST - timedelta(1), **far) is None
    assert outside(standing=FAR_PAST, **far) == "The session has begun already."


def test_what_has_begun_is_told_once():
    now = datetime(2038, 1, 30, 8, tzinfo=UTC)
    assert outside(standing=now, placed=(now, now + timedelta(hours=1)), now=now) == (
        "The session has begun already."
    )
    assert outside(placed=(now, now + timedelta(hours=1)), now=now) == (
        "It would begin at a time that is past already."
    )
    assert outside(standing=now + timedelta(seconds=1), now=now) is None

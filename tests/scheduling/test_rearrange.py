"""Changing several sessions that stand in each other's way: all of them or none."""

import itertools
import random

import pytest

from scheduling import actions
from scheduling.models import Schedule
from tests import factories as f

pytestmark = pytest.mark.django_db

ROOMS = "ABCD"


@pytest.fixture
def sessions(event):
    return [f.session(event=event, title=room.lower(), room=room) for room in ROOMS]


def standing() -> str:
    """The sessions' rooms, in the order of their titles."""
    return "".join(Schedule.objects.order_by("title").values_list("room", flat=True))


def rearrange(sessions, wanted: str) -> None:
    changes = [
        (session, {"room": room})
        for session, room in zip(sessions, wanted, strict=True)
        if room != session.room
    ]
    actions.rearrange(changes=changes)


@pytest.mark.parametrize("wanted", ["".join(p) for p in itertools.permutations("ABCD")])
def test_rearrange_every_permutation(sessions, wanted):
    rearrange(sessions, wanted)

    assert standing() == wanted
    assert "".join(session.room for session in sessions) == wanted


@pytest.mark.parametrize("wanted", ["BCDE", "EABC"])
def test_rearrange_chain_without_parking(sessions, wanted):
    f.run("alter table schedules add constraint keeps_a_room check (room is not null)")
    rearrange(sessions, wanted)

    assert standing() == wanted


@pytest.mark.parametrize("backwards", [False, True])
def test_times_go_round_too(event, backwards):
    early = f.session(event=event, title="early", room="A", start=f.at(9))
    late = f.session(event=event, title="late", room="A", start=f.at(10))
    changes = [
        (early, {"start_time": f.at(10), "end_time": f.at(11)}),
        (late, {"start_time": f.at(9), "end_time": f.at(10)}),
    ]

    actions.rearrange(changes=changes[::-1] if backwards else changes)

    assert list(Schedule.objects.order_by("start_time").values_list("title", "room")) == [
        ("late", "A"),
        ("early", "A"),
    ]


@pytest.mark.parametrize("count", [2, 40])
def test_rearrange_writes_once_cycle_twice(event, count, django_assert_num_queries):
    sessions = [f.session(event=event, room=f"{n:02}") for n in range(2 * count)]
    ring, chain = sessions[:count], sessions[count:]
    changes = [(session, {"room": ring[n - 1].room}) for n, session in enumerate(ring)]
    changes += [(one, {"room": other.room}) for one, other in itertools.pairwise(chain)]
    changes += [(chain[-1], {"room": "free"})]

    # What a change takes besides goes along with its update: the savepoint, and that nothing is
    # put off.
    with django_assert_num_queries(2 + 2 * count + 1):
        actions.rearrange(changes=changes)

    standing = [s.room for s in Schedule.objects.in_bulk([s.pk for s in sessions]).values()]
    assert len(set(standing)) == 2 * count


@pytest.mark.parametrize("seed", range(20))
def test_rearrange_any_times(event, seed):
    chance = random.Random(seed)  # noqa: S311
    places = [(room, hour) for room in ROOMS for hour in range(9, 14)]
    now, then = chance.sample(places, 12), chance.sample(places, 12)
    sessions = [
        f.session(event=event, title=f"{n:02}", room=room, start=f.at(hour))
        for n, (room, hour) in enumerate(now)
    ]
    wanted = [
        {"room": room, "start_time": f.at(hour), "end_time": f.at(hour + 1)} for room, hour in then
    ]

    actions.rearrange(changes=zip(sessions, wanted, strict=True))

    standing = Schedule.objects.order_by("title").values("room", "start_time", "end_time")
    assert list(standing) == wanted


def test_rearrange_blocked_by_other(event, sessions):
    f.session(event=event, title="holder", room="E")
    before = f.whole_table("schedules")

    with pytest.raises(actions.RoomTaken, match="holder"):
        rearrange(sessions, "BAED")

    assert f.whole_table("schedules") == before


def test_rearrange_two_want_one_room(event, sessions):
    before = f.whole_table("schedules")

    with pytest.raises(actions.RoomTaken):
        rearrange(sessions, "EEAB")

    assert f.whole_table("schedules") == before


def test_rearrange_missing_undoes_all(event, sessions):
    Schedule.objects.filter(title="d").delete()
    before = f.whole_table("schedules")

    with pytest.raises(actions.SessionGone):
        rearrange(sessions, "BACE")

    assert f.whole_table("schedules") == before
    assert sessions[3].room == "D"

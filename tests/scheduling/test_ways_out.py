"""Free rooms and times: nothing that collides is offered, and nothing nearer is left out."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from eventflow.db.postgresql.base import FAR_FUTURE, FAR_PAST
from scheduling import conflicts, ways_out
from scheduling.conflicts import Placement
from scheduling.models import Schedule
from scheduling.ways_out import WayOut
from tests import factories as f

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def hour(n):
    """A time of the test day, also of a fraction of an hour."""
    return f.at(0) + timedelta(minutes=round(n * 60))


def wanted(event, start=9, end=10, room="A", speaker=None, session=None):
    return Placement(
        event_id=event.pk,
        start=hour(start),
        end=hour(end),
        room=room,
        speaker=speaker,
        session_id=session and session.pk,
        zone=event.zone,
    )


def find(event, *times, now=LONG_AGO, at_least=None, **wish):
    """The ways out of what `wanted` says."""
    return ways_out.find(wanted(event, *times, **wish), event=event, now=now, at_least=at_least)


def told(ways):
    """Room, start in hours of the test day, capacity."""
    return [(way.room, (way.start - f.at(0)) / HOUR, way.capacity) for way in ways]


def taken(event, room, start, end, **fields):
    return f.session(event=event, room=room, start=hour(start), end=hour(end), **fields)


class TestRooms:
    def test_ways_out_rooms_big_enough_then_closest(self, event):
        for room, capacity in (("A", 40), ("B", 60), ("C", 35), ("D", 30), ("E", None), ("F", 12)):
            taken(event, room, 12, 13, max_capacity=capacity)
        taken(event, "B", 14, 15, max_capacity=20)
        taken(event, "G", 9.5, 12, max_capacity=35)
        taken(event, None, 9, 10)

        assert told(find(event, at_least=32).rooms) == [
            ("C", 9, 35),
            ("B", 9, 60),
            ("E", 9, None),
            ("D", 9, 30),
            ("F", 9, 12),
        ]

    def test_ways_out_rooms_largest_first(self, event):
        for room, capacity in (("B", None), ("C", 35), ("D", 90)):
            taken(event, room, 12, 13, max_capacity=capacity)

        assert told(find(event).rooms) == [
            ("D", 9, 90),
            ("C", 9, 35),
            ("B", 9, None),
        ]

    def test_ways_out_at_most_five(self, event):
        for n in range(8):
            taken(event, f"room {n}", 12, 13)

        assert [way.room for way in find(event).rooms] == [f"room {n}" for n in range(5)]

    def test_ways_out_fields_to_set(self, event):
        taken(event, "B", 12, 13, max_capacity=60)

        assert find(event).rooms == (WayOut("B", hour(9), hour(10), 60, {"room": "B"}),)

    def test_ways_out_back_to_back_and_itself(self, event):
        session = taken(event, "B", 9, 10)
        taken(event, "B", 8, 9)
        taken(event, "B", 10, 11)

        assert told(find(event, session=session).rooms) == [("B", 9, None)]
        assert told(find(event).rooms) == []

    def test_ways_out_speaker_elsewhere_no_room(self, event):
        taken(event, "B", 12, 13)
        taken(event, "C", 9, 10, speaker_name=" dana LEVI ")

        assert find(event, speaker="Dana Levi").rooms == ()

    def test_ways_out_roomless_session(self, event):
        taken(event, "B", 12, 13)

        assert find(event, room=None).rooms == ()

    def test_ways_out_room_spellings_one_room(self, event):
        taken(event, "Main hall", 12, 13, max_capacity=100)
        taken(event, "Main hall", 14, 15, max_capacity=100)
        taken(event, "main  hall ", 16, 17)
        taken(event, "B", 12, 13, max_capacity=50)
        taken(event, "B\u200f", 9, 10)
        taken(event, " a", 12, 13)
        taken(event, "  ", 12, 13)

        assert told(find(event).rooms) == [("Main hall", 9, 100)]

    def test_rooms_of_other_events_are_not_known(self, event, their_event):
        taken(their_event, "B", 12, 13)

        assert find(event).rooms == ()


class TestTimes:
    def test_ways_out_times_nearest(self, event):
        taken(event, "A", 8, 9.25)
        taken(event, "A", 11, 12)

        assert told(find(event).times) == [
            ("A", 9.25, None),
            ("A", 7, None),
            ("A", 12, None),
            ("A", 13, None),
            ("A", 14, None),
        ]

    def test_ways_out_fields_to_set(self, event):
        event.end_date = hour(10)
        taken(event, "A", 7, 10, max_capacity=30)
        taken(event, "A", 11, 23)

        assert find(event).times == (
            WayOut(
                "A",
                hour(10),
                hour(11),
                30,
                {"start_time": hour(10), "end_time": hour(11)},
            ),
        )

    def test_ways_out_quarter_hours(self, event):
        taken(event, "A", 7, 9 + 5 / 60)
        taken(event, "A", 10.5, 10 + 35 / 60)
        taken(event, "A", 11 + 20 / 60, 23)

        assert told(find(event, 9, 9.75).times) == [("A", 9.25, None)]

    def test_ways_out_speaker_free(self, event):
        taken(event, "A", 7, 10)
        taken(event, None, 10, 11, speaker_name="\tDana levi\u00a0")
        taken(event, "B", 12, 22.5, speaker_name="DANA LEVI")

        assert told(find(event, speaker="Dana Levi").times) == [("A", 11, None)]

    def test_ways_out_time_as_wanted_not_offered(self, event):
        taken(event, "A", 7, 8)
        taken(event, "A", 12, 23)

        assert told(find(event, 9 + 5 / 60, 10 + 5 / 60).times) == [
            ("A", 8, None),
            ("A", 10.25, None),
        ]

    def test_ways_out_roomless_by_speaker(self, event):
        taken(event, "A", 7, 23, speaker_name="x")
        event.end_date = hour(32)

        assert told(find(event, 9, 12, room=None, speaker="x", now=hour(33.1)).times) == [
            (None, 33.25 + 3 * n, None) for n in range(4)
        ]

    def test_not_before_now(self, event):
        assert told(find(event, 9, 13, now=hour(9) + timedelta(seconds=1)).times) == [
            ("A", 9.25, None),
            ("A", 13.25, None),
            ("A", 17.25, None),
        ]

    def test_ways_out_event_days_and_hours(self, event):
        event.start_date, event.end_date = hour(15), hour(24)
        taken(event, "A", 9, 12)

        assert told(find(event, 9, 17).times) == [
            ("A", 12, None),
            ("A", 31, None),
            ("A", 39, None),
        ]

    def test_ways_out_at_night_if_wanted(self, event):
        event.end_date = hour(20)
        taken(event, "A", 20, 23)

        assert told(find(event, 22, 23.5, now=hour(18)).times) == [("A", 18.5, None)]

    def test_ways_out_endless_event(self, event):
        event.end_date = None
        taken(event, "A", 31, 47)

        assert told(find(event, 33, 39).times) == [
            ("A", 17, None),
            ("A", 11, None),
        ]

    def test_days_when_the_clocks_change(self, ours):
        event = f.event(
            organization=ours,
            start_date=datetime(2038, 3, 26, 6, tzinfo=UTC),
            end_date=datetime(2038, 3, 26, 20, tzinfo=UTC),
        )
        start = datetime(2038, 3, 26, 4, tzinfo=UTC)
        f.session(event=event, room="A", start=start, end=start + 15 * HOUR)
        placement = Placement(
            event_id=event.pk, start=start, end=start + HOUR, room="A", zone=event.zone
        )

        (way,) = ways_out.find(placement, event=event, now=LONG_AGO).times

        assert way.start.astimezone(event.zone).isoformat() == "2038-03-26T22:00:00+03:00"

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)),
            (datetime(9999, 12, 30, tzinfo=UTC), datetime(1, 1, 2, tzinfo=UTC)),
        ],
    )
    def test_events_of_any_length(self, event, start, end):
        event.start_date, event.end_date = start, end
        taken(event, "A", 9, 10)
        taken(event, "B", 9, 10)

        ways = find(event, now=min(start, LONG_AGO))

        assert ways.rooms == ()
        assert [way.start.year for way in ways.times] == [2038 if start < end else 9999] * 5


class TestPairs:
    def test_ways_out_pairs_big_enough_first(self, event):
        taken(event, "A", 7, 23)
        taken(event, "B", 8, 11, max_capacity=20)
        taken(event, "C", 7, 12, max_capacity=60)
        taken(event, "D", 7, 12, max_capacity=45)
        taken(event, "E", 9, 10)
        taken(event, "free", 12, 13, max_capacity=60)

        ways = find(event, at_least=40).pairs

        assert told(ways) == [("D", 12, 45), ("C", 12, 60), ("E", 8, None), ("B", 7, 20)]
        assert ways[0] == WayOut(
            "D",
            hour(12),
            hour(13),
            45,
            {"room": "D", "start_time": hour(12), "end_time": hour(13)},
        )

    def test_none_without_a_room(self, event):
        taken(event, "B", 9, 10)

        assert find(event, room=None).pairs == ()


def test_ways_out_none_free(event):
    taken(event, "A", -24, 48)
    taken(event, "B", -24, 48)

    assert not find(event)


@pytest.mark.parametrize("number", [1, 60])
def test_ways_out_statement_count(event, number, django_assert_num_queries):
    for n in range(number):
        taken(event, f"room {n}", 9, 10, speaker_name="x")

    with django_assert_num_queries(1):
        find(event, speaker="x")


# As the database wrapper loads what Python cannot hold, and the last moments that it can.
ENDS = (
    FAR_PAST,
    datetime(1, 1, 1, tzinfo=UTC),
    f.at(9),
    datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    FAR_FUTURE,
)


@pytest.mark.parametrize("lasting", [*itertools.combinations(ENDS, 2), (None, None)])
@pytest.mark.parametrize("zone", ["Asia/Jerusalem", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_ways_out_endless_gets_no_time(ours, lasting, zone):
    fields = {"start_date": lasting[0], "end_date": lasting[1]} if lasting[0] else {}
    event = f.event(organization=ours, timezone=zone, **fields)
    f.session(event=event, room="A", start=f.at(8), end=f.at(10))
    f.session(event=event, room="B", start=f.at(12), end=f.at(13))
    for start, end in itertools.combinations(sorted(ENDS), 2):
        place = Placement(
            event_id=event.pk, start=start, end=end, room="A", speaker=None, zone=event.zone
        )
        found = ways_out.find(place, event=event, now=LONG_AGO)

        if end - start > timedelta(days=64):
            assert (found.times, found.pairs) == ((), ())


def test_odd_sessions_raise_nothing(event):
    # As the constraint cannot be made where they stand, they stand only where it is not.
    f.run("alter table schedules drop constraint no_room_overlap")
    for room, start, end in (
        ("A", "2038-01-30 12:00+02", "2038-01-30 08:00+02"),
        ("A", "2038-01-30 10:30+02", "2038-01-30 10:30+02"),
        ("A", "infinity", "-infinity"),
        ("A", "2038-01-30 18:00+02", "infinity"),
        ("A", "-infinity", "2038-01-30 09:30+02"),
        ("A", "2038-01-30 09:00+02", "2038-01-30 10:00+02"),
        ("A", "2038-01-30 09:00+02", "2038-01-30 10:00+02"),
        ("B", "-infinity", "infinity"),
        ("C", "20000-01-01", "30000-01-01"),
        ("D", "infinity", "infinity"),
    ):
        f.run(
            "insert into schedules (event_id, title, room, speaker_name, start_time, end_time)"
            " values (%s, 'odd', %s, 'x', %s, %s)",
            event.pk,
            room,
            start,
            end,
        )

    ways = find(event)

    assert [way.room for way in ways.rooms] == ["C", "D"]
    assert [start for _room, start, _capacity in told(ways.times)] == list(range(10, 15))
    assert ways.pairs == ()
    assert not find(event, speaker="x")


# The plain double loop that the statements are held against. A session is room, start, end,
# speaker and capacity, in quarters of an hour from midnight; the event is one day.

MORNING, NIGHT = 7 * 4, 23 * 4
names = st.sampled_from(["A", "B", "C", "D", "a ", "B\u200e"])
speakers = st.sampled_from([None, "x", " X", "y"])
starts = st.integers(MORNING, NIGHT - 13)
lengths = st.integers(1, 12)
# Also minutes beside the grid.
offsets = st.sampled_from([0, 0, 0, 5 / 15, 7 / 15])
sessions = st.lists(
    st.tuples(
        st.none() | names, starts, lengths, offsets, speakers, st.none() | st.integers(5, 90)
    ),
    max_size=14,
)


def fold(room):
    return room and room.strip(" \u200e").lower()


def apart(start, end, other_start, other_end):
    return end <= other_start or other_end <= start


class Plain:
    """What may be offered, found by trying every quarter of an hour."""

    def __init__(self, standing, room, start, length, speaker, first, at_least):
        self.standing, self.room, self.speaker = standing, room, speaker
        self.start, self.length = start, length
        self.at_least = at_least
        self.grid = [n for n in range(MORNING, NIGHT + 1) if n >= first and n + length <= NIGHT]

    def free(self, room, start):
        return all(
            apart(start, start + self.length, other_start, other_end)
            for other, other_start, other_end, speaker, _capacity in self.standing
            if (room is not None and fold(other) == fold(room))
            or (
                self.speaker and speaker and speaker.strip().lower() == self.speaker.strip().lower()
            )
        )

    def capacity(self, room):
        said = [c for other, *_, c in self.standing if fold(other) == fold(room) and c is not None]
        return max(said, default=None)

    def size(self, room):
        capacity = self.capacity(room)
        if self.at_least is None:
            return 0, (capacity is None, -(capacity or 0))
        if capacity is None:
            return 1, (True, 0)
        return (0 if capacity >= self.at_least else 2), (False, abs(capacity - self.at_least))

    def others(self):
        return {fold(other) for other, *_ in self.standing if other} - {fold(self.room)}

    def distance(self, start):
        return round(abs(start - self.start) * 15)

    def rooms(self):
        found = [room for room in self.others() if self.free(room, self.start)]
        return sorted((*self.size(room), room) for room in found)[:5] if self.room else []

    def times(self):
        chosen, offered = [], []
        in_the_hours = self.grid and self.grid[0] <= self.start <= self.grid[-1]
        if in_the_hours and self.free(self.room, self.start):
            chosen.append(self.start)
        for start in sorted(self.grid, key=lambda n: (self.distance(n), n)):
            if self.free(self.room, start) and all(
                apart(start, start + self.length, other, other + self.length) for other in chosen
            ):
                chosen.append(start)
                offered.append(start)
        return offered[:5]

    def pairs(self):
        found = []
        for room in self.others():
            nearest = [
                (self.distance(start), start) for start in self.grid if self.free(room, start)
            ]
            if nearest and not self.free(room, self.start):
                distance, start = min(nearest)
                small, closest = self.size(room)
                found.append((small, distance, closest, room, start))
        return sorted(found)[:5] if self.room else []


def quarters(at):
    return (at - f.at(0)) / timedelta(minutes=15)


@given(
    standing=sessions,
    room=st.none() | names,
    start=starts,
    length=lengths,
    offset=offsets,
    speaker=speakers,
    first=st.integers(0, 60),
    at_least=st.none() | st.integers(1, 100),
)
def test_like_the_plain_double_loop(
    event, standing, room, start, length, offset, speaker, first, at_least
):
    with transaction.atomic():
        for name, begins, lasts, beside, who, capacity in standing:
            f.run(
                "insert into schedules"
                " (event_id, title, room, start_time, end_time, speaker_name, max_capacity)"
                " values (%s, '', %s, %s, %s, %s, %s) on conflict do nothing",
                event.pk,
                name,
                hour((begins + beside) / 4),
                hour((begins + beside + lasts) / 4),
                who,
                capacity,
            )
        stands = [
            (s.room, quarters(s.start_time), quarters(s.end_time), s.speaker_name, s.max_capacity)
            for s in Schedule.objects.filter(event=event)
        ]
        placement = wanted(
            event, (start + offset) / 4, (start + offset + length) / 4, room, speaker
        )
        plain = Plain(stands, room, quarters(placement.start), length, speaker, first, at_least)

        ways = ways_out.find(placement, event=event, now=hour(first / 4), at_least=at_least)

        assert [fold(way.room) for way in ways.rooms] == [room for *_, room in plain.rooms()]
        assert [quarters(way.start) for way in ways.times] == plain.times()
        assert [(fold(way.room), quarters(way.start)) for way in ways.pairs] == [
            (room, start) for *_, room, start in plain.pairs()
        ]
        offered = [*ways.rooms, *ways.times, *ways.pairs]
        assert all(way.end - way.start == placement.end - placement.start for way in offered)
        assert (
            conflicts.find(
                {
                    n: Placement(event.pk, way.start, way.end, way.room, speaker, zone=event.zone)
                    for n, way in enumerate(offered)
                }
            ).conflicts
            == {}
        )
        transaction.set_rollback(True)

"""What the engine finds is what comparing every session with every other one finds."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from scheduling import conflicts
from scheduling.conflicts import Kind, Placement
from scheduling.models import Registration, Schedule
from tests import factories as f
from tests import plain
from tests.variants import first_soon

pytestmark = pytest.mark.django_db

half_hours = st.integers(min_value=0, max_value=10).map(
    lambda n: f.at(9) + timedelta(minutes=30 * n)
)
rooms = st.sampled_from([None, "A", "a", "A ", "B", "חדר"])
speakers = st.sampled_from([None, "", " ", "Dana", " dana\u00a0", "DANA", "100%", "רות"])
sessions = st.lists(
    st.fixed_dictionaries(
        {
            "second_event": st.booleans(),
            "start": half_hours,
            "end": half_hours,
            "room": rooms,
            "speaker_name": speakers,
        }
    ),
    max_size=8,
)


@pytest.fixture
def events(ours):
    return f.event(organization=ours, name="one"), f.event(organization=ours, name="two")


@pytest.fixture
def without_constraint(db):
    f.run("alter table schedules drop constraint no_room_overlap")


def insert(events, rows):
    return [
        f.session(
            event=events[row["second_event"]],
            start=row["start"],
            end=row["end"],
            room=row["room"],
            speaker_name=row["speaker_name"],
        )
        for row in rows
    ]


@given(rows=sessions)
def test_conflicts_plain_in_programmes(events, without_constraint, rows):
    with transaction.atomic():
        insert(events, rows)
        standing = list(Schedule.objects.select_related("event"))
        for event in (None, *events):
            found = {
                Kind.ROOM: [o for o in conflicts.room_overlaps(event and event.pk) if o.second],
                Kind.SPEAKER: conflicts.speaker_overlaps(event and event.pk),
            }
            pairs = {
                kind: [frozenset({o.first.id, o.second.id}) for o in overlaps]
                for kind, overlaps in found.items()
            }
            of_event = [s for s in standing if event in (None, s.event)]
            assert {kind: set(ids) for kind, ids in pairs.items()} == plain.pairs(of_event)
            assert all(len(ids) == len(set(ids)) for ids in pairs.values())
        transaction.set_rollback(True)


@given(
    rows=sessions,
    wanted=st.lists(
        st.tuples(st.booleans(), half_hours, half_hours, rooms, speakers, st.integers(0, 8)),
        min_size=1,
        max_size=4,
    ),
    registrations=st.sets(st.tuples(st.integers(0, 2), st.integers(0, 7)), max_size=10),
)
def test_conflicts_plain_of_placements(events, without_constraint, rows, wanted, registrations):
    with transaction.atomic():
        # The constraint, where it stands, lets no session with a room end before it starts.
        for row in rows:
            if row["end"] < row["start"]:
                row["room"] = None
        made = insert(events, rows)
        for event in events:
            people = [f.participant(event=event) for _ in range(3)]
            for who, what in registrations:
                if what < len(made) and made[what].event == event:
                    f.registration(participant=people[who], schedule=made[what])
        placements = {}
        for n, (second, start, end, room, speaker, own) in enumerate(wanted):
            session = made[own] if own < len(made) else None
            if start < end:
                placements[n] = Placement(
                    event_id=session.event_id if session else events[second].pk,
                    start=start,
                    end=end,
                    room=room,
                    speaker=speaker,
                    session_id=session and session.pk,
                    names_room=True,
                    moves=session is not None,
                )
        registered = list(Registration.objects.values_list("participant_id", "schedule_id"))
        expected = {
            n: found
            for n, placement in placements.items()
            if (found := plain.collisions(placement, made, registered))
        }
        found = conflicts.find(placements).conflicts
        # How rooms are spelled is told in sentences only.
        told = {
            n: {c.kind: c.ids for c in of_one if c.kind is not Kind.ROOM_NAME}
            for n, of_one in found.items()
        }
        assert {n: of_one for n, of_one in told.items() if of_one} == expected
        transaction.set_rollback(True)


@pytest.mark.parametrize("number", first_soon([10, 1]))
def test_conflicts_plain_own_event_only(event, number):
    f.run(
        "insert into events (organization_id, name, start_date)"
        " select %s, 'x', %s from generate_series(1, 49)",
        event.organization_id,
        event.start_date,
    )
    f.run(
        "insert into schedules (event_id, title, start_time, end_time, room, speaker_name)"
        " select e.id, 'x', t, t + interval '1 hour', 'Room ' || n % 50, 'Speaker ' || n % 50"
        " from events as e, generate_series(0, 399) as n,"
        " lateral (select timestamptz '2038-01-01' + n / 50 * interval '1 hour') as at (t)"
    )
    f.run("analyze schedules")
    placements = {
        n: Placement(event_id=event.pk, start=f.at(9), end=f.at(10), room=f"Room {n}")
        for n in range(number)
    }

    with CaptureQueriesContext(connection) as captured:
        conflicts.find(placements)
    for query in captured:
        plan = "\n".join(row[0] for row in f.run("explain " + query["sql"].replace("%", "%%")))
        assert "Seq Scan on schedules" not in plan

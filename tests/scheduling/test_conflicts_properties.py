"""Whatever the programme: what is found equals what a plain look at every pair finds."""

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from scheduling import conflicts
from scheduling.conflicts import Kind, Placement
from scheduling.models import Schedule
from tests import factories as f

pytestmark = pytest.mark.django_db

# The same to people, or not.
ROOMS = (None, "A", "a", "A ", "B")
SPEAKERS = (None, "", "Dana", " DANA ", "דנה", "100%", "100x")

spans = st.tuples(st.integers(9, 12), st.integers(1, 3)).map(lambda s: (s[0], s[0] + s[1]))
sessions = st.tuples(st.integers(0, 1), spans, st.sampled_from(ROOMS), st.sampled_from(SPEAKERS))


def collides(one, other) -> dict[Kind, bool]:
    """Whether two of an event's sessions collide, by kind, worked out without SQL."""
    (event, (start, end), room, speaker), (its_event, (begins, ends), its_room, its_speaker) = (
        one,
        other,
    )
    meet = event == its_event and start < ends and begins < end
    folded, its_folded, place, its_place = (
        name and name.strip().lower() for name in (speaker, its_speaker, room, its_room)
    )
    return {
        Kind.ROOM: meet and place is not None and place == its_place,
        Kind.SPEAKER: meet and bool(folded) and folded == its_folded,
    }


@given(
    standing=st.lists(sessions, max_size=8),
    wanted=st.lists(st.tuples(sessions, st.integers(0, 7) | st.none()), max_size=5),
)
def test_conflicts_equal_pairwise(ours, standing, wanted):
    with transaction.atomic():
        # So that rooms may be taken twice, as they are in programmes from before the constraint.
        f.run("alter table schedules drop constraint no_room_overlap")
        events = [f.event(organization=ours) for _ in range(2)]
        rows = Schedule.objects.bulk_create(
            Schedule(
                event=events[event],
                title=str(n),
                start_time=f.at(start),
                end_time=f.at(end),
                room=room,
                speaker_name=speaker,
            )
            for n, (event, (start, end), room, speaker) in enumerate(standing)
        )
        placements, expected = {}, set()
        for n, (session, moved) in enumerate(wanted):
            event, (start, end), room, speaker = session
            moved = None if moved is None or moved >= len(rows) else moved
            placements[n] = Placement(
                event_id=events[event].pk,
                start=f.at(start),
                end=f.at(end),
                room=room,
                speaker=speaker,
                session_id=None if moved is None else rows[moved].pk,
            )
            expected |= {
                (n, kind, rows[m].pk)
                for m, other in enumerate(standing)
                for kind, found in collides(session, other).items()
                if found and m != moved
            }

        found = conflicts.find(placements).conflicts

        assert {
            (n, conflict.kind, other.id)
            for n, its_conflicts in found.items()
            for conflict in its_conflicts
            for other in conflict.others
        } == expected
        transaction.set_rollback(True)

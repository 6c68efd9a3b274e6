"""`no_room_overlap` itself: which programmes it lets stand."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from eventflow.db import database
from tests import factories as f

# A few values, so that most programmes clash somewhere.
sessions = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from([None, "A", "a", "A ", "אולם"]),
        st.integers(0, 8),
        st.integers(1, 4),
    ),
    min_size=2,
    max_size=8,
)


@given(rows=sessions)
def test_room_constraint_iff_room_free(db, rows):
    with transaction.atomic():
        events = [f.event(organization=f.organization()) for _ in range(2)]
        standing = []
        for event, room, start, length in rows:
            clashes = any(
                event == other_event
                and room is not None
                and room == other_room
                and start < other_end
                and other_start < start + length
                for other_event, other_room, other_start, other_end in standing
            )
            assert is_let_in(events[event], room, start, length) is not clashes
            if not clashes:
                standing.append((event, room, start, start + length))
        transaction.set_rollback(True)


def is_let_in(event, room, start, length) -> bool:
    begins = f.at(9) + timedelta(minutes=15 * start)
    ends = begins + timedelta(minutes=15 * length)
    try:
        with transaction.atomic():
            f.session(event=event, room=room, start=begins, end=ends)
    except IntegrityError as error:
        if database.violated_constraint(error) != "no_room_overlap":
            raise
        return False
    return True

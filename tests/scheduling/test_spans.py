"""When anything is asked about: fewer spans than placements, and the same sessions meet them."""

import itertools
import uuid
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduling.conflicts.placement import Placement, columns_of
from tests import factories as f

EVENTS = [uuid.UUID(int=n) for n in (1, 2)]
# Start and length in minutes; of none there is nothing that it could meet, unless it stands inside.
times = st.tuples(st.integers(0, 12), st.integers(0, 5))


def placement(event_id, start, length):
    start = f.at(9) + timedelta(minutes=start)
    return Placement(event_id=event_id, start=start, end=start + timedelta(minutes=length))


def meets(session, start, end):
    return start < session.end and end > session.start


@given(
    asked=st.lists(st.tuples(st.sampled_from(EVENTS), times), max_size=8),
    there=st.tuples(st.sampled_from(EVENTS), times.filter(lambda pair: pair[1] > 0)),
)
def test_spans_met_iff_placements_met(asked, there):
    placements = {n: placement(event_id, *pair) for n, (event_id, pair) in enumerate(asked)}
    columns = columns_of(placements)
    spans = list(
        zip(columns["span_event"], columns["span_start"], columns["span_end"], strict=True)
    )
    session = placement(there[0], *there[1])

    assert any(e == session.event_id and meets(session, s, t) for e, s, t in spans) == any(
        p.event_id == session.event_id and meets(session, p.start, p.end)
        for p in placements.values()
    )
    for one, other in itertools.pairwise(spans):
        assert one[0] != other[0] or one[2] < other[1]

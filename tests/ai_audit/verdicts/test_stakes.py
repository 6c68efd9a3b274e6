"""Of all who want the same, those that may meet one in time: all who do, and few who do not."""

from types import SimpleNamespace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ai_audit.verdicts.stakes import Wanting
from tests import factories as f

spans = st.tuples(st.integers(0, 40), st.integers(1, 12))


def at(span) -> SimpleNamespace:
    start, length = span
    return SimpleNamespace(start=f.at(start / 4), end=f.at((start + length) / 4))


def wanting(spans) -> Wanting:
    found = Wanting()
    found.ones = [(n, UUID(int=n), SimpleNamespace(placement=at(s))) for n, s in enumerate(spans)]
    return found


def meets(one, place) -> bool:
    there = one[2].placement
    return there.start < place.end and place.start < there.end


@given(spans=st.lists(spans, max_size=40), asked=spans)
def test_all_who_meet_it_are_looked_at_in_their_order(spans, asked):
    among, place = wanting(spans), at(asked)

    found = among.candidates_in_time(place)

    assert [one for one in found if meets(one, place)] == [
        one for one in among.ones if meets(one, place)
    ]
    assert [number for number, *_rest in found] == sorted(number for number, *_rest in found)


def test_of_those_one_after_the_other_no_more_are_looked_at_however_many_there_are():
    """Each that is looked at is a comparison; who has ended before is none."""
    for number in (50, 100, 200):
        among = wanting([(4 * n, 4) for n in range(number)])

        looked_at = [len(among.candidates_in_time(at((4 * n, 4)))) for n in range(number)]
        assert looked_at == [1] * number

"""Which names are nearly the same, and which are two names, over keys."""

import itertools

import pytest

from scheduling.near_names import near, nearly

NEAR = [
    ("hall a", "hаll a"),
    ("hall a", "hall а"),
    ("meitner", "meitnar"),
    ("meitner", "metiner"),
    ("curie", "cuire"),
    ("אולם", "האולם"),
    ("האולם הגדול", "אולם גדול"),
    ("חדר 3", "3"),
    ("hall 3", "3"),
    ("main hall", "main"),
    ("אולם ירושלים", "ירושלים"),
    ("אולם 3", "hall 3"),
    ("halla", "hall a"),
    ("café", "cafe"),
    ("hall-3", "hall 3"),
    ("rסom", "room"),
    ("the hall", "hall"),
    ("ירושלים", "ירושליים"),
    ("chaos-west tv - ennepetal", "chaos-west tv - enepetal"),
]
FAR = [
    ("hall 3", "hall 4"),
    ("hall 3", "hall 13"),
    ("חדר א", "חדר ב"),
    ("חדר א'", "חדר ב'"),
    ("hall a", "hall b"),
    ("hall 3", "room 3"),
    ("חדר 3", "אולם 3"),
    ("חדר 3א", "חדר 3ב"),
    ("hall 1 2", "hall 12"),
    ("a1", "a2"),
    ("studio 1", "studio 2"),
    ("room b1", "room b2"),
    ("hall", "hall 3"),
    ("hall a", "hall"),
    ("room", "hall"),
    ("east", "west"),
    ("main", "mail"),
    ("north", "south"),
    ("curie", "meitner"),
    ("a", "b"),
    ("🎉", "🎊"),
    ("!", "?"),
]


@pytest.mark.parametrize(("one", "other"), NEAR)
def test_nearly_the_same(one, other):
    assert nearly(one, other)
    assert nearly(other, one)


@pytest.mark.parametrize(("one", "other"), FAR)
def test_two_names(one, other):
    assert not nearly(one, other)
    assert not nearly(other, one)


def test_those_that_are_near_in_their_order():
    assert near("hall 3", ["3", "hall 4", "hall 3", "the hall 3"]) == ["3", "the hall 3"]


# Of two programmes that were really held.
PROGRAMMES = [
    ["curie", "meitner"],
    [
        "chaos-west tv - ennepetal",
        "chaostrawler stubnitz/gängeviertel hamburg",
        "backspace / franconian.net - bamberg",
        "hacc münchen / about:future - münchen",
        "r3s - monheim/rhein",
    ],
]


@pytest.mark.parametrize("rooms", PROGRAMMES)
def test_the_rooms_of_a_real_programme_are_not_each_other(rooms):
    assert not [pair for pair in itertools.permutations(rooms, 2) if nearly(*pair)]


def test_a_slip_in_a_real_programme_is_found():
    assert near("backspace / franconia.net - bamberg", PROGRAMMES[1]) == [PROGRAMMES[1][2]]

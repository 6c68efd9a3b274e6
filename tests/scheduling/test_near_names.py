"""Which names are nearly the same, and which are two names, over keys."""

import itertools

import pytest

from scheduling.near_names import look_alikes, near, nearly

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
    ("ορο", "оро"),
    ("coco", "сосо"),
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
    ("סו", "ol"),
    ("שבו", "שבן"),
    ("!", "?"),
]


@pytest.mark.parametrize(("one", "other"), NEAR)
def test_nearly_the_same(one, other):
    assert nearly(one, other)
    assert nearly(other, one)


@pytest.mark.parametrize(("one", "other"), FAR)
def test_near_names_pairs(one, other):
    assert not nearly(one, other)
    assert not nearly(other, one)


def test_near_names_order():
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
def test_near_names_not_in_real_programme(rooms):
    assert not [pair for pair in itertools.permutations(rooms, 2) if nearly(*pair)]


def test_near_names_slip_in_programme():
    assert near("backspace / franconia.net - bamberg", PROGRAMMES[1]) == [PROGRAMMES[1][2]]


@pytest.mark.parametrize(
    ("names", "alike"),
    [
        (["Coco", "Сосо", "Cocoa"], {"Coco", "Сосо"}),
        (["Ορος", "Орос", "Opoc"], {"Орос", "Opoc"}),
        (["О", "Ο", "O", "0"], {"О", "Ο", "O", "0"}),
        (["I", "l", "|", "1", "i"], {"I", "l", "|", "1"}),
        (["Α1", "A١", "A1"], {"Α1", "A1", "A١"}),
        (["O’Neil", "O'Neil", "O`Neil"], set()),
        (["a b", "a\u00a0b", "a\u200f b", "ａ b"], set()),
        (["caf\u00e9", "cafe\u0301"], set()),
        (["כ", "ך", "ן", "ו", "ז"], set()),
        (["a-b", "a–b", "a־b"], set()),
    ],
)
def test_near_names_lookalikes(names, alike):
    assert look_alikes(names) == alike


def test_near_names_cut():
    names = ["nnnn one", "nnnn two", "nnn"]

    assert look_alikes(names, 4) == {"nnnn one", "nnnn two"}
    assert look_alikes(names) == set()

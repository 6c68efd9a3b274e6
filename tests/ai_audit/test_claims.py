"""What the AI said beside its proposal, in every shape it has said it in."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_audit.claims import Claimed, Claims, claims
from tests.ai_audit.hostile import JSON, SCALARS, nested

SESSION = UUID("33333333-aaaa-4333-8333-333333333333")


def test_claims():
    data = {
        "vip_affected": True,
        "reasoning": "more <b>space</b>",
        "reason": "cancelled",
        "conflicts_detected": {
            "room": [{"id": str(SESSION), "title": "Opening", "room": "A"}, {"title": "Panel"}],
            "speaker": [],
            "capacity": None,
            "weather": {"message": "rain"},
        },
    }
    assert claims(data) == Claims(
        vip_affected=True,
        reasoning="more <b>space</b>",
        reason="cancelled",
        conflicts={
            "room": (Claimed(SESSION, "Opening"), Claimed(None, "Panel")),
            "speaker": (),
            "capacity": (),
            "weather": (Claimed(None, "rain"),),
        },
    )


@pytest.mark.parametrize("data", [None, [], "x", 5, {}, {"vip_affected": None}])
def test_no_claims(data):
    assert claims(data) == Claims()


@pytest.mark.parametrize(
    ("found", "conflicts"),
    [
        (None, {}),
        ({}, {}),
        ([], {}),
        ("", {}),
        (False, {}),
        ("the room is taken", {"": (Claimed(None, "the room is taken"),)}),
        (True, {"": (Claimed(),)}),
        ([str(SESSION), "Panel", None], {"": (Claimed(SESSION), Claimed(None, "Panel"))}),
        (
            [{"type": "room", "id": str(SESSION)}, {"kind": "room", "title": "Panel"}, {"id": 5}],
            {"room": (Claimed(SESSION), Claimed(None, "Panel")), "": (Claimed(),)},
        ),
        ({"room": str(SESSION)}, {"room": (Claimed(SESSION),)}),
        ({"room": {"id": "x", "title": 5}}, {"room": (Claimed(),)}),
        ({"room": False, "speaker": 0}, {"room": (), "speaker": ()}),
    ],
)
def test_claimed_conflicts_in_other_shapes(found, conflicts):
    assert claims({"conflicts_detected": found}).conflicts == conflicts


def test_claims_are_bounded_and_can_be_sent():
    said = claims(
        {
            "reasoning": "x" * 3_000_000,
            "reason": "a\ud800\x00b\n",
            "conflicts_detected": {"room": ["x" * 1000] * 1000},
            "vip_affected": "yes",
        }
    )
    assert said.vip_affected is None
    assert said.reasoning == "x" * 20_000 + "…"
    assert said.reason == "a\ufffd\ufffdb\n"
    assert said.conflicts == {"room": (Claimed(None, "x" * 500 + "…"),) * 100}


def test_depth_does_not_matter():
    deep = nested(10_000)
    said = claims({"conflicts_detected": deep, "reasoning": deep, "reason": deep})
    assert (said.reasoning, said.reason) == ("", "")
    shapes = {"room": deep, "speaker": [deep, {"id": deep}]}
    assert set(claims({"conflicts_detected": shapes}).conflicts) == {"room", "speaker"}


@given(JSON | st.fixed_dictionaries({"conflicts_detected": JSON, "reasoning": SCALARS}))
@settings(max_examples=100, deadline=None)
def test_claims_never_raise(data):
    said = claims(data)
    assert said.vip_affected in (None, True, False)
    (said.reasoning + said.reason).encode()
    for kind, claimed in said.conflicts.items():
        for one in claimed:
            (kind + one.title).encode()
            assert one.id is None or isinstance(one.id, UUID)

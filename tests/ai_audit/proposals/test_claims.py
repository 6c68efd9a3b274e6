"""What the AI said beside its proposal, in every shape it has said it in."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_audit.proposals.claims import Claim, Claimed, Claims, Gone, claims, compare
from scheduling.conflicts import Conflict, Kind, Other, Severity
from tests.ai_audit.hostile import JSON, SCALARS, nested

SESSION = UUID("33333333-aaaa-4333-8333-333333333333")
NOON = datetime(2038, 1, 30, 12, tzinfo=UTC)


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
def test_claims_absent(data):
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
def test_claims_never_raise(data):
    said = claims(data)
    assert said.vip_affected in (None, True, False)
    (said.reasoning + said.reason).encode()
    for kind, claimed in said.conflicts.items():
        for one in claimed:
            (kind + one.title).encode()
            assert one.id is None or isinstance(one.id, UUID)


def conflict(kind=Kind.ROOM, *titles, about=()):
    others = tuple(Other(uuid5(SESSION, title), title, NOON, NOON) for title in titles)
    return Conflict(kind, Severity.WARNING, "", others, about=about)


def comparison(found, *conflicts, **said):
    return compare(claims({"conflicts_detected": found} | said), conflicts)


@pytest.mark.parametrize(
    ("found", "claim"),
    [
        ({"room": [{"id": str(uuid5(SESSION, "Opening")), "title": "?"}]}, Claim.CONFIRMED),
        ({"room": [{"title": "Opening"}]}, Claim.CONFIRMED),
        ({"rooms": "Room A is taken by Opening"}, Claim.CONFIRMED),
        ({"Room-Conflicts": [str(uuid5(SESSION, "Opening"))]}, Claim.CONFIRMED),
        ([{"type": "room_conflict", "title": "Opening"}], Claim.CONFIRMED),
        ([{"title": "Opening"}], Claim.CONFIRMED),
        ({"room": True}, Claim.CONFIRMED),
        ({"room": []}, Claim.NEW),
        ({"room": None}, Claim.NEW),
        ({"room": [{"id": str(SESSION), "title": "Opening"}]}, Claim.NEW),
        ({"speaker": [{"title": "Opening"}]}, Claim.UNLOOKED),
        ({"weather": ["Opening"]}, Claim.UNLOOKED),
        (["rain"], Claim.UNLOOKED),
        ({}, Claim.UNLOOKED),
        (None, Claim.UNLOOKED),
    ],
)
def test_claim_beside_conflict(found, claim):
    assert comparison(found, conflict(Kind.ROOM, "Opening")).standing == (claim,)


def test_which_of_them_the_ai_named_is_told():
    found = comparison(
        {"room": [{"title": "Opening"}], "speaker": []},
        conflict(Kind.ROOM, "Opening", "Panel"),
        conflict(Kind.SPEAKER, "Opening"),
    )
    assert found.standing == (Claim.CONFIRMED, Claim.NEW)
    assert found.named == {uuid5(SESSION, "Opening")}
    assert found.gone == ()


def test_claim_naming_nothing_confirmed_by_kind():
    capacity = conflict(Kind.CAPACITY)
    assert comparison({"capacity": {"message": "too small"}}, capacity).standing == (
        Claim.CONFIRMED,
    )
    assert comparison({"capacity": None}, capacity).standing == (Claim.NEW,)


@pytest.mark.parametrize(
    ("vip_affected", "claim"),
    [(True, Claim.CONFIRMED), (False, Claim.NEW), (None, Claim.UNLOOKED)],
)
def test_claims_of_vips(vip_affected, claim):
    vip = conflict(Kind.VIP, about=(SESSION,))
    assert comparison({}, vip, vip_affected=vip_affected).standing == (claim,)
    assert comparison({"vip": ["Dana"]}, vip_affected=vip_affected).gone == ()


def test_claim_gone():
    found = comparison(
        {
            "room": [{"title": "Opening"}, {"id": str(SESSION)}, {"id": str(SESSION)}],
            "speaker": [{"title": "Panel"}],
            "weather": ["rain"],
        },
        conflict(Kind.ROOM, "Opening"),
    )
    assert found.gone == (
        Gone(Kind.ROOM, Claimed(SESSION)),
        Gone(Kind.SPEAKER, Claimed(None, "Panel")),
    )
    assert comparison([str(SESSION), "rain"]).gone == (Gone(None, Claimed(SESSION)),)


@pytest.mark.parametrize("kind", [Kind.INVALID, Kind.MISSING])
def test_claim_not_gone_where_not_looked(kind):
    assert comparison({"room": [{"title": "Opening"}]}, conflict(kind)).gone == ()


@given(JSON)
def test_comparing_never_raises(found):
    standing = [conflict(kind, "x", about=(SESSION,)) for kind in Kind]
    compared = comparison(found, *standing)
    assert len(compared.standing) == len(standing)

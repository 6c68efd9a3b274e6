"""What lists and figures tell of the AI: its own doing, and right only where it looked."""

import pytest
from django.db import connection

from ai_audit import workflow
from ai_audit.models import IndexedSuggestion
from ai_audit.proposals import Action, Proposal
from ai_audit.reports import index
from eventflow.sql import InBatches
from tests import factories as f
from tests.factories import run

pytestmark = pytest.mark.django_db

SAID = {"conflicts_detected": {"room": ["x"], "speaker": []}, "vip_affected": True}


def indexed(pk) -> IndexedSuggestion:
    return IndexedSuggestion.objects.get(pk=pk)


def figures() -> dict:
    index.refresh_all_figures()
    assert not index.verify()
    return {
        (figure, key): n
        for figure, key, n in run("select figure, key, n from backoffice.daily_figures")
    }


@pytest.mark.parametrize(
    ("detected", "expected"),
    [
        ({"room": []}, "nothing"),
        ({"room": [], "speaker": None}, "nothing"),
        ({"room": ["x"]}, "wrong"),
        # It did not say at what it had looked.
        ({}, None),
        (None, None),
        ([], None),
        ("", None),
        (False, None),
        # It claimed something that nobody here looks for.
        ({"weather": ["rain"]}, None),
    ],
)
def test_ai_right_only_where_it_looked(noa, event, detected, expected):
    data = f.create_data() | {"conflicts_detected": detected}
    made = f.suggestion(user=noa.profile, event=event, data=data)

    workflow.approve(suggestion_id=made.pk, by=noa, confirmed=f.confirming(made.pk))

    assert (indexed(made.pk).found, indexed(made.pk).claim) == ([], expected)


@pytest.mark.parametrize("detected", [None, {}, {"speaker": []}, {"room": []}])
def test_ai_missed_conflict_found(noa, event, detected):
    f.session(event=event, title="Taken", room="חדר A", start=f.at(11))
    data = f.create_data() | {"conflicts_detected": detected}
    made = f.suggestion(user=noa.profile, event=event, data=data)

    workflow.reject(suggestion_id=made.pk, by=noa)

    assert indexed(made.pk).claim == "missed"


@pytest.mark.parametrize(("claimed", "claim"), [([], None), (["x"], "wrong")])
def test_ai_removal_never_right(noa, event, claimed, claim):
    session = f.session(event=event, room="A")
    data = f.delete_data(session) | {"conflicts_detected": {"room": claimed}}
    made = f.suggestion(user=noa.profile, event=event, data=data, action_type="schedule_delete")

    workflow.reject(suggestion_id=made.pk, by=noa)

    assert (indexed(made.pk).found, indexed(made.pk).claim) == ([], claim)


def gone(event):
    session = f.session(event=event, room="A")
    data = f.update_data(session, room="B")
    session.delete()
    return data, "schedule_update"


@pytest.mark.parametrize(
    ("ask", "found"),
    [
        (lambda event: (f.create_data(start_time="soon"), "schedule_create"), ["invalid"]),
        (lambda event: (f.create_data(), "chat"), ["invalid"]),
        (gone, []),
    ],
)
def test_ai_claim_unlooked_neither_right_nor_wrong(noa, event, ask, found):
    data, action = ask(event)
    for claimed in ([], ["x"]):
        made = f.suggestion(
            user=noa.profile,
            event=event,
            data=data | {"conflicts_detected": {"room": claimed}},
            action_type=action,
        )
        workflow.reject(suggestion_id=made.pk, by=noa)

        assert (indexed(made.pk).found, indexed(made.pk).claim) == (found, None)
    assert not [key for key in figures() if key[0] in ("claim", "right", "wrong", "missed")]


def test_ai_claims_kept_by_edited(noa, event):
    old = f.suggestion(user=noa.profile, event=event, data=f.create_data() | SAID)

    new = workflow.amend(suggestion_id=old.pk, by=noa, values={"room": "חדר B"}).suggestion_id

    assert (indexed(new).vip, indexed(new).claimed) == (True, ["room"])
    assert (indexed(new).found, indexed(new).claim) == ([], None)
    # Its own content says nothing of it.
    assert (
        f.whole_row(IndexedSuggestion.objects.get(pk=new).suggestion)["action_data"]
        .keys()
        .isdisjoint(SAID)
    )
    assert not index.verify()


def test_ai_claims_kept_of_first_of_two_edits(noa, event):
    old = f.suggestion(user=noa.profile, event=event, data=f.create_data() | SAID)
    workflow.reject(suggestion_id=old.pk, by=noa)
    again = workflow.suggest_again(suggestion_id=old.pk, by=noa).suggestion_id

    new = workflow.amend(suggestion_id=again, by=noa, values={"room": "חדר B"}).suggestion_id

    for pk in (again, new):
        assert (indexed(pk).vip, indexed(pk).claimed, indexed(pk).claim) == (True, ["room"], None)
    assert not index.verify()


def test_ai_claim_of_replacing_ignored(noa, event):
    old = f.suggestion(user=noa.profile, event=event, data=f.create_data() | SAID)
    claims = f.create_data() | {"replaces": str(old.pk), "undoes": str(old.pk)}
    made = f.suggestion(user=noa.profile, event=event, data=claims)

    assert (indexed(made.pk).vip, indexed(made.pk).claimed) == (False, [])


def of_each_kind(noa, event) -> dict:
    """One suggestion of each doing, by what it is."""
    ai = f.suggestion(user=noa.profile, event=event, data=f.create_data(title="ai", room="1"))
    workflow.approve(suggestion_id=ai.pk, by=noa, confirmed=f.confirming(ai.pk))
    undoing = workflow.undo(suggestion_id=ai.pk, by=noa).suggestion_id
    rejected = f.suggestion(user=noa.profile, event=event, data=f.create_data(title="r", room="2"))
    edited = workflow.amend(
        suggestion_id=rejected.pk, by=noa, values={"room": "3"}, confirmed=f.EVERY_TICK
    ).suggestion_id
    values = {"title": "hand", "start_time": f.at(15), "end_time": f.at(16)}
    hand = workflow.make_by_hand(
        event_id=event.pk,
        by=noa,
        proposal=Proposal(Action.CREATE, None, values, {}),
        confirmed=f.EVERY_TICK,
    ).suggestion_id
    odd = f.suggestion(user=noa.profile, event=event, data={"x": 1}, action_type="chat")
    unread = f.suggestion(user=noa.profile, event=event, data=f.create_data(start_time="soon"))
    workflow.reject(suggestion_id=unread.pk, by=noa, reason="odd")
    return {
        "suggestion": [ai.pk, rejected.pk],
        "edited": [edited],
        "undoing": [undoing],
        "hand": [hand],
        "unreadable": [odd.pk, unread.pk],
    }


def test_ai_unjudged_counts_apart(noa, event):
    made = of_each_kind(noa, event)

    counted = figures()

    assert {key: n for (figure, key), n in counted.items() if figure == "apart"} == {
        doing: len(rows) for doing, rows in made.items() if doing != "suggestion"
    }
    assert sum(n for (figure, _key), n in counted.items() if figure == "status") == 2
    assert not [key for (figure, key) in counted if figure == "rejected" and key == "odd"]


def test_ai_standing_rows_indexed_anew(noa, event):
    looked, blind = (
        f.suggestion(
            user=noa.profile,
            event=event,
            data=f.create_data(room=f"{n}") | {"conflicts_detected": detected},
        )
        for n, detected in enumerate([{"room": []}, None])
    )
    for made in (looked, blind):
        workflow.reject(suggestion_id=made.pk, by=noa)
    old = f.suggestion(user=noa.profile, event=event, data=f.create_data() | SAID)
    new = workflow.amend(suggestion_id=old.pk, by=noa, values={"room": "חדר B"}).suggestion_id
    odd = f.suggestion(user=noa.profile, event=event, data={"x": 1}, action_type="chat")
    right, counted = f.whole_table("backoffice.suggestion_index"), figures()
    # As the version before left it.
    run(
        "update backoffice.suggestion_index set vip = false, claimed = '{}', claim = 'nothing'"
        " where suggestion_id = any (%s)",
        [new, blind.pk],
    )
    run("delete from backoffice.daily_figures where figure = 'apart'")
    run("delete from backoffice.stale_days")

    for _again in range(2):
        for name in ("0046_index_again", "0012_daily_figures"):
            InBatches("ai_audit", name).database_forwards(
                "ai_audit", connection.schema_editor(), None, None
            )
        assert f.whole_table("backoffice.suggestion_index") == right
        assert figures() == counted
    assert indexed(odd.pk).action == "other"

"""Rejecting many in one act: each as it is by itself, in as few statements as for a few."""

from functools import partial
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ai_audit import workflow
from ai_audit.history import chain
from ai_audit.models import HistoryEntry, Status
from ai_audit.workflow import batches
from eventflow.db import database
from tests import factories as f
from tests.ai_audit.workflow.test_sets import ONE_BY_ONE, kept, undone

pytestmark = pytest.mark.django_db


def reject(by, suggestions):
    """What each comes to."""
    ids, results = [suggestion.pk for suggestion in suggestions], {}
    for batch in workflow.reject_bulk(ids=ids, by=by, reason="  כפול\n"):
        results |= batch
    assert list(results) == ids
    assert chain.find_break() is None
    assert f.run("select current_user = session_user") == [(True,)]
    return f.told(results)


@pytest.fixture
def mixed(ours, noa, theirs, suggest):
    """Some of several events: readable, odd, rivals, decided, foreign, and one a policy hides."""
    many = [suggest(f.create_data(title=f"{n}", room=f"{n // 2}")) for n in range(6)]
    many.append(suggest(["nonsense"], event=None))
    many.append(suggest(event=f.event(organization=ours, name="other")))
    many.append(
        suggest(user=f.profile(organization=theirs), event=f.event(organization=theirs, name="x"))
    )
    workflow.reject(suggestion_id=many[1].pk, by=noa, reason="before")
    f.run(
        "create policy hides on ai_insights_log as restrictive for update to authenticated"
        f" using (id <> '{many[3].pk}')"
    )
    return many


def test_each_is_rejected_or_told_why_not(noa, mixed):
    results = reject(noa, mixed)

    refusals = {
        1: workflow.AlreadyDecided,
        3: workflow.RefusedByPolicy,
        8: workflow.NotYours,
    }
    assert [came_to for came_to, _said in results] == [
        refusals.get(n, Status.REJECTED) for n in range(9)
    ]
    told = HistoryEntry.objects.filter(to_status=Status.REJECTED).exclude(suggestion=mixed[1].pk)
    assert {entry.reason for entry in told} == {"כפול"}
    seen = told.get(suggestion=mixed[4].pk).seen
    assert [(one["kind"], one["ids"]) for one in seen if one["kind"] == "competing"] == [
        ("competing", [str(mixed[5].pk)])
    ]


def test_any_split_gives_the_same(noa, mixed):
    known = {str(one.pk) for one in mixed}
    found = []
    for most, refusing in ((250, ""), (2, ""), (250, ONE_BY_ONE)):
        with undone(), mock.patch.object(batches, "MOST", most):
            if refusing:
                f.run(refusing)
            found.append((reject(noa, mixed), kept(known)))

    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("several_events", [False, True])
def test_statements_do_not_grow_with_the_rows(ours, noa, suggest, several_events):
    events = [f.event(organization=ours, name=f"{n}") for n in range(2 if several_events else 1)]
    counted = {}
    for count in (1, 10, 100):
        many = [
            suggest(f.create_data(title=f"{n}", room=f"{n}"), event=events[n % len(events)])
            for n in range(count)
        ]
        with CaptureQueriesContext(connection) as captured:
            assert {came_to for came_to, _said in reject(noa, many)} == {Status.REJECTED}
        counted[count] = len(captured)

    assert counted[10] == counted[100]


def test_one_that_is_named_twice_is_rejected_once(noa, suggest):
    suggestion = suggest()

    [results] = workflow.reject_bulk(ids=[suggestion.pk] * 2, by=noa, reason="כפול")

    assert [result.status for result in results.values()] == [Status.REJECTED]


def test_bulk_rejection_held_up_by_one_event(ours, noa, suggest, monkeypatch):
    taken, free = suggest(), suggest(event=f.event(organization=ours, name="free"))
    limited = partial(database.limit_lock_waits, 50)
    monkeypatch.setattr(database, "limit_lock_waits", limited)
    key = database.advisory_key("event", str(taken.event_id))
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [key])
        try:
            results = reject(noa, [taken, free])
        finally:
            other.close()

    assert [came_to for came_to, _said in results] == [workflow.Busy, Status.REJECTED]

"""Approving several suggestions in one act: compared before the first, each with its outcome."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ai_audit import verdicts, workflow
from ai_audit.history import chain
from ai_audit.models import HistoryEntry, Status, Suggestion
from eventflow.text.bidi import isolate
from scheduling.models import Schedule
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def suggest(event, noa):
    def make(**proposed):
        return f.suggestion(user=noa.profile, event=event, data=f.create_data(**proposed))

    return make


def said(*suggestions):
    """That each is to be approved, whatever it asks for."""
    return dict.fromkeys((s.pk for s in suggestions), f.EVERY_TICK)


def seen(*suggestions):
    """What a person is shown of each, by id."""
    found = Suggestion.objects.select_related("event", "user").in_bulk([s.pk for s in suggestions])
    judged = verdicts.judge(found.values())
    return {s.pk: verdicts.digest(found[s.pk], judged[s.pk]) for s in suggestions}


def taken_by(title):
    """What the history keeps of a room that another suggestion's new session has."""
    span = [moment.isoformat() for moment in (f.at(11, 15), f.at(12, 45))]
    return {
        "code": "room_taken",
        "room": "חדר A",
        "sessions": ["Asia/Jerusalem", [title, *span]],
    }


def test_bulk_same_room_second_fails(noa, suggest):
    first, second, third = suggest(title="א"), suggest(title="ב"), suggest(room="C")

    results = workflow.approve_batch(
        digests=seen(first, second, third), by=noa, confirmed=said(first, second, third)
    )

    assert list(results) == [first.pk, second.pk, third.pk]
    assert [r.status for r in results.values()] == [
        Status.EXECUTED,
        Status.FAILED,
        Status.EXECUTED,
    ]
    assert f"is taken by “{isolate('א')}”" in results[second.pk].sentence
    assert Schedule.objects.count() == 2
    told = HistoryEntry.objects.filter(suggestion=second.pk).order_by("number")
    seen_then = [{"kind": "competing", "severity": "warning", "ids": [str(first.pk)]}]
    assert [(entry.to_status, f.without_basis(entry.seen)) for entry in told] == [
        ("approved", seen_then),
        ("failed", [*seen_then, {"said": [taken_by("א")]}]),
    ]
    assert chain.find_break() is None


def test_bulk_two_changes_of_one_session(noa, event):
    session = f.session(event=event, room="A")
    suggestions = [
        f.suggestion(
            user=noa.profile,
            event=event,
            action_type="schedule_update",
            data=f.update_data(session, **change),
        )
        for change in ({"room": "B"}, {"title": "אחר"})
    ]
    digests = seen(*suggestions)

    results = workflow.approve_batch(
        digests=digests, by=noa, confirmed=dict.fromkeys(digests, f.EVERY_TICK)
    )

    assert [r.status for r in results.values()] == [Status.EXECUTED, Status.EXECUTED]
    session.refresh_from_db()
    assert (session.room, session.title) == ("B", "אחר")
    kept = HistoryEntry.objects.filter(to_status="executed").values_list("suggestion", "digest")
    assert dict(kept) == digests


def test_bulk_two_changes_never_reverse_times(noa, event, suggest):
    session = f.session(event=event, start=f.at(10), end=f.at(12))
    shorter, later = (
        f.suggestion(
            user=noa.profile,
            event=event,
            action_type="schedule_update",
            data={"schedule_id": str(session.pk), "changes": change},
        )
        for change in (
            {"end_time": f.at(10, 30).isoformat()},
            {"start_time": f.at(11).isoformat()},
        )
    )

    results = workflow.approve_batch(
        digests=seen(shorter, later), by=noa, confirmed=said(shorter, later)
    )

    assert [r.status for r in results.values()] == [Status.EXECUTED, Status.FAILED]
    assert "it would not end after it starts." in results[later.pk].sentence
    session.refresh_from_db()
    assert (session.start_time, session.end_time) == (f.at(10), f.at(10, 30))


def test_bulk_one_stale_refuses_all(noa, suggest):
    first, second = suggest(), suggest(room="B")
    digests = seen(first, second) | {second.pk: "0" * 64}

    with pytest.raises(workflow.Changed):
        workflow.approve_batch(digests=digests, by=noa)

    assert Schedule.objects.count() == 0
    assert HistoryEntry.objects.count() == 0


def test_bulk_refusable_rows_do_not_hinder(noa, suggest, theirs):
    decided, readable = suggest(), suggest(room="B")
    workflow.reject(suggestion_id=decided.pk, by=noa)
    foreign = f.suggestion(user=f.profile(organization=theirs), event=f.event(organization=theirs))
    odd = f.suggestion(user=noa.profile, event=readable.event, data=["nonsense"])
    before = f.whole_row(foreign), f.whole_row(odd)

    results = workflow.approve_batch(digests=seen(decided, foreign, odd, readable), by=noa)

    assert [type(result) for result in results.values()] == [
        workflow.AlreadyDecided,
        workflow.NotYours,
        workflow.NotApprovable,
        workflow.Outcome,
    ]
    assert (f.whole_row(foreign), f.whole_row(odd)) == before
    assert chain.find_break() is None


def test_bulk_row_hidden_by_policy(noa, suggest):
    hidden, visible = suggest(), suggest(room="B")
    f.run(
        "create policy hides on ai_insights_log as restrictive for update to authenticated"
        f" using (id <> '{hidden.pk}')"
    )
    before = f.whole_row(hidden)

    results = workflow.approve_batch(digests=seen(hidden, visible), by=noa)

    assert isinstance(results[hidden.pk], workflow.RefusedByPolicy)
    assert results[visible.pk].status == Status.EXECUTED
    assert f.whole_row(hidden) == before
    assert [s.room for s in Schedule.objects.all()] == ["B"]
    assert f.run("select current_user = session_user") == [(True,)]


@pytest.mark.parametrize("count", [2, 12])
def test_bulk_statement_count(noa, suggest, count):
    suggestions = [suggest(room=f"room {n}") for n in range(count)]
    digests = seen(*suggestions)

    with CaptureQueriesContext(
        connection,
    ) as captured:
        workflow.approve_batch(digests=digests, by=noa)

    looking = [q for q in captured if "name_key" in q["sql"]]
    assert len(looking) == 2 + f.judged()


def test_bulk_room_in_other_letters_just_taken(noa, suggest):
    """The constraint would let it pass: the room is new to the programme before both."""
    first, second = suggest(room="Hall 3", title="one"), suggest(room="hall\u00a0 3", title="two")

    results = workflow.approve_batch(
        digests=seen(first, second),
        by=noa,
        confirmed=dict.fromkeys((first.pk, second.pk), f.EVERY_TICK),
    )

    assert [r.status for r in results.values()] == [Status.EXECUTED, Status.FAILED]
    assert "is taken by" in results[second.pk].sentence
    assert [s.room for s in Schedule.objects.all()] == ["Hall 3"]

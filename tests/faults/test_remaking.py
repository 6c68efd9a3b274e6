"""Several people undo or edit the same suggestion at once: one does it, the others are told."""

from collections import Counter

import pytest

from ai_audit import workflow
from ai_audit.history import chain
from ai_audit.models import Status, SuggestionLink
from scheduling.models import Schedule
from tests import factories as f
from tests.faults.test_two_people import approving, at_once, kind, rejecting

pytestmark = pytest.mark.usefixtures("committing", "patient")

PEOPLE = 8


def undoing(suggestion, by):
    return lambda: workflow.undo(suggestion_id=suggestion.pk, by=by)


def amending(suggestion, by, room):
    return lambda: workflow.amend(
        suggestion_id=suggestion.pk, by=by, values={"room": room}, confirmed=f.EVERY_TICK
    )


def test_eight_undos_of_one_removal(event, noa):
    session = f.session(event=event, room="A")
    people = [f.participant(event=event) for _ in range(3)]
    for person in people:
        f.registration(participant=person, schedule=session)
    suggestion = f.suggestion(
        user=noa.profile, event=event, action_type="schedule_delete", data=f.delete_data(session)
    )
    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))

    results = at_once(*[undoing(suggestion, noa)] * PEOPLE)

    assert Counter(map(kind, results)) == {Status.EXECUTED: 1, workflow.NotUndoable: PEOPLE - 1}
    assert Schedule.objects.get().current_count == 3
    assert SuggestionLink.objects.count() == 1
    assert chain.find_break() is None


def test_amend_approve_reject_race(event, noa):
    for _round in range(3):
        suggestion = f.suggestion(user=noa.profile, event=event)

        results = at_once(
            amending(suggestion, noa, "B"),
            amending(suggestion, noa, "C"),
            approving(suggestion, noa),
            rejecting(suggestion, noa),
        )

        assert Counter(map(kind, results))[workflow.AlreadyDecided] == 3
        Schedule.objects.all().delete()
    assert chain.find_break() is None


def test_undo_preview_holds_nothing(event, noa):
    session = f.session(event=event, room="A")
    suggestion = f.suggestion(
        user=noa.profile, event=event, action_type="schedule_delete", data=f.delete_data(session)
    )
    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))
    tables = ("schedules", "ai_insights_log", "decision_history", "suggestion_links")
    before = [f.whole_table(table) for table in tables]

    found = workflow.preview_undo(suggestion_id=suggestion.pk, by=noa)

    assert [f.whole_table(table) for table in tables] == before
    assert f.run(
        "select current_user = session_user,"
        " (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())"
    ) == [(True, 0)]
    outcome = workflow.undo(suggestion_id=suggestion.pk, by=noa, digest=found.digest)
    assert outcome.status == Status.EXECUTED

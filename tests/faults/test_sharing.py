"""Copies of `execute_approved`, and people, at the same events: whoever is at one keeps it."""

import io
import logging
from contextlib import contextmanager
from functools import partial

import pytest
from django.core.management import call_command

from ai_audit import workflow
from eventflow.db import database
from tests import factories as f
from tests.faults.processes import holding

pytestmark = pytest.mark.usefixtures("committing")

LOCK = "select pg_advisory_xact_lock(%s)"


@pytest.fixture
def approved(noa, ours):
    """Two events with three approved suggestions each, by event."""
    found = {}
    for event in (f.event(organization=ours), f.event(organization=ours)):
        f.rooms(event, *"ABC")
        found[event.pk] = [
            f.suggestion(user=noa.profile, event=event, data=f.create_data(room=room))
            for room in "ABC"
        ]
        for suggestion in found[event.pk]:
            workflow.approve_for_later(suggestion_id=suggestion.pk, by=noa)
    return found


@pytest.fixture
def told(caplog):
    """The decisions that are logged, and what they came to."""
    caplog.set_level(logging.INFO, "eventflow.decisions")
    return lambda: [r.message for r in caplog.records if r.name == "eventflow.decisions"]


def run() -> str:
    stdout, stderr = io.StringIO(), io.StringIO()
    call_command("execute_approved", stdout=stdout, stderr=stderr)
    return stdout.getvalue() + stderr.getvalue()


def statuses(suggestions) -> set[str]:
    return {f.whole_row(suggestion)["execution_status"] for suggestion in suggestions}


@contextmanager
def a_copy_at(event_id):
    with holding(LOCK, database.advisory_key("execute_approved", str(event_id))):
        yield


@contextmanager
def a_person_at(event_id):
    with holding(LOCK, database.advisory_key("event", str(event_id))):
        yield


def test_execute_approved_skips_taken(approved, caplog, told):
    (first, theirs), (_second, ours) = approved.items()
    told_before = len(told())
    with a_copy_at(first):
        printed = run()

    assert printed == (
        "Carried out: 3. Failed: 0. Passed over, because someone else was at them: 3.\n"
    )
    assert (statuses(theirs), statuses(ours)) == ({"approved"}, {"executed"})
    assert told()[told_before:] == ["decided"] * 3
    assert run().startswith("Carried out: 3. Failed: 0.")


def test_event_in_use_is_last_and_no_refusal(approved, told, monkeypatch):
    (first, theirs), (_second, ours) = approved.items()
    limited = partial(database.limit_lock_waits, 50)
    monkeypatch.setattr(database, "limit_lock_waits", limited)
    told_before = len(told())
    with a_person_at(first):
        printed = run()

    # It was waited for once, for the first of the three.
    assert printed.count("Someone else is working on the same programme") == 1
    assert printed.startswith(
        "Carried out: 3. Failed: 0. Passed over, because someone else was at them: 3.\n"
    )
    assert (statuses(theirs), statuses(ours)) == ({"approved"}, {"executed"})
    assert told()[told_before:] == ["decided"] * 3


def test_execute_approved_decided_meanwhile(approved, noa, told):
    """As seen by a copy that made its list before."""
    suggestion = next(iter(approved.values()))[0]
    workflow.withdraw(suggestion_id=suggestion.pk, by=noa)
    told_before = len(told())

    with pytest.raises(workflow.AlreadyDecided):
        workflow.execute(suggestion_id=suggestion.pk)

    assert told()[told_before:] == []
    with pytest.raises(workflow.AlreadyDecided):
        workflow.execute(suggestion_id=suggestion.pk, by=noa)
    assert told()[told_before:] == ["refused"]


def test_execute_approved_event_in_use(approved):
    (event, suggestions), _other = approved.items()
    with a_person_at(event), pytest.raises(workflow.EventTaken):
        workflow.execute(suggestion_id=suggestions[0].pk, wait=False)
    assert statuses(suggestions) == {"approved"}

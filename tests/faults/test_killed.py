"""What is killed or lost in mid-approval: nothing is half written, and the next request works."""

import os
import signal
import time

import pytest
from django.urls import reverse

from ai_audit import workflow
from ai_audit.history import chain
from ai_audit.models import HistoryEntry, Status
from eventflow.db import database
from scheduling.models import Schedule
from tests import factories as f
from tests.faults.processes import holding, waiting_for_a_lock, web

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("committing")]


def page_of(suggestion):
    return reverse("admin:ai_audit_pendingsuggestion_change", args=[suggestion.pk])


@pytest.fixture
def session(event):
    return f.session(event=event, title="טקס", room="חדר A")


@pytest.fixture
def suggestion(event, noa, session):
    data = f.update_data(session, room="חדר B")
    return f.suggestion(user=noa.profile, event=event, action_type="schedule_update", data=data)


def everything():
    return [
        *f.whole_table("schedules"),
        *f.whole_table("ai_insights_log"),
        *f.whole_table("backoffice.decision_history"),
        *f.whole_table("django_admin_log"),
    ]


LOCK_SESSION = "select from schedules where id = %s for update"


def seconds_until_free(suggestion, patience=60) -> float:
    """How long it takes until the locks of a decision on it are to be had."""
    began = time.monotonic()
    key = database.advisory_key("event", str(suggestion.event_id))
    while time.monotonic() - began < patience:
        taken = f.run(
            "select not exists (select from pg_locks where locktype = 'advisory' and granted"
            "  and (classid::bigint << 32 | objid::bigint) = %s)"
            " and exists (select from ai_insights_log where id = %s for update skip locked)",
            key,
            suggestion.pk,
        )
        if taken == [(True,)]:
            return time.monotonic() - began
        time.sleep(0.02)
    raise AssertionError("never")


def test_killed_web_process_mid_approval(noa, session, suggestion):
    with web(noa.user) as they:
        form = they.page(page_of(suggestion)) | {"_approve": "1"}
        before = everything()
        with holding(LOCK_SESSION, session.pk):
            they.send("POST", page_of(suggestion), form)
            waiting_for_a_lock()
            os.kill(they.process.pid, signal.SIGKILL)
            they.process.wait(60)
            seconds_until_free(suggestion)
            assert everything() == before

    outcome = workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.EVERY_TICK)

    assert outcome.status == Status.EXECUTED
    assert chain.find_break() is None


def test_killed_backend_next_request_works(noa, session, suggestion):
    with web(noa.user) as they:
        form = they.page(page_of(suggestion)) | {"_approve": "1"}
        before = everything()
        with holding(LOCK_SESSION, session.pk):
            there = they.send("POST", page_of(suggestion), form)
            [pid] = waiting_for_a_lock()
            assert f.run("select pg_terminate_backend(%s)", pid) == [(True,)]
            assert there.getresponse().status == 503
            assert everything() == before

        status, _page, leads_to = they.ask("POST", page_of(suggestion), form)

    assert (status, leads_to) == (302, reverse("admin:ai_audit_pendingsuggestion_changelist"))
    suggestion.refresh_from_db()
    assert suggestion.execution_status == Status.EXECUTED
    assert chain.find_break() is None


def test_resent_form_does_nothing_new(noa, event):
    suggestion = f.suggestion(user=noa.profile, event=event)
    with web(noa.user) as they:
        form = they.page(page_of(suggestion)) | {"_approve": "1"}
        with holding("lock table schedules in share mode") as blocker:
            lost = they.send("POST", page_of(suggestion), form)
            waiting_for_a_lock()
            lost.close()
            blocker.rollback()
        deadline = time.monotonic() + 60
        while f.whole_row(suggestion)["execution_status"] != "executed":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        before = everything()

        status, _page, leads_to = they.ask("POST", page_of(suggestion), form)
        _status, page, _ = they.ask("GET", leads_to)

    assert (status, leads_to) == (
        302,
        reverse("admin:ai_audit_suggestion_change", args=[suggestion.pk]),
    )
    assert "it is “Executed” already, decided by" in page
    assert everything() == before
    assert Schedule.objects.count() == 1
    assert HistoryEntry.objects.count() == 2

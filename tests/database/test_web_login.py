"""The whole desk, with the web process's own login as the connection; and what that may not do.

Every test has a database of its own, in which everything is made and committed by the login that
migrates. `TEST_LOGIN=web make test` runs the tests of the pages and decisions as this login, too.
"""

import json
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from ai_audit import chain, workflow
from ai_audit.models import Status, Suggestion
from eventflow import database
from eventflow.web_login import ROLE
from scheduling.models import Schedule, StaffMember
from tests import factories as f
from tests import pages, web_login
from tests.database import steps

QUEUE = "/admin/ai_audit/pendingsuggestion/"
DENIED = "42501"


@pytest.fixture
def desk(own_migrated):
    """A database with the web login's rights; the default connection is still the owner's."""
    web_login.install()


@pytest.fixture
def noa(desk):
    return f.staff(
        profile=f.profile(organization=f.organization()),
        username="noa",
        permissions=(
            *f.EVERY_DECISION,
            "add_schedule",
            "change_schedule",
            "delete_schedule",
        ),
    )


@pytest.fixture
def event(noa):
    return f.event(organization=noa.profile.organization)


@pytest.fixture
def suggest(noa, event):
    def make(data=None, action_type="schedule_create", **fields):
        return f.suggestion(
            user=noa.profile, event=event, data=data, action_type=action_type, **fields
        )

    return make


@pytest.fixture
def sign_in(noa):
    """Signs in as the web login: the connection, and Noa in a browser, by name and password."""

    @contextmanager
    def become():
        with web_login.signed_in():
            assert f.run("select session_user::text, current_user::text") == [(ROLE, ROLE)]
            browser = Client()
            answer = browser.post(
                "/admin/login/", {"username": "noa", "password": "correct horse", "next": QUEUE}
            )
            assert (answer.status_code, answer["Location"]) == (302, QUEUE)
            yield browser

    return become


def page(suggestion, model="pendingsuggestion"):
    return reverse(f"admin:ai_audit_{model}_change", args=[suggestion.pk])


def press(browser, suggestion, button, model="pendingsuggestion", **also):
    """Press a button of a suggestion's page, all else as it is shown."""
    shown = browser.get(page(suggestion, model))
    return browser.post(page(suggestion, model), pages.form(shown) | {button: "1"} | also)


def status(suggestion):
    return Suggestion.objects.values_list("execution_status", flat=True).get(pk=suggestion.pk)


def history(suggestion):
    """From where to where, as which role, and which staff member the trigger believed."""
    return f.run(
        "select to_status, database_role, staff_member_id from backoffice.decision_history"
        " where suggestion_id = %s order by number",
        suggestion.pk,
    )


# The desk


def test_approve_reject_and_later(sign_in, suggest, noa):
    good, bad, later = (suggest(f.create_data(title=t, room=t)) for t in ("a", "b", "c"))
    with sign_in() as browser:
        assert len(pages.shown_ids(browser.get(QUEUE))) == 3
        press(browser, good, "_approve")
        press(browser, bad, "_reject", reason="לא")
        workflow.approve_only(suggestion_id=later.pk, by=noa)
        call_command("execute_approved", stdout=open("/dev/null", "w"))

        assert [status(s) for s in (good, bad, later)] == ["executed", "rejected", "executed"]
        assert sorted(Schedule.objects.values_list("title", flat=True)) == ["a", "c"]
        assert history(good) == [
            ("approved", "authenticated", noa.pk),
            ("executed", "authenticated", noa.pk),
        ]
        assert history(bad) == [("rejected", "authenticated", noa.pk)]
        assert chain.find_break() is None
        assert browser.get("/admin/ai_audit/suggestion/").status_code == 200
        assert f.run("select change_message from django_admin_log order by id") == [
            ("Approved. Executed.",),
            ("Rejected. Reason: לא",),
            ("Approved, to be carried out later.",),
        ]
        browser.post("/admin/logout/")
        assert browser.get(QUEUE).status_code == 302

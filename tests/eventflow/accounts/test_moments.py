"""What is written of signing in and of edits by hand is told by the database's clock."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from eventflow.accounts.sessions import SessionStore
from tests import factories as f
from tests import templates
from tests.database.steps import CHECKOUT

PATIENCE = 60
MOMENTS = {
    "signing in": "select now() - last_login from auth_user where username = 'root'",
    "edits by hand": "select now() - action_time from django_admin_log",
    "what was tried": "select now() - attempt_time from axes_accessfailurelog",
    "the session": "select now() + interval '12 hours' - expire_date from django_session",
}


@pytest.mark.long
@pytest.mark.parametrize("hours", [-30, 30])
def test_moments_with_wrong_machine_clock(new_database, hours):
    with new_database(template=templates.EVERYTHING) as name:
        f.superuser()
        params = connection.get_connection_params()
        login = f"{params['user']}:{params['password']}@{params['host']}:{params['port']}"
        ended = subprocess.run(
            [sys.executable, "-m", "tests.eventflow.accounts.at_another_time", str(hours), "root"],
            cwd=CHECKOUT,
            env=os.environ
            | {
                "DATABASE_URL": f"postgres://{login}/{name}",
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "ALLOWED_HOSTS": "testserver",
                "SECRET_KEY": "0123456789abcdef" * 4,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout
        for what, query in MOMENTS.items():
            found = [ago for (ago,) in f.run(query)]
            assert found, what
            assert all(abs(ago) < timedelta(minutes=5) for ago in found), (what, found)
        assert f.run("select count(*) from django_admin_log") == [(3,)]


ENDED, LASTING = "e" * 32, "l" * 32


@pytest.fixture
def sessions(db):
    """One that has ended by the database's clock, and one that has not."""
    for key, ends in ((ENDED, -1), (LASTING, 1)):
        SessionStore(key).save(must_create=True)
        Session.objects.filter(pk=key).update(expire_date=Now() + timedelta(minutes=ends))


def test_session_expires_by_database_clock(sessions):
    found = {key: SessionStore(key) for key in (ENDED, LASTING)}
    for session in found.values():
        session.load()
    kept = {key: session.session_key for key, session in found.items()}
    assert kept == {ENDED: None, LASTING: LASTING}


def test_sessions_cleared_by_database_clock(sessions):
    call_command("clearsessions")
    assert list(Session.objects.values_list("pk", flat=True)) == [LASTING]


def test_session_lasts_as_set(db):
    client = Client()
    client.force_login(f.superuser())
    [(left,)] = f.run("select expire_date - now() from django_session")
    assert abs(left - timedelta(seconds=settings.SESSION_COOKIE_AGE)) < timedelta(minutes=1)
    assert client.get("/admin/").status_code == 200

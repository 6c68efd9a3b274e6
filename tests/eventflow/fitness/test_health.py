"""`/healthz`: what it says when all is well, and what when it is not."""

import psycopg
import pytest
from django.test import Client

from eventflow import __version__
from tests import factories as f
from tests.databases import connected_to

OK = {"status": "ok", "version": __version__}
PENDING = {"status": "unavailable", "reason": "Migrations are pending."}
NO_DATABASE = {"status": "unavailable", "reason": "The database does not answer."}


def ask(**extra):
    answer = Client().get("/healthz", **extra)
    return answer.status_code, answer.json()


def test_healthz_one_statement_no_session(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = Client().get("/healthz")

    assert (answer.status_code, answer.json()) == (200, OK)
    assert answer["Cache-Control"] == "no-store"
    assert answer.cookies == {}


def test_healthz_without_host_or_https(db, settings):
    settings.ALLOWED_HOSTS = ["backoffice.example.org"]
    settings.SECURE_SSL_REDIRECT = True

    assert ask(HTTP_HOST="10.0.0.7:8000") == (200, OK)
    assert Client().get("/", HTTP_HOST="backoffice.example.org").status_code == 301


@pytest.mark.parametrize("app", ["ai_audit", "otp_totp", "sessions"])
def test_healthz_pending_migration(db, app):
    f.run("delete from django_migrations where id = (select max(id) from django_migrations"
          " where app = %s)", app)  # fmt: skip

    assert ask() == (503, PENDING)


def test_healthz_later_migration_ok(db):
    f.run(
        "insert into django_migrations (app, name, applied) values ('ai_audit', '9999_new', now())"
    )

    assert ask() == (200, OK)


def test_healthz_before_migrate(new_database, django_db_blocker):
    with new_database(), django_db_blocker.unblock():
        assert ask() == (503, PENDING)


def test_healthz_database_away(django_db_setup, django_db_blocker, caplog):
    with django_db_blocker.unblock(), connected_to("test_new_nowhere"):
        assert ask() == (503, NO_DATABASE)

    # Beside the line that each answer has, where those are written.
    (logged,) = (one for one in caplog.records if one.name != "eventflow.requests")
    assert (logged.name, logged.cause) == ("eventflow.web.outages", "unreachable")
    assert isinstance(logged.exc_info[1].__cause__, psycopg.OperationalError)


@pytest.mark.parametrize(("method", "status"), [("head", 200), ("post", 404)])
def test_healthz_read_only(db, method, status):
    assert getattr(Client(), method)("/healthz").status_code == status


def test_metrics_without_database(django_db_setup, django_db_blocker, settings):
    settings.METRICS_TOKEN = "a" * 32
    with django_db_blocker.unblock(), connected_to("test_new_nowhere"):
        answer = Client().get("/metrics", headers={"authorization": f"Bearer {'a' * 32}"})

    assert answer.status_code == 200
    assert b"eventflow_request_seconds" in answer.content
    assert b"eventflow_waiting" not in answer.content

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


def test_all_is_well_in_one_statement_and_without_a_session(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = Client().get("/healthz")

    assert (answer.status_code, answer.json()) == (200, OK)
    assert answer["Cache-Control"] == "no-store"
    assert answer.cookies == {}


def test_a_probe_needs_no_name_of_the_host_and_no_https(db, settings):
    settings.ALLOWED_HOSTS = ["backoffice.example.org"]
    settings.SECURE_SSL_REDIRECT = True

    assert ask(HTTP_HOST="10.0.0.7:8000") == (200, OK)
    assert Client().get("/", HTTP_HOST="backoffice.example.org").status_code == 301


@pytest.mark.parametrize("app", ["ai_audit", "otp_totp", "sessions"])
def test_a_migration_that_did_not_run_is_told(db, app):
    f.run("delete from django_migrations where id = (select max(id) from django_migrations"
          " where app = %s)", app)  # fmt: skip

    assert ask() == (503, PENDING)


def test_a_migration_of_a_later_version_is_no_reason_to_end_this_one(db):
    f.run(
        "insert into django_migrations (app, name, applied) values ('ai_audit', '9999_new', now())"
    )

    assert ask() == (200, OK)


def test_a_database_in_which_nothing_was_migrated_yet_is_told(new_database, django_db_blocker):
    with new_database(), django_db_blocker.unblock():
        assert ask() == (503, PENDING)


def test_a_database_that_does_not_answer_is_told_and_nothing_about_it(
    django_db_setup, django_db_blocker, caplog
):
    with django_db_blocker.unblock(), connected_to("test_new_nowhere"):
        assert ask() == (503, NO_DATABASE)

    # Beside the line that each answer has, where those are written.
    (logged,) = (one for one in caplog.records if one.name != "eventflow.requests")
    assert (logged.name, logged.cause) == ("eventflow.web.outages", "unreachable")
    assert isinstance(logged.exc_info[1].__cause__, psycopg.OperationalError)


@pytest.mark.parametrize(("method", "status"), [("head", 200), ("post", 404)])
def test_it_is_only_looked_at(db, method, status):
    assert getattr(Client(), method)("/healthz").status_code == status


def test_without_a_database_the_figures_that_are_here_are_shown(
    django_db_setup, django_db_blocker, settings
):
    settings.METRICS_TOKEN = "a" * 32
    with django_db_blocker.unblock(), connected_to("test_new_nowhere"):
        answer = Client().get("/metrics", headers={"authorization": f"Bearer {'a' * 32}"})

    assert answer.status_code == 200
    assert b"eventflow_request_seconds" in answer.content
    assert b"eventflow_waiting" not in answer.content

"""`/readyz`: whether anybody could decide now; each reason a code, and words with the token."""

import time

import pytest
from django.db import transaction
from django.test import Client

from eventflow.db.web_login import ROLE
from eventflow.fitness import readiness
from tests import factories as f
from tests import web_login
from tests.databases import connected_to

TOKEN = "a token of thirty-two characters".replace(" ", "-")
LOG = "public.ai_insights_log"
HISTORY = "backoffice.decision_history"
GUARD = [("guard_suggestion", LOG), ("guard_suggestions_from_truncate", LOG)]
KEEPING = [
    ("write_decision_history", LOG),
    ("history_is_append_only", HISTORY),
    ("history_is_never_emptied", HISTORY),
    ("links_are_append_only", "backoffice.suggestion_links"),
    ("links_are_never_emptied", "backoffice.suggestion_links"),
]


def ask(**headers) -> tuple[int, dict]:
    answer = Client().get("/readyz", headers=headers)
    return answer.status_code, answer.json()


def refused(*codes: str) -> tuple[int, dict]:
    return 503, {"status": "not ready", "reasons": list(codes)}


READY = (200, {"status": "ready"})


def test_readyz_ready(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()) == READY
    assert answer["Cache-Control"] == "no-store"
    assert answer.cookies == {}


def test_readyz_without_host_or_https(db, settings):
    settings.ALLOWED_HOSTS = ["backoffice.example.org"]
    settings.SECURE_SSL_REDIRECT = True

    answer = Client().get("/readyz", HTTP_HOST="10.0.0.7:8000")

    assert answer.status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_readyz_read_only_methods(db, method):
    assert getattr(Client(), method)("/readyz").status_code == 404


@pytest.mark.parametrize("state", ["disable", "enable replica"])
@pytest.mark.parametrize(
    ("code", "trigger", "table"),
    [("guard", *one) for one in GUARD] + [("history", *one) for one in KEEPING],
)
def test_readyz_trigger_disabled(db, code, trigger, table, state):
    f.run(f"alter table {table} {state} trigger {trigger}")

    assert ask() == refused(code)


@pytest.mark.parametrize(
    ("code", "trigger", "table"),
    [("guard", *one) for one in GUARD] + [("history", *one) for one in KEEPING],
)
def test_readyz_trigger_missing_or_other(db, code, trigger, table):
    f.run(f"drop trigger {trigger} on {table}")
    assert ask() == refused(code)

    f.run("create function public.nothing() returns trigger language plpgsql as 'begin end'")
    f.run(f"create trigger {trigger} before delete on {table} execute function public.nothing()")
    f.run(f"alter table {table} enable always trigger {trigger}")
    assert ask() == refused(code)


def test_readyz_trigger_enabled(db):
    f.run(f"alter table {LOG} enable trigger guard_suggestion")

    assert ask() == READY


@pytest.mark.parametrize(
    "instead",
    [
        "select",
        "alter table schedules add constraint no_room_overlap check (true)",
        "alter table schedules add constraint no_room_overlap unique (id)",
        "alter table schedules add constraint no_room_overlap"
        " exclude using gist (room with =) deferrable",
    ],
)
def test_readyz_without_room_constraint(db, instead):
    f.run("alter table schedules drop constraint no_room_overlap")
    f.run(f"set local search_path = public, extensions; {instead}")

    assert ask() == refused("room_constraint")


@pytest.mark.parametrize(
    "right",
    [
        "usage on schema public from authenticated, public",
        "select on schedules from authenticated",
        "insert on schedules from authenticated",
        "update on schedules from authenticated",
        "delete on schedules from authenticated",
        "select on events from authenticated",
        "select on user_profiles from authenticated",
        "update (approved_by) on ai_insights_log from authenticated",
        "update (execution_status) on ai_insights_log from authenticated",
        "insert on ai_insights_log from authenticated",
    ],
)
def test_readyz_missing_right(db, right):
    f.run(f"revoke {right}")

    assert ask() == refused("rights")


# What the web process's login needs, beside what it may anyway.
OF_THE_WEB_LOGIN = (
    "delete on backoffice.django_session",
    "insert on backoffice.django_admin_log",
    "select on backoffice.auth_user",
    "select on backoffice.django_migrations",
    "select on public.ai_insights_log",
    "select on public.participants",
    "update (id) on public.ai_insights_log",
    "update (id) on public.schedules",
    "insert on backoffice.suggestion_links",
    "select on backoffice.decision_history",
    "usage on schema backoffice",
)


def test_readyz_as_web_login(own_migrated):
    web_login.install()
    with web_login.signed_in():
        assert ask() == READY
    for right in OF_THE_WEB_LOGIN:
        f.run(f"revoke {right} from {ROLE}")
        with web_login.signed_in():
            status, told = ask()
        assert (status, "rights" in told["reasons"]) == (503, True), right
        f.run(f"grant {right} to {ROLE}")
    with web_login.signed_in():
        assert ask() == READY


@pytest.mark.parametrize("apart", [-3600, -31, 31, 86400])
def test_clocks_that_are_apart_are_told(db, monkeypatch, apart):
    now = time.time
    monkeypatch.setattr(readiness.time, "time", lambda: now() + apart)

    assert ask() == refused("clocks")


@pytest.mark.parametrize("apart", [-28, 28])
def test_readyz_small_clock_difference(db, monkeypatch, apart):
    now = time.time
    monkeypatch.setattr(readiness.time, "time", lambda: now() + apart)

    assert ask() == READY


def test_readyz_read_only_database(db):
    f.run("set local default_transaction_read_only = on")

    assert ask() == refused("read_only")


def test_readyz_in_read_only_transaction(transactional_db):
    with transaction.atomic():
        f.run("set transaction read only")

        assert ask() == refused("read_only")


def test_readyz_pending_and_later_migrations(db):
    f.run("insert into django_migrations (app, name, applied) values ('ai_audit', '9', now())")
    assert ask() == READY

    f.run("delete from django_migrations where app = 'sessions'")
    assert ask() == refused("migrations")


def test_readyz_before_migrate(new_database, django_db_blocker):
    with new_database(), django_db_blocker.unblock():
        status, told = ask()

    assert status == 503
    assert told["reasons"] == ["guard", "history", "migrations", "room_constraint"]


def test_readyz_database_away(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), connected_to("test_new_nowhere"):
        assert ask() == refused("no_database")


def test_words_are_for_who_shows_the_token(db, settings):
    settings.METRICS_TOKEN = TOKEN
    f.run(f"alter table {LOG} disable trigger guard_suggestion")

    status, told = ask(authorization=f"Bearer {TOKEN}")

    assert (status, told["reasons"]) == (503, ["guard"])
    (words,) = told["words"]
    assert "guard_suggestion on public.ai_insights_log" in words
    assert "enable always trigger" in words


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", TOKEN, "Basic x"])
@pytest.mark.parametrize("token", [TOKEN, ""])
def test_and_for_nobody_else(db, settings, shown, token):
    settings.METRICS_TOKEN = token
    f.run(f"alter table {LOG} disable trigger guard_suggestion")

    assert ask(authorization=shown) == refused("guard")

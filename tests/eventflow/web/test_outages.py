"""What the database cannot do at the moment: 503 and a sentence, in every kind of page."""

import io
import json
import logging
import re
import socket
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DataError, OperationalError, connection

from eventflow import logs
from eventflow.web import outages
from eventflow.web.outages import Cause
from tests import factories as f
from tests import pages
from tests.variants import first_soon

HOME = "/admin/"
SESSIONS = "/admin/scheduling/schedule/"
EXPORTS = [f"/admin/ai_audit/suggestion/export.{ending}" for ending in ("csv", "jsonl")]

CAUSES = {
    "08006": Cause.UNREACHABLE,
    "25006": Cause.READ_ONLY,
    "25P03": Cause.UNREACHABLE,
    "40001": Cause.BUSY,
    "40P01": Cause.BUSY,
    "53000": Cause.FULL,
    "53100": Cause.FULL,
    "53200": Cause.FULL,
    "53300": Cause.CONNECTIONS,
    "55P03": Cause.BUSY,
    "57014": Cause.TOO_LONG,
    "57P01": Cause.RESTARTING,
    "57P02": Cause.RESTARTING,
    "57P03": Cause.RESTARTING,
    "57P05": Cause.UNREACHABLE,
}
BEGINNINGS = {
    Cause.UNREACHABLE: "The database cannot be reached",
    Cause.RESTARTING: "The database is being restarted",
    Cause.CONNECTIONS: "The database has no connection left",
    Cause.FULL: "The database has no room left",
    Cause.READ_ONLY: "The database can only be read",
    Cause.TOO_LONG: "The database was at it for 10 seconds",
    Cause.CANCELLED: "Whoever looks after the database ended",
    Cause.BUSY: "Someone else is changing the same",
}


def fails(table: str, code: str, said="it is so") -> None:
    """From now on, in this transaction, reading the table fails with that code."""
    f.run(
        f"alter table {table} rename to as_it_was;"
        " create function fails() returns boolean language plpgsql as $$ begin"
        f" raise '{said}' using errcode = '{code}'; end $$;"
        f" create view {table} as select * from as_it_was where (select fails())"
    )


def says(answer, cause: Cause, language="en") -> None:
    page = answer.content.decode()
    assert answer.status_code == 503
    assert (answer["Retry-After"], answer["Cache-Control"]) == ("15", "no-store")
    assert f'<html lang="{language}"' in page
    if language == "en":
        assert BEGINNINGS[cause] in pages.words(page)


@pytest.mark.parametrize("code", CAUSES)
@pytest.mark.parametrize("table", ["backoffice.django_session", "public.schedules"])
def test_outage_causes_logged_and_shown(db, table, code):
    browser = pages.signed_in(f.superuser(), raise_request_exception=False)
    fails(table, code)

    says(browser.get(SESSIONS), CAUSES[code])


def test_outage_cancelled_told(db):
    browser = pages.signed_in(f.superuser())
    fails("public.schedules", "57014", "canceling statement due to user request")

    says(browser.get(SESSIONS), Cause.CANCELLED)


@pytest.mark.parametrize("language", ["en", "he"])
def test_outage_in_readers_language(db, language):
    browser = pages.signed_in(f.superuser())
    fails("public.schedules", "53100")

    says(browser.get(SESSIONS, headers={"accept-language": language}), Cause.FULL, language)


def test_outage_at_sign_in(db, client):
    form = {"username": "noa", "password": "correct horse"}
    fails("backoffice.auth_user", "53300")

    says(client.post("/admin/login/", form), Cause.CONNECTIONS)


def test_outage_unwritable_session(db):
    """Django says then that somebody else deleted it."""
    f.superuser("noa")
    client = pages.signed_in(f.superuser(), raise_request_exception=False)
    f.run(
        "create function no_room() returns trigger language plpgsql as $$ begin"
        " raise 'no space left' using errcode = '53100'; end $$;"
        "create trigger no_room before insert or update on backoffice.django_session"
        " for each row execute function no_room()"
    )

    form = {"username": "noa", "password": "correct horse"}
    says(client.post("/admin/login/", form), Cause.FULL)


@pytest.mark.parametrize("address", EXPORTS)
def test_outage_export_not_begun(db, address):
    browser = pages.signed_in(f.superuser())
    f.suggestion(user=f.profile(organization=f.organization()), event=None)
    fails("public.ai_insights_log", "53100")

    says(browser.get(address), Cause.FULL)


@pytest.mark.parametrize("code", first_soon(["08006", "25006", "53100", "57P01"], 2))
@pytest.mark.parametrize("table", ["ai_insights_log", "schedules", "backoffice.django_admin_log"])
def test_outage_decision_neither_refused_nor_failed(db, code, table):
    """It says nothing of the suggestion, and nothing of it is kept."""
    organization = f.organization()
    noa = f.staff(profile=f.profile(organization=organization), permissions=f.EVERY_DECISION)
    suggestion = f.suggestion(user=noa.profile, event=f.event(organization=organization))
    page = f"/admin/ai_audit/pendingsuggestion/{suggestion.pk}/change/"
    browser = pages.signed_in(noa.user)
    sent = pages.form(browser.get(page)) | {"_approve": "1"}
    f.run(
        "create function fails() returns trigger language plpgsql as $$ begin"
        f" raise 'it is so' using errcode = '{code}'; end $$;"
        f"create trigger failing before insert or update on {table}"
        " for each row execute function fails()"
    )
    before = f.everything()

    says(browser.post(page, sent), CAUSES[code])
    assert f.everything() == before


@contextmanager
def leading_to(**where):
    """The default connection leads there while the block runs."""
    usual = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= where
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict |= usual
        connection.statement_limit = None


@pytest.fixture
def nowhere(django_db_setup, django_db_blocker):
    """A server that refuses every connection."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        place = {"HOST": "127.0.0.1", "PORT": str(free.getsockname()[1])}
    login = {"USER": "nobody", "PASSWORD": "none", "OPTIONS": {"sslmode": "disable"}}
    with django_db_blocker.unblock(), leading_to(**place, **login):
        yield


PAGES = [HOME, SESSIONS, *EXPORTS, "/admin/ai_audit/pendingsuggestion/", "/admin/second-factor/"]


@pytest.mark.parametrize("address", PAGES)
def test_outage_page_everywhere(nowhere, client, address):
    client.raise_request_exception = False
    client.cookies["sessionid"] = "a" * 32

    says(client.get(address), Cause.UNREACHABLE)


def test_outage_pages_without_database(nowhere, client):
    assert client.get("/admin/login/").status_code == 200
    assert client.get("/admin/nowhere/", headers={"accept": "text/html"}).status_code in (302, 404)


def test_outage_one_line_a_request(nowhere, client, caplog):
    client.raise_request_exception = False
    client.cookies["sessionid"] = "a" * 32
    for address in (*PAGES, "/healthz"):
        client.get(address)

    # Beside the line that each answer has, where those are written.
    told = [r for r in caplog.records if r.name != "eventflow.requests"]
    assert [(r.name, r.cause, r.args[1]) for r in told] == [
        ("eventflow.web.outages", "unreachable", address) for address in (*PAGES, "/healthz")
    ]


def tracebacks(stderr, *errors) -> list[bool]:
    """Whether there is a traceback in each of the lines that tell of these errors."""
    held = io.StringIO()
    stderr.setStream(held)
    for error in errors:
        given = (type(error), error, None)
        stderr.handle(logging.makeLogRecord({"msg": "line", "exc_info": given}))
    lines = held.getvalue().split("line\n")
    assert len(lines) == len(errors) + 1
    return [bool(after) for after in lines[1:]]


def of_code(code: str) -> OperationalError:
    error = OperationalError()
    error.__cause__ = psycopg.errors.lookup(code)()
    return error


def test_outage_traceback_once_a_minute():
    stderr = logs.Stderr()
    stopped, full, other = of_code("57P01"), of_code("53100"), ValueError()

    assert tracebacks(stderr, stopped, stopped, full, stopped, other, other) == [
        True,
        False,
        True,
        False,
        True,
        True,
    ]
    stderr.last_traceback = {kind: at - 61 for kind, at in stderr.last_traceback.items()}
    assert tracebacks(stderr, stopped, stopped) == [True, False]


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("FATAL:  sorry, too many clients already", Cause.CONNECTIONS),
        ('FATAL:  too many connections for role "web"', Cause.CONNECTIONS),
        ("FATAL:  remaining connection slots are reserved for roles", Cause.CONNECTIONS),
        ("FATAL:  MaxClientsInSessionMode: max clients reached", Cause.CONNECTIONS),
        ("FATAL:  the database system is starting up", Cause.RESTARTING),
        ("FATAL:  the database system is shutting down", Cause.RESTARTING),
        ("FATAL:  the database system is in recovery mode", Cause.RESTARTING),
        ("FATAL:  the database system is not yet accepting connections", Cause.RESTARTING),
        ("Connection refused", Cause.UNREACHABLE),
        ("could not translate host name", Cause.UNREACHABLE),
        ('FATAL:  password authentication failed for user "web"', Cause.UNREACHABLE),
    ],
)
def test_outage_connection_refusal_cause(said, cause):
    assert outages.cause(OperationalError(said)) is cause
    assert outages.cause(psycopg.OperationalError(said)) is cause


def test_outage_told_from_query_errors():
    interrupted = SessionInterrupted()
    interrupted.__context__ = OperationalError("Connection refused")

    assert outages.cause(interrupted) is Cause.UNREACHABLE
    assert outages.cause(ValueError()) is None
    assert outages.cause(DataError("PostgreSQL text fields cannot contain NUL bytes")) is None


@pytest.mark.parametrize(
    ("referer", "leads_to"),
    [
        ("http://testserver/admin/x/?page=2", "/admin/x/?page=2"),
        ("http://elsewhere.example/admin/", "/admin/y/?q=1"),
        ("http://testserver.example/admin/", "/admin/y/?q=1"),
        ("http://testserver//elsewhere.example", "/admin/y/?q=1"),
        ("", "/admin/y/?q=1"),
    ],
)
def test_outage_page_links_to_referrer(rf, referer, leads_to):
    request = rf.post("/admin/y/?q=1", headers={"referer": referer})

    page = outages.page(request, OperationalError("Connection refused")).content.decode()

    assert re.findall('data-leads="([^"]*)" data-sent', page) == [leads_to]


def test_outage_line_without_search_terms(rf, caplog):
    request = rf.get("/admin/", {"q": "סוד"})
    outages.page(request, OperationalError("Connection refused"))

    assert request.cause == "unreachable"
    line = json.loads(logs.Structured().format(caplog.records[0]))
    assert (line["level"], line["message"], line["cause"]) == (
        "ERROR",
        "unreachable for /admin/: Connection refused",
        "unreachable",
    )
    assert "סוד" not in json.dumps(line, ensure_ascii=False)


@pytest.mark.parametrize(
    ("method", "code", "looks"),
    [("get", "57P01", True), ("get", "53100", False), ("post", "53100", True)],
)
def test_outage_reload_only_if_transient(rf, method, code, looks):
    page = outages.page(getattr(rf, method)("/admin/"), of_code(code)).content.decode()

    assert ("outage.js" in page, 'id="outage"' in page) == (looks, looks)

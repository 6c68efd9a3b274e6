"""A request's number and its line in the log: given or made, returned, shown, and carried along."""

import json
import logging
import re

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import path
from psycopg import errors

from ai_audit import workflow
from eventflow import logs
from eventflow.web import requests
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"
SECRET = "סוד"
MADE = re.compile("[0-9a-f]{16}")


@pytest.fixture
def lines(caplog):
    """The lines of requests so far, or of another logger, as an operator's tools read them."""
    for name in ("eventflow.requests", "eventflow.decisions"):
        caplog.set_level(logging.INFO, logger=name)

    def read(name="eventflow.requests") -> list[dict]:
        return [
            json.loads(logs.Structured().format(record))
            for record in caplog.records
            if record.name == name
        ]

    return read


def number(answer) -> str:
    return answer.headers["X-Request-ID"]


@pytest.mark.parametrize("given", ["a", "A-9", "0" * 64, "-" * 64, "7f3c0a52-aaaa-4bbb-8ccc-0123"])
def test_request_number_given_kept(given):
    assert number(Client().get("/healthz", headers={"x-request-id": given})) == given


@pytest.mark.parametrize(
    "given", ["", "0" * 65, "a b", "a_b", "a\nb", "<b>", "א", "a.b", "²", "1,2", "a\n", "é", SECRET]
)
def test_request_number_invalid_replaced(given):
    found = number(Client().get("/healthz", headers={"x-request-id": given}))

    assert MADE.fullmatch(found)


def test_request_number_unique():
    assert len({number(Client().get("/healthz")) for _n in range(5)}) == 5


def test_request_line_who_what_cost(lines, browser, noa, suggest):
    suggest()

    answer = browser.get(f"{QUEUE}?q={SECRET}")

    (line,) = lines()
    assert line.pop("at")
    assert line.pop("ms") >= line.pop("database_ms") >= 0
    assert 3 < line.pop("statements") < 30
    assert line == {
        "level": "INFO",
        "logger": "eventflow.requests",
        "message": "answered",
        "request_id": number(answer),
        "user": noa.user.pk,
        "staff_member": noa.pk,
        "view": "admin:ai_audit_pendingsuggestion_changelist",
        "method": "GET",
        "status": 200,
    }


def test_request_statements_counted(lines, browser, suggest, django_assert_num_queries):
    suggest()
    browser.get(QUEUE)
    with django_assert_num_queries(lines()[0]["statements"]):
        browser.get(QUEUE)


def test_request_line_of_anonymous(lines):
    Client().get(QUEUE)

    (line,) = lines()
    assert (line["user"], line["staff_member"], line["status"]) == (None, None, 302)


def test_request_line_after_sign_in(lines, noa):
    Client().post("/admin/login/", {"username": "noa", "password": "correct horse"})

    assert [(line["user"], line["status"]) for line in lines()] == [(noa.user.pk, 302)]


def test_request_line_of_superuser_without_profile(lines):
    root = f.superuser()
    pages.signed_in(root).get("/admin/")

    assert [(line["user"], line["staff_member"]) for line in lines()] == [(root.pk, None)]


def test_request_line_without_query(lines):
    Client().get(f"/{SECRET}/?q={SECRET}", headers={"user-agent": SECRET})
    Client().generic(SECRET, "/healthz")

    assert SECRET not in json.dumps(lines(), ensure_ascii=False)
    assert [(line["view"], line["method"]) for line in lines()] == [
        ("none", "GET"),
        ("none", "other"),
    ]


@pytest.mark.parametrize("probe", ["healthz", "readyz"])
def test_probes_have_a_line_and_a_name_too(lines, probe):
    Client().get(f"/{probe}")

    assert [line["view"] for line in lines()] == [probe]


def test_request_number_in_decisions_and_logs(lines, browser, suggest, slow):
    address = f"{QUEUE}{suggest().pk}/change/"
    sent = pages.form(browser.get(address)) | {"_approve": "1"}
    before = len(lines())

    answer = browser.post(address, sent)

    (decision,) = lines("eventflow.decisions")
    assert (decision["act"], decision["request_id"]) == ("approve", number(answer))
    # The slow statements, and the line itself.
    logged = lines()[before:]
    assert len(logged) > 3
    assert {line["request_id"] for line in logged} == {number(answer)}


def test_request_number_absent_outside_requests(lines, noa, suggest):
    made = suggest()
    Client().get("/healthz")

    workflow.reject(suggestion_id=made.pk, by=noa)

    (decision,) = lines("eventflow.decisions")
    assert "request_id" not in decision


def test_streamed_request_logged_at_end(lines, root, suggest):
    suggest()
    answer = root.get("/admin/ai_audit/suggestion/export.jsonl")
    assert lines() == []

    answer.getvalue()

    (line,) = lines()
    assert line["request_id"] == number(answer)
    assert line["view"] == "admin:ai_audit_suggestion_export"
    assert requests.number() is None


def _fail(request):
    raise request.error


class Failing:
    """Addresses at which an error of one kind is raised."""

    @staticmethod
    def of(error: Exception):
        def fail(request):
            raise error

        return type("addresses", (), {"urlpatterns": [path("fails/", fail, name="fails")]})


def _of_database(kind: type[errors.Error], outer=OperationalError) -> Exception:
    error = outer(SECRET)
    error.__cause__ = kind(SECRET)
    return error


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ValueError(SECRET), "error"),
        (OperationalError(SECRET), "unreachable"),
        (_of_database(errors.AdminShutdown), "restarting"),
        (_of_database(errors.ConnectionFailure), "unreachable"),
        (_of_database(errors.DiskFull), "full"),
        (_of_database(errors.TooManyConnections), "connections"),
        (_of_database(errors.ReadOnlySqlTransaction), "read_only"),
        (_of_database(errors.LockNotAvailable), "busy"),
        (_of_database(errors.DeadlockDetected), "busy"),
        (_of_database(errors.SerializationFailure), "busy"),
        (_of_database(errors.UndefinedTable), "database"),
        (_of_database(errors.QueryCanceled), "too_long"),
    ],
)
def test_error_logged_by_cause_with_number(lines, settings, error, cause):
    settings.ROOT_URLCONF = Failing.of(error)

    answer = Client(raise_request_exception=False).get("/fails/")

    assert answer.status_code in (500, 503)
    assert number(answer) in pages.words(answer.content.decode())
    (line,) = lines()
    assert (line["view"], line["cause"]) == ("fails", cause)
    assert SECRET not in json.dumps(line, ensure_ascii=False)


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [("get", "/nowhere/", 404), ("get", "/admin/auth/user/", 403), ("post", QUEUE, 403)],
)
def test_request_number_on_every_error_page(noa, method, address, status):
    browser = pages.signed_in(noa.user, enforce_csrf_checks=True)

    answer = getattr(browser, method)(address)

    assert answer.status_code == status
    assert number(answer) in pages.words(answer.content.decode())


@pytest.fixture
def slow(caplog, monkeypatch):
    """Every statement is a slow one; the texts that were told."""
    monkeypatch.setattr(requests, "SLOW", 0)
    monkeypatch.setattr(requests, "_slow", set())

    def read() -> list[str]:
        return [
            record.getMessage()
            for record in caplog.records
            if record.levelno == logging.WARNING and record.name == "eventflow.requests"
        ]

    return read


def test_slow_statement_logged_once_without_values(slow, browser, suggest):
    suggest()
    browser.get(f"{QUEUE}?q={SECRET}")
    told = slow()

    browser.get(f"{QUEUE}?q={SECRET}")

    assert slow() == told
    assert len(set(told)) == len(told) > 3
    assert all(re.match(r"A statement took \d+ ms: \S", line) for line in told)
    assert SECRET not in "\n".join(told)


def test_slow_statement_same_for_many_values(slow, settings):
    def ask(request):
        for many in (2, 3, 30):
            f.run(f"select 1 where 1 in ({', '.join(['%s'] * many)})", *range(many))
        return requests.HttpResponse()

    settings.ROOT_URLCONF = type("addresses", (), {"urlpatterns": [path("asks/", ask)]})
    Client().get("/asks/")

    assert [line.partition(": ")[2] for line in slow()] == ["select 1 where 1 in (%s, …)"]


def test_slow_statements_remembered_bounded(slow, monkeypatch, settings):
    monkeypatch.setattr(requests, "REMEMBERED", 5)

    def ask(request):
        for n in range(20):
            f.run(f"select {n}")
        return requests.HttpResponse()

    settings.ROOT_URLCONF = type("addresses", (), {"urlpatterns": [path("asks/", ask)]})
    Client().get("/asks/")

    assert len(slow()) == 20
    assert len(requests._slow) <= 5


def test_fast_statement_not_logged(caplog, browser):
    browser.get(QUEUE)

    assert [r for r in caplog.records if r.levelno >= logging.WARNING] == []


def test_statements_not_counted_outside_requests(slow):
    with connection.cursor() as cursor:
        cursor.execute("select 1")

    assert slow() == []

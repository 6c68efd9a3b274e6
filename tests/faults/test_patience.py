"""A statement that takes too long: the page says so; exports and commands take their time."""

import time
from contextlib import closing

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from ai_audit.reports import exports, filters
from eventflow.db import database
from eventflow.db.postgresql import base
from tests import factories as f
from tests import pages
from tests.faults import lines
from tests.faults.lines import DOWN
from tests.faults.processes import holding
from tests.variants import first_soon

pytestmark = pytest.mark.usefixtures("committing")

SESSIONS = "/admin/scheduling/schedule/"
GIVEN_UP = r"no answer within 0\.5 seconds"
SENTENCE = "The database was at it for 1 second and was stopped, so that others need not wait."


@pytest.fixture(autouse=True)
def _a_second(settings):
    settings.STATEMENT_LIMIT = 1
    connection.close()
    yield
    connection.statement_limit = None
    connection.close()


def in_force():
    return f.run("show statement_timeout")[0][0]


def test_also_before_there_is_a_page():
    """Who asks is found out before the page is, and in what language."""
    browser = pages.signed_in(f.superuser(), raise_request_exception=False)
    with holding("lock table backoffice.auth_user in access exclusive mode"):
        assert browser.get(SESSIONS).status_code == 503

    assert browser.get(SESSIONS).status_code == 200


@pytest.mark.parametrize("language", first_soon(["en", "he"]))
def test_statement_timeout_page_language(language):
    browser = pages.signed_in(f.superuser())
    with holding("lock table schedules in access exclusive mode"):
        answer = browser.get(SESSIONS, headers={"accept-language": language})

    assert answer.status_code == 503
    assert f'<html lang="{language}"' in answer.content.decode()
    if language == "en":
        assert SENTENCE in pages.words(answer.content.decode())
    assert browser.get(SESSIONS).status_code == 200


def test_statement_timeout_decision_not_made(event, noa):
    session = f.session(event=event)
    noa.user.is_superuser = True
    noa.user.save()
    browser = pages.signed_in(noa.user)
    change = f"{SESSIONS}{session.pk}/change/"
    sent = pages.form(browser.get(change)) | {"title": "אחר"}
    before = f.everything()
    # A shared lock lets everybody read, and nobody write.
    with holding("lock table backoffice.django_admin_log in share mode"):
        answer = browser.post(change, sent)

    assert answer.status_code == 503
    assert f.everything() == before


def test_statement_timeout_kept_over_pages():
    browser = pages.signed_in(f.superuser())
    browser.get(SESSIONS)
    assert in_force() == "1s"
    browser.get(SESSIONS)
    assert in_force() == "1s"
    connection.close()
    assert in_force() == "1s"


def test_statement_timeout_sends_nothing_when_set():
    connection.statement_limit = 1000
    assert in_force() == "1s"
    # Taken back behind our back, so that sending it again would show.
    f.run("set statement_timeout = '2s'")
    connection.statement_limit = 1000
    assert in_force() == "2s"


def test_statement_timeout_restored_after_rollback():
    with transaction.atomic():
        connection.statement_limit = 1000
        assert in_force() == "1s"
        transaction.set_rollback(True)
    connection.statement_limit = 1000

    assert in_force() == "1s"


def test_statement_timeout_not_for_exports(event, noa):
    f.suggestion(user=noa.profile, event=event)
    browser = pages.signed_in(f.superuser())
    answer = browser.get("/admin/ai_audit/suggestion/export.jsonl")
    seen = []
    for _piece in answer.streaming_content:
        seen.append(in_force())

    assert (seen, in_force()) == (["0"], "1s")


def test_statement_timeout_after_broken_export(event, noa):
    for _n in range(3):
        f.suggestion(user=noa.profile, event=event)
    connection.statement_limit = 1000
    asked = filters.Filters().within(None)
    with closing(exports.pieces(asked, exports.Format.CSV)) as pieces:
        next(pieces)
        assert in_force() == "0"

    assert in_force() == "1s"


@pytest.fixture
def silent(settings, monkeypatch):
    """A function that lets the line to the database go silent; it is given up soon."""
    monkeypatch.setattr(base, "GRACE", 0.1)
    monkeypatch.setattr(base, "STILL_THERE", 0.1)
    usual = dict(connection.settings_dict)
    with lines.proxied() as (proxy, _url):
        params = connection.get_connection_params()
        connection.close()
        for name in ("host", "user", "password"):
            connection.settings_dict[name.upper()] = params[name]
        connection.settings_dict["PORT"] = str(proxy.port)
        connection.statement_limit = 400
        f.run("select 1")
        try:
            yield lambda: proxy.cut(DOWN, swallowing=True)
        finally:
            connection.close()
            connection.settings_dict |= usual
            connection.statement_limit = None


def test_connection_given_up_without_answer(silent):
    raw = connection.connection
    silent()

    with pytest.raises(OperationalError, match=GIVEN_UP):
        f.run("select 1")

    assert raw.closed


def test_silent_transaction_ends(silent):
    """No other connection is made for its end, which would take as long again."""

    def fall_silent():
        with transaction.atomic(), transaction.atomic():
            f.run("select 1")
            silent()
            f.run("select 1")

    with pytest.raises(OperationalError, match=GIVEN_UP):
        fall_silent()

    assert connection.connection is None
    assert connection.autocommit


def test_silent_connection_not_reused(silent):
    connection.statement_limit = 60_000
    f.run("select 1")
    silent()

    assert not connection.is_usable()


def test_server_ended_transaction_is_told_by_server():
    connection.statement_limit = 100

    with pytest.raises(OperationalError) as ended:
        f.run("select pg_sleep(20)")

    connection.statement_limit = None
    assert database.sqlstate(ended.value) == database.QUERY_CANCELED
    assert f.run("select 1") == [(1,)]


@pytest.mark.parametrize(("limit", "waited"), [(None, None), (0, 900), (10_000, 12)])
def test_how_long_an_answer_is_waited_for(limit, waited):
    connection.statement_limit = limit
    f.run("select 1")

    assert connection.connection.patience == waited


def test_silent_server_asked_by_one(monkeypatch):
    monkeypatch.setattr(base, "_silent_until", time.monotonic() + 60)
    connection.close()
    connection.statement_limit = 1000
    with pytest.raises(OperationalError, match="did not answer a moment ago"):
        f.run("select 1")
    # A command asks.
    connection.statement_limit = None
    assert f.run("select 1") == [(1,)]


def test_statement_timeout_not_for_commands(event, noa, tmp_path):
    call_command("export_history", str(tmp_path / "all.csv"))

    assert in_force() == "0"

"""A statement that takes too long: the page says so; exports and commands take their time."""

from contextlib import closing

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from ai_audit.reports import exports, filters
from tests import factories as f
from tests import pages
from tests.faults.processes import holding

pytestmark = pytest.mark.usefixtures("committing")

SESSIONS = "/admin/scheduling/schedule/"
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


@pytest.mark.parametrize("language", ["en", "he"])
def test_the_page_says_so_in_the_readers_language(language):
    browser = pages.signed_in(f.superuser())
    with holding("lock table schedules in access exclusive mode"):
        answer = browser.get(SESSIONS, headers={"accept-language": language})

    assert answer.status_code == 503
    assert f'<html lang="{language}"' in answer.content.decode()
    if language == "en":
        assert SENTENCE in pages.words(answer.content.decode())
    assert browser.get(SESSIONS).status_code == 200


def test_a_decision_that_took_too_long_is_not_made(event, noa):
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


def test_the_limit_holds_from_page_to_page_and_on_a_new_connection():
    browser = pages.signed_in(f.superuser())
    browser.get(SESSIONS)
    assert in_force() == "1s"
    browser.get(SESSIONS)
    assert in_force() == "1s"
    connection.close()
    assert in_force() == "1s"


def test_a_page_sends_nothing_for_it_where_the_limit_is_in_force():
    connection.limit_statements(1000)
    assert in_force() == "1s"
    # Taken back behind our back, so that sending it again would show.
    f.run("set statement_timeout = '2s'")
    connection.limit_statements(1000)
    assert in_force() == "2s"


def test_what_a_transaction_took_back_is_put_in_force_again():
    with transaction.atomic():
        connection.limit_statements(1000)
        assert in_force() == "1s"
        transaction.set_rollback(True)
    connection.limit_statements(1000)

    assert in_force() == "1s"


def test_an_export_takes_as_long_as_it_takes(event, noa):
    f.suggestion(user=noa.profile, event=event)
    browser = pages.signed_in(f.superuser())
    answer = browser.get("/admin/ai_audit/suggestion/export.jsonl")
    seen = []
    for _piece in answer.streaming_content:
        seen.append(in_force())

    assert (seen, in_force()) == (["0"], "1s")


def test_an_export_that_is_broken_off_leaves_the_limit_as_it_was(event, noa):
    for _n in range(3):
        f.suggestion(user=noa.profile, event=event)
    connection.limit_statements(1000)
    asked = filters.Filters().within(None)
    with closing(exports.pieces(asked, exports.Format.CSV)) as pieces:
        next(pieces)
        assert in_force() == "0"

    assert in_force() == "1s"


def test_a_command_is_not_limited(event, noa, tmp_path):
    call_command("export_history", str(tmp_path / "all.csv"))

    assert in_force() == "0"

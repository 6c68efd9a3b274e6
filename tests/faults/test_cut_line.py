"""The line to the database goes silent: pages answer, events are free again, nothing is twice."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from django.conf import settings
from django.urls import reverse

from ai_audit import workflow
from ai_audit.history import chain
from ai_audit.models import HistoryEntry, Status
from scheduling.models import Schedule
from tests import factories as f
from tests.eventflow.test_web_server import serving, until_it_answers
from tests.faults import lines
from tests.faults.lines import DOWN, UP
from tests.faults.processes import Web, holding, waiting_for_a_lock
from tests.faults.test_killed import LOCK_SESSION, everything, page_of, seconds_until_free

pytestmark = [pytest.mark.long, pytest.mark.once, pytest.mark.usefixtures("committing")]

ANSWERED_WITHIN = 15
FREE_WITHIN = 30
# After mending, a connection that lost what was sent on it may have to be given up first.
WELL_WITHIN = 15
QUEUE = reverse("admin:ai_audit_pendingsuggestion_changelist")
STATIC = "/static/eventflow/backoffice.css"
ASKED = ["/healthz", QUEUE, "/admin/scheduling/schedule/", "/healthz"]

each_cut = pytest.mark.parametrize(
    ("directions", "swallowing"),
    [
        pytest.param(directions, swallowing, id=f"{'+'.join(directions)} {how}")
        for directions in ([UP], [DOWN], [UP, DOWN])
        for swallowing, how in ((False, "stopped"), (True, "swallowed"))
    ],
)
needs_dropping = pytest.mark.skipif(
    not lines.packets_can_be_dropped(), reason="the kernel cannot be told here to drop packets"
)


@pytest.fixture
def session(event):
    return f.session(event=event, title="טקס", room="חדר A")


@pytest.fixture
def suggestion(event, noa, session):
    data = f.update_data(session, room="חדר B")
    return f.suggestion(user=noa.profile, event=event, action_type="schedule_update", data=data)


@contextmanager
def served(user):
    """The web server as in production, its line to the database, and a person signed in there."""
    with (
        lines.proxied() as (proxy, url),
        serving(
            DATABASE_URL=url, SECRET_KEY=settings.SECRET_KEY, ALLOWED_HOSTS="127.0.0.1"
        ) as server,
    ):
        until_it_answers(server)
        they = Web(server.process, server.port, user)
        # Each thread has a connection that it kept.
        assert set(ask_all(they, ASKED * 4)) == {200}
        yield proxy, they


def ask_all(they, paths) -> list[int]:
    """Ask for all at one moment; the statuses. An answer that does not come in time is an error."""

    def ask(path):
        with closing(they.send("GET", path)) as there:
            there.sock.settimeout(ANSWERED_WITHIN)
            return there.getresponse().status

    with ThreadPoolExecutor(len(paths)) as pool:
        return list(pool.map(ask, paths))


def until_all_is_well(they) -> None:
    """Ask until there are pages again."""
    deadline = time.monotonic() + WELL_WITHIN
    while not _all_is_well(they):
        assert time.monotonic() < deadline, "there are no pages"
        time.sleep(0.2)


def _all_is_well(they) -> bool:
    try:
        return set(ask_all(they, ASKED)) == {200}
    except TimeoutError:
        return False


def fits(they, cut, mend) -> None:
    """After the cut everything is answered, again and again, and after mending it is as before."""
    cut()
    assert ask_all(they, [*ASKED, STATIC]) == [503] * 4 + [200]
    assert ask_all(they, ASKED) == [503] * 4
    mend()
    until_all_is_well(they)


@each_cut
def test_pages_answer_again(noa, directions, swallowing):
    with served(noa.user) as (proxy, they):
        fits(they, lambda: proxy.cut(*directions, swallowing=swallowing), proxy.mend)


@needs_dropping
def test_cut_line_pages_recover(noa):
    with served(noa.user) as (proxy, they):
        cutting = lines.dropped(proxy.port)
        fits(they, cutting.__enter__, lambda: cutting.__exit__(None, None, None))


@each_cut
def test_cut_line_mid_decision_event_freed(noa, session, suggestion, directions, swallowing):
    with served(noa.user) as (proxy, they):
        form = they.page(page_of(suggestion)) | {"_approve": "1"}
        before = everything()
        with holding(LOCK_SESSION, session.pk):
            there = they.send("POST", page_of(suggestion), form)
            waiting_for_a_lock()
            proxy.cut(*directions, swallowing=swallowing)
            there.sock.settimeout(ANSWERED_WITHIN)
        # The server goes on, holds all its locks, and hears nothing more.
        with closing(there):
            assert there.getresponse().status == 503
        assert seconds_until_free(suggestion, patience=FREE_WITHIN) < FREE_WITHIN
        assert everything() == before

        proxy.mend()
        until_all_is_well(they)
        status, _page, leads_to = they.ask("POST", page_of(suggestion), form)

    assert (status, leads_to) == (302, QUEUE)
    assert_executed_once(suggestion)


def assert_executed_once(suggestion) -> None:
    assert f.whole_row(suggestion)["execution_status"] == "executed"
    told = HistoryEntry.objects.filter(suggestion_id=suggestion.pk).order_by("number")
    assert [entry.to_status for entry in told] == ["approved", "executed"]
    assert Schedule.objects.get().room == "חדר B"
    assert chain.find_break() is None


def assert_rejected_once(suggestion) -> None:
    assert f.whole_row(suggestion)["execution_status"] == "rejected"
    told = HistoryEntry.objects.filter(suggestion_id=suggestion.pk)
    assert [(entry.to_status, entry.reason) for entry in told] == [("rejected", "החדר קטן")]
    assert chain.find_break() is None


@pytest.fixture
def slow_commit(committing):
    """The end of a decision's transaction waits for a lock that others can hold."""
    f.run(
        "create function wait_at_commit() returns trigger language plpgsql as $$ begin"
        " perform pg_advisory_xact_lock_shared(42); return null; end $$;"
        "create constraint trigger wait_at_commit after insert on backoffice.django_admin_log"
        " deferrable initially deferred for each row execute function wait_at_commit()"
    )
    yield "select pg_advisory_xact_lock(42)"
    f.run(
        "drop trigger wait_at_commit on backoffice.django_admin_log; drop function wait_at_commit()"
    )


@pytest.mark.parametrize("swallowing", [False, True])
def test_cut_line_after_commit_not_done_twice(noa, suggestion, slow_commit, swallowing):
    with served(noa.user) as (proxy, they):
        form = they.page(page_of(suggestion)) | {"_reject": "1", "reason": "החדר קטן"}
        with holding(slow_commit):
            there = they.send("POST", page_of(suggestion), form)
            waiting_for_a_lock()
            proxy.cut(DOWN, swallowing=swallowing)
            there.sock.settimeout(ANSWERED_WITHIN)
        with closing(there):
            answer = there.getresponse()
            assert answer.status == 503
            assert f'data-leads="{page_of(suggestion)}" data-sent' in answer.read().decode()
        assert seconds_until_free(suggestion, patience=FREE_WITHIN) < FREE_WITHIN
        assert_rejected_once(suggestion)

        proxy.mend()
        until_all_is_well(they)
        # Where the page leads by itself, and who sends the form again, is told the same.
        for method, sent in (("GET", None), ("POST", form)):
            status, _page, leads_to = they.ask(method, page_of(suggestion), sent)
            assert status == 302
            assert "it is “Rejected” already" in they.ask("GET", leads_to)[1]

    assert_rejected_once(suggestion)


@needs_dropping
def test_cut_line_mid_decision_dropped_packets(noa, session, suggestion):
    with served(noa.user) as (proxy, they):
        form = they.page(page_of(suggestion)) | {"_approve": "1"}
        before = everything()
        with holding(LOCK_SESSION, session.pk) as blocker:
            there = they.send("POST", page_of(suggestion), form)
            waiting_for_a_lock()
            there.sock.settimeout(ANSWERED_WITHIN)
            with lines.dropped(proxy.port):
                blocker.rollback()
                with closing(there):
                    assert there.getresponse().status == 503
                assert seconds_until_free(suggestion, patience=FREE_WITHIN) < FREE_WITHIN
        assert everything() == before
        until_all_is_well(they)

    assert workflow.approve(suggestion_id=suggestion.pk, by=noa).status == Status.EXECUTED
    assert_executed_once(suggestion)

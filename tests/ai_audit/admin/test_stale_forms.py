"""A form that was opened before someone else decided decides nothing over their head."""

import pytest

from ai_audit import workflow
from ai_audit.models import HistoryEntry
from scheduling.models import Event, Schedule
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"


@pytest.fixture
def dana(ours):
    return f.staff(profile=f.profile(organization=ours, full_name="Dana"), username="dana")


def url(suggestion):
    return f"{QUEUE}{suggestion.pk}/change/"


def opened(browser, suggestion):
    """What the page's form holds now."""
    return pages.form(browser.get(url(suggestion)))


def status(suggestion):
    return f.whole_row(suggestion)["execution_status"]


@pytest.fixture
def refusing():
    """While it is on, the database takes no new session."""

    def switch(on: bool):
        if on:
            f.run(
                "create function public.refuse() returns trigger language plpgsql as"
                " $$begin raise exception 'refused'; end$$"
            )
            f.run(
                "create trigger refuse before insert on schedules"
                " for each row execute function refuse()"
            )
        else:
            f.run("drop trigger refuse on schedules")

    return switch


def test_reject_form_after_colleague_approved(browser, dana, suggest):
    suggestion = suggest()
    form = opened(browser, suggestion)
    workflow.approve_for_later(suggestion_id=suggestion.pk, by=dana)

    answer = browser.post(url(suggestion), form | {"_reject": "1"})

    (said,) = pages.messages(answer)
    assert "it is “Approved” already, decided by" in said
    assert status(suggestion) == "approved"


def test_rejecting_many_withdraws_nothing_either(browser, dana, suggest):
    suggestion = suggest()
    chosen = {"action": "reject_selected", "_selected_action": [str(suggestion.pk)]}
    page = browser.post(QUEUE, chosen)
    workflow.approve_for_later(suggestion_id=suggestion.pk, by=dana)

    (said,) = pages.report(pages.confirm(browser, page)).values()

    assert "it is “Approved” already" in said
    assert status(suggestion) == "approved"


def test_failed_approval_retried_only_when_seen(browser, suggest, refusing):
    suggestion = suggest()
    form = opened(browser, suggestion) | {"_approve": "1"}
    refusing(True)
    browser.post(url(suggestion), form)
    refusing(False)

    answer = browser.post(url(suggestion), form)

    assert status(suggestion) == "failed"
    assert "Changed since you opened the page: the suggestion" in pages.text(answer)
    browser.post(url(suggestion), opened(browser, suggestion) | {"_approve": "1"})
    assert status(suggestion) == "executed"


def test_retry_failed_again_not_sent_twice(browser, suggest, refusing):
    suggestion = suggest()
    refusing(True)
    browser.post(url(suggestion), opened(browser, suggestion) | {"_approve": "1"})
    form = opened(browser, suggestion) | {"_approve": "1"}

    for _twice in range(2):
        browser.post(url(suggestion), form)

    told = HistoryEntry.objects.order_by("number").values_list("to_status", flat=True)
    assert list(told) == ["approved", "failed", "approved", "failed"]


def test_failed_approval_of_colleague_unseen(browser, dana, suggest, refusing):
    suggestion = suggest()
    form = opened(browser, suggestion)
    refusing(True)
    workflow.approve(suggestion_id=suggestion.pk, by=dana)
    refusing(False)

    browser.post(url(suggestion), form | {"_approve": "1"})

    row = f.whole_row(suggestion)
    assert (row["execution_status"], row["approved_by"]) == ("failed", str(dana.profile_id))


def test_approve_after_event_zone_changed(browser, event, suggest):
    suggestion = suggest()
    form = opened(browser, suggestion)
    Event.objects.filter(pk=event.pk).update(timezone="America/New_York")

    answer = browser.post(url(suggestion), form | {"_approve": "1"})

    assert "Changed since you opened the page: the suggestion" in pages.text(answer)
    assert status(suggestion) == "suggested"
    assert Schedule.objects.count() == 0


def test_rejection_keeps_conflicts(browser, event, suggest):
    other = f.session(event=event, room="חדר A", start=f.at(11))
    suggestion = suggest()

    browser.post(url(suggestion), opened(browser, suggestion) | {"_reject": "1", "reason": "תפוס"})

    entry = HistoryEntry.objects.get()
    assert (entry.to_status, entry.reason) == ("rejected", "תפוס")
    assert entry.seen == [{"kind": "room", "severity": "error", "ids": [str(other.pk)]}]
    assert len(entry.digest) == 64

"""Getting through the queue: what comes next, reasons at hand, decisions made elsewhere."""

import pytest
from django.urls import reverse

from ai_audit import history, queue, workflow
from ai_audit.models import PendingSuggestion
from eventflow.text.bidi import isolate
from scheduling import times
from tests import factories as f
from tests import pages
from tests.pages import signed_in

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"


@pytest.fixture
def three(suggest):
    """Three that wait, the most urgent first."""
    return [
        suggest(f.create_data(title=name, start_time=f"2038-01-30T{hour}:00:00", room=None))
        for name, hour in (("first", "09"), ("second", "10"), ("third", "11"))
    ]


def position(pk):
    """Among those that wait, the most urgent first."""
    waiting = PendingSuggestion.objects.pending().most_urgent_first()
    return queue.position_in(list(waiting.values_list("pk", flat=True)), pk)


def url(suggestion):
    return f"{QUEUE}{suggestion.pk}/change/"


def test_position_of_each(three):
    first, second, third = (s.pk for s in three)

    assert [position(pk) for pk in (first, second, third)] == [
        queue.Position(1, 3, None, second),
        queue.Position(2, 3, first, third),
        queue.Position(3, 3, second, None),
    ]


def test_decided_one_followed_by_first(noa, three):
    workflow.reject(suggestion_id=three[1].pk, by=noa)

    assert position(three[1].pk) == queue.Position(0, 2, None, three[0].pk)
    assert queue.position_in([], three[1].pk) == queue.Position(0, 0, None, None)


def test_position_on_page_with_links(browser, three):
    page = browser.get(url(three[1]))

    assert "2 of 3 waiting" in pages.text(page)
    assert f'data-key="k" aria-keyshortcuts="k" href="{url(three[0])}"' in pages.source(page)
    assert f'data-key="j" aria-keyshortcuts="j" href="{url(three[2])}"' in pages.source(page)


@pytest.mark.parametrize("button", ["_approve", "_approve_only", "_reject"])
def test_next_opens_after_decision(browser, three, button):
    answers = [
        browser.post(url(suggestion), pages.form(browser.get(url(suggestion))) | {button: "1"})
        for suggestion in three[1:]
    ]

    assert [answer["Location"] for answer in answers] == [url(three[2]), QUEUE]


def test_next_opens_after_amending(ours, three):
    browser = signed_in(
        f.staff(profile=f.profile(organization=ours), permissions=f.EVERY_DECISION).user
    )
    form = pages.form(browser.post(url(three[0]), {"_amend": "1"}))
    answer = browser.post(url(three[0]), form | {"title": "edited", "end_time": "2038-01-30T09:30"})

    assert answer["Location"] == url(three[1])


def test_reason_field_never_approves(browser, three):
    """The Enter key in a field presses the first button of its form."""
    forms = pages.source(browser.get(url(three[0]))).split("<form")[1:]

    (with_reason,) = (form.split("</form>")[0] for form in forms if 'name="reason"' in form)
    assert 'name="_reject"' in with_reason
    assert "_approve" not in with_reason


def test_common_rejection_reasons_offered(browser, noa, ours, theirs, suggest):
    stranger = f.staff(profile=f.profile(organization=theirs))
    their_event = f.event(organization=theirs)
    for reason in ["אין מקום"] * 3 + ["כפול"] * 2 + ["רק פעם אחת", ""]:
        workflow.reject(suggestion_id=suggest().pk, by=noa, reason=reason)
    for _n in range(5):
        foreign = f.suggestion(user=stranger.profile, event=their_event)
        workflow.reject(suggestion_id=foreign.pk, by=stranger, reason="theirs")

    assert history.rejection_reasons(ours.pk) == ["אין מקום", "כפול"]
    assert history.rejection_reasons(None) == []
    assert '<option value="אין מקום">' in pages.source(browser.get(url(suggest())))


def state(browser, suggestion):
    return browser.get(reverse("admin:ai_audit_suggestion_state", args=[suggestion.pk]))


def test_state_view_of_open_page(browser, noa, event, three):
    before = state(browser, three[0]).json()
    workflow.reject(suggestion_id=three[0].pk, by=noa)
    (entry,) = history.entries(three[0])

    assert before["status"] == "suggested"
    assert state(browser, three[0]).json() == {
        "status": "rejected",
        "sentence": "Nothing to decide any more: it is “Rejected” already, decided by "
        f"{isolate('נועה כהן')} on {times.moment(entry.at, zone=event.zone)}.",
        "said": "0",
        "said_sentence": "",
    }


def test_state_view_without_permission(ours, theirs, three):
    stranger = signed_in(f.staff(profile=f.profile(organization=theirs)).user)
    without = f.staff(profile=f.profile(organization=ours))
    without.user.user_permissions.clear()

    assert state(stranger, three[0]).status_code == 403
    assert state(signed_in(without.user), three[0]).status_code == 403


def index(client):
    return pages.text(client.get("/admin/"))


def test_index_tells_how_many_wait(browser, root, noa, three, theirs, their_event):
    foreign = f.suggestion(user=f.profile(organization=theirs), event=their_event)
    f.suggestion(user=noa.profile, event=three[0].event, execution_status="executed")

    assert "3 suggestions wait for a decision" in index(browser)
    assert "4 suggestions wait for a decision" in index(root)
    for suggestion in three[1:]:
        workflow.reject(suggestion_id=suggestion.pk, by=noa)
    assert "1 suggestion waits for a decision" in index(browser)
    workflow.reject(suggestion_id=three[0].pk, by=noa)
    assert "No suggestion waits for a decision" in index(browser)
    assert f.whole_row(foreign)["execution_status"] == "suggested"


def test_index_without_queue_permission(ours, three):
    without = f.staff(profile=f.profile(organization=ours))
    without.user.user_permissions.set([])

    assert "wait" not in index(signed_in(without.user))

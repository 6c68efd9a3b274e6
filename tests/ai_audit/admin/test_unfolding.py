"""A row of the queue unfolded, a way out beside the suggestion, and where editing cannot help."""

import pytest

from ai_audit import workflow
from scheduling.models import Schedule
from tests import factories as f
from tests import pages
from tests.pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

QUEUE = "/admin/ai_audit/pendingsuggestion/"


def unfolded(browser, suggestion, kept=""):
    return browser.get(f"{QUEUE}{suggestion.pk}/unfolded/{kept}")


@pytest.fixture
def clear(event, suggest):
    f.rooms(event, "Salon")
    return suggest(f.create_data(title="Green", room="Salon") | {"reasoning": "enough of it"})


@pytest.fixture
def blocked(event, suggest):
    f.session(event=event, room="A", start=f.at(9), end=f.at(15))
    f.session(event=event, room="B", start=f.at(18), end=f.at(19))
    return suggest(f.create_data(title="Blocked", room="A"))


@pytest.fixture
def editor(ours):
    return signed_in(
        f.staff(profile=f.profile(organization=ours), permissions=f.EVERY_DECISION).user
    )


def test_unfolded_row_whole_and_approvable(browser, clear):
    kept = "?_changelist_filters=tab%3Dclear"
    page = unfolded(browser, clear, kept)

    assert "Title — Green" in pages.text(page)
    assert "enough of it" in pages.text(page)
    assert {"_approve", "_reject", "digest", "_back"} <= pages.named(page)
    answer = browser.post(f"{QUEUE}{clear.pk}/change/{kept}", pages.form(page) | {"_approve": "1"})
    assert answer["Location"] == f"{QUEUE}?tab=clear"
    assert Schedule.objects.filter(title="Green").exists()


def test_others_are_opened(browser, blocked):
    page = unfolded(browser, blocked)

    assert "_approve" not in pages.named(page)
    assert "_reject" in pages.named(page)
    assert "Blocked" in pages.text(page)


@pytest.mark.parametrize("status", ["approved", "failed"])
def test_unfolded_row_of_decided_offers_nothing(browser, suggest, status):
    assert pages.named(unfolded(browser, suggest(execution_status=status))) == set()


@pytest.mark.parametrize("status", ["rejected", "executed"])
def test_unfolded_row_of_closed(browser, suggest, status):
    assert unfolded(browser, suggest(execution_status=status)).status_code == 404


def test_unfolded_row_without_permission(ours, theirs, clear):
    stranger = signed_in(f.staff(profile=f.profile(organization=theirs)).user)
    without = f.staff(profile=f.profile(organization=ours))
    without.user.user_permissions.set([])

    assert unfolded(stranger, clear).status_code == 404
    assert unfolded(signed_in(without.user), clear).status_code == 403


def test_unfolded_row_of_viewer(ours, clear):
    viewer = signed_in(f.staff(profile=f.profile(organization=ours), permissions=()).user)

    assert pages.named(unfolded(viewer, clear)) == set()


def test_here_view_tells_signed_in(browser, client):
    assert browser.head(f"{QUEUE}here/").status_code == 204
    assert client.head(f"{QUEUE}here/").status_code == 302


def test_way_out_differs_and_decides_in_one_press(editor, blocked):
    address = f"{QUEUE}{blocked.pk}/change/"
    way = pages.source(editor.get(address)).split('name="way" value="')[1].split('"')[0]

    page = editor.post(address, {"way": way, "_amend": "1"})

    differing = pages.source(page).split('class="changes written differing"')[1]
    rows = differing.split("<tbody>")[1].split("</tbody>")[0]
    assert pages.words(rows) == "Room A B"
    answer = editor.post(address, pages.form(page) | pages.ticks(page))
    assert "Edited, approved and carried out." in pages.messages(answer)[0]
    assert Schedule.objects.get(title="Blocked").room == "B"


def test_editing_says_what_stands_against_it(editor, blocked):
    page = editor.post(f"{QUEUE}{blocked.pk}/change/", {"_amend": "1"})

    assert "Blocked: " in pages.text(page)
    form = pages.form(page) | {"description": "other"}
    still = editor.post(f"{QUEUE}{blocked.pk}/change/", form)
    assert "it cannot be carried out." in pages.text(still)


def test_amend_not_offered_for_missing_session(editor, event, suggest):
    session = f.session(event=event, title="gone")
    gone = suggest(f.update_data(session, room="B"), "schedule_update")
    f.run("delete from schedules where id = %s", session.pk)
    address = f"{QUEUE}{gone.pk}/change/"

    assert "_amend" not in pages.named(editor.get(address))
    answer = editor.post(address, {"_amend": "1"})
    assert pages.messages(answer) == [
        "Nothing was changed, and editing cannot help: The session it is about is no longer in "
        "the programme. It can be rejected."
    ]


def test_amend_offered_for_missing_end(editor, suggest):
    no_end = suggest({"proposed_state": {"title": "x", "start_time": "2038-01-30T20:00"}})
    address = f"{QUEUE}{no_end.pk}/change/"
    assert "_amend" in pages.named(editor.get(address))

    form = pages.form(editor.post(address, {"_amend": "1"}))
    editor.post(address, form | {"end_time": "2038-01-30T21:00"})

    assert Schedule.objects.get().end_time == f.at(21)
    assert workflow.last_decision(no_end)

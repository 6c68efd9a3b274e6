"""What is told after a decision, and the way back from it."""

import re

import pytest

from ai_audit import workflow
from ai_audit.models import PendingSuggestion, Suggestion
from eventflow.text.bidi import isolate, ltr
from scheduling.models import Schedule
from tests import factories as f
from tests import pages
from tests.pages import signed_in

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"
HISTORY = "/admin/ai_audit/suggestion/"


@pytest.fixture
def everyone(ours):
    """Who may do everything, and look at sessions."""
    permissions = (*f.EVERY_DECISION, "view_schedule")
    return f.staff(profile=f.profile(organization=ours), permissions=permissions)


@pytest.fixture
def client(everyone):
    return signed_in(everyone.user)


@pytest.fixture
def clear(event, suggest):
    f.rooms(event, "Salon")
    return suggest(f.create_data(title="Green", room="Salon"))


def url(suggestion, kept=""):
    return f"{QUEUE}{suggestion.pk}/change/{kept}"


def press(client, suggestion, button, kept="", **also):
    page = client.get(url(suggestion, kept))
    form = pages.form(page) | pages.ticks(page) | {button: "1"} | also
    return client.post(url(suggestion, kept), form)


def way_back(answer):
    found = re.search(r'class="undo"[^>]* href="([^"]*)"', pages.messages(answer)[-1])
    return found and found[1].replace("&amp;", "&")


def test_message_after_act_links_to_session(client, clear):
    answer = press(client, clear, "_approve")

    (said,) = pages.messages(answer)
    place = f"{isolate('Salon')}, 30 Jan 2038, {ltr('11:15–12:45')}"
    session = Schedule.objects.get(title="Green")
    assert pages.words(said) == (
        f"“ Green ”: Approved and carried out. It is now here: {place}. Undo z"
    )
    assert f'href="/admin/scheduling/schedule/{session.pk}/change/"' in said


def test_message_without_links_for_who_may_not_look(ours, clear):
    staff = f.staff(profile=f.profile(organization=ours))
    staff.user.user_permissions.remove(staff.user.user_permissions.get(codename="view_schedule"))
    answer = press(signed_in(staff.user), clear, "_approve")

    assert "<a" not in pages.messages(answer)[0]


def test_undo_redirects_to_its_history_entry(client, clear):
    asked = client.get(way_back(press(client, clear, "_approve")))
    assert "Undo what was carried out?" in pages.text(asked)
    assert Schedule.objects.filter(title="Green").exists()

    done = client.post(
        way_back_of(clear), pages.form(asked) | {"reason": "a slip", "_undo": "1", "post": "yes"}
    )

    assert done["Location"] == f"{HISTORY}{clear.pk}/change/"
    entry = pages.text(client.get(done["Location"]))
    assert not Schedule.objects.filter(title="Green").exists()
    assert "Carried out, undone" in entry
    assert re.search(r"Executed .* Undone · נועה כהן .* a slip", entry)


def way_back_of(suggestion):
    return f"{QUEUE}{suggestion.pk}/undo/"


def test_undone_mark_in_page_list_filter_exports(client, everyone, clear, suggest):
    other = suggest(f.create_data(title="Stays", room=None))
    for one in (clear, other):
        workflow.approve(suggestion_id=one.pk, by=everyone, confirmed=f.EVERY_TICK)
    undoing = workflow.undo(suggestion_id=clear.pk, by=everyone)

    listed = client.get(f"{HISTORY}?status=undone")
    assert pages.shown_ids(listed) == [str(clear.pk)]
    assert "Carried out, undone" in pages.rows(listed)[0]
    assert "Carried out, undone" in pages.text(client.get(f"{HISTORY}{clear.pk}/change/"))
    lines = client.get(f"{HISTORY}export.csv").getvalue().decode().splitlines()
    told = {line.split('","')[0].strip('\ufeff"'): "Carried out, undone" in line for line in lines}
    assert told == {
        "Id": False,
        str(clear.pk): True,
        str(other.pk): False,
        str(undoing.suggestion_id): False,
    }


def test_take_back_approval_for_later(client, clear):
    back = way_back(press(client, clear, "_approve_only"))
    asked = client.get(back)
    assert "Withdraw the approval?" in pages.text(asked)

    client.post(back, pages.form(asked))

    assert f.whole_row(clear)["execution_status"] == "rejected"


def test_take_back_rejection_suggests_again(client, clear):
    kept = "?_changelist_filters=tab%3Dclear"
    back = way_back(press(client, clear, "_reject", kept))
    asked = client.get(back)
    assert "Suggest it again?" in pages.text(asked)
    assert PendingSuggestion.objects.pending().count() == 0

    done = client.post(back, pages.form(asked))

    new = PendingSuggestion.objects.pending().get()
    assert done["Location"] == url(new, kept)
    assert "It replaces “ Green ”" in pages.text(client.get(done["Location"]))
    assert f.whole_row(clear)["execution_status"] == "rejected"


@pytest.mark.parametrize("status", ["suggested", "failed"])
def test_take_back_without_an_act(client, suggest, status):
    suggestion = suggest(execution_status=status)
    before = f.everything()

    for answer in (client.get(way_back_of(suggestion)), client.post(way_back_of(suggestion))):
        assert answer["Location"] == f"{HISTORY}{suggestion.pk}/change/"
    assert f.everything() == before


@pytest.mark.parametrize(
    ("status", "permission"),
    [
        ("executed", "undo_suggestion"),
        ("approved", "reject_suggestion"),
        ("rejected", "reject_suggestion"),
    ],
)
def test_taking_back_needs_the_permission(ours, suggest, status, permission):
    staff = f.staff(profile=f.profile(organization=ours), permissions=f.EVERY_DECISION)
    staff.user.user_permissions.remove(staff.user.user_permissions.get(codename=permission))
    suggestion = suggest(execution_status=status)

    assert signed_in(staff.user).post(way_back_of(suggestion)).status_code == 403


def test_take_back_of_another_organization(theirs, noa, clear):
    workflow.reject(suggestion_id=clear.pk, by=noa)
    stranger = signed_in(f.staff(profile=f.profile(organization=theirs)).user)

    assert stranger.post(way_back_of(clear)).status_code == 302
    assert Suggestion.objects.count() == 1


def test_buttons_of_a_failed_suggestion(client, event, suggest, everyone):
    failed = suggest(f.create_data(title="fails", room="A"))
    f.session(event=event, room="A", start=f.at(9), end=f.at(15))
    f.session(event=event, room="B", start=f.at(18))
    workflow.approve(suggestion_id=failed.pk, by=everyone, confirmed=f.EVERY_TICK)

    page = client.get(url(failed, "?_changelist_filters=tab%3Dfailed"))

    assert {"_amend", "_dismiss", "way"} <= pages.named(page)
    assert "1 of 1 in “Failed”" in pages.text(page)
    answer = press(client, failed, "_dismiss", reason="left at that")
    assert "Dismissed: it stays failed" in pages.messages(answer)[0]
    assert pages.shown_ids(client.get(f"{QUEUE}?tab=failed")) == []
    assert f.whole_row(failed)["execution_status"] == "failed"

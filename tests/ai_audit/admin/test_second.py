"""Two people decide over HTTP: the rule, what pages say of it, and whose button is called what."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ai_audit import workflow
from ai_audit.models import ApprovalRule, PendingSuggestion, SecondFor, SuggestionAct
from scheduling.models import StaffMember
from tests import factories as f
from tests import pages
from tests.pages import signed_in

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"
RULES = "/admin/ai_audit/approvalrule/"
EVERYTHING = (*f.EVERY_DECISION, "view_schedule")


@pytest.fixture
def rule(ours):
    """Two for everything."""
    return ApprovalRule.objects.create(organization=ours, second_for=SecondFor.ALL)


@pytest.fixture
def dana(ours):
    profile = f.profile(organization=ours, full_name="דנה לוי")
    return signed_in(f.staff(profile=profile, permissions=EVERYTHING).user)


@pytest.fixture
def clear(event, suggest):
    f.rooms(event, "Salon")
    return suggest(f.create_data(title="Green", room="Salon"))


def url(suggestion):
    return f"{QUEUE}{suggestion.pk}/change/"


def press(client, suggestion, button):
    page = client.get(url(suggestion))
    form = pages.form(page) | pages.ticks(page) | {button: "1"}
    return client.post(url(suggestion), form)


def buttons(page):
    found = re.findall(r'<button[^>]* name="(_\w+)"[^>]*>([^<]*)', page.content.decode())
    return {name: words for name, words in found if name != "_amend"}


def said(page):
    return [pages.words(one) for one in re.findall(r'<p class="verdict two">.*?</p>', page.text)]


def test_second_rule_set_and_two_decide(root, browser, dana, ours, clear):
    root.post(f"{RULES}add/", {"organization": str(ours.pk), "second_for": "all"})
    assert ApprovalRule.objects.get().second_for == "all"

    page = browser.get(url(clear))
    assert said(page) == [
        "It takes two: nothing is carried out until somebody else has approved it too."
    ]
    assert buttons(page)["_approve"] == "Approve (1 of 2)"
    press(browser, clear, "_approve")
    assert f.whole_row(clear)["execution_status"] == "suggested"

    page = browser.get(url(clear))
    assert "It waits for somebody else to approve it too." in said(page)[0]
    assert "_approve" not in buttons(page)
    page = dana.get(url(clear))
    assert "1 of 2: approved by" in said(page)[0]
    assert buttons(page)["_approve"] == "Approve as the second"
    press(dana, clear, "_approve")
    assert f.whole_row(clear)["execution_status"] == "executed"
    assert SuggestionAct.objects.count() == 1


# The rule's page


def test_only_superusers_set_rules(browser, dana, root, ours, theirs):
    for client in (browser, dana):
        assert client.get(RULES).status_code == 403
        posted = {"organization": str(ours.pk), "second_for": "all"}
        assert client.post(f"{RULES}add/", posted).status_code == 403
    assert not ApprovalRule.objects.exists()

    root.post(f"{RULES}add/", {"organization": str(theirs.pk), "second_for": "own"})
    root.post(f"{RULES}{theirs.pk}/change/", {"second_for": "critical"})
    assert "Elsewhere" in root.get(RULES).text
    assert ApprovalRule.objects.get(organization=theirs).second_for == "critical"
    # One an organization: a second is refused on the form.
    again = root.post(f"{RULES}add/", {"organization": str(theirs.pk), "second_for": "all"})
    assert again.status_code == 200
    assert ApprovalRule.objects.count() == 1
    root.post(f"{RULES}{theirs.pk}/delete/", {"post": "yes"})
    assert not ApprovalRule.objects.exists()


# What pages say


def test_second_absent_without_rule(browser, clear):
    page = browser.get(url(clear))
    assert said(page) == []
    assert buttons(page)["_approve"] == "Approve and carry out"
    assert "_take_back_first" not in buttons(page)
    listed = browser.get(QUEUE)
    assert "1 of 2" not in listed.text
    assert "two approvals" not in listed.text


def test_second_viewer_sees_progress(browser, rule, ours, clear):
    press(browser, clear, "_approve")
    viewer = f.staff(
        profile=f.profile(organization=ours, full_name="צופה"),
        permissions=(),
    )

    page = signed_in(viewer.user).get(url(clear))
    assert "1 of 2: approved by" in said(page)[0]
    assert buttons(page) == {}
    assert "You can look, but not decide" in page.text


def test_second_first_taken_back(browser, rule, clear):
    answer = press(browser, clear, "_approve")
    (told,) = pages.messages(answer)
    (way,) = re.findall(r'class="undo"[^>]* href="([^"]*)"', told)
    asked = browser.get(way)
    assert "Take back your approval?" in asked.text
    browser.post(way)
    assert buttons(browser.get(url(clear)))["_approve"] == "Approve (1 of 2)"

    press(browser, clear, "_approve")
    press(browser, clear, "_take_back_first")
    assert [act.kind for act in SuggestionAct.objects.order_by("id")] == [
        "first_approval",
        "first_approval_taken_back",
    ] * 2
    assert f.whole_row(clear)["execution_status"] == "suggested"


def test_a_page_of_before_decides_as_the_second(browser, dana, rule, clear):
    """Both have opened it; who presses later is the second, whatever their button said."""
    page = dana.get(url(clear))
    press(browser, clear, "_approve")

    dana.post(url(clear), pages.form(page) | {"_approve": "1"})
    assert f.whole_row(clear)["execution_status"] == "executed"


def test_the_page_says_what_started_it_over(browser, dana, rule, event, suggest):
    session = f.session(event=event, title="Opening", room=None)
    changed = suggest(f.update_data(session, title="Closing"), "schedule_update")
    press(browser, changed, "_approve")
    f.run("update schedules set description = 'anew' where id = %s", session.pk)

    page = dana.get(url(changed))
    assert "it starts over. The session was changed since" in said(page)[0]
    assert buttons(page)["_approve"] == "Approve (1 of 2)"


# The list


def test_second_list_mark_and_filter(browser, dana, rule, event, suggest):
    f.rooms(event, "Salon", "Hall")
    waits = suggest(f.create_data(title="Green", room="Salon"))
    other = suggest(f.create_data(title="Blue", room="Hall"))
    press(browser, waits, "_approve")

    listed = browser.get(QUEUE)
    assert "two approvals" in listed.text
    assert re.findall(r'class="chip two">([^<]*)', listed.text) == [
        "1 of 2: waits for somebody else"
    ]
    (told,) = re.findall(r'class="chip two">([^<]*)', dana.get(QUEUE).text)
    assert told.startswith("1 of 2: ")
    assert "נועה כהן" in told
    assert pages.shown_ids(dana.get(f"{QUEUE}?two=second")) == [str(waits.pk)]
    assert pages.shown_ids(dana.get(f"{QUEUE}?two=own")) == []
    assert pages.shown_ids(browser.get(f"{QUEUE}?two=own")) == [str(waits.pk)]
    assert pages.shown_ids(browser.get(f"{QUEUE}?two=second")) == []
    assert pages.shown_ids(browser.get(f"{QUEUE}?two=odd")) == []
    assert str(other.pk) in pages.shown_ids(dana.get(QUEUE))
    ApprovalRule.objects.all().delete()
    assert pages.shown_ids(dana.get(f"{QUEUE}?two=second")) == []


def test_a_rule_costs_the_list_one_statement(browser, rule, suggest):
    for n in range(3):
        suggest(f.create_data(title=f"{n}", room=None))

    def statements():
        with CaptureQueriesContext(connection) as asked:
            browser.get(QUEUE)
        return len(asked)

    browser.get(QUEUE)
    with_rule = statements()
    rule.delete()
    assert with_rule == statements() + 1


def test_a_row_unfolded_says_so(browser, dana, rule, clear):
    unfolded = f"{QUEUE}{clear.pk}/unfolded/"
    assert "Approve (1 of 2)" in browser.get(unfolded).text
    press(browser, clear, "_approve")

    assert "Approve" not in buttons(browser.get(unfolded)).get("_approve", "")
    assert "Approve as the second" in dana.get(unfolded).text


def test_a_row_unfolded_tells_notes(browser, ours, clear):
    by = f.staff(profile=f.profile(organization=ours, full_name="דנה לוי"))
    for n in range(4):
        workflow.leave_note(suggestion_id=clear.pk, by=by, text=f"note {n} <b>")
    workflow.ask(suggestion_id=clear.pk, by=by, text="why so?")

    told = pages.text(browser.get(f"{QUEUE}{clear.pk}/unfolded/"))

    assert ["note 1" in told, "note 2 <b>" in told, "why so?" in told] == [False, True, True]
    assert "דנה לוי" in told


# Many, and by hand


def test_many_report_what_waits(browser, dana, rule, event, suggest):
    f.rooms(event, "Salon", "Hall")
    made = [
        suggest(f.create_data(title=title, room=room))
        for title, room in (("Green", "Salon"), ("Blue", "Hall"))
    ]
    chosen = {"action": "approve_selected", "_selected_action": [str(one.pk) for one in made]}

    asked = browser.post(QUEUE, chosen, follow=True)
    assert asked.text.count("It takes two") == 2
    report = browser.post(f"{QUEUE}many/", pages.form(asked) | {"_approve": "1"})
    told = b"".join(report.streaming_content).decode()
    assert "Approved, 1 of 2: 2" in told
    (here,) = re.findall(r'data-here="([^"]*)"', told)
    assert browser.get(here).text.count("it waits for a second approver") == 2

    asked = browser.post(QUEUE, chosen, follow=True)
    report = browser.post(f"{QUEUE}many/", pages.form(asked) | {"_approve": "1"})
    assert "Left as they were: 2" in b"".join(report.streaming_content).decode()
    asked = dana.post(QUEUE, chosen, follow=True)
    report = dana.post(f"{QUEUE}many/", pages.form(asked) | {"_approve": "1"})
    assert "Carried out: 2" in b"".join(report.streaming_content).decode()


@pytest.fixture
def by_hand(ours):
    permissions = (*EVERYTHING, "add_schedule", "change_schedule", "delete_schedule")
    return signed_in(
        f.staff(profile=f.profile(organization=ours, full_name="יד"), permissions=permissions).user
    )


def test_second_by_hand_kept(by_hand, dana, rule, event):
    session = f.session(event=event, title="Opening", room=None)
    change = f"/admin/scheduling/schedule/{session.pk}/change/"

    form = pages.form(by_hand.get(change)) | {"title": "Closing", "_save": "1"}
    answer = by_hand.post(change, form)

    made = PendingSuggestion.objects.get()
    assert answer.url == url(made)
    assert "Kept as a suggestion, approved 1 of 2" in pages.messages(answer)[0]
    session.refresh_from_db()
    assert session.title == "Opening"
    page = by_hand.get(url(made))
    assert "1 of 2: you approved it on" in said(page)[0]
    press(dana, made, "_approve")
    session.refresh_from_db()
    assert session.title == "Closing"


def test_removing_by_hand_is_kept_too(by_hand, dana, rule, event):
    session = f.session(event=event, title="Opening", room=None)
    remove = f"/admin/scheduling/schedule/{session.pk}/delete/"

    answer = by_hand.post(remove, pages.form(by_hand.get(remove)))

    made = PendingSuggestion.objects.get()
    assert answer.url == url(made)
    press(dana, made, "_approve")
    assert not type(session).objects.filter(pk=session.pk).exists()


def test_the_undo_page_says_that_it_takes_two(browser, dana, ours, clear):
    press(browser, clear, "_approve")
    ApprovalRule.objects.create(organization=ours, second_for=SecondFor.ALL)
    undo = f"{QUEUE}{clear.pk}/undo/"

    assert "It takes two" not in browser.get(undo).text
    page = dana.get(undo)
    assert "It takes two" in said(page)[0]
    dana.post(undo, pages.form(page))
    assert f.whole_row(clear)["execution_status"] == "executed"
    page = dana.get(undo)
    assert "It waits for somebody else to approve it too." in said(page)[0]
    assert "autofocus" not in page.text


def test_second_undoing_first_taken_back(browser, dana, ours, clear):
    press(browser, clear, "_approve")
    ApprovalRule.objects.create(organization=ours, second_for=SecondFor.ALL)
    undo = f"{QUEUE}{clear.pk}/undo/"
    page = dana.get(undo)
    assert "Undo (1 of 2)" in page.text
    dana.post(undo, pages.form(page))
    history_page = f"/admin/ai_audit/suggestion/{clear.pk}/change/"
    (told,) = said(dana.get(history_page))
    assert told.startswith("Undoing it, 1 of 2: approved by")
    assert "דנה לוי" in told
    page = dana.get(undo)
    assert buttons(page) == {"_take_back_first": "Take back my approval"}

    answer = dana.post(undo, pages.form(page) | {"_take_back_first": "1"})

    assert (
        "Your approval of undoing it is taken back; it stays carried out."
        in (pages.messages(answer)[0])
    )
    assert "It takes two" in said(dana.get(undo))[0]
    assert said(dana.get(history_page)) == []
    assert f.whole_row(clear)["execution_status"] == "executed"
    answer = dana.post(undo, pages.form(page) | {"_take_back_first": "1"})
    assert "there is no first approval of yours" in pages.messages(answer)[0]


def test_second_undoing_button_of_the_second(browser, dana, ours, clear):
    press(browser, clear, "_approve")
    ApprovalRule.objects.create(organization=ours, second_for=SecondFor.ALL)
    third = signed_in(f.staff(profile=f.profile(organization=ours), permissions=EVERYTHING).user)
    undo = f"{QUEUE}{clear.pk}/undo/"
    dana.post(undo, pages.form(dana.get(undo)))

    page = third.get(undo)

    assert "Undo as the second" in page.text
    assert "Undone." in pages.messages(third.post(undo, pages.form(page)))[0]
    assert said(third.get(f"/admin/ai_audit/suggestion/{clear.pk}/change/")) == []


@pytest.mark.parametrize("second_for", [None, *SecondFor])
def test_second_by_hand_said_before(by_hand, event, ours, second_for):
    session = f.session(event=event, title="Opening", room=None)
    f.registration(participant=f.participant(event=event), schedule=session)
    if second_for:
        ApprovalRule.objects.create(organization=ours, second_for=second_for)
    asked = second_for not in (None, SecondFor.CRITICAL)
    session_page = f"/admin/scheduling/schedule/{session.pk}"

    told = {
        page: any("It takes two" in one for one in said(by_hand.get(page)))
        for page in (
            "/admin/scheduling/schedule/add/",
            f"{session_page}/change/",
            f"{session_page}/delete/",
        )
    }

    # Removing it is critical, for somebody is registered.
    assert list(told.values()) == [asked, asked, second_for is not None]


def test_second_by_hand_viewer_told_nothing(browser, rule, event):
    session = f.session(event=event, title="Opening", room=None)
    assert said(browser.get(f"/admin/scheduling/schedule/{session.pk}/change/")) == []


def test_state_tells_first_press_and_note(browser, dana, rule, clear):
    page = browser.get(url(clear))
    assert 'data-said="0"' in page.text
    press(dana, clear, "_approve")

    found = browser.get(f"/admin/ai_audit/suggestion/{clear.pk}/state/").json()

    assert found["status"] == "suggested"
    assert re.search(r"Approved, 1 of 2\W+דנה לוי", found["said_sentence"])
    assert f'data-said="{found["said"]}"' in browser.get(url(clear)).text
    workflow.leave_note(suggestion_id=clear.pk, by=StaffMember.objects.first(), text="so")
    later = browser.get(f"/admin/ai_audit/suggestion/{clear.pk}/state/").json()
    assert int(later["said"]) > int(found["said"])


def test_second_rules_counted_as_rules(root, rule):
    page = root.get(RULES)
    assert "1 rule for two approvers" in pages.text(page)
    assert "everybody approves alone" in root.get(f"{RULES}add/").text

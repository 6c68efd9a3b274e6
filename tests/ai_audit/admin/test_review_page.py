"""One suggestion's page over HTTP: what it shows, and the two buttons."""

import pytest
from django.contrib.admin.models import LogEntry

from ai_audit import history, workflow
from eventflow.text.bidi import isolate, ltr
from scheduling import times
from scheduling.access import NotStaff
from scheduling.models import Schedule
from tests import factories as f
from tests import pages
from tests.pages import signed_in

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"
HISTORY = "/admin/ai_audit/suggestion/"
APPROVE = {"_approve": "1"}
REJECT = {"_reject": "1", "reason": "אין מקום"}


def url(suggestion):
    return f"{QUEUE}{suggestion.pk}/change/"


def buttons(page):
    return sorted(pages.named(page) & {"_approve", "_reject", "reason"})


def test_review_change_and_conflicts(browser, event, suggest):
    f.session(event=event, title="טקס פתיחה", room="חדר A", start=f.at(9), end=f.at(12))
    moved = f.session(event=event, title="פאנל", room="B", max_capacity=30, start=f.at(11))
    data = f.update_data(moved, room="חדר A", max_capacity=None)
    suggestion = suggest(data | {"reasoning": "כי כך", "vip_affected": True}, "schedule_update")

    page = browser.get(url(suggestion))

    assert pages.rows(page) == ["Room B חדר A", "Capacity 30 removed"]
    words = pages.text(page)
    assert (
        f"Blocked: {isolate('חדר A')} is taken by “{isolate('טקס פתיחה')}” "
        f"(30 Jan 2038, {ltr('09:00–12:00')})."
    ) in words
    assert "כי כך" in words
    assert "The AI says that VIPs are affected." in words
    assert buttons(page) == ["_reject", "reason"]


def press(browser, suggestion, button):
    """Post what the page's form holds, with the button."""
    return browser.post(url(suggestion), pages.form(browser.get(url(suggestion))) | button)


def test_review_approve_returns_to_queue(browser, noa, suggest):
    suggestion = suggest()

    answer = press(browser, suggestion, APPROVE)

    suggestion.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, QUEUE)
    (said,) = pages.messages(answer)
    assert pages.words(said).startswith(
        "“ סדנה: בינה מלאכותית בשטח ”: Approved and carried out. It "
    )
    assert (suggestion.execution_status, suggestion.approved_by) == ("executed", noa.profile)
    assert Schedule.objects.count() == 1


def test_review_blocked_has_no_approve_button(browser, event, suggest):
    f.session(event=event, title="Taken", room="חדר A", start=f.at(11))
    suggestion = suggest()
    before = f.everything()

    answer = press(browser, suggestion, APPROVE)

    (message,) = pages.messages(answer)
    assert message.startswith("Nothing was changed. Blocked: ")
    assert "Taken" in message
    assert f.everything() == before


def test_rejecting_keeps_the_reason(browser, noa, suggest):
    suggestion = suggest()

    answer = browser.post(url(suggestion), REJECT)

    assert (answer.status_code, answer["Location"]) == (302, QUEUE)
    assert f.whole_row(suggestion)["execution_status"] == "rejected"
    assert LogEntry.objects.values_list("user", "change_message").get() == (
        noa.user_id,
        "Rejected. Reason: אין מקום",
    )


@pytest.mark.parametrize("posted", [{}, {"_save": "1"}, {"reason": "x", "action": "approve"}])
def test_other_buttons_decide_nothing(browser, suggest, posted):
    suggestion = suggest()
    before = f.everything()

    answer = browser.post(url(suggestion), posted)

    assert (answer.status_code, answer["Location"]) == (302, url(suggestion))
    assert f.everything() == before


@pytest.mark.parametrize(
    ("permission", "posted", "offered"),
    [
        ("reject_suggestion", APPROVE, ["_reject", "reason"]),
        ("approve_suggestion", REJECT, ["_approve"]),
        ("view_schedule", APPROVE, []),
        ("view_schedule", REJECT, []),
    ],
)
def test_review_buttons_need_permission(ours, suggest, permission, posted, offered):
    suggestion = suggest()
    staff = f.staff(profile=f.profile(organization=ours), permissions=(permission,))
    browser = signed_in(staff.user)
    before = f.everything()

    assert buttons(browser.get(url(suggestion))) == offered
    assert browser.post(url(suggestion), posted).status_code == 403
    assert f.everything() == before


@pytest.mark.parametrize("posted", [APPROVE, REJECT])
def test_review_buttons_need_csrf_token(noa, suggest, posted):
    suggestion = suggest()
    before = f.everything()
    browser = signed_in(noa.user, enforce_csrf_checks=True)

    assert browser.post(url(suggestion), posted).status_code == 403
    assert f.everything() == before
    assert press(browser, suggestion, posted).status_code == 302


@pytest.mark.parametrize("posted", [APPROVE, REJECT])
def test_review_superuser_without_profile(root, suggest, posted):
    suggestion = suggest()
    before = f.everything()
    told = str(NotStaff())

    page = root.get(url(suggestion))
    answer = root.post(url(suggestion), posted)

    assert buttons(page) == []
    assert told in pages.text(page)
    assert pages.messages(answer) == [f"Nothing was changed. {told}"]
    assert f.everything() == before


@pytest.mark.parametrize("posted", [APPROVE, REJECT])
def test_review_superuser_of_another_organization(theirs, suggest, posted):
    suggestion = suggest()
    staff = f.staff(profile=f.profile(organization=theirs))
    staff.user.is_superuser = True
    staff.user.save()
    browser = signed_in(staff.user)
    before = f.everything()

    page = browser.get(url(suggestion))
    answer = browser.post(url(suggestion), posted)

    assert buttons(page) == []
    assert "It belongs to another organization; its own staff members decide on it." in pages.text(
        page
    )
    assert pages.messages(answer) == [
        "Nothing was changed: this suggestion is not one of your organization, and only its own "
        "staff members decide on it."
    ]
    assert f.everything() == before


def test_review_superuser_on_row_without_organization(suggest):
    suggestion = suggest(event=f.event(organization=None))
    staff = f.staff(profile=f.profile(organization=None))
    staff.user.is_superuser = True
    staff.user.save()

    assert buttons(signed_in(staff.user).get(url(suggestion))) == []


@pytest.mark.parametrize("page", [QUEUE, HISTORY])
@pytest.mark.parametrize("posted", [None, APPROVE, REJECT])
def test_review_of_another_organization_is_404(browser, suggest, theirs, their_event, page, posted):
    stranger = f.profile(organization=theirs)
    for foreign in (
        suggest(user=stranger, event=their_event),
        suggest(user=stranger, event=None),
        suggest(user=stranger, event=their_event, execution_status="executed"),
    ):
        before = f.everything()
        assert browser.get(f"{page}{foreign.pk}/history/").status_code == 302
        address = f"{page}{foreign.pk}/change/"
        answer = browser.get(address) if posted is None else browser.post(address, posted)
        assert (answer.status_code, answer["Location"]) == (302, "/admin/")
        assert f.everything() == before


@pytest.mark.parametrize("page", [QUEUE, HISTORY])
@pytest.mark.parametrize(
    "named", ["11111111-1111-4111-8111-111111111111", "nonsense", "%00", "_5F", "١" * 32]
)
def test_review_invalid_id_is_404(browser, suggest, page, named):
    suggest()

    answer = browser.get(f"{page}{named}/change/")

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


@pytest.mark.parametrize("posted", [None, APPROVE, REJECT])
def test_review_of_decided_leads_to_history(browser, noa, suggest, posted):
    suggestion = suggest()
    workflow.reject(suggestion_id=suggestion.pk, by=noa)
    (entry,) = history.entries(suggestion)
    before = f.everything()

    address = url(suggestion)
    answer = browser.get(address) if posted is None else browser.post(address, posted)

    assert (answer.status_code, answer["Location"]) == (302, f"{HISTORY}{suggestion.pk}/change/")
    assert pages.messages(answer) == [
        f"Nothing to decide any more: it is “Rejected” already, decided by {isolate('נועה כהן')} "
        f"on {times.moment(entry.at, zone=suggestion.zone)}."
    ]
    assert f.everything() == before


def test_review_of_eventless_only_rejectable(browser, suggest):
    suggestion = suggest(event=None)
    before = f.everything()

    page = browser.get(url(suggestion))
    refused = browser.post(url(suggestion), APPROVE)

    reason = "The suggestion belongs to no event; it can only be rejected."
    assert f"Blocked: {reason}" in pages.text(page)
    assert (refused.status_code, refused["Location"]) == (302, url(suggestion))
    assert pages.messages(refused) == [
        f"Nothing was changed: it cannot be approved. {reason} It can be rejected."
    ]
    assert f.everything() == before
    browser.post(url(suggestion), REJECT)
    assert f.whole_row(suggestion)["execution_status"] == "rejected"


def test_review_reason_with_nul(browser, suggest):
    suggestion = suggest()

    assert browser.post(url(suggestion), {"_reject": "1", "reason": "a\x00b"}).status_code == 302
    assert f.whole_row(suggestion)["execution_status"] == "rejected"


def test_review_statement_count(browser, event, suggest, django_assert_num_queries):
    session = f.session(event=event, room="A", speaker_name="x", start=f.at(9), end=f.at(20))
    for hour in range(9, 19):
        f.session(event=event, room="B", speaker_name="x", start=f.at(hour))
    suggestion = suggest(f.update_data(session, room="B"), "schedule_update")
    browser.get(url(suggestion))

    with django_assert_num_queries(14 + f.judged()):
        browser.get(url(suggestion))


def test_review_without_effect_only_closable(browser, event, suggest):
    session = f.session(event=event, title="Opening", room="A")
    suggestion = suggest(f.update_data(session, title="Opening"), "schedule_update")

    page = browser.get(url(suggestion))

    assert buttons(page) == ["_reject", "reason"]
    assert pages.form(page)["reason"] == "It stands like that already."
    assert "Blocked: It stands like that already." in pages.text(page)


def test_review_room_spelling_and_invisible_characters(browser, event, suggest):
    f.session(event=event, room="Hall 3", start=f.at(18))
    suggestion = suggest(f.create_data(title="Open\u200fing", room="HALL 3"))

    page = browser.get(url(suggestion))

    rows = pages.rows(page)
    assert any("Hall 3" in row and "HALL" not in row for row in rows)
    assert any("Opening (without characters that cannot be seen)" in row for row in rows)
    assert "as the programme spells it" in pages.text(page)

    browser.post(url(suggestion), pages.form(page) | APPROVE)
    made = Schedule.objects.get(title="Opening")
    assert made.room == "Hall 3"


def test_near_room_used_in_one_press(event, suggest):
    profile = f.profile(organization=event.organization)
    browser = signed_in(f.staff(profile=profile, permissions=f.EVERY_DECISION).user)
    f.session(event=event, room="Meitner", start=f.at(18))
    suggestion = suggest(f.create_data(title="x", room="Meitnar"))

    page = browser.get(url(suggestion))
    assert "Nearly the same, in the programme Meitner Use" in pages.text(page)

    way = pages.form(page)["way"]
    edit = browser.post(url(suggestion), {"_amend": "1", "way": way})
    assert pages.form(edit)["room"] == "Meitner"


LOOKS_ONLY = "You can look, but not decide: approvers do."
LOOKING = ("view_suggestion", "view_pendingsuggestion")


@pytest.fixture
def viewer(ours):
    return signed_in(f.staff(profile=f.profile(organization=ours), permissions=LOOKING).user)


def test_viewer_told_why_no_buttons(viewer, suggest, noa):
    suggestion = suggest()
    done = suggest(f.create_data(title="Done", room="Elsewhere"))
    workflow.approve(suggestion_id=done.pk, by=noa, confirmed=f.confirming(done.pk))

    page = viewer.get(url(suggestion))
    assert buttons(page) == []
    assert LOOKS_ONLY in pages.text(page)
    listed = viewer.get(QUEUE)
    assert LOOKS_ONLY in pages.text(listed)
    assert "all=" not in pages.source(listed)
    assert LOOKS_ONLY in pages.text(viewer.get(f"{QUEUE}{suggestion.pk}/unfolded/"))
    executed = pages.text(viewer.get(f"{HISTORY}{done.pk}/change/"))
    assert "You can look, but not undo: approvers do." in executed


def test_superuser_told_in_list_and_history(root, suggest, noa):
    suggestion = suggest()
    done = suggest(f.create_data(title="Done", room="Elsewhere"))
    workflow.approve(suggestion_id=done.pk, by=noa, confirmed=f.confirming(done.pk))
    told = str(NotStaff())

    for address in (QUEUE, f"{QUEUE}{suggestion.pk}/unfolded/", f"{HISTORY}{done.pk}/change/"):
        assert told in pages.text(root.get(address)), address
    assert "all=" not in pages.source(root.get(QUEUE))


def test_decider_told_nothing_about_buttons(browser, suggest):
    suggestion = suggest()

    for address in (QUEUE, url(suggestion), f"{QUEUE}{suggestion.pk}/unfolded/"):
        assert "why-not" not in pages.source(browser.get(address)), address


def test_user_without_remaining_act_told(ours, event, suggest):
    f.session(event=event, title="Taken", room="חדר A", start=f.at(11))
    suggestion = suggest()
    staff = f.staff(
        profile=f.profile(organization=ours), permissions=(*LOOKING, "approve_suggestion")
    )

    page = signed_in(staff.user).get(url(suggestion))

    assert buttons(page) == []
    assert "What can still be done with it is not yours to do." in pages.text(page)


def test_review_before_column_left_out_for_new(browser, event, suggest):
    def told(data, action="schedule_update"):
        page = pages.source(browser.get(url(suggest(data, action))))
        return page.partition('<table class="changes')[2].partition('"')[0]

    session = f.session(event=event, title="Panel", max_capacity=30, room="B", start=f.at(15))
    seen_otherwise = f.update_data(session, description="What it is")
    seen_otherwise["current_state"] = {"description": "What it was"}

    assert told(f.create_data(), "schedule_create") == " new"
    assert told(f.delete_data(session), "schedule_delete") == " gone"
    assert told(f.update_data(session, max_capacity=None)) == ""
    assert told(f.update_data(session, description="What it is")) == " new"
    assert told(seen_otherwise) == ""


def test_review_tab_title_names_session(browser, event, suggest):
    session = f.session(event=event, title="פאנל <1>")
    suggestion = suggest(f.update_data(session, room="X"), "schedule_update")
    sessions = f"/admin/scheduling/schedule/{session.pk}"

    for address, told in (
        (url(suggestion), "Change a session"),
        (f"{HISTORY}{suggestion.pk}/change/", "Change a session"),
        (f"{sessions}/change/", "View session"),
        (f"{sessions}/history/", "What changed the session"),
    ):
        title = pages.source(browser.get(address)).partition("<title>")[2].partition("</title>")[0]
        assert title.startswith(f"פאנל &lt;1&gt; · {told} | "), address


def test_ways_out_too_small_listed_last(event, suggest):
    profile = f.profile(organization=event.organization)
    browser = signed_in(f.staff(profile=profile, permissions=f.EVERY_DECISION).user)
    for room, places in (("Small", 40), ("Large", 150), ("Middle", 90)):
        f.session(event=event, room=room, max_capacity=places, start=f.at(18))
    f.session(event=event, room="Wanted", max_capacity=30, start=f.at(11))
    suggestion = suggest(f.create_data(room="Wanted", max_capacity=100))

    said = pages.text(browser.get(url(suggestion)))

    free = said.partition("Free at that time ")[2]
    assert free.startswith("Large · 150 Use w Middle · 90 of 100 asked Use Small · 40 of 100 asked")
    assert "30 of 100 asked" in said.partition("Free times in that room")[2]


def test_ways_out_need_larger_of_registered(event, suggest):
    profile = f.profile(organization=event.organization)
    browser = signed_in(f.staff(profile=profile, permissions=f.EVERY_DECISION).user)
    f.session(event=event, room="Small", max_capacity=2, start=f.at(18))
    f.session(event=event, room="Wanted", start=f.at(11))
    moved = f.session(event=event, room="Own", max_capacity=1, start=f.at(14))
    for _person in range(3):
        f.registration(participant=f.participant(event=event), schedule=moved)
    changes = {"room": "Wanted", "start_time": "2038-01-30T11:00", "end_time": "2038-01-30T12:00"}
    suggestion = suggest(f.update_data(moved, **changes), "schedule_update")

    assert "Small · 2 of 3 asked" in pages.text(browser.get(url(suggestion)))

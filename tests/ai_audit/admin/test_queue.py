"""The approval queue over HTTP: whose rows, what it says of them, and deciding many at once."""

import pytest
from django.contrib.admin.models import LogEntry

from ai_audit import history, workflow
from ai_audit.models import NO_ORGANIZATION
from eventflow.text.bidi import isolate, ltr
from scheduling import times
from scheduling.models import Organization, Schedule
from tests import factories as f
from tests import pages
from tests.pages import signed_in

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"


def ids(*suggestions):
    return [str(suggestion.pk) for suggestion in suggestions]


# Whose, and in what order


def test_queue_lists_own_organization(browser, suggest, theirs, their_event):
    stranger = f.profile(organization=theirs)
    ours_of_an_event = suggest()
    ours_without_event = suggest(event=None)
    asked_by_a_stranger = suggest(user=stranger)
    suggest(user=stranger, event=their_event)
    suggest(user=stranger, event=None)
    for status in ("approved", "rejected", "executed", "failed"):
        suggest(execution_status=status)

    shown = pages.shown_ids(browser.get(QUEUE))

    assert sorted(shown) == sorted(ids(ours_of_an_event, ours_without_event, asked_by_a_stranger))


def test_queue_superuser_sees_all(root, suggest, theirs, their_event):
    stranger = f.profile(organization=theirs)
    mine = suggest(f.create_data(title="ours"))
    other = suggest(f.create_data(title="theirs"), user=stranger, event=their_event)

    page = root.get(QUEUE)

    assert sorted(pages.shown_ids(page)) == sorted(ids(mine, other))
    assert {row.split()[-1] for row in pages.rows(page)} == {"הכנסים", "Elsewhere"}


def test_queue_without_organization(suggest):
    suggest()
    suggest(event=f.event(organization=None))
    nobody = f.staff(profile=f.profile(organization=None))

    assert pages.shown_ids(signed_in(nobody.user).get(QUEUE)) == []


def test_queue_without_organization_shows_none_of_any_id(suggest):
    """Also where the product has given one of them the id that stands for none in the index."""
    zeros = Organization.objects.create(pk=NO_ORGANIZATION, name="Zeros")
    asked = suggest(event=f.event(organization=zeros))
    nobody = f.staff(profile=f.profile(organization=None))
    browser = signed_in(nobody.user)

    assert pages.shown_ids(browser.get(QUEUE)) == []
    assert browser.get(f"{QUEUE}{asked.pk}/change/").status_code == 302


def test_queue_own_permission(ours):
    staff = f.staff(profile=f.profile(organization=ours))
    staff.user.user_permissions.remove(
        *staff.user.user_permissions.filter(codename="view_pendingsuggestion")
    )

    assert signed_in(staff.user).get(QUEUE).status_code == 403


def test_queue_most_urgent_first(browser, event, suggest):
    early = f.session(event=event, start=f.at(8))
    late = f.session(event=event, start=f.at(18))
    rows = [
        suggest(f.delete_data(early), "schedule_delete"),
        suggest(f.create_data(start_time="2038-01-30 09:00", end_time="2038-01-30 10:00")),
        suggest(f.create_data(start_time="2038-01-30T12:00:00", end_time="2038-01-30T13:00")),
        suggest(f.update_data(late, room="B"), "schedule_update"),
        suggest(["nonsense"]),
    ]

    assert pages.shown_ids(browser.get(QUEUE)) == ids(*rows)


# What it says


def test_queue_row_change_and_conflicts(browser, event, suggest):
    f.session(event=event, title="טקס פתיחה", room="חדר A", start=f.at(11), end=f.at(12))
    f.session(event=event, title="Keynote", room="B", speaker_name="דן", start=f.at(15))
    moved = f.session(event=event, title="פאנל", room="C", start=f.at(17))
    f.rooms(event, "D", "E")
    suggest(f.create_data(title="Clash"))
    suggest(
        f.create_data(
            title="Warned",
            room="D",
            speaker_name="דן",
            start_time="2038-01-30T15:30",
            end_time="2038-01-30T16:30",
        )
    )
    suggest(f.update_data(moved, room="E"), "schedule_update")
    suggest(["nonsense"])

    clash, warned, clear, invalid = pages.rows(browser.get(QUEUE))

    opening = f"“{isolate('טקס פתיחה')}”, {ltr('11:00–12:00')} , {isolate('חדר A')}"
    speaks = (
        f"{isolate('דן')} also speaks at “{isolate('Keynote')}” "
        f"(30 Jan 2038, {ltr('15:00–16:00')} )."
    )
    unreadable = "The suggestion is not readable: it is not an object."
    assert f"Blocked by {opening} ●●●○ High risk" in clash
    assert f"Warning: {speaks} ●●○○ Medium risk" in warned
    assert "Clear ●○○○ Low risk" in clear
    assert f"פאנל Change a session Room: C E · {ltr('17:00–18:00')} unchanged" in clear
    assert f"Blocked: {unreadable} ●●●○ High risk" in invalid


@pytest.mark.parametrize("number", [1, 25])
def test_queue_page_statement_count(ours, browser, suggest, number, django_assert_num_queries):
    for n in range(number):
        event = f.event(organization=ours, name=f"{n}")
        session = f.session(event=event, room="A", speaker_name="x")
        f.session(event=event, room="B", speaker_name="x")
        data = f.update_data(session, room="B", speaker_name="y")
        suggest(data, "schedule_update", event=event)
    browser.get(QUEUE)

    with django_assert_num_queries(10 + f.judged()):
        page = browser.get(QUEUE)

    assert len(pages.shown_ids(page)) == number


def test_looking_changes_nothing(browser, suggest):
    suggestion = suggest()
    before = f.everything()

    for url in (QUEUE, f"{QUEUE}{suggestion.pk}/change/", f"{QUEUE}{suggestion.pk}/history/"):
        query = {
            "_approve": "1",
            "_reject": "1",
            "action": "approve_selected",
            "post": "yes",
            "_selected_action": str(suggestion.pk),
        }
        assert browser.get(url).status_code == 200
        browser.get(url, query)
        browser.head(url, query)
        browser.options(url)

    assert f.everything() == before


# Many at once


def act(browser, action, *suggestions, **fields):
    return browser.post(
        QUEUE, {"action": action, "_selected_action": [*ids(*suggestions)], "index": "0", **fields}
    )


def confirm(browser, action, *suggestions, **fields):
    """Choose suggestions, and press the button of the page that asks."""
    return pages.confirm(browser, act(browser, action, *suggestions), **fields)


def test_bulk_approval_asks_and_skips_blocked(browser, event, suggest):
    f.session(event=event, title="טקס פתיחה", room="חדר A", start=f.at(11))
    f.rooms(event, "B")
    free = suggest(f.create_data(title="Free", room="B"))
    taken = suggest(f.create_data(title="Taken"))
    nonsense = suggest(["nonsense"])
    before = f.everything()

    page = act(browser, "approve_selected", free, taken, nonsense)

    assert "<title>Approve 1 suggestion?" in pages.source(page)
    assert len(pages.rows(page)) == 3
    assert "טקס פתיחה" in pages.text(page)
    assert "Blocked, left out: 2" in pages.text(page)
    assert f.everything() == before
    assert pages.report(pages.confirm(browser, page)) == {"Free": "Approved and carried out."}


def test_approving_many_tells_one_outcome_a_row(browser, event, suggest):
    first = suggest(f.create_data(title="First"))
    second = suggest(f.create_data(title="Second"))
    third = suggest(f.create_data(title="Third", room="B"))

    answer = confirm(browser, "approve_selected", first, second, third, tick=[first, second])

    told = pages.report(answer)
    assert told.keys() == {"First", "Second", "Third"}
    assert told["Third"] == "Approved and carried out."
    assert sorted("Approved and carried out." in said for said in told.values()) == [
        False,
        True,
        True,
    ]
    assert "Carried out: 2 Failed: 1" in pages.text(answer)
    assert f.run(
        "select execution_status, count(*) from ai_insights_log group by 1 order by 1"
    ) == [
        ("executed", 2),
        ("failed", 1),
    ]


def test_rejecting_asks_for_a_reason_and_keeps_it(browser, suggest):
    suggestion, nonsense = suggest(), suggest(["nonsense"], event=None)

    page = act(browser, "reject_selected", suggestion, nonsense)
    answer = pages.confirm(browser, page, reason="אין מקום")

    assert "reason" in pages.form(page)
    assert list(pages.report(answer).values()) == ["Rejected.", "Rejected."]
    assert f.run("select distinct execution_status from ai_insights_log") == [("rejected",)]
    assert set(LogEntry.objects.values_list("change_message", flat=True)) == {
        "Rejected. Reason: אין מקום"
    }


def test_bulk_row_decided_meanwhile(browser, noa, event, suggest):
    first, second = suggest(f.create_data(title="A")), suggest(f.create_data(title="B", room="B"))
    page = act(browser, "approve_selected", first, second)
    workflow.reject(suggestion_id=first.pk, by=noa)
    (entry,) = history.entries(first)

    assert pages.report(pages.confirm(browser, page)) == {
        "A": "Nothing was changed: it is “Rejected” already, decided by "
        f"{isolate('נועה כהן')} on {times.moment(entry.at, zone=event.zone)}.",
        "B": "Approved and carried out.",
    }


def test_bulk_rows_all_decided_meanwhile(browser, noa, suggest):
    suggestion = suggest()
    page = act(browser, "approve_selected", suggestion)
    workflow.reject(suggestion_id=suggestion.pk, by=noa)

    again = act(browser, "approve_selected", suggestion)
    (told,) = pages.report(pages.confirm(browser, page)).values()

    assert again.status_code == 302
    assert pages.messages(again)[-1].startswith(
        "“<bdi>סדנה: בינה מלאכותית בשטח</bdi>”: Nothing to decide any more: it is “Rejected” "
    )
    assert told.startswith("Nothing was changed: it is “Rejected” already, ")


@pytest.mark.parametrize("action", ["approve_selected", "reject_selected"])
def test_bulk_ids_of_another_organization(browser, theirs, their_event, suggest, action):
    foreign = suggest(user=f.profile(organization=theirs), event=their_event)
    own = suggest()
    before = f.whole_row(foreign)

    page = act(browser, action, foreign, own)
    report = pages.confirm(browser, page)

    assert len(pages.rows(page)) == len(pages.report(report)) == 1
    assert str(foreign.pk) not in pages.source(page) + pages.source(report)
    assert f.whole_row(foreign) == before
    assert f.whole_row(own)["execution_status"] != "suggested"


@pytest.mark.parametrize("posted", ["nonsense", "\x00", "", "11111111-1111-4111-8111-111111111111"])
def test_bulk_ids_invalid(browser, suggest, posted):
    suggest()
    before = f.everything()

    answer = browser.post(QUEUE, {"action": "approve_selected", "_selected_action": posted})

    assert answer.status_code in (200, 302)
    assert f.everything() == before


@pytest.mark.parametrize(
    ("permission", "action"),
    [("reject_suggestion", "approve_selected"), ("approve_suggestion", "reject_selected")],
)
def test_deciding_many_needs_the_permission(ours, suggest, permission, action):
    suggestion = suggest()
    staff = f.staff(profile=f.profile(organization=ours), permissions=(permission,))
    browser = signed_in(staff.user)
    before = f.everything()

    assert act(browser, action, suggestion).status_code == 302
    assert f.everything() == before


def test_queue_superuser_without_profile(root, suggest):
    suggestion = suggest()
    before = f.everything()

    answer = act(root, "approve_selected", suggestion)

    assert pages.messages(answer) == [
        "Nothing was changed. Your user is not linked to a profile of EventFlow, so you cannot "
        "decide. Ask an administrator to add you under “Staff members”."
    ]
    assert f.everything() == before


def test_queue_superuser_of_another_organization(theirs, suggest):
    suggestion = suggest()
    staff = f.staff(profile=f.profile(organization=theirs))
    staff.user.is_superuser = True
    staff.user.save()

    answer = confirm(signed_in(staff.user), "approve_selected", suggestion)

    assert pages.report(answer) == {
        "סדנה: בינה מלאכותית בשטח": "Nothing was changed: this suggestion is not one of your "
        "organization, and only its own staff members decide on it."
    }
    assert not Schedule.objects.exists()


def test_too_many_at_once_are_refused(browser, noa, event):
    f.run(
        "insert into ai_insights_log (user_id, event_id, action_type, action_data)"
        " select %s, %s, 'x', '{}' from generate_series(1, %s)",
        noa.profile_id,
        event.pk,
        1001,
    )
    first = f.run("select id::text from ai_insights_log limit 1")[0][0]

    answer = browser.post(
        QUEUE,
        {
            "action": "reject_selected",
            "_selected_action": first,
            "select_across": "1",
            "index": "0",
        },
    )

    assert pages.messages(answer) == [
        "Nothing was changed: choose at most 1000 suggestions at once."
    ]
    assert f.run("select distinct execution_status from ai_insights_log") == [("suggested",)]


def test_deciding_many_needs_the_forms_token(noa, suggest):
    suggestion = suggest()
    before = f.everything()

    answer = act(signed_in(noa.user, enforce_csrf_checks=True), "approve_selected", suggestion)

    assert answer.status_code == 403
    assert f.everything() == before


@pytest.mark.parametrize("term", ['ד"ר כהן', "ד״ר  כהן", "ד״ר כ\u05b9הן", "ד\u200f״ר כהן"])
def test_queue_search_by_name_key(noa, suggest, term):
    found = suggest(f.create_data(title="שעה עם ד״ר כהן"))
    suggest(f.create_data(title="שעה אחרת"))
    page = signed_in(noa.user).get(QUEUE, {"q": term})

    assert [row.pk for row in page.context["cl"].result_list] == [found.pk]

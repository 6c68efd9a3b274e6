"""Many at once: warnings need their tick, batches, a report that grows, and a thousand rows."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ai_audit import workflow
from ai_audit.history import chain
from ai_audit.models import HistoryEntry, Suggestion
from ai_audit.workflow import bulk
from scheduling.models import Schedule
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"


def choose(browser, *suggestions, action="approve_selected", **also):
    chosen = [str(suggestion.pk) for suggestion in suggestions]
    return browser.post(QUEUE, {"action": action, "_selected_action": chosen} | also)


@pytest.fixture
def warned(event, suggest):
    """Two whose speaker speaks elsewhere at the time."""
    f.session(event=event, title="Panel", speaker_name="Dana", start=f.at(11), room="P")
    return [
        suggest(f.create_data(title=f"Warned {n}", room=f"W{n}", speaker_name="Dana"))
        for n in (1, 2)
    ]


def test_bulk_clear_approved_warning_needs_tick(browser, suggest, warned):
    clear = suggest(f.create_data(title="Clear", room="C"))
    f.rooms(clear.event, "C", "W1", "W2")
    page = choose(browser, clear, *warned)

    report = pages.confirm(browser, page, tick=warned[:1])

    assert "Clear: 1 With warnings, each needs its tick: 2" in pages.text(page)
    assert pages.report(report) == {
        "Clear": "Approved and carried out.",
        "Warned 1": "Approved and carried out.",
        "Warned 2": "Left as it was: its warnings were not ticked.",
    }
    assert "Carried out: 2 Left as they were: 1" in pages.text(report)
    assert f.whole_row(warned[1])["execution_status"] == "suggested"


def test_bulk_tick_for_unshown_conflict(browser, suggest, warned):
    page = choose(browser, warned[0])

    report = pages.confirm(browser, page, tick=warned[1:])

    assert pages.report(report) == {"Warned 1": "Left as it was: its warnings were not ticked."}
    assert f.whole_row(warned[1])["execution_status"] == "suggested"


@pytest.fixture
def batches_of_three(monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 3)


@pytest.mark.usefixtures("batches_of_three")
def test_bulk_report_of_several_batches(browser, ours, noa, suggest):
    events = [f.event(organization=ours, name=f"{n}") for n in range(2)]
    many = [suggest(f.create_data(title=f"{n}", room=None), event=events[n % 2]) for n in range(8)]
    answer = pages.confirm(browser, choose(browser, *many))

    assert answer.streaming
    executed = Suggestion.objects.filter(execution_status="executed")
    counted = []
    for part in answer.streaming_content:
        counted += [(int(n), executed.count()) for n in re.findall(r"(\d) of 8", part.decode())]

    assert counted == [(3, 3), (6, 6), (8, 8)]
    by_event = HistoryEntry.objects.filter(to_status="executed").order_by("id")
    order = [entry.suggestion.event_id for entry in by_event.select_related("suggestion")]
    assert order == sorted(order)
    assert chain.find_break() is None


@pytest.mark.usefixtures("batches_of_three")
def test_bulk_compares_all_batches_first(browser, suggest):
    many = [suggest(f.create_data(title=f"{n}", room=f"{n}")) for n in range(7)]
    page = choose(browser, *many)
    f.session(event=many[6].event, room="6", start=f.at(11))
    before = f.everything()

    answer = pages.confirm(browser, page)

    assert pages.messages(answer) == [
        "Nothing was changed: some of it has changed since you opened the page. This is how it "
        "stands now."
    ]
    assert f.everything() == before
    assert "Blocked, left out: 1" in pages.text(answer)


@pytest.mark.usefixtures("batches_of_three")
def test_bulk_conflict_with_earlier_batch(browser, suggest):
    rooms = ["A", "B", "C", "A", "D", "E", "F"]
    many = [suggest(f.create_data(title=f"{n}", room=room)) for n, room in enumerate(rooms)]
    f.rooms(many[0].event, *set(rooms))

    page = choose(browser, *many)
    report = pages.report(pages.confirm(browser, page, tick=[many[0], many[3]]))

    assert report == dict.fromkeys("012456", "Approved and carried out.") | {
        "3": "Nothing was changed: the suggestion, the session or what it collides with has "
        "changed since you opened the page. This is how it stands now."
    }
    assert Schedule.objects.count() == 6 + len(set(rooms))
    assert chain.find_break() is None


@pytest.mark.parametrize("count", [2, 30])
def test_bulk_page_statement_count(browser, event, suggest, count):
    many = [
        suggest(
            f.update_data(f.session(event=event, room=f"{n}", speaker_name="x"), room=f"r{n}"),
            "schedule_update",
        )
        for n in range(count)
    ]
    choose(browser, *many)

    with CaptureQueriesContext(connection) as captured:
        choose(browser, *many)

    assert len(captured) == 19 + f.judged(2)


@pytest.mark.parametrize("count", [201, pytest.param(1000, marks=pytest.mark.long)])
def test_hundreds_in_one_act(browser, noa, event, count):
    f.run(
        "insert into ai_insights_log (user_id, event_id, action_type, action_data)"
        " select %s, %s, 'schedule_create', jsonb_build_object('proposed_state',"
        " jsonb_build_object('title', n::text,"
        " 'start_time', '2038-01-30T11:00', 'end_time', '2038-01-30T12:00'))"
        " from generate_series(1, %s) as n",
        noa.profile_id,
        event.pk,
        count,
    )
    first = f.run("select id::text from ai_insights_log limit 1")[0][0]
    across = {"_selected_action": first, "select_across": "1", "index": "0"}
    page = browser.post(QUEUE, {"action": "approve_selected"} | across)

    assert len(pages.form(page)["seen"]) < 250 * count
    report = pages.report(pages.confirm(browser, page))

    assert report == {str(n): "Approved and carried out." for n in range(1, count + 1)}
    assert Schedule.objects.count() == count


def test_rejecting_many_gives_each_the_reason(browser, noa, suggest):
    many = [suggest(), suggest(["nonsense"], event=None)]
    workflow.reject(suggestion_id=many[0].pk, by=noa, reason="before")
    many.append(suggest())

    page = choose(browser, *many, action="reject_selected")
    report = pages.confirm(browser, page, reason="כפול")

    assert "Rejected: 2" in pages.text(report)
    assert sorted(HistoryEntry.objects.values_list("reason", flat=True)) == [
        "before",
        "כפול",
        "כפול",
    ]


def test_bulk_leaves_out_removal_with_people(browser, event, suggest):
    session = f.session(event=event, title="full")
    f.registration(participant=f.participant(event=event), schedule=session)
    removing = suggest(f.delete_data(session), "schedule_delete")
    clear = suggest(f.create_data(title="Clear", room="C"))

    page = choose(browser, removing, clear)

    assert f'<a href="{QUEUE}{removing.pk}/change/">its own page</a>' in pages.source(page)
    assert pages.report(pages.confirm(browser, page, tick=[removing])) == {
        "Clear": "Approved and carried out."
    }
    assert f.whole_row(removing)["execution_status"] == "suggested"

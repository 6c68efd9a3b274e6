"""Whose clocks a page tells times by: the event's, whose zone is named where it is another's."""

import pytest
from django.utils import timezone

from ai_audit import workflow
from eventflow.text.bidi import ltr
from tests import factories as f
from tests import pages

pytestmark = [pytest.mark.django_db, pytest.mark.once]

QUEUE = "/admin/ai_audit/pendingsuggestion/"
HISTORY = "/admin/ai_audit/suggestion/"
NEW_YORK = '<bdi class="quiet ltr">America/New_York</bdi>'


@pytest.fixture
def event(ours):
    return f.event(organization=ours, name="Abroad", timezone="America/New_York")


@pytest.fixture
def waiting(event, suggest):
    data = f.create_data(start_time="2038-01-30T09:00", end_time="2038-01-30T10:00")
    return suggest(data)


def test_lists_in_event_zone(browser, noa, waiting):
    queue = pages.source(browser.get(QUEUE))
    workflow.approve(suggestion_id=waiting.pk, by=noa, confirmed=f.confirming(waiting.pk))
    history = pages.source(browser.get(f"{HISTORY}?view=suggested"))

    assert ltr("09:00–10:00") in queue
    assert (queue.count(NEW_YORK), history.count(NEW_YORK)) == (1, 1)


def test_own_zone_not_named(browser, ours, noa, suggest):
    suggest(event=f.event(organization=ours))
    queue, history = (pages.source(browser.get(page)) for page in (QUEUE, HISTORY))

    assert "Asia/Jerusalem" not in queue + history


def test_zone_compared_with_readers(noa, waiting, suggest, ours):
    suggest(event=f.event(organization=ours, name="At home"))
    with timezone.override("America/New_York"):
        queue = pages.source(pages.signed_in(noa.user).get(QUEUE))

    assert NEW_YORK not in queue
    assert queue.count('<bdi class="quiet ltr">Asia/Jerusalem</bdi>') == 1


def test_review_always_names_zone(browser, waiting):
    page = pages.text(browser.get(f"{QUEUE}{waiting.pk}/change/"))

    assert "Times are those of America/New_York ." in page
    assert "Saturday 30 January 2038, by room (\u2066America/New_York\u2069)" in page


# What is not beyond doubt is shown in UTC, which is said wherever a time is.
IN_DOUBT = "Times are those of UTC, for “ IST ”, the event’s time zone, is none that is known."
ITS_NAME = "UTC, for “\u2068IST\u2069” is no time zone that is known"
ADD = "/admin/scheduling/schedule/add/"


@pytest.fixture
def doubtful(ours):
    return f.event(organization=ours, name="Somewhere", timezone="IST")


@pytest.fixture
def editor(ours):
    permissions = (*f.EVERY_DECISION, "add_schedule", "change_schedule", "delete_schedule")
    member = f.staff(profile=f.profile(organization=ours), permissions=permissions)
    return pages.signed_in(member.user)


def test_zone_in_doubt_on_every_page(editor, doubtful, suggest):
    session = f.session(event=doubtful)
    move = f.update_data(session, start_time="2038-01-30T12:00Z", end_time="2038-01-30T13:00Z")
    waiting = suggest(move, "schedule_update", event=doubtful)
    sessions = f"/admin/scheduling/schedule/{session.pk}"

    review = editor.get(f"{QUEUE}{waiting.pk}/change/")
    assert IN_DOUBT in pages.text(review)
    assert f"by room (\u2066{ITS_NAME}\u2069)" in pages.text(review)
    edit = editor.post(f"{QUEUE}{waiting.pk}/change/", {"_amend": "1"})
    assert IN_DOUBT in pages.text(edit)
    assert IN_DOUBT in pages.text(editor.get(f"{sessions}/delete/"))
    assert f"Times are those of {ITS_NAME}. Write times" in pages.text(
        editor.get(f"{sessions}/change/")
    )
    for listed in (QUEUE, "/admin/scheduling/schedule/", "/admin/scheduling/event/"):
        assert ITS_NAME in pages.text(editor.get(listed))

    editor.post(f"{QUEUE}{waiting.pk}/change/", pages.form(review) | {"_approve": "1"})
    assert IN_DOUBT in pages.text(editor.get(f"{sessions}/history/"))


def times_of(event, start, end) -> dict:
    day = {"start_time_0": "2038-01-30", "end_time_0": "2038-01-30"}
    return {"event": event.pk, "title": "Talk"} | day | {"start_time_1": start, "end_time_1": end}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("09:00+02:00", "10:00+02:00"),
        ("09:00 +2", "10:00 +0200"),
        ("7:00Z", "05:00-03"),
        ("07:00:00z", "08:00:00+00:00"),
    ],
)
@pytest.mark.parametrize("zone", ["IST", "Asia/Tokyo"])
def test_by_hand_time_with_offset(editor, ours, start, end, zone):
    event = f.event(organization=ours, name="Somewhere", timezone=zone)

    answer = editor.post(ADD, times_of(event, start, end))

    assert answer.status_code == 302
    session = event.schedule_set.get()
    assert (session.start_time, session.end_time) == (f.at(9), f.at(10))


def test_by_hand_naive_time_never_utc(editor, doubtful):
    answer = editor.post(ADD, times_of(doubtful, "09:00", "10:00+02:00"))

    assert list(pages.errors(answer)) == ["start_time"]
    assert "It has no offset, and the event’s time zone" in pages.text(answer)
    assert "Write times with their offset, such as \u206609:00+02:00\u2069." in pages.text(answer)
    assert not doubtful.schedule_set.exists()


@pytest.mark.parametrize("odd", ["09:00+25", "09:00+02:75", "09:00+", "+02:00", "09:00+16:00"])
def test_by_hand_odd_offset_refused(editor, doubtful, odd):
    answer = editor.post(ADD, times_of(doubtful, odd, "10:00+02:00"))

    assert list(pages.errors(answer)) == ["start_time"]
    assert not doubtful.schedule_set.exists()


def test_by_hand_zone_in_doubt_keeps_moment(editor, doubtful):
    session = f.session(event=doubtful, start=f.at(9), room="A")
    address = f"/admin/scheduling/schedule/{session.pk}/change/"
    opened = pages.form(editor.get(address))

    assert (opened["start_time_0"], opened["start_time_1"]) == ("2038-01-30", "07:00:00+00:00")
    answer = editor.post(address, opened | {"title": "Other", "end_time_1": "11:00+02:00"})

    assert answer.status_code == 302
    session.refresh_from_db()
    assert (session.title, session.start_time, session.end_time) == ("Other", f.at(9), f.at(11))

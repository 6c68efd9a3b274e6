"""What pages tell of rooms and speakers in tables of their own, and of what hangs on sessions."""

import pytest
from django.contrib.auth.models import Permission

from eventflow.text.bidi import isolate
from tests import factories as f
from tests import pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("newer_tables")]

QUEUE = "/admin/ai_audit/pendingsuggestion/"
SESSIONS = "/admin/scheduling/schedule/"


@pytest.fixture
def hall(event):
    return f.kept_room(event, "Hall A", 80)


def test_the_review_page_tells_the_pointer_and_what_hangs_on_the_session(
    browser, event, suggest, hall
):
    session = f.session(event=event, room="Attic", speaker_name="Dana Levi", start=f.at(11))
    f.listed(session, "Dana", "Levi")
    f.kept("messages", schedule_id=session.pk)
    suggestion = suggest(
        f.update_data(session, room="hall a", speaker_name="Noa"), "schedule_update"
    )

    page = browser.get(f"{QUEUE}{suggestion.pk}/change/")

    assert pages.rows(page) == [
        "Room Attic Hall A",
        "Room, on the newer pages — Hall A",
        f"Speaker Dana Levi Noa (those listed on EventFlow’s newer pages stay: "
        f"{isolate('Dana Levi')})",
    ]
    words = pages.text(page)
    assert "What else hangs on it" in words
    assert "1 planned reminder, which keeps the old time" in words


def test_the_list_shows_the_room_pointed_to_and_nothing_that_was_deleted(browser, event, hall):
    pointed = f.session(event=event, title="Pointed", start=f.at(11))
    f.points(pointed, room_id=hall)
    gone = f.session(event=event, title="Gone", start=f.at(12))
    f.points(gone, is_deleted=True)

    words = pages.text(browser.get(SESSIONS))

    assert "Pointed" in words
    assert "Hall A" in words
    assert "Gone" not in words


def test_what_was_deleted_softly_is_removed_for_good_on_its_page(browser, noa, event, hall):
    noa.user.user_permissions.add(
        *Permission.objects.filter(codename__in=("delete_schedule", "change_schedule"))
    )
    gone = f.session(event=event, title="Gone", room="Hall A", start=f.at(12))
    f.points(gone, deleted_at=f.at(8))

    page = browser.get(f"{SESSIONS}{gone.pk}/change/")
    assert "It was deleted in EventFlow; here it can only be removed for good." in pages.text(page)

    page = browser.get(f"{SESSIONS}{gone.pk}/delete/")
    browser.post(f"{SESSIONS}{gone.pk}/delete/", pages.form(page))
    assert f.run("select count(*) from schedules where id = %s", gone.pk) == [(0,)]


def test_the_form_tells_what_is_kept_elsewhere(browser, noa, event, hall):
    noa.user.user_permissions.add(Permission.objects.get(codename="change_schedule"))
    session = f.session(event=event, title="Panel", start=f.at(11))
    f.points(session, room_id=hall)
    f.listed(session, "Dana", "Levi")
    f.kept("room_bookings", schedule_id=session.pk, room_id=hall)

    words = pages.text(browser.get(f"{SESSIONS}{session.pk}/change/"))

    assert f"Room, on the newer pages: {isolate('Hall A')}" in words
    assert f"Listed speakers, which stay as they are: {isolate('Dana Levi')}" in words
    assert "1 room booking, which is not kept in step" in words

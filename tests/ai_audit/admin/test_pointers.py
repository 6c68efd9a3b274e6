"""What pages tell of rooms and speakers in tables of their own, and of what hangs on sessions."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ai_audit import workflow
from eventflow.text.bidi import isolate
from tests import factories as f
from tests import pages

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("newer_tables_for_all", "newer_tables"),
]

QUEUE = "/admin/ai_audit/pendingsuggestion/"
SESSIONS = "/admin/scheduling/schedule/"


@pytest.fixture
def hall(event):
    return f.kept_room(event, "Hall A", 80)


def test_review_tells_pointer_and_dependents(browser, event, suggest, hall):
    session = f.session(event=event, room="Attic", speaker_name="Dana Levi", start=f.at(11))
    f.listed(session, "Dana", "Levi")
    f.kept("messages", schedule_id=session.pk)
    suggestion = suggest(
        f.update_data(session, room="hall a", speaker_name="Noa"), "schedule_update"
    )

    page = browser.get(f"{QUEUE}{suggestion.pk}/change/")

    assert pages.rows(page) == [
        "Room Attic Hall A 80 places",
        "Room, on the newer pages — Hall A",
        f"Speaker Dana Levi Noa (those listed on EventFlow’s newer pages stay: "
        f"{isolate('Dana Levi')})",
    ]
    words = pages.text(page)
    assert "What else hangs on it" in words
    assert "1 planned reminder, which keeps the old time" in words


def test_session_list_by_pointer_without_deleted(browser, event, hall):
    pointed = f.session(event=event, title="Pointed", start=f.at(11))
    f.points(pointed, room_id=hall)
    gone = f.session(event=event, title="Gone", start=f.at(12))
    f.points(gone, is_deleted=True)

    words = pages.text(browser.get(SESSIONS))

    assert "Pointed" in words
    assert "Hall A" in words
    assert "Gone" not in words


def test_session_search_by_pointed_room(browser, event, hall):
    pointed = f.session(event=event, title="Pointed", start=f.at(11))
    f.points(pointed, room_id=hall)
    textual = f.session(event=event, title="Written", room="Hall A", start=f.at(12))
    other = f.session(event=event, title="Other", room="Attic", start=f.at(13))

    def found(term):
        return pages.shown_ids(browser.get(SESSIONS, {"q": term}))

    assert found("hall") == [str(pointed.pk), str(textual.pk)]
    assert found("HALL  pointed") == [str(pointed.pk)]
    assert found("attic") == [str(other.pk)]


def test_soft_deleted_session_removed_for_good(browser, noa, event, hall):
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


def test_session_form_tells_state_elsewhere(browser, noa, event, hall):
    noa.user.user_permissions.add(Permission.objects.get(codename="change_schedule"))
    session = f.session(event=event, title="Panel", start=f.at(11))
    f.points(session, room_id=hall)
    f.listed(session, "Dana", "Levi")
    f.kept("room_bookings", schedule_id=session.pk, room_id=hall)

    words = pages.text(browser.get(f"{SESSIONS}{session.pk}/change/"))

    assert f"Room, on the newer pages: {isolate('Hall A')}" in words
    assert f"Listed speakers, which stay as they are: {isolate('Dana Levi')}" in words
    assert "1 room booking, which is not kept in step" in words


HANGS = "What else hangs on it"


def moved(suggest, session, n):
    """A suggestion to move a session to the `n`th hour after."""
    times = {"start_time": f"2038-01-30T{14 + n}:00", "end_time": f"2038-01-30T{15 + n}:00"}
    return suggest(f.update_data(session, **times), "schedule_update")


def with_reminders(event, title, count):
    session = f.session(event=event, title=title, start=f.at(11))
    for _n in range(count):
        f.kept("messages", schedule_id=session.pk)
    return session


@pytest.mark.parametrize("action", ["approve_selected", "approve_together"])
def test_bulk_page_tells_dependents(browser, event, suggest, action):
    first, second = with_reminders(event, "First", 1), with_reminders(event, "Second", 2)
    chosen = [
        moved(suggest, first, 0),
        moved(suggest, second, 1),
        suggest(f.update_data(first, title="Another"), "schedule_update"),
        suggest(f.delete_data(with_reminders(event, "Gone", 1)), "schedule_delete"),
    ]

    words = pages.text(
        browser.post(QUEUE, {"action": action, "_selected_action": [s.pk for s in chosen]})
    )

    assert words.count(HANGS) == 3
    assert f"{HANGS}: 1 planned reminder, which keeps the old time" in words
    assert f"{HANGS}: 2 planned reminders, which keep the old time" in words
    assert f"{HANGS}: 1 planned reminder, which stays planned" in words


def test_dependents_of_many_in_one_statement(browser, event, suggest):
    def asked(count):
        sessions = [with_reminders(event, f"{count} {n}", 1) for n in range(count)]
        chosen = [moved(suggest, session, n) for n, session in enumerate(sessions)]
        with CaptureQueriesContext(connection) as statements:
            browser.post(
                QUEUE, {"action": "approve_selected", "_selected_action": [s.pk for s in chosen]}
            )
        return sum("what_hangs_on" in s["sql"] for s in statements.captured_queries)

    assert [asked(1), asked(5)] == [1, 1]


def test_bulk_rejection_tells_no_dependents(browser, event, suggest):
    moving = moved(suggest, with_reminders(event, "First", 1), 0)
    data = {"action": "reject_selected", "_selected_action": [moving.pk]}
    assert HANGS not in pages.text(browser.post(QUEUE, data))


def test_undoing_tells_what_hangs_on_the_session(browser, noa, event, suggest):
    noa.user.user_permissions.add(Permission.objects.get(codename="undo_suggestion"))
    moving = moved(suggest, with_reminders(event, "First", 2), 0)
    adding = suggest(f.create_data(title="New", room=None))
    for suggestion in (moving, adding):
        workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))
    ((added,),) = f.run("select id from schedules where title = 'New'")
    f.kept("messages", schedule_id=added)

    def told(suggestion):
        return pages.text(
            browser.post(f"/admin/ai_audit/suggestion/{suggestion.pk}/change/", {"_undo": "1"})
        )

    assert f"{HANGS} 2 planned reminders, which keep the old time" in told(moving)
    assert f"{HANGS} 1 planned reminder, which stays planned" in told(adding)


def test_unfolded_and_edited_tell_dependents(browser, noa, event, suggest):
    noa.user.user_permissions.add(Permission.objects.get(codename="amend_suggestion"))
    moving = moved(suggest, with_reminders(event, "First", 1), 0)
    told = "1 planned reminder, which keeps the old time"
    assert f"{HANGS} {told}" in pages.text(browser.get(f"{QUEUE}{moving.pk}/unfolded/"))

    f.session(event=event, room="Hall A", start=f.at(9))
    address = f"{QUEUE}{moving.pk}/change/"
    form = pages.form(browser.post(address, {"_amend": "1"}))
    asked = browser.post(address, form | {"start_time": "2038-01-30T13:30", "room": "New"})
    assert f"{HANGS}: {told}" in pages.text(asked)


UNSHOWN = "Nothing was changed yet: EventFlow’s newer pages will not show what you wrote"


@pytest.fixture
def editing(browser, noa):
    """Opens a session's form, or that of a new one, and sends it with other fields."""
    noa.user.user_permissions.add(
        *Permission.objects.filter(codename__in=("add_schedule", "change_schedule"))
    )

    class Editing:
        def opens(self, session):
            self.address = f"{SESSIONS}{session.pk}/change/" if session else f"{SESSIONS}add/"
            self.form = pages.form(browser.get(self.address))
            return self

        def sends(self, **fields):
            answer = browser.post(self.address, self.form | fields)
            if answer.status_code == 200:
                self.form = pages.form(answer)
            return answer

    return Editing()


def next_day(event):
    """A day of the event that `program_days` does not keep, as the form sends it."""
    f.run("update events set end_date = '2038-02-20' where id = %s", event.pk)
    return {"start_time_0": "2038-01-31", "end_time_0": "2038-01-31"}


def pointed(session, column):
    return f.run(f"select {column} from schedules where id = %s", session.pk)[0][0]


def test_move_to_unknown_day_shown_first(editing, event):
    day = f.kept("program_days", event_id=event.pk, day_number=1, date="2038-01-30")
    session = f.session(event=event, title="Panel", start=f.at(11))
    f.points(session, program_day_id=day)
    onwards = next_day(event)

    asked = editing.opens(session).sends(**onwards)

    assert UNSHOWN in pages.text(asked)
    assert "Day, on the newer pages: 30 Jan 2038 —" in pages.text(asked)
    assert pointed(session, "program_day_id") == day

    assert editing.sends(**onwards).status_code == 302
    assert pointed(session, "program_day_id") is None


def test_unknown_track_shown_first(editing, event):
    track = f.kept("tracks", event_id=event.pk, name="Main")
    session = f.session(event=event, track="Main", start=f.at(11))
    f.points(session, track_id=track)

    asked = editing.opens(session).sends(track="Side")

    assert UNSHOWN in pages.text(asked)
    assert pointed(session, "track") == "Main"
    # What was shown is what may be sent again, and nothing else.
    assert UNSHOWN in pages.text(editing.sends(track="Other"))
    assert editing.sends(track="Other").status_code == 302
    assert (pointed(session, "track"), pointed(session, "track_id")) == ("Other", None)


def test_new_session_on_unknown_day_shown_first(editing, event):
    f.kept("program_days", event_id=event.pk, day_number=1, date="2038-01-30")
    fields = {"event": event.pk, "title": "New", "start_time_1": "09:00", "end_time_1": "10:00"}
    fields |= next_day(event)

    assert UNSHOWN in pages.text(editing.opens(None).sends(**fields))
    assert f.run("select count(*) from schedules") == [(0,)]
    assert editing.sends(**fields).status_code == 302
    assert f.run("select count(*) from schedules") == [(1,)]


def test_room_shown_only_by_pointer_told_before_change(editing, event, hall):
    session = f.session(event=event, room="Attic", start=f.at(11))
    f.points(session, room_id=hall)

    asked = editing.opens(session).sends(room="")

    assert UNSHOWN in pages.text(asked)
    assert pointed(session, "room_id") == hall
    assert editing.sends(room="").status_code == 302
    assert (pointed(session, "room"), pointed(session, "room_id")) == (None, None)


def test_pointer_following_text_needs_no_question(editing, event, hall):
    attic = f.kept_room(event, "Attic")
    track = f.kept("tracks", event_id=event.pk, name="Main")
    session = f.session(event=event, room="Attic", start=f.at(11))
    f.points(session, room_id=attic)

    assert editing.opens(session).sends(room="Hall A", track="Main").status_code == 302
    assert (pointed(session, "room_id"), pointed(session, "track_id")) == (hall, track)
    assert editing.opens(session).sends(room="", track="").status_code == 302
    assert (pointed(session, "room_id"), pointed(session, "track_id")) == (None, None)


def test_amend_shows_pointer_changes_first(browser, noa, event, suggest):
    noa.user.user_permissions.add(Permission.objects.get(codename="amend_suggestion"))
    track = f.kept("tracks", event_id=event.pk, name="Main")
    session = f.session(event=event, track="Main", start=f.at(11))
    f.points(session, track_id=track)
    renaming = suggest(f.update_data(session, title="Other"), "schedule_update")
    address = f"{QUEUE}{renaming.pk}/change/"
    form = pages.form(browser.post(address, {"_amend": "1"}))

    asked = browser.post(address, form | {"track": "Side"})

    assert UNSHOWN in pages.text(asked)
    assert pointed(session, "track") == "Main"
    assert browser.post(address, pages.form(asked) | {"track": "Side"}).status_code == 302
    assert pointed(session, "track_id") is None


def test_both_rooms_with_capacity_where_known(browser, event, suggest, hall):
    studio = f.kept_room(event, "Studio", 12)
    standing = f.session(event=event, room="Studio", start=f.at(11))
    f.points(standing, room_id=studio)
    nowhere = f.session(event=event, room="Garden", start=f.at(13))
    apart = f.session(event=event, room="Attic", start=f.at(15))
    f.points(apart, room_id=studio)

    def told(session, room):
        suggestion = suggest(f.update_data(session, room=room), "schedule_update")
        return pages.rows(browser.get(f"{QUEUE}{suggestion.pk}/change/"))[0]

    assert told(standing, "HALL A") == "Room Studio 12 places Hall A 80 places"
    assert told(standing, "Garden") == "Room Studio 12 places Garden"
    assert told(nowhere, "studio").startswith("Room Garden Studio 12 places")
    # What its text says is another room than the one that it points to.
    assert told(apart, "Hall A") == "Room Attic Hall A 80 places"

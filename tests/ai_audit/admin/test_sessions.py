"""Sessions by hand, over HTTP: what the form refuses, what it writes, and what it shows."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from eventflow.text.bidi import isolate, ltr, plain
from scheduling import actions
from scheduling.models import Schedule, StaffMember
from tests import factories as f
from tests import pages
from tests.shapes import let_sessions_only_be_read

pytestmark = pytest.mark.django_db

ADD = "/admin/scheduling/schedule/add/"
LIST = "/admin/scheduling/schedule/"


@pytest.fixture
def editor(ours):
    """Someone who edits sessions by hand, and undoes."""
    return f.staff(
        profile=f.profile(organization=ours),
        username="editor",
        permissions=("add_schedule", "change_schedule", "delete_schedule", "undo_suggestion"),
    )


@pytest.fixture
def browser(editor):
    return pages.signed_in(editor.user)


def change_url(session):
    return reverse("admin:scheduling_schedule_change", args=[session.pk])


def delete_url(session):
    return reverse("admin:scheduling_schedule_delete", args=[session.pk])


def form(**fields):
    """What the form posts, on 30 January 2038."""
    return {
        "title": "הרצאה",
        "start_time_0": "2038-01-30",
        "start_time_1": "09:00",
        "end_time_0": "2038-01-30",
        "end_time_1": "10:00",
        "room": "חדר A",
    } | fields


def confirmed(browser, url, data):
    """Send the form and, where it comes back with warnings, once more with a tick for each."""
    answer = browser.post(url, data)
    if answer.status_code == 302:
        return answer
    judged = {"judged": pages.form(answer)["judged"]} | pages.ticks(answer)
    return browser.post(url, data | judged)


TAKEN = (
    f"{isolate('חדר A')} is taken by “{isolate('טקס פתיחה')}” (30 Jan 2038, {ltr('09:00–10:00')})."
)


def test_adding_a_session_writes_it(browser, event):
    answer = browser.post(ADD, form(event=event.pk, speaker_name=" דן  ", max_capacity="30"))

    session = Schedule.objects.get()
    assert answer.status_code == 302
    assert (session.event, session.title, session.room) == (event, "הרצאה", "חדר A")
    assert (session.start_time, session.end_time) == (f.at(9), f.at(10))
    assert (session.speaker_name, session.max_capacity) == ("דן", 30)
    assert (session.is_mandatory, session.current_count) == (False, 0)


def test_add_session_in_taken_room(browser, event):
    f.session(event=event, title="טקס פתיחה", room="חדר A")

    answer = browser.post(ADD, form(event=event.pk, start_time_1="09:30", end_time_1="10:30"))

    assert pages.errors(answer) == {"room": [TAKEN]}
    assert Schedule.objects.count() == 1


def test_move_session_to_taken_room(browser, event):
    f.session(event=event, title="טקס פתיחה", room="חדר A")
    session = f.session(event=event, title="הרצאה", room="חדר B")
    before = f.whole_row(session)

    answer = browser.post(
        change_url(session), pages.form(browser.get(change_url(session))) | {"room": "חדר A"}
    )

    assert pages.errors(answer) == {"room": [TAKEN]}
    assert f.whole_row(session) == before


@pytest.mark.parametrize(
    "fields",
    [
        {"start_time_1": "10:00", "end_time_1": "11:00"},
        {"start_time_1": "08:00", "end_time_1": "09:00"},
        {"room": "חדר B"},
        {"room": ""},
    ],
)
def test_session_form_adjacent_session(browser, event, fields):
    f.session(event=event, title="טקס פתיחה", room="חדר A")

    # A room that is new to the event asks for a tick.
    answer = confirmed(browser, ADD, form(event=event.pk, **fields))

    assert answer.status_code == 302
    assert Schedule.objects.count() == 2


def test_session_form_keeps_room(browser, event):
    session = f.session(event=event, title="טקס פתיחה", room="חדר A")
    before = f.whole_row(session)

    answer = browser.post(
        change_url(session), pages.form(browser.get(change_url(session))) | {"title": "אחר"}
    )

    assert answer.status_code == 302
    assert f.whole_row(session) == before | {"title": "אחר"}


@pytest.mark.parametrize("end", ["09:00", "08:59"])
def test_session_form_end_not_after_start(browser, event, end):
    answer = browser.post(ADD, form(event=event.pk, end_time_1=end))

    assert pages.errors(answer) == {"end_time": ["A session must end after it starts."]}
    assert not Schedule.objects.exists()


def test_session_form_blank_title(browser, event):
    answer = browser.post(ADD, form(event=event.pk, title="  \t "))

    assert pages.errors(answer) == {"title": ["This field is required."]}


def test_session_form_blank_room_is_null(browser, event):
    session = f.session(event=event, room="חדר A", speaker_name="דן")

    browser.post(
        change_url(session),
        pages.form(browser.get(change_url(session))) | {"room": "  ", "speaker_name": ""},
    )

    row = f.whole_row(session)
    assert (row["room"], row["speaker_name"]) == (None, None)


def test_session_form_leaves_other_columns(browser, event):
    f.run("alter table schedules add column if not exists tags text[] default '{a}'")
    session = f.session(event=event, room="חדר  A", is_mandatory=None, is_break=None)
    f.run(
        "update schedules set tags = '{b}', sort_order = 5, speaker_image = 'x', current_count = 3,"
        " start_time = start_time + interval '1.5 seconds', description = E'a\n\n<b>'"
    )
    before = f.whole_row(session)

    answer = browser.post(
        change_url(session), pages.form(browser.get(change_url(session))) | {"track": "ירוק"}
    )

    assert answer.status_code == 302
    assert f.whole_row(session) == before | {"track": "ירוק"}


def test_session_form_unchanged(browser, event):
    session = f.session(event=event)
    before = f.whole_row(session)

    answer = browser.post(change_url(session), pages.form(browser.get(change_url(session))))

    assert answer.status_code == 302
    assert pages.messages(answer) == ["Nothing was changed: the session stands like that already."]
    assert f.whole_row(session) == before
    assert f.run("select count(*) from ai_insights_log") == [(0,)]

    f.run("delete from schedules")
    with pytest.raises(actions.SessionGone):
        actions.change(session=session, values={})


def test_session_form_in_event_zone(browser, ours):
    event = f.event(organization=ours, timezone="America/New_York")
    new_york = ZoneInfo("America/New_York")

    browser.post(ADD, form(event=event.pk))

    session = Schedule.objects.get()
    shown = pages.form(browser.get(change_url(session)))
    assert session.start_time == datetime(2038, 1, 30, 9, tzinfo=new_york)
    assert (shown["start_time_0"], shown["start_time_1"]) == ("2038-01-30", "09:00:00")
    assert "Times are those of America/New_York" in pages.text(browser.get(change_url(session)))
    assert ltr("09:00–10:00") in pages.text(browser.get(LIST))


@pytest.mark.parametrize(
    ("zone", "begins", "named"),
    [("America/New_York", "30 Jan 2038, 01:00", 1), ("Asia/Jerusalem", "30 Jan 2038, 08:00", 0)],
)
def test_session_list_in_event_time(browser, ours, zone, begins, named):
    event = f.event(organization=ours, timezone=zone)
    f.session(event=event, start=f.at(8))

    sessions = browser.get(LIST).content.decode()
    events = browser.get("/admin/scheduling/event/").content.decode()
    page = browser.get(f"/admin/scheduling/event/{event.pk}/change/").content.decode()

    assert sessions.count(f'<bdi class="quiet ltr">{zone}</bdi>') == named
    for shown in (events, page):
        assert begins in plain(shown)
        assert f'<bdi class="ltr">{zone}</bdi>' in shown


def test_session_form_new_names_no_zone(browser, event):
    shown = pages.text(browser.get(ADD))

    assert "Times are local times at the event" in shown
    assert "Asia/Jerusalem" not in shown


def test_session_form_zone_in_doubt(browser, ours):
    event = f.event(organization=ours, timezone="Mars/Olympus Mons")
    answer = browser.post(ADD, form(event=event.pk))

    assert list(pages.errors(answer)) == ["start_time", "end_time"]
    assert "Mars/Olympus Mons" in str(pages.errors(answer))
    session = f.session(event=event)
    assert browser.get(change_url(session)).status_code == 200
    assert browser.post(change_url(session), form(title="x")).status_code < 500
    assert browser.get(LIST).status_code == 200


@pytest.mark.parametrize("zone", ["Asia/Jerusalem", "", None])
def test_session_form_any_event_zone(browser, ours, zone):
    event = f.event(organization=ours, timezone=zone)

    assert browser.post(ADD, form(event=event.pk)).status_code == 302
    session = Schedule.objects.get()
    assert browser.get(change_url(session)).status_code == 200
    assert browser.get(LIST).status_code == 200


def test_session_form_nonexistent_local_time(browser, event):
    answer = browser.post(
        ADD, form(event=event.pk, start_time_0="2038-03-26", start_time_1="02:30")
    )

    assert list(pages.errors(answer)) == ["start_time"]


def test_session_form_events_of_own_organization(browser, event, their_event):
    choices = browser.get(ADD).context["adminform"].form.fields["event"].queryset

    answer = browser.post(ADD, form(event=their_event.pk))

    assert list(choices) == [event]
    assert pages.errors(answer) == {
        "event": ["Select a valid choice. That choice is not one of the available choices."]
    }


def test_session_form_event_unchangeable(browser, ours, event):
    session = f.session(event=event)
    beside = f.event(organization=ours)

    data = pages.form(browser.get(change_url(session))) | {"event": beside.pk, "title": "x"}
    answer = browser.post(change_url(session), data)

    session.refresh_from_db()
    assert answer.status_code == 302
    assert (session.event, session.title) == (event, "x")


@pytest.mark.parametrize("named", ["", "nonsense", "\x00", "11111111-1111-4111-8111-111111111111"])
def test_session_form_invalid_event(browser, event, named):
    assert list(pages.errors(browser.post(ADD, form(event=named)))) == ["event"]


def test_sessions_of_another_organization_are_404(browser, their_event):
    session = f.session(event=their_event, title="Secret")
    before = f.whole_row(session)

    assert "Secret" not in pages.text(browser.get(LIST))
    for url in (change_url(session), delete_url(session), f"{LIST}{session.pk}/history/"):
        for answer in (browser.get(url), browser.post(url, form(post="yes"))):
            assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert f.whole_row(session) == before


@pytest.mark.parametrize(
    ("permissions", "statuses"),
    [
        (("approve_suggestion", "reject_suggestion"), (200, 403, 403, 403)),
        (("add_schedule",), (200, 302, 403, 403)),
        (("change_schedule",), (200, 403, 302, 403)),
        (("delete_schedule",), (200, 403, 403, 302)),
    ],
)
def test_editing_has_permissions_of_its_own(ours, event, permissions, statuses):
    session = f.session(event=event, start=f.at(15))
    staff = f.staff(profile=f.profile(organization=ours), permissions=permissions)
    client = Client()
    client.force_login(staff.user)

    found = (
        client.get(LIST).status_code,
        client.post(ADD, form(event=event.pk)).status_code,
        client.post(change_url(session), form(title="אחר")).status_code,
        client.post(delete_url(session), {"post": "yes"}).status_code,
    )

    assert found == statuses


def test_session_constraint_refusal_is_message(browser, event):
    """Between the form's look and the write another session takes the room: here, a trigger."""
    f.run(
        "create function take_the_room() returns trigger language plpgsql security definer as $$"
        " begin if new.title = 'mine' then insert into public.schedules"
        " (event_id, title, room, start_time, end_time) values"
        " (new.event_id, 'theirs', new.room, new.start_time, new.end_time); end if;"
        " return new; end $$"
    )
    f.run(
        "create trigger no before insert on schedules for each row execute function take_the_room()"
    )

    answer = browser.post(ADD, form(event=event.pk, title="mine"))

    assert pages.errors(answer) == {
        "__all__": [
            "Nothing was changed: it cannot be carried out. "
            f"{isolate('חדר A')} is taken at that time."
        ]
    }
    assert pages.form(answer)["title"] == "mine"
    assert not Schedule.objects.exists()


def hidden(answer):
    return (
        "Nothing was changed: it cannot be carried out. The session is no longer there, or may not "
        f"be changed by you: a policy of the database on {ltr('schedules')} does not allow it. "
        "PostgreSQL says: "
        f"{isolate(answer)}."
    )


def test_session_policy_refusal_is_message(browser, event):
    session = f.session(event=event)
    let_sessions_only_be_read()
    refused = isolate('new row violates row-level security policy for table "schedules"')
    before = f.whole_table("schedules")
    data = pages.form(browser.get(change_url(session))) | {"title": "x"}

    changed = browser.post(change_url(session), data)
    assert pages.errors(changed) == {"__all__": [hidden("UPDATE 0")]}
    assert pages.messages(browser.post(delete_url(session), {"post": "yes"}))[-1:] == [
        hidden("DELETE 0")
    ]
    assert pages.errors(browser.post(ADD, form(event=event.pk, room=""))) == {
        "__all__": [
            "Nothing was changed: it cannot be carried out. A policy of the database refused it, "
            f"on {ltr('schedules')}. PostgreSQL says: {refused}."
        ]
    }
    assert f.whole_table("schedules") == before
    assert f.run("select count(*) from django_admin_log") == [(0,)]
    assert f.run("select count(*) from ai_insights_log") == [(0,)]


def test_session_written_as_person(browser, event):
    f.run("alter table schedules add column written_by text default auth.uid()::text")
    f.run("alter table schedules add column written_as text default current_user")
    profile = f.run("select id::text from user_profiles")[0][0]

    browser.post(ADD, form(event=event.pk, title="a"))

    assert f.run("select title, written_by, written_as from schedules") == [
        ("a", profile, "authenticated")
    ]


def test_session_superuser_without_profile_looks_only(event):
    session = f.session(event=event)
    root = pages.signed_in(f.superuser())
    before = f.everything()

    shown = root.get(change_url(session))
    answers = [
        root.get(ADD),
        root.post(ADD, form(event=event.pk)),
        root.post(change_url(session), form(title="x")),
        root.get(delete_url(session)),
        root.post(delete_url(session), {"post": "yes"}),
    ]

    assert session.title in pages.text(shown)
    assert not pages.named(shown) & {"title", "_save"}
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, LIST)] * 5
    assert pages.messages(answers[1])[-1:] == [
        "Nothing was saved. Your user is not linked to a profile of EventFlow, and here sessions "
        "are written in a person’s name only. Ask an administrator to link you under “Staff "
        "members”."
    ]
    assert f.everything() == before


def test_superuser_with_profile_changes_own(ours, event, their_event):
    own, theirs = f.session(event=event), f.session(event=their_event)
    user = f.superuser()
    StaffMember.objects.create(user=user, profile=f.profile(organization=ours))
    root = pages.signed_in(user)

    answers = [
        root.post(change_url(own), form(title="x")),
        root.post(change_url(theirs), form(title="x")),
        root.post(delete_url(theirs), {"post": "yes"}),
        root.get(change_url(theirs)),
    ]

    assert [answer.status_code for answer in answers] == [302, 403, 403, 200]
    assert list(root.get(ADD).context["adminform"].form.fields["event"].queryset) == [event]


def removal(browser, session, **said):
    """Open the page that asks, and press its button with what is said there."""
    page = browser.get(delete_url(session))
    return browser.post(delete_url(session), pages.form(page) | pages.ticks(page) | said)


def test_remove_session_with_people_and_undo(browser, event):
    session = f.session(event=event)
    other = f.session(event=event, title="נשארת")
    f.run(
        "insert into participants (event_id, first_name, last_name, phone)"
        " select %s, 'a', 'b', 'c' from generate_series(1, 1200)",
        event.pk,
    )
    f.run(
        "insert into participant_schedules (participant_id, schedule_id)"
        " select p.id, s.id from participants p, schedules s"
    )
    before = [f.whole_table(table) for table in ("schedules", "participant_schedules")]

    asked = browser.get(delete_url(session))
    bare = browser.post(delete_url(session), {"post": "yes"})
    unreasoned = removal(browser, session, confirmed_title=session.title)
    misnamed = removal(browser, session, confirmed_title="x", why="אין ביקוש")

    assert "1200 registrations" in pages.text(asked)
    for answer in (bare, misnamed):
        assert pages.messages(answer)[-1:] == [
            "Nothing was changed: type the session’s title as it is, to say that you mean it."
        ]
    assert pages.messages(unreasoned)[-1:] == [
        "Nothing was changed: give a reason for removing the session."
    ]
    assert pages.form(unreasoned)["confirmed_title"] == session.title
    assert [f.whole_table(table) for table in ("schedules", "participant_schedules")] == before
    assert f.run("select count(*) from django_admin_log") == [(0,)]

    answer = removal(browser, session, confirmed_title=session.title, why="אין ביקוש")

    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert list(Schedule.objects.all()) == [other]
    ((pk,),) = f.run("select id from ai_insights_log")
    assert f.run("select reason from backoffice.decision_history order by number") == [
        ("אין ביקוש",),
        ("אין ביקוש",),
    ]

    undo(browser, pk)

    assert [f.whole_table(table) for table in ("schedules", "participant_schedules")] == before


def undo(browser, pk):
    """Undo a suggestion from its page in the audit history; the address of the page after."""
    page = reverse("admin:ai_audit_suggestion_change", args=[pk])
    asked = browser.post(page, {"_undo": "1"})
    answer = browser.post(page, pages.form(asked))
    assert answer.status_code == 302, pages.text(answer)
    return answer["Location"]


def test_remove_session_cascade_shown_and_restored(browser, event):
    """Also in tables that nobody here knows, and that the person may not see."""
    f.run(
        "create table public.bookings (id serial primary key, parent int, shown uuid not null"
        "  references schedules on delete cascade);"
        "alter table public.bookings enable row level security;"
        "alter table schedules add part_of uuid references schedules on delete cascade"
    )
    whole, part = f.session(event=event), f.session(event=event, start=f.at(15))
    f.run("insert into bookings (shown) values (%s), (%s)", part.pk, part.pk)
    f.run("update schedules set part_of = %s where id = %s", whole.pk, part.pk)
    before = [f.whole_table(table) for table in ("schedules", "bookings")]

    asked = pages.text(browser.get(delete_url(whole)))
    removal(browser, whole)

    assert f"2 rows of {ltr('public.bookings')}" in asked
    assert f"1 row of {ltr('public.schedules')}" in asked
    assert not Schedule.objects.exists()
    undo(browser, f.run("select id from ai_insights_log")[0][0])
    assert [f.whole_table(table) for table in ("schedules", "bookings")] == before


def test_session_list_has_no_removal(browser, event):
    session = f.session(event=event)
    f.registration(participant=f.participant(event=event), schedule=session)

    page = browser.get(LIST)
    browser.post(
        LIST, {"action": "delete_selected", "_selected_action": [session.pk], "post": "yes"}
    )

    assert "delete_selected" not in pages.source(page)
    assert f.run("select count(*) from participant_schedules") == [(1,)]


def test_session_by_hand_on_platform_search_path(browser, event):
    f.run("alter table schedules add column path text default current_setting('search_path')")

    browser.post(ADD, form(event=event.pk, title="a"))

    assert f.run("select path from schedules") == [("public, extensions",)]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("-infinity", "infinity"),
        ("2038-01-30 09:00+02", "infinity"),
        ("4000-01-01 BC", "2038-01-01"),
        # Beyond what can be shown, they are one and the same far end.
        ("20000-01-01", "20000-01-02"),
        ("2038-01-30 09:00+02", "2038-01-30 09:00+02"),
        ("2038-01-30 09:00+02", "2038-01-29 09:00+02"),
        # On the night the clocks go back, once and once more.
        ("2037-10-24 22:30+00", "2037-10-24 23:30+00"),
        ("2037-10-24 23:30+00", "2037-10-24 23:45+00"),
    ],
)
def test_session_form_odd_times_survive(browser, event, start, end):
    session = f.session(event=event)
    f.run("update schedules set start_time = %s, end_time = %s", start, end)
    before = f.whole_row(session)

    assert browser.get(LIST).status_code == 200
    data = pages.form(browser.get(change_url(session))) | {"title": "אחר", "track": "ירוק"}
    # What has begun already asks for a tick.
    answer = confirmed(browser, change_url(session), data)

    assert answer.status_code == 302
    assert f.whole_row(session) == before | {"title": "אחר", "track": "ירוק"}


def test_text_of_a_session_is_never_markup(browser, event):
    hostile = "<script>alert(1)</script>{{ 1 }}{% x %}‮"
    session = f.session(
        event=event, title=hostile, room=hostile, speaker_name=hostile, description=hostile
    )

    for url in (LIST, change_url(session), delete_url(session)):
        answer = browser.get(url)
        assert answer.status_code == 200
        assert "<script>alert(1)" not in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 25])
def test_session_list_statement_count(browser, ours, event, rows, django_assert_num_queries):
    for n in range(rows):
        f.session(event=f.event(organization=ours, name=f"{n}"), title=f"{n}")
    browser.get(LIST)

    with django_assert_num_queries(5):
        browser.get(LIST)


@pytest.mark.parametrize(
    "query", [{"is_break__exact": "\x00"}, {"event__id__exact": "x"}, {"q": "\x00"}, {"o": "9.x"}]
)
def test_session_list_invalid_query(browser, event, query):
    f.session(event=event)

    assert browser.get(LIST, query, follow=True).status_code == 200


@pytest.mark.parametrize("term", ["Cafe\u0301", "CAFÉ", "café  ראשי", "ראשי Café", "Ca\u200bfé"])
def test_session_search_by_name_key(noa, event, term):
    found = f.session(event=event, title="Opening", room="Café ראשי")
    f.session(event=event, title="Closing", room="Hall 2")
    page = pages.signed_in(noa.user).get("/admin/scheduling/schedule/", {"q": term})

    assert [session.pk for session in page.context["cl"].result_list] == [found.pk]

"""The pages on which a suggestion is edited before approving, and undone."""

import pytest
from django.urls import reverse

from ai_audit import workflow
from ai_audit.models import Suggestion
from eventflow.text.bidi import isolate, ltr
from scheduling.models import Schedule
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db

ALL = ("approve_suggestion", "reject_suggestion", "amend_suggestion", "undo_suggestion")
QUEUE = "/admin/ai_audit/pendingsuggestion/"


def queue_page(suggestion):
    return reverse("admin:ai_audit_pendingsuggestion_change", args=[suggestion.pk])


def history_page(suggestion):
    return reverse("admin:ai_audit_suggestion_change", args=[suggestion.pk])


@pytest.fixture
def noa(ours):
    return f.staff(profile=f.profile(organization=ours), username="noa", permissions=ALL)


@pytest.fixture
def client(client, noa):
    client.force_login(noa.user)
    return client


@pytest.fixture
def carried_out(event, noa):
    session = f.session(event=event, room="חדר A", title="הרצאה")
    suggestion = f.suggestion(
        user=noa.profile,
        event=event,
        action_type="schedule_update",
        data=f.update_data(session, room="חדר <b>"),
    )
    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))
    return suggestion


def status(suggestion):
    return Suggestion.objects.values_list("execution_status", flat=True).get(pk=suggestion.pk)


def test_amend_carries_out(client, event, noa):
    suggestion = f.suggestion(
        user=noa.profile, event=event, data=f.create_data(description="שורה\nשורה")
    )
    assert 'name="_amend"' in pages.source(client.get(queue_page(suggestion)))

    shown = client.post(queue_page(suggestion), {"_amend": "1"})
    form = pages.form(shown)
    assert (form["start_time"], form["room"]) == ("2038-01-30T11:15", "חדר A")
    assert "Asia/Jerusalem" in pages.text(shown)
    assert status(suggestion) == "suggested"
    answer = client.post(
        queue_page(suggestion),
        form | {"start_time": "2038-01-30T10:00", "room": "חדר ב ", "is_break": "on"},
    )

    assert (answer.status_code, answer["Location"]) == (302, QUEUE)
    (said,) = pages.messages(answer)
    place = f"{isolate('חדר ב')}, 30 Jan 2038, {ltr('10:00–12:45')}"
    assert pages.words(said).startswith(
        f"“ סדנה: בינה מלאכותית בשטח ”: Edited, approved and carried out. It is now here: {place}."
    )
    session = Schedule.objects.get()
    assert (session.start_time, session.room, session.is_break) == (f.at(10), "חדר ב", True)
    assert session.description == "שורה\nשורה"
    assert status(suggestion) == "rejected"
    told = pages.text(client.get(history_page(suggestion)))
    assert "It was replaced by “ סדנה: בינה מלאכותית בשטח ”" in told
    assert "Replaced by an amended suggestion." in told
    new = Suggestion.objects.get(execution_status="executed")
    page = pages.source(client.get(history_page(new)))
    assert "It replaces" in page
    assert history_page(suggestion) in page


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        ({"title": ""}, "“Title” cannot be empty."),
        ({"max_capacity": "0"}, "“Capacity” must be a whole number from 1 to 1,000,000."),
        ({"max_capacity": "many"}, "Enter a whole number."),
        ({"start_time": "soon"}, "That is not a date and time such as 2026-01-30T11:15."),
        ({"start_time": ""}, "“Start” cannot be empty."),
        ({"end_time": "2038-01-30T11:00"}, "“End” must be after “Start”."),
        ({"materials_url": "javascript:alert(1)"},
         "“Materials” must be an address that begins with https:// or http://."),
        ({}, "Nothing was changed: nothing was edited. It can be approved as it is."),
        ({"room": "חדר C"}, "is taken by “"),
    ],
)  # fmt: skip
def test_amend_invalid_value_on_form(client, event, noa, edit, reason):
    f.session(event=event, title="<i>", room="חדר C", start=f.at(11))
    suggestion = f.suggestion(user=noa.profile, event=event)
    form = pages.form(client.post(queue_page(suggestion), {"_amend": "1"}))

    answer = client.post(queue_page(suggestion), form | edit)

    assert reason in pages.text(answer)
    assert "<i>" not in pages.source(answer)
    assert {name: pages.form(answer)[name] for name in edit} == edit
    assert status(suggestion) == "suggested"
    assert Suggestion.objects.count() == 1


def test_amend_form_stale(client, event, noa):
    session = f.session(event=event, room="חדר A")
    suggestion = f.suggestion(
        user=noa.profile,
        event=event,
        action_type="schedule_update",
        data=f.update_data(session, room="חדר B"),
    )
    form = pages.form(client.post(queue_page(suggestion), {"_amend": "1"}))
    f.run("update schedules set title = 'אחר'")

    answer = client.post(queue_page(suggestion), form | {"room": "חדר C"})

    assert "has changed since you opened the page" in pages.text(answer)
    assert 'name="_approve"' in pages.source(answer)
    assert status(suggestion) == "suggested"


def test_amend_removal_has_no_fields(client, event, noa):
    session = f.session(event=event)
    suggestion = f.suggestion(
        user=noa.profile, event=event, action_type="schedule_delete", data=f.delete_data(session)
    )

    answer = client.post(queue_page(suggestion), {"_amend": "1"})

    assert answer["Location"] == queue_page(suggestion)
    assert pages.messages(answer) == [
        "Nothing was changed: there are no fields in it that could be edited."
    ]


def test_undoing_is_told_before_it_is_done(client, event, noa, carried_out):
    f.run("update schedules set room = 'חדר ג'")
    assert 'name="_undo"' in pages.source(client.get(history_page(carried_out)))

    shown = client.post(history_page(carried_out), {"_undo": "1"})
    text = pages.text(shown)
    assert "Room חדר ג חדר A" in text
    assert "Changed since it was carried out Room חדר <b> חדר ג" in text
    assert "<b>" not in pages.source(shown)
    assert Schedule.objects.get().room == "חדר ג"
    answer = client.post(history_page(carried_out), pages.form(shown) | {"reason": "טעות"})

    assert (answer.status_code, answer["Location"]) == (302, history_page(carried_out))
    (said,) = pages.messages(answer)
    assert pages.words(said).startswith("“ הרצאה ”: Undone. It is now here: ")
    assert Schedule.objects.get().room == "חדר A"
    page = pages.source(client.get(history_page(carried_out)))
    assert "It was undone by" in page
    assert 'name="_undo"' not in page
    new = Suggestion.objects.exclude(pk=carried_out.pk).get()
    page = client.get(history_page(new))
    assert "It undoes “ הרצאה ”" in pages.text(page)
    assert "the AI" not in pages.text(page)
    assert "טעות" in pages.text(page)
    assert 'name="_undo"' in pages.source(page)


def test_undo_unrestorable_told_before(client, event, noa):
    session = f.session(event=event, title="חוזר")
    person = f.participant(event=event)
    f.registration(participant=person, schedule=session)
    f.registration(participant=f.participant(event=event), schedule=session)
    suggestion = f.suggestion(
        user=noa.profile, event=event, action_type="schedule_delete", data=f.delete_data(session)
    )
    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))
    person.delete()

    text = pages.text(client.post(history_page(suggestion), {"_undo": "1"}))

    assert "What comes back with the session 1 registration" in text
    assert "What cannot be brought back 1 registration" in text
    assert "Whoever it belongs to is no longer among the participants." in text
    assert "Nothing of this is lost: the history keeps every row whole." in text
    assert Schedule.objects.count() == 0


def test_undo_taken_room_names_holder(client, event, noa, carried_out):
    f.session(event=event, room="חדר A", title="חדש")

    answer = client.post(history_page(carried_out), {"_undo": "1"})

    assert answer["Location"] == history_page(carried_out)
    assert "is taken by" in pages.messages(answer)[0]


def test_undo_page_stale(client, event, noa, carried_out):
    shown = client.post(history_page(carried_out), {"_undo": "1"})
    f.run("update schedules set room = 'חדר ד'")

    answer = client.post(history_page(carried_out), pages.form(shown) | {"reason": "טעות"})

    assert "what undoing would do has changed" in pages.messages(answer)[0]
    assert "Changed since it was carried out" in pages.text(answer)
    assert pages.form(answer)["reason"] == "טעות"
    assert Schedule.objects.get().room == "חדר ד"


def test_undo_posted_twice(client, event, noa, carried_out):
    form = pages.form(client.post(history_page(carried_out), {"_undo": "1"}))
    client.post(history_page(carried_out), form)
    before = f.whole_table("schedules"), f.whole_table("ai_insights_log")

    answer = client.post(history_page(carried_out), form)

    assert "it was undone already" in pages.messages(answer)[-1]
    assert (f.whole_table("schedules"), f.whole_table("ai_insights_log")) == before


@pytest.mark.parametrize("missing", ["amend_suggestion", "undo_suggestion"])
def test_undo_without_permission(client, ours, event, noa, carried_out, missing):
    dana = f.staff(
        profile=f.profile(organization=ours), permissions=[p for p in ALL if p != missing]
    )
    client.force_login(dana.user)
    waiting = f.suggestion(user=noa.profile, event=event)
    page, name = {
        "amend_suggestion": (queue_page(waiting), "_amend"),
        "undo_suggestion": (history_page(carried_out), "_undo"),
    }[missing]
    before = f.whole_table("ai_insights_log")

    assert f'name="{name}"' not in pages.source(client.get(page))
    for forged in ({}, {"amended": "yes", "room": "x", "post": "yes"}):
        assert client.post(page, {name: "1"} | forged).status_code == 403
    assert f.whole_table("ai_insights_log") == before


@pytest.mark.parametrize("name", ["_amend", "_undo"])
def test_amend_and_undo_of_another_organization(client, theirs, event, noa, carried_out, name):
    stranger = f.staff(profile=f.profile(organization=theirs), permissions=ALL)
    client.force_login(stranger.user)
    waiting = f.suggestion(user=noa.profile, event=event)
    page = {"_amend": queue_page(waiting), "_undo": history_page(carried_out)}[name]
    before = f.whole_table("ai_insights_log"), f.whole_table("schedules")

    answer = client.post(page, {name: "1", "amended": "yes", "room": "x", "post": "yes"})

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert (f.whole_table("ai_insights_log"), f.whole_table("schedules")) == before


def test_undo_by_superuser_without_organization(client, carried_out):
    client.force_login(f.superuser())

    assert 'name="_undo"' not in pages.source(client.get(history_page(carried_out)))
    answer = client.post(history_page(carried_out), {"_undo": "1", "post": "yes"})

    assert answer["Location"] == history_page(carried_out)
    assert "not linked to a profile" in pages.messages(answer)[0]


def test_amend_line_break_untouched(client, event, suggest):
    """A browser would take it out of a field of one line, and what it posts would be an edit."""
    session = f.session(event=event, title="one\ntwo", location="plain")
    suggestion = suggest(f.update_data(session, track="T"), "schedule_update")

    page = client.post(queue_page(suggestion), {"_amend": "1"})
    form = pages.form(page)
    client.post(queue_page(suggestion), form | {"track": "U"})

    assert '<textarea name="title"' in pages.source(page)
    assert '<input type="text" name="location"' in pages.source(page)
    session.refresh_from_db()
    assert (session.title, session.track) == ("one\ntwo", "U")


# Of which single fields are odd


def odd(event, noa, **changes):
    session = f.session(event=event, room="חדר A", title="הרצאה", max_capacity=30)
    data = f.update_data(session, **changes)
    return session, f.suggestion(
        user=noa.profile, event=event, action_type="schedule_update", data=data
    )


def test_amend_form_with_odd_field(client, event, noa):
    session, suggestion = odd(event, noa, room="חדר ב", max_capacity="הרבה", speaker_name="x" * 301)

    page = client.get(queue_page(suggestion))
    source, text = pages.source(page), pages.text(page)
    assert 'name="_amend"' in source
    assert 'name="_approve"' not in source
    assert "cannot be written “Capacity” must be a whole number from 1 to 1,000,000." in text
    assert "cannot be written “Speaker” is longer than 300 characters." in text
    assert "חדר ב" in text

    shown = client.post(queue_page(suggestion), {"_amend": "1"})
    assert pages.text(shown).count("“Speaker” is longer than 300 characters.") == 1
    form = pages.form(shown)
    assert form["room"] == "חדר ב"
    assert form["max_capacity"] == "30"
    assert form["speaker_name"] == "x" * 301

    again = client.post(queue_page(suggestion), form)
    assert "“Speaker” is longer than 300 characters." in pages.text(again)
    assert status(suggestion) == "suggested"

    answer = client.post(queue_page(suggestion), form | {"speaker_name": "דן"})
    assert answer.status_code == 302, pages.text(answer)
    session.refresh_from_db()
    assert (session.room, session.max_capacity, session.speaker_name) == ("חדר ב", 30, "דן")


def test_amend_odd_time_asked_again(client, event, noa):
    suggestion = f.suggestion(user=noa.profile, event=event, data=f.create_data(end_time="בצהריים"))

    form = pages.form(client.post(queue_page(suggestion), {"_amend": "1"}))
    assert (form["start_time"], form["end_time"]) == ("2038-01-30T11:15", "")
    missing = client.post(queue_page(suggestion), form)
    assert "“End” cannot be empty." in pages.text(missing)
    answer = client.post(queue_page(suggestion), form | {"end_time": "2038-01-30T12:00"})

    assert answer.status_code == 302
    assert Schedule.objects.get().end_time == f.at(12)


def test_amend_form_in_unknown_zone_asks_offset(client, ours, noa):
    event = f.event(organization=ours, timezone="IST")
    data = f.create_data(end_time="2038-01-30T12:00Z")
    suggestion = f.suggestion(user=noa.profile, event=event, data=data)

    form = pages.form(client.post(queue_page(suggestion), {"_amend": "1"}))
    assert (form["start_time"], form["end_time"]) == ("", "2038-01-30T12:00+00:00")
    naive = client.post(queue_page(suggestion), form | {"start_time": "2038-01-30T11:15"})
    assert "“IST”, is none that is known." in pages.text(naive)
    client.post(queue_page(suggestion), form | {"start_time": "2038-01-30T11:15+02:00"})

    assert Schedule.objects.get().start_time == f.at(11, 15)


def test_amend_ambiguous_time_told(client, event, noa):
    suggestion = f.suggestion(user=noa.profile, event=event)

    form = pages.form(client.post(queue_page(suggestion), {"_amend": "1"}))
    night = {"start_time": "2038-10-31T00:30", "end_time": "2038-10-31T01:30"}
    shown = client.post(queue_page(suggestion), form | night)

    assert "“End” is a time that occurs twice that night; the first is meant" in pages.text(shown)


# What will not be done


def test_not_done_fields_shown_above_buttons(client, event, noa):
    _session, suggestion = odd(event, noa, room="חדר ב", tags=["x"], **{"<b>is_published": True})

    for page in (
        client.get(queue_page(suggestion)),
        client.post(queue_page(suggestion), {"_amend": "1"}),
    ):
        source, text = pages.source(page), pages.text(page)
        assert "Will not be done: tags , <b>is_published . Nothing here writes that." in text
        assert source.index("Will not be done") < source.index('class="buttons"')


def test_suggestion_of_unknown_fields_only(client, event, noa):
    _session, suggestion = odd(event, noa, tags=["x"])

    page = pages.text(client.get(queue_page(suggestion)))

    assert "The suggestion asks only for what is not done here: tags." in page
    assert "asks for no change" not in page


def test_amend_end_before_start(client, event, noa):
    suggestion = f.suggestion(user=noa.profile, event=event)
    form = pages.form(client.post(queue_page(suggestion), {"_amend": "1"}))

    shown = client.post(queue_page(suggestion), form | {"end_time": "2038-01-30T11:00"})

    assert "Blocked: “End” must be after “Start”." in pages.text(shown)
    assert status(suggestion) == "suggested"


def test_amend_time_back_to_current_drops_note(client, event, noa):
    start = f.at(0).replace(month=10, day=30, hour=22, minute=30)
    session = f.session(event=event, start=start, room="חדר A")
    data = f.update_data(session, start_time="2038-10-31T01:45", room="חדר ב")
    suggestion = f.suggestion(
        user=noa.profile, event=event, action_type="schedule_update", data=data
    )
    form = pages.form(client.post(queue_page(suggestion), {"_amend": "1"}))

    answer = client.post(queue_page(suggestion), form | {"start_time": "2038-10-31T01:30"})

    assert answer.status_code == 302
    session.refresh_from_db()
    assert (session.start_time, session.room) == (start, "חדר ב")

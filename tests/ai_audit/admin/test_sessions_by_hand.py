"""A change by hand over HTTP is a suggestion: its verdict is shown, its warnings ticked, its story
told, and nobody writes over what they were not shown."""

import re

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import translation

from ai_audit import workflow
from ai_audit.models import MadeByHand, Suggestion
from eventflow.text.bidi import isolate
from scheduling.models import Schedule
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db

ADD = "/admin/scheduling/schedule/add/"
UNTICKED = "Nothing was changed: tick each warning to say that you have seen it."


@pytest.fixture
def editor(ours):
    return f.staff(
        profile=f.profile(organization=ours, full_name="עמית ברק"),
        username="editor",
        permissions=("add_schedule", "change_schedule", "delete_schedule", "undo_suggestion"),
    )


@pytest.fixture
def browser(editor):
    return pages.signed_in(editor.user)


def change_url(session):
    return reverse("admin:scheduling_schedule_change", args=[session.pk])


def history_url(session):
    return reverse("admin:scheduling_schedule_history", args=[session.pk])


def new(event, **fields):
    return {
        "event": event.pk,
        "title": "הרצאה",
        "start_time_0": "2038-01-30",
        "start_time_1": "09:00",
        "end_time_0": "2038-01-30",
        "end_time_1": "10:00",
    } | fields


def opened(browser, session, **fields):
    """What the form posts after it was opened, with these fields written in it."""
    return pages.form(browser.get(change_url(session))) | fields


def test_by_hand_clear_carried_out_and_logged(browser, editor, event):
    session = f.session(event=event)

    browser.post(change_url(session), opened(browser, session, title="אחר"))

    suggestion = Suggestion.objects.with_marks().get()
    assert (suggestion.user, suggestion.approved_by) == (editor.profile, editor.profile)
    assert (suggestion.execution_status, suggestion.by_hand) == ("executed", True)
    assert suggestion.action_data["changes"] == {"title": "אחר"}
    assert f.run(
        "select from_status, to_status, staff_member_id from backoffice.decision_history"
        " order by number"
    ) == [("suggested", "approved", editor.pk), ("approved", "executed", editor.pk)]


def test_by_hand_warnings_need_ticks(browser, event):
    f.session(event=event, title="אחרת", speaker_name="דן")
    data = new(event, speaker_name="דן")

    shown = browser.post(ADD, data)

    assert pages.errors(shown) == {"__all__": [UNTICKED]}
    assert isolate("דן") in pages.source(shown)
    assert pages.form(shown)["title"] == "הרצאה"
    assert Schedule.objects.count() == 1
    assert not Suggestion.objects.exists()

    judged = pages.form(shown)["judged"]
    unticked = browser.post(ADD, data | {"judged": judged})
    assert pages.errors(unticked) == {"__all__": [UNTICKED]}

    answer = browser.post(ADD, data | {"judged": judged} | pages.ticks(shown))
    assert answer.status_code == 302
    assert Schedule.objects.count() == 2


def test_by_hand_tick_for_newer_warning(browser, event):
    f.session(event=event, title="אחרת", speaker_name="דן")
    data = new(event, speaker_name="דן")
    shown = browser.post(ADD, data)
    said = {"judged": pages.form(shown)["judged"]} | pages.ticks(shown)
    f.session(event=event, title="ועוד", speaker_name="דן", start=f.at(9, 30))

    arrived = browser.post(ADD, data | said)
    edited = browser.post(ADD, data | said | {"title": "אחר"})

    for answer in (arrived, edited):
        assert pages.errors(answer) == {"__all__": [UNTICKED]}
        assert "checked" not in re.findall(r'<input[^>]*name="tick"[^>]*>', pages.source(answer))[0]
    assert Schedule.objects.count() == 2


def test_by_hand_blocked_has_no_ticks(browser, event):
    f.session(event=event, room="A", speaker_name="דן")

    answer = browser.post(ADD, new(event, room="A", speaker_name="דן"))

    assert list(pages.errors(answer)) == ["room"]
    assert pages.ticks(answer) == {"tick": []}
    assert "Blocked" in pages.text(answer)


def test_by_hand_room_in_other_letters_taken(browser, event):
    f.session(event=event, room="אולם ״הגליל״")

    answer = browser.post(ADD, new(event, room='אולם  "הגליל"'))

    assert list(pages.errors(answer)) == ["room"]
    assert Schedule.objects.count() == 1


def test_by_hand_written_as_typed(browser, event):
    """A suggestion would be written in the programme's spelling, and without what is invisible."""
    f.session(event=event, room="אולם ״הגליל״", start=f.at(15))
    given = 'אולם "הגליל"\u200f'

    answer = browser.post(ADD, new(event, room=given))

    assert answer.status_code == 302
    assert Schedule.objects.get(title="הרצאה").room == given


@pytest.mark.parametrize("field", ["title", "room", "speaker_name"])
def test_by_hand_direction_marks_refused(browser, event, field):
    session = f.session(event=event, **{field: "a\u202eb"})

    assert list(pages.errors(browser.post(ADD, new(event, **{field: "x\u202ey"})))) == [field]
    answer = browser.post(change_url(session), opened(browser, session, track="ירוק"))
    assert answer.status_code == 302
    assert f.whole_row(session)[field] == "a\u202eb"


@pytest.mark.parametrize("standing", ["אולם ", " אולם  א", "אולם\nא", "\u200fאולם", "אולם\t"])
def test_by_hand_untouched_field_not_rewritten(browser, event, standing):
    session = f.session(event=event, room=standing, speaker_name=standing)
    before = f.whole_row(session)

    answer = browser.post(change_url(session), opened(browser, session, title="אחר"))

    assert answer.status_code == 302
    assert f.whole_row(session) == before | {"title": "אחר"}
    assert Suggestion.objects.get().action_data["changes"] == {"title": "אחר"}


def test_by_hand_concurrent_change_kept(browser, event):
    session = f.session(event=event, title="ישן", room="A")
    data = opened(browser, session, title="שלי")
    Schedule.objects.filter(pk=session.pk).update(room="B", track="ירוק")
    before = f.everything()

    answer = browser.post(change_url(session), data)

    assert pages.messages(answer)[0].startswith(
        "Nothing was saved: the session was changed since you opened the page (Room, Track)."
    )
    assert f.everything() == before
    shown = pages.form(answer)
    # What the person wrote, laid over how it stands now.
    assert (shown["title"], shown["room"], shown["track"]) == ("שלי", "B", "ירוק")
    assert browser.post(change_url(session), shown).status_code == 302
    session.refresh_from_db()
    assert (session.title, session.room, session.track) == ("שלי", "B", "ירוק")


def test_by_hand_form_error_keeps_snapshot(browser, event):
    session = f.session(event=event, title="ישן", room="A")
    refused = browser.post(change_url(session), opened(browser, session, title=" "))
    Schedule.objects.filter(pk=session.pk).update(room="B")

    answer = browser.post(change_url(session), pages.form(refused) | {"title": "שלי"})

    assert "since you opened the page (Room)" in pages.messages(answer)[0]
    assert Schedule.objects.get().room == "B"


def test_by_hand_ambiguous_time_ticked(browser, ours):
    event = f.event(organization=ours, start_date=f.DAY.replace(year=2036), end_date=None)
    f.run("update events set end_date = '2038-12-31'")
    night = {"start_time_0": "2037-10-25", "end_time_0": "2037-10-25", "end_time_1": "03:00"}

    shown = browser.post(ADD, new(event, start_time_1="01:30", **night))

    assert "occurs twice that night" in pages.text(shown)
    said = {"judged": pages.form(shown)["judged"]} | pages.ticks(shown)
    browser.post(ADD, new(event, start_time_1="01:30", **night) | said)
    assert f.run("select start_time = '2037-10-24 22:30+00' from schedules") == [(True,)]


def test_by_hand_undo_and_redo(browser, event):
    session = f.session(event=event, title="ישן")
    before = f.whole_row(session)
    browser.post(change_url(session), opened(browser, session, title="חדש"))

    for title in ("ישן", "חדש"):
        last = Suggestion.objects.order_by("suggested_at").last()
        page = reverse("admin:ai_audit_suggestion_change", args=[last.pk])
        browser.post(page, pages.form(browser.post(page, {"_undo": "1"})))
        assert f.whole_row(session) == before | {"title": title}
    assert MadeByHand.objects.count() == 3


def test_by_hand_message_links_to_undo(browser, event):
    session = f.session(event=event)

    answer = browser.post(change_url(session), opened(browser, session, title="חדש"))

    page = reverse("admin:ai_audit_suggestion_change", args=[Suggestion.objects.get().pk])
    assert page in " ".join(pages.messages(answer))


# The session's own history


def test_session_history_both_ways_with_links(browser, editor, noa, event, suggest):
    session = f.session(event=event, title="ישן")
    other = f.session(event=event, title="שכנה", start=f.at(15))
    asked = suggest(f.update_data(session, title="של ה-AI"), "schedule_update")
    workflow.approve(suggestion_id=asked.pk, by=noa)
    aside = suggest(f.update_data(other, title="אחרת"), "schedule_update")
    workflow.approve(suggestion_id=aside.pk, by=noa)
    browser.post(change_url(session), opened(browser, session, title="ביד"))
    by_hand = MadeByHand.objects.get().pk

    page = browser.get(history_url(session))

    first, second = pages.rows(page)
    assert ("עמית ברק" in first, "By hand" in first, "ביד" in first) == (True, True, True)
    assert ("נועה כהן" in second, "By suggestion" in second) == (True, True)
    source = pages.source(page)
    for pk, told in ((by_hand, True), (asked.pk, True), (aside.pk, False)):
        link = reverse("admin:ai_audit_suggestion_change", args=[pk])
        assert (link in source) == told


def test_session_history_of_added(browser, event):
    browser.post(ADD, new(event))

    (row,) = pages.rows(browser.get(history_url(Schedule.objects.get())))

    assert "Add a session" in row


def test_session_history_in_readers_language(browser, editor, event):
    session = f.session(event=event)
    browser.post(change_url(session), opened(browser, session, title="ביד"))
    editor.language = "he"
    editor.save()

    page = browser.get(history_url(session))

    with translation.override("he"):
        label = translation.gettext("Change a session")
    assert label in pages.text(page)
    assert "Change a session" not in pages.text(page)


def test_session_history_before_by_hand_suggestions(browser, editor, event):
    session = f.session(event=event)
    LogEntry.objects.create(
        user=editor.user,
        content_type=ContentType.objects.get_for_model(Schedule),
        object_id=str(session.pk),
        object_repr="x",
        action_flag=CHANGE,
        change_message='[{"changed": {"fields": ["Title"]}}]',
    )

    (row,) = pages.rows(browser.get(history_url(session)))

    assert "editor" in row
    assert "Changed Title." in row


@pytest.mark.parametrize("changes", [1, 5])
def test_session_history_statement_count(browser, event, changes, django_assert_num_queries):
    session = f.session(event=event)
    for n in range(changes):
        browser.post(change_url(session), opened(browser, session, title=f"{n}"))
    browser.get(history_url(session))

    with django_assert_num_queries(6):
        assert len(pages.rows(browser.get(history_url(session)))) == changes


# Rooms


def offered(answer):
    (rooms,) = re.findall(r'<datalist id="rooms">(.*?)</datalist>', pages.source(answer), re.DOTALL)
    return re.findall(r'<option value="([^"]*)"(?: label="([^"]*)")?>', rooms)


def test_session_form_rooms_with_capacity(browser, ours, event, their_event):
    session = f.session(event=event, room="אולם A", max_capacity=120)
    f.session(event=event, start=f.at(11), room="אולם A", max_capacity=80)
    f.session(event=event, start=f.at(13), room="B")
    f.session(event=f.event(organization=ours), room="אחר")
    f.session(event=their_event, room="Secret")

    form = browser.get(change_url(session))

    assert offered(form) == [("B", ""), ("אולם A", "אולם A · capacity 120")]
    assert 'list="rooms"' in pages.source(form)
    assert offered(browser.get(ADD, {"event": event.pk})) == offered(form)
    assert {name for name, _label in offered(browser.get(ADD))} == {"B", "אולם A", "אחר"}


def test_amend_form_rooms_offered(noa, event, suggest):
    f.session(event=event, room="אולם A", max_capacity=120)
    noa.user.user_permissions.set([])
    f.run(
        "insert into auth_user_user_permissions (user_id, permission_id)"
        " select %s, id from auth_permission where codename in"
        " ('amend_suggestion', 'view_pendingsuggestion')",
        noa.user.pk,
    )
    page = f"/admin/ai_audit/pendingsuggestion/{suggest().pk}/change/"

    answer = pages.signed_in(noa.user).post(page, {"_amend": "1"})

    assert offered(answer) == [("אולם A", "אולם A · capacity 120")]
    assert 'list="rooms"' in pages.source(answer)

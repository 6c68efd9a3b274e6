"""Decisions: what approving and rejecting do to the programme and to the suggestion."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import transaction

from ai_audit import workflow
from ai_audit.models import HistoryEntry, Status
from eventflow.text.bidi import isolate, ltr
from scheduling import times
from scheduling.models import Schedule
from tests import factories as f

pytestmark = pytest.mark.django_db


def decided(suggestion):
    """What a decision may write of a suggestion."""
    row = f.whole_row(suggestion)
    return {name: row[name] for name in DECISION}


# What sessions have besides in the shape of production, all of it as it is by default.
NEWER = {
    "program_day_id",
    "time_block_id",
    "track_id",
    "room_id",
    "backup_room_id",
    "session_type",
    "difficulty_level",
    "tags",
    "livestream_url",
    "is_published",
    "published_at",
    "is_deleted",
    "deleted_at",
}
DECISION = ("execution_status", "execution_error", "approved_at", "approved_by", "executed_at")
UNDECIDED = dict.fromkeys(DECISION) | {"execution_status": "suggested"}


def test_approve_creates_session(event, noa):
    data = f.create_data(speaker_name="מיכל לוי", max_capacity=40, is_mandatory=True)
    suggestion = f.suggestion(user=noa.profile, event=event, data=data)

    outcome = workflow.approve(
        suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk)
    )

    session = Schedule.objects.get()
    row = f.whole_row(session)
    assert outcome == workflow.Outcome(suggestion.pk, Status.EXECUTED, "Approved and carried out.")
    own = {"id", "created_at", "updated_at", *NEWER}
    assert {name: row[name] for name in row if name not in own} == {
        "event_id": str(event.pk),
        "title": "סדנה: בינה מלאכותית בשטח",
        "description": None,
        "start_time": "2038-01-30T09:15:00+00:00",
        "end_time": "2038-01-30T10:45:00+00:00",
        "location": None,
        "room": "חדר A",
        "max_capacity": 40,
        "current_count": 0,
        "is_mandatory": True,
        "is_break": False,
        "track": None,
        "track_color": None,
        "speaker_name": "מיכל לוי",
        "speaker_title": None,
        "speaker_bio": None,
        "speaker_image": None,
        "materials_url": None,
        "send_reminder": True,
        "reminder_minutes_before": 15,
        "sort_order": 0,
    }


def test_approve_writes_decision_only(event, noa):
    suggestion = f.suggestion(user=noa.profile, event=event)
    before = f.whole_row(suggestion)

    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))

    assert f.whole_row(suggestion) == before | {
        "execution_status": "executed",
        "approved_at": f.JUST_NOW,
        "approved_by": str(noa.profile_id),
        "executed_at": f.JUST_NOW,
    }


def test_approve_update_writes_asked_fields_only(event, noa):
    f.run(
        "alter table schedules add column if not exists tags text[],"
        " add column published boolean default true"
    )
    session = f.session(event=event, room="חדר A", speaker_name="מיכל", max_capacity=30)
    f.run(
        "update schedules set tags = '{a,b}', sort_order = 7, current_count = 44,"
        " end_time = 'infinity'"
    )
    beside = f.session(event=event, room="חדר B")
    before, untouched = f.whole_row(session), f.whole_row(beside)
    data = f.update_data(session, title="שם חדש", max_capacity=50)
    # What the AI repeats beside the changes is old by the time of the decision.
    f.run("update schedules set room = 'חדר C', published = false where id = %s", session.pk)
    suggestion = f.suggestion(
        user=noa.profile, event=event, action_type="schedule_update", data=data
    )

    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))

    after = f.whole_row(session)
    assert after.pop("updated_at") == before.pop("updated_at")  # One transaction, one time.
    assert after == before | {
        "title": "שם חדש",
        "max_capacity": 50,
        "room": "חדר C",
        "published": False,
    }
    assert f.whole_row(beside) == untouched
    assert decided(suggestion)["execution_status"] == "executed"


def test_null_clears_a_field(event, noa):
    session = f.session(event=event, room="חדר A", speaker_name="מיכל", max_capacity=30)
    before = f.whole_row(session)
    data = f.update_data(session, room=None, speaker_name=None, max_capacity=None)
    suggestion = f.suggestion(
        user=noa.profile, event=event, action_type="schedule_update", data=data
    )

    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))

    assert f.whole_row(session) == before | {
        "room": None,
        "speaker_name": None,
        "max_capacity": None,
    }


def test_approve_without_changes_writes_difference(event, noa):
    session = f.session(event=event, room="חדר A", description="ישן")
    before = f.whole_row(session)
    data = f.update_data(session, room="חדר B", description=None)
    del data["changes"]
    suggestion = f.suggestion(
        user=noa.profile, event=event, action_type="schedule_update", data=data
    )

    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))

    assert f.whole_row(session) == before | {"room": "חדר B", "description": None}


def test_approve_removal_deletes_registrations(event, noa):
    session = f.session(event=event)
    kept = f.session(event=event, title="נשאר")
    person = f.participant(event=event)
    f.registration(participant=person, schedule=session)
    stays = f.registration(participant=person, schedule=kept)
    suggestion = f.suggestion(
        user=noa.profile, event=event, action_type="schedule_delete", data=f.delete_data(session)
    )

    outcome = workflow.approve(
        suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk)
    )

    assert outcome.status == Status.EXECUTED
    assert f.run("select id from schedules") == [(kept.pk,)]
    assert f.run("select id from participant_schedules") == [(stays.pk,)]


@pytest.mark.parametrize(
    ("zone", "written", "utc"),
    [
        ("Asia/Jerusalem", "2038-01-30T11:15:00", "2038-01-30T09:15:00+00:00"),
        ("Asia/Jerusalem", "2038-01-30 11:15", "2038-01-30T09:15:00+00:00"),
        ("Asia/Jerusalem", "2038-07-30T11:15:00", "2038-07-30T08:15:00+00:00"),
        ("Asia/Jerusalem", "2038-01-30T11:15:00Z", "2038-01-30T11:15:00+00:00"),
        ("Asia/Jerusalem", "2038-01-30T11:15:00-05:00", "2038-01-30T16:15:00+00:00"),
        ("America/New_York", "2038-01-30T11:15:00", "2038-01-30T16:15:00+00:00"),
        (None, "2038-01-30T11:15:00", "2038-01-30T09:15:00+00:00"),
    ],
)
def test_approve_naive_time_is_event_local(ours, noa, zone, written, utc):
    event = f.event(organization=ours, timezone=zone)
    data = f.create_data(start_time=written, end_time="2038-07-30T23:00:00Z")
    if written.startswith("2038-01"):
        data["proposed_state"]["end_time"] = "2038-01-30T23:00:00Z"
    suggestion = f.suggestion(user=noa.profile, event=event, data=data)

    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))

    assert f.whole_row(Schedule.objects.get())["start_time"] == utc


def test_approve_taken_room_fails_with_holder(event, noa):
    f.session(event=event, title="טקס פתיחה", room="חדר A", start=f.at(11), end=f.at(12))
    programme = f.whole_table("schedules")
    suggestion = f.suggestion(user=noa.profile, event=event)

    outcome = workflow.approve(
        suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk)
    )

    taken = (
        f"{isolate('חדר A')} is taken by “{isolate('טקס פתיחה')}” "
        f"(30 Jan 2038, {ltr('11:00–12:00')})."
    )
    assert f.whole_table("schedules") == programme
    assert decided(suggestion) == {
        "execution_status": "failed",
        "execution_error": taken,
        "approved_at": f.JUST_NOW,
        "approved_by": str(noa.profile_id),
        "executed_at": None,
    }
    assert outcome == workflow.Outcome(
        suggestion.pk,
        Status.FAILED,
        f"Approved, but it could not be carried out: {taken} The programme is as it was.",
    )


def test_approve_move_to_taken_room_fails(event, noa):
    f.session(event=event, title="טקס פתיחה", room="חדר A")
    session = f.session(event=event, title="הרצאה", room="חדר B")
    programme = f.whole_table("schedules")
    suggestion = f.suggestion(
        user=noa.profile,
        event=event,
        action_type="schedule_update",
        data=f.update_data(session, room="חדר A"),
    )

    outcome = workflow.approve(
        suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk)
    )

    assert outcome.status == Status.FAILED
    assert f.whole_table("schedules") == programme


def test_approve_speaker_clash_is_warning(event, noa):
    f.session(event=event, room="חדר B", speaker_name="מיכל לוי", start=f.at(11), end=f.at(12))
    data = f.create_data(speaker_name="מיכל לוי")
    suggestion = f.suggestion(user=noa.profile, event=event, data=data)

    outcome = workflow.approve(
        suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk)
    )

    assert outcome.status == Status.EXECUTED
    assert f.run("select count(*) from schedules") == [(2,)]


@pytest.mark.parametrize("action_type", ["schedule_update", "schedule_delete"])
def test_approve_missing_session_fails(event, noa, action_type):
    session = f.session(event=event)
    make = {"schedule_update": f.update_data, "schedule_delete": f.delete_data}[action_type]
    data = make(session)
    if action_type == "schedule_update":
        data["changes"] = {"room": "חדר B"}
    session.delete()
    suggestion = f.suggestion(user=noa.profile, event=event, action_type=action_type, data=data)

    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))

    assert decided(suggestion) == {
        "execution_status": "failed",
        "execution_error": "The session it is about is no longer in the programme.",
        "approved_at": f.JUST_NOW,
        "approved_by": str(noa.profile_id),
        "executed_at": None,
    }


def test_reject_leaves_approver_empty(event, noa):
    suggestion = f.suggestion(user=noa.profile, event=event)
    before = f.whole_row(suggestion)

    outcome = workflow.reject(suggestion_id=suggestion.pk, by=noa, reason=" החדר קטן מדי \n")

    entry = LogEntry.objects.get()
    assert outcome == workflow.Outcome(suggestion.pk, Status.REJECTED, "Rejected.")
    assert f.whole_row(suggestion) == before | {"execution_status": "rejected"}
    assert (entry.user, entry.object_id) == (noa.user, str(suggestion.pk))
    assert entry.change_message == "Rejected. Reason: החדר קטן מדי"
    assert entry.action_time == f.JUST_NOW
    assert f.run("select count(*) from schedules") == [(0,)]


def test_reason_with_any_text(event, noa):
    suggestion = f.suggestion(user=noa.profile, event=event)

    workflow.reject(suggestion_id=suggestion.pk, by=noa, reason="a\x00b\ud800<b>" + "x" * 50_000)

    message = LogEntry.objects.get().change_message
    assert message.startswith("Rejected. Reason: a\ufffdb\ufffd<b>xxx")
    assert decided(suggestion) == UNDECIDED | {"execution_status": "rejected"}


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        (workflow.approve, workflow.approve, "Executed"),
        (workflow.approve, workflow.reject, "Executed"),
        (workflow.reject, workflow.approve, "Rejected"),
        (workflow.reject, workflow.reject, "Rejected"),
    ],
)
def test_deciding_twice_says_who_decided_and_when(ours, event, noa, first, second, status):
    dana = f.staff(profile=f.profile(organization=ours, full_name="Dana"), username="dana")
    suggestion = f.suggestion(user=noa.profile, event=event)
    first(suggestion_id=suggestion.pk, by=noa)
    before = f.whole_row(suggestion), f.whole_table("schedules"), LogEntry.objects.count()

    with pytest.raises(workflow.AlreadyDecided) as refusal:
        second(suggestion_id=suggestion.pk, by=dana)

    who = isolate(noa.profile.full_name)
    when = times.moment(HistoryEntry.objects.latest("number").at, zone=event.zone)
    assert str(refusal.value) == (
        f"Nothing was changed: it is “{status}” already, decided by {who} on {when}."
    )
    after = f.whole_row(suggestion), f.whole_table("schedules"), LogEntry.objects.count()
    assert after == before


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"execution_status": "rejected"}, "it is “Rejected” already."),
        ({"execution_status": "executed"}, "it is “Executed” already."),
        ({"execution_status": "on its way"}, "it is “on its way” already."),
        ({"execution_status": ""}, "it is “” already."),
    ],
)
def test_decided_by_another_program(event, noa, fields, words):
    f.run("alter table ai_insights_log drop constraint ai_insights_log_execution_status_check")
    suggestion = f.suggestion(user=noa.profile, event=event, **fields)

    for decide in (workflow.approve, workflow.reject):
        with pytest.raises(workflow.AlreadyDecided) as refusal:
            decide(suggestion_id=suggestion.pk, by=noa)
        assert str(refusal.value) == f"Nothing was changed: {words}"


@pytest.mark.parametrize("decide", [workflow.approve, workflow.reject])
def test_decision_refused_inside_transaction(event, noa, decide):
    suggestion = f.suggestion(user=noa.profile, event=event)

    with transaction.atomic(), pytest.raises(RuntimeError):
        decide(suggestion_id=suggestion.pk, by=noa)

    assert decided(suggestion) == UNDECIDED

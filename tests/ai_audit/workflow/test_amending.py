"""Editing before approving: a new suggestion replaces the old one, or nothing at all happens."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, transaction

from ai_audit import workflow
from ai_audit.models import HistoryEntry, Status, Suggestion, SuggestionLink
from eventflow.db import database
from eventflow.text.bidi import isolate, ltr
from scheduling.models import Schedule
from tests import factories as f

pytestmark = pytest.mark.django_db

NOW = f.at(6)


def everything():
    """All that amending could have changed."""
    return [
        f.whole_table(table)
        for table in (
            "schedules",
            "ai_insights_log",
            "decision_history",
            "suggestion_links",
            "django_admin_log",
        )
    ]


def refused(suggestion, *, by, **told):
    """The refusal, after seeing that it changed nothing."""
    before = everything()
    with pytest.raises(workflow.Refusal) as refusal:
        workflow.amend(suggestion_id=suggestion.pk, by=by, **told)
    assert everything() == before
    return type(refusal.value), str(refusal.value)


def status(suggestion):
    return f.whole_row(suggestion)["execution_status"]


def test_amend_new_session(event, noa, ours):
    requester = f.profile(organization=ours, full_name="מי שביקש")
    old = f.suggestion(user=requester, event=event, data=f.create_data(max_capacity=40))
    said = f.whole_row(old)

    outcome = workflow.amend(
        suggestion_id=old.pk,
        by=noa,
        values={"room": "חדר B", "start_time": f.at(11), "max_capacity": None},
    )

    new = Suggestion.objects.exclude(pk=old.pk).get()
    assert outcome == workflow.Outcome(new.pk, Status.EXECUTED, "Edited, approved and carried out.")
    row = f.whole_row(new)
    assert row.pop("action_data") == {
        "current_state": None,
        "proposed_state": {
            "title": "סדנה: בינה מלאכותית בשטח",
            "start_time": "2038-01-30T09:00:00+00:00",
            "end_time": "2038-01-30T10:45:00+00:00",
            "room": "חדר B",
            "max_capacity": None,
        },
        "reasoning": "Edited before approving by נועה כהן.",
    }
    assert row == {
        "id": str(new.pk),
        "user_id": str(noa.profile_id),
        "event_id": str(event.pk),
        "action_type": "schedule_create",
        "suggested_at": f.JUST_NOW,
        "created_at": f.JUST_NOW,
        "approved_at": f.JUST_NOW,
        "approved_by": str(noa.profile_id),
        "executed_at": f.JUST_NOW,
        "execution_status": "executed",
        "execution_error": None,
    }
    session = Schedule.objects.get()
    assert (session.room, session.start_time, session.max_capacity) == ("חדר B", f.at(11), None)
    assert f.whole_row(old) == said | {"execution_status": "rejected"}
    assert list(SuggestionLink.objects.values_list("suggestion", "replaces", "undoes")) == [
        (new.pk, old.pk, None)
    ]


def test_amend_logs_why_old_rejected(event, noa):
    old = f.suggestion(user=noa.profile, event=event)

    new_id = workflow.amend(suggestion_id=old.pk, by=noa, values={"room": "חדר B"}).suggestion_id

    assert list(
        HistoryEntry.objects.order_by("id").values_list(
            "suggestion_id", "to_status", "staff_member_id", "profile_id", "reason"
        )
    ) == [
        (old.pk, "rejected", noa.pk, noa.profile_id, "Replaced by an amended suggestion."),
        (new_id, "approved", noa.pk, noa.profile_id, None),
        (new_id, "executed", noa.pk, noa.profile_id, None),
    ]
    assert list(LogEntry.objects.order_by("id").values_list("object_id", "change_message")) == [
        (str(old.pk), "Rejected. Reason: Replaced by an amended suggestion."),
        (str(new_id), "Approved. Executed."),
    ]


def test_amend_written_in_ai_shape(event, noa):
    f.run("alter table schedules add column fee numeric default 12345678901234567890.12")
    session = f.session(event=event, room="חדר A", speaker_name="מיכל")
    old = f.suggestion(
        user=noa.profile,
        event=event,
        action_type="schedule_update",
        data=f.update_data(session, room="חדר B", title="שם חדש"),
    )
    f.run("update schedules set max_capacity = 7 where id = %s", session.pk)
    before = f.whole_row(session)

    outcome = workflow.amend(suggestion_id=old.pk, by=noa, values={"room": "חדר C"})

    changes = {"title": "שם חדש", "room": "חדר C"}
    new = Suggestion.objects.get(pk=outcome.suggestion_id)
    assert f.whole_row(new)["action_data"] == {
        "schedule_id": str(session.pk),
        "changes": changes,
        "current_state": before,
        "proposed_state": before | changes,
        "reasoning": "Edited before approving by נועה כהן.",
    }
    assert f.run(
        "select action_data #>> '{current_state,fee}' from ai_insights_log where id = %s", new.pk
    ) == [("12345678901234567890.12",)]
    assert f.whole_row(session) == before | changes


def test_amend_back_to_current_dropped(event, noa):
    session = f.session(event=event, room="חדר A", title="שם")
    old = f.suggestion(
        user=noa.profile,
        event=event,
        action_type="schedule_update",
        data=f.update_data(session, room="חדר B", title="שם חדש"),
    )

    outcome = workflow.amend(suggestion_id=old.pk, by=noa, values={"room": "חדר A"})

    new = Suggestion.objects.get(pk=outcome.suggestion_id)
    assert new.action_data["changes"] == {"title": "שם חדש"}


def test_amend_out_of_taken_room(event, noa):
    f.session(event=event, room="חדר A", start=f.at(11))
    old = f.suggestion(user=noa.profile, event=event)

    workflow.amend(suggestion_id=old.pk, by=noa, values={"room": "חדר B"}, confirmed=f.EVERY_TICK)

    assert status(old) == "rejected"
    assert Schedule.objects.filter(room="חדר B").count() == 1


def test_into_a_taken_room_nothing_happens(event, noa):
    f.session(event=event, title="טקס פתיחה", room="חדר B", start=f.at(11), end=f.at(12))
    old = f.suggestion(user=noa.profile, event=event)

    assert refused(old, by=noa, values={"room": "חדר B"}) == (
        workflow.Blocked,
        "Nothing was changed: it cannot be carried out. "
        f"{isolate('חדר B')} is taken by “{isolate('טקס פתיחה')}” "
        f"(30 Jan 2038, {ltr('11:00–12:00')}).",
    )


def test_amend_refused_by_database_leaves_nothing(event, noa):
    f.run("alter table schedules add constraint small check (max_capacity < 100)")
    old = f.suggestion(user=noa.profile, event=event)

    kind, sentence = refused(old, by=noa, values={"max_capacity": 100})

    assert kind is workflow.Blocked
    assert sentence.startswith(
        "Nothing was changed: it cannot be carried out. The database did not accept the change:"
    )


def test_amend_with_warning(event, noa):
    f.session(event=event, room="חדר Z", speaker_name="מיכל", start=f.at(11), end=f.at(12))
    f.rooms(event, "חדר A")
    old = f.suggestion(user=noa.profile, event=event)

    outcome = workflow.amend(
        suggestion_id=old.pk,
        by=noa,
        values={"speaker_name": "מיכל"},
        confirmed=f.EVERY_TICK,
    )

    assert outcome.sentence == (
        f"Edited, approved and carried out. {isolate('מיכל')} also speaks at "
        f"“{isolate('טקס פתיחה')}” (30 Jan 2038, {ltr('11:00–12:00')})."
    )


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"end_time": f.at(9)}, "“End” must be after “Start”."),
        ({"title": " "}, "“Title” is blank."),
        ({"max_capacity": 0}, "“Capacity” must be a whole number from 1 to 1,000,000."),
        ({"materials_url": "javascript:x"},
         "“Materials” must be an address that begins with https:// or http://."),
    ],
)  # fmt: skip
def test_amend_unaskable_refused(event, noa, values, reason):
    old = f.suggestion(user=noa.profile, event=event)

    assert refused(old, by=noa, values=values) == (
        workflow.Blocked,
        f"Nothing was changed: it cannot be carried out. {reason}",
    )


@pytest.mark.parametrize("values", [{}, {"room": "חדר A"}])
def test_amend_without_edit(event, noa, values):
    old = f.suggestion(user=noa.profile, event=event)

    assert refused(old, by=noa, values=values) == (
        workflow.NotAmendable,
        "Nothing was changed: nothing was edited. It can be approved as it is.",
    )


def test_amend_of_removal_refused(event, noa):
    session = f.session(event=event)
    old = f.suggestion(
        user=noa.profile, event=event, action_type="schedule_delete", data=f.delete_data(session)
    )

    assert refused(old, by=noa, values={"room": "חדר B"}) == (
        workflow.NotAmendable,
        "Nothing was changed: a removal has no fields to edit.",
    )


def test_amend_settable_fields_only(event, noa):
    old = f.suggestion(user=noa.profile, event=event)
    before = everything()

    with pytest.raises(ValueError, match="not settable: event_id"):
        workflow.amend(suggestion_id=old.pk, by=noa, values={"event_id": "x"})
    assert everything() == before


def test_amend_unapprovable(event, noa, theirs, their_event):
    unreadable = f.suggestion(user=noa.profile, event=event, data={})
    foreign = f.suggestion(user=f.profile(organization=theirs), event=their_event)
    edit = {"values": {"room": "חדר B"}}

    assert refused(unreadable, by=noa, **edit)[0] is workflow.NotApprovable
    assert refused(foreign, by=noa, **edit)[0] is workflow.NotYours


def test_amend_mends_odd_field(event, noa):
    session = f.session(event=event, room="חדר A")
    data = f.update_data(session, max_capacity="many", title="חדש", room="חדר B")
    suggestion = f.suggestion(
        user=noa.profile, event=event, action_type="schedule_update", data=data
    )

    kind, reason = refused(suggestion, by=noa, values={"room": "חדר C"})[:2]
    assert kind is workflow.Blocked
    assert "“Capacity” must be a whole number" in reason
    workflow.amend(suggestion_id=suggestion.pk, by=noa, values={"max_capacity": 40})

    session.refresh_from_db()
    assert (session.max_capacity, session.title, session.room) == (40, "חדש", "חדר B")


@pytest.mark.parametrize("decide", [workflow.approve, workflow.reject, workflow.approve_for_later])
def test_decided_meanwhile_it_is_left_as_it_is(event, noa, decide):
    old = f.suggestion(user=noa.profile, event=event)
    decide(suggestion_id=old.pk, by=noa)

    assert refused(old, by=noa, values={"room": "חדר B"})[0] is workflow.AlreadyDecided


def test_amending_twice_is_refused(event, noa):
    old = f.suggestion(user=noa.profile, event=event)
    workflow.amend(suggestion_id=old.pk, by=noa, values={"room": "חדר B"})

    assert refused(old, by=noa, values={"room": "חדר C"})[0] is workflow.AlreadyDecided


def test_amend_stale_digest(event, noa):
    old = f.suggestion(user=noa.profile, event=event)

    found = refused(old, by=noa, values={"room": "חדר B"}, digest="0" * 64)

    assert found[0] is workflow.Changed


def test_amend_judged_by_policies(event, noa):
    f.run("drop policy suggestions_are_made_undecided_and_as_oneself on ai_insights_log")
    old = f.suggestion(user=noa.profile, event=event)

    assert refused(old, by=noa, values={"room": "חדר B"}) == (
        workflow.RefusedByPolicy,
        "Nothing was changed. Show this to whoever looks after the database: A policy of the "
        f"database refused it, on {ltr('ai_insights_log')}. PostgreSQL says: "
        + isolate('new row violates row-level security policy for table "ai_insights_log"')
        + ".",
    )


LINK = (
    "insert into backoffice.suggestion_links (suggestion_id, replaces, undoes) values (%s, %s, %s)"
)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("update suggestion_links set undoes = replaces, replaces = null", "EF006"),
        ("delete from suggestion_links", "EF006"),
        ("truncate suggestion_links", "EF006"),
        ("insert into suggestion_links select gen_random_uuid(), replaces from suggestion_links",
         "23505"),
        ("insert into suggestion_links values (gen_random_uuid(), null, null)", "23514"),
    ],
)  # fmt: skip
def test_amend_link_immutable(event, noa, statement, code):
    old = f.suggestion(user=noa.profile, event=event)
    workflow.amend(suggestion_id=old.pk, by=noa, values={"room": "חדר B"})

    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        f.run(statement)
    assert database.sqlstate(refusal.value) == code


def test_amend_link_claims_ignored(event, noa):
    other = f.suggestion(user=noa.profile, event=event)
    data = f.create_data() | {"replaces": str(other.pk), "undoes": str(other.pk)}

    workflow.approve(
        suggestion_id=f.suggestion(user=noa.profile, event=event, data=data).pk,
        by=noa,
        confirmed=f.EVERY_TICK,
    )

    assert SuggestionLink.objects.count() == 0


def test_people_of_the_rest_layer_see_no_link(event, noa):
    with database.acting_as(noa.profile_id):
        for statement in ("select * from backoffice.suggestion_links", LINK % (("null",) * 3)):
            with pytest.raises(DatabaseError) as refusal, transaction.atomic():
                f.run(statement)
            assert database.sqlstate(refusal.value) == "42501"


def test_amend_time_in_utc(event, noa):
    old = f.suggestion(user=noa.profile, event=event)
    start = datetime(2038, 1, 30, 11, 30, tzinfo=event.zone)

    outcome = workflow.amend(suggestion_id=old.pk, by=noa, values={"start_time": start})

    new = Suggestion.objects.get(pk=outcome.suggestion_id)
    assert new.action_data["proposed_state"]["start_time"] == "2038-01-30T09:30:00+00:00"
    assert Schedule.objects.get().start_time == start.astimezone(UTC)

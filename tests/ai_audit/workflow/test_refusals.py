"""Decisions that are refused: by whose they are, by what they ask for, by the database itself."""

import copy
import uuid

import pytest
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError

from ai_audit import workflow
from eventflow.text.bidi import isolate, ltr
from scheduling.models import StaffMember
from tests import factories as f
from tests.shapes import let_sessions_only_be_read

pytestmark = pytest.mark.django_db

OPEN_POLICIES = """
create policy anyone on schedules for all to authenticated using (true) with check (true);
create policy anyone on ai_insights_log for all to authenticated using (true) with check (true);
create policy anyone on events for all to authenticated using (true) with check (true);
"""
NOT_YOURS = (
    "Nothing was changed: this suggestion is not one of your organization, and only its own "
    "staff members decide on it."
)


@pytest.fixture(params=["the stand-in's policies", "always-true policies"])
def policies(db, request):
    if request.param == "always-true policies":
        f.run(OPEN_POLICIES)


def refused(decide, *, suggestion_id, by):
    """The refusal, after seeing that it changed nothing and left the login's own role."""
    before = f.everything()
    with pytest.raises(workflow.Refusal) as refusal:
        decide(suggestion_id=suggestion_id, by=by)
    assert f.everything() == before
    assert_login_is_itself()
    return type(refusal.value), str(refusal.value)


def assert_login_is_itself():
    assert f.run(
        "select current_user = session_user, current_setting('request.jwt.claims', true)"
    ) in ([(True, "")], [(True, None)])


@pytest.mark.parametrize("decide", [workflow.approve, workflow.reject])
def test_decision_of_another_organization_refused(policies, noa, theirs, their_event, decide):
    suggestion = f.suggestion(user=f.profile(organization=theirs), event=their_event)

    assert refused(decide, suggestion_id=suggestion.pk, by=noa) == (workflow.NotYours, NOT_YOURS)


@pytest.mark.parametrize("decide", [workflow.approve, workflow.reject])
def test_eventless_is_requesters_organizations(policies, noa, theirs, decide):
    suggestion = f.suggestion(user=f.profile(organization=theirs), event=None)

    assert refused(decide, suggestion_id=suggestion.pk, by=noa) == (workflow.NotYours, NOT_YOURS)


@pytest.mark.parametrize("decide", [workflow.approve, workflow.reject])
def test_profile_without_organization_decides_nothing(policies, decide):
    nobody = f.staff(profile=f.profile(organization=None))
    nowhere = f.event(organization=None)

    for event in (nowhere, None):
        suggestion = f.suggestion(user=nobody.profile, event=event)
        found = refused(decide, suggestion_id=suggestion.pk, by=nobody)
        assert found == (workflow.NotYours, NOT_YOURS)


@pytest.mark.parametrize("decide", [workflow.approve, workflow.reject])
def test_profile_gone_decides_nothing(event, noa, decide):
    suggestion = f.suggestion(user=noa.profile, event=event)
    left = StaffMember.objects.create(user=f.superuser(), profile_id=uuid.uuid4())

    found = refused(decide, suggestion_id=suggestion.pk, by=left)

    assert found == (workflow.NotYours, NOT_YOURS)


@pytest.mark.parametrize("decide", [workflow.approve, workflow.reject])
def test_unknown_suggestion_is_not_yours(noa, decide):
    found = refused(decide, suggestion_id=uuid.uuid4(), by=noa)

    assert found == (workflow.NotYours, NOT_YOURS)


def with_(data, path, value):
    """A copy of `data` with the value at the path of keys changed."""
    changed = copy.deepcopy(data)
    *keys, last = path
    inner = changed
    for key in keys:
        inner = inner[key]
    inner[last] = value
    return changed


ANOTHER_EVENT = "The suggestion names another event than its own."
ANOTHER_ORGANIZATION = "The suggestion names another organization than its event’s."
ANOTHER_SESSION = "The suggestion names another session beside the one it is about."


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (("event_id",), ANOTHER_EVENT),
        (("changes", "event_id"), ANOTHER_EVENT),
        (("current_state", "event_id"), ANOTHER_EVENT),
        (("proposed_state", "event_id"), ANOTHER_EVENT),
        (("changes", "organization_id"), ANOTHER_ORGANIZATION),
        (("changes", "id"), ANOTHER_SESSION),
        (("current_state", "id"), ANOTHER_SESSION),
    ],
)
def test_foreign_identifiers_never_carried_out(policies, event, noa, their_event, path, reason):
    session = f.session(event=event)
    foreign = f.session(event=their_event)
    named = {"event_id": their_event.pk, "organization_id": their_event.organization_id}
    data = f.update_data(session, room="חדר B")
    data = with_(data, path, str(named.get(path[-1], foreign.pk)))
    suggestion = f.suggestion(
        user=noa.profile, event=event, action_type="schedule_update", data=data
    )

    found = refused(workflow.approve, suggestion_id=suggestion.pk, by=noa)

    assert found == not_approvable(reason)


def not_approvable(reason):
    return (
        workflow.NotApprovable,
        f"Nothing was changed: it cannot be approved. {reason} It can be rejected.",
    )


@pytest.mark.parametrize("action_type", ["schedule_update", "schedule_delete"])
@pytest.mark.parametrize("whose", ["another event of ours", "another organization's event"])
def test_session_of_another_event_never_carried_out(
    policies, ours, event, noa, their_event, action_type, whose
):
    elsewhere = f.event(organization=ours) if whose == "another event of ours" else their_event
    session = f.session(event=elsewhere)
    data = {"schedule_id": str(session.pk), "changes": {"room": "חדר B"}}
    suggestion = f.suggestion(user=noa.profile, event=event, action_type=action_type, data=data)

    found = refused(workflow.approve, suggestion_id=suggestion.pk, by=noa)

    assert found == not_approvable("The session it names belongs to another event.")


def test_requester_from_elsewhere_never_carried_out(policies, event, noa, theirs):
    suggestion = f.suggestion(user=f.profile(organization=theirs), event=event)

    found = refused(workflow.approve, suggestion_id=suggestion.pk, by=noa)

    assert found == not_approvable("Who asked for it does not belong to the event’s organization.")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"data": []}, "The suggestion is not readable: it is not an object."),
        (
            {"action_type": "room_assign"},
            "Suggestions of type “room_assign” are not carried out here.",
        ),
        ({"event": None}, "The suggestion belongs to no event; it can only be rejected."),
        (
            {"data": {}},
            "“Title” is missing. “Start” is missing. “End” is missing.",
        ),
    ],
)
def test_unapprovable_can_be_rejected(event, noa, fields, reason):
    suggestion = f.suggestion(**{"user": noa.profile, "event": event} | fields)

    found = refused(workflow.approve, suggestion_id=suggestion.pk, by=noa)

    assert found == not_approvable(reason)
    workflow.reject(suggestion_id=suggestion.pk, by=noa)
    suggestion.refresh_from_db()
    assert suggestion.execution_status == "rejected"


def test_times_impossible_with_live_session(event, noa):
    session = f.session(event=event, start=f.at(9), end=f.at(10))
    suggestion = f.suggestion(
        user=noa.profile,
        event=event,
        action_type="schedule_update",
        data=f.update_data(session, start_time="2038-01-30T10:00:00"),
    )

    found = refused(workflow.approve, suggestion_id=suggestion.pk, by=noa)

    assert found == (
        workflow.NotApprovable,
        "Nothing was changed: it cannot be approved as it is. With the session’s present times, "
        "it would not end after it starts. It can be edited, or rejected.",
    )


@pytest.mark.parametrize(
    "approve", [workflow.approve, workflow.approve_for_later], ids=lambda way: way.__name__
)
def test_approving_waits_for_an_odd_field(event, noa, approve):
    suggestion = f.suggestion(user=noa.profile, event=event, data=f.create_data(room=5))
    before = f.everything()

    found = refused(approve, suggestion_id=suggestion.pk, by=noa)

    assert found == (
        workflow.NotApprovable,
        "Nothing was changed: it cannot be approved as it is. “Room” must be text. It can be "
        "edited, or rejected.",
    )
    assert f.everything() == before


def failed_with(suggestion, by):
    """The error that carrying out ended with, after seeing that the programme is as it was."""
    before = f.whole_table("schedules")
    outcome = workflow.approve(suggestion_id=suggestion.pk, by=by)
    assert f.whole_table("schedules") == before
    assert_login_is_itself()
    row = f.whole_row(suggestion)
    assert (outcome.status, row["execution_status"]) == ("failed", "failed")
    assert (row["executed_at"], row["approved_by"]) == (None, str(by.profile_id))
    return row["execution_error"]


HIDDEN = (
    "The session is no longer there, or may not be changed by you: a policy of the database on "
    f"{ltr('schedules')} does not allow it. PostgreSQL says: %s."
)


@pytest.mark.parametrize(
    ("action_type", "error"),
    [
        (
            "schedule_create",
            f"A policy of the database refused it, on {ltr('schedules')}. PostgreSQL says: "
            + isolate('new row violates row-level security policy for table "schedules"')
            + ".",
        ),
        ("schedule_update", HIDDEN % isolate("UPDATE 0")),
        ("schedule_delete", HIDDEN % isolate("DELETE 0")),
    ],
)
def test_execution_judged_by_policies(event, noa, action_type, error):
    let_sessions_only_be_read()
    session = f.session(event=event)
    data = {
        "schedule_create": f.create_data(),
        "schedule_update": f.update_data(session, room="חדר B"),
        "schedule_delete": f.delete_data(session),
    }[action_type]
    suggestion = f.suggestion(user=noa.profile, event=event, action_type=action_type, data=data)

    assert failed_with(suggestion, noa) == error


TRIGGER = """
create function refuse() returns trigger language plpgsql as $$
begin
  %s
end
$$;
create %s on schedules %s for each row execute function refuse();
"""


@pytest.mark.parametrize(
    ("body", "kind", "when", "error"),
    [
        (
            "raise 'The programme is closed';",
            "trigger no after insert",
            "",
            "The programme is closed",
        ),
        (
            "raise 'Closed' using errcode = 'PT403';",
            "trigger no before insert",
            "",
            "Closed",
        ),
        (
            "insert into no_such_table values (1); return new;",
            "trigger no after insert",
            "",
            'relation "no_such_table" does not exist',
        ),
        (
            "raise 'Closed at commit';",
            "constraint trigger no after insert",
            "deferrable initially deferred",
            "Closed at commit",
        ),
    ],
)
def test_trigger_refusal_fails_with_its_words(event, noa, body, kind, when, error):
    f.run(TRIGGER % (body, kind, when))
    suggestion = f.suggestion(user=noa.profile, event=event)

    assert failed_with(suggestion, noa) == (
        f"The database did not accept the change: {isolate(error)}"
    )


@pytest.mark.parametrize("event_of_trigger", ["insert", "update", "delete"])
def test_trigger_dropping_silently_not_executed(event, noa, event_of_trigger):
    session = f.session(event=event)
    f.run(TRIGGER % ("return null;", f"trigger no before {event_of_trigger}", ""))
    action_type, data = {
        "insert": ("schedule_create", f.create_data()),
        "update": ("schedule_update", f.update_data(session, room="חדר B")),
        "delete": ("schedule_delete", f.delete_data(session)),
    }[event_of_trigger]
    suggestion = f.suggestion(user=noa.profile, event=event, action_type=action_type, data=data)

    assert failed_with(suggestion, noa) == (
        "The session is no longer there, or may not be changed by you."
        if event_of_trigger != "insert"
        else "The database did not keep the new session."
    )


@pytest.mark.parametrize("decide", [workflow.approve, workflow.reject])
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "drop policy suggestions_are_updated_by_their_organization on ai_insights_log",
            "UPDATE 0",
        ),
        (
            "revoke update on ai_insights_log from authenticated",
            "permission denied for table ai_insights_log",
        ),
        (
            "revoke update (execution_status) on ai_insights_log from authenticated",
            "permission denied for table ai_insights_log",
        ),
    ],
)
def test_decision_unwritable_changes_nothing(event, noa, decide, statement, said):
    suggestion = f.suggestion(user=noa.profile, event=event)
    f.run(statement)

    assert refused(decide, suggestion_id=suggestion.pk, by=noa) == (
        workflow.RefusedByPolicy,
        "Nothing was changed. Show this to whoever looks after the database: A policy of the "
        f"database refused it, on {ltr('ai_insights_log')}. PostgreSQL says: {isolate(said)}.",
    )


@pytest.mark.parametrize("decide", [workflow.approve, workflow.reject])
def test_decision_refused_by_constraint(event, noa, decide):
    suggestion = f.suggestion(user=noa.profile, event=event)
    f.run("alter table ai_insights_log add constraint shut check (execution_status = 'suggested')")

    said = isolate('new row for relation "ai_insights_log" violates check constraint "shut"')
    assert refused(decide, suggestion_id=suggestion.pk, by=noa) == (
        workflow.Blocked,
        "Nothing was changed. Show this to whoever looks after the database: The database did not "
        f"accept the change: {said}",
    )


def test_role_ends_with_decision(event, noa):
    for decide in (workflow.approve, workflow.reject):
        decide(suggestion_id=f.suggestion(user=noa.profile, event=event).pk, by=noa)
        assert_login_is_itself()
        f.run("delete from schedules")


def test_role_ends_with_unforeseen_error(event, noa):
    f.run(TRIGGER % ("raise 'Cancelled' using errcode = '57014';", "trigger no before insert", ""))
    suggestion = f.suggestion(user=noa.profile, event=event)
    before = f.everything()

    with pytest.raises(DatabaseError):
        workflow.approve(suggestion_id=suggestion.pk, by=noa)

    assert f.everything() == before
    assert_login_is_itself()


def test_written_as_approver(event, noa):
    f.run("alter table schedules add column written_by text default auth.uid()::text")
    f.run("alter table schedules add column written_as text default current_user")

    workflow.approve(suggestion_id=f.suggestion(user=noa.profile, event=event).pk, by=noa)

    assert f.run("select written_by, written_as from schedules") == [
        (str(noa.profile_id), "authenticated")
    ]
    assert LogEntry.objects.get().user == noa.user

"""Approving now and carrying out later, trying again, withdrawing an approval."""

import pytest
from django.contrib.admin.models import LogEntry

from ai_audit import verdicts, workflow
from ai_audit.history import chain
from ai_audit.models import HistoryEntry, Status, Suggestion
from scheduling.models import Schedule
from tests import factories as f
from tests.shapes import let_sessions_only_be_read

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana(ours):
    return f.staff(profile=f.profile(organization=ours, full_name="Dana"), username="dana")


@pytest.fixture
def suggestion(event, noa):
    return f.suggestion(user=noa.profile, event=event)


@pytest.fixture
def approved(suggestion, noa):
    workflow.approve_for_later(suggestion_id=suggestion.pk, by=noa)
    return suggestion


def state(suggestion):
    row = f.whole_row(suggestion)
    names = ("execution_status", "approved_by", "approved_at", "executed_at", "execution_error")
    return tuple(row[name] for name in names)


def told(suggestion):
    assert chain.find_break() is None
    return list(
        HistoryEntry.objects.filter(suggestion_id=suggestion.pk)
        .order_by("number")
        .values_list("to_status", "profile__full_name", "staff_member__user__username")
    )


def logged(suggestion):
    return list(
        LogEntry.objects.filter(object_id=str(suggestion.pk))
        .order_by("id")
        .values_list("user__username", "change_message")
    )


def test_approve_for_later_writes_no_session(suggestion, noa):
    outcome = workflow.approve_for_later(suggestion_id=suggestion.pk, by=noa)

    assert outcome == workflow.Outcome(
        suggestion.pk, Status.APPROVED, "Approved; it will be carried out later."
    )
    assert state(suggestion) == (
        "approved", str(noa.profile_id), f.JUST_NOW, None, None
    )  # fmt: skip
    assert Schedule.objects.count() == 0
    assert told(suggestion) == [("approved", "נועה כהן", "noa")]
    assert logged(suggestion) == [("noa", "Approved, to be carried out later.")]


def test_execute_as_approver_records_presser(approved, noa, dana):
    f.run("alter table schedules add column written_by text default auth.uid()::text")

    outcome = workflow.execute(suggestion_id=approved.pk, by=dana)

    assert outcome == workflow.Outcome(approved.pk, Status.EXECUTED, "Carried out.")
    assert state(approved) == (
        "executed",
        str(noa.profile_id),
        f.JUST_NOW,
        f.JUST_NOW,
        None,
    )
    assert f.run("select written_by from schedules") == [(str(noa.profile_id),)]
    assert told(approved) == [("approved", "נועה כהן", "noa"), ("executed", "נועה כהן", "dana")]
    assert logged(approved)[1] == ("dana", "Executed.")


def test_execute_by_command_without_presser(approved):
    workflow.execute(suggestion_id=approved.pk)

    assert told(approved)[1] == ("executed", "נועה כהן", None)
    assert len(logged(approved)) == 1


@pytest.mark.parametrize("where_to", ["another organization", "none"])
def test_execute_of_moved_approver_fails(approved, noa, dana, theirs, where_to):
    noa.profile.organization = theirs if where_to == "another organization" else None
    noa.profile.save()

    outcome = workflow.execute(suggestion_id=approved.pk, by=dana)

    error = "Who approved it does not belong to the organization any more."
    assert outcome == workflow.Outcome(
        approved.pk,
        Status.FAILED,
        f"It could not be carried out: {error} The programme is as it was.",
    )
    assert state(approved)[0] == "failed"
    assert state(approved)[4] == error
    assert Schedule.objects.count() == 0
    assert told(approved)[1] == ("failed", None, "dana")
    assert logged(approved)[1] == ("dana", f"Failed: {error}")


def test_execute_of_nobodys_approval_fails(suggestion, dana):
    f.run("update ai_insights_log set execution_status = 'approved' where id = %s", suggestion.pk)

    workflow.execute(suggestion_id=suggestion.pk, by=dana)

    assert state(suggestion)[0] == "failed"
    assert state(suggestion)[4] == "It is not known who approved it."
    assert Schedule.objects.count() == 0


def test_execute_when_approver_lost_right(approved, dana):
    let_sessions_only_be_read()

    assert workflow.execute(suggestion_id=approved.pk, by=dana).status == Status.FAILED
    assert "row-level security" in state(approved)[4]


def test_execute_looks_for_conflicts_again(event, approved, dana):
    f.session(event=event, title="טקס", room="חדר A", start=f.at(11), end=f.at(12))

    with pytest.raises(workflow.NotAsApproved, match="טקס"):
        workflow.execute(suggestion_id=approved.pk, by=dana)

    assert state(approved)[0] == "approved"
    assert Schedule.objects.count() == 1


def test_execute_failed_retried_by_approving(event, noa, dana, suggestion):
    holder = f.session(event=event, room="חדר A", start=f.at(11), end=f.at(12))
    workflow.approve(suggestion_id=suggestion.pk, by=noa)
    assert state(suggestion)[0] == "failed"
    holder.delete()

    outcome = workflow.approve(suggestion_id=suggestion.pk, by=dana)

    assert outcome.status == Status.EXECUTED
    assert state(suggestion) == (
        "executed",
        str(dana.profile_id),
        f.JUST_NOW,
        f.JUST_NOW,
        None,
    )
    assert told(suggestion) == [
        ("approved", "נועה כהן", "noa"),
        ("failed", "נועה כהן", "noa"),
        ("approved", "Dana", "dana"),
        ("executed", "Dana", "dana"),
    ]


def test_withdraw_with_reason(approved, noa, dana):
    outcome = workflow.withdraw(suggestion_id=approved.pk, by=dana, reason="החדר נסגר")

    assert outcome == workflow.Outcome(approved.pk, Status.REJECTED, "The approval is withdrawn.")
    # Who had approved it stays known.
    assert state(approved)[:2] == ("rejected", str(noa.profile_id))
    assert told(approved)[1] == ("rejected", "Dana", "dana")
    assert HistoryEntry.objects.get(number=2).reason == "החדר נסגר"
    with pytest.raises(workflow.AlreadyDecided):
        workflow.execute(suggestion_id=approved.pk, by=noa)


ALLOWED = {
    "approve": {"suggested", "failed"},
    "approve_for_later": {"suggested", "failed"},
    "execute": {"approved"},
    "reject": {"suggested"},
    "withdraw": {"approved"},
}


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("act", ALLOWED)
def test_acts_by_status(event, noa, act, status):
    decided = {} if status in ("suggested", "rejected") else {
        "approved_at": f.at(6), "approved_by": noa.profile
    }  # fmt: skip
    suggestion = f.suggestion(user=noa.profile, event=event, execution_status=status, **decided)
    before = f.whole_row(suggestion)
    if status in ALLOWED[act]:
        getattr(workflow, act)(suggestion_id=suggestion.pk, by=noa)
        assert f.whole_row(suggestion) != before
    else:
        with pytest.raises(workflow.AlreadyDecided):
            getattr(workflow, act)(suggestion_id=suggestion.pk, by=noa)
        assert f.whole_row(suggestion) == before
    assert chain.find_break() is None


@pytest.mark.parametrize("act", ["approve_for_later", "execute"])
def test_approve_for_later_other_organization(theirs, their_event, noa, act):
    them = f.staff(profile=f.profile(organization=theirs))
    suggestion = f.suggestion(user=them.profile, event=their_event)
    if act == "execute":
        workflow.approve_for_later(suggestion_id=suggestion.pk, by=them)
    before = f.whole_row(suggestion)

    with pytest.raises(workflow.NotYours):
        getattr(workflow, act)(suggestion_id=suggestion.pk, by=noa)

    assert f.whole_row(suggestion) == before


@pytest.mark.parametrize("act", ["approve", "approve_for_later"])
def test_approve_stale_digest(event, suggestion, noa, act):
    found = Suggestion.objects.select_related("event", "user").get(pk=suggestion.pk)
    digest = verdicts.digest(found, verdicts.judge([found])[found.pk])
    holder = f.session(event=event, room="חדר A", start=f.at(11), end=f.at(12))

    with pytest.raises(workflow.Changed):
        getattr(workflow, act)(suggestion_id=suggestion.pk, by=noa, digest=digest)
    assert state(suggestion)[0] == "suggested"

    holder.delete()
    getattr(workflow, act)(suggestion_id=suggestion.pk, by=noa, digest=digest)
    assert state(suggestion)[0] in ("approved", "executed")


def test_execute_stale_digest(approved, noa, event):
    found = Suggestion.objects.select_related("event", "user").get(pk=approved.pk)
    seen = verdicts.digest(found, verdicts.judge([found])[found.pk])
    f.session(event=event, room="חדר A", start=f.at(11))
    before = f.everything()

    with pytest.raises(workflow.Changed):
        workflow.execute(suggestion_id=approved.pk, by=noa, digest=seen)

    assert f.everything() == before

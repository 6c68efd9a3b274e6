"""What the database refuses a decision with, in words: collisions, and the guard's own codes."""

import pytest
from django.db import DatabaseError

from ai_audit import workflow
from ai_audit.models import HistoryEntry, Status
from ai_audit.workflow import errors, steps
from tests import factories as f

pytestmark = pytest.mark.django_db

# A sequence counts also what is rolled back.
COLLIDING = """
create sequence public.collisions;
create function public.collide() returns trigger language plpgsql as $$
begin
  if nextval('public.collisions') <= {times} then
    raise 'collided' using errcode = '{code}';
  end if;
  return new;
end
$$;
create trigger colliding before insert on schedules for each row execute function public.collide();
grant usage on sequence public.collisions to authenticated;
"""


def attempts() -> int:
    return f.run("select last_value::int from public.collisions")[0][0]


@pytest.mark.parametrize("code", ["40P01", "40001"])
@pytest.mark.parametrize("times", [1, 2])
def test_errors_transient_retried(event, noa, code, times):
    f.run(COLLIDING.format(times=times, code=code))
    suggestion = f.suggestion(user=noa.profile, event=event)

    outcome = workflow.approve(suggestion_id=suggestion.pk, by=noa)

    assert outcome.status == Status.EXECUTED
    assert attempts() == times + 1
    assert HistoryEntry.objects.filter(suggestion_id=suggestion.pk).count() == 2
    assert f.run("select count(*) from django_admin_log") == [(1,)]


@pytest.mark.parametrize(
    ("code", "tried"), [("40P01", errors.ATTEMPTS), ("40001", errors.ATTEMPTS), ("55P03", 1)]
)
def test_errors_retried_except_lock_timeout(event, noa, code, tried):
    f.run(COLLIDING.format(times=99, code=code))
    suggestion = f.suggestion(user=noa.profile, event=event)
    before = f.whole_row(suggestion)

    with pytest.raises(workflow.Busy) as refusal:
        workflow.approve(suggestion_id=suggestion.pk, by=noa)

    assert str(refusal.value) == (
        "Nothing was changed. Someone else is working on the same programme right now. "
        "Try again in a moment."
    )
    assert attempts() == tried
    assert f.whole_row(suggestion) == before
    assert HistoryEntry.objects.count() == 0


def test_errors_others_pass_at_once(event, noa):
    f.run(COLLIDING.format(times=99, code="57014"))
    suggestion = f.suggestion(user=noa.profile, event=event)

    with pytest.raises(DatabaseError, match="collided"):
        workflow.approve(suggestion_id=suggestion.pk, by=noa)

    assert attempts() == 1


# Fires before the guard, by its name, and makes what was written something the guard refuses.
MEDDLING = """
create function meddle() returns trigger language plpgsql security definer as $$
begin
  {0}
  return new;
end
$$;
create trigger a_meddler before update on ai_insights_log
  for each row execute function meddle();
"""


@pytest.mark.parametrize(
    ("meddling", "kind", "sentence"),
    [
        (
            "new.created_at := null;",
            workflow.RefusedByGuard,
            "Nothing was changed. What was suggested never changes.",
        ),
        (
            "new.execution_status := 'executed';",
            workflow.AlreadyDecided,
            "Nothing was changed. From where the suggestion stands, it cannot become that.",
        ),
        (
            "update public.user_profiles set organization_id = null where id = new.approved_by;",
            workflow.NotYours,
            "Nothing was changed. Only a person of the suggestion’s own organization decides on "
            "it.",
        ),
        (
            "delete from backoffice.decision_history;",
            workflow.RefusedByGuard,
            "Nothing was changed. The decision history is only ever added to.",
        ),
        (
            "delete from public.ai_insights_log;",
            workflow.RefusedByGuard,
            "Nothing was changed. A suggestion is history and is never deleted.",
        ),
    ],
)
def test_errors_of_guard_are_refusals(event, noa, meddling, kind, sentence):
    other = f.suggestion(user=noa.profile, event=event)
    workflow.reject(suggestion_id=other.pk, by=noa)
    suggestion = f.suggestion(user=noa.profile, event=event)
    before = f.whole_row(suggestion)
    f.run(MEDDLING.format(meddling))

    with pytest.raises(workflow.Refusal) as refusal:
        workflow.approve(suggestion_id=suggestion.pk, by=noa)

    assert (type(refusal.value), str(refusal.value)) == (kind, sentence)
    assert f.whole_row(suggestion) == before
    assert f.run("select count(*) from schedules") == [(0,)]


def test_errors_guard_codes_have_sentences():
    assert list(errors._BY_GUARD) == [f"EF00{n}" for n in range(1, 7)]


def test_status_moved_before_lock_is_already_decided(event, noa):
    """An older client decided after the page was read: that is told, and by whom."""
    suggestion = f.suggestion(user=noa.profile, event=event)
    f.run(
        "update ai_insights_log set execution_status = 'approved', approved_at = now(),"
        " approved_by = %s where id = %s",
        noa.profile_id,
        suggestion.pk,
    )

    with pytest.raises(workflow.AlreadyDecided, match="it is “Approved” already, decided by"):
        workflow.approve(suggestion_id=suggestion.pk, by=noa)


def test_errors_row_hidden_by_policy(event, noa):
    suggestion = f.suggestion(user=noa.profile, event=event)
    f.run("drop policy suggestions_are_updated_by_their_organization on ai_insights_log")

    with pytest.raises(workflow.RefusedByPolicy):
        workflow.approve_for_later(suggestion_id=suggestion.pk, by=noa)

    assert steps.last_decision(suggestion) == "it is “Suggested” already."

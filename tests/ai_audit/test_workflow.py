"""Decisions: what approving and rejecting do, and to whom they are refused."""

import pytest

from ai_audit import workflow
from ai_audit.models import Status
from scheduling.models import Schedule
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours():
    return f.organization()


@pytest.fixture
def noa(ours):
    return f.staff(profile=f.profile(organization=ours))


def test_approving_a_new_session_puts_it_on_the_programme(ours, noa):
    event = f.event(organization=ours)
    suggestion = f.suggestion(user=noa.profile, event=event)

    outcome = workflow.approve(suggestion_id=suggestion.pk, by=noa)

    suggestion.refresh_from_db()
    session = Schedule.objects.get(event=event)
    assert outcome.status == Status.EXECUTED
    assert (session.title, session.room) == ("סדנה: בינה מלאכותית בשטח", "חדר A")
    assert (session.start_time, session.end_time) == (f.at(11, 15), f.at(12, 45))
    assert suggestion.execution_status == Status.EXECUTED
    assert suggestion.approved_by_id == noa.profile_id
    assert suggestion.approved_at == suggestion.executed_at
    assert suggestion.execution_error is None

"""The lifecycle guard: what no one may do to a suggestion, whoever they are."""

import pytest
from django.db import DatabaseError, connection, transaction

from ai_audit.models import Suggestion
from eventflow import database
from tests import factories as f

pytestmark = pytest.mark.django_db

STATUSES = ("suggested", "approved", "rejected", "executed", "failed")
MOVES = {
    ("suggested", "approved"),
    ("suggested", "rejected"),
    ("approved", "executed"),
    ("approved", "failed"),
    ("approved", "rejected"),
    ("failed", "approved"),
}


@pytest.fixture
def noa():
    return f.profile(organization=f.organization())


@pytest.fixture
def event(noa):
    return f.event(organization=noa.organization)


def refused(statement, parameters=()) -> str | None:
    """The SQLSTATE of what the database says to a statement; None when it is carried out."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
    except DatabaseError as error:
        return database.sqlstate(error)
    return None


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_only_the_moves_of_the_lifecycle_are_made(noa, event, before, after):
    suggestion = f.suggestion(user=noa, event=event, execution_status=before)
    said = refused(
        "update ai_insights_log set execution_status = %s where id = %s", [after, suggestion.pk]
    )
    assert said == (None if (before, after) in MOVES or before == after else "EF004")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", "00000000-0000-4000-8000-000000000000"),
        ("user_id", "other"),
        ("event_id", None),
        ("action_type", "schedule_delete"),
        ("action_data", "{}"),
        ("suggested_at", "2020-01-01"),
        ("created_at", None),
    ],
)
def test_what_was_suggested_never_changes(noa, event, column, value):
    suggestion = f.suggestion(user=noa, event=event)
    if value == "other":
        value = f.profile(organization=noa.organization).pk
    statement = f"update ai_insights_log set {column} = %s where id = %s"
    assert refused(statement, [value, suggestion.pk]) == "EF003"


@pytest.mark.parametrize(
    "statement", ["delete from ai_insights_log", "truncate ai_insights_log cascade"]
)
def test_nothing_is_deleted(noa, event, statement):
    f.suggestion(user=noa, event=event)
    assert refused(statement) == "EF001"
    assert Suggestion.objects.count() == 1


@pytest.mark.parametrize(
    "state",
    [
        {"approved_at": f.at(9)},
        {"approved_by": "noa"},
    ],
)
def test_approver_and_time_are_set_together(noa, event, state):
    suggestion = f.suggestion(user=noa, event=event)
    ((column, value),) = state.items()
    statement = (
        f"update ai_insights_log set execution_status = 'approved', {column} = %s where id = %s"
    )
    assert refused(statement, [noa.pk if value == "noa" else value, suggestion.pk]) == "EF005"


APPROVE = (
    "update ai_insights_log set execution_status = 'approved', approved_at = now(),"
    " approved_by = %s where id = %s"
)


@pytest.mark.parametrize("with_event", [True, False])
def test_only_the_own_organization_approves(noa, event, with_event):
    suggestion = f.suggestion(user=noa, event=event if with_event else None)
    stranger = f.profile(organization=f.organization(name="אחרים"))
    nobody = f.profile(organization=None)
    assert refused(APPROVE, [stranger.pk, suggestion.pk]) == "EF005"
    assert refused(APPROVE, [nobody.pk, suggestion.pk]) == "EF005"
    assert refused(APPROVE, [noa.pk, suggestion.pk]) is None


def test_one_approves_in_ones_own_name(noa, event):
    suggestion = f.suggestion(user=noa, event=event)
    colleague = f.profile(organization=noa.organization)
    with database.acting_as(noa.pk):
        assert refused(APPROVE, [colleague.pk, suggestion.pk]) == "EF005"
        assert refused(APPROVE, [noa.pk, suggestion.pk]) is None


def test_what_authenticated_inserts_is_undecided_and_its_own_whatever_policies_allow(noa, event):
    with connection.cursor() as cursor:
        cursor.execute(
            "create policy wide on ai_insights_log to authenticated using (true) with check (true)"
        )
    colleague = f.profile(organization=noa.organization)
    insert = (
        "insert into ai_insights_log (user_id, event_id, action_type, action_data,"
        " execution_status) values (%s, %s, 'schedule_create', '{}', %s)"
    )
    with database.acting_as(noa.pk):
        assert refused(insert, [colleague.pk, event.pk, "suggested"]) == "EF002"
        assert refused(insert, [noa.pk, event.pk, "executed"]) == "EF002"
        assert refused(insert, [noa.pk, event.pk, "suggested"]) is None


def test_the_record_of_a_decision_changes_only_with_a_decision(noa, event):
    suggestion = f.suggestion(
        user=noa,
        event=event,
        execution_status="approved",
        approved_at=f.at(9),
        approved_by=noa,
    )
    for change in (
        "execution_error = 'x'",
        "executed_at = now()",
        "approved_at = now()",
        "approved_at = null, approved_by = null",
        "execution_status = 'executed', approved_at = now()",
    ):
        statement = f"update ai_insights_log set {change} where id = %s"
        assert refused(statement, [suggestion.pk]) == "EF004", change


def test_a_row_that_knew_half_of_its_approval_before_there_was_a_guard_is_carried_on(noa, event):
    """Older clients wrote the time and not the person."""
    with connection.cursor() as cursor:
        cursor.execute("alter table ai_insights_log disable trigger guard_suggestion")
        suggestion = f.suggestion(
            user=noa, event=event, execution_status="approved", approved_at=f.at(9)
        )
        cursor.execute("alter table ai_insights_log enable always trigger guard_suggestion")
    move = "update ai_insights_log set execution_status = %s where id = %s"
    assert refused(move, ["failed", suggestion.pk]) is None
    assert refused(move, ["approved", suggestion.pk]) == "EF005"
    assert refused(APPROVE, [noa.pk, suggestion.pk]) is None

"""The table `ai_insights_log` itself: what it fills in, what it refuses, what it holds on to.

The lifecycle guard, which refuses much of this before the table would, is switched off.
"""

import pytest
from django.db import IntegrityError, transaction

from ai_audit.models import Status
from eventflow.db import database
from tests import factories as f
from tests.factories import run


@pytest.fixture
def suggestion(db):
    run("alter table ai_insights_log disable trigger guard_suggestion")
    organization = f.organization()
    person = f.profile(organization=organization)
    approver = f.profile(organization=organization)
    return f.suggestion(user=person, event=f.event(organization=organization), approved_by=approver)


def refused_by(statement: str, *parameters) -> str | None:
    """The constraint that refuses the statement; a column's name where it may not be empty."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        run(statement, *parameters)
    cause = refusal.value.__cause__
    return database.violated_constraint(refusal.value) or cause.diag.column_name


def test_log_defaults(suggestion):
    [(pk, *rest)] = run(
        "insert into ai_insights_log (user_id, action_type, action_data) values (%s, 'x', '{}')"
        " returning id, suggested_at = now(), created_at = now(), execution_status, event_id,"
        " approved_at, approved_by, executed_at, execution_error",
        suggestion.user_id,
    )
    assert pk.version == 4
    assert rest == [True, True, "suggested", None, None, None, None, None]


@pytest.mark.parametrize(
    "column",
    ["id", "user_id", "action_type", "action_data", "suggested_at", "execution_status"],
)
def test_log_required_columns(suggestion, column):
    assert refused_by(f"update ai_insights_log set {column} = null") == column


def test_log_five_states(suggestion):
    for status in Status.values:
        run("update ai_insights_log set execution_status = %s", status)
    for status in ("", "Suggested", "pending", "approved "):
        assert (
            refused_by("update ai_insights_log set execution_status = %s", status)
            == "ai_insights_log_execution_status_check"
        )


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("delete from events", "ai_insights_log_event_id_fkey"),
        (
            "delete from user_profiles where id in (select user_id from ai_insights_log)",
            "ai_insights_log_user_id_fkey",
        ),
        (
            "delete from user_profiles where id in (select approved_by from ai_insights_log)",
            "ai_insights_log_approved_by_fkey",
        ),
        (
            "delete from auth.users where id in (select user_id from ai_insights_log)",
            "ai_insights_log_user_id_fkey",
        ),
        (
            "update ai_insights_log set event_id = gen_random_uuid()",
            "ai_insights_log_event_id_fkey",
        ),
        (
            "update ai_insights_log set approved_by = gen_random_uuid()",
            "ai_insights_log_approved_by_fkey",
        ),
    ],
)
def test_people_with_history_not_deletable(suggestion, statement, constraint):
    assert refused_by(statement) == constraint

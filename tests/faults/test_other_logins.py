"""Logins that are not ours: a superuser in replica mode, and one as the REST layer has it."""

import json

import psycopg
import pytest
from django.db import connection

from ai_audit import workflow
from eventflow.db import database
from tests import factories as f

pytestmark = pytest.mark.usefixtures("committing")


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("delete from ai_insights_log", "EF001"),
        ("truncate ai_insights_log cascade", "EF001"),
        ("update ai_insights_log set execution_status = 'executed'", "EF004"),
        ("update ai_insights_log set action_data = '{}'", "EF003"),
        ("delete from backoffice.decision_history", "EF006"),
        ("truncate backoffice.decision_history", "EF006"),
        ("update backoffice.decision_history set reason = 'x'", "EF006"),
        ("delete from backoffice.suggestion_links", "EF006"),
        ("truncate backoffice.suggestion_links", "EF006"),
    ],
)
def test_replica_mode_lets_nobody_change_history(event, noa, statement, code):
    rejected = f.suggestion(user=noa.profile, event=event)
    workflow.reject(suggestion_id=rejected.pk, by=noa)
    amended = f.suggestion(user=noa.profile, event=event)
    workflow.amend(suggestion_id=amended.pk, by=noa, values={"title": "אחר"})
    with database.connect_as_superuser(connection.settings_dict["NAME"]) as raw:
        raw.execute("set session_replication_role = replica")
        with pytest.raises(psycopg.DatabaseError) as refusal:
            raw.execute(statement)
    assert refusal.value.sqlstate == code


def test_replica_mode_move_in_history(event, noa):
    suggestion = f.suggestion(user=noa.profile, event=event)
    with database.connect_as_superuser(connection.settings_dict["NAME"]) as raw:
        raw.execute("set session_replication_role = replica")
        raw.execute("update ai_insights_log set execution_status = 'rejected'")
        (login,) = raw.execute("select session_user").fetchone()
    assert f.run(
        "select suggestion_id, to_status, database_role from backoffice.decision_history"
    ) == [(suggestion.pk, "rejected", login)]


def test_history_context_of_other_login_ignored(event, noa):
    """The REST layer's login says who is signed in, and nothing of staff members and reasons."""
    suggestion = f.suggestion(user=noa.profile, event=event)
    told = {"suggestion": str(suggestion.pk), "staff_member": noa.pk, "reason": "forged"}
    claims = {"sub": str(noa.profile_id), "role": "authenticated"}
    with (
        database.connect_as_superuser(connection.settings_dict["NAME"]) as raw,
        raw.transaction(force_rollback=True),
    ):
        raw.execute("create role rest_layer noinherit")
        raw.execute("grant authenticated to rest_layer")
        raw.execute("set local session authorization rest_layer")
        raw.execute("set local role authenticated")
        for name, value in {"eventflow.decision": told, "request.jwt.claims": claims}.items():
            raw.execute("select set_config(%s, %s, true)", [name, json.dumps(value)])
        raw.execute("update ai_insights_log set execution_status = 'rejected'")
        raw.execute("reset session authorization")
        assert raw.execute(
            "select database_role, profile_id, staff_member_id, reason"
            " from backoffice.decision_history"
        ).fetchall() == [("authenticated", noa.profile_id, None, None)]

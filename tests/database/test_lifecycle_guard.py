"""The lifecycle guard: what no one may do to a suggestion, whoever they are."""

import pytest
from django.db import DatabaseError, connection, transaction

from ai_audit.models import Suggestion
from eventflow.db import database
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
def test_guard_lifecycle_moves_only(noa, event, before, after):
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
def test_guard_suggestion_immutable(noa, event, column, value):
    suggestion = f.suggestion(user=noa, event=event)
    if value == "other":
        value = f.profile(organization=noa.organization).pk
    statement = f"update ai_insights_log set {column} = %s where id = %s"
    assert refused(statement, [value, suggestion.pk]) == "EF003"


@pytest.mark.parametrize(
    "statement", ["delete from ai_insights_log", "truncate ai_insights_log cascade"]
)
def test_guard_nothing_deleted(noa, event, statement):
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
def test_guard_own_organization_approves(noa, event, with_event):
    suggestion = f.suggestion(user=noa, event=event if with_event else None)
    stranger = f.profile(organization=f.organization(name="אחרים"))
    nobody = f.profile(organization=None)
    assert refused(APPROVE, [stranger.pk, suggestion.pk]) == "EF005"
    assert refused(APPROVE, [nobody.pk, suggestion.pk]) == "EF005"
    assert refused(APPROVE, [noa.pk, suggestion.pk]) is None


def test_guard_approver_is_oneself(noa, event):
    suggestion = f.suggestion(user=noa, event=event)
    colleague = f.profile(organization=noa.organization)
    with database.acting_as(noa.pk):
        assert refused(APPROVE, [colleague.pk, suggestion.pk]) == "EF005"
        assert refused(APPROVE, [noa.pk, suggestion.pk]) is None


def test_guard_authenticated_insert_undecided_and_own(noa, event):
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


def test_guard_record_changes_with_decision_only(noa, event):
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


def test_guard_older_half_approved_row(noa, event):
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


# Who decides


DECIDING = [
    ("suggested", "execution_status = 'rejected'"),
    ("suggested", "execution_status = 'approved', approved_at = now(), approved_by = {noa}"),
    # As an older client does, in nobody's name.
    ("suggested", "execution_status = 'approved'"),
    ("approved", "execution_status = 'rejected'"),
    ("approved", "execution_status = 'executed', executed_at = now()"),
    ("approved", "execution_status = 'failed', execution_error = 'x'"),
    ("failed", "execution_status = 'approved', approved_at = now(), approved_by = {noa}"),
]


def widen():
    """Policies made by hand are always true: what is refused then, the guard refuses."""
    f.run("create policy wide on ai_insights_log to authenticated using (true) with check (true)")


@pytest.mark.parametrize("whose", ["one's own", "a colleague's", "one's own without an event"])
@pytest.mark.parametrize("where_to", ["another organization", "none", "nowhere"])
@pytest.mark.parametrize(("before", "deciding"), DECIDING)
def test_guard_departed_decides_nothing(noa, event, before, deciding, where_to, whose):
    widen()
    user = f.profile(organization=noa.organization) if whose == "a colleague's" else noa
    without_event = whose == "one's own without an event"
    suggestion = f.suggestion(
        user=user, event=None if without_event else event, execution_status=before
    )
    if where_to != "nowhere":
        noa.organization = (
            f.organization(name="אחרים") if where_to == "another organization" else None
        )
        noa.save()
    statement = f"update ai_insights_log set {deciding.format(noa=repr(str(noa.pk)))} where id = %s"
    with database.acting_as(noa.pk):
        said = refused(statement, [suggestion.pk])
    # What has no event goes along with who asked for it.
    stays = where_to == "nowhere" or (without_event and where_to == "another organization")
    assert said == (None if stays else "EF005")


def test_guard_organization_of_event_now(noa, event):
    suggestion = f.suggestion(user=noa, event=event)
    event.organization = f.organization(name="אחרים")
    event.save()
    with database.acting_as(noa.pk):
        assert refused(REJECT, [suggestion.pk]) == "EF005"


REJECT = "update ai_insights_log set execution_status = 'rejected' where id = %s"

DECIDED = [
    "execution_status = 'approved'",
    "execution_status = 'rejected'",
    "execution_status = 'failed'",
    "execution_status = 'executed'",
    "execution_status = 'executed', approved_at = now(), approved_by = user_id",
    "executed_at = now()",
    "execution_error = 'x'",
    "approved_at = now(), approved_by = user_id",
]


def inserting(set_columns: str) -> str:
    """An insert of a row that is as the assignments say."""
    pairs = [pair.split(" = ") for pair in set_columns.split(", ")]
    values = ["%(user)s" if value == "user_id" else value for _column, value in pairs]
    columns = "".join(f", {column}" for column, _value in pairs)
    return (
        f"insert into ai_insights_log (user_id, event_id, action_type, action_data{columns})"
        f" values (%(user)s, %(event)s, 'schedule_create', '{{}}', {', '.join(values)})"
    )


@pytest.mark.parametrize("role", ["service_role", "authenticated", "anon", "a login"])
@pytest.mark.parametrize("decided", DECIDED)
def test_guard_decided_insert_by_owner_only(noa, event, role, decided):
    widen()
    people = {"user": noa.pk, "event": event.pk}
    if role == "a login":
        role = f.run("select session_user::text")[0][0] + "_other"
        f.run(f'create role "{role}"')
        f.run(f'grant "{role}" to current_user')
    f.run(f'grant insert on ai_insights_log to "{role}"')
    f.run(f'grant usage on schema public, extensions, auth to "{role}"')
    f.run(f'set local role "{role}"')
    f.run("select set_config('request.jwt.claims', %s, true)", f'{{"sub": "{noa.pk}"}}')
    assert refused(inserting(decided), people) == "EF002"
    f.run("reset role")
    f.run("select set_config('request.jwt.claims', '', true)")
    assert refused(inserting(decided), people) is None


@pytest.mark.parametrize("role", ["authenticated", "service_role"])
@pytest.mark.parametrize(("before", "after"), [(b, a) for b, a in sorted(MOVES) if a != "executed"])
def test_guard_executed_at_only_of_executed(noa, event, role, before, after):
    suggestion = f.suggestion(user=noa, event=event, execution_status=before)
    statement = (
        f"update ai_insights_log set execution_status = '{after}', executed_at = now()"
        " where id = %s"
    )
    with database.acting_as(noa.pk):
        f.run(f"set local role {role}")
        assert refused(statement, [suggestion.pk]) == "EF004"
        assert refused(statement.replace(", executed_at = now()", ""), [suggestion.pk]) is None
        f.run("set local role authenticated")


def test_guard_older_row_with_wrong_executed_at(noa, event):
    f.run("alter table ai_insights_log disable trigger guard_suggestion")
    suggestion = f.suggestion(user=noa, event=event, execution_status="failed", executed_at=f.at(9))
    f.run("alter table ai_insights_log enable always trigger guard_suggestion")
    with database.acting_as(noa.pk):
        assert refused(APPROVE, [noa.pk, suggestion.pk]) is None
        assert refused(REJECT, [suggestion.pk]) is None


# The database's own time


LONG_AGO = "'2001-01-01 00:00Z'"
AHEAD = "'2099-01-01 00:00Z'"


def just_now(suggestion_id) -> dict[str, bool | None]:
    """Of each moment of a row, whether it is the database's, of this transaction; None of none."""
    return {
        name: moment and began <= moment <= ends
        for name, moment, began, ends in f.run(
            "select m.name, m.moment, now(), clock_timestamp() from ai_insights_log, lateral"
            " (values ('created_at', created_at), ('suggested_at', suggested_at),"
            " ('approved_at', approved_at), ('executed_at', executed_at)) as m (name, moment)"
            " where id = %s",
            suggestion_id,
        )
    }


@pytest.mark.parametrize("moment", [LONG_AGO, AHEAD, "'infinity'", "'-infinity'", "default"])
def test_guard_suggested_at_from_database(noa, event, moment):
    with database.acting_as(noa.pk):
        ((pk,),) = f.run(
            "insert into ai_insights_log"
            " (user_id, event_id, action_type, action_data, suggested_at, created_at)"
            f" values (%s, %s, 'schedule_create', '{{}}', {moment}, {moment}) returning id",
            noa.pk,
            event.pk,
        )
    assert just_now(pk) == {
        "created_at": True,
        "suggested_at": True,
        "approved_at": None,
        "executed_at": None,
    }


@pytest.mark.parametrize("moment", [LONG_AGO, AHEAD, "'infinity'", "now()"])
def test_guard_decided_at_from_database(noa, event, moment):
    suggestion = f.suggestion(user=noa, event=event, suggested_at=f.at(8), created_at=f.at(8))
    untouched = {"created_at": False, "suggested_at": False}
    with database.acting_as(noa.pk):
        f.run(APPROVE.replace("now()", moment), noa.pk, suggestion.pk)
        assert just_now(suggestion.pk) == untouched | {"approved_at": True, "executed_at": None}
        f.run(
            f"update ai_insights_log set execution_status = 'executed', executed_at = {moment}"
            " where id = %s",
            suggestion.pk,
        )
    assert just_now(suggestion.pk) == untouched | {"approved_at": True, "executed_at": True}


def test_guard_executed_at_from_database(noa, event):
    suggestion = f.suggestion(user=noa, event=event, execution_status="approved")
    with database.acting_as(noa.pk):
        f.run(
            "update ai_insights_log set execution_status = 'executed' where id = %s", suggestion.pk
        )
    assert just_now(suggestion.pk)["executed_at"] is True


def test_guard_other_roles_moments_kept(noa, event):
    suggestion = f.suggestion(
        user=noa,
        event=event,
        execution_status="executed",
        suggested_at=f.at(8),
        created_at=f.at(8),
        approved_at=f.at(9),
        approved_by=noa,
        executed_at=f.at(10),
    )
    assert set(just_now(suggestion.pk).values()) == {False}

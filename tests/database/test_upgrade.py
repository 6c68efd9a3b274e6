"""A database of an earlier version, restored from its dump and migrated to the newest."""

import io

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from ai_audit import workflow
from ai_audit.models import Status, Suggestion
from ai_audit.reports import index
from eventflow import sql
from scheduling.models import StaffMember
from tests import factories as f
from tests import pages, web_login
from tests.database import dumps, steps
from tests.databases import connected_to, copy_of

pytestmark = pytest.mark.migrates


@pytest.fixture(scope="module", params=dumps.VERSIONS)
def restored(request, django_db_setup, django_db_blocker):
    """The name of a database that was restored, and not migrated; and the version it is of."""
    with django_db_blocker.unblock(), dumps.restored(request.param) as name:
        yield name, request.param


@pytest.fixture(scope="module")
def upgraded(restored, django_db_blocker):
    """The name of one that was migrated since."""
    with django_db_blocker.unblock(), copy_of(restored[0]) as name:
        with connected_to(name):
            steps.migrate(verbosity=0)
        yield name


@pytest.fixture
def here(upgraded, django_db_blocker):
    """The default connection leads to a database of the test's own that was upgraded."""
    with django_db_blocker.unblock(), copy_of(upgraded) as name, connected_to(name):
        yield


@pytest.fixture(params=["owner", pytest.param("web", marks=pytest.mark.long)])
def login(request, here):
    """The test goes on as the one who migrates, and as the web process's own login.

    For which its file was not run again.
    """
    if request.param == "owner":
        yield
        return
    with web_login.signed_in():
        yield


def printed(command, *args) -> str:
    said = io.StringIO()
    call_command(command, *args, stdout=said, stderr=said)
    return said.getvalue()


def staff(username) -> StaffMember:
    return StaffMember.objects.get(user__username=username)


def status(pk) -> str:
    return Suggestion.objects.values_list("execution_status", flat=True).get(pk=pk)


def test_upgrade_nothing_missing(here):
    """What the product's own helpers let in is theirs, and told."""
    found = steps.warnings()
    assert [message for number, message in found if number != "eventflow.W004"] == []
    assert not any("backoffice." in message for _, message in found)


def test_upgrade_history_and_index_hold(here):
    assert "The history holds" in printed("verify_history")
    assert "are what they should be" in printed("rebuild_index", "--verify", "-v0")


def test_upgrade_rows_unchanged(restored, upgraded, django_db_blocker):
    tables = (
        *("ai_insights_log", "schedules", "participant_schedules", "user_profiles"),
        *("decision_history", "suggestion_links", "auth_user", "scheduling_staffmember"),
        *("auth_user_user_permissions", "auth_user_groups", "django_admin_log"),
    )

    def rows(name):
        with connected_to(name):
            return [
                f.run(f"select {columns} from {table} as t order by 1")
                for table, columns in columns_of.items()
            ]

    with django_db_blocker.unblock():
        with connected_to(restored[0]):
            columns_of = {
                table: f.run(
                    "select string_agg(quote_ident(attname) || '::text', ', ' order by attnum)"
                    " from pg_attribute"
                    " where attrelid = %s::regclass and attnum > 0 and not attisdropped",
                    table,
                )[0][0]
                for table in tables
            }
        assert rows(upgraded) == rows(restored[0])


def test_upgrade_old_removal_undone(login):
    outcome = workflow.undo(suggestion_id=dumps.REMOVED, by=staff(dumps.NOA))

    assert (outcome.status, outcome.sentence) == (Status.EXECUTED, "Undone.")
    # Compared with what that version kept, whole and by the database.
    assert f.run(
        "select to_jsonb(s) - 'updated_at' = h.before - 'updated_at', s.current_count,"
        " array(select to_jsonb(r) from participant_schedules as r where r.schedule_id = s.id"
        "  order by r.id)"
        " = array(select r.value from"
        "  jsonb_array_elements(h.removed -> 'public.participant_schedules') as r"
        "  order by (r.value ->> 'id')::uuid)"
        " from backoffice.decision_history as h, schedules as s"
        " where h.suggestion_id = %s and h.to_status = 'executed' and s.id = %s",
        dumps.REMOVED,
        dumps.REMOVED_SESSION,
    ) == [(True, 3, True)]


def test_lists_and_pages_open(login):
    browsers = {name: pages.signed_in(staff(name).user) for name in (dumps.NOA, dumps.DANA)}
    for browser in browsers.values():
        for name in (
            "index",
            "ai_audit_pendingsuggestion_changelist",
            "ai_audit_suggestion_changelist",
            "ai_audit_suggestion_insights",
            "scheduling_schedule_changelist",
        ):
            assert browser.get(reverse(f"admin:{name}")).status_code == 200, name
    for pk, state in f.run("select id, execution_status from ai_insights_log"):
        suggestion = Suggestion.objects.select_related("event__organization").get(pk=pk)
        model = "pendingsuggestion" if state == "suggested" else "suggestion"
        ours = suggestion.event_id is None or suggestion.event.name == "כנס שנתי"
        answer = browsers[dumps.NOA].get(reverse(f"admin:ai_audit_{model}_change", args=[pk]))
        assert answer.status_code == (200 if ours else 302), (model, pk)


def test_upgrade_pending_decidable(login):
    noa = staff(dumps.NOA)
    assert (
        workflow.approve(
            suggestion_id=dumps.UNDECIDED, by=noa, confirmed=f.confirming(dumps.UNDECIDED)
        ).status
        == Status.EXECUTED
    )
    assert (
        workflow.approve(
            suggestion_id=dumps.TO_REMOVE, by=noa, confirmed=f.confirming(dumps.TO_REMOVE)
        ).status
        == Status.EXECUTED
    )
    assert workflow.reject(suggestion_id=dumps.TO_REJECT, by=noa).status == Status.REJECTED
    assert workflow.withdraw(suggestion_id=dumps.LATER, by=noa).status == Status.REJECTED
    # Those that stood decided before there was a guard.
    assert (
        workflow.approve(
            suggestion_id=dumps.BEFORE_FAILED, by=noa, confirmed=f.confirming(dumps.BEFORE_FAILED)
        ).status
        == Status.EXECUTED
    )
    assert workflow.withdraw(suggestion_id=dumps.BEFORE_APPROVED, by=noa).status == Status.REJECTED
    assert "The history holds" in printed("verify_history")
    assert not index.verify()


def test_upgrade_old_approvals_need_ids(login):
    waiting = {
        str(pk)
        for (pk,) in f.run("select id from ai_insights_log where execution_status = 'approved'")
    }
    listed = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("execute_approved", stdout=io.StringIO(), stderr=listed)

    assert {line.split(":")[0] for line in listed.getvalue().splitlines()} == waiting
    assert {status(pk) for pk in waiting} == {"approved"}
    assert "Carried out: 1. Failed: 0." in printed("execute_approved", str(dumps.LATER))
    assert status(dumps.LATER) == "executed"
    assert "The history holds" in printed("verify_history")
    assert not index.verify()


# The version before goes on while the new objects stand


def ask_again(act: dict) -> None:
    """Send an act's statements as they were sent, each to give or write as many rows as then."""
    params = connection.get_connection_params()
    wanted = {name: params[name] for name in ("host", "port", "user", "password", "dbname")}
    if act["login"] == "web":
        wanted |= {"user": web_login.ROLE, "password": web_login.PASSWORD}
    with psycopg.connect(**wanted, autocommit=True) as raw:
        raw.execute("set search_path = backoffice, public, extensions; set time zone 'UTC'")
        for transaction in act["transactions"]:
            with raw.transaction():
                for statement, rows in transaction:
                    found = raw.execute(statement, prepare=False).rowcount
                    # What the AI did is added up otherwise since, under as many keys as there are.
                    as_then = None if "backoffice.daily_figures" in statement else rows
                    assert as_then in (found, None), (act["act"], statement, rows, found)


def test_upgrade_old_versions_statements_work(here, restored):
    _name, version = restored
    connection.close()
    for act in dumps.statements(version):
        ask_again(act)
    assert "The history holds" in printed("verify_history")
    assert "are what they should be" in printed("rebuild_index", "--verify", "-v0")
    assert {pk: status(pk) for pk in (dumps.UNDECIDED, dumps.TO_REMOVE, dumps.TO_AMEND)} == {
        dumps.UNDECIDED: "executed",
        dumps.TO_REMOVE: "executed",
        dumps.TO_AMEND: "rejected",
    }
    assert f.run(
        "select count(*) from participant_schedules where schedule_id = %s", dumps.REMOVED_SESSION
    ) == [(3,)]


# The web process's own login, before its file is run again


RIGHTS = """
select rights.object, a.privilege_type
from (
  select c.oid::regclass::text, c.relacl
  from pg_class as c
  where c.relnamespace in ('public'::regnamespace, 'backoffice'::regnamespace)
  union all
  select t.attrelid::regclass || '.' || t.attname, t.attacl
  from pg_attribute as t
  union all
  select p.oid::regprocedure::text, p.proacl
  from pg_proc as p
  where p.pronamespace in ('public'::regnamespace, 'backoffice'::regnamespace)
) as rights (object, acl)
cross join lateral aclexplode(rights.acl) as a
where a.grantee = 'backoffice_web'::regrole
union all
select polrelid::regclass || ' ' || polname, 'policy'
from pg_policy
where 'backoffice_web'::regrole = any (polroles)
"""


def test_upgrade_grants_equal_web_login_file(here):
    upgraded = set(f.run(RIGHTS))
    web_login.install()
    assert set(f.run(RIGHTS)) - upgraded == set()


def test_upgrade_grants_web_login_if_installed(here):
    f.run("create function backoffice.newer() returns integer language sql return 1")
    f.run("revoke all on function backoffice.newer() from public")
    step = sql.WebLoginMay("execute on function backoffice.newer()", "select on public.events")
    before = set(f.run(RIGHTS))
    with connection.schema_editor() as editor:
        step.database_forwards("ai_audit", editor, None, None)
    assert set(f.run(RIGHTS)) - before == {("newer()", "EXECUTE")}


def test_upgrade_without_web_login_grants_nothing(own_migrated):
    """Roles belong to the whole server, and another database's may have the login."""
    step = sql.WebLoginMay("select on backoffice.suggestion_index")
    with connection.schema_editor() as editor:
        step.database_forwards("ai_audit", editor, None, None)
    assert f.run(RIGHTS) == []

"""The organization's helper of our own, where `auth` has none: on a stand-in as in production."""

import json
from contextlib import closing, contextmanager

import pytest
from django.core.checks import Tags, run_checks
from django.db import DatabaseError, transaction

from ai_audit import workflow
from eventflow.db import database, foundation, objects
from eventflow.fitness import doctor, readiness
from tests import factories as f
from tests import web_login
from tests.database import steps
from tests.database.conftest import leaving_as_it_was
from tests.databases import connected_to, copy_of, stand_in_of
from tests.shapes import of_the_first_shape

pytestmark = pytest.mark.migrates

LOG = "public.ai_insights_log"
OURS = "backoffice.user_org_id()"
THEIRS = """
create function auth.{} returns uuid language sql stable security definer
set search_path = pg_catalog, public, pg_temp
as 'select organization_id from public.user_profiles where id = auth.uid()'
"""


@pytest.fixture(scope="module")
def production(django_db_setup, django_db_blocker):
    """The name of a database in the shape of production, migrated, with the web login."""
    with django_db_blocker.unblock(), stand_in_of("production") as name:
        assert " 0 wrong." in steps.migrate()
        web_login.install()
        with connected_to("postgres"):
            yield name


@pytest.fixture
def desk(production, django_db_blocker):
    """The default connection leads there, in a transaction."""
    with django_db_blocker.unblock(), leaving_as_it_was(production):
        yield


@pytest.fixture
def own_desk(production, django_db_blocker):
    """The default connection leads to a copy of it."""
    with django_db_blocker.unblock(), copy_of(production) as name, connected_to(name):
        yield name


@pytest.fixture
def own_production(django_db_setup, django_db_blocker):
    """The default connection leads to a new stand-in in the shape of production."""
    with django_db_blocker.unblock(), stand_in_of("production") as name:
        yield name


@contextmanager
def signed_in(role: str, profile=None):
    """Become that role, signed in as somebody; whatever is done meanwhile is undone."""
    with transaction.atomic():
        claims = json.dumps({"sub": str(profile.pk), "role": role}) if profile else ""
        f.run(
            "select set_config('request.jwt.claims', %s, true),"
            " set_config('search_path', 'public, extensions', true),"
            " set_config('role', %s, true)",
            claims,
            role,
        )
        yield
        transaction.set_rollback(True)


def refused(statement: str) -> str:
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        f.run(statement)
    return database.sqlstate(refusal.value)


def helpers() -> list[str]:
    return [
        f"{schema}.{name}"
        for schema, name in f.run(
            "select pronamespace::regnamespace::text, proname from pg_proc"
            " where proname in ('user_org_id', 'user_organization_id') order by 1, 2"
        )
    ]


def asked() -> set[str]:
    """The helpers that the log's policies call."""
    return {
        name
        for (name,) in f.run(
            "select format('%%s.%%s()', p.pronamespace::regnamespace, p.proname)"
            " from pg_policy as o join pg_depend as d"
            " on d.classid = 'pg_policy'::regclass and d.objid = o.oid"
            " and d.refclassid = 'pg_proc'::regclass join pg_proc as p on p.oid = d.refobjid"
            " where o.polrelid = %s::regclass and p.proname like 'user%%'",
            LOG,
        )
    }


def who_may_run_it() -> list[str]:
    return [
        role
        for (role,) in f.run(
            "select coalesce(r.rolname, 'public') from pg_proc as p"
            " cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a"
            " left join pg_roles as r on r.oid = a.grantee"
            " where p.oid = %s::regprocedure and a.grantee <> p.proowner order by 1",
            OURS,
        )
    ]


def test_migrate_makes_it_where_auth_has_none(desk):
    assert helpers() == ["backoffice.user_org_id", "public.user_organization_id"]
    assert asked() == {OURS}
    assert who_may_run_it() == ["authenticated"]
    assert f.run(
        "select provolatile, prosecdef, proconfig from pg_proc where oid = %s::regprocedure", OURS
    ) == [("s", True, ["search_path=pg_catalog, pg_temp"])]
    assert steps.warnings() == []


def test_policies_that_are_always_true_are_told(desk):
    found = run_checks(tags=[Tags.database], databases=["default"])
    assert sorted((w.id, w.msg) for w in found) == steps.OF_THE_STAND_IN


@of_the_first_shape
def test_helper_of_auth_used(migrated):
    assert helpers() == ["auth.user_org_id", "auth.user_organization_id"]
    assert not any(OURS in identity for identity in objects.snapshot())
    assert steps.warnings() == []


def test_policies_call_it_for_who_is_signed_in(desk):
    ours, theirs = f.organization(), f.organization(name="Elsewhere")
    noa, dan = f.profile(organization=ours), f.profile(organization=ours)
    stranger, homeless = f.profile(organization=theirs), f.profile(organization=None)
    event = f.event(organization=ours)
    row = f.suggestion(user=noa, event=event)
    alone = f.suggestion(user=noa, event=None)
    both = sorted([row.pk, alone.pk])
    seen = f"select id from {LOG} order by id"
    suggesting = (
        "insert into ai_insights_log (user_id, event_id, action_type, action_data)"
        f" values (auth.uid(), '{event.pk}', 'schedule_create', '{{}}') returning 1"
    )
    deciding = (
        "update ai_insights_log set execution_status = 'rejected'"
        f" where id = '{row.pk}' returning 1"
    )
    for profile in (noa, dan):
        with signed_in("authenticated", profile):
            assert [pk for (pk,) in f.run(seen)] == both
            assert f.run(suggesting) == [(1,)]
            assert f.run(deciding) == [(1,)]
    for profile in (stranger, homeless):
        with signed_in("authenticated", profile):
            assert f.run(seen) == []
            assert refused(suggesting) == "42501"
            assert f.run(deciding) == []
    for role in ("authenticated", "anon"):
        with signed_in(role):
            if role == "authenticated":
                assert f.run(seen) == []
            else:
                assert refused(seen) == "42501"


@pytest.mark.parametrize("role", ["authenticated", "anon", "service_role"])
def test_helper_not_called_by_name(desk, role):
    with signed_in(role, f.profile(organization=f.organization())):
        assert refused(f"select {OURS}") == "42501"
        # Nor anything else there.
        assert refused("select backoffice.signed_in()") == "42501"
        assert f.run("select has_schema_privilege('backoffice', 'usage')") == [(False,)]


def test_helper_without_temporary_objects(desk):
    ours, theirs = f.organization(), f.organization(name="Elsewhere")
    noa = f.profile(organization=ours)
    f.run("create table public.probe (organization_id uuid)")
    f.run("insert into public.probe values (%s), (%s)", ours.pk, theirs.pk)
    f.run("alter table public.probe enable row level security")
    f.run(f"create policy probe on public.probe using (organization_id = {OURS})")
    with signed_in("authenticated", noa):
        f.run("create temporary table user_profiles (id uuid, organization_id uuid)")
        f.run("insert into pg_temp.user_profiles values (%s, %s)", noa.pk, theirs.pk)
        f.run("create domain pg_temp.uuid as text")
        f.run("create domain pg_temp.jsonb as text")
        assert f.run("select organization_id from public.probe") == [(ours.pk,)]


def test_staff_decide_as_everywhere(own_desk):
    noa = f.staff(profile=f.profile(organization=f.organization()), permissions=f.EVERY_DECISION)
    event = f.event(organization=noa.profile.organization)
    f.rooms(event, "Hall")
    data = f.create_data(room="Hall", title="New")
    made = f.suggestion(user=noa.profile, event=event, data=data)
    with web_login.signed_in():
        workflow.approve(suggestion_id=made.pk, by=noa, confirmed=f.confirming(made.pk))
    made.refresh_from_db()
    assert (made.execution_status, made.execution_error) == ("executed", None)


def test_migrating_again_changes_nothing(own_production):
    for kind in ("tables", "sequences", "functions", "schemas"):
        f.run(
            f"alter default privileges grant all on {kind}"
            " to public, anon, authenticated, service_role"
        )
    steps.migrate(verbosity=0)
    assert who_may_run_it() == ["authenticated"]
    before = steps.whole_catalogue()
    assert "made again" not in steps.migrate()
    assert steps.whole_catalogue() == before


def test_helper_closed_while_policies_open(own_desk):
    f.run("grant execute on function backoffice.signed_in() to authenticated")
    f.run(f"grant execute on function {OURS} to anon")
    assert {message for _, message in steps.warnings()} == {
        "Not of this back office: rights of authenticated on backoffice.signed_in().",
        f"Not of this back office: rights of anon on {OURS}.",
    }
    steps.migrate(verbosity=0)
    assert who_may_run_it() == ["authenticated"]
    assert steps.warnings() == []


def test_helper_without_right_mended_by_migrate(own_desk):
    f.run(f"revoke execute on function {OURS} from authenticated")
    [reason] = readiness.reasons()
    assert reason.code == "rights"
    assert reason.words.endswith("execute on user_org_id() for authenticated.")
    assert f"made again: rights of authenticated on {OURS}." in steps.migrate()
    assert readiness.reasons() == []


@pytest.mark.parametrize("name", ["user_org_id()", "user_organization_id()"])
def test_helper_appearing_in_auth_later(own_desk, name):
    steps.as_superuser(THEIRS.format(name))
    noa = f.profile(organization=f.organization())
    row = f.suggestion(user=noa, event=f.event(organization=noa.organization))
    assert steps.warnings() == []
    assert "made again" not in steps.migrate()
    with signed_in("authenticated", f.profile(organization=noa.organization)):
        assert f.run(f"select id from {LOG}") == [(row.pk,)]
    [line] = [line for line in doctor.examine() if "backoffice.user_org_id()" in line.words]
    assert line.level == doctor.LineLevel.OK
    assert line.words.endswith(f"that auth has auth.{name} now changes nothing.")


@pytest.mark.parametrize("name", ["user_org_id()", "user_organization_id()"])
def test_helper_standing_in_auth(own_production, name):
    steps.as_superuser(THEIRS.format(name))
    steps.migrate(verbosity=0)
    assert "backoffice.user_org_id" not in helpers()
    assert steps.warnings() == []


def test_helper_dropped_from_auth_policies_remade(own_production):
    steps.as_superuser(THEIRS.format("user_org_id()"))
    steps.migrate(verbosity=0)
    steps.as_superuser("drop function auth.user_org_id() cascade")
    lost = {message for _, message in steps.warnings()}
    assert f"Missing: function {OURS}." in lost
    assert f"made again: function {OURS}." in steps.migrate()
    assert who_may_run_it() == ["authenticated"]
    assert steps.warnings() == []
    noa = f.profile(organization=f.organization())
    row = f.suggestion(user=noa, event=f.event(organization=noa.organization))
    with signed_in("authenticated", f.profile(organization=noa.organization)):
        assert f.run(f"select id from {LOG}") == [(row.pk,)]


# The one file


def paste() -> list[str]:
    said = []
    with closing(steps.another_connection()) as editor:
        editor.add_notice_handler(lambda notice: said.append(notice.message_primary))
        editor.execute("set search_path to '$user', public, extensions")
        editor.execute(foundation.FILE.read_text(encoding="utf-8"), prepare=False)
    return said


def test_helper_in_foundation_file_adopted(own_production):
    paste()
    once = steps.whole_catalogue()
    assert paste() == []
    assert steps.whole_catalogue() == once
    assert who_may_run_it() == ["authenticated"]
    assert (
        f.run(
            "select role from unnest(array['anon', 'authenticated', 'service_role']) as role"
            " where has_schema_privilege(role, 'backoffice', 'usage, create')"
        )
        == []
    )
    noa = f.profile(organization=f.organization())
    row = f.suggestion(user=noa, event=f.event(organization=noa.organization))
    with signed_in("authenticated", f.profile(organization=noa.organization)):
        assert f.run(f"select id from {LOG}") == [(row.pk,)]
    steps.migrate(verbosity=0)
    assert steps.warnings() == []
    assert f.run("select from foundation_objects where object = %s", f"function {OURS}") == []


def test_helper_foundation_file_over_migrated(own_desk):
    before = steps.whole_catalogue()
    assert paste() == []
    assert steps.whole_catalogue() == before


# Going back


def test_helper_dropped_at_reverse_if_unused(own_desk):
    steps.migrate("ai_audit", "zero", verbosity=0)
    assert helpers() == ["public.user_organization_id"]
    steps.migrate(verbosity=0)
    assert steps.warnings() == []


def test_helper_kept_for_product_policy(own_desk):
    f.run(f"create policy by_hand on events for select using (organization_id = {OURS})")
    said = steps.migrate("ai_audit", "zero")
    assert "stays, because something else needs it." in said
    assert helpers() == ["backoffice.user_org_id", "public.user_organization_id"]
    steps.migrate(verbosity=0)
    assert steps.warnings() == []


def test_helper_pasted_stays(own_production):
    paste()
    steps.migrate(verbosity=0)
    steps.migrate("ai_audit", "zero", verbosity=0)
    assert who_may_run_it() == ["authenticated"]

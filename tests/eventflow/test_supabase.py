"""The stand-in for Supabase: that it is what the back office will find, and where it refuses."""

import io
import json
import uuid

import pytest
from django.conf import settings as test_settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from eventflow.db import catalogue, database
from scheduling import pointers
from tests import factories as f
from tests.databases import connected_to
from tests.factories import run
from tests.shapes import of_the_first_shape

TEXT, NAME, MOMENT = ("text", False), ("text", True), ("timestamp with time zone", False)
KEY, LINK, NEEDED_LINK = ("uuid", True), ("uuid", False), ("uuid", True)
NUMBER, FLAG, NEEDED_MOMENT = ("integer", False), ("boolean", False), (MOMENT[0], True)
STAMPS = {"created_at": MOMENT, "updated_at": MOMENT}

TABLES = {
    "organizations": {"id": KEY, "name": NAME, "logo_url": TEXT, "settings": ("jsonb", False)}
    | STAMPS,
    "user_profiles": {
        "id": KEY,
        "organization_id": LINK,
        "full_name": NAME,
        "phone": TEXT,
        "email": TEXT,
        "role": TEXT,
        "avatar_url": TEXT,
        "preferences": ("jsonb", False),
    }
    | STAMPS,
    "events": {
        "id": KEY,
        "organization_id": LINK,
        "created_by": LINK,
        "name": NAME,
        "description": TEXT,
        "status": ("public.event_status", False),
        "start_date": NEEDED_MOMENT,
        "end_date": MOMENT,
        "timezone": TEXT,
        "venue_name": TEXT,
        "venue_address": TEXT,
        "venue_city": TEXT,
        "venue_notes": TEXT,
        "max_participants": NUMBER,
        "settings": ("jsonb", False),
    }
    | STAMPS,
    "participants": {
        "id": KEY,
        "event_id": NEEDED_LINK,
        "first_name": NAME,
        "last_name": NAME,
        "full_name": TEXT,
        "email": TEXT,
        "phone": NAME,
        "status": ("public.participant_status", False),
        "is_vip": FLAG,
        "vip_notes": TEXT,
    }
    | STAMPS,
    "schedules": {
        "id": KEY,
        "event_id": NEEDED_LINK,
        "title": NAME,
        "description": TEXT,
        "start_time": NEEDED_MOMENT,
        "end_time": NEEDED_MOMENT,
        "location": TEXT,
        "room": TEXT,
        "max_capacity": NUMBER,
        "current_count": NUMBER,
        "is_mandatory": FLAG,
        "is_break": FLAG,
        "track": TEXT,
        "track_color": TEXT,
        "speaker_name": TEXT,
        "speaker_title": TEXT,
        "speaker_bio": TEXT,
        "speaker_image": TEXT,
        "materials_url": TEXT,
        "send_reminder": FLAG,
        "reminder_minutes_before": NUMBER,
        "sort_order": NUMBER,
    }
    | STAMPS,
    "participant_schedules": {
        "id": KEY,
        "participant_id": NEEDED_LINK,
        "schedule_id": NEEDED_LINK,
        "is_companion": FLAG,
        "reminder_sent": FLAG,
        "reminder_sent_at": MOMENT,
        "attended": FLAG,
        "created_at": MOMENT,
    },
}


@pytest.mark.parametrize("table", TABLES)
def test_tables_have_the_columns_that_may_be_used(db, table):
    standing = catalogue.read(tables=[f"public.{table}"])
    columns = {
        identity.split()[1]: catalogue.column(definition)
        for identity, definition in standing.items()
        if identity.startswith("column ")
    }
    # In the shape of production, sessions have more.
    known = {name: words for name, words in columns.items() if name in TABLES[table]}
    assert known == TABLES[table]
    assert test_settings.TEST_SHAPE == "production" or columns == known
    assert f"row level security on public.{table}" in standing


def test_stand_in_tables_open_to_rest_roles(db):
    run("create table public.made_later (id int)")
    for table in (*TABLES, "made_later"):
        for role in ("anon", "authenticated", "service_role"):
            assert run(
                "select has_table_privilege(%s, %s, 'select, insert, update, delete, truncate')",
                role,
                f"public.{table}",
            ) == [(True,)]


def test_roles_are_supabase_s(db):
    assert run(
        "select rolname, rolbypassrls, rolsuper, rolcanlogin from pg_roles"
        " where rolname in ('anon', 'authenticated', 'service_role') order by 1"
    ) == [
        ("anon", False, False, False),
        ("authenticated", False, False, False),
        ("service_role", True, False, False),
    ]
    assert run(
        "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = session_user"
    ) == [(False, True, True)]
    assert run("select has_schema_privilege('auth', 'create')") == [(False,)]


@of_the_first_shape
def test_stand_in_claims(db):
    person = f.profile(organization=f.organization())
    asked = (
        "select auth.uid(), auth.role(), auth.jwt() ->> 'email', auth.user_org_id(),"
        " auth.user_organization_id()"
    )
    assert run(asked) == [(None, None, None, None, None)]
    claims = {"sub": str(person.pk), "role": "authenticated", "email": "a@b"}
    run("select set_config('request.jwt.claims', %s, true)", json.dumps(claims))
    ours = person.organization_id
    assert run(asked) == [(person.pk, "authenticated", "a@b", ours, ours)]
    run("select set_config('request.jwt.claims', %s, true)", json.dumps({"sub": str(uuid.uuid4())}))
    assert run("select auth.user_org_id(), auth.user_organization_id()") == [(None, None)]


# What production's policies let others see besides is theirs.
@of_the_first_shape
@pytest.mark.parametrize(
    "table", ["organizations", "events", "participants", "schedules", "participant_schedules"]
)
def test_stand_in_own_organization(db, table):
    people = []
    for _ in range(2):
        organization = f.organization()
        people.append(f.profile(organization=organization))
        event = f.event(organization=organization)
        f.registration(participant=f.participant(event=event), schedule=f.session(event=event))
    for person in people:
        with transaction.atomic():
            claims = json.dumps({"sub": str(person.pk)})
            run("select set_config('request.jwt.claims', %s, true)", claims)
            run("set local role authenticated")
            assert run(f"select count(*) from {table}") == [(1,)]
            transaction.set_rollback(True)
    with transaction.atomic():
        run("set local role anon")
        assert run(f"select count(*) from {table}") == [(0,)]
        transaction.set_rollback(True)


def test_registrations_are_counted(db):
    event = f.event(organization=f.organization())
    session = f.session(event=event)
    person = f.participant(event=event)
    count = "select current_count from schedules"
    registration = f.registration(participant=person, schedule=session)
    f.registration(participant=person, schedule=session, is_companion=True)
    assert run(count) == [(2,)]
    registration.delete()
    assert run(count) == [(1,)]
    with pytest.raises(IntegrityError), transaction.atomic():
        f.registration(participant=person, schedule=session, is_companion=True)
    run("delete from participants")
    assert run(count) == [(0,)]


def test_stand_in_event_cascade(db):
    event = f.event(organization=f.organization())
    f.session(event=event)
    run("delete from events")
    assert run("select count(*) from schedules") == [(0,)]


def test_changes_are_stamped(db):
    event = f.event(organization=f.organization())
    run("update events set updated_at = null")
    assert run("select updated_at is not null from events where id = %s", event.pk) == [(True,)]


SUPABASE_ROLES = (
    "select * from pg_roles"
    " where rolname in ('anon', 'authenticated', 'service_role', session_user) order by oid"
)


def load(**options) -> str:
    printed = io.StringIO()
    call_command("supabase_baseline", stdout=printed, **options)
    return printed.getvalue()


def refusal() -> str:
    with pytest.raises(CommandError) as caught:
        load()
    return str(caught.value)


def test_stand_in_only_into_empty_database(new_database):
    with new_database(template="template0") as name:
        roles = run(SUPABASE_ROLES)
        assert load() == "The stand-in for Supabase is loaded. Next: manage.py migrate\n"
        assert run(SUPABASE_ROLES) == roles
        assert run("select count(*) from auth.users") == [(0,)]
        assert refusal() == (
            f"The database {name} already holds Supabase's auth.users: this may be a real Supabase "
            "database; nothing was changed."
        )


def test_stand_in_database_with_tables(new_database):
    with new_database(template="template0") as name:
        run("create table public.precious (id int)")
        assert refusal() == (
            f"The database {name} is not empty: its schema public already holds precious. Nothing "
            "was changed."
        )
        assert run("select to_regnamespace('auth')") == [(None,)]


def test_stand_in_missing_database(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), connected_to("test_new_nowhere"):
        assert 'database "test_new_nowhere" does not exist' in refusal()


class TestWithADatabaseUrl:
    """The settings as they are where DATABASE_URL is set."""

    @pytest.fixture(autouse=True)
    def configured(self, db, settings, monkeypatch):
        params = connection.get_connection_params()
        settings.EMBEDDED_FOLDER = None
        for key in ("host", "port", "user", "password"):
            monkeypatch.setitem(connection.settings_dict, key.upper(), str(params[key]))
        self.superuser = "postgres://{}:secret@{host}:{port}/postgres".format("{}", **params)
        settings.SUPERUSER_DATABASE_URL = self.superuser.format("nobody_at_all")

    def test_stand_in_other_machine(self, monkeypatch):
        monkeypatch.setitem(connection.settings_dict, "HOST", "192.0.2.1")
        assert refusal().startswith("The database is at 192.0.2.1, which is not this machine.")

    def test_stand_in_remote_superuser_refused(self, settings):
        settings.SUPERUSER_DATABASE_URL = "postgres://a:b@192.0.2.1/postgres"
        assert refusal().startswith("The database is at 192.0.2.1, which is not this machine.")

    def test_stand_in_needs_superuser(self, settings):
        settings.SUPERUSER_DATABASE_URL = ""
        assert refusal().startswith(
            "Loading the stand-in for Supabase needs a superuser's login. Nothing was changed."
        )

    def test_stand_in_needs_owner(self, monkeypatch):
        monkeypatch.setitem(connection.settings_dict, "USER", "")
        assert refusal().startswith("DATABASE_URL names no login to own the tables.")

    def test_stand_in_unknown_login(self):
        assert refusal().startswith("The server refused: ")
        assert refusal().endswith("Nothing was changed.")

    def test_stand_in_two_logins(self, settings):
        params = connection.get_connection_params()
        settings.SUPERUSER_DATABASE_URL = "postgres://{user}:{password}@{host}:{port}/x".format(
            **params
        )
        assert refusal().startswith(
            f"DATABASE_URL and SUPERUSER_DATABASE_URL both sign in as {params['user']}. Nothing"
        )


def test_stand_in_production_shape(new_database):
    with new_database(template="template0"):
        load(shape="production")
        assert pointers.kept() == pointers.Kept(
            frozenset(pointers.COLUMNS), speakers=True, deletion=("is_deleted", "deleted_at")
        )
        assert run(
            "select string_agg(relname, ', ' order by relname) from pg_class"
            " where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity"
        ) == [(None,)]


def test_stand_in_newer_tables_by_organization(newer_tables):
    ours, theirs = f.organization(), f.organization(name="Elsewhere")
    person = f.profile(organization=ours)
    f.kept_room(f.event(organization=ours), "Ours")
    f.kept_room(f.event(organization=theirs), "Theirs")
    with database.acting_as(database.Person(person.pk, "")):
        assert run("select name from rooms") == [("Ours",)]

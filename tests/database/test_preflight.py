"""What must hold before migrate begins: where it does not, nothing is made and a sentence says so.

Overlapping sessions, which stop it too, are in `test_overlaps`.
"""

import uuid
from contextlib import closing, contextmanager

import pytest
from django.db import connection

from eventflow.db import database, objects
from eventflow.environment import production
from scheduling.checks import ROOM_CONSTRAINT
from tests.database import steps
from tests.factories import run

pytestmark = pytest.mark.migrates


@contextmanager
def nothing_changes():
    before = steps.whole_catalogue()
    yield
    assert steps.whole_catalogue() == before


def refused(*reasons: str) -> str:
    return "\n".join(
        ["Nothing was changed. Migrate cannot begin:", *(f"- {reason}" for reason in reasons)]
    )


def not_supabase(*missing: str) -> str:
    return refused(
        f"This is not EventFlow's Supabase database: it has no {', no '.join(missing)}. Check "
        "DATABASE_URL. For trying things out on this machine, `manage.py supabase_baseline` loads "
        "a stand-in."
    )


def test_preflight_empty_database(new_database):
    with new_database(template="template0"), nothing_changes():
        assert steps.refusal() == not_supabase(
            "table public.organizations",
            "table public.user_profiles",
            "table public.events",
            "table public.participants",
            "table public.schedules",
            "table public.participant_schedules",
            "function auth.uid()",
            "function uuid_generate_v4() (extension uuid-ossp)",
        )


def test_preflight_missing_named(stand_in):
    run("drop table participant_schedules")
    with nothing_changes():
        assert steps.refusal() == not_supabase("table public.participant_schedules")


def test_preflight_superuser_refused(own_stand_in):
    with closing(database.connect_as_superuser(own_stand_in)) as raw:
        user, password = raw.info.user, raw.info.password
    with steps.signed_in_as(user, password), nothing_changes():
        assert steps.refusal() == refused(
            f"The login {user} is a superuser, who passes every policy and would own what the "
            "product's owner must own. Let MIGRATE_DATABASE_URL, or DATABASE_URL without it, name "
            "the role that owns the product's tables (on Supabase: postgres)."
        )


@contextmanager
def newcomer(name: str):
    """A login that owns nothing and belongs to nobody; the default connection logs in as it."""
    role, password = f"newcomer_{uuid.uuid4().hex[:8]}", uuid.uuid4().hex
    steps.as_superuser(
        f"create role {role} login bypassrls password '{password}'",
        f"grant create on database {name} to {role}",
        f"grant usage on schema extensions to {role}",
    )
    try:
        with steps.signed_in_as(role, password):
            yield role
    finally:
        steps.as_superuser(f"drop owned by {role}", f"drop role {role}")


def test_preflight_names_missing_rights(own_stand_in):
    with newcomer(own_stand_in) as role, nothing_changes():
        assert steps.refusal() == refused(
            f"The login {role} does not own public.schedules, so it cannot add a constraint to "
            "it. Let MIGRATE_DATABASE_URL, or DATABASE_URL without it, name the owner (on "
            "Supabase: postgres).",
            f"The login {role} needs a right: grant create on schema public to {role};",
            f"The login {role} needs a right: grant usage on schema auth to {role};",
            f"The login {role} needs a right: grant references on public.user_profiles to {role};",
            f"The login {role} needs a right: grant references on public.events to {role};",
            f"The login {role} may not act as authenticated, as whom every approved change is "
            f"written: grant authenticated to {role};",
        )


def test_preflight_login_without_create_schema(own_stand_in):
    [(login,)] = run("select session_user")
    run("create schema backoffice")
    steps.as_superuser(
        f"revoke create on database {own_stand_in} from {login}",
        "alter schema backoffice owner to current_user",
    )
    with nothing_changes():
        assert steps.refusal() == refused(
            f"The login {login} may not create a schema or an extension here. Grant it: "
            f"grant create on database {own_stand_in} to {login};",
            "Schema backoffice stands already and is someone else's. Give it to the login: "
            f"alter schema backoffice owner to {login};",
        )


def test_preflight_transaction_pooler(stand_in, monkeypatch):
    with closing(steps.another_connection()) as other, nothing_changes():
        other.execute("select pg_advisory_lock(%s)", [database.advisory_key("migrate")])
        monkeypatch.setitem(connection.settings_dict, "PORT", "6543")
        assert steps.refusal() == refused(*production.of_pooler("DATABASE_URL", {"PORT": 6543}))


@pytest.mark.parametrize(
    "definition",
    [
        "check (start_time < end_time)",
        "exclude using gist (room with =, tstzrange(start_time, end_time) with &&)",
        "exclude using gist (event_id with =, room with =, tstzrange(start_time, end_time, '[]')"
        " with &&) where (room is not null)",
        "exclude using gist (event_id with =, room with =, tstzrange(start_time, end_time)"
        " with &&) where (room is not null) deferrable",
    ],
)
def test_preflight_constraint_name_taken(stand_in, definition):
    run("create extension btree_gist schema extensions")
    run(f"alter table schedules add constraint no_room_overlap {definition}")
    [(standing,)] = run(
        "select pg_get_constraintdef(oid) from pg_constraint where conname = 'no_room_overlap'"
    )
    with nothing_changes():
        needed = objects.snapshot()[ROOM_CONSTRAINT].words
        assert steps.refusal() == refused(
            "A constraint named no_room_overlap stands on public.schedules with another "
            f"definition.\n  Standing: {standing}\n  Needed:   {needed}"
            "\n  Rename or drop it, then run migrate again."
        )


def test_preflight_name_taken_by_other_object(stand_in):
    run("create index no_room_overlap on schedules (room)")
    with nothing_changes():
        assert steps.refusal() == refused(
            "Something that is no constraint of public.schedules is named public.no_room_overlap. "
            "Rename or drop it, then run migrate again."
        )


def test_preflight_django_tables_in_public(stand_in):
    run("create table public.django_migrations (id int)")
    with nothing_changes():
        assert steps.refusal() == refused(
            "The back office's table public.django_migrations lies where the REST layer serves "
            "it. Move it: create schema if not exists backoffice; "
            "alter table public.django_migrations set schema backoffice;"
        )


def test_preflight_log_is_no_table(stand_in):
    run("create view ai_insights_log as select 1 as id")
    with nothing_changes():
        assert steps.refusal() == refused(
            "public.ai_insights_log is not a table but a relation of kind v. Rename it, then run "
            "migrate again."
        )


def test_preflight_log_not_adoptable(own_stand_in):
    [(login,)] = run("select session_user")
    steps.as_superuser(
        "create table ai_insights_log (id uuid, user_id text, event_id uuid,"
        " action_type varchar(40), action_data jsonb, suggested_at timestamp, approved_at"
        " timestamptz, approved_by uuid, executed_at timestamptz, execution_status text[],"
        " created_at timestamptz)"
    )
    log = "public.ai_insights_log"
    change = "Change it, then run migrate again: alter table public.ai_insights_log alter column"
    with nothing_changes():
        assert steps.refusal() == refused(
            f"{log} stands already and is someone else's. Give it to the login: alter table {log} "
            f"owner to {login};",
            f"{log} stands already and its column user_id is text, not uuid. {change} user_id "
            "type uuid using user_id::uuid;",
            f"{log} stands already and its column suggested_at is timestamp without time zone, "
            f"not timestamp with time zone. {change} suggested_at type timestamp with time zone "
            "using suggested_at::timestamp with time zone;",
            f"{log} stands already and its column execution_status is text[], not text. {change} "
            "execution_status type text using execution_status::text;",
            f"{log} stands already but has no column execution_error. Add it, then run migrate "
            f"again: alter table {log} add column execution_error text;",
        )


def test_preflight_dependents_of_older_function(stand_in):
    run(
        "create function check_speaker_conflicts(p_event_id uuid, p_speaker_name text)"
        " returns setof schedules language sql as $$ select * from schedules $$"
    )
    run("create view busy as select title from check_speaker_conflicts(null, 'x')")
    with nothing_changes():
        assert steps.refusal() == refused(
            "The function check_speaker_conflicts(uuid,text) has to be made anew, but "
            "something depends on it: rule _RETURN on view busy. Drop that, run migrate again, "
            "then make it anew."
        )
    run("drop view busy")
    steps.migrate(verbosity=0)
    assert steps.warnings() == []


def test_preflight_function_of_someone_else(own_stand_in):
    [(login,)] = run("select session_user")
    steps.as_superuser(
        "create function public.check_speaker_conflicts() returns int language sql as 'select 1'"
    )
    with nothing_changes():
        assert steps.refusal() == refused(
            "The function check_speaker_conflicts() has to be made anew, but is someone else's. "
            "Drop it, or give it to the login: alter function check_speaker_conflicts() owner to "
            f"{login};"
        )


def test_preflight_first_failing_stage_only(own_stand_in):
    """What comes later may rest on it."""
    steps.as_superuser("drop function auth.uid() cascade")
    run("alter table schedules add constraint no_room_overlap check (true)")
    with nothing_changes():
        assert steps.refusal() == not_supabase("function auth.uid()")


def test_preflight_dependents_of_our_function(migrated):
    run("create view busy as select * from check_speaker_conflicts(null, null, null, null)")
    steps.migrate("scheduling", "0003", verbosity=0)
    steps.migrate(verbosity=0)
    assert steps.warnings() == []
    steps.migrate("scheduling", "0003", verbosity=0)
    run("create function check_speaker_conflicts(text) returns int language sql as 'select 1'")
    steps.migrate("scheduling", "0002", fake=True, verbosity=0)
    steps.migrate(verbosity=0)
    assert steps.warnings() == []

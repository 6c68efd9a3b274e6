"""`docs/web-login.sql`: what it makes, run twice, from nothing, where it cannot; and two logins."""

import io
import os
import secrets
import subprocess
import sys
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from eventflow.db import database
from eventflow.db import web_login as rules
from eventflow.db.web_login import ROLE
from scheduling import pointers
from tests import factories as f
from tests import web_login
from tests.database import steps

pytestmark = pytest.mark.migrates

# A login of the same kind that no other database of the server knows.
NEWCOMER = "backoffice_web_newcomer"


def text() -> str:
    """The file for the newcomer, without its own transaction: the test takes all of it back."""
    script = web_login.FILE.read_text(encoding="utf-8").replace(ROLE, NEWCOMER)
    return script.replace("\nbegin;\n", "\n").replace("\ncommit;\n", "\n")


@contextmanager
def migrating_login(*preparations: str):
    """A connection that is the owner's, in a transaction that is taken back.

    `preparations` are run before as a superuser; by the first of them the owner may let others
    become `authenticated`, as Supabase's may.
    """
    owner = f.run("select session_user::text")[0][0]
    with (
        closing(database.connect_as_superuser(connection.settings_dict["NAME"])) as raw,
        raw.transaction(force_rollback=True),
    ):
        raw.execute(f"grant authenticated to {owner} with admin option")
        for statement in preparations:
            raw.execute(statement.format(owner=owner))
        raw.execute(f"set local session authorization {owner}")
        yield raw


POLICIES = "select polrelid::regclass::text, polname from pg_policy order by 1, 2"


def run_file(raw) -> None:
    raw.execute(text(), prepare=False)


def refusal(raw) -> str:
    with pytest.raises(psycopg.Error) as refused:
        run_file(raw)
    return refused.value.diag.message_primary


def rights(raw, role: str) -> dict[str, str]:
    """What a role has on tables, columns and functions, by object."""
    return dict(
        raw.execute(
            "select object, string_agg(right_, ', ' order by right_) from ("
            " select c.oid::regclass::text, lower(a.privilege_type)"
            " from pg_class c cross join aclexplode(c.relacl) a where a.grantee = %(role)s::regrole"
            " union all"
            " select t.attrelid::regclass || '.' || t.attname, lower(a.privilege_type)"
            " from pg_attribute t cross join aclexplode(t.attacl) a"
            " where a.grantee = %(role)s::regrole"
            " union all"
            " select p.oid::regprocedure::text, lower(a.privilege_type)"
            " from pg_proc p cross join aclexplode(p.proacl) a where a.grantee = %(role)s::regrole"
            ") as given (object, right_) group by 1",
            {"role": role},
        ).fetchall()
    )


READ = dict.fromkeys(
    (
        "events",
        "organizations",
        "participant_schedules",
        "participants",
        "user_profiles",
        "schedules",
        "ai_insights_log",
        "backoffice.decision_history",
        "backoffice.django_migrations",
        "backoffice.foundation_objects",
        "backoffice.suggestion_acts",
    ),
    "select",
)
ADDED_TO = dict.fromkeys(
    ("backoffice.made_by_hand", "backoffice.suggestion_links"), "insert, select"
)
LOCKED = dict.fromkeys(("schedules.id", "ai_insights_log.id"), "update")
# What runs with its owner's rights, and sees for itself that it may.
ACTS = {
    "backoffice.act_on(uuid,text,bigint,text)",
    "backoffice.approve_first(bigint,jsonb)",
    "backoffice.count_again(uuid)",
    "backoffice.give_up(uuid,text)",
    "backoffice.put_back(uuid,text,jsonb)",
    "backoffice.taken_along(uuid)",
    "backoffice.what_hangs_on(uuid[])",
}
COMPUTING = (
    "select p.oid::regprocedure::text from pg_proc as p"
    " where p.pronamespace = 'backoffice'::regnamespace and not p.prosecdef"
    " and p.prorettype <> 'trigger'::regtype"
)
SPEAKERS = (
    "check_speaker_conflicts(uuid,text,timestamp with time zone,timestamp with time zone,uuid)"
)
COMPARING = {SPEAKERS, "name_key(text)", "speaker_names(text)"}


def test_web_login_file_exact_rights(migrated):
    with migrating_login() as raw:
        run_file(raw)
        given = rights(raw, NEWCOMER)
        functions = {name for name in given if name.endswith(")")}
        assert functions == ACTS | COMPARING | {name for (name,) in raw.execute(COMPUTING)}
        tables = {name: words for name, words in given.items() if name not in functions}
        known = READ | dict.fromkeys(pointers.kept().tables, "select") | LOCKED | ADDED_TO
        assert {name: words for name, words in tables.items() if name in known} == known
        # The rest are of the private schema: Django's own, and whatever comes to them; of the
        # index of suggestions, which triggers keep, it needs no more than to read.
        rest = {name: words for name, words in tables.items() if name not in known}
        assert rest.pop("backoffice.suggestion_index", "select") == "select"
        assert {name.split(".")[0] for name in rest} == {"backoffice"}
        assert set(rest.values()) == {"delete, insert, select, update"}
        assert {"backoffice.django_session", "backoffice.scheduling_staffmember"} < rest.keys()
        assert raw.execute(
            "select rolcanlogin, rolinherit, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
            " rolreplication, pg_has_role(rolname, 'authenticated', 'member'),"
            " pg_has_role(rolname, 'authenticated', 'usage') from pg_roles where rolname = %s",
            [NEWCOMER],
        ).fetchone() == (True, False, False, False, False, False, False, True, False)
        raw.execute("reset session authorization")
        assert raw.execute(
            "select rolpassword from pg_authid where rolname = %s", [NEWCOMER]
        ).fetchone() == (None,)


def test_run_twice_it_changes_nothing(own_migrated):
    web_login.install()
    once = steps.whole_catalogue(versions=False)
    web_login.install()
    assert steps.whole_catalogue(versions=False) == once


def test_web_login_file_rerun_corrects(own_migrated):
    web_login.install()
    once = steps.whole_catalogue(versions=False)
    f.run(f"grant all on schedules, participants, backoffice.decision_history to {ROLE}")
    f.run(f"grant update (title) on schedules to {ROLE}")
    f.run(f"grant execute on function backoffice.write_decision_history() to {ROLE}")
    f.run(f"revoke all on backoffice.django_session from {ROLE}")
    f.run("drop policy web_login_reads on events")
    assert steps.whole_catalogue(versions=False) != once
    web_login.install()

    def without_oids(catalogue):
        return {key: words for key, words in catalogue.items() if key[0] != "policy"}

    assert without_oids(steps.whole_catalogue(versions=False)) == without_oids(once)
    assert f.run("select count(*) from pg_policy where polname = 'web_login_reads'") == [
        (7 + len(pointers.kept().tables),)
    ]


def test_web_login_file_later_tables(
    own_migrated,
):
    web_login.install()
    f.run("create table backoffice.later (id int)")
    f.run(
        "create table backoffice.register (id int);"
        "create trigger only_added_to before update or delete on backoffice.register"
        " for each row execute function backoffice.refuse_to_change_history()"
    )
    with web_login.signed_in():
        f.run("insert into backoffice.later values (1)")
        f.run("update backoffice.later set id = 2")
        assert f.run("delete from backoffice.later returning id") == [(2,)]
    web_login.install()
    assert f.run(
        "select has_table_privilege(%(r)s, 'backoffice.register', 'insert'),"
        " has_table_privilege(%(r)s, 'backoffice.register', 'update, delete'),"
        " has_table_privilege(%(r)s, 'backoffice.later', 'delete')".replace("%(r)s", f"'{ROLE}'")
    ) == [(True, False, True)]


def test_web_login_file_removable(migrated):
    """As docs/operations.md says."""
    statements = (
        "grant backoffice_web to current_user; drop owned by backoffice_web; "
        "drop role backoffice_web;"
    )
    told = (steps.CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert statements in " ".join(told.split())
    with migrating_login() as raw:
        before = raw.execute(POLICIES).fetchall()
        run_file(raw)
        assert raw.execute(POLICIES).fetchall() != before
        # A role that anything is owed to cannot be dropped.
        raw.execute(statements.replace(ROLE, NEWCOMER), prepare=False)
        assert raw.execute(POLICIES).fetchall() == before


# Where it cannot


def test_web_login_file_before_migrate(stand_in):
    with migrating_login() as raw:
        assert refusal(raw) == (
            "The back office is not installed here, or not up to date; nothing was changed. Run "
            "manage.py migrate first, then this again."
        )


def test_web_login_file_without_rls(migrated):
    with migrating_login("alter table schedules disable row level security") as raw:
        assert refusal(raw) == (
            "Row-level security is off: schedules; nothing was changed. Without it no policy keeps "
            "the login from writing. Turn it on (alter table … enable row level security), then "
            "run this again."
        )


def test_web_login_file_excessive_role_refused(migrated):
    with migrating_login(f"create role {NEWCOMER} login bypassrls") as raw:
        assert refusal(raw) == (
            f"A role {NEWCOMER} stands already and is not what is meant; nothing was changed. Make "
            f"it so, as a superuser: alter role {NEWCOMER} login noinherit nosuperuser nocreatedb "
            "nocreaterole noreplication nobypassrls; then run this again."
        )


def test_web_login_file_without_admin_of_authenticated(migrated):
    owner = f.run("select session_user::text")[0][0]
    # Before PostgreSQL 16 whoever may make roles may do it.
    alone = "revoke admin option for authenticated from {owner}", "alter role {owner} nocreaterole"
    with migrating_login(*alone, f"create role {NEWCOMER} login noinherit") as raw:
        assert refusal(raw) == (
            f"The login {owner} may not let others become authenticated; nothing was changed. A "
            f"role that may gives it the right: grant authenticated to {owner} with admin option; "
            "then run this again."
        )


@pytest.mark.parametrize(
    ("beside", "known_as", "name"),
    [
        ("postgres", "postgres", "backoffice_web"),
        ("postgres.abcdefgh", "postgres", "backoffice_web.abcdefgh"),
        ("post.gres", "post.gres", "backoffice_web"),
        ("postgres2", "postgres", "backoffice_web"),
        ("", "somebody", "backoffice_web"),
    ],
)
def test_web_login_file_at_pooler(beside, known_as, name):
    assert rules.user(beside=beside, known_as=known_as) == name


# What `check` says of it


def test_check_finds_nothing_new_whoever_asks(own_migrated):
    assert steps.warnings() == []
    web_login.install()
    assert steps.warnings() == []
    with web_login.signed_in():
        assert steps.warnings() == []


def test_web_login_check_excess_and_lack(own_migrated):
    web_login.install()
    f.run(f"grant insert on participants to {ROLE}")
    f.run(f"revoke select on backoffice.django_session from {ROLE}")
    assert steps.warnings() == [
        ("eventflow.W002", f"The login {ROLE} may write to public.participants in its own name."),
        ("eventflow.W003", f"The login {ROLE} may not read backoffice.django_session."),
    ]


@pytest.mark.parametrize(
    "change", ["grant insert on participants to {}", "grant truncate on organizations to public"]
)
def test_web_login_printed_revokes_excess(own_migrated, change):
    web_login.install()
    steps.as_superuser(change.format(ROLE))
    [warning] = steps.told()
    assert warning.id == "eventflow.W002"
    for _ in range(2):
        steps.as_superuser(warning.hint.partition("To take it away: ")[2])
    assert steps.warnings() == []


def test_web_login_printed_alters_role(own_migrated, monkeypatch):
    # The role is the whole server's, so it is one of this test's own.
    role = f"backoffice_web_{secrets.token_hex(6)}"
    steps.as_superuser(f"create role {role} login noinherit createdb")
    try:
        steps.as_superuser(
            f"grant authenticated to {role}; grant usage on schema backoffice to {role}"
        )
        monkeypatch.setattr("eventflow.db.web_login.ROLE", role)
        [warning] = [told for told in steps.told() if told.id == "eventflow.W002"]
        for _ in range(2):
            steps.as_superuser(warning.hint.partition("To take it away: ")[2])
        assert "eventflow.W002" not in {told.id for told in steps.told()}
    finally:
        steps.as_superuser(f"drop owned by {role}; drop role {role}")


def test_web_login_check_forbidden_attributes(migrated, monkeypatch):
    """Asked of the login that migrates, which is all of that."""
    owner = f.run("select session_user::text")[0][0]
    monkeypatch.setattr("eventflow.db.web_login.ROLE", owner)
    found = [message.removeprefix(f"The login {owner} ") for _id, message in steps.warnings()]
    assert {
        "has the rights of authenticated without becoming it.",
        "is a member of anon.",
        "is a member of service_role.",
        "is free to make roles (CREATEROLE).",
        "is past every policy (BYPASSRLS).",
        "may write to public.schedules in its own name.",
    } <= set(found)


# Two logins


def manage(*arguments, **environment) -> tuple[int, str]:
    """The exit status and the words of `manage.py …`, with the product's own settings."""
    ended = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=steps.CHECKOUT,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "eventflow.settings", "SECRET_KEY": secrets.token_urlsafe(48)}
        | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return ended.returncode, ended.stdout


def url(user=None, password=None, name=None) -> str:
    params = connection.get_connection_params()
    login = f"{user or params['user']}:{password or params['password']}"
    place = f"{params['host']}:{params['port']}/{name or connection.settings_dict['NAME']}"
    return f"postgres://{login}@{place}"


@pytest.mark.long
def test_migrate_uses_the_login_that_migrates(own_migrated):
    web_login.install()
    both = {
        "DATABASE_URL": url(ROLE, "the%20web%20process"),
        "MIGRATE_DATABASE_URL": url(),
    }
    steps.migrate("ai_audit", "0008", verbosity=0)

    status, said = manage("migrate", DATABASE_URL=both["DATABASE_URL"])
    assert status == 1, said
    assert f"The login {ROLE} does not own public.schedules" in said
    assert "Let MIGRATE_DATABASE_URL, or DATABASE_URL without it, name the owner" in said

    status, said = manage("migrate", **both)
    assert (status, "Applying ai_audit.0020_acts_of_the_owner... OK" in said) == (0, True), said
    status, said = manage("check", "--database", "default", **both)
    assert status == 0, said


@pytest.mark.long
def test_demo_prepared_by_migrating_login(own_stand_in):
    status, said = manage(
        "demo",
        "--no-server",
        DATABASE_URL=url(ROLE, "the%20web%20process"),
        MIGRATE_DATABASE_URL=url(),
    )
    assert (status, "The demo is ready" in said) == (0, True), said


def test_migrating_login_only_while_needed(own_migrated, settings):
    params = connection.get_connection_params()
    login = {"OPTIONS": {}}
    login |= {name.upper(): params[name] for name in ("host", "port", "user", "password")}
    settings.MIGRATE_DATABASE = login
    web_login.install()
    with web_login.signed_in():
        with database.as_migrating_login():
            assert f.run("select session_user::text") == [(login["USER"],)]
        assert f.run("select session_user::text") == [(ROLE,)]


def test_rebuild_index_by_migrating_login_or_sentence(own_migrated, settings):
    params = connection.get_connection_params()
    login = {"OPTIONS": {}}
    login |= {name.upper(): params[name] for name in ("host", "port", "user", "password")}
    web_login.install()
    organization = f.organization()
    person = f.profile(organization=organization)
    f.suggestion(user=person, event=f.event(organization=organization))
    said = io.StringIO()
    with web_login.signed_in():
        with pytest.raises(CommandError) as refused:
            call_command("rebuild_index", verbosity=0)
        call_command("rebuild_index", "--verify", verbosity=0, stdout=said)
        settings.MIGRATE_DATABASE = login
        call_command("rebuild_index", verbosity=0, stdout=said)
    assert str(refused.value).startswith(f"The login {ROLE} may not do that: permission denied")
    assert str(refused.value).endswith(
        "Nothing was changed. Set MIGRATE_DATABASE_URL to the login that migrates, and run "
        "rebuild_index again."
    )
    assert said.getvalue() == (
        "The index and the daily figures are what they should be.\n"
        "1 suggestions are indexed; 0 rows were not in step.\n"
    )


@pytest.mark.long
def test_web_login_two_urls_one_database(own_migrated):
    status, said = manage("check", DATABASE_URL=url(), MIGRATE_DATABASE_URL=url(name="elsewhere"))
    assert status == 1
    assert "MIGRATE_DATABASE_URL names another database than DATABASE_URL." in said
    status, said = manage("check", DATABASE_URL="", MIGRATE_DATABASE_URL=url())
    assert (status, "set both, or only DATABASE_URL" in said) == (1, True)

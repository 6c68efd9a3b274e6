"""docs/operations.md, *Backup*: every command in it, also while people decide."""

import os
import re
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from psycopg import sql

from ai_audit import workflow
from ai_audit.history import chain
from eventflow import embedded, supabase
from eventflow.db import database
from tests import factories as f
from tests import web_login
from tests.database import steps
from tests.databases import connected_to, stand_in_of

OPERATIONS = steps.CHECKOUT / "docs" / "operations.md"
# One whose server is not asked.
NOWHERE = "postgres://nobody@127.0.0.1:1/nowhere"
PATIENCE = 120


def commands(heading: str) -> list[str]:
    """The blocks of commands under a heading of the document, as they are written there."""
    text = OPERATIONS.read_text(encoding="utf-8")
    part = re.search(rf"^### {re.escape(heading)}$(.*?)^##", text, re.MULTILINE | re.DOTALL)
    found = re.findall(r"^```sh\n(.*?)^```$", part[1], re.MULTILINE | re.DOTALL)
    assert found, heading
    return found


DUMP, RESTORE = "Dump a Supabase project", "Restore into a new Supabase project"
WHOLE, AFTER = "A database of one's own", "After a restore"


def test_restore_document_commands_covered():
    part = OPERATIONS.read_text(encoding="utf-8").partition("\n## Backup\n")[2]
    written = part.partition("\n## ")[0].count("\n```sh\n")
    assert sum(len(commands(heading)) for heading in (DUMP, RESTORE, WHOLE, AFTER)) == written


def programs() -> Path:
    """The folder of `pg_dump` and the like, of the server's own version."""
    if settings.EMBEDDED_FOLDER:
        return embedded.binaries()
    return Path(f"/usr/lib/postgresql/{connection.pg_version // 10_000}/bin")


def run(command: str, folder: Path, **environment: str) -> tuple[int, str]:
    """A block of commands in `bash`, as somebody in the checkout would paste it: status, words.

    What it writes is in `folder`.
    """
    for name in ("docs", "manage.py"):
        if not (folder / name).exists():
            (folder / name).symlink_to(steps.CHECKOUT / name)
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PG") and not name.endswith("_URL")
    }
    path = os.pathsep.join([str(programs()), str(Path(sys.executable).parent), os.environ["PATH"]])
    ended = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        # Empty, they are unset, also where the checkout has a `.env`.
        env=inherited
        | {"DATABASE_URL": "", "MIGRATE_DATABASE_URL": ""}
        | {"PATH": path, "LC_ALL": "C.UTF-8"}
        | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return ended.returncode, ended.stdout


def carried_out(command: str, folder: Path, **environment: str) -> str:
    """What it said, where every command of the block succeeded."""
    status, said = run(f"set -e -o pipefail\n{command}", folder, **environment)
    assert status == 0, f"{command}\n{said}"
    return said


def as_owner(name: str) -> str:
    params = connection.get_connection_params()
    return address(params, name)


def as_superuser(name: str) -> str:
    with closing(database.connect_as_superuser("postgres")) as raw:
        return address(raw.info.get_parameters() | {"password": raw.info.password}, name)


def address(params, name: str) -> str:
    login = f"{params['user']}:{params.get('password') or ''}"
    return f"postgres://{login}@{params['host']}:{params['port']}/{name}"


@contextmanager
def empty(*, prepared: bool):
    """A new database, of a new Supabase project where it is `prepared`; its name."""
    name = f"test_restored_{uuid4().hex[:12]}"
    owner = connection.get_connection_params()["user"]
    own, to = sql.Identifier(name), sql.Identifier(owner)
    with closing(database.connect_as_superuser("postgres")) as raw:
        raw.execute(sql.SQL("create database {} template template0 owner {}").format(own, to))
        try:
            if prepared:
                with closing(database.connect_as_superuser(name)) as inside:
                    inside.execute("select set_config('eventflow.owner', %s, false)", [owner])
                    for path in sorted(Path(supabase.__file__).parent.glob("0[1-4]_*.sql")):
                        inside.execute(path.read_bytes(), prepare=False)
                    # What the platform tells browsers of; which tables, is the product's to say.
                    inside.execute("create publication supabase_realtime")
                    inside.execute(
                        sql.SQL("alter publication supabase_realtime owner to {}").format(to)
                    )
            yield name
        finally:
            raw.execute(sql.SQL("drop database {} with (force)").format(own))


@pytest.fixture
def lived_in(own_migrated):
    """The default connection leads to a database with two logins and decisions; who decides."""
    web_login.install()
    f.run("create publication supabase_realtime for table schedules")
    organization = f.organization()
    noa = f.staff(profile=f.profile(organization=organization), permissions=f.EVERY_DECISION)
    event = f.event(organization=organization)
    decide(noa, event, 5)
    return noa, event


def decide(noa, event, number: int) -> None:
    """So many suggestions, each in a room of its own: carried out, but for a last one, rejected."""
    for _ in range(number):
        room = uuid4().hex
        f.rooms(event, room)
        suggestion = f.suggestion(
            user=noa.profile, event=event, data=f.create_data(room=room, title=room)
        )
        workflow.approve(suggestion_id=suggestion.pk, by=noa)
    suggestion = f.suggestion(user=noa.profile, event=event)
    workflow.reject(suggestion_id=suggestion.pk, by=noa, reason="no")


@contextmanager
def deciding(noa, event):
    """Somebody goes on deciding while the block runs, and has decided before it begins."""
    ended, begun, refused = threading.Event(), threading.Event(), []

    def go_on():
        try:
            while not ended.is_set():
                decide(noa, event, 1)
                begun.set()
        except Exception as error:
            refused.append(error)
        finally:
            begun.set()
            connection.close()

    somebody = threading.Thread(target=go_on)
    somebody.start()
    try:
        assert begun.wait(PATIENCE)
        yield
    finally:
        ended.set()
        somebody.join(PATIENCE)
    assert refused == []


_TABLES = """
select c.oid::regclass::text
from pg_class as c
where c.relnamespace in ('public'::regnamespace, 'backoffice'::regnamespace)
and c.relkind in ('r', 'p')
union all
select 'auth.users'
order by 1
"""
_SEQUENCES = """
select schemaname, sequencename, last_value
from pg_sequences
where schemaname in ('public', 'backoffice')
order by 1, 2
"""
# What is written while somebody decides: what only grows, and what changes.
_GROW = {
    "ai_insights_log",
    "decision_history",
    "django_admin_log",
    "schedules",
    "suggestion_links",
}
_CHANGE = {"ai_insights_log", "daily_figures", "stale_days", "suggestion_index"}


def rows() -> dict[str, set[str]]:
    """Every row of the product and of ours, as text, by its table."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = [name for (name,) in cursor.fetchall()]
    return {
        name.removeprefix("backoffice."): {
            row for (row,) in f.run(f"select to_jsonb(t)::text from {name} as t")
        }
        for name in tables
    }


def schema(name: str, folder: Path, *options: str, server: str | None = None) -> str:
    """All that stands in a database but its rows: with rights, policies, triggers, comments."""
    where = f"{server}/{name}" if server else as_superuser(name)
    said = carried_out(f'pg_dump --schema-only {" ".join(options)} "$THERE"', folder, THERE=where)
    # Newer versions begin with a word that is made up each time.
    return re.sub(r"^\\(un)?restrict .*$", "", said, flags=re.MULTILINE)


SCHEMAS = ("--schema=public", "--schema=backoffice")


def restored_from(source: str, folder: Path) -> str:
    """What is to stand after a restore from there, where the helper is ours from then on."""
    with connected_to(source):
        f.run((steps.CHECKOUT / "docs" / "helper.sql").read_text(encoding="utf-8"))
    named = re.sub(
        r"\( SELECT auth\.user_org(anization)?_id\(\) AS \w+\)",
        "( SELECT backoffice.user_org_id() AS user_org_id)",
        schema(source, folder, *SCHEMAS),
    )
    return re.sub(r"auth\.user_org(anization)?_id\(\)", "backoffice.user_org_id()", named)


@pytest.mark.long
def test_restore_supabase_dump_into_new_project(own_migrated, lived_in, tmp_path):
    source = own_migrated
    with deciding(*lived_in):
        for command in commands(DUMP):
            carried_out(command, tmp_path, MIGRATE_DATABASE_URL=as_owner(source))
    there = rows()

    with empty(prepared=True) as name:
        for command in commands(RESTORE):
            carried_out(command, tmp_path, NEW_DATABASE_URL=as_owner(name))
        assert schema(name, tmp_path, *SCHEMAS) == restored_from(source, tmp_path)
        with connected_to(name):
            here = rows()
            assert here.keys() == there.keys()
            changing = {table for table in there if table in _GROW | _CHANGE}
            assert {t: r for t, r in here.items() if t not in changing} == {
                t: r for t, r in there.items() if t not in changing
            }
            assert [t for t in _GROW - _CHANGE if not here[t] <= there[t]] == []
            assert 12 <= len(here["decision_history"]) <= len(there["decision_history"])
            assert steps.warnings() == []
        hold(name, tmp_path)


def hold(name: str, folder: Path) -> None:
    """What is to be done after a restore finds nothing amiss, and the web login can sign in."""
    for command in commands(AFTER):
        said = carried_out(
            command,
            folder,
            DATABASE_URL=as_owner(name),
            SECRET_KEY=uuid4().hex * 2,
            DJANGO_SETTINGS_MODULE="eventflow.settings",
        )
        assert "No migrations to apply." in said
        assert "The history holds" in said
        assert "The index and the daily figures are what they should be." in said
        assert " ok, 0 to be looked at, 0 wrong." in said


@pytest.mark.long
def test_restored_at_rest_not_a_row_differs(own_migrated, lived_in, tmp_path):
    there, numbers = rows(), f.run(_SEQUENCES)
    for command in commands(DUMP):
        carried_out(command, tmp_path, DATABASE_URL=as_owner(own_migrated))
    with empty(prepared=True) as name:
        for command in commands(RESTORE):
            carried_out(command, tmp_path, NEW_DATABASE_URL=as_owner(name))
        with connected_to(name):
            assert rows() == there
            assert f.run(_SEQUENCES) == numbers
            assert f.run("select pubname, tablename from pg_publication_tables") == [
                ("supabase_realtime", "schedules")
            ]
            noa, event = lived_in
            decide(noa, event, 1)
            assert chain.find_break() is None
            # What the new project gives by itself comes to what is made from now on, as before.
            f.run("create table public.later (id int)")
            assert f.run("select has_table_privilege('authenticated', 'public.later', 'insert')")[
                0
            ] == (True,)
            with web_login.signed_in():
                assert f.run("select count(*) from ai_insights_log") == [
                    (len(there["ai_insights_log"]) + 2,)
                ]


PROJECTS = {
    "with the older helper": ("first", "drop function auth.user_org_id() cascade"),
    "without a helper in auth": ("production", None),
}


@pytest.mark.long
@pytest.mark.parametrize(("shape", "change"), PROJECTS.values(), ids=PROJECTS)
def test_restore_from_another_kind_of_project(
    tmp_path, django_db_setup, django_db_blocker, shape, change
):
    with django_db_blocker.unblock(), stand_in_of(shape) as source:
        if change:
            f.run(change)
        steps.migrate(verbosity=0)
        web_login.install()
        noa = f.staff(
            profile=f.profile(organization=f.organization()), permissions=f.EVERY_DECISION
        )
        decide(noa, f.event(organization=noa.profile.organization), 1)
        # What is told here of policies made by hand is told there, too.
        there, told = rows(), steps.warnings()
        # A row is never altered, whatever it says.
        f.run("update events set name = 'auth.user_org_id()'")
        there["events"] = rows()["events"]
        f.run("create publication supabase_realtime for table schedules")
        for command in commands(DUMP):
            carried_out(command, tmp_path, DATABASE_URL=as_owner(source))
        with empty(prepared=True) as name:
            for command in commands(RESTORE):
                carried_out(command, tmp_path, NEW_DATABASE_URL=as_owner(name))
            with connected_to(name):
                assert rows() == there
                assert steps.warnings() == told
                assert "made again" not in steps.migrate()
                with transaction.atomic(), database.acting_as(noa.profile.pk):
                    [(seen,)] = f.run("select count(*) from public.ai_insights_log")
                assert seen == len(there["ai_insights_log"])
            assert schema(name, tmp_path, *SCHEMAS) == restored_from(source, tmp_path)


@pytest.fixture
def new_server(tmp_path):
    """Another server, on which nothing stands; its superuser has the first's name and password."""
    server = embedded.server(tmp_path / "server").start()
    login, known = server.superuser, embedded.server(settings.EMBEDDED_FOLDER).start().superuser
    with psycopg.connect(**asdict(login), dbname="postgres", autocommit=True) as raw:
        raw.execute(
            sql.SQL("alter role {} password {}").format(
                sql.Identifier(login.user), sql.Literal(known.password)
            )
        )
    yield f"postgres://{known.user}:{known.password}@{login.host}:{login.port}"
    server.destroy()


@contextmanager
def leading_to(server: str):
    """The default connection leads to the database of its name on another server.

    Its login is the one it has here: the roles have come along with their passwords.
    """
    login = connection.get_connection_params()
    usual = dict(connection.settings_dict)
    host, port = server.rpartition("@")[2].split(":")
    connection.close()
    connection.settings_dict |= {
        "HOST": host,
        "PORT": port,
        "USER": login["user"],
        "PASSWORD": login["password"],
    }
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict |= {
            key: usual[key] for key in ("HOST", "PORT", "USER", "PASSWORD")
        }


@pytest.mark.long
@pytest.mark.own_server
def test_restore_own_database_on_new_server(own_migrated, lived_in, new_server, tmp_path):
    if not settings.EMBEDDED_FOLDER:
        pytest.skip("between two embedded servers only")
    there, numbers, whole = rows(), f.run(_SEQUENCES), schema(own_migrated, tmp_path, "--create")
    for command in commands(WHOLE):
        carried_out(
            command,
            tmp_path,
            SUPERUSER_URL=as_superuser(own_migrated),
            NEW_SUPERUSER_URL=f"{new_server}/postgres",
        )
    with leading_to(new_server):
        assert rows() == there
        assert f.run(_SEQUENCES) == numbers
        assert steps.warnings() == []
        call_command("verify_history")
        with web_login.signed_in():
            [(found,)] = f.run("select count(*) from ai_insights_log")
            assert found == len(there["ai_insights_log"])
    here = schema(own_migrated, tmp_path, "--create", server=new_server)
    assert here == whole


# What goes wrong is said


EVERY = [command for heading in (DUMP, RESTORE, WHOLE) for command in commands(heading)]


@pytest.mark.long
@pytest.mark.parametrize("command", EVERY, ids=range(len(EVERY)))
def test_restore_command_without_address(command, tmp_path):
    (tmp_path / "eventflow.dump").write_text("as it was")
    status, said = run(command, tmp_path)
    assert status != 0
    [name] = set(re.findall(r"\w+_URL(?=:\?)", command))
    assert re.search(rf"{name}: is not set. Nothing was (dumped|changed). Set it to", said), said
    assert (tmp_path / "eventflow.dump").read_text() == "as it was"


DUMPS = [*commands(DUMP), commands(WHOLE)[0]]


@pytest.mark.long
@pytest.mark.parametrize("command", DUMPS, ids=range(len(DUMPS)))
def test_restore_failed_dump_keeps_old(command, tmp_path):
    kept = [tmp_path / name for name in re.findall(r"mv \S+\.new (\S+)", command)]
    assert len(kept) == len(re.findall(r"\.new(?!\S)", command)) // 2 > 0
    for file in kept:
        file.write_text("as it was")
    status, said = run(command, tmp_path, DATABASE_URL=NOWHERE, SUPERUSER_URL=NOWHERE)
    assert status != 0
    assert "connection to server" in said
    assert {file.read_text() for file in kept} == {"as it was"}


@pytest.mark.long
def test_restore_web_login_dumps_nothing(own_migrated, lived_in, tmp_path):
    params = connection.get_connection_params()
    web = address(
        params | {"user": web_login.ROLE, "password": web_login.PASSWORD.replace(" ", "%20")},
        own_migrated,
    )
    status, said = run(commands(DUMP)[0], tmp_path, DATABASE_URL=web)
    assert status != 0
    assert "permission denied" in said
    assert not (tmp_path / "eventflow.dump").exists()


@pytest.mark.long
def test_restore_over_existing_refused(own_migrated, tmp_path):
    before = steps.whole_catalogue()
    status, said = run(commands(RESTORE)[0], tmp_path, NEW_DATABASE_URL=as_owner(own_migrated))
    assert status != 0
    assert "This database holds tables already" in said
    assert "nothing was changed. Restore into a new one." in said
    assert steps.whole_catalogue() == before


@pytest.mark.long
def test_restore_into_database_of_others_refused(tmp_path, django_db_blocker):
    with django_db_blocker.unblock(), empty(prepared=False) as name:
        status, said = run(commands(RESTORE)[0], tmp_path, NEW_DATABASE_URL=as_owner(name))
    assert status != 0
    assert "it has no auth.users; nothing was changed." in said

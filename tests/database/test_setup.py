"""`manage.py setup`: on new databases of a server of their own, with and without a terminal."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from contextlib import closing

import psycopg
import pytest

from eventflow import embedded, supabase
from eventflow.db.web_login import ROLE
from eventflow.environment import addresses
from tests.database import steps

pytestmark = [pytest.mark.long, pytest.mark.own_server]

PATIENCE = 120
KEY = "0123456789abcdef" * 4
PASSWORD = "correct horse battery"
SUPERUSER = {
    "DJANGO_SUPERUSER_USERNAME": "root",
    "DJANGO_SUPERUSER_EMAIL": "root@example.com",
    "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
}


class Place:
    """A database of the module's server, and the logins that lead there."""

    def __init__(self, server, name: str):
        self.server, self.name = server, name

    def connect(self, user=embedded.SUPERUSER, password=None) -> psycopg.Connection:
        login = self.server.superuser
        return psycopg.connect(
            host=login.host,
            port=login.port,
            user=user,
            password=password or login.password,
            dbname=self.name,
            autocommit=True,
        )

    def ask(self, statement, *parameters):
        with closing(self.connect()) as raw:
            found = raw.execute(statement, parameters)
            return found.fetchall() if found.description else []

    @property
    def url(self) -> str:
        login = self.server.owner
        return f"postgres://{login.user}:{login.password}@{login.host}:{login.port}/{self.name}"

    @property
    def is_untouched(self) -> bool:
        return self.ask("select to_regnamespace('backoffice')") == [(None,)]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of its own, for the web process's login belongs to the whole of it.

    What is copied from: `stand_in` holds the stand-in for Supabase, `migrated` all but a superuser.
    """
    server = embedded.server(tmp_path_factory.mktemp("setup") / "server").start()
    anywhere = Place(server, "postgres")
    anywhere.ask(f"create database stand_in owner {embedded.OWNER}")
    with closing(Place(server, "stand_in").connect()) as raw:
        supabase.load(raw, owner=embedded.OWNER)
        # As Supabase's may.
        raw.execute(f"grant authenticated to {embedded.OWNER} with admin option")
    anywhere.ask(f"create database migrated template stand_in owner {embedded.OWNER}")
    url = Place(server, "migrated").url
    status, said = manage("migrate", "-v0", DATABASE_URL=url, SECRET_KEY=KEY)
    assert status == 0, said
    yield server
    server.destroy()


def copied(server, template: str):
    anywhere, place = Place(server, "postgres"), Place(server, f"setup_{template}")
    anywhere.ask(f"create database {place.name} template {template} owner {embedded.OWNER}")
    try:
        yield place
    finally:
        anywhere.ask(f"drop database {place.name} with (force)")
        anywhere.ask(f"drop role if exists {ROLE}")


@pytest.fixture
def new(server):
    """A database in which nothing of ours stands, and no login of the web process's."""
    yield from copied(server, "stand_in")


@pytest.fixture
def migrated(server):
    """One that was migrated, and no more."""
    yield from copied(server, "migrated")


def environment(**said: str) -> dict[str, str]:
    """What the process inherits, without any variable of ours but those that are said."""
    ours = re.compile(r"DJANGO_|PG|EVENTFLOW_|.*_URL$|SECRET_KEY$|ALLOWED_HOSTS$")
    inherited = {name: value for name, value in os.environ.items() if not ours.match(name)}
    # Empty, they are unset, also where the checkout has a `.env`.
    unset = dict.fromkeys(
        ("DATABASE_URL", "MIGRATE_DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", *SUPERUSER), ""
    )
    return inherited | unset | {"PYTHONUNBUFFERED": "1"} | said


def command(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def setup(*arguments: str, **said: str) -> tuple[int, str]:
    """Without a terminal: exit status, and all that was said."""
    return manage("setup", *arguments, **said)


def manage(*arguments: str, **said: str) -> tuple[int, str]:
    ended = subprocess.run(
        command(*arguments),
        cwd=steps.CHECKOUT,
        env=environment(**said),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return ended.returncode, ended.stdout


def at_a_terminal(*answers: tuple[str, str], **said: str) -> tuple[int, str]:
    """At a terminal: each answer is typed once its question is asked."""
    outer, inner = pty.openpty()
    process = subprocess.Popen(
        command("setup"),
        cwd=steps.CHECKOUT,
        env=environment(**said),
        stdin=inner,
        stdout=inner,
        stderr=inner,
        start_new_session=True,
    )
    os.close(inner)
    heard, waiting = "", list(answers)
    deadline = time.monotonic() + PATIENCE
    try:
        while time.monotonic() < deadline:
            if select.select([outer], [], [], 0.1)[0]:
                try:
                    piece = os.read(outer, 65536)
                except OSError:  # the other end is closed
                    break
                if not piece:
                    break
                heard += piece.decode()
            if waiting and waiting[0][0] in heard.rpartition("\n")[2]:
                os.write(outer, waiting.pop(0)[1].encode() + b"\n")
        assert waiting == [], heard
        return process.wait(60), heard.replace("\r\n", "\n")
    finally:
        process.kill()
        process.wait()
        os.close(outer)


def lines(said: str) -> dict[str, str]:
    """The lines for `.env` that it printed, as the back office reads them."""
    found = re.findall(r"^([A-Z_]+)=(.*)$", said, re.MULTILINE)
    return {name: value.strip("'") for name, value in found}


def test_setup_new_database(new):
    hosts = "office.example.org"
    status, said = setup(DATABASE_URL=new.url, ALLOWED_HOSTS=hosts, **SUPERUSER)

    assert status == 0, said
    assert "-- No two sessions overlap in one room." in said
    assert "Applying ai_audit.0024_undoing_and_bases... OK" in said
    assert "Superuser created successfully." in said
    _, _, at_the_end = said.partition("System check identified no issues (0 silenced).")
    # Once there are two logins, and all of it stands.
    assert " ok, 0 to be looked at, 0 wrong. All of it: manage.py doctor" in at_the_end
    kept = lines(said)
    assert kept.keys() == {"DATABASE_URL", "MIGRATE_DATABASE_URL", "SECRET_KEY"}
    assert kept["MIGRATE_DATABASE_URL"] == new.url
    # What it printed is what the web process and the commands start with.
    kept |= {"ALLOWED_HOSTS": hosts}
    status, found = manage("check", "--database", "default", "--deploy", **kept)
    assert (status, "no issues" in found) == (0, True), found
    web = addresses.database("DATABASE_URL", kept["DATABASE_URL"])[0]
    assert web["USER"] == ROLE
    with closing(new.connect(web["USER"], web["PASSWORD"])) as raw:
        assert raw.execute("select username from backoffice.auth_user").fetchall() == [("root",)]


def test_setup_rerun_changes_nothing(migrated):
    _status, said = setup(DATABASE_URL=migrated.url, **SUPERUSER)
    kept = lines(said)
    verifier = "select rolpassword from pg_authid where rolname = %s"
    before = migrated.ask(verifier, ROLE)

    status, said = setup(**kept)

    assert status == 0, said
    assert "No migrations to apply." in said
    assert f"The login {ROLE} stands, and keeps its password." in said
    assert lines(said) == {}
    assert migrated.ask(verifier, ROLE) == before
    assert migrated.ask("select count(*) from backoffice.auth_user") == [(1,)]

    status, said = setup("--new-password", **kept)

    assert status == 0, said
    assert lines(said).keys() == {"DATABASE_URL"}
    assert migrated.ask(verifier, ROLE) != before


def test_run_again_it_completes(migrated):
    status, said = setup(DATABASE_URL=migrated.url, SECRET_KEY=KEY, **SUPERUSER)

    assert status == 0, said
    assert lines(said).keys() == {"DATABASE_URL", "MIGRATE_DATABASE_URL"}
    assert migrated.ask("select username from backoffice.auth_user") == [("root",)]


def test_setup_with_one_login(migrated):
    status, said = setup("--one-login", DATABASE_URL=migrated.url, **SUPERUSER)
    assert status == 0, said
    assert lines(said).keys() == {"SECRET_KEY"}
    assert migrated.ask("select to_regrole(%s)", ROLE) == [(None,)]


def test_setup_at_terminal_asks(migrated):
    status, said = at_a_terminal(
        ("postgres://postgres:password@host:5432/postgres): ", "nonsense"),
        ("postgres://postgres:password@host:5432/postgres): ", migrated.url),
        ("this machine only): ", "office.example.org"),
        ("Username", "root"),
        ("Email", "root@example.com"),
        ("Password: ", PASSWORD),
        ("Password (again): ", PASSWORD),
    )
    assert status == 0, said
    assert "DATABASE_URL is not understood" in said
    before, _, after = said.partition("Put into .env")
    assert migrated.server.owner.password not in before
    assert lines(after).keys() == {
        "ALLOWED_HOSTS",
        "DATABASE_URL",
        "MIGRATE_DATABASE_URL",
        "SECRET_KEY",
    }
    assert migrated.ask("select username from backoffice.auth_user") == [("root",)]


# Where it cannot, it says so, and nothing is there


def test_setup_without_terminal_names_database():
    status, said = setup()
    assert status == 1
    assert "There is nobody to ask, and DATABASE_URL is not set. Nothing was changed." in said


def test_setup_without_terminal_names_superuser(new):
    status, said = setup(DATABASE_URL=new.url, DJANGO_SUPERUSER_USERNAME="root")
    assert status == 1
    assert (
        "There is nobody to ask, no superuser yet, and not set: DJANGO_SUPERUSER_EMAIL, "
        "DJANGO_SUPERUSER_PASSWORD. Nothing was changed."
    ) in said
    assert new.is_untouched


def test_setup_guessable_password_refused(new):
    status, said = setup(
        DATABASE_URL=new.url, **SUPERUSER | {"DJANGO_SUPERUSER_PASSWORD": "12345678"}
    )
    assert status == 1
    assert "Nothing was changed. DJANGO_SUPERUSER_PASSWORD is no password to sign in with" in said
    assert new.is_untouched


def test_overlaps_are_listed_with_what_mends_them(new):
    new.ask(
        "with o as (insert into organizations (name) values ('o') returning id),"
        " e as (insert into events (organization_id, name, start_date)"
        "  select id, 'e', now() from o returning id)"
        " insert into schedules (event_id, title, room, start_time, end_time)"
        " select id, 's', 'A', now(), now() + interval '1 hour' from e, generate_series(1, 2)"
        " returning id",
    )
    status, said = setup(DATABASE_URL=new.url, **SUPERUSER)
    assert status == 1
    assert "update public.schedules" in said
    assert "Nothing was changed. Mend them, as by the statements there, and run setup" in said
    assert new.is_untouched


def test_setup_unreachable_database(new):
    for wrong in (
        new.url.replace(new.server.owner.password, "wrong"),
        "postgres://nobody@127.0.0.1:1/nowhere",
    ):
        status, said = setup(DATABASE_URL=wrong, **SUPERUSER)
        assert status == 1
        assert "The database cannot be asked" in said
        assert "Traceback" not in said


def test_setup_database_of_something_else(server):
    for other in copied(server, "template0"):
        status, said = setup(DATABASE_URL=other.url, **SUPERUSER)
    assert status == 1
    assert "Nothing was changed. Setting up cannot begin:\n- This is not EventFlow's" in said


def test_setup_web_login_unmakeable(migrated):
    migrated.ask(f"revoke admin option for authenticated from {embedded.OWNER}")
    try:
        status, said = setup(DATABASE_URL=migrated.url, **SUPERUSER)
    finally:
        migrated.ask(f"grant authenticated to {embedded.OWNER} with admin option")
    assert status == 1
    assert "may not let others become authenticated; nothing was changed." in said
    assert "What migrate made stands." in said
    assert "manage.py setup --one-login" in said
    assert migrated.ask("select to_regrole(%s)", ROLE) == [(None,)]

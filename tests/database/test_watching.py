"""While migrate waits: for whom, since when, and how far it is; and what it says in the end."""

import io
import re
import threading
from contextlib import closing, contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from eventflow.db import database, watching
from eventflow.fitness import doctor
from eventflow.management.commands import migrate
from tests import factories
from tests.database import steps
from tests.database.test_running import held
from tests.factories import run

pytestmark = pytest.mark.migrates


@pytest.fixture(autouse=True)
def _looking_at_once(monkeypatch):
    monkeypatch.setattr(watching, "EVERY", 0.05)
    monkeypatch.setattr(migrate, "TELL_SECONDS", 0)


@contextmanager
def ending(holder, *, when):
    """End what the other connection holds as soon as that is so, while the block runs."""

    def end():
        try:
            steps.eventually(when)
        finally:
            holder.rollback()

    thread = threading.Thread(target=end)
    thread.start()
    yield
    thread.join()


def migrated(printed: io.StringIO) -> None:
    call_command("migrate", stdout=printed, stderr=printed)


def test_watching_index_snapshot_and_progress(own_migrated):
    organization = factories.organization()
    factories.suggestion(
        user=factories.profile(organization=organization),
        event=factories.event(organization=organization),
    )
    steps.migrate("ai_audit", "0010", verbosity=0)
    printed = io.StringIO()
    with held("set application_name = 'a report'") as reading:
        reading.execute("update backoffice.suggestion_index set vip = vip")
        pid = reading.info.backend_pid
        waiting = f"Waiting for process {pid} (login {reading.info.user}, "
        # How many it waits for is as the server is busy.
        building = re.compile(
            r"Building \S+ on suggestion_index: waiting for .*, \d+ of \d+ transactions\."
        )
        with ending(
            reading,
            when=lambda: waiting in printed.getvalue() and building.search(printed.getvalue()),
        ):
            migrated(printed)

    assert re.search(
        re.escape(waiting) + r"application a report, idle in transaction, its transaction open "
        r"since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\)\. To end it: "
        rf"select pg_terminate_backend\({pid}\);",
        printed.getvalue(),
    )
    assert building.search(printed.getvalue())


def test_watching_lock_holder_named(own_stand_in, monkeypatch):
    monkeypatch.setitem(migrate.LIMITS, "lock_timeout", "2s")
    printed = io.StringIO()
    with held("update schedules set title = title where false") as writing:
        pid = writing.info.backend_pid
        with pytest.raises(CommandError, match="Someone else held a lock for more than 2s"):
            migrated(printed)

    assert f"Waiting for process {pid} (login " in printed.getvalue()


def test_watching_other_migration_named(own_migrated):
    printed = io.StringIO()
    with closing(steps.another_connection()) as first:
        first.autocommit = False
        first.execute("select pg_advisory_xact_lock(%s)", [database.advisory_key("migrate")])
        said = f"Waiting for process {first.info.backend_pid} ("
        with ending(first, when=lambda: said in printed.getvalue()):
            migrated(printed)

    lines = printed.getvalue().splitlines()
    assert lines[0] == "Another migrate is running on this database; waiting for it to end."
    assert lines[1].startswith(said)


def test_watching_without_reader(own_stand_in, monkeypatch):
    monkeypatch.setattr(watching, "watched", None)
    monkeypatch.setattr(doctor, "examine", None)

    steps.migrate(verbosity=0)


def test_watching_unseen_ends_nothing(own_stand_in, monkeypatch):
    monkeypatch.setattr(watching, "_BUILDING", "select 1 / 0")

    assert "Applying scheduling.0002_no_room_overlap... OK" in re.sub(
        r"\.\.\.\s+(.*\n)*? ?OK", "... OK", steps.migrate()
    )


def test_watching_leaves_nothing(own_migrated):
    before = threading.active_count()
    steps.migrate()

    assert threading.active_count() == before
    with closing(steps.another_connection()) as watcher:
        others = watcher.execute(
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and pid not in (pg_backend_pid(), %s)",
            [connection.connection.info.backend_pid],
        ).fetchone()
    assert others == (0,)


def test_migrate_ends_with_the_doctors_short_form(own_migrated):
    run("alter table user_profiles disable row level security")

    lines = steps.migrate().splitlines()

    assert lines[-3:-1] == [
        "warning  Row-level security is off: public.user_profiles.",
        "         alter table public.user_profiles enable row level security;",
    ]
    assert re.fullmatch(
        r"\d+ ok, 1 to be looked at, 0 wrong\. All of it: manage\.py doctor", lines[-1]
    )

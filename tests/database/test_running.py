"""Migrate among others: a second migrate, held locks, limits, and what a killed run leaves."""

import threading
import time
from contextlib import closing, contextmanager

import pytest
from django.db import connection

from eventflow.db import catalogue, database
from eventflow.management.commands import migrate
from tests import factories
from tests.database import steps
from tests.factories import run

pytestmark = pytest.mark.migrates

WAITING = "Another migrate is running on this database; waiting for it to end."
UNDONE = "The step that was running was undone whole; the steps before it stand."
LOCKED = (
    "Someone else held a lock for more than {timeout}. {state} Run migrate again when it is "
    "quieter. Who is busy: select pid, usename, query from pg_stat_activity where state <> 'idle';"
)


@contextmanager
def held(statement: str):
    """Another connection, in a transaction in which it has run `statement`."""
    with closing(steps.another_connection()) as holder:
        holder.autocommit = False
        holder.execute(statement)
        yield holder
        holder.rollback()


def waiting_for_a_lock() -> list[int]:
    """The server's process ids of the sessions of this database that wait for a lock."""
    with closing(steps.another_connection()) as watcher:
        found = watcher.execute(
            "select pid from pg_stat_activity where datname = current_database()"
            " and wait_event_type = 'Lock'"
        ).fetchall()
    return [pid for (pid,) in found]


def ours() -> set[str]:
    """What of ours stands on the programme."""
    standing = catalogue.read(
        tables=["public.schedules"],
        functions=["check_speaker_conflicts"],
        extensions=["btree_gist"],
    )
    kinds = ("constraint no_", "index public.idx_schedules_speaker", "function", "extension")
    return {identity for identity in standing if identity.startswith(kinds)}


@pytest.mark.long
def test_migrate_second_waits_by_polling(own_stand_in):
    key = database.advisory_key("migrate")
    with closing(steps.another_connection()) as first:
        first.execute("select pg_advisory_lock(%s)", [key])
        two = [steps.command("migrate"), steps.command("migrate")]
        assert [process.stdout.readline().strip() for process in two] == [WAITING, WAITING]
        # A session that waited inside a statement would hold this up for ever.
        first.execute("set lock_timeout = '10s'")
        first.execute("create index concurrently elsewhere on events (name)")
        for _ in range(20):
            assert first.execute(
                "select count(*) from pg_locks where locktype = 'advisory' and not granted"
                " and database = (select oid from pg_database where datname = current_database())"
            ).fetchone() == (0,)
            time.sleep(0.02)
        first.execute("select pg_advisory_unlock(%s)", [key])
    printed = [process.communicate(timeout=60)[0] for process in two]
    assert [process.returncode for process in two] == [0, 0], printed
    assert sorted("Applying ai_audit.0002" in text for text in printed) == [False, True]
    assert sorted("No migrations to apply" in text for text in printed) == [False, True]
    run("drop index elsewhere")
    assert steps.warnings() == []


def test_patience_ends(own_stand_in, monkeypatch):
    monkeypatch.setattr(migrate, "PATIENCE_SECONDS", 0)
    before = steps.whole_catalogue()
    with closing(steps.another_connection()) as first:
        first.execute("select pg_advisory_lock(%s)", [database.advisory_key("migrate")])
        assert steps.refusal() == (
            "Another migrate has been running on this database for an hour. Nothing was changed. "
            "See pg_stat_activity for what it waits for."
        )
    assert steps.whole_catalogue() == before


def test_migrate_unreadable_table_stops_first(own_stand_in, monkeypatch):
    monkeypatch.setitem(migrate.LIMITS, "lock_timeout", "200ms")
    before = steps.whole_catalogue()
    with held("lock table schedules"):
        assert steps.refusal() == LOCKED.format(timeout="200ms", state="Nothing was changed.")
    assert steps.whole_catalogue() == before
    assert_nothing_is_left_of_the_run()


@pytest.mark.long
def test_migrate_busy_table_waited_for_briefly(own_stand_in):
    with held("update schedules set title = title where false"):
        started = time.monotonic()
        assert steps.refusal() == LOCKED.format(timeout="3s", state=UNDONE)
        # Not for as long as that is held, however busy the machine is.
        assert time.monotonic() - started < 60
    assert ours() == set()
    assert_nothing_is_left_of_the_run()
    steps.migrate(verbosity=0)
    assert steps.warnings() == []


def assert_nothing_is_left_of_the_run():
    assert run(
        "select current_setting('lock_timeout'), current_setting('statement_timeout'),"
        " current_setting('client_min_messages'),"
        " current_setting('client_connection_check_interval'),"
        " current_setting('idle_in_transaction_session_timeout'),"
        " current_setting('tcp_user_timeout')"
    ) == [("0", "0", "notice", "0", "0", "0")]
    assert run(
        "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"
    ) == [(0,)]


def test_migrate_statement_timeout(own_stand_in, monkeypatch):
    monkeypatch.setitem(migrate.LIMITS, "statement_timeout", "2s")
    with held("update schedules set title = title where false"):
        assert steps.refusal() == (
            "A statement was ended, for it took longer than 2s or someone cancelled it. "
            f"{UNDONE} Run migrate again at a quieter time."
        )
    assert ours() == set()
    assert_nothing_is_left_of_the_run()


def test_migrate_silent_client_releases_locks(own_stand_in, monkeypatch):
    """Killed or cut off, it would otherwise lock the product out until somebody ends it."""
    told = []

    def tell(self, *args, **options):
        told.extend(
            run(
                "select current_setting('client_connection_check_interval'),"
                " current_setting('idle_in_transaction_session_timeout'),"
                " current_setting('tcp_user_timeout')"
            )
        )

    monkeypatch.setattr(migrate.migrate.Command, "handle", tell)
    # Of one app alone: what is missing besides is then left.
    steps.migrate("ai_audit", verbosity=0)

    assert told == [("500ms", "1min", "60000")]


@pytest.mark.long
def test_migrate_killed_completed_by_next(own_stand_in):
    with held("update schedules set title = title where false"):
        process = steps.command("migrate")
        steps.eventually(waiting_for_a_lock)
        process.kill()
        process.wait()
    process.stdout.close()
    assert "Applying scheduling.0002_no_room_overlap" in steps.migrate()
    assert steps.warnings() == []


def test_migrate_lost_connection_is_sentence(own_stand_in):
    def cut():
        [pid] = steps.eventually(waiting_for_a_lock)
        with closing(steps.another_connection()) as watcher:
            watcher.execute("select pg_terminate_backend(%s)", [pid])

    with held("update schedules set title = title where false"):
        thread = threading.Thread(target=cut)
        thread.start()
        refusal = steps.refusal()
        thread.join()
    assert refusal.startswith("The database refused: ")
    assert "terminating connection due to administrator command" in refusal
    assert refusal.endswith(UNDONE)
    connection.close()
    assert ours() == set()
    steps.migrate(verbosity=0)
    assert steps.warnings() == []


@pytest.mark.parametrize("level", ["notice", "error"])
def test_migrate_shows_replaced_despite_quiet_login(django_stands, level):
    run(f"set local client_min_messages = {level}")
    run("create function public.check_speaker_conflicts() returns int language sql as 'select 42'")
    printed = steps.migrate()
    assert "Replaced, and was before:" in printed
    assert "select 42" in printed
    assert "Building no_room_overlap locks the table" in printed


@pytest.mark.long
def test_migrate_keeps_decision_made_meanwhile(own_migrated):
    organization = factories.organization()
    suggestion = factories.suggestion(
        user=factories.profile(organization=organization),
        event=factories.event(organization=organization),
    )
    steps.migrate("ai_audit", "0003", verbosity=0)
    reject = "update ai_insights_log set execution_status = 'rejected'"
    with held(reject) as deciding:
        process = steps.command("migrate")
        while not waiting_for_a_lock():
            time.sleep(0.01)
        deciding.commit()
        process.communicate(timeout=60)

    assert run("select suggestion_id, to_status from backoffice.decision_history") == [
        (suggestion.pk, "rejected")
    ]


BUILDING = "select pid from pg_stat_activity where datname = current_database() and query like %s"


def test_migrate_rebuilds_half_built_index(own_migrated):
    organization = factories.organization()
    factories.suggestion(
        user=factories.profile(organization=organization),
        event=factories.event(organization=organization),
    )
    steps.migrate("ai_audit", "0010", verbosity=0)

    def building() -> list[int]:
        with closing(steps.another_connection()) as watcher:
            found = watcher.execute(BUILDING, ["create index concurrently%"]).fetchall()
        return [pid for (pid,) in found]

    def interrupt():
        [pid] = steps.eventually(lambda: waiting_for_a_lock() and building())
        with closing(steps.another_connection()) as watcher:
            watcher.execute("select pg_cancel_backend(%s)", [pid])

    # Longer than the other steps would wait for a lock.
    with held("update backoffice.suggestion_index set vip = vip"):
        thread = threading.Thread(target=interrupt)
        thread.start()
        refusal = steps.refusal()
        thread.join()
    assert refusal == (
        "A statement was ended, for it took longer than 30min or someone cancelled it. What the "
        "step that was running had made stands, and so do the steps before it; the next run "
        "completes it. Run migrate again at a quieter time."
    )
    assert invalid_indexes() == [("idx_suggestion_index_suggested_all",)]
    assert_nothing_is_left_of_the_run()

    steps.migrate(verbosity=0)

    assert invalid_indexes() == []
    assert steps.warnings() == []
    assert_nothing_is_left_of_the_run()


def invalid_indexes() -> list[tuple]:
    return run(
        "select relname from pg_index join pg_class on pg_class.oid = indexrelid"
        " where not indisvalid order by 1"
    )


@pytest.mark.long
def test_migrate_indexes_without_blocking_writes(own_migrated):
    organization = factories.organization()
    suggestion = factories.suggestion(
        user=factories.profile(organization=organization),
        event=factories.event(organization=organization),
    )
    steps.migrate("ai_audit", "0010", verbosity=0)
    with held("update ai_insights_log set execution_status = 'rejected'") as deciding:
        process = steps.command("migrate", "--verbosity", "0")
        steps.eventually(waiting_for_a_lock)
        # As long as others wait for a lock at the most, and more.
        time.sleep(4)
        assert process.poll() is None
        deciding.commit()
        printed = process.communicate(timeout=60)[0]
    assert (process.returncode, printed) == (0, "")
    assert steps.warnings() == []
    assert run("select suggestion_id, status from backoffice.suggestion_index") == [
        (suggestion.pk, "rejected")
    ]

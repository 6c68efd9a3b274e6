"""What databases have run stays as run; and successors come to what those before them came to."""

import ast
import importlib.util
import re
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from importlib import import_module

import pytest
from django.core.management import CommandError
from django.db import connection

from ai_audit.reports import index
from eventflow import embedded, sql
from eventflow.db import database
from tests import factories as f
from tests.conftest import STAND_IN
from tests.database import frozen, steps
from tests.databases import connected_to, copy_of, stand_in_of

YEARS = timedelta(days=20 * 365)
SUCCESSORS = [found for found in frozen.listed() if found.before]


def test_frozen_files_unchanged():
    listed = {found.path: found.checksum for found in frozen.listed()}
    assert len(listed) == len(frozen.listed())
    assert frozen.standing() == listed, "python -m tests.database.frozen adds new files"


def superseded(found: frozen.Frozen):
    """The path at which the file that a successor took the place of is kept."""
    return frozen.SUPERSEDED / found.path.replace("/migrations/", "_").replace("/sql/", "_")


@pytest.mark.parametrize("found", SUCCESSORS, ids=lambda found: found.path)
def test_frozen_predecessors_kept(found):
    assert frozen.checksum(superseded(found)) == found.before


# A field of a model without a table of its own makes nothing in the database; permissions are made
# by Django itself, from the models as they were.
NOT_LIVE = {
    "ai_audit.models": {"ai_audit/migrations/0001_initial.py"}
    | {"ai_audit/migrations/0005_history_entry.py"},
    "django.contrib.auth.management.create_permissions": {"ai_audit/migrations/0008_groups.py"},
    "django.apps.apps": {"ai_audit/migrations/0008_groups.py"},
}
ALLOWED = re.compile(
    r"uuid|eventflow\.sql\.(FrozenSQL|ConcurrentIndexes|InBatches|WebLoginMay|HoldsHistory)"
    r"|eventflow\.db\.web_login\.WebLoginReads"
    r"|django\.(db|conf)\b.*|django\.contrib\.postgres\.(fields|search)"
)


def imported(path) -> set[str]:
    """The dotted names that a migration imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize(
    "path", sorted(frozen.CHECKOUT.glob("*/migrations/[0-9]*.py")), ids=lambda path: path.name
)
def test_migrations_call_no_live_code(path):
    name = path.relative_to(frozen.CHECKOUT).as_posix()
    live = {one for one in imported(path) if not ALLOWED.fullmatch(one)}
    assert live <= {one for one, where in NOT_LIVE.items() if name in where}


# Successors beside those before them


def _before(found: frozen.Frozen):
    """The migration as it was."""
    spec = importlib.util.spec_from_file_location("superseded", superseded(found))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Migration


def as_it_was(monkeypatch) -> None:
    """From now on, what successors took the place of is in its place again."""
    # The live code that they call, where they look for it.
    monkeypatch.setitem(sys.modules, "ai_audit.suggestion_index", index)
    texts = {
        tuple(found.path.split("/sql/")): superseded(found).read_text(encoding="utf-8")
        for found in SUCCESSORS
        if found.path.endswith(".sql")
    }
    read = sql.read
    monkeypatch.setattr(sql, "read", lambda *file: texts.get(file) or read(*file))
    for found in SUCCESSORS:
        if found.path.endswith(".py"):
            name = found.path.removesuffix(".py").replace("/", ".")
            monkeypatch.setattr(import_module(name), "Migration", _before(found))
    for (app_label, file), text in texts.items():
        name, _, direction = file.removesuffix(".sql").partition(".")
        # What belongs to no migration is read anew each time.
        if not direction:
            continue
        for operation in import_module(f"{app_label}.migrations.{name}").Migration.operations:
            if isinstance(operation, sql.FrozenSQL) and operation.name == name:
                attribute = {"up": "sql", "down": "reverse_sql"}[direction]
                monkeypatch.setattr(operation, attribute, [text])


@pytest.fixture(scope="module")
def waiting(django_db_setup, django_db_blocker):
    """The name of a database with suggestions that nothing of what is succeeded has run in."""
    with django_db_blocker.unblock(), copy_of(STAND_IN) as name:
        with connected_to(name):
            steps.migrate("ai_audit", "0009", verbosity=0)
            _suggestions()
        yield name


def _suggestions() -> None:
    """Some of every status, on days that have passed; and rows of the index that differ from it."""
    organization = f.organization()
    noa = f.profile(organization=organization)
    event = f.event(organization=organization)
    for n, status in enumerate(("suggested", "approved", "rejected", "executed", "failed") * 3):
        moment = f.at(8) - YEARS + timedelta(days=n % 4)
        approved = {"approved_by": noa, "approved_at": moment}
        f.suggestion(
            user=noa,
            event=event if n % 5 else None,
            execution_status=status,
            suggested_at=moment,
            created_at=moment,
            **(approved if status in ("approved", "executed", "failed") else {}),
            **({"executed_at": moment} if status == "executed" else {}),
        )
    f.run(
        "delete from backoffice.suggestion_index where suggestion_id in"
        " (select suggestion_id from backoffice.suggestion_index order by 1 limit 5)"
    )
    f.run("update backoffice.suggestion_index set status = 'approved' where status = 'failed'")
    f.run(
        "insert into backoffice.suggestion_index"
        " select gen_random_uuid(), i.organization_id, i.event_id, i.requester_id, i.approver_id,"
        " i.action, i.status, i.suggested_at, i.decided_at, i.decider_id, i.executed_at, i.waited,"
        " i.requested_start, i.vip, i.claimed, i.found, i.claim, i.reason, i.words"
        " from backoffice.suggestion_index as i limit 1"
    )


def written_down(*options) -> list[str]:
    """The default connection's database in pg_dump's words, a statement each, sorted."""
    params = connection.get_connection_params()
    with closing(database.connect_as_superuser(params["dbname"])) as raw:
        login = raw.info.get_parameters() | {"password": raw.info.password}
    dumped = subprocess.run(
        [
            embedded.binaries() / "pg_dump",
            *("--host", str(login["host"]), "--port", str(login["port"])),
            *("--username", login["user"], "--schema=backoffice", "--schema=public"),
            "--no-publications",
            *options,
            params["dbname"],
        ],
        env={"PGPASSWORD": login["password"] or "", "LC_ALL": "C.UTF-8"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    # Debian's build numbers the columns in options of its own.
    passed_over = r"^(--.*|\\(un)?restrict .*|ALTER TABLE .* SET \(pg_attver=\d+\);)\n"
    dumped = re.sub(passed_over, "", dumped, flags=re.MULTILINE)
    return sorted(statement.strip() for statement in dumped.split(";\n"))


def catalogue_and_rows() -> tuple[list[str], list[str]]:
    rows = written_down(
        "--data-only",
        "--inserts",
        *("--exclude-table=*.django_migrations", "--exclude-table=*.foundation_objects"),
    )
    recorded = f.run("select object, migration, replaced from backoffice.foundation_objects")
    # How many marks there have been is told by no row.
    rows = [row for row in rows if "stale_days_id_seq" not in row]
    return written_down("--schema-only"), rows + sorted(map(str, recorded))


def migrated(waiting, *, publication=False) -> tuple[list[str], list[str]]:
    """What stands and which rows after the last migration."""
    with copy_of(waiting) as name, connected_to(name):
        if publication:
            steps.as_superuser("create publication everything for all tables")
        steps.migrate(verbosity=0)
        assert steps.warnings() == []
        return catalogue_and_rows()


@pytest.mark.long
def test_successors_come_to_what_was_before_them(waiting, monkeypatch, django_db_blocker):
    with django_db_blocker.unblock():
        now = migrated(waiting)
        as_it_was(monkeypatch)
        before = migrated(waiting)
    assert now[0] == before[0]
    assert now[1] == before[1]
    assert any("INSERT INTO backoffice.daily_figures" in statement for statement in now[1])


@pytest.mark.long
def test_successors_work_where_predecessors_fail(waiting, monkeypatch, django_db_blocker):
    with django_db_blocker.unblock():
        without = migrated(waiting)
        assert migrated(waiting, publication=True) == without
        as_it_was(monkeypatch)
        with pytest.raises(CommandError, match="does not have a replica identity"):
            migrated(waiting, publication=True)


@pytest.mark.long
def test_stopped_database_goes_on(waiting, monkeypatch, django_db_blocker):
    """As the version before left it, where there was a publication for all tables."""
    with django_db_blocker.unblock(), copy_of(waiting) as name, connected_to(name):
        with monkeypatch.context() as earlier:
            as_it_was(earlier)
            steps.as_superuser("create publication everything for all tables")
            with pytest.raises(CommandError):
                steps.migrate(verbosity=0)
        steps.migrate(verbosity=0)
        assert catalogue_and_rows() == migrated(waiting)


# From nothing on


def migrated_from_nothing(shape="first", *, prepare=lambda: None) -> tuple[list[str], list[str]]:
    with stand_in_of(shape):
        prepare()
        steps.migrate(verbosity=0)
        return catalogue_and_rows()


def a_session_of_no_length() -> None:
    f.session(event=f.event(organization=f.organization()), room="1", start=f.at(9), end=f.at(9))


@pytest.mark.long
def test_successors_equal_predecessors_from_nothing(monkeypatch, django_db_blocker):
    with django_db_blocker.unblock():
        now = migrated_from_nothing()
        as_it_was(monkeypatch)
        assert migrated_from_nothing() == now


@pytest.mark.long
@pytest.mark.parametrize(
    ("shape", "prepare", "refused_with"),
    [
        ("production", lambda: None, "function auth.user_organization_id() does not exist"),
        ("first", a_session_of_no_length, "Sessions came to overlap in one room"),
    ],
)
def test_successors_from_nothing_where_predecessors_fail(
    monkeypatch, django_db_blocker, shape, prepare, refused_with
):
    with django_db_blocker.unblock():
        migrated_from_nothing(shape, prepare=prepare)
        as_it_was(monkeypatch)
        with pytest.raises(CommandError, match=re.escape(refused_with)):
            migrated_from_nothing(shape, prepare=prepare)


@pytest.mark.long
def test_successors_reverse_predecessors(monkeypatch, django_db_blocker):
    with django_db_blocker.unblock(), stand_in_of("first"):
        with monkeypatch.context() as earlier:
            as_it_was(earlier)
            steps.migrate(verbosity=0)
        assert "made again" not in steps.migrate()
        assert steps.warnings() == []
        steps.migrate("ai_audit", "zero", verbosity=0)
        steps.migrate("scheduling", "zero", verbosity=0)
        assert f.run("select object from backoffice.foundation_objects") == []
        assert f.run("select to_regclass('public.ai_insights_log')") == [(None,)]

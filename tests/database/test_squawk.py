"""Squawk, the linter for migration SQL, which knows what locks a live table long, finds nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.database.steps import CHECKOUT

pytestmark = [pytest.mark.long, pytest.mark.once]

SQUAWK = Path(sys.executable).parent / "squawk"

# Run by `migrate`, with limits that it has set for the session.
IN_MIGRATE = [
    *CHECKOUT.glob("*/sql/*.up.sql"),
    *CHECKOUT.glob("eventflow/sql/*.sql"),
]
LIMITS_ARE_SET = "--exclude=require-lock-timeout,require-statement-timeout"
# All in one transaction, but for what PostgreSQL does in none.
IN_TRANSACTION = "--assume-in-transaction"
# Pasted into a SQL editor or sent by psql, with a transaction and limits of its own.
BY_HAND = [CHECKOUT / "docs" / name for name in ("web-login.sql", "restore.sql")]


def complaints(path, *options) -> list[str]:
    """What the linter says of a file for the oldest PostgreSQL, a line each."""
    ended = subprocess.run(
        [SQUAWK, "--pg-version=15", "--reporter=gcc", *options, path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stderr == ""
    return [line.removeprefix(f"{path}:") for line in ended.stdout.splitlines()]


@pytest.mark.parametrize("path", IN_MIGRATE, ids=lambda path: path.name)
def test_squawk_on_migrations(path):
    alone = "concurrently" in path.read_text(encoding="utf-8")
    assert complaints(path, LIMITS_ARE_SET, *([] if alone else [IN_TRANSACTION])) == []


@pytest.mark.parametrize("path", BY_HAND, ids=lambda path: path.name)
def test_squawk_on_manual_sql(path):
    assert complaints(path) == []


def test_squawk_complains(tmp_path):
    path = tmp_path / "careless.sql"
    path.write_text("create index slow on public.schedules (title);")
    assert [line.split()[2] for line in complaints(path, LIMITS_ARE_SET, IN_TRANSACTION)] == [
        "require-concurrent-index-creation"
    ]

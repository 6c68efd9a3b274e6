"""The databases that the tests' databases are copied from: made once, and again when they differ.

One holds the stand-in for Supabase, one Django's own tables beside it, one everything. Each
carries a fingerprint of all it was made of as its comment, given when it is complete.
"""

import hashlib
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from eventflow import supabase
from eventflow.db import database
from eventflow.management.commands import supabase_baseline
from tests.databases import connected_to

STAND_IN = f"eventflow_stand_in_{settings.TEST_SHAPE}"
# Of another checkout's code they hold something else: they are named as its test databases are.
DJANGO = f"{settings.TEST_DATABASE_NAME}_django"
EVERYTHING = f"{settings.TEST_DATABASE_NAME}_everything"

_DJANGOS_APPS = ("auth", "admin", "sessions", "axes", "otp_totp")
_PACKAGES = ("eventflow", "scheduling", "ai_audit")


def prepare_stand_in() -> None:
    """Make the stand-in's where it is missing or made of something else, once for all workers.

    Raises CommandError where either login leads to another machine.
    """
    with _alone() as raw:
        _make_stand_in(raw)


def prepare_migrated() -> None:
    """Make the two that are migrated, and what they are copied from, likewise."""
    with _alone() as raw:
        fingerprint = _digest(_make_stand_in(raw), *_all_that_migrates(raw))
        for name, apps in ((DJANGO, _DJANGOS_APPS), (EVERYTHING, (None,))):
            with _made_once(raw, name, fingerprint) as missing:
                if missing:
                    _copy(raw, STAND_IN, name)
                    with connected_to(name):
                        for app in apps:
                            call_command("migrate", *filter(None, [app]), verbosity=0)


def prepare_filled(name: str, fill, *contents: str | bytes) -> str:
    """Make one in which everything stands and `fill` was run, once for all workers; its name.

    It is made again where `contents`, of which `fill` makes what it does, differ.
    """
    name = f"{settings.TEST_DATABASE_NAME}_{name}"
    with _alone() as raw:
        fingerprint = _digest(_fingerprint(raw, EVERYTHING), *contents)
        with _made_once(raw, name, fingerprint) as missing:
            if missing:
                _copy(raw, EVERYTHING, name)
                with connected_to(name):
                    fill()
    return name


@contextmanager
def _alone():
    """A superuser's connection to the tests' server; the other workers wait meanwhile."""
    with database.connect_as_superuser("postgres") as raw:
        raw.execute("select pg_advisory_lock(%s)", [database.advisory_key("tests")])
        if settings.EMBEDDED_FOLDER:
            # The tests' own server holds nothing that has to outlive a crash of the machine.
            for setting in ("fsync", "full_page_writes"):
                raw.execute(f"alter system set {setting} = off")
            raw.execute("select pg_reload_conf()")
        yield raw


def _copy(raw, template: str, name: str) -> None:
    raw.execute(
        sql.SQL("create database {} template {} owner {}").format(
            *map(sql.Identifier, (name, template, _owner()))
        )
    )


def _fingerprint(raw, name: str) -> str:
    """Of the database with that name; none where there is none, or it is not complete."""
    found = raw.execute(
        "select shobj_description(oid, 'pg_database') from pg_database where datname = %s", [name]
    ).fetchone()
    return (found and found[0]) or ""


def _owner() -> str:
    return connection.get_connection_params().get("user", "")


def _make_stand_in(raw) -> str:
    """Its fingerprint."""
    shape = settings.TEST_SHAPE
    fingerprint = _digest(_owner(), *(path.read_bytes() for path in supabase.files(shape)))
    with _made_once(raw, STAND_IN, fingerprint) as missing:
        if missing:
            raw.execute(sql.SQL("create database {}").format(sql.Identifier(STAND_IN)))
            supabase_baseline.load(dbname=STAND_IN, shape=shape)
    return fingerprint


@contextmanager
def _made_once(raw, name: str, fingerprint: str):
    """Whether the block has to make that database, which then counts as made."""
    missing = _fingerprint(raw, name) != fingerprint
    identifier = sql.Identifier(name)
    if missing:
        raw.execute(sql.SQL("drop database if exists {} with (force)").format(identifier))
    yield missing
    if missing:
        comment = sql.SQL("comment on database {} is {}")
        raw.execute(comment.format(identifier, sql.Literal(fingerprint)))


def _all_that_migrates(raw):
    """What a migration runs or reads may be any file of ours, and any version of what we use."""
    yield from raw.execute("select version()").fetchone()
    yield from sorted(f"{found.name} {found.version}" for found in metadata.distributions())
    for package in _PACKAGES:
        yield from _contents(settings.BASE_DIR / package, "**/*")
    yield from _contents(Path(__file__).parent, "settings.py")


def _contents(folder: Path, pattern: str):
    """Paths and contents of the files found in the folder, in a fixed order."""
    for path in sorted(folder.glob(pattern)):
        if path.is_file() and path.suffix != ".pyc":
            yield str(path.relative_to(folder))
            yield path.read_bytes()


def _digest(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(content) + content)
    return digest.hexdigest()

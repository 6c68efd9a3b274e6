"""Databases of the tests' own beside the usual test database: made, entered, emptied, dropped."""

import uuid
from contextlib import closing, contextmanager

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from psycopg import sql

from eventflow.db import database
from eventflow.management.commands import supabase_baseline


@contextmanager
def copy_of(template: str):
    """A new database copied from `template`, which nobody may be connected to; its name."""
    name = f"test_new_{uuid.uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute("select session_user")
        (owner,) = cursor.fetchone()
    connection.close()
    with closing(database.connect_as_superuser("postgres")) as raw:
        raw.execute(
            sql.SQL("create database {} template {} owner {}").format(
                *map(sql.Identifier, (name, template, owner))
            )
        )
        try:
            yield name
        finally:
            raw.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@contextmanager
def connected_to(name: str):
    """The default connection leads to that database while the block runs."""
    usual = connection.settings_dict["NAME"]
    _lead_to(name)
    try:
        yield
    finally:
        _lead_to(usual)


def _lead_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    # Django keeps the numbers of content types, which are each database's own.
    ContentType.objects.clear_cache()


@contextmanager
def stand_in_of(shape: str):
    """The default connection leads to a new database with the stand-in in that shape; its name."""
    with copy_of("template0") as name, connected_to(name):
        supabase_baseline.load(dbname=name, shape=shape)
        yield name


_APPEND_ONLY = (
    "ai_insights_log",
    "decision_history",
    "suggestion_links",
    "suggestion_acts",
    "made_by_hand",
)
# What is made of them.
_DERIVED = (
    "suggestion_index",
    "daily_figures",
    "stale_days",
    "notifications",
    "notification_mails",
    "notification_choices",
)
_PRODUCT = (
    "approval_rules",
    "participant_schedules",
    "schedules",
    "participants",
    "events",
    "user_profiles",
    "organizations",
    "auth.users",
)


@contextmanager
def triggers_off(*tables: str):
    """The triggers of ours on those tables are off while the block runs, in its transaction.

    Only the owner of the tables can do that.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select tgrelid::regclass::text, quote_ident(tgname) from pg_trigger"
            " where tgrelid = any (%s::regclass[]) and tgenabled = 'A' and not tgisinternal",
            [list(tables)],
        )
        found = cursor.fetchall()
        for table, trigger in found:
            cursor.execute(f"alter table {table} disable trigger {trigger}")
        yield
        for table, trigger in found:
            cursor.execute(f"alter table {table} enable always trigger {trigger}")


def empty_product_tables() -> None:
    """Delete every row of the product and of its history, for the tests that commit.

    The one place where history is deleted. Refuses any database but a test's.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("select current_database()")
        (name,) = cursor.fetchone()
        if not name.startswith("test_"):
            raise RuntimeError(f"{name} is no database of the tests; its history stays.")
        with triggers_off(*_APPEND_ONLY):
            cursor.execute(f"truncate {', '.join((*_APPEND_ONLY, *_DERIVED))}")
            for table in _PRODUCT:
                cursor.execute(f"delete from {table}")

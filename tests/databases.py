"""Databases of the tests' own beside the usual test database: made, entered and dropped."""

import uuid
from contextlib import closing, contextmanager

from django.db import connection
from psycopg import sql

from eventflow import database


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
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual

"""Fetching what one statement gives on the default connection: all rows, one row, or one value."""

from typing import Any

from django.db import connection
from psycopg.sql import Composable

Query = str | Composable


def rows(statement: Query, parameters: Any = None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def row(statement: Query, parameters: Any = None) -> Any:
    """The first row; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()


def value(statement: Query, parameters: Any = None) -> Any:
    """The first column of a row that there is."""
    return row(statement, parameters)[0]

"""Writes in nobody's name, by functions of the database that do just that.

Bringing back what a cascade took, and failing what nobody is left to carry out: the login of the
back office need not be able to write either. Why each may be done is settled in `workflow`, and
seen again by the function.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from uuid import UUID

from django.db import connection

from scheduling import rows
from scheduling.rows import LeftOut


def restore_along(
    *, undone: UUID, removed: Mapping[str, Iterable[str]]
) -> tuple[dict[str, int], list[LeftOut]]:
    """Put back the rows that a session's removal took along; what cannot be is left out.

    `undone` is the suggestion that removed it, and `removed` what the history kept of that; the
    one that undoes it is approved, and not executed yet. In every session that came back,
    registrations end counted once, whether or not a trigger counts them: as many as there were,
    less those left out. Gives how many rows of each table stand again, and those that do not.
    """
    found = rows.put_all_back(removed, partial(_put_back, undone))
    with connection.cursor() as cursor:
        cursor.execute("select backoffice.count_again(%s)", [undone])
    return found


def _put_back(undone: UUID, table: str, texts: list[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s) is null", [table])
        if cursor.fetchone() == (True,):
            raise LookupError(table)
        cursor.execute(
            "select backoffice.put_back(%s, %s, %s::jsonb)",
            [undone, table, f"[{', '.join(texts)}]"],
        )
        return int(cursor.fetchone()[0])


def failed_by_owner(*, suggestion_id: UUID, error: str) -> bool:
    """Fail an approved suggestion, if who approved it does not belong to its organization now.

    Whether that was so. The row is locked by the caller, and the history has been told.
    """
    with connection.cursor() as cursor:
        cursor.execute("select backoffice.give_up(%s, %s)", [suggestion_id, error])
        return bool(cursor.fetchone() == (True,))

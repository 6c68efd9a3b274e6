"""Creating what is missing although its migration is recorded, from the snapshot of objects.

What stands and differs is left as it is; comparing is in `objects`.
"""

from collections.abc import Mapping

from django.db import connection, transaction

from eventflow import sql
from eventflow.db import database, fetching, objects
from eventflow.db.objects import Object
from eventflow.db.postgresql.base import BACKOFFICE_SCHEMA

_HALF_BUILT = " (invalid)"
_BESIDE_WRITES = "create index concurrently "


def complete() -> list[Object]:
    """Make what migrations have made here and what is missing now; what was made.

    The insides of a table that was adopted are left, for no migration made those. Indexes are
    built without stopping writes, after all else, which is one transaction; one that was only half
    built is built again. They wait for older transactions as long as it takes. Raises
    DatabaseError where something cannot be made.
    """
    wanted = objects.snapshot()
    found = {
        identity: words
        for identity, words in objects.standing(wanted.values()).items()
        if not (identity.startswith("index ") and words.endswith(_HALF_BUILT))
    }
    lacking = [
        made
        for made in objects.missing(wanted.values(), found)
        if not _is_adopted(made, wanted) and not _is_taken(made)
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local check_function_bodies to off")
        for made in lacking:
            if made.kind != "index":
                cursor.execute(made.statement)
                cursor.execute(made.also or "select")
    with database.session_settings(lock_timeout="0"):
        for made in lacking:
            if made.kind == "index":
                sql.drop_half_built(made.name)
                with connection.cursor() as cursor:
                    cursor.execute(
                        sql.here(made.statement.replace("CREATE INDEX ", _BESIDE_WRITES, 1))
                    )
                    cursor.execute(made.also or "select")
    return lacking


def _is_adopted(made: Object, wanted: Mapping[str, Object]) -> bool:
    """Whether it belongs to a table that stood before there were migrations."""
    table = f"table {made.of}"
    if made.kind not in ("column", "constraint", "rights") or table not in wanted:
        return False
    if made.of.startswith(f"{BACKOFFICE_SCHEMA}."):
        return False
    return not fetching.value(
        "select exists (select from backoffice.foundation_objects where object = %s)", [table]
    )


def _is_taken(made: Object) -> bool:
    """Whether something else has the name of an index."""
    if made.kind != "index":
        return False
    return fetching.value(
        "select exists (select from pg_catalog.pg_class as c"
        " where c.oid = to_regclass(%s) and not exists ("
        " select from pg_catalog.pg_index as i where i.indexrelid = c.oid"
        " and not i.indisvalid and i.indrelid = to_regclass(%s)))",
        [made.name, made.of],
    )

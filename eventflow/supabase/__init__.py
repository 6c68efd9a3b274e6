"""The stand-in for Supabase: what EventFlow finds in a Supabase database, as SQL written here.

What lives here: the SQL files, one subject each, and `load`, which runs them in the order of
their names. It has two shapes: `first`, as the product's first schema made it, and `production`, as
deployments since 2026 are: `production*.sql` follow, with tables, policies and triggers of theirs,
and there is no helper in `auth`. What does not live here: anything this project adds to that
database (the migrations), demo data, the choice of a server, and the refusal of servers that are
not on this machine (the commands that call it).
"""

from pathlib import Path

from psycopg import Connection, Cursor
from psycopg.rows import tuple_row

SHAPES = ("first", "production")


class BaselineError(Exception):
    """The stand-in was not loaded and nothing was changed; the message is a sentence for people."""


def files(shape: str) -> list[Path]:
    """The SQL files of one of SHAPES, in the order in which they are run."""
    here = Path(__file__).parent
    first = sorted(here.glob("[0-9]*.sql"))
    return first if shape == "first" else [*first, *sorted(here.glob("production*.sql"))]


def load(connection: Connection, *, owner: str, shape: str = "first") -> None:
    """Load the stand-in into the connection's database, for `owner` to own and migrate.

    `connection` is an open psycopg connection whose login is a superuser, in autocommit or not;
    where it is inside a transaction already, committing stays with the caller. `owner` is the
    name of an existing role with BYPASSRLS that is no superuser, `shape` one of SHAPES. All files
    run in one transaction, under a transaction-level advisory lock that makes a second load of the
    same database wait and then be refused. The database's new search_path holds for sessions opened
    afterwards, and is a property of this database that a clone of it does not inherit.

    Raises BaselineError where the login or the owner is unfit, or the database is not empty.
    """
    with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute("set local role none")
        cursor.execute("select pg_advisory_xact_lock(hashtext('eventflow.supabase'))")
        _check_login(cursor)
        _check_owner(cursor, owner)
        _check_empty(cursor)
        cursor.execute("select set_config('eventflow.owner', %s, true)", [owner])
        for path in files(shape):
            # A prepared statement cannot hold more than one command.
            cursor.execute(path.read_bytes(), prepare=False)


def _check_login(cursor: Cursor) -> None:
    cursor.execute("select rolname, rolsuper from pg_roles where rolname = session_user")
    [(login, is_superuser)] = cursor.fetchall()
    if not is_superuser:
        raise BaselineError(
            f"The stand-in for Supabase is loaded by a superuser, and the login {login} is none; "
            "nothing was changed."
        )


def _check_owner(cursor: Cursor, owner: str) -> None:
    cursor.execute("select rolsuper, rolbypassrls from pg_roles where rolname = %s", [owner])
    row = cursor.fetchone()
    if row is None:
        raise BaselineError(f"There is no role {owner} to own the tables; nothing was changed.")
    is_superuser, bypasses_rls = row
    if is_superuser:
        raise BaselineError(
            f"The role {owner} is a superuser, which the owner of Supabase's tables is not; name "
            "another role. Nothing was changed."
        )
    if not bypasses_rls:
        raise BaselineError(
            f"The role {owner} lacks BYPASSRLS, which the owner of Supabase's tables has; nothing "
            "was changed."
        )


def _check_empty(cursor: Cursor) -> None:
    cursor.execute("select current_database(), to_regclass('auth.users') is not null")
    [(database, has_users)] = cursor.fetchall()
    if has_users:
        raise BaselineError(
            f"The database {database} already holds Supabase's auth.users: this may be a real "
            "Supabase database; nothing was changed."
        )
    cursor.execute(
        "select string_agg(relname, ', ' order by relname) from pg_class"
        " where relnamespace = to_regnamespace('public') and relkind in ('r', 'p', 'f')"
    )
    [(tables,)] = cursor.fetchall()
    if tables:
        raise BaselineError(
            f"The database {database} is not empty: its schema public already holds {tables}. "
            "Nothing was changed."
        )

"""Frozen SQL for migrations: files that are run as they are written, once and for ever.

`FrozenSQL` runs `<app>/sql/<name>.up.sql` forwards and `.down.sql` backwards, and records in
`backoffice.foundation_objects` what running it created, so that going back drops only that.
`ConcurrentIndexes` runs such a file statement by statement, outside a transaction, `InBatches`
again and again, each time in one of its own. `WebLoginMay` grants the web process's login what a
version needs. `HoldsHistory` keeps a step backwards from dropping rows silently. What the files
hold is the apps' affair.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from django.apps import apps
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.migrations.operations import RunSQL
from psycopg import sql

from eventflow.db import catalogue, database, fetching, objects, web_login
from eventflow.db.operations import WithoutState
from eventflow.environment import variables

# Columns and rights come and go with their table.
_RECORDED = ("extension", "table", "row", "constraint", "index", "policy", "trigger", "function")


def path(app_label: str, name: str) -> Path:
    """The file `name` (with its ending) among the SQL files of an app."""
    return Path(apps.get_app_config(app_label).path) / "sql" / name


def read(app_label: str, name: str) -> str:
    """The text of the SQL file `name` of an app."""
    return path(app_label, name).read_text(encoding="utf-8")


class FrozenSQL(RunSQL):
    """Run the frozen file `name` of `app_label`, in either direction, and record what it made.

    `touches` says where to look for what was made: the keyword arguments of `catalogue.read`.
    A file is sent whole, as one string: nothing splits it at semicolons.
    """

    def __init__(self, app_label: str, name: str, **touches):
        self.app_label, self.name, self.touches = app_label, name, touches
        super().__init__([read(app_label, f"{name}.up.sql")], [read(app_label, f"{name}.down.sql")])

    def deconstruct(self):
        return (self.__class__.__name__, [self.app_label, self.name], self.touches)

    def describe(self):
        return f"Run {self.app_label}/sql/{self.name}.up.sql"

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.collect_sql:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        if self._stands_in_its_last_form():
            return
        before = catalogue.read(**self.touches)
        comments = _comments(before)
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        after = catalogue.read(**self.touches)
        made = [
            (identity, f"{self.app_label}.{self.name}", _restoring(identity, before, comments))
            for identity in sorted(before.keys() | after.keys())
            if identity.split()[0] in _RECORDED and before.get(identity) != after.get(identity)
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into backoffice.foundation_objects (object, migration, replaced)"
                " values (%s, %s, %s) on conflict (object) do nothing",
                made,
            )

    def _stands_in_its_last_form(self) -> bool:
        """Whether later files' forms of what this one makes stand, as pasted from the one file.

        Asked of files with a function of `public`, which would be replaced by its older form.
        """
        names = [f"public.{name}(" for name in self.touches.get("functions", ()) if "." not in name]
        wanted = [
            made
            for made in objects.snapshot().values()
            if made.maker == f"{self.app_label}.{self.name}"
            or (made.kind == "rights" and made.of.startswith(tuple(names)))
            or (made.kind == "function" and made.name.startswith(tuple(self._made_anew(names))))
        ]
        if not names or not wanted:
            return False
        found = web_login.set_aside(objects.standing(wanted))
        of_functions = {i for i in found if any(f" {name}" in i for name in names)}
        return of_functions <= {
            made.identity for made in wanted
        } <= found.keys() and not objects.differing(wanted, found)

    def _made_anew(self, names: list[str]) -> list[str]:
        """Of functions, by how their identities begin, those that a later file of the app makes."""
        files = path(self.app_label, "").glob("*.up.sql")
        later = [f.read_text(encoding="utf-8") for f in files if f.name > f"{self.name}.up.sql"]
        return [n for n in names if any(f"function {n}" in text.lower() for text in later)]

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        super().database_backwards(app_label, schema_editor, from_state, to_state)
        if not schema_editor.collect_sql:
            with connection.cursor() as cursor:
                cursor.execute(
                    "delete from backoffice.foundation_objects where migration = %s"
                    " returning object, replaced",
                    [f"{self.app_label}.{self.name}"],
                )
                for identity, replaced in cursor.fetchall():
                    if replaced and identity.startswith("function public."):
                        _restore_comment(cursor, identity.removeprefix("function "), replaced)


class ConcurrentIndexes(WithoutState):
    """Build the indexes of the frozen file `name` one by one, without stopping writes.

    For migrations that are not atomic. Each statement creates or drops one index concurrently, if
    need be; one that an interrupted build left behind invalid is dropped and built again. They wait
    for older transactions as long as it takes, for meanwhile nobody waits for them. Inside a
    transaction, where nothing can be concurrent, they are built and dropped as usual.
    """

    def __init__(self, app_label: str, name: str):
        self.app_label, self.name = app_label, name

    def describe(self):
        return f"Run {self.app_label}/sql/{self.name}.up.sql"

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        self._run(schema_editor, "up")

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        self._run(schema_editor, "down")

    def _run(self, schema_editor, direction: str) -> None:
        listed = statements(read(self.app_label, f"{self.name}.{direction}.sql"))
        if schema_editor.collect_sql:
            for statement in listed:
                schema_editor.execute(statement, params=None)
            return
        # However long it takes.
        with database.session_settings(lock_timeout="0"):
            for statement in listed:
                if built := _BUILDS.match(statement):
                    name, table = built.groups()
                    drop_half_built(f"{table.split('.')[0]}.{name}")
                schema_editor.execute(here(statement), params=None)


def drop_half_built(index: str) -> None:
    """Drop the index of that qualified name where an interrupted build left it behind invalid."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select from pg_catalog.pg_index where indexrelid = to_regclass(%s) and not indisvalid",
            [index],
        )
        if cursor.fetchone() is not None:
            drop = sql.SQL("drop index concurrently {}").format(sql.Identifier(*index.split(".")))
            cursor.execute(here(drop.as_string()))


def here(statement: str) -> str:
    """The statement as it can be run here: inside a transaction, nothing is concurrent."""
    if connection.in_atomic_block:
        return statement.replace(" index concurrently ", " index ", 1)
    return statement


_BUILDS = re.compile(r"create index concurrently if not exists (\w+)\s+on ([\w.]+)")


def statements(text: str) -> list[str]:
    """The statements of a file that has no semicolon inside any, without its comments."""
    bare = re.sub(r"^--.*$", "", text, flags=re.MULTILINE)
    return [statement.strip() for statement in bare.split(";") if statement.strip()]


class InBatches(WithoutState):
    """Run the frozen file `name` until it says that all is done, each time in a transaction.

    For migrations that are not atomic. The file is one statement that does one batch. The setting
    `eventflow.after` is its own: empty at first, it leaves there from where to go on, or nothing
    where all is done. It must complete what an earlier run left. Going back undoes nothing.
    """

    def __init__(self, app_label: str, name: str):
        self.app_label, self.name = app_label, name

    def describe(self):
        return f"Run {self.app_label}/sql/{self.name}.up.sql in batches"

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        text = read(self.app_label, f"{self.name}.up.sql")
        if schema_editor.collect_sql:
            schema_editor.execute(text, params=None)
            return
        with connection.cursor() as cursor:
            cursor.execute("select pg_catalog.set_config('eventflow.after', '', false)")
            after = True
            while after:
                with transaction.atomic():
                    cursor.execute(text)
                    cursor.execute("select pg_catalog.current_setting('eventflow.after')")
                    (after,) = cursor.fetchone()


class WebLoginMay(WithoutState):
    """Grant the web process's login what this version needs, where it is installed here.

    `rights` are written as after `grant`: "execute on function backoffice.give_up(uuid, text)".
    Until its file is run again, which grants the same, the login works with these. They go with
    what they are on, so going back takes none.
    """

    reduces_to_sql = False

    def __init__(self, *rights: str):
        self.rights = rights

    def describe(self):
        return f"Let {web_login.ROLE} {'; '.join(self.rights)}"

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if web_login.is_installed():
            for right in self.rights:
                schema_editor.execute(f"grant {right} to {web_login.ROLE}", params=None)


class HoldsHistory(WithoutState):
    """Say of a migration that the qualified `table` it brings holds history.

    Undoing it is refused with CommandError while there are rows, unless the environment says
    EVENTFLOW_DROP_HISTORY=yes.
    """

    reduces_to_sql = False

    def __init__(self, table: str):
        self.table = table

    def describe(self):
        return f"Keep the rows of {self.table}"

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        pass

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Take ACCESS EXCLUSIVE on the table first, so that no row comes in between."""
        if self._stands():
            with connection.cursor() as cursor:
                cursor.execute(f"lock table {self.table} in access exclusive mode")
            self.refuse_going_back()

    def _stands(self) -> bool:
        return fetching.value("select to_regclass(%s) is not null", [self.table])

    def refuse_going_back(self) -> None:
        """Raise CommandError where undoing would; asked before later migrations are undone."""
        if variables.truth("EVENTFLOW_DROP_HISTORY") or not self._stands():
            return
        rows, made_here = fetching.row(
            sql.SQL(
                "select count(*), exists (select from backoffice.foundation_objects"
                " where object = {}) from {}"
            ).format(f"table {self.table}", sql.Identifier(*self.table.split(".")))
        )
        if not rows:
            return
        fate = "they are dropped" if made_here else "they stay, without the policies made here"
        raise CommandError(
            f"{self.table.split('.')[-1]} holds {rows:,} rows of history. Nothing was changed. To "
            f"go back all the same, set EVENTFLOW_DROP_HISTORY=yes: {fate}."
        )


def _comments(standing: Mapping[str, str]) -> dict[str, str]:
    """The comments of the functions that stand, as literals of SQL, by identity."""
    functions = [identity for identity in standing if identity.startswith("function ")]
    if not functions:
        return {}
    return dict(
        fetching.rows(
            "select identity, quote_literal(said.words) from unnest(%s::text[]) as identity,"
            " lateral (select obj_description(to_regprocedure(substr(identity, 10)), 'pg_proc'))"
            " as said (words) where said.words is not null",
            [functions],
        )
    )


def _restore_comment(cursor, function: str, replaced: str) -> None:
    """Give a function that stands, in whatever form, the comment that what it replaced had."""
    cursor.execute("select to_regprocedure(%s) is not null", [function])
    if cursor.fetchone() == (True,):
        _definition, had_one, comment = replaced.rpartition(_COMMENT.format(function))
        cursor.execute(f"comment on routine {function} is {comment if had_one else 'null'}")


_COMMENT = ";\ncomment on routine {} is "


def _restoring(identity: str, before: Mapping[str, str], comments: Mapping[str, str]) -> str | None:
    """The SQL that would bring back what stood `before`; None where nothing did.

    Only functions are ever replaced. A function's rights are said in full, because default
    privileges would give it others; its comment goes with it.
    """
    definition = before.get(identity)
    if definition is None:
        return None
    function = identity.removeprefix("function ")
    statements = [
        definition,
        f"revoke all on routine {function} from public, anon, authenticated, service_role",
    ]
    for rights in before:
        grantee, separator, _ = rights.removeprefix("rights of ").rpartition(f" on {function}")
        if rights.startswith("rights of ") and separator:
            statements.append(f"grant execute on routine {function} to {grantee}")
    said = _COMMENT.format(function) + comments[identity] if identity in comments else ""
    return ";\n".join(statements) + said


def keep_backoffice_private() -> None:
    """Create our private schema and the record of what migrations made, where they are missing.

    Takes from the product's roles every right to the schema and to what is in it, so that nothing
    in it is served, whatever the default privileges of the database give.
    """
    with connection.cursor() as cursor:
        cursor.execute(read("eventflow", "backoffice.sql"))
        cursor.execute(read("eventflow", "backoffice_service_role.sql"))

"""The snapshot of objects: every object of ours, each with the statement that makes it.

It is one generated file, `sql/objects.sql`, written by `manage.py export_objects` from a fresh
database, in the last form of each object, as PostgreSQL prints it. `check` compares what stands
with it, and `migrate` completes from it what is missing. Knows no object by name.

Releases of PostgreSQL may print one object in more ways than one. So where a text differs, the
statement of the snapshot is carried out on an empty temporary copy of the table, which is taken
back, and what this server prints of that is compared.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from eventflow.db import catalogue, fetching
from eventflow.db.postgresql.base import BACKOFFICE_SCHEMA

FILE = Path(settings.BASE_DIR) / "sql" / "objects.sql"

MARK = "-- object: "
BY = " -- made by "
ALSO = "-- and:"

# The order in which what is missing can be made.
KINDS = (
    "extension",
    "table",
    "column",
    "function",
    "constraint",
    "index",
    "statistics",
    "row",
    "policy",
    "trigger",
    "rights",
)
_STATES = {"always": "enable always", "disabled": "disable", "replica": "enable replica"}

# Of the text of a statement, what differs between deployments; see `spelling`.
_spellings: list[Callable[[], Mapping[str, str]]] = []
# What only some deployments have; see `only_where_needed`.
_not_needed: list[Callable[[], Iterable[str]]] = []


@dataclass(frozen=True)
class Object:
    """One object: its identity in the words of `catalogue.read`, and what makes it.

    `also` is what goes with it (who has no rights to it, what it is for), which is not compared.
    `maker` is the migration that made it first, as in `scheduling.0002_no_room_overlap`; None
    where none recorded it.
    """

    identity: str
    statement: str
    also: str = ""
    maker: str | None = None

    @property
    def kind(self) -> str:
        return self.identity.partition(" ")[0]

    @property
    def name(self) -> str:
        """Of a table, a function or an index: its name in full. Of what is on one: its own."""
        return parts(self.identity)[1]

    @property
    def of(self) -> str:
        """The table or the function it belongs to, in full; empty where it belongs to none."""
        if self.kind == "index":
            return _ON.split(self.statement, maxsplit=1)[1]
        if self.kind == "statistics":
            return self.statement.rpartition(" FROM ")[2]
        return parts(self.identity)[2]

    @property
    def words(self) -> str:
        """A column's or a constraint's definition alone, as `catalogue.read` says it."""
        return self.statement.removeprefix(making(self.identity, ""))


_ON = re.compile(r" ON (?:ONLY )?(\S+) USING ")


def parts(identity: str) -> tuple[str, str, str]:
    """Kind, name, and what it belongs to: empty where that is nothing."""
    kind, _, rest = identity.partition(" ")
    if kind in ("table", "function", "extension", "index", "statistics"):
        return kind, rest, ""
    name, _, of = rest.rpartition(" of " if kind == "column" else " on ")
    return kind, name, of


def making(identity: str, words: str) -> str:
    """The statement that makes what stands under that identity, by the catalogue's words for it."""
    kind, name, of = parts(identity)
    match kind:
        case "extension":
            schema = words.removeprefix("in schema ")
            return f"create extension if not exists {name} with schema {schema}"
        case "table":
            return f"create {words} {name} ()"
        case "column":
            return f"alter table {of} add column {name} {words}"
        case "constraint":
            return f"alter table {of} add constraint {name} {words}"
        case "row":
            return f"alter table {of} enable row level security"
        case "policy":
            return f"create policy {name} on {of} as {words}"
        case "rights":
            routine = "routine " if "(" in of else ""
            return f"grant {words} on {routine}{of} to {name.removeprefix('of ')}"
        case "trigger":
            for word, state in _STATES.items():
                if words.endswith(f" ({word})"):
                    made = words.removesuffix(f" ({word})")
                    return f"{made};\nalter table {of} {state} trigger {name}"
    return words.rstrip()


def spelling(function: Callable[[], Mapping[str, str]]) -> Callable[[], Mapping[str, str]]:
    """Register what gives this deployment's words for some of the snapshot's."""
    _spellings.append(function)
    return function


def only_where_needed(function: Callable[[], Iterable[str]]) -> Callable[[], Iterable[str]]:
    """Register what gives the names of functions of ours that this deployment does without."""
    _not_needed.append(function)
    return function


def snapshot() -> dict[str, Object]:
    """Every object by its identity, as it should stand in this deployment."""
    spelled, needless = spelled_here(), left_out()
    return {
        identity: replace(made, statement=respelled(made.statement, spelled))
        for identity, made in _read(FILE).items()
        if identity not in needless
    }


def spelled_here() -> dict[str, str]:
    """Of the snapshot's words, those that this deployment has others for."""
    return {old: new for ask in _spellings for old, new in ask().items() if old != new}


def left_out() -> dict[str, Object]:
    """The objects of the snapshot that this deployment does without, by identity."""
    needless = {name for ask in _not_needed for name in ask()}
    return {
        identity: made
        for identity, made in _read(FILE).items()
        if not needless.isdisjoint((made.name, made.of))
    }


def respelled(statement: str, spelled: Mapping[str, str]) -> str:
    """The statement in other words."""
    for old, new in spelled.items():
        statement = statement.replace(old, new)
    return statement


@cache
def _read(path: Path) -> dict[str, Object]:
    return {made.identity: made for made in parse(path.read_text(encoding="utf-8"))}


def parse(text: str) -> list[Object]:
    """The objects of a snapshot's text, in its order."""
    found = []
    for block in text.split(f"\n{MARK}")[1:]:
        head, _, body = block.strip().partition("\n")
        identity, _, maker = head.partition(BY)
        statement, _, also = body.partition(f";\n{ALSO}\n")
        found.append(Object(identity, statement.removesuffix(";"), also, maker or None))
    return found


def standing(wanted: Iterable[Object]) -> dict[str, str]:
    """The objects of the snapshot's tables, functions and extensions that stand, by
    `catalogue.read`."""
    wanted = list(wanted)
    tables = {made.name if made.kind == "table" else made.of for made in wanted}
    functions = {
        made.name.partition("(")[0].removeprefix("public.")
        for made in wanted
        if made.kind == "function"
    }
    return catalogue.read(
        tables=sorted(name for name in tables if name and "(" not in name),
        functions=sorted(functions),
        extensions=[made.name for made in wanted if made.kind == "extension"],
    )


# Comparing

_COPIED = "pg_temp.copied"


def differing(wanted: Iterable[Object], found: Mapping[str, str]) -> dict[str, bool]:
    """Of what stands, by identity: True for what differs, False where that could not be settled.

    Not settled is what this server may print otherwise than the one that wrote the snapshot, where
    the login may not make the temporary copies to find out, or the server only reads.
    """
    unlike = [
        made
        for made in wanted
        if made.identity in found
        and made.kind != "extension"
        and making(made.identity, found[made.identity]) != made.statement
    ]
    asked = [made for made in unlike if not _settled(made)]
    printed = _printed_here(asked) if asked else {}
    came = {}
    for made in unlike:
        if made not in asked:
            came[made.identity] = True
        elif printed is None:
            came[made.identity] = False
        elif printed.get(made.identity) != making(made.identity, found[made.identity]):
            came[made.identity] = True
    return came


def _settled(made: Object) -> bool:
    """Whether there is one way only to say it, so that no server prints it otherwise."""
    return made.kind in ("table", "row", "rights") or (
        made.kind == "constraint"
        and made.words.startswith(("PRIMARY KEY", "UNIQUE", "FOREIGN KEY"))
    )


def _printed_here(asked: Collection[Object]) -> dict[str, str | None] | None:
    """The snapshot's own statements as this server prints them; None where it cannot be asked.

    They are run on empty temporary tables with the same columns, in a transaction that is taken
    back. Reads the tables' columns, and locks nothing that anybody waits for.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local search_path to pg_catalog")
            cursor.execute("set local check_function_bodies to off")
            for table in {made.of for made in asked if made.of}:
                cursor.execute(f"create temporary table {_copy(table)} (like {table})")
            printed = {made.identity: _printed(made) for made in asked}
            transaction.set_rollback(True)
            return printed
    except DatabaseError:
        return None


def _printed(made: Object) -> str | None:
    """The object one statement makes on the copy of its table; None where it cannot be run
    there."""
    if made.kind == "function":
        name = made.name.partition("(")[0]
        statement = made.statement.replace(f" {name}(", f" {_COPIED}(", 1)
    else:
        own = re.escape(_bare(made.of))
        statement = _of_table(made.statement, re.escape(made.of), _copy(made.of))
        if made.kind == "statistics":
            statement = statement.replace(f" {made.name} ", f" {_copy(made.name)} ", 1)
        if made.kind == "column":
            dropped = f"alter table {_copy(made.of)} drop column {made.name} cascade"
            statement = f"{dropped}; {statement}"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            if made.kind == "function":
                cursor.execute(
                    "select pg_get_functiondef(oid) from pg_proc"
                    " where pronamespace = pg_my_temp_schema()"
                )
                words = re.sub(r"pg_temp\w*\.copied\(", f"{name}(", cursor.fetchone()[0], count=1)
                cursor.execute(f"drop function {_COPIED}")
                return making(made.identity, words)
    except DatabaseError:
        return None
    for identity, words in catalogue.read(tables=[_copy(made.of)]).items():
        kind, name, _ = parts(identity)
        if (kind, _bare(name)) == (made.kind, _bare(made.name)):
            words = _of_table(words, rf"(pg_temp\w*\.)?{own}", made.of)
            if made.kind == "statistics":
                words = re.sub(r" pg_temp\w*\.\S+", f" {made.name}", words, count=1)
            return making(made.identity, words)
    return None


def _of_table(statement: str, table: str, other: str) -> str:
    """The statement as it would be about the other table; `table` is a regular expression."""
    return re.sub(
        rf"(?m)((?:^alter table| on| from) ){table}(?= |$)",
        lambda found: found[1] + other,
        statement,
        flags=re.IGNORECASE,
    )


def _bare(name: str) -> str:
    return name.rpartition(".")[2]


def _copy(table: str) -> str:
    return f"pg_temp.{_bare(table)}"


# What is missing


def missing(wanted: Iterable[Object], found: Mapping[str, str]) -> list[Object]:
    """The missing objects, in the order in which they can be made."""
    return sorted(
        (made for made in wanted if made.identity not in found),
        key=lambda made: KINDS.index(made.kind),
    )


def needed_for(made: Object, found: Mapping[str, str]) -> list[Object]:
    """The missing prerequisites of an object: the extensions of an exclusion."""
    if made.kind != "constraint" or not made.words.startswith("EXCLUDE"):
        return []
    return [
        one for one in snapshot().values() if one.kind == "extension" and one.identity not in found
    ]


def owner(made: Object, *, stands: bool) -> str:
    """The login that may make it, quoted: whose the table or function is, or our schema.

    What does not stand is not asked for: it may take a type that is gone as well.
    """
    named = made.of if made.kind == "rights" else made.name
    function = named if "(" in named and (stands or made.kind == "rights") else None
    return fetching.value(
        "select quote_ident(pg_get_userbyid(coalesce("
        "(select relowner from pg_class where oid = to_regclass(%(table)s)),"
        " (select proowner from pg_proc where oid = to_regprocedure(%(function)s)),"
        " (select nspowner from pg_namespace where nspname = %(schema)s),"
        " to_regrole(session_user::text)::oid)))",
        {
            "table": None if function else made.of or None,
            "function": function,
            "schema": BACKOFFICE_SCHEMA,
        },
    )

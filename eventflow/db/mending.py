"""SQL that mends an object which is missing or differs, as statements for a person to paste.

Each can be run twice, and none is run here. `objects` finds what differs, `drift` tells of it.
"""

import re
from collections.abc import Iterable, Mapping

from eventflow.db import catalogue, objects
from eventflow.db.objects import Object

_DEFAULT = re.compile(r" default (.*)", re.DOTALL)
# What a function cannot be replaced without: what it takes, by name, and what it gives.
_SIGNATURE = re.compile(r"FUNCTION [^\n]*\n RETURNS [^\n]*")


def making(made: Object, wanted: Iterable[Object], standing: Mapping[str, str]) -> str | None:
    """The statements that make it, or make it anew where something else stands in its place.

    None where it takes more than a statement: a table, what a column held, and what is made
    together with its table. `wanted` is all that is expected, `standing` what there is.
    """
    stands = standing.get(made.identity)
    match made.kind:
        case "table":
            return None
        case "column":
            return _column(made, stands)
        case "index" | "statistics":
            # Under its name there may be somebody else's, which is not to be dropped.
            again = f"drop {made.kind} if exists {made.name}; " if stands else ""
            kept = made.statement if stands else _if_not_exists(made.statement)
            statements = [f"{again}{kept}"]
        case "constraint":
            needed = [one.statement for one in objects.needed_for(made, standing)]
            anew = f"drop constraint if exists {made.name}, add constraint {made.name} {made.words}"
            statements = [*needed, f"alter table {made.of} {anew}"]
        case "policy":
            statements = [f"drop policy if exists {made.name} on {made.of}", made.statement]
        case "trigger":
            # There is no moment without it.
            statements = [made.statement.replace("CREATE TRIGGER", "create or replace trigger", 1)]
        case "rights":
            taken = [taking(made.identity)[:-1]] if stands else []
            statements = [*taken, made.statement]
        case "function":
            given = [
                one.statement for one in wanted if one.kind == "rights" and one.of == made.name
            ]
            other = stands is not None and _signature(stands) != _signature(made.statement)
            drop = [f"drop function if exists {made.name}"] if other else []
            return _joined([*drop, made.statement], made.also, given)
        case _:
            statements = [made.statement]
    return _joined(statements, made.also)


def taking(identity: str) -> str:
    """The statement that takes away what is not ours, by its identity."""
    kind, name, of = objects.parts(identity)
    match kind:
        case "rights":
            routine = "routine " if "(" in of else ""
            return f"revoke all on {routine}{of} from {name.removeprefix('of ')};"
        case "column" | "constraint":
            return f"alter table {of} drop {kind} if exists {name};"
        case "policy" | "trigger":
            return f"drop {kind} if exists {name} on {of};"
        case "function":
            return f"drop routine if exists {name};"
    return f"drop {kind} if exists {name};"


def _joined(statements: list[str], also: str, given: Iterable[str] = ()) -> str:
    parts = [f"{statement};" for statement in statements]
    return " ".join([*parts, *([also] if also else []), *(f"{right};" for right in given)])


def _if_not_exists(statement: str) -> str:
    return re.sub(r"^(CREATE (?:UNIQUE )?(?:INDEX|STATISTICS)) ", r"\1 if not exists ", statement)


def _column(made: Object, stands: str | None) -> str | None:
    words = made.words
    if stands is None:
        if words.endswith(" not null"):
            return None
        return _joined([f"alter table {made.of} add column if not exists {made.name} {words}"], "")
    if " generated " in f"{words} {stands}":
        return None
    wanted_type, required = catalogue.column(words)
    changes = []
    if wanted_type != catalogue.column(stands)[0]:
        changes.append(f"type {wanted_type} using {made.name}::{wanted_type}")
    default = _DEFAULT.search(words)
    changes.append(f"set default {default[1]}" if default else "drop default")
    changes.append("set not null" if required else "drop not null")
    altered = ", ".join(f"alter column {made.name} {change}" for change in changes)
    return f"alter table {made.of} {altered};"


def _signature(definition: str) -> str:
    found = _SIGNATURE.search(definition)
    return found[0] if found else definition

"""What keeps the suggestion index and its pages fast, in the catalogue's words.

Functions and indexes are read from the frozen SQL, which makes them. Comparing is in `checks`.
"""

import re

from ai_audit.decision_objects import LOG, functions_of
from eventflow import sql

INDEX = "backoffice.suggestion_index"
FIGURES = "backoffice.daily_figures"
STALE_DAYS = "backoffice.stale_days"
TABLES = (INDEX, FIGURES, STALE_DAYS)

# They fire always, also in replica mode.
TRIGGERS = {
    f"trigger {name} on {LOG}": (
        f"CREATE TRIGGER {name} AFTER {event} ON {LOG} REFERENCING NEW TABLE AS touched "
        "FOR EACH STATEMENT EXECUTE FUNCTION backoffice.write_suggestion_index() (always)"
    )
    for name, event in (
        ("index_new_suggestions", "INSERT"),
        ("index_changed_suggestions", "UPDATE"),
    )
}

_OF_FIGURES = {
    f"index backoffice.{name}": f"CREATE INDEX {name} ON {table} USING btree ({columns})"
    for name, table, columns in (
        ("idx_daily_figures_day", FIGURES, "day"),
        ("idx_stale_days_day", STALE_DAYS, "day, organization_id"),
    )
}

_INDEX = re.compile(
    r"create index concurrently if not exists (?P<name>\w+)\s+on (?P<table>[\w.]+)"
    r"(?: using (?P<method>\w+))? \((?P<columns>[^)]*)\)(?:\s+where (?P<condition>.*))?"
)


def indexes() -> dict[str, str]:
    """The indexes of the pages, and those of the figures."""
    found = dict(_OF_FIGURES)
    for statement in sql.statements(sql.read("ai_audit", "0011_page_indexes.up.sql")):
        made = _INDEX.fullmatch(statement)
        condition = f" WHERE {_printed(made['condition'])}" if made["condition"] else ""
        found[f"index backoffice.{made['name']}"] = (
            f"CREATE INDEX {made['name']} ON {made['table']} USING {made['method'] or 'btree'}"
            f" ({made['columns']}){condition}"
        )
    return found


def _printed(condition: str) -> str:
    """A condition of an index as the catalogue prints it."""
    if " " not in condition:
        return condition
    if " and " in condition:
        return f"({' AND '.join(_printed(part) for part in condition.split(' and '))})"
    if condition.startswith("not "):
        return f"(NOT {_printed(condition.removeprefix('not '))})"
    printed = condition.replace("is not null", "IS NOT NULL")
    return f"({printed}::text[])" if "@>" in printed else f"({printed})"


def functions() -> dict[str, str]:
    """The functions that settle what the index and the figures say."""
    return functions_of(
        ("ai_audit", "0009_suggestion_index.up.sql"),
        ("ai_audit", "0024_undoing_and_bases.up.sql"),
    )


def expected() -> dict[str, str]:
    """Every object of the index and the figures, in the catalogue's words."""
    return {f"table {name}": "table" for name in TABLES} | TRIGGERS | indexes() | functions()


def function_names() -> list[str]:
    """The functions' names without a signature, to read the catalogue by."""
    return [identity.removeprefix("function ").split("(")[0] for identity in functions()]

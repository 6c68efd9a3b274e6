"""Which indexes the pages of the audit history scan, and how many bytes each takes.

Part of `make bench`: every filter of the list is asked for with each of its values, in both views,
by a manager and over all organizations. What PostgreSQL then counts no scan of can go.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from django.db import connection

from ai_audit.reports import filters

_VALUES = {
    "status": filters.STATUSES,
    "action": filters.ACTIONS,
    "made": filters.MADE,
    "claimed": filters.CLAIMED,
    "claim": filters.CLAIMS,
    "compared": filters.COMPARED,
    "longer": filters.LONGER,
    "vip": ("on",),
    "own": ("on",),
}
_SCANS = """
select s.relname, s.indexrelname, pg_relation_size(s.indexrelid), s.idx_scan, i.indisunique
from pg_catalog.pg_stat_user_indexes as s
join pg_catalog.pg_index as i on i.indexrelid = s.indexrelid
where s.relname in ('ai_insights_log', 'decision_history', 'suggestion_index', 'daily_figures')
order by s.relname, s.indexrelname
"""


def ask_for_everything(open_list: Callable[[dict], dict], **given: object) -> list[str]:
    """Ask for each value of each filter once, in each view; the ones that had to be narrowed.

    `open_list` opens the list with such parameters and tells whether it is `narrow`. Of filters
    whose values no list tells, one is `given`.
    """
    narrowed = []
    for view in filters.View:
        for name, values in (_VALUES | {name: (value,) for name, value in given.items()}).items():
            for value in values:
                asked = {"view": view.value, name: value}
                if open_list(asked)["narrow"]:
                    narrowed.append(urlencode(asked))
    return narrowed


def scans(before: dict[str, dict] | None = None) -> dict[str, dict]:
    """Of each index: its table, its bytes, how often it was scanned, whether it holds a key.

    Scans are counted since `before`, which is what this gave then.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_catalog.pg_stat_clear_snapshot()")
        cursor.execute(_SCANS)
        return {
            name: {
                "table": table,
                "bytes": size,
                "scans": scanned - (before[name]["scans"] if before else 0),
                "unique": unique,
            }
            for table, name, size, scanned, unique in cursor
        }


def as_lines(found: dict[str, dict], narrowed: list[str]) -> list[str]:
    """For people: what no page scanned, and what takes the most."""
    idle = {name: one for name, one in found.items() if not one["scans"] and not one["unique"]}
    lines = [
        f"- {len(found)} indexes; asked for by no page: "
        + (", ".join(f"`{name}` ({_gib(one)})" for name, one in idle.items()) or "none"),
        f"- filters that had to be narrowed: {', '.join(narrowed) or 'none'}",
        "",
        "| index | GiB | scans |",
        "| --- | ---: | ---: |",
    ]
    largest = sorted(found.items(), key=lambda item: -item[1]["bytes"])
    return lines + [f"| `{name}` | {_gib(one)} | {one['scans']:,} |" for name, one in largest]


def _gib(one: dict) -> str:
    return f"{one['bytes'] / 2**30:.3f}"

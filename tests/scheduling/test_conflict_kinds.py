"""The table of conflicts in docs/: every kind is in it, as severe as it is."""

import re
from pathlib import Path

from django.utils.functional import Promise

from scheduling.conflicts import Kind, Severity

TABLE = Path(__file__).parents[2] / "docs" / "conflicts.md"
ROW = re.compile(r"\| `(\w+)` \| (\w+) \| (.+?) \| (.+?) \|")

# What each is on its own; in a set that is approved together, it may be more.
SEVERITIES = {
    "invalid": "error",
    "missing": "error",
    "room": "error",
    "no_effect": "error",
    "duplicate": "warning",
    "stale": "warning",
    "speaker": "warning",
    "attendees": "warning",
    "capacity": "warning",
    "competing": "warning",
    "room_name": "warning",
    "outside": "warning",
    "local_time": "warning",
    "removes": "warning",
    "vip": "info",
}


def rows():
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [found.groups() for line in lines if (found := ROW.fullmatch(line))]


def test_kinds_table_complete():
    assert {kind: severity for kind, severity, _when, _example in rows()} == SEVERITIES
    assert len(rows()) == len(SEVERITIES)
    assert {kind.value for kind in Kind} <= SEVERITIES.keys()
    assert set(SEVERITIES.values()) == set(Severity)


def test_kinds_table_in_listing_order():
    documented = [kind for kind, *_rest in rows() if kind in set(Kind)]

    assert documented == [kind.value for kind in Kind]


def test_kinds_have_labels():
    assert all(isinstance(kind.label, Promise) for kind in Kind)

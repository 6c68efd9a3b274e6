"""The demo where the product keeps rooms, tracks, days and speakers in tables of their own."""

from datetime import date

import pytest

from ai_audit import demo, verdicts
from ai_audit.demo.newer import UNDECIDED
from ai_audit.demo.people import identify
from ai_audit.models import Suggestion
from scheduling import conflicts

pytestmark = pytest.mark.django_db


def test_demo_newer_suggestions_as_intended(newer_tables):
    demo.load(today=date(2038, 2, 25))
    ids = {asked.key: identify("suggestion", asked.key) for asked in UNDECIDED}
    found = verdicts.judge(
        Suggestion.objects.select_related("event", "user").filter(pk__in=ids.values())
    )

    assert {
        key: [(c.kind.value, c.severity.value) for c in found[pk].conflicts]
        for key, pk in ids.items()
    } == {
        "cellar-at-the-same-time": [("room", "error")],
        "clinic-later": [("room_name", "warning")],
        "tour-by-another": [],
        "toast-earlier": [("missing", "error")],
        "doors-in-the-garden": [("room_name", "warning")],
    }
    assert conflicts.room_overlaps() == []

"""What lists of the history filter by: each condition finds what plain Python says."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_audit.models import Status
from ai_audit.reports import filters
from ai_audit.reports.filters import Filters, Order, View
from ai_audit.reports.pages import Count, count, keyset
from scheduling import times
from tests import factories as f

pytestmark = pytest.mark.django_db

DAY = date(2038, 1, 30)

KINDS = ["room", "speaker", "capacity", "other"]
FIRST = datetime(2038, 1, 1, tzinfo=UTC)
EVENTS, PEOPLE, ORGANIZATIONS = (
    [uuid.UUID(int=10 * n + kind) for n in range(1, 4)] for kind in range(3)
)
REASONS = ["אין מקום", "… is taken", "100% 'x'"]
moments = st.integers(0, 60 * 24 * 4).map(lambda minutes: FIRST + timedelta(minutes=minutes))
rows = st.fixed_dictionaries(
    {
        "organization_id": st.sampled_from(ORGANIZATIONS),
        "event_id": st.none() | st.sampled_from(EVENTS),
        "requester_id": st.sampled_from(PEOPLE),
        "approver_id": st.none() | st.sampled_from(PEOPLE),
        "action": st.sampled_from(list(filters.ACTIONS)),
        "status": st.sampled_from(Status.values),
        "suggested_at": moments,
        "decider_id": st.none() | st.sampled_from(PEOPLE),
        "decided_at": st.none() | moments,
        "executed_at": st.none() | moments,
        "waited": st.none() | st.sampled_from([0, 3600, 3601, 86_400, 10**9]),
        "vip": st.booleans(),
        "claimed": st.lists(st.sampled_from(KINDS), unique=True),
        "found": st.none() | st.lists(st.sampled_from([*KINDS[:3], "invalid"]), unique=True),
        "doing": st.sampled_from(["", "", "hand", "edited", "undoing"]),
        "claim": st.none() | st.sampled_from(list(filters.CLAIMS)),
        "reason": st.none() | st.sampled_from(REASONS),
        "title": st.sampled_from(["", "פאנל פתיחה", "Opening", "פאנלים"]),
    }
)
days = st.integers(-1, 5).map(lambda n: date(2038, 1, 1) + timedelta(days=n))
CONDITIONS = {
    "organization": st.sampled_from(ORGANIZATIONS),
    "event": st.sampled_from(EVENTS),
    "requester": st.sampled_from(PEOPLE),
    "decider": st.sampled_from(PEOPLE),
    "own": st.just(True),
    "made": st.sampled_from(list(filters.MADE)),
    "view": st.sampled_from(View),
    "status": st.sampled_from(list(filters.STATUSES)),
    "action": st.sampled_from(list(filters.ACTIONS)),
    "from_day": days,
    "to_day": days,
    "decided_from": days,
    "decided_to": days,
    "executed_from": days,
    "executed_to": days,
    "claimed": st.sampled_from(KINDS),
    "claim": st.sampled_from(list(filters.CLAIMS)),
    "compared": st.sampled_from(list(filters.COMPARED)),
    "vip": st.just(True),
    "longer": st.sampled_from([0, 3600, 86_400]),
    "reason": st.sampled_from(REASONS),
    "words": st.sampled_from(["פאנל", "פא פת", "OPEN", "x"]),
}
asked_for = st.lists(st.sampled_from(list(CONDITIONS)), max_size=3, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: CONDITIONS[name] for name in names})
)


def meets(row: dict, asked: Filters) -> bool:
    """Whether a row meets all conditions, in plain Python."""

    def day(column):
        return row[column] and row[column].astimezone(times.zone(None)).date()

    def between(column, first, last):
        if not first and not last:
            return True
        return day(column) is not None and (first or date.min) <= day(column) <= (last or date.max)

    same = {
        "organization_id": asked.organization,
        "event_id": asked.event,
        "requester_id": asked.requester,
        "decider_id": asked.decider,
        "action": asked.action,
        "claim": asked.claim,
        "reason": asked.reason,
    }
    words = row["title"].lower().split()
    statuses = {"was_approved": ("approved", "executed", "failed")}.get(
        asked.status, (asked.status,)
    )
    unreadable = row["action"] == "other" or "invalid" in (row["found"] or ())
    doing = row["doing"] or ("unreadable" if unreadable else "suggestion")
    wanted_doing = asked.made or ("suggestion" if asked.claim or asked.compared else doing)
    return (
        (not asked.status or row["status"] in statuses)
        and doing == wanted_doing
        and (not asked.own or row["requester_id"] == row["approver_id"])
        and (asked.order is not Order.DECIDED or row["decided_at"] is not None)
        and all(not wanted or row[column] == wanted for column, wanted in same.items())
        and between("suggested_at", asked.from_day, asked.to_day)
        and between("decided_at", asked.decided_from, asked.decided_to)
        and between("executed_at", asked.executed_from, asked.executed_to)
        and (not asked.claimed or asked.claimed in row["claimed"])
        and (not asked.compared or compares(row, *asked.compared.split("-")))
        and (not asked.vip or row["vip"])
        and (asked.longer is None or (row["waited"] or -1) > asked.longer)
        and all(any(w.startswith(p) for w in words) for p in asked.words.lower().split())
    )


def compares(row: dict, outcome: str, kind: str) -> bool:
    if row["found"] is None or row["claim"] is None:
        return False
    claimed, found = kind in row["claimed"], kind in row["found"]
    if outcome == "missed":
        # Where anything was missed, the claim says so; here both are drawn apart.
        return row["claim"] == "missed" and found and not claimed
    return claimed and found == (outcome == "right")


@given(
    drawn=st.lists(rows, max_size=12),
    conditions=asked_for,
    scope=st.none() | st.sampled_from(ORGANIZATIONS),
)
def test_filters_find_what_a_plain_filter_finds(drawn, conditions, scope):
    # Of each run anew: they are history otherwise.
    for table in ("made_by_hand", "suggestion_links"):
        f.run(f"alter table backoffice.{table} disable trigger user")
        f.run(f"delete from backoffice.{table}")
    f.run("delete from backoffice.suggestion_index")
    by_id = {uuid.uuid4(): row for row in drawn}
    for pk, row in by_id.items():
        columns = {name: row[name] for name in row.keys() - {"title", "doing"}}
        f.run(
            f"insert into backoffice.suggestion_index (suggestion_id, {', '.join(columns)}, words)"
            f" values (%s{', %s' * len(columns)}, to_tsvector('simple', %s))",
            pk,
            *columns.values(),
            row["title"],
        )
        if row["doing"] == "hand":
            f.run("insert into backoffice.made_by_hand values (%s)", pk)
        elif row["doing"]:
            said = {"edited": "replaces", "undoing": "undoes"}[row["doing"]]
            f.run(
                f"insert into backoffice.suggestion_links (suggestion_id, {said}) values (%s, %s)",
                pk,
                uuid.uuid4(),
            )
    asked = Filters(**conditions)

    expected = {
        pk
        for pk, row in by_id.items()
        if meets(row, asked) and scope in (None, row["organization_id"])
    }
    scoped = asked.within(scope)
    assert {found.pk for found in scoped.queryset()} == expected
    assert {uuid.UUID(pk) for chunk in keyset(scoped, 5) for pk in chunk} == expected
    assert count(scoped) == Count(len(expected))
    assert bool(scoped.filters) == bool(conditions.keys() - {"view"})


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        (Filters(status="failed"), Order.SUGGESTED),
        (Filters(decided_to=DAY), Order.DECIDED),
        (Filters(executed_from=DAY), Order.EXECUTED),
        (Filters(executed_from=DAY, decided_from=DAY), Order.DECIDED),
        (Filters(longer=0, decided_from=DAY, from_day=DAY), Order.WAITED),
        (Filters(view=View.DECIDED), Order.DECIDED),
        (Filters(view=View.DECIDED, status="failed", vip=True), Order.DECIDED),
        # What is asked of suggesting is in that order, whatever is looked at.
        (Filters(view=View.DECIDED, status="suggested"), Order.SUGGESTED),
        (Filters(view=View.DECIDED, to_day=DAY), Order.SUGGESTED),
        (Filters(view=View.DECIDED, claimed="room"), Order.SUGGESTED),
        (Filters(view=View.DECIDED, claim="right"), Order.SUGGESTED),
        (Filters(view=View.DECIDED, compared="missed-room"), Order.SUGGESTED),
        (Filters(view=View.DECIDED, made="unreadable"), Order.SUGGESTED),
        (Filters(view=View.DECIDED, executed_to=DAY), Order.EXECUTED),
        (Filters(own=True), Order.DECIDED),
    ],
)
def test_filters_decide_order(asked, order):
    assert asked.order is order


def test_filters_empty_not_in_address():
    asked = Filters(status="failed", vip=True, longer=0, from_day=DAY)

    assert asked.parameters() == {
        "view": "suggested",
        "status": "failed",
        "vip": "1",
        "longer": "0",
        "from_day": "2038-01-30",
    }
    assert not Filters()
    assert not Filters(view=View.DECIDED)
    assert Filters(longer=0)

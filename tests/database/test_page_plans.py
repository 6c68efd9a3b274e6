"""What the pages of the history cost at a size where it matters: an index for every filter."""

import json
import uuid
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ai_audit.reports import filters, pages
from ai_audit.reports.filters import Filters, View
from tests import templates
from tests.databases import connected_to
from tests.factories import run

pytestmark = pytest.mark.long

ROWS = 200_000
# Rows that a page may read, and look at and pass over.
MOST = 400

OURS, NOBODY = uuid.UUID(int=7), uuid.UUID(int=999_999)
DAY = date(2030, 6, 1)

_FILL = """
insert into backoffice.suggestion_index
select
  uuid_generate_v4(),
  lpad(to_hex(n %% 40), 32, '0')::uuid,
  lpad(to_hex(1000 + n %% 400), 32, '0')::uuid,
  lpad(to_hex(2000 + n %% 800), 32, '0')::uuid,
  -- Some approved what they had asked for
  case
    when n / 40 %% 40 = 3 then lpad(to_hex(2000 + n %% 800), 32, '0')::uuid
    when n %% 5 > 1 then lpad(to_hex(3000 + n %% 120), 32, '0')::uuid
  end,
  (array['schedule_create', 'schedule_update', 'schedule_delete', 'other'])[1 + n / 40 %% 4],
  (array['executed', 'rejected', 'failed', 'executed', 'suggested'])[1 + n / 40 %% 5],
  '2030-01-01'::timestamptz + n * interval '4 minutes',
  case when n %% 5 > 0 then '2030-01-01'::timestamptz + n * interval '5 minutes' end,
  case when n %% 5 > 0 then lpad(to_hex(3000 + n %% 120), 32, '0')::uuid end,
  case when n %% 5 > 1 then '2030-01-01'::timestamptz + n * interval '6 minutes' end,
  case when n %% 5 > 0 then n / 40 * 7919 %% 1000000 end,
  null,
  n / 40 %% 50 = 0,
  case n / 40 %% 6
    when 0 then '{room}'::text[] when 1 then '{speaker}' when 2 then '{capacity}'
    when 3 then '{other,room}' else '{}'
  end,
  case n / 40 %% 6 when 0 then '{room}'::text[] when 1 then '{speaker,room}' when 4 then '{}' end,
  case n / 40 %% 6 when 0 then 'right' when 1 then 'missed' when 2 then 'wrong'
    when 4 then 'nothing' end,
  case when n %% 3 = 0 then 'reason ' || n / 40 %% 30 end,
  to_tsvector('simple', 'word' || abs(hashint4(n)) %% 900 || ' name' || abs(hashint4(-n)) %% 800)
from generate_series(1, %s) as n
"""

# What people made is kept beside.
_OF_PEOPLE = {
    "made_by_hand": "suggestion_id",
    "suggestion_links": "suggestion_id, replaces, undoes",
}

FILTERS = {
    "all": Filters(),
    "organization": Filters(organization=OURS),
    "event": Filters(event=uuid.UUID(int=1007)),
    "requester": Filters(requester=uuid.UUID(int=2007)),
    "decider": Filters(decider=uuid.UUID(int=3007)),
    "nobody's event": Filters(event=NOBODY),
    "nobody asked": Filters(requester=NOBODY),
    "nobody decided": Filters(decider=NOBODY),
    "own": Filters(own=True),
    "own, of one": Filters(own=True, organization=OURS),
    **{f"made: {made}": Filters(made=made) for made in filters.MADE},
    "suggested": Filters(status="suggested"),
    "executed": Filters(status="executed"),
    "no such status": Filters(status="approved"),
    "was approved": Filters(status="was_approved"),
    "action": Filters(action="schedule_delete"),
    "no such action": Filters(action="x"),
    "from": Filters(from_day=DAY),
    "to": Filters(to_day=DAY),
    "a day": Filters(from_day=DAY, to_day=DAY),
    "no day": Filters(from_day=date(2020, 1, 1), to_day=date(2020, 2, 1)),
    "decided": Filters(decided_from=DAY, decided_to=DAY),
    "decided on no day": Filters(decided_to=date(2020, 1, 1)),
    "executed between": Filters(executed_from=DAY, executed_to=DAY),
    "executed on no day": Filters(executed_to=date(2020, 1, 1)),
    **{f"claimed {kind}": Filters(claimed=kind) for kind in filters.CLAIMED},
    **{claim: Filters(claim=claim) for claim in filters.CLAIMS},
    **{f"compared: {one}": Filters(compared=one) for one in filters.COMPARED},
    "vip": Filters(vip=True),
    "an hour": Filters(longer=3600),
    "ages": Filters(longer=10**9),
    "reason": Filters(reason="reason 3"),
    "no such reason": Filters(reason="none"),
}


# What is not there for a constraint: made again after the rows, each takes a tenth of the time.
_INDEXES = """
select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
from pg_index as i
where i.indrelid = 'backoffice.suggestion_index'::regclass
and not exists (select from pg_constraint as c where c.conindid = i.indexrelid)
order by 1
"""


def fill():
    indexes = run(_INDEXES)
    for name, _made in indexes:
        run(f"drop index {name}")
    run(_FILL, ROWS)
    for _name, made in indexes:
        run(made)
    for table, columns in _OF_PEOPLE.items():
        run(f"alter table backoffice.{table} disable trigger user")
        run(
            f"insert into backoffice.{table} ({columns}) select {columns} from ("
            "select suggestion_id, case when n % 2 = 0 then suggestion_id end as replaces,"
            " case when n % 2 = 1 then suggestion_id end as undoes from ("
            "select suggestion_id, row_number() over () as n from backoffice.suggestion_index)"
            " as numbered where n % 499 = 0) as made"
        )
    # From every row, not from a sample of them, and by nobody else: the same plans each time.
    run("set default_statistics_target = 1000")
    for table in ("suggestion_index", *_OF_PEOPLE):
        run(f"alter table backoffice.{table} set (autovacuum_enabled = off)")
        run(f"analyze backoffice.{table}")
    run("reset default_statistics_target")


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """The default connection leads to the rows, which no test changes; the database's name."""
    with django_db_blocker.unblock():
        name = templates.prepare_filled("plans", fill, Path(__file__).read_bytes())
        with connected_to(name):
            yield name


def plan_of_page(asked, **place) -> dict:
    """The plan of the statement that finds a page's rows, as it was carried out."""
    with CaptureQueriesContext(connection) as captured:
        pages.page(asked, **place)
    [statement] = [s["sql"] for s in captured if 'FROM "suggestion_index"' in s["sql"]]
    [(plan,)] = run(f"explain (analyze, format json) {statement.replace('%', '%%')}")
    return (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]


def nodes(plan: dict) -> list[dict]:
    return [plan, *(node for child in plan.get("Plans", ()) for node in nodes(child))]


def costs_little(plan: dict, most=MOST) -> None:
    """An index is used, and neither what is read or sorted nor what is passed over is much."""
    # Small tables are read as they are: people made little by hand here, or of another one.
    small = ("user_profiles", "made_by_hand", "suggestion_links")
    found = [node for node in nodes(plan) if node.get("Relation Name") not in small]
    kinds = {node["Node Type"] for node in found}
    assert "Seq Scan" not in kinds, kinds
    assert any("Index" in kind for kind in kinds), kinds
    passed_over = sum(
        node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        for node in found
    )
    read = max(node["Actual Rows"] * node["Actual Loops"] for node in found)
    assert (passed_over <= most, read <= most) == (True, True), (passed_over, read, kinds)


@pytest.mark.parametrize("scope", [OURS, None], ids=["within", "over all"])
@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("name", FILTERS)
def test_plan_each_filter_uses_index(filled, name, view, scope):
    asked = replace(FILTERS[name], view=view).within(scope)

    costs_little(plan_of_page(asked))
    costs_little(plan_of_page(asked, last=True))


def test_plan_foreign_organization_not_read(filled):
    plan = plan_of_page(Filters(organization=NOBODY).within(OURS))

    # An older server plans a read that it never begins.
    assert sum(node["Actual Rows"] * node["Actual Loops"] for node in nodes(plan)) == 0
    assert all(node["Actual Loops"] == 0 for node in nodes(plan) if "Scan" in node["Node Type"])


# Words have no order: the planner finds all that have them, or reads along the list until a page
# is full, by what it takes to be less.
@pytest.mark.parametrize("scope", [OURS, None], ids=["within", "over all"])
@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("words", ["word77", "word77 name7", "nothing"])
def test_words_are_found_by_an_index(filled, words, view, scope):
    asked = Filters(words=words, view=view).within(scope)
    costs_little(plan_of_page(asked), most=ROWS // 10)


def test_plan_unused_words_found_missing(filled):
    plan = plan_of_page(Filters(words="nothing").within(None))

    costs_little(plan)
    assert "idx_suggestion_index_words" in {node.get("Index Name") for node in nodes(plan)}


@pytest.mark.parametrize("scope", [OURS, None], ids=["within", "over all"])
@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("name", ["all", "executed", "action", "vip", "an hour", "decided", "own"])
def test_plan_deep_page_costs_as_first(filled, name, view, scope):
    asked = replace(FILTERS[name], view=view).within(scope)
    column = asked.filters.order.value
    [(key, pk)] = run(
        f"select {column}::text, suggestion_id from backoffice.suggestion_index"
        f" where {column} is not null order by {column} offset {ROWS // 4} limit 1"
    )
    place = pages.Cursor(key, pk)

    costs_little(plan_of_page(asked, after=place))
    costs_little(plan_of_page(asked, before=place))

"""Many rows in one statement: each costs what it costs alone, and the tables are the same.

What a row costs is counted, not timed: how many rows of which tables the statement reads.
"""

import uuid
from dataclasses import dataclass
from itertools import pairwise

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from ai_audit.history import chain
from ai_audit.models import Suggestion
from ai_audit.reports import index
from tests import factories as f
from tests.factories import run

pytestmark = pytest.mark.migrates

# -- the same writes, split in any way ---------------------------------------------------------

ROWS = 12
_INSERT = """
insert into ai_insights_log (
  id, user_id, event_id, action_type, action_data, suggested_at, created_at, execution_status,
  approved_at, approved_by, execution_error
)
select
  lpad(n::text, 32, '0')::uuid, %(user)s, case when n %% 4 <> 0 then %(event)s::uuid end,
  case n %% 3 when 0 then 'x' else 'schedule_create' end,
  jsonb_build_object(
    'proposed_state', jsonb_build_object('title', 'Title ' || n, 'start_time', '2038-01-30T11:00'),
    'conflicts_detected', jsonb_build_object('room', case n %% 2 when 0 then '["x"]' end::jsonb),
    'vip_affected', n %% 5 = 0
  ),
  -- Later than it is decided, so that nobody has waited, whatever the clock says meanwhile
  moment, moment, status, case when decided then '2020-01-01 12:00Z'::timestamptz end,
  case when decided then %(user)s::uuid end,
  case when status = 'failed' then 'Why ' || n end
from unnest(%(rows)s::int[]) as n
cross join lateral (
  select '2040-01-01 12:00Z'::timestamptz + n %% 3 * interval '1 day',
    (array['suggested', 'suggested', 'approved', 'failed'])[n %% 4 + 1]
) as made (moment, status)
cross join lateral (select status <> 'suggested') as told (decided)
"""
_MOVE = """
update ai_insights_log as l
set
  execution_status = moves.following,
  approved_at = case moves.following
    when 'approved' then '2020-01-01 12:00Z'::timestamptz else l.approved_at
  end,
  approved_by = case moves.following when 'approved' then %(user)s::uuid else l.approved_by end,
  execution_error = case moves.following when 'failed' then 'Why' end
from (
  values
    ('suggested', 0, 'approved'), ('suggested', 1, 'rejected'), ('approved', 0, 'executed'),
    ('approved', 1, 'failed'), ('approved', 2, 'rejected'), ('failed', 0, 'approved')
) as moves (standing, way, following)
where l.id = any (select lpad(n::text, 32, '0')::uuid from unnest(%(rows)s::int[]) as n)
and moves.standing = l.execution_status
and moves.way = (('x' || right(l.id::text, 2))::bit(8)::int + %(way)s)
  %% case l.execution_status when 'suggested' then 2 when 'approved' then 3 else 1 end
"""
_TOUCH = """
update ai_insights_log
set execution_status = execution_status
where id = any (select lpad(n::text, 32, '0')::uuid from unnest(%(rows)s::int[]) as n)
"""
_HAND_OVER = "update events set organization_id = %(elsewhere)s where id = %(event)s"
_HAND_BACK = "update events set organization_id = %(organization)s where id = %(event)s"

some_rows = st.lists(st.integers(1, ROWS), unique=True, min_size=1)
writes = st.lists(
    st.tuples(st.sampled_from([(_MOVE,), (_MOVE,), (_HAND_OVER, _TOUCH, _HAND_BACK)]), some_rows),
    max_size=6,
)


def pieces(data, rows: list[int]) -> list[list[int]]:
    """The rows in their order, cut anywhere."""
    cuts = data.draw(st.lists(st.integers(1, len(rows)), unique=True).map(sorted), "cuts")
    edges = [0, *cuts, len(rows)]
    return [rows[a:b] for a, b in pairwise(edges) if a < b]


def tables() -> dict[str, list]:
    """What the writes have made, without what another run of the same has otherwise."""
    marked = run("select distinct organization_id, day from backoffice.stale_days order by 1, 2")
    while index.refresh_figures():
        pass
    return {
        "log": f.whole_table("public.ai_insights_log"),
        "history": run(
            "select suggestion_id, number, from_status, to_status, database_role, profile_id,"
            " state, reason, seen from backoffice.decision_history order by 1, 2"
        ),
        "index": run(
            "select suggestion_id, organization_id, event_id, requester_id, approver_id, action,"
            " status, suggested_at, decided_at is null, decider_id, executed_at, waited,"
            " requested_start, vip, claimed, found, claim, reason, words::text"
            " from backoffice.suggestion_index order by 1"
        ),
        "marked": marked,
        "figures": f.whole_table("backoffice.daily_figures"),
    }


@pytest.mark.django_db
@given(data=st.data(), made=writes)
def test_writing_any_split_same_tables(noa, event, data, made):
    known = {
        "user": noa.profile_id,
        "event": event.pk,
        "organization": noa.profile.organization_id,
        "elsewhere": f.organization(name="Elsewhere").pk,
    }
    made = [((_INSERT,), list(range(1, ROWS + 1))), *made]
    found = []
    for split in (False, True):
        with transaction.atomic():
            for way, (statements, rows) in enumerate(made):
                for statement in statements:
                    for some in pieces(data, rows) if split else [rows]:
                        with connection.cursor() as cursor:
                            cursor.execute(statement, known | {"rows": some, "way": way})
            assert chain.find_break() is None
            found.append(tables())
            transaction.set_rollback(True)

    assert found[0] == found[1]


# -- what a row costs --------------------------------------------------------------------------

# PostgreSQL's own checks of foreign keys look there as they choose to.
_REFERRED_TO = ["events", "user_profiles", "organizations"]
_READ = """
select
  coalesce(sum(seq_scan), 0)::int,
  -- The statement itself may look for its rows in the log as it likes
  coalesce(sum(seq_tup_read + idx_tup_fetch) filter (where relname <> 'ai_insights_log'), 0)::int
from pg_stat_xact_all_tables
where schemaname in ('public', 'backoffice')
and relname <> all (%s)
"""
_SEARCHED = """
select i.indexrelid::regclass::text, pg_stat_get_xact_numscans(i.indexrelid)::int
from pg_index as i
join pg_class as c
  on c.oid = i.indrelid
where c.relnamespace in ('public'::regnamespace, 'backoffice'::regnamespace)
and c.relname <> all (%s)
"""
KEYS = {
    "ai_insights_log_pkey",
    "suggestion_index_pkey",
    "decision_history_suggestion_id_number_key",
    "suggestion_links_pkey",
}
_SUGGEST = """
insert into ai_insights_log (user_id, event_id, action_type, action_data)
select %s, %s, 'schedule_create', jsonb_build_object('n', n)
from generate_series(1, %s) as n
"""
_APPROVE = """
update ai_insights_log
set execution_status = 'approved', approved_at = now(), approved_by = user_id
where id = any (%s)
"""
_TO = "update ai_insights_log set execution_status = '{}' where id = any (%s)"
MOVES = {
    "rejected": [_TO.format("rejected")],
    "carried out": [_APPROVE, _TO.format("executed")],
    "tried again": [_APPROVE, _TO.format("failed"), _APPROVE],
}


@dataclass(frozen=True)
class Read:
    """What one statement reads, triggers included: how many tables as a whole, how many rows, and
    which indexes it searches."""

    scans: int
    rows: int
    searched: set[str]


def what_is_read(statement: str, *parameters) -> Read:
    def now() -> tuple[int, int, dict[str, int]]:
        [(scans, rows)] = run(_READ, _REFERRED_TO)
        return scans, rows, dict(run(_SEARCHED, _REFERRED_TO))

    scans, rows, searched = now()
    run(statement, *parameters)
    scans_after, rows_after, searched_after = now()
    names = {name.split(".")[-1] for name, n in searched_after.items() if n > searched[name]}
    return Read(scans_after - scans, rows_after - rows, names)


@pytest.fixture(params=["nothing", "nothing, analyzed", "a few, analyzed"])
def place(request, own_migrated):
    """Who suggests, and of which event, where plans are made of tables as small as they get; in
    one transaction, so that nothing else tells the planner of them meanwhile."""
    with transaction.atomic():
        noa = f.staff(profile=f.profile(organization=f.organization()))
        place = (noa.profile_id, f.event(organization=noa.profile.organization).pk)
        if "a few" in request.param:
            for moves in MOVES.values():
                chosen = suggested_at_once(6, place)
                for move in moves:
                    run(move, chosen)
        if "analyzed" in request.param:
            run("analyze")
        run("discard plans")
        yield place
        transaction.set_rollback(True)


def suggested_at_once(many: int, place: tuple) -> list[uuid.UUID]:
    known = set(Suggestion.objects.values_list("pk", flat=True))
    run(_SUGGEST, *place, many)
    return [pk for pk in Suggestion.objects.values_list("pk", flat=True) if pk not in known]


def check(few: Read, many: Read, few_later: Read) -> None:
    """Four times the rows read four times as much, and the same number as much as before."""
    assert many.scans <= 1
    assert many.rows <= 4 * few.rows
    assert few_later.rows <= few.rows
    assert (few.searched | many.searched | few_later.searched) <= KEYS


def test_suggesting_more_reads_as_much_a_row(place):
    check(*(what_is_read(_SUGGEST, *place, many) for many in (100, 400, 100)))


@pytest.mark.parametrize("moves", MOVES.values(), ids=MOVES)
def test_moving_more_reads_as_much_a_row(place, moves):
    *before, last = moves
    read = []
    for many in (100, 400, 100):
        chosen = suggested_at_once(many, place)
        for move in before:
            run(move, chosen)
        read.append(what_is_read(last, chosen))
    check(*read)


@pytest.mark.django_db
def test_writing_without_compiled_reads():
    """A forbidden read looks dear: where JIT is on, it would be compiled for each statement."""
    settings = run(
        "select proname, proconfig from pg_proc"
        " where pronamespace = 'backoffice'::regnamespace"
        " and 'enable_seqscan=off' = any (proconfig)"
    )

    assert len(settings) >= 5
    assert [name for name, options in settings if "jit=off" not in options] == []

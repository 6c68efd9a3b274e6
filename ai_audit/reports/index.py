"""The suggestion index as a whole: rebuilt and verified, in batches, on a live system.

What a row of it says is settled in the database, by `backoffice.indexed`; a trigger keeps it in
step. Reading lists from it is in `pages`, adding it up in `insights`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction

BATCH = 5000
# Days of figures that are added up in one transaction.
DAYS = 500
MOST_SHOWN = 20

_LOCK = "select id from public.ai_insights_log where id = any (%s) order by id for share"

# What is in either: a row may have lost its suggestion, by hand.
_NEXT = """
select id
from (
  (select id from public.ai_insights_log where id > %(after)s order by id limit %(batch)s)
  union
  (
    select suggestion_id
    from backoffice.suggestion_index
    where suggestion_id > %(after)s
    order by suggestion_id
    limit %(batch)s
  )
) as known (id)
order by id
limit %(batch)s
"""

_DRIFT = """
select
  coalesce(f.suggestion_id, i.suggestion_id),
  case
    when i.suggestion_id is null then 'missing'
    when f.suggestion_id is null then 'surplus'
    else 'different'
  end
from backoffice.indexed(%(ids)s) as f
full join (select * from backoffice.suggestion_index where suggestion_id = any (%(ids)s)) as i
  on i.suggestion_id = f.suggestion_id
where f.* is distinct from i.*
order by 1
"""

# The days whose figures are not what the index counts, those that are marked left out.
_DIFFERING = """
with days as (
  select organization_id, backoffice.day_of(suggested_at) as day
  from backoffice.suggestion_index
  union
  select organization_id, day
  from backoffice.daily_figures
  except
  select organization_id, day
  from backoffice.stale_days
),
counted as (
  select c.*
  from days as d
  cross join lateral backoffice.count_figures(d.organization_id, d.day) as c
),
standing as (
  select f.*
  from backoffice.daily_figures as f
  join days as d
    on d.organization_id = f.organization_id and d.day = f.day
),
differing as (
  (select * from counted except select * from standing)
  union all
  (select * from standing except select * from counted)
)
"""
_COUNT_DIFFERING = f"{_DIFFERING} select count(distinct (organization_id, day)) from differing"  # noqa: S608
_MARK_DIFFERING = (
    f"{_DIFFERING} insert into backoffice.stale_days (organization_id, day)"  # noqa: S608
    " select distinct organization_id, day from differing"
)


@dataclass
class Drift:
    """How far the index is from what it should be; `shown` are some of the rows, and how."""

    missing: int = 0
    surplus: int = 0
    different: int = 0
    days: int = 0
    shown: list[tuple[UUID, str]] = field(default_factory=list)

    def __bool__(self):
        return bool(self.missing or self.surplus or self.different or self.days)


def rebuild(progress: Callable[[int], None] = lambda done: None) -> int:
    """Bring every row of the index in step with the log, then the daily figures; how many changed.

    Locks and waits as `index_all` does.
    """
    changed = index_all(progress)
    with connection.cursor() as cursor:
        cursor.execute(_MARK_DIFFERING)
    refresh_all_figures()
    return changed


def index_all(progress: Callable[[int], None] = lambda done: None) -> int:
    """Bring every row of the index in step with the log; how many changed.

    Each batch is a transaction of its own that locks its suggestions in share mode: a decision
    waits for it no longer than that, and none is lost. `progress` is told how many are done.
    """
    changed = 0
    for ids in _batches(progress):
        with transaction.atomic(), connection.cursor() as cursor:
            # Whoever was at one of them is waited for, so that the next statement sees it.
            cursor.execute(_LOCK, [ids])
            cursor.execute(
                "select backoffice.index_suggestions(%(ids)s)"
                " + backoffice.forget_suggestions(%(ids)s)",
                {"ids": ids},
            )
            changed += cursor.fetchone()[0]
    return changed


def refresh_all_figures() -> None:
    """Add up every day that is marked, some in each transaction."""
    while refresh_figures():
        pass


def refresh_figures() -> int:
    """Add up marked days anew, in one transaction; how many. None while another has the lock."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select pg_catalog.pg_try_advisory_xact_lock("
            "pg_catalog.hashtextextended('backoffice.daily_figures', 0))"
        )
        if cursor.fetchone() != (True,):
            return 0
        cursor.execute("select backoffice.refresh_figures(%s)", [DAYS])
        return cursor.fetchone()[0]


def verify(progress: Callable[[int], None] = lambda done: None) -> Drift:
    """Compare the whole index, and the figures of days that are not marked, with what they should
    be. Reads only."""
    drift = Drift()
    with connection.cursor() as cursor:
        for ids in _batches(progress):
            cursor.execute(_DRIFT, {"ids": ids})
            for pk, how in cursor.fetchall():
                setattr(drift, how, getattr(drift, how) + 1)
                if len(drift.shown) < MOST_SHOWN:
                    drift.shown.append((pk, how))
        cursor.execute(_COUNT_DIFFERING)
        drift.days = cursor.fetchone()[0]
    return drift


def _batches(progress: Callable[[int], None]) -> Iterator[list[UUID]]:
    after, done = UUID(int=0), 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, {"after": after, "batch": BATCH})
            ids = [pk for (pk,) in cursor.fetchall()]
        if not ids:
            return
        yield ids
        after, done = ids[-1], done + len(ids)
        progress(done)

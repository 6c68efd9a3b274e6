"""Many suggestions in one statement, beside bare tables: what a row costs.

Part of `make bench-queue`. The same rows go into the log and into two bare tables: one with all the
log's columns and indexes, one with its primary key alone; neither has triggers or foreign keys.
Then all are approved, and carried out, in one statement each. Asserts nothing about time.
"""

import time

from django.db import connection

AT_ONCE = (1_000, 16_000, 200_000)
# The fastest counts of as many rounds as make up so many rows.
ROWS_OF_ROUNDS = 16_000

_BARE = """
create table public.bare (
  like public.ai_insights_log including defaults including constraints including indexes
);
create table public.bare_key (like public.ai_insights_log including defaults, primary key (id));
create temporary table source (like public.ai_insights_log);
"""
_SOURCE = """
insert into source
select uuid_generate_v4(), %(user)s, %(event)s, 'schedule_create',
  jsonb_build_object(
    'current_state', null,
    'proposed_state', jsonb_build_object(
      'title', 'Session ' || n, 'room', 'Room ' || n %% 72, 'speaker_name', 'Speaker ' || n %% 500,
      'start_time', to_char(starts, 'YYYY-MM-DD"T"HH24:MI:SS'),
      'end_time', to_char(starts + interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS')
    ),
    'conflicts_detected', jsonb_build_object(
      'room', case n %% 10 when 0 then '[{"id": "x"}]' else '[]' end::jsonb, 'speaker', '[]'::jsonb
    ),
    'vip_affected', n %% 20 = 0, 'reasoning', repeat('The participants asked for it. ', 3)
  ),
  moment, null, null, null, 'suggested', null, moment
from generate_series(1, %(rows)s) as n
cross join lateral (
  select timestamp '2099-01-30 08:00' + n %% 500 * interval '30 minutes',
    now() - n * interval '1 minute'
) as times (starts, moment)
"""
_WRITES = {
    "suggested": "insert into public.{} select * from source",
    "approved": "update public.{} as l set execution_status = 'approved', approved_at = now(),"
    " approved_by = l.user_id from source as s where s.id = l.id",
    "carried out": "update public.{} as l set execution_status = 'executed', executed_at = now()"
    " from source as s where s.id = l.id",
}
_TABLES = ("ai_insights_log", "bare", "bare_key")


def at_once(*, user, event, sizes=AT_ONCE) -> None:
    """Print what a row costs, by what is done with it and how many the statement has.

    `user` and `event` are primary keys: who suggests and approves, and for which event.
    """
    print(f"\n{'µs a row':<32}{'the log':>10}{'bare':>10}{'key only':>10}{'times as much':>14}")
    with connection.cursor() as cursor:
        # However busy the machine is; a page would not be waited for that long.
        connection.connection.patience = None
        cursor.execute("set statement_timeout = 0")
        cursor.execute(_BARE)
        place = {"user": user, "event": event}
        # What a session does once is not part of it.
        _took(cursor, place | {"rows": 1})
        for rows in sizes:
            rounds = max(ROWS_OF_ROUNDS // rows, 1)
            found = [_took(cursor, place | {"rows": rows}) for _round in range(rounds)]
            for write in _WRITES:
                log, bare, key = (min(one[write, table] for one in found) for table in _TABLES)
                print(
                    f"{rows:>9,} {write:<22}{log:>10,.0f}{bare:>10,.1f}{key:>10,.1f}"
                    f"{log / bare:>7.1f}{log / key:>7.1f}",
                    flush=True,
                )


def _took(cursor, shape: dict) -> dict[tuple[str, str], float]:
    """µs a row of each write into each table, of rows that are new to all."""
    cursor.execute("truncate source")
    cursor.execute(_SOURCE, shape)
    cursor.execute("analyze source")
    took = {}
    for write, statement in _WRITES.items():
        for table in _TABLES:
            began = time.perf_counter()
            cursor.execute(statement.format(table))
            took[write, table] = (time.perf_counter() - began) / shape["rows"] * 1e6
    return took

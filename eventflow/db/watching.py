"""Whom a long statement waits for, and how far it is, seen by a second connection.

A statement that waits says nothing, as CREATE INDEX CONCURRENTLY, which waits for every snapshot
that somebody holds open.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, connection

from eventflow.db import fetching

# How often it is looked, in seconds: before a lock that does not come ends the run. What has not
# changed is said again every so many times.
EVERY = 2.0
AGAIN = 5

# Of others' sessions, only some logins are shown since when they are at it.
_BLOCKING = """
select distinct
  a.pid,
  a.usename,
  nullif(a.application_name, ''),
  a.state,
  date_trunc('second', a.xact_start)
from unnest(pg_catalog.pg_blocking_pids(%(pid)s) || array(
  select current_locker_pid
  from pg_catalog.pg_stat_progress_create_index
  where pid = %(pid)s
  and current_locker_pid <> 0
)) as b (pid)
join pg_catalog.pg_stat_activity as a
  on a.pid = b.pid
order by 5 nulls last, 1
limit 5
"""

_HOLDING = """
select a.pid, a.usename, nullif(a.application_name, ''), a.state, date_trunc('second', a.xact_start)
from pg_catalog.pg_locks as l
join pg_catalog.pg_stat_activity as a
  on a.pid = l.pid
where l.locktype = 'advisory'
and l.granted
and l.objsubid = 1
and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
and (l.classid::bigint << 32) | l.objid::bigint = %(key)s
"""

_BUILDING = """
select
  coalesce(nullif(index_relid, 0)::regclass::text, 'an index'),
  relid::regclass::text,
  phase,
  case
    when lockers_total > 0 then format('%%s of %%s transactions', lockers_done, lockers_total)
    when tuples_total > 0 then format('%%s of %%s rows', tuples_done, tuples_total)
    when blocks_total > 0 then format('%%s of %%s blocks', blocks_done, blocks_total)
  end
from pg_catalog.pg_stat_progress_create_index
where pid = %(pid)s
"""


@contextmanager
def watched(say: Callable[[str], None]):
    """While the block runs, `say` whom the default connection waits for and how far it is.

    Every few seconds, in a thread and over a connection of its own, which is opened when something
    takes that long. Nothing that fails in it ends the block.
    """
    pid = fetching.value("select pg_catalog.pg_backend_pid()")
    over = threading.Event()
    thread = threading.Thread(target=_watch, args=(pid, say, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        # It may be asking a server that does not answer any more.
        thread.join(timeout=EVERY)


def _watch(pid: int, say: Callable[[str], None], over: threading.Event) -> None:
    said: list[str] = []
    times = 0
    try:
        while not over.wait(EVERY):
            # A connection is a thread's own, and this thread's is none yet.
            found = [*_building(pid), *map(_waiting_for, fetching.rows(_BLOCKING, {"pid": pid}))]
            times += 1
            if found != said or times >= AGAIN:
                for line in found:
                    say(line)
                said, times = found, 0
    except (DatabaseError, InterfaceError):
        return
    finally:
        connection.close()


def _building(pid: int) -> Iterator[str]:
    for index, table, phase, done in fetching.rows(_BUILDING, {"pid": pid}):
        yield f"Building {index} on {table}: {phase}{f', {done}' if done else ''}."


def holding(key: int) -> list[str]:
    """The holder of the advisory lock of that key, in words."""
    return list(map(_waiting_for, fetching.rows(_HOLDING, {"key": key})))


def _waiting_for(session: tuple) -> str:
    """A session in words; since when it is at it is shown of one's own and to monitors only."""
    pid, login, application, state, since = session
    about = [f"login {login}", f"application {application or 'without a name'}"]
    if state:
        about.append(state)
    if since:
        about.append(f"its transaction open since {since:%Y-%m-%d %H:%M:%S} UTC")
    return (
        f"Waiting for process {pid} ({', '.join(about)}). To end it: select "
        f"pg_terminate_backend({pid});"
    )

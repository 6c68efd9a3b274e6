"""The doctor: one page of lines to look at after installing or restoring, or before a night.

Each says that something is as it should be, or what is not and what to type. Applications register
what they look at; whatever `check` says is among it. Nothing here writes; what an application notes
of what it found is its own affair.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from django.core import checks
from django.core.checks.registry import registry
from django.db import DatabaseError, InterfaceError, connection

from eventflow.db import database, fetching, preflight, web_login
from eventflow.environment import production
from eventflow.fitness import readiness

OURS = ("eventflow", "scheduling", "ai_audit")
# What works beside the web processes: `execute_approved`, a second copy of it, and `migrate` with
# the connection by which it sees whom it waits for.
BESIDE = 4
# A schema, a table or a function that does not stand.
_NOT_THERE = ("3F000", "42P01", "42883")


class LineLevel(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Line:
    """One thing that was looked at: how it is, and what to type where it is not as it should be."""

    level: LineLevel
    words: str
    remedy: str = ""


Examination = Callable[[], Iterable[Line]]
_examinations: list[Examination] = []


def examination(function: Examination) -> Examination:
    """Register a function that looks at one thing; its docstring says what holds where all is well.

    It gives a line for each thing that is not so, and may give lines that are ok.
    """
    _examinations.append(function)
    return function


def examine(*, with_checks: bool = True) -> list[Line]:
    """Everything, as the login of the default connection finds it."""
    found = list(fitness())
    if any(line.words == readiness.NO_DATABASE.words for line in found):
        return found
    if with_checks:
        found += _checked()
    for look in _examinations:
        try:
            found += list(look()) or [Line(LineLevel.OK, _promise(look))]
        except (DatabaseError, InterfaceError) as error:
            found.append(_unknown(look, error))
    return found


def is_well(lines: Iterable[Line]) -> bool:
    """Whether none of them is an error."""
    return all(line.level != LineLevel.ERROR for line in lines)


def text(lines: Iterable[Line], *, short: bool = False) -> str:
    """The page; in its short form what is not ok, and how many of each there are."""
    lines = list(lines)
    shown = [line for line in lines if not short or line.level != LineLevel.OK]
    count = {level: sum(line.level == level for line in lines) for level in LineLevel}
    return "\n".join(
        [
            *(_printed(line) for line in shown),
            f"{count[LineLevel.OK]} ok, {count[LineLevel.WARNING]} to be looked at, "
            f"{count[LineLevel.ERROR]} wrong." + (" All of it: manage.py doctor" if short else ""),
        ]
    )


def _printed(line: Line) -> str:
    further = [f"{'':9}{part.removeprefix(chr(9))}".rstrip() for part in line.remedy.splitlines()]
    return "\n".join([f"{line.level:9}{line.words}", *further])


def plain(lines: Iterable[Line]) -> dict:
    """The same as plain values."""
    lines = list(lines)
    return {"well": is_well(lines), "lines": [asdict(line) for line in lines]}


def _promise(function: Callable) -> str:
    return " ".join((function.__doc__ or function.__name__).split("\n\n")[0].split())


def fitness() -> Iterator[Line]:
    """The lines of `/readyz`."""
    login = connection.settings_dict["USER"] or "the embedded server's owner"
    reasons = readiness.reasons()
    for reason in reasons:
        yield Line(LineLevel.ERROR, reason.words, reason.remedy)
    if not reasons:
        yield Line(
            LineLevel.OK,
            f"Fit for decisions as {login}: it can be written, its rights suffice, the guard, the "
            "history and the rooms' constraint stand, clocks agree, and no migration is pending.",
        )


def _checked() -> Iterator[Line]:
    """The lines of `check --database default`: each of ours, and one for all of Django's."""
    quiet = 0
    for check in sorted(
        registry.get_checks(), key=lambda check: (check.__module__, check.__name__)
    ):
        try:
            found = check(app_configs=None, databases=["default"])
        except (DatabaseError, InterfaceError) as error:
            yield _unknown(check, error)
            continue
        for message in found:
            if not message.is_silenced():
                yield Line(_level(message), f"{message.msg} ({message.id})", message.hint or "")
        if not found and check.__module__.startswith(OURS):
            yield Line(LineLevel.OK, _promise(check))
        elif not found:
            quiet += 1
    yield Line(LineLevel.OK, f"Django's own checks: {quiet} find nothing.")


def _level(message: checks.CheckMessage) -> LineLevel:
    if message.level >= checks.ERROR:
        return LineLevel.ERROR
    return LineLevel.WARNING if message.level >= checks.WARNING else LineLevel.OK


def _unknown(look: Callable, error: Exception) -> Line:
    return Line(
        LineLevel.ERROR,
        f"Could not be found out: {_promise(look)} {database.message(error)}.",
        "manage.py migrate"
        if database.sqlstate(error) in _NOT_THERE
        else "Ask as the login that migrates: MIGRATE_DATABASE_URL.",
    )


@examination
def migrations_are_of_this_version():
    """The database holds no migration that this version does not know."""
    later = sorted(readiness.applied() - readiness.known())
    if later:
        app, name = later[-1]
        yield Line(
            LineLevel.WARNING,
            f"{len(later)} migrations are of another version, as {app}.{name}.",
            "After going back to an earlier version this is as it should be (docs/operations.md, "
            "“Rollback”); else install the version that the database is of.",
        )


@examination
def it_can_be_migrated():
    """All that migrate needs holds: the login, its rights, the product's tables."""
    if fetching.value("select session_user::text") == web_login.ROLE:
        yield Line(
            LineLevel.OK,
            f"Whether migrate could run was not asked: {web_login.ROLE} does not migrate.",
            "MIGRATE_DATABASE_URL names the login that does.",
        )
        return
    try:
        preflight.require(until=preflight.Stage.OBJECTS)
    except preflight.Refused as refusal:
        for reason in refusal.reasons:
            yield Line(LineLevel.ERROR, reason)


@examination
def logins_are_two():
    """The web process has a login of its own, which may do only what it must."""
    if not web_login.is_installed():
        yield Line(
            LineLevel.OK,
            "The web process works as the owner of the tables.",
            "It need not: docs/operations.md, “Two logins”.",
        )


_CONNECTIONS = """
select
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    - coalesce(current_setting('reserved_connections', true)::int, 0),
  (select rolconnlimit from pg_catalog.pg_roles where rolname = session_user),
  (select datconnlimit from pg_catalog.pg_database where datname = current_database()),
  (
    select count(*)
    from pg_catalog.pg_stat_activity
    where datid is not null
    and usename not in (session_user, %s)
  )
"""


@examination
def connections_suffice():
    """The server has connections enough for all that works here at one time."""
    of_server, of_login, of_database, others = fetching.row(_CONNECTIONS, [web_login.ROLE])
    needed = production.WORKERS * production.THREADS + BESIDE
    most = min(limit for limit in (of_server, of_login, of_database) if limit >= 0)
    here = f"{production.WORKERS} processes with {production.THREADS} threads, and {BESIDE} beside"
    if most < needed:
        yield Line(
            LineLevel.ERROR,
            f"{most} connections may be open, and {needed} are needed ({here}).",
            "Raise max_connections of the server, or the limit of the login or the database; or "
            "let gunicorn.conf.py start fewer.",
        )
    elif of_server - others < needed:
        yield Line(
            LineLevel.WARNING,
            f"Others have {others} connections open, so that {of_server - others} are left, and "
            f"{needed} are needed ({here}).",
            "Who has them: select usename, application_name, count(*) from pg_stat_activity group "
            "by 1, 2;",
        )

"""Checks of the log of suggestions: before migrating, and whenever it is asked.

How its objects are made, and those of the guard, the history and the lists, is in the snapshot of
objects.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.checks import Tags, Warning, register
from django.db import connection
from django.utils import timezone

from ai_audit.models import Suggestion
from eventflow.db import catalogue, drift, objects, preflight, web_login
from eventflow.db.objects import Object
from eventflow.db.postgresql.base import BACKOFFICE_SCHEMA
from eventflow.db.preflight import Stage
from scheduling import times

LOG = f"public.{Suggestion._meta.db_table}"

HELPER = "backoffice.user_org_id()"

# The helpers of the organization that there are. Ours is asked where it stands, for it was made
# where there was no other, and policies go on asking it.
HELPERS = """from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n
  on n.oid = p.pronamespace
where p.pronargs = 0
and (
  n.nspname = 'backoffice' and p.proname = 'user_org_id'
  or n.nspname = 'auth' and p.proname in ('user_org_id', 'user_organization_id')
)
order by n.nspname = 'backoffice' desc, p.proname = 'user_org_id' desc"""

# All are found where this deployment has them, as the frozen SQL does, but without the name
# resolution of regprocedure, which needs a right to the schema.
_FUNCTIONS = f"""
select
  coalesce((
    select quote_ident(n.nspname) || '.' || p.proname
    {HELPERS}
    limit 1
  ), 'backoffice.user_org_id'),
  coalesce((
    select quote_ident(n.nspname) || '.uuid_generate_v4()'
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n
      on n.oid = p.pronamespace
    where n.nspname in ('public', 'extensions')
    and p.proname = 'uuid_generate_v4'
    and p.pronargs = 0
    order by n.nspname = 'public' desc
    limit 1
  ), 'uuid_generate_v4()')
"""  # noqa: S608

_OWNED = """
select quote_ident(session_user), pg_has_role(session_user, relowner, 'usage')
from pg_catalog.pg_class
where oid = to_regclass(%s)
"""


def _functions() -> tuple[str, str]:
    """The helper and what makes identifiers, as this deployment has them."""
    with connection.cursor() as cursor:
        cursor.execute(_FUNCTIONS)
        return cursor.fetchone()


@objects.spelling
def functions_of_this_deployment() -> dict[str, str]:
    """The functions that our objects call, by the names under which they were written."""
    helper, identifier = _functions()
    return {
        f"{HELPER} AS user_org_id": f"{helper}() AS {helper.partition('.')[2]}",
        "extensions.uuid_generate_v4()": identifier,
    }


@objects.only_where_needed
def a_helper_of_our_own() -> list[str]:
    """Not where the product's stands, unless ours was made before."""
    helper, _identifier = _functions()
    return [] if f"{helper}()" == HELPER else [HELPER]


def _of_the_log() -> list[Object]:
    return [made for made in objects.snapshot().values() if LOG in (made.name, made.of)]


@preflight.requirement(Stage.OBJECTS)
def an_older_log_can_be_adopted():
    """A log made by hand is kept as it is; but with what is not there nothing can be done."""
    standing = catalogue.read(tables=[LOG])
    table = standing.get(f"table {LOG}")
    if table is None:
        return
    if table != "table":
        yield f"{LOG} is not a table but a {table}. Rename it, then run migrate again."
        return
    with connection.cursor() as cursor:
        cursor.execute(_OWNED, [LOG])
        login, owned = cursor.fetchone()
    if not owned:
        yield (
            f"{LOG} stands already and is someone else's. Give it to the login: "
            f"alter table {LOG} owner to {login};"
        )
    for made in _of_the_log():
        if made.kind != "column":
            continue
        name, identity = made.name, made.identity
        wanted_type, _ = catalogue.column(made.words)
        if identity not in standing:
            yield (
                f"{LOG} stands already but has no column {name}. Add it, then run migrate again: "
                f"alter table {LOG} add column {name} {wanted_type};"
            )
            continue
        found_type, _ = catalogue.column(standing[identity])
        if found_type != wanted_type and not (
            wanted_type == "text" and found_type.startswith("character varying")
        ):
            yield (
                f"{LOG} stands already and its column {name} is {found_type}, not {wanted_type}. "
                f"Change it, then run migrate again: alter table {LOG} alter column {name} "
                f"type {wanted_type} using {name}::{wanted_type};"
            )


@register(Tags.database)
def log_is_as_expected(databases=None, **kwargs):
    """The log's table, policies, rights, indexes and triggers, and its protection by policies."""
    if not databases or "default" not in databases:
        return []
    wanted = _of_the_log()
    standing = web_login.set_aside(objects.standing(wanted))
    return [
        *drift.differences(
            "ai_audit",
            wanted,
            standing,
            closed=("column ", "constraint ", "policy ", "trigger ", "rights "),
        ),
        *drift.unprotected_rows("ai_audit", standing),
    ]


@register(Tags.database)
def decisions_and_lists_are_kept(databases=None, **kwargs):
    """The private tables and functions: there, as they were made, and nobody's but the owner's."""
    if not databases or "default" not in databases:
        return []
    if not catalogue.read(tables=[LOG]):
        return []
    wanted = [
        made
        for made in objects.snapshot().values()
        if (made.of or made.name).startswith(f"{BACKOFFICE_SCHEMA}.")
    ]
    return drift.differences(
        "ai_audit",
        wanted,
        objects.standing(wanted),
        closed=(
            "trigger ",
            *(f"rights of {role} " for role in ("public", "anon", "authenticated")),
        ),
        mend="`manage.py migrate` makes it, and leaves what stands as it is.",
    )


# So many of the zones that are in use are looked at, and so many of what is wrong are named.
MOST_ZONES = 100
_MOST_NAMED = 10

_ZONES_IN_USE = """
select distinct left(timezone, 65)
from public.events
where btrim(timezone) <> ''
order by 1
limit %s
"""

# Without the name resolution of regprocedure, which needs a right to the schema.
_MAY_READ_MOMENTS = """
select coalesce(bool_or(
  has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')), false)
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where n.nspname = 'backoffice' and p.proname = 'moment'
"""

_READ_MOMENTS = """
select asked.zone, backoffice.moment(asked.clock, asked.zone)
from unnest(%s::text[], %s::text[]) with ordinality as asked (zone, clock, n)
order by asked.n
"""


@register(Tags.database)
def zones_in_use_are_known(databases=None, **kwargs):
    """The events' time zones: beyond doubt which ones, and the same to Python and to PostgreSQL."""
    if not databases or "default" not in databases:
        return []
    if "column timezone of public.events" not in catalogue.read(tables=["public.events"]):
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ZONES_IN_USE, [MOST_ZONES])
        named = [name for (name,) in cursor.fetchall()]
        known = {name: zone for name in named if not _is_unknown(zone := times.zone(name))}
        unknown = [name for name in named if name not in known]
        cursor.execute(_MAY_READ_MOMENTS)
        (may_read,) = cursor.fetchone()
        apart = _read_otherwise(cursor, known, timezone.now()) if known and may_read else []
    found = []
    if unknown:
        found.append(
            Warning(
                f"Time zones of events that are none, or in doubt: {_listed(unknown)}.",
                hint="Times without an offset are refused there. Write names such as "
                "Asia/Jerusalem into events.timezone.",
                id="ai_audit.W010",
            )
        )
    if apart:
        found.append(
            Warning(
                "PostgreSQL reads local times otherwise than the pages do in the time zones "
                f"{_listed(apart)}.",
                hint="Their tz databases differ: update the older one, then run "
                "`manage.py rebuild_index`. Only lists are concerned.",
                id="ai_audit.W011",
            )
        )
    return found


def _is_unknown(zone: ZoneInfo) -> bool:
    return isinstance(zone, times.UnknownZone)


def _listed(names: list[str]) -> str:
    shown = ", ".join(ascii(name[: times.LONGEST_ZONE_NAME]) for name in names[:_MOST_NAMED])
    return f"{shown} and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else shown


def _read_otherwise(cursor, zones: dict[str, ZoneInfo], now: datetime) -> list[str]:
    """The zones in which PostgreSQL finds another moment for some clock time of these years."""
    asked = [(name, clock) for name, zone in zones.items() for clock in _clocks(zone, now.year)]
    cursor.execute(_READ_MOMENTS, [[name for name, _ in asked], [clock for _, clock in asked]])
    found = zip(asked, cursor.fetchall(), strict=True)
    return sorted(
        {name for (name, clock), (_, at) in found if at != times.parse(clock, zone=zones[name]).at}
    )


def _clocks(zone: ZoneInfo, year: int) -> Iterator[str]:
    """Clock times of the year before, this one and the two that follow: the noon of each month, and
    the days on which the clocks are changed, every half hour.
    """
    day, last = datetime(year - 1, 1, 1, tzinfo=UTC), datetime(year + 3, 1, 1, tzinfo=UTC)
    while day < last:
        following = day + timedelta(days=1)
        if day.day == 1:
            yield f"{day:%Y-%m-%d}T12:00"
        if day.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            local = day.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
            for n in range(-4, 56):
                yield f"{local + timedelta(minutes=30 * n):%Y-%m-%dT%H:%M}"
        day = following

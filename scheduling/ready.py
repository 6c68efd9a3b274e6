"""Readiness of the product's tables for decisions to be made and carried out.

Of what is the product's own, ours relies on keys, policies and triggers: after a partial restore
they may be missing, and nothing of ours would be.
"""

from django.db import connection

from eventflow.db import database
from eventflow.fitness import doctor, readiness
from eventflow.fitness.doctor import Line, LineLevel
from scheduling import pointers

PROGRAMME = "public.schedules"

# What makes double-booking impossible: checked at every write, and with an index that is whole.
_ROOMS_ARE_KEPT = """
select exists (
  select
  from pg_catalog.pg_constraint as c
  join pg_catalog.pg_index as i
    on i.indexrelid = c.conindid
  where c.conrelid = to_regclass(%(table)s)
  and c.conname = 'no_room_overlap'
  and c.contype = 'x'
  and not c.condeferrable
  and c.convalidated
  and i.indisvalid
  and i.indisready
)
"""


@readiness.requirement
def rooms_are_kept():
    """The database refuses two sessions in one room at one time."""
    if not _is_so(_ROOMS_ARE_KEPT, table=PROGRAMME):
        yield readiness.Reason(
            "room_constraint",
            "The constraint no_room_overlap on public.schedules is missing or not in force, so "
            "that two sessions could be in one room at one time.",
            "manage.py find_overlaps, then manage.py migrate",
        )


@readiness.requirement
def sessions_can_be_written():
    """The login locks sessions and reads what they collide with; they are written as a person."""
    # A row is locked with the right to update any of its columns.
    yield from readiness.rights(
        {
            PROGRAMME: ["select", "update"],
            "public.events": ["select"],
            "public.organizations": ["select"],
            "public.user_profiles": ["select"],
            "public.participants": ["select"],
            "public.participant_schedules": ["select"],
            **{f"public.{table}": ["select"] for table in pointers.kept().tables},
        }
    )
    yield from readiness.rights(
        {
            PROGRAMME: ["select", "insert", "update", "delete"],
            "public.events": ["select"],
            "public.user_profiles": ["select"],
        },
        database.WRITER_ROLE,
    )


@doctor.examination
def extensions_stand():
    """The extensions stand, each in the version that the server has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select name, installed_version, default_version"
            " from pg_catalog.pg_available_extensions"
            " where name = 'btree_gist'"
            " or name in ('uuid-ossp', 'pgcrypto') and installed_version is not null order by name"
        )
        found = {name: versions for name, *versions in cursor.fetchall()}
    installed, _newest = found.get("btree_gist", (None, None))
    if installed is None:
        yield Line(
            LineLevel.ERROR,
            "The extension btree_gist is missing, and with it what keeps rooms from being taken "
            "twice.",
            "manage.py migrate"
            if "btree_gist" in found
            else "Install it on the server (on Debian: apt install postgresql), then: manage.py "
            "migrate",
        )
    for name, (standing, newest) in found.items():
        if standing not in (None, newest):
            yield Line(
                LineLevel.WARNING,
                f"The extension {name} is {standing}, and the server has {newest}.",
                f'alter extension "{name}" update;',
            )


# Each table of the product, the column that leads on, where to, and what deleting there does.
_KEYS = (
    ("user_profiles", "organization_id", "organizations", ""),
    ("events", "organization_id", "organizations", ""),
    ("participants", "event_id", "events", " on delete cascade"),
    ("schedules", "event_id", "events", " on delete cascade"),
    ("participant_schedules", "schedule_id", "schedules", " on delete cascade"),
    ("participant_schedules", "participant_id", "participants", " on delete cascade"),
)

_LEADS_ON = """
select exists (
  select
  from pg_catalog.pg_constraint as c
  join pg_catalog.pg_attribute as a
    on a.attrelid = c.conrelid
    and a.attnum = c.conkey[1]
  where c.contype = 'f'
  and c.conrelid = to_regclass(%(table)s)
  and c.confrelid = to_regclass(%(to)s)
  and a.attname = %(column)s
  and cardinality(c.conkey) = 1
)
"""

_HAS_KEY = """
select exists (
  select
  from pg_catalog.pg_index as i
  join pg_catalog.pg_attribute as a
    on a.attrelid = i.indrelid
    and a.attnum = i.indkey[0]
  where i.indrelid = to_regclass(%(table)s)
  and i.indisunique
  and i.indisvalid
  and i.indpred is null
  and i.indnkeyatts = 1
  and a.attname = 'id'
)
"""


@doctor.examination
def keys_of_the_product_stand():
    """The product's keys on which ours rely stand: a row has one id, and leads to one there is."""
    tables = {table for table, *_ in _KEYS} | {to for _, _, to, _ in _KEYS}
    for table in sorted(tables):
        if not _is_so(_HAS_KEY, table=f"public.{table}"):
            yield Line(
                LineLevel.ERROR,
                f"public.{table} has no key on id.",
                f"alter table public.{table} add primary key (id);",
            )
    for table, column, to, deleting in _KEYS:
        if not _is_so(_LEADS_ON, table=f"public.{table}", column=column, to=f"public.{to}"):
            yield Line(
                LineLevel.WARNING,
                f"Nothing keeps public.{table}.{column} to what is in public.{to}.",
                f"alter table public.{table} add foreign key ({column}) references "
                f"public.{to} (id){deleting};",
            )


# What approving does as `authenticated`, and what the policies of the log look up as such.
_NEEDED = (
    ("schedules", "select"),
    ("schedules", "insert"),
    ("schedules", "update"),
    ("schedules", "delete"),
    ("events", "select"),
    ("user_profiles", "select"),
)

_UNREACHED = """
select w.name, w.act
from unnest(%(tables)s::text[], %(acts)s::text[]) as w (name, act)
join pg_catalog.pg_class as c
  on c.oid = to_regclass('public.' || w.name)
where c.relrowsecurity
and not exists (
  select
  from pg_catalog.pg_policy as p
  cross join lateral unnest(p.polroles) as r (role)
  where p.polrelid = c.oid
  and p.polpermissive
  and p.polcmd::text in ('*', case w.act when 'select' then 'r' when 'insert' then 'a'
    when 'update' then 'w' else 'd' end)
  and (r.role = 0 or pg_has_role(%(writer)s, r.role, 'usage'))
)
order by 1, 2
"""

_OPEN = """
select c.relname
from pg_catalog.pg_class as c
where c.oid = any (
  select to_regclass('public.' || name) from unnest(%s::text[]) as name
)
and not c.relrowsecurity
order by 1
"""


@doctor.examination
def policies_of_the_product_stand():
    """The product's policies are in force, and let people reach what decisions are made on."""
    tables, acts = zip(*_NEEDED, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _UNREACHED,
            {"tables": list(tables), "acts": list(acts), "writer": database.WRITER_ROLE},
        )
        for table, act in cursor.fetchall():
            yield Line(
                LineLevel.ERROR,
                f"No policy lets {database.WRITER_ROLE} {act} in public.{table}, so that decisions "
                "are refused.",
                "Bring the product's own policies back, from its migrations or a backup.",
            )
        others = {"organizations", "user_profiles", "events", "participants"}
        cursor.execute(_OPEN, [sorted(others)])
        for (table,) in cursor.fetchall():
            yield Line(
                LineLevel.WARNING,
                f"Row-level security is off: public.{table}.",
                f"alter table public.{table} enable row level security;",
            )


# Of ours `check` tells. Those of foreign keys have no name that means anything.
_SWITCHED_OFF = """
select
  format('%I.%I', n.nspname, c.relname),
  case when t.tgisinternal then null else quote_ident(t.tgname) end
from pg_catalog.pg_trigger as t
join pg_catalog.pg_class as c
  on c.oid = t.tgrelid
join pg_catalog.pg_namespace as n
  on n.oid = c.relnamespace
where t.tgenabled = 'D'
and (n.nspname = 'public' or n.nspname = 'backoffice' and t.tgisinternal)
and (c.relname <> 'ai_insights_log' or t.tgisinternal)
group by 1, 2
order by 1, 2 nulls first
"""


@doctor.examination
def triggers_of_the_product_fire():
    """No trigger of the product's is switched off, nor any that enforces a key."""
    with connection.cursor() as cursor:
        cursor.execute(_SWITCHED_OFF)
        for table, trigger in cursor.fetchall():
            if trigger is None:
                yield Line(
                    LineLevel.ERROR,
                    f"Foreign keys of {table} are not enforced: their triggers are switched off.",
                    f"As a superuser: alter table {table} enable trigger all;",
                )
            else:
                yield Line(
                    LineLevel.WARNING,
                    f"The trigger {trigger} on {table} is switched off.",
                    f"alter table {table} enable trigger {trigger};",
                )


def _is_so(question: str, **parameters) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, parameters)
        return cursor.fetchone() == (True,)

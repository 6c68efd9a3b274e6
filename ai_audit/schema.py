"""What must hold of the log of suggestions: before migrating, and whenever it is asked.

How its objects are made, and those of the guard, the history and the lists, is in the snapshot of
objects.
"""

from django.core.checks import Tags, register
from django.db import connection

from ai_audit.models import Suggestion
from eventflow.db import catalogue, drift, objects, preflight, web_login
from eventflow.db.objects import Object
from eventflow.db.postgresql.base import BACKOFFICE_SCHEMA
from eventflow.db.preflight import Stage

LOG = f"public.{Suggestion._meta.db_table}"

# Both are found where this deployment has them, as the frozen SQL does, but without the name
# resolution of regprocedure, which needs a right to the schema.
_FUNCTIONS = """
select
  case when exists (
    select
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n
      on n.oid = p.pronamespace
    where n.nspname = 'auth'
    and p.proname = 'user_org_id'
    and p.pronargs = 0
  ) then 'user_org_id' else 'user_organization_id' end,
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
"""

_OWNED = """
select quote_ident(session_user), pg_has_role(session_user, relowner, 'usage')
from pg_catalog.pg_class
where oid = to_regclass(%s)
"""


@objects.spelling
def functions_of_this_deployment() -> dict[str, str]:
    """The product's functions that our objects call, by the names under which they were written."""
    with connection.cursor() as cursor:
        cursor.execute(_FUNCTIONS)
        helper, identifier = cursor.fetchone()
    return {
        "auth.user_org_id() AS user_org_id": f"auth.{helper}() AS {helper}",
        "extensions.uuid_generate_v4()": identifier,
    }


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

"""Checks of the database that concern no table of the product: the login, and our schema."""

from django.apps import apps
from django.core.checks import Error, Tags, Warning, register
from django.db import connection

from eventflow import database, preflight
from eventflow.postgresql.base import BACKOFFICE_SCHEMA

_OUTSIDE = """
select n.nspname, c.relname
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p')
and c.relname = any (%s)
and n.nspname = 'public'
order by c.relname
"""

_RIGHTS = """
select r.rolname
from pg_catalog.pg_roles as r
where r.rolname in ('anon', 'authenticated')
and (
  has_schema_privilege(r.oid, %(schema)s, 'usage')
  or has_schema_privilege(r.oid, %(schema)s, 'create')
)
order by r.rolname
"""


@preflight.requirement
def login_is_fit():
    """The login that migrates is no superuser, and may create a schema."""
    if database.login_facts()["superuser"]:
        yield (
            "The login that migrates is a superuser, who passes every policy and would own what "
            "the product must own. Connect as the role that owns the product's tables "
            "(on Supabase: postgres)."
        )
    with connection.cursor() as cursor:
        cursor.execute("select has_database_privilege(current_database(), 'create')")
        if cursor.fetchone() != (True,):
            yield "The login may not create a schema here: grant it CREATE on this database."


@register(Tags.database)
def private_tables_are_private(databases=None, **kwargs):
    """Nothing of Django's own lies in `public`, and nobody of the REST layer enters our schema."""
    if not databases or "default" not in databases:
        return []
    own = sorted(
        {
            model._meta.db_table
            for model in apps.get_models(include_auto_created=True)
            if model._meta.managed and not model._meta.proxy
        }
        | {"django_migrations"}
    )
    with connection.cursor() as cursor:
        cursor.execute(_OUTSIDE, [own])
        found = [
            Error(
                f"The back office's table {schema}.{table} lies where the REST layer serves it.",
                hint=f"Move it: alter table {schema}.{table} set schema {BACKOFFICE_SCHEMA};",
                id="eventflow.E001",
            )
            for schema, table in cursor.fetchall()
        ]
        cursor.execute("select to_regnamespace(%s) is not null", [BACKOFFICE_SCHEMA])
        if cursor.fetchone() == (True,):
            cursor.execute(_RIGHTS, {"schema": BACKOFFICE_SCHEMA})
            found += [
                Error(
                    f"The role {role} has rights to schema {BACKOFFICE_SCHEMA}.",
                    hint=f"Take them away: revoke all on schema {BACKOFFICE_SCHEMA} from {role};",
                    id="eventflow.E002",
                )
                for (role,) in cursor.fetchall()
            ]
    return found


@register(Tags.database)
def web_login_is_no_superuser(databases=None, **kwargs):
    """A superuser passes every policy: nothing should run as one."""
    if not databases or "default" not in databases or not database.login_facts()["superuser"]:
        return []
    return [
        Warning(
            "The back office is connected as a superuser, who passes every policy.",
            hint="Connect as the role that owns the product's tables instead.",
            id="eventflow.W001",
        )
    ]

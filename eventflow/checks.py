"""Checks of the database that concern no table of the product: the login, and our schema.

What must hold of the product's tables and of our objects beside them is in the apps' checks.
"""

from django.conf import settings
from django.core.checks import Error, Info, Tags, Warning, register
from django.db import connection

from eventflow.db import database, definers, fetching, preflight, web_login
from eventflow.db.postgresql.base import BACKOFFICE_SCHEMA
from eventflow.environment import production

_OUTSIDE = """
select c.relname
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p')
and c.relname = any (%s)
and n.nspname = 'public'
order by c.relname
"""

# A right to something inside would come to life with a right to the schema.
_RIGHTS = """
select r.rolname, 'schema ' || quote_ident(n.nspname)
from pg_catalog.pg_roles as r
cross join pg_catalog.pg_namespace as n
where r.rolname in ('anon', 'authenticated')
and n.nspname = %(schema)s
and has_schema_privilege(r.oid, n.oid, 'usage, create')
union all
select r.rolname,
  format('%%s %%I.%%I',
    case c.relkind when 'S' then 'sequence' else 'table' end, n.nspname, c.relname)
from pg_catalog.pg_roles as r
cross join pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where r.rolname in ('anon', 'authenticated')
and n.nspname = %(schema)s
and case
  when c.relkind in ('r', 'p', 'v', 'm', 'f') then has_table_privilege(r.oid, c.oid,
    'select, insert, update, delete, truncate, references, trigger')
  when c.relkind = 'S' then has_sequence_privilege(r.oid, c.oid, 'usage, select, update')
end
order by 1, 2
"""

_LOGIN = """
select
  quote_ident(session_user),
  quote_ident(current_database()),
  has_database_privilege(current_database(), 'create'),
  coalesce(has_schema_privilege(to_regnamespace(%(schema)s), 'create'), true)
"""


@preflight.requirement(preflight.Stage.LOGIN)
def login_is_fit():
    """The login that migrates is no superuser, may make our schema, and keeps its session."""
    login, name, may_create, may_fill = fetching.row(_LOGIN, {"schema": BACKOFFICE_SCHEMA})
    if database.login_facts()["superuser"]:
        yield (
            f"The login {login} is a superuser, who passes every policy and would own what the "
            "product's owner must own. Let MIGRATE_DATABASE_URL, or DATABASE_URL without it, name "
            "the role that owns the product's tables (on Supabase: postgres)."
        )
    if not may_create:
        yield (
            f"The login {login} may not create a schema or an extension here. Grant it: "
            f"grant create on database {name} to {login};"
        )
    if not may_fill:
        yield (
            f"Schema {BACKOFFICE_SCHEMA} stands already and is someone else's. Give it to the "
            f"login: alter schema {BACKOFFICE_SCHEMA} owner to {login};"
        )


@preflight.requirement(preflight.Stage.CONNECTION)
def connection_keeps_its_session():
    """Locks and limits of the run are the session's; a transaction pooler would scatter them."""
    yield from production.of_pooler("DATABASE_URL", connection.settings_dict)


@preflight.requirement(preflight.Stage.OBJECTS)
def django_has_no_tables_in_public():
    """Django would go on using its own tables where it finds them, and they would be served."""
    for table in _django_tables_in_public():
        yield (
            f"The back office's table public.{table} lies where the REST layer serves it. Move it: "
            f"create schema if not exists {BACKOFFICE_SCHEMA}; "
            f"alter table public.{table} set schema {BACKOFFICE_SCHEMA};"
        )


def _django_tables_in_public() -> list[str]:
    own = [*database.own_tables(), "django_migrations"]
    return [table for (table,) in fetching.rows(_OUTSIDE, [own])]


@register(Tags.database)
def private_tables_are_private(databases=None, **kwargs):
    """Nothing of Django's own lies in `public`, and nobody of the REST layer enters our schema."""
    if not databases or "default" not in databases:
        return []
    return [
        Error(
            f"The back office's table public.{table} lies where the REST layer serves it.",
            hint=f"Move it: alter table public.{table} set schema {BACKOFFICE_SCHEMA};",
            id="eventflow.E001",
        )
        for table in _django_tables_in_public()
    ] + [
        Error(
            f"The role {role} has rights to {thing}.",
            hint=f"Take them away: revoke all on {thing} from public, {role};",
            id="eventflow.E002",
        )
        for role, thing in fetching.rows(_RIGHTS, {"schema": BACKOFFICE_SCHEMA})
    ]


@register(Tags.database)
def login_is_no_superuser(databases=None, **kwargs):
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


@register(Tags.database)
def web_login_is_confined(databases=None, **kwargs):
    """The web process's own login, where there is one, may what `docs/web-login.sql` says."""
    if not databases or "default" not in databases:
        return []
    too_much, lacking = web_login.departures()
    return [
        Warning(
            f"The login {web_login.ROLE} {words}.",
            hint=f"The web process needs no such thing.\n\tTo take it away: {taking}",
            id="eventflow.W002",
        )
        for words, taking in too_much.items()
    ] + [
        Warning(
            f"The login {web_login.ROLE} {words}.",
            hint="Run docs/web-login.sql again, as the login that migrates.",
            id="eventflow.W003",
        )
        for words in lacking
    ]


@register(Tags.database)
def nothing_temporary_is_let_in(databases=None, **kwargs):
    """No function runs its caller's temporary types, tables or views with its owner's rights."""
    if not databases or "default" not in databases:
        return []
    temporary = definers.temporary()
    found = []
    if temporary.grantees:
        found = [
            Warning(
                f"The function {hole.function}, called by {hole.called_by}, lets anybody's code "
                f"run with {_whose_rights(hole)}.",
                hint="It looks for types and tables in the caller's temporary schema first, where "
                "everybody may create. What it does stays as it is with either of these.\n"
                f"\tAs {hole.owner}: {hole.closing}\n"
                f"\tOr, once for all of them, as {temporary.owner}: {temporary.closing}",
                id="eventflow.W004",
            )
            for hole in definers.holes()
        ]
    return found + [
        Warning(
            f"{'Everybody' if grantee == 'public' else f'The role {grantee}'} may create in schema "
            f"{schema}.",
            hint="Functions that run with the owner's rights look for names there.\n"
            f"\tAs {owner}: revoke create on schema {schema} from {grantee};",
            id="eventflow.W005",
        )
        for schema, owner, grantee in definers.creators()
    ]


def _whose_rights(hole: definers.Hole) -> str:
    return f"the rights of {hole.owner}" if hole.definer else "the rights of what calls that"


@register()
def options_are_for_us(app_configs, **kwargs):
    """Of what dashboards and other tools append to a URL, some makes no difference here."""
    return [
        Info(
            f"{variable} has an option that is for other tools, and ignored here: {option}.",
            hint="It does no harm. To read this no more, leave it out.",
            id="eventflow.I001",
        )
        for variable, options in settings.IGNORED_OPTIONS.items()
        for option in options
    ]


@register()
def mail_leads_somewhere(app_configs, **kwargs):
    """Where production sends mail, its links lead to a name that people elsewhere can reach."""
    named = settings.ALLOWED_HOSTS and settings.ALLOWED_HOSTS[0]
    if not (settings.SECURE_SSL_REDIRECT and settings.EMAIL_URL and named == "localhost"):
        return []
    return [
        Warning(
            "The links in mail, as those that reset a password, lead to localhost.",
            hint="Put the name under which people reach the back office first in ALLOWED_HOSTS.",
            id="eventflow.W010",
        )
    ]

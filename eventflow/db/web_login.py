"""The web process's own login, where there is one: what is its alone, and whether it fits.

What it may do is given by `docs/web-login.sql`, which knows the product's tables; here is only
its name, what such a login must never be, and how it is let read tables that are not everywhere.
"""

from collections.abc import Iterable, Mapping

from eventflow.db import fetching
from eventflow.db.operations import WithoutState
from eventflow.db.postgresql.base import BACKOFFICE_SCHEMA

ROLE = "backoffice_web"

# Where there is no such role, or it has nothing to do with this database, nothing is found.
_DEPARTURES = """
select 'is ' || said.words, format('alter role %%I %%s;', r.rolname, said.ending)
from pg_catalog.pg_roles as r
cross join lateral (values
  (r.rolsuper, 'a superuser', 'nosuperuser'),
  (r.rolbypassrls, 'past every policy (BYPASSRLS)', 'nobypassrls'),
  (r.rolcreaterole, 'free to make roles (CREATEROLE)', 'nocreaterole'),
  (r.rolcreatedb, 'free to make databases (CREATEDB)', 'nocreatedb'),
  (r.rolreplication, 'free to replicate (REPLICATION)', 'noreplication')
) as said (so, words, ending)
where r.rolname = %(role)s
and said.so
union all
select 'is a member of ' || quote_ident(m.rolname),
  format('revoke %%I from %%I;', m.rolname, %(role)s::text)
from pg_catalog.pg_auth_members as g
join pg_catalog.pg_roles as m
  on m.oid = g.roleid
where g.member = to_regrole(%(role)s)
and m.rolname <> 'authenticated'
union all
select 'has the rights of authenticated without becoming it', format(
  case
    when current_setting('server_version_num')::int >= 160000
      then 'grant authenticated to %%I with inherit false, set true;'
    else 'alter role %%I noinherit;'
  end,
  %(role)s::text
)
where pg_has_role(to_regrole(%(role)s), to_regrole('authenticated'), 'usage')
union all
select format('may write to public.%%I in its own name', c.relname),
  format('revoke insert, update, delete, truncate on public.%%I from public, %%I;',
    c.relname, %(role)s::text)
from pg_catalog.pg_class as c
where c.relnamespace = 'public'::regnamespace
and c.relkind in ('r', 'p', 'v', 'm', 'f')
and has_table_privilege(to_regrole(%(role)s), c.oid, 'insert, update, delete, truncate')
union all
select format('may not read %%s.%%I', %(schema)s::text, c.relname), null
from pg_catalog.pg_class as c
where c.relnamespace = to_regnamespace(%(schema)s)
and c.relkind in ('r', 'p')
and has_schema_privilege(to_regrole(%(role)s), c.relnamespace, 'usage')
and not has_table_privilege(to_regrole(%(role)s), c.oid, 'select')
order by 1
"""


def set_aside(standing: Mapping[str, str]) -> dict[str, str]:
    """The definition without its policies and rights, in the words of `catalogue.read`."""
    return {
        identity: definition
        for identity, definition in standing.items()
        if not identity.startswith(f"rights of {ROLE} on ")
        and not (identity.startswith("policy ") and f" to {ROLE} " in f"{definition} ")
    }


def user(*, beside: str, known_as: str) -> str:
    """The name to sign in with where another login signs in as `beside`.

    Poolers want the project's behind each name, after a dot, which the server never sees: there the
    other login is `known_as`.
    """
    suffix = beside.removeprefix(known_as)
    return ROLE + (suffix if suffix.startswith(".") else "")


def is_installed() -> bool:
    """Whether the login has a right to our schema in this database: roles are the server's."""
    return fetching.value(
        "select coalesce("
        "has_schema_privilege(to_regrole(%s), to_regnamespace(%s), 'usage'), false)",
        [ROLE, BACKOFFICE_SCHEMA],
    )


def departures() -> tuple[dict[str, str], list[str]]:
    """The login's excess rights, each with the statement that revokes it, and missing ones.

    Each in words that follow its name.
    """
    found = fetching.rows(_DEPARTURES, {"role": ROLE, "schema": BACKOFFICE_SCHEMA})
    too_much = {words: taking for words, taking in found if taking}
    return too_much, [words for words, taking in found if not taking]


_UNREADABLE = """
select t.relname
from pg_catalog.pg_class as t
where t.relnamespace = 'public'::regnamespace
and t.relname = any (%(tables)s)
and (
  not has_table_privilege(to_regrole(%(role)s), t.oid, 'select')
  or t.relrowsecurity and not exists (
    select
    from pg_catalog.pg_policy as p
    where p.polrelid = t.oid
    and to_regrole(%(role)s) = any (p.polroles)
  )
)
order by 1
"""


def unreadable(tables: Iterable[str]) -> list[str]:
    """Which of these tables of `public` the login may not read, or no row of; none without it."""
    if not is_installed():
        return []
    found = fetching.rows(_UNREADABLE, {"tables": list(tables), "role": ROLE})
    return [name for (name,) in found]


class WebLoginReads(WithoutState):
    """Let the web process's login read tables of the product, where it and they stand.

    As `docs/web-login.sql` does: by a right and a policy of its own, which stay when going back.
    """

    reduces_to_sql = False

    def __init__(self, *tables: str):
        self.tables = tables

    def describe(self):
        return f"Let {ROLE} read {', '.join(self.tables)}"

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if not is_installed():
            return
        for table, has_policy in fetching.rows(_TO_BE_READ, [list(self.tables)]):
            schema_editor.execute(f"grant select on {table} to {ROLE}", params=None)
            if not has_policy:
                schema_editor.execute(
                    f"create policy web_login_reads on {table} for select to {ROLE} using (true)",
                    params=None,
                )


_TO_BE_READ = """
select
  t.oid::regclass::text,
  exists (
    select
    from pg_catalog.pg_policy as p
    where p.polrelid = t.oid
    and p.polname = 'web_login_reads'
  )
from pg_catalog.pg_class as t
where t.relnamespace = 'public'::regnamespace
and t.relname = any (%s)
and t.relkind in ('r', 'p')
order by 1
"""

"""Functions and views with an owner’s rights that write profiles, past their rights and policies.

Whether these let people escalate their privileges cannot be tried: a function does what it does
with what it is given. So they are listed, for a person to read.
"""

from collections.abc import Iterator

from django.db import connection

from eventflow.fitness.doctor import Line, LineLevel

# A trigger is called by nobody, and tried with the table. What is put together at run time is
# listed where it names the table at all.
_FUNCTIONS = r"""
select p.oid::regprocedure::text
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n
  on n.oid = p.pronamespace
cross join lateral (
  select regexp_replace(
    pg_get_functiondef(p.oid), '--[^\n]*|/\*.*?\*/', ' ', 'g'
  ) as text
  where p.prokind in ('f', 'p')
  offset 0
) as said
where p.prosecdef
and p.prorettype <> 'pg_catalog.trigger'::pg_catalog.regtype
and n.nspname not in ('pg_catalog', 'information_schema')
and said.text ~* '\muser_profiles\M'
and said.text ~* '\m(update|insert|merge|execute)\M'
and exists (
  select
  from unnest(array['anon', 'authenticated']) as w (name)
  where has_function_privilege(to_regrole(w.name), p.oid, 'execute')
  and has_schema_privilege(to_regrole(w.name), n.oid, 'usage')
)
order by 1
"""

# 4 is for updates, 8 for inserts. Since PostgreSQL 15 a view can have the rights of who asks.
_VIEWS = """
select distinct c.oid::regclass::text
from pg_catalog.pg_rewrite as r
join pg_catalog.pg_class as c
  on c.oid = r.ev_class
  and c.relkind = 'v'
join pg_catalog.pg_depend as d
  on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
  and d.objid = r.oid
  and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and d.refobjid = to_regclass('public.user_profiles')
where not coalesce(c.reloptions::text ~* 'security_invoker=(true|on|1|yes)', false)
and exists (
  select
  from unnest(array['anon', 'authenticated']) as w (name)
  where has_schema_privilege(to_regrole(w.name), c.relnamespace, 'usage')
  and (
    pg_relation_is_updatable(c.oid, true) & 4 <> 0
    and has_any_column_privilege(to_regrole(w.name), c.oid, 'update')
    or pg_relation_is_updatable(c.oid, true) & 8 <> 0
    and has_any_column_privilege(to_regrole(w.name), c.oid, 'insert')
  )
)
order by 1
"""

_READ_IT = (
    "Read it: it must set neither role nor organization_id of a profile to what the caller says, "
    "and insert none. Else: "
)


def _listed(statement: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [name for (name,) in cursor.fetchall()]


def lines() -> Iterator[Line]:
    """What people may call or write that writes profiles with an owner’s rights; two statements."""
    for function in _listed(_FUNCTIONS):
        yield Line(
            LineLevel.WARNING,
            f"The function {function} may be called through the REST layer, has its owner’s "
            "rights, and may write public.user_profiles; whether it lets people give themselves a "
            "role cannot be tried.",
            f"{_READ_IT}revoke execute on function {function} from public, anon, authenticated;",
        )
    for view in _listed(_VIEWS):
        yield Line(
            LineLevel.WARNING,
            f"The view {view} may be written through the REST layer, past the policies of "
            "public.user_profiles.",
            f"alter view {view} set (security_invoker = true); or: revoke insert, update on {view} "
            "from anon, authenticated;",
        )

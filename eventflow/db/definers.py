"""Functions that let temporary objects in: what of the product's, or of ours, runs with more rights
than its caller, on a search path that looks into the caller's temporary schema first.

Everybody may create types and tables there, so that such a function runs the caller's code with its
owner's rights. Here they are found, with the statements that close them; nothing is changed.
"""

from dataclasses import dataclass

from eventflow.db import catalogue, fetching
from eventflow.db.postgresql.base import BACKOFFICE_SCHEMA

# What policies, triggers and defaults of served tables call, and what the REST layer's roles may
# call, and by its name in the text of those whatever they call in turn. Safe is a path of its own
# that names pg_temp, last. A function without one has its caller's; so it is a hole where it runs
# with its owner's rights, or where it sets an unsafe one itself and something runs it as its owner
# (a function of ours that writes runs triggers so).
_HOLES = r"""
with recursive routine as (
  select
    p.oid,
    p.proname,
    p.prosrc,
    p.prosecdef,
    p.prokind,
    format('%%I.%%I(%%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as name,
    quote_ident(pg_get_userbyid(p.proowner)) as owner,
    (
      select substr(s, length('search_path=') + 1)
      from unnest(p.proconfig) as s
      where starts_with(s, 'search_path=')
    ) as path
  from pg_proc as p
  join pg_namespace as n
    on n.oid = p.pronamespace
  where n.nspname not in ('pg_catalog', 'information_schema')
  and p.prokind in ('f', 'p')
  and not exists (
    select
    from pg_depend as d
    where d.classid = 'pg_proc'::regclass
    and d.objid = p.oid
    and d.deptype = 'e'
  )
),
call as materialized (
  select r.oid as caller, f.oid as callee
  from routine as r
  cross join lateral regexp_matches(lower(r.prosrc), '("[^"]+"|[\w$]+)\s*\(', 'g') as named
  join routine as f
    on lower(f.proname) = btrim(named[1], '"')
    and f.oid <> r.oid
  union
  select d.objid, d.refobjid
  from pg_depend as d
  where d.classid = 'pg_proc'::regclass
  and d.refclassid = 'pg_proc'::regclass
),
root as materialized (
  select d.refobjid as oid, pg_describe_object(d.classid, d.objid, 0) as by,
    d.classid = 'pg_trigger'::regclass as as_owner
  from pg_depend as d
  left join pg_policy as o
    on d.classid = 'pg_policy'::regclass
    and o.oid = d.objid
  left join pg_trigger as t
    on d.classid = 'pg_trigger'::regclass
    and t.oid = d.objid
  left join pg_attrdef as a
    on d.classid = 'pg_attrdef'::regclass
    and a.oid = d.objid
  join pg_class as c
    on c.oid in (o.polrelid, t.tgrelid, a.adrelid)
  where d.refclassid = 'pg_proc'::regclass
  and c.relnamespace in ('public'::regnamespace, to_regnamespace(%(schema)s))
  union all
  select p.oid, 'whoever is ' || r.rolname, false
  from pg_proc as p
  cross join pg_roles as r
  where p.pronamespace = 'public'::regnamespace
  and r.rolname in ('anon', 'authenticated')
  and has_function_privilege(r.oid, p.oid, 'execute')
),
called as (
  select oid, as_owner
  from root
  union
  select call.callee, called.as_owner or r.prosecdef
  from called
  join call
    on call.caller = called.oid
  join routine as r
    on r.oid = called.oid
)
select
  r.name,
  r.owner,
  r.path,
  r.prosecdef,
  r.prokind = 'p',
  (
    select min(caller.by)
    from (
      select root.by
      from root
      where root.oid = r.oid
      and (r.prosecdef or root.as_owner)
      union all
      select b.name
      from call
      join called
        on called.oid = call.caller
      join routine as b
        on b.oid = call.caller
      where call.callee = r.oid
      and (r.prosecdef or called.as_owner or b.prosecdef)
    ) as caller
  )
from routine as r
where exists (
  select
  from called as c
  where c.oid = r.oid
  and (r.prosecdef or r.path is not null and c.as_owner)
)
and not coalesce(r.path ~ '(^|,\s*)"?pg_temp"?$' and r.path !~ 'pg_temp.*pg_temp', false)
order by r.name
"""

# Who may create temporary objects here, but for those who own the database or our schema.
_TEMPORARY = """
select
  quote_ident(d.datname),
  quote_ident(pg_get_userbyid(d.datdba)),
  coalesce(string_agg(distinct case
    when a.grantee = 0 then 'public' else quote_ident(r.rolname)
  end, ', '), '')
from pg_database as d
left join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) as a
  on a.privilege_type = 'TEMPORARY'
  and a.grantee <> d.datdba
  and a.grantee is distinct from (
    select nspowner from pg_namespace where nspname = %(schema)s
  )
left join pg_roles as r
  on r.oid = a.grantee
where d.datname = current_database()
and r.rolsuper is not true
group by d.oid, d.datname, d.datdba
"""

_CREATORS = """
select
  n.nspname,
  quote_ident(pg_get_userbyid(n.nspowner)),
  case when a.grantee = 0 then 'public' else quote_ident(r.rolname) end
from pg_namespace as n
cross join lateral aclexplode(n.nspacl) as a
left join pg_roles as r
  on r.oid = a.grantee
where n.nspname in ('public', 'extensions')
and a.privilege_type = 'CREATE'
and a.grantee <> n.nspowner
and a.grantee not in (
  select datdba
  from pg_database
  where datname = current_database()
  union all
  select nspowner
  from pg_namespace
  where nspname = %(schema)s
)
and r.rolsuper is not true
order by 1, 3
"""


@dataclass(frozen=True)
class Hole:
    """A function that runs its caller's code with its owner's rights; `called_by` in words."""

    function: str
    owner: str
    path: str | None
    definer: bool
    procedure: bool
    called_by: str

    @property
    def closing(self) -> str:
        """The statement that closes it, for the function's owner."""
        if self.path is None:
            path = "pg_catalog, public, extensions, pg_temp"
        else:
            kept = [name.strip() for name in self.path.split(",")]
            kept = [name for name in kept if name.strip('"') not in ("", "pg_temp")]
            path = ", ".join([*(kept or ["pg_catalog"]), "pg_temp"])
        kind = "procedure" if self.procedure else "function"
        return f"alter {kind} {self.function} set search_path = {path};"


@dataclass(frozen=True)
class Temporary:
    """The roles that may create temporary objects in the database, besides its owner."""

    database: str
    owner: str
    grantees: str

    @property
    def closing(self) -> str:
        """The statement that lets nobody else, for the database's owner."""
        return f"revoke temporary on database {self.database} from {self.grantees};"


def temporary() -> Temporary:
    """The roles that may create objects such a function would take in."""
    return Temporary(*_rows(_TEMPORARY)[0])


def holes() -> list[Hole]:
    """Every function that lets temporary objects in, wherever somebody may create them."""
    return [Hole(*row) for row in _rows(_HOLES)]


def creators() -> list[tuple[str, str, str]]:
    """Schema, its owner, and who else may create in it, whose names then come before ours."""
    return _rows(_CREATORS)


def _rows(query: str) -> list[tuple]:
    with catalogue.names_in_full():
        return fetching.rows(query, {"schema": BACKOFFICE_SCHEMA})

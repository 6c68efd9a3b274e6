"""What stands in the database: the catalogue, as one definition in words for each object.

The same reading tells a migration what it made, a check what differs from the frozen
definitions, and a test that two ways of building are equal. Knows no object by name, and
judges nothing: `drift` compares.
"""

import re
from collections.abc import Collection

from django.db import connection, transaction

_READ = """
select 'extension ' || extname, 'in schema ' || extnamespace::regnamespace
from pg_catalog.pg_extension
where extname = any (%(extensions)s)
union all
select
  format('table %%I.%%I', n.nspname, c.relname),
  case when c.relkind in ('r', 'p') then 'table' else 'relation of kind ' || c.relkind::text end
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.oid = any (%(tables)s::text[]::regclass[])
union all
select 'row level security on ' || c.oid::regclass, 'enabled'
from pg_catalog.pg_class c
where c.oid = any (%(tables)s::text[]::regclass[]) and c.relrowsecurity
union all
select
  format('column %%I of %%s', a.attname, a.attrelid::regclass),
  concat_ws(' ', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
    'default ' || pg_get_expr(d.adbin, d.adrelid))
from pg_catalog.pg_attribute a
left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attrelid = any (%(tables)s::text[]::regclass[]) and a.attnum > 0 and not a.attisdropped
union all
select format('constraint %%I on %%s', conname, conrelid::regclass), pg_get_constraintdef(oid)
from pg_catalog.pg_constraint
where conrelid = any (%(tables)s::text[]::regclass[]) and contype <> 'n'
union all
select format('index %%s', i.indexrelid::regclass),
  concat_ws(' ', pg_get_indexdef(i.indexrelid), case when not i.indisvalid then '(invalid)' end)
from pg_catalog.pg_index i
where i.indrelid = any (%(tables)s::text[]::regclass[])
and not exists (select from pg_catalog.pg_constraint where conindid = i.indexrelid)
union all
select
  format('policy %%I on %%s', polname, polrelid::regclass),
  concat_ws(' ',
    case when polpermissive then 'permissive' else 'restrictive' end,
    'for ' || case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
      when 'd' then 'delete' else 'all' end,
    'to ' || (
      select string_agg(case when role = 0 then 'public' else role::regrole::text end, ', '
        order by role)
      from unnest(polroles) as role),
    'using ' || pg_get_expr(polqual, polrelid),
    'with check ' || pg_get_expr(polwithcheck, polrelid))
from pg_catalog.pg_policy
where polrelid = any (%(tables)s::text[]::regclass[])
union all
select
  format('trigger %%I on %%s', tgname, tgrelid::regclass),
  concat_ws(' ', pg_get_triggerdef(oid),
    case tgenabled when 'A' then '(always)' when 'D' then '(disabled)' when 'R' then '(replica)'
    end)
from pg_catalog.pg_trigger
where tgrelid = any (%(tables)s::text[]::regclass[]) and not tgisinternal
union all
select 'function ' || p.oid::regprocedure, pg_get_functiondef(p.oid)
from pg_catalog.pg_proc p
where (
  p.pronamespace = 'public'::regnamespace and p.proname = any (%(functions)s)
  or p.pronamespace::regnamespace || '.' || p.proname = any (%(functions)s)
)
and p.prokind <> 'a'
union all
select
  format('rights of %%s on %%s', coalesce(quote_ident(g.rolname), 'public'), g.object),
  string_agg(
    concat_ws(' ', lower(g.privilege_type), '(' || g.attname || ')',
      case when g.is_grantable then 'with grant option' end),
    ', ' order by lower(g.privilege_type), g.attname)
from (
  select r.rolname, c.oid::regclass::text as object, null as attname, a.privilege_type,
    a.is_grantable
  from pg_catalog.pg_class c
  cross join lateral aclexplode(c.relacl) as a
  left join pg_catalog.pg_roles r on r.oid = a.grantee
  where c.oid = any (%(tables)s::text[]::regclass[])
  and a.grantee <> c.relowner
  union all
  select r.rolname, t.attrelid::regclass::text, t.attname::text, a.privilege_type,
    a.is_grantable
  from pg_catalog.pg_attribute t
  cross join lateral aclexplode(t.attacl) as a
  left join pg_catalog.pg_roles r on r.oid = a.grantee
  where t.attrelid = any (%(tables)s::text[]::regclass[])
  union all
  select r.rolname, p.oid::regprocedure::text, null, a.privilege_type, a.is_grantable
  from pg_catalog.pg_proc p
  cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
  left join pg_catalog.pg_roles r on r.oid = a.grantee
  where (
    p.pronamespace = 'public'::regnamespace and p.proname = any (%(functions)s)
    or p.pronamespace::regnamespace || '.' || p.proname = any (%(functions)s)
  )
  and p.prokind <> 'a'
  and a.grantee <> p.proowner
) as g
where g.privilege_type <> 'MAINTAIN'
group by 1
order by 1
"""


_COLUMN = re.compile(r"(?P<type>.*?)(?P<required> not null)?(?: default .*)?", re.DOTALL)


def column(definition: str) -> tuple[str, bool]:
    """From a column's definition in words: its type, and whether it must not be empty."""
    parts = _COLUMN.fullmatch(definition)
    return parts["type"], parts["required"] is not None


def read(
    *,
    tables: Collection[str] = (),
    functions: Collection[str] = (),
    extensions: Collection[str] = (),
) -> dict[str, str]:
    """What stands now, from an object's identity to its definition, both in words.

    `tables` are qualified names and those that do not exist are passed over; `functions` are
    names without a signature, bare ones in schema public. Names are written in full, whatever
    the connection's search path is.
    """
    # Local to a transaction: a pooler would hand a session's setting on to the next client.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select current_setting('search_path')")
        (search_path,) = cursor.fetchone()
        cursor.execute("set local search_path to pg_catalog")
        cursor.execute(
            "select coalesce(array_agg(name), '{}') from unnest(%s::text[]) as name"
            " where to_regclass(name) is not null",
            [list(tables)],
        )
        (existing,) = cursor.fetchone()
        cursor.execute(
            _READ,
            {"tables": existing, "functions": list(functions), "extensions": list(extensions)},
        )
        found = dict(cursor.fetchall())
        cursor.execute("select set_config('search_path', %s, true)", [search_path])
        return found

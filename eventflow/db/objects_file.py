"""Writing the snapshot of objects from a fresh database. Reading and using it is in `objects`.

It is the same from whichever deployment it is written: what is spelled otherwise there is written
as the snapshot spells it, and what is done without there stays as the file has it.
"""

from collections.abc import Mapping
from dataclasses import replace

from eventflow.db import catalogue, database, fetching, objects, web_login
from eventflow.db.objects import ALSO, BY, KINDS, MARK, Object, making, parts
from eventflow.db.postgresql.base import BACKOFFICE_SCHEMA

_HEADER = """\
-- כל אובייקט של המשרד האחורי בצורתו האחרונה, והפקודה שיוצרת אותו. נכתב מתוך מסד נתונים חדש.
-- Every object of the back office in its last form, and the statement that makes it. Written from a
-- fresh database by `manage.py export_objects`; not to be edited by hand, nor to be run as a whole:
-- `migrate` runs what is missing, and `check` compares.
"""
_NOBODY = "public, anon, authenticated, service_role"

# What each object is for, by its identity, and the order of columns.
_COMMENTS = """
select
  case d.classoid
    when 'pg_class'::regclass then
      case when d.objsubid > 0 then 'column ' || quote_ident(a.attname) || ' of ' || c.oid::regclass
      when c.relkind = 'i' then 'index ' || c.oid::regclass
      else 'table ' || c.oid::regclass end
    when 'pg_proc'::regclass then 'function ' || d.objoid::regprocedure
    else (
      select format('%s %I on %s', l.kind, l.name, l.relation::regclass)
      from (
        select 'constraint' as kind, conname as name, conrelid as relation
        from pg_constraint
        where d.classoid = 'pg_constraint'::regclass and oid = d.objoid
        union all
        select 'policy', polname, polrelid
        from pg_policy
        where d.classoid = 'pg_policy'::regclass and oid = d.objoid
        union all
        select 'trigger', tgname, tgrelid
        from pg_trigger
        where d.classoid = 'pg_trigger'::regclass and oid = d.objoid
      ) as l
    )
  end,
  quote_literal(d.description)
from pg_description as d
left join pg_class as c
  on d.classoid = 'pg_class'::regclass and c.oid = d.objoid
left join pg_attribute as a
  on a.attrelid = c.oid and a.attnum = d.objsubid and d.objsubid > 0
where d.classoid in (
  'pg_class'::regclass, 'pg_proc'::regclass, 'pg_constraint'::regclass, 'pg_policy'::regclass,
  'pg_trigger'::regclass
)
and d.objoid >= 16384
union all
select 'statistics ' || format('%I.%I', x.stxnamespace::regnamespace, x.stxname),
  quote_literal(d.description)
from pg_description as d
join pg_statistic_ext as x
  on d.classoid = 'pg_statistic_ext'::regclass and x.oid = d.objoid
"""
_COLUMNS = """
select format('column %%I of %%s', attname, attrelid::regclass)
from pg_attribute
where attrelid::regclass::text = any (%s)
and attnum > 0
order by attrelid::regclass::text, attnum
"""
_PRIVATE = """
select format('%%I.%%I', n.nspname, c.relname), null
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = %(schema)s and c.relkind in ('r', 'p') and c.relname <> all (%(others)s)
union all
select null, format('%%I.%%I', n.nspname, p.proname)
from pg_proc as p
join pg_namespace as n on n.oid = p.pronamespace
where n.nspname = %(schema)s
order by 1, 2
"""
_PUBLIC = """
select format('%I.%I', n.nspname, c.relname)
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind in ('r', 'p')
"""


def text() -> str:
    """The whole file, by the default connection's database, which is to be a fresh one."""
    with catalogue.names_in_full():
        written = _written()
    blocks = [_HEADER.rstrip()]
    for made in written:
        by = f"{BY}{made.maker}" if made.maker else ""
        also = f"\n{ALSO}\n{made.also}" if made.also else ""
        blocks.append(f"{MARK}{made.identity}{by}\n{made.statement};{also}")
    return "\n\n".join(blocks) + "\n"


def _written() -> list[Object]:
    makers = dict(fetching.rows("select object, migration from backoffice.foundation_objects"))
    others = [*database.own_tables(), "django_migrations", "foundation_objects"]
    private = fetching.rows(_PRIVATE, {"schema": BACKOFFICE_SCHEMA, "others": others})
    tables = [table for table, _ in private if table]
    tables += [made.removeprefix("table ") for made in makers if made.startswith("table public.")]
    functions = [function for _, function in private if function]
    functions += [
        made.removeprefix("function public.").partition("(")[0]
        for made in makers
        if made.startswith("function public.")
    ]
    found = web_login.set_aside(
        catalogue.read(
            tables=[*tables, *(table for (table,) in fetching.rows(_PUBLIC))],
            functions=functions,
            extensions=[made.removeprefix("extension ") for made in makers],
        )
    )
    comments = dict(fetching.rows(_COMMENTS))
    columns = [identity for (identity,) in fetching.rows(_COLUMNS, [tables])]
    standing = [
        Object(identity, making(identity, words), _also(identity, comments), makers.get(identity))
        for identity, words in found.items()
    ]
    kept = [
        made
        for made in standing
        if made.identity in makers
        or made.kind == "function"
        or made.name in tables
        or made.of in tables
        or (made.kind == "rights" and "(" in made.of)
    ]
    usual = {here: written for written, here in objects.spelled_here().items()}
    kept = [replace(made, statement=objects.respelled(made.statement, usual)) for made in kept]
    return sorted(
        [*kept, *objects.left_out().values()],
        key=lambda made: (
            made.kind != "extension",
            "(" in (made.of or made.name),
            (made.of or made.name).partition("(")[0],
            made.kind == "rights" if "(" in (made.of or made.name) else KINDS.index(made.kind),
            columns.index(made.identity) if made.kind == "column" else 0,
            made.identity,
        ),
    )


def _also(identity: str, comments: Mapping[str, str]) -> str:
    kind, name, of = parts(identity)
    said = []
    if kind in ("table", "function"):
        thing = f"routine {name}" if kind == "function" else name
        said.append(f"revoke all on {thing} from {_NOBODY};")
    if identity in comments:
        thing = f"{of}.{name}" if kind == "column" else f"{name} on {of}" if of else name
        said.append(f"comment on {kind} {thing} is {comments[identity]};")
    return "\n".join(said)

"""Checks of the product's tables: before migrating, and whenever it is asked.

How our objects on `schedules` are made is in the snapshot of objects. The log of suggestions is not
looked at here.
"""

import re

from django.apps import apps
from django.core.checks import Error, Info, Tags, Warning, register
from django.db import connection

from eventflow import sql
from eventflow.db import catalogue, drift, objects, preflight, web_login
from eventflow.db.objects import Object
from eventflow.db.preflight import Stage
from scheduling import conflicts, pointers

PROGRAMME = "public.schedules"
REGISTRATIONS = "public.participant_schedules"
ROOM_CONSTRAINT = f"constraint no_room_overlap on {PROGRAMME}"

SPEAKER_FUNCTION = (
    "public.check_speaker_conflicts(uuid,text,timestamp with time zone,"
    "timestamp with time zone,uuid)"
)

NAME_KEY = "public.name_key(text)"
SPEAKER_NAMES = "public.speaker_names(text)"
_OF_OURS = re.compile(r" on public\.(check_speaker_conflicts|name_key|speaker_names)\(")

_ROLES = ("anon", "authenticated", "service_role")
_TABLES = (
    "organizations",
    "user_profiles",
    "events",
    "participants",
    "schedules",
    "participant_schedules",
)

# Without the name resolution of regprocedure, which needs a right to the schema.
_AUTH_FUNCTIONS = """
select array_agg(p.proname)
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where n.nspname = 'auth' and p.pronargs = 0
"""

_IDENTIFIERS_ARE_MADE = """
select exists (
  select
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  where n.nspname in ('public', 'extensions')
  and p.proname = 'uuid_generate_v4'
  and p.pronargs = 0
)
"""

# Of the functions of our name, but for the one given: what depends on it, and whose it is.
_HINDRANCES = """
select
  p.oid::regprocedure::text,
  pg_describe_object(d.classid, d.objid, d.objsubid),
  pg_has_role(session_user, p.proowner, 'usage')
from pg_catalog.pg_proc as p
left join pg_catalog.pg_depend as d
  on d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid and d.deptype = 'n'
where p.pronamespace = 'public'::regnamespace
and p.proname = 'check_speaker_conflicts'
and p.oid is distinct from to_regprocedure(%s)
order by 1, 2
"""

_OTHER_ENCODING = (
    "The database is encoded as {encoding}, and names can be compared in one of UTF8 only. "
    "EventFlow’s database on Supabase is; restore it into a database made with encoding 'UTF8'."
)


def _one(statement: str, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]


@preflight.requirement(Stage.PRODUCT)
def supabase_is_here():
    """The roles, tables and functions of the product, which we never create ourselves."""
    missing = [
        f"role {name}" for name in _ROLES if not _one("select to_regrole(%s) is not null", name)
    ]
    missing += [
        f"table public.{name}"
        for name in _TABLES
        if not _one("select to_regclass(%s) is not null", f"public.{name}")
    ]
    functions = _one(_AUTH_FUNCTIONS) or []
    if "uid" not in functions:
        missing.append("function auth.uid()")
    if not _one(_IDENTIFIERS_ARE_MADE):
        missing.append("function uuid_generate_v4() (extension uuid-ossp)")
    if not _one("select exists (select from pg_available_extensions where name = 'btree_gist')"):
        missing.append("extension btree_gist to create")
    if missing:
        yield (
            f"This is not EventFlow's Supabase database: it has no {', no '.join(missing)}. "
            "Check DATABASE_URL. For trying things out on this machine, "
            "`manage.py supabase_baseline` loads a stand-in."
        )


@preflight.requirement(Stage.PRODUCT)
def names_can_be_compared():
    """The key of names takes letters apart, which PostgreSQL does in one encoding only."""
    if (encoding := _one("show server_encoding")) != "UTF8":
        yield _OTHER_ENCODING.format(encoding=encoding)


@preflight.requirement(Stage.LOGIN)
def login_may_add_to_the_programme():
    """The constraint needs the table's owner, the policies what they call, approvals a role."""
    login = _one("select quote_ident(session_user)")
    if not _one(
        "select pg_has_role(session_user, relowner, 'usage') from pg_class"
        " where oid = 'public.schedules'::regclass"
    ):
        yield (
            f"The login {login} does not own {PROGRAMME}, so it cannot add a constraint to it. Let "
            "MIGRATE_DATABASE_URL, or DATABASE_URL without it, name the owner (on Supabase: "
            "postgres)."
        )
    if not _one("select has_schema_privilege('public', 'create')"):
        yield f"The login {login} needs a right: grant create on schema public to {login};"
    if not _one("select has_schema_privilege('auth', 'usage')"):
        yield f"The login {login} needs a right: grant usage on schema auth to {login};"
    if not _one("select to_regprocedure('uuid_generate_v4()') is not null"):
        yield f"The login {login} needs a right: grant usage on schema extensions to {login};"
    for table in ("public.user_profiles", "public.events"):
        if not _one("select has_table_privilege(%s, 'references')", table):
            yield f"The login {login} needs a right: grant references on {table} to {login};"
    # Since PostgreSQL 16 a member may be without the right to act as the role.
    if not _one(
        "select pg_has_role(session_user, 'authenticated',"
        " case when current_setting('server_version_num')::int >= 160000 then 'set'"
        " else 'member' end)"
    ):
        yield (
            f"The login {login} may not act as authenticated, as whom every approved change is "
            f"written: grant authenticated to {login};"
        )


@preflight.requirement(Stage.OBJECTS)
def no_other_constraint_has_the_name():
    """A constraint of our name with another meaning is a person's to sort out."""
    needed = objects.snapshot()[ROOM_CONSTRAINT]
    found = catalogue.read(tables=[PROGRAMME])
    standing = found.get(ROOM_CONSTRAINT)
    if standing is None and _one("select to_regclass('public.no_room_overlap') is not null"):
        yield (
            "Something that is no constraint of public.schedules is named public.no_room_overlap. "
            "Rename or drop it, then run migrate again."
        )
    if objects.differing([needed], found).get(ROOM_CONSTRAINT):
        yield (
            f"A constraint named no_room_overlap stands on {PROGRAMME} with another "
            f"definition.\n  Standing: {standing}\n  Needed:   {needed.words}\n"
            "  Rename or drop it, then run migrate again."
        )


@preflight.requirement(Stage.OBJECTS)
def speaker_function_can_be_replaced():
    """A function is dropped to be made anew, which nothing that depends on it may prevent.

    That is once, by 0003; what stands after it is replaced in its place.
    """
    fits = _made_by_us() or _speaker_function_is_ours()
    login = _one("select quote_ident(session_user)")
    with connection.cursor() as cursor:
        cursor.execute(_HINDRANCES, [SPEAKER_FUNCTION if fits else None])
        for function, dependant, owned in cursor.fetchall():
            if dependant is not None:
                yield (
                    f"The function {function} has to be made anew, but something depends on it: "
                    f"{dependant}. Drop that, run migrate again, then make it anew."
                )
            elif not owned:
                yield (
                    f"The function {function} has to be made anew, but is someone else's. Drop "
                    f"it, or give it to the login: alter function {function} owner to {login};"
                )


def _made_by_us() -> bool:
    return _one("select to_regclass('backoffice.django_migrations') is not null") and _one(
        "select exists (select from backoffice.django_migrations"
        " where app = 'scheduling' and name = '0006_speaker_conflicts_path')"
    )


def _speaker_function_is_ours() -> bool:
    """Whether it stands as migrations make it, first or last, and nobody else may run it."""
    found = web_login.set_aside(catalogue.read(functions=["check_speaker_conflicts"]))
    wanted = [made for made in _about_programme() if SPEAKER_FUNCTION in (made.name, made.of)]
    if found.keys() != {made.identity for made in wanted}:
        return False
    if found[f"function {SPEAKER_FUNCTION}"] == _speaker_function_at_first():
        return True
    return not objects.differing(wanted, found)


def _speaker_function_at_first() -> str:
    """The function as 0003 makes it, in the catalogue's words."""
    text = sql.read("scheduling", "0003_speaker_conflicts.up.sql")
    return text.split("$wanted$")[1]


@preflight.requirement(Stage.ROWS)
def no_sessions_overlap():
    """Rows that break the constraint are listed whole, not one at a time."""
    if ROOM_CONSTRAINT in catalogue.read(tables=[PROGRAMME]):
        return
    found = conflicts.room_overlaps(to_the_letter=True)
    if found:
        yield (
            f"{len(found)} places in the programmes must be mended first "
            "(`manage.py find_overlaps` lists them with statements that would mend them):"
        )
        yield from (str(overlap) for overlap in found)


@preflight.requirement(Stage.OBJECTS)
def no_other_function_has_the_key_s_name():
    """A function of that name that nothing of ours made is a person's to sort out."""
    said = _one("select obj_description(to_regprocedure(%s), 'pg_proc')", NAME_KEY)
    stands = _one("select to_regprocedure(%s) is not null", NAME_KEY)
    if stands and not (said or "").startswith("The key by which names are one name"):
        yield (
            f"A function {NAME_KEY} stands that is not ours. Rename or drop it, then run migrate "
            "again."
        )


@register(Tags.database)
def names_are_comparable(databases=None, **kwargs):
    """Names have a key here; without one nothing is found that shares a name."""
    if not databases or "default" not in databases:
        return []
    return [Error(reason, id="scheduling.E001") for reason in names_can_be_compared()]


@register(Tags.database)
def programme_is_as_expected(databases=None, **kwargs):
    """Our objects on the programme, its protection by policies, and drift of the models."""
    if not databases or "default" not in databases:
        return []
    wanted = _about_programme()
    standing = web_login.set_aside(
        objects.standing(wanted) | catalogue.read(tables=[REGISTRATIONS])
    )
    return [
        *drift.differences(
            "scheduling",
            wanted,
            standing,
            closed=("function ", *(i for i in standing if _OF_OURS.search(i))),
        ),
        *drift.unprotected_rows("scheduling", standing, tables=[PROGRAMME, REGISTRATIONS]),
        *drift.models_and_tables(
            "scheduling",
            [m for m in apps.get_app_config("scheduling").get_models() if not m._meta.managed],
        ),
    ]


@register(Tags.database)
def pointers_lead_somewhere(databases=None, **kwargs):
    """Pointers lead to tables that are found; what is there in part is told."""
    if not databases or "default" not in databases:
        return []
    pointers.forget()
    return [
        Warning(_not_read(told), hint=_BACK, id="scheduling.W010")
        if told.leads
        else Info(_not_read(told), id="scheduling.I001")
        for told in pointers.left_out()
    ]


_BACK = (
    "See what has become of it. As soon as it is as it should be, it is found by itself, within a "
    "minute."
)


def _not_read(told: pointers.LeftOut) -> str:
    """What is left out, why, and what holds instead."""
    why = told.why[0].upper() + told.why[1:] if told.why.startswith("there") else told.why
    return f"{why}: {_INSTEAD[told.part]}."


_INSTEAD = {
    pointers.ROOM: "rooms are read of the text of sessions alone, and written there alone",
    pointers.TRACK: "tracks are read of the text of sessions alone, and written there alone",
    pointers.DAY: "the day of a session is told by its times alone",
    "session_speakers": "who speaks is read of the text of sessions alone",
    "is_deleted": "a session that it marks as deleted stands here",
    "deleted_at": "a session that it marks as deleted stands here",
}


@register(Tags.database)
def web_login_reads_what_the_product_keeps(databases=None, **kwargs):
    """Where the product has got tables of its own since, the web login has no right to them yet."""
    if not databases or "default" not in databases:
        return []
    pointers.forget()
    return [
        Warning(
            f"The login {web_login.ROLE} may not read public.{table}, in which the product keeps "
            "what sessions point to.",
            hint="Run docs/web-login.sql again, as the login that migrates.",
            id="scheduling.W011",
        )
        for table in web_login.unreadable(pointers.kept().tables)
    ]


@objects.spelling
def where_extensions_are_made() -> dict[str, str]:
    """In `public`, where there is no schema for them."""
    if _one("select to_regnamespace('extensions') is not null"):
        return {}
    return {"with schema extensions": "with schema public"}


def _about_programme() -> list[Object]:
    """Our objects on the product's programme, not about suggestions."""
    return [
        made
        for made in objects.snapshot().values()
        if made.kind == "extension"
        or made.of == PROGRAMME
        or not {NAME_KEY, SPEAKER_NAMES, SPEAKER_FUNCTION}.isdisjoint((made.name, made.of))
    ]

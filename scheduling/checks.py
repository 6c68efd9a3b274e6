"""What must hold of the product's tables: before migrating, and whenever it is asked.

The definitions of our objects on `schedules` stand here in the catalogue's words. The log of
suggestions is not looked at here.
"""

import re

from django.apps import apps
from django.core.checks import Error, Tags, register
from django.db import connection

from eventflow import catalogue, drift, preflight, sql, web_login
from eventflow.preflight import Stage
from scheduling import conflicts

PROGRAMME = "public.schedules"
REGISTRATIONS = "public.participant_schedules"
ROOM_CONSTRAINT = f"constraint no_room_overlap on {PROGRAMME}"

PROGRAMME_OBJECTS = {
    ROOM_CONSTRAINT: (
        "EXCLUDE USING gist (event_id WITH =, room WITH =, tstzrange(start_time, end_time) "
        "WITH &&) WHERE ((room IS NOT NULL))"
    ),
    "index public.idx_schedules_speaker_time": (
        f"CREATE INDEX idx_schedules_speaker_time ON {PROGRAMME} USING btree "
        "(event_id, speaker_name, start_time, end_time) WHERE (speaker_name IS NOT NULL)"
    ),
}

SPEAKER_FUNCTION = (
    "public.check_speaker_conflicts(uuid,text,timestamp with time zone,"
    "timestamp with time zone,uuid)"
)

NAME_KEY = "public.name_key(text)"
SPEAKER_NAMES = "public.speaker_names(text)"

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
    if not {"user_org_id", "user_organization_id"}.intersection(functions):
        missing.append("function auth.user_org_id() (or auth.user_organization_id())")
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
    standing = catalogue.read(tables=[PROGRAMME]).get(ROOM_CONSTRAINT)
    needed = PROGRAMME_OBJECTS[ROOM_CONSTRAINT]
    if standing is None and _one("select to_regclass('public.no_room_overlap') is not null"):
        yield (
            "Something that is no constraint of public.schedules is named public.no_room_overlap. "
            "Rename or drop it, then run migrate again."
        )
    if standing not in (None, needed):
        yield (
            f"A constraint named no_room_overlap stands on {PROGRAMME} with another "
            f"definition.\n  Standing: {standing}\n  Needed:   {needed}\n"
            "  Rename or drop it, then run migrate again."
        )


@preflight.requirement(Stage.OBJECTS)
def speaker_function_can_be_replaced():
    """A function is dropped to be made anew, which nothing that depends on it may prevent.

    That is once, by 0003; what stands after it is replaced in its place.
    """
    standing = catalogue.read(functions=["check_speaker_conflicts"])
    fits = _made_by_us() or (
        _speaker_function_at_first().items() <= standing.items()
        and f"rights of anon on {SPEAKER_FUNCTION}" not in standing
        and f"rights of public on {SPEAKER_FUNCTION}" not in standing
    )
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
        " where app = 'scheduling' and name = '0003_speaker_conflicts')"
    )


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


# How the catalogue says of our functions what stands before their bodies.
_HEADS = {
    NAME_KEY: (
        "0007_name_key",
        "CREATE OR REPLACE FUNCTION public.name_key(spelled text)\n RETURNS text\n"
        " LANGUAGE plpgsql\n IMMUTABLE PARALLEL SAFE STRICT\n"
        " SET search_path TO 'pg_catalog', 'pg_temp'\n",
    ),
    SPEAKER_NAMES: (
        "0008_speakers_by_key",
        "CREATE OR REPLACE FUNCTION public.speaker_names(spelled text)\n RETURNS text[]\n"
        " LANGUAGE plpgsql\n IMMUTABLE PARALLEL SAFE STRICT\n"
        " SET search_path TO 'pg_catalog', 'pg_temp'\n",
    ),
    SPEAKER_FUNCTION: (
        "0008_speakers_by_key",
        "CREATE OR REPLACE FUNCTION public.check_speaker_conflicts(p_event_id uuid, "
        "p_speaker_name text, p_start_time timestamp with time zone, p_end_time timestamp with "
        "time zone, p_exclude_schedule_id uuid DEFAULT NULL::uuid)\n"
        " RETURNS TABLE(conflict_id uuid, conflict_title text, conflict_start timestamp with time "
        "zone, conflict_end timestamp with time zone)\n"
        " LANGUAGE plpgsql\n STABLE\n"
        " SET search_path TO 'pg_catalog', 'public', 'extensions', 'pg_temp'\n",
    ),
}


def functions() -> dict[str, str]:
    """Our functions on names and the rights to them, in the catalogue's words, from the files."""
    expected = {}
    for identity, (name, head) in _HEADS.items():
        text = sql.read("scheduling", f"{name}.up.sql")
        statement = text[text.index(f"create or replace function {identity.split('(')[0]}(") :]
        body = re.search(r"\$\$(.*?)\$\$", statement, re.DOTALL)[1]
        expected[f"function {identity}"] = f"{head}AS $function${body}$function$\n"
        for role in ("authenticated", "service_role"):
            expected[f"rights of {role} on {identity}"] = "execute"
    return expected


def _speaker_function_at_first() -> dict[str, str]:
    """What 0003 makes of the function, and the rights to it, in the catalogue's words."""
    text = sql.read("scheduling", "0003_speaker_conflicts.up.sql")
    return {
        f"function {SPEAKER_FUNCTION}": re.search(r"\$wanted\$(.*)\$wanted\$", text, re.DOTALL)[1],
        f"rights of authenticated on {SPEAKER_FUNCTION}": "execute",
        f"rights of service_role on {SPEAKER_FUNCTION}": "execute",
    }


@register(Tags.database)
def names_are_comparable(databases=None, **kwargs):
    """That names have a key here; without one nothing is found that shares a name."""
    if not databases or "default" not in databases:
        return []
    return [Error(reason, id="scheduling.E001") for reason in names_can_be_compared()]


@register(Tags.database)
def programme_is_as_expected(databases=None, **kwargs):
    """Our objects on the programme, its protection by policies, and drift of the models."""
    if not databases or "default" not in databases:
        return []
    standing = web_login.set_aside(catalogue.read(tables=[PROGRAMME, REGISTRATIONS]))
    return [
        *drift.differences("scheduling", PROGRAMME_OBJECTS, standing),
        *drift.differences(
            "scheduling",
            functions(),
            web_login.set_aside(
                catalogue.read(functions=["check_speaker_conflicts", "name_key", "speaker_names"])
            ),
            closed=("function ", "rights "),
        ),
        *drift.unprotected_rows("scheduling", standing, tables=[PROGRAMME, REGISTRATIONS]),
        *drift.models_and_tables(
            "scheduling",
            [m for m in apps.get_app_config("scheduling").get_models() if not m._meta.managed],
        ),
    ]

"""What must hold of the product's tables: before migrating, and whenever it is asked.

The definitions of our objects on `schedules` stand here in the catalogue's words.
"""

import re

from django.apps import apps
from django.core.checks import Tags, register
from django.db import connection

from eventflow import catalogue, drift, preflight, sql
from scheduling import conflicts

SPEAKER_FUNCTION = (
    "function public.check_speaker_conflicts(uuid,text,timestamp with time zone,"
    "timestamp with time zone,uuid)"
)
ROOM_CONSTRAINT = "constraint no_room_overlap on public.schedules"

EXPECTED = {
    ROOM_CONSTRAINT: (
        "EXCLUDE USING gist (event_id WITH =, room WITH =, tstzrange(start_time, end_time) "
        "WITH &&) WHERE ((room IS NOT NULL))"
    ),
    "index public.idx_schedules_speaker_time": (
        "CREATE INDEX idx_schedules_speaker_time ON public.schedules USING btree "
        "(event_id, speaker_name, start_time, end_time) WHERE (speaker_name IS NOT NULL)"
    ),
}

# What building the constraint took on 200,000 rows, in seconds per row.
SECONDS_PER_ROW = 18 / 200_000

_NEEDED_TABLES = (
    "public.organizations",
    "public.user_profiles",
    "public.events",
    "public.participants",
    "public.schedules",
    "public.participant_schedules",
)


def _one(statement: str, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]


@preflight.requirement
def supabase_is_here():
    """The roles, tables and functions of the product, which we never create ourselves."""
    missing = [
        f"role {name}"
        for name in ("anon", "authenticated", "service_role")
        if not _one("select to_regrole(%s) is not null", name)
    ]
    missing += [
        f"table {name}"
        for name in _NEEDED_TABLES
        if not _one("select to_regclass(%s) is not null", name)
    ]
    if not _one("select to_regprocedure('auth.uid()') is not null"):
        missing.append("function auth.uid()")
    if not _one(
        "select coalesce(to_regprocedure('auth.user_org_id()'),"
        " to_regprocedure('auth.user_organization_id()')) is not null"
    ):
        missing.append("function auth.user_org_id() (or auth.user_organization_id())")
    if not _one("select to_regprocedure('uuid_generate_v4()') is not null"):
        missing.append("function uuid_generate_v4() (extension uuid-ossp)")
    if not _one("select exists (select from pg_available_extensions where name = 'btree_gist')"):
        missing.append("extension btree_gist")
    if missing:
        yield (
            f"This is not EventFlow's Supabase database: it has no {', no '.join(missing)}. "
            "Check DATABASE_URL. For trying things out on this machine, "
            "`manage.py supabase_baseline` loads a stand-in."
        )


@preflight.requirement
def login_owns_the_programme():
    """The constraint needs the table's owner, and approvals the role of who is signed in."""
    if not _one(
        "select pg_has_role(session_user, relowner, 'usage') from pg_class"
        " where oid = 'public.schedules'::regclass"
    ):
        yield (
            "The login does not own public.schedules, so it cannot add a constraint to it. "
            "Connect as the owner (on Supabase: postgres)."
        )
    if not _one("select pg_has_role(session_user, 'authenticated', 'member')"):
        yield (
            "The login may not act as authenticated, as whom every approved change is written: "
            "grant authenticated to it."
        )


@preflight.requirement
def no_other_constraint_has_the_name():
    """A constraint of our name with another meaning is a person's to sort out."""
    standing = catalogue.read(tables=["public.schedules"]).get(ROOM_CONSTRAINT)
    if standing not in (None, EXPECTED[ROOM_CONSTRAINT]):
        yield (
            "A constraint named no_room_overlap stands on public.schedules with another "
            f"definition.\n  Standing: {standing}\n  Needed:   {EXPECTED[ROOM_CONSTRAINT]}\n"
            "  Rename or drop it, then run migrate again."
        )


@preflight.requirement
def no_sessions_overlap():
    """Rows that break the constraint are listed whole, not one at a time."""
    if ROOM_CONSTRAINT in catalogue.read(tables=["public.schedules"]):
        return
    found = conflicts.overlaps()
    if found:
        yield (
            f"{len(found)} places in the programmes must be mended first "
            "(`manage.py find_overlaps` lists them with statements that would):"
        )
        yield from (str(overlap) for overlap in found)


@preflight.announcement
def how_long_sessions_are_locked():
    """Rows and expected seconds of ACCESS EXCLUSIVE, where the constraint is still to be built."""
    if ROOM_CONSTRAINT not in catalogue.read(tables=["public.schedules"]):
        rows = _one("select count(*) from public.schedules")
        yield (
            f"public.schedules holds {rows:,} rows; building no_room_overlap locks it against "
            f"reading and writing for about {max(rows * SECONDS_PER_ROW, 0.1):.1f} s."
        )


def speaker_function_body() -> str:
    """The body of `check_speaker_conflicts`, from its frozen file."""
    text = sql.read("scheduling", "0003_speaker_conflicts.up.sql")
    return re.search(r"\$body\$(.*)\$body\$", text, re.DOTALL)[1]


@register(Tags.database)
def programme_is_as_expected(databases=None, **kwargs):
    """Our objects on `schedules`, open policies on what we write, and drift of the models."""
    if not databases or "default" not in databases:
        return []
    standing = catalogue.read(
        tables=["public.schedules", "public.participant_schedules"],
        functions=["check_speaker_conflicts"],
    )
    found = drift.differences("scheduling", EXPECTED, standing, closed=[])
    function = standing.get(SPEAKER_FUNCTION)
    if function is None or speaker_function_body() not in function:
        found += drift.differences(
            "scheduling", {SPEAKER_FUNCTION: "as in the migration"}, standing, closed=[]
        )
    found += drift.open_policies("scheduling", standing)
    return found + drift.models_and_tables(
        "scheduling",
        [
            model
            for model in apps.get_app_config("scheduling").get_models()
            if not model._meta.managed
        ],
    )

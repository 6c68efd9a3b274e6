"""What must hold of the log of suggestions: before migrating, and whenever it is asked.

The definitions of its objects stand here in the catalogue's words; they say the same as the
frozen SQL, which makes them. Those of the guard and the history are in `decision_objects`, those of
the lists in `index_objects`.
"""

from django.core.checks import Tags, register
from django.db import connection

from ai_audit import decision_objects, index_objects
from ai_audit.decision_objects import LOG
from ai_audit.models import Status
from eventflow import catalogue, drift, preflight, web_login
from eventflow.preflight import Stage

COLUMNS = {
    "id": "uuid not null default {identifier}",
    "user_id": "uuid not null",
    "event_id": "uuid",
    "action_type": "text not null",
    "action_data": "jsonb not null",
    "suggested_at": "timestamp with time zone not null default now()",
    "approved_at": "timestamp with time zone",
    "approved_by": "uuid",
    "executed_at": "timestamp with time zone",
    "execution_status": "text not null default 'suggested'::text",
    "execution_error": "text",
    "created_at": "timestamp with time zone default now()",
}

_STATUSES = ", ".join(f"'{status}'::text" for status in Status.values)

CONSTRAINTS = {
    "pkey": "PRIMARY KEY (id)",
    "user_id_fkey": "FOREIGN KEY (user_id) REFERENCES public.user_profiles(id)",
    "event_id_fkey": "FOREIGN KEY (event_id) REFERENCES public.events(id)",
    "approved_by_fkey": "FOREIGN KEY (approved_by) REFERENCES public.user_profiles(id)",
    "execution_status_check": f"CHECK ((execution_status = ANY (ARRAY[{_STATUSES}])))",
}

INDEXES = {
    "event_id": "event_id",
    "user_id": "user_id",
    "approved_by": "approved_by",
    "status": "execution_status",
    "created_at": "created_at DESC",
}

_MINE = "(user_id = ( SELECT auth.uid() AS uid))"
_OF_OUR_EVENT = (
    "(event_id = ANY (ARRAY( SELECT e.id\n   FROM public.events e\n"
    "  WHERE (e.organization_id = {organization}))))"
)
_OF_OUR_PEOPLE = (
    "((event_id IS NULL) AND (user_id = ANY (ARRAY( SELECT p.id\n   FROM public.user_profiles p\n"
    "  WHERE (p.organization_id = {organization})))))"
)
_OURS = f"({_MINE} OR {_OF_OUR_EVENT} OR {_OF_OUR_PEOPLE})"
_UNDECIDED = (
    "(execution_status = 'suggested'::text) AND (approved_at IS NULL) AND (approved_by IS NULL) "
    "AND (executed_at IS NULL) AND (execution_error IS NULL)"
)

POLICIES = {
    "suggestions_are_read_by_their_organization": (
        f"permissive for select to authenticated using {_OURS}"
    ),
    "suggestions_are_made_undecided_and_as_oneself": (
        f"permissive for insert to authenticated with check ({_MINE} AND "
        f"({_OF_OUR_EVENT} OR {_OF_OUR_PEOPLE}) AND {_UNDECIDED})"
    ),
    "suggestions_are_updated_by_their_organization": (
        f"permissive for update to authenticated using {_OURS} with check {_OURS}"
    ),
}

RIGHTS = {
    "authenticated": (
        "insert, select, update (approved_at), update (approved_by), update (executed_at), "
        "update (execution_error), update (execution_status)"
    ),
    "service_role": "insert, select, update",
}


# Both are found where this deployment has them, as the frozen SQL does, but without the name
# resolution of regprocedure, which needs a right to the schema.
_FUNCTIONS = """
select
  case when exists (
    select
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n
      on n.oid = p.pronamespace
    where n.nspname = 'auth'
    and p.proname = 'user_org_id'
    and p.pronargs = 0
  ) then 'user_org_id' else 'user_organization_id' end,
  coalesce((
    select quote_ident(n.nspname) || '.uuid_generate_v4()'
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n
      on n.oid = p.pronamespace
    where n.nspname in ('public', 'extensions')
    and p.proname = 'uuid_generate_v4'
    and p.pronargs = 0
    order by n.nspname = 'public' desc
    limit 1
  ), 'uuid_generate_v4()')
"""

_OWNED = """
select quote_ident(session_user), pg_has_role(session_user, relowner, 'usage')
from pg_catalog.pg_class
where oid = to_regclass(%s)
"""


def expected() -> dict[str, str]:
    """Every object of the log, in the catalogue's words, with this deployment's functions."""
    with connection.cursor() as cursor:
        cursor.execute(_FUNCTIONS)
        helper, identifier = cursor.fetchone()
    organization = f"( SELECT auth.{helper}() AS {helper})"
    return (
        {f"table {LOG}": "table", f"row level security on {LOG}": "enabled"}
        | {
            f"column {name} of {LOG}": words.format(identifier=identifier)
            for name, words in COLUMNS.items()
        }
        | {f"constraint ai_insights_log_{n} on {LOG}": words for n, words in CONSTRAINTS.items()}
        | {
            f"index public.idx_ai_insights_log_{name}": (
                f"CREATE INDEX idx_ai_insights_log_{name} ON {LOG} USING btree ({column})"
            )
            for name, column in INDEXES.items()
        }
        | {
            f"policy {name} on {LOG}": words.format(organization=organization)
            for name, words in POLICIES.items()
        }
        | {f"rights of {role} on {LOG}": words for role, words in RIGHTS.items()}
    )


@preflight.requirement(Stage.OBJECTS)
def an_older_log_can_be_adopted():
    """A log made by hand is kept as it is; but with what is not there nothing can be done."""
    standing = catalogue.read(tables=[LOG])
    table = standing.get(f"table {LOG}")
    if table is None:
        return
    if table != "table":
        yield f"{LOG} is not a table but a {table}. Rename it, then run migrate again."
        return
    with connection.cursor() as cursor:
        cursor.execute(_OWNED, [LOG])
        login, owned = cursor.fetchone()
    if not owned:
        yield (
            f"{LOG} stands already and is someone else's. Give it to the login: "
            f"alter table {LOG} owner to {login};"
        )
    definitions = expected()
    for name in COLUMNS:
        identity = f"column {name} of {LOG}"
        wanted_type, _ = catalogue.column(definitions[identity])
        if identity not in standing:
            yield (
                f"{LOG} stands already but has no column {name}. Add it, then run migrate again: "
                f"alter table {LOG} add column {name} {wanted_type};"
            )
            continue
        found_type, _ = catalogue.column(standing[identity])
        if found_type != wanted_type and not (
            wanted_type == "text" and found_type.startswith("character varying")
        ):
            yield (
                f"{LOG} stands already and its column {name} is {found_type}, not {wanted_type}. "
                f"Change it, then run migrate again: alter table {LOG} alter column {name} "
                f"type {wanted_type} using {name}::{wanted_type};"
            )


@register(Tags.database)
def log_is_as_expected(databases=None, **kwargs):
    """The log's table, policies, rights and indexes, and its protection by policies."""
    if not databases or "default" not in databases:
        return []
    standing = {
        identity: definition
        for identity, definition in web_login.set_aside(catalogue.read(tables=[LOG])).items()
        if identity not in decision_objects.TRIGGERS | index_objects.TRIGGERS
    }
    table = f"table {LOG}"
    if table not in standing:
        return drift.differences("ai_audit", {table: "table"}, standing)
    return [
        *drift.differences(
            "ai_audit",
            expected(),
            standing,
            closed=("column ", "constraint ", "policy ", "trigger ", "rights "),
        ),
        *drift.unprotected_rows("ai_audit", standing),
    ]


@register(Tags.database)
def decisions_are_guarded(databases=None, **kwargs):
    """The guard, the decision history and the links: there, switched on, and as they were made."""
    if not databases or "default" not in databases:
        return []
    standing = catalogue.read(
        tables=[LOG, decision_objects.HISTORY, decision_objects.LINKS],
        functions=decision_objects.function_names(),
    )
    wanted = decision_objects.expected()
    if f"table {LOG}" not in standing:
        return []
    return _told(
        wanted,
        standing,
        mend="ai_audit/sql/0003_lifecycle_guard.up.sql, 0004_decision_history.up.sql, "
        "0007_suggestion_links.up.sql, 0020_acts_of_the_owner.up.sql and "
        "0022_guard_of_decisions.up.sql, and scheduling/sql/0004_what_goes_with_a_session.up.sql "
        "make it, and leave what stands as it is; 0024_undoing_and_bases.up.sql then brings it to "
        "its last form. To switch a trigger on: alter table … enable always trigger …;",
    )


@register(Tags.database)
def lists_are_kept(databases=None, **kwargs):
    """The suggestion index, the daily figures and what keeps them: there, and as they were made."""
    if not databases or "default" not in databases:
        return []
    standing = catalogue.read(
        tables=[LOG, *index_objects.TABLES], functions=index_objects.function_names()
    )
    if f"table {LOG}" not in standing:
        return []
    return _told(
        index_objects.expected(),
        standing,
        mend="ai_audit/sql/0009_suggestion_index.up.sql makes it, and leaves what stands as it is; "
        "0024_undoing_and_bases.up.sql then brings it to its last form, and `manage.py "
        "rebuild_index` the rows in step.",
    )


def _told(wanted, standing, *, mend: str):
    """What of `wanted` differs, and what should not be there; on the log, only of `wanted`."""
    return drift.differences(
        "ai_audit",
        wanted,
        {
            identity: definition
            for identity, definition in standing.items()
            if not identity.endswith(f" on {LOG}") or identity in wanted
        },
        closed=(
            "trigger ",
            *(f"rights of {role} " for role in ("public", "anon", "authenticated")),
        ),
        mend=mend,
    )

"""Supabase's own rules for a safe schema, asked of the catalogue for every object of ours.

A rule finds what breaks it in a whole database. What the product had before is not ours to mend, so
whatever is found there is set aside; nothing may be found besides. Each rule is seen to find
something made against it.
"""

from dataclasses import dataclass

import pytest
from django.db import transaction

from tests import factories as f
from tests import web_login
from tests.database import steps
from tests.database.conftest import leaving_as_it_was
from tests.databases import connected_to, copy_of

# Names in full, whatever the search path is.
_TABLE = "format('%I.%I', n.nspname, c.relname)"
_FUNCTION = "format('%I.%I', n.nspname, p.proname)"
_NOT_OF_AN_EXTENSION = (
    "not exists (select from pg_depend as d where d.objid = p.oid"
    " and d.classid = 'pg_proc'::regclass and d.deptype = 'e')"
)
_OF_THE_SYSTEM = "('pg_catalog', 'information_schema', 'pg_toast')"


@dataclass(frozen=True)
class Rule:
    """`query` gives what breaks it; `breach` would, and is then found as `found`."""

    query: str
    breach: str
    found: str


RULES = {
    "no table is served without row-level security": Rule(
        f"select {_TABLE} from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relrowsecurity",
        "create table public.breach (id int)",
        "public.breach",
    ),
    "no view is served that shows rows with its owner's rights": Rule(
        f"select {_TABLE} from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and (c.relkind in ('m', 'f') or c.relkind = 'v'"
        " and not coalesce(c.reloptions && '{security_invoker=true,security_invoker=on}', false))",
        "create view public.breach as select * from public.schedules",
        "public.breach",
    ),
    "nothing private can be reached by the REST layer's roles": Rule(
        f"select {_TABLE} from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
        " cross join aclexplode(c.relacl) as a where n.nspname = 'backoffice'"
        " and a.grantee in (0, 'anon'::regrole, 'authenticated'::regrole)",
        "create table backoffice.breach (id int); grant select on backoffice.breach to anon",
        "backoffice.breach",
    ),
    "nothing private can be run by the REST layer's roles, but for the policies' helper": Rule(
        f"select {_FUNCTION} from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace"
        " cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a"
        " where n.nspname = 'backoffice'"
        " and a.grantee in (0, 'anon'::regrole, 'authenticated'::regrole)"
        " and not (p.proname = 'user_org_id' and a.grantee = 'authenticated'::regrole)",
        "create function backoffice.breach() returns int language sql as 'select 1';"
        " revoke all on function backoffice.breach() from public;"
        " grant execute on function backoffice.breach() to authenticated",
        "backoffice.breach",
    ),
    "a policy calls no helper for each row": Rule(
        f"select {_TABLE} || ' ' || p.polname from pg_policy as p join pg_class as c"
        " on c.oid = p.polrelid join pg_namespace as n on n.oid = c.relnamespace"
        " where regexp_replace(concat_ws(' ', pg_get_expr(p.polqual, p.polrelid),"
        " pg_get_expr(p.polwithcheck, p.polrelid)),"
        r" '\( SELECT ((auth|backoffice)\.)?\w+\([^()]*\) AS \w+\)', '', 'g')"
        r" ~ '((auth|backoffice)\.\w+|current_setting)\('",
        "create policy breach on public.ai_insights_log for delete to authenticated"
        " using (user_id = auth.uid())",
        "public.ai_insights_log breach",
    ),
    "no two permissive policies are for one role and command": Rule(
        f"select {_TABLE} || ' ' || p.polname || ' ' || q.polname from pg_policy as p"
        " join pg_policy as q on q.polrelid = p.polrelid and q.polname > p.polname"
        " join pg_class as c on c.oid = p.polrelid join pg_namespace as n on n.oid = c.relnamespace"
        " where p.polpermissive and q.polpermissive"
        " and (p.polcmd = q.polcmd or '*' in (p.polcmd, q.polcmd))"
        " and (p.polroles && q.polroles or 0 = any (p.polroles || q.polroles))",
        "create policy breach on public.ai_insights_log for insert to authenticated"
        " with check (false)",
        "public.ai_insights_log breach suggestions_are_made_undecided_and_as_oneself",
    ),
    "every function has a search path of its own": Rule(
        f"select {_FUNCTION} from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace"
        f" where n.nspname not in {_OF_THE_SYSTEM} and {_NOT_OF_AN_EXTENSION}"
        " and not exists (select from unnest(p.proconfig) as s"
        " where starts_with(s, 'search_path='))",
        "create function backoffice.breach() returns int language sql as 'select 1'",
        "backoffice.breach",
    ),
    # The policies' helper does, and nobody may enter its schema; see `test_helper`.
    "nobody of the REST layer may run what runs with its owner's rights": Rule(
        f"select {_FUNCTION} from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace"
        f" where n.nspname not in {_OF_THE_SYSTEM} and p.prosecdef"
        " and (has_function_privilege('anon', p.oid, 'execute')"
        " or has_function_privilege('authenticated', p.oid, 'execute')"
        " and (n.nspname, p.proname) <> ('backoffice', 'user_org_id'))",
        "create function backoffice.breach() returns int language sql security definer"
        " set search_path = '' as 'select 1'",
        "backoffice.breach",
    ),
    "every foreign key is indexed": Rule(
        f"select {_TABLE} || ' ' || k.conname from pg_constraint as k"
        " join pg_class as c on c.oid = k.conrelid join pg_namespace as n on n.oid = c.relnamespace"
        " where k.contype = 'f' and not exists (select from pg_index as i"
        " where i.indrelid = k.conrelid and i.indisvalid and i.indpred is null"
        " and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)",
        "create table backoffice.breach (user_id int"
        " constraint breach_user references backoffice.auth_user)",
        "backoffice.breach breach_user",
    ),
    "no extension is in public": Rule(
        "select e.extname from pg_extension as e where e.extnamespace = 'public'::regnamespace",
        "drop extension btree_gist cascade; create extension btree_gist schema public",
        "btree_gist",
    ),
}


@pytest.fixture(scope="module")
def desk(copies, django_db_blocker):
    """A database in which everything stands, the web process's login too; its name."""
    with django_db_blocker.unblock(), copy_of(copies["everything"]) as name:
        with connected_to(name):
            web_login.install()
        yield name


def offending(rule: Rule, name: str) -> set[str]:
    with leaving_as_it_was(name):
        return found(rule)


def found(rule: Rule) -> set[str]:
    return {identity for (identity,) in f.run(rule.query)}


@pytest.mark.parametrize("name", RULES)
def test_schema_safe_as_is(copies, desk, django_db_blocker, name):
    with django_db_blocker.unblock():
        before = offending(RULES[name], copies["nothing"])
        assert offending(RULES[name], desk) - before == set()


@pytest.mark.parametrize("name", RULES)
def test_schema_unsafe_found(copies, desk, django_db_blocker, name):
    rule = RULES[name]
    with django_db_blocker.unblock():
        before = offending(rule, copies["nothing"])
        with leaving_as_it_was(desk):
            f.run(rule.breach)
            assert found(rule) - before == {rule.found}


# The rights

_RIGHTS = f"""
select
  object,
  grantee::regrole::text,
  string_agg(lower(privilege_type), ' ' order by privilege_type)
from (
  select 'schema backoffice' as object, a.grantee, a.privilege_type, n.nspowner as owner
  from pg_namespace as n
  cross join aclexplode(n.nspacl) as a
  where n.nspname = 'backoffice'
  union all
  select {_TABLE}, a.grantee, a.privilege_type, c.relowner
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  cross join aclexplode(c.relacl) as a
  where n.nspname = 'backoffice' or c.oid = 'public.ai_insights_log'::regclass
  union all
  select p.oid::regprocedure::text, a.grantee, a.privilege_type, p.proowner
  from pg_proc as p
  join pg_namespace as n on n.oid = p.pronamespace
  cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
  where n.nspname = 'backoffice' or p.proname = 'check_speaker_conflicts'
) as given
where grantee <> owner
group by 1, 2
order by 1, 2
"""


_EVERYONE = "public, anon, authenticated, service_role"
_KINDS = ("tables", "sequences", "functions")
DEFAULT_PRIVILEGES = {
    "as Supabase has them": [],
    "nothing is anyone's": [
        f"alter default privileges {where} revoke all on {kind} from {_EVERYONE}"
        for where in ("", "in schema public")
        for kind in _KINDS
    ],
    "everything is everyone's": [
        f"alter default privileges grant all on {kind} to {_EVERYONE}"
        for kind in (*_KINDS, "schemas")
    ],
}


def rights() -> set[tuple]:
    """What anybody but its owner may do with each object of ours."""
    with transaction.atomic():
        f.run("set local search_path = pg_catalog")
        return set(f.run(_RIGHTS))


@pytest.mark.long
def test_rights_independent_of_default_privileges(new_database):
    found = {}
    for words, statements in DEFAULT_PRIVILEGES.items():
        with new_database():
            for statement in statements:
                f.run(statement)
            steps.migrate(verbosity=0)
            web_login.install()
            found[words] = rights()
    ours = found["nothing is anyone's"]
    assert ("public.ai_insights_log", "service_role", "insert select update") in ours
    assert found == dict.fromkeys(found, ours)

"""Nobody's temporary types, tables and views are taken for what our functions mean.

Everybody may create in the temporary schema, which PostgreSQL searches first for types and tables
unless a search path names it. Each attack here leaves bait there, under every name there is, and
listens for whom the bait ran as: only ever for whoever laid it.
"""

import itertools
import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.core.checks import Tags, run_checks
from django.db import connection
from psycopg import sql

from ai_audit import workflow
from eventflow.db import database
from eventflow.db.web_login import ROLE
from tests import factories as f
from tests import web_login
from tests.database import steps
from tests.shapes import of_the_first_shape
from tests.variants import first_soon

pytestmark = pytest.mark.migrates

OURS = """
select
  format('%I.%I', p.pronamespace::regnamespace, p.proname),
  array(select case when t.typrelid = 0 then format_type(t.oid, null)
    else format('%I.%I', t.typnamespace::regnamespace, t.typname) end
    from unnest(p.proargtypes) with ordinality as a (oid, n)
    join pg_type as t on t.oid = a.oid order by a.n),
  p.prorettype = 'trigger'::regtype,
  p.proconfig
from pg_proc as p
where p.pronamespace = 'backoffice'::regnamespace
or p.pronamespace = 'public'::regnamespace and p.proname = 'check_speaker_conflicts'
order by 1
"""

BAIT = """
create function pg_temp.bait() returns boolean language plpgsql set search_path = pg_catalog as $$
begin
  raise warning 'bait: %', current_user;
  return true;
end
$$;
create function pg_temp.bait_of_a_row() returns trigger language plpgsql
  set search_path = pg_catalog as $$
begin
  perform pg_temp.bait();
  return new;
end
$$;
"""
# A type in pg_catalog, and its name as a domain whose every value runs the bait.
DOMAINS = """
do $do$
declare
  known record;
begin
  for known in
    select t.typname
    from pg_catalog.pg_type as t
    where t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
    and t.typtype in ('b', 'r', 'm')
    and t.typcategory <> 'A'
  loop
    execute pg_catalog.format(
      'create domain pg_temp.%1$I as pg_catalog.%1$I check (pg_temp.bait())', known.typname
    );
  end loop;
end
$do$
"""
# What is a table gets a table's bait, or a view's.
_RELATIONS = """
do $do$
declare
  known record;
begin
  for known in
    select distinct on (c.relname) c.relname, c.oid::pg_catalog.regclass as original
    from pg_catalog.pg_class as c
    where c.relnamespace in (
      'public'::pg_catalog.regnamespace, 'backoffice'::pg_catalog.regnamespace,
      'pg_catalog'::pg_catalog.regnamespace
    )
    and c.relkind in ('r', 'v', 'p')
    and pg_catalog.has_table_privilege(c.oid, 'select')
    order by c.relname, c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace
  loop
    begin
      {make}
    exception
      when insufficient_privilege or feature_not_supported or duplicate_column
        or invalid_table_definition then
        null;
    end;
  end loop;
end
$do$
"""
TABLES = _RELATIONS.format(
    make="""
      execute pg_catalog.format(
        'create temporary table %1$I (like %2$s including defaults);'
        'create trigger bait before insert or update or delete on pg_temp.%1$I'
        ' for each row execute function pg_temp.bait_of_a_row();'
        'insert into pg_temp.%1$I select * from %2$s',
        known.relname, known.original
      );"""
)
VIEWS = _RELATIONS.format(
    make="""
      execute pg_catalog.format(
        'create temporary view %1$I as select * from %2$s where pg_temp.bait()',
        known.relname, known.original
      );"""
)
SHAPES = {"domains": DOMAINS, "tables": TABLES, "views": VIEWS}


def a_removal_being_undone() -> dict:
    """Rows for every function of ours to do something with; their ids, and samples by type."""
    web_login.install()
    noa = f.staff(profile=f.profile(organization=f.organization()))
    event = f.event(organization=noa.profile.organization)
    session = f.session(event=event, speaker_name="Dana", room="A")
    registration = f.registration(participant=f.participant(event=event), schedule=session)
    kept = f.whole_row(registration)
    removal = f.suggestion(
        user=noa.profile, event=event, action_type="schedule_delete", data=f.delete_data(session)
    )
    workflow.approve(suggestion_id=removal.pk, by=noa, confirmed=f.confirming(removal.pk))
    undoing = f.suggestion(user=noa.profile, event=event)
    f.run(
        "insert into suggestion_links (suggestion_id, undoes) values (%s, %s)",
        undoing.pk,
        removal.pk,
    )
    workflow.approve_for_later(suggestion_id=undoing.pk, by=noa, confirmed=f.confirming(undoing.pk))
    again = f.session(event=event, speaker_name="Dana", room="A")
    f.run("update schedules set id = %s where id = %s", session.pk, again.pk)
    waiting = f.suggestion(user=noa.profile, event=event, data=f.create_data(room="B"))
    f.session(event=event, room="C", start=f.at(9), end=f.at(15))
    failed = f.suggestion(user=noa.profile, event=event, data=f.create_data(room="C"))
    workflow.approve(suggestion_id=failed.pk, by=noa, confirmed=f.confirming(failed.pk))
    press = {"suggestion": str(waiting.pk), "said": "Yes", "basis": {"user": noa.user_id}}
    return {
        "noa": noa.profile_id,
        "event": event.pk,
        "waiting": waiting.pk,
        "samples": {
            "uuid": [removal.pk, undoing.pk, event.pk, session.pk, failed.pk],
            "uuid[]": [[removal.pk, undoing.pk, waiting.pk]],
            "text": ["public.participant_schedules", "2038-01-30T11:15:00", "Dana", "dismissed"],
            "jsonb": [json.dumps([kept]), '[{"kind": "room"}]', json.dumps([press])],
            "timestamp with time zone": [f.at(9), f.at(11)],
            "date": [f.at(9).date()],
            "integer": [10],
            "bigint": [noa.pk],
        },
    }


@pytest.fixture(scope="module")
def world(copies, new_database, django_db_blocker):
    """A database of its own for attacks that change nothing; what is in it."""
    with django_db_blocker.unblock(), new_database(template=copies["everything"]):
        yield a_removal_being_undone()


@contextmanager
def attacker(who: str, shape: str, heard: list[str]):
    """A connection of `who`, with bait of that shape laid out; what runs it goes to `heard`."""
    name = connection.settings_dict["NAME"]
    params = connection.get_connection_params()
    if who == "authenticated":
        raw = database.connect_as_superuser(name)
        raw.execute("set session authorization authenticated")
    else:
        raw = psycopg.connect(
            host=params["host"],
            port=params["port"],
            dbname=name,
            user=ROLE,
            password=web_login.PASSWORD,
            autocommit=True,
        )
    with closing(raw):
        assert raw.execute("select session_user::text").fetchone() == (who,)
        raw.execute("set search_path = public, extensions")
        raw.execute(BAIT, prepare=False)
        raw.execute(SHAPES[shape], prepare=False)
        laid = raw.execute(
            "select count(*) from pg_catalog.pg_type"
            " where typnamespace = pg_catalog.pg_my_temp_schema()"
        ).fetchone()[0]
        assert laid > (100 if shape == "domains" else 20)
        raw.add_notice_handler(
            lambda told: (
                heard.append(told.message_primary)
                if told.message_primary.startswith("bait: ")
                else None
            )
        )
        yield raw


def tried(raw, statement, *parameters) -> str | None:
    """Run it and take it back; the code with which it was refused, if it was."""
    try:
        with raw.transaction(force_rollback=True):
            raw.execute(statement, parameters)
    except psycopg.Error as error:
        return error.sqlstate
    return None


def call(raw, name, types, samples) -> int:
    """Call a function with each of the samples of its types; how many calls ended well."""
    known = [
        samples.get(kind, [None]) if kind != "backoffice.decision_history" else ["an entry"]
        for kind in types
    ]
    return sum(
        tried(
            raw,
            f"select {name}({', '.join(_argument(t) for t in types)})"
            + (" from backoffice.decision_history as h" if "an entry" in chosen else ""),
            *(value for value in chosen if value != "an entry"),
        )
        is None
        for chosen in itertools.product(*known)
    )


def _argument(kind: str) -> str:
    if kind == "backoffice.decision_history":
        return "h"
    if "." in kind or " " in kind or kind in ("integer", "bigint"):
        return f"%s::{kind}"
    return f"%s::pg_catalog.{kind}"


def write_the_log(raw, world) -> list[str | None]:
    """An insert and an update of the log, as `authenticated` in a person's name."""
    claims = json.dumps({"sub": str(world["noa"]), "role": "authenticated"})
    before = (
        "select pg_catalog.set_config('request.jwt.claims', {}, true);"
        " set local role authenticated; {}"
    )
    statements = [
        sql.SQL(
            "insert into public.ai_insights_log (user_id, event_id, action_type, action_data)"
            " values ({}, {}, 'schedule_create', {})"
        ).format(world["noa"], world["event"], json.dumps(f.create_data())),
        sql.SQL(
            "update public.ai_insights_log set execution_status = 'approved',"
            " approved_at = pg_catalog.now(), approved_by = {} where id = {}"
        ).format(world["noa"], world["waiting"]),
        sql.SQL(
            "update public.ai_insights_log set execution_status = 'rejected' where id = {}"
        ).format(world["waiting"]),
    ]
    return [tried(raw, sql.SQL(before).format(claims, statement)) for statement in statements]


def owner() -> str:
    return f.run("select session_user::text")[0][0]


def attacked(world, who, shape) -> set[str]:
    """As whom the bait ran, after everything of ours was tried; and everything did run."""
    functions = f.run(OURS)
    heard = []
    with attacker(who, shape, heard) as raw:
        worked = {
            name: call(raw, name, types, world["samples"])
            for name, types, is_trigger, _ in functions
            if not is_trigger
        }
        if who == ROLE:
            assert {name for name, n in worked.items() if not n} <= {
                "backoffice.signed_in",
                "backoffice.user_org_id",
                "backoffice.refresh_figures",
                "backoffice.forget_suggestions",
                "backoffice.index_suggestions",
            }
        else:
            assert [name for name, n in worked.items() if n] == ["public.check_speaker_conflicts"]
        assert write_the_log(raw, world) == [None, None, None]
    return {"owner" if told == f"bait: {owner()}" else told for told in heard}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("who", ["authenticated", ROLE])
def test_temporary_objects_never_run_as_owner(world, who, shape):
    assert "owner" not in attacked(world, who, shape)


def test_search_paths_end_in_pg_temp(migrated):
    paths = {
        name: [path for path in config or [] if path.startswith("search_path=")]
        for name, _, _, config in f.run(OURS)
    }
    assert len(paths) > 20
    allowed = (
        ["search_path=pg_catalog, pg_temp"],
        ["search_path=pg_catalog, public, extensions, pg_temp"],
    )
    assert {name: path for name, path in paths.items() if path not in allowed} == {}


ACTS = (
    "select backoffice.count_again('{removal}')",
    "select backoffice.give_up('{undoing}', 'x')",
    "select backoffice.put_back('{removal}', 'public.participant_schedules', '{kept}')",
)
TRIGGER = (
    "create trigger bait before insert or update on public.{table}"
    " for each row execute function pg_temp.bait_of_a_row()"
)


@pytest.fixture
def with_a_trigger(own_migrated):
    """The acts of the owner that write, and tables on which who is signed in may put a trigger."""
    samples = a_removal_being_undone()["samples"]
    removal, undoing, *_ = samples["uuid"]
    f.run("grant trigger on ai_insights_log to authenticated")
    known = {"removal": removal, "undoing": undoing, "kept": samples["jsonb"][0]}
    return [act.format(**known) for act in ACTS]


@pytest.mark.parametrize("table", ["schedules", "participant_schedules", "ai_insights_log"])
@pytest.mark.parametrize(
    "isolation", first_soon(["read committed", "repeatable read", "serializable"])
)
def test_temporary_trigger_never_runs_as_owner(with_a_trigger, table, isolation):
    heard = []
    with (
        attacker(ROLE, "views", []) as another,
        attacker(ROLE, "views", heard) as raw,
    ):
        for act in with_a_trigger:
            assert tried(raw, act) is None
        heard.clear()
        raw.execute(f"begin isolation level {isolation}")
        raw.execute("select 1")
        another.execute("set role authenticated")
        another.execute(TRIGGER.format(table=table))
        for act in with_a_trigger:
            assert tried(raw, act) == "EF008"
        raw.execute("rollback")
    assert heard == []


def test_none_comes_in_between(with_a_trigger):
    """One that is being made meanwhile is waited for."""
    heard = []
    with attacker(ROLE, "views", []) as another, attacker(ROLE, "views", heard) as raw:
        heard.clear()
        another.execute("set role authenticated")
        another.execute("begin")
        another.execute(TRIGGER.format(table="schedules"))
        with ThreadPoolExecutor(1) as beside:
            answer = beside.submit(tried, raw, with_a_trigger[0])
            steps.eventually(
                lambda: f.run(
                    "select true from pg_locks where not granted and pid = %s",
                    raw.info.backend_pid,
                )
            )
            another.execute("commit")
            assert answer.result(timeout=60) == "EF008"
    assert heard == []


def test_temporary_trigger_refuses_undo(own_migrated):
    noa = f.staff(profile=f.profile(organization=f.organization()))
    event = f.event(organization=noa.profile.organization)
    session = f.session(event=event)
    f.registration(participant=f.participant(event=event), schedule=session)
    web_login.install()
    removal = f.suggestion(
        user=noa.profile, event=event, action_type="schedule_delete", data=f.delete_data(session)
    )
    workflow.approve(suggestion_id=removal.pk, by=noa, confirmed=f.confirming(removal.pk))
    tables = ("schedules", "participant_schedules", "ai_insights_log", "decision_history")
    before = [f.whole_table(table) for table in tables]
    with attacker(ROLE, "views", []) as raw:
        raw.execute("set role authenticated")
        raw.execute(TRIGGER.format(table="participant_schedules"))
        with pytest.raises(workflow.Refusal) as refusal:
            workflow.undo(suggestion_id=removal.pk, by=noa)
    assert str(refusal.value) == (
        "Nothing was changed. A table has a trigger of somebody’s temporary schema. Show this to "
        "whoever looks after the database."
    )
    assert [f.whole_table(table) for table in tables] == before
    # It goes with the session of whoever made it.
    steps.eventually(lambda: not f.run("select from pg_trigger where tgname = 'bait'"))
    workflow.undo(suggestion_id=removal.pk, by=noa)
    assert len(f.whole_table("participant_schedules")) == 1


RIGHTS = """
select
  case p.proname when 'kept_of_removal' then '' else p.provolatile::text end || p.oid::regprocedure,
  p.proacl::text
from pg_proc as p
where p.pronamespace = 'backoffice'::regnamespace
or p.proname = 'check_speaker_conflicts'
"""


def test_temporary_upgrade_keeps_execute_rights(own_migrated):
    """The web process of the version before goes on meanwhile, and runs what it ran."""
    steps.migrate("ai_audit", "0020", verbosity=0)
    steps.migrate("scheduling", "0005", verbosity=0)
    web_login.install()
    before = dict(f.run(RIGHTS))
    assert any("backoffice_web=X" in rights for rights in before.values())
    f.run("create view busy as select * from check_speaker_conflicts(null, null, null, null)")
    assert "Replaced" not in steps.migrate()
    assert before.items() <= dict(f.run(RIGHTS)).items()
    assert steps.warnings() == []


# From here on with a path that was opened.


@pytest.mark.parametrize("path", ["''", "public"])
def test_temporary_type_with_other_path_bites(own_migrated, path):
    """That it is an attack: without the temporary schema in their path, ours fall for it."""
    world = a_removal_being_undone()
    f.run(f"alter function backoffice.guard_suggestion() set search_path = {path}")
    # The product's triggers run under it, and count on `public`.
    f.run("alter function backoffice.put_back(uuid, text, jsonb) set search_path = public")
    assert "owner" in attacked(world, "authenticated", "domains")
    assert "owner" in attacked(world, ROLE, "domains")
    assert [id for id, _ in steps.warnings()].count("eventflow.W004") == 1


HELPERS = ("user_org_id", "user_organization_id")


@of_the_first_shape
def test_temporary_identity_asks_no_product_object(own_migrated):
    """Its function may have an empty path, which would let the bait in; policies call it, too."""
    world = a_removal_being_undone()
    for name in ("jwt", "uid"):
        steps.as_superuser(f"alter function auth.{name}() set search_path = ''")
    assert "owner" in attacked(world, "authenticated", "domains")
    assert {message for _, message in steps.warnings()} == {
        f"The function auth.{name}(), called by auth.{caller}(), lets anybody's code run with the "
        "rights of what calls that."
        for name, caller in (("jwt", "uid"), ("uid", "user_org_id"))
    }
    for helper in HELPERS:
        steps.as_superuser(
            f"create or replace function auth.{helper}() returns uuid language sql stable"
            " security definer set search_path = pg_catalog, public, pg_temp as"
            " $$select organization_id from public.user_profiles where id ="
            " (current_setting('request.jwt.claims', true)::jsonb ->> 'sub')::uuid$$"
        )
    assert "owner" not in attacked(world, "authenticated", "domains")
    assert steps.warnings() == []


def closing_statements() -> list[tuple[str, str]]:
    """Of each warning of such a function: every login that is told to act, and its statement."""
    return [
        re.fullmatch(r"(?:Or, once for all of them, as|As) (\S+): (.*;)", line.strip()).groups()
        for warning in run_checks(tags=[Tags.database], databases=["default"])
        if warning.id in ("eventflow.W004", "eventflow.W005")
        for line in warning.hint.splitlines()[1:]
    ]


def as_told(login: str, statement: str) -> None:
    steps.as_superuser(f"set session authorization {login}; {statement}")


UNSAFE = {
    "no path": "reset search_path",
    "an empty one": "set search_path = ''",
    "public": "set search_path = public",
    "the temporary schema first": "set search_path = pg_temp, pg_catalog, public",
}


@of_the_first_shape
@pytest.mark.parametrize("which", ["the function", "the database"])
@pytest.mark.parametrize("path", first_soon(UNSAFE))
def test_temporary_helper_hole_told_and_closed(own_migrated, path, which):
    world = a_removal_being_undone()
    for helper in HELPERS:
        steps.as_superuser(f"alter function auth.{helper}() {UNSAFE[path]}")
    assert "owner" in attacked(world, "authenticated", "domains")
    [(number, message)] = steps.warnings()
    assert number == "eventflow.W004"
    assert message.startswith("The function auth.user_org_id(), called by ")
    assert message.endswith(f", lets anybody's code run with the rights of {owner()}.")
    function, database_ = closing_statements()
    as_told(*(function if which == "the function" else database_))
    assert steps.warnings() == []
    if which == "the function":
        assert "owner" not in attacked(world, "authenticated", "domains")
    else:
        for who in ("authenticated", ROLE):
            with (
                pytest.raises(psycopg.errors.InsufficientPrivilege, match="temporary"),
                attacker(who, "domains", []),
            ):
                pass


DEFINER = (
    "create function public.{name}() returns {returns} language plpgsql security definer"
    " as 'declare id uuid; begin return {gives}; end'"
)
CALLED = {
    "a trigger": [
        DEFINER.format(name="hole", returns="trigger", gives="new"),
        "revoke all on function public.hole() from public, anon, authenticated",
        "create trigger one before update on schedules for each row execute function hole()",
    ],
    "a default": [
        DEFINER.format(name="hole", returns="int", gives="1"),
        "revoke all on function public.hole() from public, anon",
        "alter table schedules add column further int default public.hole()",
    ],
    "whoever is signed in": [DEFINER.format(name="hole", returns="int", gives="1")],
    "another function": [
        DEFINER.format(name="hole", returns="boolean", gives="true"),
        "revoke all on function public.hole() from public, anon, authenticated",
        "create function public.asks() returns boolean language sql stable"
        " as 'select public.hole()'",
        "create policy asking on schedules for delete to authenticated using (asks())",
    ],
    "another function, whose body is parsed": [
        DEFINER.format(name="hole", returns="boolean", gives="true"),
        "revoke all on function public.hole() from public, anon, authenticated",
        "create function public.asks() returns boolean language sql stable return public.hole()",
        "create policy asking on schedules for delete to authenticated using (asks())",
    ],
    "another function, in capitals": [
        DEFINER.format(name="hole", returns="boolean", gives="true"),
        "revoke all on function public.hole() from public, anon, authenticated",
        "create function public.asks() returns boolean language sql stable"
        " as 'SELECT PUBLIC.HOLE ()'",
        "create policy asking on schedules for delete to authenticated using (asks())",
    ],
    "a trigger, with the rights of who writes": [
        "create function public.hole() returns trigger language plpgsql"
        " set search_path = '' as 'declare id uuid; begin return new; end'",
        "revoke all on function public.hole() from public, anon, authenticated",
        "create trigger one before update on schedules for each row execute function hole()",
    ],
}


@pytest.mark.parametrize("caller", CALLED)
def test_whatever_calls_a_hole_it_is_told(migrated, caller):
    for statement in CALLED[caller]:
        f.run(statement)
    [(number, message)] = steps.warnings()
    assert number == "eventflow.W004"
    assert message.startswith("The function public.hole(), called by ")
    function, _ = closing_statements()
    assert function[0] == owner()
    f.run(function[1])
    assert steps.warnings() == []


SAFE = [
    "create function public.sound() returns int language plpgsql security definer"
    " set search_path = pg_catalog, pg_temp as 'begin return 1; end'",
    'create procedure public."Sound it"() language plpgsql security definer'
    " set search_path = public, \"pg_temp\" as 'begin end'",
    "create function public.invoker() returns int language sql as 'select 1'",
    "create function backoffice.unreached() returns int language sql security definer"
    " as 'select 1'",
]


def test_temporary_no_hole_not_told(migrated):
    for statement in SAFE:
        f.run(statement)
    assert steps.warnings() == []


def test_temporary_odd_procedure_closed(migrated):
    f.run(
        'create procedure public."Do it"(inout "a b" int) language plpgsql security definer'
        " set search_path = pg_temp, public, \"A b\" as 'begin end'"
    )
    [(number, message)] = steps.warnings()
    assert (number, message.partition(", called")[0]) == (
        "eventflow.W004",
        'The function public."Do it"(INOUT "a b" integer)',
    )
    (_, statement), _ = closing_statements()
    f.run(statement)
    assert steps.warnings() == []
    assert f.run("select proconfig from pg_proc where proname = 'Do it'") == [
        (['search_path=public, "A b", pg_temp'],)
    ]


@pytest.mark.parametrize("schema", ["public", "extensions"])
@pytest.mark.parametrize(
    "role", first_soon(["public", "anon", "authenticated", "service_role", ROLE])
)
def test_temporary_creators_on_path_told(own_migrated, schema, role):
    who = "Everybody" if role == "public" else f"The role {role}"
    steps.as_superuser(f"grant create on schema {schema} to {role}")
    assert steps.warnings() == [("eventflow.W005", f"{who} may create in schema {schema}.")]
    as_told(*closing_statements()[0])
    assert steps.warnings() == []

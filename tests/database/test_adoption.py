"""Migrating over objects made by hand: what stands is kept, differences are told.

The scripts are what an earlier hand made from the same plan.
"""

import io

import pytest
from django.core.management import call_command
from django.db import transaction

from eventflow.db import catalogue
from tests.database import steps
from tests.database.steps import by_hand
from tests.factories import run
from tests.shapes import IN_PRODUCTION
from tests.variants import first_soon

pytestmark = pytest.mark.migrates

LOG = "public.ai_insights_log"
FUNCTION = (
    "public.check_speaker_conflicts(uuid,text,timestamp with time zone,"
    "timestamp with time zone,uuid)"
)

TABLE = """
create table ai_insights_log (
  id uuid primary key default uuid_generate_v4(),
  user_id uuid not null references user_profiles (id) on delete cascade,
  event_id uuid references events (id) on delete cascade,
  action_type text not null,
  action_data jsonb not null,
  suggested_at timestamptz not null default now(),
  approved_at timestamptz,
  approved_by uuid references user_profiles (id),
  executed_at timestamptz,
  execution_status text not null default 'suggested'
    check (execution_status in ('suggested', 'approved', 'rejected', 'executed', 'failed')),
  execution_error text,
  created_at timestamptz default now()
);
"""
OTHER_COLUMNS = """
create table ai_insights_log (
  id uuid primary key default gen_random_uuid(),
  user_id uuid references user_profiles (id),
  event_id uuid references events (id),
  action_type varchar(50) not null,
  action_data jsonb default '{}',
  suggested_at timestamptz not null default now(),
  approved_at timestamptz,
  approved_by uuid,
  executed_at timestamptz,
  execution_status text not null default 'suggested',
  execution_error text,
  created_at timestamptz default now(),
  confidence numeric,
  constraint known_status check (execution_status <> '')
);
create trigger touched before update on ai_insights_log
  for each row execute function suppress_redundant_updates_trigger();
"""
POLICIES = """
alter table ai_insights_log enable row level security;
create policy "Users see their organization's log" on ai_insights_log for select
  using (user_id = auth.uid());
create policy "System writes" on ai_insights_log for all to authenticated
  using (true) with check (true);
"""
OUR_NAMES = """
alter table ai_insights_log enable row level security;
create policy suggestions_are_read_by_their_organization on ai_insights_log for select
  to authenticated using (user_id = auth.uid());
create policy suggestions_are_made_undecided_and_as_oneself on ai_insights_log for insert
  to anon with check (true);
"""
INDEXES = """
create index idx_ai_insights_log_event_id on ai_insights_log (event_id);
create index idx_ai_insights_log_status on ai_insights_log (execution_status)
  where execution_status = 'suggested';
create index idx_ai_insights_log_created_at on ai_insights_log (created_at);
"""
SPEAKER_INDEX = """
create index idx_schedules_speaker_time on schedules (speaker_name, start_time);
"""
NAME_TAKEN = """
create index idx_schedules_speaker_time on events (name);
"""
EXTENSION = """
create extension btree_gist schema public;
"""
CONSTRAINT = """
alter table schedules add constraint no_room_overlap exclude using gist
  (event_id with =, room with =, tstzrange(start_time, end_time) with &&)
  where (room is not null);
"""
DEFINER = """
create function check_speaker_conflicts(p_event_id uuid, p_speaker_name text,
  p_start_time timestamptz, p_end_time timestamptz, p_exclude_schedule_id uuid default null)
returns table (conflict_id uuid, conflict_title text, conflict_start timestamptz,
  conflict_end timestamptz)
language plpgsql security definer as $$
begin
  return query select s.id, s.title, s.start_time, s.end_time from schedules s
  where s.event_id = p_event_id and s.speaker_name ilike p_speaker_name;
end $$;
grant execute on function check_speaker_conflicts to public;
"""
OTHER_COLUMNS_RETURNED = """
create function check_speaker_conflicts(p_event_id uuid, p_speaker_name text,
  p_start_time timestamptz, p_end_time timestamptz, p_exclude_schedule_id uuid default null)
returns table (id uuid, title text) language sql stable as $$
  select id, title from schedules where event_id = p_event_id and speaker_name = p_speaker_name
$$;
"""
OTHER_ARGUMENTS = """
create function check_speaker_conflicts(p_speaker text, p_start timestamptz, p_end timestamptz)
returns boolean language sql as 'select true';
create function check_speaker_conflicts(p_event_id uuid)
returns setof schedules language sql security definer as 'select * from schedules';
create procedure check_speaker_conflicts(p_event_id uuid, p_speaker text)
language sql as 'select 1';
"""

# Rights that no default privileges give, to see them come back.
OTHER_RIGHTS = """
do $$
declare
  made record;
begin
  for made in
    select oid::regprocedure as name, prosecdef from pg_proc
    where proname = 'check_speaker_conflicts'
  loop
    execute format('grant execute on routine %s to pg_monitor', made.name);
    if not made.prosecdef then
      execute format('revoke all on routine %s from public, anon', made.name);
    end if;
  end loop;
end
$$;
"""
OUR_RIGHTS = "{{{0}=X/{0},authenticated=X/{0},service_role=X/{0}}}"

CASCADING = [
    ("ai_audit.W002", f"Different: constraint ai_insights_log_user_id_fkey on {LOG}."),
    ("ai_audit.W002", f"Different: constraint ai_insights_log_event_id_fkey on {LOG}."),
]
DEFAULT_GRANTS = [
    ("ai_audit.W002", f"Different: rights of authenticated on {LOG}."),
    ("ai_audit.W002", f"Different: rights of service_role on {LOG}."),
    ("ai_audit.W003", f"Not of this back office: rights of anon on {LOG}."),
]
OTHER_POLICIES = [
    (
        "ai_audit.W003",
        f'Not of this back office: policy "Users see their organization\'s log" on {LOG}.',
    ),
    ("ai_audit.W003", f'Not of this back office: policy "System writes" on {LOG}.'),
    ("ai_audit.W005", f'Always true: policy "System writes" on {LOG}.'),
]
OTHER_INDEXES = [
    ("ai_audit.W002", "Different: index public.idx_ai_insights_log_status."),
    ("ai_audit.W002", "Different: index public.idx_ai_insights_log_created_at."),
]
OTHER_SPEAKER_INDEX = [("scheduling.W002", "Different: index public.idx_schedules_speaker_time.")]

CASES = {
    "only the table": (TABLE, CASCADING + DEFAULT_GRANTS),
    "the table and its policies": (TABLE + POLICIES, CASCADING + DEFAULT_GRANTS + OTHER_POLICIES),
    "the table and its indexes": (TABLE + INDEXES, CASCADING + DEFAULT_GRANTS + OTHER_INDEXES),
    "policies of our names": (
        TABLE + OUR_NAMES,
        [
            *CASCADING,
            *DEFAULT_GRANTS,
            (
                "ai_audit.W002",
                f"Different: policy suggestions_are_read_by_their_organization on {LOG}.",
            ),
            (
                "ai_audit.W002",
                f"Different: policy suggestions_are_made_undecided_and_as_oneself on {LOG}.",
            ),
            (
                "ai_audit.W005",
                f"Always true: policy suggestions_are_made_undecided_and_as_oneself on {LOG}.",
            ),
        ],
    ),
    "a table with other columns": (
        OTHER_COLUMNS,
        [
            *DEFAULT_GRANTS,
            ("ai_audit.W002", f"Different: column id of {LOG}."),
            ("ai_audit.W002", f"Different: column user_id of {LOG}."),
            ("ai_audit.W002", f"Different: column action_type of {LOG}."),
            ("ai_audit.W002", f"Different: column action_data of {LOG}."),
            ("ai_audit.W001", f"Missing: constraint ai_insights_log_approved_by_fkey on {LOG}."),
            (
                "ai_audit.W001",
                f"Missing: constraint ai_insights_log_execution_status_check on {LOG}.",
            ),
            ("ai_audit.W003", f"Not of this back office: column confidence of {LOG}."),
            ("ai_audit.W003", f"Not of this back office: constraint known_status on {LOG}."),
            ("ai_audit.W003", f"Not of this back office: trigger touched on {LOG}."),
        ],
    ),
    "an index of our name": (SPEAKER_INDEX, OTHER_SPEAKER_INDEX),
    "an index of our name on another table": (
        NAME_TAKEN,
        [("scheduling.W001", "Missing: index public.idx_schedules_speaker_time.")],
    ),
    "the extension": (EXTENSION, []),
    "the extension and the constraint": (EXTENSION + CONSTRAINT, []),
    "a security definer function": (DEFINER, []),
    "a function that returns other columns": (OTHER_COLUMNS_RETURNED, []),
    "functions with other arguments": (OTHER_ARGUMENTS, []),
    "ours beside functions with other arguments": (DEFINER + OTHER_ARGUMENTS, []),
    "everything": (
        TABLE + POLICIES + INDEXES + SPEAKER_INDEX + EXTENSION + CONSTRAINT + DEFINER,
        CASCADING + DEFAULT_GRANTS + OTHER_POLICIES + OTHER_INDEXES + OTHER_SPEAKER_INDEX,
    ),
}


@pytest.mark.parametrize("case", first_soon(CASES, 3))
def test_adopted_kept_told_and_left_at_reverse(django_stands, case):
    script, expected = CASES[case]
    by_hand(script)
    if "create function" in script:
        by_hand(OTHER_RIGHTS)
    before = steps.whole_catalogue(versions=False)
    functions = catalogue.read(functions=["check_speaker_conflicts"])
    definitions = run(
        "select pg_get_functiondef(oid) from pg_proc where proname = 'check_speaker_conflicts'"
    )

    printed = steps.migrate()
    assert steps.warnings() == sorted(expected)
    for number, message in expected:
        assert f"?: ({number}) {message}" in printed
    assert but_functions(before).items() <= steps.whole_catalogue(versions=False).items()
    assert printed.count("Replaced, and was before:") == len(definitions)
    for (definition,) in definitions:
        assert definition.replace("\n", "\n    ").rstrip() in printed
    assert run(
        "select prosecdef, has_function_privilege('anon', oid, 'execute'), proacl::text"
        " from pg_proc where proname = 'check_speaker_conflicts'"
    ) == [(False, False, OUR_RIGHTS.format(*run("select session_user")[0]))]

    steps.migrate("ai_audit", "zero", verbosity=0)
    steps.migrate("scheduling", "zero", verbosity=0)
    assert catalogue.read(functions=["check_speaker_conflicts"]) == functions
    assert but_functions(steps.whole_catalogue(versions=False)) == but_functions(before)
    protected = "row level security on public.ai_insights_log"
    assert (protected in catalogue.read(tables=["public.ai_insights_log"])) == (
        "enable row level security" in script
    )


def but_functions(found: dict) -> dict:
    return {(kind, name): words for (kind, name), words in found.items() if kind != "function"}


def test_adopted_second_run_changes_nothing(django_stands):
    script, expected = CASES["everything"]
    by_hand(script)
    steps.migrate(verbosity=0)
    before = steps.whole_catalogue()
    printed = steps.migrate()
    assert steps.whole_catalogue() == before
    assert "Replaced" not in printed
    assert steps.warnings() == sorted(expected)


def test_adopted_function_fitting_left(migrated):
    steps.migrate("scheduling", "0003", verbosity=0)
    before = but_private_functions(steps.whole_catalogue())
    steps.migrate("scheduling", "0002", fake=True, verbosity=0)
    assert "Replaced" not in steps.migrate("scheduling", "0003")
    assert but_private_functions(steps.whole_catalogue()) == before


def but_private_functions(found: dict) -> dict:
    """Those in our own schema are made anew by each run, just as they were."""
    return {
        (kind, name): words
        for (kind, name), words in found.items()
        if kind != "function" or name.startswith("check_speaker_conflicts(")
    }


DEVIATIONS = [
    "grant execute on function check_speaker_conflicts to anon",
    "grant execute on function check_speaker_conflicts to public",
    "revoke execute on function check_speaker_conflicts from authenticated",
    "alter function check_speaker_conflicts security definer",
    "alter function check_speaker_conflicts volatile",
    "alter function check_speaker_conflicts strict",
    "alter function check_speaker_conflicts reset search_path",
    "alter function check_speaker_conflicts set search_path = public",
]


def test_adopted_function_differing_warned(migrated):
    for change in DEVIATIONS:
        with transaction.atomic():
            run(change)
            [(number, message)] = steps.warnings()
            assert number in ("scheduling.W001", "scheduling.W002", "scheduling.W003")
            assert "public.check_speaker_conflicts(" in message
            transaction.set_rollback(True)


@pytest.mark.parametrize("change", first_soon(DEVIATIONS[1:4]))
def test_adopted_function_differing_replaced(migrated, change):
    run(change)
    steps.migrate("scheduling", "0002", fake=True, verbosity=0)
    assert "Replaced, and was before:" in steps.migrate()
    assert steps.warnings() == []


def test_check_says_the_same_as_migrate(django_stands):
    by_hand(CASES["everything"][0])
    at_the_end = steps.migrate()
    by_itself = io.StringIO()
    call_command("check", databases=["default"], stdout=by_itself, stderr=by_itself)
    assert numbered(by_itself.getvalue()) == numbered(at_the_end)
    of_the_stand_in = len(steps.OF_THE_STAND_IN) if IN_PRODUCTION else 0
    assert len(numbered(at_the_end)) == len(CASES["everything"][1]) + of_the_stand_in


def numbered(printed: str) -> list[str]:
    return sorted(line for line in printed.splitlines() if line.startswith("?: ("))


COMMENTS = {"with a comment of its own": "'Ours; don''t touch. שלנו'", "without one": "null"}


@pytest.mark.parametrize("comment", COMMENTS.values(), ids=COMMENTS)
@pytest.mark.parametrize("made", ["by hand", "0003", "0006", "0008"])
def test_its_comment_comes_back_with_it(django_stands, made, comment):
    """Made by hand, or as a version of ours made it, which knew nothing of migrations."""
    if made == "by hand":
        by_hand(DEFINER)
    else:
        steps.migrate("scheduling", made, verbosity=0)
        run("delete from foundation_objects where object like '%%check_speaker_conflicts%%'")
        steps.migrate("scheduling", "0001", fake=True, verbosity=0)
    run(f"comment on function check_speaker_conflicts is {comment}")
    before = catalogue.read(functions=["check_speaker_conflicts"]), said_of_it()
    steps.migrate(verbosity=0)
    steps.migrate("scheduling", "zero", verbosity=0)
    assert (catalogue.read(functions=["check_speaker_conflicts"]), said_of_it()) == before


def said_of_it() -> list:
    return run("select obj_description(to_regprocedure(%s), 'pg_proc')", FUNCTION)


def test_adopted_function_restored_without_tables(django_stands):
    run("create table public.old_sessions (id int)")
    run(
        "create function public.check_speaker_conflicts(int) returns bigint language sql"
        " as 'select count(*) from public.old_sessions'"
    )
    before = catalogue.read(functions=["check_speaker_conflicts"])
    steps.migrate(verbosity=0)
    run("drop table public.old_sessions")
    steps.migrate("scheduling", "zero", verbosity=0)
    assert catalogue.read(functions=["check_speaker_conflicts"]) == before

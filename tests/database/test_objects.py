"""The snapshot of objects: true to a fresh database, compared in any spelling, completed from."""

import io
from contextlib import contextmanager

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import transaction

from ai_audit.schema import decisions_and_lists_are_kept, log_is_as_expected
from eventflow.db import completing, objects, objects_file
from eventflow.db.web_login import ROLE
from scheduling.checks import programme_is_as_expected
from tests import factories as f
from tests import web_login
from tests.database import steps
from tests.database.steps import by_hand
from tests.database.test_adoption import CASES, NAME_TAKEN
from tests.factories import run

pytestmark = pytest.mark.migrates

LOG = "public.ai_insights_log"


def test_snapshot_equals_fresh_database(migrated):
    assert objects.FILE.read_text(encoding="utf-8") == objects_file.text()
    made = objects.snapshot()
    assert {o.kind for o in made.values()} == set(objects.KINDS)
    assert steps.warnings() == []


def test_export_objects_writes_file(migrated, tmp_path, monkeypatch):
    text = objects_file.text()
    monkeypatch.setattr(objects, "FILE", tmp_path / "here.sql")
    # What is done without here stays as it is there.
    objects.FILE.write_text(text, encoding="utf-8")
    printed = io.StringIO()
    call_command("export_objects", stdout=printed)
    assert printed.getvalue() == f"Written: {objects.FILE}\n"
    assert objects.FILE.read_text(encoding="utf-8") == text


def test_snapshot_has_every_recorded_object(migrated):
    recorded = {identity for (identity,) in run("select object from foundation_objects")}
    groups = {identity for identity in recorded if identity.startswith("group ")}
    assert recorded - groups <= objects.snapshot().keys()


# What check prints


def drop(made: objects.Object) -> str:
    """The statement that takes just that object away, and with it what cannot be without it."""
    match made.kind:
        case "column" | "constraint":
            return f"alter table {made.of} drop {made.kind} {made.name} cascade"
        case "rights":
            thing = f"routine {made.of}" if "(" in made.of else made.of
            return f"revoke all on {thing} from {made.name.removeprefix('of ')}"
        case "row":
            return f"alter table {made.of} disable row level security"
        case "policy" | "trigger":
            return f"drop {made.kind} {made.name} on {made.of}"
    return f"drop {made.kind} {made.name} cascade"


def told() -> list:
    return [
        warning
        for check in (programme_is_as_expected, log_is_as_expected, decisions_and_lists_are_kept)
        for warning in check(databases=["default"])
        if (warning.id, warning.msg) not in steps.OF_THE_STAND_IN
    ]


SLOW = {"index", "column", "function", "policy", "trigger"}
PRINTED = [
    pytest.param(kind, marks=pytest.mark.long) if kind in SLOW else kind
    for kind in objects.KINDS
    if kind != "table"
]


def statements(warning) -> str:
    """What mends it, without whose it is."""
    said, _, mending = warning.hint.partition("\tTo mend it: ")
    assert mending
    login = run("select quote_ident(session_user)")[0][0]
    assert said.strip().splitlines()[-1].strip() == f"By the login {login}."
    return mending


@pytest.mark.parametrize("kind", PRINTED)
def test_printed_statement_makes_missing(migrated, kind):
    """As the login that is told to run it: the tests' own is that, and no superuser."""
    tried = 0
    for made in objects.snapshot().values():
        if made.kind != kind:
            continue
        with transaction.atomic():
            run(drop(made))
            found = {warning.msg: warning for warning in told()}
            lost = found[f"Missing: {made.identity}."]
            if made.kind == "column" and made.words.endswith(" not null"):
                assert lost.hint == "It held what nothing else knows: bring it back from a backup."
            else:
                mending = statements(lost)
                for _ in range(2):
                    run(mending)
                assert f"Missing: {made.identity}." not in {warning.msg for warning in told()}
                tried += 1
            transaction.set_rollback(True)
    assert tried >= {"extension": 1, "rights": 4, "row": 1, "statistics": 1, "policy": 3}.get(
        kind, 10
    )


# Of each kind: what makes it differ.
CHANGES = {
    "a constraint": (
        f"alter table {LOG} drop constraint ai_insights_log_execution_status_check,"
        " add constraint ai_insights_log_execution_status_check check (execution_status <> '')"
    ),
    "a key that takes rows along": (
        f"alter table {LOG} drop constraint ai_insights_log_user_id_fkey, add constraint"
        " ai_insights_log_user_id_fkey foreign key (user_id) references user_profiles (id)"
        " on delete cascade"
    ),
    "an index": (
        "drop index idx_schedules_speaker_time;"
        " create index idx_schedules_speaker_time on schedules (speaker_name)"
    ),
    "an index that is in another order": (
        "drop index idx_ai_insights_log_created_at;"
        f" create index idx_ai_insights_log_created_at on {LOG} (created_at)"
    ),
    "a type": f"alter table {LOG} alter column action_type type varchar(50)",
    "a default": f"alter table {LOG} alter column suggested_at drop default",
    "another default": f"alter table {LOG} alter column execution_error set default 'x'",
    "a column that may be empty": f"alter table {LOG} alter column action_data drop not null",
    "a policy": (
        f"alter policy suggestions_are_read_by_their_organization on {LOG} using (user_id is null)"
    ),
    "a policy for another command": (
        f"drop policy suggestions_are_read_by_their_organization on {LOG};"
        f" create policy suggestions_are_read_by_their_organization on {LOG} for delete"
        " using (user_id is null)"
    ),
    "a trigger": (
        f"drop trigger guard_suggestion on {LOG};"
        f" create trigger guard_suggestion after insert on {LOG}"
        " for each row execute function backoffice.guard_suggestion()"
    ),
    "a trigger that is off": f"alter table {LOG} disable trigger guard_suggestion",
    "rights": f"grant all on {LOG} to authenticated",
    "the rights to columns": f"revoke update (approved_by) on {LOG} from authenticated",
    "a function": "alter function backoffice.indexed(uuid[]) volatile",
    "a function that gives something else": (
        "drop function public.check_speaker_conflicts;"
        " create function public.check_speaker_conflicts(a uuid, b text, c timestamptz,"
        " d timestamptz, e uuid default null) returns bool language sql as 'select true';"
        " revoke all on function public.check_speaker_conflicts from public, anon"
    ),
    "a function with another path": "alter function public.name_key(text) set search_path = ''",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_printed_statement_mends_differing(migrated, change):
    run(change)
    [warning] = [warning for warning in told() if warning.id.endswith(".W002")]
    mending = statements(warning)
    for _ in range(2):
        run(mending)
    assert steps.warnings() == []


STRANGE = {
    "a policy": f'create policy "By hand" on {LOG} for delete to authenticated using (false)',
    "a trigger": (
        f"create trigger by_hand before update on {LOG} for each row"
        " execute function suppress_redundant_updates_trigger()"
    ),
    "a constraint": f"alter table {LOG} add constraint by_hand check (user_id is not null)",
    "a column": f"alter table {LOG} add column confidence numeric",
    "rights": f"grant select on {LOG} to anon",
    "rights to a function": "grant execute on function public.name_key(text) to pg_monitor",
    "a function": (
        "create function public.check_speaker_conflicts(text) returns int language sql"
        " set search_path = pg_catalog, pg_temp as 'select 1';"
        " revoke all on function public.check_speaker_conflicts(text)"
        " from public, anon, authenticated, service_role"
    ),
    "a policy that is always true": "create policy open on schedules for select using (true)",
}


@pytest.mark.parametrize("script", STRANGE.values(), ids=STRANGE)
def test_printed_statement_drops_foreign(migrated, script):
    run(script)
    [warning] = told()
    _, _, mending = warning.hint.partition("\tWhere nothing needs it: ")
    for _ in range(2):
        run(mending)
    assert steps.warnings() == []


def test_printed_constraint_brings_extension(migrated):
    run("drop extension btree_gist cascade")
    found = {warning.msg: statements(warning) for warning in told()}
    assert found.keys() == {
        "Missing: extension btree_gist.",
        "Missing: constraint no_room_overlap on public.schedules.",
    }
    run(found["Missing: constraint no_room_overlap on public.schedules."])
    assert steps.warnings() == []


def test_unprintable_objects_made_by_migrate(migrated):
    for made in objects.snapshot().values():
        if made.kind == "table":
            with transaction.atomic():
                run(drop(made))
                [hint] = [w.hint for w in told() if w.msg == f"Missing: {made.identity}."]
                assert hint.endswith("makes it, and leaves what stands as it is.")
                transaction.set_rollback(True)


# What migrate completes


LOST = {
    "the constraint, as by a restore without the extension": ["drop extension btree_gist cascade"],
    "a trigger": [f"drop trigger guard_suggestion on {LOG}"],
    "a function and what it is called by": ["drop function backoffice.guard_suggestion() cascade"],
    "the log": [f"drop table {LOG}"],
    "the index, its rows and its figures": [
        "drop table backoffice.suggestion_index, backoffice.daily_figures, backoffice.stale_days"
        " cascade"
    ],
    "rights": [
        f"revoke all on {LOG} from authenticated",
        "drop function public.check_speaker_conflicts",
    ],
    "policies": [
        f"drop policy suggestions_are_read_by_their_organization on {LOG}",
        f"alter table {LOG} disable row level security",
    ],
    "everything": [
        f"drop table {LOG} cascade",
        "drop table backoffice.suggestion_index, backoffice.daily_figures, backoffice.stale_days,"
        " backoffice.decision_history, backoffice.suggestion_links cascade",
        "drop extension btree_gist cascade",
        "drop index idx_schedules_speaker_time",
        "do $$ declare it regprocedure; begin for it in select oid from pg_proc"
        " where pronamespace = 'backoffice'::regnamespace or proname = 'check_speaker_conflicts'"
        " loop execute format('drop function if exists %s cascade', it); end loop; end $$",
    ],
}


@pytest.mark.parametrize("case", LOST)
def test_missing_recorded_object_made_again(migrated, case):
    before = steps.whole_catalogue(versions=False)
    for statement in LOST[case]:
        run(statement)
    missing = {
        message.removeprefix("Missing: ").removesuffix(".")
        for _, message in steps.warnings()
        if message.startswith("Missing: ")
    }
    assert missing
    printed = steps.migrate()
    for identity in missing:
        assert f"Missing, and made again: {identity}." in printed
    assert steps.warnings() == []
    assert objects_file.text() == objects.FILE.read_text(encoding="utf-8")
    after = steps.whole_catalogue(versions=False)
    assert after.keys() == before.keys()
    assert comments(after) == comments(before)
    assert "made again" not in steps.migrate()


def comments(found: dict) -> dict:
    return {key: words for key, words in found.items() if key[0] == "comment"}


@pytest.mark.long
def test_missing_object_made_alone(migrated):
    wanted = objects.snapshot()
    for made in wanted.values():
        with transaction.atomic():
            run(drop(made))
            gone = {o.identity for o in objects.missing(wanted.values(), standing(wanted))}
            assert made.identity in gone
            assert {o.identity for o in completing.complete()} == gone
            assert objects.missing(wanted.values(), standing(wanted)) == []
            transaction.set_rollback(True)


def standing(wanted) -> dict:
    return objects.standing(wanted.values())


def test_indexes_built_concurrently(own_migrated):
    """Outside a transaction, which building one so would refuse."""
    run("drop index backoffice.idx_suggestion_index_words, public.idx_schedules_speaker_time")
    assert "made again: index backoffice.idx_suggestion_index_words." in steps.migrate()
    assert steps.warnings() == []


def test_index_half_built_rebuilt(own_migrated):
    steps.as_superuser(
        "update pg_index set indisvalid = false"
        " where indexrelid = 'backoffice.idx_suggestion_index_words'::regclass"
    )
    assert [message for _, message in steps.warnings()] == [
        "Different: index backoffice.idx_suggestion_index_words."
    ]
    assert "made again: index backoffice.idx_suggestion_index_words." in steps.migrate()
    assert steps.warnings() == []


def test_web_login_rights_to_be_given_again(own_migrated):
    run("drop function backoffice.taken_along(uuid)")
    assert "run docs/web-login.sql once more" not in steps.migrate()
    web_login.install()
    run("drop function backoffice.taken_along(uuid)")
    assert "run docs/web-login.sql once more" in steps.migrate()


def test_differing_object_told_and_left(migrated):
    run(f"alter table {LOG} disable trigger guard_suggestion")
    run("alter function backoffice.indexed(uuid[]) volatile")
    run("drop index idx_schedules_speaker_time")
    run("create index idx_schedules_speaker_time on schedules (speaker_name)")
    before = steps.whole_catalogue()
    printed = steps.migrate()
    assert "made again" not in printed
    assert steps.whole_catalogue() == before
    assert [message for _, message in steps.warnings()] == [
        "Different: function backoffice.indexed(uuid[]).",
        f"Different: trigger guard_suggestion on {LOG}.",
        "Different: index public.idx_schedules_speaker_time.",
    ]


@pytest.mark.parametrize(
    "script", [CASES["a table with other columns"][0], NAME_TAKEN], ids=["columns", "a name"]
)
def test_unmakeable_object_not_made(django_stands, script):
    by_hand(script)
    steps.migrate(verbosity=0)
    before = steps.warnings()
    assert "made again" not in steps.migrate()
    assert steps.warnings() == before != []


def test_completing_checks_first(migrated):
    run("alter table schedules drop constraint no_room_overlap")
    event = f.event(organization=f.organization())
    for title in ("One", "Two"):
        f.session(event=event, title=title, room="1")
    assert "1 places in the programmes must be mended first" in steps.refusal()
    run("delete from schedules where title = 'Two'")
    assert "made again: constraint no_room_overlap on public.schedules." in steps.migrate()


def test_unmakeable_object_is_sentence(migrated):
    run("alter table backoffice.suggestion_links drop constraint suggestion_links_undoes_key")
    run(
        "insert into backoffice.suggestion_links (suggestion_id, undoes)"
        " select gen_random_uuid(), '00000000-0000-0000-0000-000000000000'"
        " from generate_series(1, 2)"
    )
    refusal = steps.refusal()
    assert "could not create unique index" in refusal
    assert "The migrations stand." in refusal


def test_partial_or_backward_migrate_completes_nothing(migrated):
    run("drop index idx_schedules_speaker_time")
    assert "made again" not in steps.migrate("ai_audit")
    assert "made again" not in steps.migrate(fake=True)
    assert "made again" in steps.migrate()


# Other spellings of the same

# As another release might print what this one prints otherwise, and what a person would write.
SPELLINGS = {
    "CREATE TRIGGER guard_suggestion BEFORE INSERT OR DELETE OR UPDATE ON": (
        "create trigger guard_suggestion before delete or update or insert ON"
    ),
    "CREATE INDEX idx_suggestion_index_claim ON backoffice.suggestion_index USING btree": (
        "create index if not exists idx_suggestion_index_claim ON backoffice.suggestion_index"
        " USING btree"
    ),
    "CHECK ((execution_status = ANY (ARRAY['suggested'::text, 'approved'::text,"
    " 'rejected'::text, 'executed'::text, 'failed'::text])))": (
        "check (execution_status in ('suggested', 'approved', 'rejected', 'executed', 'failed'))"
    ),
    "default 'suggested'::text": "default cast('suggested' as text)",
    "EXCLUDE USING gist (event_id WITH =, room WITH =, tstzrange(start_time, end_time) WITH &&)"
    " WHERE ((room IS NOT NULL))": (
        "EXCLUDE using gist (event_id with =, room with =, tstzrange(start_time, end_time) with &&)"
        " where (room is not null)"
    ),
    "( SELECT auth.uid() AS uid)": "(select auth.uid() as uid)",
    "SET search_path TO 'pg_catalog', 'pg_temp'": "set search_path = pg_catalog, pg_temp",
    " STABLE\n": " stable\n",
    "(dependencies)": "( dependencies )",
}


@pytest.fixture
def spelled_otherwise(tmp_path, monkeypatch):
    text = objects.FILE.read_text(encoding="utf-8")
    for usual, other in SPELLINGS.items():
        assert usual in text
        text = text.replace(usual, other)
    monkeypatch.setattr(objects, "FILE", tmp_path / "objects.sql")
    objects.FILE.write_text(text, encoding="utf-8")


def test_objects_printed_differently_equal(migrated, spelled_otherwise):
    assert steps.warnings() == []
    assert "made again" not in steps.migrate()


DIFFERENT = {
    f"alter table {LOG} disable trigger guard_suggestion": f"trigger guard_suggestion on {LOG}",
    f"alter table {LOG} drop constraint ai_insights_log_execution_status_check,"
    " add constraint ai_insights_log_execution_status_check"
    " check (execution_status in ('suggested', 'approved', 'rejected', 'executed'))": (
        f"constraint ai_insights_log_execution_status_check on {LOG}"
    ),
    f"alter table {LOG} alter execution_status set default 'approved'": (
        f"column execution_status of {LOG}"
    ),
    "alter function backoffice.indexed(uuid[]) security definer": (
        "function backoffice.indexed(uuid[])"
    ),
    "drop index backoffice.idx_suggestion_index_claim;"
    "create index idx_suggestion_index_claim on backoffice.suggestion_index"
    " (claim, suggested_at, suggestion_id) where claim is null": (
        "index backoffice.idx_suggestion_index_claim"
    ),
    f"alter policy suggestions_are_read_by_their_organization on {LOG} using (true)": (
        f"policy suggestions_are_read_by_their_organization on {LOG}"
    ),
}


@pytest.mark.parametrize("change", DIFFERENT)
def test_objects_different_told_in_any_spelling(migrated, spelled_otherwise, change):
    run(change)
    assert {message for number, message in steps.warnings() if number == "ai_audit.W002"} == {
        f"Different: {DIFFERENT[change]}."
    }


@contextmanager
def who_may_make_nothing(how: str):
    if how == "a login without the right":
        web_login.install()
        name = run("select quote_ident(current_database())")[0][0]
        steps.as_superuser(f"revoke temporary on database {name} from public")
        with web_login.signed_in():
            assert run("select session_user::text") == [(ROLE,)]
            yield
    else:
        with transaction.atomic():
            run("set transaction read only")
            yield


NOWHERE = ["a login without the right", "a server that only reads"]


@pytest.mark.parametrize("how", NOWHERE)
def test_objects_compared_without_create_right(own_migrated, how):
    with who_may_make_nothing(how):
        assert steps.warnings() == []
        assert run("select pg_my_temp_schema()") == [(0,)]


@pytest.mark.parametrize("how", NOWHERE)
def test_unsettled_comparison_told(own_migrated, spelled_otherwise, how):
    run(f"revoke insert on {LOG} from service_role")
    with who_may_make_nothing(how):
        found = steps.warnings()
        hints = {w.msg: w.hint for w in run_checks(tags=[Tags.database], databases=["default"])}
    assert ("ai_audit.W002", f"Different: rights of service_role on {LOG}.") in found
    assert {number for number, message in found if message.startswith("Perhaps different: ")} == {
        "ai_audit.W007",
        "scheduling.W007",
    }
    assert hints[f"Perhaps different: trigger guard_suggestion on {LOG}."].startswith(
        "This server may only print it otherwise than the one by which it was written down."
    )


def test_comparing_leaves_nothing_behind(own_migrated, spelled_otherwise):
    before = steps.whole_catalogue()
    assert steps.warnings() == []
    assert steps.whole_catalogue() == before
    assert run("select count(*) from pg_class where relnamespace = pg_my_temp_schema()") == [(0,)]

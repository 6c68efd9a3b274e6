"""Models against tables: what the product changes is told, what it adds is its own affair."""

import pytest

from ai_audit.models import Suggestion
from eventflow.db import drift, foundation
from eventflow.db.postgresql.base import SEARCH_PATH
from scheduling import models
from tests.database import steps
from tests.factories import run

MODEL = "unlike the model scheduling.Schedule"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            "alter table schedules rename column track to stream",
            f"The column public.schedules.track is not there, {MODEL}.",
        ),
        (
            "alter table schedules drop column materials_url",
            f"The column public.schedules.materials_url is not there, {MODEL}.",
        ),
        (
            "alter table schedules alter column max_capacity type bigint",
            f"The column public.schedules.max_capacity is bigint, not integer, {MODEL}.",
        ),
        (
            "alter table schedules alter column track type text[] using array[track]",
            f"The column public.schedules.track is text[], not text, {MODEL}.",
        ),
        (
            "alter table schedules alter column title drop not null",
            f"The column public.schedules.title may be empty, {MODEL}.",
        ),
        (
            "alter table schedules alter column track set not null",
            f"The column public.schedules.track must not be empty, {MODEL}.",
        ),
        (
            "drop table participants cascade",
            "The table public.participants is not there, unlike the model scheduling.Participant.",
        ),
        (
            "alter table schedules alter column track set default ' not null default x'",
            None,
        ),
        (
            "alter table schedules add column programme_day int, add column labels text[] not"
            " null default '{}', add column \"Track id\" uuid",
            None,
        ),
    ],
)
def test_drift_changed_column_warned(migrated, change, message):
    run(change)
    expected = [] if message is None else [("scheduling.W006", message)]
    assert steps.warnings() == expected


def test_drift_every_product_model(migrated):
    run("alter table organizations rename column name to label")
    run("alter table user_profiles rename column full_name to label")
    run("alter table events rename column timezone to zone")
    run("alter table participants rename column is_vip to vip")
    run("alter table participant_schedules rename column is_companion to companion")
    assert [message.partition(" is not there")[0] for _, message in steps.warnings()] == [
        "The column public.events.timezone",
        "The column public.organizations.name",
        "The column public.participant_schedules.is_companion",
        "The column public.participants.is_vip",
        "The column public.user_profiles.full_name",
    ]


def test_drift_suggestion_model_and_log(migrated):
    assert drift.models_and_tables("ai_audit", [Suggestion]) == []
    assert drift.models_and_tables("scheduling", [models.Schedule]) == []


ALWAYS_TRUE = [
    "for all using (true)",
    "for all using (true) with check (true)",
    "for insert with check (true)",
    "for select to anon using (1 = 1)",
    "for update using (id is not null) with check (true)",
    "for all to authenticated using (auth.uid() is not null)",
    "for all using ((select auth.uid()) is not null)",
    "for all using (auth.role() = 'authenticated')",
    "for all using ((select auth.role()) = 'authenticated')",
]
NOT_ALWAYS_TRUE = [
    "as restrictive for all using (true)",
    "for all",
    "for all using (false)",
    "for all using (id is not null)",
    "for select using (true and id is not null)",
    "for all using (auth.uid() = id)",
]


@pytest.mark.parametrize("table", ["schedules", "participant_schedules", "ai_insights_log"])
def test_drift_always_true_policies(migrated, table):
    for n, policy in enumerate(ALWAYS_TRUE):
        run(f'create policy "By hand, open {n}" on public.{table} {policy}')
    for n, policy in enumerate(NOT_ALWAYS_TRUE):
        run(f'create policy "By hand, sound {n}" on public.{table} {policy}')
    label = "ai_audit" if table == "ai_insights_log" else "scheduling"
    assert [warning for warning in steps.warnings() if warning[0].endswith("W005")] == [
        (f"{label}.W005", f'Always true: policy "By hand, open {n}" on public.{table}.')
        for n in range(len(ALWAYS_TRUE))
    ]


def test_drift_tables_without_rls(migrated):
    tables = ("schedules", "participant_schedules", "ai_insights_log")
    for table in tables:
        run(f"alter table public.{table} disable row level security")
    assert steps.warnings() == [
        ("ai_audit.W001", "Missing: row level security on public.ai_insights_log."),
        ("scheduling.W004", "Row-level security is off: public.participant_schedules."),
        ("scheduling.W004", "Row-level security is off: public.schedules."),
    ]


def test_drift_log_missing_one_warning(migrated):
    run("drop table ai_insights_log")
    assert steps.warnings() == [("ai_audit.W001", "Missing: table public.ai_insights_log.")]


@pytest.mark.parametrize(
    "loss",
    [
        "alter table schedules drop constraint no_room_overlap",
        "alter table ai_insights_log drop constraint ai_insights_log_user_id_fkey",
        "alter table ai_insights_log drop constraint ai_insights_log_execution_status_check",
        "alter table ai_insights_log drop column suggested_at",
        "drop index idx_schedules_speaker_time",
        "drop index idx_ai_insights_log_created_at",
        "revoke all on ai_insights_log from authenticated",
        "revoke all on ai_insights_log from service_role",
        "revoke execute on function check_speaker_conflicts from service_role",
        "drop policy suggestions_are_read_by_their_organization on ai_insights_log",
        "alter table ai_insights_log disable row level security",
        "drop function check_speaker_conflicts",
    ],
)
def test_drift_remedy_makes_missing(migrated, loss):
    run(loss)
    [warning] = steps.told()
    assert warning.id.endswith(".W001")
    _, _, remedy = warning.hint.partition("\tTo mend it: ")
    run(remedy)
    assert steps.warnings() == []


def test_drift_remedy_for_log_is_file(migrated):
    run("drop table ai_insights_log")
    [warning] = steps.told()
    assert warning.hint.splitlines()[-1].strip() == (
        "sql/006_ai_write_foundation.sql makes it, and leaves what stands as it is."
    )
    run(foundation.text().replace("begin;\n", "").replace("commit;\n", ""))
    run(f"set local search_path = {SEARCH_PATH}")
    # With the table went its triggers and an index, which are not the foundation's.
    assert steps.warnings() == sorted(
        ("ai_audit.W001", f"Missing: {what}.")
        for what in (
            "index public.idx_ai_insights_log_waiting",
            "trigger guard_suggestion on public.ai_insights_log",
            "trigger guard_suggestions_from_truncate on public.ai_insights_log",
            "trigger write_decision_history on public.ai_insights_log",
            "trigger index_new_suggestions on public.ai_insights_log",
            "trigger index_changed_suggestions on public.ai_insights_log",
        )
    )
    steps.migrate(verbosity=0)
    assert steps.warnings() == []

"""Going back: what was made here goes, and history is not lost.

That what stood before stays is in `test_adoption`.
"""

import io
import re

import pytest
from django.core.management import call_command
from django.db import IntegrityError

from ai_audit import workflow
from ai_audit.history import chain
from eventflow import sql
from eventflow.db import catalogue
from tests import factories as f
from tests.database import steps
from tests.database.steps import by_hand
from tests.database.test_adoption import TABLE
from tests.factories import run
from tests.variants import first_soon

pytestmark = pytest.mark.migrates

BACKWARDS = [
    ("ai_audit", "0001"),
    ("ai_audit", "0002"),
    ("ai_audit", "0003"),
    ("ai_audit", "0008"),
    ("ai_audit", "0010"),
    ("scheduling", "0002"),
    ("scheduling", "0001"),
    ("scheduling", "0003"),
    ("scheduling", "0007"),
]


def back_to_nothing() -> None:
    steps.migrate("ai_audit", "zero", verbosity=0)
    steps.migrate("scheduling", "zero", verbosity=0)


@pytest.mark.parametrize("target", first_soon(BACKWARDS, 3))
def test_reverse_each_step(migrated, target):
    before = steps.warnings(), sorted(catalogue.read(tables=["public.schedules"]).items())
    steps.migrate(*target, verbosity=0)
    assert len(steps.warnings()) > 0
    steps.migrate(verbosity=0)
    after = steps.warnings(), sorted(catalogue.read(tables=["public.schedules"]).items())
    assert after == before


def test_rollback_document_keeps_decisions(own_migrated):
    told = (steps.CHECKOUT / "docs" / "operations.md").read_text(encoding="utf-8")
    part = told.partition("## Rollback\n")[2].partition("\n## ")[0]
    targets = re.findall(r"^python manage\.py migrate (\w+) (\d{4})$", part, re.MULTILINE)
    assert [app for app, _name in targets] == ["ai_audit", "scheduling"]
    organization = f.organization()
    noa = f.staff(profile=f.profile(organization=organization))
    suggestion = f.suggestion(user=noa.profile, event=f.event(organization=organization))
    workflow.reject(suggestion_id=suggestion.pk, by=noa, reason="no")
    before = f.whole_table("backoffice.decision_history")
    for app, name in targets:
        steps.migrate(app, name, verbosity=0)
        assert run("select max(name) from django_migrations where app = %s", app)[0][0] > name
        assert f.whole_table("backoffice.decision_history") == before
    steps.migrate(verbosity=0)
    assert steps.warnings() == []
    assert f.whole_table("backoffice.decision_history") == before
    assert chain.find_break() is None


def test_reverse_leaves_nothing(django_stands):
    before = steps.whole_catalogue(versions=False)
    steps.migrate(verbosity=0)
    recorded = run("select count(*) from backoffice.foundation_objects")
    back_to_nothing()
    assert steps.whole_catalogue(versions=False) == before
    assert recorded == [(109 + len(steps.OPEN_ROUTINES),)]
    assert run("select count(*) from backoffice.foundation_objects") == [(0,)]


def test_reversing_keeps_acts(own_migrated):
    organization = f.organization()
    noa = f.staff(profile=f.profile(organization=organization))
    suggestion = f.suggestion(user=noa.profile, event=f.event(organization=organization))
    workflow.ask(suggestion_id=suggestion.pk, by=noa, text="Why?")
    workflow.leave_note(suggestion_id=suggestion.pk, by=noa, text="Because.")
    said = "select id, suggestion_id, kind, profile_id, at, said from backoffice.suggestion_acts"
    before = run(said)

    steps.migrate("ai_audit", "0047", verbosity=0)
    assert run(said) == before
    with pytest.raises(IntegrityError):
        f.said(suggestion, noa, "note")
    steps.migrate(verbosity=0)

    assert run(said) == before
    assert steps.warnings() == []


def add_a_suggestion() -> None:
    organization = f.organization()
    f.suggestion(
        user=f.profile(organization=organization), event=f.event(organization=organization)
    )


@pytest.mark.parametrize("target", [("ai_audit", "zero"), ("scheduling", "zero")])
def test_rows_of_history_are_not_dropped_unasked(migrated, monkeypatch, target):
    add_a_suggestion()
    before = f.whole_table("ai_insights_log")
    monkeypatch.setenv("EVENTFLOW_DROP_HISTORY", "no")
    assert steps.refusal(*target) == (
        "ai_insights_log holds 1 rows of history. Nothing was changed. To go back all the same, "
        "set EVENTFLOW_DROP_HISTORY=yes: they are dropped."
    )
    assert f.whole_table("ai_insights_log") == before
    assert steps.warnings() == []
    monkeypatch.setenv("EVENTFLOW_DROP_HISTORY", "yes")
    steps.migrate(*target, verbosity=0)
    assert run("select to_regclass('public.ai_insights_log')") == [(None,)]


@pytest.mark.parametrize(
    "target", [("ai_audit", "zero"), ("ai_audit", "0003"), ("scheduling", "0001")]
)
def test_reverse_never_drops_history_unasked(migrated, monkeypatch, target):
    add_a_suggestion()
    run("update ai_insights_log set execution_status = 'rejected'")
    before = f.whole_table("backoffice.decision_history"), steps.whole_catalogue()
    assert steps.refusal(*target) == (
        "decision_history holds 1 rows of history. Nothing was changed. To go back all the same, "
        "set EVENTFLOW_DROP_HISTORY=yes: they are dropped."
    )
    assert (f.whole_table("backoffice.decision_history"), steps.whole_catalogue()) == before
    monkeypatch.setenv("EVENTFLOW_DROP_HISTORY", "yes")
    steps.migrate(*target, verbosity=0)
    assert run("select to_regclass('backoffice.decision_history')") == [(None,)]


def test_rows_of_an_adopted_log_stay(django_stands, monkeypatch):
    by_hand(TABLE)
    steps.migrate(verbosity=0)
    add_a_suggestion()
    before = f.whole_table("ai_insights_log")
    assert steps.refusal("ai_audit", "zero").endswith(
        "set EVENTFLOW_DROP_HISTORY=yes: they stay, without the policies made here."
    )
    monkeypatch.setenv("EVENTFLOW_DROP_HISTORY", "yes")
    steps.migrate("ai_audit", "zero", verbosity=0)
    assert f.whole_table("ai_insights_log") == before


def test_reverse_without_log(migrated):
    run("drop table ai_insights_log")
    back_to_nothing()
    steps.migrate(verbosity=0)
    assert steps.warnings() == []


@pytest.mark.parametrize(
    ("target", "dependant", "refused_with"),
    [
        (
            ("ai_audit", "zero"),
            "create view public.busy as select * from ai_insights_log",
            "cannot drop table ai_insights_log because other objects depend on it",
        ),
        (
            ("scheduling", "0002"),
            "create view public.busy as select * from check_speaker_conflicts(null,null,null,null)",
            "cannot drop function check_speaker_conflicts(uuid,text,timestamp with time zone,"
            "timestamp with time zone,uuid) because other objects depend on it",
        ),
    ],
)
def test_reverse_keeps_depended_on(migrated, target, dependant, refused_with):
    run(dependant)
    refusal = steps.refusal(*target)
    assert refusal.startswith(
        f"Something else depends on what would be dropped: {refused_with}\n  DETAIL:  view busy "
        "depends on"
    )
    assert refusal.endswith(
        "The step that was running was undone whole; the steps before it stand. Drop that first, "
        "then run migrate again."
    )
    steps.migrate(verbosity=0)
    assert steps.warnings() == []
    run("drop view public.busy")
    steps.migrate(*target, verbosity=0)


def test_reverse_keeps_shared_extension(migrated):
    run(
        "create table public.bookings (room text, at tstzrange,"
        " exclude using gist (room with =, at with &&))"
    )
    printed = steps.migrate("scheduling", "zero")
    assert "The extension btree_gist stays, because something else needs it." in printed
    assert catalogue.read(extensions=["btree_gist"]) == {
        "extension btree_gist": "in schema extensions"
    }
    steps.migrate(verbosity=0)
    assert steps.warnings() == []
    run("drop table public.bookings")
    back_to_nothing()
    assert catalogue.read(extensions=["btree_gist"]) != {}


def test_reverse_needs_no_forward_requirements(migrated):
    event = f.event(organization=f.organization())
    steps.migrate("scheduling", "0001", verbosity=0)
    f.session(event=event, room="1", start=f.at(10), end=f.at(9))
    f.session(event=event, room="1", start=f.at(8), end=f.at(10))
    f.session(event=event, room="1", start=f.at(9), end=f.at(11))
    assert "places in the programmes" in steps.refusal()
    steps.migrate("scheduling", "zero", verbosity=0)
    assert run("select to_regclass('backoffice.scheduling_staffmember')") == [(None,)]


def test_going_back_from_nothing_makes_nothing(stand_in):
    before = steps.whole_catalogue()
    steps.migrate("scheduling", "zero")
    assert steps.whole_catalogue() == before


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    "migration",
    [
        ("scheduling", "0002"),
        ("scheduling", "0003"),
        ("scheduling", "0007"),
        ("scheduling", "0008"),
        ("scheduling", "0014"),
        ("scheduling", "0017"),
        ("ai_audit", "0002"),
        ("ai_audit", "0003"),
        ("ai_audit", "0004"),
        ("ai_audit", "0009"),
    ],
)
def test_printing_the_sql_runs_nothing(migrated, migration, backwards):
    before = steps.whole_catalogue(), f.whole_table("backoffice.foundation_objects")
    printed = io.StringIO()
    call_command("sqlmigrate", *migration, backwards=backwards, stdout=printed)
    assert "do $" in printed.getvalue() or "drop trigger" in printed.getvalue()
    assert (steps.whole_catalogue(), f.whole_table("backoffice.foundation_objects")) == before


@pytest.mark.parametrize("backwards", [False, True])
def test_sqlmigrate_of_indexes_builds_none(migrated, backwards):
    before = steps.whole_catalogue()
    printed = io.StringIO()
    call_command("sqlmigrate", "ai_audit", "0011", backwards=backwards, stdout=printed)
    found = printed.getvalue().count(
        "drop index concurrently if exists" if backwards else "create index concurrently if not"
    )
    built = sql.read("ai_audit", "0011_page_indexes.up.sql").count("create index concurrently")
    assert found == built > 0
    assert steps.whole_catalogue() == before

"""`sql/006_ai_write_foundation.sql`: the same as the migrations, for a SQL editor."""

import io
from contextlib import closing

import psycopg
import pytest
from django.core.management import call_command

from eventflow.db import catalogue, foundation
from tests import factories as f
from tests.database import steps
from tests.database.conftest import leaving_as_it_was
from tests.factories import run
from tests.shapes import IN_PRODUCTION


def paste() -> list[str]:
    """Send the whole file at once, as a SQL editor does, on its own connection; what it says."""
    said = []
    with closing(steps.another_connection()) as editor:
        editor.add_notice_handler(lambda notice: said.append(notice.message_primary))
        editor.execute("set search_path to '$user', public, extensions")
        editor.execute(foundation.FILE.read_text(encoding="utf-8"), prepare=False)
    return said


def everything() -> dict:
    """Definitions, rights and comments of what can be ours."""
    comments = {
        (kind, name): words
        for (kind, name), words in steps.whole_catalogue(versions=False).items()
        if kind == "comment"
        and "foundation_objects" not in name
        and (not name.startswith("function ") or "check_speaker_conflicts" in name)
    }
    return comments | catalogue.read(
        tables=["public.schedules", "public.ai_insights_log"],
        functions=["check_speaker_conflicts", "name_key", "speaker_names"],
        extensions=["btree_gist"],
    )


def test_foundation_file_equals_migrations(tmp_path, monkeypatch):
    assert foundation.FILE.read_text(encoding="utf-8") == foundation.text()
    assert foundation.FILE.name == "006_ai_write_foundation.sql"
    monkeypatch.setattr(foundation, "FILE", tmp_path / "sql" / "here.sql")
    printed = io.StringIO()
    call_command("export_foundation_sql", stdout=printed)
    assert printed.getvalue() == f"Written: {tmp_path / 'sql' / 'here.sql'}\n"
    assert (tmp_path / "sql" / "here.sql").read_text(encoding="utf-8") == foundation.text()


def test_foundation_file_bilingual_sections():
    sections = foundation.text().split("\n\n-- ")[1:]
    assert len(sections) == 13
    for section in sections:
        comment = [line for line in f"-- {section}".splitlines() if line.startswith("--")]
        assert any("\u05d0" <= letter <= "\u05ea" for letter in comment[0]), comment
        assert any(line.isascii() for line in comment), comment


@pytest.mark.migrates
def test_pasted_twice_it_makes_what_migrate_makes(own_stand_in, copies):
    paste()
    once = steps.whole_catalogue()
    assert paste() == []
    assert steps.whole_catalogue() == once
    pasted = everything()
    with leaving_as_it_was(copies["everything"]):
        steps.migrate("ai_audit", "0002", verbosity=0)
        steps.migrate("scheduling", "0017", verbosity=0)
        migrated = everything()
    # What goes with a session was migrated on the way, and is no part of the foundation.
    rest = {("comment", f"function {name}()") for name in ("tables_below_sessions",)}
    rest |= {("comment", "function taken_along(uuid)")}
    assert pasted == {key: words for key, words in migrated.items() if key not in rest}
    made = "backoffice" if IN_PRODUCTION else None
    assert run("select to_regnamespace('backoffice')::text") == [(made,)]


def test_foundation_file_over_migrated(own_migrated):
    before = steps.whole_catalogue()
    assert paste() == []
    assert steps.whole_catalogue() == before


def test_foundation_file_each_object_once():
    text = foundation.text().lower()
    assert text.count("function public.check_speaker_conflicts(p_event_id") == 1
    assert text.count("search_path to ''\n") == 0


@pytest.mark.migrates
def test_foundation_file_adopted_by_migrate(own_stand_in):
    paste()
    before = everything()
    assert "Replaced" not in steps.migrate()
    assert steps.warnings() == []
    assert run("select migration from backoffice.foundation_objects group by 1 order by 1") == [
        ("ai_audit.0003_lifecycle_guard",),
        ("ai_audit.0004_decision_history",),
        ("ai_audit.0007_suggestion_links",),
        ("ai_audit.0008_groups",),
        ("ai_audit.0009_suggestion_index",),
        ("ai_audit.0020_acts_of_the_owner",),
        ("ai_audit.0021_primary_keys",),
        ("ai_audit.0022_guard_of_decisions",),
        ("ai_audit.0023_search_paths",),
        ("ai_audit.0028_made_by_hand",),
        ("ai_audit.0030_zones_and_folds",),
        ("ai_audit.0035_suggestion_acts",),
        ("ai_audit.0036_undone",),
        ("ai_audit.0049_outbox",),
        ("ai_audit.0052_notes_and_questions",),
        ("ai_audit.0053_second_approver",),
        ("scheduling.0004_what_goes_with_a_session",),
        ("scheduling.0012_what_hangs_on_a_session",),
    ]
    steps.migrate("ai_audit", "zero", verbosity=0)
    steps.migrate("scheduling", "zero", verbosity=0)
    assert everything().items() >= before.items()


def test_foundation_file_error_leaves_nothing(own_stand_in):
    event = f.event(organization=f.organization())
    f.session(event=event, title="One", room="1")
    f.session(event=event, title="Two", room="1")
    f.session(event=event, title="Three", start=f.at(12), end=f.at(11))
    f.session(event=event, title="Four", start=f.at(12), end=f.at(12))
    before = steps.whole_catalogue()
    with pytest.raises(psycopg.errors.ExclusionViolation) as refusal:
        paste()
    assert refusal.value.diag.message_primary == (
        "Sessions overlap in one room, or end before they start; nothing was changed. Mend "
        "them, then run this again."
    )
    first, second = refusal.value.diag.message_detail.splitlines()
    assert first.startswith("כנס שנתי, room 1: ")
    assert {"One", "Two"} <= set(first.split())
    assert second.startswith("כנס שנתי: Three (")
    assert second.endswith(") ends before it starts")
    assert steps.whole_catalogue() == before


def test_foundation_file_constraint_name_taken(own_stand_in):
    run("alter table schedules add constraint no_room_overlap check (start_time < end_time)")
    before = steps.whole_catalogue()
    with pytest.raises(psycopg.errors.DuplicateObject) as refusal:
        paste()
    assert refusal.value.diag.message_detail.splitlines() == [
        "Standing: CHECK ((start_time < end_time))",
        "Needed: EXCLUDE USING gist (event_id WITH =, room WITH =, tstzrange(start_time, end_time) "
        "WITH &&) WHERE ((room IS NOT NULL))",
    ]
    assert steps.whole_catalogue() == before

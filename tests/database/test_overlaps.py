"""Sessions that must not stand as they do: the list of them, what mends each, and what waits."""

import io
import itertools
from contextlib import closing
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from psycopg import IsolationLevel

from scheduling import conflicts
from scheduling.models import Schedule
from tests import factories as f
from tests.database import steps


@pytest.fixture
def without_constraint(db):
    """The programme as it was before, until the test's transaction is rolled back."""
    f.run("alter table schedules drop constraint no_room_overlap")


@pytest.fixture
def event(db):
    return f.event(organization=f.organization())


def find_overlaps() -> tuple[int, str]:
    """Exit status and output."""
    printed = io.StringIO()
    try:
        call_command("find_overlaps", stdout=printed)
    except SystemExit as end:
        return end.code, printed.getvalue()
    return 0, printed.getvalue()


def lines() -> list[str]:
    return [str(overlap) for overlap in conflicts.room_overlaps()]


def test_overlap_names_both_with_event_times(without_constraint, event):
    f.session(event=event, title="פתיחה", room="אולם A", start=f.at(9), end=f.at(10))
    f.session(event=event, title="Keynote", room="אולם A", start=f.at(9, 30), end=f.at(11))
    new_york = f.event(organization=event.organization, name="Away", timezone="America/New_York")
    f.session(event=new_york, title="One", room="1", start=f.at(23), end=f.at(23, 30))
    f.session(event=new_york, title="Two", room="1", start=f.at(23, 15), end=f.at(25))
    assert lines() == [
        "Away, room 1: “One” (30 Jan 2038, 16:00–16:30 America/New_York) and "
        "“Two” (30 Jan 2038, 16:15–18:00 America/New_York)",
        "כנס שנתי, room אולם A: “פתיחה” (30 Jan 2038, 09:00–10:00 Asia/Jerusalem) and "
        "“Keynote” (30 Jan 2038, 09:30–11:00 Asia/Jerusalem)",
    ]


def test_overlap_backwards_session(without_constraint, event):
    f.session(event=event, title="Backwards", room="1", start=f.at(10), end=f.at(9))
    f.session(event=event, title="Nowhere", start=f.at(12), end=f.at(11))
    assert lines() == [
        "כנס שנתי: “Backwards” ends before it starts (30 Jan 2038, 10:00–09:00 Asia/Jerusalem)",
        "כנס שנתי: “Nowhere” ends before it starts (30 Jan 2038, 12:00–11:00 Asia/Jerusalem)",
    ]


@pytest.mark.parametrize("minutes", [0, 45, 60])
def test_overlap_zero_length_session(without_constraint, event, minutes):
    f.session(event=event, room="1", start=f.at(9), end=f.at(10))
    moment = f.at(9) + timedelta(minutes=minutes)
    for _ in range(2):
        f.session(event=event, room="1", start=moment, end=moment)
    assert lines() == []
    assert find_overlaps() == (0, "-- No two sessions overlap in one room.\n")
    # Nor does the constraint find anything.
    f.run(
        "alter table schedules add constraint no_room_overlap exclude using gist (event_id with =,"
        " room with =, tstzrange(start_time, end_time) with &&) where (room is not null)"
    )


@pytest.mark.parametrize("moment", ["infinity", "-infinity"])
def test_overlap_zero_length_session_unreal_time(without_constraint, event, moment):
    insert(event, [(moment, moment, "1"), (moment, moment, "1")])
    assert lines() == []


def test_overlap_allowed_not_listed(without_constraint, event):
    other = f.event(organization=event.organization)
    f.session(event=event, room="1", start=f.at(9), end=f.at(10))
    f.session(event=event, room="1", start=f.at(10), end=f.at(11))
    f.session(event=event, room="2", start=f.at(9), end=f.at(10))
    f.session(event=other, room="1", start=f.at(9), end=f.at(10))
    f.session(event=event, room=None, start=f.at(9), end=f.at(10))
    f.session(event=event, room=None, start=f.at(9), end=f.at(10))
    assert lines() == []
    assert find_overlaps() == (0, "-- No two sessions overlap in one room.\n")


def test_overlap_room_other_spelling(without_constraint, event):
    first = f.session(event=event, title="One", room="Hall 1")
    second = f.session(event=event, title="Two", room="hall\u200f  1")
    [overlap] = conflicts.room_overlaps(event.pk)
    assert (overlap.first.id, overlap.second.id) in [
        (first.pk, second.pk),
        (second.pk, first.pk),
    ]
    # What the constraint lets pass is no hindrance for it.
    assert conflicts.room_overlaps(event.pk, to_the_letter=True) == []
    f.run(overlap.mending)
    assert conflicts.room_overlaps(event.pk) == []


def test_overlap_passing_constraint_told_apart(without_constraint, event):
    f.session(event=event, title="One", room="Hall 1", start=f.at(9), end=f.at(10))
    f.session(event=event, title="Two", room="hall 1", start=f.at(9, 30), end=f.at(11))
    status, printed = find_overlaps()
    assert status == 0
    assert [line for line in printed.splitlines() if line.startswith("-- ")] == [
        "-- No two sessions overlap in one room.",
        "-- כנס שנתי, room Hall 1, which one of them spells otherwise: “One” (30 Jan 2038, "
        "09:00–10:00 Asia/Jerusalem) and “Two” (30 Jan 2038, 09:30–11:00 Asia/Jerusalem)",
        "-- 1 time a room is held twice though the constraint lets it pass, for it is spelled in "
        "two ways.",
    ]
    f.session(event=event, title="Three", room="Hall 1", start=f.at(9, 45), end=f.at(12))
    status, printed = find_overlaps()
    assert status == 1
    heads = [line[:11] for line in printed.splitlines()]
    assert (heads[2], heads[-1]) == ("-- 1 place ", "-- 2 times ")
    f.run(printed)
    assert find_overlaps() == (0, "-- No two sessions overlap in one room.\n")


def test_overlap_before_migrate_has_no_key(stand_in):
    event = f.event(organization=f.organization())
    for title, room in (("One", "1"), ("Two", "1"), ("Three", "1 ")):
        f.session(event=event, title=title, room=room, speaker_name="Dana")
    [overlap] = conflicts.room_overlaps()
    assert {overlap.first.title, overlap.second.title} == {"One", "Two"}
    f.run(overlap.mending)
    assert conflicts.room_overlaps() == []
    assert len(conflicts.speaker_overlaps()) == 3


@pytest.mark.parametrize("timezone", ["Mars/Olympus", "", None, "../../etc/passwd", "Z" * 5000])
def test_overlap_unknown_time_zone(without_constraint, event, timezone):
    f.run("update events set timezone = %s", timezone)
    f.session(event=event, title="a", room="1")
    f.session(event=event, title="b", room="1")
    [line] = lines()
    zone, hour = ("Asia/Jerusalem", 9) if not timezone else ("UTC", 7)
    assert f"30 Jan 2038, {hour:02}:00–{hour + 1:02}:00 {zone})" in line


HOSTILE = "%s %(event)s {0} {event}\n'; drop table schedules; --\r\x1b[31m\x07\u202eab\u2028\t"


def test_hostile_names_stay_on_their_line(without_constraint, event):
    f.run("update events set name = %s", HOSTILE)
    f.session(event=event, title=HOSTILE, room=HOSTILE)
    f.session(event=event, title=HOSTILE * 1000, room=HOSTILE)
    f.session(event=event, title=HOSTILE, start=f.at(9), end=f.at(8))
    shown = (
        "%s %(event)s {0} {event}\\u000a'; drop table schedules; --\\u000d\\u001b[31m\\u0007"
        "\\u202eab\\u2028\\u0009"
    )
    assert all(line.isprintable() and line.startswith(f"{shown}") for line in lines())
    assert len(lines()) == 2
    assert max(map(len, lines())) < 1000
    status, printed = find_overlaps()
    assert status == 1
    assert [line[:3] for line in printed.splitlines()] == ["-- ", "upd", "-- ", "upd", "-- "]
    f.run(printed)
    assert find_overlaps()[0] == 0


moments = st.integers(min_value=0, max_value=14).map(
    lambda n: (f.at(9) + timedelta(minutes=30 * n)).isoformat()
)
odd_moments = moments | st.sampled_from(
    ["infinity", "-infinity", "2038-01-31T09:00Z", "2028-01-30T09:00Z"]
)
sessions = st.lists(
    st.tuples(odd_moments, odd_moments, st.sampled_from([None, "A", "B"])), max_size=7
)


@given(rows=sessions)
def test_overlap_statements_mend_until_none(without_constraint, event, rows):
    with transaction.atomic():
        insert(event, rows)
        assert places() == places_by_plain_comparison()
        for _ in range(50):
            found = conflicts.room_overlaps()
            if not found:
                break
            f.run(found[0].mending)
            assert place(found[0]) not in places()
        assert places() == places_by_plain_comparison() == set()
        transaction.set_rollback(True)


def place(overlap) -> frozenset:
    return frozenset(
        {overlap.first.id, overlap.second.id} if overlap.second else {overlap.first.id}
    )


def places() -> set[frozenset]:
    found = [place(overlap) for overlap in conflicts.room_overlaps()]
    assert len(found) == len(set(found))
    return set(found)


def places_by_plain_comparison() -> set[frozenset]:
    rows = list(Schedule.objects.all())
    found = {frozenset({a.pk}) for a in rows if a.end_time < a.start_time}
    real = [a for a in rows if a.start_time < a.end_time and a.room is not None]
    return found | {
        frozenset({a.pk, b.pk})
        for a, b in itertools.combinations(real, 2)
        if a.room == b.room and a.start_time < b.end_time and b.start_time < a.end_time
    }


def insert(event, rows) -> None:
    for start, end, room in rows:
        f.run(
            "insert into schedules (event_id, title, start_time, end_time, room)"
            " values (%s, 'x', %s, %s, %s)",
            event.pk,
            start,
            end,
            room,
        )


def test_overlap_late_statement_changes_nothing(without_constraint, event):
    first = f.session(event=event, room="1", start=f.at(9), end=f.at(10))
    second = f.session(event=event, room="1", start=f.at(9, 30), end=f.at(11))
    third = f.session(event=event, room="1", start=f.at(10, 30), end=f.at(12))
    backwards = f.session(event=event, start=f.at(10), end=f.at(9))
    found = conflicts.room_overlaps()
    assert [(o.first.id, o.second and o.second.id) for o in found] == [
        (first.pk, second.pk),
        (second.pk, third.pk),
        (backwards.pk, None),
    ]
    Schedule.objects.filter(pk=backwards.pk).update(end_time=f.at(13))
    for overlap in found:
        f.run(overlap.mending)
    assert list(
        Schedule.objects.order_by("start_time").values_list("room", "start_time", "end_time")
    ) == [
        ("1", f.at(9), f.at(10)),
        (None, f.at(9, 30), f.at(11)),
        (None, f.at(10), f.at(13)),
        ("1", f.at(10, 30), f.at(12)),
    ]


@pytest.mark.parametrize(
    ("start", "end", "mended"),
    [
        (f.at(11), f.at(10), (f.at(10), f.at(11))),
        (f.at(22), f.at(1), (f.at(22), f.at(25))),
        (f.at(9), f.at(10) - timedelta(days=365), (f.at(9), f.at(10))),
        (f.at(9), f.at(9) - timedelta(days=2), (f.at(9), f.at(9) + timedelta(days=1))),
    ],
)
def test_times_become_what_was_most_likely_meant(event, start, end, mended):
    row = f.session(event=event, start=start, end=end)
    [overlap] = conflicts.room_overlaps()
    f.run(overlap.mending)
    row.refresh_from_db()
    assert (row.start_time, row.end_time) == mended


def test_overlap_statement_with_constraint(event):
    # Without a room its times may be the wrong way round there.
    f.session(event=event, room="1", start=f.at(9), end=f.at(10))
    f.session(event=event, room="1", start=f.at(9, 45), end=f.at(9, 45))
    backwards = f.session(event=event, start=f.at(10), end=f.at(9, 30))
    status, printed = find_overlaps()
    assert status == 1
    f.run(printed)
    assert find_overlaps()[0] == 0
    backwards.refresh_from_db()
    assert (backwards.start_time, backwards.end_time) == (f.at(9, 30), f.at(10))


@pytest.mark.migrates
def test_migrate_waits_until_all_is_mended(own_stand_in):
    event = f.event(organization=f.organization())
    f.session(event=event, title="One", room="1", start=f.at(9), end=f.at(11))
    f.session(event=event, title="Two", room="1", start=f.at(10), end=f.at(12))
    f.session(event=event, title="Three", room="1", start=f.at(10, 30), end=f.at(13))
    f.session(event=event, title="Four", start=f.at(9), end=f.at(8))
    f.session(event=event, title="Five", room="1", start=f.at(9), end=f.at(9))
    before = steps.whole_catalogue()
    refusal = steps.refusal()
    status, printed = find_overlaps()
    listed = [line for line in printed.splitlines() if line.startswith("-- ")]
    assert status == 1
    assert listed.pop() == "-- 4 places to mend. Nothing was changed."
    assert refusal.splitlines() == [
        "Nothing was changed. Migrate cannot begin:",
        "- 4 places in the programmes must be mended first (`manage.py find_overlaps` lists them "
        "with statements that would mend them):",
        *(line.replace("-- ", "- ") for line in listed),
    ]
    assert steps.whole_catalogue() == before

    f.run(printed)
    assert find_overlaps()[0] == 0
    printed = steps.migrate()
    assert (
        "public.schedules holds 5 rows. Building no_room_overlap locks the table against reading "
        "and writing, for up to about 0.1 s."
    ) in printed
    assert steps.warnings() == []
    assert "Building" not in steps.migrate()


@pytest.mark.long
def test_overlap_constraint_waits_for_old_snapshot(quiet_stand_in):
    f.session(event=f.event(organization=f.organization()), room="1", start=f.at(11), end=f.at(10))
    with closing(steps.another_connection()) as older:
        older.autocommit = False
        older.isolation_level = IsolationLevel.REPEATABLE_READ
        older.execute("select")
        f.run(find_overlaps()[1])
        refusal = steps.refusal()
        older.rollback()
    assert refusal.startswith(
        "A session ends before it starts, or did so until a moment ago. The step that was running "
        "was undone whole; the steps before it stand. `manage.py find_overlaps` lists what there "
        "is to mend; if it lists nothing, run migrate again once older transactions have ended: "
    )
    # The server itself, and the others on one we were given, have transactions of their own.
    [(mended,)] = f.run("select pg_current_xact_id()::text")
    steps.eventually(lambda: all_began_after(mended), patience=120)
    steps.migrate(verbosity=0)
    assert steps.warnings() == []


def all_began_after(transaction_id: str) -> bool:
    return f.run(
        "select pg_snapshot_xmin(pg_current_snapshot()) > %s::xid8 and not exists ("
        " select from pg_stat_activity where datname = current_database()"
        " and pid <> pg_backend_pid() and backend_xmin is not null)",
        transaction_id,
    ) == [(True,)]

"""The day by room: whose day, which rooms and hours, what stands beside what, and the page."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string

from eventflow.text.bidi import isolate, ltr, plain
from scheduling import times, timetable
from scheduling.conflicts import Placement
from scheduling.timetable import Entry, Role
from tests import factories as f
from tests.scheduling import stylesheet

pytestmark = pytest.mark.django_db


def place(event, start, end, room="A", session=None):
    """Between two moments, or hours of the test day."""
    start, end = (at if isinstance(at, datetime) else f.at(0) + at * HOUR for at in (start, end))
    return Placement(
        event_id=event.pk,
        start=start,
        end=end,
        room=room,
        session_id=session and session.pk,
        zone=event.zone,
    )


HOUR = timedelta(hours=1)


def drawn(table):
    """What is in each column: title, role, first row, rows, lane of lanes."""
    return {
        column.room: [
            (c.entry.title, c.entry.role.value, c.first, c.rows, f"{c.lane}/{c.lanes}")
            for c in column.cells
        ]
        for column in table.columns
    }


def labels(table):
    """The labels of the hours, without what isolates them, by the row they begin in."""
    return {hour.first: plain(hour.label) for hour in table.hours}


def render(table, **context):
    return render_to_string("admin/scheduling/timetable.html", {"timetable": table} | context)


def test_timetable_move_with_neighbours_and_clashes(event):
    opening = f.session(event=event, title="Opening", room="Hall", start=f.at(9), end=f.at(9, 45))
    moved = f.session(event=event, title="סדנה", room="A", start=f.at(11, 15), end=f.at(12, 45))
    f.session(event=event, title="Coffee", room="Foyer", start=f.at(10), is_break=True)
    f.session(event=event, title="Panel", room="B", start=f.at(10, 30))
    f.session(event=event, title="Tour", room=None, start=f.at(9))

    table = timetable.day(
        event=event,
        session=moved,
        proposed=place(event, 9.25, 10.75, "Hall", moved),
        title="סדנה חדשה",
        clashing=[opening.pk],
    )

    assert drawn(table) == {
        "Hall": [("Opening", "clash", 1, 3, "1/2"), ("סדנה חדשה", "proposed", 2, 6, "2/2")],
        "A": [("סדנה", "now", 10, 6, "1/1")],
        "B": [("Panel", "other", 7, 4, "1/1")],
        "Foyer": [("Coffee", "break", 5, 4, "1/1")],
        None: [("Tour", "other", 1, 4, "1/1")],
    }
    assert list(drawn(table)) == ["Hall", "A", "B", "Foyer", None]
    assert [column.classes for column in table.columns] == ["hit taken wide", "hit", "", "", ""]
    assert labels(table) == {1: "09:00", 5: "10:00", 9: "11:00", 13: "12:00"}
    assert table.rows == 16
    assert table.classes == "ruled"
    assert table.heading == f"Saturday 30 January 2038, by room ({ltr('Asia/Jerusalem')})"
    assert table.elsewhere == ""
    assert table.left_out == ()
    assert table.legend == (
        ("proposed", "proposed"),
        ("now", "here now"),
        ("clash", "clash"),
        ("break", "break"),
    )
    assert [(entry.title, entry.what) for entry in table.entries] == [
        ("Opening", "clash"),
        ("Tour", "other session"),
        ("סדנה חדשה", "proposed"),
        ("Coffee", "break"),
        ("Panel", "other session"),
        ("סדנה", "here now"),
    ]


def test_timetable_removal_day(event):
    session = f.session(event=event, title="x", room="A", start=f.at(9))
    f.session(event=event, title="tomorrow", room="B", start=f.at(33))

    table = timetable.day(event=event, session=session)

    assert drawn(table) == {"A": [("x", "now", 1, 4, "1/1")]}


def test_timetable_new_session_alone(event):
    table = timetable.day(event=event, proposed=place(event, 9, 10), title="x")

    assert drawn(table) == {"A": [("x", "proposed", 1, 4, "1/1")]}


def test_timetable_staying_session_once(event):
    session = f.session(event=event, title="x", room="A", start=f.at(9))

    table = timetable.day(
        event=event, session=session, proposed=place(event, 9, 10, "A", session), title="y"
    )

    assert drawn(table) == {"A": [("x", "now", 1, 4, "1/1")]}


def test_timetable_day_of_proposal(event):
    session = f.session(event=event, title="x", room="A", start=f.at(-15))
    f.session(event=event, title="yesterday", room="B", start=f.at(-15))

    table = timetable.day(
        event=event, session=session, proposed=place(event, 9, 10, None, session), title="x"
    )

    assert drawn(table) == {None: [("x", "proposed", 1, 4, "1/1")]}
    assert table.elsewhere == f"now: 29 Jan 2038, {ltr('09:00–10:00')}, {isolate('A')}"
    assert table.elsewhere in render(table)


def test_timetable_present_place_without_room(event):
    session = f.session(event=event, title="x", room=None, start=f.at(-15))

    table = timetable.day(event=event, session=session, proposed=place(event, 9, 10), title="x")

    assert table.elsewhere == f"now: 29 Jan 2038, {ltr('09:00–10:00')}, without a room"


def test_timetable_without_place(event, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert timetable.day(event=event) is None


def test_timetable_at_calendar_end(event, django_assert_num_queries):
    end = datetime(9999, 12, 31, 12, tzinfo=UTC)
    with django_assert_num_queries(0):
        assert timetable.day(event=event, proposed=place(event, end - HOUR, end)) is None


def test_sessions_of_other_events_do_not_matter(event, their_event):
    f.session(event=their_event, room="A", start=f.at(9))

    table = timetable.day(event=event, proposed=place(event, 9, 10), title="x")

    assert drawn(table) == {"A": [("x", "proposed", 1, 4, "1/1")]}


@pytest.mark.parametrize("number", [1, 60])
@pytest.mark.parametrize("room", ["A", "B"])
def test_timetable_statement_count(event, number, room, django_assert_num_queries):
    for n in range(number):
        f.session(event=event, room=f"R{n}", start=f.at(9))
    session = f.session(event=event, room="A", start=f.at(12))

    proposed = place(event, 9, 10, room, session)
    with django_assert_num_queries(1):
        render(timetable.day(event=event, session=session, proposed=proposed, title="x"))


def test_timetable_room_one_column(event):
    moved = f.session(event=event, title="moved", room="hall\u200f 1", start=f.at(9))
    f.session(event=event, title="one", room="HALL 1", start=f.at(11))
    f.session(event=event, title="two", room="Hall  1", start=f.at(12))
    f.session(event=event, title="other", room="b", start=f.at(9))
    f.session(event=event, title="more", room="B", start=f.at(10))
    f.session(event=event, title="most", room="B", start=f.at(11))

    table = timetable.day(
        event=event, session=moved, proposed=place(event, 13, 14, "Hall 1", moved), title="moved"
    )

    assert {room: [cell[0] for cell in cells] for room, cells in drawn(table).items()} == {
        "Hall 1": ["moved", "one", "two", "moved"],
        "B": ["other", "more", "most"],
    }


class TestTheHours:
    def test_timetable_full_hours_in_use(self, event):
        f.session(event=event, title="x", room="B", start=f.at(14, 30), end=f.at(15, 10))

        table = timetable.day(event=event, proposed=place(event, 11.75, 12.25), title="y")

        assert labels(table) == {1: "11:00", 5: "12:00", 9: "13:00", 13: "14:00", 17: "15:00"}
        assert table.rows == 20
        assert drawn(table) == {
            "A": [("y", "proposed", 4, 2, "1/1")],
            "B": [("x", "other", 15, 3, "1/1")],
        }

    def test_timetable_days_long_stretches_nothing(self, event):
        f.session(event=event, title="Exhibition", room="B", start=f.at(-30), end=f.at(50))

        table = timetable.day(event=event, proposed=place(event, 9, 10), title="x")

        assert table.rows == 4
        (cell,) = table.columns[1].cells
        assert (cell.first, cell.rows, cell.earlier, cell.later) == (1, 2, True, True)
        assert cell.classes == "other from-1 for-2 short earlier later"
        assert "28 Jan, 18:00 – 1 Feb, 02:00" in plain(cell.entry.hint)

    def test_timetable_days_long_leaves_room(self, event):
        f.session(event=event, title="Exhibition", start=f.at(-30), end=f.at(50))
        f.session(event=event, title="Tour", start=f.at(11))

        table = timetable.day(event=event, proposed=place(event, 9, 10), title="x")

        assert drawn(table)[None] == [
            ("Exhibition", "other", 1, 2, "1/1"),
            ("Tour", "other", 9, 4, "1/1"),
        ]

    def test_timetable_back_to_back_one_lane(self, event):
        f.session(event=event, title="a", room="A", start=f.at(9), end=f.at(9, 50))
        f.session(event=event, title="b", room="A", start=f.at(9, 50), end=f.at(10, 40))

        table = timetable.day(event=event, proposed=place(event, 10 + 2 / 3, 11.5), title="c")

        assert drawn(table) == {
            "A": [
                ("a", "other", 1, 3, "1/1"),
                ("b", "other", 4, 4, "1/1"),
                ("c", "proposed", 8, 3, "1/1"),
            ]
        }

    def test_timetable_session_of_a_minute(self, event):
        table = timetable.day(event=event, proposed=place(event, 9, 9 + 1 / 60), title="x")

        assert drawn(table) == {"A": [("x", "proposed", 1, 1, "1/1")]}

    def test_timetable_past_midnight_to_end(self, event):
        f.session(event=event, title="late", room="B", start=f.at(20), end=f.at(22))
        f.session(event=event, title="next", room="B", start=f.at(24), end=f.at(25))

        table = timetable.day(event=event, proposed=place(event, 23, 25.5), title="party")

        assert drawn(table) == {
            "A": [("party", "proposed", 13, 10, "1/1")],
            "B": [("late", "other", 1, 8, "1/1"), ("next", "other", 17, 4, "1/1")],
        }
        assert [(plain(hour.label), hour.day) for hour in table.hours] == [
            ("20:00", ""),
            ("21:00", ""),
            ("22:00", ""),
            ("23:00", ""),
            ("00:00", "31 Jan"),
            ("01:00", ""),
        ]
        assert [entry.when for entry in table.entries] == [
            ltr("20:00–22:00"),
            f"30 Jan, {ltr('23:00')} – 31 Jan, {ltr('01:30')}",
            f"31 Jan, {ltr('00:00–01:00')}",
        ]

    def test_timetable_over_midnight_last_hour(self, event):
        f.session(event=event, title="party", room="A", start=f.at(-1), end=f.at(1, 30))

        table = timetable.day(event=event, proposed=place(event, 2, 3), title="x")

        assert drawn(table) == {
            "A": [("party", "other", 1, 2, "1/1"), ("x", "proposed", 5, 4, "1/1")]
        }
        assert [cell.earlier for cell in table.columns[0].cells] == [True, False]

    def test_timetable_hundred_rows_with_proposal(self, event):
        f.session(event=event, title="early", room="B", start=f.at(0))

        table = timetable.day(event=event, proposed=place(event, 22, 29), title="x")

        assert table.rows == timetable.MOST_ROWS
        assert drawn(table) == {"A": [("x", "proposed", 73, 28, "1/1")], "B": []}
        assert table.left_out == ("1 more session is not drawn.",)

    def test_timetable_proposal_of_days_at_start(self, event):
        f.session(event=event, title="before", room="A", start=f.at(20))
        table = timetable.day(event=event, proposed=place(event, 22, 100), title="x")

        assert drawn(table) == {
            "A": [("before", "other", 1, 4, "1/1"), ("x", "proposed", 9, 4, "1/1")]
        }
        assert [(c.earlier, c.later) for c in table.columns[0].cells] == [
            (False, False),
            (False, True),
        ]
        assert table.left_out == ()

    @pytest.mark.parametrize(("lasts", "rows"), [(24, 96), (24 + 1 / 60, 4)])
    def test_timetable_day_and_longer_at_ends(self, event, lasts, rows):
        table = timetable.day(event=event, proposed=place(event, 9, 9 + lasts), title="x")

        assert drawn(table) == {"A": [("x", "proposed", 1, rows, "1/1")]}


class TestDaylightSaving:
    """In Jerusalem the clocks skip 02:00 on 26 March 2038, and repeat 01:00 on 31 October."""

    @pytest.mark.parametrize(
        ("day", "hours", "some"),
        [
            ("2038-03-26", 23, ["00:00", "01:00", "03:00", "04:00"]),
            ("2038-10-31", 25, ["00:00", "01:00 (+0300)", "01:00 (+0200)", "02:00"]),
        ],
    )
    def test_timetable_row_is_elapsed_time(self, event, day, hours, some):
        midnight = datetime.fromisoformat(day).replace(tzinfo=event.zone).astimezone(UTC)
        f.session(event=event, title="first", room="B", start=midnight)
        f.session(
            event=event, title="last", room="B", start=midnight + (hours - 1) * HOUR, end=None
        )

        table = timetable.day(
            event=event, proposed=place(event, midnight + HOUR, midnight + 3 * HOUR), title="x"
        )

        assert table.rows == hours * 4
        assert table.classes == "dense ruled"
        assert list(labels(table).values())[:4] == some
        assert list(labels(table)) == list(range(1, hours * 4, 4))
        assert drawn(table) == {
            "A": [("x", "proposed", 5, 8, "1/1")],
            "B": [
                ("first", "other", 1, 4, "1/1"),
                ("last", "other", hours * 4 - 3, 4, "1/1"),
            ],
        }

    @pytest.mark.parametrize(
        ("day", "last", "told"),
        [
            ("2038-03-25", "04:00", "25 Mar, 23:00 – 26 Mar, 04:00"),
            ("2038-10-30", "02:00", "30 Oct, 23:00 – 31 Oct, 02:00"),
        ],
    )
    def test_timetable_night_of_clock_change(self, event, day, last, told):
        start = datetime.fromisoformat(f"{day}T23:00").replace(tzinfo=event.zone).astimezone(UTC)

        table = timetable.day(
            event=event, proposed=place(event, start, start + 4 * HOUR), title="party"
        )

        (entry,) = table.entries
        assert drawn(table) == {"A": [("party", "proposed", 1, 16, "1/1")]}
        assert plain(entry.when) == told
        assert [plain(hour.label) for hour in table.hours][:2] == ["23:00", "00:00"]
        assert f"{times.local(entry.end, event.zone):%H:%M}" == last

    @pytest.mark.parametrize(
        ("zone", "day", "first"),
        [
            # Midnight is skipped; it occurs twice; half an hour occurs twice.
            ("Africa/Cairo", "2038-04-30", "01:00"),
            ("Atlantic/Azores", "2038-10-31", "00:00 (+0000)"),
            ("Australia/Lord_Howe", "2038-04-04", "00:00"),
        ],
    )
    def test_timetable_odd_clock_changes(self, ours, zone, day, first):
        event = f.event(organization=ours, timezone=zone)
        midnight = datetime.fromisoformat(day).replace(tzinfo=event.zone).astimezone(UTC)

        table = timetable.day(
            event=event, proposed=place(event, midnight, midnight + 5 * HOUR), title="x"
        )

        assert labels(table)[1] == first
        assert drawn(table)["A"][0][2:] == (1, 20, "1/1")
        assert ("ruled" in table.classes) is (zone != "Australia/Lord_Howe")


class TestLanes:
    def test_timetable_overlaps_side_by_side(self, event):
        for title, start, end in (("a", 9, 10), ("b", 9.5, 11), ("c", 10, 11), ("d", 11, 12)):
            f.session(
                event=event, title=title, start=f.at(0) + start * HOUR, end=f.at(0) + end * HOUR
            )

        table = timetable.day(event=event, proposed=place(event, 9, 10), title="x")

        assert drawn(table)[None] == [
            ("a", "other", 1, 4, "1/2"),
            ("b", "other", 3, 6, "2/2"),
            ("c", "other", 5, 4, "1/2"),
            ("d", "other", 9, 4, "1/1"),
        ]

    def test_timetable_overlap_of_minutes(self, event):
        f.session(event=event, title="a", room="A", start=f.at(9), end=f.at(9, 50))

        table = timetable.day(event=event, proposed=place(event, 9.75, 11), title="x")

        assert [cell[-1] for cell in drawn(table)["A"]] == ["2/2", "1/2"]

    def test_timetable_four_lanes_with_concerned(self, event):
        for n in range(6):
            last = f.session(event=event, title=str(n), start=f.at(9))

        table = timetable.day(
            event=event, proposed=place(event, 9, 10, None), title="x", clashing=[last.pk]
        )

        assert drawn(table) == {
            None: [
                ("5", "clash", 1, 4, "1/4"),
                ("x", "proposed", 1, 4, "2/4"),
                ("0", "other", 1, 4, "3/4"),
                ("1", "other", 1, 4, "4/4"),
            ]
        }
        assert table.left_out == ("3 more sessions are not drawn.",)
        assert len(table.entries) == 7


class TestBounds:
    def test_timetable_dozen_rooms_concerned_first(self, event):
        for n in range(1, 16):
            for k in range(2 if n > 6 else 1):
                f.session(event=event, room=f"room {n}", start=f.at(9 + k))
        far = f.session(event=event, room="away", start=f.at(9))
        f.session(event=event, room=None, start=f.at(9))
        session = f.session(event=event, room="here", start=f.at(9))

        table = timetable.day(
            event=event,
            session=session,
            proposed=place(event, 9, 10, "there", session),
            title="x",
            clashing=[far.pk],
        )

        assert [column.room for column in table.columns] == [
            "there",
            "here",
            "away",
            *(f"room {n}" for n in range(7, 16)),
            None,
        ]
        assert table.left_out == (
            "6 more rooms are not drawn.",
            "6 more sessions are not drawn.",
        )

    def test_exactly_a_dozen_leaves_nothing_out(self, event):
        for n in range(12):
            f.session(event=event, room=f"room {n}", start=f.at(9))

        table = timetable.day(event=event, proposed=place(event, 9, 10, "room 11"), title="x")

        assert [column.room for column in table.columns] == [
            "room 11",
            *(f"room {n}" for n in range(11)),
        ]
        assert table.left_out == ()

    def test_timetable_two_hundred_sessions(self, event):
        f.run(
            "insert into schedules (event_id, title, room, start_time, end_time)"
            " select %s, n::text, 'room ' || n %% 10, %s + n * interval '1 min',"
            " %s + n * interval '1 min' from generate_series(1, 300) as n",
            event.pk,
            f.at(8),
            f.at(8),
        )
        late = f.session(event=event, title="late", room="z", start=f.at(20))

        table = timetable.day(
            event=event, proposed=place(event, 20, 21, "z"), title="x", clashing=[late.pk]
        )

        assert len(table.entries) == timetable.MOST_SESSIONS + 1
        assert drawn(table)["z"] == [
            ("late", "clash", 49, 4, "1/2"),
            ("x", "proposed", 49, 4, "2/2"),
        ]
        assert (
            sum(map(len, drawn(table).values())) + int(re.search(r"\d+", table.left_out[-1])[0])
            == 302
        )


class TestAWholeDay:
    def wanted(self, start, end, room="A", role=Role.CLEAR, title="x"):
        return Entry(role, title, room, f.at(0) + start * HOUR, f.at(0) + end * HOUR)

    def test_rooms_are_in_the_order_of_their_names(self, event):
        for room in ("Room 10", "Room 2", None, "Attic"):
            f.session(event=event, title="y", room=room, start=f.at(9))

        table = timetable.whole_day(
            event=event,
            on=f.DAY.date(),
            places=[self.wanted(9, 10, "Room 3")],
            holding={"Room 2": 40},
        )

        assert [(column.room, column.capacity) for column in table.columns] == [
            ("Attic", None),
            ("Room 2", 40),
            ("Room 3", None),
            ("Room 10", None),
            (None, None),
        ]

    def test_timetable_wanted_rooms_before_busiest(self, event):
        for n in range(timetable.MOST_ROOMS + 3):
            f.session(event=event, room=f"room {n}", start=f.at(9))

        table = timetable.whole_day(
            event=event, on=f.DAY.date(), places=[self.wanted(9, 10, "z", Role.WARNED)]
        )

        assert "z" in [column.room for column in table.columns]
        assert table.left_out == ("4 more rooms are not drawn.", "4 more sessions are not drawn.")
        # In the table there are all.
        assert len(table.entries) == timetable.MOST_ROOMS + 4

    def test_timetable_coming_sessions_once(self, event):
        session = f.session(event=event, title="y", room="A", start=f.at(9))

        table = timetable.whole_day(
            event=event,
            on=f.DAY.date(),
            places=[self.wanted(9, 10, role=Role.LEAVES)],
            apart=[session.pk],
        )

        assert drawn(table) == {"A": [("x", "leaves", 1, 4, "1/1")]}

    @pytest.mark.parametrize(
        ("ends", "rows", "later"),
        [(24, 4, False), (30, 28, False), (36, 52, False), (37, 4, True), (46, 4, True)],
    )
    def test_timetable_night_to_noon(self, event, ends, rows, later):
        f.session(event=event, title="night", room="A", start=f.at(23), end=f.at(ends))

        table = timetable.whole_day(event=event, on=f.DAY.date())

        (cell,) = table.columns[0].cells
        assert (cell.rows, cell.later, table.rows) == (rows, later, rows)

    def test_timetable_over_midnight_no_stretch(self, event):
        f.session(event=event, title="party", room="A", start=f.at(-2), end=f.at(1))
        f.session(event=event, title="late", room="B", start=f.at(-1), end=f.at(9, 30))

        alone = timetable.whole_day(event=event, on=f.DAY.date())
        f.session(event=event, title="Opening", room="C", start=f.at(9))
        table = timetable.whole_day(event=event, on=f.DAY.date())
        night = timetable.whole_day(event=event, on=f.DAY.date(), places=[self.wanted(0.5, 2)])

        assert drawn(alone) == {
            "A": [("party", "other", 1, 4, "1/1")],
            "B": [("late", "other", 1, 38, "1/1")],
        }
        assert drawn(table) == {
            "A": [],
            "B": [("late", "other", 1, 2, "1/1")],
            "C": [("Opening", "other", 1, 4, "1/1")],
        }
        assert table.left_out == ("1 more session is not drawn.",)
        assert "party" in [entry.title for entry in table.entries]
        # Beside what meets it, it is there.
        assert [cell[0] for cell in drawn(night)["A"]] == ["party", "x"]

    def test_timetable_other_days_left_out(self, event):
        f.session(event=event, title="tomorrow", room="A", start=f.at(24))
        f.session(event=event, title="yesterday", room="A", start=f.at(-1), end=f.at(0))

        table = timetable.whole_day(
            event=event, on=f.DAY.date(), places=[self.wanted(24, 25), self.wanted(-2, 0)]
        )

        assert table.entries == table.columns == table.left_out == ()

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_timetable_at_calendar_ends(self, event, day, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert timetable.whole_day(event=event, on=datetime.fromisoformat(day).date()) is None

    def test_timetable_change_of_days_no_wall(self, event):
        session = f.session(event=event, title="x", room="A", start=f.at(9), end=f.at(80))

        table = timetable.day(
            event=event, session=session, proposed=place(event, 33, 104, "B", session), title="x"
        )

        assert drawn(table) == {
            "B": [("x", "proposed", 1, 4, "1/1")],
            "A": [("x", "now", 1, 2, "1/1")],
        }


@pytest.fixture
def odd_sessions(event):
    """Rows that no honest program writes."""
    for title, start, end in (
        ("backwards", "2038-01-30 12:00+02", "2038-01-30 08:00+02"),
        ("always", "-infinity", "infinity"),
        ("in no time", "2038-01-30 10:30+02", "2038-01-30 10:30+02"),
        ("for ever", "2038-01-30 12:00+02", "infinity"),
        ("since ever", "-infinity", "2038-01-30 08:00+02"),
        ("far off", "20000-01-01", "30000-01-01"),
        ("long ago", "0044-03-15 BC", "0044-03-16 BC"),
    ):
        f.run(
            "insert into schedules (event_id, title, start_time, end_time) values (%s, %s, %s, %s)",
            event.pk,
            title,
            start,
            end,
        )


def test_timetable_odd_sessions_at_start(event, odd_sessions):
    table = timetable.day(event=event, proposed=place(event, 9, 10), title="x")

    assert drawn(table) == {
        "A": [("x", "proposed", 9, 4, "1/1")],
        None: [
            ("since ever", "other", 1, 4, "1/2"),
            ("always", "other", 1, 2, "2/2"),
            ("in no time", "other", 15, 1, "1/1"),
            ("backwards", "other", 21, 1, "1/2"),
            ("for ever", "other", 21, 4, "2/2"),
        ],
    }
    assert render(table)


def test_timetable_day_of_any_odd_session(event, odd_sessions):
    for session in event.schedule_set.all():
        table = timetable.day(event=event, session=session)
        assert any(e.role is Role.NOW for e in table.entries), session.title
        assert render(table)
        moved = timetable.day(
            event=event, session=session, proposed=place(event, 9, 10, "A", session), title="x"
        )
        assert drawn(moved)["A"][0][:2] == ("x", "proposed")


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ x }}{% now 'Y' %}\u202e" + (
    "x" * 3000
)


def test_timetable_text_escaped_isolated_cut(event):
    f.session(event=event, title=HOSTILE, room=HOSTILE, start=f.at(9))

    page = render(
        timetable.day(event=event, proposed=place(event, 9, 10, HOSTILE), title=HOSTILE),
        may_see_sessions=True,
    )

    assert "<script" not in page
    assert "<img" not in page
    assert "x" * 300 not in page
    told = re.sub(r' title="[^"]*"', "", page)
    assert re.findall(r"(?<!<bdi>)(?<! dir=.auto.>)&lt;script", told) == []


def test_timetable_links_with_permission(event):
    session = f.session(event=event, title="x", room="A", start=f.at(9))
    table = timetable.day(event=event, proposed=place(event, 10, 11), title="y")
    link = f'<a href="/admin/scheduling/schedule/{session.pk}/change/"><bdi>x</bdi></a>'

    assert link in render(table, may_see_sessions=True)
    assert "<a " not in render(table)


def test_timetable_without_inline_styles(event):
    other = f.session(event=event, title="x", room="A", start=f.at(9))
    session = f.session(event=event, title="y", room="B", start=f.at(9))

    page = render(
        timetable.day(
            event=event,
            session=session,
            proposed=place(event, 9, 10, "A", session),
            title="y",
            clashing=[other.pk],
        )
    )

    assert re.findall(r"style\b", page) == []
    assert re.findall(r"<b>(.*?)</b>", page) == ["clash", "proposed", "here now"]


def test_stylesheet_numbered_rules_suffice():
    text = stylesheet.FILE.read_text(encoding="utf-8")

    assert text[text.index(stylesheet.BEGINNING) :] == stylesheet.numbered_rules()


def test_stylesheet_rule_for_every_class(event):
    f.session(event=event, title="days", room="E", start=f.at(-30), end=f.at(60))
    f.session(event=event, title="break", room="C", start=f.at(0), is_break=True)
    f.session(event=event, title="night", room="C", start=f.at(23), end=f.at(24))
    clash = f.session(event=event, title="clash", room="A", start=f.at(9))
    session = f.session(event=event, title="now", room="B", start=f.at(9), end=f.at(9, 15))
    f.session(event=event, title="short", room="D", start=f.at(9), end=f.at(9, 30))

    page = render(
        timetable.day(
            event=event,
            session=session,
            proposed=place(event, 9, 10, "A", session),
            title="x",
            clashing=[clash.pk],
        )
    )

    whole = timetable.whole_day(
        event=event,
        on=f.DAY.date(),
        places=[
            Entry(role, "y", role, f.at(9), f.at(10), leads_to="/", note="n")
            for role in (Role.BLOCKED, Role.WARNED, Role.CLEAR, Role.LEAVES, Role.REMOVED)
        ],
        holding={"A": 400},
    )
    page += render(whole)
    used = {name for names in re.findall(r'class="([^"]*)"', page) for name in names.split()}
    styled = set(re.findall(r"\.([a-z][\w-]*)", stylesheet.FILE.read_text(encoding="utf-8")))
    assert {role.value for role in Role} | {
        "dense",
        "ruled",
        "earlier",
        "later",
        "brief",
        "short",
        "wide",
        "hit",
        "taken",
        "lane-1-of-2",
    } <= used
    assert used - styled == set()

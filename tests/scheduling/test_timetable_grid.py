"""Whatever stands on a day and is wanted of it: nothing is drawn twice, over another, or lost."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from scheduling.timetable import MOST_LANES, MOST_ROWS, Entry, Role, grid
from scheduling.timetable.values import LONG, ROW, ROWS_OF_AN_HOUR

# Of 24 hours, of 23 and of 25.
DAYS = (date(2038, 1, 30), date(2038, 3, 26), date(2038, 10, 31))
ZONE = ZoneInfo("Asia/Jerusalem")
ALWAYS = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))

roles = st.sampled_from(list(Role))
# Minutes from the day's midnight; of days, of hours, of none, and backwards.
spans = st.tuples(st.integers(-4000, 2000), st.integers(-60, 400) | st.integers(-60, 9000))


@st.composite
def programmes(draw):
    """A day, and what is on it or about it."""
    day = draw(st.sampled_from(DAYS))
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)
    entries = [
        Entry(
            draw(roles),
            str(n),
            "A",
            midnight + timedelta(minutes=starts),
            midnight + timedelta(minutes=starts + lasts),
        )
        for n, (starts, lasts) in enumerate(draw(st.lists(spans, max_size=8)))
    ]
    if draw(st.booleans()):
        entries.append(Entry(draw(roles), "always", "A", *ALWAYS))
    window = grid.Window.on(day, [(e.start, e.end) for e in entries], zone=ZONE)
    return window, [window.told(e) for e in entries if window.shows(e.start, e.end)]


@given(programmes())
def test_column_each_once_without_overlap(programme):
    window, entries = programme
    axis = grid.axis(entries, window)
    column = grid.column("A", entries, axis)
    rows = axis.last - axis.first
    cells = column.cells

    assert 1 <= rows <= MOST_ROWS
    for cell in cells:
        assert 1 <= cell.first <= cell.first + cell.rows - 1 <= rows
        assert cell.rows >= 1
        assert 1 <= cell.lane <= cell.lanes <= MOST_LANES
    for n, one in enumerate(cells):
        for other in cells[n + 1 :]:
            apart = one.first + one.rows <= other.first or other.first + other.rows <= one.first
            assert apart or one.lane != other.lane
            # Those side by side share the column alike.
            assert apart or one.lanes == other.lanes
    told = [cell.entry.title for cell in cells]
    assert all(told.count(e.title) <= (2 if e.end - e.start > LONG else 1) for e in entries)


@given(programmes())
def test_column_leaves_out_only_unplaceable(programme):
    window, entries = programme
    axis = grid.axis(entries, window)
    drawn = {cell.entry.title for cell in grid.column("A", entries, axis).cells}

    for entry in entries:
        alone = grid.column("A", [entry], axis).cells
        if not alone:
            # It is outside of the hundred rows that are drawn, or over before the first of them.
            came_over_midnight = entry.start < window.since and entry.end <= axis.begins + ROW
            assert axis.last - axis.first == MOST_ROWS or came_over_midnight
        elif entry.title not in drawn:
            assert len(entries) > MOST_LANES


@given(programmes())
def test_column_days_long_cut_and_no_wall(programme):
    window, entries = programme
    axis = grid.axis(entries, window)

    for entry in entries:
        cells = grid.column("A", [entry], axis).cells
        if entry.end - entry.start > LONG:
            assert all(cell.rows <= ROWS_OF_AN_HOUR for cell in cells)
            assert all(cell.earlier or cell.later for cell in cells)
            inside = [window.since <= entry.start, entry.end <= window.until]
            if axis.last - axis.first < MOST_ROWS:
                assert len(cells) == (sum(inside) or 1)
        else:
            assert len(cells) <= 1

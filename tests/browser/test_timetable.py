"""The timetable's stylesheet in a real browser: what stands where, in both directions."""

from datetime import UTC, datetime

import pytest
from django.template.loader import render_to_string

from scheduling.timetable import Cell, Column, Entry, Hour, Role, Timetable
from tests.browser import demo
from tests.scheduling import stylesheet

NIGHT = datetime(2038, 1, 30, tzinfo=UTC)


def cell(title, role, first, rows, lane=1, lanes=1):
    entry = Entry(role, title, "A", NIGHT, NIGHT, "09:00–10:00")
    return Cell(entry, first, rows, lane, lanes, earlier=False, later=False)


TABLE = Timetable(
    heading="Saturday",
    hours=(Hour("09:00", "", 1, 4), Hour("10:00", "", 5, 4)),
    columns=(
        Column(
            "A",
            True,
            True,
            (cell("clash", Role.CLASH, 1, 3, 1, 2), cell("here", Role.PROPOSED, 2, 6, 2, 2)),
        ),
        *(
            Column(f"room {n}", False, False, (cell("x" * 300, Role.OTHER, 5, 4),))
            for n in range(9)
        ),
    ),
    entries=(),
    elsewhere="",
    left_out=(),
    rows=8,
)


@pytest.fixture
def shown():
    demo.require_chromium()
    with demo.page(language="en-US", size=(400, 700)) as page:

        def show(direction):
            partial = render_to_string("admin/scheduling/timetable.html", {"timetable": TABLE})
            page.set_content(
                f'<!doctype html><html dir="{direction}"><style>'
                f"{stylesheet.FILE.read_text(encoding='utf-8')}</style>{partial}"
            )
            return page

        yield show


@pytest.mark.parametrize(("direction", "sign"), [("ltr", 1), ("rtl", -1)])
def test_timetable_places_and_scrolling(shown, direction, sign):
    page = shown(direction)

    def box(selector):
        return page.locator(selector).first.bounding_box()

    nine, ten = box(".hour >> nth=0"), box(".hour >> nth=1")
    clash, proposed, beside = box(".cell.clash"), box(".cell.proposed"), box(".cell.other")
    row = (ten["y"] - nine["y"]) / 4
    # A cell keeps a pixel of distance above and below.
    assert clash["y"] - nine["y"] == 1
    assert proposed["y"] - nine["y"] == row + 1
    assert (clash["height"], proposed["height"]) == (3 * row - 2, 6 * row - 2)
    assert beside["y"] - ten["y"] == 1
    assert clash["width"] == pytest.approx(proposed["width"], abs=1)
    assert (proposed["x"] - clash["x"]) * sign == pytest.approx(clash["width"], abs=1)
    assert (beside["x"] - proposed["x"]) * sign > 0

    assert page.evaluate("document.documentElement.scrollWidth") == 400
    page.evaluate(f"document.querySelector('.box').scrollBy({sign * 500}, 0)")
    assert page.locator(".hour").first.bounding_box()["x"] == nine["x"]
    assert (box(".cell.clash")["x"] - clash["x"]) * sign == -500

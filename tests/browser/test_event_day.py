"""A day of an event with everything that waits, and the event's page, in a real browser."""

import pytest

from tests.browser import demo
from tests.browser.test_accessibility import faults

PHONE = (390, 844)
EVENTS = "/admin/scheduling/event/"


@pytest.fixture(params=["he-IL", "en-US"])
def language(request):
    return request.param


@pytest.fixture(params=[demo.WIDE, PHONE], ids=["wide", "phone"])
def size(request):
    return request.param


@pytest.fixture
def page(served, language, size):
    with demo.page(language=language, size=size) as page:
        served.sign_in(page, "noa")
        page.goto(served.address + EVENTS)
        demo.follow(page, page.locator("#result_list a", has_text="הכנס השנתי"))
        yield page


def whole_day(page, nth):
    demo.follow(page, page.locator("nav.to-days a").nth(nth), to=".timetable .grid")


def box(page, selector):
    return page.locator(selector).first.bounding_box()


def test_event_day_axe_and_width(page):
    found = faults(page, "event")
    for n in range(3):
        whole_day(page, n)
        found += faults(page, f"day {n + 1}")
        page.go_back()

    assert found == []


def test_days_and_drawings_begin_early(page, size):
    """The first day of an event; on a day, what waits, or at a desk the drawing of it."""
    first = box(page, ".of-a-day h2")["y"]
    assert first < (600 if size == PHONE else 420)
    assert box(page, ".named .chip")["y"] < size[1]

    whole_day(page, 0)
    assert box(page, "#waiting" if size == PHONE else ".timetable .grid")["y"] < size[1] * 0.7


def test_event_day_switch_suggestions(page):
    whole_day(page, 0)
    drawn = page.locator(".timetable .cell").count()
    demo.follow(page, "a[href='?only=waiting']", to=".timetable .grid")

    assert 0 < page.locator(".timetable .cell").count() < drawn
    assert page.locator(".cell.other").count() == 0
    assert page.locator(".cell.clash").count() == 1
    assert faults(page, "only what waits") == []
    demo.follow(page, "nav.to-days a:not([href*=only]):not([href*='#'])", to=".timetable .grid")
    assert page.locator(".timetable .cell").count() == drawn


def test_event_day_cell_leads_to_review(page, size):
    whole_day(page, 0)

    blocked = page.locator("a.cell.blocked")
    assert "סדנה: בינה מלאכותית בשטח" in blocked.get_attribute("aria-label")
    clash, origin = box(page, ".cell.clash"), box(page, "a.cell.leaves")
    where = blocked.bounding_box()
    # Beside what is in the way, at the same height, and away from where it is now.
    assert where["y"] < clash["y"] + clash["height"]
    assert where["x"] != clash["x"]
    assert origin["y"] > where["y"]
    assert (
        page.locator("a.cell.removed .name").evaluate(
            "name => getComputedStyle(name).textDecorationLine"
        )
        == "line-through"
    )
    listed, drawn = box(page, "#waiting"), box(page, "#drawing")
    # In the hand the list comes first.
    assert (listed["y"] < drawn["y"]) is (size == PHONE)
    # Times read from left to right, in whatever language.
    ends = page.locator("#waiting td:nth-child(2)").first.evaluate(
        """cell => {
          const text = cell.firstChild;
          return [...text.data.matchAll(/\\d\\d:\\d\\d/g)].map((clock) => {
            const range = document.createRange();
            range.setStart(text, clock.index);
            range.setEnd(text, clock.index + 5);
            return range.getBoundingClientRect().left;
          });
        }"""
    )
    assert ends[0] < ends[1]
    demo.follow(page, blocked, to="#decision")
    assert "/pendingsuggestion/" in page.url

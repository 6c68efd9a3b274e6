"""What is in sight without scrolling, at a desk and on a phone, and what stays there.

Suggestions of every kind stand beside the demo's own: with warnings, nine ways out and more and a
long reasoning; long titles; a change of every field; ones that nobody can carry out.
"""

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page

from tests.browser import demo
from tests.browser.test_accessibility import BROKEN, faults

QUEUE = "/admin/ai_audit/pendingsuggestion/"
HISTORY = "/admin/ai_audit/suggestion/"
DESK, WIDE_DESK, PHONE = (1366, 768), (1440, 900), (390, 844)
LONG = "Ask me anything, the long way"
ENDLESS = "כותרת שאין לה סוף, a title without an end, " * 6
EVERY_FIELD = "Every field of it"
MOVED = "נגישות באירועים"
SMALL = "Too many for most rooms"
# The demo's own: blocked, warned, removing what people are registered for, and not to be read.
BLOCKED, WARNED, REMOVING, UNREADABLE = (
    "סדנה: בינה מלאכותית בשטח",
    "Ask me anything: שעה",
    "שולחן עגול",
    "room_assign",
)
EVERY_ONE = (BLOCKED, WARNED, REMOVING, UNREADABLE, LONG, ENDLESS[:40], EVERY_FIELD, MOVED, SMALL)

_MORE = f"""
from ai_audit.models import Suggestion
from scheduling.models import Schedule

like = Suggestion.objects.get(action_data__proposed_state__title__startswith="Ask me anything")
def suggest(title, action="schedule_create", **data):
    found = dict(like.action_data)
    found["proposed_state"] = {{**found["proposed_state"], "title": title}}
    found |= data
    Suggestion.objects.create(
        user=like.user, event=like.event, action_type=action, action_data=found,
        suggested_at=like.suggested_at, created_at=like.created_at,
    )
asked = "כי כולם ביקשו, and they asked more than once. "
suggest({LONG!r}, reasoning=asked * 40, reason="Why not. " * 60)
suggest({ENDLESS!r}, reasoning="כי אפשר. " * 200)
state = like.action_data["proposed_state"]
suggest({EVERY_FIELD!r}, proposed_state=state | {{
    "title": {EVERY_FIELD!r}, "description": "מה שיהיה שם. " * 200, "track": "טכנולוגיה",
    "speaker_title": "Professor of events", "speaker_bio": "She speaks. " * 100,
    "materials_url": "https://example.org/" + "slides/" * 20, "is_mandatory": True,
}})
suggest({SMALL!r}, proposed_state=state | {{"title": {SMALL!r}, "max_capacity": 100}})
access = Schedule.objects.get(title__startswith={MOVED!r})
Suggestion.objects.create(
    user=like.user, event=like.event, action_type="schedule_update",
    suggested_at=like.suggested_at, created_at=like.created_at,
    action_data={{
        "schedule_id": str(access.pk),
        "current_state": {{"title": access.title, "room": access.room}},
        "proposed_state": {{"room": "טרקלין", "max_capacity": 30, "speaker_name": "Tal Amir"}},
        "conflicts_detected": {{}},
        "reasoning": "Closer to the entrance; קרוב יותר לכניסה. " * 30,
    }},
)
"""


@pytest.fixture(scope="module")
def seen(prepared, tmp_path_factory):
    """A demo with more suggestions in it than its own."""
    with demo.served(tmp_path_factory.mktemp("seen"), prepared) as served:
        served.run("shell", "--no-imports", "-c", _MORE)
        yield served


@dataclass(frozen=True)
class Reader:
    """Somebody who looks at a page of a certain size, and scrolls only when told to."""

    served: demo.Served
    page: Page
    size: tuple[int, int]
    # Where the list leads to, by what is in the row.
    found: dict[str, str] = field(default_factory=dict)

    @property
    def on_a_phone(self) -> bool:
        return self.size == PHONE

    def open(self, titled: str) -> None:
        if titled not in self.found:
            self.page.goto(f"{self.served.address}{QUEUE}?tab=all")
            row = self.page.locator("tr", has_text=titled)
            self.found[titled] = row.locator("a.what").first.evaluate("link => link.href")
        self.page.goto(self.found[titled])

    def box(self, what: str | Locator) -> dict[str, float]:
        found = self.page.locator(what).first if isinstance(what, str) else what
        box = found.bounding_box()
        assert box, what
        return box | {"end": box["y"] + box["height"]}

    @property
    def lowest(self) -> float:
        """Down to where something can be seen that lies on no other thing."""
        return self.box(".bar")["y"] if self.on_a_phone else self.size[1]

    def sees(self, what: str | Locator, *, at_least: float | None = None) -> bool:
        """Whether it is in sight, whole or its first `at_least` pixels."""
        box = self.box(what)
        end = box["end"] if at_least is None else min(box["end"], box["y"] + at_least)
        return box["y"] >= 0 and end <= self.lowest


WAYS = {
    f"{name} {language}": (language, size)
    for name, size in (("desk", DESK), ("wide", WIDE_DESK), ("phone", PHONE))
    for language in ("en-US", "he-IL")
}


@pytest.fixture(scope="module", params=WAYS)
def reader(request, seen):
    """Somebody who has signed in, in each language and size."""
    language, size = WAYS[request.param]
    with demo.page(language=language, size=size) as page:
        seen.sign_in(page, "noa")
        yield Reader(seen, page, size)


def only(*ways: str):
    """For a reader of some of the sizes, or of some sizes in one language."""
    ways = [name for name in WAYS if name in ways or name.partition(" ")[0] in ways]
    return pytest.mark.parametrize("reader", ways, indirect=True, scope="module")


@pytest.mark.parametrize("titled", EVERY_ONE)
def test_review_essentials_in_sight(reader, titled):
    reader.open(titled)

    order = ("h1", ".verdict:visible", ".change-told", ".why")
    for what in ("h1", ".verdict:visible"):
        assert reader.sees(what), what
    assert reader.box(".bar")["end"] <= reader.size[1]
    rows = reader.page.locator(".changes tbody tr:visible")
    for n in range(min(rows.count(), 3)):
        assert reader.sees(rows.nth(n)), n
    # Of a long reason the first lines will do; and what is longer than a phone goes before it.
    if not (reader.on_a_phone and titled == EVERY_FIELD):
        assert reader.sees(".why", at_least=90 if reader.on_a_phone else None)
    tops = [reader.box(what)["y"] for what in order]
    assert tops == sorted(tops)
    if reader.on_a_phone:
        met = reader.page.locator(".met")
        assert not met.count() or reader.box(".met")["y"] > reader.box(".why")["y"]


def test_review_warned_with_ways_out_and_reason(reader):
    """What the others are measured by is as full as it gets."""
    reader.open(LONG)

    assert reader.page.locator(".ways form").count() >= 9
    assert reader.page.locator("input[name=tick]").count() >= 2
    assert len(reader.page.locator(".why").text_content()) > 2000


@pytest.mark.parametrize("titled", EVERY_ONE)
def test_button_bar_stays_in_sight(reader, titled):
    reader.open(titled)
    for _screen in range(6):
        reader.page.mouse.wheel(0, 700)
        reader.page.wait_for_function("new Promise((done) => requestAnimationFrame(() => done(1)))")
        bar = reader.box(".bar")
        assert bar["y"] >= 0
        assert bar["end"] <= reader.size[1]


def test_focus_not_under_button_bar(reader):
    reader.open(LONG)
    for _step in range(60):
        reader.page.keyboard.press("Tab")
        covered = reader.page.evaluate(
            """() => {
              const one = document.activeElement;
              if (!one || one === document.body || one.closest(".bar")) return "";
              const box = one.getBoundingClientRect();
              if (!box.width || box.height > 300) return "";
              const x = box.x + box.width / 2, y = box.y + box.height / 2;
              const found = document.elementFromPoint(x, y);
              return found?.closest(".bar") ? one.outerHTML : "";
            }"""
        )
        assert covered == ""


@only("phone")
@pytest.mark.parametrize("titled", EVERY_ONE)
def test_phone_two_main_buttons(reader, titled):
    reader.open(titled)
    bar = reader.page.locator(".bar")
    buttons = bar.locator("button:visible:not(.more)")
    more = bar.locator("button.more")

    assert 1 <= buttons.count() <= 2
    assert all(button.bounding_box()["height"] >= 44 for button in buttons.all())
    if more.count():
        behind = bar.locator("#further button").count()
        more.click()
        assert bar.locator("#further button:visible").count() == behind >= 1
        reader.page.keyboard.press("Escape")
        assert bar.locator("#further button:visible").count() == 0


@only("phone")
@pytest.mark.parametrize("titled", [WARNED, LONG, MOVED])
def test_phone_ticks_large_and_near(reader, titled):
    reader.open(titled)
    ticks = reader.page.locator("input[name=tick]")

    assert ticks.count()
    for tick in ticks.all():
        box = reader.box(tick)
        about = reader.box(tick.locator("xpath=ancestor::li"))
        assert min(box["width"], box["height"]) >= 44
        assert about["y"] <= box["y"]
        assert box["end"] <= about["end"] + 1
        tick.check()
        assert tick.is_checked()


@only("phone")
@pytest.mark.parametrize("asked", ["", "?tab=all", "?tab=blocked", "?q=Ask", "?older=hour"])
def test_phone_list_starts_soon(reader, asked):
    page = reader.page
    page.goto(f"{reader.served.address}{QUEUE}{asked}")
    page.wait_for_load_state("networkidle")
    rows = page.locator("#result_list tbody tr")
    every = page.locator("input.action-select")

    assert reader.box(rows.first)["y"] <= 250
    for tick in (page.locator("#action-toggle"), every.first):
        assert min(tick.bounding_box()["width"], tick.bounding_box()["height"]) >= 44
    page.locator("label[for=action-toggle]").click()
    assert page.locator("input.action-select:checked").count() == every.count() == rows.count()
    assert page.locator("select[name=action]").bounding_box()["y"] < reader.size[1]
    page.locator("#action-toggle").uncheck()
    assert page.locator("input.action-select:checked").count() == 0


def test_rooms_with_capacity_and_too_small(reader):
    reader.open(BLOCKED)
    (room,) = reader.page.locator(".changes tr:not(.repeated)", has_text="אולם ראשי").all()
    assert [re.search(r"\d+", one).group() for one in room.locator(".holds").all_inner_texts()] == [
        "40",
        "400",
    ]

    reader.open(SMALL)
    assert reader.page.locator(".smaller").count() >= 1
    groups = [
        [way.locator(".smaller").count() for way in group.locator("form").all()]
        for group in reader.page.locator(".ways").all()
    ]
    assert groups == [sorted(group) for group in groups], "big enough first"
    assert [group[0] for group in groups] == sorted(group[0] for group in groups)
    assert re.findall(r"\d+", reader.page.locator(".smaller").first.inner_text())[-1] == "100"


@only("desk", "phone")
@pytest.mark.parametrize("titled", EVERY_ONE)
def test_times_unbroken_at_any_width(reader, titled):
    reader.open(titled)
    try:
        for width in range(reader.size[0], reader.size[0] - 80, -9):
            reader.page.set_viewport_size({"width": width, "height": reader.size[1]})
            assert reader.page.evaluate(BROKEN) == [], width
    finally:
        reader.page.set_viewport_size({"width": reader.size[0], "height": reader.size[1]})


# Each size and each language is looked at once, which takes seconds.
@only("desk en-US", "phone he-IL")
@pytest.mark.parametrize("titled", EVERY_ONE)
def test_page_quiet_and_titled_by_session(reader, titled):
    reader.open(titled)
    if titled != UNREADABLE:
        assert reader.page.title().startswith(titled[:20])
    assert faults(reader.page, titled) == []
    more = reader.page.locator(".bar .more:visible")
    if more.count():
        more.click()
        assert faults(reader.page, f"{titled}, the other buttons") == []


@pytest.mark.parametrize("username", ["amit", "admin"])
def test_viewer_told_in_place_of_buttons(reader, username):
    page = reader.page.context.browser.new_page(
        locale="en-US", viewport={"width": reader.size[0], "height": reader.size[1]}
    )
    other = Reader(reader.served, page, reader.size)
    reader.served.sign_in(page, username)
    page.goto(f"{reader.served.address}{QUEUE}")
    told = {"amit": "You can look, but not decide", "admin": "not linked to a profile"}[username]
    assert told in page.locator(".why-not").inner_text()
    demo.follow(page, page.locator("a.what").first)

    assert page.locator(".bar button").count() == 0
    assert told in page.locator(".bar .why-not").inner_text()
    assert other.sees(".bar") or other.on_a_phone
    page.goto(f"{reader.served.address}{HISTORY}?status=executed")
    demo.follow(page, page.locator("a.what").first)
    undone = {"amit": "You can look, but not undo", "admin": "not linked to a profile"}[username]
    assert undone in page.locator(".bar .why-not").inner_text()
    page.close()

"""The whole way through the queue with keys alone, each press counted; at a desk and on a phone."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.translation import gettext, override
from playwright.sync_api import expect

from tests.browser import demo

QUEUE = "/admin/ai_audit/pendingsuggestion/"


class Hands:
    """A keyboard whose presses are counted, on a page that is in one language."""

    def __init__(self, served, page, language):
        self.served, self.page, self.language, self.presses = served, page, language, 0

    def words(self, english):
        with override(self.language):
            return gettext(english)

    def press(self, key):
        self.presses += 1
        self.page.keyboard.press(key)

    def leading_on(self, key, to=""):
        with demo.leading_on(self.page, to):
            self.press(key)

    def tab(self, name):
        """Open a tab once it is counted; how many are in it."""
        self.page.goto(f"{self.served.address}{QUEUE}?tab={name}")
        counted = self.page.locator(f".tabs [data-count={name}]")
        expect(counted).not_to_be_empty()
        self.presses = 0
        return int(counted.inner_text())

    def look(self):
        """What a person does between two decisions: they see which page this is."""
        self.page.mouse.click(1, 1)


@pytest.fixture(
    params=[
        ("en", "en-US", demo.WIDE),
        ("he", "he-IL", demo.WIDE),
        ("en", "en-US", demo.PHONE),
        ("he", "he-IL", demo.PHONE),
    ],
    ids=["english, desk", "hebrew, desk", "english, phone", "hebrew, phone"],
)
def hands(request, served_anew):
    language, locale, size = request.param
    with demo.page(language=locale, size=size) as page:
        served_anew.sign_in(page, "noa")
        yield Hands(served_anew, page, language)


def accessible(page):
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_queue_is_emptied_with_keys_alone(hands):
    page = hands.page

    # Clear: two in the list. And back: two.
    clear = hands.tab("clear")
    title = page.locator("tr.at a.what").inner_text()
    hands.press("a")
    expect(page.locator("tr.unfolded button[name=_approve]")).to_be_visible()
    accessible(page)
    hands.leading_on("a", to=".messagelist a.undo")
    assert hands.presses == 2
    assert title[:20] in page.locator(".messagelist").inner_text()
    hands.presses = 0
    hands.leading_on("z", to="input[name=post]")
    hands.leading_on("Enter", to=".steps")
    assert hands.presses == 2
    assert hands.words("Carried out, undone") in page.locator(".verdict.executed").inner_text()
    accessible(page)
    assert hands.tab("clear") == clear - 1

    # One on the page.
    hands.leading_on("Enter", to="#decision")
    accessible(page)
    hands.presses = 0
    hands.leading_on("a", to=".messagelist")
    assert hands.presses == 1

    # With warnings: three at most, where there are no more than two.
    hands.tab("warned")
    hands.leading_on("Enter", to="#decision")
    hands.look()
    while page.locator("#decision input[name=title], input[name=title]").count():
        hands.leading_on("j")
    hands.presses = 0
    for _tick in range(page.locator("input[name=tick]").count()):
        hands.press("t")
    hands.leading_on("a", to=".messagelist")
    assert hands.presses <= 3

    # Blocked, with a way out: two.
    hands.tab("blocked")
    hands.leading_on("Enter", to="#content")
    hands.look()
    while not page.locator("[data-key=w]").count():
        hands.leading_on("j")
    hands.presses = 0
    hands.leading_on("w", to=".differing")
    accessible(page)
    assert page.locator(".differing tbody tr").count() == 1
    while page.locator("input[name=tick]:not(:checked)").count():
        hands.page.keyboard.press("t")
    hands.leading_on("a", to=".messagelist")
    assert hands.presses == 2

    # What cannot be carried out: all at once.
    count = hands.tab("impossible")
    demo.follow(page, "[data-all=impossible]", to="input[name=reason]")
    assert page.locator("input[name=reason]").input_value()
    accessible(page)
    hands.leading_on("Enter", to=".summary")
    assert page.locator(".report .outcome.rejected").count() >= count
    accessible(page)
    where = page.url
    page.reload()
    assert page.url == where
    assert page.locator(".report tbody tr").count() > count
    other = {"en": "he", "he": "en"}[hands.language]
    demo.follow(page, f".languages [lang={other}]", to=f"html[lang={other}]")
    assert page.url == where
    assert hands.tab("impossible") == 0


@pytest.fixture
def noa(served):
    with demo.page(language="en-US") as page:
        served.sign_in(page, "noa")
        yield Hands(served, page, "en")


def press_at(page, key, code):
    """A key of a layout that this keyboard has not."""
    event = json.dumps({"key": key, "code": code, "bubbles": True, "cancelable": True})
    page.evaluate(f"document.body.dispatchEvent(new KeyboardEvent('keydown', {event}))")


def test_keys_go_by_the_letter_and_elsewhere_by_the_place(noa):
    page = noa.page
    noa.tab("clear")

    # AZERTY's A stands where Q is elsewhere, and its Q where A is.
    press_at(page, "q", "KeyA")
    page.wait_for_timeout(300)
    assert page.locator("tr.unfolded").count() == 0
    press_at(page, "a", "KeyQ")
    expect(page.locator("tr.unfolded")).to_be_visible()
    noa.tab("clear")
    press_at(page, "ש", "KeyA")
    expect(page.locator("tr.unfolded")).to_be_visible()
    press_at(page, "/", "KeyQ")
    expect(page.locator("#searchbar")).to_be_focused()


def test_a_second_press_never_reaches_the_next_one(noa):
    page = noa.page
    noa.tab("clear")
    noa.leading_on("Enter", to="#decision")
    noa.look()
    noa.leading_on("a", to="#decision")
    here = page.url
    page.keyboard.press("a")
    page.keyboard.press("a")
    page.wait_for_timeout(500)

    assert page.url == here
    assert page.locator("#decision").count() == 1


def test_a_reason_that_was_left_out_is_asked_for_once(noa):
    page = noa.page
    noa.tab("warned")
    noa.leading_on("Enter", to="#decision")
    noa.press("r")
    noa.press("Enter")
    expect(page.locator("#unreasoned")).to_be_visible()
    noa.leading_on("Enter", to=".messagelist")

    assert "Rejected." in page.locator(".messagelist").inner_text()


def test_the_selection_stays_over_tabs_searches_and_languages(noa):
    page = noa.page
    noa.tab("clear")
    noa.press("x")
    noa.tab("warned")
    noa.press("x")
    expect(page.locator("#elsewhere")).to_contain_text("1")
    demo.follow(page, ".languages [lang=he]", to="html[lang=he]")
    expect(page.locator("#elsewhere")).to_contain_text("1")
    assert page.locator("input.action-select:checked").count() == 1
    demo.follow(page, ".languages [lang=en]", to="html[lang=en]")

    page.select_option("select[name=action]", "reject_selected")
    demo.follow(page, "button[name=index]", to="input[name=seen]")
    assert page.locator("form .changes tbody tr").count() == 2


def test_signed_out_the_page_says_so_and_keeps_what_was_typed(noa):
    page = noa.page
    noa.tab("all")
    demo.follow(page, page.locator("tr", has_text="מפגש בוגרים").locator("a.what"), to="#content")
    here = page.url
    page.fill("input[name=reason]", "half a sentence")
    page.context.clear_cookies(name="sessionid")
    page.click("button[name=_reject]")
    expect(page.locator("#signedout")).to_be_visible()
    demo.follow(page, "#signedout a", to="#id_username")
    page.fill("#id_username", "noa")
    page.fill("#id_password", noa.served.passwords["noa"])
    demo.follow(page, "[type=submit]", to="#content .top")

    assert page.url == here
    expect(page.locator("#again")).to_be_visible()
    assert page.locator("input[name=reason]").input_value() == "half a sentence"

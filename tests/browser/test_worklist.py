"""The whole way through the queue with keys alone, each press counted; at a desk and on a phone."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.translation import gettext as _
from django.utils.translation import override
from playwright.sync_api import expect

from tests.browser import demo

QUEUE = "/admin/ai_audit/pendingsuggestion/"
JUDGED = ("clear", "warned", "blocked", "impossible")


class Hands:
    """A keyboard whose presses are counted, on a page that is in one language."""

    def __init__(self, served, page, language):
        self.served, self.page, self.language, self.presses = served, page, language, 0
        self.by_ways_out = []

    def words(self, english):
        with override(self.language):
            return _(english)

    def press(self, key):
        self.presses += 1
        self.page.keyboard.press(key)

    def leading_on(self, key, to=""):
        with demo.leading_on(self.page, to):
            self.press(key)

    def tab(self, name, also=""):
        """Open a tab, of a list that asks for more, once it is counted; how many are in it."""
        self.page.goto(f"{self.served.address}{QUEUE}?tab={name}&{also}")
        counted = self.page.locator(f".tabs [data-count={name}]")
        expect(counted).not_to_be_empty()
        self.presses = 0
        return int(counted.inner_text())

    def waiting(self, also):
        """How many wait in each of the judged tabs of a list."""
        self.tab("all", also)
        return [int(self.page.locator(f".tabs [data-count={t}]").inner_text()) for t in JUDGED]

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


def rejected(hands):
    """With a reason left out: the key of it, and Enter twice, for that is asked about once."""
    hands.press("r")
    expect(hands.page.locator("input[name=reason]:focus")).to_be_visible()
    hands.press("Enter")
    hands.leading_on("Enter", to=".messagelist")


def each_on_its_page(hands, decide):
    """Open the first of the list, and decide on one after the other; how many there were."""
    page = hands.page
    hands.leading_on("Enter", to="#decision")
    accessible(page)
    decided = 0
    while page.locator("#decision").count():
        hands.look()
        hands.presses = 0
        decide(hands)
        decided += 1
    return decided


def clear_on_its_page(hands):
    hands.leading_on("a", to=".messagelist")
    assert hands.presses == 1


def warned(hands):
    ticks = hands.page.locator("input[name=tick]").count()
    if hands.page.locator("input[name=title]").count() or ticks > 2:
        rejected(hands)
    else:
        for _tick in range(ticks):
            hands.press("t")
        hands.leading_on("a", to=".messagelist")
    assert hands.presses <= 3


def blocked(hands):
    page = hands.page
    if not page.locator("[data-key=w]").count():
        rejected(hands)
        return
    hands.leading_on("w", to=".differing")
    accessible(page)
    assert page.locator(".differing tbody tr").count() == 1
    # What a way out leaves to be warned of has its tick, as everywhere.
    ticks = page.locator("input[name=tick]").count()
    for _tick in range(ticks):
        hands.press("t")
    hands.leading_on("a", to=".messagelist")
    assert hands.presses == 2 + ticks
    hands.by_ways_out.append(hands.presses)


def test_worklist_emptied_by_keys(hands):
    page = hands.page
    page.goto(f"{hands.served.address}{QUEUE}")
    choice = page.locator("#changelist-filter a[href*=event__id__exact]", has_text="הכנס השנתי")
    event = re.search("event__id__exact=[0-9a-f-]+", choice.get_attribute("href"))[0]
    found = hands.waiting(event)
    assert all(found)
    assert sum(found) >= 10

    # Clear: two in the list. And back: two.
    clear = hands.tab("clear", event)
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
    assert hands.tab("clear", event) == clear - 1

    # One on the page; with warnings three at most; blocked, with a way out, two and a look.
    decided = 1 + each_on_its_page(hands, clear_on_its_page)
    for tab, decide in (("warned", warned), ("blocked", blocked)):
        if hands.tab(tab, event):
            decided += each_on_its_page(hands, decide)

    # What cannot be carried out, in the list.
    while hands.tab("impossible", event):
        rejected(hands)
        decided += 1
    assert decided == sum(found)
    assert hands.waiting(event) == [0] * len(JUDGED)

    # Of other events: one whose way out leaves no warning takes two.
    hands.tab("blocked")
    each_on_its_page(hands, blocked)
    assert 2 in hands.by_ways_out

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


def test_keys_by_letter_and_by_place(noa):
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


def test_second_press_never_reaches_next(noa):
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


def test_missing_reason_asked_once(noa):
    page = noa.page
    noa.tab("warned")
    noa.leading_on("Enter", to="#decision")
    noa.press("r")
    noa.press("Enter")
    expect(page.locator("#unreasoned")).to_be_visible()
    noa.leading_on("Enter", to=".messagelist")

    assert "Rejected." in page.locator(".messagelist").inner_text()


def test_selection_kept_over_tabs_searches_languages(noa):
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


def sign_in_again(page, noa):
    demo.follow(page, "#signedout a", to="#id_username")
    page.fill("#id_username", "noa")
    page.fill("#id_password", noa.served.passwords["noa"])
    demo.follow(page, "[type=submit]", to="#again:not([hidden])")


def test_list_tells_signed_out(noa):
    page = noa.page
    noa.tab("clear")
    noa.press("x")
    noa.press("j")
    noa.press("r")
    row = page.locator("tr.unfolded")
    row.locator("input[name=reason]").fill("half a reason")
    here = page.url
    page.context.clear_cookies(name="sessionid")
    expect(page.locator("#signedout")).to_be_visible(timeout=12_000)
    assert "nothing is decided" in page.locator("#signedout").inner_text()
    sign_in_again(page, noa)

    assert page.url == here
    expect(row.locator("input[name=reason]")).to_have_value("half a reason")
    assert page.locator("input.action-select:checked").count() == 1


def test_list_tells_network_gone_and_back(noa):
    page = noa.page
    noa.tab("clear")
    page.context.set_offline(True)
    expect(page.locator("#unsent")).to_be_visible(timeout=12_000)
    page.context.set_offline(False)
    expect(page.locator("#unsent")).to_be_hidden(timeout=12_000)


def test_bulk_question_tells_signed_out(noa):
    page = noa.page
    noa.tab("warned")
    noa.press("x")
    page.select_option("select[name=action]", "reject_selected")
    demo.follow(page, "button[name=index]", to="input[name=seen]")
    here = page.url
    assert "chosen=" in here
    page.fill("input[name=reason]", "half a sentence")
    page.context.clear_cookies(name="sessionid")
    expect(page.locator("#signedout")).to_be_visible(timeout=12_000)
    sign_in_again(page, noa)

    assert page.url == here
    assert page.locator("input[name=reason]").input_value() == "half a sentence"
    page.reload()
    assert page.url == here
    demo.follow(page, ".languages [lang=he]", to="html[lang=he]")
    assert page.url == here
    demo.follow(page, ".languages [lang=en]", to="html[lang=en]")


def test_signed_out_page_keeps_text(noa):
    page = noa.page
    noa.tab("all")
    demo.follow(page, page.locator("tr", has_text="מפגש בוגרים").locator("a.what"), to="#content")
    here = page.url
    page.fill("input[name=reason]", "half a sentence")
    page.context.clear_cookies(name="sessionid")
    page.click("button[name=_reject]")
    expect(page.locator("#signedout")).to_be_visible()
    sign_in_again(page, noa)

    assert page.url == here
    assert page.locator("input[name=reason]").input_value() == "half a sentence"

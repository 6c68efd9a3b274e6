"""A manager at work, in either language, at a desk and on a phone: each kind of decision.

What is said on the pages is looked up in the catalogue, by what it is in English.
"""

import csv
import io
import json
from dataclasses import dataclass

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import override
from playwright.sync_api import Page, expect

from tests.browser import demo

QUEUE = "/admin/ai_audit/pendingsuggestion/"
HISTORY = "/admin/ai_audit/suggestion/"
SESSIONS = "/admin/scheduling/schedule/"
CONTRACTS, GREEN, COFFEE = "חוזים עם ספקים", "אירוע ירוק: 0% פלסטיק", "קפה ועוגה לפרידה"
ALUMNI, RUTH = "מפגש בוגרים", "Ask me anything: שעה עם ד״ר כהן"
EVENTLESS = "מפגש תכנון לכנס הבא"


@dataclass(frozen=True)
class Desk:
    """A browser in which Noa has signed in to a fresh demo, and the language she reads."""

    served: demo.Served
    page: Page
    language: str

    def words(self, english: str, **values) -> str:
        """The sentence as she reads it."""
        with override(self.language):
            return _(english) % values

    def goto(self, address: str) -> None:
        self.page.goto(self.served.address + address)

    def open(self, titled: str, *, status: str) -> None:
        """Filter the audit history by status, as she would, and open a row of it."""
        self.goto(HISTORY)
        self.page.select_option("#id_status", status)
        demo.follow(self.page, self.page.locator(".conditions .main").first, to=".active")
        row = self.page.locator("tr", has_text=titled)
        demo.follow(self.page, row.locator("a.what").first, to=".steps")

    def reject(self, titled: str, reason: str) -> None:
        """Reject a waiting suggestion for a reason."""
        self.served.queue(self.page, titled)
        self.page.fill("input[name=reason]", reason)
        demo.follow(self.page, "button[name=_reject]", to=".messagelist")

    def session(self, title: str, field: str) -> str:
        """What a session's form holds now."""
        self.goto(f"{SESSIONS}?q={title}")
        demo.follow(self.page, self.page.locator("#result_list tbody a").first)
        return self.page.locator(f"#id_{field}").input_value()

    def choose(self, action: str, *titled: str) -> None:
        """Open the queue, tick rows of it and press the button of the list's actions."""
        self.goto(QUEUE)
        demo.choose(self.page, action, *titled)

    @property
    def told(self) -> str:
        """What the page says became of what she did."""
        return self.page.locator(".messagelist").inner_text()


@pytest.fixture(
    scope="module",
    params=[("en", "en-US", demo.WIDE), ("he", "he-IL", demo.PHONE)],
    ids=["english, desk", "hebrew, phone"],
)
def desk(request, prepared, tmp_path_factory):
    language, locale, size = request.param
    with (
        demo.served(tmp_path_factory.mktemp("demo"), prepared) as served,
        demo.page(language=locale, size=size) as page,
    ):
        served.sign_in(page, "noa")
        yield Desk(served, page, language)


def test_language_switch_in_one_press(desk):
    html = desk.page.locator("html")
    read = {"en": ("en", "ltr"), "he": ("he", "rtl")}
    other = {"en": "he", "he": "en"}[desk.language]
    for language in (desk.language, other, desk.language):
        if html.get_attribute("lang") != language:
            switch = f".languages [lang={language}]"
            demo.follow(desk.page, switch, to=f"html[lang={language}]")
        assert (html.get_attribute("lang"), html.get_attribute("dir")) == read[language]


def test_reject_with_reason_found_in_history(desk):
    desk.reject(ALUMNI, "חסרה שעת סיום; no end")
    assert desk.words("Rejected.") in desk.told

    desk.open(ALUMNI, status="rejected")
    assert "חסרה שעת סיום; no end" in desk.page.locator(".steps").inner_text()
    demo.follow(desk.page, desk.page.locator(".breadcrumbs a").nth(1), to=".active")
    assert desk.page.locator("#id_status").input_value() == "rejected"
    statuses = set(desk.page.locator("#result_list .status").all_inner_texts())
    assert statuses == {desk.words("Rejected")}


def test_amend_and_undo_in_browser(desk):
    assert desk.session(CONTRACTS, "max_capacity") == "60"
    desk.served.queue(desk.page, CONTRACTS)
    demo.follow(desk.page, demo.button(desk.page, "_amend"))
    desk.page.fill("#id_max_capacity", "50")
    demo.follow(desk.page, ".buttons .main", to=".messagelist")
    assert desk.session(CONTRACTS, "max_capacity") == "50"

    desk.open(CONTRACTS, status="executed")
    demo.follow(desk.page, "button[name=_undo]")
    desk.page.fill("input[name=reason]", "too few chairs")
    demo.follow(desk.page, ".buttons .main", to=".messagelist")
    assert desk.session(CONTRACTS, "max_capacity") == "60"


def test_bulk_outcomes_in_browser(desk):
    desk.choose("approve_selected", GREEN, RUTH)
    desk.page.locator("tr", has_text=RUTH).locator("input[name=tick]").check()
    demo.follow(desk.page, ".buttons .main", to=".summary")

    assert desk.page.locator(".report tr:has(a) th").all_inner_texts() == [RUTH, GREEN]
    assert desk.page.locator(".report tr:has(a) .outcome.executed").count() == 2
    assert desk.session(GREEN, "room") == "טרקלין"


def test_she_approves_two_together(desk):
    desk.choose("approve_together", "Unconference", COFFEE)
    demo.follow(desk.page, ".buttons .main", to=".messagelist, .summary")

    assert desk.session("Unconference", "room") == "חדר A"
    assert desk.session(COFFEE, "room") == "טרקלין"


def test_export_is_filtered_list(desk):
    desk.reject(EVENTLESS, "שייך לאן? no event")
    desk.goto(f"{HISTORY}?status=rejected")
    expect(desk.page.locator("#count")).not_to_be_empty()
    shown = desk.page.locator("#result_list tbody tr").count()
    links = desk.page.locator(".exports a[href*='export.']")
    files = []
    for link in links.all():
        with desk.page.expect_download() as started:
            link.click()
        path = started.value.path()
        ending = started.value.suggested_filename.rpartition(".")[2]
        files.append((ending, path.read_text(encoding="utf-8-sig")))
    (csv_ending, as_csv), (lines_ending, as_lines) = files
    rows = list(csv.DictReader(io.StringIO(as_csv)))
    whole = [json.loads(line) for line in as_lines.splitlines()]

    assert (csv_ending, lines_ending) == ("csv", "jsonl")
    # In a spreadsheet it is in words, with the columns as they come.
    headers = dict(zip(whole[0], rows[0], strict=False))
    assert {row["status"] for row in whole} == {"rejected"}
    assert len({row[headers["status"]] for row in rows}) == 1
    assert len(rows) == len(whole) == shown
    assert [row[headers["id"]] for row in rows] == [row["id"] for row in whole]
    told = [(row[headers["title"]], row[headers["reason"]]) for row in rows]
    assert (EVENTLESS, "שייך לאן? no event") in told


def test_insights_figures_link_to_lists(desk):
    desk.goto(f"{HISTORY}insights/")
    rejected = desk.page.locator(".figures .rejected a")
    counted = int(rejected.locator("b").inner_text())
    demo.follow(desk.page, rejected, to="#result_list")

    assert counted > 0
    assert desk.page.locator("#result_list tbody tr").count() == counted
    assert set(desk.page.locator("#result_list .status").all_inner_texts()) == {
        desk.words("Rejected")
    }


def test_offline_sends_nothing(desk):
    desk.served.queue(desk.page, "שולחן עגול")
    here = desk.page.url
    desk.page.fill("input[name=reason]", "written in the lift")
    desk.page.context.set_offline(True)
    try:
        desk.page.click("button[name=_reject]")
        desk.page.wait_for_selector("#unsent", state="visible")
        assert desk.page.locator("#unsent").inner_text() == desk.words(
            "The network is gone, so nothing was sent and nothing is decided. What you have "
            "written and ticked is still here: press again when the network is back."
        )
    finally:
        desk.page.context.set_offline(False)
    assert desk.page.url == here

    demo.follow(desk.page, "button[name=_reject]", to=".messagelist")
    desk.open("שולחן עגול", status="rejected")
    assert "written in the lift" in desk.page.locator(".steps").inner_text()


def test_lost_answer_decided_once(desk):
    desk.served.queue(desk.page, "Speed networking")
    here = desk.page.url
    sent = []

    def lose_the_answer(route):
        if route.request.method != "POST":
            route.continue_()
            return
        sent.append(route.fetch(max_redirects=0).status)
        route.abort("connectionreset")

    desk.page.route("**/*", lose_the_answer)
    desk.page.fill("input[name=reason]", "wrong event")
    with desk.page.expect_event("requestfailed", lambda request: request.method == "POST"):
        desk.page.click("button[name=_reject]")
    desk.page.unroute("**/*")
    assert sent == [302]

    retrying = desk.page.context.new_page()
    retrying.goto(here)
    said = retrying.locator("#content, .messagelist").first.inner_text()
    retrying.close()
    assert desk.words("Rejected") in said
    desk.open("Speed networking", status="rejected")
    assert desk.page.locator(".steps").inner_text().count("wrong event") == 1

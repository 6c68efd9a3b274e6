"""After an outage: the tab in which a decision was sent finds out by itself whether it was made."""

from urllib.parse import urlsplit

import pytest
from django.db import OperationalError
from django.test import RequestFactory
from django.utils.translation import override
from playwright.sync_api import expect

from eventflow.web import outages
from tests.browser import demo

QUEUE = "/admin/ai_audit/pendingsuggestion/"


@pytest.fixture
def page(served):
    with demo.page(language="en-US", size=demo.WIDE) as page:
        served.sign_in(page, "noa")
        yield page


def said_of(path: str) -> str:
    """The page of an outage, as the back office answers a decision sent to that path."""
    with override("en"):
        sent = RequestFactory().post(path)
        return outages.page(sent, OperationalError("Connection refused")).content.decode()


def answering(page, *, decides: bool):
    """Answer what is sent with the page of an outage, whether or not it comes through."""

    def answer(route):
        request = route.request
        if request.method != "POST":
            route.continue_()
            return
        if decides:
            assert route.fetch(max_redirects=0).status == 302
        path = urlsplit(request.url).path
        route.fulfill(status=503, content_type="text/html", body=said_of(path))

    page.route("**/*", answer)


def test_outage_undone_decision_keeps_text(served, page):
    served.queue(page, "מפגש בוגרים")
    here = page.url
    answering(page, decides=False)
    page.fill("input[name=reason]", "no end")
    page.click("button[name=_reject]")

    expect(page.locator("#outage")).to_be_visible()
    expect(page.locator("#undone")).to_be_visible(timeout=20_000)
    assert page.url == here
    assert page.locator("input[name=reason]").input_value() == "no end"
    expect(page.locator("#done")).to_be_hidden()
    # It is said once.
    page.reload()
    expect(page.locator("#undone")).to_be_hidden()


def test_outage_done_decision_names_decider(served, page):
    served.queue(page, "קפה ועוגה לפרידה")
    answering(page, decides=True)
    page.fill("input[name=reason]", "no cake")
    page.click("button[name=_reject]")

    expect(page.locator("#outage")).to_be_visible()
    said = page.locator(".messagelist")
    expect(said).to_contain_text("it is “Rejected” already, decided by", timeout=20_000)


def test_outage_done_decision_shows_outcome(served, page):
    """What is to be carried out later stays in the queue."""
    served.queue(page, "חוזים עם ספקים")
    answering(page, decides=True)
    page.click("button[name=_approve_only]")

    expect(page.locator("#done")).to_be_visible(timeout=20_000)
    expect(page.locator("#undone")).to_be_hidden()


def test_outage_of_read_page_reopens(served, page):
    page.route(
        f"**{QUEUE}",
        lambda route: route.fulfill(
            status=503, content_type="text/html", body=said_of(QUEUE).replace(" data-sent", "")
        ),
        times=1,
    )
    page.goto(served.address + QUEUE)
    expect(page.locator("#outage")).to_be_visible()
    expect(page.locator("#result_list")).to_be_visible(timeout=20_000)

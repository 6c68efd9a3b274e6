"""The queue's filters: how many each choice would leave, and the chip of one that is in use."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ai_audit.admin import filters
from tests import factories as f
from tests import pages
from tests.pages import signed_in

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"
_LINK = re.compile(r'<a href="([^"]*)">([^<]*)</a>')


def choices(page):
    """The addresses that the filters offer with a number, and the number."""
    start = pages.source(page).index('id="changelist-filter"')
    found = {}
    for address, said in _LINK.findall(pages.source(page)[start:]):
        if number := re.search(r"\((\d+)\)\s*$", said):
            found[unescape(address)] = int(number[1])
    return found


@pytest.fixture
def various(ours, event, suggest):
    """Of two events and none, of several ages and types, in several tabs."""
    other = f.event(organization=ours, name="Another")
    f.session(event=event, room="A", start=f.at(11), end=f.at(12))
    now = timezone.now()
    for n, age in enumerate((0, 2, 30, 30, 400)):
        suggest(
            f.create_data(title=f"one {n}", room=None),
            event=other if n % 2 else event,
            suggested_at=now - timedelta(hours=age),
        )
    suggest(f.create_data(title="blocked", room="A"))
    suggest(["nonsense"], "something_else")
    suggest(f.create_data(title="no event", room=None), event=None)
    suggest(f.create_data(title="fails"), execution_status="failed")


@pytest.mark.parametrize(
    "asked",
    ["", "tab=clear", "tab=failed", "tab=all", "q=one", "older=day", "risk=low", "older=x"],
)
def test_filter_choice_count_equals_list(browser, various, asked):
    found = choices(browser.get(f"{QUEUE}?{asked}"))

    told = {address: len(pages.shown_ids(browser.get(QUEUE + address))) for address in found}
    assert found == told
    assert len(found) >= 4


def test_filter_counts_of_each_organization(ours, theirs, various):
    f.suggestion(user=f.profile(organization=theirs), event=f.event(organization=theirs))
    browser = signed_in(f.superuser())

    found = choices(browser.get(QUEUE))

    told = {address: len(pages.shown_ids(browser.get(QUEUE + address))) for address in found}
    assert found == told
    assert sum(number for address, number in found.items() if "organization=" in address) == (
        len(pages.shown_ids(browser.get(QUEUE)))
    )


def test_filter_counts_in_one_statement(browser, various):
    with CaptureQueriesContext(connection) as asked:
        browser.get(QUEUE)

    assert sum("group_0" in one["sql"] for one in asked) == 1


def test_filter_counts_of_long_list_left_out(browser, various, monkeypatch):
    monkeypatch.setattr(filters, "MOST_COUNTED", 3)

    assert choices(browser.get(QUEUE)) == {}


# Chips


def chips(page):
    found = re.findall(
        r'<a class="chip" href="([^"]*)" title="Without this condition">(.*?)</a>',
        pages.source(page),
    )
    return {pages.words(said): unescape(address) for address, said in found}


def test_filter_chip_removes_filter(browser, event, various):
    page = browser.get(f"{QUEUE}?tab=all&older=day&event__id__exact={event.pk}&q=one")

    found = chips(page)

    assert set(found) == {"age: Older than a day ✕", f"event: {event.name} ✕"}
    without = browser.get(QUEUE + found["age: Older than a day ✕"])
    assert set(chips(without)) == {f"event: {event.name} ✕"}
    assert without.request["QUERY_STRING"].count("tab=all") == 1
    assert "q=one" in without.request["QUERY_STRING"]


@pytest.mark.parametrize("asked", ["", "tab=clear", "q=x", "p=1"])
def test_filter_chip_only_for_filters(browser, various, asked):
    assert chips(browser.get(f"{QUEUE}?{asked}")) == {}


def test_filter_choice_unknown_is_removable(browser, various):
    (address,) = chips(browser.get(f"{QUEUE}?older=nonsense")).values()

    assert chips(browser.get(QUEUE + address)) == {}

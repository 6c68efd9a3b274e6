"""Two people decide over HTTP: the rule, what pages say of it, and whose button is called what."""

import re

import pytest

from ai_audit.models import ApprovalRule, SecondFor, SuggestionAct
from tests import factories as f
from tests import pages
from tests.pages import signed_in

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"
RULES = "/admin/ai_audit/approvalrule/"
EVERYTHING = (*f.EVERY_DECISION, "view_schedule")


@pytest.fixture
def rule(ours):
    """Two for everything."""
    return ApprovalRule.objects.create(organization=ours, second_for=SecondFor.ALL)


@pytest.fixture
def dana(ours):
    profile = f.profile(organization=ours, full_name="דנה לוי")
    return signed_in(f.staff(profile=profile, permissions=EVERYTHING).user)


@pytest.fixture
def clear(event, suggest):
    f.rooms(event, "Salon")
    return suggest(f.create_data(title="Green", room="Salon"))


def url(suggestion):
    return f"{QUEUE}{suggestion.pk}/change/"


def press(client, suggestion, button):
    page = client.get(url(suggestion))
    form = pages.form(page) | pages.ticks(page) | {button: "1"}
    return client.post(url(suggestion), form)


def buttons(page):
    found = re.findall(r'<button[^>]* name="(_\w+)"[^>]*>([^<]*)', page.content.decode())
    return {name: words for name, words in found if name != "_amend"}


def said(page):
    return [pages.words(one) for one in re.findall(r'<p class="verdict two">.*?</p>', page.text)]


def test_a_superuser_sets_the_rule_and_two_people_decide(root, browser, dana, ours, clear):
    root.post(f"{RULES}add/", {"organization": str(ours.pk), "second_for": "all"})
    assert ApprovalRule.objects.get().second_for == "all"

    page = browser.get(url(clear))
    assert said(page) == [
        "It takes two: nothing is carried out until somebody else has approved it too."
    ]
    assert buttons(page)["_approve"] == "Approve (1 of 2)"
    press(browser, clear, "_approve")
    assert f.whole_row(clear)["execution_status"] == "suggested"

    page = browser.get(url(clear))
    assert "It waits for somebody else to approve it too." in said(page)[0]
    assert "_approve" not in buttons(page)
    page = dana.get(url(clear))
    assert "1 of 2: approved by" in said(page)[0]
    assert buttons(page)["_approve"] == "Approve as the second"
    press(dana, clear, "_approve")
    assert f.whole_row(clear)["execution_status"] == "executed"
    assert SuggestionAct.objects.count() == 1

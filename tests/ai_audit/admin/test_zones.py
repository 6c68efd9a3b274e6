"""Whose clocks a page tells times by: the event's, whose zone is named where it is another's."""

import pytest
from django.utils import timezone

from ai_audit import workflow
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"
HISTORY = "/admin/ai_audit/suggestion/"
NEW_YORK = '<bdi class="quiet ltr">America/New_York</bdi>'


@pytest.fixture
def event(ours):
    return f.event(organization=ours, name="Abroad", timezone="America/New_York")


@pytest.fixture
def waiting(event, suggest):
    data = f.create_data(start_time="2038-01-30T09:00", end_time="2038-01-30T10:00")
    return suggest(data)


def test_the_lists_tell_the_events_time_and_name_its_zone(browser, noa, waiting):
    queue = pages.source(browser.get(QUEUE))
    workflow.approve(suggestion_id=waiting.pk, by=noa, confirmed=f.confirming(waiting.pk))
    history = pages.source(browser.get(HISTORY))

    assert "09:00–10:00" in queue
    assert (queue.count(NEW_YORK), history.count(NEW_YORK)) == (1, 1)


def test_in_the_readers_own_zone_it_is_not_named(browser, ours, noa, suggest):
    suggest(event=f.event(organization=ours))
    queue, history = (pages.source(browser.get(page)) for page in (QUEUE, HISTORY))

    assert "Asia/Jerusalem" not in queue + history


def test_it_is_the_readers_zone_that_counts(noa, waiting, suggest, ours):
    suggest(event=f.event(organization=ours, name="At home"))
    with timezone.override("America/New_York"):
        queue = pages.source(pages.signed_in(noa.user).get(QUEUE))

    assert NEW_YORK not in queue
    assert queue.count('<bdi class="quiet ltr">Asia/Jerusalem</bdi>') == 1


def test_the_review_page_always_names_it(browser, waiting):
    page = pages.text(browser.get(f"{QUEUE}{waiting.pk}/change/"))

    assert "Times are those of America/New_York ." in page
    assert "Saturday 30 January 2038, by room (\u2066America/New_York\u2069)" in page

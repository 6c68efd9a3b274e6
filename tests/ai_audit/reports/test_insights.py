"""The history added up: figures equal to counting, percentiles near the truth, links to lists."""

import math
import re
import statistics
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format
from django.utils.timezone import localdate
from hypothesis import given
from hypothesis import strategies as st

from ai_audit import workflow
from ai_audit.models import IndexedSuggestion
from ai_audit.reports import filters, index, insights
from ai_audit.reports import pages as lists
from tests import factories as f
from tests import pages
from tests.database.test_what_the_ai_did import of_each_kind
from tests.pages import signed_in
from tests.variants import first_soon

pytestmark = pytest.mark.django_db

PAGE = "/admin/ai_audit/suggestion/insights/"
FIRST, LAST = date(2038, 1, 1), date(2038, 1, 31)
NOON = datetime(2038, 1, 15, 10, tzinfo=UTC)
MADE = 20


@pytest.fixture(scope="module")
def standing(lasting):
    """Some of each outcome, over ten days; a few of them claim conflicts that were none.

    Whoever decided, and the event.
    """
    with lasting():
        noa = f.staff(profile=f.profile(organization=f.organization()))
        event = f.event(organization=noa.profile.organization)
        for n in range(MADE):
            claim = {"room": [{"id": "x"}] if n % 5 == 0 else []}
            data = f.create_data(
                title=f"Session {n}",
                room=f"Room {n}",
                start_time=f"2038-02-01T{n % 12 + 8:02}:00",
                end_time=f"2038-02-01T{n % 12 + 8:02}:30",
            ) | {"conflicts_detected": claim}
            moment = NOON - timedelta(days=n % 10)
            made = f.suggestion(user=noa.profile, event=event, data=data, created_at=moment)
            if n % 3 == 0:
                workflow.approve(suggestion_id=made.pk, by=noa, confirmed=f.confirming(made.pk))
            elif n % 7:
                reason = "Too late." if n % 2 else "No room."
                workflow.reject(suggestion_id=made.pk, by=noa, reason=reason)
        f.suggestion(
            user=noa.profile,
            event=event,
            data=["odd"],
            action_type="room_assign",
            created_at=NOON,
            execution_status="failed",
        )
        yield noa, event


@pytest.fixture
def decided(standing):
    """The organization whose suggestions are decided."""
    return standing[0].profile.organization


def every_figure(found):
    """All figures of the insights with the conditions of the lists behind them."""
    yield from (found.suggested, found.approved)
    yield from found.by_status.values()
    for rate in found.rates:
        yield from (rate.suggested, rate.approved, rate.rejected)
    for _reason, figure in [*found.rejected_for, *found.failed_for]:
        yield figure
    yield from found.claims.values()
    for kind in found.kinds:
        yield from (kind.right, kind.wrong, kind.missed)
    yield from found.apart.values()
    for day in found.days:
        yield from (day.suggested, *day.by_status.values())


@pytest.mark.parametrize("refreshed", first_soon([True, False]))
def test_insights_by_people_as_long_as_list(noa, event, ours, refreshed):
    made = of_each_kind(noa, event)
    if refreshed:
        index.refresh_all_figures()
    today = localdate()
    for organization in (ours.pk, None):
        found = insights.read(today - timedelta(days=1), today + timedelta(days=1), organization)

        assert found.suggested.n == len(made["suggestion"])
        assert {doing: figure.n for doing, figure in found.apart.items()} == {
            doing: len(rows) for doing, rows in made.items() if doing != "suggestion"
        }
        for figure in every_figure(found):
            assert lists.count(figure.conditions.within(None)).rows == figure.n, figure
        for doing, figure in found.apart.items():
            shown = lists.page(figure.conditions.within(None)).rows
            assert {row.pk for row in shown} == set(made[doing])


@pytest.mark.parametrize("refreshed", first_soon([True, False]))
def test_insights_figure_equals_its_list(decided, refreshed):
    if refreshed:
        index.refresh_all_figures()
    for organization in (decided.pk, None):
        found = insights.read(NOON.date() - timedelta(days=10), NOON.date(), organization)

        assert (found.suggested.n, found.apart["unreadable"].n) == (MADE, 1)
        for figure in every_figure(found):
            assert lists.count(figure.conditions.within(None)).rows == figure.n, figure


def test_insights_precomputed_equal_counted(decided):
    counted = insights.read(FIRST, LAST, decided.pk)
    index.refresh_all_figures()

    assert f.run("select count(*) from stale_days") == [(0,)]
    assert insights.read(FIRST, LAST, decided.pk) == counted
    assert not index.verify()


def test_insights_on_read_only_replica(decided, root):
    counted = insights.read(FIRST, LAST, None)
    f.run("select set_config('transaction_read_only', 'on', true)")
    answer = root.get(PAGE, {"from_day": FIRST, "to_day": LAST})

    assert answer.context["found"] == counted
    assert f.run("select count(*) > 0 from stale_days") == [(True,)]


def test_insights_count_decision_at_once(standing, decided):
    noa, event = standing
    waiting = f.suggestion(user=noa.profile, event=event, created_at=NOON)
    index.refresh_all_figures()
    before = insights.read(FIRST, LAST, decided.pk)
    workflow.reject(suggestion_id=waiting.pk, by=noa, reason="Not now.")

    after = insights.read(FIRST, LAST, decided.pk)
    assert after.suggested.n == before.suggested.n
    assert after.by_status["rejected"].n == before.by_status["rejected"].n + 1
    assert ("Not now.", 1) in [(reason, figure.n) for reason, figure in after.rejected_for]


def test_insights_of_own_organization_only(decided, theirs, their_event):
    stranger = f.profile(organization=theirs)
    f.suggestion(user=stranger, event=their_event, data=f.create_data(), created_at=NOON)

    assert insights.read(FIRST, LAST, theirs.pk).suggested.n == 1
    assert insights.read(FIRST, LAST, None).suggested.n == MADE + 1


def test_insights_of_nobodys_count_for_all(suggest):
    before = insights.read(FIRST, LAST, None).suggested.n
    adrift = f.profile(organization=None)
    suggest(f.create_data(), user=adrift, event=None, created_at=NOON)

    assert insights.read(FIRST, LAST, None).suggested.n == before + 1


def test_days_begin_at_midnight_in_jerusalem(suggest, ours):
    suggest(f.create_data(), created_at=datetime(2038, 1, 1, 21, 59, 59, tzinfo=UTC))
    suggest(f.create_data(), created_at=datetime(2038, 1, 1, 22, 0, tzinfo=UTC))
    found = insights.read(FIRST, LAST, ours.pk)

    assert [(day.day, day.suggested.n) for day in found.days if day.suggested.n] == [
        (date(2038, 1, 1), 1),
        (date(2038, 1, 2), 1),
    ]


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=60), st.sampled_from([0.5, 0.9]))
def test_percentiles_within_one_step(waits, share):
    steps = Counter(math.floor(math.log(wait + 1) / math.log(insights.STEP)) for wait in waits)
    true = sorted(waits)[math.ceil(share * len(waits)) - 1]

    assert insights.percentile(steps, share) == pytest.approx(true, rel=0.05, abs=1)


def test_wait_steps_same_in_database(suggest, noa, ours):
    for wait in (0, 1, 59, 3600, 86_400, 10**7):
        made = suggest(f.create_data(), created_at=NOON)
        f.run("update suggestion_index set waited = %s where suggestion_id = %s", wait, made.pk)
    found = dict(
        f.run(
            "select key, n from count_figures(%s, %s) where figure = 'waited'", ours.pk, NOON.date()
        )
    )

    assert found == {
        str(math.floor(math.log(wait + 1) / math.log(insights.STEP))): 1
        for wait in (0, 1, 59, 3600, 86_400, 10**7)
    }


def test_percentiles_of_nothing():
    assert insights.percentile({}, 0.5) is None


def test_waiting_is_counted_to_the_first_decision(decided):
    # What nobody could carry out is not the AI's figure.
    waited = IndexedSuggestion.objects.exclude(waited=None).exclude(action="other")
    waits = list(waited.values_list("waited", flat=True))
    found = insights.read(FIRST, LAST, decided.pk)

    assert found.decided == len(waits)
    assert found.median == pytest.approx(statistics.median_low(waits), rel=0.05, abs=1)


def test_insights_link_to_lists(standing, decided):
    browser = signed_in(standing[0].user)
    answer = browser.get(PAGE, {"from_day": FIRST, "to_day": LAST})
    found = insights.read(FIRST, LAST, decided.pk)
    rejected = found.by_status["rejected"]

    assert f"{MADE} suggestions" in pages.text(answer)
    link = answer.context["statuses"][2][2]
    assert link["n"] == rejected.n
    assert browser.get(link["url"] + "&size=100").context["cl"].result_count == rejected.n


@pytest.mark.parametrize("days", [1, 2, 7, 8, 30, 31, 366])
def test_dates_stand_below_the_bars(decided, root, days):
    first = NOON.date() - timedelta(days=days - 1)
    answer = root.get(PAGE, {"from_day": first, "to_day": NOON.date()})

    dates = answer.context["bars"]["dates"]
    assert sum(date["bars"] for date in dates) == days
    assert 1 <= len(dates) <= 7
    begins = 0
    for date_ in dates:
        assert date_["day"] == first + timedelta(days=begins)
        begins += date_["bars"]
    shown = re.findall(r'<td colspan="(\d+)">([^<]+)</td>', answer.content.decode())
    assert shown[0] == (str(dates[0]["bars"]), date_format(first, "j M"))


def test_insights_apart_with_lists(noa, event, browser):
    made = of_each_kind(noa, event)
    answer = browser.get(PAGE)
    words = pages.text(answer)

    for doing in ("edited", "undoing", "hand", "unreadable"):
        assert f"{filters.MADE[doing]} : {len(made[doing])}" in words.replace(" :", " :")
    for label, figure in answer.context["apart"]:
        shown = browser.get(figure["url"])
        assert len(pages.shown_ids(shown)) == figure["n"], label


def test_insights_of_manager_forced_to_own(standing, decided, theirs, their_event):
    stranger = f.profile(organization=theirs)
    f.suggestion(user=stranger, event=their_event, data=f.create_data(), created_at=NOON)
    period = {"from_day": FIRST, "to_day": LAST, "organization": theirs.pk}
    answer = signed_in(standing[0].user).get(PAGE, period)

    assert answer.context["found"].suggested.n == MADE


@pytest.mark.parametrize(
    ("first", "last"),
    [("2038-02-01", "2038-01-01"), ("2037-01-01", "2038-01-02"), ("soon", "2038-01-01")],
)
def test_insights_invalid_period(root, first, last):
    answer = root.get(PAGE, {"from_day": first, "to_day": last})

    assert answer.status_code == 200
    assert "found" not in answer.context
    assert "errorlist" in pages.source(answer)


def test_insights_without_permission(browser, noa):
    noa.user.user_permissions.clear()

    assert browser.get(PAGE).status_code == 403


def test_insights_statement_count_any_period(decided, root):
    root.get(PAGE)
    counts = []
    for first in (LAST, date(2037, 2, 1)):
        with CaptureQueriesContext(connection) as statements:
            root.get(PAGE, {"from_day": first, "to_day": LAST})
        counts.append(len(statements))
    assert counts[0] == counts[1]

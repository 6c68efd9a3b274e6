"""Lists of the history: every row once and in order, counted, and no longer than bounded."""

import uuid
from contextlib import closing
from datetime import date, timedelta

import pytest

from ai_audit import history, workflow
from ai_audit.models import IndexedSuggestion
from ai_audit.reports import pages as lists
from ai_audit.reports.filters import Filters
from ai_audit.reports.pages import BadCursor, Count, Cursor, TooWide
from tests import factories as f
from tests import pages
from tests.database import steps
from tests.databases import empty_product_tables
from tests.pages import signed_in
from tests.variants import first_soon

pytestmark = pytest.mark.django_db

DAY = date(2038, 1, 30)
MOMENTS = [
    "2038-01-30 10:00+00",
    "2038-01-30 10:00+00",
    "2038-01-30 10:00:00.000001+00",
    "2038-01-29 22:00+00",
    "2038-01-29 21:59:59.999999+00",
    "2037-06-01 00:00+00",
    "infinity",
    "-infinity",
    "20000-01-01",
    "4000-01-01 BC",
    None,
]


def at_moments(noa, event, times_each=6):
    """Rows of each of those moments; one of NULL was suggested at noon of the day."""
    f.run(
        "insert into ai_insights_log (user_id, event_id, action_type, action_data, created_at,"
        " suggested_at) select %s, %s, 'x', '{}', at::timestamptz, '2038-01-30 12:00+00'"
        " from unnest(%s::text[]) as at, generate_series(1, %s)",
        noa.profile_id,
        event.pk,
        MOMENTS,
        times_each,
    )


def in_order(where="true") -> list[uuid.UUID]:
    return [
        pk
        for (pk,) in f.run(
            "select suggestion_id from backoffice.suggestion_index"
            f" where {where} order by suggested_at desc, suggestion_id desc"
        )
    ]


def ids(page) -> list[uuid.UUID]:
    return [row.pk for row in page.rows]


def forwards(asked, size=7, meanwhile=lambda: None, **first):
    page = lists.page(asked, size=size, **first)
    yield page
    while page.after:
        meanwhile()
        page = lists.page(asked, after=Cursor.parse(str(page.after)), size=size)
        yield page


def backwards(asked, size=7, meanwhile=lambda: None):
    page = lists.page(asked, last=True, size=size)
    yield page
    while page.before:
        meanwhile()
        page = lists.page(asked, before=Cursor.parse(str(page.before)), size=size)
        yield page


@pytest.mark.parametrize("size", first_soon([7, 66, 1, 65, 67, 100], 2))
def test_pages_forward_meet_every_row(noa, event, ours, size):
    at_moments(noa, event)
    for scope in (ours.pk, None):
        met = [pk for page in forwards(Filters().within(scope), size) for pk in ids(page)]
        assert met == in_order()


@pytest.mark.parametrize("size", first_soon([7, 66, 1, 65, 67, 100], 2))
def test_pages_backward_meet_every_row(noa, event, ours, size):
    at_moments(noa, event)
    pages = list(backwards(Filters().within(ours.pk), size))

    assert [pk for page in reversed(pages) for pk in ids(page)] == in_order()
    assert pages[0].after is None


def test_pages_stable_while_rows_arrive(noa, event, ours):
    at_moments(noa, event)
    standing = in_order()

    def arrive():
        at_moments(noa, event, 1)

    for walk in (forwards, backwards):
        met = [pk for page in walk(Filters().within(ours.pk), meanwhile=arrive) for pk in ids(page)]
        assert len(met) == len(set(met))
        assert set(standing) <= set(met)
        standing = in_order()


def test_page_until_day(noa, event, ours):
    at_moments(noa, event)
    asked = Filters().within(ours.pk)
    before_midnight = in_order("suggested_at < '2038-01-29 22:00+00'")

    met = [pk for page in forwards(asked, until=DAY - timedelta(days=1)) for pk in ids(page)]

    assert met == before_midnight
    first = lists.page(asked, until=DAY - timedelta(days=1), size=7)
    newer = lists.page(asked, before=first.before, size=100)
    assert ids(newer) + before_midnight == in_order()
    assert ids(lists.page(asked, until=date.max, size=100)) == in_order()


def test_page_before_and_after(noa, event, suggest, ours):
    rows = [suggest(created_at=f.at(9, n)) for n in range(5)]
    asked = Filters().within(ours.pk)

    first = lists.page(asked, size=2)
    second = lists.page(asked, size=2, after=first.after)
    third = lists.page(asked, size=2, after=second.after)

    newest = [row.pk for row in reversed(rows)]
    assert [ids(page) for page in (first, second, third)] == [newest[:2], newest[2:4], newest[4:]]
    assert (first.before, third.after) == (None, None)
    assert second.before.id == newest[2]
    back = lists.page(asked, size=2, before=second.before)
    assert (ids(back), back.before, back.after.id) == (newest[:2], None, newest[1])
    whole = lists.page(asked, size=5)
    assert (whole.before, whole.after) == (None, None)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "~",
        "nonsense",
        "infinity",
        "2038-01-30~",
        "~11111111-aaaa-4111-8111-111111111111",
        "2038-01-30 10:00+00~11111111-aaaa-4111-8111-11111111111",
        "2038-01-30 10:00+00~11111111-aaaa-4111-8111-111111111111\n",
        "' or 1=1~11111111-aaaa-4111-8111-111111111111",
        "\x00~11111111-aaaa-4111-8111-111111111111",
        "x" * 100_000,
    ],
)
def test_cursor_invalid(cursor):
    with pytest.raises(BadCursor):
        Cursor.parse(cursor)


@pytest.mark.parametrize("key", ["99", "2038-13-45", "Z", "NOW NOW", "1e5", "400000-01-01"])
def test_cursor_key_invalid_in_database(key, event, suggest, ours):
    suggest()
    place = Cursor.parse(f"{key}~11111111-aaaa-4111-8111-111111111111".replace("1e5", "15 15"))

    with pytest.raises(BadCursor):
        lists.page(Filters().within(ours.pk), after=place)


def test_cursor_of_another_order(noa, suggest, ours):
    suggest()
    place = lists.page(Filters().within(ours.pk), until=DAY).before
    place = place or Cursor("2038-01-30 10:00:00+00", uuid.uuid4())

    with pytest.raises(BadCursor):
        lists.page(Filters(longer=1).within(ours.pk), after=place)


def test_pages_ordered_by_decision(noa, event, suggest, ours):
    for _ in range(20):
        suggest(execution_status="rejected", approved_by=noa.profile)
    f.run(
        "update backoffice.suggestion_index set decided_at = '2038-01-30 10:00+00'::timestamptz"
        " - (hashtext(suggestion_id::text) %% 3) * interval '1 minute' where %s",
        True,
    )
    asked = Filters(decided_from=DAY).within(ours.pk)
    expected = [
        pk
        for (pk,) in f.run(
            "select suggestion_id from backoffice.suggestion_index"
            " order by decided_at desc, suggestion_id desc"
        )
    ]
    assert [pk for page in forwards(asked, 6) for pk in ids(page)] == expected
    assert [uuid.UUID(pk) for chunk in lists.keyset(asked, 6) for pk in chunk] == expected


def test_page_with_decider_and_time(noa, suggest, ours):
    suggestion = suggest()
    workflow.reject(suggestion_id=suggestion.pk, by=noa, reason="אין מקום")

    [row] = lists.page(Filters().within(ours.pk)).rows

    [entry] = history.entries(suggestion)
    assert (row.decided_at, row.decided_by) == (entry.at, "נועה כהן")


def test_stale_index_hides_other_organizations(noa, event, suggest, ours, theirs):
    suggest()
    event.organization = theirs
    event.save(update_fields=["organization"])
    asked = Filters().within(ours.pk)

    assert IndexedSuggestion.objects.get().organization_id == ours.pk
    assert lists.page(asked).rows == []
    assert len(lists.page(Filters().within(None)).rows) == 1


# How many


def index_rows(organization, number, status="suggested"):
    f.run(
        "insert into backoffice.suggestion_index (suggestion_id, organization_id, requester_id,"
        " action, status, suggested_at, vip, claimed, words)"
        " select uuid_generate_v4(), %s, uuid_generate_v4(), 'other', %s,"
        " '2038-01-30'::timestamptz - n * interval '1 minute', false, '{}', ''"
        " from generate_series(1, %s) as n",
        organization,
        status,
        number,
    )


def test_count_exact_at_least_or_about(ours):
    index_rows(ours.pk, 10_000)
    f.run("analyze backoffice.suggestion_index")
    whole, narrowed = Filters().within(ours.pk), Filters(status="suggested").within(ours.pk)
    assert lists.count(whole) == lists.count(narrowed) == Count(10_000)

    # What the limit of time was set for is part of the test's transaction.
    f.run("set local statement_timeout = 0")
    index_rows(ours.pk, 20_000)
    f.run("analyze backoffice.suggestion_index")

    assert lists.count(narrowed) == Count(10_000, exact=False)
    about = lists.count(whole)
    assert (about.exact, about.estimated) == (False, True)
    assert 27_000 < about.rows < 33_000
    assert lists.count(Filters(status="failed").within(ours.pk)) == Count(0)


def test_page_timeout_is_sentence(transactional_db, monkeypatch):
    monkeypatch.setattr(lists, "STATEMENT_TIMEOUT_MS", 100)
    organization = f.organization()
    person = f.profile(organization=organization)
    f.suggestion(user=person, event=f.event(organization=organization))
    asked = Filters().within(organization.pk)
    browser = signed_in(f.superuser())
    try:
        with closing(steps.another_connection()) as other:
            other.autocommit = False
            other.execute("lock table backoffice.suggestion_index")
            for reads in (lists.page, lists.count):
                with pytest.raises(TooWide) as caught:
                    reads(asked)
                assert str(caught.value).startswith("This combination takes too long")
            page = browser.get("/admin/ai_audit/suggestion/")
            assert pages.shown_ids(page) == []
            assert "This combination takes too long" in pages.text(page)
            assert browser.get("/admin/ai_audit/suggestion/count/").json()["count"] == (
                "Too many to count quickly"
            )
            other.rollback()
        # The list's own limit is over, and that of pages in force.
        assert f.run("show statement_timeout") == [("10s",)]
        assert lists.count(asked) == Count(1)
    finally:
        empty_product_tables()

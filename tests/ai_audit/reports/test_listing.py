"""Lists of the history: every row once and in order, each filter as plain Python says, bounded."""

import uuid
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_audit import history, workflow
from ai_audit.models import IndexedSuggestion, Status
from ai_audit.reports import listing
from ai_audit.reports.listing import BadCursor, Count, Filters, Order, Place, TooWide
from scheduling import times
from tests import factories as f
from tests import pages
from tests.database import steps
from tests.databases import empty_product_tables
from tests.pages import signed_in

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
    page = listing.page(asked, size=size, **first)
    yield page
    while page.after:
        meanwhile()
        page = listing.page(asked, after=Place.parse(str(page.after)), size=size)
        yield page


def backwards(asked, size=7, meanwhile=lambda: None):
    page = listing.page(asked, last=True, size=size)
    yield page
    while page.before:
        meanwhile()
        page = listing.page(asked, before=Place.parse(str(page.before)), size=size)
        yield page


@pytest.mark.parametrize("size", [1, 7, 65, 66, 67, 100])
def test_forwards_every_row_is_met_once_and_in_order(noa, event, ours, size):
    at_moments(noa, event)
    for scope in (ours.pk, None):
        met = [pk for page in forwards(Filters().within(scope), size) for pk in ids(page)]
        assert met == in_order()


@pytest.mark.parametrize("size", [1, 7, 65, 66, 67, 100])
def test_backwards_every_row_is_met_once_and_in_order(noa, event, ours, size):
    at_moments(noa, event)
    pages = list(backwards(Filters().within(ours.pk), size))

    assert [pk for page in reversed(pages) for pk in ids(page)] == in_order()
    assert pages[0].after is None


def test_nothing_is_skipped_or_repeated_while_rows_arrive(noa, event, ours):
    at_moments(noa, event)
    standing = in_order()

    def arrive():
        at_moments(noa, event, 1)

    for walk in (forwards, backwards):
        met = [pk for page in walk(Filters().within(ours.pk), meanwhile=arrive) for pk in ids(page)]
        assert len(met) == len(set(met))
        assert set(standing) <= set(met)
        standing = in_order()


def test_one_enters_at_a_day(noa, event, ours):
    at_moments(noa, event)
    asked = Filters().within(ours.pk)
    before_midnight = in_order("suggested_at < '2038-01-29 22:00+00'")

    met = [pk for page in forwards(asked, until=DAY - timedelta(days=1)) for pk in ids(page)]

    assert met == before_midnight
    first = listing.page(asked, until=DAY - timedelta(days=1), size=7)
    newer = listing.page(asked, before=first.before, size=100)
    assert ids(newer) + before_midnight == in_order()
    assert ids(listing.page(asked, until=date.max, size=100)) == in_order()


def test_what_lies_before_and_after_is_told(noa, event, suggest, ours):
    rows = [suggest(created_at=f.at(9, n)) for n in range(5)]
    asked = Filters().within(ours.pk)

    first = listing.page(asked, size=2)
    second = listing.page(asked, size=2, after=first.after)
    third = listing.page(asked, size=2, after=second.after)

    newest = [row.pk for row in reversed(rows)]
    assert [ids(page) for page in (first, second, third)] == [newest[:2], newest[2:4], newest[4:]]
    assert (first.before, third.after) == (None, None)
    assert second.before.id == newest[2]
    back = listing.page(asked, size=2, before=second.before)
    assert (ids(back), back.before, back.after.id) == (newest[:2], None, newest[1])
    whole = listing.page(asked, size=5)
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
def test_a_cursor_that_is_none_is_refused(cursor):
    with pytest.raises(BadCursor):
        Place.parse(cursor)


@pytest.mark.parametrize("key", ["99", "2038-13-45", "Z", "NOW NOW", "1e5", "400000-01-01"])
def test_a_key_that_is_none_is_refused_by_the_database(key, event, suggest, ours):
    suggest()
    place = Place.parse(f"{key}~11111111-aaaa-4111-8111-111111111111".replace("1e5", "15 15"))

    with pytest.raises(BadCursor):
        listing.page(Filters().within(ours.pk), after=place)


def test_a_place_of_another_order_is_refused(noa, suggest, ours):
    suggest()
    place = listing.page(Filters().within(ours.pk), until=DAY).before
    place = place or Place("2038-01-30 10:00:00+00", uuid.uuid4())

    with pytest.raises(BadCursor):
        listing.page(Filters(longer=1).within(ours.pk), after=place)


# Filters

KINDS = ["room", "speaker", "capacity", "other"]
FIRST = datetime(2038, 1, 1, tzinfo=UTC)
EVENTS, PEOPLE, ORGANIZATIONS = (
    [uuid.UUID(int=10 * n + kind) for n in range(1, 4)] for kind in range(3)
)
REASONS = ["אין מקום", "… is taken", "100% 'x'"]
moments = st.integers(0, 60 * 24 * 4).map(lambda minutes: FIRST + timedelta(minutes=minutes))
rows = st.fixed_dictionaries(
    {
        "organization_id": st.sampled_from(ORGANIZATIONS),
        "event_id": st.none() | st.sampled_from(EVENTS),
        "requester_id": st.sampled_from(PEOPLE),
        "approver_id": st.none() | st.sampled_from(PEOPLE),
        "action": st.sampled_from(list(listing.ACTIONS)),
        "status": st.sampled_from(Status.values),
        "suggested_at": moments,
        "decided_at": st.none() | moments,
        "executed_at": st.none() | moments,
        "waited": st.none() | st.sampled_from([0, 3600, 3601, 86_400, 10**9]),
        "vip": st.booleans(),
        "claimed": st.lists(st.sampled_from(KINDS), unique=True),
        "found": st.none() | st.lists(st.sampled_from(KINDS[:3]), unique=True),
        "claim": st.none() | st.sampled_from(list(listing.CLAIMS)),
        "reason": st.none() | st.sampled_from(REASONS),
        "title": st.sampled_from(["", "פאנל פתיחה", "Opening", "פאנלים"]),
    }
)
days = st.integers(-1, 5).map(lambda n: date(2038, 1, 1) + timedelta(days=n))
CONDITIONS = {
    "organization": st.sampled_from(ORGANIZATIONS),
    "event": st.sampled_from(EVENTS),
    "requester": st.sampled_from(PEOPLE),
    "approver": st.sampled_from(PEOPLE),
    "status": st.sampled_from(list(listing.STATUSES)),
    "action": st.sampled_from(list(listing.ACTIONS)),
    "from_day": days,
    "to_day": days,
    "decided_from": days,
    "decided_to": days,
    "executed_from": days,
    "executed_to": days,
    "claimed": st.sampled_from(KINDS),
    "claim": st.sampled_from(list(listing.CLAIMS)),
    "compared": st.sampled_from(list(listing.COMPARED)),
    "vip": st.just(True),
    "longer": st.sampled_from([0, 3600, 86_400]),
    "reason": st.sampled_from(REASONS),
    "words": st.sampled_from(["פאנל", "פא פת", "OPEN", "x"]),
}
asked_for = st.lists(st.sampled_from(list(CONDITIONS)), max_size=3, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: CONDITIONS[name] for name in names})
)


def meets(row: dict, asked: Filters) -> bool:
    """Whether a row meets all conditions, in plain Python."""

    def day(column):
        return row[column] and row[column].astimezone(times.zone(None)).date()

    def between(column, first, last):
        if not first and not last:
            return True
        return day(column) is not None and (first or date.min) <= day(column) <= (last or date.max)

    same = {
        "organization_id": asked.organization,
        "event_id": asked.event,
        "requester_id": asked.requester,
        "approver_id": asked.approver,
        "action": asked.action,
        "claim": asked.claim,
        "reason": asked.reason,
    }
    words = row["title"].lower().split()
    statuses = {"was_approved": ("approved", "executed", "failed")}.get(
        asked.status, (asked.status,)
    )
    return (
        (not asked.status or row["status"] in statuses)
        and all(not wanted or row[column] == wanted for column, wanted in same.items())
        and between("suggested_at", asked.from_day, asked.to_day)
        and between("decided_at", asked.decided_from, asked.decided_to)
        and between("executed_at", asked.executed_from, asked.executed_to)
        and (not asked.claimed or asked.claimed in row["claimed"])
        and (not asked.compared or compares(row, *asked.compared.split("-")))
        and (not asked.vip or row["vip"])
        and (asked.longer is None or (row["waited"] or -1) > asked.longer)
        and all(any(w.startswith(p) for w in words) for p in asked.words.lower().split())
    )


def compares(row: dict, outcome: str, kind: str) -> bool:
    if row["found"] is None:
        return False
    claimed, found = kind in row["claimed"], kind in row["found"]
    if outcome == "missed":
        # Where anything was missed, the claim says so; here both are drawn apart.
        return row["claim"] == "missed" and found and not claimed
    return claimed and found == (outcome == "right")


@given(
    drawn=st.lists(rows, max_size=12),
    conditions=asked_for,
    scope=st.none() | st.sampled_from(ORGANIZATIONS),
)
def test_filters_find_what_a_plain_filter_finds(drawn, conditions, scope):
    f.run("delete from backoffice.suggestion_index")
    by_id = {uuid.uuid4(): row for row in drawn}
    for pk, row in by_id.items():
        columns = {name: value for name, value in row.items() if name != "title"}
        f.run(
            f"insert into backoffice.suggestion_index (suggestion_id, {', '.join(columns)}, words)"
            f" values (%s{', %s' * len(columns)}, to_tsvector('simple', %s))",
            pk,
            *columns.values(),
            row["title"],
        )
    asked = Filters(**conditions)

    expected = {
        pk
        for pk, row in by_id.items()
        if meets(row, asked) and scope in (None, row["organization_id"])
    }
    scoped = asked.within(scope)
    assert {found.pk for found in scoped.queryset()} == expected
    assert {uuid.UUID(pk) for chunk in listing.keyset(scoped, 5) for pk in chunk} == expected
    assert listing.count(scoped) == Count(len(expected))
    assert scoped.narrowed == bool(conditions)


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        (Filters(status="failed"), Order.SUGGESTED),
        (Filters(decided_to=DAY), Order.DECIDED),
        (Filters(executed_from=DAY), Order.EXECUTED),
        (Filters(executed_from=DAY, decided_from=DAY), Order.DECIDED),
        (Filters(longer=0, decided_from=DAY, from_day=DAY), Order.WAITED),
    ],
)
def test_the_order_is_that_of_what_is_asked_for(asked, order):
    assert asked.order is order


def test_the_order_by_decisions_is_kept_through_the_pages(noa, event, suggest, ours):
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
    assert [uuid.UUID(pk) for chunk in listing.keyset(asked, 6) for pk in chunk] == expected


def test_a_page_shows_who_decided_and_when(noa, suggest, ours):
    suggestion = suggest()
    workflow.reject(suggestion_id=suggestion.pk, by=noa, reason="אין מקום")

    [row] = listing.page(Filters().within(ours.pk)).rows

    [entry] = history.entries(suggestion)
    assert (row.decided_at, row.decided_by) == (entry.at, "נועה כהן")


def test_a_stale_index_shows_no_other_organizations_rows(noa, event, suggest, ours, theirs):
    suggest()
    event.organization = theirs
    event.save(update_fields=["organization"])
    asked = Filters().within(ours.pk)

    assert IndexedSuggestion.objects.get().organization_id == ours.pk
    assert listing.page(asked).rows == []
    assert len(listing.page(Filters().within(None)).rows) == 1


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


def test_a_count_is_exact_at_least_or_about(ours):
    index_rows(ours.pk, 10_000)
    f.run("analyze backoffice.suggestion_index")
    whole, narrowed = Filters().within(ours.pk), Filters(status="suggested").within(ours.pk)
    assert listing.count(whole) == listing.count(narrowed) == Count(10_000)

    # What the limit of time was set for is part of the test's transaction.
    f.run("set local statement_timeout = 0")
    index_rows(ours.pk, 20_000)
    f.run("analyze backoffice.suggestion_index")

    assert listing.count(narrowed) == Count(10_000, exact=False)
    about = listing.count(whole)
    assert (about.exact, about.estimated) == (False, True)
    assert 27_000 < about.rows < 33_000
    assert listing.count(Filters(status="failed").within(ours.pk)) == Count(0)


def test_what_takes_too_long_is_ended_and_said_in_a_sentence(transactional_db, monkeypatch):
    monkeypatch.setattr(listing, "PATIENCE_MS", 100)
    organization = f.organization()
    person = f.profile(organization=organization)
    f.suggestion(user=person, event=f.event(organization=organization))
    asked = Filters().within(organization.pk)
    browser = signed_in(f.superuser())
    try:
        with closing(steps.another_connection()) as other:
            other.autocommit = False
            other.execute("lock table backoffice.suggestion_index")
            for reads in (listing.page, listing.count):
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
        assert listing.count(asked) == Count(1)
    finally:
        empty_product_tables()


def test_what_is_not_asked_for_is_not_in_an_address():
    asked = Filters(status="failed", vip=True, longer=0, from_day=DAY)

    assert asked.parameters() == {
        "status": "failed",
        "vip": "1",
        "longer": "0",
        "from_day": "2038-01-30",
    }
    assert not Filters()
    assert Filters(longer=0)

"""The queue's filters: what each finds, together too, on any rows, and at what price."""

from datetime import timedelta

import pytest
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, reject
from hypothesis import strategies as st

from ai_audit import queue
from ai_audit.models import Suggestion
from ai_audit.verdicts import Risk
from eventflow.text.bidi import ltr
from tests import factories as f
from tests import pages
from tests.ai_audit import hostile
from tests.pages import signed_in

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"
NOW = f.at(12)


def waiting():
    return Suggestion.objects.pending().most_urgent_first()


@pytest.fixture
def vip(event):
    return f.participant(event=event, is_vip=True)


@pytest.fixture
def rows(ours, event, suggest, vip):
    """One suggestion of each sort that the filters tell apart, by name, most urgent first.

    Of the sessions only the one that has begun began before `NOW`.
    """
    f.session(event=event, title="In the way", room="Taken", start=f.at(15))
    begun = f.session(event=event, room="Begun", start=f.at(11))
    removed = f.session(event=event, room="Removed", start=f.at(13))
    f.registration(participant=vip, schedule=removed)
    with_vip = f.session(event=event, room="VIP", start=f.at(14))
    f.registration(participant=vip, schedule=with_vip)
    f.rooms(event, "Claimed")
    other_event = f.event(organization=ours, name="Other")

    def create(hour, **fields):
        start, end = (f"2038-01-30T{h}:00:00" for h in (hour, hour + 1))
        return f.create_data(start_time=start, end_time=end, **fields)

    claimed = create(16, room="Claimed") | {"vip_affected": True}
    return {
        "begun": suggest(f.update_data(begun, title="x"), "schedule_update"),
        "critical": suggest(f.delete_data(removed), "schedule_delete"),
        "medium": suggest(f.update_data(with_vip, title="x"), "schedule_update"),
        "high": suggest(create(15, room="Taken")),
        "claimed": suggest(claimed, suggested_at=timezone.now() - timedelta(hours=2)),
        "low": suggest(
            create(17, room="Free"),
            event=other_event,
            suggested_at=timezone.now() - timedelta(days=8),
        ),
        "unreadable": suggest(["nonsense"], suggested_at=timezone.now() - timedelta(days=2)),
    }


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, "begun critical medium high claimed low unreadable"),
        ({"risk": Risk.CRITICAL}, "critical"),
        ({"risk": Risk.HIGH}, "high unreadable"),
        ({"risk": Risk.MEDIUM}, "begun medium"),
        ({"risk": Risk.LOW}, "claimed low"),
        ({"vip": True}, "critical medium claimed"),
        ({"vip": False}, "begun high low unreadable"),
        ({"overdue": True}, "begun"),
        ({"overdue": False}, "critical medium high claimed low unreadable"),
        ({"risk": Risk.LOW, "vip": True}, "claimed"),
        ({"risk": Risk.MEDIUM, "vip": True, "overdue": False}, "medium"),
        ({"risk": Risk.CRITICAL, "vip": False}, ""),
    ],
)
def test_live_filter_matches_in_order(rows, asked, names):
    assert queue.matching(waiting(), now=NOW, **asked) == [rows[name].pk for name in names.split()]


def test_live_filter_current_state(rows, vip, event):
    f.run("delete from participant_schedules")
    f.run("delete from schedules where room = 'Taken'")

    assert queue.matching(waiting(), now=NOW, vip=True) == [rows["claimed"].pk]
    assert queue.matching(waiting(), now=NOW, risk=Risk.HIGH) == [rows["unreadable"].pk]
    assert queue.matching(waiting(), now=f.at(14, 30), overdue=True) == [
        rows[name].pk for name in ("begun", "critical", "medium")
    ]


def test_live_filter_judges_only_asked(rows):
    some = waiting().filter(pk__in=[rows["high"].pk, rows["low"].pk])

    assert queue.matching(some, risk=Risk.HIGH, now=NOW) == [rows["high"].pk]
    assert queue.matching(waiting().none(), risk=Risk.HIGH, now=NOW) == []


@pytest.mark.parametrize("number", [1, 25])
@pytest.mark.parametrize(
    ("asked", "statements", "judgings"),
    [
        ({"overdue": False, "vip": False}, 6, 1),
        ({"risk": Risk.MEDIUM}, 7, 1),
        ({"overdue": False, "vip": False, "risk": Risk.MEDIUM}, 12, 2),
    ],
)
def test_live_filter_statement_count(
    event, suggest, number, asked, statements, judgings, django_assert_num_queries
):
    f.session(event=event, room="B", speaker_name="y", start=f.at(9))
    for n in range(number):
        session = f.session(event=event, room=f"{n}", start=f.at(9))
        suggest(f.update_data(session, room=f"to {n}", speaker_name="y"), "schedule_update")

    with django_assert_num_queries(statements + f.judged(judgings)):
        found = queue.matching(waiting(), now=f.at(8), **asked)

    assert len(found) == number


def test_more_than_one_chunk_is_looked_through(event, suggest, monkeypatch):
    kept = [suggest(f.create_data(room=f"{n}"), created_at=f.at(1, n)).pk for n in range(5)]
    monkeypatch.setattr(queue, "CHUNK", 2)

    assert queue.matching(waiting(), overdue=False, now=f.at(8)) == kept


# On the page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "begun critical medium high claimed low unreadable"),
        ("risk=critical", "critical"),
        ("risk=low", "begun claimed low"),
        ("vip=yes", "critical medium claimed"),
        ("vip=no", "begun high low unreadable"),
        ("overdue=yes", ""),
        ("overdue=no", "begun critical medium high claimed low unreadable"),
        ("older=hour", "claimed low unreadable"),
        ("older=day", "low unreadable"),
        ("older=week", "low"),
        ("action=schedule_delete", "critical"),
        ("action=other", ""),
        ("risk=low&vip=yes", "claimed"),
        ("risk=high&older=day", "unreadable"),
        ("risk=low&action=schedule_create&older=hour&vip=no&overdue=no", "low"),
        ("vip=yes&q=Noa", ""),
        ("vip=yes&q=סדנה", "claimed"),
        ("risk=", "begun critical medium high claimed low unreadable"),
        ("risk=nonsense", ""),
        ("vip=1", ""),
        ("overdue=nonsense", ""),
        ("older=century", ""),
    ],
)
def test_live_filter_rows(browser, rows, query, names):
    page = browser.get(f"{QUEUE}?{query}")

    assert pages.shown_ids(page) == [str(rows[name].pk) for name in names.split()]


def test_filter_by_event_and_organization(browser, root, rows, theirs, their_event):
    foreign = f.suggestion(user=f.profile(organization=theirs), event=their_event)
    low = rows["low"]

    of_event = f"?event__id__exact={low.event_id}"
    assert pages.shown_ids(browser.get(QUEUE + of_event)) == [str(low.pk)]
    assert pages.shown_ids(browser.get(f"{QUEUE}{of_event}&risk=high")) == []
    of_theirs = f"?organization={theirs.pk}&risk=low"
    assert pages.shown_ids(root.get(QUEUE + of_theirs)) == [str(foreign.pk)]
    assert "By organization" in pages.text(root.get(QUEUE))
    assert "By organization" not in pages.text(browser.get(QUEUE))


@pytest.mark.parametrize(
    "query", ["risk=low", "vip=no", "overdue=no", "older=hour", "organization={}", "q=Stranger"]
)
def test_other_organizations_rows_are_never_found(browser, theirs, their_event, query):
    stranger = f.profile(organization=theirs, full_name="Stranger")
    f.suggestion(user=stranger, event=their_event, suggested_at=f.at(1) - timedelta(days=999))

    assert pages.shown_ids(browser.get(f"{QUEUE}?{query.format(theirs.pk)}")) == []


def test_begun_shown_and_filterable(ours, browser, noa):
    now = timezone.now()
    event = f.event(organization=ours, start_date=now - timedelta(1), end_date=now + timedelta(3))
    begun = f.session(event=event, start=now - timedelta(hours=3))
    soon = f.session(event=event, start=now + timedelta(days=2, hours=1))
    late, early = (
        f.suggestion(
            user=noa.profile,
            event=event,
            data=f.update_data(session, title="x"),
            action_type="schedule_update",
        )
        for session in (begun, soon)
    )

    first, second = pages.rows(browser.get(QUEUE))

    assert "has begun, 3\xa0hours ago".replace("\xa0", " ") in first.replace("\xa0", " ")
    assert "in 2 days" in second.replace("\xa0", " ")
    assert pages.shown_ids(browser.get(f"{QUEUE}?overdue=yes")) == [str(late.pk)]
    assert pages.shown_ids(browser.get(f"{QUEUE}?overdue=no")) == [str(early.pk)]


def test_title_counts_waiting_and_blocked(browser, rows, suggest):
    def title(query=""):
        return pages.source(browser.get(QUEUE + query)).split("<title>")[1].split(" |")[0]

    assert title() == "Waiting for approval: 7 · 2 blocked"
    assert title("?risk=high") == "Waiting for approval: 7"
    for n in range(20):
        suggest(f.create_data(room=f"{n}"))
    assert title() == "Waiting for approval: 27"


@pytest.mark.parametrize(("names", "mark"), [("medium claimed critical", 1), ("begun low high", 0)])
def test_vip_mark_registered_or_claimed(browser, rows, names, mark):
    page = browser.get(QUEUE)
    told = dict(zip(pages.shown_ids(page), pages.rows(page), strict=True))

    assert [told[str(rows[name].pk)].count("★ VIP") for name in names.split()] == [mark] * 3


def test_row_tells_time_where_only_room_changes(browser, event, suggest):
    session = f.session(event=event, room="A", start=f.at(14))
    other = {"start_time": "2038-01-30T16:00", "end_time": "2038-01-30T17:00"}
    next_day = {"start_time": "2038-01-31T16:00", "end_time": "2038-01-31T17:00"}
    for changes in ({"room": "B"}, other, other | {"room": "B"}, next_day, {"max_capacity": 7}):
        suggest(f.update_data(session, **changes), "schedule_update")

    told = [row.partition("Change a session ")[2] for row in pages.rows(browser.get(QUEUE))]

    was, will = ltr("14:00–15:00"), ltr("16:00–17:00")
    assert [row.split(" ▲ ")[0].split(" 2 warn")[0].split(" Warning")[0] for row in told] == [
        f"Room: A B · {was} unchanged",
        f"Time: 30 Jan 2038, {was} {will} · A unchanged",
        f"Time: 30 Jan 2038, {was} {will} · Room: A B",
        f"Time: 30 Jan 2038, {was} 31 Jan 2038, {will} · A unchanged",
        "Capacity: 7",
    ]


# Paging and actions


@pytest.fixture
def many(event, suggest):
    """Thirty that are blocked and three that are not."""
    f.session(event=event, title="In the way", room="Taken", start=f.at(11), end=f.at(13))
    blocked = [suggest(f.create_data(title="Blocked", room="Taken")) for _n in range(30)]
    free = [suggest(f.create_data(title="Free", room=f"{n}")) for n in range(3)]
    return blocked, free


def test_filters_survive_paging_and_search(browser, many):
    page = browser.get(f"{QUEUE}?risk=high&older=&q=Blocked")

    assert len(pages.shown_ids(page)) == 25
    assert "?older=&amp;p=2&amp;q=Blocked&amp;risk=high" in pages.source(page)
    assert len(pages.shown_ids(browser.get(f"{QUEUE}?risk=high&q=Blocked&p=2"))) == 5
    assert '<input type="hidden" name="risk" value="high">' in pages.source(page)


def act(browser, query, *suggestions, across="0"):
    chosen = [str(suggestion.pk) for suggestion in suggestions]
    posted = {"action": "reject_selected", "_selected_action": chosen, "index": "0"}
    return browser.post(f"{QUEUE}?{query}", posted | {"select_across": across})


def test_live_filter_bulk_acts_on_all_matches(browser, many):
    blocked, _free = many

    page = act(browser, "risk=high", blocked[0], across="1")
    report = pages.report(pages.confirm(browser, page))

    assert len(pages.rows(page)) == 30
    assert report == {"Blocked": "Rejected."}
    assert {s.pk for s in Suggestion.objects.filter(execution_status="rejected")} == {
        s.pk for s in blocked
    }


def test_ticked_row_acted_on_after_filter_excludes_it(browser, many):
    blocked, _free = many
    f.run("delete from schedules")

    assert pages.shown_ids(browser.get(f"{QUEUE}?risk=high")) == []
    assert len(pages.rows(act(browser, "risk=high", *blocked[:2]))) == 2


@pytest.mark.parametrize("number", [1, 25])
@pytest.mark.parametrize(
    ("query", "statements", "judgings"),
    [
        ("older=hour&action=schedule_update", 11, 1),
        ("vip=no&overdue=no", 17, 2),
        ("risk=medium", 18, 2),
        ("risk=medium&vip=no&overdue=no&older=hour", 23, 3),
    ],
)
def test_filtered_page_statement_count(
    ours, browser, suggest, number, query, statements, judgings, django_assert_num_queries
):
    for n in range(number):
        event = f.event(organization=ours, name=f"{n}")
        session = f.session(event=event, room="A", start=f.at(9), speaker_name="x")
        f.session(event=event, room="B", start=f.at(9), speaker_name="x")
        data = f.update_data(session, room="C", speaker_name="x")
        ago = timezone.now() - timedelta(hours=2)
        suggest(data, "schedule_update", event=event, suggested_at=ago)
    browser.get(QUEUE)

    with django_assert_num_queries(statements + f.judged(judgings)):
        page = browser.get(f"{QUEUE}?{query}")

    assert len(pages.shown_ids(page)) == number


# Rows no honest program writes

EVERY_FILTER = (
    "risk=high",
    "risk=low",
    "vip=yes",
    "vip=no",
    "overdue=yes",
    "overdue=no",
    "older=hour",
    "risk=high&vip=no&overdue=no",
)


@pytest.mark.parametrize(
    "written",
    [
        "null",
        "[[[]]]",
        '"text"',
        "1e400",
        '{"vip_affected": 7}',
        '{"vip_affected": [true], "proposed_state": {"start_time": 1e400}}',
        '{"proposed_state": {"title": {}, "start_time": [], "end_time": 1}}',
        '{"schedule_id": "11111111-1111-4111-8111-11111111111x"}',
        f'{{"proposed_state": {{"max_capacity": {"9" * 5000}}}}}',
        '{"proposed_state": ' + "[" * 2500 + "]" * 2500 + "}",
    ],
    ids=lambda value: value[:40],
)
def test_live_filter_any_row(browser, noa, event, written):
    odd = f.raw_suggestion(user=noa.profile, event=event, json=written)

    for query in EVERY_FILTER:
        shown = pages.shown_ids(browser.get(f"{QUEUE}?{query}"))
        assert shown == ([str(odd.pk)] if query in FOUND_BY else [])


# It is not readable, so it is blocked; it starts at no time, and nobody is registered.
FOUND_BY = {"risk=high", "vip=no", "overdue=no", "risk=high&vip=no&overdue=no"}


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "20000-01-01", "4000-01-01 BC"])
def test_live_filter_any_moment(browser, event, suggest, moment):
    session = f.session(event=event)
    suggestion = suggest(f.update_data(session, title="x"), "schedule_update")
    f.run("update schedules set room = null, start_time = %s, end_time = %s", moment, moment)
    past = moment in ("-infinity", "4000-01-01 BC")

    for query in EVERY_FILTER:
        assert browser.get(f"{QUEUE}?{query}").status_code == 200
    found = pages.shown_ids(browser.get(f"{QUEUE}?overdue={'yes' if past else 'no'}"))
    assert found == [str(suggestion.pk)]


@given(data=hostile.JSON, action=st.sampled_from(["schedule_create", "schedule_update", "x"]))
def test_live_filters_partition_any_row(noa, event, data, action):
    try:
        with transaction.atomic():
            odd = f.suggestion(user=noa.profile, event=event, data=data, action_type=action)
    except (DataError, IntegrityError, ValueError):
        reject()

    for asked in ({"vip": (True, False)}, {"overdue": (True, False)}, {"risk": tuple(Risk)}):
        ((name, values),) = asked.items()
        found = [pk for value in values for pk in queue.matching(waiting(), **{name: value})]
        assert found.count(odd.pk) == 1


def test_filter_parameter_with_nul(browser, rows):
    for query in ("risk=%00", "vip=%00", "older=%00"):
        assert browser.get(f"{QUEUE}?{query}").status_code == 302


def test_filters_without_queue_permission(ours, rows):
    without = f.staff(profile=f.profile(organization=ours))
    without.user.user_permissions.set([])

    assert signed_in(without.user).get(f"{QUEUE}?risk=high").status_code == 403

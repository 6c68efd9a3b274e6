"""The audit history over HTTP: whose rows, filters, search, and that nothing is changed there."""

from datetime import UTC, datetime, timedelta

import pytest

from ai_audit import history, workflow
from eventflow.bidi import isolate
from scheduling import times
from tests import factories as f
from tests import pages
from tests.pages import signed_in

pytestmark = pytest.mark.django_db

HISTORY = "/admin/ai_audit/suggestion/"
NOON = datetime(2038, 1, 30, 10, tzinfo=UTC)  # In Jerusalem.


@pytest.fixture
def rows(ours, event, noa, suggest):
    """Five suggestions of one organization, by name; each differs from the others in all."""
    dana = f.profile(organization=ours, full_name="Dana 100%")
    second = f.event(organization=ours, name="Second")
    session = f.session(event=event, title="פאנל")
    return {
        "waiting": suggest(f.create_data(title="100_sure"), created_at=NOON),
        "executed": suggest(
            f.update_data(session, title="חדש"),
            "schedule_update",
            user=dana,
            execution_status="executed",
            approved_by=noa.profile,
            created_at=NOON - timedelta(days=1),
        ),
        "failed": suggest(
            f.delete_data(session),
            "schedule_delete",
            execution_status="failed",
            approved_by=dana,
            event=second,
            created_at=NOON - timedelta(days=2),
        ),
        "eventless": suggest({"x": 1}, "room_assign", event=None, created_at=None),
        "rejected": suggest(
            ["odd"],
            "",
            execution_status="rejected",
            # The last moment of its day in Jerusalem.
            created_at=datetime(2038, 1, 30, 21, 59, 59, tzinfo=UTC),
        ),
    }


@pytest.fixture
def foreign(rows, theirs, their_event):
    """Three of another organization, alike in every other way."""
    stranger = f.profile(organization=theirs, full_name="Dana 100%")
    return [
        f.suggestion(user=stranger, event=their_event, data=f.create_data(title="100_sure")),
        f.suggestion(user=stranger, event=None, execution_status="rejected"),
        f.suggestion(user=stranger, event=their_event, action_type="schedule_update"),
    ]


def found(answer, rows):
    """The names of the rows shown."""
    names = {str(suggestion.pk): name for name, suggestion in rows.items()}
    return sorted(names[shown] for shown in pages.shown_ids(answer))


def test_everything_of_the_own_organization_is_listed_and_nothing_else(browser, rows, foreign):
    assert found(browser.get(HISTORY), rows) == sorted(rows)


def test_a_superuser_sees_all_organizations(root, rows, foreign, theirs):
    everyone = pages.shown_ids(root.get(HISTORY))
    of_one = pages.shown_ids(root.get(HISTORY, {"organization": str(theirs.pk)}))

    assert len(everyone) == len(rows) + len(foreign)
    assert sorted(of_one) == sorted(str(suggestion.pk) for suggestion in foreign)


def test_the_newest_come_first(browser, rows):
    shown = pages.shown_ids(browser.get(HISTORY))

    names = ("eventless", "rejected", "waiting", "executed", "failed")
    assert shown == [str(rows[name].pk) for name in names]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"execution_status__exact": "suggested"}, ["eventless", "waiting"]),
        ({"execution_status__exact": "executed"}, ["executed"]),
        ({"execution_status__exact": "approved"}, []),
        ({"execution_status__exact": "nonsense"}, []),
        ({"action": "schedule_create"}, ["waiting"]),
        ({"action": "schedule_delete"}, ["failed"]),
        ({"action": "other"}, ["eventless", "rejected"]),
        ({"action": "nonsense"}, []),
        ({"event__isnull": "True"}, ["eventless"]),
        ({"approved_by__isnull": "True"}, ["eventless", "rejected", "waiting"]),
        ({"created_at_from": "2038-01-30"}, ["rejected", "waiting"]),
        ({"created_at_to": "2038-01-28"}, ["failed"]),
        (
            {"created_at_from": "2038-01-29", "created_at_to": "2038-01-30"},
            ["executed", "rejected", "waiting"],
        ),
        ({"created_at_from": "2038-01-30", "created_at_to": "2038-01-29"}, []),
        ({"created_at_from": "2038-01-31"}, []),
        ({"created_at_from": "0001-01-01"}, ["executed", "failed", "rejected", "waiting"]),
        ({"created_at_to": "9998-12-31"}, ["executed", "failed", "rejected", "waiting"]),
        ({"created_at_from": "9999-12-31"}, []),
        ({"execution_status__exact": "suggested", "action": "schedule_create"}, ["waiting"]),
        ({"created_at_from": "2038-01-30", "action": "other"}, ["rejected"]),
    ],
)
def test_filters_find_exactly_the_right_rows(browser, rows, foreign, query, expected):
    assert found(browser.get(HISTORY, query), rows) == expected


@pytest.mark.parametrize(
    "day", ["", "nonsense", "2038-02-30", "30/01/2038", "-1", "2038-1-1x", "10000-01-01"]
)
def test_a_date_that_is_none_is_passed_over(browser, rows, day):
    for name in ("created_at_from", "created_at_to"):
        assert found(browser.get(HISTORY, {name: day}), rows) == sorted(rows)


def test_people_and_events_are_filtered_by(browser, rows, foreign, event, noa):
    dana = rows["executed"].user

    def of(**query):
        return found(browser.get(HISTORY, query), rows)

    assert of(event__id__exact=str(event.pk)) == ["executed", "rejected", "waiting"]
    assert of(user__id__exact=str(dana.pk)) == ["executed"]
    assert of(approved_by__id__exact=str(dana.pk)) == ["failed"]
    assert of(approved_by__id__exact=str(noa.profile_id)) == ["executed"]
    assert of(event__id__exact=str(foreign[0].event_id)) == []


@pytest.mark.parametrize(
    "query",
    [
        {"event__id__exact": "nonsense"},
        {"user__id__exact": "\x00"},
        {"organization": "nonsense"},
        {"organization": "\x00"},
        {"execution_status__exact": "\x00"},
        {"action": "\x00"},
        {"p": "nonsense"},
        {"o": "99.-99.x"},
        {"nonsense": "1"},
        {"created_at_from": "\x00"},
        {"created_at__year": "x"},
        {"e": "1"},
    ],
)
@pytest.mark.parametrize("page", [HISTORY, "/admin/ai_audit/pendingsuggestion/"])
def test_a_query_that_is_none_is_no_error_page(browser, root, rows, foreign, page, query):
    for person in (browser, root):
        answer = person.get(page, query, follow=True)
        assert answer.status_code == 200
    shown = pages.shown_ids(browser.get(page, query, follow=True))
    assert set(shown) <= {str(suggestion.pk) for suggestion in rows.values()}


def test_filters_offer_only_what_is_ones_own(browser, root, rows, foreign, theirs, their_event):
    def choices(person):
        page = person.get(HISTORY)
        return {
            spec.title: sorted(
                str(choice["display"]) for choice in spec.choices(page.context["cl"])
            )
            for spec in page.context["cl"].filter_specs
            if spec.title in ("event", "requester", "approver", "organization")
        }

    assert choices(browser) == {
        "event": ["-", "All", "Second", "כנס שנתי"],
        "requester": ["All", "Dana 100%", "נועה כהן"],
        "approver": ["-", "All", "Dana 100%", "נועה כהן"],
    }
    assert choices(root)["organization"] == ["All", "Elsewhere", "ארגון הכנסים"]
    assert "Their day" in choices(root)["event"]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("100_sure", ["waiting"]),
        ("100_SURE", ["waiting"]),
        ("100%", ["executed"]),
        ("%", ["executed"]),
        ("100x", []),
        ("\\", []),
        ("dana", ["executed"]),
        ("פאנל", ["executed", "failed"]),
        ("חדש", ["executed"]),
        ("כהן", ["eventless", "failed", "rejected", "waiting"]),
        ("  ", ["eventless", "executed", "failed", "rejected", "waiting"]),
        ("\x00", ["eventless", "executed", "failed", "rejected", "waiting"]),
        ("x" * 10_000, []),
        ("' or 1=1 --", []),
        ('"unclosed', []),
    ],
)
def test_search_finds_exactly_the_right_rows(browser, rows, foreign, term, expected):
    assert found(browser.get(HISTORY, {"q": term}), rows) == expected


def test_search_finds_an_id_however_it_is_spelled(browser, rows, foreign):
    pk = rows["failed"].pk

    for term in (str(pk), str(pk).upper(), pk.hex, f" {pk} ", f"{{{pk}}}"):
        assert found(browser.get(HISTORY, {"q": term}), rows) == ["failed"]
    assert found(browser.get(HISTORY, {"q": str(foreign[0].pk)}), rows) == []
    assert found(browser.get(HISTORY, {"q": str(pk)[:8]}), rows) == []


@pytest.mark.parametrize("number", [1, 25])
@pytest.mark.parametrize("status", ["suggested", "executed"])
def test_the_page_takes_a_fixed_number_of_statements(
    ours, browser, suggest, noa, number, status, django_assert_num_queries
):
    for n in range(number):
        event = f.event(organization=ours, name=f"{n}")
        session = f.session(event=event, room="A", speaker_name="x")
        suggest(
            f.update_data(session, room="B"),
            "schedule_update",
            event=event,
            execution_status=status,
            approved_by=f.profile(organization=ours),
        )
    browser.get(HISTORY)

    # Live verdicts, for those that wait, take seven.
    with django_assert_num_queries({"suggested": 21, "executed": 14}[status]):
        page = browser.get(HISTORY)

    assert len(pages.shown_ids(page)) == number


def test_nothing_is_added_changed_or_deleted_here(browser, root, rows):
    pk = rows["executed"].pk
    before = f.everything()

    for person in (browser, root):
        for page in ("add/", f"{pk}/delete/", f"{rows['waiting'].pk}/change/", f"{pk}/change/"):
            answer = person.post(
                HISTORY + page, {"_approve": "1", "_save": "1", "execution_status": "suggested"}
            )
            assert (page, answer.status_code) == (page, 403)
        for page in ("add/", f"{pk}/delete/"):
            assert person.get(HISTORY + page).status_code == 403
        assert (
            person.post(
                HISTORY, {"action": "delete_selected", "_selected_action": str(pk), "post": "yes"}
            ).status_code
            == 200
        )
    assert f.everything() == before


def test_no_row_here_offers_a_decision(browser, rows):
    for suggestion in rows.values():
        page = browser.get(f"{HISTORY}{suggestion.pk}/change/")
        assert not pages.named(page) & {"_approve", "_reject", "reason", "_save"}


def test_the_history_has_a_permission_of_its_own(ours, rows):
    staff = f.staff(profile=f.profile(organization=ours))
    staff.user.user_permissions.remove(
        *staff.user.user_permissions.filter(codename="view_suggestion")
    )
    browser = signed_in(staff.user)

    for url in (HISTORY, f"{HISTORY}{rows['executed'].pk}/change/"):
        assert browser.get(url).status_code == 403


def test_a_decided_row_tells_who_decided_when_and_what_came_of_it(browser, event, noa, suggest):
    rejected = suggest()
    executed = suggest()
    failed = suggest()
    workflow.reject(suggestion_id=rejected.pk, by=noa, reason="אין מקום")
    workflow.approve(suggestion_id=executed.pk, by=noa)
    workflow.approve(suggestion_id=failed.pk, by=noa)

    def told(suggestion):
        return pages.text(browser.get(f"{HISTORY}{suggestion.pk}/change/"))

    def when(suggestion):
        return [times.moment(e.at, zone=event.zone) for e in history.entries(suggestion)]

    assert f"Rejected · נועה כהן {when(rejected)[0]} אין מקום" in told(rejected)
    assert f"Approved · נועה כהן {when(executed)[0]} On screen: Competing suggestion" in told(
        executed
    )
    assert f"Executed · נועה כהן {when(executed)[1]}" in told(executed)
    assert f"Approved · נועה כהן {when(failed)[0]} On screen: Room" in told(failed)
    assert f"Failed · נועה כהן {when(failed)[1]} {isolate('חדר A')} is taken by" in told(failed)


def test_a_waiting_row_shows_its_live_verdict(browser, event, suggest):
    f.session(event=event, title="Taken", room="חדר A", start=f.at(11))
    suggestion = suggest()

    words = pages.text(browser.get(f"{HISTORY}{suggestion.pk}/change/"))

    assert "Blocked:" in words
    assert "Taken" in words

"""The audit history over HTTP: whose rows, filters, search, and that nothing is changed there.

What each filter means is in `test_filters`, what is exported in `test_exports`.
"""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ai_audit import history, workflow
from ai_audit.admin import history_list
from ai_audit.reports import index
from eventflow.text.bidi import isolate
from scheduling import times
from tests import factories as f
from tests import pages
from tests.pages import signed_in
from tests.variants import first_soon

pytestmark = pytest.mark.django_db

HISTORY = "/admin/ai_audit/suggestion/"
ALL = f"{HISTORY}?view=suggested"
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
        "eventless": suggest(
            {"x": 1},
            "room_assign",
            event=None,
            created_at=None,
            suggested_at=NOON - timedelta(days=3),
        ),
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


def test_history_lists_own_organization_only(browser, rows, foreign):
    assert found(browser.get(ALL), rows) == sorted(rows)
    decided = sorted(rows.keys() - {"waiting", "eventless"})
    assert found(browser.get(HISTORY), rows) == decided


def test_history_superuser_sees_all(root, rows, foreign, theirs):
    everyone = pages.shown_ids(root.get(ALL))
    of_one = pages.shown_ids(root.get(f"{ALL}&organization={theirs.pk}"))

    assert len(everyone) == len(rows) + len(foreign)
    assert sorted(of_one) == sorted(str(suggestion.pk) for suggestion in foreign)


def test_history_by_decision_latest_first(browser, rows, noa, foreign):
    workflow.reject(suggestion_id=rows["waiting"].pk, by=noa)
    f.run(
        "update backoffice.suggestion_index set decided_at = %s where suggestion_id = %s",
        NOON - timedelta(days=5),
        rows["rejected"].pk,
    )
    f.run(
        "update backoffice.suggestion_index set decided_at = %s where suggestion_id = %s",
        NOON,
        rows["failed"].pk,
    )

    page = browser.get(HISTORY)

    names = ("failed", "rejected", "waiting", "executed")
    at = dict(f.run("select suggestion_id::text, decided_at from backoffice.suggestion_index"))
    shown = pages.shown_ids(page)
    assert sorted(shown) == sorted(str(rows[name].pk) for name in names)
    assert [at[pk] for pk in shown] == sorted((at[pk] for pk in shown), reverse=True)
    assert page.context["cl"].ordered_by == "The newest decision first."


def test_history_views_keep_conditions(browser, rows, event):
    def views(query):
        page = browser.get(HISTORY + query)
        [tabs] = re.findall(r'<nav class="tabs".*?</nav>', page.content.decode(), re.DOTALL)
        current = re.findall(r'aria-current="page">([^<]+)', tabs)
        return current, [url for _label, url, _current in page.context["cl"].views]

    both = ["?", "?view=suggested"]
    assert views("") == (["Decided last"], both)
    assert views("?view=suggested") == (["Everything suggested"], both)
    assert views("?view=decided") == (["Decided last"], both)
    of_event = [f"?event={event.pk}", f"?event={event.pk}&view=suggested"]
    assert views(of_event[0]) == (["Decided last"], of_event)
    assert views(of_event[1]) == (["Everything suggested"], of_event)
    # What is asked of suggesting is of that view, and what is asked of deciding of the other.
    assert views("?from_day=2038-01-01&vip=on")[0] == ["Everything suggested"]
    assert views("?from_day=2038-01-01&vip=on")[1] == [
        "?vip=on",
        "?from_day=2038-01-01&view=suggested&vip=on",
    ]
    assert views("?status=suggested") == (
        ["Everything suggested"],
        ["?", "?status=suggested&view=suggested"],
    )
    assert views("?own=on&view=suggested") == (
        ["Decided last"],
        ["?own=on", "?view=suggested"],
    )
    assert views("?longer=3600") == ([], both)


def test_history_without_decisions_links_to_all(browser, rows):
    page = browser.get(HISTORY, {"words": "100_sure"})

    assert "Nothing that was decided meets all of this." in pages.text(page)
    everything = page.context["cl"].undecided_url
    assert found(browser.get(HISTORY + everything), rows) == ["waiting"]
    nothing = browser.get(f"{ALL}&words=nonsense")
    assert "No suggestion meets all of this." in pages.text(nothing)


@pytest.mark.parametrize("view", ["nonsense", "", "\x00", "DECIDED"])
def test_history_unknown_view_is_first(browser, rows, view):
    page = browser.get(HISTORY, {"view": view}, follow=True)

    assert found(page, rows) == ["executed", "failed", "rejected"]


def test_history_search_by_rejecter(browser, rows, noa, ours):
    dana = f.staff(profile=f.profile(organization=ours, full_name="Dana"), username="dana")
    workflow.reject(suggestion_id=rows["waiting"].pk, by=dana, reason="no")

    for view in (HISTORY, ALL):
        separator = "&" if "?" in view else "?"
        answer = browser.get(f"{view}{separator}decider={dana.profile_id}")
        assert found(answer, rows) == ["waiting"]
        [shown] = pages.rows(answer)
        assert "Dana" in shown
    assert names(browser, "decider", term="Dana")[0] == ["Dana", "Dana 100%"]


def test_self_approved_marked_and_found(browser, rows, noa, suggest, ours):
    own = suggest(f.create_data(title="own", room="1"))
    dana = f.profile(organization=ours, full_name="Dana")
    others = suggest(f.create_data(title="others", room="2"), user=dana)
    turned_down = suggest(f.create_data(title="no", room="3"))
    for made in (own, others):
        workflow.approve(suggestion_id=made.pk, by=noa, confirmed=f.confirming(made.pk))
    workflow.reject(suggestion_id=turned_down.pk, by=noa)

    answer = browser.get(HISTORY)

    shown = dict(zip(pages.shown_ids(answer), pages.rows(answer), strict=True))
    marked = {pk for pk, row in shown.items() if "Approved their own" in row}
    assert marked == {str(own.pk)}
    assert pages.shown_ids(browser.get(HISTORY, {"own": "on"})) == [str(own.pk)]
    assert pages.shown_ids(browser.get(ALL + "&own=on")) == [str(own.pk)]


def test_history_newest_first(browser, rows):
    shown = pages.shown_ids(browser.get(ALL))

    names = ("rejected", "waiting", "executed", "failed", "eventless")
    assert shown == [str(rows[name].pk) for name in names]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "suggested"}, ["eventless", "waiting"]),
        ({"status": "executed"}, ["executed"]),
        ({"status": "approved"}, []),
        ({"action": "schedule_create"}, ["waiting"]),
        ({"action": "schedule_delete"}, ["failed"]),
        ({"action": "other"}, ["eventless", "rejected"]),
        ({"from_day": "2038-01-30"}, ["rejected", "waiting"]),
        ({"to_day": "2038-01-28"}, ["eventless", "failed"]),
        (
            {"from_day": "2038-01-29", "to_day": "2038-01-30"},
            ["executed", "rejected", "waiting"],
        ),
        ({"from_day": "2038-01-30", "to_day": "2038-01-29"}, []),
        ({"from_day": "2038-01-31"}, []),
        (
            {"from_day": "0001-01-01", "to_day": "9999-12-31"},
            ["eventless", "executed", "failed", "rejected", "waiting"],
        ),
        ({"from_day": "9999-12-31"}, []),
        ({"status": "suggested", "action": "schedule_create"}, ["waiting"]),
        ({"from_day": "2038-01-30", "action": "other"}, ["rejected"]),
        ({"organization": "nonsense"}, ["eventless", "executed", "failed", "rejected", "waiting"]),
    ],
)
def test_filters_find_exactly_the_right_rows(browser, rows, foreign, query, expected):
    decided = [name for name in expected if name not in ("eventless", "waiting")]
    of_suggesting = query.keys() & {"from_day", "to_day"} or query.get("status") == "suggested"
    assert found(browser.get(HISTORY, query | {"view": "suggested"}), rows) == expected
    assert found(browser.get(HISTORY, query), rows) == (expected if of_suggesting else decided)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"status": "nonsense"}, "Select a valid choice. nonsense is not one of"),
        ({"claimed": "room_name"}, "Select a valid choice."),
        ({"from_day": "nonsense"}, "Enter a valid date."),
        ({"decided_to": "2038-02-30"}, "Enter a valid date."),
        ({"executed_from": "30/01/2038"}, "Enter a valid date."),
        ({"longer": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"longer": str(10**40)}, "Ensure this value is less than or equal to"),
        ({"event": "nonsense"}, "Enter a valid UUID."),
        ({"words": "x" * 201}, "Ensure this value has at most 200 characters"),
    ],
)
def test_history_with_invalid_condition(browser, rows, query, sentence):
    page = browser.get(HISTORY, query)

    assert pages.shown_ids(page) == []
    assert sentence in pages.text(page)
    assert browser.get(f"{HISTORY}count/", query).json() == {"count": "", "reasons": []}
    assert "No suggestion meets all of this." not in pages.text(page)


def test_history_without_organization(suggest):
    """What is of none is not theirs either: neither listed, nor counted, nor added up."""
    asker, nobody = (f.profile(organization=None) for _n in range(2))
    suggest(user=asker, event=None)
    suggest(user=asker, event=None, execution_status="rejected")
    browser = signed_in(f.staff(profile=nobody).user)

    assert pages.shown_ids(browser.get(ALL)) == []
    counted = browser.get(f"{HISTORY}count/?view=suggested").json()
    assert counted == {"count": "0 suggestions", "reasons": []}
    assert browser.get(f"{HISTORY}insights/").context["found"].suggested.n == 0


def test_people_and_events_are_filtered_by(browser, rows, foreign, event, noa):
    dana = rows["executed"].user

    def of(**query):
        return found(browser.get(HISTORY, query | {"view": "suggested"}), rows)

    assert of(event=str(event.pk)) == ["executed", "rejected", "waiting"]
    assert of(requester=str(dana.pk)) == ["executed"]
    assert of(decider=str(dana.pk)) == ["failed"]
    assert of(decider=str(noa.profile_id)) == ["executed"]
    assert of(event=str(foreign[0].event_id)) == []


@pytest.mark.parametrize(
    "query",
    [
        {"event": "nonsense"},
        {"event__id__exact": "nonsense"},
        {"requester": "\x00"},
        {"organization": "nonsense"},
        {"organization": "\x00"},
        {"status": "\x00"},
        {"action": "\x00"},
        {"words": "\x00"},
        {"reason": "\x00"},
        {"p": "nonsense"},
        {"o": "99.-99.x"},
        {"nonsense": "1"},
        {"from_day": "\x00"},
        {"created_at__year": "x"},
        {"until": "nonsense"},
        {"until": "\x00"},
        {"after": "nonsense"},
        {"after": "\x00"},
        {"before": "infinity~"},
        {"size": "x"},
        {"e": "1"},
    ],
)
@pytest.mark.parametrize("page", [HISTORY, "/admin/ai_audit/pendingsuggestion/"])
def test_history_invalid_query(browser, root, rows, foreign, page, query):
    assert root.get(page, query, follow=True).status_code == 200
    answer = browser.get(page, query, follow=True)
    assert answer.status_code == 200
    assert set(pages.shown_ids(answer)) <= {str(suggestion.pk) for suggestion in rows.values()}


def names(person, field, **asked):
    answer = person.get(f"{HISTORY}names/{field}/", asked)
    assert answer.status_code == 200
    found = answer.json()
    return [one["text"] for one in found["results"]], found["pagination"]["more"]


def test_history_names_of_own_organization(browser, root, rows, foreign, event):
    assert names(browser, "event") == (["Second", "כנס שנתי"], False)
    assert names(browser, "requester") == (["Dana 100%", "נועה כהן"], False)
    assert names(browser, "decider", term="dANA") == (["Dana 100%"], False)
    assert names(browser, "organization") == (["ארגון הכנסים"], False)
    assert names(root, "organization") == (["Elsewhere", "ארגון הכנסים"], False)
    assert "Their day" in names(root, "event")[0]
    results = browser.get(f"{HISTORY}names/event/", {"term": "שנתי"}).json()["results"]
    assert results == [{"id": str(event.pk), "text": "כנס שנתי"}]


def test_names_come_twenty_at_once(browser, ours):
    for n in range(41):
        f.event(organization=ours, name=f"{n:02}")

    assert names(browser, "event") == ([f"{n:02}" for n in range(20)], True)
    assert names(browser, "event", page="2") == ([f"{n:02}" for n in range(20, 40)], True)
    assert names(browser, "event", page="3") == (["40"], False)
    assert names(browser, "event", page="4") == ([], False)


@pytest.mark.parametrize("term", ["%", "_", "\\", "'", "' or 1=1 --", "\x00x", "x" * 100_000])
def test_history_names_term_literal(browser, ours, term):
    f.event(organization=ours, name="Any")

    assert names(browser, "event", term=term) == ([], False)


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "²", "9" * 400])
def test_history_names_invalid_page(browser, event, page):
    assert names(browser, "event", page=page) == (["כנס שנתי"], False)


def test_history_names_nothing_else(browser, rows):
    for field in ("user", "nonsense", "status"):
        assert browser.get(f"{HISTORY}names/{field}/").status_code == 403


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("100_sure", ["waiting"]),
        ("100_SU", ["waiting"]),
        ("100", ["executed", "waiting"]),
        ("100%", ["executed", "waiting"]),
        ("dan", ["executed"]),
        ("ana", []),
        ("פאנל", ["executed", "failed"]),
        ("פא", ["executed", "failed"]),
        ("חדש פאנל", ["executed"]),
        ("פאנל כה", ["failed"]),
        ("נועה כהן", ["eventless", "failed", "rejected", "waiting"]),
        ("  ", ["eventless", "executed", "failed", "rejected", "waiting"]),
        ("%", []),
        ("\\", []),
        ("\\'", []),
        ("dana\\", ["executed"]),
        ("'dana'", ["executed"]),
        ("dana'", ["executed"]),
        ("' or 1=1 --", []),
        ("dana & !dana", ["executed"]),
        ("dana | noa", []),
        ("<->", []),
        (":*", []),
        ('"dana', ["executed"]),
    ],
)
def test_search_finds_exactly_the_right_rows(browser, rows, foreign, term, expected):
    assert found(browser.get(HISTORY, {"words": term, "view": "suggested"}), rows) == expected
    decided = [name for name in expected if name not in ("eventless", "waiting")]
    assert found(browser.get(HISTORY, {"words": term}), rows) == decided


def test_history_search_by_id(browser, rows, foreign):
    pk = rows["failed"].pk

    for term in (str(pk), str(pk).upper(), pk.hex, f" {pk} ", f"{{{pk}}}"):
        answer = browser.get(HISTORY, {"words": term})
        assert (answer.status_code, answer["Location"]) == (302, f"{HISTORY}{pk}/change/")
    for term in (str(foreign[0].pk), str(pk)[:8]):
        assert pages.shown_ids(browser.get(HISTORY, {"words": term})) == []


def test_history_conditions_kept_over_pages(browser, event, suggest):
    for n in range(30):
        suggest(f.create_data(title=f"{n}"), suggested_at=f.at(8, n), created_at=None)
    query = f"?event={event.pk}&status=suggested"

    first = browser.get(HISTORY + query).context["cl"]
    second = browser.get(HISTORY + first.after_url).context["cl"]

    assert first.filter_query == second.filter_query == query
    assert (len(first.result_list), len(second.result_list)) == (25, 5)
    assert (first.first_url, second.after_url, second.last_url) == (None, None, None)
    back = browser.get(HISTORY + second.before_url).context["cl"]
    assert [s.pk for s in back.result_list] == [s.pk for s in first.result_list]
    assert [label for label, *_ in first.active] == ["Status", "Event"]
    assert [value for _, value, _ in first.active] == ["Suggested", "כנס שנתי"]
    assert first.active[0][2] == f"?event={event.pk}"
    hundred = browser.get(HISTORY + first.other_size[1])
    assert len(pages.shown_ids(hundred)) == 30
    row = pages.source(browser.get(HISTORY + first.after_url))
    assert "_changelist_filters=after%3D" in row


def test_zero_is_a_condition_too(browser, rows):
    page = browser.get(HISTORY, {"longer": "0"})

    assert [label for label, *_ in page.context["cl"].active] == ["Took longer than"]
    assert page.context["cl"].ordered_by == "What took longest comes first."


def test_history_go_to_day(browser, rows):
    page = browser.get(ALL + "&until=2038-01-29")

    assert pages.shown_ids(page) == [str(rows[n].pk) for n in ("executed", "failed", "eventless")]
    newer = browser.get(HISTORY + page.context["cl"].before_url)
    assert pages.shown_ids(newer) == [str(rows[n].pk) for n in ("rejected", "waiting")]


def test_history_count_loaded_after_page(browser, root, rows, foreign, noa):
    workflow.reject(suggestion_id=rows["waiting"].pk, by=noa, reason="אין מקום")
    index.refresh_figures()

    def told(person, **query):
        return person.get(f"{HISTORY}count/", query).json()

    assert told(browser) == {"count": "4 suggestions", "reasons": ["אין מקום"]}
    assert told(browser, view="suggested")["count"] == "5 suggestions"
    assert told(browser, status="executed")["count"] == "1 suggestion"
    assert told(browser, status="approved")["count"] == "0 suggestions"
    assert told(root)["count"] == "5 suggestions"
    assert told(root, view="suggested")["count"] == "8 suggestions"
    assert told(root, organization=str(foreign[0].event.organization_id))["reasons"] == []


@pytest.mark.parametrize("number", [1, 25])
@pytest.mark.parametrize("status", first_soon(["executed", "suggested"]))
@pytest.mark.parametrize("named", first_soon([True, False]))
@pytest.mark.parametrize("person", ["browser", "root"])
def test_history_page_statement_count(ours, suggest, noa, number, status, named, person, request):
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
    view = {"view": "suggested"} if status == "suggested" else {}
    query = view | ({"requester": str(noa.profile_id), "from_day": "2020-01-01"} if named else {})
    person = request.getfixturevalue(person)
    person.get(HISTORY, query)

    with CaptureQueriesContext(connection) as captured:
        page = person.get(HISTORY, query)

    statements = [s["sql"] for s in captured if "SAVEPOINT" not in s["sql"]]
    # Session, user with its permissions, limit of time, keys, rows.
    assert len(statements) == (6 if named else 5)
    assert len(pages.shown_ids(page)) == number


def test_history_read_only(browser, root, rows):
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


def test_history_offers_no_decision(browser, rows):
    for suggestion in rows.values():
        page = browser.get(f"{HISTORY}{suggestion.pk}/change/")
        assert not pages.named(page) & {"_approve", "_reject", "reason", "_save"}


def test_history_own_permission(ours, rows):
    staff = f.staff(profile=f.profile(organization=ours))
    staff.user.user_permissions.remove(
        *staff.user.user_permissions.filter(codename="view_suggestion")
    )
    browser = signed_in(staff.user)

    for url in (HISTORY, f"{HISTORY}{rows['executed'].pk}/change/"):
        assert browser.get(url).status_code == 403


def test_history_row_who_when_outcome(browser, event, noa, suggest):
    rejected = suggest()
    executed = suggest()
    failed = suggest()
    workflow.reject(suggestion_id=rejected.pk, by=noa, reason="אין מקום")
    workflow.approve(suggestion_id=executed.pk, by=noa, confirmed=f.confirming(executed.pk))
    workflow.approve(suggestion_id=failed.pk, by=noa, confirmed=f.confirming(failed.pk))

    def told(suggestion):
        return pages.text(browser.get(f"{HISTORY}{suggestion.pk}/change/"))

    def when(suggestion):
        return [times.moment(e.at, zone=event.zone) for e in history.entries(suggestion)]

    assert f"Rejected · נועה כהן {when(rejected)[0]} אין מקום" in told(rejected)
    assert f"Approved · נועה כהן {when(executed)[0]} On screen: The same twice, Competing" in told(
        executed
    )
    assert f"Executed · נועה כהן {when(executed)[1]}" in told(executed)
    assert f"Approved · נועה כהן {when(failed)[0]} On screen: Room" in told(failed)
    assert f"Failed · נועה כהן {when(failed)[1]} {isolate('חדר A')} is taken by" in told(failed)


def test_history_pending_row_live_verdict(browser, event, suggest):
    f.session(event=event, title="Taken", room="חדר A", start=f.at(11))
    suggestion = suggest()

    words = pages.text(browser.get(f"{HISTORY}{suggestion.pk}/change/"))

    assert "Blocked:" in words
    assert "Taken" in words


def form_of(answer) -> str:
    """The form of filters in a page."""
    return re.search(r'<form class="conditions".*?</form>', answer.content.decode(), re.DOTALL)[0]


def test_history_form_empty_by_reader(rows, noa, monkeypatch):
    manager, root = signed_in(noa.user), signed_in(f.superuser())
    for _again in range(2):
        own, everybodys = form_of(manager.get(HISTORY)), form_of(root.get(HISTORY))
        hebrew = form_of(manager.get(HISTORY, headers={"accept-language": "he"}))
        assert "More conditions" in own
        assert 'name="organization"' not in own
        assert 'name="organization"' in everybodys
        assert "More conditions" not in hebrew
    everything = form_of(manager.get(ALL))
    assert '<input type="hidden" name="view" value="suggested">' in everything
    assert everything.replace('<input type="hidden" name="view" value="suggested">', "") == own
    # A place in the list, or a condition that says nothing, is none.
    assert form_of(manager.get(f"{HISTORY}?status=&last=1")) == own

    monkeypatch.setattr(history_list, "localdate", lambda: date(2041, 5, 6))
    assert 'data-first="2041-05-01" data-last="2041-05-06"' in form_of(manager.get(HISTORY))


def test_history_form_keeps_and_opens_conditions(rows, noa):
    manager = signed_in(noa.user)
    manager.get(HISTORY)

    assert '<option value="failed" selected>' in form_of(manager.get(f"{HISTORY}?status=failed"))
    assert "<details>" in form_of(manager.get(f"{HISTORY}?status=failed"))
    assert "<details open>" in form_of(manager.get(f"{HISTORY}?vip=on"))
    assert "<details open>" in form_of(manager.get(f"{HISTORY}?decided_from=x"))
    kept = form_of(manager.get(f"{HISTORY}?size=100"))
    assert '<input type="hidden" name="size" value="100">' in kept

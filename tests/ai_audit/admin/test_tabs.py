"""The queue in tabs: what is in each, how many, and that whoever goes on stays in the line."""

import json
from urllib.parse import urlencode

import pytest

from ai_audit import queue, workflow
from ai_audit.admin.worklist import results
from ai_audit.models import Suggestion
from ai_audit.queue import LineCache, Tab
from eventflow.accounts.sessions import SessionStore
from tests import factories as f
from tests import pages
from tests.pages import signed_in

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"
COUNTS = f"{QUEUE}counts/"


@pytest.fixture
def mixed(event, suggest):
    """One or more for each tab, and what is in none; by name."""
    f.session(event=event, room="A", start=f.at(11), end=f.at(12))
    f.session(event=event, room="B", speaker_name="דן", start=f.at(15), end=f.at(16))
    moved = f.session(event=event, title="stands", room="C", start=f.at(17))
    f.rooms(event, "D")
    later = {"start_time": "2038-01-30T18:00", "end_time": "2038-01-30T19:00"}
    return {
        "clear": suggest(f.create_data(title="clear one", room="D", **later)),
        "clear too": suggest(f.create_data(title="clear two", room=None)),
        "warned": suggest(
            f.create_data(
                title="warned",
                room="D",
                speaker_name="דן",
                start_time="2038-01-30T15:30",
                end_time="2038-01-30T16:30",
            )
        ),
        "blocked": suggest(f.create_data(title="blocked", room="A")),
        "no end": suggest({"proposed_state": {"title": "x", "start_time": "2038-01-30T20:00"}}),
        "unreadable": suggest(["nonsense"]),
        "no effect": suggest(f.update_data(moved, room="C"), "schedule_update"),
        "gone": suggest(
            f.update_data(moved, room="D") | {"schedule_id": str(event.pk)}, "schedule_update"
        ),
        "approved": suggest(f.create_data(title="later"), execution_status="approved"),
        "failed": suggest(f.create_data(title="fails"), execution_status="failed"),
        "executed": suggest(execution_status="executed"),
        "rejected": suggest(execution_status="rejected"),
    }


IN_TABS = {
    "clear": {"clear", "clear too"},
    "warned": {"warned"},
    "blocked": {"blocked", "no end"},
    "impossible": {"unreadable", "no effect", "gone"},
    "approved": {"approved"},
    "failed": {"failed"},
}
ALL = set().union(*IN_TABS.values())


def names(mixed, ids):
    by_id = {str(suggestion.pk): name for name, suggestion in mixed.items()}
    return {by_id[str(pk)] for pk in ids}


def counts(browser, kept=""):
    """All steps of the counts, added up, and how many steps."""
    tabs, after, steps = dict.fromkeys(IN_TABS, 0), "", 0
    while after is not None:
        asked = {"_changelist_filters": kept} | ({"after": after} if after else {})
        found = browser.get(f"{COUNTS}?{urlencode(asked)}").json()
        tabs = {tab: number + found["tabs"][tab] for tab, number in tabs.items()}
        after, steps = found["next"], steps + 1
    return tabs, steps


@pytest.mark.parametrize(("tab", "shown"), [*IN_TABS.items(), ("all", ALL)])
def test_tab_lists(browser, mixed, tab, shown):
    page = browser.get(f"{QUEUE}?tab={tab}")

    assert names(mixed, pages.shown_ids(page)) == shown
    assert f'class="{tab}" aria-current="page"' in pages.source(page)


def test_tab_counts_equal_lists(browser, mixed):
    assert counts(browser) == ({tab: len(shown) for tab, shown in IN_TABS.items()}, 1)


@pytest.mark.parametrize(
    "asked", [{"q": "one"}, {"action": "schedule_update"}, {"risk": "high"}, {"vip": "no"}]
)
def test_counts_follow_filters_and_search(browser, mixed, asked):
    found, _steps = counts(browser, urlencode(asked | {"tab": "blocked"}))

    assert found == {
        tab: len(pages.shown_ids(browser.get(f"{QUEUE}?{urlencode(asked | {'tab': tab})}")))
        for tab in IN_TABS
    }
    assert 0 < sum(found.values()) < len(ALL)


def test_many_are_counted_in_steps(browser, mixed, monkeypatch):
    monkeypatch.setattr(queue, "CHUNK", 3)

    assert counts(browser) == ({tab: len(shown) for tab, shown in IN_TABS.items()}, 3)


@pytest.mark.parametrize("after", ["x", "a.b", "1", "..", "\0"])
def test_counts_step_invalid(browser, mixed, after):
    assert browser.get(COUNTS, {"after": after}).status_code == 400


def test_counts_without_queue_permission(ours, mixed):
    without = f.staff(profile=f.profile(organization=ours))
    without.user.user_permissions.set([])

    assert signed_in(without.user).get(COUNTS).status_code == 403


def test_counts_of_own_organization(theirs, mixed):
    stranger = signed_in(f.staff(profile=f.profile(organization=theirs)).user)

    assert counts(stranger) == (dict.fromkeys(IN_TABS, 0), 1)
    assert pages.shown_ids(stranger.get(f"{QUEUE}?tab=all")) == []


def test_tab_unknown_is_empty(browser, mixed):
    assert pages.shown_ids(browser.get(f"{QUEUE}?tab=other")) == []


def test_tab_without_decided(browser, noa, mixed):
    workflow.reject(suggestion_id=mixed["clear"].pk, by=noa)

    assert names(mixed, pages.shown_ids(browser.get(f"{QUEUE}?tab=clear"))) == {"clear too"}


def test_within_a_tab_the_most_urgent_come_first(browser, mixed):
    shown = pages.shown_ids(browser.get(f"{QUEUE}?tab=clear"))

    assert shown == [str(mixed["clear too"].pk), str(mixed["clear"].pk)]


def test_index_links_to_tabs(browser, mixed):
    page = pages.source(browser.get("/admin/"))

    assert [f'href="{QUEUE}?tab={tab}"' in page for tab in Tab] == [True] * len(Tab)
    assert f'data-counts="{COUNTS}"' in page


# Staying in the line


def opened(suggestion, **asked):
    kept = {"_changelist_filters": urlencode(asked)} if asked else {}
    return f"{QUEUE}{suggestion.pk}/change/?{urlencode(kept)}"


def test_previous_and_next_within_tab(browser, mixed):
    page = browser.get(opened(mixed["gone"], tab="impossible", action="schedule_update"))

    assert "1 of 2 in “Cannot be carried out”" in pages.text(page)
    (following,) = [
        part.split('"')[0]
        for part in pages.source(page).split('data-key="j" aria-keyshortcuts="j" href="')[1:]
    ]
    assert following.startswith(f"{QUEUE}{mixed['no effect'].pk}/change/?_changelist_filters=")
    last = browser.get(following.replace("&amp;", "&"))
    assert "2 of 2 in “Cannot be carried out”" in pages.text(last)
    assert 'data-key="j"' not in pages.source(last)


def test_next_after_decision_within_tab(browser, mixed):
    first = opened(mixed["gone"], tab="impossible", action="schedule_update")
    form = pages.form(browser.get(first))

    after = browser.post(first, form | {"_reject": "1"})["Location"]
    assert after.startswith(f"{QUEUE}{mixed['no effect'].pk}/change/")
    page = browser.get(after)
    assert "1 of 1 in “Cannot be carried out”" in pages.text(page)
    last = browser.post(after, pages.form(page) | {"_reject": "1"})
    assert last["Location"] == f"{QUEUE}?tab=impossible&action=schedule_update"


@pytest.mark.parametrize("kept", ["tab=nonsense&q=%00", "x=1", "e=1&tab=clear", "p=7&tab=clear"])
def test_counts_of_unreadable_list(browser, mixed, kept):
    address = f"{QUEUE}{mixed['clear'].pk}/change/?{urlencode({'_changelist_filters': kept})}"

    page = browser.get(address)

    assert page.status_code == 200
    assert pages.messages(page) == []


def test_buttons_of_approved_and_failed(browser, mixed):
    approved = pages.named(browser.get(opened(mixed["approved"], tab="approved")))
    failed = pages.named(browser.get(opened(mixed["failed"], tab="failed")))

    assert "_withdraw" in approved
    assert "_approve" in failed


# What is kept between requests


def test_line_cache_bounded_in_bytes(suggest):
    lines, ids = LineCache(), [suggest().pk]
    for n in range(2000):
        lines.keep((str(n),), ids * 100)
    lines.keep(("too long",), ids * 100_000)

    assert lines.get(("1999",)) == ids * 100
    assert lines.get(("0",)) is None
    assert lines.get(("too long",)) is None
    assert 0 < lines.bytes <= LineCache.MOST_BYTES


def test_line_cache_drops_decided(noa, suggest):
    lines, (one, two) = LineCache(), (suggest(), suggest())
    lines.keep(("a",), [one.pk, two.pk])

    workflow.reject(suggestion_id=one.pk, by=noa)

    assert lines.get(("a",)) == [two.pk]


def test_counts_statement_count(browser, event, suggest, django_assert_num_queries):
    for rows in (1, 24):
        for n in range(rows):
            suggest(f.create_data(title=f"{n}", room="A"))
        browser.get(COUNTS)
        with django_assert_num_queries(14 + f.judged()):
            browser.get(COUNTS)
    assert json.loads(browser.get(COUNTS).content)["seen"] == Suggestion.objects.count()


# All of a tab in one press


def asked_about_all(browser, tab, kept=""):
    return browser.get(f"{QUEUE}many/", {"all": tab, "_changelist_filters": kept})


def links(page):
    return {
        tab: f"many/?all={tab}&amp;" in pages.source(page)
        or f'many/?all={tab}"' in pages.source(page)
        for tab in ("clear", "impossible")
    }


@pytest.mark.parametrize(
    ("tab", "offered"),
    [
        ("", {"clear", "impossible"}),
        ("all", {"clear", "impossible"}),
        ("clear", {"clear"}),
        ("impossible", {"impossible"}),
        ("warned", set()),
        ("failed", set()),
    ],
)
def test_tab_offers_bulk_acts(browser, mixed, tab, offered):
    found = links(browser.get(f"{QUEUE}?tab={tab}" if tab else QUEUE))

    assert {name for name, there in found.items() if there} == offered


def test_all_clear_approved_after_one_question(browser, event, mixed):
    page = asked_about_all(browser, "clear")

    report = pages.report(pages.confirm(browser, page))

    assert "Approve 2 suggestions?" in pages.text(page)
    assert report == dict.fromkeys(["clear one", "clear two"], "Approved and carried out.")


def test_all_impossible_rejected_with_reason(browser, mixed):
    page = asked_about_all(browser, "impossible", "action=schedule_update")
    assert pages.form(page)["reason"] == "It cannot be carried out."

    report = pages.report(pages.confirm(browser, page))

    assert report == {"stands": "Rejected."}
    assert f.whole_row(mixed["unreadable"])["execution_status"] == "suggested"


@pytest.mark.parametrize("tab", ["warned", "all", "x", ""])
def test_bulk_of_other_tabs_not_offered(browser, mixed, tab):
    answer = asked_about_all(browser, tab)

    assert answer["Location"] == QUEUE
    assert pages.messages(answer) == ["Nothing was changed: the page was not whole. Choose again."]


@pytest.mark.parametrize(
    ("permission", "tab"), [("approve_suggestion", "clear"), ("reject_suggestion", "impossible")]
)
def test_bulk_of_tab_needs_permission(ours, mixed, permission, tab):
    staff = f.staff(profile=f.profile(organization=ours))
    staff.user.user_permissions.remove(staff.user.user_permissions.get(codename=permission))
    browser = signed_in(staff.user)

    assert asked_about_all(browser, tab).status_code == 403
    assert not links(browser.get(QUEUE))[tab]


# Results of many


def results_of(answer):
    return pages.source(answer).split('data-here="')[1].split('"')[0].replace("&amp;", "&")


def test_results_have_an_address_of_their_own(browser, mixed):
    chosen = [str(mixed[name].pk) for name in ("clear", "warned")]
    asked = browser.post(
        f"{QUEUE}?tab=all", {"action": "approve_selected", "_selected_action": chosen}
    )
    kept = {"_changelist_filters": "tab=all"}
    done = browser.post(f"{pages.MANY}?{urlencode(kept)}", pages.form(asked) | {"_approve": "1"})
    pages.source(done)

    again = browser.get(results_of(done))
    hebrew = browser.get(results_of(done), headers={"accept-language": "he"})

    assert pages.report(again) == pages.report(done)
    assert pages.report(done)["warned"] == "Left as it was: its warnings were not ticked."
    assert f'href="{QUEUE}?tab=all"' in pages.source(again)
    assert 'lang="he"' in pages.source(hebrew)


def test_results_are_told_to_whoever_acted(ours, browser, mixed):
    done = pages.confirm(browser, asked_about_all(browser, "clear"))
    pages.source(done)
    another = signed_in(f.staff(profile=f.profile(organization=ours, full_name="Dana")).user)

    assert another.get(results_of(done))["Location"] == QUEUE
    assert browser.get(f"{pages.MANY}nonsense/")["Location"] == QUEUE
    assert "not kept any more" in pages.messages(browser.get(f"{pages.MANY}nonsense/"))[-1]


def test_report_reason_in_readers_language(browser, noa, mixed):
    asked = asked_about_all(browser, "clear")
    workflow.reject(suggestion_id=mixed["clear"].pk, by=noa)
    done = pages.confirm(browser, asked)
    assert "it is “Rejected” already" in pages.report(done)["clear one"]

    again = pages.report(browser.get(results_of(done)))

    assert again["clear one"] == "Left as it was: it was decided on already."
    assert again["clear two"] == "Approved and carried out."


def test_report_keeps_no_personal_text(browser, event, noa, mixed):
    asked = asked_about_all(browser, "clear")
    workflow.reject(suggestion_id=mixed["clear"].pk, by=noa, reason="because of Rivka")
    address = results_of(pages.confirm(browser, asked))

    kept = SessionStore(session_key=address.split("/many/")[1].split("/")[0])

    assert sorted(kept["rows"]) == sorted(
        [
            [mixed["clear"].pk.hex, "left", "decided"],
            [mixed["clear too"].pk.hex, "executed", ""],
        ]
    )


@pytest.mark.parametrize(
    "kind", [kind for kind in vars(workflow).values() if isinstance(kind, type)]
)
def test_report_words_for_each_refusal(kind):
    if issubclass(kind, workflow.Refusal):
        assert results.why_left(kind("said")) in results._TOLD


def test_selection_mixed_tells_outsiders(ours, browser, suggest):
    elsewhere = f.event(organization=ours, name="Elsewhere")
    chosen = [
        suggest(f.create_data(title=title), event=event)
        for title, event in (("a", elsewhere), ("b", elsewhere))
    ]
    chosen.append(suggest(f.create_data(title="stranger")))

    answer = browser.post(
        QUEUE,
        {"action": "approve_together", "_selected_action": [str(one.pk) for one in chosen]},
    )

    (said,) = pages.messages(answer)
    assert "Elsewhere" in said
    assert "stranger" in said
    assert "“a”" not in said


# What was ticked, at an address


def asked_about(browser, mixed, action, *names, kept="tab=all"):
    chosen = [str(mixed[name].pk) for name in names]
    return browser.post(f"{QUEUE}?{kept}", {"action": action, "_selected_action": chosen})


@pytest.mark.parametrize(
    ("action", "names"),
    [
        ("approve_selected", ("clear", "warned")),
        ("reject_selected", ("gone", "clear")),
        ("approve_together", ("clear", "clear too")),
    ],
)
def test_selection_has_an_address(browser, mixed, action, names):
    page = asked_about(browser, mixed, action, *names)
    here = results_of(page)

    again = browser.get(here)
    hebrew = browser.get(here, headers={"accept-language": "he"})

    assert pages.rows(again) == pages.rows(page)
    assert results_of(again) == here
    assert 'lang="he"' in pages.source(hebrew)
    escaped = here.replace("&", "&amp;")
    assert f'name="next" value="{escaped}"' in pages.source(page)
    assert f'href="{QUEUE}?tab=all"' in pages.source(again)
    to = here.split("?")[0]
    assert len(pages.report(pages.confirm(browser, again, to=to))) == len(names)


def test_selection_leaves_out_decided(browser, noa, mixed):
    here = results_of(asked_about(browser, mixed, "reject_selected", "clear", "gone"))
    workflow.reject(suggestion_id=mixed["gone"].pk, by=noa)

    again = browser.get(here)

    assert len(pages.rows(again)) == 1
    assert "Nothing to decide any more" in pages.messages(again)[0]
    workflow.reject(suggestion_id=mixed["clear"].pk, by=noa)
    assert browser.get(here)["Location"] == f"{QUEUE}?tab=all"


def test_selection_of_own_only(ours, browser, mixed):
    here = results_of(asked_about(browser, mixed, "approve_selected", "clear"))
    another = signed_in(f.staff(profile=f.profile(organization=ours, full_name="Dana")).user)

    answer = another.get(here)

    assert answer["Location"] == f"{QUEUE}?tab=all"
    assert "not kept any more" in pages.messages(answer)[-1]


@pytest.mark.parametrize("page", ["many", "together"])
@pytest.mark.parametrize("key", ["", "x", "\0", "0" * 400])
def test_selection_unknown_redirects(browser, mixed, page, key):
    answer = browser.get(f"{QUEUE}{page}/", {"chosen": key})

    assert answer["Location"] == QUEUE


def test_selection_address_needs_permission(ours, mixed):
    staff = f.staff(profile=f.profile(organization=ours))
    browser = signed_in(staff.user)
    here = results_of(asked_about(browser, mixed, "approve_selected", "clear"))
    staff.user.user_permissions.remove(
        staff.user.user_permissions.get(codename="approve_suggestion")
    )

    assert browser.get(here).status_code == 403

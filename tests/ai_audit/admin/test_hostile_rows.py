"""Rows no honest program writes: every page shows them, says why, and takes nothing for markup."""

import json
import re

import pytest
from django.db import DataError, transaction

from ai_audit.models import Suggestion
from eventflow.text.bidi import without_invisible
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"
HISTORY = "/admin/ai_audit/suggestion/"


def lists(browser, *suggestions):
    """Each page that shows many waiting suggestions, by name."""
    chosen = [str(suggestion.pk) for suggestion in suggestions]
    asking = {"action": "reject_selected", "_selected_action": chosen, "index": "0"}
    return {
        "queue": browser.get(QUEUE),
        "history": browser.get(f"{HISTORY}?view=suggested"),
        "confirmation": browser.post(QUEUE, asking),
    }


def pages_of(browser, suggestion):
    """Each page that shows one waiting suggestion, by name."""
    return {
        "review": browser.get(f"{QUEUE}{suggestion.pk}/change/"),
        "record": browser.get(f"{HISTORY}{suggestion.pk}/change/"),
    }


def every_page(browser, suggestion):
    return lists(browser, suggestion) | pages_of(browser, suggestion)


NOT_AN_OBJECT = "The suggestion is not readable: it is not an object."
INCOMPLETE = "“Title” is missing. “Start” is missing. “End” is missing."


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("null", "The suggestion is not readable: it is empty."),
        ("[]", NOT_AN_OBJECT),
        ("[[[]]]", NOT_AN_OBJECT),
        ("0", NOT_AN_OBJECT),
        ('""', NOT_AN_OBJECT),
        ('"text"', NOT_AN_OBJECT),
        ("true", NOT_AN_OBJECT),
        ("1e400", NOT_AN_OBJECT),
        ("{}", INCOMPLETE),
        ('{"": ""}', INCOMPLETE),
        ('{"proposed_state": []}', INCOMPLETE),
        ('{"proposed_state": {"title": {}, "start_time": [], "end_time": 1}}', "must be text"),
        ('{"proposed_state": {"max_capacity": 1e400}}', "must be a whole number"),
        ('{"proposed_state": {"max_capacity": -1.5e-400}}', "must be a whole number"),
        ('{"conflicts_detected": [1, "x", null, {"kind": []}], "vip_affected": 7}', INCOMPLETE),
        ('{"conflicts_detected": {"room": 1}, "reasoning": {}, "reason": []}', INCOMPLETE),
        (
            f'{{"proposed_state": {{"max_capacity": {"9" * 5000}}}}}',
            "The suggestion is not readable: It holds a number that is too long.",
        ),
        (
            json.dumps({"proposed_state": {"title": "x" * 3_000_000, "room": "y" * 1000}}),
            "is not readable: It holds 3.1 MB; no more than 1 MB is read of any.",
        ),
        (
            json.dumps({"reasoning": "x" * 3_000_000}),
            "is not readable: It holds 3.1 MB; no more than 1 MB is read of any.",
        ),
        (json.dumps({"proposed_state": {"title": "x" * 900_000}}), "is longer than"),
        (json.dumps({"reasoning": "x" * 900_000}), INCOMPLETE),
    ],
    ids=lambda value: value[:40],
)
def test_review_of_hostile_row_with_reason(browser, noa, event, written, reason):
    suggestion = f.raw_suggestion(user=noa.profile, event=event, json=written)

    shown = every_page(browser, suggestion)

    for name in ("queue", "review", "record", "confirmation"):
        assert reason in pages.text(shown[name]), name
    assert pages.shown_ids(shown["queue"]) == pages.shown_ids(shown["history"])
    assert len(pages.rows(shown["confirmation"])) == 1
    report = pages.report(pages.confirm(browser, shown["confirmation"]))
    assert list(report.values()) == ["Rejected."]
    suggestion.refresh_from_db(fields=["execution_status"])
    assert suggestion.execution_status == "rejected"


def test_review_of_deepest_json(browser, noa, event):
    for depth in (10_000, 7_500, 5_000, 2_500):
        written = '{"proposed_state": ' + "[" * depth + "]" * depth + "}"
        try:
            with transaction.atomic():
                suggestion = f.raw_suggestion(user=noa.profile, event=event, json=written)
            break
        except DataError:
            continue

    for name, page in every_page(browser, suggestion).items():
        if name != "history":
            assert "The suggestion is not readable: It is nested too deeply." in pages.text(page)
        assert page.status_code == 200


@pytest.mark.parametrize("written", [r'"\u0000"', r'"\ud800"', r'{"\udc00": 1}', "NaN", "'x'"])
def test_hostile_text_refused_by_postgresql(noa, event, written):
    with pytest.raises(DataError), transaction.atomic():
        f.raw_suggestion(user=noa.profile, event=event, json=written)


@pytest.mark.parametrize("action_type", ["", " ", "x" * 10_000, "\u202eschedule_create", "שינוי"])
def test_review_of_any_action_type(browser, suggest, action_type):
    suggestion = suggest(action_type=action_type)

    shown = every_page(browser, suggestion)

    for name in ("queue", "review", "confirmation"):
        assert "are not carried out here." in pages.text(shown[name])
        assert "\u202e" not in pages.source(shown[name])
        assert "x" * 1000 not in pages.source(shown[name])


def suggest_at(moment: str, noa, event, data, status) -> Suggestion:
    """A suggestion of which everything happened at a moment that Python might not know."""
    at = {"suggested_at": moment, "created_at": moment}
    if status != "suggested":
        at |= {"executed_at": moment, "approved_at": moment, "approved_by": noa.profile_id}
    [(pk,)] = f.run(
        f"insert into ai_insights_log (user_id, event_id, action_type, action_data,"
        f" execution_status, {', '.join(at)}) values (%s, %s, 'schedule_update', %s, %s"
        f"{', %s' * len(at)}) returning id",
        noa.profile_id,
        event.pk,
        json.dumps(data),
        status,
        *at.values(),
    )
    return Suggestion.objects.get(pk=pk)


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "20000-01-01", "4000-01-01 BC"])
def test_review_of_any_moment(browser, noa, event, moment):
    session = f.session(event=event, room="A", speaker_name="x")
    f.session(event=event, room="B", speaker_name="x")
    data = f.update_data(session, room="B", speaker_name="y")
    suggestion, *decided = (
        suggest_at(moment, noa, event, data, status)
        for status in ("suggested", "executed", "failed", "rejected")
    )
    # The room would not be free otherwise, and an end before the start has no room at all.
    f.run("update schedules set room = null, start_time = %s, end_time = %s", moment, moment)
    f.run("update events set start_date = %s, end_date = %s", moment, moment)

    for page in every_page(browser, suggestion).values():
        assert page.status_code == 200
    for row in decided:
        assert browser.get(f"{HISTORY}{row.pk}/change/").status_code == 200
    assert browser.get("/admin/scheduling/event/").status_code == 200
    assert browser.get(f"/admin/scheduling/event/{event.pk}/change/").status_code == 200


@pytest.mark.parametrize("zone", ["Mars/Olympus Mons", "", "../../etc/passwd", "x" * 5000, None])
def test_review_of_any_event_zone(browser, noa, ours, zone):
    event = f.event(organization=ours, timezone=zone)
    f.session(event=event, title="Taken", room="חדר A", start=f.at(9), end=f.at(18))
    aware = f.create_data(start_time="2038-01-30T11:15+02:00", end_time="2038-01-30T12:45+02:00")
    suggestion = f.suggestion(user=noa.profile, event=event, data=aware)

    shown = every_page(browser, suggestion)

    for name in ("queue", "review", "confirmation"):
        assert "Taken" in pages.text(shown[name])


@pytest.mark.parametrize("zone", ["Mars/Olympus Mons", "IST", "\u202e<b>", "x" * 5000])
def test_review_of_times_in_any_zone(browser, noa, ours, zone):
    event = f.event(organization=ours, timezone=zone)
    suggestion = f.suggestion(user=noa.profile, event=event)

    shown = every_page(browser, suggestion)

    for name in ("queue", "review", "confirmation"):
        assert "the event’s time zone" in pages.text(shown[name])
        assert "<b>" not in pages.source(shown[name]).partition("time zone, “")[2][:200]


@pytest.mark.parametrize("status", ["", "on its way", "SUGGESTED", "\u202e<b>", "x" * 5000])
def test_review_of_any_status(browser, suggest, status):
    f.run("alter table ai_insights_log drop constraint ai_insights_log_execution_status_check")
    suggestion = suggest(execution_status=status)

    assert pages.shown_ids(browser.get(QUEUE)) == []
    assert pages.shown_ids(browser.get(f"{HISTORY}?view=suggested")) == [str(suggestion.pk)]
    record = browser.get(f"{HISTORY}{suggestion.pk}/change/")
    assert "<b>" not in pages.source(record)
    assert pages.words(status)[:20] in pages.text(record)
    away = browser.get(f"{QUEUE}{suggestion.pk}/change/")
    assert (away.status_code, away["Location"]) == (302, f"{HISTORY}{suggestion.pk}/change/")


@pytest.mark.parametrize("status", ["executed", "failed", "rejected", "approved"])
@pytest.mark.parametrize("written", ["null", "[1]", '{"proposed_state": {"title": 7}}'])
def test_review_of_odd_decided(browser, noa, event, status, written):
    [(pk,)] = f.run(
        "insert into ai_insights_log (user_id, event_id, action_type, action_data,"
        " execution_status, execution_error) values (%s, %s, 'schedule_create', %s, %s, %s)"
        " returning id",
        noa.profile_id,
        event.pk,
        written,
        status,
        "<b>" + "x" * 100_000,
    )

    for page in (browser.get(f"{HISTORY}?view=suggested"), browser.get(f"{HISTORY}{pk}/change/")):
        assert "<b>" not in pages.source(page)
        assert "x" * 1000 not in pages.source(page)


# Text is text

HOSTILE = (
    "</td><script>alert(1)</script><img src=x onerror=alert(1)>\"'><b onclick=x>"
    "{{ 7|add:7 }}{% load x %}&lt;i&gt;<!-- -->\u202e\u2066"
)
FIELDS = [
    "title",
    "description",
    "location",
    "room",
    "track",
    "track_color",
    "speaker_name",
    "speaker_title",
    "speaker_bio",
]


def suggestions_full_of(text, *, ours):
    """One of each action type, with the text in every field that holds any."""
    profile = f.profile(organization=ours, full_name=text)
    event = f.event(organization=ours, name=text)
    # A room that is spelled otherwise than the programme spells it would be told of.
    room = without_invisible(text)
    state = dict.fromkeys(FIELDS, text) | {"track_color": text[:45], "room": room}
    session = f.session(event=event, start=f.at(9), **state)
    f.session(event=event, start=f.at(11), **state)
    # What turns text is refused in what is asked for, and what cannot be seen is left out.
    asked = {name: without_invisible(written) for name, written in state.items()}
    data = f.create_data(**asked) | {
        "reasoning": text,
        "reason": text,
        "vip_affected": True,
        "conflicts_detected": {text: [{"id": text, "title": text}]},
        text: text,
    }
    old = {name: f"{written}." for name, written in asked.items()}
    return [
        f.suggestion(user=profile, event=event, action_type=action_type, data=content)
        for action_type, content in (
            ("schedule_create", data),
            ("schedule_update", data | f.update_data(session, **old, start_time=text)),
            ("schedule_update", data | f.update_data(session, **old)),
            ("schedule_delete", data | f.delete_data(session) | {"reason": text}),
            (text, data),
        )
    ]


def test_hostile_text_never_markup(ours, noa, browser):
    def shown(text):
        with transaction.atomic():
            found = suggestions_full_of(text, ours=ours)
            answers = [*lists(browser, *found).values()]
            answers += [page for row in found for page in pages_of(browser, row).values()]
            transaction.set_rollback(True)
        return answers

    # As long, and of the same words: only what could be markup is none.
    hostile, harmless = shown(HOSTILE), shown(re.sub("""[<>&"'{}%]""", "x", HOSTILE))

    assert [pages.structure(page) for page in hostile] == [
        pages.structure(page) for page in harmless
    ]
    assert "{{ 7|add:7 }}{% load x %}&lt;i&gt;" in pages.text(hostile[0])


def test_message_after_decision_is_escaped(ours, browser):
    found = suggestions_full_of(HOSTILE, ours=ours)

    asked = lists(browser, *found)["confirmation"]
    page = pages.confirm(browser, asked, reason=HOSTILE)
    record = browser.get(f"{HISTORY}{found[0].pk}/change/")
    trail = browser.get(f"{HISTORY}{found[0].pk}/history/")

    assert "alert(1)" in pages.text(page)
    for answer in (page, record, trail):
        assert "<script>alert" not in pages.source(answer)
        assert "<img src=x" not in pages.source(answer)
        assert "alert(1)" in pages.text(answer)

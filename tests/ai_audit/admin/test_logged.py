"""What the admin's log tells of what was done: in words, in the reader's language."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from ai_audit import history, workflow
from ai_audit.models import HistoryEntry, Suggestion
from ai_audit.presenters import logged
from tests import factories as f
from tests import pages
from tests.pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

HOME, HISTORY = "/admin/", "/admin/ai_audit/suggestion/"
HEBREW = {"accept-language": "he"}


@pytest.fixture
def write(noa):
    """Writes an entry as some version wrote it."""

    def make(message, suggestion=None, flag=CHANGE, **fields) -> LogEntry:
        return LogEntry.objects.create(
            user_id=noa.user_id,
            content_type=ContentType.objects.get_for_model(Suggestion),
            object_id=str(suggestion.pk) if suggestion else "x",
            object_repr="A title",
            action_flag=flag,
            change_message=message,
            **fields,
        )

    return make


def told(entry, language) -> tuple[str, str]:
    with translation.override(language):
        [one] = logged.in_words([entry])
        return one.words, one.quoted


@pytest.mark.parametrize(
    ("message", "words", "quoted"),
    [
        ("Approved. Executed.", "Approved. Carried out.", ""),
        ("Executed.", "Carried out.", ""),
        ("Approved, to be carried out later.", "Approved, to be carried out later.", ""),
        ("Approved together. Executed.", "Approved together with others. Carried out.", ""),
        (
            "Approved together with others. Executed.",
            "Approved together with others. Carried out.",
            "",
        ),
        ("Approved. Failed: why", "Approved. Failed:", "why"),
        ("Failed: ", "Failed.", ""),
        ("Rejected. Reason: אין מקום", "Rejected:", "אין מקום"),
        ("Rejected. Reason: ", "Rejected.", ""),
        # What a person typed is never taken for ours.
        ("Rejected. Reason: Approved. Executed.", "Rejected:", "Approved. Executed."),
        ("Rejected. Reason: Failed: x", "Rejected:", "Failed: x"),
        ("Dismissed. Approved.", "Left at that:", "Approved."),
        ("Dismissed.", "Left at that.", ""),
        ("Suggested again: 00000000-0000-0000-0000-000000000001.", "Suggested again.", ""),
        ("Second factor taken away.", "Two-step verification was taken away.", ""),
        ('[{"changed": {"fields": ["Title"]}}]', "Changed Title.", ""),
        ('[{"added": {}}]', "Added.", ""),
        ("[no JSON", "[no JSON", ""),
        ("", "", ""),
        ("Something else.", "", "Something else."),
    ],
)
def test_logged_each_message(write, message, words, quoted):
    assert told(write(message), "en") == (words, quoted)


def test_logged_acts_in_words(noa, event, suggest):
    def make(title):
        return suggest(f.create_data(title=title, room=title)).pk

    workflow.approve(suggestion_id=make("a"), by=noa, confirmed=f.EVERY_TICK)
    workflow.reject(suggestion_id=(again := make("b")), by=noa, reason="REASON")
    workflow.suggest_again(suggestion_id=again, by=noa)
    workflow.amend(suggestion_id=make("c"), by=noa, values={"room": "d"}, confirmed=f.EVERY_TICK)
    workflow.approve_for_later(suggestion_id=(later := make("e")), by=noa, confirmed=f.EVERY_TICK)
    workflow.withdraw(suggestion_id=later, by=noa)
    f.session(event=event, room="taken", start=f.at(9), end=f.at(15))
    workflow.approve(suggestion_id=(failed := make("taken")), by=noa, confirmed=f.EVERY_TICK)
    workflow.dismiss(suggestion_id=failed, by=noa, reason="REASON")
    workflow.ask(suggestion_id=(asked := make("f")), by=noa, text="REASON")
    workflow.leave_note(suggestion_id=asked, by=noa, text="REASON")

    for entry in LogEntry.objects.all():
        words, quoted = told(entry, "en")
        assert words, entry.change_message
        if "Failed" not in words and quoted not in ("", "REASON"):
            assert quoted == str(workflow.REPLACED())


def test_logged_failure_in_readers_language(noa, event, suggest):
    f.session(event=event, room="חדר A", start=f.at(9), end=f.at(15))
    made = suggest()
    workflow.approve(suggestion_id=made.pk, by=noa, confirmed=f.EVERY_TICK)
    entry = LogEntry.objects.latest("pk")

    said = {}
    for language in ("en", "he"):
        _words, said[language] = told(entry, language)
        with translation.override(language):
            assert said[language] == history.retold(HistoryEntry.objects.latest("pk").seen)
    assert said["en"] != said["he"]


def test_logged_two_failures_each_as_it_was(noa, event, suggest, write):
    session = f.session(event=event, title="First", room="חדר A", start=f.at(9), end=f.at(15))
    made = suggest()
    workflow.approve(suggestion_id=made.pk, by=noa, confirmed=f.EVERY_TICK)
    f.run("update schedules set title = 'Second' where id = %s", session.pk)
    workflow.approve(suggestion_id=made.pk, by=noa, confirmed=f.EVERY_TICK)

    first, second = LogEntry.objects.order_by("pk")
    assert ("First" in told(first, "en")[1], "Second" in told(second, "en")[1]) == (True, True)


def test_logged_failure_unknown_to_history(write, suggest):
    made = suggest()

    assert told(write("Failed: החדר תפוס.", made), "en") == ("Failed:", "החדר תפוס.")
    assert told(write("Failed: החדר תפוס."), "en") == ("Failed:", "החדר תפוס.")


@pytest.mark.parametrize("kept_in", ["en", "he"])
@pytest.mark.parametrize("reader", ["en", "he"])
def test_logged_reason_of_ours_in_readers_language(write, kept_in, reader):
    with translation.override(kept_in):
        entry = write(workflow.REJECTED + str(workflow.REPLACED()))
    with translation.override(reader):
        expected = str(workflow.REPLACED())

    assert told(entry, reader)[1] == expected


@pytest.mark.parametrize("page", ["index", "history"])
def test_logged_text_escaped_and_isolated(noa, browser, suggest, page):
    hostile = '<b>"\u202e'
    made = suggest(f.create_data(title=hostile))
    workflow.reject(suggestion_id=made.pk, by=noa, reason=hostile + "x" * 400)

    address = HOME if page == "index" else f"{HISTORY}{made.pk}/history/"
    shown = browser.get(address).content.decode()

    assert "<b>" not in shown
    assert "Rejected: <bdi>&lt;b&gt;&quot;" in shown


def test_recent_actions_are_in_words(noa, browser, suggest):
    made = suggest(f.create_data(title="Opening"))
    workflow.approve(suggestion_id=made.pk, by=noa, confirmed=f.EVERY_TICK)
    user = signed_in(noa.user)

    english = pages.text(user.get(HOME))

    assert "Recent actions My actions Opening Suggestion · Approved. Carried out." in english
    assert "Approved. Carried out." in pages.text(user.get(f"{HISTORY}{made.pk}/history/"))


def test_logged_without_title_shows_no_id(noa, browser, suggest):
    made = suggest(["odd"], "x")
    workflow.reject(suggestion_id=made.pk, by=noa)

    assert "(no title) Suggestion · Rejected." in pages.text(browser.get(HOME))


@pytest.mark.parametrize("flag", [ADDITION, CHANGE, DELETION])
def test_logged_without_message(browser, write, flag):
    write("", flag=flag)

    word = {ADDITION: "Added.", CHANGE: "Changed.", DELETION: "Deleted."}[flag]
    assert f"A title Suggestion · {word}" in pages.text(browser.get(HOME))


def test_logged_failure_costs_one_statement(noa, browser, suggest, write):
    def statements() -> int:
        browser.get(HOME)
        with CaptureQueriesContext(connection) as captured:
            browser.get(HOME)
        return len(captured)

    none = statements()
    write("Approved. Executed.", suggest())
    assert statements() == none
    for n in range(8):
        write(f"Failed: {n}", suggest(), action_time=timezone.now() - timedelta(days=n))
    assert statements() == none + 1

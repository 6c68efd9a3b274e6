"""Notes and questions over HTTP: on the page of a suggestion, and in the lists of the queue."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ai_audit import workflow
from ai_audit.models import Status, SuggestionAct
from eventflow.text.bidi import isolate
from tests import factories as f
from tests import pages
from tests.pages import signed_in

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"
HISTORY = "/admin/ai_audit/suggestion/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOSTILE = "<script>x</script>\"'</textarea>&\u202e"


def url(suggestion, of=QUEUE):
    return f"{of}{suggestion.pk}/change/"


@pytest.fixture
def dana(ours):
    return f.profile(organization=ours, full_name="Dana", email="dana@example.org")


@pytest.fixture
def asked(noa, dana, suggest):
    """A clear suggestion of Dana's, about which Noa asked her some time ago."""

    def make(ago=HOUR, **proposed):
        suggestion = suggest(f.create_data(room=None, **proposed), user=dana)
        f.said(suggestion, noa, "asked", "למה?", ago)
        return suggestion

    return make


def say(client, suggestion, button, text="x", of=QUEUE, kept=""):
    """Send what the page's form holds, with words and one of its buttons."""
    address = url(suggestion, of) + (f"?{urlencode({'_changelist_filters': kept})}" if kept else "")
    form = pages.form(client.get(address))
    return client.post(address, form | {"said": text, button: "1"})


# On the page of one


def test_note_kept_with_who_and_when(browser, suggest):
    suggestion = suggest()

    answer = say(browser, suggestion, "_note", "first\r\nsecond", kept="tab=clear")

    assert answer.status_code == 302
    assert answer["Location"] == f"{url(suggestion)}?_changelist_filters=tab%3Dclear"
    [said] = pages.messages(answer)
    assert pages.words(said) == "“ סדנה: בינה מלאכותית בשטח ”: The note is kept."
    page = browser.get(answer["Location"])
    assert '<bdi class="text">first\nsecond</bdi>' in pages.source(page)
    assert "Note · נועה כהן" in pages.text(page)
    assert page.context["steps"][1].when != ""
    assert "Waits for an answer" not in pages.text(page)


@pytest.mark.parametrize("status", [status for status in Status if status != Status.SUGGESTED])
def test_note_on_decided_but_no_question(browser, suggest, status):
    suggestion = suggest(execution_status=status)

    page = browser.get(url(suggestion, HISTORY))
    assert {"_note", "_ask"} & pages.named(page) == {"_note"}
    answer = say(browser, suggestion, "_note", "later", of=HISTORY)

    assert answer["Location"] == url(suggestion, HISTORY)
    assert SuggestionAct.objects.get().said == "later"
    answer = say(browser, suggestion, "_ask", "forged", of=HISTORY)
    assert pages.messages(answer)[-1].startswith("Nothing was changed:")
    assert SuggestionAct.objects.count() == 1


def test_question_leads_to_next(browser, dana, suggest):
    first = suggest(f.create_data(start_time="2038-01-30T09:00"), user=dana)
    second = suggest(f.create_data(start_time="2038-01-30T10:00"), user=dana)
    words = pages.text(browser.get(url(first)))
    assert f"A question goes to {isolate('Dana')} by mail." in words

    answer = say(browser, first, "_ask", "Why so early?", kept="q=")

    assert answer["Location"] == f"{url(second)}?_changelist_filters=q%3D"
    [said] = pages.messages(answer)
    assert f"The question goes to {isolate('Dana')} by mail." in said
    assert "out of the first tabs for a day" in said
    page = browser.get(url(first))
    words = pages.text(page)
    assert "Waits for an answer since" in words
    assert "asked by נועה כהן : Why so early?" in words
    assert {"_note", "_ask", "_approve"} <= pages.named(page)


def test_a_note_ends_the_wait_on_the_page(browser, asked):
    suggestion = asked()
    assert "Waits for an answer since" in pages.text(browser.get(url(suggestion)))

    answer = say(browser, suggestion, "_note", "Dana says: no reason.")

    assert "nothing waits for an answer now" in pages.messages(answer)[0]
    assert "Waits for an answer" not in pages.text(browser.get(url(suggestion)))


@pytest.mark.parametrize("button", ["_note", "_ask"])
@pytest.mark.parametrize(("text", "why"), [("א" * 1001, "at most 1,000"), (" ", "write something")])
def test_saying_refused_keeps_text(browser, suggest, button, text, why):
    suggestion = suggest()

    page = say(browser, suggestion, button, text)

    assert why in pages.text(page)
    assert pages.form(page)["said"] == text
    assert not SuggestionAct.objects.exists()


@pytest.mark.parametrize("may_see_history", [True, False])
def test_what_was_decided_meanwhile_is_noted_and_no_question_is_lost(
    ours, noa, dana, suggest, may_see_history
):
    someone = f.staff(profile=f.profile(organization=ours))
    if not may_see_history:
        someone.user.user_permissions.remove(
            *someone.user.user_permissions.filter(codename="view_suggestion")
        )
    client, suggestion = signed_in(someone.user), suggest(user=dana)
    form = pages.form(client.get(url(suggestion)))
    workflow.reject(suggestion_id=suggestion.pk, by=noa)

    page = client.post(url(suggestion), form | {"said": "Why?\r\nYes", "_ask": "1"})
    assert pages.messages(page)[0].startswith("Nothing was changed: it is “Rejected” already")
    if may_see_history:
        assert pages.form(page)["said"] == "Why?\r\nYes"
        assert f'action="{url(suggestion, HISTORY)}"' in pages.source(page)
    else:
        assert page["Location"] == QUEUE
    assert not SuggestionAct.objects.exists()
    answer = client.post(url(suggestion), form | {"said": "noted", "_note": "1"})
    assert answer.status_code == 302
    assert SuggestionAct.objects.get().said == "noted"


def test_question_to_unmailed_told_before(browser, ours, suggest):
    suggestion = suggest(user=f.profile(organization=ours, full_name="Dana", email=None))
    words = pages.text(browser.get(url(suggestion)))
    assert f"No mail can be sent to {isolate('Dana')}: a question is only kept here." in words

    answer = say(browser, suggestion, "_ask", "Why?")

    assert "ask them yourself" in pages.messages(answer)[0]


def test_question_to_oneself_mails_nobody(browser, suggest):
    words = pages.text(browser.get(url(suggest())))

    assert "You asked for this yourself, so that no mail is sent." in words


@pytest.mark.parametrize("button", ["_note", "_ask"])
def test_hostile_text_is_only_text(browser, asked, suggest, button):
    suggestion = asked()
    say(browser, suggestion, button, HOSTILE)

    for page in (browser.get(url(suggestion)), browser.get(QUEUE), browser.get(HISTORY)):
        assert "<script>x" not in pages.source(page)
    assert pages.words("<p>" + pages.source(browser.get(url(suggestion)))).count("x") > 0
    assert "&lt;script&gt;x&lt;/script&gt;" in pages.source(browser.get(url(suggestion)))


def test_saying_hostile_text_stays_in_field(browser, suggest):
    text = HOSTILE + "x" * 1000

    page = say(browser, suggest(), "_note", text)

    assert "<script>x" not in pages.source(page)
    assert pages.form(page)["said"] == text


def test_a_long_note_is_folded_and_there_whole(browser, suggest):
    suggestion = suggest()
    say(browser, suggestion, "_note", "word " * 199)

    page = pages.source(browser.get(url(suggestion)))

    assert ("word " * 199).strip() in page
    assert "(994 characters)" in page


# Who may


def test_saying_viewer_offered_nothing(ours, asked):
    viewer = f.staff(profile=f.profile(organization=ours), permissions=[])
    suggestion = asked()
    client = signed_in(viewer.user)

    page = client.get(url(suggestion))
    assert "Waits for an answer since" in pages.text(page)
    assert not {"_note", "_ask", "said"} & pages.named(page)
    for button in ("_note", "_ask"):
        for of in (QUEUE, HISTORY):
            assert client.post(url(suggestion, of), {"said": "x", button: "1"}).status_code == 403
    assert SuggestionAct.objects.count() == 1


@pytest.mark.parametrize("permission", ["approve", "reject", "execute", "amend"])
def test_saying_needs_any_decision_permission(ours, dana, suggest, permission):
    someone = f.staff(
        profile=f.profile(organization=ours), permissions=[f"{permission}_suggestion"]
    )
    client = signed_in(someone.user)

    say(client, suggest(user=dana), "_note")
    say(client, suggest(user=dana), "_ask")

    assert [act.kind for act in SuggestionAct.objects.order_by("id")] == ["note", "asked"]


def test_saying_of_another_organization(theirs, asked):
    suggestion = asked()
    stranger = f.staff(profile=f.profile(organization=theirs), permissions=f.EVERY_DECISION)
    client = signed_in(stranger.user)

    for of in (QUEUE, HISTORY):
        for button in ("_note", "_ask"):
            answer = client.post(url(suggestion, of), {"said": "x", button: "1"})
            assert answer.status_code == 302
            assert answer["Location"] != url(suggestion, of)
    assert SuggestionAct.objects.count() == 1


def test_saying_superuser_without_staff(root, asked):
    suggestion = asked()

    page = root.get(url(suggestion))
    assert "Waits for an answer since" in pages.text(page)
    assert not {"_note", "_ask"} & pages.named(page)
    page = root.post(url(suggestion), {"said": "my words", "_note": "1"})

    assert pages.messages(page)[0].startswith("Nothing was changed.")
    assert SuggestionAct.objects.count() == 1


# In the lists of the queue


def shown(client, **asks):
    return pages.shown_ids(client.get(f"{QUEUE}?{urlencode(asks)}"))


def counts(client, kept=""):
    found = client.get(f"{QUEUE}counts/?{urlencode({'_changelist_filters': kept})}").json()
    return found["tabs"]


def test_question_hides_from_judged_tabs_for_a_day(browser, asked, suggest):
    early, late = asked(HOUR, title="early"), asked(DAY + HOUR, title="late")
    other = suggest(f.create_data(title="other", room=None))

    assert set(shown(browser, tab="clear")) == {str(late.pk), str(other.pk)}
    for tab in ({}, {"tab": "all"}):
        assert set(shown(browser, **tab)) == {str(one.pk) for one in (early, late, other)}
    assert counts(browser) == {
        "clear": 2,
        "warned": 0,
        "blocked": 0,
        "impossible": 0,
        "approved": 0,
        "failed": 0,
        "asked": 1,
    }


@pytest.mark.parametrize("answered", [False, True])
def test_question_in_no_judged_tab_until_answered(browser, noa, dana, event, suggest, answered):
    f.session(event=event, room="A", start=f.at(11), end=f.at(12))
    f.session(event=event, room="B", speaker_name="x", start=f.at(11), end=f.at(12))
    of = {
        "clear": f.create_data(title="clear", room=None),
        "warned": f.create_data(title="warned", room=None, speaker_name="x"),
        "blocked": f.create_data(title="blocked", room="A"),
        "impossible": ["nonsense"],
    }
    found = {tab: suggest(data, user=dana) for tab, data in of.items()}
    for suggestion in found.values():
        f.said(suggestion, noa, "asked", "?", HOUR)
        if answered:
            f.said(suggestion, noa, "note", "!")

    for tab, suggestion in found.items():
        assert shown(browser, tab=tab) == [str(suggestion.pk)] * answered
        # Whoever asks for what waits for an answer gets it in its tab.
        assert shown(browser, tab=tab, answer="waits") == [str(suggestion.pk)] * (not answered)
    tabs = counts(browser)
    assert [tabs[tab] for tab in of] == [int(answered)] * 4
    tabs = counts(browser, "answer=waits")
    assert [tabs[tab] for tab in of] == [int(not answered)] * 4


def test_question_filter_with_count(browser, asked, suggest):
    early, late = asked(HOUR, title="early"), asked(2 * DAY, title="late")
    suggest()

    page = browser.get(QUEUE)
    assert f"{isolate('Waits for an answer')} (2)" in pages.text(page)
    assert set(shown(browser, answer="waits")) == {str(early.pk), str(late.pk)}
    assert shown(browser, answer="x") == []
    # How many it would leave of a tab cannot be told from the tab's rows.
    assert "Waits for an answer (" not in pages.text(browser.get(f"{QUEUE}?tab=clear"))


def test_question_row_waits_since(browser, asked, suggest):
    asked(2 * HOUR)
    suggest(f.create_data(title="other"))

    rows = pages.rows(browser.get(QUEUE))

    assert ["Waits for an answer 2 hours ago" in row for row in rows] == [True, False]


def test_all_of_a_tab_is_without_what_was_asked(browser, asked, suggest):
    asked(HOUR, title="asked about")
    suggest(f.create_data(title="free", room=None))

    page = pages.text(browser.get(f"{QUEUE}many/?all=clear"))

    assert ("free" in page, "asked about" in page) == (True, False)


def test_question_leaves_cached_line(browser, noa, dana, suggest):
    first, second, third = (
        suggest(f.create_data(title=hour, room=None, start_time=f"2038-01-30T{hour}:00"), user=dana)
        for hour in ("08", "09", "10")
    )
    assert len(shown(browser, tab="clear")) == 3

    answer = say(browser, second, "_ask", "?", kept="tab=clear")

    assert answer["Location"].startswith(url(third))
    page = browser.get(answer["Location"])
    assert page.context["position"].previous == first.pk
    assert page.context["position"].total == 2


def test_question_list_statement_count(browser, noa, asked, suggest):
    def statements(address):
        with CaptureQueriesContext(connection) as captured:
            pages.source(browser.get(address))
        return len(captured)

    addresses = [QUEUE, f"{QUEUE}?tab=clear", f"{QUEUE}counts/", f"{QUEUE}?tab=all"]
    suggest(f.create_data(room=None))
    for address in addresses:
        browser.get(address)
    before = [statements(address) for address in addresses]

    for n in range(5):
        asked(n * HOUR, title=f"title {n}")
        asked(DAY + n * HOUR, title=f"old title {n}")

    assert [statements(address) for address in addresses] == before


def test_saying_page_statement_count(browser, noa, dana, suggest):
    suggestion = suggest(user=dana)
    browser.get(url(suggestion))

    def statements():
        with CaptureQueriesContext(connection) as captured:
            pages.source(browser.get(url(suggestion)))
        return len(captured)

    before = statements()
    for n in range(20):
        f.said(suggestion, noa, "note" if n % 2 else "asked", f"{n}", n * HOUR)

    assert statements() == before


# Beside the pages


def test_notes_and_questions_are_in_the_export(ours, noa, dana, suggest):
    reader = f.staff(profile=f.profile(organization=ours), permissions=["export_suggestion"])
    suggestion = suggest(user=dana)
    workflow.ask(suggestion_id=suggestion.pk, by=noa, text="Why?")
    workflow.leave_note(suggestion_id=suggestion.pk, by=noa, text="Because.")

    [line] = pages.source(signed_in(reader.user).get(f"{HISTORY}export.jsonl")).splitlines()

    told = json.loads(line)["acts"].splitlines()
    assert [act.split(" · ")[::3] for act in told] == [["asked", "Why?"], ["note", "Because."]]

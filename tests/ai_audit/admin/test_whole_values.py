"""Whatever signs a decision shows all that will be written, whole; long text folded and marked."""

import re

import pytest

from ai_audit import workflow
from eventflow.text.bidi import ltr
from tests import factories as f
from tests import pages
from tests.pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

QUEUE = "/admin/ai_audit/pendingsuggestion/"
HISTORY = "/admin/ai_audit/suggestion/"

LONG = " ".join(f"word{n}" for n in range(2_000))

# A value for every settable field, each longer than a glance where it may be.
EVERYTHING = {
    "title": "Title " + "t" * 490,
    "description": f"First line\n\n{LONG}",
    "location": "Location " + "l" * 280,
    "room": "Room " + "r" * 290,
    "max_capacity": 4321,
    "is_mandatory": True,
    "is_break": True,
    "track": "Track " + "k" * 290,
    "track_color": "Colour " + "c" * 40,
    "speaker_name": "Speaker " + "s" * 290,
    "speaker_title": "Doctor " + "d" * 290,
    "speaker_bio": f"Bio {LONG}",
    "materials_url": "https://example.org/" + "u" * 1900,
    "start_time": "2038-01-30T11:15:30",
    "end_time": "2038-01-30T12:45:00",
}


@pytest.fixture
def browser(ours):
    return signed_in(
        f.staff(profile=f.profile(organization=ours), permissions=f.EVERY_DECISION).user
    )


def choose(browser, *suggestions, action="approve_selected"):
    chosen = [str(suggestion.pk) for suggestion in suggestions]
    return browser.post(QUEUE, {"action": action, "_selected_action": chosen})


def marks(answer, tag) -> list[str]:
    """What is marked as removed or added in the part of the page that is folded out."""
    found = re.findall(rf"<{tag}>(.*?)</{tag}>", pages.source(answer), re.DOTALL)
    return list(dict.fromkeys(map(pages.words, found)))


def told_whole(answer) -> list[str]:
    """The values that the page tells to the last character, in its table of changes."""
    table = re.search(r'<table class="changes.*?</table>', pages.source(answer), re.DOTALL)[0]
    text = pages.words(table)
    return [
        name
        for name, value in EVERYTHING.items()
        if isinstance(value, str) and " ".join(value.split()) in text
    ]


WORDY = [name for name in EVERYTHING if isinstance(EVERYTHING[name], str) and "time" not in name]


@pytest.fixture
def whole(event, suggest):
    """Adding a session, and changing one, in every field there is."""
    session = f.session(event=event, title="Keynote", start=f.at(14))
    return {
        "add": suggest(f.create_data(**EVERYTHING)),
        "change": suggest(f.update_data(session, **EVERYTHING), "schedule_update"),
    }


@pytest.mark.parametrize("which", ["add", "change"])
@pytest.mark.parametrize("action", ["approve_selected", "approve_together"])
def test_confirmations_tell_every_field(browser, suggest, whole, which, action):
    other = suggest(f.create_data(title="Other", room="Other", start_time="2038-01-30T11:00"))

    page = choose(browser, whole[which], other, action=action)

    assert told_whole(page) == WORDY
    text = pages.text(page)
    assert "4321" in text
    assert ltr("11:15:30–12:45") in text
    assert re.search(r"Mandatory: (no )?yes", text)
    assert re.search(r"Break: (no )?yes", text)
    assert f"({len(EVERYTHING['description']):,} characters)" in text


@pytest.mark.parametrize("which", ["add", "change"])
def test_review_tells_every_field(browser, whole, which):
    assert told_whole(browser.get(f"{QUEUE}{whole[which].pk}/change/")) == WORDY


def test_undoing_tells_every_field_whole(browser, noa, event, suggest):
    session = f.session(event=event, **{name: EVERYTHING[name] for name in WORDY})
    suggestion = suggest(f.delete_data(session), "schedule_delete")
    workflow.approve(suggestion_id=suggestion.pk, by=noa)

    page = browser.post(f"{HISTORY}{suggestion.pk}/change/", {"_undo": "1"})

    assert told_whole(page) == WORDY


def test_amend_confirmation_tells_every_field(browser, event, suggest):
    f.session(event=event, speaker_name="Dana", start=f.at(11))
    suggestion = suggest(f.create_data(**EVERYTHING | {"speaker_name": "Dana"}))
    address = f"{QUEUE}{suggestion.pk}/change/"
    form = pages.form(browser.post(address, {"_amend": "1"})) | {"track": "Edited " + "e" * 200}

    page = browser.post(address, form)

    written = re.search(r'<table class="changes written">.*?</table>', pages.source(page), re.S)[0]
    words = pages.words(written)
    for name in set(WORDY) - {"track", "speaker_name"}:
        assert " ".join(EVERYTHING[name].split()) in words
    assert "Edited " + "e" * 200 in words


def test_removal_tells_every_field(browser, event, suggest):
    session = f.session(event=event, **{name: EVERYTHING[name] for name in WORDY})
    removal = suggest(f.delete_data(session), "schedule_delete")

    page = choose(browser, removal)

    assert told_whole(page) == WORDY
    assert pages.text(page).count("removed") == len(WORDY) + 1


def test_long_text_changed_words_marked(browser, event, suggest):
    session = f.session(event=event, title="Keynote", description=f"{LONG} פתיחה חגיגית בערב")
    changed = f"{LONG} פתיחה צנועה בערב"
    suggestion = suggest(f.update_data(session, description=changed), "schedule_update")

    page = browser.get(f"{QUEUE}{suggestion.pk}/change/")

    assert marks(page, "del") == ["removed: חגיגית"]
    assert marks(page, "ins") == ["added: צנועה"]
    # In sight without unfolding.
    summary = re.findall(r'"folded"><summary>(.*?)</summary>', pages.source(page), re.DOTALL)
    assert [re.findall(r"<(?:ins|del)>.*?</bdi>(.*?)</(?:ins|del)>", one) for one in summary] == [
        ["חגיגית"],
        ["צנועה"],
    ]


def test_diff_marks_stay_in_one_isolate(browser, event, suggest):
    """A mark with a direction of its own would move the comma to its other side."""
    end = "and more of it, so that it is long enough to be marked, and not only shown"
    session = f.session(event=event, description=f"About “old things”, {end}")
    changed = f"About “דברים חדשים”, {end}"
    suggestion = suggest(f.update_data(session, description=changed), "schedule_update")

    page = pages.source(browser.get(f"{QUEUE}{suggestion.pk}/change/"))

    assert (
        '<bdi class="text">About <ins><bdi class="visually-hidden">added: </bdi>'
        f"“דברים חדשים”,</ins> {end}</bdi>"
    ) in page


def test_diff_marks_escaped(browser, event, suggest):
    old, new = (f"{LONG} <b>{word}</b> <script>{word}</script> end" for word in ("old", "new"))
    session = f.session(event=event, description=old)
    suggestion = suggest(f.update_data(session, description=new), "schedule_update")

    page = pages.source(browser.get(f"{QUEUE}{suggestion.pk}/change/"))

    assert "<b>new" not in page
    assert "<script>new" not in page
    assert "&lt;script&gt;new&lt;/script&gt;" in page


def test_short_values_not_folded(browser, event, suggest):
    session = f.session(event=event, title="Keynote", description="an old one")
    suggestion = suggest(f.update_data(session, description="a new one"), "schedule_update")

    page = browser.get(f"{QUEUE}{suggestion.pk}/change/")

    assert not re.search(r"<ins>|<del>|class=\"folded\"", pages.source(page))


def test_link_host_in_punycode(browser, suggest):
    # The o is Cyrillic.
    suggestion = suggest(f.create_data(materials_url="https://g\u043eogle.example/"))

    for page in (browser.get(f"{QUEUE}{suggestion.pk}/change/"), choose(browser, suggestion)):
        assert "https://g\u043eogle.example/ (leads to xn--gogle-jye.example )" in pages.text(page)


def test_cut_values_say_so(browser, event, suggest):
    session = f.session(event=event, title="Keynote", track="k" * 3_000)
    suggestion = suggest(f.update_data(session, track="AI"), "schedule_update")

    page = browser.get(f"{QUEUE}{suggestion.pk}/change/")

    assert "k… (there is more of it than is read here)" in pages.text(page)


@pytest.mark.parametrize("action", ["approve_selected", "approve_together"])
def test_not_done_told_on_every_confirmation(browser, event, suggest, action):
    session = f.session(event=event, title="Keynote")
    asking = suggest(
        f.update_data(session, title="x", tags=["a"], is_published=True), "schedule_update"
    )
    plain = suggest(f.create_data(room=None))
    said = "Will not be done: tags , is_published . Nothing here writes that."

    assert [said in row for row in pages.rows(choose(browser, asking, plain, action=action))] in (
        [True, False],
        [False, True],
    )
    for page in (
        browser.get(f"{QUEUE}{asking.pk}/change/"),
        browser.post(f"{QUEUE}{asking.pk}/change/", {"_amend": "1"}),
    ):
        assert said in pages.text(page)


@pytest.mark.parametrize("action", ["approve_selected", "approve_together"])
def test_respelling_told_on_every_confirmation(browser, event, suggest, action):
    f.session(event=event, room="Hall 3", speaker_name="Dana", start=f.at(18))
    asking = suggest(f.create_data(title="Op\u200fen", room="HALL 3", speaker_name="DANA"))
    plain = suggest(f.create_data(room=None, title="Other"))

    row = next(
        row for row in pages.rows(choose(browser, asking, plain, action=action)) if "Open" in row
    )

    said = "as the programme spells it; asked for was"
    assert f"Room: Hall 3 ({said} “\u2068HALL 3\u2069”)" in row
    assert f"Speaker: Dana ({said} “\u2068DANA\u2069”)" in row
    assert "Title: Open (without characters that cannot be seen)" in row
    review = pages.text(browser.get(f"{QUEUE}{asking.pk}/change/"))
    assert f"Speaker — Dana ({said} “\u2068DANA\u2069”)" in review


def test_session_history_tells_every_field(browser, noa, event, suggest):
    session = f.session(event=event, title="Keynote", start=f.at(14))
    change = suggest(f.update_data(session, **EVERYTHING), "schedule_update")
    workflow.approve(suggestion_id=change.pk, by=noa, confirmed=f.confirming(change.pk))

    page = browser.get(f"/admin/scheduling/schedule/{session.pk}/history/")

    assert told_whole(page) == WORDY
    assert f"({len(EVERYTHING['description']):,} characters)" in pages.text(page)
    assert 'class="folded"' in pages.source(page)

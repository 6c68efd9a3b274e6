"""Two different names never look the same on a page without its saying so."""

import re

import pytest

from ai_audit import workflow
from tests import factories as f
from tests import pages

pytestmark = [pytest.mark.django_db, pytest.mark.once]

QUEUE = "/admin/ai_audit/pendingsuggestion/"
HISTORY = "/admin/ai_audit/suggestion/"
OTHER_LETTERS = "(in other letters that look the same)"
LOOKS_IT = "(not the same, although it looks it)"
ANOTHER = "(looks like another name on this page, and is not it)"
# An a of Cyrillic.
CYRILLIC = "Dаna Levi"

LOOK_ALIKES = [
    ("Dana Levi", CYRILLIC),
    ("Coco", "Сосо"),
    ("Ορος", "Орος"),
    ("Hall I", "Hall l"),
    ("Hall A", "Hall Α"),
    ("O’Neil", "O'Neil"),
    ("rסom", "room"),
]


@pytest.fixture
def browser(ours):
    permissions = (*f.EVERY_DECISION, "change_schedule")
    member = f.staff(profile=f.profile(organization=ours), permissions=permissions)
    return pages.signed_in(member.user)


def choose(browser, action, *suggestions):
    chosen = [str(suggestion.pk) for suggestion in suggestions]
    return browser.post(QUEUE, {"action": action, "_selected_action": chosen})


def in_rows(said, page) -> int:
    """How often it is said in the rows of the page's table."""
    return sum(row.count(said) for row in pages.rows(page))


def every_page(browser, suggestion, other):
    yield browser.get(f"{QUEUE}{suggestion.pk}/change/")
    yield choose(browser, "approve_selected", suggestion)
    yield choose(browser, "approve_together", suggestion, other)
    yield browser.get(QUEUE)


@pytest.mark.parametrize(("before", "after"), LOOK_ALIKES)
@pytest.mark.parametrize("field", ["title", "room", "speaker_name", "location"])
def test_lookalike_letters_marked(browser, event, suggest, field, before, after):
    f.rooms(event, "Hall 9")
    session = f.session(event=event, **{"title": "x", field: before})
    change = suggest(f.update_data(session, **{field: after}), "schedule_update")
    other = suggest(f.create_data(title="Other", room="Hall 9"))

    for page in every_page(browser, change, other):
        assert in_rows(OTHER_LETTERS, page) == 1


@pytest.mark.parametrize(
    ("before", "after"), [("כ", "ך"), ("שבו", "שבן"), ("ה", "ח"), ("Hall A", "hall A"), ("ß", "β")]
)
def test_visible_difference_not_marked(browser, event, suggest, before, after):
    session = f.session(event=event, title=before)
    change = suggest(f.update_data(session, title=after), "schedule_update")
    other = suggest(f.create_data(title="Other"))

    for page in every_page(browser, change, other):
        assert in_rows(OTHER_LETTERS, page) == in_rows(LOOKS_IT, page) == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Cafe\u0301", "Caf\u00e9"),
        ("one\ntwo", "one two"),
        ("one two", "one two "),
        ("\u200fone two", "\u27e8U+200F\u27e9one two"),
    ],
)
def test_lookalike_multiline_text_marked(browser, event, suggest, before, after):
    session = f.session(event=event, title="x", description=before)
    change = suggest(f.update_data(session, description=after), "schedule_update")
    other = suggest(f.create_data(title="Other"))

    for page in every_page(browser, change, other):
        assert in_rows(LOOKS_IT, page) == 1


def test_lookalikes_in_undo_and_session_history(browser, noa, event, suggest):
    session = f.session(event=event, title="Dana Levi")
    change = suggest(f.update_data(session, title=CYRILLIC), "schedule_update")
    workflow.approve(suggestion_id=change.pk, by=noa)

    undo = browser.post(f"{HISTORY}{change.pk}/change/", {"_undo": "1"})
    history = browser.get(f"/admin/scheduling/schedule/{session.pk}/history/")

    assert (in_rows(OTHER_LETTERS, undo), in_rows(OTHER_LETTERS, history)) == (1, 1)


@pytest.mark.parametrize("fields", [{"room": "Coco"}, {"speaker_name": "Coco"}, {"title": "Coco"}])
def test_lookalike_names_of_several_suggestions(browser, event, suggest, fields):
    [(field, name)] = fields.items()
    f.rooms(event, "Coco", "Сосо")
    one = suggest(f.create_data(**{"title": "One", "room": None, field: name}))
    other = suggest(f.create_data(**{"title": "Other", "room": None, field: "Сосо"}))
    same = suggest(f.create_data(**{"title": "Same", "room": None, field: "Third"}))

    for page in (
        browser.get(QUEUE),
        choose(browser, "approve_selected", one, other, same),
        choose(browser, "approve_together", one, other, same),
    ):
        told = [ANOTHER in row for row in pages.rows(page)]
        assert sorted(told) == [False, True, True]


def test_same_name_other_marks_not_marked(browser, event, suggest):
    for name in ("O’Neil", "O'Neil", "O\u200f'Neil", "O'Neil ３", "O'Neil 3"):
        suggest(f.create_data(title=name, room=None))

    assert in_rows(ANOTHER, browser.get(QUEUE)) == 0


def test_lookalikes_in_timetable(browser, event, suggest):
    f.session(event=event, title="Talk", room="Coco", start=f.at(11))
    f.session(event=event, title="Tаlk", room="Сосо", start=f.at(11))
    f.session(event=event, title="Tal\u200fk", room="Third", start=f.at(12))
    asked = suggest(f.create_data(title="New", room="Third"))

    page = pages.source(browser.get(f"{QUEUE}{asked.pk}/change/"))

    told = "looks like another one, and is not it"
    rooms = re.findall(r'<div class="room">(.*?)</div>', page, re.DOTALL)
    assert sorted(pages.words(room) for room in rooms) == [
        f"Coco {told}",
        "Third",
        f"Сосо {told}",
    ]
    cells = re.findall(r'<div class="name" dir="auto">(.*?)</div>(.*?)<small><?', page, re.DOTALL)
    assert len(cells) == 4
    assert page.count(told) == 2 * (2 + 3)


def test_long_names_with_common_start_marked_at_cut(browser, event, suggest):
    long = "n" * 150
    f.session(event=event, title=f"{long} one", room=f"{long} A", start=f.at(11))
    f.session(event=event, title=f"{long} two", room=f"{long} B", start=f.at(11))
    asked = suggest(f.create_data(title="New", room=f"{long} B", start_time="2038-01-30T12:00"))

    page = pages.source(browser.get(f"{QUEUE}{asked.pk}/change/"))

    assert page.count("looks like another one, and is not it") == 2 * (2 + 2) + 1


def test_queue_values_cut_where_they_differ(browser, event, suggest):
    long = "n" * 200
    session = f.session(event=event, title="x", speaker_name=f"{long} Dana")
    suggest(f.update_data(session, speaker_name=f"{long} Noa"), "schedule_update")

    [row] = pages.rows(browser.get(QUEUE))

    assert f"Speaker: …{'n' * 19} Dana …{'n' * 19} Noa" in row


def test_invisible_characters_made_visible(browser, event, suggest):
    """In headings, in what is in the way, and in the drawing of the day."""
    session = f.session(event=event, title="Ke\u200fynote", room="Hall A\u200e", start=f.at(14))
    f.session(event=event, title="Pan\u00adel", room="Hall B\u200f", start=f.at(11))
    move = suggest(
        f.update_data(
            session,
            room="Hall B",
            start_time="2038-01-30T11:00",
            end_time="2038-01-30T12:00",
        ),
        "schedule_update",
    )

    page = pages.source(browser.get(f"{QUEUE}{move.pk}/change/"))
    listed = [
        pages.source(browser.get(QUEUE)),
        pages.source(choose(browser, "reject_selected", move)),
    ]

    for source in (page, *listed):
        assert "Ke⟨U+200F⟩ynote" in source
        assert "Pan⟨U+00AD⟩el" in source
    assert page.count("Hall B⟨U+200F⟩") >= 2
    shown, _details, _raw = page.partition('<details class="raw">')
    assert not set("\u200e\u200f\u00ad") & set(shown)

"""Lists of the queue saved under names; and words that are searched for in any order."""

from urllib.parse import urlencode

import pytest

from ai_audit.models import SavedList
from tests import factories as f
from tests import pages
from tests.pages import signed_in

pytestmark = pytest.mark.django_db

QUEUE = "/admin/ai_audit/pendingsuggestion/"


def save(browser, name, kept="tab=clear&q=Dana", **also):
    address = f"{QUEUE}saved/?{urlencode({'_changelist_filters': kept})}"
    return browser.post(address, {"name": name} | also)


def saved():
    return list(SavedList.objects.order_by("pk").values_list("name", "asked", "words"))


def test_saved_list_save_find_forget(browser, noa):
    answer = save(browser, " Dana’s  clear ones ", "tab=clear&q=Dana&p=2")

    assert answer["Location"] == f"{QUEUE}?q=Dana&tab=clear"
    assert saved() == [("Dana’s clear ones", "q=Dana&tab=clear", "Dana")]
    page = pages.source(browser.get(QUEUE))
    assert 'href="?q=Dana&amp;tab=clear"><bdi>Dana’s clear ones</bdi>' in page
    save(browser, "", forget=str(SavedList.objects.get().pk))
    assert saved() == []


def test_saved_list_name_unique(browser):
    for kept in ("tab=clear", "tab=failed"):
        save(browser, "mine", kept)

    assert saved() == [("mine", "tab=failed", "")]


@pytest.mark.parametrize(
    ("name", "kept"), [("", "tab=clear"), ("x", f"q={'x' * 300}"), ("x", f"older={'x' * 1200}")]
)
def test_saved_list_invalid_told(browser, name, kept):
    answer = save(browser, name, kept)

    assert pages.messages(answer)[0].startswith("Nothing was saved: ")
    assert saved() == []


def test_saved_list_limit(browser):
    for n in range(SavedList.MOST + 1):
        answer = save(browser, f"{n}")

    assert len(saved()) == SavedList.MOST
    assert "Forget one first." in pages.messages(answer)[-1]


def test_saved_list_per_user(ours, browser):
    save(browser, "mine")
    another = signed_in(f.staff(profile=f.profile(organization=ours, full_name="Dana")).user)

    for pk in (str(SavedList.objects.get().pk), "x", "9" * 40, "²"):
        save(another, "", forget=pk)
    assert len(saved()) == 1
    assert "mine" not in pages.text(another.get(QUEUE))


def test_saved_list_needs_post_and_permission(ours, browser):
    without = f.staff(profile=f.profile(organization=ours))
    without.user.user_permissions.set([])

    assert browser.get(f"{QUEUE}saved/").status_code == 405
    assert save(signed_in(without.user), "x").status_code == 403


@pytest.mark.parametrize("words", ["ד״ר שעה", "כהן עם", "עם   כהן ד״ר שעה", "נועה ד״ר"])
def test_words_are_found_in_any_order(browser, suggest, words):
    found = suggest(f.create_data(title="שעה עם ד״ר כהן"))
    suggest(f.create_data(title="שעה אחרת"))

    shown = pages.shown_ids(browser.get(QUEUE, {"q": words}))

    assert shown == [str(found.pk)]


def test_search_with_any_number_of_words(browser, suggest):
    suggest(f.create_data(title=" ".join(f"w{n}" for n in range(40))))

    found = [
        len(pages.shown_ids(browser.get(QUEUE, {"q": " ".join(f"w{n}" for n in numbers)})))
        for numbers in (range(40), range(39, 31, -1), [*range(40), 99])
    ]

    assert found == [1, 1, 0]

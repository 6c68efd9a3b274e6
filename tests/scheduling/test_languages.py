"""Whose language a page speaks: the browser's at first, then the one a staff member switched to."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from scheduling import languages
from scheduling.models import StaffMember
from tests import factories as f

pytestmark = pytest.mark.django_db

HOME = "/admin/"
SWITCH = "/i18n/setlang/"


def spoken(client, page=HOME, **headers):
    """The language of a page, as it says itself, to the browser and to caches."""
    answer = client.get(page, headers=headers)
    (said,) = [part.split('"')[1] for part in answer.content.decode().split("<html lang=")[1:]]
    assert answer["Content-Language"] == said
    return said


def anew(editor) -> Client:
    client = Client()
    client.force_login(editor.user)
    return client


@pytest.mark.parametrize(
    ("header", "language"),
    [("he", "he"), ("en-GB,en", "en"), ("fr, he;q=0.5", "he"), ("fr", settings.LANGUAGE_CODE)],
)
def test_language_default_of_browser(browser, header, language):
    assert spoken(browser, accept_language=header) == language
    assert spoken(Client(), "/admin/login/", accept_language=header) == language


@pytest.mark.parametrize("language", ["he", "en"])
def test_language_switch_in_every_browser(browser, editor, language):
    other = "en" if language == "he" else "he"
    browser.post(SWITCH, {"language": language, "next": HOME})

    assert StaffMember.objects.get(pk=editor.pk).language == language
    assert spoken(browser, accept_language=other) == language
    assert spoken(anew(editor), accept_language=other) == language


def test_language_switch_last_counts(browser, editor):
    browser.post(SWITCH, {"language": "he"})
    anew(editor).post(SWITCH, {"language": "en"})

    assert spoken(browser) == "en"


def test_language_page_without_switch(browser, editor):
    browser.get(HOME, headers={"accept-language": "he"})
    browser.get(SWITCH + "?language=he")

    assert StaffMember.objects.get(pk=editor.pk).language == ""


@pytest.mark.parametrize("asked", ["xx", "", "he\0", "<b>"])
def test_language_unknown_not_kept(browser, editor, asked):
    browser.post(SWITCH, {"language": asked})

    assert StaffMember.objects.get(pk=editor.pk).language == ""


def test_language_no_longer_offered(browser, editor):
    StaffMember.objects.filter(pk=editor.pk).update(language="xx")

    assert spoken(browser, accept_language="he") == "he"


def test_language_of_non_staff_in_browser():
    client = Client()
    client.force_login(f.superuser())
    for browser, page in ((client, HOME), (Client(), "/admin/login/")):
        browser.post(SWITCH, {"language": "he"})
        assert spoken(browser, page, accept_language="en") == "he"


def test_language_of_others_unchanged(browser, ours):
    colleague = f.staff(profile=f.profile(organization=ours))

    browser.post(SWITCH, {"language": "he"})

    assert StaffMember.objects.get(pk=colleague.pk).language == ""


def test_language_without_statement(browser, editor, django_assert_num_queries):
    with django_assert_num_queries(2):
        browser.get("/admin/jsi18n/")
    browser.post(SWITCH, {"language": "he"})
    with django_assert_num_queries(2):
        browser.get("/admin/jsi18n/")


@pytest.mark.parametrize(
    ("kept", "language"),
    [("{}", "he"), (None, "he"), ('{"language": "en"}', "en"), ('"en"', "he"), ("[[[1]]]", "he")],
)
def test_language_kept_of_organization(ours, kept, language):
    f.run("update organizations set settings = %s::jsonb", kept)

    with languages.as_kept(ours.pk):
        assert translation.get_language() == language
    assert translation.get_language() == settings.LANGUAGE_CODE


def test_language_kept_default_hebrew():
    with languages.as_kept(None):
        assert translation.get_language() == "he"

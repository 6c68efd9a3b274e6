"""The Hebrew catalogue: whole, true to the sources' placeholders, compiled, and in step.

The sources are read with Babel and Django's own reader of templates, so that this needs no
gettext tools; `make messages`, which refreshes the catalogue, does. How pages look in Hebrew is
not seen here.
"""

import gettext
import re
from io import BytesIO
from pathlib import Path

import django
import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import ngettext
from django.utils.translation.template import templatize
from django.views.i18n import JavaScriptCatalog

OURS = settings.BASE_DIR / "locale" / "he" / "LC_MESSAGES"
DJANGO = Path(django.__file__).parent
BORROWED = settings.BASE_DIR / "eventflow" / "text" / "borrowed_strings.py"

KEYWORDS = DEFAULT_KEYWORDS | {
    "_lazy": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

# What has to stand in a translation just as in the source: parameters, and markup.
_KEPT = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}|<[^>]+>")
# Code isolates what it fills in; a translation never does.
_DIRECTIONAL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def read(reader, path) -> dict:
    """The messages of a catalogue's file, by context and source: both forms of it, or its one."""
    with path.open("rb") as file:
        return {(_text(m.context), several(m.id)): m for m in reader(file) if m.id}


def _text(context) -> str | None:
    """Babel gives the contexts of compiled catalogues as bytes."""
    return context.decode() if isinstance(context, bytes) else context


def several(text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def asked_for(paths) -> set:
    """The context and source of every string that the files have translated."""
    found = set()
    for path in paths:
        text = path.read_text(encoding="utf-8")
        if path.suffix in (".html", ".txt"):
            # What is left of a template is no Python, but reads as such line by line.
            text = "\n".join(line.strip() for line in templatize(text).splitlines())
        code = BytesIO(text.encode())
        found |= {
            (context, several(source))
            for _line, source, _comments, context in extract("python", code, KEYWORDS)
        }
    return found


def our_sources() -> list[Path]:
    folders = [Path(config.path) for config in apps.get_app_configs()]
    return [
        path
        for folder in folders
        if folder.parent == settings.BASE_DIR
        for path in folder.rglob("*")
        if path.suffix in (".py", ".html", ".txt")
    ]


def lacking_in_django(domain) -> set:
    """What Django's pages say in English only: the context and source of each string."""
    folders = [DJANGO / "conf", *(Path(config.path) for config in apps.get_app_configs())]
    lacking = set()
    for folder in folders:
        english = folder / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po"
        if folder.is_relative_to(DJANGO) and english.exists():
            hebrew = folder / "locale" / "he" / "LC_MESSAGES" / f"{domain}.mo"
            lacking |= read(read_po, english).keys() - read(read_mo, hebrew).keys()
    return lacking


@pytest.fixture(params=["django", "djangojs"])
def domain(request):
    return request.param


def test_catalogue_complete_without_fuzzy(domain):
    messages = read(read_po, OURS / f"{domain}.po").values()
    assert [m.id for m in messages if m.fuzzy or not all(several(m.string))] == []
    same = {m.id for m in messages if m.string == m.id}
    assert same == ({"VIP", "; "} if domain == "django" else set())


def test_catalogue_placeholders_and_markup(domain):
    for (_context, sources), message in read(read_po, OURS / f"{domain}.po").items():
        wanted = sorted(_KEPT.findall(sources[-1]))
        for number, form in enumerate(several(message.string)):
            kept = sorted(_KEPT.findall(form))
            if kept != wanted and number == 0 and len(sources) == 2:
                # The form for one alone may say the number as a word.
                kept = sorted([*kept, "%(count)s"])
            assert kept == wanted, form
            assert not _DIRECTIONAL.search(form), form


def test_catalogue_compiled(domain):
    source, compiled = (
        {key: several(message.string) for key, message in read(reader, path).items()}
        for reader, path in (
            (read_po, OURS / f"{domain}.po"),
            (read_mo, OURS / f"{domain}.mo"),
        )
    )
    assert compiled == source, "The compiled catalogue is another: run `make messages`."


def test_catalogue_equals_sources():
    standing = read(read_po, OURS / "django.po").keys()
    wanted = asked_for(our_sources())
    assert (wanted - standing, standing - wanted) == (set(), set()), "Run `make messages`."


def test_numbers_choose_a_form_as_in_djangos_own(domain):
    rules = []
    for folder in (OURS, DJANGO / "contrib" / "admin" / "locale" / "he" / "LC_MESSAGES"):
        with (folder / f"{domain}.mo").open("rb") as file:
            rules.append(gettext.GNUTranslations(file).plural)
    ours, djangos = rules
    assert [ours(n) for n in range(200)] == [djangos(n) for n in range(200)]


def test_catalogue_borrows_exactly_missing():
    assert asked_for([BORROWED]) == lacking_in_django("django")
    assert read(read_po, OURS / "djangojs.po").keys() == lacking_in_django("djangojs")


def test_pages_and_scripts_are_given_it():
    with translation.override("he"):
        told = [
            ngettext("%(count)s suggestion", "%(count)s suggestions", n) % {"count": n}
            for n in (1, 2, 3, 20)
        ]
        view = JavaScriptCatalog.as_view(packages=["django.contrib.admin"])
        script = view(RequestFactory().get("/")).content.decode()
    assert told == ["הצעה אחת", "2 הצעות", "3 הצעות", "20 הצעות"]
    assert '"Choose all %s": "\\u05d1\\u05d7\\u05d9\\u05e8\\u05ea' in script
    assert '"Today": "\\u05d4\\u05d9\\u05d5\\u05dd"' in script


def test_search_form_is_djangos():
    """Django leaves the label in English, as the name of a picture; the help stands in the box."""
    theirs = DJANGO / "contrib" / "admin" / "templates" / "admin" / "search_form.html"
    ours = settings.BASE_DIR / "eventflow" / "templates" / "admin" / "search_form.html"

    otherwise = {
        'alt="Search"></label>': (
            'alt=""><span class="visually-hidden">{% translate "Search" %}</span></label>'
        ),
        "{% if cl.search_help_text %} aria-": (
            '{% if cl.search_help_text %} placeholder="{{ cl.search_help_text }}" aria-'
        ),
        '<br class="clear">\n<div class="help" id="searchbar_helptext">': (
            '<div class="visually-hidden" id="searchbar_helptext">'
        ),
    }
    expected = theirs.read_text().split("\n", 1)[1]
    for part, own in otherwise.items():
        assert expected.count(part) == 1, part
        expected = expected.replace(part, own)
    assert ours.read_text().split("{% endcomment %}\n", 1)[1] == expected

"""Every address of the back office, as the URL configuration has them, and what stands in them.

A new page is among them by itself; one with an argument of another name has to say here what
stands in its place.
"""

import re
from collections.abc import Iterator
from itertools import product
from uuid import UUID

from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, get_resolver

from ai_audit.admin import autocomplete
from ai_audit.models import NewsKind, Suggestion
from ai_audit.notifications import choices
from ai_audit.reports import exports
from scheduling.models import Event

# What no id, name or number of ours looks like.
JUNK = ("x", "0", "-1", "9" * 30, "%00", "%ED%A0%80", "00000000-0000-0000-0000-000000000000", "_5F")

_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


def patterns(found=None, before: str = "") -> Iterator[tuple[str, str]]:
    """The route of every address, as it is written, and the name of its page."""
    for pattern in get_resolver().url_patterns if found is None else found:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield re.sub(r"[\^$]|\\Z", "", route), pattern.name or ""
        else:
            yield from patterns(pattern.url_patterns, route)


def addresses(keys, junk=JUNK) -> Iterator[str]:
    """Every address; `keys` gives the keys of a model's rows that are to stand in one.

    `junk` stands there, too.
    """
    for route, name in patterns():
        arguments = [a or b for a, b in _ARGUMENT.findall(route)]
        values = [_values(argument, name, keys, junk) for argument in arguments]
        for chosen in product(*values):
            pieces = iter(chosen)
            yield "/" + _ARGUMENT.sub(lambda _found, rest=pieces: str(next(rest)), route)


def _values(argument: str, page: str, keys, junk) -> list:
    if argument in ("object_id", "id") and page not in ("", "view_on_site"):
        return [*keys(_model(page)), *junk]
    return {
        "pk": lambda: [*keys(Suggestion), "00000000-0000-0000-0000-000000000000"],
        "event_id": lambda: [*keys(Event), "00000000-0000-0000-0000-000000000000"],
        "day": lambda: ["2038-03-09", "9999-12-31", "0001-01-01", "2038-02-30", "x"],
        "app_label": lambda: [*sorted({model._meta.app_label for model in admin.site._registry})],
        "field": lambda: [*autocomplete.NAMED, "other"],
        "ending": lambda: [*exports.Format, "other"],
        "content_type_id": lambda: [ContentType.objects.get_for_model(Suggestion).pk, *junk],
        "object_id": lambda: junk,
        "key": lambda: ["x", "0" * 32],
        "url": lambda: ["nowhere", "nowhere/", "%00/"],
        "uidb64": lambda: ["MQ", *junk],
        "token": lambda: ["set-password", "x-y", *_stops(), *junk],
    }[argument]()


def _stops() -> list[str]:
    """The link of a mail, and what is left of it where a mail program broke the line."""
    whole = choices.stop_path(UUID(int=0), NewsKind).rstrip("/").rpartition("/")[2]
    return [whole, whole[:-1], whole.partition(":")[0]]


def _model(page: str):
    """The model whose row a page of the admin is about, by the page's name."""
    if page == "auth_user_password_change":
        return apps.get_model("auth", "User")
    app_label, model_name, _what = re.fullmatch(r"(.+)_([^_]+)_([^_]+)", page).groups()
    return apps.get_model(app_label, model_name)

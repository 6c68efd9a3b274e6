"""What an address may ask of a page: what the page takes; all else is ignored, and told."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from eventflow.web.parameters import OnlyDeclared
from scheduling.models import Event, Schedule
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db

ONE, SEVERAL = "that this page does not know: ", "that this page does not know, "
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)

# What nobody declared: a look into a row, its secrets and its relations, and what is no field.
UNDECLARED = (
    "id__regex",
    "pk__in",
    "password__startswith",
    "description__regex",
    "title__regex",
    "action_data__reasoning__icontains",
    "event__organization__name__startswith",
    "user__password__regex",
    "groups__name__contains",
    "permissions__codename__regex",
    "profile__email__regex",
    "start_date__year",
    "start_time__gte",
    "nothing",
    "_facets",
    "__",
    "x" * 300,
)


def address(model, what, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def asked_for(browser, address, query=None):
    """The answer, and the statements that were sent for it, without those of the session."""
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(address, query)
    sent = [re.sub(r"_sync_\d+", "", found["sql"]) for found in captured]
    return answer, [found for found in sent if not re.search("django_session|SAVEPOINT", found)]


@pytest.fixture
def root():
    ours = f.organization()
    noa = f.staff(profile=f.profile(organization=ours), username="noa")
    event = f.event(organization=ours)
    for n in range(26):
        f.session(event=event, title=f"Session {n}")
    f.session(event=f.event(organization=ours, name="Other"), title="Elsewhere")
    f.suggestion(user=noa.profile, event=event)
    Group.objects.get_or_create(name="Viewer")
    return pages.signed_in(f.superuser())


def test_parameters_declared_by_every_model():
    assert [
        m for m, pages in admin.site._registry.items() if not isinstance(pages, OnlyDeclared)
    ] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_parameters_undeclared_of_list(root, model):
    lists = address(model, "changelist")
    root.get(lists)
    _plain, statements = asked_for(root, lists)
    for name in UNDECLARED:
        answer, found = asked_for(root, lists, {name: "^(.+)(.+)+$"})

        if name == "_facets" and pages.messages(answer) == []:
            continue
        assert answer.status_code == 200
        assert [ONE in message for message in pages.messages(answer)] == [True]
        assert found == statements


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_parameters_undeclared_of_row(root, model, page):
    row = address(model, page, model.objects.values_list("pk", flat=True).first())
    # What is read once for all pages is read.
    root.get(row)
    plain, statements = asked_for(root, row)
    answer, found = asked_for(
        root, row, {"title__regex": "^(.+)+$", "title": "x", "_to_field": "x"}
    )

    assert answer.status_code == plain.status_code
    assert found == statements
    if answer.status_code == 200:
        assert [SEVERAL in message for message in pages.messages(answer)] == [True]


PAGES = [
    "/admin/",
    "/admin/scheduling/",
    "/admin/password_change/",
    "/admin/ai_audit/suggestion/insights/",
    "/admin/second-factor/",
    *(f"/admin/{name}/add/" for name in ("auth/user", "auth/group")),
]


@pytest.mark.parametrize("page", PAGES)
def test_other_pages_say_so_too(root, page):
    answer = root.get(page, {"start_time": "x", "title__regex": "["})

    # Beside what else the page tells.
    assert sum(SEVERAL in message for message in pages.messages(answer)) == 1
    assert "start_time" in pages.text(answer)


def test_parameters_of_list_in_force(root):
    other = Event.objects.get(name="Other")
    query = {"event__id__exact": str(other.pk), "title__regex": ".", "o": "1", "q": "Else"}
    answer = root.get(address(Schedule, "changelist"), query)

    assert [session.title for session in answer.context["cl"].result_list] == ["Elsewhere"]
    assert answer.context["cl"].get_query_string() == f"?event__id__exact={other.pk}&o=1&q=Else"


@pytest.mark.parametrize(
    "query",
    [
        "event__id__exact=x",
        "event__id__exact=%00",
        "is_break__exact=maybe",
        "p=99",
        "p=0",
        "e=1&event__id__exact=x",
        "e=1&p=99",
    ],
)
def test_parameters_unreadable(root, query):
    answer = root.get(f"{address(Schedule, 'changelist')}?{query}", follow=True)

    assert len(answer.context["cl"].result_list) == 25
    assert "could not be read" in " ".join(pages.messages(answer))


@pytest.mark.parametrize("name", ["password", "nothing", "user__password", "%00"])
def test_parameters_autocomplete_unknown_field(root, name):
    for page in ("changelist", "add"):
        answer = root.get(f"{address(Group, page)}?_popup=1&_to_field={name}")

        assert answer.status_code == 200
        assert [ONE in message for message in pages.messages(answer)] == [True]


def test_parameters_of_data_views_untold(root):
    for asked in ("count/", "names/event/"):
        root.get(f"/admin/ai_audit/suggestion/{asked}?title__regex=x")

    assert pages.messages(root.get("/admin/")) == []


def test_many_are_told_in_short(root):
    query = {f"<b>{n}" + "x" * 1000: "1" for n in range(50)}
    (told,) = pages.messages(root.get("/admin/scheduling/event/", query))

    assert "50 of them" in told
    assert len(told) < 500


def test_parameters_autocomplete_term(root):
    asked = {"app_label": "scheduling", "model_name": "staffmember", "field_name": "profile"}
    for term in ("\0", "%", "x" * 5000, "\ud800".encode("utf-8", "replace")):
        answer = root.get("/admin/autocomplete/", asked | {"term": term, "email__regex": "("})

        assert answer.status_code == 200


def test_parameters_foreign_event_in_new_session(db):
    ours, theirs = f.organization(), f.organization(name="Elsewhere")
    editor = f.staff(profile=f.profile(organization=ours), permissions=("add_schedule",))
    browser = pages.signed_in(editor.user)
    f.event(organization=ours)
    foreign = f.event(organization=theirs, name="Their day", timezone="Asia/Tokyo")
    add = "/admin/scheduling/schedule/add/"
    nowhere = "00000000-0000-0000-0000-000000000000"
    seen = [
        re.sub(f'name="csrfmiddlewaretoken" value="[^"]*"|{event}', "", pages.source(answer))
        for ask in (browser.get, browser.post)
        for event in (str(foreign.pk), nowhere)
        for answer in [ask(add, {"event": event})]
    ]

    assert "Tokyo" not in seen[0]
    assert (seen[0], seen[2]) == (seen[1], seen[3])

"""Each act its own permission, of the object and not only of the button; forged forms."""

import re
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.urls import reverse

from ai_audit import workflow
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:ai_audit_pendingsuggestion_changelist")
BUTTONS = {
    "_approve": "approve",
    "_approve_only": "approve",
    "_execute": "execute",
    "_reject": "reject",
}
ACTIONS = {"approve_selected": "approve", "reject_selected": "reject"}
ALL = ("approve", "reject", "execute", "amend", "undo", "export")


def page_of(suggestion):
    return reverse("admin:ai_audit_pendingsuggestion_change", args=[suggestion.pk])


def signed_in(staff, **options):
    client = Client(**options)
    client.force_login(staff.user)
    return client


def everything():
    return [
        *f.whole_table("schedules"),
        *f.whole_table("ai_insights_log"),
        *f.whole_table("backoffice.decision_history"),
        *f.whole_table("django_admin_log"),
    ]


@pytest.fixture
def suggestion(event, noa):
    return f.suggestion(user=noa.profile, event=event)


@pytest.fixture
def waiting(suggestion, noa):
    """The suggestion as far on that the button makes sense."""

    def make(button):
        if button == "_execute":
            workflow.approve_for_later(suggestion_id=suggestion.pk, by=noa)
        return suggestion

    return make


@pytest.mark.parametrize("button", BUTTONS)
@pytest.mark.parametrize("permission", [None, *ALL])
def test_permissions_of_buttons(ours, noa, waiting, button, permission):
    suggestion = waiting(button)
    someone = f.staff(
        profile=f.profile(organization=ours),
        permissions=[f"{permission}_suggestion"] if permission else [],
    )
    client = signed_in(someone)
    page = client.get(page_of(suggestion))
    before = everything()

    answer = client.post(page_of(suggestion), pages.form(page) | {button: "1"})

    if permission == BUTTONS[button]:
        assert f'name="{button}"' in pages.source(page)
        assert answer.status_code == 302
        assert everything() != before
    else:
        assert f'name="{button}"' not in pages.source(page)
        assert answer.status_code == 403
        assert everything() == before


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("permission", [None, *ALL])
def test_permissions_of_list_actions(ours, suggestion, action, permission):
    someone = f.staff(
        profile=f.profile(organization=ours),
        permissions=[f"{permission}_suggestion"] if permission else [],
    )
    client = signed_in(someone)
    asked = {"action": action, "_selected_action": [str(suggestion.pk)]}
    before = everything()

    answer = client.post(QUEUE, asked)
    if permission == ACTIONS[action]:
        pages.source(pages.confirm(client, answer))
        assert everything() != before
        return
    if answer.status_code == 200:
        assert "seen" not in pages.form(answer)
    for button in ("_approve", "_reject"):
        if permission != button[1:]:
            assert client.post(pages.MANY, {button: "1"}).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("button", BUTTONS)
def test_permissions_on_another_organizations_row(noa, theirs, their_event, button):
    them = f.staff(profile=f.profile(organization=theirs), permissions=f.EVERY_DECISION)
    suggestion = f.suggestion(user=them.profile, event=their_event)
    if button == "_execute":
        workflow.approve_for_later(suggestion_id=suggestion.pk, by=them)
    form = pages.form(signed_in(them).get(page_of(suggestion)))
    noa.user.user_permissions.set(them.user.user_permissions.all())
    before = everything()

    signed_in(noa).post(page_of(suggestion), form | {button: "1"})

    assert everything() == before


@pytest.mark.parametrize("action", ACTIONS)
def test_confirmation_of_rows_now_anothers(noa, theirs, their_event, suggestion, action):
    both = f.suggestion(user=noa.profile, event=f.event(organization=noa.profile.organization))
    chosen = [str(both.pk), str(suggestion.pk)]
    mine = signed_in(noa)
    page = mine.post(QUEUE, {"action": action, "_selected_action": chosen})
    f.run("update events set organization_id = %s where id = %s", theirs.pk, both.event_id)
    before = f.whole_row(both)

    report = pages.report(pages.confirm(mine, page))

    assert len(report) == 1
    assert f.whole_row(both) == before
    assert f.whole_row(suggestion)["execution_status"] in ("executed", "rejected")


@pytest.mark.parametrize("action", ACTIONS)
def test_confirmation_needs_csrf_token(noa, suggestion, action):
    client = signed_in(noa, enforce_csrf_checks=True)
    asked = signed_in(noa).post(QUEUE, {"action": action, "_selected_action": [suggestion.pk]})
    form = pages.form(asked)
    form.pop("csrfmiddlewaretoken")
    before = everything()

    for button in ("_approve", "_reject"):
        assert client.post(pages.MANY, form | {button: "1"}).status_code == 403
    assert signed_in(noa).get(pages.MANY).status_code == 405
    assert everything() == before


@pytest.mark.parametrize("button", BUTTONS)
def test_decision_needs_csrf_token(noa, waiting, button):
    suggestion = waiting(button)
    noa.user.user_permissions.add(*Permission.objects.filter(codename="execute_suggestion"))
    client = signed_in(noa, enforce_csrf_checks=True)
    form = pages.form(client.get(page_of(suggestion)))
    before = everything()

    for token in ({}, {"csrfmiddlewaretoken": "x" * 64}):
        form.pop("csrfmiddlewaretoken", None)
        answer = client.post(page_of(suggestion), form | {button: "1"} | token)
        assert answer.status_code == 403
        assert everything() == before


@pytest.mark.parametrize(
    ("group", "may"),
    [
        ("Viewer", set()),
        ("Auditor", set()),
        ("Approver", {"_approve", "_approve_only", "_reject"}),
    ],
)
def test_groups_permissions(ours, suggestion, group, may):
    # Tests that commit leave none of what the migration made.
    import_module("ai_audit.migrations.0008_groups").make_groups(
        apps, SimpleNamespace(connection=connection)
    )
    someone = f.staff(profile=f.profile(organization=ours), permissions=())
    someone.user.user_permissions.clear()
    someone.user.groups.add(Group.objects.get(name=group))
    client = signed_in(someone)

    page = client.get(page_of(suggestion))

    assert {name for name in BUTTONS if f'name="{name}"' in pages.source(page)} == may
    assert client.get(QUEUE).status_code == 200
    assert client.get(reverse("admin:ai_audit_suggestion_changelist")).status_code == 200
    assert someone.user.has_perm("ai_audit.export_suggestion") == (group == "Auditor")


def test_permission_revoked_while_page_open(noa, suggestion):
    client = signed_in(noa)
    form = pages.form(client.get(page_of(suggestion)))
    noa.user.user_permissions.clear()
    before = everything()

    answer = client.post(page_of(suggestion), form | {"_approve": "1"})

    assert answer.status_code == 403
    assert everything() == before


@pytest.mark.parametrize("page", ["/admin/auth/user/add/", "/admin/auth/group/add/"])
def test_permission_labels_in_readers_language(page):
    root = Client(headers={"accept-language": "he"})
    root.force_login(f.superuser())
    if "user" in page:
        page = f"/admin/auth/user/{f.superuser('other').pk}/change/"

    offered = re.findall(r'<option value="\d+"[^>]*>([^<]*\|[^<]*)</option>', root.get(page).text)

    assert "הצעות AI | הצעה | הרשאה לאשר הצעה" in offered
    assert "הצעות AI | הצעה | הרשאה לצפות: היסטוריית החלטות" in offered
    assert "תוכנייה | מפגש | הרשאה למחוק: מפגשים" in offered
    assert not [label for label in offered if "Can " in label]

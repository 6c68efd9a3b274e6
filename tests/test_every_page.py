"""Every address of the back office, for everybody who may come, with the demo's rows: none fails.

The addresses are found from the URL configuration, so that a new page is among them by itself.
"""

from datetime import date

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client

from ai_audit import demo
from ai_audit.demo.people import identify
from ai_audit.models import PendingSuggestion, Suggestion
from scheduling.models import StaffMember, UserProfile
from tests import addresses

pytestmark = pytest.mark.django_db

TODAY = date(2038, 2, 25)
# What signs one out ends the round.
_LEAVING = "/admin/logout/"


def _user(name: str, *groups: str, profile: str = "", **fields) -> User:
    user = User.objects.create_user(name, is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    if profile:
        StaffMember.objects.create(user=user, profile_id=identify("profile", profile))
    return user


def _of_nowhere(name: str) -> User:
    """Someone whose profile belongs to no organization."""
    user = _user(name, "Approver", profile="yoav")
    UserProfile.objects.filter(pk=identify("profile", "yoav")).update(organization=None)
    return user


PEOPLE = {
    "viewer": lambda: _user("viewer", "Viewer", profile="michal"),
    "approver": lambda: _user("approver", "Approver", profile="michal"),
    "auditor": lambda: _user("auditor", "Auditor", profile="michal"),
    "without a group": lambda: _user("groupless", profile="michal"),
    "without a profile": lambda: _user("unlinked", "Approver"),
    "without an organization": lambda: _of_nowhere("nowhere"),
    "manager": lambda: User.objects.get(username="noa"),
    "superuser": lambda: User.objects.get(username="admin"),
    "superuser with a profile": lambda: _user(
        "linked", profile="michal", is_superuser=True, email="l@example.com"
    ),
    "nobody": lambda: None,
}


def few(model) -> list:
    """The keys of a row of each kind, for one round of the pages."""
    found = model.objects.all()
    if model in (Suggestion, PendingSuggestion):
        kinds = found.order_by("execution_status", "pk").distinct("execution_status")
        return list(kinds.values_list("pk", flat=True))
    return list(found.order_by("pk").values_list("pk", flat=True)[:1])


def every(model) -> list:
    return list(model.objects.order_by("pk").values_list("pk", flat=True))


def failing(user, keys, *, methods=("get", "head", "post"), languages=("he", "en")) -> list:
    """The addresses that answer with an error of ours, with how they were asked for."""
    client = Client(raise_request_exception=False)
    found = []
    asked = list(addresses.addresses(keys, junk=addresses.JUNK[:1]))
    for language, method in [(language, "get") for language in languages] + [
        (languages[0], method) for method in methods if method != "get"
    ]:
        if user is not None:
            client.force_login(user)
        for address in asked:
            if address == _LEAVING:
                continue
            # What one page does to the rows is nothing to the next.
            before = transaction.savepoint()
            answer = getattr(client, method)(address, headers={"accept-language": language})
            if answer.streaming:
                answer.getvalue()
            transaction.savepoint_rollback(before)
            if answer.status_code >= 500:
                found.append(f"{method} {address} ({language}): {answer.status_code}")
    return found


@pytest.mark.parametrize("who", PEOPLE)
def test_no_page_fails(who):
    demo.load(today=TODAY)

    assert failing(PEOPLE[who](), few) == []

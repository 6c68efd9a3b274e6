"""Every address of the back office, for everybody who may come, with the demo's rows: none fails.

The addresses are found from the URL configuration, so that a new page is among them by itself.
"""

from contextlib import suppress
from datetime import date

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from ai_audit import demo
from ai_audit.demo.people import identify
from ai_audit.models import PendingSuggestion, Suggestion
from scheduling.models import Schedule, StaffMember, UserProfile
from tests import addresses, pages
from tests import factories as f

pytestmark = pytest.mark.django_db

TODAY = date(2038, 2, 25)
# What signs one out ends the round.
_LEAVING = "/admin/logout/"


@pytest.fixture(scope="module", autouse=True)
def loaded(lasting):
    with lasting():
        demo.load(today=TODAY)
        yield


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


def failing(
    user, keys, *, methods=("get", "head", "post"), languages=("he", "en"), junk=addresses.JUNK[:1]
) -> list:
    """The addresses that answer with an error of ours, with how they were asked for."""
    client = Client(raise_request_exception=False)
    found = []
    asked = list(addresses.addresses(keys, junk=junk))
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


# Who may most is asked soon, in one way; everybody, in the long tier.
MAY_MOST = "superuser with a profile"
# Who may least and who may most ask in every way there is, as do those whom nobody knows.
IN_EVERY_WAY = ("viewer", MAY_MOST, "nobody")


def test_every_page_works():
    assert failing(PEOPLE[MAY_MOST](), few, methods=("get",), languages=("he",)) == []


@pytest.mark.long
@pytest.mark.once
@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_works_with_any_query(who):
    ways = {} if who in IN_EVERY_WAY else {"methods": ("get", "post"), "languages": ("he",)}
    assert failing(PEOPLE[who](), few, **ways) == []


# Moments that PostgreSQL holds and Python does not, at either end.
FAR = {
    "for ever": ("-infinity", "infinity"),
    "no end": (None, "infinity"),
    "no beginning": ("-infinity", None),
    "before Christ": ("4713-01-01 00:00:00 BC", "0044-03-15 12:00:00 BC"),
    "after the calendar": ("20000-01-01 00:00:00+00", "294276-12-31 23:59:59+00"),
    "never": ("infinity", "infinity"),
    "the last days": ("9999-12-31 23:00:00+00", "9999-12-31 23:59:59.999999+00"),
    "the first days": ("0001-01-01 00:00:00+00", "0001-01-01 01:00:00+00"),
}
WHOLE_TABLES = [("schedules", "start_time", "end_time"), ("events", "start_date", "end_date")]
FAR_AWAY = [
    pytest.param(
        moments,
        tables,
        id=f"{' and '.join(table for table, *_columns in tables)}: {name}",
    )
    for name, moments in FAR.items()
    for tables in ([WHOLE_TABLES[0]], [WHOLE_TABLES[1]], WHOLE_TABLES)
]


def move_far_away(moments, tables) -> None:
    """All rows of the tables are there; sessions each in a room of their own."""
    f.run("update schedules set room = room || ' ' || id")
    for table, first, last in tables:
        f.run(
            f"update {table} set {first} = coalesce(%s, {first}), {last} = coalesce(%s, {last})",
            *moments,
        )


@pytest.fixture
def superuser_of_ours():
    return PEOPLE["superuser with a profile"]()


@pytest.mark.long
@pytest.mark.once
@pytest.mark.parametrize(("moments", "tables"), FAR_AWAY)
def test_every_page_with_any_moment(superuser_of_ours, moments, tables):
    move_far_away(moments, tables)

    assert failing(superuser_of_ours, few, methods=(), languages=("he",), junk=()) == []
    # Where all of them are far away, every row; where some are, one of each kind.
    assert unreadable(superuser_of_ours, every if tables == WHOLE_TABLES else few) == []


def unreadable(user, keys) -> list:
    """What answers with an error of ours when each page of a row is sent back as it came."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    found = []
    for name, model in (("pendingsuggestion", PendingSuggestion), ("suggestion", Suggestion)):
        for pk in keys(model):
            address = f"/admin/ai_audit/{name}/{pk}/change/"
            page = client.get(address)
            if page.status_code != 200:
                continue
            for button in pages.named(page) & BUTTONS:
                sent = pages.form(page) | pages.ticks(page) | {button: "1"}
                found += _sent(client, address, sent)
    for pk in keys(Schedule)[:10]:
        address = f"/admin/scheduling/schedule/{pk}/change/"
        found += _sent(client, address, pages.form(client.get(address)) | {"title": "אחר"})
    return found


BUTTONS = {"_approve", "_approve_only", "_amend", "_execute", "_reject", "_withdraw", "_undo"}


def _sent(client, address, form) -> list:
    before = transaction.savepoint()
    answer = client.post(address, form)
    transaction.savepoint_rollback(before)
    return [f"{address}: {answer.status_code}"] if answer.status_code >= 500 else []


@pytest.mark.parametrize(
    "moments",
    [
        # One is enough to see that what is loaded is held.
        pytest.param(
            moments,
            id=name,
            marks=[] if name == "for ever" else [pytest.mark.long, pytest.mark.once],
        )
        for name, moments in FAR.items()
    ],
)
def test_every_command_with_any_moment(superuser_of_ours, moments, tmp_path):
    move_far_away(moments, WHOLE_TABLES)
    for ending in ("csv", "jsonl"):
        call_command("export_history", str(tmp_path / f"all.{ending}"))
    with suppress(SystemExit):
        call_command("execute_approved")
    call_command("rebuild_index")
    with suppress(SystemExit):
        call_command("find_overlaps", speakers=True)

"""Junk in addresses and forms: whatever is sent, no page fails, and nothing is half done.

What is sent has the names that pages know, and values that nobody would send by hand.
"""

import copy
from datetime import date
from urllib.parse import quote_plus

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import resolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ai_audit import demo
from ai_audit.admin.history_form import HistoryForm
from ai_audit.admin.history_list import HistoryChangeList
from ai_audit.models import Suggestion
from tests import addresses, pages
from tests.test_every_page import few

pytestmark = pytest.mark.django_db

VALUES = (
    "",
    "x",
    "0",
    "-1",
    "1.5",
    "1e400",
    "NaN",
    "9" * 20,
    "9" * 5000,
    "٣",
    "\0",
    "a\0b",
    "\ud800",
    "[",
    "^(.+)+$",
    "%",
    "\\",
    "'\"><b>",
    "\u202e\u2066",
    "x" * 3000,
    "true",
    "null",
    "infinity",
    "2038-01-30",
    "0000-00-00",
    "9999-12-31",
    "99999-01-01",
    "-1-01-01",
    "2038-02-30T25:61:61+99:99",
    "24:00",
    "00000000-0000-0000-0000-000000000000",
    "{00000000-0000-0000-0000-00000000000g}",
    "e=1&p=x",
    "1,2,x",
    "//example.org",
)
# What a database, a number and a text are broken with first.
NASTY = ("\0", "\ud800", "9" * 5000, "99999-01-01")
JUNK_IDS = ("x", "9" * 30, "%00")
NAMES = (
    *("o", "q", "p", "all", "e", "_popup", "_to_field", "_facets", "_changelist_filters"),
    *("tab", "next", "anew", "term", "page", "app_label", "model_name", "field_name", "id"),
    *("event__id__exact", "is_break__exact", "is_active__exact", "groups__id__exact"),
    *(
        "event__isnull",
        "risk",
        "overdue",
        "older",
        "answer",
        "event",
        "permissions",
        "user",
        "profile",
    ),
    *("start_time", "start_time_0", "title__regex", "start_date__year", "pk__in", "is_staff"),
    *HistoryForm.base_fields,
    *HistoryChangeList.PAGING,
)
# What a list, or a page that asks, is sent.
SENT = (
    *("action", "_selected_action", "select_across", "index", "_save", "post", "tick", "seen"),
    *("reason", "why", "title", "digest", "shown", "way", "edited", "amended", "language"),
    *("_approve", "_reject", "_amend", "_undo", "_withdraw", "_execute", "_approve_only"),
    *("_dismiss", "_back", "name", "forget", "_note", "_ask", "said"),
)
ACTIONS = ("approve_selected", "reject_selected", "approve_together", "delete_selected")

values = st.sampled_from(VALUES) | st.text(max_size=30)
asked = st.lists(st.tuples(st.sampled_from(NAMES), values), min_size=1, max_size=4)
sent = st.lists(
    st.tuples(st.sampled_from(SENT + NAMES), values)
    | st.tuples(st.just("action"), st.sampled_from((*ACTIONS, "take_away_second_factor")))
    | st.tuples(st.just("post"), st.just("yes")),
    min_size=1,
    max_size=8,
)


def encoded(pairs) -> str:
    """As a client that minds no rule writes them: also what is no text."""
    return "&".join(
        "=".join(quote_plus(part.encode("utf-8", "surrogatepass")) for part in pair)
        for pair in pairs
    )


class Visitor:
    """Someone of the demo, who is told of each error of ours."""

    def __init__(self, name):
        self.client = Client(raise_request_exception=False)
        self.client.force_login(User.objects.get(username=name))
        self.pages = [
            address
            for address in addresses.addresses(few, junk=JUNK_IDS)
            if "logout" not in address and "setlang" not in address
        ]
        self._forms = {}

    def get(self, address, pairs):
        self._asked(self.client.get, f"{address}?{encoded(pairs)}")

    def post(self, address, pairs):
        content_type = "application/x-www-form-urlencoded"
        self._asked(self.client.post, address, encoded(pairs), content_type=content_type)

    def form(self, address) -> tuple[dict, list]:
        """What the page there would send back as it is, and the names it can send; often none."""
        if address not in self._forms:
            page = self.client.get(address)
            asks = page.status_code == 200 and not page.streaming and b"<form" in page.content
            self._forms[address] = (
                (pages.form(page), sorted(pages.named(page))) if asks else ({}, [])
            )
        return self._forms[address]

    def _asked(self, ask, address, *args, **kwargs):
        """What it does is taken back, in the database and in the browser, who stays signed in."""
        before, cookies = transaction.savepoint(), copy.copy(self.client.cookies)
        answer = ask(address, *args, **kwargs)
        if answer.streaming:
            answer.getvalue()
        transaction.savepoint_rollback(before)
        self.client.cookies = cookies
        assert answer.status_code < 500, (address[:2000], args)


@pytest.fixture(scope="module")
def visitors(lasting):
    with lasting():
        demo.load(today=date(2038, 2, 25))
        yield [Visitor("noa"), Visitor("admin")]


def rounds(number):
    return settings(
        max_examples=number,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )


def no_address_fails(visitors, number):
    @rounds(number)
    @given(st.data(), asked)
    def ask(data, pairs):
        visitor = data.draw(st.sampled_from(visitors))
        visitor.get(data.draw(st.sampled_from(visitor.pages)), pairs)

    ask()


def no_form_fails(visitors, number):
    @rounds(number)
    @given(st.data(), sent)
    def send(data, pairs):
        visitor = data.draw(st.sampled_from(visitors))
        address = data.draw(st.sampled_from(visitor.pages))
        filled_in, names = visitor.form(address)
        if names and data.draw(st.booleans()):
            # A form as it is on the page, with junk in some of its fields.
            spoilt = data.draw(st.lists(st.tuples(st.sampled_from(names), values), max_size=4))
            pairs = spoilt + pairs[:1]
        taken = {name for name, _value in pairs}
        kept = [pair for pair in filled_in.items() if pair[0] not in taken]
        visitor.post(address, kept + pairs)

    send()


def test_junk_addresses(visitors):
    no_address_fails(visitors, 20)


def test_junk_forms(visitors):
    no_form_fails(visitors, 20)


@pytest.mark.long
@pytest.mark.once
def test_junk_addresses_long(visitors):
    no_address_fails(visitors, 300)


@pytest.mark.long
@pytest.mark.once
def test_junk_forms_long(visitors):
    no_form_fails(visitors, 300)


LISTS = (
    "scheduling/schedule/",
    "auth/user/",
    "ai_audit/pendingsuggestion/",
    "ai_audit/suggestion/",
    "ai_audit/suggestion/insights/",
    "scheduling/schedule/add/",
)


@pytest.mark.long
@pytest.mark.once
@pytest.mark.parametrize("value", NASTY)
def test_junk_parameters(visitors, value):
    """Each name that a page knows, by itself, with each value."""
    for address in LISTS:
        declared = getattr(resolve(f"/admin/{address}").func, "takes", None)
        # What it has not declared never reaches a page: one such name tells as much as all.
        for name in (*declared.names, NAMES[0]) if declared else NAMES:
            visitors[1].get(f"/admin/{address}", [(name, value)])


FORMS = (
    "auth/user/add/",
    "auth/group/add/",
    "scheduling/staffmember/add/",
    "scheduling/schedule/add/",
    "second-factor/",
    "password_change/",
    "password_reset/",
    "ai_audit/pendingsuggestion/",
    "auth/user/",
)


@pytest.mark.long
@pytest.mark.once
@pytest.mark.parametrize("value", NASTY)
def test_junk_fields(visitors, value):
    """Each field of each form, with junk in it."""
    for address in FORMS:
        filled_in, names = visitors[1].form(f"/admin/{address}")
        filled_in |= {"_selected_action": "1", "action": "delete_selected", "index": "0"}
        for name in {*names, "_to_field", "_popup"}:
            visitors[1].post(f"/admin/{address}", [*(filled_in | {name: value}).items()])


@pytest.mark.parametrize(
    "address",
    [
        "/admin/scheduling/schedule/add/?start_time=x",
        "/admin/scheduling/schedule/add/?event=x&event=%00",
        "/admin/scheduling/schedule/?title__regex=[",
        "/admin/scheduling/event/?start_date__year=0",
        "/admin/scheduling/event/?start_date__year=99999999999999999999",
        "/admin/autocomplete/?app_label=scheduling&model_name=staffmember&field_name=profile"
        "&term=%00",
        "/admin/ai_audit/suggestion/insights/?from_day=9999-12-31&to_day=9999-12-31",
        "/admin/ai_audit/suggestion/?from_day=0001-01-01&to_day=9999-12-31&until=9999-12-31",
        "/admin/auth/group/add/?permissions=1,x",
        "/admin/auth/group/1/delete/?_to_field=",
        "/admin/auth/user/1/change/?_to_field=",
        "/admin/auth/user/99999999999999999999999999/change/",
    ],
)
def test_junk_example(visitors, address):
    assert visitors[1].client.get(address).status_code in (200, 302)


BUTTONS = (
    *("_approve", "_approve_only", "_amend", "_execute"),
    *("_reject", "_withdraw", "_undo", "_dismiss", "_note", "_ask"),
)


@pytest.mark.long
@pytest.mark.once
@pytest.mark.parametrize("value", NASTY)
def test_junk_decisions(visitors, value):
    """Each button of each kind of suggestion, with junk in all that is said beside it."""
    said = ("said", "reason", "why", "title", "digest", "shown", "way", "edited", "tick", "post")
    for pk in few(Suggestion):
        for page in ("pendingsuggestion", "suggestion"):
            address = f"/admin/ai_audit/{page}/{pk}/change/"
            filled_in, names = visitors[0].form(address)
            for button in set(BUTTONS) & set(names):
                visitors[0].post(address, [*(filled_in | {button: "1", "amended": "yes"}).items()])
                for name in said:
                    form = filled_in | {button: "1", name: value}
                    visitors[0].post(address, [*form.items()])
                    visitors[0].post(address, [*(form | {"amended": "yes"}).items()])

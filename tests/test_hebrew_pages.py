"""Every kind of page in Hebrew, with Hebrew in every row: nothing on it is left in English.

The entries of the admin's log are rows in Django's own table, in English, and are passed over.
"""

import re
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import translation

from ai_audit import workflow
from tests import factories as f

pytestmark = pytest.mark.django_db

# What is Latin in Hebrew too: our name, the other language's, zones, keys, and names that the rows
# hold themselves: those of the groups that come with the back office, and of a ticked box.
ALLOWED = {
    *("EventFlow", "English", "Asia", "Jerusalem", "Enter", "Escape", "VIP"),
    *("LDAP", "Single", "Sign", "Control", "Command", "salt"),
    *("Approver", "Auditor", "Viewer", "True", "False"),
}
_SILENT = ("script", "style", "pre")
_READ_OUT = ("title", "aria-label", "placeholder", "alt", "value")


class Words(HTMLParser):
    """The Latin words that a page shows or reads out."""

    def __init__(self):
        super().__init__()
        self.found, self._silent = set(), 0

    def handle_starttag(self, tag, attrs):
        self._silent += tag in _SILENT
        attrs = dict(attrs)
        for name in _READ_OUT:
            if name != "value" or attrs.get("type") in ("submit", "button", "reset"):
                self._take(attrs.get(name) or "")

    def handle_endtag(self, tag):
        self._silent -= tag in _SILENT

    def handle_data(self, data):
        if not self._silent:
            self._take(data)

    def _take(self, text):
        # The beginning of a password's hash is no word.
        text = re.sub(r"\w+\*+", "", text)
        self.found |= set(re.findall(r"[A-Za-z][A-Za-z'’]{2,}", text))


def latin(answer) -> set:
    words = Words()
    # The number of the request is no word.
    words.feed(answer.content.decode().replace(answer["X-Request-ID"], ""))
    return words.found


@pytest.fixture
def hebrew():
    client = Client(headers={"accept-language": "he"})
    client.force_login(f.superuser("מנהלת"))
    return client


@pytest.fixture
def rows(db):
    ours = f.organization(language="he")
    noa = f.staff(
        profile=f.profile(organization=ours, email="n@x.il"),
        username="נועה",
        permissions=f.EVERY_DECISION,
    )
    event = f.event(organization=ours)
    session = f.session(event=event, room="אולם", start=f.at(11))
    waiting = f.suggestion(user=noa.profile, event=event, data=f.create_data(room="אולם"))
    failed = f.suggestion(user=noa.profile, event=event, data=f.create_data(room="אולם"))
    done = f.suggestion(user=noa.profile, event=event, data=f.create_data(room="חצר"))
    with translation.override("he"):
        workflow.approve(suggestion_id=failed.pk, by=noa, confirmed=f.confirming(failed.pk))
        workflow.approve(suggestion_id=done.pk, by=noa, confirmed=f.confirming(done.pk))
    group = Group.objects.create(name="צוות")
    return {
        "session": session.pk,
        "event": event.pk,
        "waiting": waiting.pk,
        "failed": failed.pk,
        "done": done.pk,
        "user": noa.user_id,
        "member": noa.pk,
        "profile": noa.profile_id,
        "group": group.pk,
        "organization": ours.pk,
    }


PAGES = [
    "",
    "login/",
    "password_change/",
    "auth/",
    "auth/user/",
    "auth/user/add/",
    "auth/user/{user}/change/",
    "auth/user/{user}/password/",
    "auth/user/{user}/history/",
    "auth/group/",
    "auth/group/add/",
    "auth/group/{group}/change/",
    "scheduling/",
    "scheduling/schedule/",
    "scheduling/schedule/?q=אין",
    "scheduling/schedule/add/",
    "scheduling/schedule/{session}/change/",
    "scheduling/schedule/{session}/delete/",
    "scheduling/schedule/{session}/history/",
    "scheduling/event/",
    "scheduling/event/{event}/change/",
    "scheduling/event/{event}/days/",
    "scheduling/userprofile/",
    "scheduling/userprofile/{profile}/change/",
    "scheduling/organization/",
    "scheduling/organization/{organization}/change/",
    "scheduling/staffmember/",
    "scheduling/staffmember/add/",
    "scheduling/staffmember/{member}/change/",
    "ai_audit/",
    "ai_audit/pendingsuggestion/",
    "ai_audit/pendingsuggestion/{waiting}/change/",
    "ai_audit/suggestion/{failed}/change/",
    "ai_audit/suggestion/{done}/change/",
    "nowhere/",
]


@pytest.mark.parametrize("page", PAGES)
def test_hebrew_pages_complete(hebrew, rows, page):
    answer = hebrew.get(f"/admin/{page.format(**rows)}", follow=True)

    assert answer["Content-Language"] == "he"
    assert latin(answer) - ALLOWED == set()

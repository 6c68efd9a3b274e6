"""What a person finds on a page that the test client fetched: its text, forms and messages."""

import re
from html import unescape
from html.parser import HTMLParser

from django.conf import settings
from django.contrib import auth
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils.crypto import get_random_string

from eventflow.accounts.moments import note_sign_in
from eventflow.accounts.sessions import SessionStore

# The first that finds users again, as the test client would take it.
BACKEND = "scheduling.access.StaffBackend"


def signed_in(user, **options) -> Client:
    """A browser in which the user has signed in, without the pages and signals of doing that."""
    client = Client(**options)
    sessions = SessionStore()
    kept = Session.objects.create(
        session_key=get_random_string(32),
        session_data=sessions.encode(
            {
                auth.SESSION_KEY: str(user.pk),
                auth.BACKEND_SESSION_KEY: BACKEND,
                auth.HASH_SESSION_KEY: user.get_session_auth_hash(),
            }
        ),
        expire_date=sessions.get_expiry_date(),
    )
    note_sign_in(None, user)
    client.cookies[settings.SESSION_COOKIE_NAME] = kept.session_key
    return client


def source(answer) -> str:
    """The page as sent, after seeing that it is one."""
    assert answer.status_code == 200, (answer.status_code, answer.get("Location"))
    if answer.streaming:
        # It comes but once.
        answer.content_read = getattr(answer, "content_read", None) or answer.getvalue()
        return answer.content_read.decode()
    return answer.content.decode()


def text(answer) -> str:
    """The page's words: no tags, runs of white space as one space."""
    return words(source(answer))


def words(html: str) -> str:
    """The words of a piece of a page."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def rows(answer) -> list[str]:
    """The words of each row of the page's first table body."""
    body = re.search(r"<tbody>(.*?)</tbody>", source(answer), re.DOTALL)
    return [words(row) for row in re.findall(r"<tr.*?</tr>", body[1], re.DOTALL)] if body else []


MANY = "/admin/ai_audit/pendingsuggestion/many/"


def confirm(client, page, tick=(), to=MANY, **also):
    """Press the button of a page that asks about many, with the ticks of some suggestions."""
    button = dict.fromkeys(named(page) & {"_approve", "_reject"}, "1")
    return client.post(to, form(page) | button | {"tick": [str(s.pk) for s in tick]} | also)


def report(answer) -> dict[str, str]:
    """What a report says became of each, by title."""
    rows = re.findall(
        r'<th scope="row"><a [^>]*>(.*?)</a></th>\s*<td>(.*?)</td>', source(answer), re.DOTALL
    )
    return {words(title): words(outcome) for title, outcome in rows}


def shown_ids(answer) -> list[str]:
    """The ids of the rows of a list, in the order they are shown."""
    return [str(row.pk) for row in answer.context["cl"].result_list]


def messages(answer) -> list[str]:
    """What the answer tells the person about what they did, oldest first."""
    return [str(message) for message in get_messages(answer.wsgi_request)]


def errors(answer) -> dict[str, list[str]]:
    """The errors of the admin's form, by field."""
    source(answer)
    return dict(answer.context["adminform"].errors)


class _Form(HTMLParser):
    def __init__(self):
        super().__init__()
        self.posted = {}
        self._inside = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("name")
        kind = attrs.get("type", "text")
        if tag == "input" and name and (kind not in ("submit", "checkbox") or "checked" in attrs):
            self.posted[name] = attrs.get("value", "")
        elif tag == "textarea":
            self._inside = name
            self.posted[name] = ""

    def handle_endtag(self, tag):
        if tag == "textarea":
            # Browsers drop a line break that follows the opening tag, and post others as two.
            written = self.posted[self._inside].replace("\r\n", "\n").removeprefix("\n")
            self.posted[self._inside] = written.replace("\n", "\r\n")
            self._inside = None

    def handle_data(self, data):
        if self._inside:
            self.posted[self._inside] += data


def form(answer) -> dict[str, str]:
    """What a browser would post back, nothing touched, from the page's inputs and text areas."""
    parser = _Form()
    parser.feed(source(answer))
    return parser.posted


def ticks(answer) -> dict[str, list[str]]:
    """What a browser posts when every box of the page that asks for a tick has one."""
    return {"tick": re.findall(r'name="tick" value="([^"]*)"', source(answer))}


def named(answer) -> set[str]:
    """The names of all that the page's forms can post, buttons too."""
    return set(
        re.findall(r'<(?:input|button|select|textarea)[^>]*\bname="([^"]*)"', source(answer))
    )


class _Structure(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, *sorted(name for name, _value in attrs)))

    def handle_endtag(self, tag):
        self.tags.append(f"/{tag}")

    def handle_comment(self, data):
        self.tags.append("comment")


def structure(answer) -> list:
    """Every tag of the page with the names of its attributes, in order, and none of its text."""
    parser = _Structure()
    parser.feed(source(answer))
    return parser.tags

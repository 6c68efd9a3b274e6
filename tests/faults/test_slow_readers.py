"""Whoever does not read what is sent, or hardly: in the way of nobody, and ended before long."""

import re
import socket
import time
from contextlib import ExitStack, closing, contextmanager

import pytest
from django.conf import settings
from django.test import Client

from tests import factories as f
from tests.eventflow.test_web_server import HOST, serving, until_it_answers

pytestmark = [pytest.mark.long, pytest.mark.once]

EXPORT = "/admin/ai_audit/suggestion/export.jsonl"
ENOUGH = 30  # seconds; what takes longer is stuck
ROWS = 25


@pytest.fixture
def much(committing, noa, event):
    """An export that no buffer between here and there holds."""
    f.run(
        "insert into ai_insights_log (user_id, event_id, action_type, action_data)"
        " select %s, %s, 'schedule_create', jsonb_build_object('n', n, 'reasoning',"
        " repeat('x', 900000)) from generate_series(1, %s) as n",
        noa.profile_id,
        event.pk,
        ROWS,
    )


def cookie_of(user) -> str:
    """Signed in as a person, for as many requests as there are."""
    client = Client()
    client.force_login(user)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def asking(server, path, cookie) -> socket.socket:
    """A connection that has asked, and takes as little as it can."""
    there = socket.socket()
    there.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    there.settimeout(ENOUGH)
    there.connect(("127.0.0.1", server.port))
    there.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n"
        f"Accept-Language: en\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n".encode()
    )
    return there


def status(there) -> int:
    """The status of the answer; nothing of it is read beyond that."""
    return int(re.match(rb"HTTP/1.1 (\d+)", there.recv(15))[1])


def everything(there) -> bytes:
    """All that comes until it ends; ConnectionError where it is cut."""
    return b"".join(iter(lambda: there.recv(1_000_000), b""))


def until_it_is_sent(server, cookie) -> bytes:
    """The whole export, as soon as there is a turn for it."""
    deadline = time.monotonic() + ENOUGH
    while time.monotonic() < deadline:
        with closing(asking(server, EXPORT, cookie)) as there:
            if status(there) == 200:
                return everything(there)
        time.sleep(0.1)
    raise AssertionError("there is no turn")


@contextmanager
def unread(server, cookies):
    """Downloads of which nothing is read but the beginning, and their statuses."""
    with ExitStack() as open_ones:
        found = [open_ones.enter_context(closing(asking(server, EXPORT, c))) for c in cookies]
        yield found, [status(there) for there in found]


def is_sent_on(downloads, a_time) -> bool:
    """Take so many bytes of each; whether none was hung up on."""
    try:
        return min(len(there.recv(a_time)) for there in downloads) > 0
    except ConnectionError:
        return False


def refusal(downloads, statuses, of) -> str:
    answer = everything(downloads[statuses.index(of)]).decode()
    assert re.search(r"(?i)retry-after: 60\r\n", answer)
    return answer


def test_slow_reader_leaves_others(much, noa):
    cookie = cookie_of(noa.user)
    with serving(SECRET_KEY=settings.SECRET_KEY) as server:
        until_it_answers(server)
        with unread(server, [cookie] * 24) as (downloads, statuses):
            assert sorted(statuses) == [200] * 2 + [429] * 22
            said = refusal(downloads, statuses, 429)
            assert "You are downloading two exports already, and no third was begun." in said
            for _ in range(10):
                assert server.ask("/healthz")[0] == 200
            with closing(asking(server, "/admin/ai_audit/suggestion/", cookie)) as page:
                assert status(page) == 200

        # Hanging up gives the turns back.
        assert until_it_is_sent(server, cookie).count(b'"action_data"') == ROWS


def test_slow_readers_leave_half_of_threads(much, ours):
    people = [
        f.staff(profile=f.profile(organization=ours), permissions=f.EVERY_DECISION).user
        for _ in range(5)
    ]
    with serving(SECRET_KEY=settings.SECRET_KEY) as server:
        until_it_answers(server)
        with unread(server, [cookie_of(user) for user in people] * 2) as (downloads, statuses):
            assert set(statuses) == {200, 503}
            # Two workers with four threads each.
            assert statuses.count(200) <= 4
            said = refusal(downloads, statuses, 503)
            assert "As many exports are being downloaded as can be sent at once" in said
            for _ in range(10):
                assert server.ask("/healthz")[0] == 200


def _what_came(there) -> bytes:
    """What can be read of a download that was ended; often nothing more."""
    try:
        return everything(there)
    except ConnectionError:
        return b""


@pytest.mark.parametrize("a_time", [0, 100])
def test_slow_reader_ended(much, noa, a_time):
    cookie = cookie_of(noa.user)
    with serving(SECRET_KEY=settings.SECRET_KEY, SEND_WITHIN="2") as server:
        until_it_answers(server)
        with unread(server, [cookie] * 2) as (downloads, statuses):
            assert statuses == [200, 200]
            if a_time:
                deadline = time.monotonic() + ENOUGH
                while is_sent_on(downloads, a_time):
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
            # Here both are open, and yet there is a turn again, for one who does read.
            assert until_it_is_sent(server, cookie).count(b'"action_data"') == ROWS
            assert _what_came(downloads[0]).count(b'"action_data"') < ROWS
        lines = server.end()

    assert "An answer was read too slowly, and was ended." in {line["message"] for line in lines}

"""Mails and processes: killed in the middle, two at once, a server that takes its time."""

import threading
import time
from collections import Counter

import pytest

from ai_audit.models import MailState, NotificationMail
from tests import factories as f
from tests.ai_audit.notifications.conftest import approver
from tests.faults.processes import PATIENCE, manage
from tests.mail_server import post_office

pytestmark = [pytest.mark.long, pytest.mark.once]

PEOPLE = ["a", "b", "c"]


@pytest.fixture
def post(monkeypatch):
    with post_office() as found:
        monkeypatch.setenv("EMAIL_URL", found.url)
        yield found


@pytest.fixture
def held():
    """Holds the server in the middle of a mail until the test ends, or lets it go on."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def waiting(ours, event):
    for name in PEOPLE:
        approver(ours, name)
    asked = f.profile(organization=ours, email="asked@example.org")
    return f.suggestion(user=asked, event=event)


def run() -> tuple[int, str]:
    """One run by itself: its exit status and what it says."""
    with manage("notify") as process:
        said, _ = process.communicate(timeout=PATIENCE)
        return process.returncode, said


def until(found) -> None:
    deadline = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def let_time_pass() -> None:
    f.run("update notification_mails set next_try = clock_timestamp() where state = 'due'")


def states() -> Counter:
    return Counter(NotificationMail.objects.values_list("state", flat=True))


def each_has_one(post) -> bool:
    return Counter(post.recipients) == dict.fromkeys((f"{n}@example.org" for n in PEOPLE), 1)


def test_notify_killed_mid_mail(waiting, post, held):
    post.hold_before = held
    with manage("notify") as process:
        assert post.in_data.wait(PATIENCE)
        process.kill()
        process.wait()
    post.hold_before = None
    let_time_pass()

    assert run()[0] == 0

    assert each_has_one(post)
    assert states() == {MailState.SENT: 3}


def test_notify_killed_at_second_mail(waiting, post, held):
    post.hold_from, post.hold_before = 2, held
    with manage("notify") as process:
        until(lambda: post.begun == 2)
        process.kill()
        process.wait()
    assert states() == {MailState.SENT: 1, MailState.DUE: 2}
    post.hold_before = None
    let_time_pass()

    assert run()[0] == 0

    assert each_has_one(post)


def test_two_runs_at_once_send_each_once(waiting, post, held):
    post.hold_before = held
    with manage("notify") as process:
        assert post.in_data.wait(PATIENCE)
        status, said = run()
        held.set()
        process.communicate(timeout=PATIENCE)

        assert process.returncode == 0
    assert status == 0
    assert said.endswith("Another copy is at work: nothing was done.\n")
    assert each_has_one(post)


def test_a_slow_server_is_left_and_asked_again(waiting, post, held):
    post.hold_before = held
    with manage("notify") as process:
        said, _ = process.communicate(timeout=PATIENCE)
    post.hold_before = None
    assert "Sent: 0. To be tried again: 3." in said
    let_time_pass()

    assert run()[0] == 0

    assert each_has_one(post)


def test_notify_without_server(waiting, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp://127.0.0.1:9")
    status, said = run()
    assert status == 1
    assert "The mail server takes nothing" in said
    with post_office() as post:
        monkeypatch.setenv("EMAIL_URL", post.url)
        assert run()[0] == 0
        assert each_has_one(post)


def test_notify_without_mail_settings(waiting, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "")

    status, said = run()

    assert status == 1
    assert "EMAIL_URL is not set" in said
    assert states() == {}

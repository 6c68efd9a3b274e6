"""The web server as it is started in production: gunicorn, with its file, behind a proxy."""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager

import pytest
from django.conf import settings

from tests.faults.processes import database_url

pytestmark = pytest.mark.long

HOST = "backoffice.example.org"
PATIENCE = 60  # seconds, after which the process is killed


class Server:
    """A running gunicorn, and what it has logged once it has ended."""

    def __init__(self, process, port):
        self.process, self.port = process, port

    def ask(self, path, *, host=HOST, scheme="https"):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as there:
            there.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": scheme})
            answer = there.getresponse()
            return answer.status, answer.headers, answer.read()

    def end(self) -> list[dict]:
        self.process.send_signal(signal.SIGTERM)
        _, written = self.process.communicate(timeout=PATIENCE)
        return [json.loads(line) for line in written.splitlines()]


@contextmanager
def serving(**variables):
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "eventflow.settings",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "ALLOWED_HOSTS": HOST,
            "PROXY_COUNT": "1",
        }
        | variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield Server(process, port)
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


def until_it_answers(server) -> None:
    deadline = time.monotonic() + PATIENCE / 2
    while True:
        try:
            server.ask("/healthz")
        except OSError:
            assert server.process.poll() is None, "the web server ended"
            assert time.monotonic() < deadline, "the web server does not answer"
            time.sleep(0.1)
        else:
            return


@pytest.mark.django_db(transaction=True)
def test_it_serves_over_https_alone_says_so_and_logs_in_json():
    with serving() as server:
        until_it_answers(server)

        status, headers, body = server.ask("/healthz", host="10.0.0.7", scheme="http")
        assert (status, json.loads(body)) == (200, {"status": "ok"})

        status, headers, _body = server.ask("/admin/login/", scheme="http")
        assert (status, headers["Location"]) == (301, f"https://{HOST}/admin/login/")

        status, headers, body = server.ask("/admin/login/")
        assert status == 200
        assert headers["Strict-Transport-Security"] == (
            "max-age=31536000; includeSubDomains; preload"
        )
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        cookies = headers.get_all("Set-Cookie")
        assert [cookie.split("=")[0] for cookie in cookies] == ["csrftoken"]
        assert all("Secure" in cookie and "HttpOnly" in cookie for cookie in cookies)
        # No mail can be sent, so none is offered.
        assert b"password_reset" not in body

        assert server.ask("/static/eventflow/backoffice.css")[0] == 200
        assert server.ask("/admin/login/", host="elsewhere.example")[0] == 400
        lines = server.end()

    assert {line["logger"] for line in lines} == {
        "gunicorn.error",
        "django.security.DisallowedHost",
    }
    assert all(line["at"] and line["level"] and line["message"] for line in lines)


def test_a_web_server_with_unfit_settings_ends_and_says_why(django_db_setup):
    with serving(SECRET_KEY="short") as server:
        _, written = server.process.communicate(timeout=PATIENCE)

        assert server.process.returncode != 0
    assert "SECRET_KEY is too easy to guess" in written

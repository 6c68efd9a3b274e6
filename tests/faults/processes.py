"""Processes of the back office on the tests' own database, each ended in time whatever happens."""

import http.client
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from django.conf import settings
from django.db import connection
from django.test import Client

from tests import factories as f

CHECKOUT = Path(__file__).parents[2]
PATIENCE = 300  # seconds, after which a process is killed


def database_url() -> str:
    """Where the default connection leads, for another process."""
    params = connection.get_connection_params()
    login = f"{params['user']}:{params.get('password', '')}@{params['host']}:{params['port']}"
    return f"postgres://{login}/{connection.settings_dict['NAME']}"


@contextmanager
def manage(*arguments, **options):
    """`manage.py …` as a process on the tests' database; killed when the block ends."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} | options
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env=os.environ
        | {
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "eventflow.settings",
            "SECRET_KEY": settings.SECRET_KEY,
            "PROXY_COUNT": "1",
            "PYTHONUNBUFFERED": "1",
        },
        stdin=subprocess.DEVNULL,
        text=True,
        **options,
    )
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield process
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


class Web:
    """A web process, and a person signed in there."""

    def __init__(self, process, port: int, user):
        self.process, self.port = process, port
        client = Client()
        client.force_login(user)
        self.token = secrets.token_hex(16)
        cookies = {"csrftoken": self.token} | {k: m.value for k, m in client.cookies.items()}
        self.cookies = "; ".join(f"{name}={value}" for name, value in cookies.items())

    def send(self, method: str, path: str, form=None) -> http.client.HTTPConnection:
        """Send a request, and do not wait for the answer."""
        there = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        body = urlencode(form | {"csrfmiddlewaretoken": self.token}) if form else None
        # As the proxy that ends HTTPS would pass it on.
        headers = {
            "Cookie": self.cookies,
            "Accept-Language": "en",
            "Origin": f"https://127.0.0.1:{self.port}",
            "X-Forwarded-Proto": "https",
        }
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        there.request(method, path, body, headers)
        return there

    def ask(self, method: str, path: str, form=None) -> tuple[int, str, str]:
        """Send a request: status, page, and where it leads on."""
        with closing(self.send(method, path, form)) as there:
            answer = there.getresponse()
            self._remember(answer)
            return answer.status, answer.read().decode(), answer.headers.get("Location", "")

    def _remember(self, answer) -> None:
        for header in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(header).items():
                if name == "messages":
                    self.cookies = re.sub("; messages=[^;]*", "", self.cookies)
                    self.cookies += f"; messages={morsel.coded_value}"

    def page(self, path: str) -> dict[str, str]:
        """The hidden inputs of a page's form, as a browser would post them."""
        status, page, _ = self.ask("GET", path)
        assert status == 200, page
        return dict(re.findall(r'type="hidden" name="(digest|shown)" value="([^"]*)"', page))


@contextmanager
def web(user):
    """A web process that answers; `user` is signed in there."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with manage(
        "runserver",
        "--noreload",
        f"127.0.0.1:{port}",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None, "the web process ended"
                assert time.monotonic() < deadline, "the web process does not answer"
                time.sleep(0.05)
        yield Web(process, port, user)


@contextmanager
def holding(statement: str, *parameters):
    """Another connection that has run the statement in a transaction and not ended it."""
    with psycopg.connect(database_url()) as raw:
        raw.execute(statement, parameters)
        yield raw
        raw.rollback()


def waiting_for_a_lock(number: int = 1) -> list[int]:
    """The server's process ids of so many connections that wait for a lock, when they do."""
    deadline = time.monotonic() + 60
    while True:
        found = f.run(
            "select distinct pid from pg_locks join pg_stat_activity using (pid)"
            " where not granted and datname = current_database()"
        )
        if len(found) >= number:
            return [pid for (pid,) in found]
        assert time.monotonic() < deadline, f"{len(found)} wait for a lock, and not {number}."
        time.sleep(0.01)

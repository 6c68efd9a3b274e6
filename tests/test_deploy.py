"""`deploy/`: units, the site and the image's steps, checked and run as far as it goes without them.

Docker does not run where the tests do.
"""

import http.client
import os
import re
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from tests.eventflow.test_web_server import HOST, serving, until_it_answers

pytestmark = [pytest.mark.long, pytest.mark.once]

DEPLOY = settings.BASE_DIR / "deploy"
HOME = "/opt/eventflow"
UNITS = sorted(path.name for path in DEPLOY.glob("*.service")) + sorted(
    path.name for path in DEPLOY.glob("*.timer")
)
PATIENCE = 60


def program(name: str) -> str:
    """Where it is; the test is skipped where it is not, and fails if it has to be."""
    # Debian's users have no such folder in their path.
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        if os.environ.get("EVENTFLOW_REQUIRE_TOOLS"):
            pytest.fail(f"There is no {name} here.")
        pytest.skip(f"There is no {name} here.")
    return found


def said_by(*command, **options) -> tuple[int, str]:
    ended = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
        **options,
    )
    return ended.returncode, ended.stdout


# The units


@pytest.fixture
def installed(tmp_path) -> Path:
    """The units as on a host where the programs they start are there; the folder they are in."""
    home, units = tmp_path / "eventflow", tmp_path / "units"
    programs = home / ".venv" / "bin"
    programs.mkdir(parents=True)
    units.mkdir()
    for name in ("gunicorn", "python"):
        (programs / name).symlink_to(sys.executable)
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8").replace(HOME, str(home))
        (units / name).write_text(text, encoding="utf-8")
    return units


@pytest.mark.parametrize(
    "name",
    [
        *(name for name in UNITS if "@" not in name),
        "eventflow@execute_approved.service",
        "eventflow@clearsessions.service",
        "eventflow@notify.service",
    ],
)
def test_systemd_finds_nothing_amiss_with_a_unit(installed, name):
    status, said = said_by(
        program("systemd-analyze"),
        "verify",
        "--man=no",
        installed / name,
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{installed}:/lib/systemd/system"},
    )
    assert (status, said) == (0, "")


def test_systemd_does_complain(installed):
    unit = installed / "eventflow.service"
    unit.write_text(unit.read_text().replace("Type=notify", "Type=notified"))
    _status, said = said_by(program("systemd-analyze"), "verify", "--man=no", unit)
    assert "Failed to parse service type" in said


def test_timers_start_commands_that_there_are():
    """And no two of them, or of the units, do the same."""
    started = [
        re.search(r"^Unit=eventflow@(\w+)\.service$", path.read_text(), re.MULTILINE)[1]
        for path in DEPLOY.glob("*.timer")
    ]
    assert sorted(started) == ["clearsessions", "execute_approved", "notify"]
    for command in started:
        status, said = said_by(
            sys.executable, "manage.py", command, "--help", cwd=settings.BASE_DIR
        )
        assert status == 0, said


@pytest.mark.django_db
def test_deploy_notifies_systemd(tmp_path):
    """Which `Type=notify` waits for."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(PATIENCE)
        with serving(NOTIFY_SOCKET=str(tmp_path / "notify")):
            assert b"READY=1" in systemd.recv(4096)


def test_deploy_document_files_exist():
    told = (settings.BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\bdeploy/([\w.@-]*\w)", told))
    assert {"Dockerfile", "nginx.conf"} <= named <= {path.name for path in DEPLOY.iterdir()}
    # On as many lines as it takes.
    told = told.replace("\\\n", " ")
    enabled = re.search(r"^systemctl enable --now (.*)$", told, re.MULTILINE)[1].split()
    assert sorted(enabled) == [name for name in sorted(UNITS) if "@" not in name]
    assert all("[Install]" in (DEPLOY / name).read_text() for name in enabled)


# The site


def free_ports(number: int) -> list[int]:
    probes = [socket.socket() for _ in range(number)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@contextmanager
def nginx(folder: Path, *, behind: int):
    """The site, on ports of its own, before a web process at `behind`; its ports."""
    http_port, https_port = free_ports(2)
    # What root starts works as somebody else, who may not enter the tests' folders.
    user = "user root;" if os.geteuid() == 0 else ""
    certificate(folder)
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for was, becomes in (
        (r"listen (\[::\]:)?80;", f"listen 127.0.0.1:{http_port};"),
        (r"listen (\[::\]:)?443 ssl http2;", f"listen 127.0.0.1:{https_port} ssl http2;"),
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{behind}"),
        (r"/etc/letsencrypt/live/[^/]+/", f"{folder}/"),
        (rf"{HOME}/deploy", str(DEPLOY)),
    ):
        text, found = re.subn(was, becomes, text)
        assert found, was
    # One of two families of addresses, for there may be no other here.
    text = re.sub(r"(    listen .*;\n)\1", r"\1", text)
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/errors;\n"
        f"events {{}}\nhttp {{ access_log off; {places}\n{text}}}\n",
        encoding="utf-8",
    )
    command = [program("nginx"), "-c", folder / "nginx.conf", "-e", folder / "errors"]
    status, said = said_by(*command, "-t")
    assert status == 0, said
    assert "[warn]" not in said
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    try:
        deadline = time.monotonic() + PATIENCE / 2
        while time.monotonic() < deadline:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", https_port), 1).close()
                break
            assert process.poll() is None, (folder / "errors").read_text()
            time.sleep(0.05)
        yield http_port, https_port
    finally:
        watchdog.cancel()
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def certificate(folder: Path) -> None:
    status, said = said_by(
        program("openssl"),
        *["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"],
        *("-subj", f"/CN={HOST}", "-keyout", folder / "privkey.pem"),
        *("-out", folder / "fullchain.pem"),
    )
    assert status == 0, said


def ask(port: int, path: str) -> tuple[int, http.client.HTTPMessage, str]:
    """A page, as a browser asks for it that takes the certificate."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    there = http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=trusting)
    with closing(there):
        there.request("GET", path, headers={"Host": HOST, "Accept-Language": "en"})
        answer = there.getresponse()
        return answer.status, answer.headers, answer.read().decode()


@pytest.mark.django_db(transaction=True)
def test_deploy_https_behind_site(tmp_path):
    with serving() as server:
        until_it_answers(server)
        with nginx(tmp_path, behind=server.port) as (http_port, https_port):
            status, headers, page = ask(https_port, reverse("admin:login"))
            # The login page, and no redirection for ever to itself.
            assert status == 200, (status, headers.items())
            assert 'name="username"' in page
            assert headers["Strict-Transport-Security"]

            with closing(http.client.HTTPConnection("127.0.0.1", http_port, timeout=60)) as there:
                there.request("GET", "/x?y=1", headers={"Host": HOST})
                answer = there.getresponse()
                assert answer.status == 301
                assert answer.headers["Location"] == f"https://{HOST}/x?y=1"


def test_deploy_bilingual_page_when_down(tmp_path):
    [nobody] = free_ports(1)
    with nginx(tmp_path, behind=nobody) as (_http_port, https_port):
        status, headers, page = ask(https_port, "/anything")
    assert status == 502
    assert headers["Retry-After"] == "10"
    assert headers["Cache-Control"] == "no-store"
    assert "The back office does not answer at the moment" in page
    assert "המשרד האחורי אינו עונה כרגע" in page
    assert "nginx" not in page


# The image


def steps(instruction: str) -> list[str]:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    return re.findall(rf"^ *{instruction} (.*)$", text, re.MULTILINE)


def test_deploy_collectstatic_leaves_no_key(tmp_path):
    copied = tmp_path / "image"
    left_out = (DEPLOY / "Dockerfile.dockerignore").read_text().split("\n")
    shutil.copytree(
        settings.BASE_DIR,
        copied,
        ignore=shutil.ignore_patterns(*(line.removeprefix("**/") for line in left_out if line)),
    )
    before = set(copied.iterdir())
    assert not before & {copied / ".env", copied / ".git", copied / ".eventflow"}
    _install, collect = steps("RUN")
    status, said = said_by(
        "sh",
        "-c",
        collect,
        cwd=copied,
        env={
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )
    assert status == 0, said
    assert set(copied.iterdir()) - before == {copied / "staticfiles"}


def test_deploy_image_user_and_packages():
    assert steps("USER") == ["10001:10001"]
    requirements = (settings.BASE_DIR / "requirements.lock").read_text()
    started = shlex.split(steps("CMD")[-1].strip("[]").replace(",", " "))
    assert f"\n{started[0]}==" in requirements

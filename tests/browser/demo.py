"""The demo, served by a process of its own from a folder of its own, and a browser to see it.

Used by the browser tests and by the command that makes the README's pictures.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Error, Locator, Page, sync_playwright

CHECKOUT = Path(__file__).resolve().parent.parent.parent
WIDE, PHONE = (1366, 768), (360, 740)
# As root, which continuous integration is, Chromium has no sandbox; and it need not call home.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Where the system's Chromium is, if it is there."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def require_chromium() -> None:
    """Skip the test where there is no Chromium, or fail it where the run requires one."""
    if chromium() is None:
        if os.environ.get("EVENTFLOW_REQUIRE_BROWSER"):
            pytest.fail("There is no Chromium here, and this run requires one.")
        pytest.skip("There is no Chromium here; install Debian's package `chromium`.")


@contextmanager
def leading_on(page: Page, to: str = ""):
    """What is done inside opens another page, which is there and loaded when this ends.

    It is one that holds what `to` selects.

    A click or a key by itself ends before the other page comes: what is asked next could be asked
    of the old page, or of none.
    """
    with page.expect_navigation(wait_until="load"):
        yield
    if to:
        page.wait_for_selector(to, state="attached")


def follow(page: Page, what: str | Locator, to: str = "") -> None:
    """Click on what leads to another page, one that holds `to`, and wait until that is there."""
    with leading_on(page, to):
        (page.locator(what) if isinstance(what, str) else what).click()


def button(page: Page, name: str) -> Locator:
    """A button of the review page; on a phone it may lie behind another, which is pressed first."""
    found = page.locator(f"#decision button[name={name}]")
    if not found.is_visible():
        page.locator("#decision .more").click()
    return found


def choose(page: Page, action: str, *titled: str) -> None:
    """Tick rows of the queue that is open and press the button of the list's actions."""
    for title in titled:
        page.locator("tr", has_text=title).locator("input.action-select").check()
    page.select_option("select[name=action]", action)
    follow(page, "button[name=index]", to="input[name=seen]")


@dataclass(frozen=True)
class Served:
    """Where the demo is, and who may sign in, as it says itself when it begins."""

    address: str
    passwords: dict[str, str]
    environment: dict[str, str]
    # Of those who have signed in already: the key of the session, by name.
    sessions: dict[str, str]

    def run(self, *command: str) -> None:
        """Run a command of manage.py on the demo's database."""
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=CHECKOUT, env=self.environment, check=True
        )

    def sign_in(self, page: Page, username: str) -> None:
        """Be signed in as one of the demo's staff, by the form where there is no session yet."""
        if username in self.sessions:
            key = {"name": "sessionid", "value": self.sessions[username], "url": self.address}
            page.context.add_cookies([key])
            page.goto(f"{self.address}/admin/")
        else:
            self.sign_in_by_form(page, username)

    def sign_in_by_form(self, page: Page, username: str) -> None:
        page.goto(f"{self.address}/admin/")
        page.fill("#id_username", username)
        page.fill("#id_password", self.passwords[username])
        follow(page, "[type=submit]", to="#user-tools")

    def queue(self, page: Page, titled: str) -> None:
        """Open the review page of the waiting suggestion with that title."""
        page.goto(f"{self.address}/admin/ai_audit/pendingsuggestion/")
        follow(page, page.locator("tr", has_text=titled).locator("a.what"), to="#decision")


@dataclass(frozen=True)
class Prepared:
    """A demo that is not served: the folder of its data, and a session of each of its staff."""

    folder: Path
    sessions: dict[str, str]


_PREPARE = """
import django
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

call_command("demo", "--no-server")
for user in User.objects.all():
    client = Client()
    client.force_login(user)
    print("session", user.username, client.cookies["sessionid"].value)
"""


def prepare(folder: Path) -> Prepared:
    """Make a demo in `folder`, from which others are copied; everyone is signed in."""
    printed = subprocess.run(
        [sys.executable, "-c", _PREPARE],
        cwd=CHECKOUT,
        env=_environment(folder),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    return Prepared(folder, dict(re.findall(r"^session (\w+) (\w+)$", printed, re.MULTILINE)))


def prepared_once(folder: Path) -> Prepared:
    """What `prepare` makes, by whichever process comes first for what lies in `folder`."""
    made, told = folder / "prepared", folder / "prepared.json"
    with (folder / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            made.mkdir(exist_ok=True)
            told.write_text(json.dumps(prepare(made).sessions))
        return Prepared(made, json.loads(told.read_text()))


def _environment(folder: Path) -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "PORT")} | {
        "EVENTFLOW_STATE": str(folder),
        "DJANGO_SETTINGS_MODULE": "eventflow.settings",
    }


@contextmanager
def served(folder: Path, prepared: Prepared | None = None):
    """Serve a demo whose data lie in `folder`, a copy or a new one; yields a `Served`."""
    if prepared:
        # With its owner, who is another user where this one is root.
        subprocess.run(["cp", "-a", f"{prepared.folder}/.", str(folder)], check=True)
    environment = _environment(folder)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", "0"],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    reader = Thread(target=process.stdout.read, daemon=True)
    try:
        printed = ""
        for line in process.stdout:
            printed += line
            if line.startswith("Ctrl-C ends it"):
                break
        else:
            raise RuntimeError(f"The demo did not begin to serve:\n{printed}")
        # What nobody reads would stop it once the pipe is full.
        reader.start()
        yield Served(
            address=re.search(r"Serving on (http://\S+)/", printed)[1],
            passwords=dict(re.findall(r"^    (\w+) +(\S+)   ", printed, re.MULTILINE)),
            environment=environment,
            sessions=prepared.sessions if prepared else {},
        )
    finally:
        process.terminate()
        process.wait(timeout=60)
        # Ended, it writes no more: whoever reads comes to the end.
        if reader.is_alive():
            reader.join(timeout=60)
        process.stdout.close()


_shared: "_Browser | None" = None


class _Browser:
    """A browser that pages are opened in, one after another; launched again where it crashed."""

    def __init__(self, playwright):
        self._playwright, self._running = playwright, None

    def new_context(self, **options):
        if self._running is None or not self._running.is_connected():
            self._running = self._playwright.chromium.launch(
                executable_path=chromium(), args=_ARGUMENTS
            )
        return self._running.new_context(**options)

    def close(self) -> None:
        if self._running is not None:
            self._running.close()


@contextmanager
def browser():
    """One browser for each `page` of the block, for it takes a second of a core to begin.

    Django asks no database meanwhile: to it, the thread is one that runs an event loop.
    """
    global _shared
    with sync_playwright() as playwright:
        _shared = _Browser(playwright)
        try:
            yield _shared
        finally:
            _shared.close()
            _shared = None


@contextmanager
def page(*, language: str, size: tuple[int, int] = WIDE, theme: str = "light"):
    """A page that asks for `language` and `theme`, `size` in CSS pixels, of a visitor of its own.

    Its cookies, storage and cache are nobody else's. It asks for reduced motion, too: nothing fades
    while it is looked at.
    """
    with nullcontext(_shared) if _shared else browser() as opened:
        context = opened.new_context(
            locale=language,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=theme,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        try:
            yield context.new_page()
        finally:
            # What crashed is closed.
            with suppress(Error):
                context.close()

"""The demo, served by a process of its own from a folder of its own, and a browser to see it.

Used by the browser tests and by the command that makes the README's pictures.
"""

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from ai_audit.demo.people import PASSWORD

CHECKOUT = Path(__file__).resolve().parent.parent.parent
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


@contextmanager
def served(folder: Path):
    """Serve a fresh demo whose data lie in `folder`; yields its address."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "PORT")}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", "0"],
        cwd=CHECKOUT,
        env=environment
        | {"EVENTFLOW_STATE": str(folder), "DJANGO_SETTINGS_MODULE": "eventflow.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if found := re.search(r"Serving on (http://\S+)/", line):
                yield found[1]
                break
        else:
            raise RuntimeError("The demo did not begin to serve:\n" + "".join(lines))
    finally:
        process.terminate()
        process.communicate(timeout=60)


@contextmanager
def page(*, language: str, size: tuple[int, int] = (1366, 768)):
    """A page of a new browser that asks for `language`, `size` in CSS pixels."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=_ARGUMENTS)
        context = browser.new_context(
            locale=language, viewport={"width": size[0], "height": size[1]}
        )
        yield context.new_page()
        browser.close()


def sign_in(page: Page, address: str, username: str) -> None:
    """Sign in as one of the demo's staff."""
    page.goto(f"{address}/admin/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")

"""What the project promises about itself: locks, versions, decisions."""

import re
from datetime import date

import pytest
from django.conf import settings

from eventflow import __version__

ROOT = settings.BASE_DIR
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    """Each distribution that a file names, by its normalized name, with its version."""
    found = _PIN.findall((ROOT / name).read_text(encoding="utf-8"))
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in found}


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_lock_holds_every_pin(name):
    assert pins(f"{name}.txt").items() <= pins(f"{name}.lock").items()


def test_lock_of_production_is_part_of_the_other():
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_lock_knows_each_file_by_its_hash(name):
    entries = re.split(r"(?m)^(?=\w)", (ROOT / name).read_text(encoding="utf-8"))

    assert all("--hash=sha256:" in entry for entry in entries if entry.strip())
    assert "://" not in "".join(entries)


def test_changelog_begins_with_this_version():
    releases = re.findall(
        r"(?m)^## (\S+) .+ \((\d{4}-\d\d-\d\d)\)$",
        (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
    )
    headings = re.findall(r"(?m)^## ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))

    assert releases[0][0] == __version__
    assert len(releases) == len(headings)
    numbers = [tuple(map(int, version.split("."))) for version, _ in releases]
    days = [date.fromisoformat(day) for _, day in releases]
    assert (numbers, days) == (sorted(numbers, reverse=True), sorted(days, reverse=True))


def test_index_of_decisions_names_each():
    folder = ROOT / "docs/adr"
    index = (folder / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| \[(\d{4})\]\((.+?)\) \| \d{4}-\d\d-\d\d \| (.+) \|$", index)

    assert [(number, file) for number, file, _ in rows] == [
        (path.name[:4], path.name) for path in sorted(folder.glob("0*.md"))
    ]
    for _, file, title in rows:
        assert (folder / file).read_text(encoding="utf-8").startswith(f"# {title}\n")


def test_numbers_without_a_decision_are_told():
    index = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")
    numbers = [int(path.name[:4]) for path in (ROOT / "docs/adr").glob("0*.md")]

    for missing in set(range(1, max(numbers))) - set(numbers):
        assert f"no {missing:04}" in index

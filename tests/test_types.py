"""The list of modules that mypy still finds errors in only shrinks."""

import re
import subprocess
import sys
import tomllib

import pytest
from django.conf import settings

CONFIGURATION = settings.BASE_DIR / "pyproject.toml"
# Never more: whoever mends one takes it off.
MOST = 30


def listed() -> list[str]:
    """The modules whose errors are not told."""
    [modules] = [
        told["module"]
        for told in tomllib.loads(CONFIGURATION.read_text(encoding="utf-8"))["tool"]["mypy"][
            "overrides"
        ]
        if told.get("ignore_errors")
    ]
    return modules


def test_list_is_sorted_and_not_longer():
    assert listed() == sorted(set(listed()))
    assert len(listed()) <= MOST


@pytest.mark.long
@pytest.mark.once
def test_list_names_no_module_without_an_error(tmp_path):
    everything = tmp_path / "pyproject.toml"
    everything.write_text(
        CONFIGURATION.read_text(encoding="utf-8").replace("ignore_errors = true\n", ""),
        encoding="utf-8",
    )
    found = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--config-file",
            everything,
            "--cache-dir",
            tmp_path / "cache",
        ],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    files = set(re.findall(r"(?m)^(\S+)\.py:(?:\d+:)? error:", found.stdout))

    assert {file.removesuffix("/__init__").replace("/", ".") for file in files} == set(listed())

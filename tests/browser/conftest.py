"""Demos to look at: one for all tests of a module, and one of a test's own."""

import os
from pathlib import Path

import pytest

from tests.browser import demo


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Whatever stands in this folder needs a browser and the demo's processes."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("long")
            item.add_marker("own_server")


@pytest.fixture(scope="package", autouse=True)
def _one_browser():
    """Each test's pages are of a visitor of their own, in one browser that has begun already."""
    demo.require_chromium()
    with demo.browser():
        yield


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """What every served demo is a copy of, for that is made sooner than a new one."""
    demo.require_chromium()
    folder = tmp_path_factory.getbasetemp()
    # Of several processes, each has a folder in the run's.
    return demo.prepared_once(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)


@pytest.fixture(scope="module")
def served(prepared, tmp_path_factory):
    with demo.served(tmp_path_factory.mktemp("demo"), prepared) as found:
        yield found


@pytest.fixture
def served_anew(prepared, tmp_path):
    """For what leaves nothing that another test could decide."""
    with demo.served(tmp_path, prepared) as found:
        yield found

"""Demos to look at: one for all tests of a module, and one of a test's own."""

import pytest

from tests.browser import demo


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    demo.require_chromium()
    with demo.served(tmp_path_factory.mktemp("demo")) as found:
        yield found


@pytest.fixture
def served_anew(tmp_path):
    """For what leaves nothing that another test could decide."""
    demo.require_chromium()
    with demo.served(tmp_path) as found:
        yield found

"""What the tests that commit need: people to decide, and the tables left as empty as they were."""

from functools import partial

import pytest

from eventflow.db import database
from tests import factories as f
from tests.databases import empty_product_tables


@pytest.fixture
def committing(transactional_db):
    """The test commits; Django empties its own tables afterwards, and this the product's."""
    yield
    empty_product_tables()


@pytest.fixture
def patient(monkeypatch):
    """A lock is waited for as long as a busy machine may need to come to those who go before.

    How long it is waited for otherwise, and what is said then, `test_two_people` tells.
    """
    limited = partial(database.limit_lock_waits, 60_000)
    monkeypatch.setattr(database, "limit_lock_waits", limited)


@pytest.fixture
def ours(committing):
    return f.organization()


@pytest.fixture
def noa(ours):
    return f.staff(profile=f.profile(organization=ours), permissions=f.EVERY_DECISION)


@pytest.fixture
def event(ours):
    return f.event(organization=ours)

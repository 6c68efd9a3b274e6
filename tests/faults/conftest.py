"""What the tests that commit need: people to decide, and the tables left as empty as they were."""

import pytest

from tests import factories as f
from tests.databases import empty_product_tables


@pytest.fixture
def committing(transactional_db):
    """The test commits; Django empties its own tables afterwards, and this the product's."""
    yield
    empty_product_tables()


@pytest.fixture
def ours(committing):
    return f.organization()


@pytest.fixture
def noa(ours):
    return f.staff(profile=f.profile(organization=ours), permissions=f.EVERY_DECISION)


@pytest.fixture
def event(ours):
    return f.event(organization=ours)

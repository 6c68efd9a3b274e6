"""An organization with someone who signs in."""

import pytest

from tests import factories as f


@pytest.fixture
def ours(db):
    return f.organization()


@pytest.fixture
def noa(ours):
    return f.staff(profile=f.profile(organization=ours), username="noa").user

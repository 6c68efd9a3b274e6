"""An organization with an event and someone who decides; another one beside it."""

import pytest

from tests import factories as f


@pytest.fixture
def ours(db):
    return f.organization()


@pytest.fixture
def noa(ours):
    return f.staff(profile=f.profile(organization=ours), username="noa")


@pytest.fixture
def event(ours):
    return f.event(organization=ours)


@pytest.fixture
def theirs(db):
    return f.organization(name="Elsewhere")


@pytest.fixture
def their_event(theirs):
    return f.event(organization=theirs, name="Their day")

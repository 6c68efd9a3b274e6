"""An organization with an event and someone who decides; another one beside it."""

import pytest

from tests import factories as f
from tests.pages import signed_in


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


@pytest.fixture
def suggest(noa, event):
    """Makes a suggestion that Noa asked for at the event, unless said otherwise."""

    def make(data=None, action_type="schedule_create", **fields):
        fields = {"user": noa.profile, "event": event} | fields
        return f.suggestion(data=data, action_type=action_type, **fields)

    return make


@pytest.fixture
def browser(noa):
    return signed_in(noa.user)


@pytest.fixture
def root(db):
    return signed_in(f.superuser())

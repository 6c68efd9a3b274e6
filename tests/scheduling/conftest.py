"""An organization with an event and someone who edits its sessions by hand, signed in."""

import pytest
from django.test import Client

from tests import factories as f

EDITING = ("add_schedule", "change_schedule", "delete_schedule")


@pytest.fixture
def ours(db):
    return f.organization()


@pytest.fixture
def event(ours):
    return f.event(organization=ours)


@pytest.fixture
def their_event(db):
    return f.event(organization=f.organization(name="Elsewhere"), name="Their day")


@pytest.fixture
def editor(ours):
    return f.staff(profile=f.profile(organization=ours), username="noa", permissions=EDITING)


@pytest.fixture
def browser(editor):
    client = Client()
    client.force_login(editor.user)
    return client

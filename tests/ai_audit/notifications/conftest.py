"""Who is told: Noa and Dan decide, Michal asks; Tamar decides in another organization."""

import pytest
from django.core import mail
from django.utils import timezone

from tests import factories as f


def approver(organization, name, permissions=("approve_suggestion", "reject_suggestion"), **fields):
    """Somebody who decides, has signed in before and has an address."""
    fields = {"email": f"{name}@example.org"} | fields
    person = f.profile(organization=organization, full_name=name, **fields)
    member = f.staff(profile=person, permissions=permissions)
    member.user.last_login = timezone.now()
    member.user.save(update_fields=["last_login"])
    return member


@pytest.fixture
def noa(ours):
    return approver(ours, "noa")


@pytest.fixture
def michal(ours):
    """Somebody of the product who works nowhere here."""
    return f.profile(organization=ours, full_name="Michal", email="michal@example.org")


@pytest.fixture
def waiting(michal, event):
    return f.suggestion(user=michal, event=event)


@pytest.fixture
def sent():
    """What was sent since it was asked for last: to whom, and the mails."""

    class Sent:
        def to(self) -> list[str]:
            return sorted(address for one in self.take() for address in one.to)

        def take(self) -> list:
            taken = list(mail.outbox)
            mail.outbox.clear()
            return taken

    return Sent()

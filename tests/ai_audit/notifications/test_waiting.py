"""An approver hears that something waits: once for each suggestion, in one mail for all of it."""

import pytest

from ai_audit.notifications import notify

pytestmark = pytest.mark.django_db


def test_an_approver_hears_of_what_waits_once(noa, waiting, outbox):
    notify()
    notify()

    (sent,) = outbox.take()
    assert sent.to == ["noa@example.org"]

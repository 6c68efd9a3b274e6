"""Mails over real SMTP: taken once, tried again with pauses, failed for good and listed."""

from datetime import timedelta

import pytest
from django.core.mail import get_connection
from django.utils import timezone

from ai_audit.models import MailState, NotificationMail
from ai_audit.notifications import notify
from tests.mail_server import post_office

pytestmark = pytest.mark.django_db

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def post():
    with post_office() as found:
        yield found


def run(port, **passed):
    """One run; the present is so much later than it is."""
    backend = get_connection(SMTP, host="127.0.0.1", port=port, timeout=5)
    now = timezone.now() + timedelta(**passed) if passed else None
    return notify(now=now, backend=backend)


def states() -> list[tuple[str, int]]:
    return list(NotificationMail.objects.order_by("id").values_list("state", "tries"))


def test_a_mail_is_taken_once(noa, waiting, post):
    first, second = run(post.port), run(post.port)

    assert post.recipients == ["noa@example.org"]
    assert (first.delivered.sent, second.delivered.sent) == (1, 0)
    assert states() == [(MailState.SENT, 1)]

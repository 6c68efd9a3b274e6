"""Mails over real SMTP: taken once, tried again with pauses, failed for good and listed."""

from datetime import timedelta

import pytest
from django.core.mail import get_connection
from django.utils import timezone

from ai_audit.models import MailState, NotificationMail
from ai_audit.notifications import delivery, notify
from tests import factories as f
from tests.ai_audit.notifications.conftest import approver
from tests.mail_server import free_port, post_office

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
    assert post.taken[0]["To"] == "noa@example.org"
    assert post.taken[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_delivery_temporary_refusal_retried_later(noa, waiting, post):
    post.answers["noa@example.org"] = "451 4.7.1 Later, please"
    run(post.port)
    run(post.port)
    assert states() == [(MailState.DUE, 1)]
    run(post.port, seconds=61)
    run(post.port, seconds=61 + 60)
    assert states() == [(MailState.DUE, 2)]
    post.answers.clear()

    run(post.port, seconds=61 + 121)

    assert states() == [(MailState.SENT, 3)]
    assert post.recipients == ["noa@example.org"]


def test_delivery_temporary_refusals_exhausted(noa, waiting, post):
    post.answers["noa@example.org"] = "451 4.7.1 Later, please"
    for day in range(len(delivery.PAUSES) + 2):
        run(post.port, days=2 * day + 1)

    assert states() == [(MailState.FAILED, len(delivery.PAUSES) + 1)]


def test_delivery_permanent_refusal_of_one(noa, ours, waiting, post):
    approver(ours, "dan")
    post.answers["noa@example.org"] = "550 5.1.1 <noa@example.org>: unknown"

    report = run(post.port)

    assert (report.delivered.failed, report.delivered.sent) == (1, 1)
    assert post.recipients == ["dan@example.org"]
    (failed,) = NotificationMail.objects.filter(state=MailState.FAILED)
    assert failed.error == "550 5.1.1 <…>: unknown"


@pytest.mark.parametrize(
    ("answer", "state"), [("451 busy", MailState.DUE), ("554 spam", MailState.FAILED)]
)
def test_a_mail_that_is_refused_whole(noa, waiting, post, answer, state):
    post.after_data.append(answer)

    run(post.port)

    assert states() == [(state, 1)]
    assert post.taken == []


def test_a_server_that_is_down_costs_no_try(noa, waiting):
    report = run(free_port())

    assert "refused" in report.trouble
    assert states() == [(MailState.DUE, 0)]
    with post_office() as post:
        run(post.port)
        assert post.recipients == ["noa@example.org"]


def test_delivery_server_refusing_all_costs_no_try(noa, ours, waiting, post):
    approver(ours, "dan")
    post.sender = "550 5.7.1 Not from you"

    report = run(post.port)

    assert report.trouble == "550 5.7.1 Not from you"
    assert states() == [(MailState.DUE, 0)] * 2
    post.sender = ""
    assert run(post.port).delivered.sent == 2


def test_delivery_server_dies_before_taking(noa, ours, waiting, post):
    approver(ours, "dan")
    post.dies_in_data = 1

    run(post.port)
    assert sorted(states()) == [(MailState.DUE, 1), (MailState.SENT, 1)]
    run(post.port, seconds=61)

    assert sorted(post.recipients) == ["dan@example.org", "noa@example.org"]
    assert set(post.times().values()) == {1}


def test_delivery_server_dies_before_answer_same_id(noa, waiting, post):
    post.dies_after_taking = 1
    run(post.port)

    run(post.port, seconds=61)

    assert states() == [(MailState.SENT, 2)]
    assert list(post.times().values()) == [2]


def test_many_go_over_one_connection(noa, ours, waiting, post):
    for n in range(5):
        approver(ours, f"dan{n}")

    assert run(post.port).delivered.sent == 6
    assert post.connections == 1


def test_delivery_impossible_address_fails(noa, waiting, post):
    f.run("update user_profiles set email = 'נועה@example.org' where id = %s", noa.profile_id)

    run(post.port)

    assert post.recipients == []
    assert states() in ([], [(MailState.FAILED, 1)])

"""What is found once is found whoever was still writing; and what is old goes."""

from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from ai_audit import people, workflow
from ai_audit.models import Notification, NotificationMail
from ai_audit.notifications import notify
from tests import factories as f
from tests.ai_audit.notifications.conftest import approver
from tests.databases import empty_product_tables
from tests.faults.processes import database_url


@pytest.fixture
def committed(transactional_db):
    yield
    empty_product_tables()
    f.run("update notification_watermark set settled_until = now(), looked_at = now()")


def watermark():
    ((found,),) = f.run("select settled_until from notification_watermark")
    return found


def test_occasion_of_long_transaction(committed, sent):
    ours = f.organization()
    michal = f.profile(organization=ours, email="michal@example.org")
    made = f.suggestion(user=michal, event=f.event(organization=ours))
    with psycopg.connect(database_url()) as raw:
        ((began,),) = f.run("select clock_timestamp()")
        raw.execute(
            "update public.ai_insights_log set execution_status = 'rejected' where id = %s",
            [made.pk],
        )
        # However often it is looked meanwhile, and however late: nothing of it is settled.
        for _n in range(3):
            notify()
            f.run("update notification_watermark set looked_at = now() + interval '1 year'")
        assert watermark() <= began
        assert sent.to() == []

    notify()
    notify()

    assert sent.to() == ["michal@example.org"]


def test_occasion_settled_not_read_again(committed):
    f.organization()
    notify()
    f.run("update notification_watermark set settled_until = '2000-01-01'")
    notify()

    notify()

    assert watermark() > timezone.now() - timedelta(minutes=5)


def test_on_a_restored_server_it_goes_on(committed):
    """Its transactions are counted from the beginning."""
    notify()
    f.run("update notification_watermark set looked_xid = '99999999999', settled_until = now()")
    before = watermark()

    notify()
    assert watermark() == before
    f.run("update notification_watermark set looked_at = now() + interval '1 hour'")
    notify()

    assert watermark() > before
    assert f.run("select looked_xid < '99999999999' from notification_watermark") == [(True,)]


def test_what_is_under_way_in_another_database_settles_nothing_here(committed):
    """Its transactions are counted with ours, and write nothing that anybody here is told."""
    notify()
    f.run("update notification_watermark set settled_until = '2000-01-01'")
    with psycopg.connect(database_url(), dbname="postgres") as elsewhere:
        elsewhere.execute("select pg_current_xact_id()")
        for _n in range(2):
            notify()

        assert watermark() > timezone.now() - timedelta(minutes=5)


def test_where_the_clock_was_put_back_it_goes_on(committed, sent):
    """What is decided now has times that the watermark has passed."""
    ours = f.organization()
    made = f.suggestion(
        user=f.profile(organization=ours, email="michal@example.org"),
        event=f.event(organization=ours),
    )
    f.run("update notification_watermark set settled_until = now() + interval '1 year'")
    f.run("update ai_insights_log set execution_status = 'rejected' where id = %s", made.pk)

    notify()
    notify()

    assert sent.to() == ["michal@example.org"]
    assert watermark() < timezone.now()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("came", "told"), [("-infinity", ["michal@example.org"]), ("2100-01-01", [])]
)
def test_the_first_look_goes_back_to_when_the_outbox_came(noa, waiting, came, told, sent):
    workflow.reject(suggestion_id=waiting.pk, by=noa)
    f.run("delete from notification_watermark")
    f.run("update django_migrations set applied = %s where name = '0049_outbox'", came)

    notify()

    assert sent.to() == told
    ((since,),) = f.run(
        "select greatest(settled_until, now()) - interval '1 day 1 minute' < settled_until"
        " from notification_watermark"
    )
    assert since
    assert f.run("select count(*) from notification_watermark") == [(1,)]


@pytest.mark.django_db
def test_occasion_expired_not_told_again(noa, michal, event, waiting, sent):
    still = f.suggestion(user=michal, event=event)
    notify()
    workflow.reject(suggestion_id=waiting.pk, by=noa)
    notify()
    assert len(sent.take()) == 2
    f.run("update notifications set made_at = now() - interval '91 days'")
    f.run("update notification_mails set made_at = now() - interval '91 days'")
    f.run("update notification_watermark set settled_until = clock_timestamp()")

    notify()
    notify()

    assert sent.to() == []
    assert list(Notification.objects.values_list("suggestion_id", flat=True)) == [still.pk]
    assert NotificationMail.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "read"),
    [
        ({"member": "en", "profile": "he", "organization": "he"}, "en"),
        ({"member": "", "profile": "en", "organization": "he"}, "en"),
        ({"member": "", "profile": "fr", "organization": "en"}, "en"),
        ({"member": "", "profile": None, "organization": "xx"}, "he"),
    ],
)
def test_the_language_is_the_readers(ours, chosen, read):
    member = approver(ours, "dan")
    f.run("update scheduling_staffmember set language = %s", chosen["member"])
    f.run(
        "update user_profiles set preferences = jsonb_build_object('language', %s::text)",
        chosen["profile"],
    )
    f.run(
        "update organizations set settings = jsonb_build_object('language', %s::text)",
        chosen["organization"],
    )

    assert people.readers([member.profile_id])[member.profile_id].language == read

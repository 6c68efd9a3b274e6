"""Every table of ours has a primary key, and lives with a publication for all tables."""

import pytest
from django.urls import reverse

from ai_audit import workflow
from ai_audit.models import Status
from ai_audit.reports import index
from scheduling.models import StaffMember
from tests import factories as f
from tests import pages
from tests.database import dumps, steps
from tests.databases import connected_to

pytestmark = pytest.mark.migrates

NO_KEY = """
select c.oid::regclass::text
from pg_class as c
where c.relnamespace = 'backoffice'::regnamespace
and c.relkind in ('r', 'p')
and not exists (
  select from pg_constraint as k where k.conrelid = c.oid and k.contype = 'p' and k.convalidated
)
"""


def test_primary_key_on_every_table(migrated):
    assert f.run(NO_KEY) == []
    assert f.run(
        "select pg_get_constraintdef(oid) from pg_constraint"
        " where conname = 'ai_insights_log_pkey' and contype = 'p'"
    ) == [("PRIMARY KEY (id)",)]


def publish() -> None:
    steps.as_superuser("create publication everything for all tables")


def work() -> None:
    """What writes to every table of ours: decisions, figures, a page that reads them."""
    noa = f.staff(
        profile=f.profile(organization=f.organization()),
        permissions=f.EVERY_DECISION,
    )
    event = f.event(organization=noa.profile.organization)
    one, other = (f.suggestion(user=noa.profile, event=event) for _n in range(2))
    assert (
        workflow.approve(suggestion_id=one.pk, by=noa, confirmed=f.confirming(one.pk)).status
        == Status.EXECUTED
    )
    assert workflow.reject(suggestion_id=other.pk, by=noa).status == Status.REJECTED
    assert workflow.undo(suggestion_id=one.pk, by=noa).status == Status.EXECUTED
    insights = reverse("admin:ai_audit_suggestion_insights")
    assert pages.signed_in(noa.user).get(insights).status_code == 200
    index.rebuild()
    assert not index.verify()
    assert f.run("select count(*) from backoffice.stale_days") == [(0,)]


def test_publication_before_migrate(own_stand_in):
    publish()
    steps.migrate(verbosity=0)
    assert f.run(NO_KEY) == []
    work()


def test_publication_after_migrate(own_migrated):
    publish()
    work()


@pytest.mark.parametrize("version", dumps.VERSIONS)
def test_publication_on_installed_database(version, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), dumps.restored(version) as name, connected_to(name):
        publish()
        steps.migrate(verbosity=0)
        assert f.run(NO_KEY) == []
        noa = StaffMember.objects.get(user__username=dumps.NOA)
        assert workflow.undo(suggestion_id=dumps.REMOVED, by=noa).status == Status.EXECUTED
        work()


def test_marking_one_day_does_not_block(own_migrated):
    mark = (
        "insert into backoffice.stale_days (organization_id, day)"
        " values ('00000000-0000-0000-0000-000000000000', '2038-01-30')"
    )
    with steps.another_connection() as one, one.transaction():
        one.execute(mark)
        with steps.another_connection() as other, other.transaction():
            other.execute("set local lock_timeout = '1s'")
            other.execute(mark)
    assert f.run("select count(*), count(distinct id) from backoffice.stale_days") == [(2, 2)]


def test_primary_key_column_reversible(own_migrated):
    steps.migrate("ai_audit", "0020", verbosity=0)
    assert f.run(NO_KEY) == [("stale_days",)]
    steps.migrate(verbosity=0)
    assert f.run(NO_KEY) == []

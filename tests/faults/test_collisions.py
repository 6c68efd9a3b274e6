"""A deadlock with a client that keeps no order of locks: ours is tried again, and nothing lost.

How often, and what is said at the end, is in `tests/ai_audit/test_refused_by_the_database`.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from ai_audit.models import HistoryEntry, Status
from scheduling.models import Schedule
from tests import factories as f
from tests.faults.processes import holding, waiting_for_a_lock
from tests.faults.test_two_people import approving, at_once

pytestmark = pytest.mark.usefixtures("committing", "patient")


@pytest.mark.long
@pytest.mark.every_server
def test_deadlock_retried(event, noa):
    suggestion = f.suggestion(user=noa.profile, event=event)
    with ThreadPoolExecutor(2) as threads:
        # Ours has the suggestion and wants the event for its foreign key; theirs, the other way
        # round. Ours has waited longer, so it is ours that the database lets go.
        with holding("select from events where id = %s for update", event.pk) as theirs:
            deciding = threads.submit(at_once, approving(suggestion, noa))
            waiting_for_a_lock()
            crossing = threads.submit(
                theirs.execute,
                "select from ai_insights_log where id = %s for update",
                [suggestion.pk],
            )
            assert crossing.result(20).rowcount == 1
        (outcome,) = deciding.result(20)

    assert outcome.status == Status.EXECUTED
    assert HistoryEntry.objects.filter(suggestion_id=suggestion.pk).count() == 2
    assert Schedule.objects.count() == 1
    assert f.run("select count(*) from django_admin_log") == [(1,)]

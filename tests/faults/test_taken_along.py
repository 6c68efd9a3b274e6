"""What a removal takes along is what goes, also where someone writes to it at that moment."""

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from ai_audit import workflow
from tests import factories as f
from tests.faults.processes import database_url
from tests.faults.test_two_people import approving, at_once

pytestmark = pytest.mark.usefixtures("committing")


REMOVING = (
    "select count(*) from pg_stat_activity where datname = current_database()"
    " and state = 'active' and query ~ '^DELETE FROM \"schedules\"'"
)


@pytest.fixture
def slow_removal(committing):
    """Removing a session takes a second."""
    f.run(
        "create function public.slowly() returns trigger language plpgsql as"
        " $$begin perform pg_sleep(1); return old; end$$"
    )
    f.run("create trigger slowly before delete on schedules for each row execute function slowly()")
    yield
    f.run("drop trigger slowly on schedules")
    f.run("drop function public.slowly")


@pytest.mark.long
@pytest.mark.every_server
@pytest.mark.usefixtures("slow_removal")
def test_registration_read_for_removal_locked(event, noa):
    session = f.session(event=event)
    registration = f.registration(participant=f.participant(event=event), schedule=session)
    suggestion = f.suggestion(
        user=noa.profile,
        event=event,
        action_type="schedule_delete",
        data=f.delete_data(session),
    )
    change = "update participant_schedules set attended = true where id = %s"
    with ThreadPoolExecutor(1) as threads, psycopg.connect(database_url()) as other:
        deciding = threads.submit(at_once, approving(suggestion, noa))
        while f.run(REMOVING) == [(0,)] and not deciding.done():
            time.sleep(0.01)
        changing = other.execute(change, [registration.pk])
        deciding.result(20)

    assert changing.rowcount == 0
    workflow.undo(suggestion_id=suggestion.pk, by=noa)
    assert f.run("select attended from participant_schedules") == [(None,)]

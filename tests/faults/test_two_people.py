"""Several people at once, each on a connection of their own: no deadlock, and one winner."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from django.test import Client

from ai_audit import workflow
from ai_audit.models import ApprovalRule, SecondFor, Status, SuggestionAct
from eventflow.db import database
from eventflow.text.bidi import isolate, ltr
from scheduling.models import Schedule
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.usefixtures("committing")

PEOPLE = 8
WAIT = 60


@pytest.fixture
def ours(committing):
    return f.organization()


@pytest.fixture
def noa(ours):
    return f.staff(
        profile=f.profile(organization=ours),
        permissions=("approve_suggestion", "reject_suggestion", "add_schedule"),
    )


@pytest.fixture
def event(ours):
    return f.event(organization=ours)


def at_once(*acts):
    """What each act returned, or the refusal it raised; all begin at the same moment."""
    start = threading.Barrier(len(acts))

    def run(act):
        try:
            # Whatever goes wrong, nobody waits for ever.
            f.run(f"set statement_timeout = '{WAIT}s'")
            start.wait(WAIT)
            return act()
        except workflow.Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [future.result(WAIT) for future in [threads.submit(run, act) for act in acts]]


def approving(suggestion, by):
    said = f.confirming(suggestion.pk)
    return lambda: workflow.approve(suggestion_id=suggestion.pk, by=by, confirmed=said)


def rejecting(suggestion, by):
    return lambda: workflow.reject(suggestion_id=suggestion.pk, by=by)


def placing_by_hand(event, by):
    client = Client()
    client.force_login(by.user)
    form = {
        "event": str(event.pk),
        "title": "By hand",
        "start_time_0": "2038-01-30",
        "start_time_1": "12:00",
        "end_time_0": "2038-01-30",
        "end_time_1": "13:00",
        "room": "חדר A",
    }

    def act():
        person = Client()
        person.cookies = client.cookies
        return person.post("/admin/scheduling/schedule/add/", form)

    return act


def kind(result):
    return result.status if isinstance(result, workflow.Outcome) else type(result)


@contextmanager
def another_connection(*statements):
    """A connection in a transaction that has run the statements and not ended."""
    parameters = connection.get_connection_params()
    wanted = {k: parameters[k] for k in ("host", "port", "user", "password", "dbname")}
    wanted = {name: value for name, value in wanted.items() if value}
    with psycopg.connect(**wanted) as raw:
        for statement, *values in statements:
            raw.execute(statement, values)
        yield raw
        raw.rollback()


@pytest.mark.usefixtures("patient")
def test_concurrent_approvals_one_execution(event, noa):
    suggestion = f.suggestion(user=noa.profile, event=event)

    results = at_once(*[approving(suggestion, noa)] * PEOPLE)

    assert Counter(map(kind, results)) == {
        Status.EXECUTED: 1,
        workflow.AlreadyDecided: PEOPLE - 1,
    }
    assert Schedule.objects.count() == 1
    assert f.run("select count(*) from django_admin_log") == [(1,)]


@pytest.mark.usefixtures("patient")
def test_eight_suggestions_one_slot(event, noa):
    suggestions = [
        f.suggestion(user=noa.profile, event=event, data=f.create_data(title=f"Workshop {n}"))
        for n in range(PEOPLE)
    ]

    results = at_once(*(approving(suggestion, noa) for suggestion in suggestions))

    holder = Schedule.objects.get()
    taken = (
        f"{isolate('חדר A')} is taken by “{isolate(holder.title)}” "
        f"(30 Jan 2038, {ltr('11:15–12:45')})."
    )
    assert Counter(map(kind, results)) == {Status.EXECUTED: 1, Status.FAILED: PEOPLE - 1}
    assert f.run(
        "select execution_error, count(*)::int from ai_insights_log group by 1 order by 2"
    ) == [(None, 1), (taken, PEOPLE - 1)]


@pytest.mark.usefixtures("patient")
def test_approve_reject_race(event, noa):
    for _round in range(4):
        suggestion = f.suggestion(user=noa.profile, event=event)

        results = at_once(approving(suggestion, noa), rejecting(suggestion, noa))

        suggestion.refresh_from_db()
        sessions = Schedule.objects.all()
        assert Counter(map(kind, results)) == {
            suggestion.execution_status: 1,
            workflow.AlreadyDecided: 1,
        }
        assert sessions.count() == (suggestion.execution_status == Status.EXECUTED)
        sessions.delete()


@pytest.mark.usefixtures("patient")
def test_room_swap_without_deadlock(event, noa):
    sessions = [f.session(event=event, room=room) for room in ("A", "B")]
    suggestions = [
        f.suggestion(
            user=noa.profile,
            event=event,
            action_type="schedule_update",
            data=f.update_data(session, room=room),
        )
        for session, room in zip(sessions, ("B", "A"), strict=True)
    ]

    results = at_once(*(approving(suggestion, noa) for suggestion in suggestions))

    assert Counter(map(kind, results)) == {Status.FAILED: 2}


@pytest.mark.usefixtures("patient")
def test_by_hand_same_slot_no_error_page(event, noa):
    # All of them have seen the room free before the first may write.
    with (
        another_connection(("lock table schedules in share mode",)) as theirs,
        ThreadPoolExecutor(1) as thread,
    ):
        placing = thread.submit(at_once, *[placing_by_hand(event, noa)] * 4)
        wait_for_waiters(4)
        theirs.rollback()
        answers = {answer.status_code for answer in placing.result(WAIT)}

    # 302: saved, or refused by the constraint with a message; 200: refused by the form.
    assert answers <= {200, 302}
    assert Schedule.objects.count() == 1


@pytest.mark.long
def test_lock_timeout_told_within_seconds(ours, noa):
    """Each in an event of its own, all at the same time: so that the test waits only once."""
    blockers, acts = [], []
    for lock in ("event", "suggestion", "session", "uncommitted session", "row of the event"):
        event = f.event(organization=ours)
        session = f.session(event=event)
        suggestion = f.suggestion(user=noa.profile, event=event)
        statement = {
            "event": (
                "select pg_advisory_xact_lock(%s)",
                database.advisory_key("event", str(event.pk)),
            ),
            "suggestion": (
                "select from ai_insights_log where id = %s for update",
                suggestion.pk,
            ),
            "session": ("select from schedules where id = %s for update", session.pk),
            "uncommitted session": (
                "insert into schedules (event_id, title, start_time, end_time, room)"
                " values (%s, 'x', '2038-01-30 11:00+02', '2038-01-30 12:00+02', 'חדר A')",
                event.pk,
            ),
            "row of the event": ("select from events where id = %s for update", event.pk),
        }[lock]
        if lock == "session":
            suggestion = f.suggestion(
                user=noa.profile,
                event=event,
                action_type="schedule_update",
                data=f.update_data(session, room="B"),
            )
        blockers.append(statement)
        acts.append(approving(suggestion, noa))
        if lock == "event":
            by_hand = placing_by_hand(event, noa)
    before = f.everything()

    with another_connection(*blockers):
        *results, page = at_once(*acts, by_hand)

    busy = "Someone else is working on the same programme right now. Try again in a moment."
    assert [kind(result) for result in results] == [workflow.Busy] * len(acts)
    assert str(results[0]) == f"Nothing was changed. {busy}"
    assert f"Nothing was changed. {busy}" in pages.text(page)
    assert f.everything() == before


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("ending", "status", "sessions"),
    [("commit", Status.FAILED, ["Theirs"]), ("rollback", Status.EXECUTED, ["Ours"])],
)
def test_uncommitted_session_waited_for(event, noa, ending, status, sessions):
    suggestion = f.suggestion(user=noa.profile, event=event, data=f.create_data(title="Ours"))
    statement = (
        "insert into schedules (event_id, title, start_time, end_time, room)"
        " values (%s, 'Theirs', '2038-01-30 11:00+02', '2038-01-30 12:00+02', 'חדר A')"
    )

    with another_connection((statement, event.pk)) as theirs, ThreadPoolExecutor(1) as thread:
        deciding = thread.submit(at_once, approving(suggestion, noa))
        wait_for_waiters(1)
        getattr(theirs, ending)()
        (outcome,) = deciding.result(WAIT)

    assert outcome.status == status
    assert list(Schedule.objects.values_list("title", flat=True)) == sessions
    suggestion.refresh_from_db()
    assert ("Theirs" in (suggestion.execution_error or "")) == (ending == "commit")


def wait_for_waiters(number):
    """Return once so many other connections to this database wait for a lock."""
    for _attempt in range(1000):
        (waiting,) = f.run(
            "select count(distinct pid) from pg_locks join pg_stat_activity using (pid)"
            " where not granted and datname = current_database()"
        )[0]
        if waiting >= number:
            return
        time.sleep(0.01)
    raise AssertionError(f"{waiting} wait for a lock, and not {number}.")


# Where an organization asks for a second approver


@pytest.fixture
def dana(ours):
    return f.staff(profile=f.profile(organization=ours, full_name="דנה לוי"))


@pytest.fixture
def takes_two(ours):
    ApprovalRule.objects.create(organization=ours, second_for=SecondFor.ALL)


@pytest.mark.parametrize("round_of", range(3))
def test_of_two_at_one_moment_the_later_is_the_second(
    noa, dana, event, takes_two, patient, round_of
):
    suggestion = f.suggestion(user=noa.profile, event=event, data=f.create_data(room=None))

    outcomes = at_once(approving(suggestion, noa), approving(suggestion, dana))

    assert Counter((one.status, one.first) for one in outcomes) == {
        (Status.SUGGESTED, True): 1,
        (Status.EXECUTED, False): 1,
    }
    (act,) = SuggestionAct.objects.all()
    first = next(by for by, one in zip((noa, dana), outcomes, strict=True) if one.first)
    assert act.profile_id == first.profile_id
    assert Schedule.objects.count() == 1


def test_one_person_at_three_screens_is_no_second(noa, event, takes_two, patient):
    suggestion = f.suggestion(user=noa.profile, event=event, data=f.create_data(room=None))

    outcomes = at_once(*[approving(suggestion, noa)] * 3)

    assert Counter(type(one).__name__ for one in outcomes) == {"Outcome": 1, "WaitsForAnother": 2}
    assert (SuggestionAct.objects.count(), Schedule.objects.count()) == (1, 0)


def test_a_crowd_comes_to_one_first_and_one_second(ours, noa, event, takes_two, patient):
    suggestion = f.suggestion(user=noa.profile, event=event, data=f.create_data(room=None))
    crowd = [f.staff(profile=f.profile(organization=ours)) for _person in range(PEOPLE)]

    outcomes = at_once(*(approving(suggestion, by) for by in crowd))

    assert Counter(type(one).__name__ for one in outcomes) == {
        "Outcome": 2,
        "AlreadyDecided": PEOPLE - 2,
    }
    assert (SuggestionAct.objects.count(), Schedule.objects.count()) == (1, 1)

"""What waits for a session that begins soon is told at once: within a day, and within two hours."""

from datetime import timedelta

import pytest

from ai_audit import people, workflow
from ai_audit.notifications import notify, occasions, outbox
from tests import factories as f
from tests.ai_audit.notifications.conftest import approver

pytestmark = pytest.mark.django_db

BEGINS = f.at(11, 15)
SOON = "1 suggestion waits, and its session begins soon"


def hours_before(hours, begins=BEGINS):
    return notify(now=begins - timedelta(hours=hours))


def subjects(sent) -> list[str]:
    return [mail.subject for mail in sent.take()]


def test_urgent_within_a_day_and_two_hours(noa, waiting, sent):
    told = []
    for hours in (25, 24, 23, 3, 2, 1, -1):
        hours_before(hours)
        hours_before(hours)
        told.append(subjects(sent))

    waits = "1 suggestion waits for a decision"
    assert told == [[waits], [SOON], [], [], [SOON], [], []]


def test_urgent_late_told_once(noa, waiting, sent):
    hours_before(1)
    hours_before(0.5)

    assert subjects(sent) == [SOON]


def test_urgent_without_pause(noa, michal, event, waiting, sent):
    notify(now=BEGINS - timedelta(days=9))
    assert subjects(sent) == ["1 suggestion waits for a decision"]

    notify(now=BEGINS - timedelta(hours=5))

    assert subjects(sent) == [SOON]


def test_urgent_change_by_current_start(noa, michal, event, sent):
    session = f.session(event=event, start=f.at(9))
    data = f.update_data(session, room="Other")
    f.suggestion(user=michal, event=event, data=data, action_type="schedule_update")

    notify(now=f.at(8))

    assert subjects(sent) == [SOON]


def test_a_session_put_off_is_urgent_anew(noa, michal, event, sent):
    session = f.session(event=event, start=f.at(9))
    data = f.update_data(session, room="Other")
    f.suggestion(user=michal, event=event, data=data, action_type="schedule_update")
    notify(now=f.at(8))
    session.start_time += timedelta(days=7)
    session.end_time += timedelta(days=7)
    session.save()
    assert subjects(sent) == [SOON]

    notify(now=f.at(8) + timedelta(days=7))

    assert subjects(sent) == [SOON]


def test_urgent_not_for_decided_or_foreign(noa, waiting, theirs, sent):
    approver(theirs, "tamar")
    workflow.reject(suggestion_id=waiting.pk, by=noa)

    hours_before(1)

    assert [mail.to for mail in sent.take()] == [["michal@example.org"]]


@pytest.mark.parametrize("start", ["infinity", "-infinity", "4713-01-01 BC"])
def test_urgent_moment_out_of_range(noa, michal, event, start, sent):
    session = f.session(event=event)
    data = f.update_data(session, room="Other")
    f.suggestion(user=michal, event=event, data=data, action_type="schedule_update")
    f.run("update schedules set start_time = %s, end_time = 'infinity'", start)

    notify()

    assert subjects(sent) == ["1 suggestion waits for a decision"]


def test_what_was_not_said_in_time_is_said_as_waiting(noa, waiting, sent):
    """The server took nothing until the session had begun: that it waits was said by nobody yet."""
    occasions.find(people.approvers(), now=BEGINS - timedelta(hours=1))
    outbox.bundle(now=BEGINS - timedelta(hours=1))

    hours_before(-1)
    hours_before(-2)
    hours_before(-3)

    assert subjects(sent) == ["1 suggestion waits for a decision"]


def test_what_was_said_as_urgent_is_not_said_as_waiting(noa, waiting, sent):
    hours_before(1)
    hours_before(-1)
    hours_before(-2)

    assert subjects(sent) == [SOON]


def test_what_was_put_off_before_the_mail_is_not_urgent(noa, michal, event, sent):
    session = f.session(event=event, start=f.at(9))
    data = f.update_data(session, room="Other")
    f.suggestion(user=michal, event=event, data=data, action_type="schedule_update")
    occasions.find(people.approvers(), now=f.at(8))
    outbox.bundle(now=f.at(8))
    session.start_time += timedelta(days=7)
    session.end_time += timedelta(days=7)
    session.save()

    notify(now=f.at(8))
    notify(now=f.at(8) + timedelta(minutes=1))
    assert subjects(sent) == ["1 suggestion waits for a decision"]
    notify(now=f.at(8) + timedelta(days=7))

    assert subjects(sent) == [SOON]

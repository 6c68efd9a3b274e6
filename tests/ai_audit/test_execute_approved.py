"""`manage.py execute_approved`: what was approved is carried out, oldest first, and told.

Two copies at once are in `tests/faults/test_crowds`.
"""

import io

import pytest
from django.core.management import call_command

from ai_audit import workflow
from ai_audit.models import HistoryEntry
from scheduling.models import Schedule
from tests import factories as f

pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    def isatty(self):
        return True


def run(stdout=None):
    """Exit status, and what it printed on either stream."""
    stdout, stderr = stdout or io.StringIO(), io.StringIO()
    try:
        call_command("execute_approved", stdout=stdout, stderr=stderr)
    except SystemExit as ended:
        return ended.code, stdout.getvalue(), stderr.getvalue()
    return 0, stdout.getvalue(), stderr.getvalue()


def approved(event, noa, **proposed):
    suggestion = f.suggestion(user=noa.profile, event=event, data=f.create_data(**proposed))
    workflow.approve_only(suggestion_id=suggestion.pk, by=noa)
    return suggestion


def summary(done, failed=0, passed_over=0):
    return (
        f"Carried out: {done}. Failed: {failed}. "
        f"Passed over, because someone else was at them: {passed_over}.\n"
    )


def test_what_waits_is_carried_out_oldest_approval_first_and_nothing_else(event, noa):
    untouched = f.suggestion(user=noa.profile, event=event)
    suggestions = [approved(event, noa, room=room) for room in "CAB"]

    assert run() == (0, summary(3), "")

    executed = HistoryEntry.objects.filter(to_status="executed").order_by("id")
    assert [entry.suggestion_id for entry in executed] == [s.pk for s in suggestions]
    assert f.whole_row(untouched)["execution_status"] == "suggested"
    assert run() == (0, summary(0), "")


def test_of_every_organization(event, noa, theirs, their_event):
    them = f.staff(profile=f.profile(organization=theirs))
    approved(event, noa)
    approved(their_event, them)

    assert run() == (0, summary(2), "")
    assert set(Schedule.objects.values_list("event_id", flat=True)) == {event.pk, their_event.pk}


def test_one_that_fails_is_named_and_makes_the_exit_status_1(event, noa):
    first, second = approved(event, noa, title="ראשון"), approved(event, noa, title="שני")

    status, printed, errors = run()

    assert (status, printed) == (1, summary(1, failed=1))
    assert errors.startswith(f"{second.pk}: It could not be carried out: ")
    assert "ראשון" in errors
    assert f.whole_row(first)["execution_status"] == "executed"
    assert f.whole_row(second)["execution_status"] == "failed"
    assert run() == (0, summary(0), "")


def test_one_that_is_not_let_be_written_does_not_stop_the_others(event, noa):
    f.run(
        "create function refuse() returns trigger language plpgsql as $$ begin"
        " if new.title = 'a' then raise 'busy' using errcode = '55P03'; end if;"
        " return new; end $$;"
        "create trigger refusing before insert on schedules for each row"
        " execute function refuse()"
    )
    held, other = approved(event, noa, title="a", room="A"), approved(event, noa, title="b")

    status, printed, errors = run()

    assert (status, printed) == (0, summary(1, passed_over=1))
    assert errors.startswith(f"{held.pk}: Nothing was changed. Someone else is working")
    assert f.whole_row(held)["execution_status"] == "approved"
    assert f.whole_row(other)["execution_status"] == "executed"


def test_a_bar_grows_where_a_person_is_watching(event, noa):
    for room in "AB":
        approved(event, noa, room=room)

    _status, printed, _errors = run(Terminal())

    half, whole = "#" * 15 + "." * 15, "#" * 30
    assert printed == f"\r[{half}] 1/2\r[{whole}] 2/2\n" + summary(2)


def test_with_nothing_to_do_it_says_so_and_shows_no_bar(db):
    assert run(Terminal()) == (0, summary(0), "")

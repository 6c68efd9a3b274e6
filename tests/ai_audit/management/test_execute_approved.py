"""`manage.py execute_approved`: what was approved is carried out, oldest first, and told.

Two copies at once are in `tests/faults/test_crowds`.
"""

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from ai_audit import workflow
from ai_audit.models import HistoryEntry
from scheduling.models import Schedule
from tests import factories as f

pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    def isatty(self):
        return True


def run(*ids):
    """Exit status, and what it printed on either stream."""
    stdout, stderr = io.StringIO(), io.StringIO()
    try:
        call_command("execute_approved", *map(str, ids), stdout=stdout, stderr=stderr)
    except SystemExit as ended:
        return ended.code, stdout.getvalue(), stderr.getvalue()
    return 0, stdout.getvalue(), stderr.getvalue()


def approved(event, noa, **proposed):
    """One that was approved for later; the event knows its room."""
    if not Schedule.objects.filter(event=event).exists():
        f.rooms(event, "A", "B", "C", "חדר A")
    suggestion = f.suggestion(user=noa.profile, event=event, data=f.create_data(**proposed))
    workflow.approve_for_later(suggestion_id=suggestion.pk, by=noa)
    return suggestion


def summary(done, failed=0, passed_over=0):
    return (
        f"Carried out: {done}. Failed: {failed}. "
        f"Passed over, because someone else was at them: {passed_over}.\n"
    )


def test_execute_approved_oldest_first(event, noa):
    untouched = f.suggestion(user=noa.profile, event=event)
    suggestions = [approved(event, noa, room=room) for room in "CAB"]

    assert run() == (0, summary(3), "")

    executed = HistoryEntry.objects.filter(to_status="executed").order_by("id")
    assert [entry.suggestion_id for entry in executed] == [s.pk for s in suggestions]
    assert f.whole_row(untouched)["execution_status"] == "suggested"
    assert run() == (0, summary(0), "")


def test_execute_approved_every_organization(event, noa, theirs, their_event):
    them = f.staff(profile=f.profile(organization=theirs))
    approved(event, noa)
    approved(their_event, them)

    assert run() == (0, summary(2), "")
    assert set(Schedule.objects.values_list("event_id", flat=True)) == {event.pk, their_event.pk}


def test_execute_approved_failure_exits_1(event, noa):
    first, second = approved(event, noa, room="A"), approved(event, noa, title="שני")
    f.run("alter table schedules add constraint odd check (title <> 'שני')")

    status, printed, errors = run()

    assert (status, printed) == (1, summary(1, failed=1))
    assert errors.startswith(f"{second.pk}: It could not be carried out: ")
    assert '"odd"' in errors
    assert f.whole_row(first)["execution_status"] == "executed"
    assert f.whole_row(second)["execution_status"] == "failed"
    assert run() == (0, summary(0), "")


def test_execute_approved_goes_on_after_refusal(event, noa):
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


STOPPED = "Still approved, to be looked at again: %s.\n"


def test_execute_approved_leaves_changed(event, noa):
    first, second = approved(event, noa, title="ראשון"), approved(event, noa, title="שני")

    status, printed, errors = run()

    assert (status, printed) == (1, summary(1) + STOPPED % 1)
    assert errors.startswith(f"{second.pk}: Nothing was changed, and it stays approved: ")
    assert "ראשון" in errors
    assert f.whole_row(first)["execution_status"] == "executed"
    assert f.whole_row(second)["execution_status"] == "approved"
    # Nor is it where its id is given: what it departs from is known.
    assert run(second.pk)[:2] == (1, summary(0) + STOPPED % 1)


def test_execute_approved_without_basis_by_id_only(event, noa):
    old = [
        f.suggestion(
            user=noa.profile,
            event=event,
            data=f.create_data(room=room),
            execution_status="approved",
            approved_by=noa.profile,
        )
        for room in "AB"
    ]
    new = approved(event, noa, room="C")

    status, printed, errors = run()

    assert (status, printed) == (1, summary(1) + STOPPED % 2)
    assert sorted(line.split(":")[0] for line in errors.splitlines()) == sorted(
        str(s.pk) for s in old
    )
    assert f.whole_row(new)["execution_status"] == "executed"
    assert run(old[0].pk) == (0, summary(1), "")
    assert [f.whole_row(s)["execution_status"] for s in old] == ["executed", "approved"]


def test_execute_approved_unknown_id_stops_first(event, noa):
    waiting = approved(event, noa)
    undecided = f.suggestion(user=noa.profile, event=event)

    with pytest.raises(CommandError, match=f"no approved suggestion .* {undecided.pk}"):
        run(waiting.pk, undecided.pk)
    with pytest.raises(CommandError):
        run("not an id")

    assert f.whole_row(waiting)["execution_status"] == "approved"


@pytest.mark.parametrize(("stream", "shown"), [(Terminal, True), (io.StringIO, False)])
def test_execute_approved_progress_bar_at_terminal(event, noa, monkeypatch, stream, shown):
    for room in "AB":
        approved(event, noa, room=room)
    terminal = stream()
    monkeypatch.setattr(sys, "stderr", terminal)

    assert run() == (0, summary(2), "")

    assert ("2/2" in terminal.getvalue()) is shown


def test_execute_approved_without_work(db):
    assert run() == (0, summary(0), "")

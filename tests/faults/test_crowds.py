"""Many people at once: one winner, nobody deadlocks, everybody is told.

A handful at once is in `test_two_people`.
"""

import time
from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from ai_audit import verdicts, workflow
from ai_audit.history import chain
from ai_audit.models import HistoryEntry, Status, Suggestion
from ai_audit.verdicts import groups
from eventflow.text.bidi import isolate
from scheduling.models import Schedule
from tests import factories as f
from tests import pages
from tests.faults.processes import holding, manage, waiting_for_a_lock
from tests.faults.test_two_people import approving, at_once, kind, rejecting

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("committing", "patient")]

QUEUE = reverse("admin:ai_audit_pendingsuggestion_changelist")


def rounds(few: int, many: int):
    """Run a test a few rounds on every server, and many on the newest."""
    return pytest.mark.parametrize(
        "rounds", [pytest.param(few, marks=pytest.mark.every_server), many]
    )


@rounds(3, 20)
def test_thirty_two_approvals_one_execution(event, noa, rounds):
    for _round in range(rounds):
        suggestion = f.suggestion(user=noa.profile, event=event)

        results = at_once(*[approving(suggestion, noa)] * 32)

        assert Counter(map(kind, results)) == {Status.EXECUTED: 1, workflow.AlreadyDecided: 31}
        told = HistoryEntry.objects.filter(suggestion_id=suggestion.pk).order_by("number")
        assert [entry.to_status for entry in told] == ["approved", "executed"]
        Schedule.objects.get().delete()
    assert chain.find_break() is None


@rounds(1, 5)
def test_sixteen_suggestions_one_slot(event, noa, rounds, capsys):
    waited = []

    def timed(act):
        def run():
            began = time.monotonic()
            result = act()
            waited.append(time.monotonic() - began)
            return result

        return run

    for _round in range(rounds):
        suggestions = [
            f.suggestion(user=noa.profile, event=event, data=f.create_data(title=f"Workshop {n}"))
            for n in range(16)
        ]

        results = at_once(*(timed(approving(suggestion, noa)) for suggestion in suggestions))

        holder = Schedule.objects.get()
        assert Counter(map(kind, results)) == {Status.EXECUTED: 1, Status.FAILED: 15}
        errors = f.run(
            "select execution_error from ai_insights_log where execution_status = 'failed'"
            " and id = any (%s)",
            [suggestion.pk for suggestion in suggestions],
        )
        assert len(errors) == 15
        assert all(f"“{isolate(holder.title)}”" in error for (error,) in errors)
        holder.delete()
    waited.sort()
    p99 = waited[min(len(waited) - 1, round(0.99 * len(waited)))]
    with capsys.disabled():
        print(f"\n16 for one slot, {rounds} rounds: p99 {p99 * 1000:.0f} ms")
    assert chain.find_break() is None


@rounds(2, 10)
def test_overlapping_bulks_opposite_order(ours, noa, rounds):
    dana = f.staff(profile=f.profile(organization=ours, full_name="Dana"))
    events = [f.event(organization=ours) for _ in range(2)]

    def each(suggestions, by):
        def act():
            found = []
            for suggestion in suggestions:
                try:
                    found.append(
                        workflow.approve(
                            suggestion_id=suggestion.pk, by=by, confirmed=f.EVERY_TICK
                        ).status
                    )
                except workflow.AlreadyDecided:
                    found.append(None)
            return found

        return act

    for n in range(rounds):
        suggestions = [
            f.suggestion(
                user=noa.profile, event=event, data=f.create_data(room=f"{n}-{room}", title="x")
            )
            for room in "ABCD"
            for event in events
        ]

        mine, theirs = at_once(each(suggestions[:6], noa), each(suggestions[:1:-1], dana))

        assert set(mine + theirs) <= {Status.EXECUTED, None}
        assert (mine + theirs).count(Status.EXECUTED) == len(suggestions)
    assert Schedule.objects.count() == 8 * rounds
    assert chain.find_break() is None


@rounds(3, 20)
def test_overlapping_groups_opposite_order(ours, event, noa, rounds):
    dana = f.staff(profile=f.profile(organization=ours, full_name="Dana"))

    def approving_together(suggestions, by):
        found = Suggestion.objects.select_related("event", "user").in_bulk(
            [s.pk for s in suggestions]
        )
        judged = groups.judge_group(found.values())
        digests = {s.pk: verdicts.digest(found[s.pk], judged[s.pk]) for s in suggestions}
        return lambda: workflow.approve_group(
            digests=digests, by=by, confirmed=dict.fromkeys(digests, f.EVERY_TICK)
        )

    for n in range(rounds):
        day = f.at(24 * n)
        sessions = [
            f.session(event=event, title=f"{n} {room}", room=room, start=day) for room in "ABCDEF"
        ]
        # Three swaps, of which each takes two, and the second both.
        suggestions = [
            f.suggestion(
                user=noa.profile,
                event=event,
                action_type="schedule_update",
                data=f.update_data(session, room=sessions[m ^ 1].room),
            )
            for m, session in enumerate(sessions)
        ]
        mine, theirs = suggestions[:4], suggestions[:1:-1]

        results = at_once(approving_together(mine, noa), approving_together(theirs, dana))

        done = [set(result) if isinstance(result, dict) else None for result in results]
        assert done in ([{s.pk for s in mine}, None], [None, {s.pk for s in theirs}])
        (refusal,) = (result for result in results if not isinstance(result, dict))
        assert isinstance(refusal, workflow.AlreadyDecided)
        executed = Suggestion.objects.filter(pk__in=[s.pk for s in suggestions])
        assert executed.filter(execution_status="executed").count() == 4
        standing = Schedule.objects.filter(start_time=day).order_by("title")
        assert "".join(standing.values_list("room", flat=True)) == (
            "BADCEF" if done[0] else "ABDCFE"
        )
    assert chain.find_break() is None


@pytest.mark.every_server
def test_confirmation_pages_opposite_order(ours, event, noa):
    dana = f.staff(profile=f.profile(organization=ours, full_name="Dana"))
    suggestions = [
        f.suggestion(user=noa.profile, event=event, data=f.create_data(room=room, title=room))
        for room in "ABCD"
    ]

    def confirming(by, chosen):
        client = Client()
        client.force_login(by.user)
        asked = {"action": "approve_selected", "_selected_action": [str(s.pk) for s in chosen]}
        page = client.post(QUEUE, asked)
        return lambda: list(pages.report(pages.confirm(client, page)).values())

    answers = at_once(confirming(noa, suggestions), confirming(dana, suggestions[::-1]))

    said = [outcome for outcomes in answers for outcome in outcomes]
    assert len(said) == 8
    assert sum("Approved and carried out." in outcome for outcome in said) == 4
    assert Schedule.objects.count() == 4
    assert chain.find_break() is None


@rounds(3, 20)
def test_approve_reject_later_race(event, noa, rounds):
    for n in range(rounds):
        suggestion = f.suggestion(
            user=noa.profile, event=event, data=f.create_data(room=f"room {n}")
        )

        at_once(
            approving(suggestion, noa),
            rejecting(suggestion, noa),
            lambda pk=suggestion.pk: workflow.approve_for_later(
                suggestion_id=pk, by=noa, confirmed=f.EVERY_TICK
            ),
            lambda pk=suggestion.pk: workflow.execute(suggestion_id=pk, by=noa),
        )

        suggestion.refresh_from_db()
        told = HistoryEntry.objects.filter(suggestion_id=suggestion.pk).order_by("number")
        assert told.last().to_status == suggestion.execution_status
        executed = [entry.to_status for entry in told].count("executed")
        assert executed == (suggestion.execution_status == "executed")
        assert Schedule.objects.filter(room=f"room {n}").count() == executed
    assert chain.find_break() is None


@pytest.mark.parametrize("rounds", [1, 4])
def test_execute_approved_twice_at_once(event, noa, rounds):
    for n in range(rounds):
        rooms = [f"{n}-{m}" for m in range(12)]
        f.rooms(event, *rooms)
        suggestions = [
            f.suggestion(user=noa.profile, event=event, data=f.create_data(room=room))
            for room in rooms
        ]
        for suggestion in suggestions:
            workflow.approve_for_later(suggestion_id=suggestion.pk, by=noa, confirmed=f.EVERY_TICK)

        with manage("execute_approved") as one, manage("execute_approved") as other:
            # Only one of them is at the event, and the other does not wait for it.
            with holding("lock table schedules in share mode"):
                waiting_for_a_lock()
            printed = [process.communicate(timeout=60)[0] for process in (one, other)]
            statuses = [one.returncode, other.returncode]

        assert statuses == [0, 0], printed
        done = [int(text.split("Carried out: ")[1].split(".")[0]) for text in printed]
        assert sum(done) == 12, printed
        told = HistoryEntry.objects.filter(to_status="executed", suggestion__in=suggestions)
        assert told.count() == 12
        assert {entry.database_role for entry in told} == {"authenticated"}
        assert {entry.profile_id for entry in told} == {noa.profile_id}
        assert {entry.staff_member_id for entry in told} == {None}
    # With those that make the rooms known.
    assert Schedule.objects.count() == 2 * 12 * rounds
    assert chain.find_break() is None

"""What is told of a suggestion afterwards: what was written, who did what, and what they saw."""

import pytest

from ai_audit import workflow
from ai_audit.models import Suggestion
from ai_audit.presenters import timeline
from ai_audit.presenters.change import Change
from ai_audit.presenters.timeline import CarriedOut, Step
from eventflow.db import database
from eventflow.text.bidi import isolate, ltr
from scheduling.models import StaffMember
from tests import factories as f
from tests.shapes import IN_PRODUCTION

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(event):
    return f.session(event=event, title="טקס", room="A", max_capacity=30)


@pytest.fixture
def dana(ours):
    return f.staff(profile=f.profile(organization=ours, full_name="Dana"), username="dana")


def read(suggestion) -> Suggestion:
    return Suggestion.objects.select_related("event", "user").get(pk=suggestion.pk)


def approved(suggestion, noa) -> Suggestion:
    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))
    return read(suggestion)


def test_timeline_change_as_written(session, noa, suggest):
    data = f.update_data(session, room="B", max_capacity=30)
    data["current_state"]["room"] = "somewhere the AI made up"
    f.run("update schedules set title = 'שם אחר' where id = %s", session.pk)

    suggestion = approved(suggest(data, "schedule_update"), noa)

    assert timeline.carried_out(suggestion) == CarriedOut([Change("room", "Room", "A", "B")], [])


def test_timeline_removal_tells_rows(event, session, noa, suggest):
    f.run(
        "create table public.session_notes (id int primary key,"
        " session uuid references schedules (id) on delete cascade)"
    )
    f.run("insert into session_notes values (1, %s), (2, %s)", session.pk, session.pk)
    for _n in range(3):
        f.registration(participant=f.participant(event=event), schedule=session)

    suggestion = approved(suggest(f.delete_data(session), "schedule_delete"), noa)

    # In the shape of production the product notes each update, too: here, of the count.
    noted = [f"3 rows of {ltr('public.schedule_changes')}"] if IN_PRODUCTION else []
    assert timeline.carried_out(suggestion) == CarriedOut(
        [
            Change("time", "Time", f"30 Jan 2038, {ltr('09:00–10:00')}", ""),
            Change("title", "Title", "טקס", ""),
            Change("room", "Room", "A", ""),
            Change("max_capacity", "Capacity", "30", ""),
        ],
        ["3 registrations", *noted, f"2 rows of {ltr('public.session_notes')}"],
    )


def test_timeline_nothing_written(noa, suggest):
    waiting = suggest()
    old = suggest(execution_status="executed", approved_at=f.at(8), approved_by=noa.profile)

    assert [timeline.carried_out(read(s)) for s in (waiting, old)] == [None, None]


def steps_of(suggestion) -> list[tuple]:
    """What each step says besides when; of the first, it is known."""
    return [
        (step.what, step.who, step.seen, step.source)
        for step in timeline.steps(read(suggestion))[1:]
    ]


def test_timeline_approver_information_presser(event, noa, dana, suggest):
    f.session(event=event, speaker_name="מיכל", start=f.at(11))
    suggestion = suggest(f.create_data(speaker_name="מיכל"))
    workflow.approve_for_later(
        suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk)
    )
    workflow.execute(suggestion_id=suggestion.pk, by=dana)

    assert steps_of(suggestion) == [
        ("Approved", "נועה כהן", "On screen: Speaker", ""),
        ("Executed", "נועה כהן", "", f"Pressed by {isolate('Dana')}"),
    ]


def test_timeline_decider_after_user_gone(ours, noa, dana, suggest):
    by_dana = suggest()
    workflow.approve(suggestion_id=by_dana.pk, by=dana, confirmed=f.confirming(by_dana.pk))
    expected = [
        ("Approved", "Dana", "On screen: no conflict", ""),
        ("Executed", "Dana", "", ""),
    ]

    StaffMember.objects.filter(pk=dana.pk).update(profile=f.profile(organization=ours))
    assert steps_of(by_dana) == expected
    dana.user.delete()
    assert steps_of(by_dana) == expected


def test_timeline_no_conflict_is_information(noa, suggest):
    suggestion = suggest()
    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))

    assert steps_of(suggestion) == [
        ("Approved", "נועה כהן", "On screen: no conflict", ""),
        ("Executed", "נועה כהן", "", ""),
    ]


def test_timeline_decision_made_elsewhere(noa, suggest):
    through_rest, by_console = suggest(), suggest()
    reject = "update ai_insights_log set execution_status = 'rejected' where id = %s"
    with database.acting_as(noa.profile_id):
        f.run(reject, through_rest.pk)
    f.run(reject, by_console.pk)
    ((login,),) = f.run("select session_user")

    assert steps_of(through_rest) == [
        (
            "Rejected",
            "נועה כהן",
            "",
            f"Not through the back office; database role {ltr('authenticated')}",
        )
    ]
    assert steps_of(by_console) == [
        ("Rejected", "", "", f"Not through the back office; database role {ltr(login)}")
    ]


@pytest.mark.parametrize("told", ["7", "[7, null, {}]", '[{"kind": "unheard of"}]', "{}"])
def test_timeline_with_any_seen_content(noa, suggest, told):
    suggestion = suggest()
    f.run(
        "select set_config('eventflow.decision', %s, true)",
        f'{{"suggestion": "{suggestion.pk}", "seen": {told}}}',
    )
    f.run("update ai_insights_log set execution_status = 'rejected'")

    (step,) = timeline.steps(read(suggestion))[1:]

    assert isinstance(step, Step)
    assert step.seen in ("", "On screen: no conflict")

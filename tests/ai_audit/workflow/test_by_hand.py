"""The door for changes by hand: what it demands whoever comes, and that it does all or nothing."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from ai_audit import workflow
from ai_audit.models import MadeByHand, Suggestion
from ai_audit.proposals import Action, Proposal
from ai_audit.reports import index, insights, pages
from ai_audit.reports.filters import Filters
from ai_audit.workflow import errors
from scheduling.models import StaffMember
from tests import factories as f
from tests.shapes import besides_notes

pytestmark = pytest.mark.django_db


def removal(session):
    return Proposal(Action.DELETE, session.pk, {}, {})


def change(session, **values):
    return Proposal(Action.UPDATE, session.pk, values, {})


@pytest.fixture
def made(event, noa):
    """Makes a change by hand as Noa, at her event unless said otherwise."""

    def make(proposal, *, by=noa, to=event, **said):
        digest = {"digest": said.pop("digest")} if "digest" in said else {}
        return workflow.make_by_hand(
            event_id=to.pk,
            by=by,
            proposal=proposal,
            confirmed=workflow.Confirmation(**said),
            **digest,
        )

    return make


def test_by_hand_is_own_executed_suggestion(made, noa, event):
    session = f.session(event=event, title="ישן")

    outcome = made(change(session, title="חדש"))

    suggestion = Suggestion.objects.with_marks().get()
    assert (outcome.suggestion_id, outcome.session_id) == (suggestion.pk, session.pk)
    assert (outcome.status, suggestion.execution_status) == ("executed", "executed")
    assert (suggestion.user, suggestion.approved_by) == (noa.profile, noa.profile)
    assert suggestion.by_hand
    assert suggestion.action_data["reasoning"] == f"Made by hand by {noa.profile.full_name}."
    assert f.run("select title from schedules") == [("חדש",)]


def test_by_hand_id_of_new_session(made, event):
    values = {"title": "חדש", "start_time": f.at(9), "end_time": f.at(10)}

    outcome = made(Proposal(Action.CREATE, None, values, {}))

    assert f.run("select id, event_id, title from schedules") == [
        (outcome.session_id, event.pk, "חדש")
    ]


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({}, workflow.NotConfirmed),
        ({"title": "טקס פתיחה"}, workflow.NotConfirmed),
        ({"reason": "כי"}, workflow.NotConfirmed),
        ({"title": "טקס פתיחה", "reason": "כי", "digest": "0" * 64}, workflow.Changed),
        ({"title": "טקס פתיחה", "reason": "כי"}, None),
    ],
)
def test_by_hand_confirmation_needed(made, event, said, refusal):
    session = f.session(event=event)
    f.registration(participant=f.participant(event=event), schedule=session)
    before = f.everything()
    found = workflow.preview_by_hand(
        event=event, by=StaffMember.objects.get(), proposal=removal(session)
    )
    said = {"ticks": found.friction.ticks} | said

    if refusal is None:
        assert made(removal(session), **said).status == "executed"
        return
    with pytest.raises(refusal):
        made(removal(session), **said)
    assert f.everything() == before
    assert not MadeByHand.objects.exists()


def test_by_hand_preview_writes_nothing(noa, event):
    session = f.session(event=event)
    f.registration(participant=f.participant(event=event), schedule=session)
    before = f.everything(), f.whole_table("participant_schedules")

    found = workflow.preview_by_hand(event=event, by=noa, proposal=removal(session))

    assert besides_notes(found.along) == {"public.participant_schedules": 1}
    assert found.friction.title == session.title
    assert (f.everything(), f.whole_table("participant_schedules")) == before


def test_by_hand_blocked_not_written(made, event):
    f.session(event=event, room="A")
    session = f.session(event=event, room="B")
    before = f.everything()

    with pytest.raises(workflow.Blocked, match="is taken by"):
        made(change(session, room="A"))
    assert f.everything() == before


def test_by_hand_without_change(made, event):
    session = f.session(event=event)

    with pytest.raises(workflow.Blocked, match="stands like that already"):
        made(change(session))
    assert not Suggestion.objects.exists()


def test_by_hand_only_own_events(made, theirs, their_event, event):
    session = f.session(event=their_event)
    stranger = f.staff(profile=f.profile(organization=theirs))
    nobodys = f.staff(profile=f.profile(organization=None))
    before = f.everything()

    for by in (None, nobodys):
        with pytest.raises(workflow.NotYours):
            made(change(session, title="x"), to=their_event, **({"by": by} if by else {}))
    # A session of another event than is said.
    with pytest.raises(workflow.Blocked, match="belongs to another event"):
        made(change(session, title="x"))
    assert f.everything() == before
    assert made(change(session, title="x"), by=stranger, to=their_event).status == "executed"


def test_by_hand_missing_session(made, event):
    session = f.session(event=event)
    f.run("delete from schedules")

    with pytest.raises(workflow.Blocked, match="no longer in the programme"):
        made(change(session, title="x"))


def test_by_hand_mark_only_at_creation(suggest):
    """Or it would be taken out of the AI's figures."""
    asked = suggest(suggested_at=f.at(8).replace(year=2025))
    for pk in (asked.pk, uuid4()):
        with pytest.raises(DatabaseError, match="marked as it is made"), transaction.atomic():
            MadeByHand.objects.create(suggestion_id=pk)


def test_by_hand_mark_permanent(made, event):
    made(change(f.session(event=event), title="x"))

    for statement in ("delete from", "truncate"):
        with (
            pytest.raises(DatabaseError, match="only ever added to") as refused,
            transaction.atomic(),
        ):
            f.run(f"{statement} backoffice.made_by_hand")
        assert errors.is_by_guard(refused.value)


# Apart from the AI's figures


def figures(ours):
    day = f.run("select (now() at time zone 'Asia/Jerusalem')::date")[0][0]
    return insights.read(day, day, ours.pk)


def test_by_hand_not_in_ai_figures(made, suggest, ours, event):
    suggest()
    before = figures(ours)
    session = f.session(event=event)

    outcome = made(change(session, title="x"))
    workflow.undo(suggestion_id=outcome.suggestion_id, by=StaffMember.objects.get())

    assert MadeByHand.objects.count() == 2
    after = figures(ours)
    assert replace(after, apart=before.apart) == before
    assert before.suggested.n == 1
    # It is told apart, and so is what undid it.
    assert {key: figure.n for key, figure in after.apart.items() if figure.n} == {"hand": 2}
    index.refresh_all_figures()
    assert figures(ours) == after
    assert not index.verify()


def test_by_hand_list_equals_figure(made, suggest, ours, event):
    asked = suggest()
    made(change(f.session(event=event), title="x"))

    behind = pages.page(figures(ours).suggested.conditions.within(ours.pk))

    assert [row.pk for row in behind.rows] == [asked.pk]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, {"asked", "by hand"}),
        ({"made": "hand"}, {"by hand"}),
        ({"made": "suggestion"}, {"asked"}),
        # Of what the AI claimed nothing is asked of what it did not suggest.
        ({"claim": "nothing"}, {"asked"}),
    ],
)
def test_by_hand_listed_in_history(made, suggest, noa, ours, event, filters, found):
    asked = suggest()
    workflow.approve(suggestion_id=asked.pk, by=noa)
    by_hand = made(change(f.session(event=event), title="x")).suggestion_id
    names = {asked.pk: "asked", by_hand: "by hand"}

    rows = pages.page(Filters(**filters).within(ours.pk)).rows

    assert {names[row.pk] for row in rows} == found
    assert {row.pk: row.by_hand for row in rows if row.by_hand} == (
        {by_hand: True} if "by hand" in found else {}
    )

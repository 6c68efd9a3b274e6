"""What approving would do: the proposal laid over the live session, and what that collides with."""

import uuid

import pytest

from ai_audit import verdicts
from ai_audit.models import Suggestion
from ai_audit.verdicts import Level
from tests import factories as f

pytestmark = pytest.mark.django_db


def judged(suggestion):
    suggestion = Suggestion.objects.select_related("event", "user").get(pk=suggestion.pk)
    return verdicts.judge([suggestion])[suggestion.pk]


def kinds(verdict):
    """What the verdict names, by kind: the titles of the sessions."""
    return {str(c.kind): [other.title for other in c.others] for c in verdict.conflicts}


@pytest.fixture
def update(event, suggest):
    """The verdict on changing a session at 9 in room A, with a speaker."""

    def judge(**changes):
        session = f.session(event=event, title="mine", room="A", speaker_name="x")
        return judged(suggest(f.update_data(session, **changes), "schedule_update"))

    return judge


def test_what_collides_with_nothing_is_clear(suggest):
    verdict = judged(suggest())

    assert (verdict.level, kinds(verdict), verdict.approvable) == (Level.CLEAR, {}, True)


def test_a_taken_room_blocks(event, suggest):
    f.session(event=event, title="other", room="חדר A", start=f.at(11))

    verdict = judged(suggest())

    assert (verdict.level, kinds(verdict)) == (Level.BLOCKED, {"room": ["other"]})
    assert verdict.approvable


def test_a_speaker_elsewhere_warns(event, suggest):
    f.session(event=event, title="other", room="B", speaker_name="x", start=f.at(11))

    verdict = judged(suggest(f.create_data(speaker_name="X ")))

    assert (verdict.level, kinds(verdict)) == (Level.WARNED, {"speaker": ["other"]})


def test_an_update_is_judged_as_the_session_would_be_afterwards(event, update):
    f.session(event=event, title="later", room="A", speaker_name="x", start=f.at(10))

    verdict = update(end_time="2027-01-30T10:30:00")

    assert kinds(verdict) == {"room": ["later"], "speaker": ["later"]}
    assert verdict.after["room"] == "A"
    assert (verdict.after["start_time"], verdict.after["end_time"]) == (f.at(9), f.at(10, 30))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"room": "B"}, {"room": ["in B"]}),
        ({"room": None}, {}),
        ({"speaker_name": "y"}, {"speaker": ["in B"]}),
        ({"speaker_name": None}, {}),
        ({"title": "new", "max_capacity": 5}, {}),
        ({"end_time": "2027-01-30T09:30:00"}, {"speaker": ["also x"]}),
    ],
)
def test_only_what_the_proposal_concerns_is_looked_at(event, update, changes, expected):
    f.session(event=event, title="in B", room="B", speaker_name="y")
    f.session(event=event, title="also x", room="C", speaker_name="x")

    assert kinds(update(**changes)) == expected


def test_changing_neither_time_nor_room_nor_speaker_is_clear_whatever_stands(event, suggest):
    f.run("alter table schedules drop constraint no_room_overlap")
    session = f.session(event=event, room="A", speaker_name="x")
    f.session(event=event, room="A", speaker_name="x")

    verdict = judged(suggest(f.update_data(session, title="new"), "schedule_update"))

    assert (verdict.level, kinds(verdict)) == (Level.CLEAR, {})


def test_changing_something_else_of_a_session_with_odd_times_is_clear(event, suggest):
    session = f.session(event=event)
    for times in (
        "start_time = '-infinity', end_time = 'infinity'",
        "start_time = '2027-01-30', end_time = '2027-01-29'",
    ):
        f.run(f"update schedules set {times}")
        verdict = judged(suggest(f.update_data(session, room="A"), "schedule_update"))
        assert (verdict.level, kinds(verdict)) == (Level.CLEAR, {})


def test_a_removal_is_clear(event, suggest):
    session = f.session(event=event, room="A", speaker_name="x")

    verdict = judged(suggest(f.delete_data(session), "schedule_delete"))

    assert (verdict.level, kinds(verdict), verdict.session) == (Level.CLEAR, {}, session)


def unreadable(event, noa, their_event):
    return {"data": ["nonsense"]}


def without_an_event(event, noa, their_event):
    return {"event": None}


def of_another_type(event, noa, their_event):
    return {"action_type": "track_assign"}


def asked_for_from_elsewhere(event, noa, their_event):
    return {"user": f.profile(organization=their_event.organization)}


def of_a_session_of_another_event(event, noa, their_event):
    session = f.session(event=their_event)
    return {"data": {"schedule_id": str(session.pk)}, "action_type": "schedule_delete"}


def that_leaves_no_time(event, noa, their_event):
    session = f.session(event=event)
    data = f.update_data(session, end_time="2027-01-30T09:00:00")
    return {"data": data, "action_type": "schedule_update"}


@pytest.mark.parametrize(
    "fields",
    [
        unreadable,
        without_an_event,
        of_another_type,
        asked_for_from_elsewhere,
        of_a_session_of_another_event,
        that_leaves_no_time,
    ],
)
def test_what_is_invalid_is_blocked_and_cannot_be_approved(
    suggest, event, noa, their_event, fields
):
    verdict = judged(suggest(**fields(event, noa, their_event)))

    assert (verdict.level, kinds(verdict)) == (Level.BLOCKED, {"invalid": []})
    assert (verdict.approvable, verdict.session) == (False, None)


def test_a_session_that_is_gone_blocks(suggest):
    verdict = judged(suggest({"schedule_id": str(uuid.uuid4())}, "schedule_delete"))

    assert (verdict.level, kinds(verdict)) == (Level.BLOCKED, {"missing": []})
    assert verdict.approvable


@pytest.mark.parametrize("number", [1, 50])
def test_any_number_of_suggestions_takes_three_statements(
    event, suggest, number, django_assert_num_queries
):
    for n in range(number):
        session = f.session(event=event, room=f"{n}", speaker_name="x")
        suggest(f.update_data(session, room="B"), "schedule_update")
        suggest(f.create_data(speaker_name="x"))
    suggestions = list(Suggestion.objects.select_related("event", "user"))

    with django_assert_num_queries(3):
        found = verdicts.judge(suggestions)

    assert len(found) == 2 * number


def test_what_cannot_be_read_takes_no_statement(suggest, django_assert_num_queries):
    suggest([])
    suggestions = list(Suggestion.objects.select_related("event", "user"))

    with django_assert_num_queries(0):
        verdicts.judge(suggestions)


def test_a_session_that_ends_before_it_starts_can_have_no_room(event, suggest):
    session = f.session(event=event, start=f.at(12), end=f.at(10))
    suggestion = suggest(
        {"schedule_id": str(session.pk), "changes": {"room": "A"}}, "schedule_update"
    )

    verdict = verdicts.judge([suggestion])[suggestion.pk]

    assert (verdict.level, verdict.approvable) == (Level.BLOCKED, False)
    assert [conflict.sentence for conflict in verdict.conflicts] == [
        "The session ends before it starts, so it can have no room."
    ]

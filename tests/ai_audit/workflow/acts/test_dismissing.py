"""What people say beside moves of status; and suggesting again what was rejected."""

import pytest
from django.db import DatabaseError, transaction

from ai_audit import history, workflow
from ai_audit.models import PendingSuggestion, Suggestion, SuggestionAct, SuggestionLink
from ai_audit.presenters import timeline
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(event, suggest, noa):
    """One whose room was taken when it was tried."""

    def make():
        suggestion = suggest(f.create_data(title="fails", room="A"))
        f.session(event=event, room="A", start=f.at(9), end=f.at(15))
        workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.EVERY_TICK)
        assert f.whole_row(suggestion)["execution_status"] == "failed"
        return suggestion

    return make


def at_hand():
    return list(Suggestion.objects.at_hand().values_list("pk", flat=True))


def test_dismiss_failed_stays_failed(noa, failed):
    suggestion = failed()
    assert at_hand() == [suggestion.pk]

    outcome = workflow.dismiss(suggestion_id=suggestion.pk, by=noa, reason=" no more needed ")

    assert outcome.sentence == "Dismissed: it stays failed, and is put away."
    assert f.whole_row(suggestion)["execution_status"] == "failed"
    assert at_hand() == []
    (act,) = SuggestionAct.objects.all()
    assert (act.kind, act.said, act.profile_id, act.staff_member_id) == (
        "dismissed",
        "no more needed",
        noa.profile_id,
        noa.pk,
    )
    assert act.at == f.JUST_NOW
    suggestion = Suggestion.objects.select_related("event", "user").get(pk=suggestion.pk)
    told = [(step.what, step.who, step.detail) for step in timeline.steps(suggestion)]
    assert told[-1] == ("Dismissed", "נועה כהן", "no more needed")


def test_dismissed_twice_is_told(noa, failed):
    suggestion = failed()
    workflow.dismiss(suggestion_id=suggestion.pk, by=noa)

    with pytest.raises(workflow.AlreadyDecided, match="dismissed already"):
        workflow.dismiss(suggestion_id=suggestion.pk, by=noa)
    assert SuggestionAct.objects.count() == 1


@pytest.mark.parametrize("status", ["suggested", "approved", "rejected", "executed"])
def test_dismiss_failed_only(noa, suggest, status):
    suggestion = suggest(execution_status=status)

    with pytest.raises(workflow.AlreadyDecided):
        workflow.dismiss(suggestion_id=suggestion.pk, by=noa)
    assert not SuggestionAct.objects.exists()


def test_dismiss_of_another_organization(theirs, failed):
    suggestion = failed()
    stranger = f.staff(profile=f.profile(organization=theirs))

    with pytest.raises(workflow.NotYours):
        workflow.dismiss(suggestion_id=suggestion.pk, by=stranger)


def test_dismiss_until_it_fails_again(noa, failed):
    suggestion = failed()
    workflow.dismiss(suggestion_id=suggestion.pk, by=noa)

    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.EVERY_TICK)

    assert at_hand() == [suggestion.pk]
    workflow.dismiss(suggestion_id=suggestion.pk, by=noa)
    assert at_hand() == []


def test_amend_of_failed_stays_failed(noa, failed):
    suggestion = failed()

    outcome = workflow.amend(
        suggestion_id=suggestion.pk, by=noa, values={"room": None}, confirmed=f.EVERY_TICK
    )

    assert outcome.status == "executed"
    assert f.whole_row(suggestion)["execution_status"] == "failed"
    assert at_hand() == []
    with pytest.raises(workflow.AlreadyDecided, match="replaced it already"):
        workflow.amend(suggestion_id=suggestion.pk, by=noa, values={"room": "Z"})


# The table, for whoever comes past the workflow


def act(suggestion, by, kind="dismissed"):
    return f.run("select backoffice.act_on(%s, %s, %s, 'x')", suggestion.pk, kind, by.pk)


def refused(statement, *parameters):
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        statement(*parameters)
    return error.value.__cause__.sqlstate


def test_dismiss_checked_by_database_function(noa, theirs, suggest, failed):
    stranger = f.staff(profile=f.profile(organization=theirs))
    suggestion = failed()

    assert refused(act, suggest(), noa) == "EF004"
    assert refused(act, suggestion, stranger) == "EF005"
    assert f.run("select count(*) from backoffice.suggestion_acts") == [(0,)]


@pytest.mark.parametrize(
    "statement",
    [
        "update backoffice.suggestion_acts set said = 'y'",
        "delete from backoffice.suggestion_acts",
        "truncate backoffice.suggestion_acts",
    ],
)
def test_acts_append_only(noa, failed, statement):
    act(failed(), noa)

    assert refused(f.run, statement) == "EF006"


# Suggesting again


def test_suggest_again_rejected_waits(noa, suggest):
    old = suggest(f.create_data(title="again", room="A", odd={"a": 1}))
    workflow.reject(suggestion_id=old.pk, by=noa, reason="a slip")

    outcome = workflow.suggest_again(suggestion_id=old.pk, by=noa)

    new = PendingSuggestion.objects.get(pk=outcome.suggestion_id)
    assert (outcome.status, new.execution_status, new.user_id) == (
        "suggested",
        "suggested",
        noa.profile_id,
    )
    assert f.whole_row(new)["action_data"] == f.whole_row(old)["action_data"]
    assert f.whole_row(old)["execution_status"] == "rejected"
    assert SuggestionLink.objects.get(pk=new.pk).replaces_id == old.pk
    assert [entry.to_status for entry in history.entries(old)] == ["rejected"]


def test_suggest_again_once(noa, suggest):
    old = suggest()
    workflow.reject(suggestion_id=old.pk, by=noa)
    workflow.suggest_again(suggestion_id=old.pk, by=noa)

    with pytest.raises(workflow.AlreadyDecided, match="replaced it already"):
        workflow.suggest_again(suggestion_id=old.pk, by=noa)
    assert PendingSuggestion.objects.pending().count() == 1


@pytest.mark.parametrize("status", ["suggested", "approved", "executed", "failed"])
def test_suggest_again_only_rejected(noa, suggest, status):
    suggestion = suggest(execution_status=status)

    with pytest.raises(workflow.AlreadyDecided):
        workflow.suggest_again(suggestion_id=suggestion.pk, by=noa)


def test_suggest_again_of_another_organization(noa, theirs, suggest):
    old = suggest()
    workflow.reject(suggestion_id=old.pk, by=noa)
    stranger = f.staff(profile=f.profile(organization=theirs))

    with pytest.raises(workflow.NotYours):
        workflow.suggest_again(suggestion_id=old.pk, by=stranger)


# Undone


def undone(suggestion):
    return Suggestion.objects.with_marks().get(pk=suggestion.pk).undone


def test_undoing_an_undoing_brings_it_back(noa, suggest):
    first = suggest(f.create_data(room=None))
    workflow.approve(suggestion_id=first.pk, by=noa, confirmed=f.EVERY_TICK)
    chained, told = first, []
    for _step in range(3):
        told.append(undone(first))
        outcome = workflow.undo(suggestion_id=chained.pk, by=noa)
        chained = Suggestion.objects.get(pk=outcome.suggestion_id)

    assert [*told, undone(first)] == [False, True, False, True]

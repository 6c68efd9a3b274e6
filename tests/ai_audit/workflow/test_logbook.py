"""What is logged of a decision: ids, the act and what it came to, and nothing anybody wrote."""

import json
import logging

import pytest

from ai_audit import verdicts, workflow
from ai_audit.models import Suggestion
from ai_audit.verdicts import groups
from eventflow import logs
from tests import factories as f

pytestmark = pytest.mark.django_db

TITLE, REASON, AI, ROOM = "שם סודי", "נימוק סודי", "הסבר סודי", "חדר סודי"


@pytest.fixture
def lines(caplog):
    """The lines on decisions so far, as an operator's tools read them."""
    caplog.set_level(logging.INFO, logger="eventflow.decisions")

    def read() -> list[dict]:
        found = [
            json.loads(logs.Structured().format(record))
            for record in caplog.records
            if record.name == "eventflow.decisions"
        ]
        for line in found:
            assert (line.pop("logger"), line.pop("level")) == ("eventflow.decisions", "INFO")
            assert line.pop("at")
        return found

    yield read
    written = "\n".join(logs.Structured().format(record) for record in caplog.records)
    assert [word for word in (TITLE, REASON, AI, ROOM) if word in written] == []


@pytest.fixture
def secret(suggest):
    """A suggestion for a new session full of words that are to stay where they are."""

    def make(hour=9, room=ROOM, **fields):
        data = f.create_data(
            title=TITLE,
            room=room,
            start_time=f.at(hour).isoformat(),
            end_time=f.at(hour + 1).isoformat(),
        )
        return suggest(data | {"reasoning": AI}, **fields)

    return make


def digests(judge, *suggestions) -> dict:
    found = Suggestion.objects.select_related("event", "user").in_bulk([s.pk for s in suggestions])
    judged = judge(list(found.values()))
    return {s.pk: verdicts.digest(found[s.pk], judged[s.pk]) for s in suggestions}


def decided(act, suggestion, by, status, **more):
    return {
        "message": "decided",
        "act": act,
        "suggestion": str(suggestion.pk),
        "staff_member": by and by.pk,
        "status": status,
    } | more


def refused(act, suggestion, by, refusal):
    return {
        "message": "refused",
        "act": act,
        "suggestion": str(suggestion.pk),
        "staff_member": by and by.pk,
        "refusal": refusal,
    }


def test_approving_and_undoing(lines, secret, noa):
    made = secret()

    workflow.approve(suggestion_id=made.pk, by=noa, confirmed=f.confirming(made.pk, reason=REASON))
    undone = workflow.undo(suggestion_id=made.pk, by=noa, reason=REASON)

    assert lines() == [
        decided("approve", made, noa, "executed"),
        decided("undo", made, noa, "executed", made=str(undone.suggestion_id)),
    ]


def test_rejecting(lines, secret, noa):
    made = secret()

    workflow.reject(suggestion_id=made.pk, by=noa, reason=REASON)

    assert lines() == [decided("reject", made, noa, "rejected")]


def test_logbook_later_execution_withdrawal(lines, secret, noa):
    first, second = secret(), secret(hour=11)

    workflow.approve_for_later(
        suggestion_id=first.pk, by=noa, confirmed=f.confirming(first.pk, reason=REASON)
    )
    workflow.approve_for_later(suggestion_id=second.pk, by=noa, confirmed=f.confirming(second.pk))
    workflow.execute(suggestion_id=first.pk)
    workflow.withdraw(suggestion_id=second.pk, by=noa, reason=REASON)

    assert lines() == [
        decided("approve_only", first, noa, "approved"),
        decided("approve_only", second, noa, "approved"),
        decided("execute", first, None, "executed"),
        decided("withdraw", second, noa, "rejected"),
    ]


def test_editing_names_the_one_that_was_made(lines, secret, noa):
    made = secret()

    outcome = workflow.amend(suggestion_id=made.pk, by=noa, values={"title": f"{TITLE}!"})

    assert lines() == [decided("amend", made, noa, "executed", made=str(outcome.suggestion_id))]


def test_logbook_line_for_each_of_bulk(lines, secret, noa):
    first, second = secret(), secret()
    third, fourth = secret(hour=13), secret(hour=15)

    seen = digests(verdicts.judge, first, second)
    list(workflow.approve_bulk(digests=seen, by=noa, confirmed=dict.fromkeys(seen, f.EVERY_TICK)))
    list(workflow.reject_bulk(ids=[third.pk], by=noa, reason=REASON))
    workflow.approve_group(
        digests=digests(groups.judge_group, fourth),
        by=noa,
        confirmed={fourth.pk: f.confirming(fourth.pk, reason=REASON)},
    )

    assert lines() == [
        decided("approve_set", first, noa, "executed"),
        decided("approve_set", second, noa, "failed"),
        decided("reject", third, noa, "rejected"),
        decided("approve_together", fourth, noa, "executed"),
    ]


def test_logbook_failures_without_words(lines, secret, noa, event, theirs):
    f.session(event=event, title=TITLE, room=ROOM, start=f.at(9))
    made = secret()
    stranger = f.staff(profile=f.profile(organization=theirs))

    workflow.approve(suggestion_id=made.pk, by=noa, confirmed=f.confirming(made.pk, reason=REASON))
    with pytest.raises(workflow.NotYours):
        workflow.reject(suggestion_id=made.pk, by=stranger, reason=REASON)
    with pytest.raises(workflow.AlreadyDecided):
        workflow.reject(suggestion_id=made.pk, by=noa, reason=REASON)
    with pytest.raises(workflow.Changed):
        workflow.approve(
            suggestion_id=made.pk,
            by=noa,
            digest="of something else",
            confirmed=f.confirming(made.pk),
        )

    assert lines() == [
        decided("approve", made, noa, "failed"),
        refused("reject", made, stranger, "NotYours"),
        refused("reject", made, noa, "AlreadyDecided"),
        refused("approve", made, noa, "Changed"),
    ]


def test_logbook_undo_preview_no_decision(lines, secret, noa):
    made = secret()
    workflow.approve(suggestion_id=made.pk, by=noa, confirmed=f.confirming(made.pk))

    workflow.preview_undo(suggestion_id=made.pk, by=noa)

    assert lines() == [decided("approve", made, noa, "executed")]

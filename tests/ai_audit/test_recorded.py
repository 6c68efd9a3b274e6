"""A decision counts once the history has written it down; and what says when is no web server's."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ai_audit import verdicts, workflow
from ai_audit.models import HistoryEntry
from ai_audit.workflow import steps
from tests import factories as f

pytestmark = pytest.mark.django_db


def approved_only(suggestion, by):
    workflow.approve_for_later(suggestion_id=suggestion.pk, by=by)


def carried_out(suggestion, by):
    workflow.approve(suggestion_id=suggestion.pk, by=by)


def failed(suggestion, by):
    """It failed once, and could be carried out now."""
    in_the_way = f.session(event=suggestion.event, start=f.at(11), end=f.at(13), room="חדר A")
    assert workflow.approve(suggestion_id=suggestion.pk, by=by).status == "failed"
    in_the_way.delete()


def shown(suggestion):
    return {suggestion.pk: verdicts.digest(suggestion, verdicts.judge([suggestion])[suggestion.pk])}


def one(decide, **more):
    return lambda suggestion, by: decide(suggestion_id=suggestion.pk, by=by, **more)


def as_shown(decide):
    return lambda suggestion, by: decide(
        suggestion_id=suggestion.pk, by=by, digest=shown(suggestion)[suggestion.pk]
    )


def several(decide):
    return lambda suggestion, by: decide(digests=shown(suggestion), by=by)


def nothing(suggestion, by):
    pass


# What comes before, and what is decided then.
DECISIONS = {
    "approve": (nothing, one(workflow.approve)),
    "approve again": (failed, one(workflow.approve)),
    "approve only": (nothing, one(workflow.approve_for_later)),
    "approve anew": (approved_only, as_shown(workflow.approve)),
    "carry out": (approved_only, one(workflow.execute)),
    "reject": (nothing, one(workflow.reject)),
    "withdraw": (approved_only, one(workflow.withdraw)),
    "amend": (nothing, one(workflow.amend, values={"title": "אחר"})),
    "undo": (carried_out, one(workflow.undo)),
    "approve a set": (nothing, several(workflow.approve_batch)),
    "approve together": (nothing, several(workflow.approve_group)),
}
each_decision = pytest.mark.parametrize(("before", "decide"), DECISIONS.values(), ids=DECISIONS)

OFF = "set constraints all immediate; alter table ai_insights_log disable trigger {}"
# Whoever is in the schema's way writes nothing either.
HOLLOW = (
    "create or replace function backoffice.write_decision_history() returns trigger"
    " language plpgsql as 'begin return null; end'"
)
WAYS = {
    "one trigger off": OFF.format("write_decision_history"),
    "all triggers off": OFF.format("user"),
    "a function that does nothing": HOLLOW,
}


@each_decision
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_decision_without_history_refused(event, noa, before, decide, way):
    suggestion = f.suggestion(user=noa.profile, event=event)
    before(suggestion, noa)
    suggestion.refresh_from_db()
    f.run(way)
    stood = f.everything()

    with pytest.raises(workflow.NotRecorded) as refusal:
        decide(suggestion, noa)

    assert str(refusal.value).startswith("Nothing was changed: the decision history did not write")
    assert f.everything() == stood


def test_undo_preview_without_history(event, noa):
    suggestion = f.suggestion(user=noa.profile, event=event)
    carried_out(suggestion, noa)
    stood = f.everything()

    workflow.preview_undo(suggestion_id=suggestion.pk, by=noa)

    assert f.everything() == stood


def test_older_decision_without_history_no_hindrance(event, noa):
    old, new = (f.suggestion(user=noa.profile, event=event) for _n in range(2))
    f.run(WAYS["one trigger off"])
    f.run("update ai_insights_log set execution_status = 'rejected' where id = %s", old.pk)
    f.run("alter table ai_insights_log enable always trigger write_decision_history")

    assert workflow.reject(suggestion_id=new.pk, by=noa).status == "rejected"
    with pytest.raises(workflow.AlreadyDecided):
        workflow.reject(suggestion_id=old.pk, by=noa)


@each_decision
def test_moments_from_database_clock(event, noa, before, decide):
    suggestion = f.suggestion(user=noa.profile, event=event)
    before(suggestion, noa)
    suggestion.refresh_from_db()
    # Of the guard, which would put the moments right.
    f.run(OFF.format("guard_suggestion"))
    now = datetime.now(UTC)
    today = {f"{now + timedelta(days=n):%Y-%m-%d}" for n in (-1, 0, 1)}

    with CaptureQueriesContext(connection) as captured:
        decide(suggestion, noa)

    written = [
        sql
        for query in captured
        # What goes along with a statement stands before it.
        for sql in query["sql"].split(";\n")
        if sql.lstrip().lower().startswith(("insert", "update"))
    ]
    assert written
    assert [sql for sql in written if any(day in sql for day in today)] == []
    last = HistoryEntry.objects.order_by("-id")[0]
    assert abs(last.at - f.run("select now()")[0][0]) < timedelta(minutes=5)


def test_silent_lock_holder_released(event, noa):
    f.run("set idle_in_transaction_session_timeout = '7min'")
    suggestion = f.suggestion(user=noa.profile, event=event)
    told = (
        "select current_setting('idle_in_transaction_session_timeout'),"
        " current_setting('tcp_user_timeout'), current_setting('lock_timeout')"
    )

    with steps.locked_all([suggestion.pk]):
        assert f.run(told) == [("15s", "15000", "3s")]

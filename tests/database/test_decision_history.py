"""The decision history: written whoever decides, never changed, and provably so."""

import json
import uuid
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from ai_audit import workflow
from ai_audit.history import chain
from ai_audit.models import HistoryEntry
from eventflow.db import database
from tests import factories as f

pytestmark = pytest.mark.django_db


def run(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def told(suggestion) -> list[tuple]:
    return list(
        HistoryEntry.objects.filter(suggestion_id=suggestion.pk)
        .order_by("number")
        .values_list("number", "from_status", "to_status")
    )


def test_history_executed_approval_two_moves(noa, event):
    session = f.session(event=event, room="חדר A")
    suggestion = f.suggestion(
        user=noa.profile,
        event=event,
        data=f.update_data(session, room="חדר B"),
        action_type="schedule_update",
    )
    before = f.full_state(session)

    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))

    assert told(suggestion) == [(1, "suggested", "approved"), (2, "approved", "executed")]
    approved, executed = HistoryEntry.objects.filter(suggestion_id=suggestion.pk).order_by("number")
    assert (approved.database_role, approved.profile_id, approved.staff_member_id) == (
        "authenticated",
        noa.profile_id,
        noa.pk,
    )
    (kept,) = approved.seen
    assert kept.keys() == {"basis"}
    assert (approved.before, approved.after) == (None, None)
    assert approved.digest == executed.digest
    assert executed.before == before
    assert executed.after == f.full_state(session)
    assert executed.after["room"] == "חדר B"
    assert executed.removed is None


def test_history_cascade_kept_whole(noa, event):
    run(
        "create table public.session_notes (id uuid primary key default uuid_generate_v4(),"
        " session uuid references schedules (id) on delete cascade, note text, weight numeric)"
    )
    run(
        "create table public.note_marks (id int primary key,"
        " note uuid references session_notes (id) on delete cascade)"
    )
    run("alter table schedules add unique (event_id, id)")
    run(
        "create table public.session_plans (event uuid, session uuid, plan text,"
        " foreign key (session, event) references schedules (id, event_id) on delete cascade)"
    )
    run("alter table schedules add part_of uuid references schedules (id) on delete cascade")
    session = f.session(event=event)
    run("update schedules set part_of = id")
    part = f.session(event=event, title="חלק")
    run("update schedules set part_of = %s where id = %s", session.pk, part.pk)
    run("insert into session_plans values (%s, %s, 'B')", event.pk, session.pk)
    run("insert into session_plans values (%s, %s, 'C')", event.pk, part.pk)
    other = f.session(event=event, title="אחר")
    run("insert into session_plans values (%s, %s, 'D')", event.pk, other.pk)
    person = f.participant(event=event)
    registration = f.registration(participant=person, schedule=session)
    run("insert into session_notes (session, note, weight) values (%s, 'הערה', 1.10)", session.pk)
    run("insert into note_marks select 7, id from session_notes")
    suggestion = f.suggestion(
        user=noa.profile,
        event=event,
        data=f.delete_data(session),
        action_type="schedule_delete",
    )

    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))

    executed = HistoryEntry.objects.get(suggestion_id=suggestion.pk, to_status="executed")
    assert executed.after is None
    assert executed.before["current_count"] == 1
    # In the shape of production the product notes each update, too.
    noted = ["public.schedule_changes"] if settings.TEST_SHAPE == "production" else []
    assert sorted(executed.removed) == [
        "public.note_marks",
        "public.participant_schedules",
        *noted,
        "public.schedules",
        "public.session_notes",
        "public.session_plans",
    ]
    assert [row["id"] for row in executed.removed["public.schedules"]] == [str(part.pk)]
    plans = executed.removed["public.session_plans"]
    assert sorted(row["plan"] for row in plans) == ["B", "C"]
    assert [row["id"] for row in executed.removed["public.participant_schedules"]] == [
        str(registration.pk)
    ]
    assert [row["note"] for row in executed.removed["public.session_notes"]] == ["הערה"]
    with connection.cursor() as cursor:
        cursor.execute(
            "select removed #>> '{public.session_notes,0,weight}' from decision_history"
            " where id = %s",
            [executed.pk],
        )
        assert cursor.fetchone() == ("1.10",)


def test_history_rejection_reason(noa, event):
    suggestion = f.suggestion(user=noa.profile, event=event)
    workflow.reject(suggestion_id=suggestion.pk, by=noa, reason=" אין מקום ")
    entry = HistoryEntry.objects.get(suggestion_id=suggestion.pk)
    assert (entry.to_status, entry.reason, entry.decider) == ("rejected", "אין מקום", "נועה כהן")


def test_history_move_from_rest_layer(noa, event):
    suggestion = f.suggestion(user=noa.profile, event=event)
    with database.acting_as(noa.profile_id):
        run(
            "update ai_insights_log set execution_status = 'rejected' where id = %s",
            suggestion.pk,
        )
        for statement in (
            "select from backoffice.decision_history",
            "insert into backoffice.decision_history default values",
            "select backoffice.history_hash(null)",
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                run(statement)
    entry = HistoryEntry.objects.get(suggestion_id=suggestion.pk)
    assert (entry.database_role, entry.profile_id, entry.staff_member_id) == (
        "authenticated",
        noa.profile_id,
        None,
    )


@pytest.mark.parametrize("end", "0123456789abcdef")
@pytest.mark.parametrize("how", ["one", "lines", "by id"])
def test_of_many_each_finds_what_is_told_of_it_however_it_is_told(noa, event, how, end):
    """In one setting as well, as processes do that are not yet of this release."""
    mine, other = uuid.uuid4().hex[:-1] + end, uuid.uuid4()
    suggestion = f.suggestion(user=noa.profile, event=event, id=uuid.UUID(mine))
    pk = str(suggestion.pk)
    told = {each: json.dumps({"suggestion": each, "reason": each}) for each in (pk, str(other))}
    lines = "\n" + "\n".join(f"{each} {text}" for each, text in told.items()) + "\n"
    settings = {
        "one": {"": told[pk], f"_{end}": "\n"},
        "lines": {"": lines, f"_{end}": "\n"},
        "by id": {"": "by id", f"_{end}": lines},
    }[how]
    for name, text in settings.items():
        run(f"select set_config('eventflow.decision{name}', %s, true)", text)

    run("update ai_insights_log set execution_status = 'rejected' where id = %s", pk)

    assert HistoryEntry.objects.get(suggestion_id=pk).reason == pk


def test_history_move_from_console(noa, event):
    suggestion = f.suggestion(user=noa.profile, event=event)
    run("update ai_insights_log set execution_status = 'rejected' where id = %s", suggestion.pk)
    entry = HistoryEntry.objects.get(suggestion_id=suggestion.pk)
    with connection.cursor() as cursor:
        cursor.execute("select session_user")
        assert (entry.database_role,) == cursor.fetchone()
    assert entry.decider == ""


def test_history_context_of_another_suggestion(noa, event):
    one, other = (f.suggestion(user=noa.profile, event=event) for _ in range(2))
    run(
        "select set_config('eventflow.decision', %s, true)",
        json.dumps({"suggestion": str(one.pk), "reason": "for one"}),
    )
    run("update ai_insights_log set execution_status = 'rejected'")
    reasons = HistoryEntry.objects.values_list("suggestion_id", "reason")
    assert dict(reasons) == {one.pk: "for one", other.pk: None}


@pytest.mark.parametrize(
    "statement",
    [
        "update backoffice.decision_history set reason = 'x'",
        "delete from backoffice.decision_history",
        "truncate backoffice.decision_history",
    ],
)
def test_history_append_only(noa, event, statement):
    workflow.reject(suggestion_id=f.suggestion(user=noa.profile, event=event).pk, by=noa)
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        run(statement)
    assert database.sqlstate(refusal.value) == "EF006"


def decided(noa, event, count=3):
    """Suggestions that were approved and carried out, oldest id first."""
    made = []
    for n in range(count):
        suggestion = f.suggestion(
            user=noa.profile, event=event, data=f.create_data(room=f"חדר {n}")
        )
        workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))
        made.append(suggestion)
    return sorted(made, key=lambda suggestion: suggestion.pk)


def tamper(statement, *parameters):
    """As only the table's owner could: with the triggers off."""
    run("alter table backoffice.decision_history disable trigger user")
    run(statement, *parameters)
    run("alter table backoffice.decision_history enable always trigger history_is_append_only")


def test_chain_untouched_holds(noa, event):
    decided(noa, event)
    assert chain.find_break() is None


@pytest.mark.parametrize(
    ("statement", "number", "what"),
    [
        ("update decision_history set reason = 'x' where {second} and number = 1", 1,
         "It is not as it was written."),
        ("update decision_history set at = at + interval '1 microsecond' where {second} and"
         " number = 2", 2, "It is not as it was written."),
        ("delete from decision_history where {second} and number = 1", 1,
         "This entry is missing."),
        ("delete from decision_history where {second} and number = 2", 2,
         "This entry is missing: the last one says approved, the row executed."),
        ("delete from decision_history where {second}", 1,
         "It is executed, and nothing tells how it became so."),
        ("update decision_history set number = 3 - number, hash = hash where {second}", 1,
         "It does not follow the entry before it."),
    ],
)  # fmt: skip
def test_chain_first_altered_entry_named(noa, event, statement, number, what):
    suggestions = decided(noa, event)
    second = suggestions[1]
    run("alter table decision_history drop constraint decision_history_suggestion_id_number_key")
    tamper(statement.format(second=f"suggestion_id = '{second.pk}'"))
    assert chain.find_break() == chain.Break(second.pk, number, what)


def test_chain_missing_retry_entries_found(noa, event):
    f.session(event=event, room="חדר A", start=f.at(11))
    suggestion = f.suggestion(user=noa.profile, event=event)
    for _again in range(2):
        workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))
    assert chain.find_break() is None

    tamper("delete from decision_history where number > 2")

    assert chain.find_break() == chain.Break(
        suggestion.pk,
        3,
        "This entry is missing: the row says otherwise of its decision than the last one.",
    )


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "20000-01-01", "1066-01-01"])
def test_chain_entry_without_time_in_its_period(noa, event, moment):
    began = timezone.now()
    run(
        "insert into ai_insights_log (user_id, event_id, action_type, action_data, approved_at,"
        " approved_by, executed_at, execution_status) values (%s, %s, 'x', '{}', %s, %s, %s,"
        " 'executed')",
        noa.profile_id, event.pk, moment, noa.profile_id, moment,
    )  # fmt: skip

    assert chain.closing_digest(began, None)[1] == 1
    assert chain.closing_digest(None, None)[1] == 1
    assert chain.find_break() is None


def test_closing_digest_chunked(noa, event, monkeypatch):
    decided(noa, event)
    whole = chain.closing_digest(None, None)
    monkeypatch.setattr(chain, "_CHUNK", 2)

    assert chain.closing_digest(None, None) == whole == (whole[0], 6)


def test_chain_recomputed_found_by_closing_digest(noa, event):
    suggestions = decided(noa, event)
    period = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    kept, count = chain.closing_digest(*period)
    assert count == 6
    assert chain.closing_digest(*period) == (kept, count)

    only = f"suggestion_id = '{suggestions[0].pk}' and number = 2"
    tamper(f"update decision_history set reason = 'x' where {only}")
    tamper(f"update decision_history as h set hash = backoffice.history_hash(h) where {only}")
    assert chain.find_break() is None
    assert chain.closing_digest(*period)[0] != kept


def test_verify_history_exit_1(noa, event, monkeypatch):
    decided(noa, event, count=1)
    monkeypatch.setattr(chain, "first_break", chain.find_break)
    said = StringIO()
    call_command("verify_history", stdout=said)
    assert said.getvalue().startswith("The history holds: every entry is as it was written.\n")
    digest = said.getvalue().rsplit(maxsplit=1)[1]

    call_command("verify_history", "--expect", digest, stdout=StringIO())
    with pytest.raises(SystemExit) as ended:
        call_command("verify_history", "--expect", "0" * 64, stdout=said)
    assert ended.value.code == 1

    tamper("update decision_history set reason = 'x' where number = 1")
    with pytest.raises(SystemExit) as ended:
        call_command("verify_history", stdout=said)
    assert ended.value.code == 1
    assert "entry 1. It is not as it was written. Nothing was changed." in said.getvalue()

"""Undoing: what stood before stands again, by a new suggestion and through the same checks."""

import json
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from ai_audit import workflow
from ai_audit.history import chain
from ai_audit.models import HistoryEntry, Status, Suggestion, SuggestionLink
from ai_audit.presenters import timeline
from eventflow.text.bidi import isolate, ltr
from scheduling import times
from scheduling.models import Schedule
from tests import factories as f
from tests.pages import messages, signed_in
from tests.shapes import besides_notes, let_sessions_only_be_read
from tests.variants import first_soon

pytestmark = pytest.mark.django_db

NOW = f.at(6)

# Columns of the product's that no model knows, one of them computed, one an identity.
FURTHER_COLUMNS = """
alter table schedules
  add column if not exists tags text[],
  add column fee numeric,
  add column streams jsonb,
  add column length interval generated always as (end_time - start_time) stored,
  add column number bigint generated always as identity
"""

# Tables of the product's that go with a session, one of them with a table of its own below, and
# by their names the child comes first.
FURTHER_TABLES = """
create table public.session_voices (
  id bigint generated always as identity primary key,
  schedule_id uuid not null references schedules on delete cascade,
  name text not null,
  shout text generated always as (upper(name)) stored,
  share numeric
);
create table public.a_speaker_notes (
  id uuid primary key default gen_random_uuid(),
  speaker_id bigint not null references session_voices on delete cascade,
  answers uuid references a_speaker_notes on delete cascade,
  note text
);
"""


def everything():
    """All that undoing could have changed."""
    return [
        f.whole_table(table)
        for table in (
            "schedules",
            "participant_schedules",
            "ai_insights_log",
            "decision_history",
            "suggestion_links",
            "django_admin_log",
        )
    ]


def refused(suggestion_id, *, by, **told):
    """The refusal, after seeing that it changed nothing, and that looking first says the same."""
    before = everything()
    with pytest.raises(workflow.Refusal) as refusal:
        workflow.undo(suggestion_id=suggestion_id, by=by, **told)
    assert everything() == before
    if "digest" not in told:
        with pytest.raises(workflow.Refusal) as looking:
            workflow.preview_undo(suggestion_id=suggestion_id, by=by)
        assert str(looking.value) == str(refusal.value)
    return type(refusal.value), str(refusal.value)


def carried_out(noa, event, action_type, data):
    """A suggestion that was approved and carried out; its id."""
    suggestion = f.suggestion(user=noa.profile, event=event, action_type=action_type, data=data)
    outcome = workflow.approve(
        suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk)
    )
    assert outcome.status == Status.EXECUTED
    return suggestion.pk


def changed(noa, session, **changes):
    return carried_out(noa, session.event, "schedule_update", f.update_data(session, **changes))


def removed(noa, session):
    return carried_out(noa, session.event, "schedule_delete", f.delete_data(session))


def placed(noa, event, **fields):
    return carried_out(noa, event, "schedule_create", f.create_data(**fields))


def undone(suggestion_id, by, **told):
    """The id of the suggestion that undoes."""
    outcome = workflow.undo(suggestion_id=suggestion_id, by=by, **told)
    assert outcome.status == Status.EXECUTED
    return outcome.suggestion_id


# A change


def test_undo_sets_back_changed_only(event, noa):
    f.run(FURTHER_COLUMNS)
    session = f.session(event=event, room="חדר A", title="ישן", max_capacity=10)
    before = f.whole_row(session)
    # The title is asked for and is that already: nothing of it was changed.
    suggestion_id = changed(noa, session, room="חדר B", max_capacity=None, title="ישן")
    f.run("update schedules set title = 'נערך ביד', fee = 3.50 where id = %s", session.pk)

    new_id = undone(suggestion_id, noa, reason=" החדר לא התאים ")

    after = f.whole_row(session)
    assert after == before | {
        "title": "נערך ביד",
        "fee": 3.50,
        "updated_at": after["updated_at"],
    }
    new = Suggestion.objects.get(pk=new_id)
    when = times.moment(Suggestion.objects.get(pk=suggestion_id).executed_at, zone=event.zone)
    assert (new.action_type, new.user_id, new.approved_by_id, new.executed_at) == (
        "schedule_update",
        noa.profile_id,
        noa.profile_id,
        f.JUST_NOW,
    )
    assert new.action_data["changes"] == {"room": "חדר A", "max_capacity": 10}
    assert new.action_data["current_state"]["room"] == "חדר B"
    assert new.action_data["proposed_state"]["room"] == "חדר A"
    assert new.action_data["reasoning"] == (f"Undoes what was carried out on {when}. החדר לא התאים")
    assert list(SuggestionLink.objects.values_list("suggestion", "replaces", "undoes")) == [
        (new_id, None, suggestion_id)
    ]


def test_history_and_log_tell_of_it(event, noa):
    session = f.session(event=event, room="חדר A")
    suggestion_id = changed(noa, session, room="חדר B")
    row = f.whole_row(Suggestion.objects.get(pk=suggestion_id))

    new_id = undone(suggestion_id, noa, reason="טעות")

    assert f.whole_row(Suggestion.objects.get(pk=suggestion_id)) == row
    entries = HistoryEntry.objects.filter(suggestion_id=new_id).order_by("number")
    assert [(e.to_status, e.staff_member_id, e.reason) for e in entries] == [
        ("approved", noa.pk, "טעות"),
        ("executed", noa.pk, "טעות"),
    ]
    assert (entries[1].before["room"], entries[1].after["room"]) == ("חדר B", "חדר A")
    assert chain.find_break() is None
    log = LogEntry.objects.latest("id")
    assert (log.object_id, log.user_id, log.change_message) == (
        str(new_id),
        noa.user_id,
        "Approved. Executed.",
    )


def test_undo_sets_back_unaskable(event, noa):
    session = f.session(event=event, room="חדר  A ", max_capacity=0, speaker_name=" ")
    f.run("update schedules set title = repeat('ארוך ', 200)")
    before = f.whole_row(session)

    undone(changed(noa, session, room="B", max_capacity=5, speaker_name=None, title="קצר"), noa)

    assert f.whole_row(session) == before


def test_undo_since_told_before(event, noa):
    session = f.session(event=event, room="חדר A", max_capacity=10)
    suggestion_id = changed(noa, session, room="חדר B", max_capacity=20)
    f.run("update schedules set room = 'חדר C', title = 'אחר' where id = %s", session.pk)
    before = everything()

    found = workflow.preview_undo(suggestion_id=suggestion_id, by=noa)

    assert everything() == before
    assert found.since == {"room": ("חדר B", "חדר C")}
    assert dict(found.verdict.proposal.values) == {"room": "חדר A", "max_capacity": 10}
    assert found.verdict.session.room == "חדר C"
    undone(suggestion_id, noa, digest=found.digest)
    session.refresh_from_db()
    assert (session.room, session.max_capacity, session.title) == ("חדר A", 10, "אחר")


def test_undo_room_taken_names_holder(event, noa):
    session = f.session(event=event, room="חדר A")
    suggestion_id = changed(noa, session, room="חדר B")
    f.session(event=event, title="חדש", room="חדר A")

    assert refused(suggestion_id, by=noa) == (
        workflow.Blocked,
        "Nothing was changed: it cannot be carried out. "
        f"{isolate('חדר A')} is taken by “{isolate('חדש')}” (30 Jan 2038, {ltr('09:00–10:00')}).",
    )


def test_names_come_back_as_they_were_spelled(event, noa):
    session = f.session(event=event, room="HALL 3", speaker_name="DANA")
    for start in (12, 14):
        f.session(event=event, room="Hall 3", speaker_name="Dana", start=f.at(start))
    f.rooms(event, "Hall 4")
    suggestion_id = changed(noa, session, room="Hall 4", speaker_name="Noa")

    workflow.undo(suggestion_id=suggestion_id, by=noa)

    session.refresh_from_db()
    assert (session.room, session.speaker_name) == ("HALL 3", "DANA")


def test_undo_without_change_not_carried_out(event, noa):
    session = f.session(event=event, room="חדר A")
    data = f.update_data(session, room="חדר A")
    nothing = f.suggestion(user=noa.profile, event=event, data=data, action_type="schedule_update")

    outcome = workflow.approve(suggestion_id=nothing.pk, by=noa)

    assert outcome.status == "failed"
    assert "It stands like that already." in outcome.sentence


def test_undo_missing_session_not_set_back(event, noa):
    session = f.session(event=event, room="חדר A")
    suggestion_id = changed(noa, session, room="חדר B")
    removed(noa, session)

    assert refused(suggestion_id, by=noa) == (
        workflow.Blocked,
        "Nothing was changed: it cannot be carried out. "
        "The session it is about is no longer in the programme.",
    )


# A new session


def test_undo_new_session_with_what_came_since(event, noa):
    suggestion_id = placed(noa, event, max_capacity=40)
    session = Schedule.objects.get()
    f.registration(participant=f.participant(event=event), schedule=session)
    f.run("update schedules set room = 'חדר B'")

    found = workflow.preview_undo(suggestion_id=suggestion_id, by=noa)
    assert besides_notes(found.removed) == {"public.participant_schedules": 1}
    assert found.since == {"room": ("חדר A", "חדר B")}
    new_id = undone(suggestion_id, noa, digest=found.digest)

    assert f.run("select count(*) from schedules") == [(0,)]
    new = Suggestion.objects.get(pk=new_id)
    assert (new.action_type, new.action_data["schedule_id"], new.action_data["proposed_state"]) == (
        "schedule_delete",
        str(session.pk),
        None,
    )


# A removed session


@pytest.fixture(params=["a trigger counts", "no trigger counts"])
def counting(db, request):
    if request.param == "no trigger counts":
        f.run("drop trigger count_registrations on participant_schedules")


def rich(event):
    """A session with everything that can go with one; its participants."""
    f.run(FURTHER_COLUMNS)
    f.run(FURTHER_TABLES)
    session = f.session(event=event, room="חדר A", speaker_name="מיכל", max_capacity=30)
    people = [f.participant(event=event, first_name=name) for name in ("דן", "גל", "רון")]
    for person in people:
        f.registration(participant=person, schedule=session)
    f.registration(participant=people[0], schedule=session, is_companion=True)
    f.run(
        "insert into session_voices (schedule_id, name, share)"
        " select %s, 'speaker ' || n, 0.10000000000000000000001 from generate_series(1, 3) as n",
        session.pk,
    )
    f.run("insert into a_speaker_notes (speaker_id, note) select id, 'הערה' from session_voices")
    f.run(
        "insert into a_speaker_notes (id, speaker_id, answers, note)"
        " select '00000000-0000-4000-8000-000000000000', speaker_id, id, 'תשובה'"
        " from a_speaker_notes limit 1"
    )
    f.run(
        "update schedules set tags = '{a,\"b,c\"}', fee = 12345678901234567890.10,"
        " streams = '{\"url\": [1, null]}', speaker_image = 'x.png', sort_order = 7,"
        " current_count = 44 where id = %s",
        session.pk,
    )
    return session, people


ALONG = ("participant_schedules", "session_voices", "a_speaker_notes")


def test_undo_removed_session_whole(counting, event, noa):
    session, _people = rich(event)
    before = f.run("select to_jsonb(s) - 'updated_at' from schedules as s")
    along = {table: f.whole_table(table) for table in ALONG}
    suggestion_id = removed(noa, session)
    assert [f.whole_table(table) for table in ("schedules", *ALONG)] == [[], [], [], []]
    left = everything()

    found = workflow.preview_undo(suggestion_id=suggestion_id, by=noa)
    assert everything() == left
    assert besides_notes(found.restored) == {
        "public.participant_schedules": 4,
        "public.session_voices": 3,
        "public.a_speaker_notes": 4,
    }
    assert (found.left_out, found.since, found.removed) == ((), {}, {})
    new_id = undone(suggestion_id, noa, digest=found.digest)

    assert f.run("select to_jsonb(s) - 'updated_at' from schedules as s") == before
    assert {table: f.whole_table(table) for table in ALONG} == along
    new = Suggestion.objects.get(pk=new_id)
    assert (new.action_type, new.action_data["current_state"]) == ("schedule_create", None)
    assert new.action_data["proposed_state"]["room"] == "חדר A"
    assert "id" not in new.action_data["proposed_state"]
    entry = HistoryEntry.objects.get(suggestion_id=new_id, to_status="executed")
    assert (entry.before, entry.after["id"]) == (None, str(session.pk))


def test_undo_missing_people_listed_before(counting, event, noa):
    session, people = rich(event)
    suggestion_id = removed(noa, session)
    gone = people[0].pk
    people[0].delete()

    found = workflow.preview_undo(suggestion_id=suggestion_id, by=noa)
    assert found.restored["public.participant_schedules"] == 2
    assert {
        (row.table, json.loads(row.row)["participant_id"], row.reason) for row in found.left_out
    } == {
        (
            "public.participant_schedules",
            str(gone),
            "Whoever it belongs to is no longer among the participants. If they should come again, "
            "add and register them in EventFlow.",
        )
    }
    outcome = workflow.undo(suggestion_id=suggestion_id, by=noa, digest=found.digest)

    assert outcome.sentence == (
        "Undone. 2 rows could not be brought back; the history keeps them whole."
    )
    assert f.run("select current_count from schedules") == [(42,)]
    assert f.run("select count(*) from participant_schedules") == [(2,)]
    assert f.run("select count(*) from a_speaker_notes") == [(4,)]


def test_undo_left_out_row_takes_its_rows(event, noa):
    session, _people = rich(event)
    f.run("alter table session_voices add constraint short check (name <> 'speaker 2') not valid")
    suggestion_id = removed(noa, session)

    found = workflow.preview_undo(suggestion_id=suggestion_id, by=noa)

    assert found.restored["public.session_voices"] == 2
    assert sorted({row.table for row in found.left_out}) == [
        "public.a_speaker_notes",
        "public.session_voices",
    ]


NO_TABLE = (
    "The table it was in is no longer there. Whoever looks after the database can bring that back "
    "before you undo."
)
DOES_NOT_FIT = (
    "It does not fit the table any more, as that is by now. Whoever looks after the database can "
    "settle that before you undo."
)


def test_undo_missing_table_told(event, noa):
    session, _people = rich(event)
    suggestion_id = removed(noa, session)
    f.run("drop table a_speaker_notes")

    found = workflow.preview_undo(suggestion_id=suggestion_id, by=noa)

    assert [(row.table, row.reason) for row in found.left_out] == [
        ("public.a_speaker_notes", NO_TABLE)
    ] * 4


VOICES = "alter table session_voices add constraint"
# What was done to the tables since, and what is told of whichever row does not fit them.
SINCE = {
    "unique": (
        "create unique index on session_voices (name);"
        " insert into session_voices (schedule_id, name, share) select %s, 'speaker 2', 1",
        "A row with the same \u2066name\u2069 is there by now, and stays. If this one should come "
        "back instead, remove that one in EventFlow before you undo.",
    ),
    "an expression": (
        "create unique index on session_voices (lower(name));"
        " insert into session_voices (schedule_id, name, share) select %s, 'Speaker 2', 1",
        "Something is in its place by now, and stays. If this one should come back instead, remove "
        "that in EventFlow before you undo.",
    ),
    "required": (
        "alter table session_voices add column told text; alter table session_voices"
        " alter told set not null; delete from session_voices where schedule_id = %s",
        "The table asks for a value in \u2066told\u2069 by now, and it has none. Whoever looks "
        "after the database can settle that before you undo.",
    ),
    "checked": (
        f"{VOICES} short check (name <> 'speaker 2') not valid;"
        " delete from session_voices where schedule_id = %s",
        DOES_NOT_FIT,
    ),
    "narrower": (
        "alter table session_voices drop column shout, alter name type varchar(3);"
        " delete from session_voices where schedule_id = %s",
        DOES_NOT_FIT,
    ),
    "led elsewhere": (
        "create table public.voices (name text primary key);"
        f" {VOICES} known foreign key (name) references public.voices (name);"
        " delete from session_voices where schedule_id = %s",
        "The row of \u2066voices\u2069 it belongs to is no longer there. If it should come back "
        "too, bring that back in EventFlow before you undo.",
    ),
}


@pytest.mark.parametrize("language", first_soon(["en", "he"]))
@pytest.mark.parametrize("since", SINCE)
def test_undo_unfitting_row_told(event, noa, since, language):
    session, _people = rich(event)
    other = f.session(event=event, room="חדר ב", start=f.at(15))
    suggestion_id = removed(noa, session)
    changed, told = SINCE[since]
    f.run("set constraints all immediate")
    for statement in changed.split("; "):
        f.run(statement, *([other.pk] if "%s" in statement else []))

    with translation.override(language):
        found = workflow.preview_undo(suggestion_id=suggestion_id, by=noa)
        sentence = workflow.undo(suggestion_id=suggestion_id, by=noa).sentence

    reasons = {row.reason for row in found.left_out if row.table == "public.session_voices"}
    if language == "en":
        assert reasons == {told}
        assert "the history keeps " in sentence
    for reason in reasons:
        assert not re.search(r"violates|Key \(|constraint|relation|too long", reason)


def test_undo_with_added_or_dropped_columns(event, noa):
    session, _people = rich(event)
    suggestion_id = removed(noa, session)
    f.run("alter table schedules drop column fee, add column level text not null default 'כולם'")

    undone(suggestion_id, noa)

    row = f.whole_row(session)
    assert (row["level"], row["tags"], "fee" in row) == ("כולם", ["a", "b,c"], False)


def test_undo_slot_taken_names_holder(event, noa):
    session = f.session(event=event, room="חדר A")
    suggestion_id = removed(noa, session)
    f.session(event=event, title="חדש", room="חדר A", start=f.at(9, 30))

    assert refused(suggestion_id, by=noa) == (
        workflow.Blocked,
        "Nothing was changed: it cannot be carried out. "
        f"{isolate('חדר A')} is taken by “{isolate('חדש')}” (30 Jan 2038, {ltr('09:30–10:30')}).",
    )


def test_undo_session_restored_by_hand_already(event, noa):
    session = f.session(event=event)
    suggestion_id = removed(noa, session)
    Schedule.objects.create(
        pk=session.pk, event=event, title="שוב", start_time=f.at(15), end_time=f.at(16)
    )

    assert refused(suggestion_id, by=noa) == (
        workflow.Blocked,
        "Nothing was changed: it cannot be carried out. "
        "The session is in the programme again already.",
    )


def test_undo_roles_of_session_and_rows(event, noa):
    session = f.session(event=event)
    f.registration(participant=f.participant(event=event), schedule=session)
    suggestion_id = removed(noa, session)
    # The approver may see registrations and write none; the cascade never asked.
    f.run("drop policy participant_schedules_own_organization on participant_schedules")
    f.run(
        "create table public.writers (place text, role text);"
        "grant all on writers to authenticated;"
        "create function public.write_down() returns trigger language plpgsql as $$ begin"
        " insert into public.writers values (tg_table_name, current_user); return null; end $$;"
        "create trigger w after insert on schedules for each row execute function write_down();"
        "create trigger w after insert on participant_schedules for each row"
        " execute function write_down()"
    )

    undone(suggestion_id, noa)

    assert f.run("select place, role = session_user, role from writers order by 1") == [
        ("participant_schedules", True, f.run("select session_user")[0][0]),
        ("schedules", False, "authenticated"),
    ]


def test_undo_judged_by_policies(event, noa):
    session = f.session(event=event)
    suggestion_id = removed(noa, session)
    let_sessions_only_be_read()

    kind, sentence = refused(suggestion_id, by=noa)

    assert kind is workflow.Blocked
    assert 'violates row-level security policy for table "schedules"' in sentence


# Twice, and back again


def test_undoing_twice_is_refused(event, noa):
    suggestion_id = changed(noa, f.session(event=event, room="חדר A"), room="חדר B")
    new = Suggestion.objects.get(pk=undone(suggestion_id, noa))

    when = times.moment(new.approved_at, zone=event.zone)
    assert refused(suggestion_id, by=noa) == (
        workflow.NotUndoable,
        f"Nothing was changed: it was undone already, by {isolate(noa.profile.full_name)} on "
        f"{when}.",
    )


def test_undoing_linked_unapproved_is_refused(event, noa, suggest):
    suggestion_id = changed(noa, f.session(event=event, room="חדר A"), room="חדר B")
    SuggestionLink.objects.create(suggestion=suggest(), undoes_id=suggestion_id)

    assert refused(suggestion_id, by=noa) == (
        workflow.NotUndoable,
        "Nothing was changed: it is “Carried out, undone” already.",
    )


def test_undoing_can_be_undone_again_and_again(counting, event, noa):
    session, _people = rich(event)
    state = f.run("select to_jsonb(s) - 'updated_at' from schedules as s")
    along = [f.whole_table(table) for table in ALONG]

    returned = undone(removed(noa, session), noa)
    gone_again = undone(returned, noa)
    assert [f.whole_table(table) for table in ("schedules", *ALONG)] == [[], [], [], []]
    undone(gone_again, noa)

    assert f.run("select to_jsonb(s) - 'updated_at' from schedules as s") == state
    assert [f.whole_table(table) for table in ALONG] == along
    assert chain.find_break() is None


def test_undo_and_redo(event, noa):
    session = f.session(event=event, room="חדר A")

    back = undone(changed(noa, session, room="חדר B", start_time="2038-01-30T14:00:00",
                          end_time="2038-01-30T15:00:00"), noa)  # fmt: skip
    session.refresh_from_db()
    assert (session.room, session.start_time) == ("חדר A", f.at(9))
    undone(back, noa)

    session.refresh_from_db()
    assert (session.room, session.start_time) == ("חדר B", f.at(14))


# What is not undone


@pytest.mark.parametrize(
    ("decide", "label"),
    [(None, "Suggested"), (workflow.reject, "Rejected"), (workflow.approve_for_later, "Approved")],
)
def test_undo_executed_only(event, noa, decide, label):
    suggestion = f.suggestion(user=noa.profile, event=event)
    if decide:
        decide(suggestion_id=suggestion.pk, by=noa)

    assert refused(suggestion.pk, by=noa) == (
        workflow.NotUndoable,
        f"Nothing was changed: only what was carried out can be undone, and this is “{label}”.",
    )


UNKNOWN = "Nothing was changed: the history does not tell what stood before it was carried out."


@pytest.mark.parametrize("action_type", ["schedule_create", "schedule_update", "room_assign"])
def test_undo_of_another_programs_execution(event, noa, action_type):
    suggestion = f.suggestion(
        user=noa.profile, event=event, action_type=action_type, execution_status="executed"
    )

    assert refused(suggestion.pk, by=noa) == (workflow.NotUndoable, UNKNOWN)


def test_undo_ignores_claims_of_past(event, noa):
    session = f.session(event=event, room="חדר A")
    data = f.update_data(session, room="חדר B")
    data["current_state"]["room"] = "חדר Z"

    undone(carried_out(noa, event, "schedule_update", data), noa)

    session.refresh_from_db()
    assert session.room == "חדר A"


def test_undo_of_another_organization(event, noa, theirs):
    stranger = f.staff(profile=f.profile(organization=theirs))
    suggestion_id = changed(noa, f.session(event=event, room="חדר A"), room="חדר B")

    assert refused(suggestion_id, by=stranger)[0] is workflow.NotYours


def test_undo_stale_digest(event, noa):
    session = f.session(event=event, room="חדר A")
    suggestion_id = changed(noa, session, room="חדר B")
    digest = workflow.preview_undo(suggestion_id=suggestion_id, by=noa).digest
    f.run("update schedules set room = 'חדר C'")

    assert refused(suggestion_id, by=noa, digest=digest)[0] is workflow.Changed


def test_undo_registration_is_no_difference(event, noa):
    session = f.session(event=event, room="חדר A")
    suggestion_id = changed(noa, session, room="חדר B")
    digest = workflow.preview_undo(suggestion_id=suggestion_id, by=noa).digest
    f.registration(participant=f.participant(event=event), schedule=session)

    undone(suggestion_id, noa, digest=digest)


def removed_and_undone(suggest, noa, session, meanwhile=lambda: None):
    """The sentence that undoing a session's removal comes to."""
    suggestion = suggest(f.delete_data(session), "schedule_delete")
    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))
    meanwhile()
    return workflow.undo(suggestion_id=suggestion.pk, by=noa).sentence


def test_undo_counts_registrations_of_each_session(event, noa, suggest):
    f.run("alter table schedules add parent uuid references schedules on delete cascade")
    whole, part = f.session(event=event, title="whole"), f.session(event=event, title="part")
    f.run("update schedules set parent = %s where id = %s", whole.pk, part.pk)
    gone = f.participant(event=event)
    f.registration(participant=gone, schedule=part)
    for session in (part, part, part, whole):
        f.registration(participant=f.participant(event=event), schedule=session)

    sentence = removed_and_undone(
        suggest, noa, whole, lambda: f.run("delete from participants where id = %s", gone.pk)
    )

    assert sentence == "Undone. 1 row could not be brought back; the history keeps it whole."
    assert sorted(f.run("select title, current_count from schedules")) == [
        ("part", 3),
        ("whole", 1),
    ]


def test_rows_that_are_alike_all_return(event, noa, suggest):
    f.run(
        "create table public.tags (tag text, session uuid references schedules on delete cascade)"
    )
    session = f.session(event=event)
    f.run("insert into tags values ('a', %s), ('a', %s)", session.pk, session.pk)

    assert removed_and_undone(suggest, noa, session) == "Undone."
    assert f.run("select count(*) from tags") == [(2,)]


def test_undo_full_session_with_everybody(event, noa, suggest):
    f.run("alter table schedules add check (current_count <= max_capacity)")
    session = f.session(event=event, max_capacity=2)
    for _n in range(2):
        f.registration(participant=f.participant(event=event), schedule=session)

    assert removed_and_undone(suggest, noa, session) == "Undone."
    assert f.run("select current_count from schedules") == [(2,)]
    assert f.run("select count(*) from participant_schedules") == [(2,)]


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 5000 + "]" * 5000])
def test_undo_unreadable_column_as_it_was(event, noa, suggest, value):
    f.run("alter table schedules add streams jsonb")
    session = f.session(event=event)
    f.run("update schedules set streams = %s::jsonb", value)
    before = f.run("select streams::text from schedules")
    changing = suggest(
        {"schedule_id": str(session.pk), "changes": {"title": "אחר"}}, "schedule_update"
    )
    workflow.approve(suggestion_id=changing.pk, by=noa, confirmed=f.confirming(changing.pk))
    changing.refresh_from_db()

    assert [c.after for c in timeline.carried_out(changing).changes] == ["אחר"]
    assert workflow.undo(suggestion_id=changing.pk, by=noa).sentence == "Undone."
    suggestion = suggest({"schedule_id": str(session.pk)}, "schedule_delete")
    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))
    assert workflow.undo(suggestion_id=suggestion.pk, by=noa).sentence == "Undone."
    assert f.run("select streams::text from schedules") == before


def test_undo_many_rows_few_attempts(event, noa, suggest):
    session = f.session(event=event)
    people = [f.participant(event=event) for _n in range(128)]
    for person in people:
        f.registration(participant=person, schedule=session)
    suggestion = suggest(f.delete_data(session), "schedule_delete")
    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))
    f.run("delete from participants where id = any (%s)", [p.pk for p in people[:2]])

    with CaptureQueriesContext(connection) as captured:
        workflow.undo(suggestion_id=suggestion.pk, by=noa)

    inserted = [q for q in captured if "insert into" in q["sql"] and "_schedules" in q["sql"]]
    assert len(inserted) <= 2 * (1 + 2 * 2 * 7)
    assert f.run("select current_count from schedules") == [(126,)]


# The product's own triggers, as products write them


DECOYS = """
create table public.session_log (session uuid, role text);
grant all on public.session_log to authenticated;
create table backoffice.session_log (session uuid, role text);
create function public.log_session() returns trigger language plpgsql {rights} as $$
begin
  insert into session_log values (new.id, current_user);
  return new;
end
$$;
create trigger logs after insert or update on schedules for each row execute function log_session();
"""


@pytest.mark.parametrize("rights", ["", "security definer"])
def test_undo_triggers_find_product_tables(event, noa, rights):
    session, _people = rich(event)
    before = f.run("select to_jsonb(s) - 'updated_at' from schedules as s")
    f.run(DECOYS.format(rights=rights))
    suggestion_id = removed(noa, session)

    outcome = workflow.undo(suggestion_id=suggestion_id, by=noa)

    assert outcome.sentence == "Undone."
    assert f.run("select to_jsonb(s) - 'updated_at' from schedules as s") == before
    # It was placed, its registrations counted one by one, and then set right.
    assert f.run("select count(*) from public.session_log") == [(6,)]
    assert f.run("select count(*) from backoffice.session_log") == [(0,)]


REFUSING = """
create function public.refuse() returns trigger language plpgsql as $$
begin
  raise 'Closed on Fridays' using errcode = '{code}';
end
$$;
create {constraint} trigger refusing after {what} on {table} {deferred}
  for each row execute function refuse();
"""
CODES = ("P0001", "42P01", "42501", "23514", "57014", "22023", "XX000", "PT403")


@pytest.mark.parametrize("code", first_soon(CODES, 2))
@pytest.mark.parametrize(
    ("table", "what"),
    [("schedules", "insert"), ("schedules", "update"), ("participant_schedules", "insert")],
)
@pytest.mark.parametrize("deferred", first_soon(["deferrable initially deferred", ""]))
def test_undo_any_database_refusal_changes_nothing(event, noa, code, table, what, deferred):
    session = f.session(event=event)
    f.registration(participant=f.participant(event=event), schedule=session)
    suggestion_id = removed(noa, session)
    f.run(
        REFUSING.format(
            code=code,
            table=table,
            what=what,
            deferred=deferred,
            constraint="constraint" if deferred else "",
        )
    )

    if table == "participant_schedules" and code[:2] in ("22", "23"):
        # That is about a row, which is told before.
        found = workflow.preview_undo(suggestion_id=suggestion_id, by=noa)
        assert [isolate("Closed on Fridays") in row.reason for row in found.left_out] == [True]
        return
    kind, sentence = refused(suggestion_id, by=noa)
    assert kind in (workflow.Blocked, workflow.RefusedByPolicy)
    assert isolate("Closed on Fridays") in sentence
    assert sentence.startswith("Nothing was changed")


def test_undo_refusal_is_message(event, noa, root):
    noa.user.user_permissions.add(*Permission.objects.filter(codename="undo_suggestion"))
    session = f.session(event=event)
    f.registration(participant=f.participant(event=event), schedule=session)
    suggestion_id = removed(noa, session)
    f.run(
        REFUSING.format(code="57014", table="schedules", what="update", deferred="", constraint="")
    )
    address = f"/admin/ai_audit/suggestion/{suggestion_id}/change/"
    before = everything()

    answer = signed_in(noa.user).post(address, {"_undo": "1"})

    assert (answer.status_code, answer["Location"]) == (302, address)
    assert "Closed on Fridays" in messages(answer)[-1]
    assert everything() == before

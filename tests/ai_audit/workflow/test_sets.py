"""Carried out as a set, each comes to what it would come to by itself, and is kept the same."""

import json
from contextlib import contextmanager
from dataclasses import replace
from unittest import mock

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from ai_audit import verdicts, workflow
from ai_audit.history import chain
from ai_audit.models import HistoryEntry, Status, Suggestion
from ai_audit.workflow import batches, bulk, confirmation
from scheduling.models import Schedule
from tests import factories as f

pytestmark = pytest.mark.django_db

# What the database refuses whoever writes it, or writes nothing of, by title.
REFUSED = (
    "by a constraint",
    "by a policy",
    "by a trigger",
    "by the log",
    "at the end",
    "swallowed",
)
HOSTILE = """
alter table public.schedules add constraint no_such_title check (title <> 'by a constraint');
create policy no_such_title on public.schedules as restrictive for insert to authenticated
  with check (title <> 'by a policy');
create policy not_moved on public.schedules as restrictive for update to authenticated
  using (title <> 'kept by a policy');
create policy not_removed on public.schedules as restrictive for delete to authenticated
  using (title <> 'kept by a policy');
create policy hidden on public.ai_insights_log as restrictive for update to authenticated
  using (action_data #>> '{proposed_state,title}' is distinct from 'by the log')
  with check (
    execution_status <> 'executed'
    or action_data #>> '{proposed_state,title}' is distinct from 'at the end'
  );
create function public.refuse_title() returns trigger language plpgsql as $$
begin
  if new.title = 'by a trigger' then
    raise exception 'No such title.';
  end if;
  return case when new.title <> 'swallowed' then new end;
end
$$;
create trigger refuse_title before insert on public.schedules
  for each row execute function public.refuse_title();
"""
# Whatever writes more than one decision is refused, and so each is left to itself.
ONE_BY_ONE = """
create function public.one_by_one() returns trigger language plpgsql as $$
begin
  if (select count(*) from written) > 1 then
    raise exception 'One by one.';
  end if;
  return null;
end
$$;
create trigger one_by_one after update on public.ai_insights_log
  referencing new table as written for each statement execute function public.one_by_one();
"""


@pytest.fixture
def hostile(db):
    f.run(HOSTILE)


@contextmanager
def undone():
    """Whatever is done in the block is not done after it."""
    savepoint = transaction.savepoint()
    yield
    transaction.savepoint_rollback(savepoint)


def looked_at(suggestions):
    """What a person is shown of each, by id, and what they say who are asked for all of it."""
    found = Suggestion.objects.select_related("event", "user").in_bulk([s.pk for s in suggestions])
    judged = verdicts.judge(found[s.pk] for s in suggestions)
    shown = {s.pk: verdicts.digest(found[s.pk], judged[s.pk]) for s in suggestions}
    titles = {pk: confirmation.needed(judged[pk]).title for pk in shown}
    said = {pk: replace(f.EVERY_TICK, title=titles[pk] or "", reason="as asked") for pk in shown}
    return shown, said


def seen(suggestions):
    return looked_at(suggestions)[0]


# What is of the clock, or random, or follows from that.
NOT_COMPARED = {
    *("approved_at", "executed_at", "decided_at", "created_at", "updated_at", "waited", "at"),
    *("action_time", "hash", "previous_hash", "state"),
}


def rows(table: str, *, known=()) -> list[str]:
    """The rows of a table as text, without ids of their own; of sessions that are new, too."""

    def compared(value):
        if isinstance(value, dict):
            named = {name: one for name, one in value.items() if name not in NOT_COMPARED}
            if value.get("id") not in known:
                named.pop("id", None)
            return {name: compared(one) for name, one in named.items()}
        return [compared(one) for one in value] if isinstance(value, list) else value

    found = f.run(f"select to_jsonb(t)::text from {table} as t")
    return sorted(json.dumps(compared(json.loads(text)), sort_keys=True) for (text,) in found)


def kept(known) -> dict[str, list[str]]:
    """All that a decision leaves."""
    tables = (
        *("public.schedules", "public.participant_schedules", "public.ai_insights_log"),
        *("backoffice.decision_history", "backoffice.suggestion_index", "backoffice.stale_days"),
        "backoffice.django_admin_log",
    )
    found = {table: rows(table, known=known) for table in tables}
    # A day may be marked more than once.
    days = "backoffice.stale_days"
    return found | {days: sorted(set(found[days]))}


# What is suggested, and of what: a number says of which session, or in which room.
creates = st.tuples(
    st.just("create"), st.integers(0, 3), st.sampled_from(["free", "speaker", *REFUSED])
)
changes = st.tuples(
    st.just("update"), st.integers(0, 3), st.sampled_from(["title", "room", "times", "capacity"])
)
removals = st.tuples(st.just("delete"), st.integers(0, 3), st.none())
others = st.tuples(st.sampled_from(["decided", "foreign", "odd", "stale"]), st.just(0), st.none())
mixes = st.lists(st.one_of(creates, creates, changes, changes, removals, others), max_size=6)


class World:
    """An event of four sessions, of which one is kept by a policy, and what is suggested for it."""

    def __init__(self, noa, stranger, mix):
        self.noa, self.stranger = noa, stranger
        self.event = f.event(organization=noa.profile.organization)
        self.sessions = [
            f.session(event=self.event, title=title, room=f"Old {n}", start=f.at(9 + n))
            for n, title in enumerate(["first", "second", "third", "kept by a policy"])
        ]
        f.rooms(self.event, *(f"New {n}" for n in range(4)))
        for session in self.sessions[1:]:
            f.registration(participant=f.participant(event=self.event), schedule=session)
        self.stale = set()
        self.suggestions = [self.suggested(n, *one) for n, one in enumerate(mix)]

    def suggested(self, n, what, of, how):
        action, data, who, event = what, None, self.noa.profile, self.event
        if what == "create":
            asked = {"title": f"title {n}" if how in ("free", "speaker") else how}
            asked |= {"room": f"New {of}", "speaker_name": "Dana" if how == "speaker" else None}
            data = f.create_data(**asked)
        elif what == "update":
            change = {
                "title": {"title": f"title {n}"},
                "room": {"room": f"New {of}", "description": f"of {n}"},
                "times": {
                    "start_time": f.at(15 + of).isoformat(),
                    "end_time": f.at(16 + of).isoformat(),
                },
                "capacity": {"max_capacity": 40 + n},
            }[how]
            data = f.update_data(self.sessions[of], **change)
        elif what == "delete":
            data = f.delete_data(self.sessions[of])
        else:
            action, data = "create", f.create_data(title=what, room=f"{what} {n}")
        if what == "foreign":
            who, event = self.stranger, f.event(organization=self.stranger.organization)
        if what == "odd":
            data = ["nonsense"]
        made = f.suggestion(user=who, event=event, data=data, action_type=f"schedule_{action}")
        if what == "decided":
            workflow.reject(suggestion_id=made.pk, by=self.noa)
        if what == "stale":
            self.stale.add(made.pk)
        return made

    def approve(self, digests, confirmed) -> list:
        """What each comes to, in a batch of an act: one that was not shown so is left out."""
        results = workflow.approve_batch(
            digests=digests, by=self.noa, confirmed=confirmed, act=bulk.BulkAct({})
        )
        assert list(results) == list(digests)
        assert chain.find_break() is None
        assert f.run("select current_user = session_user") == [(True,)]
        return f.told(results)

    def run(self, digests, confirmed) -> list:
        known = {str(one.pk) for one in [*self.sessions, *self.suggestions]}
        results, left = self.approve(digests, confirmed), kept(known)
        ends = zip(digests, results, strict=True)
        undone = self.undo_all([pk for pk, came_to in ends if came_to[0] == Status.EXECUTED])
        return [results, left, undone, rows("public.schedules", known=known)]

    def undo_all(self, executed) -> list:
        """What undoing each comes to, the last first."""
        found = []
        for pk in reversed(executed):
            try:
                found.append(workflow.undo(suggestion_id=pk, by=self.noa).status)
            except workflow.Refusal as refusal:
                found.append(type(refusal))
        return found


@pytest.mark.usefixtures("hostile")
@given(mix=mixes)
def test_batch_equals_one_by_one(noa, theirs, mix):
    world = World(noa, f.profile(organization=theirs), mix)
    digests, said = looked_at(world.suggestions)
    digests |= dict.fromkeys(world.stale, "0" * 64)

    with undone():
        as_a_set = world.run(digests, said)
    with undone(), mock.patch.object(batches, "MOST", 2):
        as_small_sets = world.run(digests, said)
    with undone():
        f.run(ONE_BY_ONE)
        one_by_one = world.run(digests, said)

    assert as_a_set == as_small_sets == one_by_one


@pytest.fixture
def make(noa, event):
    """Makes so many clear ones of each kind, all of the same shape."""

    def made(count):
        numbers = range(count)
        changed, removed = (
            [
                f.session(event=event, title=f"{what} {n}", room=f"{what} {n}", start=f.at(9))
                for n in numbers
            ]
            for what in ("changed", "removed")
        )
        asked = [("create", f.create_data(title=f"new {n}", room=f"changed {n}")) for n in numbers]
        asked += [("update", f.update_data(one, description="other")) for one in changed]
        asked += [("delete", f.delete_data(one)) for one in removed]
        return [
            f.suggestion(user=noa.profile, event=event, data=data, action_type=f"schedule_{action}")
            for action, data in asked
        ]

    return made


def test_statements_do_not_grow_with_the_rows(noa, make):
    """The first act also asks what a connection asks once."""
    counted, done = {}, []
    for count in (1, 4, 33):
        suggestions = make(count)
        digests = seen(suggestions)
        with CaptureQueriesContext(connection) as captured:
            results = workflow.approve_batch(digests=digests, by=noa)
        counted[count] = len(captured)
        done += [result.status for result in results.values()]
        Schedule.objects.filter(event=suggestions[0].event).delete()

    assert done == [Status.EXECUTED] * 3 * (1 + 4 + 33)
    assert counted[4] == counted[33]


# What an act of new sessions asks beside savepoints, by how it begins; what only prepares a
# statement goes with it, and so do the lines of the admin's log.
LOCKED = (
    "select coalesce(bool_and(pg_catalog.pg_advisory_xact_lock(",
    'SELECT "ai_insights_log"."id"',
    'SELECT "events"."id"',
    'SELECT "user_profiles"."id"',
)
POINTING = ("with wanted as",)
JUDGED = ("select * from ( ( with coming as", "with undecided as")
WRITTEN = (
    "update public.ai_insights_log",
    "insert into public.schedules",
    "select count(*) from public.schedules",
    "set constraints all immediate",
    "update public.ai_insights_log",
)
RECORDED = ("select 1 from public.ai_insights_log",)


def asked_by(captured):
    """Statements but for savepoints, each without what was sent ahead of it."""
    alone = (" ".join(query["sql"].split(";\n")[-1].split()) for query in captured)
    return [sql for sql in alone if "SAVEPOINT" not in sql]


@pytest.mark.parametrize("most", [250, 2])
def test_what_each_statement_of_many_is_for(noa, event, monkeypatch, most):
    """An event and a person are read once, and how sessions stand goes from server to history."""
    monkeypatch.setattr(batches, "MOST", most)
    asked = [f.create_data(title=f"{n}", room=None) for n in range(5)]
    first, *suggestions = [f.suggestion(user=noa.profile, event=event, data=one) for one in asked]
    workflow.approve_batch(digests=seen([first]), by=noa)
    digests = seen(suggestions)

    with CaptureQueriesContext(connection) as captured:
        workflow.approve_batch(digests=digests, by=noa)

    sets = 1 if most == 250 else 2
    expected = [*LOCKED, *POINTING * f.judged(), *JUDGED, *WRITTEN * sets, *RECORDED]
    for sql, begins in zip(asked_by(captured), expected, strict=True):
        assert sql.startswith(begins)
    kept = HistoryEntry.objects.filter(suggestion__in=suggestions, to_status=Status.EXECUTED)
    assert sorted(entry.after["title"] for entry in kept) == ["1", "2", "3", "4"]


def test_batch_few_refused_stay_together(noa, make):
    f.run(HOSTILE)
    suggestions = make(16)
    refused = f.suggestion(
        user=noa.profile,
        event=suggestions[0].event,
        data=f.create_data(
            title="by a policy",
            room="changed 0",
            start_time="2038-01-30T17:00",
            end_time="2038-01-30T18:00",
        ),
    )
    suggestions.insert(24, refused)
    digests = seen(suggestions)

    with CaptureQueriesContext(connection) as captured:
        results = workflow.approve_batch(digests=digests, by=noa)

    assert [s.pk for s in suggestions if results[s.pk].status != Status.EXECUTED] == [refused.pk]
    moves = [q for q in captured if "update public.ai_insights_log" in q["sql"]]
    # Two for each set that is done, and of 49 there are six halvings.
    assert 0 < len(moves) < 2 * (6 + 6) + 2


def test_batch_removals_taking_each_other_along(noa, make):
    f.run("alter table schedules add part_of uuid references schedules on delete cascade")
    suggestions = make(2)
    whole, part = (s for s in suggestions if s.action_type == "schedule_delete")
    ids = [s.action_data["schedule_id"] for s in (whole, part)]
    f.run("update schedules set part_of = %s where id = %s", *ids)
    digests = seen(suggestions)

    results = workflow.approve_batch(
        digests=digests, by=noa, confirmed=dict.fromkeys(digests, f.EVERY_TICK)
    )

    statuses = {pk: result.status for pk, result in results.items()}
    assert statuses.pop(part.pk) == Status.FAILED
    assert set(statuses.values()) == {Status.EXECUTED}
    f.run("alter table schedules drop part_of")


def test_batch_two_removals_keep_shared_rows_of_first(noa, make):
    f.run(
        "create table public.pairs (one uuid references schedules on delete cascade,"
        " other uuid references schedules on delete cascade)"
    )
    suggestions = [s for s in make(2) if s.action_type == "schedule_delete"]
    f.run("insert into pairs values (%s, %s)", *(s.action_data["schedule_id"] for s in suggestions))
    digests = seen(suggestions)

    workflow.approve_batch(digests=digests, by=noa, confirmed=dict.fromkeys(digests, f.EVERY_TICK))

    kept = f.run(
        "select suggestion_id, removed ->> 'public.pairs' is not null"
        " from backoffice.decision_history where to_status = 'executed'"
    )
    assert dict(kept) == {suggestions[0].pk: True, suggestions[1].pk: False}


def test_batch_history_of_each(noa, suggest):
    """Also where what is said of one looks like what is told of another."""
    suggestions = [suggest(f.create_data(title=f"{n}", room=None)) for n in range(3)]
    reasons = {
        s.pk: f'why\n{other.pk} {{"reason": "other"}}\n{other.pk}'
        for s, other in zip(suggestions, [*suggestions[1:], suggestions[0]], strict=True)
    }

    workflow.approve_batch(
        digests=seen(suggestions),
        by=noa,
        confirmed={pk: workflow.Confirmation(reason=reason) for pk, reason in reasons.items()},
    )

    entries = HistoryEntry.objects.all()
    assert {(e.suggestion_id, e.to_status): e.reason for e in entries} == {
        (pk, status): reason
        for pk, reason in reasons.items()
        for status in ("approved", "executed")
    }
    assert chain.find_break() is None


@pytest.fixture
def batches_of_three(monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 3)


def approve_many(suggestions, by):
    digests = seen(suggestions)
    said = dict.fromkeys(digests, f.EVERY_TICK)
    return workflow.approve_bulk(digests=digests, by=by, confirmed=said)


@pytest.mark.usefixtures("batches_of_three")
@pytest.mark.parametrize("known", [(), ("Hall 1",)])
def test_batch_rooms_known_by_earlier_batch(noa, event, suggest, known):
    """Neither new rooms beside them, nor that the same room is not new any more."""
    f.rooms(event, *known)
    rooms = ["A", "B", "C", "D", "A", "E", "F"]
    many = [
        suggest(
            f.create_data(
                room=room,
                start_time=f"2038-01-30T{9 + n:02}:00",
                end_time=f"2038-01-30T{10 + n}:00",
            )
        )
        for n, room in enumerate(rooms)
    ]

    results = [result for batch in approve_many(many, noa) for result in batch.values()]

    assert [result.sentence for result in results] == ["Approved and carried out."] * 7


@pytest.mark.usefixtures("batches_of_three")
def test_batch_rooms_known_by_somebody_else(noa, event, suggest):
    many = [suggest(f.create_data(title=f"{n}", room=f"Hall {n}")) for n in range(6)]
    batches = approve_many(many, noa)

    first = next(batches)
    f.rooms(event, "Hall 7")
    second = next(batches)

    assert {type(result) for result in first.values()} == {workflow.Outcome}
    assert {type(result) for result in second.values()} == {workflow.Changed}


@pytest.mark.long
def test_batch_timeout_bisected(noa, event, suggest):
    """Each alone takes no longer than a statement may."""
    f.run(
        "create function public.be_slow() returns trigger language plpgsql as"
        " 'begin perform pg_catalog.pg_sleep(0.4); return new; end'"
    )
    f.run(
        "create trigger be_slow before insert on schedules"
        " for each row execute function public.be_slow()"
    )
    suggestions = [suggest(f.create_data(title=f"{n}", room=f"{n}")) for n in range(8)]
    digests = seen(suggestions)
    f.run("set local statement_timeout = '2s'")

    results = workflow.approve_batch(digests=digests, by=noa)

    assert {result.status for result in results.values()} == {Status.EXECUTED}
    assert chain.find_break() is None

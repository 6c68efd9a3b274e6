"""Whatever is called in whatever order, legal or not: status, history and programme agree."""

from dataclasses import dataclass, field

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from ai_audit import verdicts, workflow
from ai_audit.history import chain
from ai_audit.models import HistoryEntry, Status, Suggestion
from eventflow.db import database
from scheduling.models import Schedule
from tests import factories as f

pytestmark = pytest.mark.django_db

MOVES = {
    ("suggested", "approved"),
    ("suggested", "rejected"),
    ("approved", "executed"),
    ("approved", "failed"),
    ("approved", "rejected"),
    ("failed", "approved"),
}
PEOPLE = ("noa", "dana", "stranger")
SUGGESTIONS = ("create", "rival", "update", "delete")
ACTS = ("approve", "approve_for_later", "execute", "reject", "withdraw", "undo", "amend")

calls = st.tuples(st.sampled_from(ACTS), st.sampled_from(SUGGESTIONS), st.sampled_from(PEOPLE))
commands = st.tuples(st.just("execute by command"), st.sampled_from(SUGGESTIONS), st.none())
raw = st.tuples(
    st.sampled_from(["as owner", "as authenticated"]),
    st.sampled_from(SUGGESTIONS),
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from([*Status.values, "deleted", "rewritten", "backdated"]),
        st.booleans(),
    ),
)
by_hand = st.tuples(st.sampled_from(["room taken", "room free"]), st.none(), st.none())
sets = st.tuples(st.just("approve_batch"), st.permutations(SUGGESTIONS), st.sampled_from(PEOPLE))
sequences = st.lists(st.one_of(calls, calls, commands, raw, by_hand, sets), max_size=12)


@dataclass
class World:
    """An event with four suggestions, and what should have become of its programme."""

    people: dict
    event: object = None
    suggestions: dict = field(default_factory=dict)
    sessions: dict = field(default_factory=dict)
    # What stands in the programme of each: "as asked" or "amended".
    carried_out: dict = field(default_factory=dict)

    def __post_init__(self):
        noa = self.people["noa"]
        self.event = f.event(organization=noa.profile.organization)
        self.sessions = {
            name: f.session(event=self.event, title=name, room=name, start=f.at(14))
            for name in ("update", "delete")
        }
        data = {
            "create": f.create_data(title="create"),
            "rival": f.create_data(title="rival"),
            "update": f.update_data(self.sessions["update"], description="changed"),
            "delete": f.delete_data(self.sessions["delete"]),
        }
        self.suggestions = {
            name: f.suggestion(
                user=noa.profile,
                event=self.event,
                data=data[name],
                action_type=f"schedule_{'create' if name == 'rival' else name}",
            )
            for name in SUGGESTIONS
        }

    def row(self, name) -> dict:
        return f.whole_row(self.suggestions[name])

    def everything(self):
        return [
            [self.row(name) for name in SUGGESTIONS],
            f.run(
                "select s::text from schedules as s where event_id = %s order by id", self.event.pk
            ),
            HistoryEntry.objects.count(),
            Suggestion.objects.count(),
        ]

    def take(self, step) -> None:
        """Do one step, and see that what was refused changed nothing."""
        what, name, how = step
        before = self.everything()
        refusal = (DatabaseError if what.startswith("as ") else workflow.Refusal,)
        try:
            if what in ACTS:
                also = {"values": {"description": "amended"}} if what == "amend" else {}
                if what in ("approve", "approve_for_later", "amend"):
                    also["confirmed"] = f.confirming(self.suggestions[name].pk)
                outcome = getattr(workflow, what)(
                    suggestion_id=self.suggestions[name].pk, by=self.people[how], **also
                )
            elif what == "approve_batch":
                self.approve_set(name, self.people[how])
                return
            elif what == "execute by command":
                outcome = workflow.execute(suggestion_id=self.suggestions[name].pk)
            elif what.startswith("as "):
                self.write(what, name, *how)
                return
            else:
                self.change_by_hand(what)
                return
        except refusal:
            assert self.everything() == before, step
            return
        row = f.whole_row(Suggestion(outcome.suggestion_id))
        assert row["execution_status"] == outcome.status
        assert (row["executed_at"] is not None) == (outcome.status == Status.EXECUTED)
        if what == "undo":
            del self.carried_out[name]
        elif outcome.status == Status.EXECUTED:
            self.carried_out[name] = "amended" if what == "amend" else "as asked"

    def approve_set(self, names, by) -> None:
        rows = [
            Suggestion.objects.select_related("event", "user").get(pk=self.suggestions[name].pk)
            for name in names
        ]
        judged = verdicts.judge(rows)
        results = workflow.approve_batch(
            digests={row.pk: verdicts.digest(row, judged[row.pk]) for row in rows},
            by=by,
            confirmed={row.pk: f.confirming(row.pk) for row in rows},
        )
        for name in names:
            result = results[self.suggestions[name].pk]
            if isinstance(result, workflow.Outcome):
                assert self.row(name)["execution_status"] == result.status
                if result.status == Status.EXECUTED:
                    self.carried_out[name] = "as asked"

    def write(self, role, name, person, state, with_approver) -> None:
        """What a console or an old client may try itself."""
        profile_id = self.people[person].profile_id
        change = {
            "deleted": "delete from ai_insights_log",
            "rewritten": "update ai_insights_log set action_data = '{}'",
            "backdated": "update ai_insights_log set approved_at = '2020-01-01'",
        }.get(state, f"update ai_insights_log set execution_status = '{state}'")
        if with_approver and state in Status.values:
            change += f", approved_at = now(), approved_by = '{profile_id}'"
        with transaction.atomic():
            if role == "as owner":
                f.run(f"{change} where id = %s", self.suggestions[name].pk)
            else:
                with database.acting_as(profile_id):
                    f.run(f"{change} where id = %s", self.suggestions[name].pk)

    def change_by_hand(self, what) -> None:
        Schedule.objects.filter(event=self.event, title="by hand").delete()
        free = not Schedule.objects.filter(event=self.event, room="חדר A").exists()
        if what == "room taken" and free:
            f.session(event=self.event, title="by hand", room="חדר A", start=f.at(11))

    def check(self) -> None:
        for name, suggestion in self.suggestions.items():
            row = self.row(name)
            told = HistoryEntry.objects.filter(suggestion_id=suggestion.pk).order_by("number")
            moves = [(entry.from_status, entry.to_status) for entry in told]
            assert set(moves) <= MOVES
            walked = ["suggested", *(to for _, to in moves)]
            assert [start for start, _ in moves] == walked[:-1]
            assert walked[-1] == row["execution_status"]
            assert (row["approved_at"] is None) == (row["approved_by"] is None)
            assert row["approved_by"] != str(self.people["stranger"].profile_id)
            assert row["action_data"] != {}
        titles = list(Schedule.objects.filter(event=self.event).values_list("title", flat=True))
        for name in ("create", "rival"):
            assert titles.count(name) == (name in self.carried_out)
        assert ("delete" in titles) == ("delete" not in self.carried_out)
        self.sessions["update"].refresh_from_db()
        assert (
            self.sessions["update"].description
            == {
                None: None,
                "as asked": "changed",
                "amended": "amended",
            }[self.carried_out.get("update")]
        )
        assert f.run("select current_user = session_user") == [(True,)]


@pytest.fixture
def people(ours, noa, theirs):
    return {
        "noa": noa,
        "dana": f.staff(profile=f.profile(organization=ours, full_name="Dana")),
        "stranger": f.staff(profile=f.profile(organization=theirs)),
    }


@given(sequence=sequences)
def test_lifecycle_any_sequence_consistent(people, sequence):
    world = World(people)
    for step in sequence:
        world.take(step)
        world.check()
    assert chain.find_break() is None

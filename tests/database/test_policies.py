"""Row-level security of the log, by becoming each user and trying every operation.

The policies are seen alone, with the lifecycle guard off; then the guard alone; then both, as in
the product.
"""

import json
import uuid
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import DatabaseError, transaction

from ai_audit.models import Suggestion
from eventflow.db import database, objects
from scheduling.models import UserProfile
from tests import factories as f
from tests.database import steps
from tests.factories import run

pytestmark = pytest.mark.django_db

DENIED = "denied"
GUARDED = ("EF001", "EF002", "EF003", "EF004", "EF005")
UPDATABLE = {
    "approved_at": "now()",
    "approved_by": "user_id",
    "executed_at": "now()",
    "execution_status": "'approved'",
    "execution_error": "'x'",
}
DECIDED = [
    {"execution_status": "approved"},
    {"execution_status": "rejected"},
    {"execution_status": "executed"},
    {"execution_status": "failed"},
    {"approved_at": "2038-01-01T00:00Z"},
    {"approved_by": "self"},
    {"executed_at": "2038-01-01T00:00Z"},
    {"execution_error": "x"},
]


def columns() -> list[str]:
    return [
        made.name
        for made in objects.snapshot().values()
        if made.kind == "column" and made.of == "public.ai_insights_log"
    ]


@dataclass(frozen=True)
class Actor:
    """Who asks: a role of the database, signed in as somebody or not."""

    role: str
    id: uuid.UUID | None = None
    organization: uuid.UUID | None = None

    @contextmanager
    def acting(self):
        """Become the actor; whatever is done meanwhile is undone."""
        with transaction.atomic():
            claims = json.dumps({"sub": str(self.id), "role": self.role}) if self.id else ""
            run(
                "select set_config('request.jwt.claims', %s, true), set_config('role', %s, true)",
                claims,
                self.role,
            )
            yield
            transaction.set_rollback(True)

    def tries(self, statement: str, *parameters):
        """The first column of what comes back, or DENIED, or the code of the guard's refusal."""
        try:
            with self.acting():
                return sorted(str(value) for (value, *_) in run(statement, *parameters))
        except DatabaseError as refusal:
            code = database.sqlstate(refusal)
            if code == "42501":
                return DENIED
            if code not in GUARDED:
                raise
            return code


class World:
    """Two organizations, everyone who may ask, and a suggestion for each way it can belong."""

    def __init__(self):
        self.ours, self.theirs = f.organization(), f.organization(name="Elsewhere")
        self.our_event = f.event(organization=self.ours)
        self.their_event = f.event(organization=self.theirs)
        self.nobody_s_event = f.event(organization=None)
        requester = f.profile(organization=self.ours)
        colleague = f.profile(organization=self.ours)
        stranger = f.profile(organization=self.theirs)
        homeless = f.profile(organization=None)
        self.actors = {
            "anon": Actor("anon"),
            "not signed in": Actor("authenticated"),
            "without a profile": Actor("authenticated", uuid.uuid4()),
            "without an organization": Actor("authenticated", homeless.pk),
            "requester": Actor("authenticated", requester.pk, self.ours.pk),
            "colleague": Actor("authenticated", colleague.pk, self.ours.pk),
            "stranger": Actor("authenticated", stranger.pk, self.theirs.pk),
            "service": Actor("service_role"),
        }
        self.suggestions = [
            f.suggestion(user=user, event=event)
            for user in (requester, stranger, homeless)
            for event in (self.our_event, self.their_event, self.nobody_s_event, None)
        ]

    def in_reach(self, actor: Actor) -> list[str]:
        """The rows the design lets an actor see and decide on, worked out without SQL."""
        return sorted(
            str(row.pk)
            for row in self.suggestions
            if actor.role == "service_role"
            or (actor.id is not None and row.user_id == actor.id)
            or (actor.organization is not None and self.owner(row) == actor.organization)
        )

    def owner(self, row: Suggestion) -> uuid.UUID | None:
        return (row.event or row.user).organization_id


ALWAYS_TRUE = ("schedules", "participant_schedules", "events", "user_profiles")


@pytest.fixture(scope="module", params=["as in the product", "always true around it"])
def world(request, lasting):
    with lasting():
        if request.param == "always true around it":
            for table in ALWAYS_TRUE:
                run(f"create policy open on public.{table} for all using (true) with check (true)")
        made = World()
        run("alter table public.ai_insights_log disable trigger guard_suggestion")
        yield made


@pytest.fixture
def guarded(world):
    """The same with the guard in front of the policies, and one that lets everything pass."""
    run("alter table public.ai_insights_log enable always trigger guard_suggestion")
    run(
        "create policy wide on public.ai_insights_log to authenticated"
        " using (true) with check (true)"
    )
    return world


@pytest.fixture
def in_force(world):
    """The same as in the product: the guard in front of our policies."""
    run("alter table public.ai_insights_log enable always trigger guard_suggestion")
    return world


ACTORS = (
    "anon",
    "not signed in",
    "without a profile",
    "without an organization",
    "requester",
    "colleague",
    "stranger",
    "service",
)


@pytest.mark.parametrize("name", ACTORS)
def test_policy_select_own_and_organization(world, name):
    actor = world.actors[name]
    seen = actor.tries("select id from public.ai_insights_log")
    assert seen == (DENIED if name == "anon" else world.in_reach(actor))


@pytest.mark.parametrize("name", ACTORS)
def test_policy_update_decision_state_only(world, name):
    actor = world.actors[name]
    for column in columns():
        value = UPDATABLE.get(column, column)
        updated = actor.tries(f"update public.ai_insights_log set {column} = {value} returning id")
        may = name == "service" or (name != "anon" and column in UPDATABLE)
        assert updated == (world.in_reach(actor) if may else DENIED), column


@pytest.mark.parametrize("name", ACTORS)
def test_policy_nobody_deletes(world, name):
    assert world.actors[name].tries("delete from public.ai_insights_log returning id") == DENIED
    assert world.actors[name].tries("truncate public.ai_insights_log") == DENIED


@pytest.mark.parametrize("name", ACTORS)
def test_policy_insert_own_undecided(world, name):
    actor = world.actors[name]
    people = ["without an organization", "requester", "colleague", "stranger"]
    for user_id in (world.actors[person].id for person in people):
        for event in (world.our_event, world.their_event, world.nobody_s_event, None):
            for state in ({}, *DECIDED):
                may = actor.role == "service_role" or (
                    user_id == actor.id
                    and actor.organization is not None
                    and (event is None or event.organization_id == actor.organization)
                    and not state
                )
                if may or not state or user_id == actor.id:
                    assert inserts(actor, user_id, event, state) is may, (user_id, event, state)


def inserts(actor: Actor, user_id, event, state: dict) -> bool:
    return outcome_of_inserting(actor, user_id, event, state) != DENIED


def outcome_of_inserting(actor: Actor, user_id, event, state: dict):
    values = {
        "user_id": user_id,
        "event_id": event and event.pk,
        "action_type": "schedule_create",
        "action_data": "{}",
    } | {name: user_id if value == "self" else value for name, value in state.items()}
    names, places = ", ".join(values), ", ".join(["%s"] * len(values))
    return actor.tries(
        f"insert into public.ai_insights_log ({names}) values ({places})", *values.values()
    )


@pytest.mark.parametrize("name", ACTORS)
def test_guard_insert_for_another_or_decided(guarded, name):
    actor = guarded.actors[name]
    for user_id in (guarded.actors[person].id for person in ("requester", "stranger")):
        for event in (guarded.our_event, guarded.their_event, None):
            for state in ({}, *DECIDED):
                if name == "anon":
                    expected = DENIED
                elif name == "service":
                    expected = "EF002" if state else []
                else:
                    expected = "EF002" if state or user_id != actor.id else []
                found = outcome_of_inserting(actor, user_id, event, state)
                assert found == expected, (user_id, event, state)


@pytest.mark.parametrize("name", ACTORS)
def test_guard_approve_own_organization_and_name(guarded, name):
    approve = (
        "update public.ai_insights_log set execution_status = 'approved', approved_at = now(),"
        " approved_by = %s where id = %s returning id"
    )
    actor = guarded.actors[name]
    for approver in (guarded.actors[person] for person in ("requester", "colleague", "stranger")):
        for row in guarded.suggestions:
            as_oneself = name == "service" or actor.id == approver.id
            own = as_oneself and approver.organization == guarded.owner(row)
            outcome = [str(row.pk)] if own else "EF005"
            expected = DENIED if name == "anon" else outcome
            assert actor.tries(approve, approver.id, row.pk) == expected, (approver, row.event)


def test_guard_signed_out_insert_or_approve(guarded):
    """Where an adopted table is open to anyone with the public key."""
    run("grant all on public.ai_insights_log to anon")
    run("create policy older on public.ai_insights_log using (true) with check (true)")
    row, approver = guarded.suggestions[0], guarded.actors["requester"]
    for name in ("anon", "not signed in"):
        actor = guarded.actors[name]
        decided = {"execution_status": "executed", "approved_by": "self", "approved_at": "now()"}
        for state in ({}, decided):
            event = guarded.our_event
            assert outcome_of_inserting(actor, approver.id, event, state) == "EF002"
        assert (
            actor.tries(
                "update public.ai_insights_log set execution_status = 'approved',"
                " approved_at = now(), approved_by = %s where id = %s",
                approver.id,
                row.pk,
            )
            == "EF005"
        )


@pytest.mark.parametrize("name", ACTORS)
def test_guard_update_of_suggested(guarded, name):
    run("grant update on public.ai_insights_log to authenticated")
    actor = guarded.actors[name]
    statement = "update public.ai_insights_log set action_data = '[]' returning id"
    assert actor.tries(statement) == (DENIED if name == "anon" else "EF003")


@pytest.mark.parametrize("name", ACTORS)
@pytest.mark.parametrize(
    ("standing", "move"),
    [
        ("suggested", "execution_status = 'rejected'"),
        ("approved", "execution_status = 'rejected'"),
        ("approved", "execution_status = 'executed', executed_at = now()"),
        ("approved", "execution_status = 'failed', execution_error = 'x'"),
    ],
)
def test_policy_and_guard_decide(in_force, name, standing, move):
    if standing != "suggested":
        run("update public.ai_insights_log set execution_status = %s", standing)
    actor = in_force.actors[name]
    for row in in_force.suggestions:
        decided = actor.tries(
            f"update public.ai_insights_log set {move} where id = %s returning id", row.pk
        )
        own = name == "service" or actor.organization == in_force.owner(row) is not None
        if name == "anon":
            expected = DENIED
        elif str(row.pk) not in in_force.in_reach(actor):
            expected = []
        else:
            # One's own, of an organization that one does not belong to, is seen and not decided on.
            expected = [str(row.pk)] if own else "EF005"
        assert decided == expected, (row.user, row.event)


@pytest.mark.parametrize("name", ACTORS)
def test_policy_and_guard_approve(in_force, name):
    approve = (
        "update public.ai_insights_log set execution_status = 'approved', approved_at = now(),"
        " approved_by = %s where id = %s returning id"
    )
    actor = in_force.actors[name]
    for row in in_force.suggestions:
        approver, organization = actor.id, actor.organization
        if name == "service":
            approver, organization = row.user_id, row.user.organization_id
        if name == "anon":
            expected = DENIED
        elif str(row.pk) not in in_force.in_reach(actor):
            expected = []
        elif organization is not None and organization == in_force.owner(row):
            expected = [str(row.pk)]
        else:
            expected = "EF005"
        assert actor.tries(approve, approver, row.pk) == expected, (row.user, row.event)


@pytest.mark.parametrize("name", ACTORS)
def test_policy_and_guard_undecided_record(in_force, name):
    actor = in_force.actors[name]
    for column in UPDATABLE.keys() - {"execution_status"}:
        statement = f"update public.ai_insights_log set {column} = {UPDATABLE[column]} returning id"
        refused = "EF004" if in_force.in_reach(actor) else []
        assert actor.tries(statement) == (DENIED if name == "anon" else refused), column


@pytest.mark.parametrize("name", ACTORS)
def test_policy_and_guard_suggest(in_force, name):
    actor = in_force.actors[name]
    people = ["without an organization", "requester", "colleague", "stranger"]
    for user_id in (in_force.actors[person].id for person in people):
        for event in (in_force.our_event, in_force.their_event, in_force.nobody_s_event, None):
            for state in ({}, *DECIDED):
                if name == "anon":
                    expected = DENIED
                elif name == "service":
                    expected = "EF002" if state else []
                elif state or user_id != actor.id:
                    expected = "EF002"
                else:
                    own = actor.organization is not None and (
                        event is None or event.organization_id == actor.organization
                    )
                    expected = [] if own else DENIED
                found = outcome_of_inserting(actor, user_id, event, state)
                assert found == expected, (user_id, event, state)


def test_suggestion_not_movable_between_organizations(world):
    """Should someone be given the right to the columns, the policy still holds."""
    run("grant update on public.ai_insights_log to authenticated")
    actor = world.actors["colleague"]
    assert (
        actor.tries(
            "update public.ai_insights_log set event_id = %s where id = any (%s)",
            world.their_event.pk,
            [row.pk for row in world.suggestions if row.event == world.our_event],
        )
        == DENIED
    )


def test_other_policies_may_widen_ours(world):
    run("create policy wide on public.ai_insights_log for select to authenticated using (true)")
    everything = sorted(str(row.pk) for row in world.suggestions)
    assert world.actors["stranger"].tries("select id from public.ai_insights_log") == everything


@pytest.mark.parametrize(
    ("statement", "looks_of_foreign_keys"),
    [
        ("select from public.ai_insights_log", 0),
        # Rows of this transaction are checked anew at each update.
        ("update public.ai_insights_log set execution_status = 'rejected' returning id", 1),
        (
            "insert into public.ai_insights_log (user_id, event_id, action_type, action_data)"
            " select user_id, event_id, action_type, action_data from public.ai_insights_log"
            " where user_id = (select auth.uid()) and event_id in (select id from public.events"
            f" where organization_id = (select {steps.PRODUCTS_HELPER})) returning id",
            1,
        ),
    ],
)
def test_policy_helpers_run_once_per_statement(in_force, statement, looks_of_foreign_keys):
    """For the colleague, of whom most rows are not, so that all of a policy is asked."""

    def looks_of_helpers() -> int:
        rows, looks = looks_at_profiles(in_force.actors["colleague"], statement)
        return looks - rows * looks_of_foreign_keys

    # The guard, and what keeps the suggestion index, look at profiles themselves.
    run("alter table public.ai_insights_log disable trigger guard_suggestion")
    run("alter table public.ai_insights_log disable trigger index_new_suggestions")
    run("alter table public.ai_insights_log disable trigger index_changed_suggestions")
    f.suggestion(user=UserProfile(in_force.actors["colleague"].id), event=in_force.our_event)
    few = looks_of_helpers()
    run(
        "insert into public.ai_insights_log (user_id, event_id, action_type, action_data)"
        " select user_id, event_id, action_type, action_data from public.ai_insights_log,"
        " generate_series(1, 50)"
    )
    run("analyze public.ai_insights_log")
    assert 0 < looks_of_helpers() == few


def looks_at_profiles(actor: Actor, statement: str) -> tuple[int, int]:
    """Rows of the statement, and scans of user_profiles: each call of a helper makes one."""
    scans = (
        "select seq_scan + idx_scan from pg_stat_xact_user_tables where relname = 'user_profiles'"
    )
    [(before,)] = run(scans)
    with actor.acting():
        rows = len(run(statement))
    [(after,)] = run(scans)
    return rows, after - before


def test_policy_rows_found_by_index(world):
    with world.actors["requester"].acting():
        run("set local enable_seqscan = off")
        plan = "\n".join(line for (line,) in run("explain select from public.ai_insights_log"))
    assert "Bitmap Index Scan on idx_ai_insights_log_event_id" in plan
    assert "Bitmap Index Scan on idx_ai_insights_log_user_id" in plan
    assert "Seq Scan on ai_insights_log" not in plan

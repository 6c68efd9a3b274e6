"""Another's identifiers, in every place that can hold one, with policies that let all pass.

Whether each is refused or passed over is told elsewhere; here, that no foreign row ever changes.
"""

import copy
import itertools
import json
from contextlib import suppress

import pytest

from ai_audit import workflow
from tests import factories as f
from tests.ai_audit.workflow.test_refusals import OPEN_POLICIES
from tests.variants import first_soon

pytestmark = pytest.mark.django_db

TABLES = ("schedules", "events", "participants", "participant_schedules", "organizations")
OPEN_TO_ALL = (
    "create policy all_pass on {0} for all to authenticated using (true) with check (true)"
)

# What names a row, by any name a writer of rows might take it for.
KEYS = (
    "id",
    "pk",
    "schedule_id",
    "session_id",
    "event_id",
    "event",
    "event__organization_id",
    "organization_id",
    "organization",
    "user_id",
    "approved_by",
    "participant_id",
    "registration",
    "_connector",
    "_negated",
    "id__in",
)
PLACES = ((), ("changes",), ("current_state",), ("proposed_state",), ("conflicts_detected",))


@pytest.fixture
def foreign(theirs, their_event):
    """What another organization has, and may not be touched."""
    f.run(OPEN_POLICIES)
    for table in ("participants", "participant_schedules", "organizations", "user_profiles"):
        f.run(f"alter table {table} enable row level security")
        f.run(OPEN_TO_ALL.format(table))
    session = f.session(event=their_event, title="Theirs", room="R")
    person = f.participant(event=their_event)
    registration = f.registration(participant=person, schedule=session)
    profile = f.profile(organization=theirs)
    suggestion = f.suggestion(user=profile, event=their_event)
    return {
        "session": session.pk,
        "event": their_event.pk,
        "organization": theirs.pk,
        "person": person.pk,
        "registration": registration.pk,
        "profile": profile.pk,
        "suggestion": suggestion.pk,
    }


def theirs_as_it_is(foreign) -> list:
    return [
        f.run("select s::text from schedules as s where event_id = %s", foreign["event"]),
        f.run("select e::text from events as e where id = %s", foreign["event"]),
        f.run("select o::text from organizations as o where id = %s", foreign["organization"]),
        f.run("select p::text from user_profiles as p where id = %s", foreign["profile"]),
        f.run("select p::text from participants as p where id = %s", foreign["person"]),
        f.run("select p::text from participant_schedules as p where id = %s",
              foreign["registration"]),
        f.run("select l::text from ai_insights_log as l where id = %s", foreign["suggestion"]),
    ]  # fmt: skip


def naming(key, foreign) -> str:
    """What a hostile writer would put under a key."""
    wanted = {
        "event": ("event_id", "event"),
        "organization": ("event__organization_id", "organization_id", "organization"),
        "profile": ("user_id", "approved_by"),
        "person": ("participant_id",),
        "registration": ("registration",),
    }
    return str(next((foreign[n] for n, keys in wanted.items() if key in keys), foreign["session"]))


def planted(data, place, key, value):
    """A copy of the data that says so there; None where there is no such place."""
    data = copy.deepcopy(data)
    inner = data
    for step in place:
        if inner.get(step) is None:
            inner[step] = {}
        inner = inner[step]
    inner[key] = value
    return data


# What stands under a key, of what it names: by itself, in a list, in an object.
SHAPES = (lambda pk: pk, lambda pk: [pk], lambda pk: {"id": pk})


@pytest.mark.parametrize("each", [1, pytest.param(len(SHAPES), marks=pytest.mark.long)])
@pytest.mark.parametrize("action", first_soon(["update", "create", "delete"]))
@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(place) or "top")
def test_foreign_rows_unchanged(event, noa, foreign, action, place, each):
    """Under each key `each` of the shapes, in turn."""
    before = theirs_as_it_is(foreign)
    shapes = itertools.cycle(SHAPES)
    for key in KEYS:
        session = f.session(event=event, title="Ours", room=None)
        data = {
            "create": lambda: f.create_data(room=None),
            "update": lambda s=session: f.update_data(s, title="Changed"),
            "delete": lambda s=session: f.delete_data(s),
        }[action]()
        for shape in itertools.islice(shapes, each):
            value = shape(naming(key, foreign))
            suggestion = f.suggestion(
                user=noa.profile,
                event=event,
                action_type=f"schedule_{action}",
                data=planted(data, place, key, value),
            )
            programme = f.run("select count(*) from schedules where event_id <> %s", event.pk)
            with suppress(workflow.NotApprovable):
                workflow.approve(
                    suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk)
                )
            assert theirs_as_it_is(foreign) == before, (key, value)
            assert f.run("select count(*) from schedules where event_id <> %s", event.pk) == (
                programme
            )
            ids = f.run("select id from schedules where event_id = %s", event.pk)
            assert not {row for (row,) in ids} & set(foreign.values())


@pytest.mark.parametrize("whole", ["event", "requester", "both"])
def test_foreign_suggestion_not_decidable(event, noa, foreign, whole):
    """The row itself names another's event or requester."""
    row = {"user_id": noa.profile_id, "event_id": event.pk}
    if whole in ("event", "both"):
        row["event_id"] = foreign["event"]
    if whole in ("requester", "both"):
        row["user_id"] = foreign["profile"]
    pk = f.run(
        "insert into ai_insights_log (user_id, event_id, action_type, action_data)"
        " values (%s, %s, 'schedule_create', %s) returning id",
        row["user_id"],
        row["event_id"],
        json.dumps(f.create_data()),
    )[0][0]
    before = theirs_as_it_is(foreign), f.whole_table("schedules")

    with pytest.raises((workflow.NotYours, workflow.NotApprovable)):
        workflow.approve(suggestion_id=pk, by=noa, confirmed=f.confirming(pk))

    assert (theirs_as_it_is(foreign), f.whole_table("schedules")) == before
    assert f.run("select execution_status from ai_insights_log where id = %s", pk) == [
        ("suggested",)
    ]

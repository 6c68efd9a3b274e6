"""Untrusted JSON to typed values: every shape the AI writes, and hostile ones."""

import dataclasses
import json
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ai_audit import proposals
from ai_audit.models import Suggestion
from ai_audit.proposals import (
    Action,
    InvalidProposal,
    OddFields,
    Proposal,
    UnsupportedAction,
    parsing,
)
from ai_audit.proposals.fields import ONE_LINE
from tests.ai_audit.hostile import JSON, SCALARS, nested

EVENT = UUID("11111111-aaaa-4111-8111-111111111111")
OTHER_EVENT = UUID("22222222-aaaa-4222-8222-222222222222")
SESSION = UUID("33333333-aaaa-4333-8333-333333333333")
OTHER_SESSION = UUID("44444444-aaaa-4444-8444-444444444444")
ORGANIZATION = UUID("55555555-aaaa-4555-8555-555555555555")
JERUSALEM = ZoneInfo("Asia/Jerusalem")

NEW = {
    "title": "סדנה: בינה מלאכותית בשטח",
    "start_time": "2026-01-30T11:15:00",
    "end_time": "2026-01-30T12:45:00",
    "room": "חדר A",
    "speaker_name": "מיכל לוי",
    "max_capacity": 40,
    "description": None,
    "is_mandatory": False,
}
# As PostgreSQL may hold it, and Python cannot read it.
UNREADABLE = Suggestion._meta.get_field("action_data").from_db_value("[" * 9_999, None, None)
STANDING = {
    "id": str(SESSION),
    "event_id": str(EVENT),
    "title": "Opening",
    "description": None,
    "start_time": "2026-01-30T07:00:00+00:00",
    "end_time": "2026-01-30T07:45:00+00:00",
    "location": None,
    "room": "Hall ",
    "max_capacity": 30,
    "current_count": 12,
    "is_mandatory": True,
    "is_break": False,
    "track": None,
    "track_color": None,
    "speaker_name": None,
    "speaker_title": None,
    "speaker_bio": None,
    "speaker_image": None,
    "materials_url": None,
    "sort_order": 3,
    "created_at": "2026-01-01T00:00:00+00:00",
}


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def parse(action_type, data, *, event_id=EVENT, organization_id=None):
    return proposals.parse(
        action_type=action_type,
        action_data=data,
        event_id=event_id,
        zone=JERUSALEM,
        organization_id=organization_id,
    )


def create(**state):
    return parse("schedule_create", {"current_state": None, "proposed_state": NEW | state})


def update(changes, **more):
    data = {"schedule_id": str(SESSION), "changes": changes, "current_state": STANDING}
    data["proposed_state"] = STANDING | changes if isinstance(changes, dict) else None
    return parse("schedule_update", data | more)


def difference(proposed, current=STANDING):
    data = {"schedule_id": str(SESSION), "current_state": current, "proposed_state": proposed}
    return parse("schedule_update", data)


def reasons(function, *args, **kwargs):
    """The reasons for which the call is refused, translated."""
    with pytest.raises(InvalidProposal) as refused:
        function(*args, **kwargs)
    return [str(reason) for reason in refused.value.reasons]


def test_create():
    data = {
        "current_state": None,
        "proposed_state": NEW,
        "conflicts_detected": {"room": [], "speaker": [], "capacity": None},
        "vip_affected": True,
        "reasoning": "…",
    }
    proposal = parse("schedule_create", data)
    assert proposal.action is Action.CREATE
    assert proposal.session_id is None
    assert proposal.values == {
        "title": "סדנה: בינה מלאכותית בשטח",
        "description": None,
        "start_time": utc(2026, 1, 30, 9, 15),
        "end_time": utc(2026, 1, 30, 10, 45),
        "room": "חדר A",
        "max_capacity": 40,
        "is_mandatory": False,
        "speaker_name": "מיכל לוי",
    }
    assert proposal.seen == {}
    assert proposal.notes == ()
    beside = {"current_state": {"title": "Opening"}, "proposed_state": NEW}
    assert parse("schedule_create", beside).seen == {}


def test_update_takes_only_the_fields_asked_for():
    proposal = update({"room": "B", "max_capacity": None, "current_count": 0, "color": "red"})
    assert proposal.action is Action.UPDATE
    assert proposal.session_id == SESSION
    assert proposal.values == {"room": "B", "max_capacity": None}
    assert proposal.seen == {
        "title": "Opening",
        "description": None,
        "start_time": utc(2026, 1, 30, 7),
        "end_time": utc(2026, 1, 30, 7, 45),
        "location": None,
        "room": "Hall ",
        "max_capacity": 30,
        "is_mandatory": True,
        "is_break": False,
        "track": None,
        "track_color": None,
        "speaker_name": None,
        "speaker_title": None,
        "speaker_bio": None,
        "materials_url": None,
    }


def test_changes_decide_alone():
    proposed = STANDING | {"room": "B", "title": "Something else"}
    assert update({"room": "C"}, proposed_state=proposed).values == {"room": "C"}
    assert update({"room": "Hall"}, proposed_state=None).values == {"room": "Hall"}
    assert reasons(update, {}, proposed_state=proposed) == ["The suggestion asks for no change."]
    assert reasons(update, {"sort_order": 1}) == [
        "The suggestion asks only for what is not done here: sort_order."
    ]


@pytest.mark.parametrize("changes", [None, [], "room", 3])
def test_diff_without_changes_key(changes):
    proposed = STANDING | {"room": "B", "description": "New", "current_count": 99}
    proposal = update(changes, proposed_state=proposed)
    assert proposal.values == {"room": "B", "description": "New"}


def test_diff_times_as_moments():
    same = {
        "start_time": "2026-01-30T09:00:00",
        "end_time": "2026-01-30 09:45:00+02",
        "max_capacity": 30.0,
    }
    assert reasons(difference, STANDING | same) == ["The suggestion asks for no change."]
    assert difference(STANDING | same | {"end_time": "2026-01-30T07:46Z"}).values == {
        "end_time": utc(2026, 1, 30, 7, 46)
    }


def test_diff_ignores_standing_invalid_value():
    odd = STANDING | {
        "materials_url": "ftp://x",
        "max_capacity": 0,
        "description": "\x07" * 30_000,
        "start_time": "infinity",
        "speaker_bio": 5,
    }
    assert difference(odd | {"room": "B"}, odd).values == {"room": "B"}


def test_diff_text_literally():
    assert difference(STANDING | {"room": "Hall"}).values == {"room": "Hall"}
    assert difference(STANDING | {"location": ""}).values == {"location": None}
    assert difference(STANDING | {"is_break": True}).values == {"is_break": True}
    assert difference({"room": None}).values == {"room": None}


def test_diff_without_current_state():
    assert difference({"room": "B"}, None).values == {"room": "B"}
    assert difference({"room": "B"}, None).seen == {}


def test_delete():
    data = {
        "schedule_id": str(SESSION),
        "current_state": STANDING,
        "proposed_state": None,
        "reason": "cancelled",
    }
    proposal = parse("schedule_delete", data)
    assert proposal.action is Action.DELETE
    assert proposal.session_id == SESSION
    assert proposal.values == {}
    assert proposal.seen["title"] == "Opening"
    assert parse("schedule_delete", {"schedule_id": str(SESSION)}).seen == {}


def test_seen_leaves_out_what_cannot_be_read():
    proposal = update(
        {"room": "B"},
        current_state={
            "title": ["x"],
            "start_time": "infinity",
            "end_time": 5,
            "max_capacity": 10**5000,
            "is_break": 1,
            "is_mandatory": None,
            "description": " <b> ",
            "speaker_bio": nested(10_000),
        },
    )
    assert proposal.seen == {"is_mandatory": None, "description": " <b> "}


def test_proposal_read_only():
    proposal = update({"room": "B"})
    with pytest.raises(TypeError):
        proposal.values["room"] = "C"
    with pytest.raises(TypeError):
        proposal.seen["room"] = "C"
    with pytest.raises(dataclasses.FrozenInstanceError):
        proposal.values = {}


def test_odd_local_times_are_noted():
    assert create(start_time="2026-03-27T02:30", end_time="2026-03-27T04:00").notes == (
        ("start_time", "nonexistent"),
    )
    proposal = update({"end_time": "2026-10-25T01:30", "start_time": "2026-10-25T01:00+03:00"})
    assert proposal.notes == (("end_time", "ambiguous"),)
    assert proposal.values["end_time"] == utc(2026, 10, 24, 22, 30)


@pytest.mark.parametrize("action_type", ["room_assign", "", "SCHEDULE_CREATE", None, 3, [], {}])
def test_other_action_types(action_type):
    with pytest.raises(UnsupportedAction) as refused:
        parse(action_type, {"proposed_state": NEW})
    shown = action_type if isinstance(action_type, str) else "?"
    assert str(refused.value) == f"Suggestions of type “{shown}” are not carried out here."


def test_action_labels():
    assert [(str(action), str(action.label)) for action in Action] == [
        ("schedule_create", "Add a session"),
        ("schedule_update", "Change a session"),
        ("schedule_delete", "Remove a session"),
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (None, "it is empty."),
        ([], "it is not an object."),
        ("{}", "it is not an object."),
        (5, "it is not an object."),
        (float("inf"), "it is not an object."),
        (UNREADABLE, "It is nested too deeply."),
    ],
)
def test_parse_non_object(data, why):
    for action in Action:
        assert reasons(parse, action.value, data) == [f"The suggestion is not readable: {why}"]


def test_parse_without_event():
    expected = ["The suggestion belongs to no event; it can only be rejected."]
    assert reasons(parse, "schedule_create", {"proposed_state": NEW}, event_id=None) == expected
    naming = {"event_id": str(EVENT), "proposed_state": NEW}
    assert reasons(parse, "schedule_create", naming, event_id=None) == expected
    assert reasons(parse, "schedule_create", None, event_id=None) == [
        *expected,
        "The suggestion is not readable: it is empty.",
    ]


@pytest.mark.parametrize("state", [None, [], "x", {}, {"room": "A"}])
def test_create_needs_title_start_and_end(state):
    assert reasons(parse, "schedule_create", {"proposed_state": state}) == [
        "“Title” is missing.",
        "“Start” is missing.",
        "“End” is missing.",
    ]


@pytest.mark.parametrize("named", [None, "", "x", 5, [], str(SESSION)[:-1], str(SESSION) + " "])
@pytest.mark.parametrize("action_type", ["schedule_update", "schedule_delete"])
def test_update_and_delete_need_a_session(action_type, named):
    data = {"schedule_id": named, "changes": {"room": "B"}, "current_state": {"id": str(SESSION)}}
    expected = ["The suggestion does not say which session it is about."]
    assert reasons(parse, action_type, data) == expected


FOREIGN_EVENT = "The suggestion names another event than its own."
FOREIGN_ORGANIZATION = "The suggestion names another organization than its event’s."
FOREIGN_SESSION = "The suggestion names another session beside the one it is about."
CHOSEN_ID = "The suggestion chooses an identifier for the new session itself."


def with_identifier(place, key, value):
    data = {"schedule_id": str(SESSION), "changes": {"room": "B"}}
    data["current_state"] = dict(STANDING)
    data["proposed_state"] = STANDING | {"room": "B"}
    target = data if place is None else data[place]
    target[key] = value
    return data


PLACES = [None, "proposed_state", "changes", "current_state"]
MISMATCHES = [str(OTHER_EVENT), "", "x", 0, False, [], {}, [str(EVENT)], str(EVENT) + "0"]


@pytest.mark.parametrize("value", MISMATCHES, ids=repr)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("action_type", ["schedule_update", "schedule_delete"])
def test_parse_foreign_identifiers(action_type, place, value):
    for key, reason in [
        ("event_id", FOREIGN_EVENT),
        ("organization_id", FOREIGN_ORGANIZATION),
        ("id", FOREIGN_SESSION),
    ]:
        data = with_identifier(place, key, value)
        assert reasons(parse, action_type, data, organization_id=ORGANIZATION) == [reason]
    if place is not None:
        data = with_identifier(place, "schedule_id", str(OTHER_SESSION))
        assert reasons(parse, action_type, data) == [FOREIGN_SESSION]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "spelled",
    [
        str(EVENT),
        str(EVENT).upper(),
        EVENT.hex,
        f"{{{EVENT}}}",
        EVENT.urn,
        "1111-1111-aaaa-4111-8111-1111-1111-1111",
    ],
)
def test_parse_own_identifier_any_spelling(place, spelled):
    data = with_identifier(place, "event_id", spelled)
    assert parse("schedule_update", data).values == {"room": "B"}


@pytest.mark.parametrize(
    "spelled",
    [f"{{{EVENT}", f"{EVENT}}}", "0x" + EVENT.hex[2:], f" {EVENT}", "1" * 5000, "１" * 32],
)
def test_parse_near_identifier_refused(spelled):
    assert reasons(parse, "schedule_update", with_identifier(None, "event_id", spelled)) == [
        FOREIGN_EVENT
    ]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("key", ["id", "event_id", "organization_id"])
def test_parse_null_identifier(place, key):
    assert parse("schedule_update", with_identifier(place, key, None)).session_id == SESSION


@pytest.mark.parametrize("place", PLACES)
def test_parse_organization_without_comparison(place):
    data = with_identifier(place, "organization_id", str(ORGANIZATION))
    assert parse("schedule_update", data, organization_id=ORGANIZATION).values == {"room": "B"}
    assert reasons(parse, "schedule_update", data) == [FOREIGN_ORGANIZATION]


def test_create_may_not_choose_identifiers():
    own = {"event_id": str(EVENT)}
    assert create(**own).values["title"] == NEW["title"]
    assert create(id=None, event_id=None).values["title"] == NEW["title"]
    assert reasons(create, id=str(SESSION)) == [CHOSEN_ID]
    assert reasons(create, id="x") == [CHOSEN_ID]
    assert reasons(create, organization_id="x") == [FOREIGN_ORGANIZATION]
    assert reasons(create, event_id=str(OTHER_EVENT)) == [FOREIGN_EVENT]
    data = {"proposed_state": NEW, "schedule_id": str(SESSION)}
    assert reasons(parse, "schedule_create", data) == [CHOSEN_ID]


def test_parse_every_reason():
    assert reasons(create, event_id="x", room=5, is_break="no") == [
        FOREIGN_EVENT,
        "“Room” must be text.",
        "“Break” must be true or false.",
    ]


def odd(function, *args, **kwargs):
    """What is read of it all the same, and why fields of it are refused."""
    with pytest.raises(OddFields) as refused:
        function(*args, **kwargs)
    proposal = refused.value.proposal
    return proposal, {name: str(one.why) for name, one in proposal.refused.items()}


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"room": 5}, {"room": "“Room” must be text."}),
        ({"title": "  "}, {"title": "“Title” is blank."}),
        ({"title": "null"}, {"title": "“Title” cannot be empty."}),
        ({"is_break": "no"}, {"is_break": "“Break” must be true or false."}),
        ({"end_time": "N/A"}, {"end_time": "“End” cannot be empty."}),
        (
            {"start_time": "x"},
            {
                "start_time": "“Start” was given as “x”. That is not a date and time such as "
                "2026-01-30T11:15."
            },
        ),
        ({"end_time": "2026-01-30T11:15:00"}, {"end_time": "“End” must be after “Start”."}),
        (
            {"materials_url": "x", "max_capacity": 0},
            {
                "max_capacity": "“Capacity” must be a whole number from 1 to 1,000,000.",
                "materials_url": "“Materials” must be an address that begins with https:// or "
                "http://.",
            },
        ),
    ],
)
def test_parse_odd_field_others_readable(changes, refused):
    proposal, why = odd(create, **changes)

    assert why == refused
    assert proposal.values == {
        name: value for name, value in create().values.items() if name not in refused
    }


def test_parse_missing_field_keeps_others():
    state = {name: value for name, value in NEW.items() if name not in ("title", "end_time")}

    proposal, why = odd(parse, "schedule_create", {"proposed_state": state})

    assert why == {"title": "“Title” is missing.", "end_time": "“End” is missing."}
    assert (proposal.values["room"], proposal.refused["title"].written) == ("חדר A", None)


def test_parse_refused_field_keeps_raw():
    proposal, _why = odd(update, {"room": 5, "title": "x" * 501, "description": "New"})

    assert {name: one.written for name, one in proposal.refused.items()} == {
        "room": 5,
        "title": "x" * 501,
    }
    assert proposal.values == {"description": "New"}


def test_parse_odd_field_beside_other_error():
    with pytest.raises(InvalidProposal) as refused:
        create(event_id="x", room=5)
    assert not isinstance(refused.value, OddFields)


@pytest.mark.parametrize("text", ["null", "NULL", " n/a ", "N/A", "None", "undefined"])
def test_text_where_nothing_is_meant_clears(text):
    changes = {
        name: text
        for name in proposals.SETTABLE
        if name not in ("title", "start_time", "end_time", "track")
    }
    assert update(changes).values == dict.fromkeys(changes)
    blank = update({"max_capacity": " ", "is_break": "", "room": ""})
    assert blank.values == {"max_capacity": None, "is_break": None, "room": None}
    assert reasons(difference, STANDING | {"speaker_name": text, "track": text}) == [
        "The suggestion asks for no change."
    ]
    assert difference(STANDING | {"room": text}).values == {"room": None}


def test_parse_null_boolean():
    assert update({"is_mandatory": None}).values == {"is_mandatory": None}
    assert "is_mandatory" not in create(is_mandatory=None).values


def test_parse_number_as_text_without_change():
    assert reasons(difference, STANDING | {"max_capacity": "30"}) == [
        "The suggestion asks for no change."
    ]
    assert difference(STANDING | {"max_capacity": "40"}).values == {"max_capacity": 40}


def not_done(action_type, data):
    return parsing.not_done(action_type, data)


def test_parse_unwritten_fields_named():
    changes = {"room": "B", "tags": ["x"], "is_published": True, "id": None}
    data = {"schedule_id": str(SESSION), "changes": changes, "current_state": STANDING}
    assert not_done("schedule_update", data) == ["tags", "is_published"]
    assert not_done("schedule_update", data | {"changes": {"current_count": 5}}) == [
        "current_count"
    ]

    proposed = STANDING | {"room": "B", "tags": None, "sort_order": 4, "current_count": 13}
    data = {"schedule_id": str(SESSION), "current_state": STANDING, "proposed_state": proposed}
    assert not_done("schedule_update", data) == ["sort_order", "current_count"]
    # Merely repeated, also where the current state is not told.
    del data["current_state"], proposed["sort_order"], proposed["speaker_image"]
    assert not_done("schedule_update", data) == []

    new = NEW | {"id": None, "created_at": "x", "current_count": 0, "tags": [], "color": None}
    assert not_done("schedule_create", {"proposed_state": new}) == ["tags"]
    assert not_done("schedule_create", {"proposed_state": None}) == []
    assert not_done("schedule_delete", data) == []
    assert not_done("room_assign", data) == []


def test_parse_only_unwritten_fields():
    names = [f"{n}{'x' * 500}" for n in range(9)]
    [reason] = reasons(update, dict.fromkeys(names, 1))
    assert reason.startswith("The suggestion asks only for what is not done here: 0xxx")
    assert len(reason) < 500
    data = {"proposed_state": {"tags": ["x"]}}
    assert reasons(parse, "schedule_create", data) == [
        "The suggestion asks only for what is not done here: tags."
    ]


def test_end_must_be_after_start():
    late = "“End” must be after “Start”."
    assert reasons(create, end_time="2026-01-30T11:15:00") == [late]
    assert reasons(create, end_time="2026-01-30T11:15:00+03:00") == [late]
    assert reasons(
        update, {"start_time": "2026-01-30T09:00Z", "end_time": "2026-01-30T08:00Z"}
    ) == [late]
    assert create(end_time="2026-01-30T11:15:00+01:00").values["end_time"] == utc(
        2026, 1, 30, 10, 15
    )


def test_parse_session_longest():
    assert "end_time" in create(end_time="2026-03-02T11:15:00").values
    assert reasons(create, end_time="2026-03-02T11:15:01") == [
        "“End” is more than 31 days after “Start”."
    ]


def test_parse_session_as_long_as_event():
    def lasting(until):
        return proposals.parse(
            action_type="schedule_create",
            action_data={"proposed_state": NEW | {"end_time": until}},
            event_id=EVENT,
            zone=JERUSALEM,
            lasts=(utc(2026, 1, 30), utc(2026, 6, 1)),
        )

    assert lasting("2026-06-01T00:00Z").values["end_time"] == utc(2026, 6, 1)
    assert reasons(lasting, "2026-06-01T00:00:01Z") == ["“End” is more than 31 days after “Start”."]


def test_parse_reasons_lazy():
    with pytest.raises(InvalidProposal) as refused:
        create(room=5, start_time="x", end_time="2026-01-30", max_capacity=0)
    english = str(refused.value)
    with translation.override("he"):
        hebrew = str(refused.value)
    assert english.startswith("“Start” was given as “x”. That is not a date and time such as")
    assert hebrew.startswith("בשדה «התחלה» נכתב «x». זה אינו תאריך ושעה")


def test_reasons_never_quote_much():
    long = "x" * 3_000_000
    refusals = [
        reasons(parse, long, {}),
        reasons(create, start_time=long, title=long, room=long, materials_url=long),
        reasons(parse, "schedule_update", {"schedule_id": long}),
        reasons(parse, "schedule_create", long),
    ]
    assert max(len(reason) for found in refusals for reason in found) < 250


def test_depth_does_not_matter():
    deep = nested(10_000)
    for name in proposals.SETTABLE:
        assert len(reasons(update, {name: deep})) == 1
    for place in ("conflicts_detected", "anything"):
        proposal = update({"room": "B"}, **{place: deep})
        assert "room" in str(proposal)
        assert proposal == update({"room": "B"})
    both = STANDING | {"title": deep, "max_capacity": deep}
    assert reasons(difference, both, both) == [
        "“Title” must be text.",
        "“Capacity” must be a whole number from 1 to 1,000,000.",
    ]
    assert reasons(parse, "schedule_update", {"schedule_id": deep, "changes": deep}) != []


ACTION_TYPES = st.sampled_from([action.value for action in Action])
# A few weeks around a change of the clocks, so that many durations are possible ones.
TIMES = st.datetimes(datetime(2026, 3, 20), datetime(2026, 4, 3)).map(datetime.isoformat)
PLAIN = st.text(st.characters(exclude_categories=["C"]), max_size=10)
STATE = st.fixed_dictionaries(
    {},
    optional={
        "title": PLAIN,
        "start_time": TIMES,
        "end_time": TIMES,
        "room": st.none() | PLAIN,
        "max_capacity": st.none() | st.integers(1, 50),
        "is_break": st.booleans(),
        "event_id": st.sampled_from([str(EVENT), None]),
    },
)
# Close enough to what is asked for that a good part of the draws is accepted.
NEARLY_NEW = st.builds(
    lambda state, odd: {"proposed_state": NEW | state | odd},
    STATE,
    st.just({}) | st.dictionaries(st.sampled_from(proposals.SETTABLE), SCALARS, max_size=2),
)
NEARLY_CHANGED = st.fixed_dictionaries(
    {"schedule_id": st.just(str(SESSION))},
    optional={
        "current_state": STATE | JSON,
        "proposed_state": STATE | JSON,
        "changes": STATE | JSON,
    },
)
NEARLY = st.tuples(st.just("schedule_create"), NEARLY_NEW) | st.tuples(
    st.sampled_from(["schedule_update", "schedule_delete"]), NEARLY_CHANGED
)


def outcome(action_type, data, **options):
    """The proposal, or the reasons against it, translated."""
    try:
        return parse(action_type, data, **options)
    except InvalidProposal as invalid:
        return [str(reason) for reason in invalid.reasons]


def check_reasons(found):
    assert found != []
    for reason in found:
        assert 0 < len(reason) < 250
        reason.encode()


@given(action_type=ACTION_TYPES | SCALARS, data=JSON, event_id=st.sampled_from([EVENT, None]))
def test_parse_takes_anything(action_type, data, event_id):
    found = outcome(action_type, data, event_id=event_id)
    if not isinstance(found, Proposal):
        check_reasons(found)


@given(NEARLY)
def test_parse_result_writable(suggestion):
    action_type, data = suggestion
    found = outcome(action_type, data)
    if not isinstance(found, Proposal):
        check_reasons(found)
        return
    assert found.action == action_type
    assert set(found.values) <= set(proposals.SETTABLE)
    assert set(found.seen) <= set(proposals.SETTABLE)
    for value in found.values.values():
        assert type(value) in (str, int, bool, datetime, type(None))
    for name, note in found.notes:
        if note == "unseen":
            assert name in ONE_LINE
        else:
            assert name in ("start_time", "end_time")
            assert note in ("nonexistent", "ambiguous")
    if {"start_time", "end_time"} <= set(found.values):
        assert found.values["start_time"] < found.values["end_time"]
    if found.action is Action.CREATE:
        assert {"title", "start_time", "end_time"} <= set(found.values)
        assert found.session_id is None
    else:
        assert found.session_id == SESSION
        assert bool(found.values) == (found.action is Action.UPDATE)
    json.dumps(dict(found.values), default=str, ensure_ascii=False).encode()

"""What a placement collides with: rooms, speakers, and the odd rows that stand beside them."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eventflow.text.bidi import isolate, ltr
from scheduling import conflicts
from scheduling.conflicts import Conflict, Kind, Other, Placement, Scenario, Severity
from tests import factories as f

pytestmark = pytest.mark.django_db


def placement(event, start=10, end=11, **fields):
    """Between two hours of the test day."""
    return Placement(event_id=event.pk, start=f.at(start), end=f.at(end), zone=event.zone, **fields)


def found(*placements):
    """The titles of what each placement collides with, by kind."""
    result = conflicts.find(dict(enumerate(placements))).conflicts
    return [
        {str(c.kind): [other.title for other in c.others] for c in result.get(n, ())}
        for n in range(len(placements))
    ]


def test_scenarios_at_once_as_each_alone(event, their_event):
    """Of each is told what holds in its own programme, though all have the same keys."""
    first = f.session(event=event, title="first", room="A", speaker_name="Dana", start=f.at(10))
    second = f.session(event=event, title="second", room="B", start=f.at(10))
    theirs = f.session(event=their_event, title="theirs", room="A", start=f.at(10))
    for session in (first, second, theirs):
        person = f.participant(event=session.event)
        f.registration(participant=person, schedule=session)
    wish = {0: placement(event, room="A", speaker="dana", names_room=True, names_speaker=True)}
    moving = placement(event, 10, 12, room="B", session_id=first.pk, moves=True, title="first")
    whole = placement(event, room="A", session_id=uuid4(), title="wish")
    coming = {0: whole, 1: placement(event, room="a", session_id=uuid4(), title="coming")}
    scenarios = [
        Scenario(wish),
        Scenario(wish, leaving=[first.pk]),
        Scenario({}),
        Scenario({}, sessions={second.pk: event.pk, first.pk: their_event.pk}),
        Scenario({0: moving}, sessions={first.pk: event.pk}, leaving=[first.pk]),
        Scenario(wish, leaving=[first.pk], coming=coming),
        Scenario({0: placement(their_event, room="A")}, sessions={theirs.pk: their_event.pk}),
    ]

    with CaptureQueriesContext(connection) as captured:
        found = conflicts.find_each(scenarios)

    assert len(captured) == 1
    alone = [
        conflicts.find(
            one.placements, sessions=one.sessions, leaving=one.leaving, coming=one.coming
        )
        for one in scenarios
    ]
    assert [told(one) for one in found] == [told(one) for one in alone]
    assert [sorted(others(one)) for one in found] == [
        ["first"],
        [],
        [],
        [],
        ["second"],
        ["coming"],
        ["theirs"],
    ]
    assert [list(one.registered) for one in found] == [
        [],
        [],
        [],
        [second.pk, first.pk],
        [first.pk],
        [],
        [theirs.pk],
    ]


def told(found):
    """All that was found, with the sentences."""
    conflicts_told = {
        n: [(c.kind, c.severity, c.sentence, c.others) for c in its]
        for n, its in found.conflicts.items()
    }
    return conflicts_told, found.registered


def others(found):
    """The titles of those that the first placement meets in its room."""
    room = [c for c in found.conflicts.get(0, ()) if c.kind is Kind.ROOM]
    return [other.title for c in room for other in c.others]


@pytest.mark.parametrize(
    ("start", "end", "collides"),
    [
        (8, 10, False),
        (11, 12, False),
        (10, 11, True),
        (9, 12, True),
        (9, 10.5, True),
        (10.5, 12, True),
        (10.25, 10.75, True),
    ],
)
@pytest.mark.parametrize("kind", ["room", "speaker"])
def test_times_are_half_open(event, kind, start, end, collides):
    column = {"room": "room", "speaker": "speaker_name"}[kind]
    f.session(event=event, title="stands", start=f.at(10), **{column: "x"})

    assert found(placement(event, start, end, **{kind: "x"})) == [
        {kind: ["stands"]} if collides else {}
    ]


def test_room_conflict_names_every_session(event):
    second = f.session(event=event, title="שנייה", room="חדר A", start=f.at(11))
    first = f.session(event=event, title="First", room="חדר A", start=f.at(10))

    assert conflicts.find({7: placement(event, 10, 12, room="חדר A")}).conflicts == {
        7: [
            Conflict(
                kind=Kind.ROOM,
                severity=Severity.ERROR,
                sentence=(
                    f"{isolate('חדר A')} is taken by "
                    f"“{isolate('First')}” (30 Jan 2038, {ltr('10:00–11:00')}); "
                    f"“{isolate('שנייה')}” (30 Jan 2038, {ltr('11:00–12:00')})."
                ),
                others=(
                    Other(first.pk, "First", f.at(10), f.at(11), "חדר A"),
                    Other(second.pk, "שנייה", f.at(11), f.at(12), "חדר A"),
                ),
                subject="חדר A",
            )
        ]
    }


def test_speaker_conflict_names_session_and_room(event):
    other = f.session(
        event=event, title="הרצאה", room="חדר B", speaker_name="מיכל לוי", start=f.at(10)
    )

    assert conflicts.find({0: placement(event, speaker=" מיכל לוי ")}).conflicts == {
        0: [
            Conflict(
                kind=Kind.SPEAKER,
                severity=Severity.WARNING,
                sentence=(
                    f"{isolate(' מיכל לוי ')} also speaks at "
                    f"“{isolate('הרצאה')}” (30 Jan 2038, {ltr('10:00–11:00')})."
                ),
                others=(Other(other.pk, "הרצאה", f.at(10), f.at(11), "חדר B"),),
                subject=" מיכל לוי ",
            )
        ]
    }


def test_errors_come_before_warnings(event):
    f.session(event=event, title="stands", room="A", speaker_name="x", start=f.at(10))

    assert list(found(placement(event, room="A", speaker="x"))[0]) == ["room", "speaker"]


def test_conflict_not_with_itself(event):
    session = f.session(event=event, room="A", speaker_name="x", start=f.at(10))

    assert found(placement(event, room="A", speaker="x", session_id=session.pk)) == [{}]


def test_conflict_without_room_or_speaker(event):
    f.session(event=event, start=f.at(10))

    assert found(placement(event)) == [{}]


def test_conflict_of_other_events_ignored(ours, event):
    beside = f.event(organization=ours)
    f.session(event=beside, room="A", speaker_name="x", start=f.at(10))

    assert found(placement(event, room="A", speaker="x")) == [{}]


@pytest.mark.parametrize(
    ("name", "wanted", "collides"),
    [
        ("Dana Levi", "DANA LEVI", True),
        ("  Dana Levi\t", "dana levi", True),
        ("\u00a0Dana", "dana\u00a0", True),
        ("Dana  Levi", "Dana Levi", True),
        ("100%", "100 people", False),
        ("100%", "100%", True),
        ("a_b", "axb", False),
        ("a\\b", "a\\b", True),
        ("Dana", "   ", False),
        ("   ", "   ", False),
    ],
)
def test_speaker_compared_by_name_key_literally(event, name, wanted, collides):
    f.session(event=event, title="stands", speaker_name=name, start=f.at(10))

    assert found(placement(event, speaker=wanted)) == [{"speaker": ["stands"]} if collides else {}]


@pytest.mark.parametrize(
    ("room", "collides"), [("A", True), ("a", True), ("A ", True), ("\u200fA", True), ("B", False)]
)
def test_rooms_are_compared_by_the_key_of_names(event, room, collides):
    f.session(event=event, title="stands", room="A", start=f.at(10))

    assert found(placement(event, room=room)) == [{"room": ["stands"]} if collides else {}]


@pytest.mark.parametrize(
    ("stands", "wanted", "named"),
    [
        ("Dana", "Dana, Yossi", "Dana"),
        ("dana & noa", "Yossi; NOA", "NOA"),
        ("דנה לוי ו-יוסי כהן", "יוסי כהן", "יוסי כהן"),
        ("Dana, Yossi", "yossi, Noa, dana", "yossi, dana"),
    ],
)
def test_speaker_each_of_several(event, stands, wanted, named):
    f.session(event=event, title="stands", speaker_name=stands, start=f.at(10))

    [conflict] = conflicts.find({0: placement(event, speaker=wanted)}).conflicts[0]

    assert (conflict.kind, conflict.severity, conflict.subject) == (
        Kind.SPEAKER,
        Severity.WARNING,
        named,
    )


def test_speakers_of_different_sessions_told_apart(event):
    f.session(event=event, title="one", speaker_name="Dana", start=f.at(10))
    f.session(event=event, title="two", speaker_name="Noa", start=f.at(10))

    told = conflicts.find({0: placement(event, speaker="Dana, Noa, Ron")}).conflicts[0]

    assert [(c.subject, [o.title for o in c.others]) for c in told] == [
        ("Dana", ["one"]),
        ("Noa", ["two"]),
    ]


@pytest.mark.parametrize(
    ("title", "room", "its_room", "same"),
    [
        ("Opening", None, None, True),
        ("OPENING\u200f", "A", None, True),
        ("Opening ", None, "A", True),
        ("Opening", "Hall 1", "hall  1", True),
        ("Opening", "A", "B", False),
        ("Openings", None, None, False),
    ],
)
def test_conflict_duplicate(event, title, room, its_room, same):
    f.session(event=event, title="Opening", room=its_room, start=f.at(10))
    added = placement(event, title=title, room=room, adds=True)

    assert ("duplicate" in found(added)[0]) is same
    assert "duplicate" not in found(placement(event, 11, 12, title=title, adds=True))[0]
    assert "duplicate" not in found(placement(event, title=title, room=room))[0]


@pytest.fixture
def odd_sessions(event):
    """Rows that no honest program writes, and that the constraint lets stand."""
    for title, start, end, room in (
        ("backwards", "2038-01-30 12:00+02", "2038-01-30 08:00+02", None),
        ("always", "-infinity", "infinity", None),
        ("in no time", "2038-01-30 10:30+02", "2038-01-30 10:30+02", "A"),
        ("for ever", "2038-01-30 12:00+02", "infinity", "A"),
        ("since ever", "-infinity", "2038-01-30 08:00+02", "A"),
        ("far off", "20000-01-01", "30000-01-01", "B"),
    ):
        f.run(
            "insert into schedules (event_id, title, start_time, end_time, room, speaker_name)"
            " values (%s, %s, %s, %s, %s, 'x')",
            event.pk,
            title,
            start,
            end,
            room,
        )


@pytest.mark.parametrize(
    ("start", "end", "room", "speaker"),
    [
        (9, 11, [], ["always"]),
        (7, 9, ["since ever"], ["always", "since ever"]),
        (13, 14, ["for ever"], ["always", "for ever"]),
    ],
)
@pytest.mark.parametrize("indexes", ["on", "off"])
def test_odd_sessions_do_not_disturb(event, odd_sessions, start, end, room, speaker, indexes):
    f.run(f"set local enable_indexscan = {indexes}; set local enable_bitmapscan = {indexes}")

    (titles,) = found(placement(event, start, end, room="A", speaker="x"))

    assert sorted(titles.get("room", ())) == room
    assert sorted(titles["speaker"]) == speaker


def test_times_are_told_in_the_events_zone(ours):
    event = f.event(organization=ours, timezone="America/New_York")
    f.session(event=event, title="x", room="A", start=f.at(10))

    (conflict,) = conflicts.find({0: placement(event, room="A")}).conflicts[0]

    assert conflict.sentence == (
        f"{isolate('A')} is taken by “{isolate('x')}” (30 Jan 2038, {ltr('03:00–04:00')})."
    )


def test_conflicts_by_placement(ours, event):
    beside = f.event(organization=ours)
    f.session(event=event, title="one", room="A", start=f.at(10))
    f.session(event=beside, title="two", room="A", start=f.at(10))

    assert found(
        placement(beside, room="A"),
        placement(event, room="B"),
        placement(event, room="A"),
    ) == [{"room": ["two"]}, {}, {"room": ["one"]}]


@pytest.mark.parametrize("number", [1, 50])
@pytest.mark.parametrize("moves", [False, True])
def test_conflicts_statement_count_one(event, number, moves, django_assert_num_queries):
    f.session(event=event, title="one", room="A", speaker_name="x", start=f.at(10))
    moved = f.session(event=event, title="moved", start=f.at(20))
    asked = placement(event, room="A", speaker="x", session_id=moved.pk, moves=moves)

    with django_assert_num_queries(1):
        result = found(*[asked] * number)

    assert result == [{"room": ["one"], "speaker": ["one"]}] * number


def test_of_many_placements_no_session_of_another_event_is_read(event):
    """Counted: the rows that all steps of the plan have given."""
    other = f.event(organization=event.organization)
    asked = {
        n: placement(event, room="A", speaker=f"New {n}", names_speaker=True) for n in range(300)
    }
    found = []
    for _filled in range(2):
        f.run("analyze schedules")
        with CaptureQueriesContext(connection) as captured:
            conflicts.find(asked)
        (query,) = captured.captured_queries
        (((plan,),),) = f.run("explain (analyze, format json) " + query["sql"].replace("%", "%%"))
        found.append(_rows_of((json.loads(plan) if isinstance(plan, str) else plan)["Plan"]))
        f.run(
            "insert into schedules (event_id, title, start_time, end_time, speaker_name)"
            " select %s, 'x', %s, %s, 'Speaker ' || n from generate_series(1, 3000) as n",
            other.pk,
            f.at(9),
            f.at(10),
        )

    assert found[1] < found[0] + 1000


def _rows_of(plan) -> int:
    return plan["Actual Rows"] * plan["Actual Loops"] + sum(map(_rows_of, plan.get("Plans", ())))


def test_conflicts_none_without_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert conflicts.find({}).conflicts == {}

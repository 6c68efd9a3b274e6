"""Attendees, capacity and VIPs: whom a change to a session concerns."""

import uuid

import pytest

from eventflow.text.bidi import isolate, ltr
from scheduling import conflicts
from scheduling.conflicts import Kind, Person, Placement, Registered, Severity
from tests import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(event):
    return f.session(event=event, title="mine", start=f.at(9))


def moved(session, start=14, end=15, **fields):
    return Placement(
        event_id=session.event_id,
        start=f.at(start),
        end=f.at(end),
        session_id=session.pk,
        zone=session.event.zone,
        **{"moves": True} | fields,
    )


def registered_for(*sessions, **fields):
    person = f.participant(event=sessions[0].event, **fields)
    for session in sessions:
        f.registration(participant=person, schedule=session)
    return person


def attendees(*placements):
    """The conflicts with what attendees are registered for, of each placement."""
    found = conflicts.find(dict(enumerate(placements))).conflicts
    return [
        next((c for c in found.get(n, ()) if c.kind is Kind.ATTENDEES), None)
        for n in range(len(placements))
    ]


def test_attendees_counted_once(event, session):
    later = f.session(event=event, title="later", start=f.at(14), room="B")
    also = f.session(event=event, title="also", start=f.at(14, 30))
    registered_for(session, later, also)
    registered_for(session, later)
    registered_for(session)
    registered_for(later)

    (conflict,) = attendees(moved(session))

    assert conflict.severity is Severity.WARNING
    assert [other.title for other in conflict.others] == ["later", "also"]
    assert conflict.subject == "2"
    assert conflict.sentence == (
        "2 people who are registered are also registered for "
        f"“{isolate('later')}” (30 Jan 2038, {ltr('14:00–15:00')}); "
        f"“{isolate('also')}” (30 Jan 2038, {ltr('14:30–15:30')})."
    )


@pytest.mark.parametrize(("start", "end"), [(13, 14), (15, 16)])
def test_attendees_back_to_back(event, session, start, end):
    registered_for(session, f.session(event=event, start=f.at(14)))

    assert attendees(moved(session, start, end)) == [None]


def test_attendees_of_moves_in_same_event(ours, event, session):
    beside = f.event(organization=ours)
    registered_for(session, f.session(event=beside, start=f.at(14)))
    person = registered_for(session, f.session(event=event, start=f.at(16)))
    f.registration(participant=person, schedule=session, is_companion=True)

    assert attendees(
        moved(session), moved(session, 16, 17, moves=False), moved(session, 9, 10)
    ) == [None, None, None]


def test_attendees_of_backwards_session(event, session):
    backwards = f.session(event=event, start=f.at(16), end=f.at(12))
    registered_for(session, backwards)

    assert attendees(moved(session)) == [None]


def test_attendees_of_many_sessions_cut(event, session):
    busy = [f.session(event=event, title=f"{n}", start=f.at(14, n)) for n in range(8)]
    registered_for(session, *busy)

    (conflict,) = attendees(moved(session))

    assert conflict.sentence.count("“") == 5
    assert conflict.sentence.endswith("; and 3 more.")
    assert conflict.ids == {s.pk for s in busy}


def test_places_from_registrations_with_companions(event, session):
    person = registered_for(session)
    f.registration(participant=person, schedule=session, is_companion=True)
    vip = registered_for(session, is_vip=True, first_name="רות", last_name="כהן")
    f.run("update schedules set current_count = 70")
    other = f.session(event=event)

    assert conflicts.find({}, sessions={session.pk: event.pk, other.pk: event.pk}).registered == {
        session.pk: Registered(3, (Person(vip.pk, "רות כהן"),)),
        other.pk: Registered(),
    }


def test_registered_of_another_event_ignored(ours, event, session):
    beside = f.event(organization=ours)
    stranger = registered_for(f.session(event=beside, start=f.at(9)))
    f.registration(participant=stranger, schedule=session)
    f.registration(participant=stranger, schedule=f.session(event=event, start=f.at(14)))
    another = f.session(event=beside)

    asked = {session.pk: event.pk, another.pk: beside.pk}
    assert conflicts.find({}, sessions=asked).registered[session.pk] == Registered()
    assert attendees(moved(session), moved(another)) == [None, None]


def test_registered_told_with_conflicts(event, session):
    later = f.session(event=event, title="later", start=f.at(14), room="B")
    registered_for(session, later)
    registered_for(later)

    met = conflicts.find({7: moved(session)}, sessions={later.pk: event.pk})

    assert [c.kind for c in met.conflicts[7]] == [Kind.ATTENDEES]
    assert met.registered == {later.pk: Registered(2)}


@pytest.mark.parametrize("number", [1, 30])
def test_registered_statement_count(event, number, django_assert_num_queries):
    sessions = [f.session(event=event) for _ in range(number)]

    with django_assert_num_queries(1):
        conflicts.find({}, sessions={session.pk: event.pk for session in sessions})
    with django_assert_num_queries(0):
        assert conflicts.find({}, sessions={}).registered == {}


def test_more_people_than_places_is_a_warning():
    assert conflicts.over_capacity(Registered(3), None) is None
    assert conflicts.over_capacity(Registered(3), 3) is None

    conflict = conflicts.over_capacity(Registered(3), 2)

    assert (conflict.kind, conflict.severity) == (Kind.CAPACITY, Severity.WARNING)
    assert conflict.sentence == "3 are registered, and there would be room for 2."


def test_vips_named_up_to_limit():
    people = tuple(Person(uuid.uuid4(), f"\u202e{n}") for n in range(8))

    conflict = conflicts.vips_affected(Registered(20, people))

    assert (conflict.kind, conflict.severity) == (Kind.VIP, Severity.INFO)
    assert conflict.about == tuple(person.id for person in people)
    names = "; ".join(isolate(str(n)) for n in range(5))
    assert conflict.sentence == f"VIPs are registered: {names}; and 3 more."
    assert conflicts.vips_affected(Registered(20)) is None

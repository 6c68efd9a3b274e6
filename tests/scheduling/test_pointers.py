"""The product's newer tables, where they are: whose room, who speaks, what stands."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from scheduling import checks, conflicts, pointers, rooms, timetable, ways_out
from scheduling.conflicts import Kind, Placement
from scheduling.pointers import Kept
from tests import factories as f

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("newer_tables_for_all", "newer_tables"),
]


ROOMS_BY_TEXT = "rooms are read of the text of sessions alone, and written there alone"


@pytest.fixture
def event():
    return f.event(organization=f.organization())


def pointing(event, room, *, start=None, **fields):
    """A session that has its room by a pointer alone."""
    session = f.session(event=event, start=start or f.at(11), **fields)
    f.points(session, room_id=room)
    return session


def placed(event, room=None, speaker=None, start=None, **fields) -> Placement:
    start = start or f.at(11)
    return Placement(event.pk, start, start + f.timedelta(hours=1), room, speaker, **fields)


def met(placement) -> list:
    found = conflicts.find({0: placement}).conflicts.get(0, [])
    return [(c.kind, c.ids) for c in found if c.kind is not Kind.ROOM_NAME]


def test_pointers_forget_before_connecting():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(pointers.forget).result()


def test_pointers_catalogue_complete():
    assert pointers.kept() == Kept(
        frozenset(pointers.COLUMNS), speakers=True, deletion=("is_deleted", "deleted_at")
    )
    f.run("alter table schedules drop column room_id, drop column deleted_at")
    f.run("drop table session_speakers")
    pointers.forget()
    assert pointers.kept() == Kept(
        frozenset({pointers.TRACK, pointers.DAY}), deletion=("is_deleted",)
    )


def told() -> list:
    return [
        (found.id, found.msg) for found in checks.pointers_lead_somewhere(databases=["default"])
    ]


def test_pointers_dangling_told_by_check():
    assert told() == []
    f.run("alter table rooms rename column capacity to seats")
    assert told() == [("scheduling.W010", f"public.rooms has no column capacity: {ROOMS_BY_TEXT}.")]
    assert pointers.ROOM not in pointers.kept().columns


def test_pointers_missing_not_asked(event):
    f.run(
        "alter table schedules drop column room_id, drop column is_deleted, drop column deleted_at"
    )
    f.run("drop table session_speakers")
    pointers.forget()
    session = f.session(event=event, room="Hall A", start=f.at(11))
    assert met(placed(event, "hall a")) == [(Kind.ROOM, {session.pk})]


def test_pointers_offer_rooms_in_use(event):
    f.kept_room(event, "Tent", capacity=30)
    f.kept("rooms", event_id=event.pk, name="Ruin", capacity=500, is_available=False)
    hall = f.kept_room(event, "Hall A", capacity=80)
    pointing(event, hall, max_capacity=10)
    found = ways_out.find(placed(event, "Closet"), event=event, now=f.at(0)).rooms
    assert [(way.room, way.capacity) for way in found] == [("Tent", 30)]
    found = ways_out.find(placed(event, "Closet", start=f.at(14)), event=event, now=f.at(0)).rooms
    assert [(way.room, way.capacity) for way in found] == [("Hall A", 80), ("Tent", 30)]


def test_rooms_that_are_kept_are_offered_in_forms(event):
    f.kept_room(event, "Tent", capacity=30)
    assert [(room.name, room.capacity) for room in rooms.known([event.pk])] == [("Tent", 30)]


def test_pointers_day_by_pointed_rooms(event):
    hall = f.kept_room(event, "Hall A")
    pointing(event, hall, title="Pointed")
    both = f.session(event=event, title="Both", room="Attic", start=f.at(13))
    f.points(both, room_id=hall)
    gone = f.session(event=event, title="Gone", room="Cellar", start=f.at(12))
    f.points(gone, is_deleted=True)

    day = timetable.day(event=event, proposed=placed(event, "hall a"), title="New")

    assert {column.room: [cell.entry.title for cell in column.cells] for column in day.columns} == {
        "hall a": ["New", "Pointed", "Both"],
        "Attic": ["Both"],
    }


def test_pointers_overlaps_mended_in_both(event):
    hall = f.kept_room(event, "Hall A")
    first = f.session(event=event, title="First", room="hall a", start=f.at(11))
    second = pointing(event, hall, title="Second", start=f.at(11, 30))
    f.points(first, room_id=hall)

    (overlap,) = conflicts.room_overlaps(event.pk)
    assert (overlap.first.id, overlap.second.id) == (first.pk, second.pk)
    f.run(overlap.mending)

    assert conflicts.room_overlaps(event.pk) == []
    assert f.run("select room, room_id from schedules where id = %s", second.pk) == [(None, None)]


def test_pointers_listed_speakers(event):
    panel = f.session(event=event, title="Panel", start=f.at(11))
    f.listed(panel, "Dana", "Levi")
    assert met(placed(event, speaker="dana  levi")) == [(Kind.SPEAKER, {panel.pk})]
    assert met(placed(event, listed=("Dana Levi",))) == [(Kind.SPEAKER, {panel.pk})]
    assert met(placed(event, speaker="Dan Levi")) == []
    assert [o.speaker for o in conflicts.speaker_overlaps(event.pk)] == []
    other = f.session(event=event, title="Other", start=f.at(11), speaker_name="Dana Levi")
    assert [{o.first.id, o.second.id} for o in conflicts.speaker_overlaps(event.pk)] == [
        {panel.pk, other.pk}
    ]


@pytest.mark.parametrize("mark", [{"is_deleted": True}, {"deleted_at": f.at(8)}])
def test_pointers_soft_deleted_only_database_minds(event, mark):
    hall = f.kept_room(event, "Hall A")
    gone = pointing(event, hall, title="Gone", speaker_name="Dana Levi")
    f.points(gone, **mark)
    assert met(placed(event, "Hall A", "Dana Levi", title="Gone", adds=True)) == []

    f.points(gone, room="Hall A")
    (conflict,) = conflicts.find({0: placed(event, "Hall A")}).conflicts[0]
    assert (conflict.kind, conflict.severity, conflict.ids) == ("room", "error", {gone.pk})
    assert "deleted in EventFlow" in conflict.sentence


@pytest.mark.parametrize(("text", "pointed"), [("Hall A", "Attic"), ("Attic", "Hall A")])
def test_pointers_time_for_two_rooms(event, text, pointed):
    for room, start in (("HALL A", 11), ("Attic", 12), ("attic", 10)):
        f.session(event=event, room=room, start=f.at(start))
    session = f.session(event=event, room=text, start=f.at(15))
    f.points(session, room_id=f.kept_room(event, pointed))
    wanted = placed(
        event, text, second_room=pointed, session_id=session.pk, zone=event.zone, start=f.at(11)
    )

    found = ways_out.find(wanted, event=event, now=f.at(0)).times

    assert [way.start for way in found][:2] == [f.at(9), f.at(13)]
    for way in found:
        there = placed(event, text, second_room=pointed, session_id=session.pk, start=way.start)
        assert met(there) == []


def test_pointers_speaker_spelling_of_standing(event):
    gone = f.session(event=event, speaker_name="dana levi", start=f.at(9))
    f.points(gone, is_deleted=True)
    wanted = placed(event, None, speaker="Dana  Levi", names_speaker=True)

    assert conflicts.find({0: wanted}).conflicts == {}

    f.session(event=event, speaker_name="DANA LEVI", start=f.at(20))

    (spelled,) = conflicts.find({0: wanted}).conflicts[0]
    assert (spelled.name, spelled.written) == ("speaker_name", "DANA LEVI")

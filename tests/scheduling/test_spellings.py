"""A corpus of spellings wherever names are compared: each finds its own name, and no other."""

from datetime import timedelta
from itertools import combinations, pairwise

import pytest
from django.db.models import F

from scheduling import conflicts, names, rooms, timetable, ways_out
from scheduling.conflicts import Kind, Placement
from scheduling.models import Schedule
from tests import factories as f
from tests.scheduling.spellings import several
from tests.variants import first_soon

pytestmark = pytest.mark.django_db

# Of each name the first spelling stands in the programme; every one is asked for.
CORPUS = several()
SPELLED = [(n, spelling) for n, spellings in enumerate(CORPUS) for spelling in spellings]


@pytest.fixture
def without_constraint():
    f.run("alter table schedules drop constraint no_room_overlap")


def standing(event, field, spelled, start=None) -> dict:
    """A session for each of the spelled names, by its id which name it has."""
    start = start or f.at(9)
    made = Schedule.objects.bulk_create(
        Schedule(
            event=event,
            start_time=start,
            end_time=start + timedelta(hours=1),
            **{"title": str(n)} | {field: spelling},
        )
        for n, spelling in spelled
    )
    return {session.pk: n for session, (n, _spelling) in zip(made, spelled, strict=True)}


def asked(event, **by_spelling) -> dict[int, Placement]:
    """A placement for each spelling, with it in the given fields."""
    return {
        at: Placement(
            event_id=event.pk,
            start=f.at(9, 30),
            end=f.at(10, 30),
            **{field: make(spelling) for field, make in by_spelling.items()},
        )
        for at, (_n, spelling) in enumerate(SPELLED)
    }


def whom_each_meets(placements, kind, whose) -> list[tuple[str, set[int]]]:
    found = conflicts.find(placements).conflicts
    return [
        (spelling, {whose[pk] for c in found.get(at, ()) if c.kind is kind for pk in c.ids})
        for at, (_n, spelling) in enumerate(SPELLED)
    ]


EACH_ITS_OWN = [(spelling, {n}) for n, spelling in SPELLED]


@pytest.mark.parametrize(
    ("kind", "field", "asking"),
    [
        (Kind.ROOM, "room", {"room": str}),
        (Kind.SPEAKER, "speaker_name", {"speaker": str}),
        (Kind.DUPLICATE, "title", {"title": str, "adds": bool}),
    ],
)
def test_spellings_in_the_way(event, kind, field, asking):
    whose = standing(event, field, [(n, spellings[0]) for n, spellings in enumerate(CORPUS)])

    assert whom_each_meets(asked(event, **asking), kind, whose) == EACH_ITS_OWN


def test_spellings_of_several_speakers(event):
    """A first name goes before, for a single letter or a title alone is nobody among several."""
    first = [(n, f"Zed {spellings[0]}") for n, spellings in enumerate(CORPUS)]
    whose = standing(event, "speaker_name", first)
    beside = asked(event, speaker=lambda name: f"Somebody else; Zed {name}")

    assert whom_each_meets(beside, Kind.SPEAKER, whose) == EACH_ITS_OWN


def test_spellings_in_speaker_function(event):
    whose = standing(
        event, "speaker_name", [(n, spellings[0]) for n, spellings in enumerate(CORPUS)]
    )

    found = f.run(
        "select n, array(select conflict_id from public.check_speaker_conflicts(%s, name, %s, %s))"
        " from unnest(%s::text[]) with ordinality as asked (name, n) order by n",
        event.pk,
        f.at(9, 30),
        f.at(10, 30),
        [spelling for _n, spelling in SPELLED],
    )

    met = [{whose[pk] for pk in ids} for _at, ids in found]
    assert [(s, ids) for (_n, s), ids in zip(SPELLED, met, strict=True)] == EACH_ITS_OWN


def test_pairs_in_a_programme(event, without_constraint):
    """Rooms and speakers that are spelled in every way at one time."""
    for field, overlaps in (
        ("room", conflicts.room_overlaps),
        ("speaker_name", conflicts.speaker_overlaps),
    ):
        whose = standing(event, field, SPELLED)
        alike = {n: [pk for pk, name in whose.items() if name == n] for n in set(whose.values())}
        wanted = {frozenset(pair) for pks in alike.values() for pair in combinations(pks, 2)}

        found = {frozenset({o.first.id, o.second.id}) for o in overlaps(event.pk)}

        assert found == wanted
        Schedule.objects.all().delete()


def test_columns_of_a_timetable(event):
    standing(event, "room", SPELLED)

    day = timetable.day(
        event=event, proposed=Placement(event_id=event.pk, start=f.at(9), end=f.at(10), room="New")
    )

    more = int(day.left_out[0].split()[0])
    assert len(day.columns) + more == len(CORPUS) + 1


def test_rooms_on_offer(event):
    standing(event, "room", SPELLED)

    assert len(rooms.known([event.pk])) == len(CORPUS)


def test_ways_out(event):
    """Each room is taken in one spelling and used at another time in the others."""
    standing(event, "room", [(n, spellings[0]) for n, spellings in enumerate(CORPUS)])
    standing(event, "room", SPELLED, start=f.at(15))
    wanted = Placement(event_id=event.pk, start=f.at(9), end=f.at(10), room="New")

    assert ways_out.find(wanted, event=event, now=f.at(0)).rooms == ()
    at_noon = Placement(event_id=event.pk, start=f.at(12), end=f.at(13), room=CORPUS[0][1])
    offered = ways_out.find(at_noon, event=event, now=f.at(0)).rooms
    assert len({names.keys([way.room]).names[way.room] for way in offered}) == ways_out.MOST
    assert CORPUS[0][0] not in [way.room for way in offered]


@pytest.mark.parametrize("field", first_soon(["title", "room", "speaker_name"]))
def test_searches(event, field):
    whose = standing(event, field, SPELLED)
    alike = {n: {pk for pk, name in whose.items() if name == n} for n in set(whose.values())}

    for n, spelling in SPELLED:
        found = Schedule.objects.filter(names.holds(F(field), spelling))
        assert alike[n] <= set(found.values_list("pk", flat=True)), spelling


def test_spellings_of_typed_title(db):
    for spellings in CORPUS:
        for spelling in spellings:
            assert names.same(spelling, spellings[0]), spelling
    for (one, *_), (other, *_) in pairwise(CORPUS):
        assert not names.same(one, other)


def test_spellings_no_candidate_missed(db):
    """What is plain is its own key, but for case; all else is looked into."""
    letters = [chr(n) for n in range(1, 0x600)]
    pairs = [f"{one}{other}" for one in " -'\"`a1א" for other in " -'\"`A1ך"]
    texts = [s for _n, s in SPELLED]
    texts += [text for c in letters for text in (c, f"{c}a", f"a{c}", f"A{c}b", f"a {c}")]
    texts += [text for p in pairs for text in (p, f"a{p}", f"{p}b", f"a{p}b")]

    asked = "select x from unnest(%s::text[]) as x where "
    its_own, another = (names.may_be("x", f"select {key}") for key in (names.key("x"), "'z'"))

    assert f.run(asked + f"not {its_own}", texts) == []
    assert f.run(asked + another, ["Dana Levi", "דנה לוי", "Speaker 12", "R-3, x"]) == []


def test_the_key_of_a_plain_name_is_that_of_the_function(db):
    letters = [chr(n) for n in range(1, 0x600)]
    texts = [s for _n, s in SPELLED]
    texts += [
        text for c in letters for text in (c, f"{c}A", f"a{c}", f"A{c}b", f"A {c}", f"{c} {c}")
    ]

    told = f"select x from unnest(%s::text[]) as x where {names.key('x')} <> "
    assert f.run(told + "coalesce(nullif(public.name_key(x), ''), x)", texts) == []

    person = f"(select key from {names.people('x')} as p limit 1)"
    alone = "(select public.name_key(p) from unnest(public.speaker_names(x)) as p limit 1)"
    told = f"select x from unnest(%s::text[]) as x where {person} is distinct from {alone}"
    assert f.run(told, texts) == []

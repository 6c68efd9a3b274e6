"""`make bench-conflicts`: the conflict engine beside two simpler ways, on the same data in one run.

Beside one query for each row and kind, and beside a plain double loop in Python. Prints times and
numbers of statements; ends with an error where the three do not find the same. The database is
one of its own, on the tests' server, and dropped at the end. Times are measured from here, with
the way there and back, but for those that say otherwise.
"""

import argparse
import io
import os
import random
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
if "--pointers" in sys.argv:
    # Before the settings are read: the stand-in is then as in production.
    os.environ["TEST_SHAPE"] = "production"
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from ai_audit import verdicts  # noqa: E402
from ai_audit.models import Suggestion  # noqa: E402
from ai_audit.verdicts import competing, projection  # noqa: E402
from ai_audit.verdicts.competing import Stake  # noqa: E402
from scheduling import conflicts, pointers  # noqa: E402
from scheduling.conflicts import Kind  # noqa: E402
from scheduling.models import Event, Registration, Schedule  # noqa: E402
from tests import plain  # noqa: E402
from tests.bench import data  # noqa: E402
from tests.databases import connected_to, copy_of  # noqa: E402
from tests.templates import STAND_IN, prepare_stand_in  # noqa: E402

PROPOSALS = 100
ROUNDS = 5


@dataclass
class Measured:
    """How long something took, in milliseconds, of that in statements, and how many of those."""

    total: float = 0
    database: float = 0
    statements: int = 0

    def __str__(self):
        return (
            f"{self.total:10.1f} ms, of that {self.database:9.1f} ms in "
            f"{self.statements:6} statements"
        )


@contextmanager
def measured():
    """Yields a `Measured` that is filled in when the block ends."""
    found = Measured()

    def count(execute, *args):
        began = time.perf_counter()
        try:
            return execute(*args)
        finally:
            found.database += (time.perf_counter() - began) * 1000
            found.statements += 1

    began = time.perf_counter()
    with connection.execute_wrapper(count):
        yield found
    found.total = (time.perf_counter() - began) * 1000


def best(rounds, work):
    """The fastest of some rounds, and what the work gave; the first one warms up."""
    times = []
    for _ in range(rounds):
        with measured() as found:
            result = work()
        times.append(found)
    return min(times, key=lambda one: one.database), result


def planned_and_run(work):
    """What the server itself needs for the statements of some work, in milliseconds."""
    with CaptureQueriesContext(connection) as captured:
        work()
    spent = 0
    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            cursor.execute("explain (analyze, timing off, format json) " + query["sql"])
            (((plan,),),) = cursor.fetchall()
            spent += plan["Planning Time"] + plan["Execution Time"]
    return spent


def told(what, found):
    print(f"  {what:<34}{found}", flush=True)


def by_ids(found):
    """The engine's findings as the plain ones are: ids, and names of rooms, by kind."""
    return {
        n: {c.kind: set(c.ids) for c in conflicts_ if c.kind is not Kind.ROOM_NAME}
        for n, conflicts_ in found.items()
    }


ONE_BY_ONE = {
    Kind.ROOM: (
        "select id from schedules where event_id = %s and room = %s and id <> %s"
        " and room is not null"
        " and tstzrange(start_time, end_time) && tstzrange(%s, %s)",
        lambda p: (p.event_id, p.room, p.session_id, p.start, p.end),
    ),
    Kind.SPEAKER: (
        "select conflict_id from check_speaker_conflicts(%s, %s, %s, %s, %s)",
        lambda p: (p.event_id, p.speaker, p.start, p.end, p.session_id),
    ),
    Kind.ATTENDEES: (
        "select distinct o.id from participants p"
        " join participant_schedules mine on mine.participant_id = p.id"
        " join participant_schedules theirs on theirs.participant_id = p.id"
        " join schedules o on o.id = theirs.schedule_id and o.event_id = p.event_id"
        " where p.event_id = %s and mine.schedule_id = %s and o.id <> %s"
        " and o.start_time < %s and o.end_time > %s",
        lambda p: (p.event_id, p.session_id, p.session_id, p.end, p.start),
    ),
}


def one_by_one(placements):
    found = {}
    with connection.cursor() as cursor:
        for n, placement in placements.items():
            for kind, (statement, parameters) in ONE_BY_ONE.items():
                cursor.execute(statement, parameters(placement))
                if ids := {row[0] for row in cursor.fetchall()}:
                    found.setdefault(n, {})[kind] = ids
            cursor.execute(
                "select distinct room from schedules where event_id = %s", [placement.event_id]
            )
            cursor.fetchall()
    return found


def in_a_loop(placements):
    sessions = list(
        Schedule.objects.only("event_id", "room", "speaker_name", "start_time", "end_time")
    )
    registrations = list(Registration.objects.values_list("participant_id", "schedule_id"))
    return {
        n: found
        for n, placement in placements.items()
        if (found := plain.collisions(placement, sessions, registrations))
    }


def proposals(sessions):
    """Verdicts on many suggestions at once, and the sessions in their way found in three ways."""
    data.fill(sessions=sessions, suggestions=PROPOSALS)
    if pointers.kept():
        data.point()
        print("with pointers to rooms and days, and speakers listed")
    suggestions = list(
        Suggestion.objects.select_related("event", "user").order_by("id")[:PROPOSALS]
    )
    print(
        f"{len(suggestions)} suggestions for {len({s.event_id for s in suggestions})} events, "
        f"{Schedule.objects.count():,} sessions, {Registration.objects.count():,} registrations"
    )
    for number in (1, len(suggestions)):
        found, _ = best(ROUNDS, lambda n=number: verdicts.judge(suggestions[:n]))
        told(f"whole verdicts on {number}", found)
        spent = min(
            planned_and_run(lambda n=number: verdicts.judge(suggestions[:n])) for _ in range(ROUNDS)
        )
        print(f"  {'… planned and run by the server':<34}{spent:10.1f} ms")

    stakes = []
    sessions_of = Schedule.objects.in_bulk(
        [projection.read(suggestion).session_id for suggestion in suggestions]
    )
    for suggestion in suggestions:
        proposal = projection.read(suggestion)
        placed = projection.placement(suggestion, proposal, sessions_of[proposal.session_id])
        stakes.append(Stake(suggestion, proposal, placed))
    placements = {n: stake.placement for n, stake in enumerate(stakes)}

    engine, found = best(ROUNDS, lambda: conflicts.find(placements).conflicts)
    told("sessions in the way, this engine", engine)
    rows, found_by_rows = best(2, lambda: one_by_one(placements))
    told("… one query for each row", rows)
    loop, found_in_loop = best(1, lambda: in_a_loop(placements))
    told("… a double loop in Python", loop)
    assert by_ids(found) == found_by_rows == found_in_loop, "the three do not agree"
    kinds = [c.kind for conflicts_ in found.values() for c in conflicts_]
    print("  identical:", ", ".join(f"{k} {kinds.count(k)}" for k in Kind if k in kinds))
    return stakes


def undecided(number):
    """Competing suggestions among very many undecided ones, for one and for many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into ai_insights_log (user_id, event_id, action_type, action_data)"
            " select user_id, event_id, action_type, action_data from ai_insights_log"
            " cross join generate_series(1, %s) limit %s",
            [number // PROPOSALS + 1, number],
        )
        cursor.execute("analyze ai_insights_log")
    stakes = []
    for suggestion in Suggestion.objects.select_related("event", "user").order_by("id")[:100]:
        proposal = projection.read(suggestion)
        session = Schedule.objects.get(pk=proposal.session_id)
        stakes.append(
            Stake(suggestion, proposal, projection.placement(suggestion, proposal, session))
        )
    print(f"{Suggestion.objects.count():,} undecided suggestions")
    for some in (stakes[:1], stakes):
        found, result = best(2, lambda some=some: competing.find(some))
        told(f"rivals of {len(some)}, goal 100 ms", found)
        assert len(result) == len(some)


def programme(number):
    """One programme at once: every pair that overlaps, in rooms and of speakers."""
    chance = random.Random(number)  # noqa: S311
    event = another_like(Event.objects.order_by("name").first(), f"Programme of {number}")
    days = max(number // 1000, 1)
    five_minutes = timedelta(minutes=5)
    sessions = []
    for n in range(number):
        start = event.start_date + chance.randrange(days * 120) * five_minutes
        sessions.append(
            Schedule(
                event=event,
                title=f"Session {n}",
                start_time=start,
                end_time=start + chance.randrange(1, 6) * five_minutes,
                room=f"Room {chance.randrange(data.ROOMS)}",
                speaker_name=f"Speaker {chance.randrange(number // 2)}",
            )
        )
    Schedule.objects.bulk_create(sessions)
    with connection.cursor() as cursor:
        cursor.execute("analyze schedules")

    def engine():
        return {
            Kind.ROOM: conflicts.room_overlaps(event.pk),
            Kind.SPEAKER: conflicts.speaker_overlaps(event.pk),
        }

    print(f"a programme of {number:,} sessions in {data.ROOMS} rooms")
    found, overlapping = best(ROUNDS, engine)
    told("this engine", found)
    if number > 2000:
        return
    ids = {
        kind: {frozenset({o.first.id, o.second.id}) for o in overlaps}
        for kind, overlaps in overlapping.items()
    }
    rows, found_by_rows = best(1, lambda: pairs_one_by_one(sessions))
    told("one query for each row", rows)
    loop, found_in_loop = best(1, lambda: plain.pairs(sessions))
    told("a double loop in Python", loop)
    assert ids == found_by_rows == found_in_loop, "the three do not agree"
    print("  identical:", ", ".join(f"{kind} {len(pairs)}" for kind, pairs in ids.items()))


def another_like(event, name):
    """Another event like that one."""
    return Event.objects.create(
        organization_id=event.organization_id,
        name=name,
        start_date=event.start_date,
        end_date=event.end_date,
        timezone=event.timezone,
    )


def pairs_one_by_one(sessions):
    found = {Kind.ROOM: set(), Kind.SPEAKER: set()}
    with connection.cursor() as cursor:
        for session in sessions:
            placement = conflicts.Placement(
                event_id=session.event_id,
                start=session.start_time,
                end=session.end_time,
                room=session.room,
                speaker=session.speaker_name,
                session_id=session.pk,
            )
            for kind, pairs in found.items():
                statement, parameters = ONE_BY_ONE[kind]
                cursor.execute(statement, parameters(placement))
                pairs |= {frozenset({session.pk, row[0]}) for row in cursor.fetchall()}
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=100_000)
    parser.add_argument("--undecided", type=int, default=10_000)
    parser.add_argument(
        "--pointers",
        action="store_true",
        help="rooms, days and speakers in tables of their own as well, as in production",
    )
    options = parser.parse_args()
    prepare_stand_in()
    with copy_of(STAND_IN) as name, connected_to(name):
        call_command("migrate", stdout=io.StringIO())
        proposals(options.sessions)
        undecided(options.undecided)
        with connection.cursor() as cursor:
            # Only without it can there be rooms to find.
            cursor.execute("alter table schedules drop constraint no_room_overlap")
            cursor.execute("delete from participant_schedules")
            cursor.execute("create index on schedules (event_id, room)")
        for number in (1000, 20_000):
            programme(number)


if __name__ == "__main__":
    main()

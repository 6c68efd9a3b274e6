"""Many judged at once: as each alone, rivals found by the database as by comparing each with each,
and what is read grows with what could compete."""

import json
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from ai_audit import verdicts
from ai_audit.models import Suggestion
from ai_audit.proposals import Action, InvalidProposal
from ai_audit.verdicts import candidates, competing, projection
from ai_audit.verdicts.stakes import Stake
from scheduling import names, times
from scheduling.conflicts import Kind
from scheduling.models import Schedule
from tests import factories as f
from tests.scheduling.spellings import several

pytestmark = pytest.mark.django_db


def waiting() -> list[Suggestion]:
    return list(Suggestion.objects.select_related("event", "user").order_by("id"))


def of_room(room, hour=9, **more):
    return f.create_data(
        room=room,
        start_time=f"2038-01-30T{hour:02}:00",
        end_time=f"2038-01-30T{hour + 1:02}:00",
        **more,
    )


def stake_of(suggestion) -> Stake:
    suggestion = Suggestion.objects.select_related("event", "user").get(pk=suggestion.pk)
    proposal = projection.read(suggestion)
    return Stake(suggestion, proposal, projection.placement(suggestion, proposal, None))


# -- as each alone -----------------------------------------------------------------------------

SPELLED = [spellings[:3] for spellings in several()[::6]][:3]
spelled = st.sampled_from([None, "", " ", "null", *(name for alike in SPELLED for name in alike)])
speakers = st.one_of(
    spelled, st.lists(spelled.filter(bool), min_size=2, max_size=3).map(" & ".join)
)


@st.composite
def moments(draw, least=0, most=8):
    """A time of the test day, in one of the ways it is written."""
    at = f.at(9) + timedelta(minutes=30 * draw(st.integers(least, most)))
    local = times.local(at, times.zone("Asia/Jerusalem")).replace(tzinfo=None)
    return draw(
        st.sampled_from(
            [
                at.isoformat(),
                at.isoformat().replace("+00:00", "Z"),
                local.isoformat(),
                local.isoformat(" ", "minutes"),
                f"{local.isoformat()}+02:00",
                f"{local.isoformat()}+2:00[Asia/Jerusalem]",
                f" {local.isoformat()},000",
                f"{local.isoformat()}[America/New_York]",
                "no time",
                None,
                5,
            ]
        )
    )


asked = st.fixed_dictionaries(
    {"title": st.sampled_from(["One", "one ", "Two"])},
    optional={
        "room": spelled,
        "speaker_name": speakers,
        "start_time": moments(most=4),
        "end_time": moments(least=2),
    },
)
rows = st.lists(
    st.tuples(
        st.sampled_from([*Action]),
        st.integers(0, 2),
        asked,
        st.booleans(),
        # The same may come again.
        st.integers(1, 2),
    ),
    min_size=1,
    max_size=5,
)


def write(event, user, live, rows) -> None:
    for action, which, fields, says_changes, times_over in rows:
        session = live[which]
        data = {
            Action.CREATE: lambda fields, _: f.create_data(**fields),
            Action.UPDATE: lambda fields, session: f.update_data(session, **fields),
            Action.DELETE: lambda _, session: f.delete_data(session),
        }[action](fields, session)
        if not says_changes:
            data.pop("changes", None)
        for _time in range(times_over):
            f.suggestion(user=user, event=event, data=data, action_type=action)


@given(rows=rows)
def test_judge_many_equals_judge_one(event, noa, rows):
    with transaction.atomic():
        live = [
            f.session(
                event=event,
                title=f"live {n}",
                room=SPELLED[n][1] if n < 2 else None,
                speaker_name=SPELLED[n][0],
                start=f.at(9 + n),
            )
            for n in range(3)
        ]
        write(event, noa.profile, live, rows)
        together = waiting()

        found = verdicts.judge(together)

        for suggestion in waiting():
            alone = verdicts.judge([suggestion])[suggestion.pk]
            assert found[suggestion.pk] == alone
        transaction.set_rollback(True)


# -- as comparing each with each ---------------------------------------------------------------


@pytest.mark.long
@pytest.mark.every_server
def test_rivals_among_several_speakers(event, noa):
    """Every text names somebody else as well, at one of two hours."""
    for n, spelling in enumerate(spelling for alike in several() for spelling in alike):
        for hour in (9, 12):
            data = of_room(None, hour=hour, speaker_name=f"Guest {n} {hour}, {spelling}")
            f.suggestion(user=noa.profile, event=event, data=data)
    stakes = []
    for suggestion in waiting():
        # What turns the direction of text, or cannot be shown, competes with nobody.
        with suppress(InvalidProposal):
            stakes.append(stake_of(suggestion))
    people = names.keys([], [stake.placement.speaker for stake in stakes]).people

    some = stakes[::7]
    found = competing.find(some)

    for one in some:
        rivals = {
            pk
            for c in found.get(one.suggestion.pk, ())
            if c.kind is Kind.COMPETING
            for pk in c.about
        }
        assert rivals == {
            other.suggestion.pk
            for other in stakes
            if other is not one
            and other.placement.start == one.placement.start
            and people[other.placement.speaker].keys() & people[one.placement.speaker].keys()
        }


# -- what is read ------------------------------------------------------------------------------


def statement(stakes) -> str:
    """The one that picks who could compete with these."""
    with CaptureQueriesContext(connection) as captured:
        competing.find(stakes)
    assert len(captured) == 1
    return captured.captured_queries[0]["sql"]


def picked(stakes) -> list[tuple]:
    """What it gives of those that could; beside these it tells keys of names."""
    rows = f.run(statement(stakes).replace("%", "%%"))
    return [row for row in rows if row[0] is not None]


def test_rivals_in_room_read_by_time(event, suggest):
    one = suggest(of_room("A"))
    rival = suggest(of_room("a ", title="rival"))
    for hour in range(10, 20):
        suggest(of_room("A", hour=hour, title=f"{hour}"))
        suggest(of_room("B", title=f"{hour}"))

    read = picked([stake_of(one)])

    assert [row[0] for row in read] == [[rival.pk]]


def test_many_same_names_read_once(event, suggest):
    one = suggest(of_room("A"))
    same = [suggest(of_room("A", title="same")) for _n in range(3)]
    other = suggest(of_room("A", title="same", max_capacity=5))

    read = picked([stake_of(one)])

    assert {frozenset(row[0]) for row in read} == {
        frozenset(s.pk for s in same),
        frozenset([other.pk]),
    }
    (conflict,) = (c for c in competing.find([stake_of(one)])[one.pk] if c.kind is Kind.COMPETING)
    assert conflict.ids == {other.pk, *(s.pk for s in same)}


def test_only_what_is_the_same_to_the_letter_is_read_once(event, suggest):
    """All want the same; numbers of other letters are equal, and may be read otherwise."""
    one = suggest(of_room("A"))
    for capacity, times_over in ((None, 3), (5, 3), (5.0, 2), (7, 1)):
        for _n in range(times_over):
            suggest(of_room("A", title="same", max_capacity=capacity))
    said = dict(f.run("select id, action_data::text from ai_insights_log"))

    read = [row[0] for row in picked([stake_of(one)])]

    assert [len({said[pk] for pk in ids}) for ids in read] == [1] * len(read)
    assert {pk for ids in read for pk in ids} == said.keys() - {one.pk}
    # Of those with equal numbers the ones that are spelled like the first.
    assert sorted(map(len, read)) in ([1, 1, 1, 3, 3], [1, 1, 1, 1, 2, 3])


def test_what_leaves_the_room_is_not_read(event, suggest):
    session = f.session(event=event, room="A", speaker_name="Dana", start=f.at(9))
    there = suggest(f.update_data(session, end_time="2038-01-30T18:00"), "schedule_update")
    suggest(f.update_data(session, room="B", speaker_name="x"), "schedule_update")
    hours = {"start_time": "2038-01-30T06:00", "end_time": "2038-01-30T18:00"}
    one = suggest(f.create_data(room="A", speaker_name="Dana", **hours))

    assert [row[0] for row in picked([stake_of(one)])] == [[there.pk]]


def test_what_is_not_changed_stays_as_it_is_now(event, suggest):
    """A proposed state says what the AI saw, too, which may be over: that is no change."""
    session = f.session(event=event, room="A", speaker_name="Dana", start=f.at(9))
    data = f.update_data(session, end_time="2038-01-30T18:00")
    del data["changes"]
    longer = suggest(data, "schedule_update")
    Schedule.objects.filter(pk=session.pk).update(room="B", speaker_name="Gil")
    hours = {"start_time": "2038-01-30T06:00", "end_time": "2038-01-30T18:00"}
    room = suggest(f.create_data(room="b", title="one", **hours))
    speaker = suggest(f.create_data(room=None, title="two", speaker_name="gil", **hours))
    before = suggest(f.create_data(room="A", title="three", speaker_name="Dana", **hours))

    for one, rivals in ((room, {longer.pk}), (speaker, {longer.pk}), (before, set())):
        found = competing.find([stake_of(one)]).get(one.pk, ())
        assert {pk for conflict in found for pk in conflict.about} == rivals


def rows_of(plan) -> int:
    """How many rows all steps of a plan have given."""
    return plan["Actual Rows"] * plan["Actual Loops"] + sum(map(rows_of, plan.get("Plans", ())))


def planned(sql: str) -> dict:
    (((plan,),),) = f.run("explain (analyze, format json) " + sql.replace("%", "%%"))
    return (json.loads(plan) if isinstance(plan, str) else plan)["Plan"]


_FILL = """
insert into ai_insights_log (user_id, event_id, action_type, action_data)
select %s, %s, 'schedule_create', jsonb_build_object('proposed_state', jsonb_build_object(
  'title', 'Title ' || n, 'room', 'Room ' || n %% 20, 'speaker_name', 'Speaker ' || n,
  'start_time', '2038-01-' || 10 + n %% 20 || 'T11:00',
  'end_time', '2038-01-' || 10 + n %% 20 || 'T12:00'))
from generate_series(1, %s) as n
"""


def test_twice_the_rows_at_most_twice_the_work(event, noa, suggest):
    stakes = [stake_of(suggest(of_room(f"Room {n}"))) for n in range(20)]
    found = []
    for _doubled in range(3):
        f.run(_FILL, noa.profile_id, event.pk, 200 if not found else 200 * 2 ** (len(found) - 1))
        f.run("analyze ai_insights_log")
        found.append(rows_of(planned(statement(stakes))))

    assert found[1] <= 2 * found[0]
    assert found[2] <= 2 * found[1]


def work_of(plan) -> int:
    """As `rows_of`, and how many rows were looked at for nothing."""
    looked_at = plan["Actual Rows"] + sum(n for what, n in plan.items() if "Removed by" in what)
    return looked_at * plan["Actual Loops"] + sum(map(work_of, plan.get("Plans", ())))


_SESSIONS = """
insert into schedules (event_id, title, start_time, end_time)
select %s, 's' || n, %s, %s from generate_series(1, 1000) as n
"""


@pytest.mark.parametrize("pointing", [False, True])
def test_sessions_found_by_id_whatever_the_statistics(request, event, noa, suggest, pointing):
    """As right after many came: the planner takes the tables for all but empty."""
    if pointing:
        request.getfixturevalue("newer_tables")
    fill = noa.profile_id, event.pk, 300
    sessions = event.pk, f.at(9), f.at(10)
    with transaction.atomic():
        f.run(_FILL, *fill)
        f.run(_SESSIONS, *sessions)
        transaction.set_rollback(True)
    f.run("analyze ai_insights_log, schedules")
    f.run(_FILL, *fill)
    stakes = [stake_of(suggest(of_room(f"Room {n}"))) for n in range(20)]
    found = []
    for _more in range(2):
        f.run(_SESSIONS, *sessions)
        found.append(work_of(planned(statement(stakes))))

    assert found[1] < found[0] + 5 * 1000


def test_pending_rows_read_by_own_index(event, noa, suggest):
    one = suggest(of_room("A"))
    f.run(_FILL, noa.profile_id, event.pk, 2000)
    f.run(
        "update ai_insights_log set execution_status = 'rejected' where id <> %s and event_id = %s",
        one.pk,
        event.pk,
    )
    f.run("analyze ai_insights_log")

    assert "idx_ai_insights_log_waiting" in json.dumps(planned(statement([stake_of(one)])))


def test_very_large_content_is_not_read_for_it(event, noa, suggest):
    one = suggest(of_room("A"))
    for n in range(2):
        suggest(of_room("A", title=f"{n}", description="x" * 20_000 * (n + 1)))

    read = picked([stake_of(one)])

    assert len(read) == 2
    assert all(len(row[3]) < candidates.MOST_BYTES for row in read)

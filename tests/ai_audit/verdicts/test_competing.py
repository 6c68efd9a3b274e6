"""Undecided suggestions that want the same room, speaker or session."""

import json
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import DataError, transaction
from hypothesis import given
from hypothesis import strategies as st

from ai_audit import verdicts
from ai_audit.models import Status, Suggestion
from ai_audit.proposals import Action, InvalidProposal
from ai_audit.verdicts import competing, projection
from ai_audit.verdicts.competing import Contested, Stake
from eventflow.text.bidi import isolate
from scheduling.conflicts import Kind, Severity
from scheduling.models import Schedule
from tests import factories as f
from tests.ai_audit.hostile import JSON
from tests.scheduling.spellings import several

pytestmark = pytest.mark.django_db


def competition(suggestion):
    """Who competes with a suggestion, by title: what is contested, and whether it is blocked."""
    found = conflict(suggestion)
    return (
        {r.title: ({str(c) for c in r.contested}, r.blocked) for r in found.rivals} if found else {}
    )


def conflict(suggestion):
    suggestion = Suggestion.objects.select_related("event", "user").get(pk=suggestion.pk)
    verdict = verdicts.judge([suggestion])[suggestion.pk]
    return next((c for c in verdict.conflicts if c.kind is Kind.COMPETING), None)


def test_competing_same_room(suggest):
    one = suggest(f.create_data(title="one"))
    two = suggest(f.create_data(title="two", start_time="2038-01-30T12:00:00"))

    assert competition(one) == {"two": ({"room"}, True)}
    assert competition(two) == {"one": ({"room"}, True)}
    found = conflict(one)
    assert (found.severity, found.ids, found.others) == (Severity.WARNING, {two.pk}, ())
    assert found.sentence == (
        f"Approving this blocks another undecided suggestion: “{isolate('two')}” (the room)."
    )
    assert verdicts.conflict_seen(found)["ids"] == [str(two.pk)]


def test_competing_speaker_other_letters(suggest):
    one = suggest(f.create_data(title="one", room="A", speaker_name="Dana"))
    suggest(f.create_data(title="two", room="B", speaker_name=" DANA "))

    assert competition(one) == {"two": ({"speaker"}, False)}
    assert conflict(one).sentence == (
        f"Another undecided suggestion wants the same: “{isolate('two')}” (the speaker)."
    )


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2038-01-30T12:45:00", "2038-01-30T13:00:00"),
        ("2038-01-30 10:00:00", "2038-01-30 11:15:00"),
        ("2038-01-30T10:45:00Z", "2038-01-30T11:00:00Z"),
        ("2038-01-30T08:00:00+02:00", "2038-01-30T11:15:00+02:00"),
    ],
)
def test_back_to_back_is_no_competition(suggest, start, end):
    one = suggest()
    suggest(f.create_data(start_time=start, end_time=end))

    assert competition(one) == {}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2038-01-30T12:44:00", "2038-01-30T13:00:00"),
        ("2038-01-30 10:00:00", "2038-01-30 11:16:00"),
        ("2038-01-30T10:44:59Z", "2038-01-30T11:00:00Z"),
        ("2038-01-30T05:00:00-03:00", "2038-01-30T09:16:00+00:00"),
        ("2038-01-10T08:00:00", "2038-02-05T08:00:00"),
    ],
)
def test_competing_times_as_moments(suggest, start, end):
    one = suggest()
    suggest(f.create_data(title="two", start_time=start, end_time=end))

    assert competition(one) == {"two": ({"room"}, True)}


def test_competing_update_as_laid_over(event, suggest):
    session = f.session(event=event, title="live", room="A", start=f.at(11), end=f.at(12))
    other = f.session(event=event, title="other", room="B", start=f.at(9))
    longer = suggest(f.update_data(session, end_time="2038-01-30T13:00:00"), "schedule_update")
    there = suggest(
        f.update_data(
            other, room="A", start_time="2038-01-30T12:30:00", end_time="2038-01-30T13:30:00"
        ),
        "schedule_update",
    )
    renamed = suggest(f.update_data(other, title="new"), "schedule_update")

    assert competition(longer) == {"other": ({"room"}, True)}
    assert competition(there) == {
        "live": ({"room"}, True),
        "new": ({"session"}, False),
    }
    assert competition(renamed) == {"other": ({"session"}, False)}


def test_competing_removal_blocks_change(event, suggest):
    session = f.session(event=event, title="live")
    removal = suggest(f.delete_data(session), "schedule_delete")
    data = f.update_data(session, title="new")
    data |= {"schedule_id": f"urn:uuid:{session.pk}".upper().replace("URN:UUID", "urn:uuid")}
    change = suggest(data, "schedule_update")

    assert competition(removal) == {"new": ({"session"}, True)}
    assert competition(change) == {"live": ({"session"}, False)}


@pytest.mark.parametrize("status", [s for s in Status.values if s != "suggested"])
def test_competing_undecided_only(suggest, status):
    one = suggest()
    two = suggest(f.create_data(title="two"))
    f.run("alter table ai_insights_log disable trigger user")
    f.run("update ai_insights_log set execution_status = %s where id = %s", status, two.pk)

    assert competition(one) == {}
    assert competition(two) == {one.title: ({"room"}, True)}


def test_competing_without_other_events_and_invalid(ours, theirs, suggest):
    one = suggest()
    suggest(event=f.event(organization=ours))
    suggest(user=f.profile(organization=theirs))
    suggest(f.create_data(title=""))
    suggest(f.create_data(event_id="11111111-aaaa-4111-8111-111111111111"))
    suggest(action_type="room_assign")
    suggest(f.create_data(end_time="2038-01-30T11:15:00"))

    assert competition(one) == {}


def test_competing_not_with_itself(event, suggest):
    session = f.session(event=event, title="live", room="A")
    one = suggest(f.update_data(session, room="B"), "schedule_update")
    suggest(f.update_data(session, room="B", speaker_name="x"), "schedule_update")

    assert competition(one) == {"live": ({"session"}, False)}


def test_competing_very_many_bounded(suggest):
    one = suggest()
    for n in range(competing.MOST_RIVALS + 3):
        suggest(f.create_data(title=f"{n}"))

    found = conflict(one)

    assert len(found.rivals) == len(found.ids) == competing.MOST_RIVALS
    assert found.sentence.endswith(f"; and {competing.MOST_RIVALS - 5} more.")


@pytest.mark.parametrize("number", [1, 40])
def test_any_number_takes_one_statement(event, suggest, number, django_assert_num_queries):
    stakes = []
    for n in range(number):
        suggestion = suggest(f.create_data(room=f"{n}"))
        suggest(f.create_data(room=f"{n}"))
        proposal = projection.read(suggestion)
        stakes.append(Stake(suggestion, proposal, projection.placement(suggestion, proposal, None)))

    with django_assert_num_queries(1):
        found = competing.find(stakes)
    with django_assert_num_queries(0):
        assert competing.find([]) == {}

    assert [len(rivals(found[stake.suggestion.pk])) for stake in stakes] == [1] * number


def rivals(conflicts):
    """Those that compete, by suggestion, with what both want; duplicates are told besides."""
    return {
        rival.suggestion_id: set(rival.contested)
        for conflict in conflicts
        if isinstance(conflict, competing.Competition)
        for rival in conflict.rivals
    }


@pytest.mark.parametrize(
    ("title", "fields", "same"),
    [
        ("סדנה  מעשית\u200f", {}, True),
        ("סדנה מעשית", {"room": None}, True),
        ("סדנה מעשית", {"room": "HALL 1", "speaker_name": "אחר"}, True),
        ("סדנה מעשית", {"room": "Hall 2"}, False),
        ("סדנה אחרת", {}, False),
    ],
)
def test_competing_duplicate(event, suggest, title, fields, same):
    mine = suggest(f.create_data(title="סדנה מעשית", room="Hall 1"))
    other = suggest(f.create_data(**{"title": title, "room": "Hall 1"} | fields))
    proposal = projection.read(mine)
    stake = Stake(mine, proposal, projection.placement(mine, proposal, None))

    found = competing.find([stake]).get(mine.pk, [])

    assert [c.about for c in found if c.kind is Kind.DUPLICATE] == ([(other.pk,)] if same else [])


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("room", Kind.COMPETING),
        pytest.param("speaker_name", Kind.COMPETING, marks=pytest.mark.long),
        pytest.param("title", Kind.DUPLICATE, marks=pytest.mark.long),
    ],
)
def test_competing_name_spellings(event, noa, field, kind):
    made = {}
    for n, spellings in enumerate(several()):
        for m, spelling in enumerate(spellings):
            data = f.create_data(**{"title": f"{n} {m}", "room": None, field: spelling})
            made[f.suggestion(user=noa.profile, event=event, data=data)] = n
    read = Suggestion.objects.select_related("event", "user").in_bulk([s.pk for s in made])
    stakes = {}
    for suggestion, n in made.items():
        # What turns the direction of text, or cannot be shown, is refused and competes with nobody.
        with suppress(InvalidProposal):
            own = read[suggestion.pk]
            proposal = projection.read(own)
            placed = projection.placement(own, proposal, None)
            stakes.setdefault(n, []).append(Stake(own, proposal, placed))
    assert len(stakes) == len(several())

    first = {n: alike[0] for n, alike in stakes.items()}
    found = competing.find(first.values())

    for n, stake in first.items():
        about = {pk for c in found.get(stake.suggestion.pk, ()) if c.kind is kind for pk in c.about}
        assert about == {other.suggestion.pk for other in stakes[n][1:]}, stake.proposal.values


@given(contents=st.lists(st.tuples(st.sampled_from([*Action]), JSON), max_size=4))
def test_competing_any_content(event, noa, contents):
    with transaction.atomic():
        one = f.suggestion(user=noa.profile, event=event)
        for action, content in contents:
            # What PostgreSQL refuses to hold is no content.
            with suppress(ValueError, DataError), transaction.atomic():
                f.raw_suggestion(
                    user=noa.profile, event=event, json=json.dumps(content), action_type=action
                )
        suggestion = Suggestion.objects.select_related("event", "user").get(pk=one.pk)
        assert verdicts.judge([suggestion])[one.pk].approvable
        transaction.set_rollback(True)


times = st.integers(0, 6).map(lambda n: f.at(9) + timedelta(minutes=30 * n))
asked = st.fixed_dictionaries(
    {},
    optional={
        "room": st.sampled_from([None, "A", "B", " A "]),
        "speaker_name": st.sampled_from([None, "Dana", "dana ", "x"]),
        "start_time": times.map(lambda t: t.isoformat()),
        "end_time": times.map(lambda t: t.isoformat()),
    },
)
suggestions = st.lists(
    st.tuples(st.sampled_from([*Action]), st.integers(0, 1), asked, st.booleans()),
    min_size=1,
    max_size=6,
)


@given(rows=suggestions)
def test_competing_equals_pairwise(event, noa, rows):
    with transaction.atomic():
        live = [
            f.session(event=event, title=f"live {n}", speaker_name="Dana", start=f.at(9 + n))
            for n in range(2)
        ]
        for action, which, fields, says_changes in rows:
            data = {
                Action.CREATE: lambda fields, _: f.create_data(**fields),
                Action.UPDATE: lambda fields, session: f.update_data(session, **fields),
                Action.DELETE: lambda _, session: f.delete_data(session),
            }[action](fields, live[which])
            if not says_changes:
                data.pop("changes", None)
            f.suggestion(user=noa.profile, event=event, data=data, action_type=action)
        stakes = by_plain_reading(Suggestion.objects.all())

        found = {
            pk: its
            for pk, conflicts in competing.find(stakes).items()
            if (its := rivals(conflicts))
        }

        expected = {}
        for one in stakes:
            for other in stakes:
                if contested := plainly_contested(one, other):
                    expected.setdefault(one.suggestion.pk, {})[other.suggestion.pk] = contested
        assert found == expected
        # Where only one is asked about, the others are read by the engine itself.
        for stake in stakes:
            alone = rivals(competing.find([stake]).get(stake.suggestion.pk, ()))
            assert alone.keys() == found.get(stake.suggestion.pk, {}).keys()
        transaction.set_rollback(True)


def by_plain_reading(suggestions):
    stakes = []
    for suggestion in suggestions.select_related("event", "user"):
        try:
            proposal = projection.read(suggestion)
            session = Schedule.objects.filter(pk=proposal.session_id).first()
            placement = projection.placement(suggestion, proposal, session)
        except InvalidProposal:
            continue
        # What does not fit the session as it stands wants nothing yet.
        if not projection.fitting(suggestion, proposal, session).refused:
            stakes.append(Stake(suggestion, proposal, placement))
    return stakes


def plainly_contested(one, other):
    if one is other:
        return set()
    if one.proposal.session_id and one.proposal.session_id == other.proposal.session_id:
        return {Contested.SESSION}
    mine, theirs = one.placement, other.placement
    if not mine or not theirs or mine.end <= theirs.start or theirs.end <= mine.start:
        return set()
    contested = set()
    if mine.room is not None and mine.room == theirs.room:
        contested.add(Contested.ROOM)
    speakers = [(placed.speaker or "").strip().lower() for placed in (mine, theirs)]
    if speakers[0] and speakers[0] == speakers[1]:
        contested.add(Contested.SPEAKER)
    return contested

"""What only fits together: judged by the programme after all of it, done whole or not at all."""

import re
from html import unescape

import pytest
from django.contrib.admin import site
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from ai_audit import history, verdicts, workflow
from ai_audit.history import chain
from ai_audit.models import HistoryEntry, PendingSuggestion, Status, Suggestion
from ai_audit.verdicts import Level, groups
from eventflow.text.bidi import isolate
from scheduling.models import Schedule
from tests import factories as f
from tests import pages
from tests.shapes import besides_notes

pytestmark = pytest.mark.django_db


@pytest.fixture
def move(suggest):
    """A suggestion to change a session."""

    def make(session, **changes):
        return suggest(f.update_data(session, **changes), "schedule_update", event=session.event)

    return make


@pytest.fixture
def drop(suggest):
    def make(session):
        return suggest(f.delete_data(session), "schedule_delete", event=session.event)

    return make


@pytest.fixture
def add(suggest):
    """A suggestion for a new session, from nine to ten unless said otherwise."""

    def make(**fields):
        times = {"start_time": f.at(9).isoformat(), "end_time": f.at(10).isoformat()}
        return suggest(f.create_data(**times | fields))

    return make


@pytest.fixture
def a(event):
    return f.session(event=event, title="a", room="A")


@pytest.fixture
def b(event):
    return f.session(event=event, title="b", room="B")


@pytest.fixture
def c(event):
    return f.session(event=event, title="c", room="C")


def read(*suggestions) -> list[Suggestion]:
    found = Suggestion.objects.select_related("event", "user").in_bulk([s.pk for s in suggestions])
    return [found[s.pk] for s in suggestions]


def judged(*suggestions) -> list[verdicts.Verdict]:
    """The verdict on each if all are approved together, in the order given."""
    found = groups.judge_group(read(*suggestions))
    return [found[s.pk] for s in suggestions]


def kinds(verdict) -> dict[str, list]:
    return {c.kind.value: sorted(map(str, c.ids)) for c in verdict.conflicts}


def seen(*suggestions) -> dict:
    return {
        s.pk: verdicts.digest(s, verdict)
        for s, verdict in zip(read(*suggestions), judged(*suggestions), strict=True)
    }


def approve(noa, *suggestions):
    confirmed = {s.pk: f.confirming(s.pk) for s in suggestions}
    return workflow.approve_group(digests=seen(*suggestions), by=noa, confirmed=confirmed)


def rooms() -> dict[str, str]:
    return dict(Schedule.objects.values_list("title", "room"))


def refused_whole(noa, digests, refusal, match=""):
    """See that it is refused, and that nothing at all is changed."""
    before = f.everything(), f.whole_table("backoffice.decision_history")
    with pytest.raises(refusal) as raised:
        workflow.approve_group(digests=digests, by=noa)
    assert match in str(raised.value)
    assert (f.everything(), f.whole_table("backoffice.decision_history")) == before
    assert f.run("select current_user = session_user") == [(True,)]
    return str(raised.value)


# What each would do alone, and together


def test_group_swap_blocked_alone_clear_together(a, b, move):
    swap = move(a, room="B"), move(b, room="A")

    alone = verdicts.judge(read(*swap))
    assert {verdict.level for verdict in alone.values()} == {Level.BLOCKED}
    assert [kinds(verdict) for verdict in judged(*swap)] == [{}, {}]


def test_group_into_place_of_removed(a, drop, add):
    assert [kinds(v) for v in judged(drop(a), add(room="A"))] == [{}, {}]


def test_group_same_room_errors_of_both(a, b, move, add):
    moved, stays, new = move(a, room="R"), move(b, room="S"), add(title="new", room="R")

    mine, other, its = judged(moved, stays, new)

    assert kinds(mine) == {"room": [str(new.pk)]}
    assert kinds(its) == {"room": [str(a.pk)]}
    assert kinds(other) == {"room_name": []}
    assert (mine.level, its.level) == (Level.BLOCKED, Level.BLOCKED)
    assert f"“{isolate('new')}”" in mine.conflicts[0].sentence
    assert f"“{isolate('a')}”" in its.conflicts[0].sentence


def test_group_member_without_place_in_the_way(a, b, move):
    renamed, moved = move(a, title="renamed"), move(b, room="A")

    mine, its = judged(renamed, moved)

    assert (kinds(mine), kinds(its)) == ({"room": [str(b.pk)]}, {"room": [str(a.pk)]})
    assert f"“{isolate('renamed')}”" in its.conflicts[0].sentence


def test_group_same_speaker_warns_both(a, b, move):
    mine, its = judged(move(a, speaker_name="Dana"), move(b, speaker_name=" DANA "))

    assert (kinds(mine), kinds(its)) == ({"speaker": [str(b.pk)]}, {"speaker": [str(a.pk)]})
    assert (mine.level, its.level) == (Level.WARNED, Level.WARNED)


def test_group_speaker_freed_no_warning(event, a, move, add):
    Schedule.objects.filter(pk=a.pk).update(speaker_name="Dana")
    a.refresh_from_db()
    later = move(a, start_time=f.at(14).isoformat(), end_time=f.at(15).isoformat())
    new = add(room="N", speaker_name="Dana")

    assert [kinds(v) for v in judged(later, new)] == [{}, {"room_name": []}]


def test_group_one_session_errors_of_both(a, move, drop):
    one, other = move(a, title="x"), drop(a)

    mine, its = judged(one, other)

    assert kinds(mine) == {"competing": [str(other.pk)]}
    assert kinds(its) == {"competing": [str(one.pk)]}
    assert (mine.level, its.level) == (Level.BLOCKED, Level.BLOCKED)


def test_group_competing_outsider_stays(a, b, move, add):
    swap = move(a, room="B"), move(b, room="A")
    outsider = add(title="outsider", room="B")

    mine, its = judged(*swap)

    assert (kinds(mine), kinds(its)) == ({"competing": [str(outsider.pk)]}, {})
    assert mine.level is Level.WARNED


def test_group_outsider_blocks_member(a, b, c, move):
    mine, its = judged(move(a, room="C"), move(b, room="A"))

    assert (kinds(mine), kinds(its)) == ({"room": [str(c.pk)]}, {})


def test_group_attendees_by_final_places(noa, event, a, b, move):
    person = f.participant(event=event)
    for session in (a, b):
        f.registration(participant=person, schedule=session)
    ten = {"start_time": f.at(10).isoformat(), "end_time": f.at(11).isoformat()}
    eleven = {"start_time": f.at(11).isoformat(), "end_time": f.at(12).isoformat()}

    meeting = move(a, **ten), move(b, **ten)
    both = judged(*meeting)
    assert [kinds(v) for v in both] == [{"attendees": [str(b.pk)]}, {"attendees": [str(a.pk)]}]
    for suggestion in meeting:
        workflow.reject(suggestion_id=suggestion.pk, by=noa)
    apart = judged(move(a, **ten), move(b, **eleven))
    assert [kinds(v) for v in apart] == [{}, {}]


def test_group_room_name_by_final_programme(a, b, move, add):
    renaming = judged(
        move(a, room="Hall"),
        move(b, start_time=f.at(14).isoformat(), end_time=f.at(15).isoformat(), room="hall"),
    )
    leaving = judged(move(a, room="a"))

    # Both come into one new room, and neither is alone in it.
    assert [list(kinds(v)) for v in renaming] == [[], []]
    assert [list(kinds(v)) for v in leaving] == [["competing"]]


@pytest.mark.parametrize("number", [2, 10])
def test_judging_takes_three_statements(event, move, number, django_assert_num_queries):
    sessions = [f.session(event=event, room=f"{n}", speaker_name="x") for n in range(number)]
    suggestions = read(
        *(move(s, room=sessions[n - 1].room) for n, s in enumerate(sessions)),
    )

    with django_assert_num_queries(3 + f.judged()):
        found = groups.judge_group(suggestions)

    assert {verdict.level for verdict in found.values()} == {Level.CLEAR}


# Who would clear the way


def test_partners_are_those_that_give_way(a, b, c, move, drop, add):
    wants_b = move(a, room="B")
    swaps, leaves, removes = move(b, room="A"), move(b, room="D"), drop(b)
    stays, into_c = move(b, title="stays"), move(b, room="C")
    into_as_own = add(title="new", room="D")

    (verdict,) = verdicts.judge(read(wants_b)).values()
    found = groups.partners(read(wants_b)[0], verdict)

    assert [p.pk for p in found] == [leaves.pk, removes.pk, swaps.pk]
    assert not {stays.pk, into_c.pk, into_as_own.pk} & {p.pk for p in found}


def test_partners_clear_ones_first(a, b, c, move):
    wants_b = move(a, room="B")
    for _n in range(groups.MOST_PARTNERS):
        move(b, room="C")
    free = move(b, room="D")
    (verdict,) = verdicts.judge(read(wants_b)).values()

    assert [p.pk for p in groups.partners(read(wants_b)[0], verdict)] == [free.pk]


@pytest.mark.parametrize("says_changes", [True, False])
@pytest.mark.parametrize("few", [True, False])
def test_partners_are_what_each_pair_is_judged_as(a, b, c, suggest, move, drop, few, says_changes):
    """Also where a room is only spelled otherwise, or another time is enough."""
    wants_b = move(a, room="B")
    asked = [{"room": " b "}, {"room": "C"}, {"room": None}, {"room": "d"}, {"title": "other"}]
    asked.append({"start_time": f.at(12).isoformat(), "end_time": f.at(13).isoformat()})
    asked.append({"start_time": f.at(9).isoformat(), "end_time": f.at(13).isoformat()})
    others = []
    for fields in asked[3:] if few else asked:
        data = f.update_data(b, **fields)
        if not says_changes:
            del data["changes"]
        others.append(suggest(data, "schedule_update"))
    if not few:
        others.append(drop(b))
    (suggestion,) = read(wants_b)
    (verdict,) = verdicts.judge([suggestion]).values()

    found = groups.partners(suggestion, verdict)

    def blocked(judged):
        return any(one.level is Level.BLOCKED for one in judged.values())

    fitting = [o for o in others if not blocked(groups.judge_group(read(wants_b, o)))]
    fitting.sort(key=lambda other: blocked(verdicts.judge(read(other))))
    assert [one.pk for one in found] == [one.pk for one in fitting][: groups.MOST_PARTNERS]
    assert len(found) == (2 if few else 3)


def test_partners_of_new_session(a, add, drop):
    new, removes = add(room="A"), drop(a)
    (verdict,) = verdicts.judge(read(new)).values()

    assert groups.partners(read(new)[0], verdict) == read(removes)


def test_partners_none_for_two_obstacles(event, a, b, move):
    f.session(event=event, room="B", start=f.at(10))
    wants_both = move(a, room="B", end_time=f.at(11).isoformat())
    move(b, room="D")
    (verdict,) = verdicts.judge(read(wants_both)).values()

    assert groups.partners(read(wants_both)[0], verdict) == []


def test_partners_not_blocked_ones(a, b, c, move):
    wants_b = move(a, room="B")
    move(b, room="C")

    (verdict,) = verdicts.judge(read(wants_b)).values()

    assert verdict.level is Level.BLOCKED
    assert groups.partners(read(wants_b)[0], verdict) == []


def test_partners_not_decided_or_other_event(ours, noa, a, b, move, suggest):
    wants_b, rejected = move(a, room="B"), move(b, room="D")
    workflow.reject(suggestion_id=rejected.pk, by=noa)
    elsewhere = f.event(organization=ours)
    suggest(f.update_data(b, room="D"), "schedule_update", event=elsewhere)

    (verdict,) = verdicts.judge(read(wants_b)).values()

    assert groups.partners(read(wants_b)[0], verdict) == []


@pytest.mark.parametrize(("about_it", "statements", "judgings"), [(0, 1, 0), (1, 3, 1), (9, 3, 1)])
def test_partners_take_few_statements(
    a, b, move, about_it, statements, judgings, django_assert_num_queries
):
    wants_b = move(a, room="B")
    for n in range(about_it):
        move(b, room=f"R{n}")
    (suggestion,) = read(wants_b)
    (verdict,) = verdicts.judge([suggestion]).values()

    with django_assert_num_queries(statements + f.judged(judgings)):
        found = groups.partners(suggestion, verdict)

    assert len(found) == min(about_it, groups.MOST_PARTNERS)


# Approving


@pytest.mark.parametrize("wanted", ["BAC", "BCA", "CAB", "BCD", "ACB"])
def test_group_every_cycle_of_rooms(noa, a, b, c, move, wanted):
    suggestions = [
        move(session, room=room)
        for session, room in zip((a, b, c), wanted, strict=True)
        if session.room != room
    ]
    confirmed = {suggestion.pk: f.confirming(suggestion.pk) for suggestion in suggestions}
    digests = seen(*suggestions)

    outcomes = workflow.approve_group(digests=digests, by=noa, confirmed=confirmed)

    assert rooms() == dict(zip("abc", wanted, strict=True))
    assert list(outcomes) == [s.pk for s in suggestions]
    assert {outcome.status for outcome in outcomes.values()} == {Status.EXECUTED}
    kept = HistoryEntry.objects.filter(to_status="executed").values_list("suggestion", "digest")
    assert dict(kept) == digests
    assert chain.find_break() is None


def test_times_go_round_too(noa, event, move):
    early = f.session(event=event, title="early", room="A", start=f.at(9))
    late = f.session(event=event, title="late", room="A", start=f.at(10))
    nine, ten, eleven = (f.at(hour).isoformat() for hour in (9, 10, 11))

    approve(
        noa,
        move(early, start_time=ten, end_time=eleven),
        move(late, start_time=nine, end_time=ten),
    )

    order = Schedule.objects.order_by("start_time").values_list("title", flat=True)
    assert list(order) == ["late", "early"]


def test_group_chain_into_removed_place(noa, event, a, b, c, move, drop, add):
    person = f.participant(event=event)
    f.registration(participant=person, schedule=c)
    new = add(title="new", room="A")
    suggestions = new, move(a, room="B"), move(b, room="C"), drop(c)

    approve(noa, *suggestions)

    assert rooms() == {"new": "A", "a": "B", "b": "C"}
    executed = HistoryEntry.objects.filter(to_status="executed").order_by("id")
    told = {entry.suggestion_id: entry for entry in executed}
    assert [
        (
            told[s.pk].before and told[s.pk].before["room"],
            told[s.pk].after and told[s.pk].after["room"],
            {t: len(rows) for t, rows in besides_notes(told[s.pk].removed or {}).items()},
        )
        for s in suggestions
    ] == [
        (None, "A", {}),
        ("A", "B", {}),
        ("B", "C", {}),
        ("C", None, {"public.participant_schedules": 1}),
    ]
    others = "; ".join(f"“{isolate(title)}”" for title in ("a", "b", "c"))
    assert told[new.pk].reason is None
    assert history.retold(told[new.pk].seen) == f"Approved together with {others}."
    assert {entry.database_role for entry in executed} == {"authenticated"}
    assert chain.find_break() is None


def test_group_each_in_admin_log(noa, a, b, move):
    suggestions = move(a, room="B"), move(b, room="A")

    approve(noa, *suggestions)

    assert sorted(f.run("select object_id, change_message, user_id from django_admin_log")) == [
        (str(pk), "Approved together. Executed.", noa.user_id)
        for pk in sorted(s.pk for s in suggestions)
    ]
    assert [s.approved_by_id for s in read(*suggestions)] == [noa.profile_id] * 2
    told = HistoryEntry.objects.values_list("to_status", "staff_member")
    assert sorted(told) == [("approved", noa.pk)] * 2 + [("executed", noa.pk)] * 2


def test_group_member_undone_when_free(noa, a, b, move, drop, add):
    removal = drop(b)
    approve(noa, move(a, room="C"), removal)

    workflow.undo(suggestion_id=removal.pk, by=noa)

    assert rooms() == {"a": "C", "b": "B"}


def test_group_colliding_names_pairs_once(noa, a, b, c, move):
    suggestions = move(a, room="R"), move(b, room="R"), move(c, room="A")

    said = refused_whole(noa, seen(*suggestions), workflow.Blocked)

    assert said.startswith("Nothing was changed: they cannot be carried out together. ")
    assert said.count("is taken by") == 1
    assert said.count(isolate("a")) == said.count(isolate("b")) == 1


def test_group_outsider_in_the_way_named(noa, a, b, c, move):
    refused_whole(noa, seen(move(a, room="C"), move(b, room="A")), workflow.Blocked, isolate("c"))


def test_group_one_session_refused(noa, a, move):
    said = refused_whole(noa, seen(move(a, room="X"), move(a, title="y")), workflow.Blocked)

    assert said.count("are about the same session") == 1


def test_group_of_two_events_refused(noa, ours, a, move):
    elsewhere = f.session(event=f.event(organization=ours), room="A")

    refused_whole(noa, seen(move(a, room="B"), move(elsewhere, room="B")), workflow.NotTogether)


def test_group_of_another_organization_refused(noa, theirs, their_event, a, move):
    foreign = f.suggestion(user=f.profile(organization=theirs), event=their_event)

    refused_whole(noa, seen(move(a, room="B"), foreign), workflow.NotYours)


def test_group_with_unknown_refused(noa, a, move):
    digests = seen(move(a, room="B")) | {f.uuid.uuid4(): "0" * 64}

    refused_whole(noa, digests, workflow.NotYours)


def test_group_member_decided_refuses_all(noa, a, b, move):
    swap = move(a, room="B"), move(b, room="A")
    digests = seen(*swap)
    workflow.reject(suggestion_id=swap[1].pk, by=noa)

    said = refused_whole(noa, digests, workflow.AlreadyDecided)

    assert said.startswith(f"“{isolate('b')}”: Nothing was changed: it is “Rejected” already")


def test_group_with_unreadable_refused(noa, a, move, suggest):
    odd = suggest({"proposed_state": {"title": "odd"}})

    said = refused_whole(noa, seen(move(a, room="B"), odd), workflow.NotApprovable)

    assert said.startswith(f"“{isolate('odd')}”: ")


@pytest.mark.parametrize("what", ["session", "outsider", "competitor"])
def test_group_member_changed_refuses_all(noa, event, a, b, move, add, what):
    digests = seen(move(a, room="B"), move(b, room="A"))
    if what == "session":
        Schedule.objects.filter(pk=a.pk).update(title="other")
    elif what == "outsider":
        Schedule.objects.filter(pk=b.pk).update(room="Z")
        f.session(event=event, room="B", start=f.at(9, 30))
    else:
        add(room="A")

    refused_whole(noa, digests, workflow.Changed)


def test_group_row_hidden_by_policy_refuses_all(noa, a, b, move):
    swap = move(a, room="B"), move(b, room="A")
    f.run(
        "create policy hides on ai_insights_log as restrictive for update to authenticated"
        f" using (id <> '{swap[1].pk}')"
    )

    refused_whole(noa, seen(*swap), workflow.RefusedByPolicy)


def test_group_session_hidden_by_policy_refuses_all(noa, a, b, drop, move):
    pair = drop(a), move(b, room="A")
    f.run(
        "create policy hides on schedules as restrictive for update to authenticated"
        f" using (id <> '{b.pk}')"
    )

    refused_whole(noa, seen(*pair), workflow.Blocked, "no longer there, or may not be changed")


def test_group_database_refusal_undoes_all(noa, a, b, drop, add):
    f.run("alter table schedules add constraint odd check (title <> 'odd')")

    said = refused_whole(noa, seen(drop(a), add(title="odd", room="A")), workflow.Blocked)

    assert "The database did not accept the change" in said


def test_group_guard_refusal_undoes_all(noa, a, b, move):
    swap = move(a, room="B"), move(b, room="A")
    digests = seen(*swap)
    f.run(
        "create function pg_temp.refuse() returns trigger language plpgsql as $$ begin"
        " raise exception 'no' using errcode = 'EF003'; end $$"
    )
    f.run(
        "create trigger refuses before update on ai_insights_log for each row"
        f" when (new.execution_status = 'executed' and new.id = '{swap[1].pk}')"
        " execute function pg_temp.refuse()"
    )

    refused_whole(noa, digests, workflow.RefusedByGuard)


@pytest.mark.parametrize("count", [2, 10])
def test_group_statement_count(noa, event, move, count):
    sessions = [f.session(event=event, room=f"{n}") for n in range(count)]
    suggestions = [move(s, room=f"{(n + 1) % count}") for n, s in enumerate(sessions)]
    # Django keeps it once it has been read.
    ContentType.objects.get_for_model(Suggestion)
    digests = seen(*suggestions)

    with CaptureQueriesContext(connection) as captured:
        workflow.approve_group(digests=digests, by=noa)

    looking = [
        q["sql"]
        for q in captured
        if q["sql"].lstrip().lower().startswith(("select", "with"))
        and not any(word in q["sql"] for word in ("set_config", "current_user", "to_jsonb"))
    ]
    assert len(looking) == 4 + f.judged()


SPANS = [(9, 10), (9, 11), (10, 11), (10, 12), (11, 12)]
places = st.tuples(st.sampled_from([None, "A", "B", "C"]), st.sampled_from(SPANS))
programmes = st.lists(places, max_size=5)
# For each session: left alone, removed, or moved to a place.
moves = st.lists(st.none() | st.just("remove") | places, min_size=5, max_size=5)


def overlapping(programme) -> bool:
    """Whether two of these places share a room at one time, worked out without SQL."""
    return any(
        room is not None and room == its_room and start < ends and begins < end
        for n, (room, (start, end)) in enumerate(programme)
        for its_room, (begins, ends) in programme[:n]
    )


def fields(place) -> dict:
    room, (start, end) = place
    return {
        "room": room,
        "start_time": f.at(start).isoformat(),
        "end_time": f.at(end).isoformat(),
    }


@given(standing=programmes, asked=moves, added=st.lists(places, max_size=2), order=st.randoms())
def test_group_done_iff_final_programme_sound(ours, noa, suggest, standing, asked, added, order):
    standing = [place for n, place in enumerate(standing) if not overlapping(standing[: n + 1])]
    event = f.event(organization=ours)
    before, after, suggestions = {}, {}, []
    for n, (place, wanted) in enumerate(zip(standing, asked, strict=False)):
        room, (start, end) = place
        session = f.session(event=event, title=f"{n}", room=room, start=f.at(start), end=f.at(end))
        before[session.title] = after[session.title] = place
        if wanted == "remove":
            del after[session.title]
            suggestions.append(suggest(f.delete_data(session), "schedule_delete", event=event))
        elif wanted:
            after[session.title] = wanted
            data = f.update_data(session, **fields(wanted))
            suggestions.append(suggest(data, "schedule_update", event=event))
    for n, wanted in enumerate(added):
        after[f"new {n}"] = wanted
        suggestions.append(suggest(f.create_data(title=f"new {n}", **fields(wanted)), event=event))
    order.shuffle(suggestions)
    digests = seen(*suggestions)
    confirmed = dict.fromkeys(digests, f.EVERY_TICK)

    # One that asks for what stands is closed, and not carried out with others.
    nothing = any(wanted == place for place, wanted in zip(standing, asked, strict=False))
    if nothing or overlapping(list(after.values())):
        with pytest.raises(workflow.Blocked):
            workflow.approve_group(digests=digests, by=noa, confirmed=confirmed)
        after = before
    else:
        workflow.approve_group(digests=digests, by=noa, confirmed=confirmed)

    assert {
        s.title: (s.room, (s.start_time, s.end_time)) for s in Schedule.objects.filter(event=event)
    } == {title: (room, tuple(map(f.at, span))) for title, (room, span) in after.items()}
    assert chain.find_break() is None


# The pages

QUEUE = "/admin/ai_audit/pendingsuggestion/"
TOGETHER = QUEUE + "together/"


def choose(browser, *suggestions, action="approve_together", **also):
    chosen = [str(suggestion.pk) for suggestion in suggestions]
    return browser.post(QUEUE, {"action": action, "_selected_action": chosen} | also)


def confirm(browser, page, tick=(), **also):
    return pages.confirm(browser, page, tick=tick, to=TOGETHER, **also)


def test_group_swap_page_asked_and_done(browser, a, b, move):
    page = choose(browser, move(a, room="B"), move(b, room="A"))

    report = confirm(browser, page)

    assert "Approve 2 suggestions together?" in pages.text(page)
    assert "Clear together: after all of them, the programme has no collision." in pages.text(page)
    assert pages.report(report) == dict.fromkeys("ab", "Approved and carried out.")
    assert "2 of 2" in pages.text(report)
    assert rooms() == {"a": "B", "b": "A"}


@pytest.fixture
def warned(a, b, move):
    """A swap of which each brings a speaker to where the other's speaks."""
    return move(a, room="B", speaker_name="Dana"), move(b, room="A", speaker_name="Dana")


def test_group_page_missing_tick_keeps_others(browser, a, b, warned):
    page = choose(browser, *warned)
    before = f.everything()

    answer = confirm(browser, page, tick=warned[:1])

    assert "They fit together; 2 of them ask for more." in pages.text(page)
    assert pages.messages(answer) == [
        "Nothing was changed: all are approved or none, and 1 still needs its tick."
    ]
    assert f.everything() == before
    assert f'value="{warned[0].pk}" required checked>' in pages.source(answer)
    assert f'value="{warned[1].pk}" required>' in pages.source(answer)
    report = confirm(browser, answer, tick=warned)
    assert pages.report(report) == dict.fromkeys("ab", "Approved and carried out.")


def test_group_page_removal_title_and_reason(browser, event, a, b, drop, move):
    f.registration(participant=f.participant(event=event), schedule=a)
    removal, moved = drop(a), move(b, room="A")
    page = choose(browser, removal, moved)
    title, why = f"title-{removal.pk}", f"why-{removal.pk}"
    before = f.everything()

    for said, sentence in (
        ({}, "type the session’s title"),
        ({title: "a"}, "give a reason"),
        ({title: "another", why: "אין ביקוש"}, "type the session’s title"),
    ):
        answer = confirm(browser, page, tick=[removal], **said)
        assert sentence in pages.messages(answer)[0]
        assert f.everything() == before
    assert f'name="{why}" value="אין ביקוש"' in pages.source(answer)
    assert set(pages.report(confirm(browser, page, **{title: "a", why: "אין ביקוש"}))) == {"a", "b"}
    entry = HistoryEntry.objects.filter(suggestion=removal.pk).first()
    assert entry.reason == "אין ביקוש"
    assert history.retold(entry.seen) == f"אין ביקוש Approved together with “{isolate('b')}”."


def test_group_page_colliding_has_no_button(browser, a, b, c, move):
    page = choose(browser, move(a, room="C"), move(b, room="A"))

    assert "_approve" not in pages.named(page)
    assert "Blocked: they cannot be carried out together." in pages.text(page)
    (told,) = re.findall(r'<ul class="conflicts">(.*?)</ul>', pages.source(page), re.DOTALL)
    assert isolate("a") in told
    assert isolate("c") in told
    assert isolate("b") not in told


def test_group_page_colliding_posted(browser, a, b, c, move):
    page = choose(browser, move(a, room="C"), move(b, room="A"))
    before = f.everything()

    answer = confirm(browser, page, _approve="1")

    assert pages.messages(answer)[0].startswith("Nothing was changed: they cannot be carried out")
    assert f.everything() == before


def test_group_page_changed_shown(browser, a, b, c, move):
    page = choose(browser, move(a, room="B"), move(b, room="A"))
    Schedule.objects.filter(pk=b.pk).update(title="other")
    before = f.everything()

    answer = confirm(browser, page)

    assert pages.messages(answer) == [
        "Nothing was changed: some of it has changed since you opened the page. This is how it "
        "stands now."
    ]
    assert "Changed since you opened the page: Title." in pages.text(answer)
    assert f.everything() == before


def test_group_page_decided_back_to_queue(browser, noa, a, b, move):
    swap = move(a, room="B"), move(b, room="A")
    page = choose(browser, *swap)
    workflow.reject(suggestion_id=swap[0].pk, by=noa)
    before = f.everything()

    answer = confirm(browser, page)

    assert (answer.status_code, answer["Location"]) == (302, QUEUE)
    assert "decided by" in pages.messages(answer)[0]
    assert f.everything() == before


def test_group_page_one_or_other_event(browser, ours, a, b, move):
    elsewhere = f.session(event=f.event(organization=ours), room="A")
    one, other = move(a, room="B"), move(elsewhere, room="B")

    refused = "Nothing was changed: choose at least two suggestions of one event."
    for answer in (choose(browser, one), choose(browser, one, other)):
        assert answer.status_code == 302
        assert pages.messages(answer)[-1].startswith(refused)


def test_group_page_at_most_a_hundred(browser, event, noa):
    f.run(
        "insert into ai_insights_log (user_id, event_id, action_type, action_data)"
        " select %s, %s, 'schedule_create', '{}' from generate_series(1, 101)",
        noa.profile_id,
        event.pk,
    )
    many = Suggestion.objects.all()

    assert pages.messages(choose(browser, *many)) == [
        "Nothing was changed: choose at most 100 suggestions at once."
    ]


def test_group_page_forged_or_anothers(ours, browser, a, b, move):
    page = choose(browser, move(a, room="B"), move(b, room="A"))
    dana = f.staff(profile=f.profile(organization=ours, full_name="Dana"))
    before = f.everything()

    for answer in (
        confirm(pages.signed_in(dana.user), page),
        confirm(browser, page, seen="x" + pages.form(page)["seen"]),
        browser.post(TOGETHER),
    ):
        assert pages.messages(answer)[-1] == (
            "Nothing was changed: the page was not whole. Choose again."
        )
    assert f.everything() == before


def test_group_page_without_permission(ours, a, b, move):
    dana = f.staff(profile=f.profile(organization=ours), permissions=["reject_suggestion"])
    browser = pages.signed_in(dana.user)
    swap = move(a, room="B"), move(b, room="A")

    assert "approve_together" not in pages.source(browser.get(QUEUE))
    assert browser.get(TOGETHER, {"id": [s.pk for s in swap]}).status_code == 403
    assert browser.post(TOGETHER).status_code == 403


def test_group_address_of_own_organization_only(browser, theirs, their_event, a, move):
    mine = move(a, room="B")
    foreign = f.suggestion(
        user=f.profile(organization=theirs), event=their_event, data=f.create_data(title="Secret")
    )

    for named in ([mine.pk, foreign.pk], [foreign.pk], ["nonsense"], []):
        answer = browser.get(TOGETHER, {"id": named})
        assert (answer.status_code, answer["Location"]) == (302, QUEUE)
        assert not any("Secret" in message for message in pages.messages(answer))


def offered(browser, noa, suggestion) -> str:
    """What a review page includes of who would clear the way."""
    request = RequestFactory().get("/")
    request.user = noa.user
    page = site.get_model_admin(PendingSuggestion)
    (found,) = read(suggestion)
    context = page.partners_context(request, found, verdicts.judge([found])[found.pk])
    return render_to_string(
        "admin/ai_audit/partners.html", {"suggestion": found, **context}, request
    )


def test_partner_link_asks_about_both(browser, noa, event, a, b, move):
    f.session(event=event, title="d", room="D", start=f.at(18))
    blocked, partner = move(a, room="B"), move(b, room="D")

    html = offered(browser, noa, blocked)
    (link,) = re.findall(r'class="button" href="([^"]*)"', html)
    report = confirm(browser, browser.get(unescape(link)))

    assert pages.words(html) == (
        "Another suggestion would clear the way: Together b Change a session · Room: B D "
        "Approve both together"
    )
    assert f"/pendingsuggestion/{partner.pk}/change/" in html
    assert set(pages.report(report)) == {"a", "b"}
    assert rooms() == {"a": "B", "b": "D", "d": "D"}


def test_partner_not_offered_for_clear(browser, ours, noa, a, b, move):
    clear, blocked = move(b, room="D"), move(a, room="B")
    dana = f.staff(profile=f.profile(organization=ours), permissions=["reject_suggestion"])

    assert offered(browser, noa, clear).strip() == ""
    assert offered(browser, dana, blocked).strip() == ""


@pytest.mark.parametrize("count", [2, 10])
def test_group_page_statement_count(browser, event, move, count):
    sessions = [f.session(event=event, room=f"{n}") for n in range(count)]
    suggestions = [move(s, room=f"{(n + 1) % count}") for n, s in enumerate(sessions)]
    choose(browser, *suggestions)

    with CaptureQueriesContext(connection) as captured:
        choose(browser, *suggestions)

    assert len(captured) == 19 + f.judged(2)

"""What approving would do: the proposal laid over the live session, and what that collides with."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from ai_audit import verdicts
from ai_audit.models import Suggestion
from ai_audit.verdicts import Level, ReadableVerdict, Risk, Verdict
from eventflow.text.bidi import isolate, ltr
from scheduling import times
from scheduling.conflicts import Kind, Severity
from tests import factories as f

pytestmark = pytest.mark.django_db


# Nothing of the test day has begun.
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def judged(suggestion, now=LONG_AGO):
    suggestion = Suggestion.objects.select_related("event", "user").get(pk=suggestion.pk)
    return verdicts.judge([suggestion], now=now)[suggestion.pk]


def kinds(verdict):
    """What the verdict names, by kind: the titles of the sessions."""
    return {str(c.kind): [other.title for other in c.others] for c in verdict.conflicts}


@pytest.fixture
def update(event, suggest):
    """The verdict on changing a session at 9 in room A, with a speaker."""

    def judge(**changes):
        session = f.session(event=event, title="mine", room="A", speaker_name="x")
        return judged(suggest(f.update_data(session, **changes), "schedule_update"))

    return judge


def test_judge_clear(suggest):
    verdict = judged(suggest())

    assert (verdict.level, kinds(verdict), verdict.approvable) == (Level.CLEAR, {}, True)


def test_judge_taken_room_blocked(event, suggest):
    f.session(event=event, title="other", room="חדר A", start=f.at(11))

    verdict = judged(suggest())

    assert (verdict.level, kinds(verdict)) == (Level.BLOCKED, {"room": ["other"]})
    assert verdict.approvable


def test_judge_speaker_elsewhere_warned(event, suggest):
    f.session(event=event, title="other", room="B", speaker_name="x", start=f.at(11))
    f.session(event=event, room=f.create_data()["proposed_state"]["room"], start=f.at(18))

    verdict = judged(suggest(f.create_data(speaker_name="X ")))

    assert (verdict.level, kinds(verdict)) == (Level.WARNED, {"speaker": ["other"]})


def test_judge_update_as_afterwards(event, update):
    f.session(event=event, title="later", room="A", speaker_name="x", start=f.at(10))

    verdict = update(end_time="2038-01-30T10:30:00")

    assert kinds(verdict) == {"room": ["later"], "speaker": ["later"]}
    assert verdict.after["room"] == "A"
    assert (verdict.after["start_time"], verdict.after["end_time"]) == (f.at(9), f.at(10, 30))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"room": "B"}, {"room": ["in B"]}),
        ({"room": None}, {}),
        ({"speaker_name": "y"}, {"speaker": ["in B"]}),
        ({"speaker_name": None}, {}),
        ({"title": "new", "max_capacity": 5}, {}),
        ({"end_time": "2038-01-30T09:30:00"}, {"speaker": ["also x"]}),
    ],
)
def test_judge_only_concerned_fields(event, update, changes, expected):
    f.session(event=event, title="in B", room="B", speaker_name="y")
    f.session(event=event, title="also x", room="C", speaker_name="x")

    assert kinds(update(**changes)) == expected


def test_judge_text_change_clear(event, suggest):
    f.run("alter table schedules drop constraint no_room_overlap")
    session = f.session(event=event, room="A", speaker_name="x")
    f.session(event=event, room="A", speaker_name="x")

    verdict = judged(suggest(f.update_data(session, title="new"), "schedule_update"))

    assert (verdict.level, kinds(verdict)) == (Level.CLEAR, {})


def test_judge_timeless_session_may_get_room(event, suggest):
    session = f.session(event=event)
    f.run("update schedules set start_time = '-infinity', end_time = 'infinity'")
    verdict = judged(suggest(f.update_data(session, room="A"), "schedule_update"), LONG_AGO)
    assert "room" not in kinds(verdict)
    assert verdict.level is not Level.BLOCKED


def test_judge_removal_clear(event, suggest):
    session = f.session(event=event, room="A", speaker_name="x")

    verdict = judged(suggest(f.delete_data(session), "schedule_delete"))

    assert (verdict.level, kinds(verdict), verdict.session) == (Level.CLEAR, {}, session)


def unreadable(event, noa, their_event):
    return {"data": ["nonsense"]}


def without_an_event(event, noa, their_event):
    return {"event": None}


def of_another_type(event, noa, their_event):
    return {"action_type": "track_assign"}


def asked_for_from_elsewhere(event, noa, their_event):
    return {"user": f.profile(organization=their_event.organization)}


def of_a_session_of_another_event(event, noa, their_event):
    session = f.session(event=their_event)
    return {"data": {"schedule_id": str(session.pk)}, "action_type": "schedule_delete"}


def that_leaves_no_time(event, noa, their_event):
    session = f.session(event=event)
    data = f.update_data(session, end_time="2038-01-30T09:00:00")
    return {"data": data, "action_type": "schedule_update"}


@pytest.mark.parametrize(
    "fields",
    [
        unreadable,
        without_an_event,
        of_another_type,
        asked_for_from_elsewhere,
        of_a_session_of_another_event,
    ],
)
def test_judge_invalid_blocked(suggest, event, noa, their_event, fields):
    verdict = judged(suggest(**fields(event, noa, their_event)))

    assert (verdict.level, kinds(verdict)) == (Level.BLOCKED, {"invalid": []})
    assert (type(verdict), verdict.approvable) == (Verdict, False)
    assert (verdict.session, dict(verdict.after), verdict.removes) == (None, {}, False)


def test_judge_session_gone_stands_nothing(suggest, event):
    session = f.session(event=event)
    suggestion = suggest(action_type="schedule_delete", data=f.delete_data(session))
    f.run("delete from schedules")
    verdict = judged(suggestion)

    assert (verdict.removes, verdict.session, verdict.event) == (True, None, event)
    with pytest.raises(LookupError, match="no session stands to"):
        verdict.standing  # noqa: B018


def that_has_an_odd_field(event, noa, their_event):
    session = f.session(event=event)
    data = f.update_data(session, room="B", max_capacity=-1)
    return {"data": data, "action_type": "schedule_update"}


def with_an_odd_field_for_a_new_session(event, noa, their_event):
    return {"data": f.create_data(start_time="soon")}


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        (that_leaves_no_time, "end_time"),
        (that_has_an_odd_field, "max_capacity"),
        (with_an_odd_field_for_a_new_session, "start_time"),
    ],
)
def test_judge_odd_field_blocks_rest_readable(suggest, event, noa, their_event, fields, name):
    verdict = judged(suggest(**fields(event, noa, their_event)))

    assert (verdict.level, kinds(verdict)) == (Level.BLOCKED, {"invalid": []})
    assert (verdict.approvable, isinstance(verdict, ReadableVerdict)) == (False, True)
    assert list(verdict.proposal.refused) == [name]
    assert name not in verdict.proposal.values
    assert verdict.after["title"]


def test_judge_odd_field_tells_registered(suggest, event):
    session = f.session(event=event)
    f.registration(participant=f.participant(event=event, is_vip=True), schedule=session)

    verdict = judged(suggest(f.update_data(session, room=5), "schedule_update"))

    assert (verdict.registered, len(verdict.vips)) == (1, 1)


def test_judge_long_session_within_event(suggest, ours):
    event = f.event(organization=ours, start_date=f.at(8), end_date=f.at(8) + timedelta(days=90))
    data = f.create_data(end_time="2038-04-30T23:00:00")
    later = f.create_data(end_time="2038-05-30T23:00:00")

    assert judged(suggest(data, event=event)).level is Level.CLEAR
    assert "more than 31 days" in judged(suggest(later, event=event)).errors[0].sentence


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Jerusalem", "Pacific/Kiritimati"])
@pytest.mark.parametrize("local", [False, True])
def test_judge_event_of_dates_by_days(suggest, ours, zone, local):
    tzinfo = times.zone(zone) if local else UTC
    event = f.event(
        organization=ours,
        timezone=zone,
        start_date=datetime(2038, 1, 30, tzinfo=tzinfo),
        end_date=datetime(2038, 1, 31, tzinfo=tzinfo),
    )

    def outside(day):
        start, end = f"2038-{day}T19:00:00", f"2038-{day}T24:00"
        verdict = judged(suggest(f.create_data(start_time=start, end_time=end), event=event))
        return "outside" in kinds(verdict)

    assert [day for day in ("01-29", "01-30", "01-31", "02-01") if not outside(day)] == [
        "01-30",
        "01-31",
    ]


def test_judge_naive_time_in_unknown_zone(suggest, ours):
    event = f.event(organization=ours, timezone="IST")
    verdict = judged(suggest(event=event))
    aware = f.create_data(start_time="2038-01-30T09:00Z", end_time="2038-01-30T10:00Z")

    assert list(verdict.proposal.refused) == ["start_time", "end_time"]
    assert "the event’s time zone, “IST”, is none that is known." in verdict.errors[0].sentence
    assert judged(suggest(aware, event=event)).level is Level.CLEAR


def test_judge_missing_session_blocked(suggest):
    verdict = judged(suggest({"schedule_id": str(uuid.uuid4())}, "schedule_delete"))

    assert (verdict.level, kinds(verdict)) == (Level.BLOCKED, {"missing": []})
    assert verdict.approvable


@pytest.mark.parametrize("number", [1, 50])
def test_judge_statement_count_three(event, suggest, number, django_assert_num_queries):
    for n in range(number):
        session = f.session(event=event, room=f"{n}", speaker_name="x")
        suggest(f.update_data(session, room="B"), "schedule_update")
        suggest(f.delete_data(session), "schedule_delete")
        suggest(f.create_data(speaker_name="x"))
        suggest([])
    suggestions = list(Suggestion.objects.select_related("event", "user"))

    with django_assert_num_queries(3 + f.judged()):
        found = verdicts.judge(suggestions)

    assert len(found) == 4 * number


def test_judge_unreadable_takes_no_statement(suggest, django_assert_num_queries):
    suggest([])
    suggestions = list(Suggestion.objects.select_related("event", "user"))

    with django_assert_num_queries(0):
        verdicts.judge(suggestions)


def only(verdict, kind):
    """The conflict of that kind, or None."""
    return next((c for c in verdict.conflicts if c.kind is kind), None)


@pytest.mark.parametrize(
    ("asked", "done", "stale"),
    [
        ({"room": "B"}, {"room": "C"}, "Room"),
        ({"room": "B"}, {"room": "B"}, "Room"),
        ({"room": "B"}, {"title": "other", "current_count": 7}, None),
        ({"end_time": "2038-01-30T11:00:00"}, {"start_time": f.at(8)}, "Start"),
        ({"room": "B", "title": "new"}, {"title": "other", "room": None}, "Title, Room"),
    ],
)
def test_judge_stale_where_touched(event, suggest, asked, done, stale):
    session = f.session(event=event, title="mine", room="A")
    suggestion = suggest(f.update_data(session, **asked), "schedule_update")
    type(session).objects.filter(pk=session.pk).update(**done)

    conflict = only(judged(suggestion), Kind.STALE)

    assert (conflict and conflict.subject) == stale
    if stale:
        assert conflict.severity is Severity.WARNING
        assert conflict.sentence == f"The session was changed since the AI saw it: {stale}."


def test_judge_removal_stale_by_any_field(event, suggest):
    session = f.session(event=event)
    suggestion = suggest(f.delete_data(session), "schedule_delete")
    f.run("update schedules set description = 'new', sort_order = 5")

    assert only(judged(suggestion), Kind.STALE).subject == "Description"


def test_judge_unseen_field_not_stale(event, suggest):
    session = f.session(event=event, room="A")
    data = f.update_data(session, room="B") | {"current_state": {"room": 5, "title": ["x"]}}

    assert only(judged(suggest(data, "schedule_update")), Kind.STALE) is None


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        (
            "2038-03-26T02:30:00",
            "2038-03-26T04:00:00",
            "“Start” is a time that the event’s clocks skip; "
            f"26 Mar 2038, {ltr('03:30')} is meant.",
        ),
        (
            "2038-10-31T00:30:00",
            "2038-10-31T01:30:00",
            "“End” is a time that occurs twice that night; the first is meant, "
            f"31 Oct 2038, {ltr('01:30 (+0300)')}.",
        ),
        ("2038-10-31T00:30:00", "2038-10-31T01:30:00+03:00", None),
    ],
)
def test_judge_skipped_and_repeated_local_times(ours, suggest, start, end, sentence):
    event = f.event(organization=ours, end_date=f.at(0) + timedelta(days=365))
    data = f.create_data(start_time=start, end_time=end)

    conflict = only(judged(suggest(data, event=event)), Kind.LOCAL_TIME)

    assert (conflict and conflict.sentence) == sentence


def test_outside_and_begun(event, suggest):
    session = f.session(event=event)
    to_february = f.update_data(
        session, start_time="2038-02-01T09:00:00", end_time="2038-02-01T10:00:00"
    )
    renamed = f.update_data(session, title="new")

    verdict = judged(suggest(to_february, "schedule_update"))
    assert only(verdict, Kind.OUTSIDE).sentence == (
        "It would end after the event’s last day, 30 Jan 2038."
    )
    assert only(judged(suggest(renamed, "schedule_update")), Kind.OUTSIDE) is None
    for data, action in ((renamed, "schedule_update"), (f.delete_data(session), "schedule_delete")):
        begun = judged(suggest(data, action), now=f.at(9))
        assert only(begun, Kind.OUTSIDE).sentence == "The session has begun already."
    begun = judged(suggest(), now=f.at(12))
    assert only(begun, Kind.OUTSIDE).sentence == "It would begin at a time that is past already."


def test_judge_now_by_default(event, suggest):
    suggest(f.create_data(start_time="2020-01-30T11:00:00", end_time="2020-01-30T12:00:00"))
    suggestion = Suggestion.objects.select_related("event", "user").get()

    verdict = verdicts.judge([suggestion])[suggestion.pk]

    assert "past already" in only(verdict, Kind.OUTSIDE).sentence


@pytest.fixture
def attended(event):
    """A session with two people, one of them a VIP."""
    session = f.session(event=event, room="A", max_capacity=10)
    person = f.participant(event=event)
    vip = f.participant(event=event, is_vip=True, first_name="רות", last_name="כהן")
    for one in (person, vip):
        f.registration(participant=one, schedule=session)
    session.vip = vip
    return session


def test_judge_capacity_below_registered(attended, suggest):
    f.run("update schedules set current_count = 100")
    for capacity, told in ((1, True), (2, False), (None, False)):
        verdict = judged(suggest(f.update_data(attended, max_capacity=capacity), "schedule_update"))
        assert bool(only(verdict, Kind.CAPACITY)) is told
    assert (
        only(judged(suggest(f.update_data(attended, title="x"), "schedule_update")), Kind.CAPACITY)
        is None
    )


@pytest.mark.parametrize(
    ("changes", "affected"),
    [
        ({"room": "B"}, True),
        ({"room": "A"}, False),
        ({"start_time": "2038-01-30T09:30:00"}, True),
        ({"start_time": "2038-01-30T09:00:00"}, False),
        ({"title": "new"}, False),
        (None, True),
    ],
)
def test_vips_are_affected_by_a_move_or_a_removal(attended, suggest, changes, affected):
    if changes is None:
        suggestion = suggest(f.delete_data(attended), "schedule_delete")
    else:
        suggestion = suggest(f.update_data(attended, **changes), "schedule_update")

    verdict = judged(suggestion)

    conflict = only(verdict, Kind.VIP)
    assert bool(conflict) is affected
    assert (verdict.registered, verdict.vips) == (2, ("רות כהן",))
    stands = only(verdict, Kind.NO_EFFECT)
    usual = Level.WARNED if changes is None else Level.CLEAR
    assert verdict.level is (Level.BLOCKED if stands else usual)
    if affected:
        assert conflict.sentence == f"A VIP is registered: {isolate('רות כהן')}."
        assert verdicts.conflict_seen(conflict) == {
            "kind": "vip",
            "severity": "info",
            "ids": [str(attended.vip.pk)],
        }


def test_errors_come_first_and_infos_last(attended, event, suggest):
    f.session(event=event, room="B", speaker_name="x", start=f.at(14))
    person = f.participant(event=event)
    f.registration(participant=person, schedule=attended)
    f.registration(participant=person, schedule=f.session(event=event, start=f.at(14)))
    changes = {
        "room": "B",
        "speaker_name": "x",
        "start_time": "2038-01-30T14:00:00",
        "end_time": "2038-01-30T15:00:00",
        "max_capacity": 1,
    }
    suggestion = suggest(f.update_data(attended, **changes), "schedule_update")
    suggest(f.delete_data(attended), "schedule_delete")
    f.run("update schedules set max_capacity = 11 where id = %s", attended.pk)

    found = [conflict.kind for conflict in judged(suggestion).conflicts]

    assert found == [
        Kind.ROOM,
        Kind.STALE,
        Kind.SPEAKER,
        Kind.ATTENDEES,
        Kind.CAPACITY,
        Kind.COMPETING,
        Kind.VIP,
    ]


def test_digest_unchanged_by_registration(attended, suggest):
    suggestion = suggest(f.update_data(attended, room="B", max_capacity=1), "schedule_update")
    before = verdicts.digest(suggestion, judged(suggestion))

    f.registration(participant=f.participant(event=attended.event), schedule=attended)

    assert judged(suggestion).registered == 3
    assert verdicts.digest(suggestion, judged(suggestion)) == before


def test_digest_changed_by_vip(attended, suggest):
    suggestion = suggest(f.update_data(attended, room="B"), "schedule_update")
    before = verdicts.digest(suggestion, judged(suggestion))

    vip = f.participant(event=attended.event, is_vip=True)
    f.registration(participant=vip, schedule=attended)

    assert verdicts.digest(suggestion, judged(suggestion)) != before


@pytest.mark.parametrize("people", [0, 1, 3])
def test_judge_removal_with_registrations(event, suggest, people):
    session = f.session(event=event)
    for _ in range(people):
        f.registration(participant=f.participant(event=event), schedule=session)

    verdict = judged(suggest(f.delete_data(session), "schedule_delete"))

    told = [
        (conflict.severity, conflict.sentence)
        for conflict in verdict.conflicts
        if conflict.kind is Kind.REMOVES
    ]
    assert (verdict.level, verdict.risk, told) == {
        0: (Level.CLEAR, Risk.LOW, []),
        1: (
            Level.WARNED,
            Risk.CRITICAL,
            [(Severity.WARNING, "1 registration goes with the session.")],
        ),
        3: (
            Level.WARNED,
            Risk.CRITICAL,
            [(Severity.WARNING, "3 registrations go with the session.")],
        ),
    }[people]


def test_risk(attended, event, suggest):
    removal = suggest(f.delete_data(attended), "schedule_delete")
    assert judged(removal).risk is Risk.CRITICAL
    empty = f.session(event=event, room="C")
    assert judged(suggest(f.delete_data(empty), "schedule_delete")).risk is Risk.LOW
    assert judged(suggest([])).risk is Risk.HIGH
    gone = {"schedule_id": str(uuid.uuid4())}
    assert judged(suggest(gone, "schedule_delete")).risk is Risk.HIGH
    retitled = suggest(f.update_data(attended, title="x"), "schedule_update")
    assert judged(retitled).risk is Risk.MEDIUM
    assert judged(suggest(f.create_data(room="C"))).risk is Risk.LOW
    assert judged(suggest(f.create_data(room="new"))).risk is Risk.MEDIUM


@pytest.mark.parametrize(("people", "risk"), [(50, Risk.LOW), (51, Risk.MEDIUM)])
def test_many_people_are_a_risk(event, suggest, people, risk):
    session = f.session(event=event)
    for _ in range(people):
        f.registration(participant=f.participant(event=event), schedule=session)

    assert judged(suggest(f.update_data(session, title="x"), "schedule_update")).risk is risk


def test_judge_room_for_backwards_session(event, suggest):
    session = f.session(event=event, start=f.at(12), end=f.at(10))
    suggestion = suggest(
        {"schedule_id": str(session.pk), "changes": {"room": "A"}}, "schedule_update"
    )

    verdict = verdicts.judge([suggestion])[suggestion.pk]

    assert (verdict.level, verdict.approvable) == (Level.BLOCKED, False)
    assert [conflict.sentence for conflict in verdict.conflicts] == [
        "The session ends before it starts, so it can have no room."
    ]


def test_judge_room_spelled_as_programme(event, suggest):
    f.session(event=event, room="Hall 3", start=f.at(18))

    verdict = judged(suggest(f.create_data(room="HALL\u200f ３")))

    assert verdict.proposal.values["room"] == verdict.after["room"] == "Hall 3"
    assert verdict.level is Level.CLEAR
    [told] = verdict.conflicts
    assert (told.kind, told.severity) == (Kind.ROOM_NAME, Severity.INFO)
    assert told.sentence.endswith(
        f"is written as “{isolate('Hall 3')}”, as the programme spells it."
    )


@pytest.mark.parametrize(
    ("used", "asked"),
    [
        ("Dana Levi", "DANA  LEVI"),
        ("ד״ר לוי", 'ד"ר לוי\u200f'),
        ("Dana Levi; Noa", "dana levi; noa"),
        ("Straße", "STRASSE"),
    ],
)
def test_judge_speaker_spelled_as_programme(event, suggest, used, asked):
    f.session(event=event, speaker_name=used, start=f.at(18))
    session = f.session(event=event, title="mine", speaker_name="Somebody")

    added = judged(suggest(f.create_data(room=None, speaker_name=asked)))
    changed = judged(
        suggest(f.update_data(session, speaker_name=asked, title="x"), "schedule_update")
    )

    for verdict in (added, changed):
        assert verdict.proposal.values["speaker_name"] == verdict.after["speaker_name"] == used
        assert dict(verdict.respelled) == {"speaker_name": asked.rstrip("\u200f")}
        assert (verdict.level, kinds(verdict)) == (Level.CLEAR, {})


def test_judge_speaker_spelling_most_used(event, suggest):
    for start, speaker in enumerate(["DANA", "Dana", "Dana", "dana"], 12):
        f.session(event=event, speaker_name=speaker, start=f.at(start))

    def written(speaker):
        return judged(suggest(f.create_data(room=None, speaker_name=speaker))).after["speaker_name"]

    assert [written(name) for name in ("DANA", "dana", "dAnA", "Noa")] == [
        "DANA",
        "dana",
        "Dana",
        "Noa",
    ]


def test_judge_speaker_spelling_of_another_event(ours, event, suggest):
    f.session(event=f.event(organization=ours), speaker_name="Dana")

    assert judged(suggest(f.create_data(speaker_name="DANA"))).after["speaker_name"] == "DANA"


def test_judge_same_room_other_spelling_no_effect(event, suggest):
    f.session(event=event, title="other", room="Hall 3", start=f.at(11))

    verdict = judged(suggest(f.create_data(room="hall 3")))

    assert (verdict.level, only(verdict, Kind.ROOM).others[0].title) == (Level.BLOCKED, "other")
    assert verdict.proposal.values["room"] == "Hall 3"


def test_judge_spelling_correction_as_asked(event, suggest):
    session = f.session(event=event, title="mine", room="hall 3", speaker_name="dana")
    f.session(event=event, room="hall 3", start=f.at(18))
    corrected = suggest(
        f.update_data(session, room="Hall 3", speaker_name="Dana"), "schedule_update"
    )
    moved = suggest(f.update_data(session, room="Hall 3", title="x"), "schedule_update")

    assert dict(judged(corrected).proposal.values) == {"room": "Hall 3", "speaker_name": "Dana"}
    assert judged(moved).proposal.values["room"] == "hall 3"
    as_given = verdicts.judge([moved], as_given=[moved.pk])[moved.pk]
    assert as_given.proposal.values["room"] == "Hall 3"
    assert not as_given.respelled
    assert only(as_given, Kind.ROOM_NAME) is None


def test_judge_spelling_correction_of_own_name_only(event, suggest):
    """Another speaker, or another room, is a change, with which the rest is spelled as usual."""
    session = f.session(event=event, title="mine", room="hall 3", speaker_name="dana")
    f.session(event=event, room="hall 3", speaker_name="noa", start=f.at(18))

    def values(**changes):
        suggestion = suggest(f.update_data(session, **changes), "schedule_update")
        return dict(judged(suggestion).proposal.values)

    assert values(speaker_name="Dana") == {"speaker_name": "Dana"}
    assert values(speaker_name="Noa") == {"speaker_name": "noa"}
    assert values(room="Hall 3", speaker_name="noa") == {"room": "hall 3", "speaker_name": "noa"}
    assert values(room="HALL 3", speaker_name="DANA") == {"room": "HALL 3", "speaker_name": "DANA"}
    assert values(speaker_name="Dana", title="x") == {"speaker_name": "dana", "title": "x"}


def test_judge_no_effect(event, suggest):
    session = f.session(event=event, title="Opening", room="A")

    nothing = judged(suggest(f.update_data(session, title="Opening", room="A"), "schedule_update"))
    spelled = judged(suggest(f.update_data(session, title="opening"), "schedule_update"))

    [conflict] = nothing.errors
    assert (conflict.kind, conflict.sentence) == (Kind.NO_EFFECT, "It stands like that already.")
    assert only(spelled, Kind.NO_EFFECT) is None
    assert not spelled.errors

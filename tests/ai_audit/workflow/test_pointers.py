"""Rooms, tracks and days in tables of their own are written with the text, and undone with it."""

import pytest

from ai_audit import verdicts, workflow
from ai_audit.presenters import hanging, review, timeline
from ai_audit.proposals import Action, Proposal
from ai_audit.verdicts import Level
from eventflow.text.bidi import ltr
from scheduling import pointers
from scheduling.conflicts import Kind
from tests import factories as f

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("newer_tables_for_all", "newer_tables"),
]


@pytest.fixture
def desk():
    """An event with a staff member who decides; what they do takes one line."""

    class Desk:
        def __init__(self):
            organization = f.organization()
            self.event = f.event(organization=organization, start_date=f.at(8), end_date=f.at(44))
            self.profile = f.profile(organization=organization)
            self.by = f.staff(profile=self.profile, permissions=f.EVERY_DECISION)

        def moves(self, session, **changes):
            return f.suggestion(
                user=self.profile,
                event=self.event,
                action_type="schedule_update",
                data=f.update_data(session, **changes),
            )

        def asks(self, data, action_type):
            return f.suggestion(
                user=self.profile, event=self.event, action_type=action_type, data=data
            )

        def adds(self, **proposed):
            return f.suggestion(user=self.profile, event=self.event, data=f.create_data(**proposed))

        def approve(self, suggestion):
            return workflow.approve(
                suggestion_id=suggestion.pk, by=self.by, confirmed=f.confirming(suggestion.pk)
            )

        def undo(self, suggestion):
            return workflow.undo(suggestion_id=suggestion.pk, by=self.by)

    return Desk()


def pointed(session) -> tuple:
    ((*columns,),) = f.run(
        "select room, room_id, track_id, program_day_id from schedules where id = %s", session.pk
    )
    return tuple(columns)


def kinds(suggestion) -> list:
    verdict = verdicts.judge([suggestion])[suggestion.pk]
    return [(c.kind, c.severity) for c in verdict.conflicts]


def changes(suggestion) -> list:
    verdict = verdicts.judge([suggestion])[suggestion.pk]
    return [(c.field, c.before, c.after) for c in review.changes(suggestion, verdict)]


def test_pointer_only_hall_is_taken(desk):
    room = f.kept_room(desk.event, "Hall A")
    keynote = f.session(event=desk.event, title="Keynote", start=f.at(11))
    f.points(keynote, room_id=room)

    verdict = verdicts.judge([suggestion := desk.adds(room="hall  a")])[suggestion.pk]

    assert verdict.level is Level.BLOCKED
    assert [(c.kind, c.ids) for c in verdict.errors] == [(Kind.ROOM, {keynote.pk})]
    assert verdict.errors[0].others[0].room == "Hall A"


def test_pointer_room_written_and_undone(desk):
    hall, attic = f.kept_room(desk.event, "Hall A"), f.kept_room(desk.event, "Attic")
    session = f.session(event=desk.event, room="Attic", start=f.at(11))
    f.points(session, room_id=attic)
    suggestion = desk.moves(session, room="hall  a")

    assert changes(suggestion) == [("room", "Attic", "Hall A"), ("room_id", "Attic", "Hall A")]

    desk.approve(suggestion)

    assert pointed(session)[:2] == ("Hall A", hall)
    suggestion.refresh_from_db()
    written = timeline.carried_out(suggestion).changes
    assert [(c.field, c.before, c.after) for c in written] == [
        ("room", "Attic", "Hall A"),
        ("room_id", "Attic", "Hall A"),
    ]

    desk.undo(suggestion)

    assert pointed(session)[:2] == ("Attic", attic)


def test_pointer_only_session_moves_and_returns(desk):
    hall, attic = f.kept_room(desk.event, "Hall A"), f.kept_room(desk.event, "Attic")
    session = f.session(event=desk.event, start=f.at(11))
    f.points(session, room_id=attic)
    suggestion = desk.moves(session, room="Hall A")

    desk.approve(suggestion)
    assert pointed(session)[:2] == ("Hall A", hall)

    desk.undo(suggestion)
    assert pointed(session)[:2] == (None, attic)


def test_pointer_turned_where_text_agrees(desk):
    hall, attic = f.kept_room(desk.event, "Hall A"), f.kept_room(desk.event, "Attic")
    session = f.session(event=desk.event, room="Hall A", start=f.at(11))
    f.points(session, room_id=attic)
    suggestion = desk.moves(session, room="Hall A")

    assert kinds(suggestion) == []
    desk.approve(suggestion)
    assert pointed(session)[:2] == ("Hall A", hall)

    desk.undo(suggestion)
    assert pointed(session)[:2] == ("Hall A", attic)


def test_pointer_of_new_session(desk):
    hall = f.kept_room(desk.event, "Hall A")
    track = f.kept("tracks", event_id=desk.event.pk, name="Main")
    day = f.kept("program_days", event_id=desk.event.pk, day_number=1, date="2038-01-30")

    outcome = desk.approve(suggestion := desk.adds(room="HALL A", track="main "))

    assert outcome.status == "executed"
    assert f.run("select room, room_id, track_id, program_day_id from schedules") == [
        ("Hall A", hall, track, day)
    ]
    desk.undo(suggestion)
    assert f.run("select count(*) from schedules") == [(0,)]


def test_pointer_cleared_for_unknown_room(desk):
    attic = f.kept_room(desk.event, "Attic")
    session = f.session(event=desk.event, room="Attic", start=f.at(11))
    f.points(session, room_id=attic)
    suggestion = desk.moves(session, room="Tent")

    verdict = verdicts.judge([suggestion])[suggestion.pk]
    assert [(c.kind, c.severity) for c in verdict.conflicts] == [("room_name", "warning")]
    assert "they will show none" in verdict.conflicts[0].sentence

    desk.approve(suggestion)
    assert pointed(session)[:2] == ("Tent", None)
    desk.undo(suggestion)
    assert pointed(session)[:2] == ("Attic", attic)


def test_pointer_second_room_held(desk):
    attic = f.kept_room(desk.event, "Attic")
    f.kept_room(desk.event, "Hall A")
    session = f.session(event=desk.event, title="Both", room="Hall A", start=f.at(11))
    f.points(session, room_id=attic)

    for room in ("attic", "hall a"):
        verdict = verdicts.judge([adding := desk.adds(room=room)])[adding.pk]
        assert [c.ids for c in verdict.errors] == [{session.pk}]

    verdict = verdicts.judge([moving := desk.moves(session, title="Still both")])[moving.pk]
    (conflict,) = verdict.conflicts
    assert (conflict.kind, conflict.severity) == ("room_name", "warning")
    assert "Hall A" in conflict.sentence
    assert "Attic" in conflict.sentence


def test_pointer_second_room_moves_along(desk):
    attic = f.kept_room(desk.event, "Attic")
    session = f.session(event=desk.event, title="Both", room="Hall A", start=f.at(11))
    f.points(session, room_id=attic)
    other = f.session(event=desk.event, title="There", room="ATTIC", start=f.at(14))

    verdict = verdicts.judge(
        [moving := desk.moves(session, start_time="2038-01-30T14:00", end_time="2038-01-30T15:00")]
    )[moving.pk]

    assert [(c.subject, c.ids) for c in verdict.errors] == [("Attic", {other.pk})]


def test_pointer_room_capacity(desk):
    f.kept_room(desk.event, "Closet", capacity=1)
    session = f.session(event=desk.event, start=f.at(11), room="Hall A")
    for n in range(2):
        person = f.participant(event=desk.event, first_name=str(n))
        f.registration(participant=person, schedule=session)

    verdict = verdicts.judge([moving := desk.moves(session, room="closet")])[moving.pk]

    assert [c.sentence for c in verdict.conflicts if c.kind is Kind.CAPACITY] == [
        "2 are registered, and there would be room for 1."
    ]


def test_pointer_of_another_day(desk):
    first = f.kept("program_days", event_id=desk.event.pk, day_number=1, date="2038-01-30")
    second = f.kept("program_days", event_id=desk.event.pk, day_number=2, date="2038-01-31")
    session = f.session(event=desk.event, start=f.at(11))
    f.points(session, program_day_id=first)
    within = desk.moves(session, start_time="2038-01-30T13:00", end_time="2038-01-30T14:00")
    assert [c[0] for c in changes(within)] == ["time"]
    onwards = desk.moves(session, start_time="2038-01-31T13:00", end_time="2038-01-31T14:00")
    assert changes(onwards)[1:] == [("program_day_id", "30 Jan 2038", "31 Jan 2038")]

    desk.approve(onwards)
    assert pointed(session)[3] == second
    desk.undo(onwards)
    assert pointed(session)[3] == first

    f.run("delete from program_days where id = %s", second)
    verdict = verdicts.judge(
        [
            onwards := desk.moves(
                f.Schedule.objects.get(pk=session.pk),
                start_time="2038-01-31T13:00",
                end_time="2038-01-31T14:00",
            )
        ]
    )[onwards.pk]
    row = review.changes(onwards, verdict)[1]
    assert (row.before, row.after) == ("30 Jan 2038", "")
    assert row.note == "EventFlow’s newer pages keep no such day, and will show none"


def test_pointer_competing_suggestions(desk):
    hall = f.kept_room(desk.event, "Hall A")
    panel = f.session(event=desk.event, title="Panel", start=f.at(9))
    f.points(panel, room_id=hall)
    f.listed(panel, "Dana", "Levi")
    moving = desk.moves(panel, start_time="2038-01-30T11:15", end_time="2038-01-30T12:45")
    adding = desk.adds(title="Other", room="hall a", speaker_name="dana levi")

    found = verdicts.judge([adding])[adding.pk]
    (conflict,) = [c for c in found.conflicts if c.kind is Kind.COMPETING]
    assert conflict.ids == {moving.pk}
    assert [r.contested for r in conflict.rivals] == [("room", "speaker")]
    assert [c.ids for c in verdicts.judge([moving])[moving.pk].conflicts] == [{adding.pk}]


def test_pointer_competing_second_room_and_listed(desk):
    panel = f.session(event=desk.event, title="Panel", room="Hall A", start=f.at(9))
    f.points(panel, room_id=f.kept_room(desk.event, "Hall B"))
    f.listed(panel, "Dana", "Levi")
    moving = desk.moves(panel, start_time="2038-01-30T11:15", end_time="2038-01-30T12:45")
    there = desk.adds(title="There", room="hall b")
    speaking = desk.adds(title="Speaking", room="Hall C", speaker_name="dana levi")

    found = verdicts.judge([moving])[moving.pk]

    (conflict,) = [c for c in found.conflicts if c.kind is Kind.COMPETING]
    assert {r.suggestion_id: r.contested for r in conflict.rivals} == {
        there.pk: ("room",),
        speaking.pk: ("speaker",),
    }


def test_pointer_soft_deleted_session_missing(desk):
    gone = f.session(event=desk.event, room="Hall A", start=f.at(11))
    f.points(gone, is_deleted=True)
    for suggestion in (
        desk.moves(gone, title="Back"),
        f.suggestion(
            user=desk.profile,
            event=desk.event,
            action_type="schedule_delete",
            data=f.delete_data(gone),
        ),
    ):
        verdict = verdicts.judge([suggestion])[suggestion.pk]
        assert [c.kind for c in verdict.errors] == [Kind.MISSING]
        assert verdict.errors[0].sentence.startswith(
            "The session it is about was deleted in EventFlow"
        )
    adding = desk.adds(room="Hall A")
    assert kinds(adding) == [("room", "error")]

    workflow.make_by_hand(
        event_id=desk.event.pk,
        by=desk.by,
        proposal=Proposal(Action.DELETE, gone.pk, {}, {}),
        confirmed=f.EVERY_TICK,
    )

    assert kinds(adding) == []


def test_pointer_text_held_in_other_letters(desk):
    gone = f.session(event=desk.event, room="HALL A", start=f.at(11))
    f.points(gone, is_deleted=True)
    f.session(event=desk.event, room="Hall A", start=f.at(9))
    assert kinds(desk.adds(room="hall a")) == [("room_name", "info")]


def test_pointer_of_unknown_track(desk):
    main = f.kept("tracks", event_id=desk.event.pk, name="Main")
    session = f.session(event=desk.event, track="Main", start=f.at(11))
    f.points(session, track_id=main)
    suggestion = desk.moves(session, track="Side")
    verdict = verdicts.judge([suggestion])[suggestion.pk]
    row = review.changes(suggestion, verdict)[1]
    assert (row.field, row.before, row.after) == ("track_id", "Main", "")
    assert row.note == "EventFlow’s newer pages keep no such track, and will show none"

    desk.approve(suggestion)
    assert pointed(session)[2] is None
    desk.undo(suggestion)
    assert pointed(session)[2] == main


def test_pointer_speaker_list_stays(desk):
    session = f.session(event=desk.event, speaker_name="Dana Levi", start=f.at(11))
    f.listed(session, "Dana", "Levi")
    suggestion = desk.moves(session, speaker_name="Noa Cohen")
    verdict = verdicts.judge([suggestion])[suggestion.pk]
    (row,) = review.changes(suggestion, verdict)
    assert "stay" in row.note
    assert "Dana Levi" in row.note
    before = f.whole_table("session_speakers")
    desk.approve(suggestion)
    assert f.whole_table("session_speakers") == before


def test_pointer_restored_with_removed_session(desk):
    hall = f.kept_room(desk.event, "Hall A")
    session = f.session(event=desk.event, room="Hall A", start=f.at(11))
    f.points(session, room_id=hall)
    f.listed(session, "Dana", "Levi")
    suggestion = f.suggestion(
        user=desk.profile,
        event=desk.event,
        action_type="schedule_delete",
        data=f.delete_data(session),
    )
    stood = f.whole_table("session_speakers"), pointed(session)
    desk.approve(suggestion)
    desk.undo(suggestion)
    assert (f.whole_table("session_speakers"), pointed(session)) == stood


def test_pointer_in_digest(desk):
    hall = f.kept_room(desk.event, "Hall A")
    session = f.session(event=desk.event, room="Attic", start=f.at(11))
    suggestion = desk.moves(session, room="Hall A")
    seen = verdicts.digest(suggestion, verdicts.judge([suggestion])[suggestion.pk])
    f.points(session, room_id=hall)
    assert verdicts.digest(suggestion, verdicts.judge([suggestion])[suggestion.pk]) != seen


def test_pointer_dependents_by_table(desk):
    session = f.session(event=desk.event, start=f.at(11))
    f.listed(session, "Dana", "Levi")
    f.kept("room_bookings", schedule_id=session.pk)
    for _n in range(2):
        f.kept("messages", schedule_id=session.pk)
    f.run("create table public.odd (session uuid references schedules (id))")
    f.run("insert into odd values (%s)", session.pk)
    moving = desk.moves(session, start_time="2038-01-30T14:00", end_time="2038-01-30T15:00")

    assert hanging.phrases_of(verdicts.judge([moving])[moving.pk]) == [
        "2 planned reminders, which keep the old time",
        "1 row of \u2066public.odd\u2069",
        "1 room booking, which is not kept in step",
        "1 listed speaker",
    ]
    renaming = desk.moves(session, title="Other")
    assert hanging.phrases_of(verdicts.judge([renaming])[renaming.pk]) == []


def stale(suggestion) -> list:
    found = verdicts.judge([suggestion])[suggestion.pk]
    return [c.subject for c in found.conflicts if c.kind is Kind.STALE]


def test_pointer_stale(desk):
    hall, attic = f.kept_room(desk.event, "Hall A"), f.kept_room(desk.event, "Attic")
    main = f.kept("tracks", event_id=desk.event.pk, name="Main")
    days = [
        f.kept("program_days", event_id=desk.event.pk, day_number=n, date=f"2038-01-{29 + n}")
        for n in (1, 2)
    ]
    session = f.session(event=desk.event, room="Attic", track="Main", start=f.at(11))
    f.points(session, room_id=hall, program_day_id=days[0])
    changes = {
        "room": {"room": "Hall B"},
        "day": {
            "start_time": "2038-01-31T11:00",
            "end_time": "2038-01-31T12:00",
            "track": "Side",
        },
        "title": {"title": "Other"},
        "hour": {"start_time": "2038-01-30T14:00", "end_time": "2038-01-30T15:00"},
        "gone": None,
    }
    nothing = {what: [] for what in changes}

    def said(**columns):
        found = {}
        for what, asked in changes.items():
            data = f.update_data(session, **asked) if asked else f.delete_data(session)
            data["current_state"] |= {c: str(v) if v else v for c, v in columns.items()}
            action_type = "schedule_update" if asked else "schedule_delete"
            found[what] = stale(desk.asks(data, action_type))
        return found

    as_it_is = {"room_id": hall, "track_id": None, "program_day_id": days[0]}
    assert said(**as_it_is) == nothing
    otherwise = {"room_id": attic, "track_id": str(main).upper(), "program_day_id": None}
    assert said(**otherwise) == {
        "room": ["Room, on the newer pages"],
        "day": ["Day, on the newer pages, Track, on the newer pages"],
        "title": [],
        "hour": [],
        "gone": ["Day, on the newer pages, Room, on the newer pages, Track, on the newer pages"],
    }
    # What is no identifier, or was not told, tells nothing.
    odd = {"room_id": "[]", "track_id": "Main"}
    assert said(**odd) == nothing


@pytest.mark.parametrize("state", [None, "x", [1], 7, {"room_id": [None]}, {"room_id": 7}])
def test_pointer_absent_state_not_stale(desk, state):
    session = f.session(event=desk.event, room="Attic", start=f.at(11))
    f.points(session, room_id=f.kept_room(desk.event, "Attic"))
    data = f.update_data(session, room="Attic II") | {"current_state": state}
    assert stale(desk.asks(data, "schedule_update")) == []


@pytest.mark.parametrize("others", [False, True])
def test_pointer_gone_left_out_of_restored(desk, others):
    hall = f.kept_room(desk.event, "Hall A")
    track = f.kept("tracks", event_id=desk.event.pk, name="Main")
    day = f.kept("program_days", event_id=desk.event.pk, day_number=1, date="2038-01-30")
    session = f.session(event=desk.event, room="Hall A", track="Main", start=f.at(11))
    f.points(session, room_id=hall, track_id=track, program_day_id=day)
    removing = desk.asks(f.delete_data(session), "schedule_delete")
    desk.approve(removing)
    if others:
        f.kept_room(desk.event, "Attic")
    f.run("delete from rooms where id = %s", hall)
    f.run("delete from program_days where id = %s", day)

    shown = workflow.preview_undo(suggestion_id=removing.pk, by=desk.by)

    told = {c.field: (c.after, c.note) for c in review.changes(shown.suggestion, shown.verdict)}
    assert [told[column] for column in ("room_id", "track_id", "program_day_id")] == [
        ("", "EventFlow’s newer pages keep no such room, and will show none"),
        ("Main", ""),
        ("", "EventFlow’s newer pages keep no such day, and will show none"),
    ]
    workflow.undo(suggestion_id=removing.pk, by=desk.by, digest=shown.digest)
    assert pointed(session) == ("Hall A", None, track, None)


def test_pointer_gone_after_page_shown(desk):
    hall = f.kept_room(desk.event, "Hall A")
    session = f.session(event=desk.event, room="Hall A", start=f.at(11))
    f.points(session, room_id=hall)
    removing = desk.asks(f.delete_data(session), "schedule_delete")
    desk.approve(removing)
    shown = workflow.preview_undo(suggestion_id=removing.pk, by=desk.by)
    f.run("delete from rooms where id = %s", hall)

    with pytest.raises(workflow.Changed):
        workflow.undo(suggestion_id=removing.pk, by=desk.by, digest=shown.digest)


def test_pointer_gone_room_of_undone_change(desk):
    attic = f.kept_room(desk.event, "Attic")
    session = f.session(event=desk.event, room="Attic", start=f.at(11))
    f.points(session, room_id=attic)
    moving = desk.moves(session, room="Tent")
    desk.approve(moving)
    f.run("delete from rooms where id = %s", attic)

    desk.undo(moving)

    assert pointed(session)[:2] == ("Attic", None)


def test_pointer_room_of_another_event_restored(desk):
    hall = f.kept_room(f.event(organization=desk.event.organization, name="Other"), "Hall A")
    session = f.session(event=desk.event, room="Hall A", start=f.at(11))
    f.points(session, room_id=hall)
    removing = desk.asks(f.delete_data(session), "schedule_delete")
    desk.approve(removing)
    desk.undo(removing)
    assert pointed(session)[:2] == ("Hall A", hall)


def brief(suggestion) -> list:
    verdict = verdicts.judge([suggestion])[suggestion.pk]
    return [c.field for c in review.brief(suggestion, verdict) if not c.unchanged]


def test_pointer_in_row_only_where_it_differs(desk):
    hall, attic = f.kept_room(desk.event, "Hall A"), f.kept_room(desk.event, "Attic")
    for name in ("Main", "Side"):
        f.kept("tracks", event_id=desk.event.pk, name=name)
    days = [
        f.kept("program_days", event_id=desk.event.pk, day_number=n, date=f"2038-01-{29 + n}")
        for n in (1, 2)
    ]
    session = f.session(event=desk.event, room="ATTIC", track="Main", start=f.at(11))
    onwards = {"start_time": "2038-01-31T11:00", "end_time": "2038-01-31T12:00"}

    def told(room_id, **changes):
        f.points(session, room_id=room_id, program_day_id=days[0])
        return brief(desk.moves(session, **changes))

    assert told(attic, room="Hall A", track="Side", **onwards) == ["time", "room", "track"]
    assert told(None, room="Hall A") == ["room"]
    assert told(attic, room=None) == ["room"]
    assert told(hall, room="Hall B") == ["room", "room_id"]
    assert told(attic, room="Tent") == ["room", "room_id"]
    assert told(attic, track="Other", **onwards) == ["time", "track"]
    assert brief(desk.adds(room="Hall A", track="Main"))[1:] == ["room", "track"]

    f.run("delete from program_days where id = %s", days[1])
    assert told(attic, **onwards) == ["time", "program_day_id"]


def test_pointer_in_row_of_textless_session(desk):
    f.kept_room(desk.event, "Hall A")
    session = f.session(event=desk.event, start=f.at(11))
    f.points(session, room_id=f.kept_room(desk.event, "Attic"))
    assert brief(desk.moves(session, room="Hall A")) == ["room", "room_id"]


def test_pointer_gone_told_of_removed_session(desk):
    """Not each column that leads somewhere is known here: these come back as they were."""
    closet = f.kept_room(desk.event, "Closet")
    session = f.session(event=desk.event, room="Attic", start=f.at(11))
    f.points(session, backup_room_id=closet)
    removal = desk.asks(f.delete_data(session), "schedule_delete")
    desk.approve(removal)
    f.run("delete from rooms where id = %s", closet)

    with pytest.raises(workflow.Blocked) as refused:
        desk.undo(removal)

    assert str(refused.value) == (
        "Nothing was changed: it cannot be carried out. By "
        f"{ltr('backup_room_id')} the session leads to something in {ltr('rooms')} that is no "
        "longer there. What the history keeps of it is not lost. Try again; if that does not "
        "help, add the session by hand."
    )
    assert f.run("select count(*) from schedules") == [(0,)]


def test_pointer_columns_gone_told(desk):
    hall = f.kept_room(desk.event, "Hall A")
    session = f.session(event=desk.event, room="Hall A", start=f.at(11))
    f.points(session, room_id=hall)
    removal = desk.asks(f.delete_data(session), "schedule_delete")
    desk.approve(removal)
    f.run("delete from rooms where id = %s", hall)
    f.run("alter table rooms rename column name to called")
    pointers.forget()

    with pytest.raises(workflow.Blocked, match=f"By {ltr('room_id')} the session leads to"):
        desk.undo(removal)


def test_pointer_listed_speakers_restored_or_told(desk):
    session = f.session(event=desk.event, room="Hall A", start=f.at(11))
    f.listed(session, "Dana", "Levi")
    removal = desk.asks(f.delete_data(session), "schedule_delete")
    desk.approve(removal)
    f.run("drop table session_speakers, speakers cascade")
    pointers.forget()

    found = workflow.preview_undo(suggestion_id=removal.pk, by=desk.by)

    assert [(row.table, row.reason) for row in found.left_out] == [
        (
            "public.session_speakers",
            "The table it was in is no longer there. Whoever looks after the database can bring "
            "that back before you undo.",
        )
    ]


def test_pointer_references_told_at_removal(desk):
    session = f.session(event=desk.event, room="Attic", start=f.at(11))
    f.run(
        "create table public.session_notes"
        " (id int primary key, session uuid references schedules (id))"
    )
    f.run("insert into public.session_notes values (1, %s)", session.pk)
    removal = desk.asks(f.delete_data(session), "schedule_delete")

    outcome = desk.approve(removal)

    assert (
        f"{ltr('session_notes')} still refers to the session, by {ltr('session')}, and nothing of "
        "either is lost. Remove that in EventFlow first, then try again."
    ) in outcome.sentence
    assert f.run("select count(*) from schedules") == [(1,)]

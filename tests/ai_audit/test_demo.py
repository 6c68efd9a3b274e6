"""The demo's data: what is promised of them, in the database they are loaded into."""

import json
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.db.models import Count, F
from django.utils import timezone

from ai_audit import demo, verdicts, workflow
from ai_audit.demo import people, programme
from ai_audit.demo.newer import UNDECIDED as NEWER
from ai_audit.demo.people import identify
from ai_audit.demo.undecided import CLASHES, CLEAN, ODD
from ai_audit.models import ActKind, Status, Suggestion, SuggestionAct
from ai_audit.proposals import Action
from ai_audit.verdicts import Level
from scheduling import conflicts, pointers
from scheduling.conflicts import Kind
from scheduling.models import (
    Event,
    Organization,
    Participant,
    Registration,
    Schedule,
    StaffMember,
    UserProfile,
)
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = date(2038, 2, 25)
MODELS = (Organization, UserProfile, Event, Participant, Schedule, Registration, Suggestion, User)


@pytest.fixture(scope="module")
def loaded(lasting):
    with lasting():
        demo.load(today=TODAY)
        yield


def suggestions():
    return Suggestion.objects.select_related("event", "user")


def named(key):
    return suggestions().get(pk=identify("suggestion", key))


def verdict(key):
    return verdicts.judge([named(key)])[identify("suggestion", key)]


def test_loading_again_changes_nothing(loaded):
    before = [list(model.objects.order_by("pk").values()) for model in MODELS]
    demo.load(today=date(2028, 1, 1))
    assert [list(model.objects.order_by("pk").values()) for model in MODELS] == before


def test_demo_as_promised(loaded):
    conference = Event.objects.get(pk=identify("event", "conference"))
    sessions = Schedule.objects.filter(event=conference)
    invited = Participant.objects.filter(event=conference)
    assert Organization.objects.count() == 2
    assert Event.objects.filter(organization=conference.organization).count() == 2
    assert (sessions.count(), sessions.filter(is_break=True).count()) == (43, 8)
    assert sessions.exclude(room=None).values("room").distinct().count() == 5
    assert sessions.dates("start_time", "day").count() == 3
    assert (invited.count(), invited.filter(is_vip=True).count()) == (60, 8)
    assert Suggestion.objects.filter(event__organization__name="גליל טק בע״מ").count() == 4


def test_demo_every_status_and_type(loaded):
    carried_out = ("schedule_create", "schedule_update", "schedule_delete")
    statuses = Counter(Suggestion.objects.values_list("execution_status", flat=True))
    newer = Counter(one.action_type for one in NEWER if pointers.kept())
    assert statuses == {
        "suggested": 16 + newer.total(),
        "executed": 6,
        "failed": 3,
        "rejected": 6,
        "approved": 3,
    }
    undecided = Counter(Suggestion.objects.pending().values_list("action_type", flat=True))
    assert [undecided[name] - newer[name] for name in carried_out] == [7, 7, 1]
    others = Suggestion.objects.exclude(action_type__in=carried_out)
    assert sorted(others.values_list("action_type", flat=True)) == [
        "participant_assign",
        "room_assign",
        "track_assign",
    ]


@pytest.mark.parametrize("today", [date(2038, 3, day) for day in range(1, 8)])
def test_demo_events_ahead_on_weekdays(today):
    for key, row in programme.EVENTS.items():
        first = programme.first_day(key, today)
        assert 0 <= (first - today).days - row.ahead < 7
        assert first.weekday() + row.days - 1 <= 3


def test_times_are_the_events_own(loaded):
    opening = Schedule.objects.get(pk=identify("session", "opening"))
    welcome = Schedule.objects.get(pk=identify("session", "welcome"))
    assert opening.start_time == datetime(2038, 3, 8, 7, 0, tzinfo=UTC)
    assert welcome.start_time == datetime(2038, 3, 15, 9, 0, tzinfo=UTC)


def test_demo_question_open_and_answered(loaded):
    pending = Suggestion.objects.pending()
    assert [one.pk for one in pending.waiting_for_answers()] == [
        identify("suggestion", "unconference")
    ]
    told = SuggestionAct.objects.exclude(kind=ActKind.FIRST_APPROVAL).order_by("id")
    told = told.values_list("suggestion", "kind")
    assert [kind for pk, kind in told if pk != identify("suggestion", "unconference")] == [
        "asked",
        "note",
    ]


def test_demo_nothing_after_today(loaded):
    midnight = timezone.make_aware(datetime(2038, 2, 25))
    for column in ("suggested_at", "created_at", "approved_at", "executed_at"):
        assert not Suggestion.objects.filter(**{f"{column}__gt": midnight}).exists()


def test_demo_no_room_taken_twice(loaded):
    assert conflicts.room_overlaps() == []


def test_demo_registrations_consistent(loaded):
    planned = {identify("session", row.key): row.registered for row in programme.sessions(TODAY)}
    counted = dict(Schedule.objects.values_list("pk", "current_count"))
    assert counted == {pk: planned.get(pk, 0) for pk in counted}
    assert counted == dict(
        Schedule.objects.annotate(n=Count("registration")).values_list("pk", "n")
    )
    in_two_places = Registration.objects.filter(
        participant__registration__schedule__start_time__lt=F("schedule__end_time"),
        participant__registration__schedule__end_time__gt=F("schedule__start_time"),
    ).exclude(participant__registration__pk=F("pk"))
    assert not in_two_places.exists()
    assert Schedule.objects.filter(current_count__gt=F("max_capacity")).count() == 1


def test_demo_vip_claims_true(loaded):
    told = [row for row in suggestions().pending() if isinstance(row.action_data, dict)]
    told = [row for row in told if row.action_data.get("vip_affected")]
    assert sorted(row.title for row in told) == [
        "סדנה: בינה מלאכותית בשטח",
        "שולחן עגול: מנהלות מספרות",
    ]
    for row in told:
        vips = Participant.objects.filter(
            is_vip=True, registration__schedule_id=row.action_data["schedule_id"]
        )
        assert vips.exists()


def test_demo_clean_ones_clear(loaded):
    found = {asked.key: verdict(asked.key) for asked in CLEAN}
    removal = found.pop("drop-the-round-table")

    assert [conflict.kind for conflict in removal.conflicts] == [Kind.REMOVES, Kind.VIP]
    assert [one.level for one in found.values()] == [Level.CLEAR] * 5


def test_demo_others_as_intended(loaded):
    expected = {
        "ai-field-to-the-main-hall": (
            Level.BLOCKED,
            [Kind.ROOM, Kind.STALE, Kind.SPEAKER, Kind.ATTENDEES, Kind.VIP],
        ),
        "ask-ruth": (Level.WARNED, [Kind.SPEAKER]),
        "numbers-in-camden": (
            Level.BLOCKED,
            [Kind.ROOM, Kind.SPEAKER, Kind.ATTENDEES, Kind.VIP],
        ),
        "markup": (Level.CLEAR, []),
        "no-end": (Level.BLOCKED, [Kind.INVALID]),
        "a-list": (Level.BLOCKED, [Kind.INVALID]),
        "assign-a-room": (Level.BLOCKED, [Kind.INVALID]),
        "no-event": (Level.BLOCKED, [Kind.INVALID]),
        "earlier-karaoke": (Level.BLOCKED, [Kind.MISSING]),
        "into-another-event": (Level.BLOCKED, [Kind.INVALID]),
    }
    assert [asked.key for asked in CLASHES + ODD] == list(expected)
    found = {key: verdict(key) for key in expected}
    assert expected == {
        key: (one.level, [conflict.kind for conflict in one.conflicts])
        for key, one in found.items()
    }
    assert not verdict("a-session-from-elsewhere").approvable


def test_demo_speaker_in_other_letters(loaded):
    (clash,) = verdict("ask-ruth").conflicts
    other = Schedule.objects.get(pk=clash.others[0].id)
    assert (clash.subject, other.speaker_name) == ("Dr. Ruth Cohen", "dr. ruth cohen ")


def test_demo_cleared_field_and_missing_changes(loaded):
    assert verdict("contracts-without-draft").proposal.values == {
        "max_capacity": 45,
        "materials_url": None,
    }
    assert "changes" not in named("green-to-the-lounge").action_data
    assert verdict("green-to-the-lounge").proposal.values == {"room": programme.LOUNGE}


def test_current_state_holds_every_column(loaded):
    pk = named("ai-field-to-the-main-hall").pk
    ((state,),) = factories.run(
        "select action_data -> 'current_state' from ai_insights_log where id = %s", pk
    )
    session = Schedule.objects.get(pk=identify("session", "ai-field"))
    assert json.loads(state) == factories.full_state(session) | {"max_capacity": 30}


def test_demo_executed_in_programme(loaded):
    for suggestion in suggestions().filter(execution_status=Status.EXECUTED):
        found = verdicts.judge([suggestion])[suggestion.pk]
        sessions = Schedule.objects.filter(event_id=suggestion.event_id)
        if found.proposal.action is Action.CREATE:
            assert sessions.filter(**found.proposal.values).count() == 1
        elif found.proposal.action is Action.UPDATE:
            assert sessions.filter(pk=found.session.pk, **found.proposal.values).count() == 1
        else:
            assert found.session is None


def test_demo_approved_can_be_carried_out(loaded):
    approved = suggestions().filter(execution_status=Status.APPROVED)
    judged = verdicts.judge(approved)
    warned = [found for found in judged.values() if found.level is not Level.CLEAR]
    assert [[c.kind for c in found.warnings] for found in warned] == [[Kind.REMOVES]]
    assert [workflow.departures(one, judged[one.pk]) for one in approved] == [[], [], []]


def test_decisions_say_who_and_when(loaded):
    decided = suggestions().exclude(execution_status=Status.SUGGESTED)
    for suggestion in decided:
        sentence = workflow.last_decision(suggestion)
        assert "decided by" in sentence
        assert bool(suggestion.approved_at) == (suggestion.execution_status != Status.REJECTED)
        assert bool(suggestion.executed_at) == (suggestion.execution_status == Status.EXECUTED)
        assert bool(suggestion.execution_error) == (suggestion.execution_status == Status.FAILED)
    assert LogEntry.objects.filter(change_message__startswith=workflow.REJECTED).count() == 6


def test_demo_staff_permissions(loaded, rf):
    deciding = ["ai_audit.approve_suggestion", "ai_audit.reject_suggestion"]
    editing = [f"scheduling.{verb}_schedule" for verb in ("add", "change", "delete")]
    viewing = ["ai_audit.view_pendingsuggestion", "scheduling.view_schedule"]
    for name, decides in (("noa", True), ("amit", False), ("dana", True), ("omer", True)):
        user = authenticate(rf.post("/"), username=name, password=people.PASSWORD)
        assert user.has_perms(viewing)
        assert [user.has_perm(perm) for perm in deciding + editing] == [decides] * 5
    admin = authenticate(rf.post("/"), username="admin", password=people.PASSWORD)
    assert admin.is_superuser
    assert set(
        StaffMember.objects.values_list("user__username", "profile__organization__name")
    ) == {
        ("noa", "במה פתוחה הפקות"),
        ("amit", "במה פתוחה הפקות"),
        ("dana", "גליל טק בע״מ"),
        ("omer", "גליל טק בע״מ"),
    }


def test_one_waits_for_a_second_approver_whoever_is_not_its_asker(loaded):
    key, who = people.APPROVED_FIRST
    one = suggestions().with_rules().get(pk=identify("suggestion", key))
    judged = verdicts.judge([one])
    by = {name: StaffMember.objects.get(user__username=name) for name in ("omer", "dana")}
    (first,) = workflow.waiting([one], judged, by=by["dana"])[one.pk].firsts
    assert (who, first.who) == ("omer", "Omer Katz")
    with pytest.raises(workflow.WaitsForAnother):
        workflow.approve(suggestion_id=one.pk, by=by["omer"])
    assert workflow.approve(suggestion_id=one.pk, by=by["dana"]).status == Status.EXECUTED


def test_demo_clean_approvable_in_turn(loaded):
    by = {
        "bama": StaffMember.objects.get(user__username="noa"),
        "galil": StaffMember.objects.get(user__username="dana"),
    }
    outcomes = [
        workflow.approve(
            suggestion_id=identify("suggestion", asked.key),
            by=by[programme.EVENTS[asked.event].organization],
            confirmed=factories.confirming(identify("suggestion", asked.key)),
        ).status
        for asked in [*CLEAN, CLASHES[1]]
    ]
    assert outcomes == [Status.EXECUTED] * 7

"""Rows for tests, with only what a test cares about said; everything else is plausible."""

import itertools
import json as jsons
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from ai_audit import verdicts
from ai_audit.models import Suggestion
from ai_audit.proposals import Action
from ai_audit.workflow import Confirmation, Outcome, confirmation
from scheduling import pointers
from scheduling.models import (
    Event,
    Organization,
    Participant,
    Registration,
    Schedule,
    StaffMember,
    UserProfile,
)

_numbers = itertools.count(1)

EVERY_DECISION = tuple(
    f"{act}_suggestion" for act in ("approve", "reject", "execute", "amend", "undo", "export")
)

# A day well ahead, for what has begun is another matter, and in the middle of winter time: 09:00 in
# Jerusalem is 07:00 in UTC.
DAY = datetime(2038, 1, 30, tzinfo=UTC)


def at(hour: int, minute: int = 0) -> datetime:
    """A time of the test day, on the clocks of Jerusalem in winter."""
    return DAY + timedelta(hours=hour - 2, minutes=minute)


class _JustNow:
    """Equal to every moment of the last minutes, also as JSON has it: what the database wrote."""

    def __eq__(self, other):
        moment = datetime.fromisoformat(other) if isinstance(other, str) else other
        return abs(timezone.now() - moment) < timedelta(minutes=5)

    def __repr__(self):
        return "just now"

    __hash__ = None


JUST_NOW = _JustNow()


def organization(name="ארגון הכנסים", language="en") -> Organization:
    """An organization whose rows are kept in `language`; in ours by default, to be read here."""
    made = Organization(name=name)
    run(
        "insert into organizations (id, name, settings)"
        " values (%s, %s, jsonb_build_object('language', %s::text))",
        *(made.pk, made.name, language),
    )
    made._state.adding = False
    return made


def profile(*, organization, full_name="נועה כהן", **fields) -> UserProfile:
    person = UserProfile(organization=organization, full_name=full_name, **fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into auth.users (id, email) values (%s, %s)",
            [person.pk, f"{person.pk}@example.com"],
        )
    person.save(force_insert=True)
    return person


def event(*, organization, name="כנס שנתי", **fields) -> Event:
    fields = {"start_date": at(8), "end_date": at(20), "timezone": "Asia/Jerusalem"} | fields
    return Event.objects.create(organization=organization, name=name, **fields)


def session(*, event, title="טקס פתיחה", start=None, end=None, **fields) -> Schedule:
    start = start or at(9)
    return Schedule.objects.create(
        event=event,
        title=title,
        start_time=start,
        end_time=end or start + timedelta(hours=1),
        **fields,
    )


def rooms(event, *names) -> None:
    """Make the rooms known to the event: a session in each, late on the test day."""
    for name in names:
        session(event=event, title=f"in {name}", room=name, start=at(19))


def judged(times=1) -> int:
    """Statements more: one for each judging, where rooms are kept in a table of their own."""
    return times if pointers.kept() else 0


def kept(table, **columns) -> uuid.UUID:
    """A row of one of the product's newer tables; its id."""
    ((pk,),) = run(
        f"insert into {table} ({', '.join(columns)})"
        f" values ({', '.join(['%s'] * len(columns))}) returning id",
        *columns.values(),
    )
    return pk


def kept_room(event, name="Hall A", capacity=50) -> uuid.UUID:
    """A row of `rooms`."""
    return kept("rooms", event_id=event.pk, name=name, capacity=capacity)


def points(session, **columns) -> None:
    """Let a session point to rows, as the product's newer pages do; or mark it as deleted."""
    becomes = ", ".join(f"{column} = %s" for column in columns)
    run(f"update schedules set {becomes} where id = %s", *columns.values(), session.pk)


def listed(session, first_name, last_name) -> uuid.UUID:
    """Someone who is listed as speaking in a session; the id of the row of `speakers`."""
    speaker = kept(
        "speakers", event_id=session.event_id, first_name=first_name, last_name=last_name
    )
    kept("session_speakers", schedule_id=session.pk, speaker_id=speaker)
    return speaker


def participant(*, event, **fields) -> Participant:
    fields = {"first_name": "דן", "last_name": "לוי", "phone": "050"} | fields
    person = Participant(event=event, **fields)
    person.save(force_insert=True)
    return person


def registration(*, participant, schedule, **fields) -> Registration:
    return Registration.objects.create(participant=participant, schedule=schedule, **fields)


def staff(*, profile, username=None, permissions=("approve_suggestion", "reject_suggestion")):
    """A staff member with view permissions for the pages and the given further ones."""
    user = User.objects.create_user(
        username or f"staff{next(_numbers)}", password="correct horse", is_staff=True
    )
    wanted = (
        "view_suggestion",
        "view_pendingsuggestion",
        "view_schedule",
        "view_event",
        *permissions,
    )
    run(
        "insert into auth_user_user_permissions (user_id, permission_id)"
        " select %s, id from auth_permission where codename = any (%s)",
        *(user.pk, list(wanted)),
    )
    return StaffMember.objects.create(user=user, profile=profile)


def superuser(username="root") -> User:
    return User.objects.create_superuser(username, password="correct horse")


def create_data(**proposed) -> dict:
    """What the AI writes to have a session created."""
    proposed = {
        "title": "סדנה: בינה מלאכותית בשטח",
        "start_time": "2038-01-30T11:15:00",
        "end_time": "2038-01-30T12:45:00",
        "room": "חדר A",
    } | proposed
    return {
        "current_state": None,
        "proposed_state": proposed,
        "conflicts_detected": {"room": [], "speaker": [], "capacity": None},
        "vip_affected": False,
        "reasoning": "יש ביקוש רב לסדנה.",
    }


def full_state(session: Schedule) -> dict:
    """Every column of the row, as the AI repeats it."""
    with connection.cursor() as cursor:
        cursor.execute("select to_jsonb(s)::text from schedules s where id = %s", [session.pk])
        return Suggestion._meta.get_field("action_data").from_db_value(
            cursor.fetchone()[0], None, connection
        )


def update_data(session: Schedule, **changes) -> dict:
    """What the AI writes to have a session changed."""
    state = full_state(session)
    return {
        "schedule_id": str(session.pk),
        "changes": changes,
        "current_state": state,
        "proposed_state": state | changes,
        "conflicts_detected": None,
        "vip_affected": False,
        "reasoning": "",
    }


def delete_data(session: Schedule) -> dict:
    """What the AI writes to have a session deleted."""
    return {
        "schedule_id": str(session.pk),
        "current_state": full_state(session),
        "proposed_state": None,
        "reason": "אין נרשמים.",
        "vip_affected": False,
        "reasoning": "",
    }


def suggestion(*, user, event, data=None, action_type="schedule_create", **fields) -> Suggestion:
    """A suggestion; by default a clean one for a new session."""
    if "approved_by" in fields:
        fields = {"approved_at": at(8)} | fields
    fields = {"suggested_at": timezone.now(), "created_at": timezone.now()} | fields
    return Suggestion.objects.create(
        user=user,
        event=event,
        action_type=action_type,
        action_data=create_data() if data is None else data,
        **fields,
    )


def raw_suggestion(*, user, event, json: str, action_type="schedule_create") -> Suggestion:
    """A suggestion whose content Python might not be able to write."""
    pk = uuid.uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into ai_insights_log (id, user_id, event_id, action_type, action_data)"
            " values (%s, %s, %s, %s, %s::jsonb)",
            [pk, user.pk, event and event.pk, action_type, json],
        )
    return Suggestion.objects.get(pk=pk)


def said(suggestion, by, kind, text="?", ago=timedelta(0)) -> None:
    """What somebody said of a suggestion that long ago, written past the workflow."""
    run(
        "insert into backoffice.suggestion_acts"
        " (suggestion_id, kind, staff_member_id, profile_id, at, said)"
        " values (%s, %s, %s, %s, now() - %s, %s)",
        *(suggestion.pk, kind, by.pk, by.profile_id, ago, text),
    )


def run(statement: str, *parameters) -> list[tuple]:
    """The rows of one statement, sent as the tests' own login."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall() if cursor.description else []


def without_basis(seen: list) -> list:
    """What the history keeps as seen, but for what an approval rests on."""
    return [found for found in seen if "basis" not in found]


def whole_row(row) -> dict | None:
    """Every column of a model's row as it stands, also those no model knows; None without it."""
    found = run(
        f"select to_jsonb(t)::text from {row._meta.db_table} as t where id = %s",
        row.pk,
    )
    return jsons.loads(found[0][0]) if found else None


def whole_table(table: str) -> list[tuple]:
    """Every row of a table as text, to compare before with after."""
    return run(f"select t::text from {table} as t order by 1")


def everything() -> list[tuple]:
    """All that a decision, or editing by hand, could have changed."""
    return [
        row
        for table in ("schedules", "ai_insights_log", "django_admin_log")
        for row in whole_table(table)
    ]


class _EveryTick:
    """Whatever there is to tick."""

    def __contains__(self, tick):
        return True


EVERY_TICK = Confirmation(ticks=_EveryTick(), turns=True)


def confirming(suggestion_id, reason="") -> Confirmation:
    """What a person says who was shown a suggestion as it stands, with all that it asks for."""
    # Only a removal asks for a title.
    removals = Suggestion.objects.select_related("event", "user").filter(action_type=Action.DELETE)
    found = removals.filter(pk=suggestion_id).first()
    title = confirmation.needed(verdicts.judge([found])[found.pk]).title if found else None
    if title is None:
        return replace(EVERY_TICK, reason=reason)
    return replace(EVERY_TICK, title=title, reason=reason or "as asked")


def told(results) -> list[tuple]:
    """What each of many came to: its status and sentence, or what refused it and why."""
    return [
        (result.status, result.sentence)
        if isinstance(result, Outcome)
        else (type(result), str(result))
        for result in results.values()
    ]

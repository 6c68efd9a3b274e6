"""The demo: two organizations with programmes, and suggestions in every status. Loading it.

Content stands in the modules beside this one. It is written as history that others made, so
the decisions in it are inserted and not made by `workflow`. Which database may hold it is the
command's to settle.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from ai_audit import history, verdicts, workflow
from ai_audit.demo import newer, people, programme
from ai_audit.demo.decided import DECIDED
from ai_audit.demo.people import identify
from ai_audit.demo.said import SAID
from ai_audit.demo.shapes import Asked, Programme
from ai_audit.demo.undecided import UNDECIDED
from ai_audit.models import ApprovalRule, SecondFor, Status, Suggestion
from ai_audit.workflow import basis, steps
from ai_audit.workflow.acts import firsts
from ai_audit.workflow.acts.firsts import Press
from eventflow.db import database
from scheduling import actions, pointers
from scheduling.models import (
    Event,
    Organization,
    Participant,
    Registration,
    Schedule,
    StaffMember,
)

# What the executed suggestion to remove it took out of the programme.
_REMOVED = "karaoke"

_DECIDING = (
    "approve_suggestion",
    "reject_suggestion",
    "execute_suggestion",
    "amend_suggestion",
    "undo_suggestion",
    "export_suggestion",
)
_EDITING = ("add_schedule", "change_schedule", "delete_schedule")


class NotOurs(Exception):
    """The database holds data that is not the demo's; the message is a sentence for people."""


def is_loaded() -> bool:
    """Whether the demo's data are there."""
    ids = [identify("organization", key) for key in people.ORGANIZATIONS]
    return Organization.objects.filter(pk__in=ids).exists()


def refuse_other_data() -> None:
    """Raise NotOurs where the database holds organizations and none of them is the demo's.

    May be called before anything is migrated: without the table there are none.
    """
    if Organization._meta.db_table not in connection.introspection.table_names():
        return
    if Organization.objects.exists() and not is_loaded():
        raise NotOurs(
            "The database holds organizations that are not the demo's, so the demo's data are "
            "not loaded beside them. Nothing was changed. Point DATABASE_URL at an empty "
            "database, or unset it."
        )


def load(*, today: date) -> None:
    """Load the demo, with dates that lie ahead of `today`; do nothing where it is loaded.

    One transaction, under an advisory lock that makes a second load wait. Needs a login with
    rights on `auth.users`. Raises NotOurs, with nothing changed, where there are other
    organizations already, or users with the names of the demo's staff.
    """
    with transaction.atomic():
        database.lock_in_transaction("demo")
        if is_loaded():
            return
        refuse_other_data()
        _refuse_other_users()
        _insert_profiles()
        _insert_staff()
        events = _insert_events(today)
        rows = _insert_sessions(events, today)
        _insert_suggestions(Programme(today=today, rows=rows))
        _insert_first_approval()


def _refuse_other_users() -> None:
    names = [staff.username for staff in people.STAFF]
    if User.objects.filter(username__in=names).exists():
        raise NotOurs(
            f"One of the users {', '.join(names)} exists already, and is not the demo's. Nothing "
            "was loaded. Point DATABASE_URL at an empty database, or unset it."
        )


def _insert_profiles() -> None:
    Organization.objects.bulk_create(
        Organization(pk=identify("organization", key), name=name)
        for key, name in people.ORGANIZATIONS.items()
    )
    emails = {key: people.email(key) for key in people.PROFILES}
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into auth.users (id, email) values (%s, %s) on conflict (id) do nothing",
            [(identify("profile", key), email) for key, email in emails.items()],
        )
        cursor.executemany(
            "insert into public.user_profiles (id, organization_id, full_name, email, role)"
            " values (%s, %s, %s, %s, %s)",
            [
                (
                    identify("profile", key),
                    identify("organization", row.organization),
                    row.full_name,
                    emails[key],
                    row.role,
                )
                for key, row in people.PROFILES.items()
            ],
        )


def _insert_staff() -> None:
    ours = Q(content_type__app_label__in=("ai_audit", "scheduling"))
    viewing = set(Permission.objects.filter(ours, codename__startswith="view_"))
    deciding = set(Permission.objects.filter(ours, codename__in=_DECIDING + _EDITING))
    password = make_password(people.PASSWORD)  # once: it is slow on purpose
    for staff in people.STAFF:
        user = User.objects.create(
            username=staff.username,
            password=password,
            is_staff=True,
            is_superuser=staff.superuser,
        )
        if staff.organization:
            user.user_permissions.set(viewing | deciding if staff.decides else viewing)
            StaffMember.objects.create(user=user, profile_id=identify("profile", staff.username))


def _insert_events(today: date) -> dict[str, Event]:
    events = {
        key: Event(
            pk=identify("event", key),
            organization_id=identify("organization", row.organization),
            name=row.name,
            start_date=programme.moment(key, 1, row.opens, today=today),
            end_date=programme.moment(key, row.days, row.closes, today=today),
            timezone=row.zone,
        )
        for key, row in programme.EVENTS.items()
    }
    Event.objects.bulk_create(events.values())
    return events


def _insert_sessions(events: Mapping[str, Event], today: date) -> dict[str, Mapping[str, Any]]:
    """Sessions and registrations; returns the rows as JSON, by the sessions' keys."""
    placed = {}
    register = _Register()
    for row in sorted(programme.sessions(today), key=lambda row: row.values["start_time"]):
        placed[row.key] = actions.insert(
            event=events[row.event], values=row.values, session_id=identify("session", row.key)
        )
        register.fill(placed[row.key], event=row.event, places=row.registered)
    register.insert()
    placed |= newer.load(events, today)
    with connection.cursor() as cursor:
        cursor.execute("select id, to_jsonb(s) from public.schedules as s")
        whole = {row_id: json.loads(row) for row_id, row in cursor.fetchall()}
    actions.remove(session=placed[_REMOVED])
    return {key: whole[session.pk] for key, session in placed.items()}


class _Register:
    """Registrations by turns (round robin), and nobody for two sessions at one time."""

    def __init__(self):
        self._participants: dict[str, list[Participant]] = {
            event: [
                Participant(
                    pk=identify("participant", f"{event}/{n}"),
                    event_id=identify("event", event),
                    first_name=person.first_name,
                    last_name=person.last_name,
                    phone=f"050-555-{n:04}",
                    is_vip=person.is_vip,
                )
                for n, person in enumerate(people.participants(event), start=1)
            ]
            for event in programme.EVENTS
        }
        self._turn = dict.fromkeys(programme.EVENTS, 0)
        self._busy_until: dict[UUID, datetime] = {}
        self._registrations: list[Registration] = []

    def fill(self, session: Schedule, *, event: str, places: int) -> None:
        """Register `places` of the event's participants; sessions come in order of their start."""
        everyone = self._participants[event]
        turn = self._turn[event]
        in_turn = everyone[turn:] + everyone[:turn]
        free = [
            one
            for one in in_turn
            if one.pk not in self._busy_until or self._busy_until[one.pk] <= session.start_time
        ]
        for participant in free[:places]:
            self._busy_until[participant.pk] = session.end_time
            self._registrations.append(
                Registration(
                    pk=identify("registration", f"{participant.pk}/{session.pk}"),
                    participant=participant,
                    schedule=session,
                )
            )
        self._turn[event] = (turn + places) % len(everyone)

    def insert(self) -> None:
        """Write all of it; the database counts the registrations."""
        for participants in self._participants.values():
            Participant.objects.bulk_create(participants)
        Registration.objects.bulk_create(self._registrations)


def _insert_suggestions(seen: Programme) -> None:
    # Midnight, so that nothing was suggested or decided later than now.
    midnight = timezone.make_aware(datetime.combine(seen.today, time()))
    members = {member.profile_id: member.pk for member in StaffMember.objects.all()}
    for asked in UNDECIDED + DECIDED + (newer.UNDECIDED if pointers.kept() else []):
        suggestion = Suggestion(
            pk=identify("suggestion", asked.key),
            user_id=identify("profile", asked.by),
            event_id=identify("event", asked.event) if asked.event else None,
            action_type=asked.action_type,
            action_data=asked.action_data(seen),
            suggested_at=midnight - asked.ago,
            created_at=midnight - asked.ago,
            **_decision(asked, midnight),
        )
        history.set_for_trigger(_told(asked, suggestion, members))
        suggestion.save(force_insert=True)
        if asked.decision and asked.decision.status == Status.REJECTED:
            _log_rejection(suggestion, asked, midnight)
    _insert_acts(midnight, members)


def _insert_acts(midnight: datetime, members: Mapping[UUID, int]) -> None:
    """What people said, in its order; as history, and not through the function that says now."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into backoffice.suggestion_acts"
            " (suggestion_id, kind, staff_member_id, profile_id, at, said)"
            " values (%s, %s, %s, %s, %s, %s)",
            [
                (
                    identify("suggestion", said.about),
                    said.kind.value,
                    members[identify("profile", said.by)],
                    identify("profile", said.by),
                    midnight - said.ago,
                    said.text,
                )
                for said in SAID
            ],
        )


def _insert_first_approval() -> None:
    """One organization asks for a second approver, and one of its suggestions waits for that."""
    ApprovalRule.objects.create(
        organization_id=identify("organization", people.ASKS_FOR_TWO), second_for=SecondFor.OWN
    )
    key, who = people.APPROVED_FIRST
    suggestions = Suggestion.objects.with_rules().select_related("event", "user")
    first = suggestions.get(pk=identify("suggestion", key))
    verdict = steps.require_approvable(verdicts.judge([first])[first.pk])
    firsts.keep([Press(first, verdict)], StaffMember.objects.get(user__username=who))


def _told(asked: Asked, suggestion: Suggestion, members: Mapping[UUID, int]) -> history.Record:
    """The history's record of a demo decision that was made before.

    What waits to be carried out was approved as the programme stands.
    """
    decision = asked.decision
    verdict = None
    if decision is not None and decision.status == Status.APPROVED:
        verdict = steps.require_approvable(verdicts.judge([suggestion])[suggestion.pk])
    rejected = decision is not None and decision.status == Status.REJECTED
    return history.Record(
        suggestion_id=suggestion.pk,
        staff_member_id=members[identify("profile", decision.by)] if decision else None,
        staff_profile_id=identify("profile", decision.by) if decision else None,
        reason=decision.words if rejected else None,
        seen=verdicts.conflicts_seen(verdict) if verdict else None,
        digest=None,
        basis=basis.of(verdict, database.AAL1) if verdict else None,
    )


def _decision(asked: Asked, midnight: datetime) -> dict[str, Any]:
    """The columns of the decision, as `workflow` would have written them."""
    decision = asked.decision
    if decision is None:
        return {}
    state: dict[str, Any] = {"execution_status": decision.status}
    at = midnight - asked.ago + decision.after
    if decision.status != Status.REJECTED:
        state |= {"approved_at": at, "approved_by_id": identify("profile", decision.by)}
    if decision.status == Status.EXECUTED:
        state["executed_at"] = at
    if decision.status == Status.FAILED:
        state["execution_error"] = decision.words
    return state


def _log_rejection(suggestion: Suggestion, asked: Asked, midnight: datetime) -> None:
    LogEntry.objects.create(
        user=User.objects.get(username=asked.decision.by),
        content_type=ContentType.objects.get_for_model(Suggestion),
        object_id=str(suggestion.pk),
        object_repr=str(suggestion)[:200],
        action_flag=CHANGE,
        change_message=workflow.REJECTED + asked.decision.words,
        action_time=midnight - asked.ago + asked.decision.after,
    )

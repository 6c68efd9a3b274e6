"""The demo: two organizations with programmes, and suggestions in every status. Loading it.

Content stands in the modules beside this one. It is written as history that others made, so
the decisions in it are inserted and not made by `workflow`. Which database may hold it is the
command's to settle.
"""

import json
from collections import deque
from collections.abc import Mapping
from datetime import date, datetime, time
from itertools import chain
from typing import Any
from uuid import UUID

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import timezone

from ai_audit import history, verdicts, workflow
from ai_audit.demo import newer, people, programme
from ai_audit.demo.decided import DECIDED
from ai_audit.demo.people import identify
from ai_audit.demo.shapes import Decision, Programme
from ai_audit.demo.undecided import SAID, UNDECIDED
from ai_audit.models import ApprovalRule, SecondFor, Status, Suggestion, SuggestionAct
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
    StaffMember,
    UserProfile,
)

# What the executed suggestion to remove it took out of the programme.
_REMOVED = "karaoke"


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
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into auth.users (id, email) values (%s, %s) on conflict (id) do nothing",
            [(identify("profile", key), people.email(key)) for key in people.PROFILES],
        )
    UserProfile.objects.bulk_create(
        UserProfile(
            pk=identify("profile", key),
            organization_id=identify("organization", row.organization),
            full_name=row.full_name,
            email=people.email(key),
            role=row.role,
        )
        for key, row in people.PROFILES.items()
    )


def _insert_staff() -> None:
    ours = Permission.objects.filter(content_type__app_label__in=("ai_audit", "scheduling"))
    viewing = set(ours.filter(codename__startswith="view_"))
    deciding = set(ours.filter(content_type__model__in=("suggestion", "schedule")))
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
    placed = {
        row.key: actions.insert(
            event=events[row.event], values=row.values, session_id=identify("session", row.key)
        )
        for row in programme.sessions(today)
    }
    _insert_registrations(today)
    placed |= newer.load(events, today)
    with connection.cursor() as cursor:
        cursor.execute("select id, to_jsonb(s) from public.schedules as s")
        whole = {row_id: json.loads(row) for row_id, row in cursor.fetchall()}
    actions.remove(session=placed[_REMOVED])
    return {key: whole[session.pk] for key, session in placed.items()}


def _insert_registrations(today: date) -> None:
    """The invited by turns (round robin), nobody for two sessions at one time."""
    invited = {
        event: deque(
            Participant(
                pk=identify("participant", f"{event}/{n}"),
                event_id=identify("event", event),
                first_name=person.first_name,
                last_name=person.last_name,
                phone=f"050-555-{n:04}",
                is_vip=person.is_vip,
            )
            for n, person in enumerate(people.participants(event), start=1)
        )
        for event in programme.EVENTS
    }
    Participant.objects.bulk_create(chain.from_iterable(invited.values()))
    busy_until: dict[UUID, datetime] = {}
    registrations = []
    for row in sorted(programme.sessions(today), key=lambda row: row.values["start_time"]):
        start, pk = row.values["start_time"], identify("session", row.key)
        free = [one for one in invited[row.event] if busy_until.get(one.pk, start) <= start]
        for participant in free[: row.registered]:
            busy_until[participant.pk] = row.values["end_time"]
            registrations.append(
                Registration(
                    pk=identify("registration", f"{participant.pk}/{pk}"),
                    participant=participant,
                    schedule_id=pk,
                )
            )
        invited[row.event].rotate(-row.registered)
    Registration.objects.bulk_create(registrations)


def _insert_suggestions(seen: Programme) -> None:
    # Midnight, so that nothing was suggested or decided later than now.
    midnight = timezone.make_aware(datetime.combine(seen.today, time()))
    members = {member.profile_id: member.pk for member in StaffMember.objects.all()}
    for asked in UNDECIDED + DECIDED + (newer.UNDECIDED if pointers.kept() else []):
        suggested_at = midnight - asked.ago
        suggestion = Suggestion(
            pk=identify("suggestion", asked.key),
            user_id=identify("profile", asked.by),
            event_id=identify("event", asked.event) if asked.event else None,
            action_type=asked.action_type,
            action_data=asked.action_data(seen),
            suggested_at=suggested_at,
            created_at=suggested_at,
            **(_columns(asked.decision, suggested_at) if asked.decision else {}),
        )
        if asked.decision:
            history.set_for_trigger(_record(asked.decision, suggestion, members))
        suggestion.save(force_insert=True)
        if asked.decision and asked.decision.status == Status.REJECTED:
            _log_rejection(suggestion, asked.decision, suggested_at)
    _insert_acts(midnight, members)


def _insert_acts(midnight: datetime, members: Mapping[UUID, int]) -> None:
    """Insert notes and questions as history; the function that writes them elsewhere says now."""
    SuggestionAct.objects.bulk_create(
        SuggestionAct(
            suggestion_id=identify("suggestion", said.about),
            kind=said.kind,
            staff_member_id=members[identify("profile", said.by)],
            profile_id=identify("profile", said.by),
            at=midnight - said.ago,
            said=said.text,
        )
        for said in SAID
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


def _record(
    decision: Decision, suggestion: Suggestion, members: Mapping[UUID, int]
) -> history.Record:
    """The history's record of the decision, as if it had been made then.

    What waits to be carried out was approved as the programme stands.
    """
    verdict = None
    if decision.status == Status.APPROVED:
        verdict = steps.require_approvable(verdicts.judge([suggestion])[suggestion.pk])
    profile_id = identify("profile", decision.by)
    return history.Record(
        suggestion_id=suggestion.pk,
        staff_member_id=members[profile_id],
        staff_profile_id=profile_id,
        reason=decision.words if decision.status == Status.REJECTED else None,
        seen=verdicts.conflicts_seen(verdict) if verdict else None,
        digest=None,
        basis=basis.of(verdict, database.AAL1) if verdict else None,
    )


def _columns(decision: Decision, suggested_at: datetime) -> dict[str, Any]:
    """The columns of the decision, as `workflow` would have written them."""
    state: dict[str, Any] = {"execution_status": decision.status}
    at = suggested_at + decision.after
    if decision.status != Status.REJECTED:
        state |= {"approved_at": at, "approved_by_id": identify("profile", decision.by)}
    if decision.status == Status.EXECUTED:
        state["executed_at"] = at
    if decision.status == Status.FAILED:
        state["execution_error"] = decision.words
    return state


def _log_rejection(suggestion: Suggestion, decision: Decision, suggested_at: datetime) -> None:
    LogEntry.objects.create(
        user=User.objects.get(username=decision.by),
        content_type=ContentType.objects.get_for_model(Suggestion),
        object_id=str(suggestion.pk),
        object_repr=str(suggestion)[:200],
        action_flag=CHANGE,
        change_message=workflow.REJECTED + decision.words,
        action_time=suggested_at + decision.after,
    )

"""What each statement of a page is for, in order: there is none that nobody has accounted for.

What only prepares a statement goes along with it: they are one trip to the server, and counted so.
"""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ai_audit.models import ApprovalRule, SecondFor, Suggestion
from ai_audit.verdicts import groups
from scheduling import pointers
from tests import factories as f
from tests import pages

pytestmark = [pytest.mark.django_db, pytest.mark.once]

QUEUE = "/admin/ai_audit/pendingsuggestion/"

# What a statement is for, by what is found in no other; the first that is found in it.
_SIGNS = {
    "who is signed in": 'SELECT "django_session"',
    "user, profile, organization, second factor, what they may do": 'SELECT "auth_user"',
    "lists saved under names": 'SELECT "ai_audit_savedlist"',
    "which events there are to choose from": 'SELECT "events"',
    "how many there are for each choice of a filter": '"group_0"',
    "how many there are": "SELECT COUNT(*)",
    "the suggestions": '"failure"',
    "the suggestion under its lock, the approver’s organization": 'FOR UPDATE OF "ai_insights_log"',
    "suggestions about what is in the way": "LIMIT 50",
    "the suggestion": 'SELECT "ai_insights_log"."id", "ai_insights_log"."user_id"',
    "its place in the list": 'SELECT "ai_insights_log"."id" AS "pk"',
    "what it replaces and undoes, and how that is called": 'SELECT "suggestion_links"',
    "its decisions": 'SELECT "decision_history"',
    "whom a question would go to": "m.profile_id = p.id",
    "what was said of it, and first approvals that count": 'SELECT "suggestion_acts"',
    "locks are not waited for long": "'lock_timeout'",
    "the event’s lock": "pg_advisory_xact_lock",
    "the session under its lock": 'FOR UPDATE OF "schedules"',
    "the session": 'SELECT "schedules"',
    "where pointers would lead": "called as materialized",
    "who is met, how rooms are spelled, who is registered": "in_room as materialized",
    "rivals, and keys of names": "undecided as materialized",
    "the day by room": "today as materialized",
    "what hangs on the session": "backoffice.what_hangs_on",
    "ways out": "open as (",
    "how the session stands, becoming the approver": "from (select (select to_jsonb(r)::text from",
    "becoming the approver": "set_config('role', 'authenticated'",
    "becoming oneself again": "set_config('role', 'none'",
    "the savepoint is over": "release savepoint ahead_",
    "approved": "set execution_status = 'approved'",
    "executed": "set execution_status = 'executed'",
    "the session is written": "update public.schedules set",
    "all constraints hold at once": "set constraints all immediate",
    "the admin’s log": "insert into django_admin_log",
    "the history has written it": "(last.to_status, last.state) is distinct from",
    "a savepoint": "savepoint ahead_",
    "a transaction, or a savepoint in one": "SAVEPOINT",
    "reasons of rejections before": "newest.reason",
}


def told(captured):
    """What each trip to the server is for, statement by statement; of one nobody knows, itself."""
    return [
        "; ".join(map(_purpose, query["sql"].split(";\n"))) for query in captured.captured_queries
    ]


def _purpose(sql):
    return next((what for what, sign in _SIGNS.items() if sign in sql), sql)


def test_a_page_of_the_queue_asks_for_this(browser, event, suggest):
    session = f.session(event=event, room="A", speaker_name="x", start=f.at(9), end=f.at(20))
    f.session(event=event, room="B", speaker_name="x", start=f.at(12))
    for room in ("B", "C"):
        suggest(f.update_data(session, room=room), "schedule_update")
    suggest(f.create_data(room="C", speaker_name="x"))
    browser.get(QUEUE)

    with CaptureQueriesContext(connection) as captured:
        page = browser.get(QUEUE)

    assert page.status_code == 200
    assert told(captured) == [
        "who is signed in",
        "user, profile, organization, second factor, what they may do",
        "which events there are to choose from",
        "how many there are",
        "the suggestions",
        "the session",
        *(["where pointers would lead"] if pointers.kept() else []),
        "who is met, how rooms are spelled, who is registered",
        "rivals, and keys of names",
        "lists saved under names",
        "how many there are for each choice of a filter",
    ]


@pytest.fixture
def eva(ours):
    profile = f.profile(organization=ours, full_name="Eva")
    return f.staff(profile=profile, permissions=f.EVERY_DECISION)


@pytest.fixture
def fullest(eva, ours, event, suggest):
    """A suggestion of whose page every part has something to tell, with what it needs to do so."""
    dana = f.staff(
        profile=f.profile(organization=ours, full_name="Dana", email="dana@example.org"),
        permissions=f.EVERY_DECISION,
    )
    ApprovalRule.objects.create(organization=ours, second_for=SecondFor.ALL)
    session = f.session(
        event=event, title="moves", room="A", speaker_name="x", start=f.at(9), end=f.at(10)
    )
    taken = f.session(
        event=event, title="stands", room="B", speaker_name="y", start=f.at(9), end=f.at(10)
    )
    f.session(event=event, title="elsewhere", room="C", speaker_name="x", start=f.at(9))
    if pointers.kept():
        f.points(session, room_id=f.kept_room(event, "A"))
        f.points(taken, room_id=f.kept_room(event, "B"))
    person = f.participant(event=event, is_vip=True)
    for schedule in (session, taken):
        f.registration(participant=person, schedule=schedule)
    earlier = timezone.now() - timedelta(hours=1)
    before = suggest(
        f.update_data(session, title="first"),
        "schedule_update",
        user=dana.profile,
        suggested_at=earlier,
        created_at=earlier,
    )
    suggestion = suggest(f.update_data(session, room="B"), "schedule_update")
    link = "insert into backoffice.suggestion_links (suggestion_id, replaces) values (%s, %s)"
    f.run(link, suggestion.pk, before.pk)
    # Rivals, of which some would clear the way.
    for n in range(groups.MOST_PAIRS + 1):
        suggest(f.update_data(taken, room=f"D{n}"), "schedule_update")
    suggest(f.create_data(room="B", start_time="2038-01-30T09:00Z", end_time="2038-01-30T10:00Z"))
    f.run(
        "insert into backoffice.suggestion_acts"
        " (suggestion_id, kind, staff_member_id, profile_id, basis)"
        " values (%s, 'first_approval', %s, %s, '{}')",
        *(suggestion.pk, dana.pk, dana.profile_id),
    )
    f.said(suggestion, eva, "note", "mind the stage")
    f.said(suggestion, eva, "asked", "why?")
    return suggestion


def test_review_page_statements(eva, fullest):
    browser = pages.signed_in(eva.user)
    address = f"{QUEUE}{fullest.pk}/change/"
    browser.get(address)

    with CaptureQueriesContext(connection) as captured:
        page = browser.get(address)

    assert page.status_code == 200
    shown = page.context
    for part in (
        "collisions",
        "partners",
        "ways_out",
        "relations",
        "timetable",
        "waiting",
        "two_people",
        "saying",
        "position",
    ):
        assert shown[part], part
    assert told(captured) == [
        "who is signed in",
        "user, profile, organization, second factor, what they may do",
        "the suggestion",
        "the session",
        *(["where pointers would lead"] if pointers.kept() else []),
        "who is met, how rooms are spelled, who is registered",
        "rivals, and keys of names",
        "what it replaces and undoes, and how that is called",
        "what was said of it, and first approvals that count",
        "its decisions",
        "the day by room",
        "what hangs on the session",
        "whom a question would go to",
        "ways out",
        "its place in the list",
        "suggestions about what is in the way",
        # In one round for all of these: with each of them, and alone.
        "the session",
        *(["where pointers would lead"] if pointers.kept() else []),
        "who is met, how rooms are spelled, who is registered",
        "reasons of rejections before",
    ]
    assert len(captured) == 18 + f.judged(2) <= 20


def test_approving_asks_for_this(browser, event, suggest):
    session = f.session(event=event, room="A", speaker_name="x", start=f.at(9), end=f.at(10))
    f.session(event=event, room="B", speaker_name="x", start=f.at(12))
    suggestion = suggest(f.update_data(session, room="B"), "schedule_update")
    address = f"{QUEUE}{suggestion.pk}/change/"
    form = pages.form(browser.get(address)) | {"_approve": "1"}
    # Django keeps it once it has been read.
    ContentType.objects.get_for_model(Suggestion)

    with CaptureQueriesContext(connection) as captured:
        answer = browser.post(address, form)

    assert answer.status_code == 302
    assert told(captured) == [
        "who is signed in",
        "user, profile, organization, second factor, what they may do",
        "the suggestion",
        "its place in the list",
        "a transaction, or a savepoint in one",
        "locks are not waited for long; the event’s lock",
        "the suggestion under its lock, the approver’s organization",
        "the session under its lock",
        *(["where pointers would lead"] if pointers.kept() else []),
        "who is met, how rooms are spelled, who is registered",
        "rivals, and keys of names",
        "how the session stands, becoming the approver; approved",
        "a savepoint; all constraints hold at once; the session is written",
        "the savepoint is over; becoming oneself again;"
        " how the session stands, becoming the approver; executed",
        "becoming oneself again; the admin’s log; the history has written it",
        "a transaction, or a savepoint in one",
    ]
    assert len(captured) == 15 + f.judged() <= 20

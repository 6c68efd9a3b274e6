"""The whole desk, with the web process's own login as the connection; and what that may not do.

Every test has a database of its own, in which everything is made and committed by the login that
migrates. `TEST_LOGIN=web make test` runs the tests of the pages and decisions as this login, too.
"""

import io
import json
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from ai_audit import workflow
from ai_audit.history import chain
from ai_audit.models import Status, Suggestion
from eventflow.db import database
from eventflow.db.web_login import ROLE
from eventflow.fitness import doctor, readiness
from scheduling import checks, pointers
from scheduling.models import Schedule, StaffMember
from tests import factories as f
from tests import pages, web_login

pytestmark = pytest.mark.migrates

QUEUE = "/admin/ai_audit/pendingsuggestion/"
DENIED = "42501"


@pytest.fixture
def desk(own_migrated):
    """A database with the web login's rights; the default connection is still the owner's."""
    web_login.install()


@pytest.fixture
def noa(desk):
    return f.staff(
        profile=f.profile(organization=f.organization()),
        username="noa",
        permissions=(
            *f.EVERY_DECISION,
            "add_schedule",
            "change_schedule",
            "delete_schedule",
        ),
    )


@pytest.fixture
def event(noa):
    return f.event(organization=noa.profile.organization)


@pytest.fixture
def suggest(noa, event):
    def make(data=None, action_type="schedule_create", **fields):
        return f.suggestion(
            user=noa.profile, event=event, data=data, action_type=action_type, **fields
        )

    return make


@pytest.fixture
def sign_in(noa):
    """Signs in as the web login: the connection, and Noa in a browser, by name and password."""

    @contextmanager
    def become():
        with web_login.signed_in():
            assert f.run("select session_user::text, current_user::text") == [(ROLE, ROLE)]
            browser = Client()
            answer = browser.post(
                "/admin/login/", {"username": "noa", "password": "correct horse", "next": QUEUE}
            )
            assert (answer.status_code, answer["Location"]) == (302, QUEUE)
            yield browser

    return become


def page(suggestion, model="pendingsuggestion"):
    return reverse(f"admin:ai_audit_{model}_change", args=[suggestion.pk])


def press(browser, suggestion, button, model="pendingsuggestion", **also):
    """Press a button of a suggestion's page, all else as it is shown."""
    shown = browser.get(page(suggestion, model))
    return browser.post(page(suggestion, model), pages.form(shown) | {button: "1"} | also)


def status(suggestion):
    return Suggestion.objects.values_list("execution_status", flat=True).get(pk=suggestion.pk)


def history(suggestion):
    """From where to where, as which role, and which staff member the trigger believed."""
    return f.run(
        "select to_status, database_role, staff_member_id from backoffice.decision_history"
        " where suggestion_id = %s order by number",
        suggestion.pk,
    )


# The desk


def test_approve_reject_and_later(sign_in, suggest, noa):
    good, bad, later = (suggest(f.create_data(title=t, room=t)) for t in ("a", "b", "c"))
    with sign_in() as browser:
        assert len(pages.shown_ids(browser.get(QUEUE))) == 3
        press(browser, good, "_approve")
        press(browser, bad, "_reject", reason="לא")
        workflow.approve_for_later(suggestion_id=later.pk, by=noa, confirmed=f.confirming(later.pk))
        call_command("execute_approved", stdout=io.StringIO())

        assert [status(s) for s in (good, bad, later)] == ["executed", "rejected", "executed"]
        assert sorted(Schedule.objects.values_list("title", flat=True)) == ["a", "c"]
        assert history(good) == [
            ("approved", "authenticated", noa.pk),
            ("executed", "authenticated", noa.pk),
        ]
        assert history(bad) == [("rejected", "authenticated", noa.pk)]
        assert chain.find_break() is None
        assert browser.get("/admin/ai_audit/suggestion/").status_code == 200
        assert f.run("select change_message from django_admin_log order by id") == [
            ("Approved. Executed.",),
            ("Rejected. Reason: לא",),
            ("Approved, to be carried out later.",),
        ]
        browser.post("/admin/logout/")
        assert browser.get(QUEUE).status_code == 302


def test_edit_before_approving(sign_in, suggest):
    suggestion = suggest()
    with sign_in() as browser:
        form = pages.form(browser.post(page(suggestion), {"_amend": "1"}))
        browser.post(page(suggestion), form | {"title": "Edited"})

        assert list(Schedule.objects.values_list("title", flat=True)) == ["Edited"]
        assert status(suggestion) == "rejected"
        assert f.run("select replaces from backoffice.suggestion_links") == [(suggestion.pk,)]


def test_web_login_restores_unreadable_tables(sign_in, suggest, event):
    session = f.session(event=event, title="Opening", room="A")
    for _n in range(2):
        f.registration(participant=f.participant(event=event), schedule=session)
    f.run(
        "create table public.session_voices ("
        " id bigint generated always as identity primary key,"
        " schedule_id uuid not null references schedules on delete cascade,"
        " name text)"
    )
    f.run("insert into session_voices (schedule_id, name) values (%s, 'מיכל')", session.pk)
    tables = ("schedules", "participant_schedules", "session_voices")
    before = (
        f.run("select to_jsonb(s) - 'updated_at' from schedules as s"),
        *map(f.whole_table, tables[1:]),
    )
    suggestion = suggest(f.delete_data(session), "schedule_delete")
    with sign_in() as browser:
        asked = browser.post(
            page(suggestion),
            pages.form(browser.get(page(suggestion)))
            | {"_approve": "1", "title": "Opening", "why": "בוטל"},
        )
        assert (asked.status_code, status(suggestion)) == (302, "executed"), pages.text(asked)
        asked = browser.post(page(suggestion, "suggestion"), {"_undo": "1"})
        assert "2 registrations" in pages.text(asked)
        browser.post(page(suggestion, "suggestion"), pages.form(asked) | {"_undo": "1"})
    assert before == (
        f.run("select to_jsonb(s) - 'updated_at' from schedules as s"),
        *map(f.whole_table, tables[1:]),
    )
    assert chain.find_break() is None


def chosen(browser, action, suggestions):
    """The page that asks about several rows of the queue."""
    selected = [str(suggestion.pk) for suggestion in suggestions]
    return browser.post(QUEUE, {"action": action, "_selected_action": selected})


def test_many_in_one_act_and_two_together(sign_in, suggest, event):
    several = [suggest(f.create_data(title=t, room=t)) for t in ("a", "b")]
    one, other = (f.session(event=event, title=t, room=t, start=f.at(15)) for t in ("c", "d"))
    swap = [
        suggest(f.update_data(one, room="d"), "schedule_update"),
        suggest(f.update_data(other, room="c"), "schedule_update"),
    ]
    with sign_in() as browser:
        report = pages.confirm(browser, chosen(browser, "approve_selected", several), tick=several)
        assert pages.report(report) == dict.fromkeys("ab", "Approved and carried out.")
        pages.confirm(
            browser, chosen(browser, "approve_together", swap), to=f"{QUEUE}together/", tick=swap
        )
    assert sorted(Schedule.objects.values_list("title", "room")) == [
        ("a", "a"),
        ("b", "b"),
        ("c", "d"),
        ("d", "c"),
    ]


def test_web_login_by_hand_as_person(sign_in, event):
    f.run("alter table schedules add column written_as text default current_user")
    new = {"event": event.pk, "title": "By hand"}
    times = {
        f"{name}_{part}": value
        for name, clock in (("start_time", "09:00"), ("end_time", "10:00"))
        for part, value in (("0", "2038-01-30"), ("1", clock))
    }
    root = f.superuser()
    with sign_in() as browser:
        browser.post("/admin/scheduling/schedule/add/", new | times)
        refused = pages.signed_in(root).post(
            "/admin/scheduling/schedule/add/", new | times | {"title": "In nobody's name"}
        )

        assert pages.messages(refused) == [
            "Nothing was saved. Your user is not linked to a profile of EventFlow, and here "
            "sessions are written in a person’s name only. Ask an administrator to link you under "
            "“Staff members”."
        ]
        assert f.run("select title, written_as from schedules") == [("By hand", "authenticated")]
        ((pk,),) = f.run("select suggestion_id from backoffice.made_by_hand")
        session = f"/admin/scheduling/schedule/{Schedule.objects.get().pk}"
        assert browser.get(f"{session}/history/").status_code == 200
        asked = browser.get(f"{session}/delete/")
        assert browser.post(f"{session}/delete/", pages.form(asked)).status_code == 302
        assert f.run("select title from schedules") == []
        assert f.run("select count(*) from backoffice.made_by_hand") == [(2,)]
        with pytest.raises(DatabaseError, match="marked as it is made"), transaction.atomic():
            f.run("insert into backoffice.made_by_hand values (%s)", uuid4())
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            f.run("delete from backoffice.made_by_hand where suggestion_id = %s", pk)


def test_people_are_linked(sign_in, noa):
    root = f.superuser()
    other = f.profile(organization=noa.profile.organization)
    with sign_in():
        pages.signed_in(root).post(
            "/admin/scheduling/staffmember/add/", {"user": root.pk, "profile": other.pk}
        )
        assert StaffMember.objects.get(user=root).profile_id == other.pk


@pytest.mark.parametrize("by", ["a person", "the timer"])
def test_web_login_fails_departed_approval(sign_in, suggest, noa, by):
    suggestion = suggest()
    leaver = f.staff(profile=f.profile(organization=noa.profile.organization))
    workflow.approve_for_later(
        suggestion_id=suggestion.pk, by=leaver, confirmed=f.confirming(suggestion.pk)
    )
    f.run("update user_profiles set organization_id = null where id = %s", leaver.profile_id)
    with sign_in():
        outcome = workflow.execute(
            suggestion_id=suggestion.pk, by=noa if by == "a person" else None
        )

        assert outcome.status == Status.FAILED
        assert history(suggestion)[-1] == ("failed", ROLE, noa.pk if by == "a person" else None)
        assert f.run("select execution_error from ai_insights_log") == [
            ("Who approved it does not belong to the organization any more.",)
        ]


# What it may not


def refused(statement, *parameters) -> tuple[str, str]:
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        f.run(statement, *parameters)
    return database.sqlstate(refusal.value), database.message(refusal.value)


WRITES = {
    "update schedules set title = 'x'": "permission denied for table schedules",
    "update schedules set id = id": (
        'new row violates row-level security policy {policy}for table "schedules"'
    ),
    "delete from schedules": "permission denied for table schedules",
    "truncate schedules cascade": "permission denied for table schedules",
    "insert into schedules (event_id, title, start_time, end_time)"
    " select event_id, 'x', start_time, end_time from schedules": (
        "permission denied for table schedules"
    ),
    "update ai_insights_log set execution_status = 'rejected'": (
        "permission denied for table ai_insights_log"
    ),
    "update ai_insights_log set id = id": (
        'new row violates row-level security policy {policy}for table "ai_insights_log"'
    ),
    "delete from ai_insights_log": "permission denied for table ai_insights_log",
    "insert into ai_insights_log (user_id, action_type, action_data)"
    " select user_id, 'x', '{{}}' from ai_insights_log": (
        "permission denied for table ai_insights_log"
    ),
    "delete from participant_schedules": "permission denied for table participant_schedules",
    "update user_profiles set organization_id = null": (
        "permission denied for table user_profiles"
    ),
    "update events set name = 'x'": "permission denied for table events",
    "select * from auth.users": "permission denied for schema auth",
    "update backoffice.decision_history set reason = 'x'": (
        "permission denied for table decision_history"
    ),
    "delete from backoffice.suggestion_links": "permission denied for table suggestion_links",
    "delete from backoffice.django_migrations": "permission denied for table django_migrations",
    "create table backoffice.mine ()": "permission denied for schema backoffice",
    "create table public.mine ()": "permission denied for schema public",
    "set role {owner}": 'permission denied to set role "{owner}"',
    "set role service_role": 'permission denied to set role "service_role"',
    "create role another": "permission denied to create role",
}


@pytest.mark.parametrize("policies", ["the product's", "open to everyone"])
def test_web_login_write_without_role_refused(sign_in, suggest, event, policies):
    session = f.session(event=event)
    f.registration(participant=f.participant(event=event), schedule=session)
    suggest()
    policy, owner = "", f.run("select session_user::text")[0][0]
    if policies == "open to everyone":
        # Where another lets it pass, the restrictive one refuses.
        policy = '"web_login_writes_nothing" '
        for table in ("schedules", "ai_insights_log"):
            f.run(f"create policy by_hand on {table} using (true) with check (true)")
    before = [f.whole_table(t) for t in ("schedules", "ai_insights_log", "participant_schedules")]
    with sign_in():
        for statement, words in WRITES.items():
            known = {"owner": owner, "policy": policy}
            assert refused(statement.format(**known)) == (DENIED, words.format(**known)), statement
        with transaction.atomic():
            assert len(f.run("select id from schedules for update")) == 1
            assert len(f.run("select id from ai_insights_log for update")) == 1
    assert before == [
        f.whole_table(t) for t in ("schedules", "ai_insights_log", "participant_schedules")
    ]


def test_web_login_attributes(desk):
    assert f.run(
        "select rolcanlogin, rolinherit, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
        " rolreplication from pg_roles where rolname = %s",
        ROLE,
    ) == [(True, False, False, False, False, False, False)]
    with web_login.signed_in():
        assert database.login_facts() == {"superuser": False, "bypassrls": False}
        assert f.run("select pg_has_role('authenticated', 'usage')") == [(False,)]
        with transaction.atomic():
            f.run("set local role authenticated")
            assert f.run("select current_user::text") == [("authenticated",)]


@pytest.mark.parametrize("may", ["no right", "no policy"])
def test_web_login_later_product_table_told(sign_in, suggest, event, may):
    pointers.forget()
    if "room_id" not in pointers.kept().columns:
        f.run("create table public.rooms (id uuid primary key, event_id uuid, name text)")
        f.run("alter table rooms add column capacity int, enable row level security")
        f.run("alter table schedules add column room_id uuid references rooms (id)")
        pointers.forget()
    f.run(f"revoke select on rooms from {ROLE}")
    f.run("drop policy if exists web_login_reads on rooms")
    if may == "no policy":
        f.run(f"grant select on rooms to {ROLE}")

    words = (
        f"The login {ROLE} may not read public.rooms, in which the product keeps what sessions "
        "point to."
    )

    def told():
        checked = [
            one.hint
            for one in checks.web_login_reads_what_the_product_keeps(databases=["default"])
            if one.msg == words
        ]
        return checked, [line.remedy for line in doctor.examine() if words in line.words]

    session = f.session(event=event, title="Panel", room="Hall A")
    suggestion = suggest(f.update_data(session, title="Forum"), "schedule_update")
    with sign_in() as browser:
        for address in (QUEUE, f"{QUEUE}{suggestion.pk}/change/", "/admin/scheduling/schedule/"):
            assert "Panel" in pages.source(browser.get(address))
        readable = may == "no policy"
        assert (pointers.ROOM in pointers.kept().columns) is readable
        lacks = [why.words for why in readiness.reasons() if why.code == "rights"]
        assert lacks == ([] if readable else ["The login lacks a right: select on public.rooms."])

    again = "Run docs/web-login.sql again, as the login that migrates."
    assert told() == ([again], [again])
    web_login.install()
    assert told() == ([], [])


# The acts in nobody's name


def removal(noa, suggest, event):
    """A session was removed with a registration: the suggestion, and that row as it was kept."""
    session = f.session(event=event)
    registration = f.registration(participant=f.participant(event=event), schedule=session)
    kept = json.dumps([f.whole_row(registration)])
    suggestion = suggest(f.delete_data(session), "schedule_delete")
    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))
    return suggestion, kept


PUT_BACK = "select backoffice.put_back(%s, %s, %s::jsonb)"
NOT_KEPT = (
    "EF007",
    "Only what the history kept of a removal is put back, while it is undone. Nothing was changed.",
)


@contextmanager
def being_undone(noa, suggestion):
    """The web login's transaction in which a suggestion that undoes that one is approved."""
    with transaction.atomic():
        undoing = f.uuid.uuid4()
        with database.acting_as(noa.profile_id):
            f.run(
                "insert into ai_insights_log (id, user_id, event_id, action_type, action_data)"
                " values (%s, %s, %s, 'schedule_create', '{}')",
                undoing,
                noa.profile_id,
                suggestion.event_id,
            )
            f.run(
                "update ai_insights_log set execution_status = 'approved', approved_at = now(),"
                " approved_by = %s where id = %s",
                noa.profile_id,
                undoing,
            )
        f.run(
            "insert into suggestion_links (suggestion_id, undoes) values (%s, %s)",
            undoing,
            suggestion.pk,
        )
        yield
        transaction.set_rollback(True)


def test_web_login_put_back_only_what_was_removed(sign_in, suggest, noa, event):
    suggestion, kept = removal(noa, suggest, event)
    forged = json.dumps([json.loads(kept)[0] | {"attended": True}])
    registrations = "public.participant_schedules"
    with sign_in():
        assert refused(PUT_BACK, suggestion.pk, registrations, kept) == NOT_KEPT
        with being_undone(noa, suggestion):
            assert refused(PUT_BACK, suggestion.pk, registrations, forged) == NOT_KEPT
            assert refused(PUT_BACK, suggestion.pk, "public.schedules", kept) == NOT_KEPT
            assert refused(PUT_BACK, suggestion.pk, "auth.users", kept) == NOT_KEPT
            # What the history kept, and the session it belongs to is not there.
            code, _words = refused(PUT_BACK, suggestion.pk, registrations, kept)
            assert code == "23503"
        workflow.undo(suggestion_id=suggestion.pk, by=noa)
        assert refused(PUT_BACK, suggestion.pk, registrations, kept) == NOT_KEPT


def test_web_login_put_back_below_sessions_only(sign_in, suggest, noa, event):
    """What the application tells the history is believed; where it may lead is not."""
    suggestion = suggest()
    told = {
        "suggestion": str(suggestion.pk),
        "removed": {"public.organizations": [{"name": "forged"}]},
    }
    with sign_in():
        with (
            transaction.atomic(),
            database.acting_as(noa.profile_id, {"eventflow.decision": json.dumps(told)}),
        ):
            f.run(
                "update ai_insights_log set execution_status = 'approved',"
                " approved_at = now(), approved_by = %s",
                noa.profile_id,
            )
            f.run("update ai_insights_log set execution_status = 'executed'")
        with being_undone(noa, suggestion):
            assert (
                refused(PUT_BACK, suggestion.pk, "public.organizations", '[{"name": "forged"}]')
                == NOT_KEPT
            )


def test_web_login_recount_and_give_up_need_cause(sign_in, suggest, noa, event):
    suggestion, _kept = removal(noa, suggest, event)
    other = f.session(event=event)
    f.run("update schedules set current_count = 7")
    approved = suggest()
    workflow.approve_for_later(
        suggestion_id=approved.pk, by=noa, confirmed=f.confirming(approved.pk)
    )
    with sign_in():
        f.run("select backoffice.count_again(%s)", suggestion.pk)
        assert f.run("select backoffice.give_up(%s, 'x')", approved.pk) == [(False,)]
        assert f.run("select backoffice.give_up(%s, 'x')", suggestion.pk) == [(False,)]
    assert f.whole_row(other)["current_count"] == 7
    assert (status(approved), status(suggestion)) == ("approved", "executed")

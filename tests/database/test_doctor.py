"""`manage.py doctor`: every line ok, or what is not and what to type; and the exit status."""

import io
import json
import re

import pytest
from django.core.management import call_command
from django.db import connection

from ai_audit.history import chain
from eventflow.environment import production
from eventflow.fitness import doctor
from eventflow.fitness.doctor import Line, LineLevel
from tests import factories as f
from tests import web_login
from tests.database import steps
from tests.databases import connected_to, triggers_off
from tests.shapes import IN_PRODUCTION
from tests.variants import first_soon


def printed(*arguments, command="doctor") -> tuple[str, int]:
    """What a command says, and its exit status."""
    said = io.StringIO()
    try:
        call_command(command, *arguments, stdout=said, stderr=said)
    except SystemExit as ended:
        return said.getvalue(), ended.code
    return said.getvalue(), 0


_OF_THE_STAND_IN = {f"{words} ({number})" for number, words in steps.OF_THE_STAND_IN}


def not_ok() -> list[tuple[str, str, str]]:
    return [
        (line.level, line.words, line.remedy)
        for line in doctor.examine()
        if line.level != LineLevel.OK and line.words not in _OF_THE_STAND_IN
    ]


def levels_of(part: str) -> list[LineLevel]:
    return [line.level for line in doctor.examine() if part in line.words]


def test_doctor_all_ok(migrated):
    text, status = printed()

    *lines, last = text.splitlines()
    told = len(steps.OF_THE_STAND_IN) if IN_PRODUCTION else 0
    assert status == 0
    assert not_ok() == []
    others = [line for line in lines if not line.startswith(("ok       ", "         "))]
    assert len(others) == told, text
    assert len(lines) > 15
    assert re.fullmatch(rf"\d+ ok, {told} to be looked at, 0 wrong\.", last)


def test_as_json_it_says_the_same(migrated):
    f.run("alter table user_profiles disable row level security")
    text, status = printed("--json")

    said = json.loads(text)
    assert (said["well"], status) == (True, 0)
    assert said["lines"] == [
        {"level": line.level.value, "words": line.words, "remedy": line.remedy}
        for line in doctor.examine()
    ]
    assert {line["level"] for line in said["lines"]} == {"ok", "warning"}


def test_doctor_writes_nothing(migrated):
    before = steps.whole_catalogue(), f.everything()
    f.run("set local default_transaction_read_only = on")
    printed()

    assert (steps.whole_catalogue(), f.everything()) == before


@pytest.mark.parametrize(
    ("broken", "level", "words", "typed"),
    [
        (
            "alter table ai_insights_log disable trigger guard_suggestion",
            "error",
            "The lifecycle guard does not stand or is switched off",
            "enable always trigger",
        ),
        (
            "alter table schedules drop constraint no_room_overlap",
            "error",
            "The constraint no_room_overlap on public.schedules is missing",
            "manage.py find_overlaps",
        ),
        (
            "alter table schedules drop constraint no_room_overlap",
            "warning",
            "Missing: constraint no_room_overlap on public.schedules. (scheduling.W001)",
            "alter table public.schedules drop constraint if exists no_room_overlap, add "
            "constraint no_room_overlap",
        ),
        (
            "alter table schedules drop constraint no_room_overlap;"
            " drop extension btree_gist cascade",
            "error",
            "The extension btree_gist is missing",
            "manage.py migrate",
        ),
        (
            "delete from backoffice.django_migrations where app = 'sessions'",
            "error",
            "Migrations are pending: 1, the first sessions.0001_initial.",
            "manage.py migrate",
        ),
        (
            "insert into backoffice.django_migrations (app, name, applied)"
            " values ('ai_audit', '9999_later', now())",
            "warning",
            "1 migrations are of another version, as ai_audit.9999_later.",
            "install the version",
        ),
        (
            "alter table schedules drop constraint schedules_event_id_fkey",
            "warning",
            "Nothing keeps public.schedules.event_id to what is in public.events.",
            "alter table public.schedules add foreign key (event_id) references public.events (id) "
            "on delete cascade;",
        ),
        (
            "alter table participant_schedules drop constraint participant_schedules_pkey",
            "error",
            "public.participant_schedules has no key on id.",
            "alter table public.participant_schedules add primary key (id);",
        ),
        (
            "alter table events disable row level security",
            "warning",
            "Row-level security is off: public.events.",
            "alter table public.events enable row level security;",
        ),
        (
            "grant create on schema public to authenticated; alter table participant_schedules "
            "disable trigger user",
            "warning",
            "on public.participant_schedules is switched off.",
            "alter table public.participant_schedules enable trigger",
        ),
    ],
)
def test_doctor_tells_remedies(migrated, broken, level, words, typed):
    f.run(broken)

    lines = not_ok()

    found = [line for line in lines if words in line[1]]
    assert [line[0] for line in found] == [level]
    assert typed in found[0][2]
    assert printed()[1] == any(line[0] == "error" for line in lines)


def test_doctor_remedy_mends(migrated):
    f.run("alter table schedules drop constraint schedules_event_id_fkey")
    f.run("alter table participant_schedules drop constraint participant_schedules_pkey")
    f.run("alter table events disable row level security")
    f.run("alter table participant_schedules disable trigger user")
    for _level, _words, typed in not_ok():
        f.run(typed)

    assert not_ok() == []


@pytest.mark.parametrize("act", first_soon(["select", "insert", "update", "delete"]))
def test_policies_that_let_nobody_work_are_told(migrated, act):
    f.run(
        "do $$ declare p record; begin for p in select polname from pg_policy"
        " where polrelid = 'schedules'::regclass loop"
        " execute format('drop policy %I on schedules', p.polname); end loop; end $$"
    )
    for other in {"select", "insert", "update", "delete"} - {act}:
        rule = "with check (false)" if other == "insert" else "using (false)"
        f.run(f"create policy p_{other} on schedules for {other} to authenticated {rule}")
    f.run("create policy not_theirs on schedules to service_role using (true)")

    assert levels_of(f"No policy lets authenticated {act} in public.schedules") == ["error"]
    assert len([line for line in not_ok() if "No policy lets" in line[1]]) == 1


def test_keys_that_are_not_enforced_are_told(own_migrated):
    steps.as_superuser("alter table public.participant_schedules disable trigger all")

    (line,) = [line for line in not_ok() if "not enforced" in line[1]]

    assert line[0] == "error"
    steps.as_superuser(line[2].removeprefix("As a superuser: "))
    assert not_ok() == []


def test_too_few_connections_are_told(migrated, monkeypatch):
    monkeypatch.setattr(production, "WORKERS", 1000)

    (line,) = not_ok()

    assert line[0] == "error"
    assert "4004 are needed (1000 processes with 4 threads, and 4 beside)" in line[1]


def test_doctor_database_limit(own_migrated):
    limit = f"alter database {own_migrated} connection limit"
    f.run(f"{limit} 5")
    assert [line[0] for line in not_ok()] == ["error"]

    f.run(f"{limit} 12")
    assert not_ok() == []


def test_doctor_verified_or_never(migrated):
    about = "decision history was never verified"
    assert levels_of(about) == []
    organization = f.organization()
    noa = f.profile(organization=organization)
    f.suggestion(user=noa, event=f.event(organization=organization))
    f.run("update ai_insights_log set execution_status = 'rejected'")
    assert levels_of(about) == ["warning"]

    chain.note_verified(held=True)
    assert levels_of("held when verified a moment ago") == ["ok"]

    f.run(
        "update backoffice.foundation_objects set created_at = now() - interval '40 days'"
        " where object like 'verification %%'"
    )
    assert levels_of("last verified 40 days ago") == ["warning"]

    chain.note_verified(held=False)
    assert levels_of("did not hold when it was last verified, a moment ago") == ["error"]


def test_doctor_verification_noted(own_migrated):
    assert chain.last_verified() is None
    printed(command="verify_history")
    assert chain.last_verified().held

    steps.migrate("ai_audit", "zero", verbosity=0)
    assert f.run(
        "select count(*) from backoffice.foundation_objects where object like 'verification %'"
    ) == [(0,)]


def test_chain_break_noted(own_migrated):
    organization = f.organization()
    f.suggestion(
        user=f.profile(organization=organization), event=f.event(organization=organization)
    )
    with triggers_off("public.ai_insights_log"):
        f.run("update ai_insights_log set execution_status = 'rejected'")

    assert printed(command="verify_history")[1] == 1
    assert not chain.last_verified().held


def test_doctor_verification_unnotable(own_migrated):
    web_login.install()
    with web_login.signed_in():
        text, status = printed(command="verify_history")

    assert status == 0
    assert "The history holds" in text
    assert "could not be noted" in text
    assert chain.last_verified() is None


def test_doctor_overdue_execution(migrated):
    organization = f.organization()
    noa = f.profile(organization=organization)
    f.suggestion(user=noa, event=f.event(organization=organization))
    assert levels_of("To be decided: 1, the oldest since a moment.") == ["ok"]
    f.run(
        "update backoffice.suggestion_index"
        " set status = 'approved', decided_at = now() - interval '3 hours'"
    )

    (line,) = [line for line in not_ok() if "carried out" in line[1]]

    assert line[:2] == ("warning", "To be carried out: 1, the oldest since 3 hours.")
    assert line[2].startswith("manage.py execute_approved")


def test_doctor_as_web_login(own_migrated):
    web_login.install()
    with web_login.signed_in():
        text, status = printed()

    assert status == 0, text
    assert "backoffice_web does not migrate" in text


def test_doctor_with_two_logins(own_migrated, settings):
    web_login.install()
    params = connection.get_connection_params()
    settings.MIGRATE_DATABASE = {"OPTIONS": {}} | {
        name.upper(): str(params[name]) for name in ("host", "port", "user", "password")
    }
    f.run("revoke delete on backoffice.django_session from backoffice_web")
    with web_login.signed_in():
        text, status = printed()

    assert status == 1
    assert "error    The login lacks a right: delete on backoffice.django_session." in text
    assert "ok       All that migrate needs holds" in text


def test_doctor_database_away(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), connected_to("test_new_nowhere"):
        text, status = printed()

    assert status == 1
    assert text.splitlines()[0] == "error    The database does not answer."
    assert len(text.splitlines()) == 3


def test_doctor_before_migrate(own_stand_in):
    text, status = printed()

    assert status == 1
    assert "Migrations are pending" in text
    assert "Traceback" not in text


def test_doctor_short_form():
    lines = [
        Line(LineLevel.OK, "Fine."),
        Line(LineLevel.WARNING, "Odd.", "do\nthis"),
        Line(LineLevel.ERROR, "Bad."),
    ]

    assert doctor.text(lines, short=True).splitlines() == [
        "warning  Odd.",
        "         do",
        "         this",
        "error    Bad.",
        "1 ok, 1 to be looked at, 1 wrong. All of it: manage.py doctor",
    ]

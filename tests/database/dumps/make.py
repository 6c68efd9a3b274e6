"""Writes a dump of this version: `python -m tests.database.dumps.make 0020`.

Makes a database of its own on the tests' server, fills it as people and their programs would, and
writes it down; then works in it as people do, and writes down what the database was asked.
"""

import argparse
import io
import json
import os
import re
import subprocess
from contextlib import contextmanager, suppress
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth.models import Group  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402
from psycopg.pq import TransactionStatus  # noqa: E402

from ai_audit import verdicts, workflow  # noqa: E402
from ai_audit.models import Suggestion  # noqa: E402
from ai_audit.verdicts import groups  # noqa: E402
from eventflow import embedded  # noqa: E402
from scheduling.models import StaffMember  # noqa: E402
from tests import factories as f  # noqa: E402
from tests import pages, web_login  # noqa: E402
from tests.conftest import STAND_IN, prepare_stand_in  # noqa: E402
from tests.database import dumps, steps  # noqa: E402
from tests.databases import connected_to, copy_of  # noqa: E402

YEARS = timedelta(days=20 * 365)

# What only psql or one version of PostgreSQL understands, and headings.
_LEFT_OUT = re.compile(
    r"^(\\(un)?restrict .*|SET transaction_timeout .*|-- Dumped (from|by) .*"
    r"|--\n-- (Name|Data for Name|PostgreSQL database dump).*\n--)\n",
    re.MULTILINE,
)


def fill() -> None:
    """Rows in every state, and from every time there was."""
    organization = f.organization(name="ארגון הכנסים", language="he")
    event = f.event(organization=organization, name="כנס שנתי")
    noa = _staff(dumps.NOA, organization, "נועה כהן", *f.EVERY_DECISION, *_EDITING)
    _staff(dumps.DANA, organization, "Dana Levi")
    gal = _staff(dumps.GAL, organization, "גל אדר", "approve_suggestion")
    elsewhere = f.organization(name="Elsewhere")
    omer = _staff(dumps.OMER, elsewhere, "Omer Katz", *f.EVERY_DECISION)
    f.superuser(dumps.ROOT)

    steps.migrate("ai_audit", "0002", verbosity=0)
    _before_the_guard(noa, event)
    steps.migrate(verbosity=0)
    for username, group in ((dumps.NOA, "Approver"), (dumps.DANA, "Viewer")):
        StaffMember.objects.get(user__username=username).user.groups.add(
            Group.objects.get(name=group)
        )
    web_login.install()
    _sessions(event)
    _decided(noa, gal, event)
    _undecided(noa, event)
    f.suggestion(user=omer.profile, event=f.event(organization=elsewhere, name="Their day"))


_EDITING = ("add_schedule", "change_schedule", "delete_schedule")


def _staff(username, organization, full_name, *permissions) -> StaffMember:
    profile = f.profile(
        organization=organization, full_name=full_name, email=f"{username}@example.com"
    )
    return f.staff(profile=profile, username=username, permissions=permissions)


def _before_the_guard(noa, event) -> None:
    def suggestion(pk, **fields):
        then = {"suggested_at": f.at(8) - YEARS, "created_at": f.at(8) - YEARS}
        f.suggestion(
            user=noa.profile,
            event=event,
            data=f.create_data(title="מלפני ההיסטוריה", room="ישן"),
            **{"id": pk, **then, **fields},
        )

    suggestion(
        dumps.BEFORE_EXECUTED,
        execution_status="executed",
        approved_at=f.at(9) - YEARS,
        approved_by=noa.profile,
        executed_at=f.at(10) - YEARS,
    )
    suggestion(dumps.BEFORE_REJECTED, execution_status="rejected")
    f.run(
        "insert into django_admin_log (action_time, user_id, object_id, object_repr, action_flag,"
        " change_message) values (%s, %s, %s, '', 2, 'Rejected. Reason: אין מקום')",
        f.at(10) - YEARS,
        noa.user_id,
        str(dumps.BEFORE_REJECTED),
    )
    # As older clients left it: tried, and the time written where only carrying out belongs.
    suggestion(
        dumps.BEFORE_FAILED,
        execution_status="failed",
        approved_at=f.at(9) - YEARS,
        approved_by=noa.profile,
        executed_at=f.at(10) - YEARS,
        execution_error="The room was taken.",
    )
    suggestion(dumps.BEFORE_APPROVED, execution_status="approved", approved_at=f.at(9) - YEARS)
    suggestion(dumps.BEFORE_UNDECIDED)


def _sessions(event) -> None:
    rows = (
        (dumps.REMOVED_SESSION, "מפגש בוקר", "חדר בוקר", 9),
        (dumps.GALA, "ערב גאלה", "אולם", 18),
        (dumps.WORKSHOP, "סדנה", "חדר B", 10),
        (dumps.LECTURE, "Lecture", "Room C", 11),
        (dumps.PANEL, "פאנל", "חדר D", 12),
        (dumps.LUNCH, "צהריים", "חדר אוכל", 13),
        (dumps.ONE, "One", "Room P", 15),
        (dumps.OTHER, "Other", "Room Q", 15),
    )
    for pk, title, room, hour in rows:
        f.session(id=pk, event=event, title=title, room=room, start=f.at(hour), max_capacity=40)
    people = [f.participant(event=event, first_name=name) for name in ("רות", "Ann", "יוסי")]
    removed, lecture = _session(dumps.REMOVED_SESSION), _session(dumps.LECTURE)
    for person in people[:2]:
        f.registration(participant=person, schedule=removed)
    f.registration(participant=people[0], schedule=removed, is_companion=True)
    f.registration(participant=people[2], schedule=lecture)


def _session(pk):
    return f.Schedule.objects.get(pk=pk)


def _decided(noa, gal, event) -> None:
    def suggest(pk, data=None, action_type="schedule_create"):
        f.suggestion(id=pk, user=noa.profile, event=event, data=data, action_type=action_type)
        return {"suggestion_id": pk, "by": noa}

    def change(pk, session, **changes):
        return suggest(pk, f.update_data(_session(session), **changes), "schedule_update")

    def removal(pk, session):
        return suggest(pk, f.delete_data(_session(session)), "schedule_delete")

    def said(suggested, reason=""):
        confirmed = f.confirming(suggested["suggestion_id"], reason)
        return suggested | {"confirmed": confirmed}

    workflow.approve(**suggest(dumps.PLACED, f.create_data(title="חדש", room="חדר N")))
    workflow.approve(**change(dumps.CHANGED, dumps.WORKSHOP, title="סדנה מורחבת", max_capacity=60))
    workflow.approve(**said(removal(dumps.REMOVED, dumps.REMOVED_SESSION), "בוטל"))
    workflow.approve(**said(removal(dumps.REMOVED_AND_UNDONE, dumps.LECTURE), "טעות"))
    workflow.undo(suggestion_id=dumps.REMOVED_AND_UNDONE, by=noa, reason="חוזר")
    workflow.reject(**suggest(dumps.REJECTED), reason="אין תקציב")
    workflow.approve(
        **suggest(
            dumps.FAILED,
            f.create_data(
                room="אולם", start_time="2038-01-30T18:15:00", end_time="2038-01-30T18:45:00"
            ),
        )
    )
    workflow.amend(
        **suggest(dumps.REPLACED, f.create_data(title="לעריכה", room="חדר E")),
        values={"room": "חדר F"},
    )
    workflow.approve_for_later(
        **suggest(dumps.WITHDRAWN, f.create_data(title="נסוג", room="חדר G"))
    )
    workflow.withdraw(suggestion_id=dumps.WITHDRAWN, by=noa, reason="התחרטנו")
    workflow.approve_for_later(**suggest(dumps.LATER, f.create_data(title="אחר כך", room="חדר H")))
    workflow.approve_for_later(**said(removal(dumps.LATER_REMOVAL, dumps.LUNCH)))
    left = suggest(dumps.LATER_BY_SOMEONE_WHO_LEFT, f.create_data(title="עזב", room="חדר I"))
    workflow.approve_for_later(**left | {"by": gal})
    f.run("update user_profiles set organization_id = null where id = %s", gal.profile_id)
    suggest(dumps.LATER_ELSEWHERE, f.create_data(title="בשם איש", room="חדר J"))
    f.run(
        "update ai_insights_log set execution_status = 'approved' where id = %s",
        dumps.LATER_ELSEWHERE,
    )


def _undecided(noa, event) -> None:
    def suggest(pk, data=None, action_type="schedule_create", **fields):
        fields = {"user": noa.profile, "event": event} | fields
        f.suggestion(id=pk, data=data, action_type=action_type, **fields)

    suggest(dumps.UNDECIDED, f.create_data(title="ממתין", room="חדר K"))
    suggest(
        dumps.BLOCKED,
        f.create_data(
            room="אולם", start_time="2038-01-30T18:15:00", end_time="2038-01-30T18:45:00"
        ),
    )
    suggest(dumps.WITHOUT_EVENT, event=None)
    suggest(dumps.ODD, {"participant": "x", "schedule_id": None}, "participant_assign")
    suggest(dumps.HOSTILE, {"proposed_state": {"title": "<b>'\";--", "start_time": ["x"]}})
    suggest(dumps.TO_REJECT)
    suggest(dumps.TO_AMEND, f.create_data(title="לערוך", room="חדר L"))
    suggest(dumps.TO_UPDATE, f.update_data(_session(dumps.PANEL), room="חדר M"), "schedule_update")
    suggest(dumps.TO_REMOVE, f.delete_data(_session(dumps.GALA)), "schedule_delete")
    rooms = ((dumps.ONE, "Room Q"), (dumps.OTHER, "Room P"))
    for pk, (session, room) in zip(dumps.TO_SWAP, rooms, strict=True):
        suggest(pk, f.update_data(_session(session), room=room), "schedule_update")


# What a version asks


class Asked:
    """Writes down the statements of the default connection, by transaction."""

    def __init__(self):
        self.acts = []

    @contextmanager
    def during(self, act: str, login: str):
        """Write down what the block asks, as an act of that name by that login."""
        self.acts.append({"act": act, "login": login, "transactions": []})
        with connection.execute_wrapper(self):
            yield

    def __call__(self, execute, statement, params, many, context):
        raw = connection.connection
        idle = raw.info.transaction_status == TransactionStatus.IDLE
        cursor = context["cursor"]
        answer = execute(statement, params, many, context)
        client = psycopg.ClientCursor(raw)
        texts = [client.mogrify(statement, one) for one in (params if many else [params])]
        transactions = self.acts[-1]["transactions"]
        if idle or not transactions:
            transactions.append([])
        transactions[-1] += [[text, None if many else cursor.rowcount] for text in texts]
        return answer


_LISTS = (
    "ai_audit_pendingsuggestion_changelist",
    "ai_audit_suggestion_changelist",
    "ai_audit_suggestion_insights",
    "scheduling_schedule_changelist",
)
_PAGES = (
    ("ai_audit_pendingsuggestion_change", dumps.TO_REMOVE),
    ("ai_audit_suggestion_change", dumps.REMOVED),
    ("scheduling_schedule_change", dumps.WORKSHOP),
)


def work(asked: Asked) -> None:
    """A day at the desk, as the web process's own login, and the commands of the night."""
    noa = StaffMember.objects.get(user__username=dumps.NOA)
    with web_login.signed_in():
        with asked.during("sign in", "web"):
            browser = pages.signed_in(noa.user)
        for name in _LISTS:
            with asked.during(name, "web"):
                assert browser.get(reverse(f"admin:{name}")).status_code == 200
        for name, pk in _PAGES:
            with asked.during(f"{name} of {pk}", "web"):
                assert browser.get(reverse(f"admin:{name}", args=[pk])).status_code == 200
        with asked.during("a session by hand", "web"):
            _edit(browser, dumps.PANEL)
        _decide(asked, noa)
    # It says by its exit status that some failed, as they must.
    with asked.during("execute_approved", "owner"), suppress(SystemExit):
        call_command("execute_approved", stdout=io.StringIO(), stderr=io.StringIO())
    with asked.during("rebuild_index", "owner"):
        call_command("rebuild_index", verbosity=0, stdout=io.StringIO())


def _together(noa) -> None:
    found = Suggestion.objects.select_related("event", "user").filter(pk__in=dumps.TO_SWAP)
    judged = groups.judge_group(found)
    digests = {one.pk: verdicts.digest(one, judged[one.pk]) for one in found}
    workflow.approve_group(digests=digests, by=noa, confirmed=dict.fromkeys(digests, f.EVERY_TICK))


def _edit(browser, pk) -> None:
    page = reverse("admin:scheduling_schedule_change", args=[pk])
    form = pages.form(browser.get(page)) | {"title": "נערך ביד"}
    assert browser.post(page, form).status_code == 302


def _decide(asked: Asked, noa) -> None:
    removing = f.confirming(dumps.TO_REMOVE)

    def approve(pk, confirmed=f.EVERY_TICK):
        return lambda: workflow.approve(suggestion_id=pk, by=noa, confirmed=confirmed)

    acts = {
        "approve": approve(dumps.UNDECIDED),
        "approve a change": approve(dumps.TO_UPDATE),
        "approve a removal": approve(dumps.TO_REMOVE, removing),
        "fail": approve(dumps.FAILED),
        "reject": lambda: workflow.reject(suggestion_id=dumps.TO_REJECT, by=noa, reason="לא"),
        "amend": lambda: workflow.amend(
            suggestion_id=dumps.TO_AMEND, by=noa, values={"room": "חדר O"}
        ),
        "approve together": lambda: _together(noa),
        "approve for later": lambda: workflow.approve_for_later(
            suggestion_id=dumps.BEFORE_UNDECIDED, by=noa
        ),
        "withdraw": lambda: workflow.withdraw(suggestion_id=dumps.LATER_REMOVAL, by=noa),
        "give up": lambda: workflow.execute(suggestion_id=dumps.LATER_BY_SOMEONE_WHO_LEFT, by=noa),
        "undo a removal": lambda: workflow.undo(suggestion_id=dumps.REMOVED, by=noa),
        "undo a change": lambda: workflow.undo(suggestion_id=dumps.CHANGED, by=noa),
    }
    for act, decide in acts.items():
        with asked.during(act, "web"):
            decide()


# Writing it down


def dump() -> str:
    """The default connection's database, as SQL that every supported version reads."""
    params = connection.get_connection_params()
    login = embedded.server(settings.EMBEDDED_FOLDER).start().superuser
    written = subprocess.run(
        [
            embedded.binaries() / "pg_dump",
            *("--host", login.host, "--port", str(login.port), "--username", login.user),
            *("--inserts", "--rows-per-insert=50", "--no-publications", "--no-subscriptions"),
            params["dbname"],
        ],
        env=os.environ | {"PGPASSWORD": login.password},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    written = _LEFT_OUT.sub("", written)
    written = re.sub(rf"^ALTER .* OWNER TO {login.user};\n", "", written, flags=re.MULTILINE)
    owner = re.escape(params["user"])
    written = re.sub(rf"\b(OWNER TO|FOR ROLE|TO|FROM) {owner}\b", rf"\1 {dumps.OWNER}", written)
    return re.sub(r"\n{3,}", "\n\n", written)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version", help="the number of the last migration of ai_audit")
    version = parser.parse_args().version
    setup_test_environment()
    prepare_stand_in()
    web_login.make_role()
    with copy_of(STAND_IN) as name, connected_to(name):
        steps.migrate(verbosity=0)
        fill()
        (dumps.FOLDER / f"{version}.sql").write_text(dump(), encoding="utf-8")
        asked = Asked()
        work(asked)
        lines = ",\n".join(json.dumps(act, ensure_ascii=False) for act in asked.acts)
        (dumps.FOLDER / f"{version}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""`docs/erasure.sql`: what was written goes, what was decided stays, and the history holds."""

import io
import uuid

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command

from ai_audit import workflow
from ai_audit.models import ApprovalRule, SecondFor
from ai_audit.reports import index
from tests import factories as f
from tests.database import steps
from tests.databases import empty_product_tables
from tests.faults.processes import database_url
from tests.variants import first_soon

SCRIPT = settings.BASE_DIR / "docs" / "erasure.sql"
NOBODY = "00000000-0000-0000-0000-000000000000"
TITLE, REASON, ROOM = "סדנה עם דנה", "דנה ביקשה", "החדר של דנה"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def emptied():
    yield
    empty_product_tables()


def erase(pk) -> None:
    """Run the script as an operator would, over a connection of their own."""
    text = SCRIPT.read_text().replace(NOBODY, str(pk))
    with psycopg.connect(database_url(), autocommit=True) as raw:
        raw.execute("set search_path = public")
        raw.execute(text)


def verified() -> tuple[int, str]:
    printed = io.StringIO()
    status = 0
    try:
        call_command("verify_history", stdout=printed)
    except SystemExit as ended:
        status = ended.code
    return status, printed.getvalue().splitlines()[0]


@pytest.fixture
def noa():
    return f.staff(profile=f.profile(organization=f.organization()))


def suggested(noa, event):
    data = f.create_data(title=TITLE, room=ROOM)
    return f.suggestion(user=noa.profile, event=event, data=data)


def executed(noa, event):
    made = suggested(noa, event)
    workflow.approve(suggestion_id=made.pk, by=noa, confirmed=f.confirming(made.pk, reason=REASON))
    return made


def rejected(noa, event):
    made = suggested(noa, event)
    workflow.reject(suggestion_id=made.pk, by=noa, reason=REASON)
    return made


def failed_twice(noa, event):
    made = suggested(noa, event)
    f.session(event=event, title=TITLE, room=ROOM, start=f.at(11), end=f.at(14))
    for _attempt in range(2):
        workflow.approve(
            suggestion_id=made.pk, by=noa, confirmed=f.confirming(made.pk, reason=REASON)
        )
    return made


def dismissed(noa, event):
    made = failed_twice(noa, event)
    workflow.dismiss(suggestion_id=made.pk, by=noa, reason=REASON)
    return made


def noted_and_asked(noa, event):
    made = suggested(noa, event)
    workflow.leave_note(suggestion_id=made.pk, by=noa, text=f"{REASON}: {ROOM}")
    workflow.ask(suggestion_id=made.pk, by=noa, text=f"{TITLE}?")
    workflow.reject(suggestion_id=made.pk, by=noa, reason=REASON)
    workflow.leave_note(suggestion_id=made.pk, by=noa, text=TITLE)
    return made


def approved_first(noa, event):
    ApprovalRule.objects.create(organization=event.organization, second_for=SecondFor.ALL)
    made = suggested(noa, event)
    said = f.confirming(made.pk, REASON)
    assert workflow.approve(suggestion_id=made.pk, by=noa, confirmed=said).first
    return made


# What people say beside decisions.
SAID = {dismissed: 1, noted_and_asked: 3, approved_first: 1}


def replaced(noa, event):
    made = suggested(noa, event)
    workflow.amend(suggestion_id=made.pk, by=noa, values={"room": "1"}, confirmed=f.EVERY_TICK)
    return made


TABLES = (
    "public.ai_insights_log",
    "backoffice.decision_history",
    "backoffice.django_admin_log",
    "backoffice.suggestion_acts",
    "backoffice.suggestion_index",
)


def test_erasure_of_replacement(noa):
    event = f.event(organization=noa.profile.organization)
    data = f.create_data() | {"conflicts_detected": {"room": ["x"]}, "vip_affected": True}
    made = f.suggestion(user=noa.profile, event=event, data=data)
    workflow.reject(suggestion_id=made.pk, by=noa)
    again = workflow.suggest_again(suggestion_id=made.pk, by=noa).suggestion_id
    new = workflow.amend(
        suggestion_id=again, by=noa, values={"room": "1"}, confirmed=f.EVERY_TICK
    ).suggestion_id
    kept = "select vip, claimed from backoffice.suggestion_index where suggestion_id = %s"
    assert f.run(kept, new) == [(True, ["room"])]

    erase(made.pk)

    assert f.run(kept, new) == [(False, [])]
    assert not index.verify()


@pytest.mark.parametrize(
    "decide", first_soon([executed, failed_twice, *SAID, rejected, replaced], 4)
)
def test_erasure_keeps_decisions_and_chain(noa, decide):
    event = f.event(organization=noa.profile.organization)
    other = executed(noa, f.event(organization=noa.profile.organization))
    made = decide(noa, event)
    kept = (
        "select number, from_status, to_status, at, profile_id, staff_member_id"
        f" from backoffice.decision_history where suggestion_id = '{made.pk}' order by number"
    )
    said = (
        "select kind, at, profile_id, staff_member_id"
        f" from backoffice.suggestion_acts where suggestion_id = '{made.pk}' order by id"
    )
    acts = f.run(said)
    looked = f"select found from backoffice.suggestion_index where suggestion_id = '{made.pk}'"
    found = f.run(looked)
    index.refresh_all_figures()
    before, others, warnings = f.run(kept), words_of(other), steps.warnings()

    erase(made.pk)

    assert words_of(made) == []
    assert words_of(other) == others != []
    assert f.run("select key from daily_figures where key in (%s, %s)", TITLE, REASON) == []
    assert not index.verify()
    assert f.run(kept) == before
    assert f.run(said) == acts
    assert len(acts) == SAID.get(decide, 0)
    # That nothing was found stays told from that nobody looked.
    assert f.run(looked) == found
    assert verified() == (0, "The history holds: every entry is as it was written.")
    assert steps.warnings() == warnings


def words_of(suggestion) -> list[str]:
    """Where something of what was written about it still stands."""
    return [
        table
        for table in TABLES
        for (row,) in f.run(f"select t::text from {table} as t")
        if str(suggestion.pk) in row and any(word in row for word in (TITLE, REASON, ROOM))
    ]


def test_erasure_of_unknown_suggestion(noa):
    with pytest.raises(psycopg.errors.RaiseException, match="Nothing was changed"):
        erase(uuid.uuid4())

    assert f.run(
        "select tgname, tgenabled from pg_trigger"
        " where tgname in ('guard_suggestion', 'history_is_append_only') order by tgname"
    ) == [("guard_suggestion", "A"), ("history_is_append_only", "A")]


def test_what_a_mail_server_answered_goes_with_it(noa):
    event = f.event(organization=noa.profile.organization)
    made, other = suggested(noa, event), suggested(noa, event)
    for suggestion in (made, other):
        ((mail,),) = f.run(
            "insert into backoffice.notification_mails (profile_id, kind, state, error)"
            " values (%s, 'outcome', 'failed', %s) returning id",
            noa.profile_id,
            f"550 {TITLE}",
        )
        f.run(
            "insert into backoffice.notifications (profile_id, kind, suggestion_id, mail_id, state)"
            " values (%s, 'outcome', %s, %s, 'mailed')",
            noa.profile_id,
            suggestion.pk,
            mail,
        )

    erase(made.pk)

    kept = f.run("select error from backoffice.notification_mails order by id")
    assert kept == [("erased",), (f"550 {TITLE}",)]

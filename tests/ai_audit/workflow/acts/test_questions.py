"""Questions to whoever asked for a suggestion: of whom, and until when it waits for an answer."""

import json
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.utils import timezone

from ai_audit import history, workflow
from ai_audit.models import HowOften, NewsKind, Status, Suggestion, SuggestionAct
from ai_audit.notifications import choices, notify
from eventflow.text.bidi import isolate
from tests import factories as f

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def dana(ours):
    """Who asks for things, and decides nothing."""
    return f.profile(organization=ours, full_name="Dana", email="dana@example.org")


@pytest.fixture
def asked(dana, noa, event, suggest):
    """Dana's suggestion to move a session, about which Noa asked her some time ago."""
    session = f.session(event=event, title="moved", room="A")

    def make(ago=HOUR, **fields):
        fields = {"user": dana} | came(3 * DAY) | fields
        suggestion = suggest(f.update_data(session, room="B"), "schedule_update", **fields)
        f.said(suggestion, noa, "asked", "Why?", ago)
        return suggestion

    make.session = session
    return make


def came(ago):
    moment = timezone.now() - ago
    return {"suggested_at": moment, "created_at": moment}


def waits(suggestion) -> bool:
    found = Suggestion.objects.filter(pk=suggestion.pk)
    [since] = found.with_questions().values_list("asked_since", flat=True)
    assert (since is not None) == found.waiting_for_answers().exists()
    return since is not None


def set_aside(suggestion) -> bool:
    found = Suggestion.objects.filter(pk=suggestion.pk)
    marked = found.set_aside().exists()
    assert found.not_set_aside().exists() is not marked
    return marked


# Asking


def test_question_kept_and_waits(noa, dana, suggest):
    suggestion = suggest(user=dana)
    assert (waits(suggestion), set_aside(suggestion)) == (False, False)

    outcome = workflow.ask(suggestion_id=suggestion.pk, by=noa, text=" למה?\r\n")

    who = isolate("Dana")
    assert (outcome.status, outcome.sentence) == (
        "suggested",
        f"The question goes to {who} by mail. It is out of the first tabs for a day, or until "
        f"somebody leaves a note on it, or {who} suggests something new for the same session.",
    )
    (act,) = SuggestionAct.objects.all()
    assert (act.kind, act.said, act.staff_member_id) == ("asked", "למה?", noa.pk)
    assert (waits(suggestion), set_aside(suggestion)) == (True, True)
    assert f.whole_row(suggestion)["execution_status"] == "suggested"


def inactive(dana):
    user = f.staff(profile=dana).user
    user.is_active = False
    user.save()


def with_email(email):
    def change(dana):
        f.run("update user_profiles set email = %s where id = %s", email, dana.pk)

    return change


def with_work_address(email):
    def change(dana):
        user = f.staff(profile=dana).user
        user.email = email
        user.save()

    return change


def never(dana):
    choices.choose(dana.pk, {NewsKind.ASKED: HowOften.NEVER})


def daily(dana):
    choices.choose(dana.pk, {NewsKind.ASKED: HowOften.DAILY})


def elsewhere(dana):
    other = f.organization(name="Elsewhere")
    f.run("update user_profiles set organization_id = %s where id = %s", other.pk, dana.pk)


def nowhere(dana):
    f.run("update user_profiles set organization_id = null where id = %s", dana.pk)


def only_at_work(dana):
    with_work_address("dana@work.example.org")(dana)
    with_email(None)(dana)


REACHED = {
    "as she is": (lambda dana: None, ["dana@example.org"]),
    "once a day": (daily, ["dana@example.org"]),
    "at work": (with_work_address("dana@work.example.org"), ["dana@work.example.org"]),
    "only at work": (only_at_work, ["dana@work.example.org"]),
    "no address at work": (with_work_address("dana"), []),
    "never": (never, []),
    "inactive": (inactive, []),
    "elsewhere": (elsewhere, []),
    "nowhere": (nowhere, []),
    **{
        f"mail to {email!r}": (with_email(email), [])
        for email in (None, "", "  ", "@", "nobody", "@example.org", "דנה@example.org", "a@b c.d")
    },
}


@pytest.mark.parametrize(("change", "told"), REACHED.values(), ids=REACHED)
def test_question_goes_where_it_is_said_to_go(noa, dana, suggest, browser, change, told):
    """The page before, the sentence after, and the mail are of one mind."""
    suggestion = suggest(user=dana)
    change(dana)
    page = browser.get(f"/admin/ai_audit/pendingsuggestion/{suggestion.pk}/change/")

    outcome = workflow.ask(suggestion_id=suggestion.pk, by=noa, text="Why?")
    notify(now=timezone.now() + DAY)

    who = isolate("Dana")
    promised = f"A question goes to {who} by mail." in page.content.decode()
    assert promised == (f"The question goes to {who} by mail." in outcome.sentence)
    assert (f"No mail can be sent to {who}" in page.content.decode()) is not promised
    assert (f"no mail can be sent to {who}: ask them yourself" in outcome.sentence) is not promised
    assert [mail.to[0] for mail in django_mail.outbox if "Why?" in mail.body] == told
    assert promised == bool(told)
    assert waits(suggestion)


def test_question_without_mail_server(noa, dana, suggest, settings):
    settings.EMAIL_URL = ""

    outcome = workflow.ask(suggestion_id=suggest(user=dana).pk, by=noa, text="Why?")

    assert "no mail can be sent" in outcome.sentence


def test_question_to_oneself_told(noa, suggest):
    outcome = workflow.ask(suggestion_id=suggest().pk, by=noa, text="Why did I?")

    assert "no mail is sent: you asked for this yourself" in outcome.sentence


@pytest.mark.parametrize("status", [status for status in Status if status != Status.SUGGESTED])
def test_question_about_decided_refused(noa, suggest, status):
    suggestion = suggest(execution_status=status)

    with pytest.raises(workflow.AlreadyDecided, match="Nothing was changed"):
        workflow.ask(suggestion_id=suggestion.pk, by=noa, text="Why?")
    assert not SuggestionAct.objects.exists()


def test_question_sent_twice_kept_once(noa, dana, suggest):
    suggestion = suggest(user=dana)
    workflow.ask(suggestion_id=suggestion.pk, by=noa, text="Why?")

    with pytest.raises(workflow.NotSaid, match="says just that already"):
        workflow.ask(suggestion_id=suggestion.pk, by=noa, text="Why?")
    workflow.ask(suggestion_id=suggestion.pk, by=noa, text="And when?")
    assert SuggestionAct.objects.count() == 2


# Of whom


def test_question_about_replacement_to_first_asker(noa, dana, suggest):
    first = suggest(user=dana)
    workflow.reject(suggestion_id=first.pk, by=noa)
    second = workflow.suggest_again(suggestion_id=first.pk, by=noa).suggestion_id
    workflow.reject(suggestion_id=second, by=noa)
    third = workflow.suggest_again(suggestion_id=second, by=noa).suggestion_id

    for pk in (first.pk, second, third):
        assert history.first_asker(Suggestion.objects.get(pk=pk)) == dana
    outcome = workflow.ask(suggestion_id=third, by=noa, text="Why?")
    assert f"goes to {isolate('Dana')} by mail" in outcome.sentence


# Until when


def test_it_is_set_aside_for_a_day_and_waits_on(asked):
    early, late = asked(DAY - HOUR), asked(DAY + HOUR)

    assert (waits(early), set_aside(early)) == (True, True)
    assert (waits(late), set_aside(late)) == (True, False)


def test_a_note_of_anybody_answers_it(noa, ours, asked):
    suggestion, other = asked(), asked()
    somebody = f.staff(profile=f.profile(organization=ours))

    outcome = workflow.leave_note(suggestion_id=suggestion.pk, by=somebody, text="Because.")

    assert outcome.sentence.endswith("nothing waits for an answer now.")
    assert (waits(suggestion), set_aside(suggestion)) == (False, False)
    assert waits(other)


def test_question_earlier_note_no_answer(noa, asked):
    suggestion = asked(2 * HOUR)
    f.said(suggestion, noa, "note", ago=3 * HOUR)
    assert waits(suggestion)
    f.said(suggestion, noa, "note", ago=HOUR)
    assert not waits(suggestion)
    f.said(suggestion, noa, "asked", ago=timedelta(minutes=1))
    assert (waits(suggestion), set_aside(suggestion)) == (True, True)


def test_question_again_for_another_day(noa, asked):
    suggestion = asked(2 * DAY)
    assert not set_aside(suggestion)

    f.said(suggestion, noa, "asked", "And?", HOUR)

    assert set_aside(suggestion)


def test_question_answered_by_next_suggestion(dana, event, asked, suggest):
    suggestion = asked()

    suggest(f.update_data(asked.session, room="C"), "schedule_update", user=dana)

    assert (waits(suggestion), set_aside(suggestion)) == (False, False)


@pytest.mark.parametrize("status", ["rejected", "executed", "failed"])
def test_it_answers_also_once_it_is_decided(dana, asked, suggest, status):
    suggestion = asked()

    suggest(f.delete_data(asked.session), "schedule_delete", user=dana, execution_status=status)

    assert not waits(suggestion)


def test_what_else_is_suggested_answers_nothing(noa, dana, ours, event, asked, suggest):
    suggestion = asked()
    other = f.session(event=event, room="D")
    elsewhere = f.event(organization=ours, name="Another")
    same = f.update_data(asked.session, room="C")
    fields = {"action_type": "schedule_update", "user": dana}
    before = came(2 * HOUR)

    suggest(same, "schedule_update", user=noa.profile)
    suggest(same, **fields, **before)
    suggest(same, **fields, event=elsewhere)
    suggest(f.update_data(other, room="E"), **fields)
    suggest(f.create_data(), user=dana)
    suggest(["nonsense"], user=dana)

    assert (waits(suggestion), set_aside(suggestion)) == (True, True)


def test_question_of_new_session_answered_by_note(noa, dana, suggest):
    suggestion = suggest(user=dana)
    f.said(suggestion, noa, "asked", ago=HOUR)

    suggest(user=dana)

    assert waits(suggestion)


def test_question_about_replacement_answered(noa, dana, asked, suggest):
    first = asked()
    workflow.reject(suggestion_id=first.pk, by=noa)
    again = workflow.suggest_again(suggestion_id=first.pk, by=noa).suggestion_id
    workflow.ask(suggestion_id=again, by=noa, text="Why?")
    made = Suggestion.objects.get(pk=again)
    assert waits(made)
    later = came(-timedelta(seconds=5))
    same = f.update_data(asked.session, room="C")

    suggest(same, "schedule_update", **later)
    assert waits(made)
    suggest(same, "schedule_update", user=dana, **later)
    assert not waits(made)


def test_a_decision_ends_the_wait(noa, asked):
    suggestion = asked()

    workflow.reject(suggestion_id=suggestion.pk, by=noa)

    assert not waits(suggestion)


# What it costs

_MANY = """
insert into ai_insights_log
  (user_id, event_id, action_type, action_data, suggested_at, created_at)
select %s, %s, 'schedule_update', jsonb_build_object('schedule_id', uuid_generate_v4()), at, at
from (select now() - n * interval '1 hour' as at from generate_series(1, 2000) as n) as made
"""


def nodes(plan: dict) -> list[dict]:
    return [plan, *(node for child in plan.get("Plans", ()) for node in nodes(child))]


@pytest.mark.once
@pytest.mark.parametrize("find", ["not_set_aside", "waiting_for_answers", "with_questions"])
def test_question_answer_looked_up_by_index(dana, event, asked, find):
    f.run(_MANY, dana.pk, event.pk)
    for ago in (HOUR, 5 * HOUR, 20 * HOUR):
        asked(ago)
    f.run("analyze ai_insights_log")
    f.run("analyze backoffice.suggestion_index")
    f.run("analyze backoffice.suggestion_acts")
    found = getattr(Suggestion.objects.filter(pk=asked().pk), find)()
    sql, parameters = found.query.sql_with_params()

    [(plan,)] = f.run(f"explain (analyze, format json) {sql}", *parameters)

    plan = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    passed = {
        node["Relation Name"]: (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
        * node["Actual Loops"]
        for node in nodes(plan)
        if "Relation Name" in node
    }
    # Of 2,000 each question looks at what came since.
    assert {table: rows for table, rows in passed.items() if rows > 200} == {}

"""Whoever first asked hears what came of it, with the reason and by whom; whoever approved, too."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from ai_audit import workflow
from ai_audit.models import HowOften, NewsKind
from ai_audit.notifications import choices, notify, occasions
from tests import factories as f
from tests.ai_audit.notifications.conftest import approver

pytestmark = pytest.mark.django_db


@pytest.fixture
def noa(ours):
    """She decides, and hears of nothing that waits."""
    member = approver(ours, "noa", permissions=f.EVERY_DECISION)
    choices.choose(member.profile_id, {NewsKind.WAITING: HowOften.NEVER})
    return member


def approve(suggestion, noa, **said):
    return workflow.approve(
        suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk, **said)
    )


def read(mail) -> str:
    """The text without what isolates names in it."""
    return mail.body.translate(dict.fromkeys([0x2066, 0x2067, 0x2068, 0x2069, 0x2060]))


def test_outcome_told_to_asker_once(noa, waiting, sent):
    approve(waiting, noa)

    notify()
    notify()

    (mail,) = sent.take()
    assert mail.to == ["michal@example.org"]
    assert mail.subject == "What became of 1 suggestion of yours"
    assert "noa approved it, and it was carried out." in read(mail)


def test_who_asked_hears_why_it_was_rejected(noa, waiting, sent):
    workflow.reject(suggestion_id=waiting.pk, by=noa, reason="The hall is closed.")

    notify()

    (mail,) = sent.take()
    assert "noa rejected it." in read(mail)
    assert "The hall is closed." in read(mail)


def test_who_asked_hears_why_it_failed(noa, waiting, event, sent):
    approved = workflow.approve_for_later(
        suggestion_id=waiting.pk, by=noa, confirmed=f.confirming(waiting.pk)
    )
    notify()
    assert "to be carried out later" in read(sent.take()[0])
    # A run of the timer knows of no button that was pressed.
    f.run("select set_config('eventflow.decision', '', true)")
    f.run(
        "update ai_insights_log set execution_status = 'failed', execution_error = 'Because.'"
        " where id = %s",
        approved.suggestion_id,
    )

    notify()

    mails = {mail.to[0]: read(mail) for mail in sent.take()}
    assert "could not be carried out" in mails["michal@example.org"]
    assert "Because." in mails["michal@example.org"]
    assert "When it was to be carried out, it failed." in mails["noa@example.org"]


def test_outcome_of_edited_told_to_first_asker(noa, waiting, sent):
    workflow.amend(
        suggestion_id=waiting.pk, by=noa, values={"room": "Other"}, confirmed=f.EVERY_TICK
    )

    notify()

    (mail,) = sent.take()
    assert mail.to == ["michal@example.org"]
    assert "noa changed it and approved it. This was carried out:" in read(mail)
    assert "Other" in read(mail)
    assert "rejected" not in read(mail)


def test_who_asked_first_hears_through_a_chain(noa, waiting, ours, sent):
    dan = approver(ours, "dan", permissions=f.EVERY_DECISION)
    choices.choose(dan.profile_id, {NewsKind.WAITING: HowOften.NEVER})
    workflow.reject(suggestion_id=waiting.pk, by=noa)
    notify()
    sent.take()
    again = workflow.suggest_again(suggestion_id=waiting.pk, by=noa).suggestion_id
    workflow.amend(suggestion_id=again, by=dan, values={"room": "Other"}, confirmed=f.EVERY_TICK)

    notify()

    (mail,) = sent.take()
    assert mail.to == ["michal@example.org"]


def test_who_asked_hears_that_it_was_undone(noa, waiting, sent):
    approve(waiting, noa)
    notify()
    sent.take()
    workflow.undo(suggestion_id=waiting.pk, by=noa, reason="Wrong room.")

    notify()

    (mail,) = sent.take()
    assert mail.to == ["michal@example.org"]
    assert "noa undid what had been carried out." in read(mail)


def test_nobody_hears_of_what_they_did_themselves(noa, event, sent):
    made = f.suggestion(user=noa.profile, event=event)
    approve(made, noa)
    other = f.suggestion(user=noa.profile, event=event, data=f.create_data(room="2"))
    workflow.reject(suggestion_id=other.pk, by=noa)

    notify()

    assert sent.to() == []


def test_outcome_before_outbox_never_told(noa, waiting, sent):
    approve(waiting, noa)
    f.run("delete from notification_watermark")
    f.run("insert into notification_watermark (settled_until) values (clock_timestamp())")

    notify()

    assert sent.to() == []


@pytest.mark.parametrize(
    "change",
    [
        "update user_profiles set organization_id = null where id = %s",
        "update user_profiles set email = 'x@example.org, y@example.org' where id = %s",
        "update user_profiles set email = E'x@example.org\\r\\nBcc: y@example.org' where id = %s",
        "update user_profiles set email = null where id = %s",
    ],
)
def test_outcome_without_access_or_address(noa, waiting, michal, change, sent):
    approve(waiting, noa)
    f.run(change, michal.pk)

    notify()

    assert sent.to() == []


def test_an_inactive_user_is_not_written_to(noa, waiting, michal, sent):
    member = f.staff(profile=michal)
    member.user.is_active = False
    member.user.save()
    approve(waiting, noa)

    notify()

    assert sent.to() == []


def test_many_of_one_run_are_one_mail(noa, michal, event, sent):
    for n in range(12):
        made = f.suggestion(user=michal, event=event, data=f.create_data(room=f"R{n}"))
        workflow.reject(suggestion_id=made.pk, by=noa)

    notify()

    (mail,) = sent.take()
    assert mail.subject == "What became of 12 suggestions of yours"
    assert "And 2 more" in read(mail)


def stopped(noa, suggestion):
    workflow.approve_for_later(
        suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk)
    )
    f.session(event=suggestion.event, room="חדר A", start=f.at(11), end=f.at(14))
    with pytest.raises(SystemExit):
        call_command("execute_approved")


def test_outcome_stopped_told_to_approver_once(noa, waiting, sent):
    stopped(noa, waiting)
    notify()
    mails = {mail.to[0]: read(mail) for mail in sent.take()}
    assert "not any more as you approved it" in mails["noa@example.org"]
    with pytest.raises(SystemExit):
        call_command("execute_approved")

    notify()

    assert sent.to() == []


def test_who_saw_it_fail_hears_nothing(noa, waiting, event, sent):
    f.session(event=event, room="חדר A", start=f.at(11), end=f.at(14))
    approve(waiting, noa)

    notify()

    assert sent.to() == ["michal@example.org"]


def ask(suggestion, member, said="Which hall?"):
    f.run(
        "insert into suggestion_acts (suggestion_id, kind, staff_member_id, profile_id, said)"
        " values (%s, 'asked', %s, %s, %s)",
        suggestion.pk,
        member.pk,
        member.profile_id,
        said,
    )


def test_a_question_goes_to_who_asked_first(noa, waiting, sent):
    workflow.reject(suggestion_id=waiting.pk, by=noa)
    again = workflow.suggest_again(suggestion_id=waiting.pk, by=noa).suggestion_id
    waiting.pk = again
    ask(waiting, noa)

    notify()
    notify()

    questions = [mail for mail in sent.take() if "Which hall?" in mail.body]
    assert [mail.to for mail in questions] == [["michal@example.org"]]
    assert "noa asks:" in read(questions[0])
    assert questions[0].subject == "1 question about a suggestion of yours"


def test_nobody_is_asked_by_themselves(noa, event, sent):
    ask(f.suggestion(user=noa.profile, event=event), noa)

    notify()

    assert sent.to() == []


def test_once_a_day_tells_all_kinds_in_one_mail(noa, michal, event, sent):
    choices.choose(michal.pk, {NewsKind.OUTCOME: HowOften.DAILY, NewsKind.ASKED: HowOften.DAILY})
    made = f.suggestion(user=michal, event=event)
    ask(f.suggestion(user=michal, event=event), noa)
    workflow.reject(suggestion_id=made.pk, by=noa)
    notify()
    assert sent.to() == []

    notify(now=timezone.now() + timedelta(days=1))

    (mail,) = sent.take()
    assert mail.subject == "Today’s news of the back office"
    assert "Which hall?" in mail.body
    assert "noa rejected it." in read(mail)


# What is not true any more when the mail is sent


def test_a_question_about_what_is_decided_is_not_asked(noa, waiting, sent):
    ask(waiting, noa)
    occasions.find([], now=timezone.now())
    workflow.reject(suggestion_id=waiting.pk, by=noa)

    notify()

    (mail,) = sent.take()
    assert "noa rejected it." in read(mail)
    assert "Which hall?" not in mail.body


def test_a_question_about_what_was_withdrawn_is_not_asked(noa, waiting, michal, sent):
    ask(waiting, noa)
    occasions.find([], now=timezone.now())
    f.run("select set_config('eventflow.decision', '', true)")
    f.run("update ai_insights_log set execution_status = 'rejected' where id = %s", waiting.pk)

    notify()

    assert not any("Which hall?" in mail.body for mail in sent.take())


def test_of_several_moves_the_last_is_told(noa, waiting, michal, sent):
    """It failed, was approved again, and carried out, before anybody was told."""
    choices.choose(michal.pk, {NewsKind.OUTCOME: HowOften.DAILY})
    choices.choose(noa.profile_id, {NewsKind.NOT_CARRIED_OUT: HowOften.DAILY})
    workflow.approve_for_later(suggestion_id=waiting.pk, by=noa, confirmed=f.confirming(waiting.pk))
    notify()
    f.run("select set_config('eventflow.decision', '', true)")
    for status in ("failed", "approved"):
        f.run(
            "update ai_insights_log set execution_status = %s, execution_error = 'Because.'"
            " where id = %s",
            status,
            waiting.pk,
        )
        notify()
    workflow.execute(suggestion_id=waiting.pk)

    notify(now=timezone.now() + timedelta(days=1))

    (mail,) = sent.take()
    assert mail.to == ["michal@example.org"]
    assert mail.body.count("* ") == 1
    assert "it was carried out" in read(mail)


def test_failing_of_an_approval_in_ones_own_name_is_told(noa, waiting, sent):
    """As the command carries it out, which writes as whoever approved."""
    workflow.approve_for_later(suggestion_id=waiting.pk, by=noa, confirmed=f.confirming(waiting.pk))
    f.run(
        "create function public.refuse() returns trigger language plpgsql as"
        " 'begin raise check_violation using message = ''No.''; end'"
    )
    f.run(
        "create trigger refuse before insert on schedules for each row"
        " execute function public.refuse()"
    )
    with pytest.raises(SystemExit):
        call_command("execute_approved")

    notify()

    mails = {mail.to[0]: mail.body for mail in sent.take()}
    assert mails.keys() == {"michal@example.org", "noa@example.org"}
    for text in mails.values():
        assert "The database did not accept the change" in text
        # A sentence of ours is told as it is, with what isolates in it.
        assert "\u27e8U+" not in text

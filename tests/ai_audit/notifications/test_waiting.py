"""An approver hears that something waits: once of each, in one mail, at most one in 30 minutes."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.utils import timezone

from ai_audit import people, verdicts, workflow
from ai_audit.models import ApprovalRule, HowOften, NewsKind, Notification, SecondFor
from ai_audit.notifications import choices, notify, occasions, outbox, reading
from scheduling.models import StaffMember
from tests import factories as f
from tests import web_login
from tests.ai_audit.notifications.conftest import approver

pytestmark = pytest.mark.django_db


def later(**passed):
    return notify(now=timezone.now() + timedelta(**passed))


def test_an_approver_hears_of_what_waits_once(noa, waiting, sent):
    notify()
    notify()
    later(hours=2)

    assert sent.to() == ["noa@example.org"]


def test_one_mail_tells_all_that_waits(noa, michal, event, sent):
    for _n in range(3):
        f.suggestion(user=michal, event=event)

    notify()

    (mail,) = sent.take()
    assert mail.subject == "3 suggestions wait for a decision"


def test_waiting_bundled_by_half_hour(noa, michal, event, waiting, sent):
    notify()
    f.suggestion(user=michal, event=event)
    later(minutes=29)
    assert sent.to() == ["noa@example.org"]

    later(minutes=31)

    assert sent.to() == ["noa@example.org"]


def test_what_was_decided_meanwhile_is_not_told(noa, ours, waiting, sent):
    dan = approver(ours, "dan")
    choices.choose(dan.profile_id, {NewsKind.WAITING: HowOften.DAILY})
    notify()
    assert sent.to() == ["noa@example.org"]
    workflow.reject(suggestion_id=waiting.pk, by=noa)

    later(days=1)

    assert "dan@example.org" not in sent.to()


def never_came(member):
    member.user.last_login = None


def has_left(member):
    member.user.is_active = False


def is_no_staff(member):
    member.user.is_staff = False


def may_not_decide(member):
    member.user.user_permissions.remove(Permission.objects.get(codename="approve_suggestion"))


def may_not_look(member):
    member.user.user_permissions.remove(Permission.objects.get(codename="view_pendingsuggestion"))


def has_no_address(member):
    f.run("update user_profiles set email = null where id = %s", member.profile_id)


def has_no_organization(member):
    f.run("update user_profiles set organization_id = null where id = %s", member.profile_id)


def moved_elsewhere(member):
    other = f.organization(name="Elsewhere")
    f.run(
        "update user_profiles set organization_id = %s where id = %s", other.pk, member.profile_id
    )


def writes_a_header(member):
    f.run(
        "update user_profiles set email = %s where id = %s",
        "noa@example.org\nBcc: eve@example.org",
        member.profile_id,
    )


@pytest.mark.parametrize(
    "changed",
    [
        never_came,
        has_left,
        is_no_staff,
        may_not_decide,
        may_not_look,
        has_no_address,
        has_no_organization,
        moved_elsewhere,
        writes_a_header,
    ],
)
def test_who_does_not_decide_hears_nothing(noa, waiting, changed, sent):
    changed(noa)
    noa.user.save()

    notify()

    assert sent.to() == []


@pytest.mark.parametrize("changed", [has_left, may_not_decide, moved_elsewhere])
def test_waiting_dropped_for_former_deciders(noa, waiting, changed, sent):
    choices.choose(noa.profile_id, {NewsKind.WAITING: HowOften.DAILY})
    notify()
    changed(noa)
    noa.user.save()

    later(days=1)

    assert sent.to() == []


def test_waiting_for_groups_and_superusers(ours, waiting, sent):
    dan, root = approver(ours, "dan"), approver(ours, "root")
    for member in (dan, root):
        member.user.user_permissions.clear()
    dan.user.groups.add(Group.objects.get(name="Approver"))
    root.user.is_superuser = True
    root.user.save()

    notify()

    assert sent.to() == ["dan@example.org", "root@example.org"]


def test_waiting_without_lost_role_group(noa, waiting, sent):
    group = Group.objects.get(name="Approver")
    noa.user.user_permissions.clear()
    noa.user.groups.add(group)
    StaffMember.objects.filter(pk=noa.pk).update(role_gives="Approver", role_group=group)
    f.run("update user_profiles set role = 'member' where id = %s", noa.profile_id)

    notify()

    assert sent.to() == []


def test_nobody_hears_of_another_organization(noa, theirs, their_event, sent):
    tamar = approver(theirs, "tamar")
    f.suggestion(user=tamar.profile, event=their_event)
    f.suggestion(user=f.profile(organization=theirs), event=None)

    notify()

    assert sent.to() == ["tamar@example.org"]


def test_nobody_hears_of_what_they_asked_for(noa, event, sent):
    f.suggestion(user=noa.profile, event=event)

    notify()

    assert sent.to() == []


def test_waiting_user_address_before_profile(noa, waiting, sent):
    noa.user.email = "at.work@example.org"
    noa.user.save()

    notify()

    assert sent.to() == ["at.work@example.org"]


@pytest.mark.parametrize("choice", HowOften)
def test_each_chooses_how_often(noa, waiting, choice, sent):
    choices.choose(noa.profile_id, {NewsKind.WAITING: choice})

    notify()
    at_once = sent.to()
    later(days=1)

    assert (at_once, sent.to()) == {
        HowOften.AT_ONCE: (["noa@example.org"], []),
        HowOften.DAILY: ([], ["noa@example.org"]),
        HowOften.NEVER: ([], []),
    }[choice]


def test_once_a_day_is_one_mail_a_day(noa, michal, event, waiting, sent):
    choices.choose(noa.profile_id, {NewsKind.WAITING: HowOften.DAILY})
    notify()
    tomorrow = outbox.last_daily(timezone.now() + timedelta(days=1))
    notify(now=tomorrow)
    assert sent.to() == ["noa@example.org"]
    f.suggestion(user=michal, event=event)
    occasions.find(people.approvers(), now=tomorrow)
    f.run("update notifications set made_at = %s where state = 'due'", tomorrow)
    notify(now=tomorrow + timedelta(hours=23))
    assert sent.to() == []

    notify(now=tomorrow + timedelta(hours=24))

    assert sent.to() == ["noa@example.org"]


def test_waiting_statement_count(noa, michal, event, waiting, sent, django_assert_num_queries):
    with django_assert_num_queries(34 + f.judged()):
        notify()
    for _n in range(30):
        f.suggestion(user=michal, event=event)
    f.run("delete from notifications")
    f.run("delete from notification_mails")

    with django_assert_num_queries(34 + f.judged()):
        notify()

    assert sent.to() == ["noa@example.org"] * 2
    assert Notification.objects.count() == 31


@pytest.mark.skipif(settings.TEST_LOGIN != "web", reason="asked with TEST_LOGIN=web")
def test_the_web_login_is_enough(noa, waiting, sent):
    with web_login.entered():
        notify()
        workflow.reject(suggestion_id=waiting.pk, by=noa)
        notify()

    assert sent.to() == ["michal@example.org", "noa@example.org"]


# The first of two approvals


@pytest.fixture
def two_decide(ours):
    ApprovalRule.objects.create(organization=ours, second_for=SecondFor.ALL)


def pressed(suggestion, member, kind="first_approval"):
    f.run(
        "insert into suggestion_acts (suggestion_id, kind, staff_member_id, profile_id, basis)"
        " values (%s, %s, %s, %s, '{}')",
        *(suggestion.pk, kind, member.pk, member.profile_id),
    )


def approve_first(suggestion, member):
    outcome = workflow.approve(
        suggestion_id=suggestion.pk, by=member, confirmed=f.confirming(suggestion.pk)
    )
    assert outcome.first


def test_what_waits_for_a_second_is_told_to_the_others(noa, ours, waiting, two_decide, sent):
    approver(ours, "dan")
    approve_first(waiting, noa)

    notify()

    assert sent.to() == ["dan@example.org"]


def test_what_else_waits_is_told_to_who_approved_the_first_ones(
    noa, michal, event, two_decide, sent
):
    """Of many, the most urgent are told one by one; also where these are those."""
    early = [f.suggestion(user=michal, event=event) for _n in range(reading.MOST_TOLD + 2)]
    late = f.suggestion(
        user=michal,
        event=event,
        data=f.create_data(
            title="Late", start_time="2038-01-30T22:00:00", end_time="2038-01-30T23:00:00"
        ),
    )
    for made in early:
        pressed(made, noa)

    notify()

    (mail,) = sent.take()
    assert mail.to == ["noa@example.org"]
    assert "Late" in mail.body
    assert str(late.pk) not in mail.subject


def test_who_took_the_first_approval_back_hears_of_it(noa, waiting, sent):
    pressed(waiting, noa)
    f.said(waiting, noa, "first_approval_taken_back", text=None)

    notify()

    assert sent.to() == ["noa@example.org"]


# Thousands, and clocks


def test_of_many_that_wait_few_are_judged(noa, michal, event, sent, monkeypatch):
    for _n in range(reading.MOST_TOLD + 5):
        f.suggestion(user=michal, event=event)
    judged = []
    judge = verdicts.judge
    monkeypatch.setattr(
        verdicts, "judge", lambda asked, **more: judged.extend(asked) or judge(asked, **more)
    )

    notify()

    assert len(judged) == reading.MOST_TOLD
    (mail,) = sent.take()
    assert mail.subject == "15 suggestions wait for a decision"
    assert "And 5 more" in mail.body


@pytest.mark.once
def test_the_work_of_a_look_grows_no_faster_than_what_waits(noa, michal, event, waiting, sent):
    """Also where the server has not yet counted the rows that the first look wrote."""
    f.run(
        "insert into ai_insights_log (user_id, event_id, action_type, action_data)"
        " select user_id, event_id, action_type, action_data"
        " from ai_insights_log, generate_series(1, 400)"
    )
    notify()
    passed = []

    def explained(execute, sql, params, many, context):
        if sql.lstrip().startswith("insert") and "'waiting'" in sql:
            plan = f"explain (analyze, format json) {sql}"
            context["cursor"].execute(plan, params)
            ((found,),) = context["cursor"].fetchall()
            passed.append(_rows_of(found[0]["Plan"], "notifications"))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explained):
        occasions.find(people.approvers(), now=timezone.now())

    (rows,) = passed
    assert 401 <= rows <= 2 * 401


def _rows_of(plan: dict, table: str) -> int:
    """How many rows of the table were looked at."""
    rows = sum(_rows_of(below, table) for below in plan.get("Plans", ()))
    if plan.get("Relation Name") == table and plan["Node Type"] != "ModifyTable":
        rows += plan["Actual Loops"] * plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    return rows


def test_a_clock_that_was_ahead_holds_nothing_up(noa, michal, event, waiting, sent):
    """What it left in the future is not waited for."""
    notify()
    later(days=400)
    f.run("update notification_mails set ended_at = now() + interval '1 year'")
    sent.take()
    f.suggestion(user=michal, event=event)
    occasions.find(people.approvers(), now=timezone.now())
    f.run("update notifications set made_at = now() + interval '1 year' where state = 'due'")
    outbox.bundle(now=timezone.now())
    f.run("update notification_mails set next_try = now() + interval '1 year' where state = 'due'")

    notify()

    assert sent.to() == ["noa@example.org"]


def test_a_clock_that_was_ahead_puts_off_no_day(noa, waiting, sent):
    choices.choose(noa.profile_id, {NewsKind.WAITING: HowOften.DAILY})
    notify()
    f.run("update notifications set made_at = now() + interval '1 year'")

    notify()

    assert sent.to() == ["noa@example.org"]

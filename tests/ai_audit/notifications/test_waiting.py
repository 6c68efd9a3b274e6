"""An approver hears that something waits: once of each, in one mail, at most one in 30 minutes."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from ai_audit import people, workflow
from ai_audit.models import HowOften, NewsKind, Notification
from ai_audit.notifications import choices, notify, occasions, outbox
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
    with django_assert_num_queries(35 + f.judged()):
        notify()
    for _n in range(30):
        f.suggestion(user=michal, event=event)
    f.run("delete from notifications")
    f.run("delete from notification_mails")

    with django_assert_num_queries(35 + f.judged()):
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

"""Adding staff by e-mail: by command and by form, what stands already, and whom it refuses."""

import io
import re
import uuid

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.test import Client

from scheduling.models import StaffMember
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db

PAGE = "/admin/scheduling/staffmember/by-email/"
NEW_PASSWORD = "seven mules in the rain"


@pytest.fixture
def dana(ours):
    return f.profile(organization=ours, full_name="דנה פרידמן", email="Dana@Example.com")


def add(email="dana@example.com", group="Approver", **options) -> str:
    out = io.StringIO()
    call_command("add_staff", email, group=group, stdout=out, **options)
    return out.getvalue()


def refusal(*arguments, **options) -> str:
    before = User.objects.count(), StaffMember.objects.count()
    with pytest.raises(CommandError) as refused:
        add(*arguments, **options)
    assert (User.objects.count(), StaffMember.objects.count()) == before
    assert not set(str(refused.value)) & set("\u2066\u2068\u2069")
    return str(refused.value)


def link(told: str) -> str:
    return re.search(r"http\S*?(/admin/reset/[^\s<]+)", told)[1]


def set_password(path: str) -> int:
    """Follow a link, set a password; the status of the last answer."""
    client = Client()
    form = client.get(path, follow=True)
    if not form.context["validlink"]:
        return 410
    to = form.redirect_chain[-1][0]
    return client.post(
        to, {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    ).status_code


def test_add_staff_four_things_at_once(dana):
    told = add()

    member = StaffMember.objects.get(profile=dana)
    user = member.user
    assert (user.is_staff, user.is_superuser, user.get_username()) == (
        True,
        False,
        "dana@example.com",
    )
    assert list(user.groups.values_list("name", flat=True)) == ["Approver"]
    assert user.has_perm("ai_audit.approve_suggestion")
    assert "as דנה פרידמן of ארגון הכנסים." in told
    assert not user.has_usable_password()


def test_add_staff_link_sets_password_once(dana):
    path = link(add())

    assert [set_password(path), set_password(path)] == [302, 410]
    said = {"username": "dana@example.com", "password": NEW_PASSWORD}
    assert Client().post("/admin/login/", said).status_code == 302


def test_add_staff_rerun(dana):
    add()
    again = add()
    assert "It was so already." in again
    set_password(link(again))

    assert "http" not in add()
    assert StaffMember.objects.filter(profile=dana).count() == 1


def test_add_staff_completes_half(dana):
    User.objects.create_user("dana@example.com", password="hers")

    told = add()

    user = User.objects.get(username="dana@example.com")
    assert (user.is_staff, user.staff_member.profile_id) == (True, dana.pk)
    assert user.check_password("hers")
    assert "http" not in told


def test_add_staff_further_group(dana):
    add(group="Viewer")
    add(group="Auditor")

    groups = StaffMember.objects.get(profile=dana).user.groups
    assert sorted(groups.values_list("name", flat=True)) == ["Auditor", "Viewer"]


def test_add_staff_linked_user_of_any_name(dana):
    member = f.staff(profile=dana, username="dana")

    told = add()

    assert "dana is staff" in told
    assert list(member.user.groups.values_list("name", flat=True)) == ["Approver"]


@pytest.mark.parametrize("email", ["nobody@example.com", "", " ", "\0", "%", "dana@example.co_"])
def test_add_staff_unknown_address(dana, email):
    assert refusal(email).startswith("No profile of EventFlow has the e-mail address")


def test_add_staff_several_profiles(dana, ours):
    other = f.profile(organization=ours, full_name="Dana F", email="dana@example.com")

    sentence = refusal()
    assert sentence.startswith("Several profiles of EventFlow have the e-mail address")
    assert all(str(profile.pk) in sentence for profile in (dana, other))

    add(profile=other.pk)
    assert StaffMember.objects.get().profile_id == other.pk


def test_add_staff_id_with_other_address(dana, ours):
    other = f.profile(organization=ours, email="other@example.com")

    for pk in (other.pk, uuid.uuid4()):
        assert refusal(profile=pk).startswith("No profile of EventFlow has both")


def test_add_staff_profile_without_organization():
    f.profile(organization=None, email="dana@example.com")

    assert "belongs to no organization" in refusal()


def test_add_staff_inactive_stays(dana):
    member = f.staff(profile=dana)
    User.objects.filter(pk=member.user_id).update(is_active=False)

    assert "was made inactive" in refusal()
    assert not member.user.groups.exists()


@pytest.mark.parametrize("whose", ["superuser's", "somebody else's"])
def test_add_staff_user_of_another(dana, ours, whose):
    if whose == "superuser's":
        f.superuser("dana@example.com")
    else:
        f.staff(profile=f.profile(organization=ours), username="dana@example.com")

    assert "is somebody else’s or an administrator’s" in refusal()
    add(username="dana")
    assert StaffMember.objects.get(profile=dana).user.get_username() == "dana"


@pytest.mark.parametrize("username", ["two words", "x" * 151, "a\0b", "<b>"])
def test_add_staff_invalid_user_name(dana, username):
    assert "can be no user name" in refusal(username=username)


def test_add_staff_unknown_group(dana):
    assert "There are: Approver, Auditor, Viewer." in refusal(group="Approvers")


def test_add_staff_form_shows_link_once(dana):
    browser = pages.signed_in(f.superuser())
    group = Group.objects.get(name="Approver")

    answer = browser.post(PAGE, {"email": "dana@example.com", "group": group.pk})

    assert "is staff, in the group" in pages.text(answer)
    assert set_password(link(pages.source(answer))) == 302
    assert StaffMember.objects.get(profile=dana).user.groups.get() == group
    assert "/admin/reset/" not in str(browser.cookies)
    assert "/admin/reset/" not in pages.source(browser.get(PAGE))


@pytest.mark.parametrize(
    "said",
    [
        {"email": "nobody@example.com"},
        {"group": "0"},
        {"group": ""},
        {"profile": "x"},
        {"username": "two words"},
        {"username": "a\0b"},
        {"email": ""},
    ],
)
def test_add_staff_form_refuses(dana, said):
    browser = pages.signed_in(f.superuser())
    right = {"email": "dana@example.com", "group": Group.objects.get(name="Viewer").pk}

    answer = browser.post(PAGE, right | said)

    assert answer.context["form"].errors
    assert not StaffMember.objects.exists()


def test_add_staff_form_superusers_only(ours, dana):
    noa = f.staff(profile=f.profile(organization=ours)).user
    noa.user_permissions.set(Permission.objects.all())
    browser = pages.signed_in(noa)

    assert browser.get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302
    answer = browser.post(PAGE, {"email": "dana@example.com", "group": 1})
    assert answer.status_code == 403
    assert not StaffMember.objects.filter(profile=dana).exists()


def test_add_staff_linked_from_list():
    listed = pages.source(pages.signed_in(f.superuser()).get("/admin/scheduling/staffmember/"))

    assert f'href="{PAGE}"' in listed


def test_add_staff_with_names_off(dana, settings):
    settings.SIGN_IN_WITH = {"account"}

    assert "http" not in add()

"""Who may enter and what they see: profiles that are gone, superusers, the links between them."""

import uuid

import pytest
from django.contrib.auth.models import User
from django.test import Client

from scheduling import access
from scheduling.models import Event, StaffMember
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db

HOME = "/admin/"
PASSWORD = "correct horse"
SIGN_IN = "/admin/login/"
NOT_LINKED = (
    "Your password is right, but your user is not linked to a profile of EventFlow, or that "
    "profile is gone. Ask an administrator to link you under “Staff members”."
)
WRONG = (
    "Please enter the correct username and password for a staff account. Note that both fields "
    "may be case-sensitive."
)


def sign_in(user, password=PASSWORD):
    """The browser, and the page that answered to the name and the password."""
    client = Client()
    return client, client.post(SIGN_IN, {"username": user.username, "password": password})


def delete_profile(profile):
    f.run("delete from user_profiles where id = %s", profile.pk)


def test_sign_in_of_staff_member(ours):
    staff = f.staff(profile=f.profile(organization=ours))

    client, answer = sign_in(staff.user)

    assert answer.status_code == 302
    assert client.get(HOME).status_code == 200


def test_sign_out_after_profile_lost(ours):
    staff = f.staff(profile=f.profile(organization=ours))
    client, _answer = sign_in(staff.user)
    assert client.get(HOME).status_code == 200

    delete_profile(staff.profile)

    answer = client.get(HOME)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/admin/")


def unlinked(staff):
    staff.delete()


def made_inactive(staff):
    User.objects.filter(pk=staff.user_id).update(is_active=False)


def no_staff_any_more(staff):
    User.objects.filter(pk=staff.user_id).update(is_staff=False)


def given_another_password(staff):
    staff.user.set_password("another horse")
    staff.user.save()


@pytest.mark.parametrize(
    "happens", [unlinked, made_inactive, no_staff_any_more, given_another_password]
)
def test_sign_out_after_access_lost(ours, happens):
    staff = f.staff(profile=f.profile(organization=ours))
    client, _answer = sign_in(staff.user)
    assert client.get(HOME).status_code == 200

    happens(staff)

    answer = client.get(HOME)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/admin/")


def test_user_profile_factor_in_one_statement(ours, django_assert_num_queries):
    staff = f.staff(profile=f.profile(organization=ours))

    with django_assert_num_queries(1):
        user = access.StaffBackend().get_user(staff.user_id)
        assert user.has_second_factor is False


def not_linked(ours):
    return User.objects.create_user("nobody", password="correct horse", is_staff=True)


def linked_to_a_profile_that_is_gone(ours):
    staff = f.staff(profile=f.profile(organization=ours))
    delete_profile(staff.profile)
    return staff.user


@pytest.mark.parametrize("user", [not_linked, linked_to_a_profile_that_is_gone])
def test_signing_in_without_a_profile_says_why(ours, user):
    _client, answer = sign_in(user(ours))

    assert answer.context["form"].non_field_errors() == [NOT_LINKED]


@pytest.mark.parametrize("user", [not_linked, linked_to_a_profile_that_is_gone])
def test_profile_problem_told_with_right_password(ours, user):
    _client, answer = sign_in(user(ours), password="wrong")

    assert answer.context["form"].non_field_errors() == [WRONG]


def test_sign_in_of_non_staff_refused(ours):
    staff = f.staff(profile=f.profile(organization=ours))
    User.objects.update(is_staff=False)

    _client, answer = sign_in(staff.user)

    assert answer.context["form"].non_field_errors() == [WRONG]


def test_sign_in_superuser_without_profile(db):
    client, answer = sign_in(f.superuser())

    assert answer.status_code == 302
    assert client.get(HOME).status_code == 200


def test_visible_rows_of_own_organization(ours, event, their_event):
    noa = f.staff(profile=f.profile(organization=ours)).user
    homeless = f.staff(profile=f.profile(organization=None)).user
    f.event(organization=None)

    def seen(user):
        found = access.visible(Event.objects.all(), user, "organization_id")
        return sorted(found.values_list("name", flat=True))

    assert seen(noa) == [event.name]
    assert seen(homeless) == []
    assert seen(not_linked(ours)) == []
    assert seen(f.superuser()) == sorted([event.name, event.name, their_event.name])


def test_sign_in_unlinked_told_whom_to_ask(ours):
    with pytest.raises(access.NotStaff) as refusal:
        access.staff_member(not_linked(ours))

    assert "not linked to a profile" in str(refusal.value)
    assert "Ask an administrator" in str(refusal.value)


def test_user_with_profile_and_organization(ours, django_assert_num_queries):
    user = f.staff(profile=f.profile(organization=ours)).user

    with django_assert_num_queries(0):
        assert access.staff_member(user).profile.organization.name == ours.name


@pytest.mark.parametrize("url", ["", "add/", "{pk}/change/", "{pk}/delete/", "{pk}/history/"])
def test_staff_link_superusers_only(ours, url):
    permissions = [f"{verb}_staffmember" for verb in ("view", "add", "change", "delete")]
    staff = f.staff(profile=f.profile(organization=ours), permissions=permissions)
    client = Client()
    client.force_login(staff.user)
    root = Client()
    root.force_login(f.superuser())
    url = "/admin/scheduling/staffmember/" + url.format(pk=staff.pk)

    assert client.get(url).status_code == 403
    assert root.get(url).status_code == 200


def test_staff_link_to_missing_profile(ours):
    staff = f.staff(profile=f.profile(organization=ours), username="noa")
    delete_profile(staff.profile)
    new = f.profile(organization=ours)
    root = Client()
    root.force_login(f.superuser())
    url = f"/admin/scheduling/staffmember/{staff.pk}/change/"

    listed = pages.rows(root.get("/admin/scheduling/staffmember/"))
    root.get(url)
    answer = root.post(url, {"user": staff.user_id, "profile": str(new.pk)})

    assert listed == ["noa gone: no access -"]
    assert answer.status_code == 302
    staff.refresh_from_db()
    assert staff.profile == new


def test_staff_link_unique_profile(ours):
    staff = f.staff(profile=f.profile(organization=ours))
    other = User.objects.create_user("other", is_staff=True)
    root = Client()
    root.force_login(f.superuser())

    answer = root.post(
        "/admin/scheduling/staffmember/add/", {"user": other.pk, "profile": staff.profile_id}
    )

    assert pages.errors(answer) == {"profile": ["Staff member with this Profile already exists."]}


def test_staff_link_to_unknown_profile(ours):
    user = User.objects.create_user("other", is_staff=True)
    root = Client()
    root.force_login(f.superuser())

    answer = root.post(
        "/admin/scheduling/staffmember/add/", {"user": user.pk, "profile": str(uuid.uuid4())}
    )

    assert list(pages.errors(answer)) == ["profile"]
    assert not StaffMember.objects.exists()


def test_profile_autocomplete_superusers_only(ours, editor, their_event):
    query = {
        "app_label": "scheduling",
        "model_name": "staffmember",
        "field_name": "profile",
        "term": "נועה",
    }
    client, root = Client(), Client()
    client.force_login(editor.user)
    root.force_login(f.superuser())

    assert client.get("/admin/autocomplete/", query).status_code == 403
    found = root.get("/admin/autocomplete/", query).json()["results"]
    assert found == [{"id": str(editor.profile_id), "text": "נועה כהן"}]

"""Users, groups and staff members: what opens doors is a superuser's alone, whatever is granted."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import NoReverseMatch, reverse

from scheduling.models import StaffMember
from tests import factories as f
from tests import pages

MODELS = ["auth_user", "auth_group", "scheduling_staffmember"]
AUTOCOMPLETE = "/admin/autocomplete/?app_label=scheduling&model_name=staffmember&field_name=user"


@pytest.fixture(params=["their own", "a group's"])
def clerk(request, ours):
    """Somebody who holds every permission there is, and is no superuser."""
    user = f.staff(profile=f.profile(organization=ours), username="clerk").user
    if request.param == "their own":
        user.user_permissions.set(Permission.objects.all())
    else:
        group = Group.objects.create(name="everything")
        group.permissions.set(Permission.objects.all())
        user.groups.add(group)
    return user


def addresses(target) -> list[str]:
    """Every page about users, groups and staff members, with the target where one is named."""
    found = []
    for model in MODELS:
        found += [reverse(f"admin:{model}_{page}") for page in ("changelist", "add")]
        pk = {"auth_user": target.pk, "auth_group": _group().pk}.get(model, _member().pk)
        found += [
            reverse(f"admin:{model}_{page}", args=[pk]) for page in ("change", "delete", "history")
        ]
    return [*found, reverse("admin:auth_user_password_change", args=[target.pk])]


def _group() -> Group:
    return Group.objects.get(name="Viewer")


def _member() -> StaffMember:
    return StaffMember.objects.first()


def state() -> list:
    tables = ("auth_user", "auth_group", "auth_group_permissions", "auth_user_user_permissions")
    return [f.whole_table(table) for table in (*tables, "scheduling_staffmember")]


def test_user_pages_for_superusers_only(clerk):
    root = f.superuser()
    browser = pages.signed_in(clerk)
    own = {"username": "clerk", "is_superuser": "on", "is_staff": "on", "is_active": "on"}
    new = {"password1": "a new staple", "password2": "a new staple", "usable_password": "true"}
    chosen = {"_selected_action": [str(clerk.pk), str(root.pk)], "post": "yes"}
    before = state()

    for target in (clerk, root):
        for page in addresses(target):
            assert browser.get(page).status_code == 403, page
            assert browser.post(page, own | new | {"post": "yes"}).status_code == 403, page
    for model in MODELS:
        for action in ("delete_selected", "take_away_second_factor"):
            page = reverse(f"admin:{model}_changelist")
            assert browser.post(page, chosen | {"action": action}).status_code == 403, page
    assert browser.get(AUTOCOMPLETE).status_code == 403

    assert state() == before
    assert not User.objects.get(pk=clerk.pk).is_superuser


def test_index_user_pages_for_superusers(clerk):
    def offered(user):
        shown = pages.source(pages.signed_in(user).get("/admin/"))
        return [model for model in MODELS if reverse(f"admin:{model}_changelist") in shown]

    assert (offered(clerk), offered(f.superuser())) == ([], MODELS)


@pytest.mark.parametrize(
    "model", ["otp_totp_totpdevice", "admin_logentry", "auth_permission", "axes_accessattempt"]
)
def test_sign_in_records_have_no_pages(model):
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:{model}_changelist")


def test_permission_without_page_not_offered(db):
    page = pages.signed_in(f.superuser()).get("/admin/auth/group/add/")

    offered = page.context["adminform"].form.fields["permissions"].queryset
    models = set(offered.values_list("content_type__app_label", "content_type__model"))
    assert ("ai_audit", "suggestion") in models
    assert not models & {("auth", "user"), ("auth", "group"), ("scheduling", "staffmember")}


def test_superusers_go_on_as_before(ours):
    root = f.superuser()
    clerk = f.staff(profile=f.profile(organization=ours), username="clerk").user

    for page in addresses(clerk):
        assert pages.signed_in(root).get(page).status_code == 200, page

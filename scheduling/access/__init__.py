"""Access: who may enter, and which tenant they see: their organization, a superuser all."""

from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.forms import UsernameField
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.forms import TextInput
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _lazy

from eventflow.accounts import account, second_factor, signing_in
from eventflow.accounts.account import CodeNeeded
from eventflow.accounts.supabase_auth import Trouble
from eventflow.db import database
from scheduling.access import roles
from scheduling.models import Organization, StaffMember

Rows = TypeVar("Rows", bound=QuerySet)


class NotStaff(Exception):
    """The user is not linked to a profile that exists."""

    def __str__(self):
        return str(
            _lazy(
                "Your user is not linked to a profile of EventFlow, so you cannot decide. "
                "Ask an administrator to add you under “Staff members”."
            )
        )


def staff_member(user) -> StaffMember:
    """The staff member behind a Django user, with profile and organization read along.

    They are as they were when the user was read, at the beginning of the request, and whether a
    second factor was given in this sign-in is known of them. Raises NotStaff when the user is not
    linked, or the profile is gone.
    """
    try:
        linked = user.staff_member
        linked.profile  # noqa: B018 - raises where it is gone
    except (AttributeError, ObjectDoesNotExist):
        raise NotStaff from None
    linked.aal = database.AAL2 if second_factor.given(user) else database.AAL1
    return linked


def organization_scope(user) -> UUID | None:
    """The organization whose rows the user may see, or None for all of them (a superuser).

    Raises NotStaff for anyone else who is not linked, or whose profile has no organization.
    """
    if user.is_superuser:
        return None
    organization_id = staff_member(user).profile.organization_id
    if organization_id is None:
        raise NotStaff
    return organization_id


def visible(queryset: Rows, user, organization_path: str) -> Rows:
    """The rows of the user's organization; all of them for a superuser, none for nobody's user.

    `organization_path` leads from the model to the organization's id.
    """
    try:
        organization_id = organization_scope(user)
    except NotStaff:
        return queryset.none()
    if organization_id is None:
        return queryset
    return queryset.filter(**{organization_path: organization_id})


def organizations() -> list[tuple[UUID, str]]:
    """Every organization's id and name, by name, to choose from."""
    return list(Organization.objects.order_by("name").values_list("pk", "name"))


def _may_enter(user) -> bool:
    if user.is_superuser:
        return True
    try:
        staff_member(user)
    except NotStaff:
        return False
    return True


# What a user may do itself and by its groups, for users that are read; a superuser may do all.
_GRANTED = RawSQL(
    """case when auth_user.is_superuser then '{}' else array(
      select t.app_label || '.' || p.codename
      from auth_permission as p
      join django_content_type as t
        on t.id = p.content_type_id
      where p.id in (
        select own.permission_id
        from auth_user_user_permissions as own
        where own.user_id = auth_user.id
        union all
        select given.permission_id
        from auth_user_groups as member
        join auth_group_permissions as given
          on given.group_id = member.group_id
        where member.user_id = auth_user.id
      )
    ) end""",
    [],
)


class StaffBackend(ModelBackend):
    """Django's own, but who may not enter any more is signed out at the next request.

    That is whoever was made inactive, is not linked any more, or whose profile is gone. Where
    names are switched off, superusers alone have one.
    """

    def authenticate(self, request, username=None, password=None):
        user = super().authenticate(request, username=username, password=password)
        if user is None or "name" in settings.SIGN_IN_WITH or user.is_superuser:
            return user
        return None

    def get_user(self, user_id):
        """The user with all that tells what it may see and is asked for, in one statement."""
        user = (
            second_factor.known(get_user_model().objects.all())
            .select_related("staff_member__profile__organization")
            .annotate(roles_are_kept=roles.ARE_KEPT, granted=_GRANTED)
            .filter(pk=user_id)
            .first()
        )
        if user is None or not self.user_can_authenticate(user) or not _may_enter(user):
            return None
        if not user.is_superuser:
            gave = user.staff_member.role_gives
            roles.follow(user.staff_member, kept=user.roles_are_kept)
            # What another group gives is asked for anew.
            if user.staff_member.role_gives == gave:
                user._perm_cache = set(user.granted)
        return user


class _NameField(UsernameField):
    """A user name as it is typed; what nobody can be called is a wrong name like any other.

    Longer ones would not fit where wrong passwords are counted, and a NUL cannot even be asked for.
    """

    LONGEST = 255

    def to_python(self, value):
        return (super().to_python(value) or "")[: self.LONGEST].replace(
            "\0", "\N{REPLACEMENT CHARACTER}"
        )


class SignInForm(AdminAuthenticationForm):
    """The admin's sign-in form; it says why someone with the right password may not enter.

    Where accounts of EventFlow are offered, what has an @ is one's address; `?way=name` asks for
    user names alone, which may have one as well. No password is ever tried both ways.
    """

    username = _NameField(widget=TextInput(attrs={"autofocus": True}))

    _NO_ACCOUNT = _lazy(
        "That is not the e-mail address and the password of an EventFlow account that may sign in. "
        "If you sign in to EventFlow with Google, or by a link in a mail, your account has no "
        "password yet: set one there, or ask an administrator for a user name of the back office."
    )

    def __init__(self, request=None, *args, **kwargs):
        super().__init__(request, *args, **kwargs)
        self.said = request.GET if request else QueryDict()
        self.by_account = account.is_offered() and self.said.get("way") != "name"
        if self.by_account:
            self.fields["username"].label = (
                _lazy("E-mail address in EventFlow, or user name here")
                if "name" in settings.SIGN_IN_WITH
                else _lazy("E-mail address in EventFlow")
            )

    @property
    def other_way(self) -> str:
        """The address of this page for the other way; empty where there is none."""
        if not account.is_offered():
            return ""
        said = self.said.copy()
        said["way"] = "name" if self.by_account else "account"
        return f"?{said.urlencode()}"

    def clean(self):
        said = self.cleaned_data
        name, password = said.get("username"), said.get("password")
        if not (self.by_account and name and password and "@" in name):
            return super().clean()
        try:
            self.user_cache = authenticate(
                self.request,
                account=name.strip(),
                username=signing_in.folded(name),
                password=password,
            )
        except CodeNeeded as needed:
            # The sign-in page leads on to the code.
            self.request.code_needed = needed.session
            raise ValidationError(_lazy("A code is needed as well.")) from needed
        except Trouble as trouble:
            raise ValidationError(str(trouble)) from trouble
        if self.user_cache is None:
            raise ValidationError(self._NO_ACCOUNT, code="invalid_login")
        self.confirm_login_allowed(self.user_cache)
        return said

    def confirm_login_allowed(self, user):
        super().confirm_login_allowed(user)
        if not _may_enter(user):
            raise ValidationError(
                _lazy(
                    "Your password is right, but your user is not linked to a profile of "
                    "EventFlow, or that profile is gone. Ask an administrator to link you "
                    "under “Staff members”."
                ),
                code="not_linked",
            )

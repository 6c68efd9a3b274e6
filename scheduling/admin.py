"""Around the programme in the admin: people to look at, staff to link.

Events and sessions are in `ai_audit`, where what waits for them is known, and decided.
"""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from eventflow.accounts.moments import LoggedByTheDatabase
from eventflow.admin import ReadOnlyAdmin, SuperusersOnly
from eventflow.web.parameters import OnlyDeclared
from scheduling import access
from scheduling.models import Organization, StaffMember, UserProfile

admin.site.login_form = access.SignInForm


class InTheOwnOrganization:
    """Shows only rows of the staff member's organization; a superuser sees all.

    `organization_path` leads from the model to the organization's id.
    """

    organization_path = "organization_id"

    def get_queryset(self, request):
        return access.visible(super().get_queryset(request), request.user, self.organization_path)


def _isolated(text):
    return format_html("<bdi>{}</bdi>", text) if text else None


@admin.register(UserProfile)
class UserProfileAdmin(InTheOwnOrganization, ReadOnlyAdmin):
    """People of the product, to look at and to link staff to."""

    list_display = ("full_name", "email", "organization")
    list_select_related = ("organization",)
    ordering = ("full_name",)
    search_fields = ("full_name", "email")


@admin.register(Organization)
class OrganizationAdmin(InTheOwnOrganization, ReadOnlyAdmin):
    """Customers, to look at."""

    organization_path = "id"
    list_display = ("name",)
    ordering = ("name",)
    search_fields = ("name",)


@admin.register(StaffMember)
class StaffMemberAdmin(SuperusersOnly, LoggedByTheDatabase, OnlyDeclared, admin.ModelAdmin):
    """Who is who: only superusers link users to profiles, since that opens an organization."""

    list_display = ("user", "profile_shown", "organization_shown")
    list_select_related = ("user",)
    autocomplete_fields = ("user", "profile")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("profile__organization")

    @admin.display(description=_("profile"))
    def profile_shown(self, member):
        profile = _profile(member)
        return _isolated(profile.full_name) if profile else _("gone: no access")

    @admin.display(description=_("organization"))
    def organization_shown(self, member):
        profile = _profile(member)
        return _isolated(str(profile.organization)) if profile and profile.organization else None


def _profile(member: StaffMember) -> UserProfile | None:
    try:
        return member.profile
    except UserProfile.DoesNotExist:
        return None

"""Around the programme in the admin: people to look at, staff to link.

Events and sessions are in `ai_audit`, where what waits for them is known, and decided.
"""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from eventflow.accounts import mail
from eventflow.accounts.moments import LoggedByTheDatabase
from eventflow.admin import ReadOnlyAdmin, SuperusersOnly
from eventflow.text.bidi import isolate
from eventflow.web.parameters import OnlyDeclared, takes
from scheduling import access
from scheduling.access import adding
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


class AddForm(forms.Form):
    """The form to add staff: the profile by its address, and the group."""

    email = forms.CharField(
        label=_lazy("E-mail address in EventFlow"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autofocus": True, "dir": "ltr", "class": "vTextField"}),
    )
    group = forms.ModelChoiceField(Group.objects.order_by("name"), label=_lazy("Group"))
    profile = forms.UUIDField(
        label=_lazy("Id of the profile"),
        required=False,
        help_text=_lazy("Only where several profiles have that address."),
        widget=forms.TextInput(attrs={"dir": "ltr", "class": "vTextField"}),
    )
    username = forms.CharField(
        label=_lazy("User name"),
        required=False,
        max_length=150,
        help_text=_lazy("Otherwise the address."),
        widget=forms.TextInput(attrs={"dir": "auto", "class": "vTextField"}),
    )


@admin.register(StaffMember)
class StaffMemberAdmin(SuperusersOnly, LoggedByTheDatabase, OnlyDeclared, admin.ModelAdmin):
    """Staff members: only superusers link users to profiles, since that opens an organization."""

    list_display = ("user", "profile_shown", "organization_shown")
    list_select_related = ("user",)
    autocomplete_fields = ("user", "profile")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("profile__organization")

    def get_urls(self):
        by_email = path(
            "by-email/",
            self.admin_site.admin_view(self.by_email_view),
            name="scheduling_staffmember_by_email",
        )
        return [by_email, *super().get_urls()]

    @takes()
    def by_email_view(self, request):
        """Add somebody in one form; what comes of it is told on the same page, and kept nowhere."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = AddForm(request.POST or None)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": _("Add staff by e-mail"),
            "form": form,
        }
        if request.method == "POST" and form.is_valid():
            try:
                context |= self._added(request, form.cleaned_data)
            except adding.Refused as refusal:
                form.add_error(None, str(refusal))
        return TemplateResponse(request, "admin/scheduling/staffmember/by_email.html", context)

    def _added(self, request, said) -> dict:
        added = adding.add(
            email=said["email"],
            group=said["group"],
            profile_id=said["profile"],
            username=said["username"],
        )
        member = added.member
        if added.changed:
            self.log_change(request, member, "Added by e-mail.")
        return {
            "added": added,
            "said": _("%(user)s is staff, in the group %(group)s, as %(name)s of %(organization)s.")
            % {
                "user": isolate(member.user.get_username()),
                "group": isolate(said["group"].name),
                "name": isolate(member.profile.full_name),
                "organization": isolate(member.profile.organization.name),
            },
            "link": added.link and mail.home() + added.link,
            "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
        }

    @admin.display(description=_lazy("profile"))
    def profile_shown(self, member):
        profile = _profile(member)
        return _isolated(profile.full_name) if profile else _lazy("gone: no access")

    @admin.display(description=_lazy("organization"))
    def organization_shown(self, member):
        profile = _profile(member)
        return _isolated(str(profile.organization)) if profile and profile.organization else None


def _profile(member: StaffMember) -> UserProfile | None:
    try:
        return member.profile
    except UserProfile.DoesNotExist:
        return None

"""Base admin classes: what every page of the back office has in common; and who signs in."""

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, SetUnusablePasswordMixin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django_otp.plugins.otp_totp import admin as totp_admin

from eventflow.accounts import account_pages, second_factor
from eventflow.accounts.moments import LoggedByTheDatabase
from eventflow.web.parameters import OnlyDeclared

admin.site.site_header = _lazy("EventFlow back office")
admin.site.site_title = _lazy("EventFlow back office")
admin.site.index_title = _lazy("Home")
admin.site.led_on = account_pages.led_on
# There is no other site to view.
admin.site.site_url = None
# The tables need the width, and the pages are few.
admin.site.enable_nav_sidebar = False
# Each enrols their own, and nobody else sees the secret.
admin.site.unregister(totp_admin.TOTPDevice)
admin.site.unregister((Group, User))


class PasswordForm(AdminPasswordChangeForm):
    """Django's own, which puts its help together before there is a language to put it in."""

    usable_password_help_text = format_lazy(
        '{}<ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
        SetUnusablePasswordMixin.usable_password_help_text,
        _lazy("If disabled, the current password for this user will be lost."),
    )


UserAdmin.change_password_form = PasswordForm


class ReadOnlyAdmin(OnlyDeclared, admin.ModelAdmin):
    """Rows to look at: nothing is added, changed or deleted here."""

    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 25

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class SuperusersOnly:
    """Rows that open doors, to oneself or others: a superuser's alone, whoever is granted what."""

    def has_module_permission(self, request):
        return request.user.is_superuser

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission


# What Django writes into the database, in English, of every model that has not said otherwise.
_USUAL = {
    "add": _lazy("Can add: %(model)s"),
    "change": _lazy("Can change: %(model)s"),
    "delete": _lazy("Can delete: %(model)s"),
    "view": _lazy("Can view: %(model)s"),
}


def _permission_in_words(permission: Permission) -> str:
    """A permission in the reader's language, with what it is about."""
    usual, _underscore, about = permission.codename.partition("_")
    if usual in _USUAL and about == permission.content_type.model:
        options = permission.content_type.model_class()._meta
        name = _USUAL[usual] % {"model": options.verbose_name_plural}
    else:
        name = _(permission.name)
    return f"{permission.content_type} | {name}"


def _is_granted(model) -> bool:
    """Whether a permission about the model makes any difference."""
    return admin.site.is_registered(model) and not isinstance(
        admin.site.get_model_admin(model), SuperusersOnly
    )


class PermissionsInWords:
    """Permissions to choose from, in the reader's language: those that open pages here."""

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.related_model is Permission:
            shown = filter(_is_granted, apps.get_models())
            types = ContentType.objects.get_for_models(*shown, for_concrete_models=False)
            field.queryset = field.queryset.filter(content_type__in=types.values())
            field.label_from_instance = _permission_in_words
        return field


@admin.register(Group)
class RoleAdmin(SuperusersOnly, LoggedByTheDatabase, OnlyDeclared, PermissionsInWords, GroupAdmin):
    """Django's own groups."""


@admin.register(User)
class SigningInAdmin(
    SuperusersOnly, LoggedByTheDatabase, OnlyDeclared, PermissionsInWords, UserAdmin
):
    """Django's own users, and the way back for someone who has lost the app with the codes."""

    list_display = (*UserAdmin.list_display, "has_second_factor")
    actions = ("take_away_second_factor",)

    def get_queryset(self, request):
        return second_factor.known(super().get_queryset(request))

    @admin.display(
        description=_lazy("two-step verification"), boolean=True, ordering="has_second_factor"
    )
    def has_second_factor(self, user):
        return user.has_second_factor

    @admin.action(
        description=_lazy("Switch two-step verification off, to be set up anew"),
        permissions=["change"],
    )
    def take_away_second_factor(self, request, queryset):
        losing = list(queryset.filter(has_second_factor=True))
        second_factor.take_away(losing)
        for user in losing:
            self.log_change(request, user, "Two-step verification switched off.")
        self.message_user(
            request,
            ngettext(
                "Two-step verification of %(count)s user was switched off. Where the phone may be "
                "in someone else’s hands, set a new password as well.",
                "Two-step verification of %(count)s users was switched off. Where a phone may be "
                "in someone else’s hands, set a new password as well.",
                len(losing),
            )
            % {"count": len(losing)},
        )

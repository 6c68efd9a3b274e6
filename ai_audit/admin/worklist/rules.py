"""When organizations ask for a second approver: for superusers, who set it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.admin.formatting import column
from ai_audit.models import ApprovalRule
from eventflow.accounts.moments import LoggedByTheDatabase
from eventflow.admin import SuperusersOnly
from eventflow.web.parameters import OnlyDeclared

_MEANING = _lazy(
    "The first who approves is kept as 1 of 2, and nothing happens yet; somebody else of the "
    "organization decides by approving it too. Changes by hand are kept as suggestions and wait "
    "alike. Without a rule everybody approves alone."
)


@admin.register(ApprovalRule)
class ApprovalRuleAdmin(  # type: ignore[misc]  # Stock actions, of which it has none.
    SuperusersOnly, LoggedByTheDatabase, OnlyDeclared, admin.ModelAdmin
):
    """One rule an organization; without one, everybody approves alone."""

    list_display = ("organization_shown", "second_for")
    list_select_related = ("organization",)
    list_display_links = ("organization_shown",)
    radio_fields = {"second_for": admin.VERTICAL}
    ordering = ("organization__name",)
    show_full_result_count = False
    actions = None

    organization_shown = column("organization__name", _lazy("organization"))

    def get_readonly_fields(self, request, obj=None):
        """A rule stays its organization's: another one's is another row."""
        return ("organization_shown",) if obj else ()

    def get_fieldsets(self, request, obj=None):
        whose = "organization_shown" if obj else "organization"
        return [(None, {"fields": (whose, "second_for"), "description": _MEANING})]

"""The audit history: every suggestion ever made, to look at; what was carried out can be undone."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ai_audit.admin.base import (
    ActionTypeFilter,
    OrganizationFilter,
    SuggestionPages,
    isolated,
    local_time,
    nothing_to_decide,
)
from ai_audit.admin.undoing import UNDO_BUTTON, may_undo, undo_page
from ai_audit.models import Status, Suggestion
from eventflow.admin import DateRangeFilter, VisibleRelatedFilter


@admin.register(Suggestion)
class SuggestionAdmin(SuggestionPages):
    """The audit history."""

    list_display = ("what", "status_shown", "event_shown", "asked", "approver_shown", "created")
    list_filter = (
        "execution_status",
        ActionTypeFilter,
        OrganizationFilter,
        ("created_at", DateRangeFilter),
        ("event", VisibleRelatedFilter),
        ("user", VisibleRelatedFilter),
        ("approved_by", VisibleRelatedFilter),
    )
    ordering = ("-created_at", "-id")
    actions = None

    def changelist_view(self, request, extra_context=None):
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title} | (extra_context or {}))

    def get_list_display(self, request):
        shown = super().get_list_display(request)
        return (*shown, "organization_shown") if request.user.is_superuser else shown

    @admin.display(description=_("status"), ordering="execution_status")
    def status_shown(self, suggestion):
        status = suggestion.execution_status
        error = (suggestion.execution_error or "")[:160]
        return format_html(
            '<span class="chip status {}">{}</span>{}',
            status if status in Status.values else "",
            suggestion.status_label,
            format_html('<br><bdi class="quiet">{}</bdi>', error) if error else "",
        )

    @admin.display(description=_("approver"))
    def approver_shown(self, suggestion):
        return isolated(suggestion.approved_by.full_name) if suggestion.approved_by else None

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, suggestion):
        return local_time(suggestion.created_at, suggestion.zone)

    def get_urls(self):
        state = path(
            "<uuid:pk>/state/",
            self.admin_site.admin_view(self.state_view),
            name="ai_audit_suggestion_state",
        )
        return [state, *super().get_urls()]

    def state_view(self, request, pk):
        """Where a suggestion stands, for a page that is open: status, and a sentence with who."""
        suggestion = self.find(self.get_queryset(request), str(pk))
        may_see = self.has_view_permission(request, suggestion) or request.user.has_perm(
            "ai_audit.view_pendingsuggestion"
        )
        if suggestion is None or not may_see:
            raise PermissionDenied
        sentence = nothing_to_decide(suggestion)
        return JsonResponse({"status": suggestion.execution_status, "sentence": sentence})

    def decision_context(self, request, suggestion, verdict):
        if verdict is None:
            return {"buttons": [UNDO_BUTTON] if may_undo(request, suggestion) else []}
        if not request.user.has_perm("ai_audit.view_pendingsuggestion"):
            return {}
        return {
            "queue_url": reverse("admin:ai_audit_pendingsuggestion_change", args=[suggestion.pk])
        }

    def decide(self, request, suggestion):
        """Undo what was carried out; the history decides nothing else."""
        if "_undo" not in request.POST:
            raise PermissionDenied
        return undo_page(self, request, suggestion)

"""Events, to look at: their days with what stands and what waits, and one day drawn by room."""

import re
from datetime import date, datetime
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.admin.formatting import column, local_time, page
from ai_audit.models import Suggestion
from ai_audit.presenters import event_day, whole_event, wishes
from eventflow.admin import ReadOnlyAdmin
from eventflow.web.parameters import takes
from scheduling import access, times
from scheduling.models import Event

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Events, to look at, each in its own time."""

    list_display = ("name_shown", "organization_shown", "starts", "ends", "zone_shown")
    fields = (("name", "organization"), ("starts", "ends", "zone_shown"))
    readonly_fields = ("starts", "ends", "zone_shown")
    list_select_related = ("organization",)
    ordering = ("-start_date",)
    search_fields = ("name",)
    change_form_template = "admin/ai_audit/event.html"

    def get_queryset(self, request):
        return access.visible(super().get_queryset(request), request.user, "organization_id")

    name_shown = column("name", _lazy("name"))
    organization_shown = column("organization__name", _lazy("organization"))

    @admin.display(description=_lazy("starts"), ordering="start_date")
    def starts(self, event):
        return local_time(event.start_date, event.zone)

    @admin.display(description=_lazy("ends"), ordering="end_date")
    def ends(self, event):
        return local_time(event.end_date, event.zone)

    @admin.display(description=_lazy("time zone"), ordering="timezone")
    def zone_shown(self, event):
        return format_html('<bdi class="ltr">{}</bdi>', times.called(event.zone))

    # An event with its days

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<uuid:event_id>/days/", view(self.days_view), name="scheduling_event_days"),
            path(
                "<uuid:event_id>/days/<slug:day>/",
                view(self.day_view),
                name="scheduling_event_day",
            ),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        event = self.get_object(request, object_id)
        context = {}
        if event is not None and self.has_view_permission(request, event):
            waits = _waiting(request, event) if may_see_suggestions(request) else None
            may_see_sessions = request.user.has_perm("scheduling.view_schedule")
            context = {
                "whole": whole_event.event(
                    event, waits, sessions=may_see_sessions, leads_to=_leading(request)
                ),
                "may_see_sessions": may_see_sessions,
                "sessions_url": sessions_of(event),
                "queue_url": queue_of(request, event),
                "zone": event.zone,
            }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    @takes()
    def days_view(self, request, event_id):
        """To the day that is looked at first."""
        event = self._event_with_suggestions(request, event_id)
        if event is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(event_id))
        today = timezone.localdate(timezone=event.zone)
        first = wishes.begins_with(event, _waiting(request, event), today)
        return HttpResponseRedirect(day_address(event.pk, first))

    @takes("only")
    def day_view(self, request, event_id, day):
        """A day of an event by room, with everything that waits for it; or only that."""
        event = self._event_with_suggestions(request, event_id)
        if event is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(event_id))
        on = _parsed(day)
        waits = _waiting(request, event)
        alone = request.GET.get("only") == "waiting"
        found = event_day.day(event, on, waits, leads_to=_leading(request), alone=alone)
        if found is None:
            raise Http404
        context = {
            "event": event,
            "found": found,
            "timetable": found.timetable,
            "leaves": wishes.leaves(event, waits, on),
            "waits": waits,
            "alone": alone,
            "keeps": "?only=waiting" if alone else "",
            "zone": event.zone,
            "may_see_sessions": request.user.has_perm("scheduling.view_schedule"),
            "may_see_events": request.user.has_perm("scheduling.view_event"),
            "sessions_url": sessions_of(event),
            "queue_url": queue_of(request, event),
        }
        return page(self, request, "event_day", context)

    def _event_with_suggestions(self, request, event_id) -> Event | None:
        """The event, for who may see its suggestions; None where it is not theirs to see."""
        if not may_see_suggestions(request):
            raise PermissionDenied
        return self.get_queryset(request).filter(pk=event_id).first()


def may_see_suggestions(request) -> bool:
    """Whether what waits may be looked at, in the queue or in the history."""
    user = request.user
    return user.has_perm("ai_audit.view_pendingsuggestion") or user.has_perm(
        "ai_audit.view_suggestion"
    )


def day_address(event_id: UUID, day: date) -> str:
    """The page of a day of an event."""
    return reverse("admin:scheduling_event_day", args=[event_id, day.isoformat()])


def day_of(suggestion: Suggestion, at: datetime) -> str:
    """The page of the day of its event that a moment is on; empty for one without an event."""
    if suggestion.event_id is None:
        return ""
    return day_address(suggestion.event_id, times.local(at, suggestion.zone).date())


def queue_of(request, event: Event) -> str:
    """The queue with what waits for an event; empty for who may not see the queue."""
    if not request.user.has_perm("ai_audit.view_pendingsuggestion"):
        return ""
    return _of_event("ai_audit_pendingsuggestion", event)


def sessions_of(event: Event) -> str:
    """The list of an event's sessions."""
    return _of_event("scheduling_schedule", event)


def _of_event(model: str, event: Event) -> str:
    return reverse(f"admin:{model}_changelist", query={"event__id__exact": event.pk})


def _waiting(request, event: Event) -> wishes.Waiting:
    pending = access.visible(Suggestion.objects.pending(), request.user, "event__organization_id")
    return wishes.waiting(pending, event)


def _leading(request):
    """A function from a suggestion to its page's address, in the queue for who may see that."""
    model = (
        "pendingsuggestion"
        if request.user.has_perm("ai_audit.view_pendingsuggestion")
        else "suggestion"
    )
    return lambda suggestion: reverse(f"admin:ai_audit_{model}_change", args=[suggestion.pk])


def _parsed(day: str) -> date:
    try:
        if _DAY.fullmatch(day):
            return date.fromisoformat(day)
    except ValueError:
        pass
    raise Http404

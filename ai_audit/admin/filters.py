"""The filters of the approval queue: by what is written, by age, and by what is true right now."""

from datetime import timedelta
from uuid import UUID

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ai_audit import queue
from ai_audit.admin.base import VerdictChangeList
from ai_audit.proposals import Action
from ai_audit.queue import JUDGED, Tab
from ai_audit.verdicts import Risk
from scheduling import access


class ActionTypeFilter(admin.SimpleListFilter):
    """By what the suggestion would do; all other types together."""

    title = _("action type")
    parameter_name = "action"

    def lookups(self, request, model_admin):
        return [*((action.value, action.label) for action in Action), ("other", _("Other"))]

    def queryset(self, request, queryset):
        if self.value() == "other":
            return queryset.exclude(action_type__in=[action.value for action in Action])
        if self.value():
            return queryset.filter(action_type=self.value())
        return queryset


class OrganizationFilter(admin.SimpleListFilter):
    """By whose suggestion it is; for superusers, who see more than one organization's."""

    title = _("organization")
    parameter_name = "organization"

    def lookups(self, request, model_admin):
        if not request.user.is_superuser:
            return []
        return [(str(pk), name) for pk, name in access.organizations()]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        try:
            return queryset.of_organization(UUID(self.value()))
        except ValueError:
            return queryset.none()


class AgeFilter(admin.SimpleListFilter):
    """By how long ago it was suggested."""

    title = _("age")
    parameter_name = "older"

    _ages = {
        "hour": (_("Older than an hour"), timedelta(hours=1)),
        "day": (_("Older than a day"), timedelta(days=1)),
        "week": (_("Older than a week"), timedelta(weeks=1)),
    }

    def lookups(self, request, model_admin):
        return [(value, label) for value, (label, _age) in self._ages.items()]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        if self.value() not in self._ages:
            return queryset.none()
        _label, age = self._ages[self.value()]
        return queryset.filter(suggested_at__lt=timezone.now() - age)


class LiveFilter(admin.SimpleListFilter):
    """By what only a live verdict tells: the list asks for that once, for all such filters.

    `values` are what `queue.matching` is asked for, by what stands in the address.
    """

    values = {}

    def queryset(self, request, queryset):
        return queryset if self.value() in (None, "", *self.values) else queryset.none()

    @property
    def asks(self):
        """What `queue.matching` is asked for; nothing where the filter is not in use."""
        if self.value() not in self.values:
            return {}
        return {self.parameter_name: self.values[self.value()]}


class RiskFilter(LiveFilter):
    """By how much care a decision needs."""

    title = _("risk")
    parameter_name = "risk"
    values = {risk.value: risk for risk in Risk}

    def lookups(self, request, model_admin):
        return [(risk.value, risk.label) for risk in reversed(Risk)]


class VipFilter(LiveFilter):
    """By whether VIPs are concerned."""

    title = _("VIPs")
    parameter_name = "vip"
    values = {"yes": True, "no": False}

    def lookups(self, request, model_admin):
        return [("yes", _("VIPs concerned")), ("no", _("No VIPs"))]


class OverdueFilter(LiveFilter):
    """By whether the session has begun."""

    title = _("start")
    parameter_name = "overdue"
    values = {"yes": True, "no": False}

    def lookups(self, request, model_admin):
        return [("yes", _("Has begun")), ("no", _("Has not begun"))]


class TabFilter(LiveFilter):
    """By the tab of the queue, which stands above the list and not among the filters.

    Which rows an unjudged tab has is in the queryset already.
    """

    title = _("tab")
    parameter_name = "tab"
    template = "admin/ai_audit/no_filter.html"
    values = {tab.value: tab for tab in JUDGED}

    def lookups(self, request, model_admin):
        return [(tab.value, tab.label) for tab in Tab]

    def queryset(self, request, queryset):
        return queryset if self.value() in (None, "", *Tab) else queryset.none()


LIVE_FILTERS = (TabFilter, RiskFilter, VipFilter, OverdueFilter)


class QueueChangeList(VerdictChangeList):
    """A page of the queue; all that wait are judged only where a live filter is in use.

    `matching` are the ids that match all of these then, in the list's order, else None.
    """

    matching = None

    def get_filters(self, request):
        """The filters; the tab is none of those that can be cleared."""
        specs, has_filters, left, duplicates, _active = super().get_filters(request)
        active = self.get_filters_params().keys() - {TabFilter.parameter_name}
        return specs, has_filters, left, duplicates, bool(active)

    def get_queryset(self, request, exclude_parameters=None):
        found = super().get_queryset(request, exclude_parameters)
        if tab := request.GET.get(TabFilter.parameter_name):
            self.clear_all_filters_qs = self.get_query_string(
                {TabFilter.parameter_name: tab}, remove=self.get_filters_params()
            )
        asked = {}
        for live in self.filter_specs:
            if isinstance(live, LiveFilter):
                asked |= live.asks
        if not asked:
            return found
        # An action asks for the list a second time.
        if self.matching is None:
            self.matching = queue.matching(found, **asked)
            queue.lines.keep(self.model_admin.line_key(request), self.matching)
        return found.filter(pk__in=self.matching)

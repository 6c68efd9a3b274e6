"""The filters of the approval queue: by what is written, by age, and by what is true right now."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from django.contrib import admin
from django.db.models import Case, Count, F, Value, When
from django.db.models.functions import Now
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _lazy

from ai_audit import queue
from ai_audit.admin.base import VerdictChangeList
from ai_audit.models import Suggestion, waiting_for_answers
from ai_audit.proposals import Action
from ai_audit.queue import JUDGED, Tab
from ai_audit.verdicts import Risk
from eventflow.text.bidi import isolate
from scheduling import access

# Of a longer list it is not counted how many each choice leaves.
MOST_COUNTED = 10_000


class CountedFilter:
    """For a filter that is a condition of the database: each choice tells how many it would leave.

    They are of the list as it is shown, counted in one statement for all filters. One that is in
    use tells none: the list holds nothing of its other choices. `counted_by` is what the rows are
    grouped by.
    """

    def choices(self, changelist):
        everything, *others = super().choices(changelist)
        counts = changelist.counts.get(self)
        yield everything
        for value, choice in zip(self.offered(), others, strict=True):
            if counts is not None:
                count = number_format(self.left(value, counts), use_l10n=True)
                choice["display"] = f"{isolate(str(choice['display']))} ({count})"
            yield choice

    def offered(self) -> list:
        """The values of its choices, in their order."""
        return [value for value, _label in self.lookup_choices]

    def left(self, value, counts: Counter) -> int:
        """How many a choice leaves, by how many rows have what they are grouped by."""
        return counts[value]


class EventFilter(CountedFilter, admin.RelatedOnlyFieldListFilter):
    """By the event, among those of rows that the user may see."""

    counted_by = F("event_id")

    def offered(self):
        return [*super().offered(), *([None] if self.include_empty_choice else [])]


class ActionTypeFilter(CountedFilter, admin.SimpleListFilter):
    """By what the suggestion would do; all other types together."""

    title = _lazy("action type")
    parameter_name = "action"
    counted_by = F("action_type")

    def left(self, value, counts):
        if value != "other":
            return counts[value]
        return counts.total() - sum(counts[action.value] for action in Action)

    def lookups(self, request, model_admin):
        return [*((action.value, action.label) for action in Action), ("other", _lazy("Other"))]

    def queryset(self, request, queryset):
        if self.value() == "other":
            return queryset.exclude(action_type__in=[action.value for action in Action])
        if self.value():
            return queryset.filter(action_type=self.value())
        return queryset


class OrganizationFilter(CountedFilter, admin.SimpleListFilter):
    """By whose suggestion it is; for superusers, who see more than one organization's."""

    title = _lazy("organization")
    parameter_name = "organization"
    counted_by = Case(
        When(event__isnull=True, then=F("user__organization_id")),
        default=F("event__organization_id"),
    )

    def left(self, value, counts):
        return counts[UUID(value)]

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


class AgeFilter(CountedFilter, admin.SimpleListFilter):
    """By how long ago it was suggested."""

    title = _lazy("age")
    parameter_name = "older"

    _ages = {
        "hour": (_lazy("Older than an hour"), timedelta(hours=1)),
        "day": (_lazy("Older than a day"), timedelta(days=1)),
        "week": (_lazy("Older than a week"), timedelta(weeks=1)),
    }

    @property
    def counted_by(self):
        """The longest of the ages that a row has; none of them, of one that is new."""
        older = [
            When(suggested_at__lt=Now() - age, then=Value(value))
            for value, (_label, age) in reversed(self._ages.items())
        ]
        return Case(*older, default=None)

    def left(self, value, counts):
        ages = list(self._ages)
        return sum(counts[age] for age in ages[ages.index(value) :])

    def lookups(self, request, model_admin):
        return [(value, label) for value, (label, _age) in self._ages.items()]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        if self.value() not in self._ages:
            return queryset.none()
        _label, age = self._ages[self.value()]
        return queryset.filter(suggested_at__lt=Now() - age)


class AnswerFilter(CountedFilter, admin.SimpleListFilter):
    """By whether it waits for an answer to what whoever asked for it was asked.

    The judged tabs leave out what was asked within a day, unless the filter is in use: there it
    cannot be counted from the rows how many it would leave.
    """

    title = _lazy("question")
    parameter_name = "answer"
    WAITS = "waits"

    @property
    def counted_by(self):
        return Case(When(pk__in=waiting_for_answers(), then=Value(self.WAITS)), default=None)

    def choices(self, changelist):
        if changelist.params.get(TabFilter.parameter_name) in JUDGED:
            return admin.SimpleListFilter.choices(self, changelist)
        return super().choices(changelist)

    def lookups(self, request, model_admin):
        return [(self.WAITS, _lazy("Waits for an answer"))]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.waiting_for_answers() if self.value() == self.WAITS else queryset.none()


class SecondFilter(admin.SimpleListFilter):
    """By whose first approval waits for a second; offered where the list holds any that is asked.

    Whether what it rests on still stands is looked for when a row is shown, and not here.
    """

    title = _lazy("two approvals")
    parameter_name = "two"
    # Set by the list, when it knows its rows.
    offered = False

    def __init__(self, request, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        self._user = request.user

    @property
    def template(self):
        asked = self.offered or self.value()
        return "admin/filter.html" if asked else "admin/ai_audit/no_filter.html"

    def lookups(self, request, model_admin):
        return [
            ("second", _lazy("1 of 2: waits for a second")),
            ("own", _lazy("1 of 2: approved by me")),
        ]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        if self.value() not in ("second", "own"):
            return queryset.none()
        try:
            profile = access.staff_member(self._user).profile_id
        except access.NotStaff:
            profile = None
        return queryset.approved_first(profile, own=self.value() == "own")


class LiveFilter(admin.SimpleListFilter):
    """By what only a live verdict tells: the list asks for that once, for all such filters.

    `by_value` are the choices by what stands in the address: what each is called, and what
    `queue.matching` is asked for.
    """

    by_value = {}

    def lookups(self, request, model_admin):
        return [(value, label) for value, (label, _asked) in self.by_value.items()]

    def queryset(self, request, queryset):
        return queryset if self.value() in (None, "", *self.by_value) else queryset.none()

    @property
    def asks(self):
        """The filter as an argument of `queue.matching`; nothing where it is not in use."""
        _label, asked = self.by_value.get(self.value(), ("", None))
        return {} if asked is None else {self.parameter_name: asked}


class RiskFilter(LiveFilter):
    """By how much care a decision needs."""

    title = _lazy("risk")
    parameter_name = "risk"
    by_value = {risk.value: (risk.label, risk) for risk in reversed(Risk)}


class VipFilter(LiveFilter):
    """By whether VIPs are concerned."""

    title = _lazy("VIPs")
    parameter_name = "vip"
    by_value = {"yes": (_lazy("VIPs concerned"), True), "no": (_lazy("No VIPs"), False)}


class OverdueFilter(LiveFilter):
    """By whether the session has begun."""

    title = _lazy("start")
    parameter_name = "overdue"
    by_value = {"yes": (_lazy("Has begun"), True), "no": (_lazy("Has not begun"), False)}


class TabFilter(LiveFilter):
    """By the tab of the queue, which stands above the list and not among the filters.

    Which rows an unjudged tab has is in the queryset already.
    """

    title = _lazy("tab")
    parameter_name = "tab"
    template = "admin/ai_audit/no_filter.html"
    by_value = {tab.value: (tab.label, tab if tab in JUDGED else None) for tab in Tab}


LIVE_FILTERS = (TabFilter, RiskFilter, VipFilter, OverdueFilter)


class QueueChangeList(VerdictChangeList):
    """A page of the queue; all that wait are judged only where a live filter is in use.

    `matching` are the ids that match all of these then, in the list's order, else None.
    """

    matching = None

    def get_results(self, request):
        super().get_results(request)
        for one in self.filter_specs:
            if isinstance(one, SecondFilter):
                one.offered = any(suggestion.second_for for suggestion in self.result_list)

    @cached_property
    def counts(self) -> dict[CountedFilter, Counter]:
        """How many rows of the list have what a filter that is not in use groups by; one statement.

        Nothing of a list that is longer than `MOST_COUNTED`.
        """
        counted = [one for one in self.filter_specs if isinstance(one, CountedFilter)]
        counted = [one for one in counted if not self._in_use(one)]
        if not counted or self.result_count > MOST_COUNTED:
            return {}
        groups = {f"group_{n}": one.counted_by for n, one in enumerate(counted)}
        rows = (
            Suggestion.objects.filter(pk__in=self.queryset.order_by().values("pk"))
            .annotate(**groups)
            .values_list(*groups)
            .annotate(rows=Count("pk"))
            .order_by()
        )
        counts = {one: Counter() for one in counted}
        for *values, number in rows:
            for one, value in zip(counted, values, strict=True):
                counts[one][value] += number
        return counts

    @property
    def active(self) -> list[tuple]:
        """The filters in use: what each is called, its choice, and the address without it."""
        found = []
        for one in self.filter_specs:
            if isinstance(one, TabFilter) or not self._in_use(one):
                continue
            everything, *others = one.choices(self)
            chosen = next((choice["display"] for choice in others if choice["selected"]), "")
            found.append((one.title, chosen, everything["query_string"]))
        return found

    def _in_use(self, one) -> bool:
        return not self.get_filters_params().keys().isdisjoint(one.expected_parameters())

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
            queue.line_cache.keep(self.model_admin.line_key(request), self.matching)
        return found.filter(pk__in=self.matching)

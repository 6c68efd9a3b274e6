"""The queue's filter of what one of two people has approved."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _lazy

from scheduling import access


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

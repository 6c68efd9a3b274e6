"""Names to choose from in the history's filters: Django's own autocomplete, view and widget.

Of events, organizations and people, of one's organization only. Who may look at the history may
choose among them; the stock one would ask for the right to look at the other tables.
"""

from collections.abc import Mapping
from types import SimpleNamespace
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Left
from django.urls import reverse

from ai_audit.models import Suggestion
from scheduling.models import Event, Organization, UserProfile
from scheduling.names import holds

# What is chosen: the table, the column of the name, and that of whose a row is.
NAMED = {
    "event": (Event, "name", "organization"),
    "organization": (Organization, "name", "pk"),
    "requester": (UserProfile, "full_name", "organization"),
    "decider": (UserProfile, "full_name", "organization"),
}
# Of a longer name, so many characters.
LONGEST = 500


def named(field: str, organization: UUID | None) -> QuerySet:
    """A queryset of the choices of that organization (None for any), each with `called`."""
    model, name, owner = NAMED[field]
    found = model.objects.only("pk").annotate(called=Left(name, LONGEST))
    return found if organization is None else found.filter(**{owner: organization})


def names(chosen: Mapping[str, UUID | None], organization: UUID | None) -> dict[str, str]:
    """The names of what is chosen, of that organization (None for any), in one statement."""
    asked = [
        named(field, organization).filter(pk=pk).values_list(Value(field), "called")
        for field, pk in chosen.items()
        if pk
    ]
    return dict(asked[0].union(*asked[1:], all=True)) if asked else {}


class NamesView(AutocompleteJsonView):
    """Answers the widget: names of what a filter chooses among, with what was typed in them."""

    model_admin = None
    field = ""

    def process_request(self, request):
        if self.field not in NAMED:
            raise PermissionDenied
        return request.GET.get("term", "").replace("\0", ""), self.model_admin, None, "pk"

    def has_perm(self, request, obj=None):
        return self.model_admin.has_view_permission(request)

    def get_queryset(self):
        _model, name, _owner = NAMED[self.field]
        found = named(self.field, self.model_admin.organization_of(self.request))
        return found.filter(holds(F(name), self.term)).order_by(name, "pk")

    def paginate_queryset(self, queryset, page_size):
        """A page, of which one more is read to know of a next: nothing is counted."""
        asked = self.request.GET.get("page", "1")
        number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
        first = (max(number, 1) - 1) * page_size
        found = list(queryset[first : first + page_size + 1])
        page = SimpleNamespace(has_next=lambda: len(found) > page_size)
        return None, page, found[:page_size], True

    def serialize_result(self, obj, to_field_name):
        return {"id": str(obj.pk), "text": obj.called}


class NamesSelect(AutocompleteSelect):
    """The admin's own autocomplete, asking `NamesView`. It asks for no row itself.

    The field given to it is of no concern here, only the address is.
    """

    def __init__(self, name: str):
        field = Suggestion._meta.get_field("event")
        super().__init__(
            field, admin.site, attrs={"data-placeholder": "", "data-allow-clear": "true"}
        )
        self.name, self.label = name, ""

    def show(self, label: str | None) -> None:
        """Show what is chosen by its name; it stays an id where there is none."""
        self.label = label or ""

    def get_url(self):
        return reverse("admin:ai_audit_suggestion_names", args=[self.name])

    def optgroups(self, name, value, attrs=None):
        options = [self.create_option(name, "", "", False, 0)]
        for chosen in filter(None, value):
            options.append(self.create_option(name, chosen, self.label or chosen, True, 1))
        return [(None, options, 0)]


class NameField(forms.UUIDField):
    """A filter by one that is chosen by its name."""

    def __init__(self, label, name):
        super().__init__(label=label, required=False, widget=NamesSelect(name))

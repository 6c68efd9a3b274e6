"""Query parameters that a page has declared; all others are ignored.

Anything else is taken out of the request before the page sees it, so that it never becomes a
query, and is told. It is no error: an old bookmark, or what a mail program adds to a link, leads to
the page all the same.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import NamedTuple

from django.contrib import messages
from django.contrib.admin import FieldListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import (
    IS_FACETS_VAR,
    IS_POPUP_VAR,
    TO_FIELD_VAR,
    IncorrectLookupParameters,
    ShowFacets,
)
from django.contrib.admin.utils import get_fields_from_path, lookup_spawns_duplicates
from django.contrib.admin.views.main import ERROR_FLAG, SEARCH_VAR, ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from eventflow.text.bidi import isolate

# What the page of a row keeps of the list it was opened from.
KEPT = "_changelist_filters"
# So many of those that were ignored are named, by so many characters.
MOST_NAMED = 5
LONGEST_NAME = 40

_OF_ROWS = frozenset({KEPT, IS_POPUP_VAR, TO_FIELD_VAR})


class Declared(NamedTuple):
    """The parameters of a page; `warn` unless it answers no page on which to tell."""

    names: frozenset[str]
    warn: bool = True


def takes(*names: str, warn: bool = True) -> Callable:
    """Declare what a view takes; a view of the admin that declares nothing takes nothing."""

    def declare(view):
        view.takes = Declared(frozenset(names), warn)
        return view

    return declare


def only_declared(view: Callable) -> Callable:
    """The same view, which sees only the parameters that it takes."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        names, warn = _declared(view, request)
        ignore(request, [name for name in request.GET if name not in names], warn=warn)
        return view(request, *args, **kwargs)

    return wrapped


def _declared(view: Callable, request) -> Declared:
    if declared := getattr(view, "takes", None):
        return declared
    pages = getattr(view, "__self__", None)
    if isinstance(pages, OnlyDeclared):
        return Declared(frozenset(pages.taken_by(view.__name__, request)))
    return Declared(frozenset())


def ignore(request, names: Iterable[str], *, warn: bool = True) -> None:
    """Go on as if the address had not held those parameters, and tell whoever asked for a page."""
    names = list(names)
    if not names:
        return
    left = request.GET.copy()
    for name in names:
        del left[name]
    left._mutable = False
    request.GET = left
    # Whatever leads back to this page leads back without them.
    request.META["QUERY_STRING"] = left.urlencode()
    if warn and request.method == "GET":
        named = ", ".join(isolate(name[:LONGEST_NAME]) for name in names[:MOST_NAMED])
        messages.warning(
            request,
            ngettext(
                "The address asks for something that this page does not know: %(names)s. It was "
                "ignored.",
                "The address asks for things that this page does not know, %(count)s of them: "
                "%(names)s. They were ignored.",
                len(names),
            )
            % {"count": len(names), "names": named + ("…" if len(names) > MOST_NAMED else "")},
        )


class CarefulChangeList(ChangeList):
    """A list that asks the database for what its own filters say, and for nothing else."""

    def get_filters(self, request):
        """The filters in use. Django's own goes on to look for whatever else there is in a row."""
        left = self.get_filters_params()
        # PostgreSQL cannot be asked for that character, and no text of its holds it.
        if any("\0" in value for values in left.values() for value in values):
            raise IncorrectLookupParameters
        specs, duplicates, known = [], False, set()
        for asked in self.list_filter:
            before = set(left)
            spec, path = self._filter(asked, request, left)
            # One that has nothing to choose from is not there.
            if spec.has_output():
                specs.append(spec)
                taken = before - set(left)
                known |= taken
                duplicates |= bool(taken) and lookup_spawns_duplicates(self.lookup_opts, path)
        unknown = self.get_filters_params().keys() - known
        for name in unknown:
            del self.params[name], self.filter_params[name]
        ignore(request, [name for name in request.GET if name in unknown])
        return specs, bool(specs), {}, duplicates, bool(known)

    def _filter(self, asked, request, parameters):
        """One of `list_filter`, made; it takes what is its own out of `parameters`."""
        if callable(asked):
            return asked(request, parameters, self.model, self.model_admin), ""
        path, made = asked if isinstance(asked, (tuple, list)) else (asked, FieldListFilter.create)
        field = get_fields_from_path(self.model, path)[-1]
        spec = made(field, request, parameters, self.model, self.model_admin, field_path=path)
        return spec, path


class CarefulAutocomplete(AutocompleteSelect):
    """The admin's own, which takes what is no row's id for one that is not there."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, list(filter(self._is_there, value)), attr)

    def _is_there(self, value) -> bool:
        try:
            return self.choices.field.to_python(value) is not None
        except ValidationError:
            return False


class OnlyDeclared:
    """For a ModelAdmin: which parameters its pages take, and a list that takes no others."""

    # The fields that an address may fill in on the page of a new row.
    filled_in = ()
    not_in_the_list = _lazy(
        "Nothing was changed: something that cannot be in this list was chosen."
    )

    def taken_by(self, view: str, request) -> set[str]:
        """The parameters of one of Django's pages, by the name of its method."""
        if view == "changelist_view":
            taken = self.taken_by_list(request)
        elif view == "add_view":
            taken = _OF_ROWS | set(self.filled_in)
        else:
            taken = _OF_ROWS
        to_field = request.GET.get(TO_FIELD_VAR)
        known = not to_field or self.to_field_allowed(request, to_field)
        return taken if known else taken - {TO_FIELD_VAR}

    def taken_by_list(self, request) -> set[str]:
        """All that is there, but for what this list has not; the filters tell theirs themselves."""
        taken = set(request.GET)
        if not self.get_search_fields(request):
            taken.discard(SEARCH_VAR)
        if self.show_facets is not ShowFacets.ALLOW:
            taken.discard(IS_FACETS_VAR)
        # Beside what cannot be read, it would lead to a page about a broken database.
        if len(taken) > 1:
            taken.discard(ERROR_FLAG)
        return taken

    def get_object(self, request, object_id, from_field=None):
        """A field without a name is none: Django would look for it in the model."""
        return super().get_object(request, object_id, from_field or None)

    def get_changelist(self, request, **kwargs):
        return CarefulChangeList

    def changelist_view(self, request, extra_context=None):
        if request.GET.get(ERROR_FLAG) and request.method == "GET":
            messages.warning(
                request,
                _(
                    "What the address asked for could not be read, so that the list is shown "
                    "without it."
                ),
            )
        return super().changelist_view(request, extra_context)

    def response_action(self, request, queryset):
        """Act on what was ticked, unless it could be the key of no row."""
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.opts.pk.clean(key, None)
        except ValidationError:
            self.message_user(request, self.not_in_the_list, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", CarefulAutocomplete(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_search_results(self, request, queryset, search_term):
        """Also for the autocomplete, which asks for what it was sent as it is."""
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))

"""The audit history's list in the admin: the page that its form of filters gives, and how many."""

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.utils.formats import number_format
from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.admin import autocomplete
from ai_audit.admin.autocomplete import NamesSelect
from ai_audit.admin.base import tell_in_brief
from ai_audit.admin.history_form import HistoryForm, drawn_conditions, no_conditions
from ai_audit.models import Status
from ai_audit.reports import filters, pages
from ai_audit.reports.filters import View
from ai_audit.reports.pages import Cursor
from eventflow.web.parameters import CarefulChangeList

# By what a list is in another order than that of its view.
_OF_NEITHER = ("executed_from", "executed_to", "longer")
_OF_DECIDING = (*_OF_NEITHER, "decided_from", "decided_to", "own")
_OF_SUGGESTING = (*_OF_NEITHER, "from_day", "to_day", "claimed", "claim", "compared")


def how_many(asked: filters.Scoped) -> str:
    """How many rows there are, in words: exactly, at least, or about."""
    try:
        counted = pages.count(asked)
    except pages.TooWide:
        return _("Too many to count quickly")
    if counted.exact:
        return ngettext("%(count)s suggestion", "%(count)s suggestions", counted.rows) % {
            "count": number_format(counted.rows, force_grouping=True)
        }
    if counted.estimated:
        return _("about %(count)s suggestions") % {"count": _rounded(counted.rows)}
    return _("%(count)s+ suggestions") % {"count": number_format(counted.rows, force_grouping=True)}


def _rounded(rows: int) -> str:
    if rows < 1_000_000:
        return number_format(round(rows, -3), force_grouping=True)
    return _("%(count)s million") % {"count": number_format(rows / 1e6, decimal_pos=1)}


class HistoryChangeList(CarefulChangeList):
    """A page of the audit history. The index is read instead of the table, and nothing is counted.

    `form` holds what is asked for, `asked` is that within what the reader may see, `sentence` tells
    why nothing is listed.
    """

    PAGING = ("after", "before", "last", "until", "size")

    def get_queryset(self, request, exclude_parameters=None):
        return self.root_queryset

    def get_results(self, request):
        self.organization = self.model_admin.organization_of(request)
        self.form = HistoryForm(request.GET, all_organizations=self.organization is None)
        self.sentence, self.page = "", pages.Page([], None, None)
        if self.form.is_valid():
            self.asked = self.form.filters.within(self.organization)
            self._read(request)
        self.result_list = self.page.rows
        self.result_count = len(self.page.rows)
        tell_in_brief(self.result_list, {}, self.query_string)

    def _read(self, request):
        chosen = {name: getattr(self.asked.filters, name) for name in autocomplete.NAMED}
        self.form.show_names(autocomplete.names(chosen, self.organization))
        try:
            self.page = pages.page(self.asked, **self._place(request.GET))
        except pages.BadCursor as error:
            raise IncorrectLookupParameters from error
        except pages.TooWide as error:
            self.sentence = str(error)

    @staticmethod
    def _place(sent) -> dict:
        try:
            until = forms.DateField(required=False).clean(sent.get("until"))
        except forms.ValidationError as error:
            raise pages.BadCursor from error
        return {
            "after": Cursor.parse(sent["after"]) if sent.get("after") else None,
            "before": Cursor.parse(sent["before"]) if sent.get("before") else None,
            "last": "last" in sent,
            "until": until,
            "size": pages.LARGE_PAGE if sent.get("size") == str(pages.LARGE_PAGE) else pages.PAGE,
        }

    @property
    def query_string(self) -> str:
        """Everything that is asked for, the place in the list too, without the question mark."""
        return self.get_query_string().removeprefix("?")

    def elsewhere(self, **place):
        """The address of another place in the same list."""
        return self.get_query_string(place, remove=list(self.PAGING[:4]))

    @property
    def first_url(self):
        return self.elsewhere() if self.page.before else None

    @property
    def before_url(self):
        return self.elsewhere(before=self.page.before) if self.page.before else None

    @property
    def after_url(self):
        return self.elsewhere(after=self.page.after) if self.page.after else None

    @property
    def last_url(self):
        return self.elsewhere(last="1") if self.page.after else None

    @property
    def filter_query(self):
        """The query string without a cursor, for what concerns all of the list."""
        return self.get_query_string(remove=list(self.PAGING))

    @property
    def exported_query(self):
        """The same for a file, which is told which of the two views is shown."""
        view = self.form.cleaned_data["view"] if self.form.is_valid() else View.DECIDED
        return self.get_query_string({"view": view.value}, remove=list(self.PAGING))

    @property
    def active(self):
        """The conditions in force: a label, what it is set to, and the address without it."""
        asked = self.asked.filters.parameters() if self.form.is_valid() else {}
        return [
            (
                self.form[name].label,
                self._in_words(self.form[name]),
                self.get_query_string(remove=[name, *self.PAGING]),
            )
            for name in self._conditions
            if name in asked
        ]

    def _in_words(self, bound):
        value, widget = self.form.cleaned_data[bound.name], bound.field.widget
        if isinstance(widget, NamesSelect):
            return widget.label or value
        if isinstance(widget, forms.Select):
            return dict(widget.choices).get(str(value), value)
        return "" if value is True else value

    @property
    def conditions(self) -> str:
        """The form of filters as it was sent; open where something asked for is out of sight."""
        today = localdate()
        asked = {name for name in self._conditions if self.form.data.get(name)}
        view = View.SUGGESTED if self.form.data.get("view") == View.SUGGESTED else ""
        if not asked and self.hidden == ([("view", view)] if view else []):
            return no_conditions(get_language(), self.organization is None, today, view)
        in_sight = {field.name for field in self.form.fewer}
        opened = bool(asked - in_sight)
        return drawn_conditions(self.form, today, hidden=self.hidden, opened=opened)

    @property
    def hidden(self):
        """Hidden fields: what stays as it is when the form is sent."""
        kept = {"view": View.SUGGESTED.value, "size": str(pages.LARGE_PAGE)}
        return [pair for pair in kept.items() if self.params.get(pair[0]) == pair[1]]

    @property
    def may_go_to_a_day(self):
        """Whether the list is in order of time."""
        return self.form.is_valid() and self.asked.filters.order is not filters.Order.WAITED

    @property
    def kept_by_going(self):
        """Hidden fields: what stays as it is when one goes to a day."""
        return [pair for pair in self.params.items() if pair[0] not in self.PAGING[:4]]

    @property
    def other_size(self):
        """The name and address of the same place with more rows on a page, or as many as usual."""
        if self.params.get("size") == str(pages.LARGE_PAGE):
            return _lazy("25 on a page"), self.get_query_string(remove=["size"])
        return _lazy("100 on a page"), self.get_query_string({"size": pages.LARGE_PAGE})

    @property
    def views(self):
        """Both views of the list: what each is called, where it is, and whether it is this one.

        One leads away from the conditions that only the other can be ordered by.
        """
        order = self.asked.filters.order if self.form.is_valid() else None
        of_values = {"status": Status.SUGGESTED, "made": filters.UNREADABLE}
        of_suggesting = [
            *_OF_SUGGESTING,
            *(name for name, value in of_values.items() if self.params.get(name) == value),
        ]
        places = self.PAGING[:4]
        decided = self.get_query_string(remove=[*places, *of_suggesting, "view"])
        everything = self.get_query_string(
            {"view": View.SUGGESTED.value}, remove=[*places, *_OF_DECIDING]
        )
        return [
            (_lazy("Decided last"), decided, order is filters.Order.DECIDED),
            (_lazy("Everything suggested"), everything, order is filters.Order.SUGGESTED),
        ]

    @property
    def cleared_url(self):
        """The same view without any condition."""
        return self.get_query_string(remove=[*self.PAGING, *self._conditions]) or "?"

    @property
    def undecided_url(self):
        """Where nothing that was decided meets the conditions: everything that does."""
        if self.form.is_valid() and self.asked.filters.order is filters.Order.DECIDED:
            return self.views[1][1]
        return None

    @property
    def _conditions(self):
        """The names of what can be asked for, without which of the two views it is asked of."""
        return [name for name in self.form.fields if name != "view"]

    @property
    def ordered_by(self):
        """A sentence on the order, where there is one."""
        if not self.form.is_valid():
            return ""
        return {
            filters.Order.SUGGESTED: _lazy("The newest suggestion first."),
            filters.Order.DECIDED: _lazy("The newest decision first."),
            filters.Order.EXECUTED: _lazy("What was carried out last comes first."),
            filters.Order.WAITED: _lazy("What took longest comes first."),
        }.get(self.asked.filters.order, "")

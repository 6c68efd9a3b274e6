"""The audit history's list in the admin: the page that its form of filters gives, and how many."""

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.utils.formats import number_format
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ai_audit.admin import autocomplete
from ai_audit.admin.autocomplete import NamesSelect
from ai_audit.admin.base import tell_in_brief
from ai_audit.admin.history_form import HistoryForm, drawn_conditions, no_conditions
from ai_audit.reports import filters, pages
from ai_audit.reports.pages import Place
from eventflow.web.parameters import CarefulChangeList


def how_many(asked: filters.Scoped) -> str:
    """How many rows there are, in words: exactly, at least, or about."""
    try:
        counted = pages.count(asked)
    except pages.TooWide:
        return gettext("Too many to count quickly")
    if counted.exact:
        return ngettext("%(count)s suggestion", "%(count)s suggestions", counted.rows) % {
            "count": number_format(counted.rows, force_grouping=True)
        }
    if counted.estimated:
        return gettext("about %(count)s suggestions") % {"count": _rounded(counted.rows)}
    return gettext("%(count)s+ suggestions") % {
        "count": number_format(counted.rows, force_grouping=True)
    }


def _rounded(rows: int) -> str:
    if rows < 1_000_000:
        return number_format(round(rows, -3), force_grouping=True)
    return gettext("%(count)s million") % {"count": number_format(rows / 1e6, decimal_pos=1)}


class HistoryChangeList(CarefulChangeList):
    """A page of the audit history. The index is read instead of the table, and nothing is counted.

    `form` holds what is asked for, `asked` is that within what the reader may see, `sentence` tells
    why nothing is listed.
    """

    PLACES = ("after", "before", "last", "until", "size")

    def get_queryset(self, request, exclude_parameters=None):
        self.filter_specs, self.has_filters, self.has_active_filters = [], False, False
        return self.root_queryset

    def get_results(self, request):
        self.organization = self.model_admin.organization_of(request)
        self.form = HistoryForm(request.GET, all_organizations=self.organization is None)
        self.sentence, self.page = "", pages.Page([], None, None)
        if self.form.is_valid():
            self.asked = self.form.filters.within(self.organization)
            self._read(request)
        self.result_list = self.page.rows
        self.result_count = self.full_result_count = len(self.page.rows)
        self.show_all = self.can_show_all = self.multi_page = False
        self.show_full_result_count = False
        self.show_admin_actions = False
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
            "after": Place.parse(sent["after"]) if sent.get("after") else None,
            "before": Place.parse(sent["before"]) if sent.get("before") else None,
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
        return self.get_query_string(place, remove=list(self.PLACES[:4]))

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
        """What is asked for, without a place, for what concerns all of the list."""
        return self.get_query_string(remove=list(self.PLACES))

    @property
    def active(self):
        """The conditions in force: a label, what it is set to, and the address without it."""
        found = []
        for name in self.form.fields:
            bound = self.form[name]
            value = self.form.cleaned_data.get(name) if self.form.is_valid() else None
            # Zero is something, too.
            if not value and (value != 0 or value is False):
                continue
            found.append(
                (
                    bound.label,
                    self._in_words(bound),
                    self.get_query_string(remove=[name, *self.PLACES]),
                )
            )
        return found

    def _in_words(self, bound):
        value = self.form.cleaned_data[bound.name]
        if isinstance(bound.field.widget, forms.Select) and not isinstance(
            bound.field.widget, NamesSelect
        ):
            return dict(bound.field.widget.choices).get(str(value), value)
        if isinstance(bound.field.widget, NamesSelect):
            return bound.field.widget.label or value
        if value is True:
            return ""
        return value

    @property
    def conditions(self) -> str:
        """The form of filters as it was sent; open where something asked for is out of sight."""
        today = localdate()
        asked = {name for name in self.form.fields if self.form.data.get(name)}
        if not asked and not self.hidden:
            return no_conditions(get_language(), self.organization is None, today)
        in_sight = {field.name for field in self.form.fewer}
        opened = bool(asked - in_sight)
        return drawn_conditions(self.form, today, hidden=self.hidden, opened=opened)

    @property
    def hidden(self):
        """What stays as it is when the form is sent."""
        size = self.params.get("size")
        return [("size", size)] if size == str(pages.LARGE_PAGE) else []

    @property
    def may_go_to_a_day(self):
        """Whether the list is in order of time."""
        return self.form.is_valid() and self.asked.filters.order is not filters.Order.WAITED

    @property
    def kept_by_going(self):
        """What stays as it is when one goes to a day."""
        return [pair for pair in self.params.items() if pair[0] not in self.PLACES[:4]]

    @property
    def other_size(self):
        """The name and address of the same place with more rows on a page, or as many as usual."""
        if self.hidden:
            return _("25 on a page"), self.get_query_string(remove=["size"])
        return _("100 on a page"), self.get_query_string({"size": pages.LARGE_PAGE})

    @property
    def ordered_by(self):
        """A sentence where the order is another than newest first."""
        if not self.form.is_valid():
            return ""
        return {
            filters.Order.DECIDED: _("The newest decision first."),
            filters.Order.EXECUTED: _("What was carried out last comes first."),
            filters.Order.WAITED: _("What took longest comes first."),
        }.get(self.asked.filters.order, "")

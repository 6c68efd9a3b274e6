"""The audit history's list in the admin: its form of filters, and the page that they give.

What the filters mean is settled in `listing`; here they are read from an address and shown.
"""

from datetime import date, timedelta
from functools import lru_cache

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.widgets import AutocompleteSelect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.timesince import timesince
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from ai_audit.models import Suggestion
from ai_audit.reports import autocomplete, listing
from ai_audit.reports.listing import Filters, Place
from eventflow.web.parameters import CarefulChangeList


class NamesSelect(AutocompleteSelect):
    """The admin's own autocomplete, with names of one's organization only; it asks for no row.

    The stock one would ask for the right to look at the other table. The field given to it is of no
    concern here, only the address is.
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


class _Choice(forms.ChoiceField):
    def __init__(self, label, choices):
        super().__init__(label=label, choices=[("", _("Any")), *choices], required=False)


class NameField(forms.UUIDField):
    def __init__(self, label, name):
        super().__init__(label=label, required=False, widget=NamesSelect(name))


class DayField(forms.DateField):
    def __init__(self, label):
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"])


def duration(seconds: int) -> str:
    """So many seconds in words, to two units."""
    now = timezone.now()
    return timesince(now - timedelta(seconds=min(seconds, 10**9)), now, depth=2)


class _Longer(forms.IntegerField):
    """Seconds: one of the usual choices, or what an address says besides."""

    def __init__(self, label):
        super().__init__(
            label=label,
            required=False,
            min_value=0,
            max_value=2**40,
            widget=forms.Select(choices=[("", _("Any")), *listing.LONGER.items()]),
        )

    def offer(self, seconds: int | None) -> None:
        """Let the choice hold those seconds, too."""
        if seconds is not None and str(seconds) not in listing.LONGER:
            self.widget.choices = [*self.widget.choices, (str(seconds), duration(seconds))]


class HistoryForm(forms.Form):
    """The filters as a form whose fields are those of `Filters`; `filters` are what it says."""

    words = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )
    status = _Choice(_("Status"), listing.STATUSES.items())
    action = _Choice(_("Action type"), listing.ACTIONS.items())
    event = NameField(_("Event"), "event")
    organization = NameField(_("Organization"), "organization")
    requester = NameField(_("Asked by"), "requester")
    approver = NameField(_("Approver"), "approver")
    from_day = DayField(_("Suggested from"))
    to_day = DayField(_("Suggested to"))
    decided_from = DayField(_("Decided from"))
    decided_to = DayField(_("Decided to"))
    executed_from = DayField(_("Carried out from"))
    executed_to = DayField(_("Carried out to"))
    claimed = _Choice(_("Conflict claimed by the AI"), listing.CLAIMED.items())
    claim = _Choice(_("The AI’s claim"), listing.CLAIMS.items())
    compared = _Choice(_("The AI’s claim, by kind"), listing.COMPARED.items())
    longer = _Longer(_("Took longer than"))
    reason = forms.CharField(
        label=_("Reason for rejecting or failing"),
        required=False,
        max_length=200,
        strip=False,
        widget=forms.TextInput(attrs={"dir": "auto", "list": "reasons"}),
    )
    vip = forms.BooleanField(label=_("VIPs concerned"), required=False)

    DATES = (
        ("from_day", "to_day", _("Suggested")),
        ("decided_from", "decided_to", _("Decided")),
        ("executed_from", "executed_to", _("Carried out")),
    )

    def __init__(self, data, *, all_organizations: bool):
        super().__init__(data, label_suffix="")
        if not all_organizations:
            del self.fields["organization"]

    def clean(self):
        cleaned = super().clean()
        self.fields["longer"].offer(cleaned.get("longer"))
        return cleaned

    @property
    def filters(self) -> Filters:
        return Filters(**self.cleaned_data)

    def show_names(self, found: dict[str, str]) -> None:
        """Let what is chosen be shown by its name."""
        for name, label in found.items():
            if name in self.fields:
                self.fields[name].widget.show(label)

    @property
    def ranges(self):
        """The three pairs of dates, each with its name and quick choices."""
        return [
            {"label": label, "first": self[first], "last": self[last]}
            for first, last, label in self.DATES
        ]

    @property
    def fewer(self):
        """What is most often asked for, which stays in sight."""
        return [self[name] for name in ("words", "status", "event") if name in self.fields]

    @property
    def more(self):
        """The other conditions."""
        shown = (
            "organization",
            "action",
            "requester",
            "approver",
            "claimed",
            "claim",
            "compared",
            "longer",
        )
        return [self[name] for name in shown if name in self.fields]


def how_many(asked: listing.Scoped) -> str:
    """How many rows there are, in words: exactly, at least, or about."""
    try:
        counted = listing.count(asked)
    except listing.TooWide:
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


def periods(today: date):
    """Quick choices of two dates until today: a name, and the first and last day."""
    month = today.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    return [
        (_("Today"), today, today),
        (_("Last 7 days"), today - timedelta(days=6), today),
        (_("This month"), month, today),
        (_("Last month"), last_month, month - timedelta(days=1)),
    ]


def _conditions(form: HistoryForm, today: date, *, hidden=(), opened=False) -> str:
    """The form of filters, drawn; `hidden` are names and values that stay when it is sent."""
    context = {"form": form, "periods": periods(today), "hidden": hidden, "opened": opened}
    return render_to_string("admin/ai_audit/conditions.html", context)


@lru_cache(maxsize=4)
def _no_conditions(language: str, all_organizations: bool, today: date) -> str:
    """The form in which nothing is asked for: drawn once for all who read the same.

    Drawing its twenty fields takes a quarter of a page's time.
    """
    return _conditions(HistoryForm({}, all_organizations=all_organizations), today)


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
        self.sentence, self.page = "", listing.Page([], None, None)
        if self.form.is_valid():
            self.asked = self.form.filters.within(self.organization)
            self._read(request)
        self.result_list = self.page.rows
        self.result_count = self.full_result_count = len(self.page.rows)
        self.show_all = self.can_show_all = self.multi_page = False
        self.show_full_result_count = False
        self.show_admin_actions = False
        for suggestion in self.result_list:
            suggestion.verdict = None
            suggestion.list_query = self.query_string

    def _read(self, request):
        chosen = {name: getattr(self.asked.filters, name) for name in autocomplete.NAMED}
        self.form.show_names(autocomplete.of(chosen, self.organization))
        try:
            self.page = listing.page(self.asked, **self._place(request.GET))
        except listing.BadCursor as error:
            raise IncorrectLookupParameters from error
        except listing.TooWide as error:
            self.sentence = str(error)

    @staticmethod
    def _place(sent) -> dict:
        try:
            until = forms.DateField(required=False).clean(sent.get("until"))
        except forms.ValidationError as error:
            raise listing.BadCursor from error
        return {
            "after": Place.parse(sent["after"]) if sent.get("after") else None,
            "before": Place.parse(sent["before"]) if sent.get("before") else None,
            "last": "last" in sent,
            "until": until,
            "size": listing.LARGE_PAGE
            if sent.get("size") == str(listing.LARGE_PAGE)
            else listing.PAGE,
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
            return _no_conditions(get_language(), self.organization is None, today)
        in_sight = {field.name for field in self.form.fewer}
        opened = bool(asked - in_sight)
        return _conditions(self.form, today, hidden=self.hidden, opened=opened)

    @property
    def hidden(self):
        """What stays as it is when the form is sent."""
        size = self.params.get("size")
        return [("size", size)] if size == str(listing.LARGE_PAGE) else []

    @property
    def may_go_to_a_day(self):
        """Whether the list is in order of time."""
        return self.form.is_valid() and self.asked.filters.order is not listing.Order.WAITED

    @property
    def kept_by_going(self):
        """What stays as it is when one goes to a day."""
        return [pair for pair in self.params.items() if pair[0] not in self.PLACES[:4]]

    @property
    def other_size(self):
        """The name and address of the same place with more rows on a page, or as many as usual."""
        if self.hidden:
            return _("25 on a page"), self.get_query_string(remove=["size"])
        return _("100 on a page"), self.get_query_string({"size": listing.LARGE_PAGE})

    @property
    def ordered_by(self):
        """A sentence where the order is another than newest first."""
        if not self.form.is_valid():
            return ""
        return {
            listing.Order.DECIDED: _("The newest decision first."),
            listing.Order.EXECUTED: _("What was carried out last comes first."),
            listing.Order.WAITED: _("What took longest comes first."),
        }.get(self.asked.filters.order, "")

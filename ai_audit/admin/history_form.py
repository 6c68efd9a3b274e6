"""The audit history's form of filters: its fields, and how it is drawn.

What the filters mean is settled in `ai_audit.reports.filters`; here they are read from an address
and shown.
"""

from datetime import date, timedelta
from functools import lru_cache

from django import forms
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.admin.autocomplete import NameField
from ai_audit.reports import filters
from ai_audit.reports.filters import Filters, View


class _Choice(forms.ChoiceField):
    def __init__(self, label, choices):
        super().__init__(label=label, choices=[("", _lazy("Any")), *choices], required=False)


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
            widget=forms.Select(choices=[("", _lazy("Any")), *filters.LONGER.items()]),
        )

    def offer(self, seconds: int | None) -> None:
        """Let the choice hold those seconds, too."""
        if seconds is not None and str(seconds) not in filters.LONGER:
            self.widget.choices = [*self.widget.choices, (str(seconds), duration(seconds))]


class _ViewField(forms.Field):
    """Which of the two views; what is none is the first."""

    def clean(self, value):
        return View.SUGGESTED if value == View.SUGGESTED else View.DECIDED


class HistoryForm(forms.Form):
    """The filters as a form whose fields are those of `Filters`; `filters` are what it says.

    Where nothing else is asked for, it is what was decided.
    """

    view = _ViewField(required=False)
    words = forms.CharField(
        label=_lazy("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )
    status = _Choice(_lazy("Status"), filters.STATUSES.items())
    action = _Choice(_lazy("Action type"), filters.ACTIONS.items())
    made = _Choice(_lazy("Whose doing"), filters.MADE.items())
    event = NameField(_lazy("Event"), "event")
    organization = NameField(_lazy("Organization"), "organization")
    requester = NameField(_lazy("Asked by"), "requester")
    decider = NameField(_lazy("Decided by"), "decider")
    from_day = DayField(_lazy("Suggested from"))
    to_day = DayField(_lazy("Suggested to"))
    decided_from = DayField(_lazy("Decided from"))
    decided_to = DayField(_lazy("Decided to"))
    executed_from = DayField(_lazy("Carried out from"))
    executed_to = DayField(_lazy("Carried out to"))
    claimed = _Choice(_lazy("Conflict claimed by the AI"), filters.CLAIMED.items())
    claim = _Choice(_lazy("The AI’s claim"), filters.CLAIMS.items())
    compared = _Choice(_lazy("The AI’s claim, by kind"), filters.COMPARED.items())
    longer = _Longer(_lazy("Took longer than"))
    reason = forms.CharField(
        label=_lazy("Reason for rejecting or failing"),
        required=False,
        max_length=200,
        strip=False,
        widget=forms.TextInput(attrs={"dir": "auto", "list": "reasons"}),
    )
    vip = forms.BooleanField(label=_lazy("VIPs concerned"), required=False)
    own = forms.BooleanField(label=_lazy("Approved their own"), required=False)

    DATES = (
        ("from_day", "to_day", _lazy("Suggested")),
        ("decided_from", "decided_to", _lazy("Decided")),
        ("executed_from", "executed_to", _lazy("Carried out")),
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
        """The conditions most often asked for, which stay in sight."""
        return [self[name] for name in ("words", "status", "event") if name in self.fields]

    @property
    def more(self):
        """The other conditions."""
        shown = (
            "organization",
            "action",
            "made",
            "requester",
            "decider",
            "claimed",
            "claim",
            "compared",
            "longer",
        )
        return [self[name] for name in shown if name in self.fields]


def periods(today: date):
    """Quick choices of two dates until today: a name, and the first and last day."""
    month = today.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    return [
        (_lazy("Today"), today, today),
        (_lazy("Last 7 days"), today - timedelta(days=6), today),
        (_lazy("This month"), month, today),
        (_lazy("Last month"), last_month, month - timedelta(days=1)),
    ]


def drawn_conditions(form: HistoryForm, today: date, *, hidden=(), opened=False) -> str:
    """The form of filters, drawn; `hidden` are names and values that stay when it is sent."""
    context = {"form": form, "periods": periods(today), "hidden": hidden, "opened": opened}
    return render_to_string("admin/ai_audit/conditions.html", context)


@lru_cache(maxsize=8)
def no_conditions(language: str, all_organizations: bool, today: date, view: str) -> str:
    """The form of that view in which nothing is asked for: drawn once for all who read the same.

    Drawing its twenty fields takes a quarter of a page's time.
    """
    form = HistoryForm({}, all_organizations=all_organizations)
    return drawn_conditions(form, today, hidden=[("view", view)] if view else ())

"""The insights page: a period's figures as numbers, bars and tables, each leading to its list."""

from contextlib import suppress
from datetime import timedelta

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import InternalError
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext_lazy as _lazy

from ai_audit.admin import autocomplete
from ai_audit.admin.autocomplete import NameField
from ai_audit.admin.formatting import page
from ai_audit.admin.history_form import DayField, duration, periods
from ai_audit.models import Status
from ai_audit.reports import filters, index, insights
from ai_audit.reports.insights import Figure

# The bars, in units of the drawing.
HEIGHT, GAP, STEP = 160, 2, 14
# So many dates stand below the bars at most.
MOST_DATES = 7
# From the bottom up.
STACKED = (Status.EXECUTED, Status.APPROVED, Status.FAILED, Status.REJECTED, Status.SUGGESTED)


class PeriodForm(forms.Form):
    """Two days, and for superusers whose suggestions."""

    from_day = DayField(_lazy("From"))
    to_day = DayField(_lazy("To"))
    organization = NameField(_lazy("Organization"), "organization")

    def __init__(self, data, *, all_organizations: bool):
        today = localdate()
        month = {"from_day": f"{today - timedelta(days=29)}", "to_day": f"{today}"}
        super().__init__(month | {k: v for k, v in data.items() if v}, label_suffix="")
        if not all_organizations:
            del self.fields["organization"]

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("from_day"), cleaned.get("to_day")
        if first and last and not 0 <= (last - first).days < insights.MOST_DAYS:
            raise forms.ValidationError(
                _lazy("Choose a period that ends after it begins, of at most %(most)s days.")
                % {"most": insights.MOST_DAYS}
            )
        return cleaned


def insights_page(model_admin, request):
    """The page for a period; PermissionDenied for who may not look at the history."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    own = model_admin.organization_of(request)
    form = PeriodForm(request.GET, all_organizations=own is None)
    context = {
        "title": _lazy("Insights"),
        "form": form,
        "media": model_admin.media,
        "periods": periods(localdate()),
    }
    if form.is_valid():
        asked = form.cleaned_data
        organization = own or asked.get("organization")
        if own is None:
            chosen = autocomplete.names({"organization": organization}, None)
            form.fields["organization"].widget.show(chosen.get("organization"))
        # On a copy that is only read, the page counts itself what has changed.
        with suppress(InternalError):
            index.refresh_figures()
        found = insights.read(asked["from_day"], asked["to_day"], organization)
        context |= {"found": found, **_tables(found), "bars": _bars(found)}
    return page(model_admin, request, "insights", context)


def _tables(found):
    by_status, everything = found.by_status, found.suggested.conditions.parameters()
    return {
        "suggested": _linked(found.suggested),
        "approved": _linked(found.approved),
        "statuses": [(Status(s).label, s, _linked(by_status[s])) for s in Status.values],
        "rates": [
            {
                "action": filters.ACTIONS[rate.action],
                "suggested": _linked(rate.suggested),
                "approved": _linked(rate.approved),
                "rejected": _linked(rate.rejected),
                "percent": rate.percent,
            }
            for rate in found.rates
            if rate.suggested.n
        ],
        "waits": [
            (label, duration(seconds), _url(everything | {"longer": str(seconds)}))
            for label, seconds in (
                (_lazy("Half were decided within"), found.median),
                (_lazy("Nine of ten were decided within"), found.ninetieth),
            )
        ]
        if found.median is not None
        else [],
        "reasons": [
            (_lazy("Rejected for"), [(reason, _linked(f)) for reason, f in found.rejected_for]),
            (_lazy("Failed for"), [(reason, _linked(f)) for reason, f in found.failed_for]),
        ],
        "claims": [(filters.CLAIMS[c], _linked(f)) for c, f in found.claims.items()],
        "kinds": [
            (filters.CLAIMED[k.kind], _linked(k.right), _linked(k.wrong), _linked(k.missed))
            for k in found.kinds
        ],
        "apart": [(filters.MADE[m], _linked(f)) for m, f in found.apart.items() if f.n],
        "days": [
            (day.day, _linked(day.suggested), [_linked(day.by_status[s]) for s in Status.values])
            for day in found.days
            if day.suggested.n
        ],
    }


def _linked(figure: Figure):
    return {"n": figure.n, "url": _url(figure.conditions.parameters())}


def _url(parameters):
    return reverse("admin:ai_audit_suggestion_changelist", query=parameters)


def _dates(days):
    """Some of the days, to stand below their bars: each with how many bars there are to the next.

    The first, then every so many, so that they do not run into one another.
    """
    every = -(-len(days) // MOST_DATES)
    return [{"day": days[n], "bars": min(every, len(days) - n)} for n in range(0, len(days), every)]


def _bars(found):
    """The days as stacked bars in a drawing, in the direction of the reader's language."""
    highest = max((day.suggested.n for day in found.days), default=0) or 1
    width = len(found.days) * STEP
    bars = []
    for number, day in enumerate(found.days):
        begins = number * STEP
        bottom, parts = HEIGHT, []
        for status in STACKED:
            n = day.by_status[status].n
            height = round(HEIGHT * n / highest, 2)
            bottom -= height
            if n:
                parts.append({"status": status.value, "y": round(bottom, 2), "height": height})
        bars.append(
            {
                "x": width - begins - STEP + GAP if get_language_bidi() else begins,
                "day": day.day,
                "parts": parts,
                **_linked(day.suggested),
            }
        )
    return {
        "bars": bars,
        "dates": _dates([day.day for day in found.days]),
        "width": width,
        "height": HEIGHT,
        "bar": STEP - GAP,
        "highest": highest,
        "key": [(status.value, status.label) for status in STACKED],
    }

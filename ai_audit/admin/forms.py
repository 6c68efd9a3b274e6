"""The form over a proposal's fields, with which a suggestion is edited before it is approved.

What a field may hold is settled in `fields`, for people as for the AI; here it is only asked.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from ai_audit.proposals.fields import FIELD_LABELS, SETTABLE, typed
from scheduling import times

_TIMES = ("start_time", "end_time")
_LONG = ("description", "speaker_bio")
_TICKED = ("is_mandatory", "is_break")


class AmendForm(forms.Form):
    """The settable fields as they would be; `values` are the typed ones a person has edited.

    `state` are typed values; times are asked for, and shown, on the clocks of `zone`.
    """

    def __init__(self, *args, state: Mapping[str, Any], zone: ZoneInfo, **kwargs):
        self.zone = zone
        self.values: dict[str, Any] = {}
        super().__init__(*args, **kwargs)
        for name in SETTABLE:
            self.initial[name] = _asked(name, state.get(name), zone)
            self.fields[name] = _field(name, self.initial[name])
            self.fields[name].label = FIELD_LABELS[name]

    def clean(self):
        """Judge what was edited as it is judged when the AI writes it.

        What was left alone stays what it is, also where no one could ask for it.
        """
        cleaned = super().clean()
        for name, raw in list(cleaned.items()):
            raw = _as_written(raw)
            if raw == _as_written(self.initial[name]):
                continue
            values, _notes, reasons = typed(
                {name: None if raw == "" else raw}, self.zone, stands={name: self.initial[name]}
            )
            for reason in reasons:
                self.add_error(name, str(reason))
            self.values |= values
        return cleaned


def _field(name: str, initial: Any) -> forms.Field:
    # A browser takes line breaks out of a field of one line, also of one that nobody touched.
    several_lines = isinstance(initial, str) and bool(set("\r\n") & set(initial))
    if name in _TICKED:
        return forms.BooleanField(required=False)
    if name == "max_capacity":
        return forms.IntegerField(required=False)
    if name in _TIMES:
        widget = forms.TextInput({"type": "datetime-local", "step": "any", "dir": "ltr"})
    elif name in _LONG or several_lines:
        widget = forms.Textarea({"rows": 4, "dir": "auto", "class": "vLargeTextField"})
    else:
        widget = forms.TextInput({"dir": "auto", "class": "vTextField"})
    return forms.CharField(required=False, strip=False, widget=widget)


def _asked(name: str, value: Any, zone: ZoneInfo) -> Any:
    """A typed value as the form shows it."""
    if name in _TICKED:
        return bool(value)
    if isinstance(value, datetime):
        shown = times.local(value, zone).replace(tzinfo=None)
        return shown.isoformat(timespec="auto" if shown.second or shown.microsecond else "minutes")
    return value


def _as_written(raw: Any) -> Any:
    """What a field says, however a browser spells line breaks and nothing at all."""
    if raw is None:
        return ""
    return raw.replace("\r\n", "\n") if isinstance(raw, str) else raw

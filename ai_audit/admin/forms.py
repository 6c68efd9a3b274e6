"""The form over a proposal's fields, with which a suggestion is edited before it is approved.

What a field may hold is settled in `fields`, for people as for the AI; here it is only asked.
"""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from ai_audit.proposals import RefusedField
from ai_audit.proposals.fields import FIELD_LABELS, LONGEST_READ, SETTABLE, typed
from scheduling import times

_TIMES = ("start_time", "end_time")
_LONG = ("description", "speaker_bio")
_TICKED = ("is_mandatory", "is_break")


class AmendForm(forms.Form):
    """The settable fields as they would be; `values` are the typed ones a person has edited.

    `state` are typed values; times are asked for, and shown, on the clocks of `zone`. What was
    `refused` shows why; it is one of the `values`, whether it is edited or not. `notes` are those
    on the `values`.
    """

    def __init__(
        self,
        data,
        *,
        state: Mapping[str, Any],
        zone: ZoneInfo,
        refused: Mapping[str, RefusedField],
    ):
        self.zone, self.refused = zone, refused
        self.values: dict[str, Any] = {}
        self.notes: list[tuple[str, str]] = []
        super().__init__(data)
        for name in SETTABLE:
            value = state.get(name)
            if name in refused:
                value = _to_mend(name, refused[name].written, value)
            self.initial[name] = _asked(name, value, zone)
            self.fields[name] = _field(name, self.initial[name], zone)
            self.fields[name].label = FIELD_LABELS[name]
            self.fields[name].refused = str(refused[name].why) if name in refused else ""

    def clean(self):
        """Judge what was edited as it is judged when the AI writes it.

        What was left alone stays what it is, also where no one could ask for it.
        """
        cleaned = super().clean()
        for name, raw in list(cleaned.items()):
            raw = _as_written(raw)
            if raw == _as_written(self.initial[name]) and name not in self.refused:
                continue
            values, notes, reasons = typed(
                {name: None if raw == "" else raw}, self.zone, stands={name: self.initial[name]}
            )
            for reason in reasons:
                self.add_error(name, str(reason))
            self.values |= values
            self.notes += notes
        return cleaned


def _to_mend(name: str, written: Any, standing: Any) -> Any:
    """The initial value of a refused field: what was written, where a person can mend that.

    Otherwise, what stands in the session; what is not seen in a text could not be taken out.
    """
    if isinstance(written, datetime):
        return written
    if name in (*_TIMES, *_TICKED, "max_capacity") or not isinstance(written, str):
        return standing
    return "".join(
        c
        for c in written[: LONGEST_READ[name]]
        if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs")
    )


def _field(name: str, initial: Any, zone: ZoneInfo) -> forms.Field:
    # A browser takes line breaks out of a field of one line, also of one that nobody touched.
    several_lines = isinstance(initial, str) and bool(set("\r\n") & set(initial))
    if name in _TICKED:
        return forms.BooleanField(required=False)
    if name == "max_capacity":
        return forms.IntegerField(required=False)
    if name in _TIMES and isinstance(zone, times.UnknownZone):
        # Only with an offset is a time known there, which the browser's own field has none for.
        widget = forms.TextInput({"dir": "ltr", "class": "vTextField"})
    elif name in _TIMES:
        widget = forms.TextInput({"type": "datetime-local", "step": "any", "dir": "ltr"})
    elif name in _LONG or several_lines:
        widget = forms.Textarea({"rows": 4, "dir": "auto", "class": "vLargeTextField"})
    else:
        # The page offers the rooms that the programme knows.
        offered = {"list": "rooms"} if name == "room" else {}
        widget = forms.TextInput({"dir": "auto", "class": "vTextField"} | offered)
    return forms.CharField(required=False, strip=False, widget=widget)


def _asked(name: str, value: Any, zone: ZoneInfo) -> Any:
    """A typed value as the form shows it."""
    if name in _TICKED:
        return bool(value)
    if isinstance(value, datetime):
        shown = times.local(value, zone)
        if not isinstance(zone, times.UnknownZone):
            shown = shown.replace(tzinfo=None)
        return shown.isoformat(timespec="auto" if shown.second or shown.microsecond else "minutes")
    return value


def _as_written(raw: Any) -> Any:
    """A normalized form value, however a browser spells line breaks and nothing at all."""
    if raw is None:
        return ""
    return raw.replace("\r\n", "\n") if isinstance(raw, str) else raw

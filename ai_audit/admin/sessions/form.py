"""The form over a session, with which one is added or changed by hand.

What a field may hold is settled in `fields`, for people as for the AI; only what was changed in the
form is judged. What a change meets is not judged here.
"""

import re
from datetime import datetime, time, timedelta
from datetime import timezone as datetime_timezone
from types import MappingProxyType
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime, BaseAdminTimeWidget
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _lazy

from ai_audit import verdicts
from ai_audit.proposals import SETTABLE, Action, Proposal
from ai_audit.proposals.fields import ONE_LINE, typed
from scheduling import times
from scheduling.models import Schedule
from scheduling.times import UnknownZone

_OFFSET = re.compile(
    r"\s*(?:[Zz]|(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?)\s*\Z", re.ASCII
)
_TIMES = ("start_time", "end_time")


class Clock(BaseAdminTimeWidget):
    """A time of day, with its offset where it has one."""

    def format_value(self, value):
        if isinstance(value, time) and value.tzinfo:
            return value.isoformat(timespec="seconds")
        return super().format_value(value)


class LocalTime(AdminSplitDateTime):
    """A day and a time on the clocks of the event; with an offset where its zone is not known."""

    def __init__(self, attrs=None):
        super().__init__(attrs)
        self.widgets[1] = Clock(attrs)

    def decompress(self, value):
        here = timezone.get_current_timezone()
        if value is None or not isinstance(here, UnknownZone):
            return super().decompress(value)
        shown = times.local(value, here)
        return [shown.date(), shown.timetz()]


class ClockField(forms.TimeField):
    """A time of day, which may have an offset from UTC: `09:00`, `09:00+02:00`, `9:00 +2`, `9Z`."""

    def to_python(self, value):
        found = _OFFSET.search(value) if isinstance(value, str) else None
        if found is None:
            return super().to_python(value)
        hours, minutes = int(found["hours"] or 0), int(found["minutes"] or 0)
        if hours > 23 or minutes > 59:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        east = timedelta(hours=hours, minutes=minutes) * (-1 if found["sign"] == "-" else 1)
        clock = super().to_python(value[: found.start()])
        return clock and clock.replace(tzinfo=datetime_timezone(east))


class LocalTimeField(forms.MultiValueField):
    """A day and a time on the clocks of the event, or at an offset, as they were written.

    Which moment that is, and whether there is one, is asked only where it was changed.
    """

    widget = LocalTime
    default_error_messages = forms.SplitDateTimeField.default_error_messages

    def __init__(self, **kwargs):
        super().__init__((forms.DateField(), ClockField()), **kwargs)

    def compress(self, data_list):
        if not data_list:
            return None
        for part, code in zip(data_list, ("invalid_date", "invalid_time"), strict=True):
            if part in self.empty_values:
                raise ValidationError(self.error_messages[code], code=code)
        return datetime.combine(*data_list)


class SessionForm(forms.ModelForm):
    """A session by hand; `proposal` is what a person has changed in it, typed.

    Text is stripped, and empty text is none at all. `seen` tells what the session was when the form
    was opened, so that nobody writes over what they were not shown.
    """

    class Meta:
        model = Schedule
        fields = [
            "event",
            "title",
            "start_time",
            "end_time",
            "room",
            "location",
            "max_capacity",
            "speaker_name",
            "speaker_title",
            "speaker_bio",
            "description",
            "track",
            "track_color",
            "materials_url",
            "is_mandatory",
            "is_break",
        ]
        widgets = {
            name: forms.TextInput(
                attrs={"class": "vTextField", "dir": "auto"}
                | ({"list": "rooms"} if name == "room" else {})
            )
            for name in ONE_LINE
        }
        field_classes = {"is_mandatory": forms.BooleanField, "is_break": forms.BooleanField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Whoever may only look gets a form without fields.
        for name in self.fields.keys() & {"is_mandatory", "is_break"}:
            self.fields[name].required = False
        for name in self.fields.keys() & set(ONE_LINE):
            # A browser takes line breaks out of a field of one line, also where nobody touched it.
            if set("\r\n") & set(getattr(self.instance, name) or ""):
                self.fields[name].widget = forms.Textarea({"rows": 2, "dir": "auto"})
        self._typed: dict[str, Any] = {}
        self._notes: tuple[tuple[str, str], ...] = ()

    @property
    def adds(self) -> bool:
        return self.instance._state.adding

    @cached_property
    def seen(self) -> str:
        """A snapshot of the session, a short digest a field; empty of a new one."""
        if self.adds:
            return ""
        return " ".join(_short(getattr(self.instance, name)) for name in SETTABLE)

    def changed_since(self, opened: str) -> list[str]:
        """The fields that are not as they were when the form told `opened`, if it did."""
        was, now = opened.split(), self.seen.split()
        if not was or len(was) != len(now):
            return []
        return [name for name, one, other in zip(SETTABLE, was, now, strict=True) if one != other]

    def touched(self, opened: str) -> dict[str, Any]:
        """The fields a person has written in the form whose snapshot was `opened`, typed."""
        was = dict(zip(SETTABLE, opened.split(), strict=False))
        return {
            name: value for name, value in self._typed.items() if _short(value) != was.get(name)
        }

    def clean(self):
        cleaned = super().clean()
        event = cleaned.get("event") if self.adds else self.instance.event
        if event is None:
            return cleaned
        for name in self.changed_data:
            if name not in SETTABLE or name not in cleaned or self._is_left_alone(name):
                continue
            asked = {name: _raw(cleaned[name])}
            values, notes, reasons = typed(asked, event.zone)
            if (name, "unseen") in notes:
                # What a person writes is written as given.
                values, notes, reasons = typed(asked, event.zone, stands=asked)
            for reason in reasons:
                self.add_error(name, str(reason))
            if (name, "nonexistent") in notes:
                self.add_error(name, _lazy("The clocks at the event skip that time."))
            self._typed |= values
            self._notes += notes
        self._require_an_end_after_the_start()
        return cleaned

    def _is_left_alone(self, name: str) -> bool:
        """Whether a text stands in the form as it was shown, also one that would be stripped."""
        shown, posted = self[name].initial, self[name].data
        if not (isinstance(shown, str) and isinstance(posted, str)):
            return False
        return posted.replace("\r\n", "\n") == shown.replace("\r\n", "\n")

    def _require_an_end_after_the_start(self) -> None:
        """Unless neither time is touched: then something else can be mended."""
        if self.errors or not self._typed.keys() & set(_TIMES):
            return
        start, end = (self._typed.get(name, getattr(self.instance, name)) for name in _TIMES)
        if not start < end:
            self.add_error("end_time", _lazy("A session must end after it starts."))

    def _post_clean(self):
        """The model's own validation has no say: a proposal is judged instead."""

    @property
    def proposal(self) -> Proposal:
        """The proposal of a valid form: of a session that stands, the fields that differ."""
        values = {
            name: value
            for name, value in self._typed.items()
            if self.adds or value != getattr(self.instance, name)
        }
        return Proposal(
            action=Action.CREATE if self.adds else Action.UPDATE,
            session_id=None if self.adds else self.instance.pk,
            values=MappingProxyType(values),
            seen=MappingProxyType({}),
            notes=tuple(note for note in self._notes if note[0] in values),
        )


def _short(value: Any) -> str:
    """Enough to tell values apart; nothing is believed because of it."""
    return verdicts.digest_of_parts(value)[:12]


def _raw(value: Any) -> Any:
    """The raw value, as the AI would write it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        # Browsers post every line break as two characters.
        return value.replace("\r\n", "\n").strip() or None
    return value

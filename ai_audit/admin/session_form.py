"""The form over a session, with which one is added or changed by hand.

What a field may hold is settled in `fields`, for people as for the AI; only what was changed in the
form is judged. What a change meets is not judged here.
"""

from datetime import datetime
from types import MappingProxyType
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ai_audit import verdicts
from ai_audit.proposals import SETTABLE, Action, Proposal
from ai_audit.proposals.fields import typed
from scheduling.models import Schedule

_TIMES = ("start_time", "end_time")
_ONE_LINE = (
    "title",
    "location",
    "room",
    "track",
    "track_color",
    "speaker_name",
    "speaker_title",
    "materials_url",
)


class LocalTimeField(forms.SplitDateTimeField):
    """A day and a time on the clocks of the event, as they were written.

    Which moment that is, and whether there is one, is asked only where it was changed.
    """

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
            for name in _ONE_LINE
        }
        field_classes = {"is_mandatory": forms.BooleanField, "is_break": forms.BooleanField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Whoever may only look gets a form without fields.
        for name in self.fields.keys() & {"is_mandatory", "is_break"}:
            self.fields[name].required = False
        for name in self.fields.keys() & set(_ONE_LINE):
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
        """What stands of the session, told apart by field; empty of a new one."""
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
        """What a person has written in the form that told `opened` when it was opened, typed."""
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
                self.add_error(name, _("The clocks at the event skip that time."))
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
            self.add_error("end_time", _("A session must end after it starts."))

    def _post_clean(self):
        """The model's own validation has no say: a proposal is judged instead."""

    @property
    def proposal(self) -> Proposal:
        """What the form asks for, once it is valid: of a session that stands, what is different."""
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
    return verdicts.fingerprint(value)[:12]


def _raw(value: Any) -> Any:
    """What was written, as the AI would write it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        # Browsers post every line break as two characters.
        return value.replace("\r\n", "\n").strip() or None
    return value

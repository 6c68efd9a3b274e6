"""A snapshot of a page about a suggestion, kept small on its form, to mark later what has changed.

Only marks depend on it: whether anything is done, the digest alone decides.
"""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from ai_audit import proposals, verdicts
from ai_audit.models import Suggestion
from ai_audit.verdicts import Verdict
from scheduling.conflicts import Conflict, Kind

_SALT = "ai_audit.verdicts.snapshot"
# Enough to tell values apart; nothing is believed because of it.
_DIGITS = 8


@dataclass(frozen=True)
class Differences:
    """The differences from what was shown.

    `content` is what was suggested, or where it stands; `fields` are the session's, by name;
    `arrived` are conflicts that were not shown in just that way, and `gone` the kinds of those
    that were.
    """

    content: bool
    fields: tuple[str, ...]
    arrived: tuple[Conflict, ...]
    gone: tuple[Kind, ...]

    @property
    def in_words(self) -> str:
        """The differences in one sentence; empty where nothing is known to differ."""
        parts = [_("the suggestion")] if self.content else []
        parts += [str(proposals.FIELD_LABELS[name]) for name in self.fields]
        parts += [_("new: %(conflict)s") % {"conflict": c.label} for c in self.arrived]
        parts += [_("gone: %(conflict)s") % {"conflict": kind.label} for kind in self.gone]
        if not parts:
            return ""
        return _("Changed since you opened the page: %(what)s.") % {"what": ", ".join(parts)}


NOTHING_KNOWN = Differences(False, (), (), ())


def pack(suggestion: Suggestion, verdict: Verdict) -> str:
    """A short signed snapshot of what is shown now, which fits no other suggestion."""
    return signing.dumps(_parts(suggestion, verdict), salt=_salt(suggestion), compress=True)


def differences(text: str, suggestion: Suggestion, verdict: Verdict) -> Differences:
    """The differences since `text` was packed; nothing is known of a text we did not sign."""
    try:
        content, fields, conflicts = signing.loads(text, salt=_salt(suggestion))
    except signing.BadSignature:
        return NOTHING_KNOWN
    content_now, fields_now, conflicts_now = _parts(suggestion, verdict)
    standing = [part for _kind, part in conflicts_now]
    return Differences(
        content=content != content_now,
        fields=tuple(
            name
            for name, was, now in zip(proposals.SETTABLE, fields, fields_now, strict=False)
            if was != now
        ),
        arrived=tuple(
            conflict
            for conflict in verdict.conflicts
            if _of_conflict(conflict) not in [part for _kind, part in conflicts]
        ),
        gone=tuple(Kind(kind) for kind, part in conflicts if part not in standing),
    )


def _salt(suggestion: Suggestion) -> str:
    return f"{_SALT}.{suggestion.pk}"


def _parts(suggestion: Suggestion, verdict: Verdict) -> list[Any]:
    session = verdict.session
    return [
        _short([suggestion.execution_status, verdicts.asked(suggestion, verdict)]),
        [_short(getattr(session, name)) for name in proposals.SETTABLE] if session else [],
        [[conflict.kind.value, _of_conflict(conflict)] for conflict in verdict.conflicts],
    ]


def _of_conflict(conflict: Conflict) -> str:
    return _short(verdicts.conflict_seen(conflict))


def _short(value: Any) -> str:
    return verdicts.digest_of_parts(value)[:_DIGITS]

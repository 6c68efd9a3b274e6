"""The admin's log in words, in the language of whoever reads it.

The log keeps our own messages in English, each a fixed beginning and what a person or the database
said: that is their code, and what was written long ago is told like what is written now. Django's
own messages it tells itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import override

from ai_audit import history, workflow
from ai_audit.models import HistoryEntry, Status

_FAILED = "Failed: "
# What the whole of a message says, or a part of it before the next. The longer come first.
_WHOLE = {
    "Approved, to be carried out later.": _lazy("Approved, to be carried out later."),
    "Approved together with others.": _lazy("Approved together with others."),
    "Approved together.": _lazy("Approved together with others."),
    "Approved.": _lazy("Approved."),
    "Executed.": _lazy("Carried out."),
    workflow.NOTED: _lazy("Left a note."),
    workflow.ASKED: _lazy("Asked whoever had asked for it."),
    "Second factor taken away.": _lazy("Two-step verification was taken away."),
}
# What leads to words of people, or of the database: with them, and where there are none.
_LEADING = {
    workflow.REJECTED: (_lazy("Rejected:"), _lazy("Rejected.")),
    _FAILED: (_lazy("Failed:"), _lazy("Failed.")),
    "Dismissed. ": (_lazy("Left at that:"), _lazy("Left at that.")),
}
_AGAIN = "Suggested again: "


@dataclass(frozen=True)
class Logged:
    """An entry of the admin's log: what was done, in `words`, and what was `quoted` beside."""

    entry: LogEntry
    words: str
    quoted: str = ""

    @property
    def called(self) -> str:
        """The object's name; what has no title was kept under its id."""
        untitled = self.entry.object_repr == self.entry.object_id
        return str(_lazy("(no title)")) if untitled else self.entry.object_repr


def in_words(entries: Iterable[LogEntry]) -> list[Logged]:
    """The entries as they are told; one statement beside theirs where something failed."""
    entries = list(entries)
    reasons = _failures([entry for entry in entries if _FAILED in entry.change_message])
    return [_told(entry, reasons.get(entry.pk, "")) for entry in entries]


def _told(entry: LogEntry, failure: str) -> Logged:
    said, rest = [], entry.change_message
    while begins := next((one for one in _WHOLE if rest.startswith(one)), None):
        said.append(str(_WHOLE[begins]))
        rest = rest[len(begins) :].lstrip(" ")
    if rest.startswith(_AGAIN):
        return Logged(entry, str(_lazy("Suggested again.")))
    leading = next((one for one in _LEADING if rest.startswith(one.rstrip())), None)
    if leading is not None:
        quoted = _retold(rest[len(leading) :])
        if leading == _FAILED and failure:
            quoted = failure
        with_words, alone = _LEADING[leading]
        said.append(str(with_words if quoted else alone))
        return Logged(entry, " ".join(said), quoted)
    if said:
        return Logged(entry, " ".join(said), rest)
    if entry.change_message.startswith("["):
        # Django's own, as a code; empty where something was deleted.
        return Logged(entry, entry.get_change_message())
    return Logged(entry, "", rest)


@cache
def _ours() -> set[str]:
    """The reason that we give ourselves, in each language."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.add(str(workflow.REPLACED()))
    return found


def _retold(reason: str) -> str:
    """A reason of ours in the language that is active; anybody else's as they wrote it."""
    return str(workflow.REPLACED()) if reason in _ours() else reason


def _failures(entries: list[LogEntry]) -> dict[int, str]:
    """Why it failed, by entry, as far as the history keeps it to be told in any language.

    What is nearest in time, for either may be by another clock.
    """
    ids = {pk for entry in entries if (pk := _id(entry))}
    if not ids:
        return {}
    kept: dict[UUID, list[HistoryEntry]] = {}
    for found in HistoryEntry.objects.filter(suggestion_id__in=ids, to_status=Status.FAILED).only(
        "suggestion_id", "at", "seen"
    ):
        kept.setdefault(found.suggestion_id, []).append(found)
    return {
        entry.pk: history.retold(
            min(kept[pk], key=lambda found: abs(found.at - entry.action_time)).seen
        )
        for entry in entries
        if (pk := _id(entry)) in kept
    }


def _id(entry: LogEntry) -> UUID | None:
    try:
        return UUID(entry.object_id or "")
    except ValueError:
        return None

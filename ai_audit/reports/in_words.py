"""An export's cells for people: words in their language, and times on the event's clocks.

What an export holds, and what its cells are as codes, is settled in `exports`.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import override

from ai_audit.models import UNDONE, ActKind, Status
from ai_audit.reports import filters
from eventflow.text import sentences
from scheduling import times

HEADERS = {
    "id": _lazy("Id"),
    "organization": _lazy("Organization"),
    "event": _lazy("Event"),
    "event_id": _lazy("The event’s id"),
    "requester": _lazy("Asked by"),
    "decider": _lazy("Decided by"),
    "approver": _lazy("Approver"),
    "approved_own": _lazy("Approved their own"),
    "made": _lazy("Whose doing"),
    "action_type": _lazy("Action type"),
    "title": _lazy("Title"),
    "requested_start": _lazy("Start asked for"),
    "status": _lazy("Status"),
    "undone": _lazy("Undone"),
    "suggested_at": _lazy("Suggested"),
    "decided_at": _lazy("Decided"),
    "approved_at": _lazy("Approved"),
    "executed_at": _lazy("Carried out"),
    "zone": _lazy("Time zone"),
    "seconds_to_decide": _lazy("Seconds until decided"),
    "vip_affected": _lazy("VIPs concerned"),
    "conflicts_claimed": _lazy("Conflicts claimed by the AI"),
    "conflicts_found": _lazy("Conflicts when it was decided"),
    "claim": _lazy("The AI’s claim"),
    "reason": _lazy("Reason for rejecting"),
    "execution_error": _lazy("Why it failed"),
    "decided_elsewhere": _lazy("Not through the back office"),
    "acts": _lazy("What was said of it"),
}

_KINDS = filters.CLAIMED | {"invalid": _lazy("Cannot be carried out by anyone")}
_YES_OR_NO = {"true": _lazy("Yes"), "false": _lazy("No")}
_STATUSES = dict(Status.choices)
_ACTS = dict(ActKind.choices)


class Words:
    """Rows of an export in the language that was active when this was made.

    A row is as `exports` reads it, in the order of `columns`; beside these come the time zone as
    the event has it, what the history keeps of why it was rejected or failed, and what people said,
    both as JSON.
    """

    def __init__(self, columns: Sequence[str], language: str | None):
        self._columns = columns
        self._language = language
        with override(self._language):
            self.headers = [str(HEADERS[column]) for column in columns]
            of_one = {
                "made": _of(filters.MADE),
                "action_type": _of(filters.ACTIONS),
                "status": _of(_STATUSES),
                "claim": _of(filters.CLAIMS),
                "conflicts_claimed": _of_several(_KINDS),
                "conflicts_found": _of_several(_KINDS),
                **{
                    name: _of(_YES_OR_NO)
                    for name in ("approved_own", "undone", "vip_affected", "decided_elsewhere")
                },
            }
            self._undone = str(UNDONE)
        self._plain = [(n, of_one[name]) for n, name in enumerate(columns) if name in of_one]
        self._at = {name: n for n, name in enumerate(columns)}
        moments = ("requested_start", "suggested_at", "decided_at", "approved_at", "executed_at")
        self._moments = [self._at[name] for name in moments]

    def rows(self, rows: Iterable[Sequence[str | None]]) -> list[list[str | None]]:
        """The rows for people; none of it is done later, in another language."""
        with override(self._language):
            return [self._row(row) for row in rows]

    def _row(self, row: Sequence[str | None]) -> list[str | None]:
        *cells, written_zone, why, acts = row
        zone = times.zone(written_zone)
        undone = cells[self._at["undone"]] == "true"
        for n, words in self._plain:
            if cell := cells[n]:
                cells[n] = words(cell)
        for n in self._moments:
            if cell := cells[n]:
                cells[n] = local(cell, zone)
        if undone:
            # As lists tell it.
            cells[self._at["status"]] = self._undone
        cells[self._at["zone"]] = times.called(zone)
        if why:
            self._tell_why(cells, why)
        if acts:
            cells[self._at["acts"]] = "\n".join(_act(act, zone) for act in json.loads(acts))
        return cells

    def _tell_why(self, cells: list[str | None], why: str) -> None:
        """Why it was rejected or failed, where that is known as a code."""
        for name in ("reason", "execution_error"):
            n = self._at[name]
            if cells[n]:
                cells[n] = sentences.retold(json.loads(why)) or cells[n]


def _of(labels) -> Callable[[str], str]:
    """The label of one code; one that is not known stays as it is."""
    known = {code: str(label) for code, label in labels.items()}
    return lambda code: known.get(code, code)


def _of_several(labels) -> Callable[[str], str]:
    words = _of(labels)
    return lambda codes: ", ".join(map(words, codes.split()))


def local(written: str, zone: ZoneInfo) -> str:
    """A moment that is written in UTC, on the clocks of `zone`, as spreadsheets read times.

    To the second; one that occurs twice carries its offset. What is beyond the calendar stays as it
    is written. Never raises.
    """
    # As `exports` writes it; what has no such form is on no calendar.
    if not written.endswith("Z"):
        return written
    try:
        ahead = _ahead(written[:13], zone)
        if ahead is not None:
            return (datetime.fromisoformat(written[:19]) + ahead).isoformat(" ")
        at = times.local(datetime.fromisoformat(written), zone)
    except ValueError:
        return written
    text = at.replace(microsecond=0, tzinfo=None).isoformat(" ")
    return text if times.has_one_offset(at) else f"{text} ({at:%z})"


@lru_cache(maxsize=10_000)
def _ahead(hour: str, zone: ZoneInfo) -> timedelta | None:
    """The offset from UTC all through an hour of it; None where that changes, or the clocks show a
    time twice. Cached, for most of an export is of the same few hours."""
    begins = datetime.fromisoformat(f"{hour}:00+00:00")
    ends = [times.local(begins + timedelta(minutes=n), zone) for n in (0, 59)]
    offsets = {at.utcoffset() for at in ends}
    return offsets.pop() if len(offsets) == 1 and all(map(times.has_one_offset, ends)) else None


def _act(act: Sequence[str | None], zone: ZoneInfo) -> str:
    kind, at, who, said = act
    told = (str(_ACTS.get(kind or "", kind)), at and local(at, zone), who, said)
    return " · ".join(filter(None, told))

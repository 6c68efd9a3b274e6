"""The event's local time, both ways: text to moments, moments to text.

Times without an offset are wall-clock times at the event (``events.timezone``), never UTC.
No models, no queries and no clock live here: callers bring the zone's name and the moments.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from eventflow.text.bidi import ltr
from eventflow.text.sentences import Said, Sentence

# The default of the column events.timezone.
FALLBACK_ZONE = "Asia/Jerusalem"

FIRST_YEAR = 1900

# Also keeps out what the zone folders hold beside zones: localtime (the server's own),
# posixrules, right/… (counts leap seconds).
_ZONE_NAME = re.compile(r"[A-Z][A-Za-z0-9_+-]*(?:/[A-Z][A-Za-z0-9_+-]*)*")
_NOT_A_PLACE = frozenset({"Factory"})
_LONGEST_ZONE_NAME = 64

# datetime.fromisoformat alone would also take dates, week dates and any separator.
_ISO = re.compile(
    r"""
    (?P<year>[+-]?\d{4,}) - (?P<month>\d\d) - (?P<day>\d\d)
    (?: [Tt\ ]
        (?P<hour>\d\d) : (?P<minute>\d\d)
        (?: : (?P<second>\d\d) (?: [.,] (?P<fraction>\d{1,9}) )? )?
        (?: (?P<utc>[Zz])
          | (?P<sign>[+-]) (?P<hours>\d\d) (?: :? (?P<minutes>\d\d) (?: :? (?P<seconds>\d\d) )? )?
        )?
    )?
    """,
    re.ASCII | re.VERBOSE,
)
_LONGEST_TIME = 64

_NO_TIME = Sentence("no_time", _("That is not a date and time such as 2026-01-30T11:15."))
_NO_TIME_OF_DAY = Sentence("no_time_of_day", _("That is a date without a time of day."))
_YEAR_OUT_OF_BOUNDS = Sentence("year", _("The year must lie between 1900 and 9999."))
_NO_SUCH_TIME = Sentence("no_such_time", _("There is no such day, time of day or offset."))

# PostgreSQL takes offsets of less than sixteen hours.
_OFFSET_LIMIT = timedelta(hours=16)


class BadTime(ValueError):
    """A text that names no moment; ``reason`` is a sentence without the text."""

    def __init__(self, reason: Said):
        super().__init__(reason)
        self.reason = reason

    def __str__(self):
        return str(self.reason)


@dataclass(frozen=True)
class Moment:
    """``at`` is aware and in UTC; ``note`` says what was odd about the local time."""

    at: datetime
    note: Literal["nonexistent", "ambiguous"] | None = None


def zone(name: str | None) -> ZoneInfo:
    """The zone of that name; ``FALLBACK_ZONE`` for no name, UTC for anything that is no zone.

    Takes untrusted names of any length. Never raises.
    """
    if name is None:
        return _known_zone(FALLBACK_ZONE)
    # The length comes first, so that the cache never keeps a long text.
    if not isinstance(name, str) or len(name) > _LONGEST_ZONE_NAME:
        return _known_zone("UTC")
    return _known_zone(name.strip() or FALLBACK_ZONE)


@lru_cache(maxsize=512)
def _known_zone(name: str) -> ZoneInfo:
    if _ZONE_NAME.fullmatch(name) and name not in _NOT_A_PLACE:
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            pass
    return ZoneInfo("UTC")


def parse(text: str, *, zone: ZoneInfo) -> Moment:
    """The moment an ISO date and time names; without an offset it is local time in ``zone``.

    A local time that the clocks skip is moved forward by what they skip; of one that occurs
    twice the first is meant; the moment's ``note`` says so. Fractions are kept to the
    microsecond. Raises ``BadTime``, whatever is passed as ``text``.
    """
    if not isinstance(text, str) or len(text) > _LONGEST_TIME:
        raise BadTime(_NO_TIME())
    match = _ISO.fullmatch(text.strip())
    if match is None:
        raise BadTime(_NO_TIME())
    if match["hour"] is None:
        raise BadTime(_NO_TIME_OF_DAY())
    if not FIRST_YEAR <= int(match["year"]) <= datetime.max.year:
        raise BadTime(_YEAR_OUT_OF_BOUNDS())
    try:
        written = datetime(
            *(int(match[part] or 0) for part in ("year", "month", "day")),
            *(int(match[part] or 0) for part in ("hour", "minute", "second")),
            microsecond=int((match["fraction"] or "0").ljust(6, "0")[:6]),
        )
        offset = _offset(match)
    except ValueError:
        raise BadTime(_NO_SUCH_TIME()) from None
    try:
        if offset is None:
            return _at_the_event(written, zone)
        return Moment(written.replace(tzinfo=offset).astimezone(UTC))
    except OverflowError:
        raise BadTime(_YEAR_OUT_OF_BOUNDS()) from None


def _offset(match: re.Match) -> timezone | None:
    if match["utc"]:
        return UTC
    if not match["sign"]:
        return None
    hours, minutes, seconds = (int(match[part] or 0) for part in ("hours", "minutes", "seconds"))
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if minutes > 59 or seconds > 59 or offset >= _OFFSET_LIMIT:
        raise ValueError("no such offset")
    return timezone(-offset if match["sign"] == "-" else offset)


def _at_the_event(written: datetime, zone: ZoneInfo) -> Moment:
    at = written.replace(tzinfo=zone).astimezone(UTC)
    if _has_one_offset(written.replace(tzinfo=zone)):
        return Moment(at)
    exists = at.astimezone(zone).replace(tzinfo=None) == written
    return Moment(at, "ambiguous" if exists else "nonexistent")


def _has_one_offset(local_time: datetime) -> bool:
    return local_time.replace(fold=0).utcoffset() == local_time.replace(fold=1).utcoffset()


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """``at`` on the clocks of ``zone``; in UTC where the calendar ends before the offset does.

    ``at`` is aware; a naive one is taken as UTC. Never raises.
    """
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at


def span(
    start: datetime, end: datetime | None, *, zone: ZoneInfo, day: bool = True, year: bool = True
) -> str:
    """“30 Jan 2027, 09:00–09:45” on the clocks of ``zone``, in the active language.

    The clock times, with the dash between them, are isolated left to right, so that the whole
    can stand in a text of either direction. Without ``day`` only the times, without ``year`` no
    year; where start and end lie on two local days, both days are named all the same. A time
    that occurs twice carries its offset. ``end`` may be ``None``. Never raises.
    """
    pattern = "j M Y" if year else "j M"
    first = local(start, zone)
    if end is None:
        clock = ltr(_clock(first))
        return f"{formats.date_format(first, pattern)}, {clock}" if day else clock
    last = local(end, zone)
    if first.date() == last.date():
        clock = ltr(f"{_clock(first)}–{_clock(last)}")
        return f"{formats.date_format(first, pattern)}, {clock}" if day else clock
    if first.year != last.year:
        pattern = "j M Y"
    return " – ".join(
        f"{formats.date_format(local_time, pattern)}, {ltr(_clock(local_time))}"
        for local_time in (first, last)
    )


def moment(at: datetime, *, zone: ZoneInfo) -> str:
    """When something happened, to the minute: “30 Jan 2027, 09:00”. Never raises."""
    return span(at.replace(second=0, microsecond=0), None, zone=zone)


def _clock(local_time: datetime) -> str:
    clock = formats.date_format(local_time, "H:i:s" if local_time.second else "H:i")
    # Django's own format for offsets stays empty for just these times.
    return clock if _has_one_offset(local_time) else f"{clock} ({local_time:%z})"

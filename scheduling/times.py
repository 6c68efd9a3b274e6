"""The event's local time, both ways: text to moments, moments to text.

Times without an offset are wall-clock times at the event (``events.timezone``), never UTC.
No models, no queries and no clock live here: callers bring the zone's name and the moments.
"""

import io
import re
import struct
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from tzlocal.windows_tz import win_tz

from eventflow.db.postgresql.base import FAR_FUTURE, FAR_PAST
from eventflow.text.bidi import isolate, ltr
from eventflow.text.sentences import Said, Sentence

# The default of the column events.timezone.
FALLBACK_ZONE = "Asia/Jerusalem"

FIRST_YEAR = 1900

# Also keeps out what the zone folders hold beside zones: localtime (the server's own),
# posixrules, right/… (counts leap seconds).
_ZONE_NAME = re.compile(r"[A-Z][A-Za-z0-9_+-]*(?:/[A-Z][A-Za-z0-9_+-]*)*")
_NOT_A_PLACE = frozenset({"Factory"})
LONGEST_ZONE_NAME = 64

# What a name typed by hand may hold that is not part of it. `backoffice.zone_name` does the same.
_BLANKS = re.compile(r"[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufe00-\ufe0f\ufeff]+"
)
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_AROUND = re.compile(r"^[^A-Za-z0-9+-]+|[^A-Za-z0-9]+$")
_FIXED = re.compile(r"(?:utc|gmt)? ?([+-]) ?(\d{1,2})(?::?(\d\d))?", re.ASCII)
# Clocks anywhere on earth lie between these, in minutes east of Greenwich.
_FIXED_BOUNDS = (-12 * 60, 14 * 60)

# datetime.fromisoformat alone would also take dates, week dates and any separator.
_ISO = re.compile(
    r"""
    (?P<year>[+-]?\d{4,}) - (?P<month>\d\d) - (?P<day>\d\d)
    (?: [Tt\ ]
        (?P<hour>\d\d) : (?P<minute>\d\d)
        (?: : (?P<second>\d\d) (?: [.,] (?P<fraction>\d{1,9}) )? )?
        (?: \ *
          (?: (?P<utc>[Zz])
            | (?P<sign>[+-])
              (?P<offset> \d\d (?: :? \d\d (?: :? \d\d )? )? | \d : \d\d (?: : \d\d )? )
          )
        )?
        (?: \ * \[ (?P<zone> [^\[\]]+ ) \] )?
    )?
    """,
    re.ASCII | re.VERBOSE,
)
_LONGEST_TIME = 64

_NO_TIME = Sentence("no_time", _lazy("That is not a date and time such as 2026-01-30T11:15."))
_NO_TIME_OF_DAY = Sentence("no_time_of_day", _lazy("That is a date without a time of day."))
_YEAR_OUT_OF_BOUNDS = Sentence("year", _lazy("The year must lie between 1900 and 9999."))
_NO_SUCH_TIME = Sentence("no_such_time", _lazy("There is no such day, time of day or offset."))
_NO_ZONE = Sentence(
    "no_zone",
    _lazy("It has no offset, and the event’s time zone, “%(zone)s”, is none that is known."),
)
_NO_NAMED_ZONE = Sentence(
    "no_named_zone", _lazy("The time zone that it names is none that is known.")
)
_OTHER_OFFSET = Sentence(
    "other_offset", _lazy("Its offset is not that of the time zone that it names.")
)

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
    """``at`` is aware and in UTC; ``note`` says that clocks skip that time, or show it twice."""

    at: datetime
    note: Literal["nonexistent", "ambiguous"] | None = None


class UnknownZone(ZoneInfo):
    """UTC in place of a zone that is not known, `written` as it was: to show times by, and say so.

    No time is read by it.
    """

    written: str = ""


def zone(name: str | None) -> ZoneInfo:
    """The zone that is beyond doubt meant by a name; an `UnknownZone` where none is.

    No name, or a blank one, is the column's default. Beside the names of the tz database, in any
    letter case and with blanks or unseen characters, those of Windows and fixed offsets are read
    (`UTC+03:00`, `GMT+2`, `+0300`), whose sign is east of Greenwich. Abbreviations are not: `IST`
    is used in Israel, India and Ireland. Takes untrusted names of any length. Never raises.
    """
    if name is None:
        return _known_zone(FALLBACK_ZONE)
    # The length comes first, so that the cache never keeps a long text.
    if not isinstance(name, str) or len(name) > LONGEST_ZONE_NAME:
        return _unknown(str(name)[:LONGEST_ZONE_NAME] if isinstance(name, str) else "?")
    return _known_zone(name)


@lru_cache(maxsize=512)
def _known_zone(written: str) -> ZoneInfo:
    name = _BLANKS.sub(" ", _UNSEEN.sub("", written)).strip()
    if not name:
        return _known_zone(FALLBACK_ZONE)
    name = _AROUND.sub("", _DASHES.sub("-", name))
    if not name.isascii():
        return _unknown(written)
    folded = name.lower()
    tz_name = _tz_names().get(folded.replace(" ", "_")) or _windows_names().get(folded)
    if tz_name:
        try:
            return ZoneInfo(tz_name)
        except (ValueError, OSError, LookupError):
            return _unknown(written)
    if folded == "z":
        return ZoneInfo("UTC")
    if match := _FIXED.fullmatch(folded):
        sign, hours, minutes = match[1], int(match[2]), int(match[3] or 0)
        east = (hours * 60 + minutes) * (-1 if sign == "-" else 1)
        if minutes < 60 and _FIXED_BOUNDS[0] <= east <= _FIXED_BOUNDS[1]:
            return _fixed(east) if east else ZoneInfo("UTC")
    return _unknown(written)


@cache
def _tz_names() -> dict[str, str]:
    """The names of the tz database, by themselves in lower case."""
    return {
        name.lower(): name
        for name in available_timezones()
        if _ZONE_NAME.fullmatch(name) and name not in _NOT_A_PLACE
    }


@cache
def _windows_names() -> dict[str, str]:
    return {_AROUND.sub("", name.lower()): tz_name for name, tz_name in win_tz.items()}


def _fixed(east: int) -> ZoneInfo:
    """The zone whose clocks are always so many minutes ahead of UTC.

    Not those of the tz database: `Etc/GMT-3` is what UTC+03:00 is called there, and there are none
    for parts of hours.
    """
    name = f"{'-' if east < 0 else '+'}{abs(east) // 60:02}:{abs(east) % 60:02}"
    # A TZif file with one type of time and no transitions.
    abbreviation = name.encode() + b"\0"
    counts = (0, 0, 0, 0, 1, len(abbreviation))
    file = b"TZif" + bytes(16) + struct.pack(">6l", *counts)
    file += struct.pack(">lbb", east * 60, 0, 0) + abbreviation
    return ZoneInfo.from_file(io.BytesIO(file), key=f"UTC{name}")


def _unknown(written: str) -> UnknownZone:
    found = UnknownZone.no_cache("UTC")
    found.written = "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in _BLANKS.sub(" ", written)
    )
    return found


def called(zone: ZoneInfo) -> str:
    """The name of the zone that times are told in; of an unknown one, that too."""
    if not isinstance(zone, UnknownZone):
        return zone.key
    said = _("UTC, for “%(zone)s” is no time zone that is known")
    return said % {"zone": isolate(zone.written)}


def parse(text: str, *, zone: ZoneInfo) -> Moment:
    """The moment an ISO date and time names; without an offset it is local time in ``zone``.

    It may name a zone of its own, as in ``2026-01-30T11:15+02:00[Asia/Jerusalem]``, which an offset
    has to agree with. A local time that the clocks skip is moved forward by what they skip; of one
    that occurs twice the first is meant; the moment's ``note`` says so. Fractions are kept to the
    microsecond. Raises ``BadTime``, whatever is passed as ``text``; also for local time where the
    zone is not known.
    """
    # The length comes first, so that the cache never keeps a long text.
    if not isinstance(text, str) or len(text) > _LONGEST_TIME:
        raise BadTime(_NO_TIME())
    return _parsed(text, zone)


@lru_cache(maxsize=4096)
def _parsed(text: str, zone: ZoneInfo) -> Moment:
    """Kept for a while, for a suggestion says its times again and again, as others do."""
    match = _ISO.fullmatch(text.strip())
    if match is None:
        raise BadTime(_NO_TIME())
    if match["hour"] is None:
        raise BadTime(_NO_TIME_OF_DAY())
    if not FIRST_YEAR <= int(match["year"]) <= datetime.max.year:
        raise BadTime(_YEAR_OUT_OF_BOUNDS())
    try:
        written, offset = _written(match), _offset(match)
    except ValueError:
        raise BadTime(_NO_SUCH_TIME()) from None
    except OverflowError:
        raise BadTime(_YEAR_OUT_OF_BOUNDS()) from None
    named = _named_zone(match["zone"])
    try:
        if offset is None:
            return _at_the_event(written, named or zone)
        at = written.replace(tzinfo=offset).astimezone(UTC)
    except OverflowError:
        raise BadTime(_YEAR_OUT_OF_BOUNDS()) from None
    # Z says of the zone's own offset nothing.
    if named and not match["utc"] and local(at, named).replace(tzinfo=None) != written:
        raise BadTime(_OTHER_OFFSET())
    return Moment(at)


def _written(match: re.Match) -> datetime:
    """The clock time as it is written; 24:00 is the midnight at the end of the day."""
    year, month, day, hour, minute, second = (
        int(match[part] or 0) for part in ("year", "month", "day", "hour", "minute", "second")
    )
    fraction = int((match["fraction"] or "0").ljust(6, "0")[:6])
    if (hour, minute, second, fraction) == (24, 0, 0, 0):
        return datetime(year, month, day) + timedelta(days=1)
    return datetime(year, month, day, hour, minute, second, fraction)


def _offset(match: re.Match) -> timezone | None:
    if match["utc"]:
        return UTC
    if not match["sign"]:
        return None
    digits = match["offset"].replace(":", "")
    digits = digits.rjust(len(digits) + len(digits) % 2, "0").ljust(6, "0")
    hours, minutes, seconds = (int(digits[n : n + 2]) for n in (0, 2, 4))
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if minutes > 59 or seconds > 59 or offset >= _OFFSET_LIMIT:
        raise ValueError("no such offset")
    return timezone(-offset if match["sign"] == "-" else offset)


def _named_zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    found = zone(name)
    if not name.strip() or isinstance(found, UnknownZone):
        raise BadTime(_NO_NAMED_ZONE())
    return found


def _at_the_event(written: datetime, zone: ZoneInfo) -> Moment:
    if isinstance(zone, UnknownZone):
        raise BadTime(_NO_ZONE(zone=zone.written))
    at = written.replace(tzinfo=zone).astimezone(UTC)
    if has_one_offset(written.replace(tzinfo=zone)):
        return Moment(at)
    exists = at.astimezone(zone).replace(tzinfo=None) == written
    return Moment(at, "ambiguous" if exists else "nonexistent")


def has_one_offset(local_time: datetime) -> bool:
    """Whether its zone's clocks show this time just once."""
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


@lru_cache(maxsize=512)
def days(start: datetime, end: datetime | None, *, zone: ZoneInfo) -> tuple[date, date | None]:
    """The first and the last day of what lasts from `start` to `end`, which may be None.

    On the clocks of `zone`; but where both were stored as dates, at midnight UTC, the dates that
    were meant. A midnight belongs to the day that it begins.
    """
    ends = [start] if end is None else [start, end]
    if (
        not {FAR_PAST, FAR_FUTURE} & {*ends}
        and any(local(at, zone).time() != time.min for at in ends)
        and all(local(at, ZoneInfo("UTC")).time() == time.min for at in ends)
    ):
        zone = ZoneInfo("UTC")
    return local(start, zone).date(), end and local(end, zone).date()


def midnight(day: date, *, zone: ZoneInfo, after: bool = False) -> datetime:
    """When a day begins on the clocks of `zone`, or the day `after` it; aware. Never raises."""
    try:
        day += timedelta(days=after)
        return datetime.combine(day, time.min, zone).astimezone(UTC)
    except OverflowError:
        return datetime.combine(day, time.max if after else time.min, UTC)


def span(
    start: datetime, end: datetime | None, *, zone: ZoneInfo, day: bool = True, year: bool = True
) -> str:
    """“30 Jan 2027, 09:00–09:45” on the clocks of ``zone``, in the active language.

    The clock times, with the dash between them, are isolated left to right, so that the whole
    can stand in a text of either direction. Without ``day`` only the times, without ``year`` no
    year; where start and end lie on two local days, both days are named all the same. A time
    with seconds, or a part of one, is told to the second; one that occurs twice carries its
    offset. ``end`` may be ``None``. Never raises.
    """
    # In UTC no two moments are equal that are told otherwise.
    return _span(local(start, _UTC), end and local(end, _UTC), zone, day, year, get_language())


_UTC = ZoneInfo("UTC")


@lru_cache(maxsize=4096)
def _span(
    start: datetime, end: datetime | None, zone: ZoneInfo, day: bool, year: bool, _language: str
) -> str:
    """Kept for a while, for sessions begin and end when others do."""
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
    """When something happened: “30 Jan 2027, 09:00:17”. Never raises."""
    return span(at, None, zone=zone)


def _clock(local_time: datetime) -> str:
    exact = local_time.second or local_time.microsecond
    clock = formats.date_format(local_time, "H:i:s" if exact else "H:i")
    # Django's own format for offsets stays empty for just these times.
    return clock if has_one_offset(local_time) else f"{clock} ({local_time:%z})"

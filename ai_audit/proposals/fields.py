"""The settable fields of a session, and how single values are read from untrusted JSON.

Labels, types and bounds of each field live here, and what quoted text may look like. What a
suggestion as a whole asks for is not judged here, and what is an identifier is told by `naming`.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _lazy
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainValidator,
    ValidationError,
    ValidationInfo,
)

from ai_audit.proposals.hosts import names_a_host
from eventflow.text.bidi import DIRECTING, without_invisible
from eventflow.text.sentences import Said, Sentence
from scheduling import pointers, times

FIELD_LABELS: Mapping[str, Any] = MappingProxyType(
    {
        "title": _lazy("Title"),
        "description": _lazy("Description"),
        "start_time": _lazy("Start"),
        "end_time": _lazy("End"),
        "location": _lazy("Location"),
        "room": _lazy("Room"),
        "max_capacity": _lazy("Capacity"),
        "is_mandatory": _lazy("Mandatory"),
        "is_break": _lazy("Break"),
        "track": _lazy("Track"),
        "track_color": _lazy("Track colour"),
        "speaker_name": _lazy("Speaker"),
        "speaker_title": _lazy("Speaker’s title"),
        "speaker_bio": _lazy("About the speaker"),
        "materials_url": _lazy("Materials"),
    }
)
SETTABLE: tuple[str, ...] = tuple(FIELD_LABELS)
# What is written with a field, in a table of the product's own.
POINTER_LABELS: Mapping[str, Any] = MappingProxyType(
    {
        pointers.DAY: _lazy("Day, on the newer pages"),
        pointers.ROOM: _lazy("Room, on the newer pages"),
        pointers.TRACK: _lazy("Track, on the newer pages"),
    }
)
ONE_LINE = (
    "title",
    "location",
    "room",
    "track",
    "track_color",
    "speaker_name",
    "speaker_title",
    "materials_url",
)
MOST_SEATS = 1_000_000
LONG_TEXT = 20_000
QUOTED = 80
# So many characters of a text are read, at least as many as may be written, with blanks around it.
SHORT_READ = 2_000
LONGEST_READ: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(SETTABLE, SHORT_READ) | {"description": LONG_TEXT, "speaker_bio": LONG_TEXT}
)

# Lone surrogates cannot be stored or sent; the others cannot be seen.
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]|\r(?!\n)")
_WEB_ADDRESS = re.compile(r"https?://[^\s\\<>\"]+", re.IGNORECASE)
_COLUMN_LIMIT = 2**31
_BOOLEANS = ("is_mandatory", "is_break")
# How programs write that they mean nothing.
_NOTHING = frozenset({"null", "none", "n/a", "undefined"})
_LONGEST_NUMBER = 20


def settable(state: object) -> dict[str, Any]:
    """The raw settable fields that ``state`` gives; none where it is no object."""
    if not isinstance(state, dict):
        return {}
    return {name: state[name] for name in SETTABLE if name in state}


def typed(
    asked: Mapping[str, Any], zone: ZoneInfo, *, stands: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], tuple[tuple[str, str], ...], tuple[Said, ...]]:
    """Typed values of the raw fields ``asked`` for, their notes, and reasons.

    Keys of ``asked`` are settable ones. Times come out aware and in UTC, and are noted where they
    are odd; from a field of one line what cannot be seen is dropped, which is noted as
    ``"unseen"``, and what turns the direction of text is refused, unless the field ``stands`` like
    that. The reasons are sentences, one for each field refused; where there is any, there are
    neither values nor notes.
    """
    stands = stands or {}
    changed = [
        name
        for name in ONE_LINE
        if isinstance(asked.get(name), str) and asked[name] != stands.get(name)
    ]
    turning = {name for name in changed if DIRECTING.search(asked[name])}
    seen = {name: without_invisible(asked[name]) for name in changed if name not in turning}
    unseen = tuple((name, "unseen") for name in seen if seen[name] != asked[name])
    reasons = tuple(_TURNS_TEXT(field=name) for name in ONE_LINE if name in turning)
    try:
        fields = _Fields.model_validate({**asked, **seen}, context=zone)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        refused = (_reason(one) for one in problems if one["loc"][0] not in turning)
        return {}, (), (*reasons, *refused)
    if reasons:
        return {}, (), reasons
    values: dict[str, Any] = {}
    notes: list[tuple[str, str]] = []
    for name in asked:
        value = getattr(fields, name)
        if isinstance(value, times.Moment):
            if value.note:
                notes.append((name, value.note))
            value = value.at
        values[name] = value
    return values, (*notes, *unseen), ()


def readable(state: object, zone: ZoneInfo) -> dict[str, Any]:
    """The settable fields of ``state`` that have the right type; the others are left out.

    Made to be compared with what stands in the database: the bounds of new values do not
    apply and text is not touched.
    """
    read = ((name, _readable(name, value, zone)) for name, value in settable(state).items())
    return {name: value for name, value in read if value is not _UNREADABLE}


_UNREADABLE = object()


def _readable(name: str, value: Any, zone: ZoneInfo) -> Any:
    """The value of a field where it has the right type, else `_UNREADABLE`."""
    if value is None:
        return None
    if name in ("start_time", "end_time"):
        try:
            return times.parse(value, zone=zone).at
        except times.BadTime:
            return _UNREADABLE
    if name in _BOOLEANS:
        return value if isinstance(value, bool) else _UNREADABLE
    if name == "max_capacity":
        value = _number(value)
        whole = _is_whole(value) and abs(value) < _COLUMN_LIMIT
        return int(value) if whole else _UNREADABLE
    return value if isinstance(value, str) else _UNREADABLE


def complete(state: object) -> dict[str, Any]:
    """The raw settable fields that ``state`` gives, without texts of which not all is read."""
    return {
        name: value
        for name, value in settable(state).items()
        if not (isinstance(value, str) and len(value) > LONGEST_READ[name])
    }


def meant(name: str, value: object) -> object:
    """The raw value of a field as a program means it: None where its text says “nothing”.

    What a person types is what they mean.
    """
    if not isinstance(value, str) or len(value) > SHORT_READ:
        return value
    blank = _is_blank(value) and (name in _BOOLEANS or name == "max_capacity")
    return None if blank or value.strip().lower() in _NOTHING else value


def same(name: str, one: object, other: object, zone: ZoneInfo) -> bool:
    """Whether two raw values of a field mean the same; times are compared as moments."""
    left, right = _readable(name, one, zone), _readable(name, other, zone)
    if left is not _UNREADABLE and right is not _UNREADABLE:
        return bool(left == right)
    # Comparing what is nested without bounds would exhaust the stack.
    return type(one) is type(other) and isinstance(one, str | int | float) and one == other


def quote(value: object, limit: int = QUOTED) -> str:
    """The beginning of a text from outside, fit to stand inside a sentence."""
    if not isinstance(value, str):
        return "?"
    kept = "".join(
        " " if c.isspace() else c
        for c in value[:limit]
        if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs")
    )
    return f"{kept}…" if len(value) > limit else kept


def legible(value: object, limit: int = LONG_TEXT) -> str:
    """A text from outside, cut at ``limit`` and safe to send; still to be escaped."""
    if not isinstance(value, str):
        return ""
    kept = _UNWANTED.sub("\N{REPLACEMENT CHARACTER}", value[:limit])
    return f"{kept}…" if len(value) > limit else kept


def label(name: str) -> Any:
    """The label of a field, for the sentences that name one."""
    return FIELD_LABELS[name]


_about_a_field = partial(Sentence, field=label)
_NOT_SHOWN = _about_a_field(
    "not_shown", _lazy("“%(field)s” holds characters that cannot be shown.")
)
_TURNS_TEXT = _about_a_field(
    "turns_text",
    _lazy("“%(field)s” holds characters that turn the direction of what stands after them."),
)
_TOO_LONG = _about_a_field("too_long", _lazy("“%(field)s” is longer than %(limit)s characters."))
_BLANK = _about_a_field("blank", _lazy("“%(field)s” is blank."))
_NO_ADDRESS = _about_a_field(
    "no_address", _lazy("“%(field)s” must be an address that begins with https:// or http://.")
)
_USER_IN_ADDRESS = _about_a_field(
    "user_in_address",
    _lazy("“%(field)s” has a user name before its host, which hides where it leads."),
)
_NO_HOST = _about_a_field(
    "no_host",
    _lazy("“%(field)s” must name a host such as example.com, with a port from 1 to 65535 if any."),
)
_NOT_WHOLE = _about_a_field(
    "not_whole", _lazy("“%(field)s” must be a whole number from 1 to %(most)s.")
)
_NO_TEXT_OF_TIME = _about_a_field(
    "no_text_of_time", _lazy("“%(field)s” must be text such as 2026-01-30T11:15.")
)
_BAD_TIME = _about_a_field("bad_time", _lazy("“%(field)s” was given as “%(value)s”. %(reason)s"))
_EMPTY = _about_a_field("empty", _lazy("“%(field)s” cannot be empty."))
_NOT_READ = _about_a_field("field_not_read", _lazy("“%(field)s” cannot be read."))
_WRONG_TYPE = {
    "string_type": _about_a_field("no_text", _lazy("“%(field)s” must be text.")),
    "bool_type": _about_a_field("no_boolean", _lazy("“%(field)s” must be true or false.")),
}


class _Refused(ValueError):
    """Why a field is refused; which field it is, is filled in later."""

    def __init__(self, sentence: Sentence, **parameters: Any):
        super().__init__()
        self.sentence = sentence
        self.parameters = parameters


def _text(limit: int, *, strip: bool = False, required: bool = False) -> AfterValidator:
    def check(text: str | None) -> str | None:
        if text is None:
            return None
        if len(text) > max(limit, SHORT_READ):
            # Perhaps not all of it was read, so that what is left of it tells nothing.
            raise _Refused(_TOO_LONG, limit=f"{limit:,}")
        if _UNWANTED.search(text):
            raise _Refused(_NOT_SHOWN)
        if strip:
            text = text.strip()
        if len(text) > limit:
            raise _Refused(_TOO_LONG, limit=f"{limit:,}")
        if _is_blank(text):
            if required:
                raise _Refused(_BLANK)
            return None
        return text

    return AfterValidator(check)


def _web_address(text: str | None) -> str | None:
    if text is None:
        return None
    if not _WEB_ADDRESS.fullmatch(text):
        raise _Refused(_NO_ADDRESS)
    try:
        authority = urlsplit(text).netloc
    except ValueError:
        raise _Refused(_NO_HOST) from None
    if "@" in authority:
        raise _Refused(_USER_IN_ADDRESS)
    if not names_a_host(authority):
        raise _Refused(_NO_HOST)
    return text


_ON_THE_WEB = AfterValidator(_web_address)


def _seats(value: Any) -> int | None:
    if value is None:
        return None
    value = _number(value)
    if not _is_whole(value) or not 1 <= value <= MOST_SEATS:
        raise _Refused(_NOT_WHOLE, most=f"{MOST_SEATS:,}")
    return int(value)


def _number(value: object) -> Any:
    """A number that was written as text, or the value as it is."""
    if isinstance(value, str) and len(value) <= _LONGEST_NUMBER and value.strip().isdecimal():
        return int(value)
    return value


def _is_whole(value: object) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


def _moment(value: object, info: ValidationInfo) -> times.Moment:
    if not isinstance(value, str):
        raise _Refused(_NO_TEXT_OF_TIME)
    try:
        return times.parse(value, zone=cast(ZoneInfo, info.context))
    except times.BadTime as bad:
        raise _Refused(_BAD_TIME, value=quote(value), reason=bad.reason) from None


class _Fields(BaseModel):
    """The settable fields; validated with the event's zone as context.

    The defaults are never used: a field that was not given is not asked for.
    """

    model_config = ConfigDict(strict=True, extra="ignore")

    title: Annotated[str, _text(500, strip=True, required=True)] = ""
    description: Annotated[str | None, _text(LONG_TEXT)] = None
    start_time: Annotated[times.Moment | None, PlainValidator(_moment)] = None
    end_time: Annotated[times.Moment | None, PlainValidator(_moment)] = None
    location: Annotated[str | None, _text(300)] = None
    # A trailing space would make it another room to the exclusion constraint.
    room: Annotated[str | None, _text(300, strip=True)] = None
    max_capacity: Annotated[int | None, BeforeValidator(_seats)] = None
    is_mandatory: bool | None = None
    is_break: bool | None = None
    track: Annotated[str | None, _text(300)] = None
    track_color: Annotated[str | None, _text(50)] = None
    speaker_name: Annotated[str | None, _text(300, strip=True)] = None
    speaker_title: Annotated[str | None, _text(300)] = None
    speaker_bio: Annotated[str | None, _text(LONG_TEXT)] = None
    materials_url: Annotated[str | None, _text(2000, strip=True), _ON_THE_WEB] = None


def _reason(problem: Mapping[str, Any]) -> Said:
    name = problem["loc"][0]
    refused = problem.get("ctx", {}).get("error")
    if problem["input"] is None:
        return _EMPTY(field=name)
    if isinstance(refused, _Refused):
        return refused.sentence(field=name, **refused.parameters)
    return _WRONG_TYPE.get(problem["type"], _NOT_READ)(field=name)


def _is_blank(text: str) -> bool:
    return all(c.isspace() or unicodedata.category(c) == "Cf" for c in text)

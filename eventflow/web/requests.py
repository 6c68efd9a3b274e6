"""Requests: a number, one line in the log when one is answered, and figures.

A line tells who asked for what kind of page, what came of it and how long it took, by ids and names
of ours: neither the address, which holds what was searched for, nor a word of anybody's. Whatever
else is logged meanwhile carries the same number. A statement that was slow is told once.
"""

import logging
import re
import secrets
import time
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection
from django.http import HttpRequest, HttpResponse

from eventflow.web import metrics

HEADER = "X-Request-ID"
# The seconds from which on a statement of a page is slow, and how many of these are remembered.
SLOW = 1.0
REMEMBERED = 1000
LONGEST_STATEMENT = 2000

_GIVEN = re.compile(r"[A-Za-z0-9-]{1,64}")
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
# Values in a row make another text for each number of them.
_VALUES = re.compile(r"%s(?:, ?%s)+")

logger = logging.getLogger("eventflow.requests")


@dataclass
class RequestCounts:
    """The request of this thread, as far as known; `seconds` are the database's."""

    id: str
    staff_member: int | None = None
    statements: int = 0
    seconds: float = 0.0


_running: ContextVar[RequestCounts | None] = ContextVar("request", default=None)
_slow: set[str] = set()


def number() -> str | None:
    """The number of the request that this thread answers, if it answers one."""
    seen = _running.get()
    return seen and seen.id


def is_by(staff_member: int) -> None:
    """Tell which staff member asks, by id."""
    if seen := _running.get():
        seen.staff_member = staff_member


class Numbered(logging.LogRecord):
    """A record of the log, with the number of the request that it arose in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if found := number():
            self.request_id = found


class RequestLine:
    """The outermost middleware: gives each request its `id`, returns it, and tells of the answer.

    The number is the one in `X-Request-ID`, where that is at most 64 letters, digits or hyphens.
    Whoever answers an error may say of what kind it was, in `request.cause`. What is streamed is
    told of when all of it was sent; the rows that it reads as they come are no statements.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request.id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        seen = RequestCounts(request.id)
        begun = time.perf_counter()
        _running.set(seen)
        if _counted not in connection.execute_wrappers:
            connection.execute_wrappers.insert(0, _counted)
        response = self.get_response(request)
        response[HEADER] = request.id

        def end() -> None:
            _tell(request, response, seen, time.perf_counter() - begun)
            _running.set(None)

        if response.streaming:
            response._resource_closers.append(end)
        else:
            end()
        return response


def _tell(
    request: HttpRequest, response: HttpResponse, seen: RequestCounts, seconds: float
) -> None:
    view = _view(request)
    line = {
        "user": _user(request),
        "staff_member": seen.staff_member,
        "view": view,
        "method": request.method if request.method in _METHODS else "other",
        "status": response.status_code,
        "ms": round(seconds * 1000),
        "statements": seen.statements,
        "database_ms": round(seen.seconds * 1000),
    }
    metrics.answered(view, seconds)
    if response.status_code >= 500:
        line["cause"] = getattr(request, "cause", None) or "error"
        metrics.failed(line["cause"])
    logger.info("answered", extra=line)


def _view(request: HttpRequest) -> str:
    """The name of what answered: one of a few, whatever was asked for."""
    match = request.resolver_match
    return getattr(request, "view", None) or (match and match.view_name) or "none"


def _user(request: HttpRequest) -> int | None:
    """The user's id, where it was found out by now: asking for it here could fail, or take long."""
    user = vars(request).get("user")
    # While a lazy user was not looked at, what it wraps is a mark without a key.
    return getattr(vars(user).get("_wrapped", user), "pk", None) if user is not None else None


def _counted(execute, statement, parameters, many, context):
    """Around every statement of a page: how many there are, and how long they take."""
    seen = _running.get()
    if seen is None:
        return execute(statement, parameters, many, context)
    begun = time.perf_counter()
    try:
        return execute(statement, parameters, many, context)
    finally:
        took = time.perf_counter() - begun
        seen.statements += 1
        seen.seconds += took
        if took >= SLOW:
            _tell_slow(statement, took)


def _tell_slow(statement, seconds: float) -> None:
    """Once for each text, without its parameters."""
    text = statement if isinstance(statement, str) else statement.as_string()
    text = _VALUES.sub("%s, …", " ".join(text.split()))[:LONGEST_STATEMENT]
    if text in _slow:
        return
    if len(_slow) >= REMEMBERED:
        _slow.clear()
    _slow.add(text)
    logger.warning("A statement took %d ms: %s", seconds * 1000, text)

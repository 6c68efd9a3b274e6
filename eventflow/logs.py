"""How lines are logged: plain ones for the demo, one JSON object each where it is run for others.

What an error says is left out, for the database quotes whole rows in it: a line tells the kind of
the error and where it arose. Which decisions are logged is told by whoever makes them.
"""

import copy
import logging
import time
import traceback
from collections.abc import Iterator

from psycopg import Error as DriverError
from psycopg import InterfaceError, OperationalError
from psycopg.errors import ReadOnlySqlTransaction
from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

# Django hands along the whole request, with what was searched for, and `runserver` a socket.
_LEFT_OUT = [*RESERVED_ATTRS, "request", "exception"]


class Structured(JsonFormatter):
    """One JSON object a line; of an error only kinds, places, and the database's codes."""

    def __init__(self):
        super().__init__(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger"},
            reserved_attrs=_LEFT_OUT,
            timestamp="at",
            json_ensure_ascii=False,
        )

    def formatException(self, exc_info):
        return "\n".join(_told(exc_info[1]))


def _told(error: BaseException | None) -> Iterator[str]:
    """The error that came last, then what it came of, each with the way it took."""
    while error is not None:
        yield _kind(error)
        yield from (line.rstrip() for line in traceback.format_tb(error.__traceback__))
        hidden = error.__suppress_context__
        error = error.__cause__ or (None if hidden else error.__context__)


def _kind(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    if not isinstance(error, DriverError):
        return kind
    about = [error.sqlstate, error.diag.constraint_name]
    return " ".join([kind, *filter(None, about)])


class Stderr(logging.StreamHandler):
    """To the standard error stream; of an outage, one traceback a minute and kind.

    It meets every page at once, and always in the same few places. A line is written for each.
    """

    EVERY = 60  # seconds

    def __init__(self):
        super().__init__()
        # When a traceback was written, by kind.
        self.last_traceback: dict[str, float] = {}

    def emit(self, record):
        kind = _of_the_driver(record.exc_info[1]) if record.exc_info else None
        if kind is not None:
            now = time.monotonic()
            if now - self.last_traceback.get(kind, -self.EVERY) < self.EVERY:
                # What other handlers get stays as it is.
                record = copy.copy(record)
                record.exc_info = record.exc_text = None
            else:
                self.last_traceback[kind] = now
        super().emit(record)


def _of_the_driver(error: BaseException | None) -> str | None:
    """The kind of the driver's error about a connection or the server that one came of, if so."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError | ReadOnlySqlTransaction):
            return _kind(error)
        error = error.__cause__ or error.__context__
    return None


def configuration(*, structured: bool) -> dict:
    """The logging of every process, to the standard error stream.

    Warnings and errors; where it is structured, also each decision and each request.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": "eventflow.logs.Structured"}
            if structured
            else {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
        },
        "handlers": {"stderr": {"class": "eventflow.logs.Stderr", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            name: {"level": "INFO" if structured else "WARNING"}
            for name in ("eventflow.decisions", "eventflow.requests")
        },
    }

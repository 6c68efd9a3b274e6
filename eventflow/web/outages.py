"""Outages of the database, and the page that says so: 503, a sentence for each cause.

An outage is known by its SQLSTATE; where there was no connection that could tell one, by what the
server said at the door. What is about the question itself is no outage and not told here.
"""

import logging
import re
import sys
from collections.abc import Iterator
from enum import StrEnum

import psycopg
from django.conf import settings
from django.db import Error
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _lazy
from django.views import defaults

from eventflow.db import database

# Seconds; asked for of whoever was told to come again.
RETRY_AFTER = 15

logger = logging.getLogger(__name__)


class Cause(StrEnum):
    """Why the database does not do what a page asks of it."""

    UNREACHABLE = "unreachable"
    RESTARTING = "restarting"
    CONNECTIONS = "connections"
    FULL = "full"
    READ_ONLY = "read_only"
    TOO_LONG = "too_long"
    CANCELLED = "cancelled"
    BUSY = "busy"
    CHANGED = "changed"


SENTENCES = {
    Cause.UNREACHABLE: _lazy("The database cannot be reached at the moment."),
    Cause.RESTARTING: _lazy("The database is being restarted at the moment."),
    Cause.CONNECTIONS: _lazy("The database has no connection left for one more at the moment."),
    Cause.FULL: _lazy(
        "The database has no room left for anything new. Tell whoever looks after it: until there "
        "is room, nothing can be decided."
    ),
    Cause.READ_ONLY: _lazy(
        "The database can only be read at the moment, and takes no changes. Tell whoever looks "
        "after it, if that lasts."
    ),
    Cause.CANCELLED: _lazy("Whoever looks after the database ended what this page asked of it."),
    Cause.BUSY: _lazy(
        "Someone else is changing the same at the moment, and was waited for as long as can be."
    ),
    Cause.CHANGED: _lazy(
        "The tables of EventFlow were changed at this moment, by an upgrade perhaps. Nothing came "
        "of what you sent; send it again."
    ),
}

# What is over as soon as the database answers anything.
_PASSING = (Cause.UNREACHABLE, Cause.RESTARTING, Cause.CONNECTIONS)
# The longest beginning counts.
_BY_CODE = {
    "08": Cause.UNREACHABLE,
    "25P03": Cause.UNREACHABLE,
    "57P": Cause.UNREACHABLE,
    "57P01": Cause.RESTARTING,
    "57P02": Cause.RESTARTING,
    "57P03": Cause.RESTARTING,
    "53300": Cause.CONNECTIONS,
    "53": Cause.FULL,
    "25006": Cause.READ_ONLY,
    "40001": Cause.BUSY,
    "40P01": Cause.BUSY,
    "55P03": Cause.BUSY,
}
# Of a connection that is refused, the driver hands on words alone: of PostgreSQL, and of poolers.
_AT_THE_DOOR = (
    (re.compile("starting up|shutting down|recovery|not (yet )?accepting"), Cause.RESTARTING),
    (re.compile("too many|connection slots|max ?clients", re.IGNORECASE), Cause.CONNECTIONS),
)


def cause(error: BaseException | None) -> Cause | None:
    """The outage that an error is, or came of; None where it is something else."""
    return next((found for found in map(_cause, _chain(error)) if found), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    passed = set()
    while error is not None and id(error) not in passed:
        passed.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _cause(error: BaseException) -> Cause | None:
    if not isinstance(error, Error | psycopg.Error):
        return None
    code = database.sqlstate(error)
    if code == database.QUERY_CANCELED:
        told = database.message(error)
        return Cause.CANCELLED if "user request" in told else Cause.TOO_LONG
    if code is not None:
        return next((_BY_CODE[code[:n]] for n in (5, 3, 2) if code[:n] in _BY_CODE), None)
    if not database.is_outage(error):
        return None
    said = str(error)
    return next((found for words, found in _AT_THE_DOOR if words.search(said)), Cause.UNREACHABLE)


class Outages(MiddlewareMixin):
    """Middleware: where a page fails because of an outage, it says so."""

    def process_exception(self, request, error):
        return page(request, error)


def failed(request):
    """The page for an error that nobody foresaw, or that came before a page was found."""
    return page(request, sys.exc_info()[1]) or defaults.server_error(request)


def bad_request(request, exception):
    """The page for a request that makes no sense; also where an outage took its session away."""
    return page(request, exception) or defaults.bad_request(request, exception)


def page(request, error: BaseException | None):
    """The page that says which outage an error is, logged; None where it is none."""
    found = cause(error)
    if found is None:
        if isinstance(error, Error):
            request.cause = "database"
        return None
    return told(request, found, error)


def told(request, found: Cause, error: BaseException):
    """The page that says so, logged."""
    note(request, found, error)
    context = {"said": SENTENCES.get(found), "seconds": settings.STATEMENT_LIMIT}
    if found is Cause.TOO_LONG:
        answer = render(request, "takes_too_long.html", context, status=503)
    else:
        sent = request.method == "POST"
        context |= {
            "sent": sent,
            "looks_again": sent or found in _PASSING,
            "leads_to": _leads_to(request),
        }
        answer = render(request, "outage.html", context, status=503)
    answer["Retry-After"] = RETRY_AFTER
    answer["Cache-Control"] = "no-store"
    # Django would log it once more.
    answer._has_been_logged = True
    return answer


def _leads_to(request) -> str:
    """Where to look how it stands: for what was sent, the page that it was sent from."""
    if request.method == "POST":
        origin = f"{request.scheme}://{request.get_host()}"
        sent_from = request.headers.get("Referer", "")
        page = sent_from.removeprefix(origin)
        if sent_from.startswith(f"{origin}/") and url_has_allowed_host_and_scheme(page, None):
            return page
    return request.get_full_path()


def note(request, found: Cause, error: BaseException) -> None:
    """Log an outage: where it was met, and what the server said, which is about nobody's rows.

    The request is told its cause as well.
    """
    request.cause = found.value
    expected = found in (Cause.TOO_LONG, Cause.BUSY, Cause.CHANGED)
    logger.log(
        logging.WARNING if expected else logging.ERROR,
        "%s for %s: %s",
        found.value,
        # Where, and not what was searched for.
        request.path,
        " ".join(database.message(error).split()),
        extra={"cause": found.value},
        exc_info=None if expected else error,
    )

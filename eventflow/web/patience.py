"""How long a statement of a page may take, and the page that says so; exports and commands apart.

The limit is the connection's, and stays with it from page to page: it costs a statement only where
a connection is new. A command never meets the middleware, so that nothing of ours ends it.
"""

import logging
import sys
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError, connection
from django.shortcuts import render
from django.views.defaults import server_error

from eventflow.db import database

logger = logging.getLogger(__name__)


class StatementLimit:
    """Middleware: whatever a page asks for, the database ends it after STATEMENT_LIMIT seconds."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        connection.limit_statements(settings.STATEMENT_LIMIT * 1000)
        return self.get_response(request)

    def process_exception(self, request, error):
        return _too_long(request, error)


def failed(request):
    """The page for an error that nobody foresaw, or that came before a page was found."""
    return _too_long(request, sys.exc_info()[1]) or server_error(request)


def _too_long(request, error):
    """The page that says so, where the error is that; else None."""
    if not isinstance(error, OperationalError):
        return None
    if database.sqlstate(error) != database.QUERY_CANCELED:
        return None
    # Where, and not what was searched for.
    logger.warning("A statement was ended for %s: %s", request.path, database.message(error))
    context = {"seconds": settings.STATEMENT_LIMIT}
    return render(request, "takes_too_long.html", context, status=503)


@contextmanager
def endless():
    """What the block asks for may take as long as it takes; for exports, which come bit by bit."""
    usual = connection.statement_limit
    if usual is None:
        yield
        return
    connection.limit_statements(0)
    try:
        yield
    finally:
        connection.limit_statements(usual)

"""How long a statement of a page may take; exports and commands apart.

The limit is the connection's, and stays with it from page to page: it costs a statement only where
a connection is new. A command never meets the middleware, so that nothing of ours ends it. What is
said where a statement was ended is in `outages`.
"""

from contextlib import contextmanager

from django.conf import settings
from django.db import connection


class StatementLimit:
    """Middleware: whatever a page asks for, the database ends it after STATEMENT_LIMIT seconds."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        connection.limit_statements(settings.STATEMENT_LIMIT * 1000)
        return self.get_response(request)


@contextmanager
def without_timeout():
    """No statement timeout in the block; for exports, which come bit by bit."""
    usual = connection.statement_limit
    if usual is None:
        yield
        return
    connection.limit_statements(0)
    try:
        yield
    finally:
        connection.limit_statements(usual)

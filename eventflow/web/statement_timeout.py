"""How long a statement of a page may take; exports and commands apart.

The limit is the connection's, and stays with it from page to page: it costs a statement only where
a connection is new. A command never meets the middleware, so that nothing of ours ends it. What is
said where a statement was ended is in `outages`.
"""

from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.utils.deprecation import MiddlewareMixin


class StatementLimit(MiddlewareMixin):
    """Middleware: whatever a page asks for, the database ends it after STATEMENT_LIMIT seconds."""

    def process_request(self, request):
        connection.statement_limit = settings.STATEMENT_LIMIT * 1000


@contextmanager
def without_timeout():
    """No statement timeout in the block; for exports, which come bit by bit."""
    usual = connection.statement_limit
    if usual is not None:
        connection.statement_limit = 0
    try:
        yield
    finally:
        connection.statement_limit = usual

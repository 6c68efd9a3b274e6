"""The product’s newer tables changed while a connection lasts, which knew them as they were.

What a page then asks is an error. As soon as the catalogue says something else than was known, what
only looks is looked at once more, and whoever sent something is told that nothing came of it.
"""

from django.db import DatabaseError, connection

from eventflow.db import database
from eventflow.web import outages
from eventflow.web.outages import Cause
from scheduling.pointers.catalogue import changed

# What is not there, of another type, or not one’s to read; a plan of before; a key that has gone.
_MAY_COME_OF_IT = ("42", "0A", "21")


class ChangedTables:
    """Middleware: a page that fails because of it is made again, or says so."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        if not isinstance(error, DatabaseError) or connection.in_atomic_block:
            return None
        if not (database.sqlstate(error) or "").startswith(_MAY_COME_OF_IT) or not changed():
            return None
        if request.method not in ("GET", "HEAD"):
            return outages.told(request, Cause.CHANGED, error)
        view = request.resolver_match
        answer = view.func(request, *view.args, **view.kwargs)
        return answer.render() if hasattr(answer, "render") else answer

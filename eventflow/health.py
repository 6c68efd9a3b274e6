"""`/healthz`: whether this process can work, for whatever restarts it or sends it people.

Answered before everything else, because a probe knows neither the host's name nor HTTPS, and has
no session. Says nothing that is not for everybody.
"""

import logging
from functools import cache

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.http import JsonResponse

from eventflow import outages
from eventflow.db import database

PATH = "/healthz"
OK = {"status": "ok"}
NO_DATABASE = {"status": "unavailable", "reason": "The database does not answer."}
PENDING = {"status": "unavailable", "reason": "Migrations are pending."}
_NO_SUCH_TABLE = "42P01"

logger = logging.getLogger(__name__)


class HealthMiddleware:
    """Answers GET and HEAD of `/healthz`, and passes on all else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info != PATH or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        found = state(request)
        answer = JsonResponse(found, status=200 if found == OK else 503)
        answer["Cache-Control"] = "no-store"
        # Why there is no database is told where it was found.
        answer._has_been_logged = found == NO_DATABASE
        return answer


def state(request) -> dict[str, str]:
    """How it stands: OK, NO_DATABASE or PENDING; one statement."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select app, name from backoffice.django_migrations")
            applied = set(cursor.fetchall())
    except Error as error:
        if database.sqlstate(error) == _NO_SUCH_TABLE:
            return PENDING
        cause = outages.cause(error)
        if cause is None:
            logger.exception("The database does not answer.")
        else:
            outages.note(request, cause, error)
        return NO_DATABASE
    return OK if _known() <= applied else PENDING


@cache
def _known() -> frozenset[tuple[str, str]]:
    """Every migration of this version; it cannot change while the process runs."""
    return frozenset(MigrationLoader(None).graph.nodes)

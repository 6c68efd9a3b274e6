"""`/healthz`, `/readyz` and `/metrics`: for what restarts a process, sends it people, or counts.

Answered before everything else, because who asks knows neither the host's name nor HTTPS, and has
no session. Without the token of `/metrics` they say nothing that is not for everybody.
"""

import logging

from django.conf import settings
from django.db import Error
from django.http import HttpResponse, JsonResponse
from django.utils.deprecation import MiddlewareMixin
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from eventflow import __version__
from eventflow.db import database, fetching
from eventflow.fitness import readiness
from eventflow.web import metrics, outages

OK = {"status": "ok", "version": __version__}
NO_DATABASE = {"status": "unavailable", "reason": "The database does not answer."}
PENDING = {"status": "unavailable", "reason": "Migrations are pending."}
_NO_SUCH_TABLE = "42P01"

logger = logging.getLogger(__name__)


class HealthMiddleware(MiddlewareMixin):
    """Answers GET and HEAD of the three, and passes on all else."""

    def process_request(self, request):
        answer = _ANSWERS.get(request.path_info)
        if answer is None or request.method not in ("GET", "HEAD"):
            return None
        # Without a token there is no such page.
        if answer is _metrics and not settings.METRICS_TOKEN:
            return None
        request.view = request.path_info.removeprefix("/")
        request.cause = "not_ready"
        answered = answer(request)
        answered["Cache-Control"] = "no-store"
        return answered


def _healthz(request):
    found = state(request)
    answer = JsonResponse(found, status=200 if found == OK else 503)
    # Why there is no database is told where it was found.
    answer._has_been_logged = found == NO_DATABASE
    return answer


def _readyz(request):
    """Whether it is fit for decisions; each reason as a code, and in words with the token."""
    reasons = readiness.reasons()
    if not reasons:
        return JsonResponse({"status": "ready"})
    told = {"status": "not ready", "reasons": sorted({reason.code for reason in reasons})}
    if metrics.is_allowed(request):
        told["words"] = [f"{reason.words} {reason.remedy}".strip() for reason in reasons]
    return JsonResponse(told, status=503)


def _metrics(request):
    if not metrics.is_allowed(request):
        refused = HttpResponse("Authorization: Bearer …", status=401, content_type="text/plain")
        refused["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return refused
    return HttpResponse(metrics.page(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


_ANSWERS = {"/healthz": _healthz, "/readyz": _readyz, "/metrics": _metrics}


def state(request) -> dict[str, str]:
    """How it stands: OK, NO_DATABASE or PENDING; one statement."""
    try:
        applied = set(fetching.rows("select app, name from backoffice.django_migrations"))
    except Error as error:
        if database.sqlstate(error) == _NO_SUCH_TABLE:
            return PENDING
        cause = outages.cause(error)
        if cause is None:
            logger.exception("The database does not answer.")
        else:
            outages.note(request, cause, error)
        return NO_DATABASE
    return OK if readiness.known() <= applied else PENDING

"""The application as the benchmark serves it: itself, the stock admin beside it, and a counter.

Settings, addresses and middleware in one module, for a gunicorn of the benchmark's own.
"""

import csv
import time
from pathlib import Path

from django.db import connection

from tests.settings import *  # noqa: F403
from tests.settings import MIDDLEWARE

ROOT_URLCONF = "tests.bench.addresses"
MIDDLEWARE = ["tests.bench.served.counting", *MIDDLEWARE]
ALLOWED_HOSTS = ["127.0.0.1"]
DEBUG = False


def memory_kb() -> int:
    """The resident memory of this process, in kB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError("no VmRSS")


def counting(get_response):
    """Tell in headers how many statements an answer took, how long they did, and the memory."""

    def answer(request):
        counted = {"n": 0, "seconds": 0.0}

        def wrapper(execute, sql, params, many, context):
            began = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                counted["n"] += 1
                counted["seconds"] += time.perf_counter() - began

        with connection.execute_wrapper(wrapper):
            response = get_response(request)
            if hasattr(response, "render") and not response.is_rendered:
                response.render()
        response["X-Statements"] = counted["n"]
        response["X-Database-Ms"] = f"{counted['seconds'] * 1000:.1f}"
        response["X-Memory-Kb"] = memory_kb()
        return response

    return answer


class Echo:
    """What a csv writer of the stock export writes to."""

    @staticmethod
    def write(line):
        return line


def stock_lines(queryset):
    """How the usual export of an admin writes rows: one object after another."""
    writer = csv.writer(Echo)
    for row in queryset.select_related("event__organization", "user", "approved_by"):
        yield writer.writerow(
            [
                row.pk,
                row.event,
                row.user,
                row.action_type,
                row.execution_status,
                row.created_at,
                row.approved_by,
                row.approved_at,
                row.executed_at,
                row.execution_error,
            ]
        )

"""Log lines: one JSON object each, and nothing of what an error or a request holds."""

import json
import logging

import pytest
from django.db import IntegrityError, transaction

from eventflow import logs
from tests import factories as f

SECRET = "סדנה: שם סודי"


def line(message="It happened.", *arguments, level=logging.ERROR, error=None, **extra) -> dict:
    """What is written for a message, as an operator's tools read it."""
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.getLogger("a.logger").makeRecord(
        "a.logger", level, __file__, 1, message, arguments, exc_info, extra=extra
    )
    written = logs.Structured().format(record)
    assert "\n" not in written
    return json.loads(written)


def caught(kind, act) -> Exception:
    with pytest.raises(kind) as found:
        act()
    return found.value


def test_log_line_fields():
    found = line("%s of %s", 1, 2, level=logging.WARNING, suggestion="abc")

    assert found.pop("at").endswith("+00:00")
    assert found == {
        "level": "WARNING",
        "logger": "a.logger",
        "message": "1 of 2",
        "suggestion": "abc",
    }


def test_log_line_without_request_data(rf):
    found = line(request=rf.get("/admin/", {"q": SECRET}), status_code=500)

    assert set(found) == {"at", "level", "logger", "message", "status_code"}


def test_log_line_of_database_error(db):
    organization = f.organization()
    event = f.event(organization=organization)
    f.session(event=event, title=SECRET, room=SECRET)
    with transaction.atomic():
        error = caught(IntegrityError, lambda: f.session(event=event, title=SECRET, room=SECRET))
        transaction.set_rollback(True)
    assert SECRET in str(error)

    told = line(error=error)["exc_info"]

    assert SECRET not in told
    first, *rest = told.splitlines()
    assert first == "django.db.utils.IntegrityError"
    assert "psycopg.errors.ExclusionViolation 23P01 no_room_overlap" in rest
    assert any(line.endswith("in session") for line in rest)


def test_log_line_of_other_error():
    def fail():
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise ValueError(SECRET) from error

    told = line(error=caught(ValueError, fail))["exc_info"]

    assert SECRET not in told
    kinds = [line for line in told.splitlines() if not line.startswith(" ")]
    assert kinds == ["builtins.ValueError", "builtins.KeyError"]


def test_decisions_logged_in_production():
    def level(structured):
        loggers = logs.configuration(structured=structured)["loggers"]
        return loggers["eventflow.decisions"]["level"]

    assert (level(True), level(False)) == ("INFO", "WARNING")

"""The settings of the tests: the back office's own, on a database server of the tests' own."""

import os

import pytest
from django.core.exceptions import ImproperlyConfigured

try:
    from eventflow.settings import *  # noqa: F403
    from eventflow.settings import (
        DATABASE_URL,
        DATABASES,
        HTTPS_ONLY,
        MIDDLEWARE,
        STATE_FOLDER,
    )
except ImproperlyConfigured as refusal:
    raise pytest.UsageError(str(refusal)) from None

EMBEDDED_FOLDER = None if DATABASE_URL else STATE_FOLDER / "test"
# A worker a core, and in some tests of each thirty-two people at once.
os.environ.setdefault("EVENTFLOW_SERVER_OPTIONS", "-c max_connections=400")
# Runs on one server that are to stand side by side each need a name of their own.
TEST_DATABASE_NAME = os.environ.get("TEST_DATABASE_NAME", "test_eventflow")
# With TEST_SHAPE=production, the stand-in has the shape of newer deployments.
TEST_SHAPE = os.environ.get("TEST_SHAPE", "first")
if TEST_SHAPE != "first":
    TEST_DATABASE_NAME += f"_{TEST_SHAPE}"
# A copy of what `tests.templates` has migrated, so that migrating it again finds nothing to do.
DATABASES["default"]["TEST"] = {
    "NAME": TEST_DATABASE_NAME,
    "TEMPLATE": f"{TEST_DATABASE_NAME}_everything",
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LANGUAGE_CODE = "en"
# Static files are asked for by browsers only, and finding them takes longer than most pages.
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
# The test client asks over plain HTTP; what production does of its own is tested in processes.
vars().update(dict.fromkeys(HTTPS_ONLY, False))
# Also where DATABASE_URL is set, passwords can be reset; pytest-django keeps the mail.
EMAIL_URL = "memorymail://"

# With TEST_LOGIN=web, the pages and decisions of the tests run as the web process's own login.
TEST_LOGIN = os.environ.get("TEST_LOGIN")
if TEST_LOGIN == "web":
    MIDDLEWARE = ["tests.web_login.AsTheWebLogin", *MIDDLEWARE]

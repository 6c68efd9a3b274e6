"""The settings of the tests: the back office's own, on a database server of the tests' own."""

from eventflow.settings import *  # noqa: F403
from eventflow.settings import DATABASE_URL, DATABASES, STATE_FOLDER

EMBEDDED_FOLDER = None if DATABASE_URL else STATE_FOLDER / "test"
DATABASES["default"]["TEST"] = {"NAME": "test_eventflow", "TEMPLATE": "eventflow_stand_in"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LANGUAGE_CODE = "en"

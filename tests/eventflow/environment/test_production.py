"""What production refuses to start with, and that what it starts with is found safe."""

import json
import os
import secrets
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from eventflow.environment import production

FIT = {
    "debug": False,
    "secret_key": "abcdefghij" * 5,
    "allowed_hosts": ["backoffice.example.org"],
    "databases": {"DATABASE_URL": {"PORT": 5432}},
}
REFUSED = "The back office does not start. Nothing was changed."


def process(*command, **variables) -> tuple[int, str]:
    """Exit status and output of a command with the settings of production."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "eventflow.settings",
            "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:5432/nowhere",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "ALLOWED_HOSTS": "backoffice.example.org",
            "DEBUG": "",
        }
        | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def refusal(**unfit) -> list[str]:
    with pytest.raises(ImproperlyConfigured) as caught:
        production.require(**FIT | unfit)
    first, *reasons = str(caught.value).splitlines()
    assert first == REFUSED
    return reasons


def test_production_settings_accepted():
    production.require(**FIT)


@pytest.mark.parametrize(
    ("key", "beginning"),
    [
        ("", "SECRET_KEY is not set, or begins with $"),
        ("abcdefghij" * 4 + "abcdefghi", "SECRET_KEY is too easy to guess: it needs at least 50"),
        ("abcdefghi" * 9, "SECRET_KEY is too easy to guess: it needs at least 50"),
        ("django-insecure-" + FIT["secret_key"], "SECRET_KEY is one that is written in manuals"),
        ("ChangeMe-" + FIT["secret_key"], "SECRET_KEY is one that is written in manuals"),
    ],
)
def test_secret_key_known_or_guessable(key, beginning):
    (reason,) = refusal(secret_key=key)

    assert reason.startswith(beginning)
    assert "secrets.token_urlsafe(48)" in reason


@pytest.mark.parametrize("host", ["*", ".example.org", "*.example.org"])
def test_hosts_wildcard_refused(host):
    (reason,) = refusal(allowed_hosts=["backoffice.example.org", host])

    assert reason.startswith(f"ALLOWED_HOSTS holds {host}, a wildcard:")


def test_debug_is_refused():
    (reason,) = refusal(debug=True)

    assert reason.startswith("DEBUG is on, which shows settings and rows")


@pytest.mark.parametrize("port", [6543, "6543", "5432,6543"])
def test_transaction_pooler_refused(port):
    (reason,) = refusal(databases={"DATABASE_URL": {"PORT": 5432}, "OTHER_URL": {"PORT": port}})

    assert reason.startswith("OTHER_URL leads to the transaction pooler (port 6543), which gives")
    assert reason.endswith("Use port 5432 (direct, or the session pooler).")


def test_production_all_reasons_at_once():
    assert len(refusal(debug=True, secret_key="", allowed_hosts=["*"])) == 3


@pytest.mark.long
@pytest.mark.once
def test_production_settings_pass_django_checks():
    status, printed = process("manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert (status, printed) == (0, "System check identified no issues (0 silenced).\n")


@pytest.mark.long
@pytest.mark.once
@pytest.mark.parametrize(
    "unfit",
    [
        {"DEBUG": "true"},
        {"SECRET_KEY": "tests"},
        {"ALLOWED_HOSTS": "*"},
        {"DATABASE_URL": "postgres://a:b@aws-0-eu.pooler.supabase.com:6543/postgres"},
    ],
)
def test_unfit_settings_stop_commands_and_server(unfit):
    command, said = process("manage.py", "check", **unfit)
    web, printed = process("-c", "import eventflow.wsgi", **unfit)

    assert (command, web) == (1, 1)
    assert said.startswith(REFUSED)
    assert "Traceback" not in said
    assert printed.endswith(said)


SAFE = {
    "SECURE_SSL_REDIRECT": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "LANGUAGE_COOKIE_SECURE": True,
    "SECURE_HSTS_SECONDS": 365 * 24 * 60 * 60,
    "SESSION_COOKIE_AGE": 12 * 60 * 60,
    "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
}
PRINTED = """
from eventflow.settings import *
import json, sys
json.dump({name: value for name, value in globals().items() if name in sys.argv[1:]}, sys.stdout)
"""


@pytest.mark.long
@pytest.mark.once
@pytest.mark.parametrize(("asked", "seconds"), [("", 60), ("?conn_max_age=0", 0)])
def test_connections_kept_unless_url_says(asked, seconds):
    url = f"postgres://nobody:nothing@127.0.0.1:5432/nowhere{asked}"
    _status, printed = process("-c", PRINTED, "DATABASES", DATABASE_URL=url)

    database = json.loads(printed)["DATABASES"]["default"]
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (seconds, True)


@pytest.mark.long
@pytest.mark.once
def test_production_is_for_https_alone():
    _status, printed = process("-c", PRINTED, *SAFE, PROXY_COUNT="1")

    assert json.loads(printed) == SAFE

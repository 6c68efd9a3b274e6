"""Asking for required variables: the first step of `manage.py setup`.

Done before Django knows anything, so nothing here reads settings. What was asked for or made is in
the environment afterwards, where settings look, and in `answered`, for whoever tells what to keep.
"""

import os
import secrets
import sys
from collections.abc import Callable
from getpass import getpass

from django.core.exceptions import ImproperlyConfigured

from eventflow.environment import addresses, variables

# Of this run: by the variable, what was in neither the environment nor the file.
answered: dict[str, str] = {}

_DATABASE = (
    "The database, as the login that owns the product's tables; it is not shown while you type\n"
    "(postgres://postgres:password@host:5432/postgres): "
)
_HOSTS = (
    "The names under which people will reach the back office, separated by commas\n"
    "(empty: this machine only): "
)


def somebody_is_there() -> bool:
    """Whether there is a terminal at which somebody could be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def complete() -> None:
    """Ask for what settings need and nobody has said; make a SECRET_KEY where there is none.

    Raises ImproperlyConfigured, with a sentence, where there is nobody to ask.
    """
    variables.read_file(variables.ENV_FILE)
    if not variables.text("DATABASE_URL"):
        if not somebody_is_there():
            raise ImproperlyConfigured(
                "There is nobody to ask, and DATABASE_URL is not set. Nothing was changed. Set it "
                "to the database, as the login that owns the product's tables "
                "(postgres://postgres:password@host:5432/postgres), and run setup again."
            )
        _ask("DATABASE_URL", getpass, _DATABASE, _is_database)
    if not variables.text("ALLOWED_HOSTS") and somebody_is_there():
        _ask("ALLOWED_HOSTS", input, _HOSTS, variables.hosts)
    if not variables.text("SECRET_KEY"):
        os.environ["SECRET_KEY"] = answered["SECRET_KEY"] = secrets.token_urlsafe(48)


def _ask(variable: str, ask: Callable[[str], str], question: str, read: Callable) -> None:
    """Ask until what is said can be read; nothing said leaves it unset."""
    while True:
        try:
            os.environ[variable] = ask(question).strip()
            read(variable)
            break
        except ImproperlyConfigured as refusal:
            print(refusal, file=sys.stderr)
        except (EOFError, KeyboardInterrupt):
            raise ImproperlyConfigured("\nEnded. Nothing was changed.") from None
    if os.environ[variable]:
        answered[variable] = os.environ[variable]
    else:
        del os.environ[variable]


def _is_database(variable: str) -> None:
    addresses.database(variable, variables.text(variable))

"""Production checks of the settings before the back office opens; each refusal a sentence.

`require` is asked by `settings` whenever DATABASE_URL is set, so that no process starts without it,
be it a web server or a command. How each variable is read is in `variables`; what only `migrate`
needs is in `preflight`.
"""

from collections.abc import Iterable, Iterator, Mapping

from django.core.exceptions import ImproperlyConfigured

# How gunicorn.conf.py serves: so many processes, each with so many threads and connections.
WORKERS, THREADS = 2, 4
SHORTEST_SECRET_KEY = 50
FEWEST_CHARACTERS = 10
# How keys begin that are written in a manual, an example or a template of Django's.
_KNOWN_BEGINNINGS = ("django-insecure-", "changeme", "change-me", "change me", "secret", "example")
TRANSACTION_POOLER_PORT = "6543"


def require(
    *, debug: bool, secret_key: str, allowed_hosts: Iterable[str], databases: Mapping[str, Mapping]
) -> None:
    """Raise ImproperlyConfigured with every reason not to open to others, a line each."""
    reasons = [
        *_of_debug(debug),
        *_of_secret_key(secret_key),
        *_of_hosts(allowed_hosts),
        *(reason for name, to in databases.items() for reason in of_pooler(name, to)),
    ]
    if reasons:
        raise ImproperlyConfigured(
            "\n".join(["The back office does not start. Nothing was changed.", *reasons])
        )


def of_pooler(variable: str, database: Mapping) -> Iterator[str]:
    """A sentence where the settings of a database lead to a transaction pooler.

    `variable` is the one in the environment that says where the database is.
    """
    if TRANSACTION_POOLER_PORT in str(database.get("PORT")).split(","):
        yield (
            f"{variable} leads to the transaction pooler (port {TRANSACTION_POOLER_PORT}), which "
            "gives each transaction another connection: the search path that is set for a "
            "connection would be lost, or reach someone else's, and with it the back office's own "
            "tables; no lock would outlive a transaction. Use port 5432 (direct, or the session "
            "pooler)."
        )


def _of_debug(debug: bool) -> Iterator[str]:
    if debug:
        yield (
            "DEBUG is on, which shows settings and rows to whoever causes an error. Unset it: "
            "it is for the demo only."
        )


def _of_secret_key(key: str) -> Iterator[str]:
    how = "Make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
    if not key:
        yield f"SECRET_KEY is not set, or begins with $, as the name of another variable. {how}"
    elif key.lower().startswith(_KNOWN_BEGINNINGS):
        yield f"SECRET_KEY is one that is written in manuals, so others know it. {how}"
    elif len(key) < SHORTEST_SECRET_KEY or len(set(key)) < FEWEST_CHARACTERS:
        yield (
            f"SECRET_KEY is too easy to guess: it needs at least {SHORTEST_SECRET_KEY} characters, "
            f"{FEWEST_CHARACTERS} of them different. {how}"
        )


def _of_hosts(hosts: Iterable[str]) -> Iterator[str]:
    for host in hosts:
        if "*" in host or host.startswith("."):
            yield (
                f"ALLOWED_HOSTS holds {host}, a wildcard: links in the mail that resets a password "
                "would lead to whatever host a request names. List each name in full."
            )

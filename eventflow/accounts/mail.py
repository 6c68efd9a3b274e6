"""Mail, sent beside the requests: whoever asked for it neither waits nor learns from the wait.

One thread of each process talks to the mail server, one mail after the other; a process that ends
sends first what it has taken on. Where there is no server to wait for (the demo prints its mail),
mail is made at once. Nothing here asks the database: its connections are the requests' threads'.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.http import HttpResponseRedirect
from django.utils import translation

logger = logging.getLogger(__name__)

_SERVER = "django.core.mail.backends.smtp.EmailBackend"
_sender = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


def send_in_background(send: Callable[[], object]) -> None:
    """Let the thread do it, in the language that is active now. What it raises is logged."""
    if settings.EMAIL_BACKEND == _SERVER:
        _sender.submit(_in_words, translation.get_language(), send)
    else:
        _in_words(translation.get_language(), send)


def wait() -> None:
    """Return once all that was taken on so far is sent."""
    _sender.submit(int).result()


def _in_words(language: str, send: Callable[[], object]) -> None:
    with translation.override(language):
        try:
            send()
        except Exception:
            logger.exception("A mail was not sent.")


class Afterwards(HttpResponseRedirect):
    """Leads on; only when all of it has been sent, the mail is begun."""

    def __init__(self, to: str, send: Callable[[], object]):
        super().__init__(to)
        self._send, self._language = send, translation.get_language()

    def close(self):
        super().close()
        with translation.override(self._language):
            send_in_background(self._send)


def home() -> str:
    """The address of the back office as a mail tells it: the configured name, never a request's."""
    scheme = "https" if settings.SECURE_SSL_REDIRECT else "http"
    return f"{scheme}://{settings.MAIL_LEADS_TO or settings.ALLOWED_HOSTS[0]}"

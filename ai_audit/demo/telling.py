"""A thread that notifies while the demo is served, as a timer does elsewhere; mails are kept."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import connection

from ai_audit import notifications
from ai_audit.notifications import kept

logger = logging.getLogger(__name__)

EVERY = 10  # seconds


@contextmanager
def every_few_seconds() -> Iterator[None]:
    """Tell people while the block runs, in a thread that ends with it."""
    kept.keep()
    ended = Event()
    thread = Thread(target=_tell_until, args=(ended,), name="notify", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _tell_until(ended: Event) -> None:
    while True:
        try:
            notifications.notify(backend=kept.Backend())
        except notifications.AtWork:
            logger.info("Another demo of this database tells people.")
        except Exception:
            logger.exception("Not everybody was told everything; it is tried again.")
        connection.close()
        if ended.wait(EVERY):
            return

"""A key-value store with an expiry of a day for somebody's own act, so that a page has an address.

Kept where sessions are, as a row of its own that signs nobody in, so that it goes as they do.
"""

from datetime import timedelta
from importlib import import_module

from django.conf import settings

KEPT_FOR = timedelta(days=1)

_STORE = import_module(settings.SESSION_ENGINE).SessionStore


def create(user, what: str, **values):
    """A row of the user's that holds `values`; its `session_key` finds it again. `what` it is."""
    store = _STORE()
    store[f"{what}_of"] = user.pk
    store.update(values)
    store.set_expiry(KEPT_FOR)
    store.create()
    return store


def find(user, what: str, key: str):
    """The user's row with that key; None where nothing of the kind is kept for them."""
    store = _STORE(session_key=key.replace("\0", ""))
    return store if store.get(f"{what}_of") == user.pk else None

"""The demo's accounts of EventFlow, as the stand-in for Supabase Auth holds them."""

from base64 import b32decode
from contextlib import contextmanager

from django.conf import settings

from ai_audit.demo import people
from eventflow.supabase import auth

# Whose account asks for a code; and what an authenticator app is told for it, which is printed.
WITH_AN_APP = "yoav"
APP_SECRET = "EVENTFLOWDEMOAPPEVENTFLOWDEMOAPP"  # noqa: S105


def stand_in() -> auth.StandIn:
    """Everybody's account, with the demo's password."""
    accounts = {
        key: auth.Account(people.email(key), people.PASSWORD, id=people.identify("profile", key))
        for key in people.PROFILES
    }
    accounts[WITH_AN_APP].add_factor(b32decode(APP_SECRET))
    return auth.StandIn(*accounts.values())


@contextmanager
def serving():
    """Serve them while the block runs, unless the environment names a project of its own."""
    if settings.SUPABASE_URL:
        yield
        return
    with auth.serving(stand_in()) as url:
        settings.SUPABASE_URL, settings.SUPABASE_KEY = url, auth.KEY
        yield

"""Signing in with an account of EventFlow: our own throttle before theirs, and the second step.

Everybody's tries come to them from one address, ours, and they bear only so many from one: so
none is passed on beyond what is counted here. What is kept between password and code is a cookie
that only this process can read, for the browser that gave the password, for five minutes.
"""

import json
import zlib
from base64 import urlsafe_b64encode
from datetime import timedelta
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _lazy

from eventflow.accounts import attempts
from eventflow.accounts.supabase_auth import NO_CODES, AuthSession, Client, Factor, Trouble
from eventflow.db import database
from eventflow.text.sentences import Sentence

# Within this time, so many that came to nothing: from one address, and from everywhere. They bear
# 150 from us.
PERIOD = timedelta(minutes=5)
MOST, MOST_OF_ALL = 20, 100
_PASSWORD = "eventflow account"  # noqa: S105
# Wrong codes for one account: from one address within a while, and from everywhere in a day.
CODE_PERIOD, DAY = timedelta(minutes=15), timedelta(days=1)
MOST_CODES, MOST_CODES_A_DAY = 5, 30
_CODE = "eventflow account code"

# A token is held no longer, and in no more characters than every browser keeps.
HELD = timedelta(minutes=5)
_LARGEST = 3_800

_TOO_MANY = Sentence(
    "account_too_many",
    _lazy(
        "There were too many tries to sign in to EventFlow’s accounts within a few minutes, so "
        "this one was not looked at. Nothing was changed. Wait five minutes, then try again."
    ),
)
_TOO_MANY_CODES = Sentence(
    "account_too_many_codes",
    _lazy(
        "There were too many wrong codes for this account, so this one was not looked at. Nothing "
        "was changed. Wait a quarter of an hour; if they were not yours, someone knows your "
        "password: change it in EventFlow."
    ),
)


class CodeNeeded(Exception):
    """The password is right, and the account asks for a code as well."""

    def __init__(self, session: AuthSession):
        super().__init__("a code is needed")
        self.session = session


def is_offered() -> bool:
    """Whether people sign in with their accounts of EventFlow."""
    return bool(settings.SUPABASE_URL) and "account" in settings.SIGN_IN_WITH


def client() -> Client:
    return Client(settings.SUPABASE_URL, settings.SUPABASE_KEY)


def by_password(email: str, password: str, whence: str | None) -> AuthSession | None:
    """Authenticate; None where the address or the password is wrong. Raises Trouble."""
    began = Now() - PERIOD
    attempts.forget(_PASSWORD, until=began)
    lately = attempts.noted(_PASSWORD, since=began)
    if lately.count() >= MOST_OF_ALL or lately.filter(ip_address=whence).count() >= MOST:
        raise Trouble(_TOO_MANY())
    # Before it is asked, so that those who ask at once are counted as well.
    noted = attempts.note(_PASSWORD, "", address=whence)
    session = client().sign_in(email, password)
    if session:
        noted.delete()
    return session


def by_code(
    session: AuthSession, factor: Factor, code: str, whence: str | None
) -> AuthSession | None:
    """The same with a right code; None where it is wrong. Raises Trouble."""
    attempts.forget(_CODE, until=Now() - DAY)
    wrong = attempts.noted(_CODE, since=Now() - DAY).filter(username=str(session.account_id))
    near = wrong.filter(ip_address=whence, attempt_time__gt=Now() - CODE_PERIOD)
    if near.count() >= MOST_CODES or wrong.count() >= MOST_CODES_A_DAY:
        raise Trouble(_TOO_MANY_CODES())
    noted = attempts.note(_CODE, str(session.account_id), address=whence)
    given = client().give_code(session, factor, code)
    if given:
        noted.delete()
    return given


def sealed(session: AuthSession, browser: str) -> str:
    """The encrypted cookie: the session, for that browser alone. Raises Trouble if too large."""
    kept = {
        "account": str(session.account_id),
        "email": session.email,
        "token": session.token,
        "factors": [[str(factor.id), factor.name] for factor in session.factors],
        "browser": browser,
    }
    text = _cipher().encrypt_at_time(zlib.compress(json.dumps(kept).encode()), _now()).decode()
    if len(text) > _LARGEST:
        raise Trouble(NO_CODES())
    return text


def opened(text: str, browser: str) -> AuthSession | None:
    """Decrypt the cookie, where it was for that browser and has not expired."""
    try:
        data = _cipher().decrypt_at_time(text.encode(), int(HELD.total_seconds()), _now())
    except (InvalidToken, UnicodeError):
        return None
    kept = json.loads(zlib.decompress(data))
    if not browser or kept["browser"] != browser:
        return None
    factors = tuple(Factor(UUID(pk), name) for pk, name in kept["factors"])
    return AuthSession(UUID(kept["account"]), kept["email"], kept["token"], factors)


def _cipher() -> Fernet:
    key = salted_hmac("eventflow.accounts.account", "between password and code", algorithm="sha256")
    return Fernet(urlsafe_b64encode(key.digest()))


def _now() -> int:
    return int(database.now().timestamp())

"""The accounts of EventFlow itself, asked over HTTP: the one client of Supabase Auth.

It knows passwords, codes and tokens, and no user of ours. Whatever comes back is judged by its
status and code, never by its words; what is not understood is a refusal. An act, with all that is
asked for it, takes `LIMIT` seconds at most. What is logged holds no address, password or token.
"""

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

import httpx
from django.utils.translation import gettext_lazy as _lazy

from eventflow.text.sentences import Said, Sentence

logger = logging.getLogger(__name__)

LIMIT = 5.0
# As many bytes of an answer are read.
_LONGEST = 1_000_000
_TOKEN = re.compile(r"[A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]+")
_CODE = re.compile(r"\w{1,60}", re.ASCII)
_TOO_MANY = 429
# One that hangs where no limit reaches it, as in looking up a name, is left behind.
_pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="accounts")
# For what nobody waits for.
_beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="accounts beside")

AWAY = Sentence(
    "account_away",
    _lazy(
        "EventFlow’s accounts do not answer at the moment, so you were not signed in. Nothing was "
        "changed. Try again in a minute."
    ),
)
BUSY = Sentence(
    "account_busy",
    _lazy(
        "EventFlow’s accounts take no more tries at the moment, so this one was not looked at. "
        "Nothing was changed. Wait a minute, then try again."
    ),
)
CAPTCHA = Sentence(
    "account_captcha",
    _lazy(
        "EventFlow asks for a captcha at sign-in, which cannot be shown here, so you were not "
        "signed in. Nothing was changed. Ask an administrator for a user name and password of the "
        "back office."
    ),
)
UNCONFIRMED = Sentence(
    "account_unconfirmed",
    _lazy(
        "The e-mail address of your EventFlow account is not confirmed yet, so you were not signed "
        "in. Open the link in the mail that EventFlow sent you, then try again."
    ),
)
NO_PASSWORDS = Sentence(
    "account_no_passwords",
    _lazy(
        "EventFlow lets nobody sign in with a password, so you were not signed in. Nothing was "
        "changed. Ask an administrator for a user name and password of the back office."
    ),
)
NOT_UNDERSTOOD = Sentence(
    "account_not_understood",
    _lazy(
        "EventFlow’s accounts answered in a way that is not understood here, so you were not "
        "signed in. Nothing was changed. Tell whoever looks after the back office."
    ),
)
NO_CODES = Sentence(
    "account_no_codes",
    _lazy(
        "Your EventFlow account has a two-step verification that cannot be used here, so you were "
        "not signed in. Nothing was changed. Add an authenticator app to your account in "
        "EventFlow, or ask an administrator for a user name and password of the back office."
    ),
)
BEGIN_AGAIN = Sentence(
    "account_begin_again",
    _lazy(
        "This sign-in has ended before its code was given, so you were not signed in. Nothing was "
        "changed. Enter your e-mail address and password again."
    ),
)


class Trouble(Exception):
    """Nobody was signed in, and not because of what was entered; it is told as a sentence."""

    def __init__(self, why: Said):
        super().__init__(why.sentence.code)
        self.why = why

    def __str__(self):
        return str(self.why)


@dataclass(frozen=True)
class Factor:
    """An app on somebody's phone that shows codes, as their account knows it."""

    id: UUID
    name: str


@dataclass(frozen=True)
class AuthSession:
    """Somebody who gave a right password, or a right code as well: `code_given`."""

    account_id: UUID
    email: str
    token: str = field(repr=False)
    factors: tuple[Factor, ...] = ()
    code_given: bool = False


@dataclass(frozen=True)
class _Answer:
    status: int
    body: Any

    @property
    def code(self) -> str:
        """The error's code, in whichever form it came; empty where it has none."""
        said = self.body if isinstance(self.body, dict) else {}
        for name in ("error_code", "code", "error"):
            if isinstance(said.get(name), str) and _CODE.fullmatch(said[name]):
                return said[name]
        return ""


# What was entered is not right. That an account is barred is told before its password is looked
# at: who reads it would know that there is one.
_WRONG = {"invalid_credentials", "invalid_grant", "user_banned", "validation_failed"}
_WRONG_CODE = {"mfa_verification_failed", "validation_failed"}
_BY_CODE = {
    "captcha_failed": CAPTCHA,
    "email_not_confirmed": UNCONFIRMED,
    "email_provider_disabled": NO_PASSWORDS,
    "over_request_rate_limit": BUSY,
    "mfa_totp_verify_not_enabled": NO_CODES,
    "bad_jwt": BEGIN_AGAIN,
    "mfa_factor_not_found": BEGIN_AGAIN,
    "mfa_verification_rejected": BEGIN_AGAIN,
    "no_authorization": BEGIN_AGAIN,
    "session_expired": BEGIN_AGAIN,
    "session_not_found": BEGIN_AGAIN,
    "user_not_found": BEGIN_AGAIN,
    # Asked once more, it has a challenge of its own.
    "mfa_challenge_expired": AWAY,
    "mfa_ip_address_mismatch": AWAY,
}


class Client:
    """Asks the project at `url` with a publishable `key`, for `limit` seconds in a whole act."""

    def __init__(self, url: str, key: str, *, limit: float = LIMIT):
        self._url, self._key, self._limit = f"{url}/auth/v1", key, limit

    def sign_in(self, email: str, password: str) -> AuthSession | None:
        """Sign in with that address and password: the account and its factors; None where they are
        wrong.

        Raises Trouble.
        """
        return self._within(lambda ask: self._sign_in(ask, email, password))

    def give_code(self, session: AuthSession, factor: Factor, code: str) -> AuthSession | None:
        """The same with a right code; None where it is wrong. Raises Trouble."""
        return self._within(lambda ask: self._give_code(ask, session, factor, code))

    def sign_out(self, session: AuthSession) -> None:
        """End that session, and no other of theirs, beside whatever is done."""
        _beside.submit(self._sign_out, session.token)

    def _sign_in(self, ask: "_Ask", email: str, password: str) -> AuthSession | None:
        said = {"email": email, "password": password}
        given = ask("POST", "/token?grant_type=password", said)
        if given.status != httpx.codes.OK:
            return _unless_wrong(given, _WRONG)
        token = _token(given)
        # What comes with the token may be without factors: the account itself is asked for them.
        known = ask("GET", "/user", token=token)
        if known.status != httpx.codes.OK:
            return _unless_wrong(known, {"user_banned"})
        session = _session(known.body, token)
        if session.account_id != _id(_under(given.body, "user")):
            raise _trouble(NOT_UNDERSTOOD, given)
        return session

    def _give_code(
        self, ask: "_Ask", session: AuthSession, factor: Factor, code: str
    ) -> AuthSession | None:
        there = f"/factors/{factor.id}"
        challenge = ask("POST", f"{there}/challenge", {}, token=session.token)
        if challenge.status != httpx.codes.OK:
            return _unless_wrong(challenge, set())
        said = {"challenge_id": str(_id(challenge.body)), "code": code}
        given = ask("POST", f"{there}/verify", said, token=session.token)
        if given.status != httpx.codes.OK:
            return _unless_wrong(given, _WRONG_CODE)
        if session.account_id != _id(_under(given.body, "user")):
            raise _trouble(NOT_UNDERSTOOD, given)
        return AuthSession(session.account_id, session.email, _token(given), code_given=True)

    def _sign_out(self, token: str) -> None:
        try:
            with self._http() as http:
                ask = _Ask(http, time.monotonic() + self._limit)
                answer = ask("POST", "/logout?scope=local", token=token)
        except Trouble:
            return
        if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            _trouble(AWAY, answer)

    def _within(self, act: Callable[["_Ask"], AuthSession | None]) -> AuthSession | None:
        """Do it in a thread that is left behind when its time is over."""
        until = time.monotonic() + self._limit

        def done():
            with self._http() as http:
                return act(_Ask(http, until))

        doing = _pool.submit(done)
        try:
            return doing.result(timeout=self._limit)
        except TimeoutError:
            doing.cancel()
            raise _trouble(AWAY) from None

    def _http(self) -> httpx.Client:
        return httpx.Client(
            base_url=self._url,
            headers={"apikey": self._key, "User-Agent": "eventflow-backoffice"},
            # Neither a proxy nor anything else that the environment names comes between.
            trust_env=False,
            verify=_certificates(),
        )


class _Ask:
    """One request after the other, none going on after the moment `until`."""

    def __init__(self, http: httpx.Client, until: float):
        self._http, self._until = http, until

    def __call__(self, method: str, path: str, said: Mapping | None = None, *, token="") -> _Answer:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            with self._http.stream(
                method, path, json=said, headers=headers, timeout=self._left()
            ) as answer:
                return _Answer(answer.status_code, self._read(answer))
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            raise _trouble(AWAY) from None

    def _read(self, answer: httpx.Response) -> Any:
        read = bytearray()
        for piece in answer.iter_bytes():
            read += piece
            self._left()
            if len(read) > _LONGEST:
                return None
        try:
            return json.loads(read) if read else None
        except (ValueError, RecursionError):
            return None

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise _trouble(AWAY)
        return left


@cache
def _certificates():
    return httpx.create_ssl_context(trust_env=False)


def _unless_wrong(answer: _Answer, wrong: set[str]) -> None:
    """None where the answer says that what was entered is wrong; anything else is Trouble."""
    if answer.status == _TOO_MANY:
        raise _trouble(BUSY, answer)
    if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise _trouble(AWAY, answer)
    if answer.status < httpx.codes.BAD_REQUEST:
        raise _trouble(NOT_UNDERSTOOD, answer)
    if answer.code not in wrong:
        raise _trouble(_BY_CODE.get(answer.code, NOT_UNDERSTOOD), answer)


def _trouble(sentence: Sentence, answer: _Answer | None = None) -> Trouble:
    """It as an exception; logged where it is about the other side."""
    if sentence not in (UNCONFIRMED, BEGIN_AGAIN):
        logger.warning(
            "EventFlow's accounts: %s%s",
            sentence.code,
            f", status {answer.status} {answer.code}".rstrip() if answer else "",
        )
    return Trouble(sentence())


def _session(user: Any, token: str) -> AuthSession:
    """The account as `/user` tells it, and the apps whose codes it asks for."""
    account_id, email = _id(user), user.get("email")
    verified = [one for one in _listed(user.get("factors")) if one.get("status") == "verified"]
    factors = tuple(
        Factor(_id(one), str(one.get("friendly_name") or "")[:100])
        for one in verified
        if one.get("factor_type") == "totp"
    )
    if verified and not factors:
        raise _trouble(NO_CODES)
    if user.get("is_anonymous") or user.get("role") != "authenticated":
        raise _trouble(NOT_UNDERSTOOD)
    known = isinstance(email, str) and email.isprintable()
    return AuthSession(account_id, email if known else "", token, factors)


def _listed(factors: Any) -> list[dict]:
    if factors is None:
        return []
    if not isinstance(factors, list) or not all(isinstance(one, dict) for one in factors):
        raise _trouble(NOT_UNDERSTOOD)
    return factors


def _token(answer: _Answer) -> str:
    token = _under(answer.body, "access_token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise _trouble(NOT_UNDERSTOOD, answer)
    return token


def _under(body: Any, name: str) -> Any:
    return body.get(name) if isinstance(body, dict) else None


def _id(of: Any) -> UUID:
    """Its `id`. Raises Trouble where it has none."""
    try:
        return UUID(_under(of, "id"))
    except (AttributeError, TypeError, ValueError):
        raise _trouble(NOT_UNDERSTOOD) from None

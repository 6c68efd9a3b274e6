"""The second factor: codes of an app on one's phone (TOTP), one such app a user.

Enrolled by oneself, taken away by an administrator. Who is asked for it, and where, is in
`second_factor_pages`.

Wrong codes are counted by the user, and by the address or the browser they come from. A browser
that gave a right code before is known, and waits for its own wrong codes only. All others share one
allowance a day; the more of it an address has used, the less of it is open to it, so that whoever
tries from elsewhere leaves the owner some. Only who has the password can use it up at all.
"""

import math
import time
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import segno
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, Expression, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from eventflow.accounts import attempts
from eventflow.db import database

KEY_BYTES = 20
# A code counts half a minute before and after its own, for clocks differ.
TOLERANCE = 1

DAY = timedelta(days=1)
# Wrong codes for one user in a day, from all browsers that are not known.
ALLOWANCE = 99
# How much of it must be left for each wrong code that the address has given already.
SHARE = 5
# Seconds: after each wrong code of an hour twice as long, from one up to this.
LONGEST_WAIT = 120
# As many in a day are more than slips of the finger: the owner is written to.
TELLING = 3
# For as long the owner is told of them when they come back.
KEPT = timedelta(days=30)
_PLACE = "second factor"


class Refused(Exception):
    """The code was not taken; the message is a sentence."""


class WrongCode(Refused):
    """It was looked at, and is not the code. `number` is how many there were in a day."""

    def __init__(self, sentence: str, *, kept: int, number: int):
        super().__init__(sentence)
        self.kept, self.number = kept, number


@dataclass(frozen=True)
class Whence:
    """Where a code comes from: the address as it is counted, and the browser, if it is known."""

    address: str | None = None
    browser: str = ""


@dataclass(frozen=True)
class WrongCodes:
    """A notice of wrong codes: how many, when the last, and from where."""

    number: int
    last: datetime
    address: str | None


@dataclass(frozen=True)
class Invitation:
    """The provisioning of an authenticator app: a picture of the key, and the same to type in."""

    picture: str
    text: str


def known(users: QuerySet) -> QuerySet:
    """The users with `has_second_factor`, in the same statement."""
    own = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    return users.annotate(has_second_factor=Exists(own))


def given(user: User) -> bool:
    """Whether the user gave a second factor in this sign-in; what is no request's user, did not."""
    is_verified = getattr(user, "is_verified", None)
    return is_verified is not None and is_verified()


def of(user: User) -> TOTPDevice | None:
    """The user's second factor, if there is one."""
    return _devices(user).first()


def new_key() -> str:
    """A new secret, in hexadecimal digits."""
    return random_hex(KEY_BYTES)


def invitation(user: User, key: str) -> Invitation:
    """How the user tells an app the key. The picture is SVG without any style of its own."""
    device = TOTPDevice(user=user, key=key)
    text = b32encode(device.bin_key).decode()
    return Invitation(
        picture=segno.make(device.config_url, error="m").svg_inline(
            scale=5, border=4, dark="#000", light="#fff", omitsize=True
        ),
        text=" ".join(text[n : n + 4] for n in range(0, len(text), 4)),
    )


def require_shown(key: str, code: str) -> TOTP:
    """Verify that the app has the key, by a code of it. Raises Refused."""
    totp = TOTP(TOTPDevice(key=key).bin_key)
    totp.time = time.time()
    if not (code.isdecimal() and totp.verify(int(code), TOLERANCE)):
        raise Refused(_wrong())
    return totp


def enrol(
    user: User, key: str, code: str, *, instead: str = "", whence: Whence | None = None
) -> TOTPDevice:
    """Make the key the user's second factor, in place of an older one.

    `code` shows that the app has it, and `instead` is a code of the older one, where there is one:
    it is asked of it as by `verify`. Locks the user's row. Raises Refused.
    """
    totp = require_shown(key, code)
    older = of(user)
    if older:
        verify(user, instead, whence or Whence())
    with transaction.atomic():
        database.limit_idle_clients()
        User.objects.select_for_update().get(pk=user.pk)
        if of(user) != older:
            raise Refused(_("Another app was enrolled meanwhile, and nothing was changed."))
        take_away([user])
        # The code has been used: the next one is another.
        return TOTPDevice.objects.create(
            user=user, name="app", key=key, last_t=totp.t(), drift=totp.drift, tolerance=TOLERANCE
        )


def verify(user: User, code: str, whence: Whence) -> TOTPDevice:
    """The user's second factor, if the code is its; each wrong one makes the wait longer.

    Locks its row. Raises Refused; WrongCode where it was looked at.
    """
    with transaction.atomic():
        database.limit_idle_clients()
        device = _devices(user).select_for_update().first()
        if device is None:
            raise Refused(_wrong())
        given = _given(user)
        waiting = _waiting(given, whence)
        if not waiting and not device.verify_token(code):
            attempts.forget(_PLACE, until=Now() - KEPT)
            kept = attempts.note(
                _PLACE, user.get_username(), address=whence.address, browser=whence.browser
            )
            waiting = WrongCode(_wrong(), kept=kept.pk, number=len(given) + 1)
    if waiting:
        raise waiting
    return device


def wrong_codes(user: User, *, since: datetime | None, besides: Iterable[int]) -> WrongCodes | None:
    """Those for the user after that moment, if there were any but the given ones."""
    found = _kept(user, since or Now() - KEPT).exclude(pk__in=list(besides))
    last = found.first()
    return last and WrongCodes(found.count(), last.attempt_time, last.ip_address)


def _kept(user: User, since: datetime | Expression) -> QuerySet:
    return attempts.noted(_PLACE, since=since).filter(username=user.get_username())


def _given(user: User) -> list[tuple[Whence, datetime]]:
    """The user's wrong codes of a day, the latest first."""
    kept = _kept(user, Now() - DAY).values_list("ip_address", "user_agent", "attempt_time")
    return [(Whence(address, browser), at) for address, browser, at in kept]


def _waiting(given: list[tuple[Whence, datetime]], whence: Whence) -> Refused | None:
    """Why a code from there is not looked at now, after those that were given; None where it is."""
    if not given:
        return None
    now = database.now()
    if whence.browser:
        own = [at for one, at in given if one.browser == whence.browser]
    else:
        strange = [one for one, _at in given if not one.browser]
        own = [at for one, at in given if one == whence]
        if len(strange) + SHARE * len(own) >= ALLOWANCE:
            return Refused(_too_many())
    lately = [at for at in own if at > now - timedelta(hours=1)]
    if not lately:
        return None
    until = lately[0] + timedelta(seconds=min(2 ** (len(lately) - 1), LONGEST_WAIT))
    return Refused(_too_soon(until - now)) if until > now else None


def take_away(users: Iterable[User]) -> None:
    """Leave the users without a second factor; sessions that leant on it are not verified more."""
    TOTPDevice.objects.filter(user__in=users).delete()


def _devices(user: User) -> QuerySet:
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk")


def _wrong() -> str:
    return _(
        "That is not the code, or it was used already. Wait for the next one in your app and "
        "enter that. If codes keep being refused, let your phone set its clock by itself."
    )


def _too_soon(wait: timedelta) -> str:
    seconds = math.ceil(wait.total_seconds())
    return ngettext(
        "There were wrong codes before this one, so it was not looked at. Try again in "
        "%(count)s second.",
        "There were wrong codes before this one, so it was not looked at. Try again in "
        "%(count)s seconds.",
        seconds,
    ) % {"count": seconds}


def _too_many() -> str:
    return _(
        "There were too many wrong codes within a day, so this one was not looked at. A browser in "
        "which you entered a right code before is not concerned: use that one. Otherwise wait a "
        "day, or ask an administrator. If it was not you who entered them, someone knows your "
        "password: have it changed."
    )

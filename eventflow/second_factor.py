"""The second factor: codes of an app on one's phone (TOTP), one such app a user.

Enrolled by oneself, taken away by an administrator. Who is asked for it, and where, is in
`second_factor_pages`.
"""

import time
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import segno
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

KEY_BYTES = 20
# A code counts half a minute before and after its own, for clocks differ.
TOLERANCE = 1


class Refused(Exception):
    """The code was not taken; the message is a sentence."""


@dataclass(frozen=True)
class Invitation:
    """What an app needs to know of a key: a picture of it, and the same to type in."""

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


def enrolled_at(user: User) -> datetime | None:
    """When the user's second factor was enrolled, or None without one."""
    return _devices(user).values_list("created_at", flat=True).first()


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


def enrol(user: User, key: str, code: str) -> TOTPDevice:
    """Make the key the user's second factor, in place of an older one.

    `code` shows that the app has it. Locks the user's row. Raises Refused.
    """
    totp = TOTP(TOTPDevice(key=key).bin_key)
    totp.time = time.time()
    if not (code.isdecimal() and totp.verify(int(code), TOLERANCE)):
        raise _wrong()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        take_away([user])
        # The code has been used: the next one is another.
        return TOTPDevice.objects.create(
            user=user, name="app", key=key, last_t=totp.t(), drift=totp.drift, tolerance=TOLERANCE
        )


def verify(user: User, code: str) -> TOTPDevice:
    """The user's second factor, if the code is its; each wrong one makes the wait longer.

    Locks its row. Raises Refused.
    """
    with transaction.atomic():
        device = _devices(user).select_for_update().first()
        allowed, why = device.verify_is_allowed() if device else (True, None)
        taken = bool(device) and allowed and device.verify_token(code)
    if not allowed:
        raise _too_soon(why["locked_until"])
    if not taken:
        raise _wrong()
    return device


def take_away(users: Iterable[User]) -> None:
    """Leave the users without a second factor; sessions that leant on it are not verified more."""
    TOTPDevice.objects.filter(user__in=users).delete()


def _devices(user: User) -> QuerySet:
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk")


def _wrong() -> Refused:
    return Refused(
        _(
            "That is not the code, or it was used already. Wait for the next one in your app and "
            "enter that. If codes keep being refused, let your phone set its clock by itself."
        )
    )


def _too_soon(until: datetime) -> Refused:
    seconds = max(1, round((until - timezone.now()).total_seconds()))
    return Refused(
        ngettext(
            "There were wrong codes before this one, so it was not looked at. Try again in "
            "%(count)s second.",
            "There were wrong codes before this one, so it was not looked at. Try again in "
            "%(count)s seconds.",
            seconds,
        )
        % {"count": seconds}
    )

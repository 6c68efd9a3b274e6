"""Sending mails: one try after the other, with growing pauses, until one is taken or it has failed.

A mail is marked before it is begun and again once the server has taken it, each in a transaction of
its own; none is held open while the server is waited for. Whoever is killed in between, or whose
server dies between the end of a mail and its answer, finds it due again: it may then come twice,
with one Message-ID.
"""

import logging
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, Q

from ai_audit.models import MailState, NotificationMail
from ai_audit.notifications import mails
from ai_audit.notifications.reading import Desk, Letter

logger = logging.getLogger(__name__)

# How long after the first try comes the second, and so on; after the last it has failed for good.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 180, 360, 720, 1440))
# So many are read together.
BATCH = 50
# Seconds after which a run begins no more of them: what people may see was read for it.
LONGEST_RUN = 240

# When the connection has broken in so many mails in a row, the server is left alone.
MOST_BROKEN = 3

NO_ADDRESS = "no address"

# What a server answers to the sender of a mail whose size it is told first.
_TOO_LARGE = 552


@dataclass
class Delivered:
    """Counts of a run's mails, by what came of them."""

    sent: int = 0
    passed: int = 0
    later: int = 0
    failed: int = 0


class NoServer(Exception):
    """The mail server takes nothing now: whatever waits is left as it is for the next run.

    `delivered` is what came of the mails before that.
    """

    def __init__(self, words: str):
        super().__init__(words)
        self.delivered = Delivered()


class _Refused(Enum):
    FOR_GOOD = auto()
    FOR_NOW = auto()
    # Not this mail, but all of them.
    ALL = auto()


def deliver(*, now: Callable[[], datetime], backend: BaseEmailBackend | None = None) -> Delivered:
    """Send what is due, a batch at a time; what was begun in this run is not begun again in it.

    Two statements a mail. Raises NoServer, with what was sent before kept as sent.
    """
    server = _Server(backend or get_connection())
    ends = time.monotonic() + LONGEST_RUN
    came = Delivered()
    begun: set[int] = set()
    try:
        while time.monotonic() < ends:
            due = list(
                NotificationMail.objects.filter(_is_due(now()), state=MailState.DUE)
                .exclude(pk__in=begun)
                .order_by("id")[:BATCH]
            )
            if not due:
                break
            letters = {letter.mail.pk: letter for letter in Desk(now=now()).letters(due)}
            for mail in due:
                if time.monotonic() >= ends:
                    break
                begun.add(mail.pk)
                _deliver_one(mail, letters.get(mail.pk), server, came, now)
                if server.broken == MOST_BROKEN:
                    raise NoServer("it answered none of several mails in time, or hung up on them")
    except NoServer as trouble:
        trouble.delivered = came
        raise
    finally:
        server.close()
    return came


def _is_due(now: datetime) -> Q:
    """Due by now; or later than any pause is long, for the clock was put back."""
    return Q(next_try__lte=now) | Q(next_try__gt=now + 2 * PAUSES[-1])


def _deliver_one(
    mail: NotificationMail,
    letter: Letter | None,
    server: "_Server",
    came: Delivered,
    now: Callable[[], datetime],
) -> None:
    if letter is None or not letter.kinds:
        came.passed += 1
        _end(mail, MailState.PASSED, now())
        return
    if not letter.reader.address:
        came.failed += 1
        _end(mail, MailState.FAILED, now(), NO_ADDRESS)
        return
    server.open()
    last = mail.tries >= len(PAUSES)
    pause = PAUSES[min(mail.tries, len(PAUSES) - 1)]
    # Only who finds it as it was read goes on.
    begun = NotificationMail.objects.filter(
        pk=mail.pk, state=MailState.DUE, tries=mail.tries
    ).update(tries=F("tries") + 1, next_try=now() + pause)
    if not begun:
        return
    try:
        server.send(mails.message(letter))
    except Exception as error:  # What cannot be put into words holds up no other mail either.
        refused, words = _judged(error, letter.reader.address)
        logger.warning("The mail %s was not taken: %s.", mail.pk, type(error).__name__)
        if refused is _Refused.ALL:
            NotificationMail.objects.filter(pk=mail.pk).update(
                tries=mail.tries, next_try=mail.next_try, error=words
            )
            raise NoServer(words) from error
        if refused is _Refused.FOR_GOOD or last:
            came.failed += 1
            _end(mail, MailState.FAILED, now(), words)
        else:
            came.later += 1
            NotificationMail.objects.filter(pk=mail.pk).update(error=words)
    else:
        came.sent += 1
        _end(mail, MailState.SENT, now())


def _end(mail: NotificationMail, state: MailState, at: datetime, error: str | None = None) -> None:
    NotificationMail.objects.filter(pk=mail.pk, state=MailState.DUE).update(
        state=state, ended_at=at, error=error
    )


class _Server:
    """The one connection of a run, opened when the first mail needs it and after it broke."""

    def __init__(self, backend: BaseEmailBackend):
        self._backend = backend
        # In how many mails in a row.
        self.broken = 0

    def open(self) -> None:
        try:
            self._backend.open()  # Nothing, where it is open.
        except (OSError, smtplib.SMTPException) as error:
            raise NoServer(_shortened(str(error))) from error

    def send(self, message: EmailMultiAlternatives) -> None:
        try:
            self._backend.send_messages([message])
            self.broken = 0
        except smtplib.SMTPResponseException as error:
            # With 421 it has hung up.
            if error.smtp_code == 421:
                self.close()
            raise
        except smtplib.SMTPRecipientsRefused as error:
            if any(code == 421 for code, _said in error.recipients.values()):
                self.close()
            raise
        except Exception:
            self.broken += 1
            self.close()
            raise

    def close(self) -> None:
        try:
            self._backend.close()
        except (OSError, smtplib.SMTPException):
            logger.info("The mail server was not there to take leave of.")


def _judged(error: Exception, address: str) -> tuple[_Refused, str]:
    """The class of an error, and its words as they are kept: without an address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        refused = _Refused.FOR_GOOD if code >= 500 else _Refused.FOR_NOW
        words = f"{code} {_decoded(said)}"
    elif isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code != _TOO_LARGE:
        # It takes nothing from us: no mail's own fault.
        refused, words = _Refused.ALL, f"{error.smtp_code} {_decoded(error.smtp_error)}"
    elif isinstance(error, smtplib.SMTPResponseException):
        refused = _Refused.FOR_GOOD if error.smtp_code >= 500 else _Refused.FOR_NOW
        words = f"{error.smtp_code} {_decoded(error.smtp_error)}"
    elif isinstance(error, smtplib.SMTPNotSupportedError | ValueError):
        refused, words = _Refused.FOR_GOOD, str(error)
    else:
        refused, words = _Refused.FOR_NOW, str(error) or type(error).__name__
    return refused, _shortened(words.replace(address, "…"))


def _decoded(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _shortened(words: str) -> str:
    return " ".join(words.replace("\0", "").split())[:500]

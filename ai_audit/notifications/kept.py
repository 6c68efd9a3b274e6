"""Mails that are kept instead of sent, by who sends none: the demo shows them on a page."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

# The latest of them, in this process alone.
MOST = 100


@dataclass(frozen=True)
class Kept:
    """A mail as it would have been sent, in plain text."""

    at: datetime
    to: str
    subject: str
    text: str


# None until mails are kept. Each step on it is one for other threads.
_mails: deque[Kept] | None = None


class Backend(BaseEmailBackend):
    """Keeps what it is given to send."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        mails = keep()
        for one in email_messages:
            mails.append(Kept(timezone.now(), ", ".join(one.to), str(one.subject), str(one.body)))
        return len(email_messages)


def latest() -> list[Kept] | None:
    """The mails kept, the newest first; None where mails are not kept but sent."""
    return None if _mails is None else list(reversed(_mails.copy()))


def keep() -> deque[Kept]:
    """Let this process keep mails from now on; the mails it has, which stay."""
    global _mails
    if _mails is None:
        _mails = deque(maxlen=MOST)
    return _mails

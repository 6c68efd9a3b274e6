"""One run: find occasions, make mails of them, send what is due. One run at a time."""

from dataclasses import dataclass
from datetime import datetime

from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from ai_audit import people
from ai_audit.notifications import delivery, occasions, outbox
from ai_audit.notifications.delivery import Delivered
from eventflow.db import database

_LOCK = ("notify",)


class AtWork(Exception):
    """Another run is at it; it finds all that this one would have found."""


@dataclass(frozen=True)
class Report:
    """The result of a run; `trouble` is why the mail server took nothing, or no more."""

    delivered: Delivered
    trouble: str = ""


def notify(*, now: datetime | None = None, backend: BaseEmailBackend | None = None) -> Report:
    """Tell everybody what they have not been told; by the present unless `now` is given.

    Runs outside a transaction, which would lose what was sent. Takes an advisory lock for its
    connection. Raises AtWork where another run has it. `backend` sends, unless the settings' does.
    """
    if not database.try_lock(*_LOCK):
        raise AtWork
    try:
        people.follow_roles()
        moment = now or timezone.now()
        occasions.find(people.approvers(), now=moment)
        outbox.bundle(now=moment)
        try:
            delivered = delivery.deliver(
                now=(lambda: now) if now else timezone.now, backend=backend
            )
        except delivery.NoServer as trouble:
            return Report(trouble.delivered, str(trouble))
        outbox.forget(now=moment)
        return Report(delivered)
    finally:
        database.unlock(*_LOCK)

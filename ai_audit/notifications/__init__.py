"""Telling people by mail, once: what waits for them, and what came of what they asked or approved.

`notify` is what the timer runs. Occasions become rows of an outbox, which holds one of each for
ever; rows become mails, and mails are sent. Nothing here decides, and no mail does.
"""

from ai_audit.notifications.notifying import AtWork, notify
from ai_audit.notifications.occasions import stopped

__all__ = ["AtWork", "notify", "stopped"]

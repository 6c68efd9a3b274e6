"""A mail server on loopback that takes, refuses, waits or dies as a test says, over real SMTP.

What it has taken is what the server answered for with 250, or would have, had it lived.
"""

import asyncio
import socket
import threading
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller


@dataclass
class Post:
    """What the server does, and what it has taken.

    Instead of 250, `answers` are given to recipients, `sender` to whoever sends, and each of
    `after_data` to a whole mail, once. It hangs up so many times in the middle of DATA, or having
    taken a mail and before it says so; and waits there for `hold_before`, from the mail of the
    number `hold_from` on, and for `hold_after`. `begun` counts the mails.
    """

    port: int
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    after_data: list[str] = field(default_factory=list)
    sender: str = ""
    connections: int = 0
    dies_in_data: int = 0
    dies_after_taking: int = 0
    in_data: threading.Event = field(default_factory=threading.Event)
    begun: int = 0
    hold_from: int = 1
    hold_before: threading.Event | None = None
    hold_after: threading.Event | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def times(self) -> Counter:
        """How often each Message-ID was taken."""
        return Counter(one["Message-ID"] for one in self.taken)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if self.sender:
            return self.sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        self.tried.append(address)
        if answer := self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.begun += 1
        self.in_data.set()
        if self.begun >= self.hold_from:
            await self._held(self.hold_before)
        if self.dies_in_data:
            self.dies_in_data -= 1
            server.transport.abort()
            return "451 gone"
        if self.after_data:
            return self.after_data.pop(0)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients += envelope.rcpt_tos
        await self._held(self.hold_after)
        if self.dies_after_taking:
            self.dies_after_taking -= 1
            server.transport.abort()
        return "250 OK"

    async def _held(self, event: threading.Event | None) -> None:
        while event is not None and not event.is_set():
            await asyncio.sleep(0.01)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def post_office():
    """A mail server that answers while the block runs."""
    post = Post(free_port())
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    try:
        yield post
    finally:
        for event in (post.hold_before, post.hold_after):
            if event is not None:
                event.set()
        controller.stop()

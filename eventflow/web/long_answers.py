"""Long streamed answers, such as exports: few at once, for each holds a thread and a connection.

How many one person has is counted by advisory locks, over all processes; they are held on the
connection that the answer is read from, so that they end with it, also where a process is killed.
How many a process sends is counted there: what is to be kept free are its threads.
"""

import threading
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from django.db import Error, connection

from eventflow.db import database

# For one person at once.
FOR_ONE = 2
# So many characters are sent at once. A reader has to take them in the time there is for a piece.
PIECE = 64_000
RETRY_AFTER = 60  # seconds

# What this process may send yet; not counted where it has as many threads as are asked for.
_free: threading.Semaphore | None = None


class TooManyAnswers(Exception):
    """There is no turn now; `own` says that it is because of the person's own."""

    def __init__(self, *, own: bool):
        super().__init__()
        self.own = own


def share(threads: int) -> None:
    """Let this process, which has so many threads, send long answers with half of them."""
    global _free
    _free = threading.Semaphore(max(1, threads // 2))


class LongAnswer:
    """A long answer of one person's, from now until it is closed; iterating gives its pieces.

    To be made and closed in one thread, whose connection holds the lock.
    """

    def __init__(self, person: object):
        """Take a turn. Raises TooManyAnswers where there is none."""
        names = (("turn", str(person), str(n)) for n in range(FOR_ONE))
        self._lock = next((name for name in names if database.try_lock(*name)), None)
        if self._lock is None:
            raise TooManyAnswers(own=True)
        self._free = _free
        if self._free and not self._free.acquire(blocking=False):
            database.unlock(*self._lock)
            raise TooManyAnswers(own=False)
        self._begun: list[str] = []
        self._pieces: Iterator[str] = iter(())

    def of(self, pieces: Iterable[str]) -> "LongAnswer":
        """Itself, with what is to be sent. The first piece is made now: it may raise, and ends it.

        What fails once the answer has begun, only breaks it off.
        """
        self._pieces = iter(pieces)
        try:
            self._begun = list(islice(self._pieces, 1))
        except BaseException:
            self.close()
            raise
        return self

    def __iter__(self) -> Iterator[str]:
        for piece in chain(self._begun, self._pieces):
            for first in range(0, len(piece), PIECE):
                yield piece[first : first + PIECE]

    def close(self) -> None:
        """End it, wherever it is; a second time nothing is done."""
        if self._lock is None:
            return
        lock, self._lock = self._lock, None
        try:
            # It may be in the middle of a statement.
            if hasattr(self._pieces, "close"):
                self._pieces.close()
            database.unlock(*lock)
        except Error:
            # They ended with the connection.
            connection.close()
        finally:
            if self._free:
                self._free.release()

"""Statements that are sent along with the next one, in the same trip to the server.

For what only prepares it, within a transaction: a role, a setting, a savepoint. Each is a statement
of its own there, done before the next is looked at; where one fails, those after it are not done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.backends.postgresql.base import Cursor
from psycopg.pq import TransactionStatus


@dataclass(eq=False)
class Ahead:
    """A statement that waits for the next one; `seen` is given its row, where it has one."""

    sql: str
    parameters: Sequence[Any] | None = None
    seen: Callable[[tuple[Any, ...]], None] | None = None


class AheadCursor(Cursor):
    """A cursor that sends what waits on its connection ahead of what it is given.

    Its answer is that to what it was given. Raises what `seen` raises, when all of it is done.
    """

    # The one of `base`, on which it waits.
    connection: Any

    def execute(self, query, params=None, **options):
        waiting = self._taken()
        if not waiting:
            return super().execute(query, params, **options)
        # Only of what can be put in words at all is anything sent.
        parts = [self.mogrify(one.sql, one.parameters) for one in waiting]
        whole = ";\n".join([*parts, self.mogrify(query, params)])
        self.connection.ahead.clear()
        super().execute(whole, **options)
        rows = []
        for one in waiting:
            rows.append(self.fetchone() if one.seen else ())
            self.nextset()
        for one, row in zip(waiting, rows, strict=True):
            if one.seen:
                one.seen(row)
        return self

    def executemany(self, query, params_seq, **options):
        self.send()
        return super().executemany(query, params_seq, **options)

    def copy(self, *args, **options):
        self.send()
        return super().copy(*args, **options)

    def stream(self, *args, **options):
        self.send()
        return super().stream(*args, **options)

    def send(self) -> None:
        """Send what waits by itself."""
        if self._taken():
            self.execute("select")

    def _taken(self) -> list[Ahead]:
        """What waits; nothing any more in a transaction that has failed, which takes nothing."""
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            self.connection.ahead.clear()
        return [*self.connection.ahead]

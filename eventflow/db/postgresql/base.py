"""The database backend: Django's own, with seven things added to each connection.

* Without DATABASE_URL, the embedded server is started when the first connection is opened.
* The search path is set by a statement, because poolers drop start-up options; and JIT is switched
  off there: what a page asks is answered before it would be compiled.
* Timestamps that Python cannot hold (`infinity`, years beyond 9999, before Christ) are loaded
  as `FAR_FUTURE` or `FAR_PAST`, so that one odd row never takes a page down.
* Lists are written as arrays in a faster way.
* How long a statement may take can be limited, and stays so for as long as the connection lasts.
* Whatever is waited for longer than that is given up here, for a line that goes silent brings no
  word of the server's: neither of what it did, nor that it ended it.
* What only prepares a statement can be sent along with it: see `ahead`.
"""

import time
from dataclasses import asdict
from datetime import UTC, datetime
from types import SimpleNamespace

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base
from psycopg import DataError
from psycopg.errors import _WaitTimeout
from psycopg.pq import TransactionStatus
from psycopg.types.datetime import TimestamptzLoader

from eventflow import embedded
from eventflow.db.postgresql.ahead import Ahead, AheadCursor
from eventflow.db.postgresql.arrays import FastListDumper

FAR_FUTURE = datetime(9999, 12, 30, tzinfo=UTC)
FAR_PAST = datetime(1, 1, 2, tzinfo=UTC)

BACKOFFICE_SCHEMA = "backoffice"
# Django's own tables are created in the first schema that exists; the product's are in public.
SEARCH_PATH = f"{BACKOFFICE_SCHEMA}, public, extensions"


class ForgivingTimestamptzLoader(TimestamptzLoader):
    """Loads any `timestamptz`, in UTC; what Python cannot hold becomes the nearest far end.

    The connection's time zone is UTC, as Django sets it; `timezone` is what Django asks for.
    """

    timezone = UTC

    def load(self, data):
        text = bytes(data)
        # As nearly all are: in UTC, of years that Python has.
        if text.endswith(b"+00"):
            try:
                moment = datetime.fromisoformat(text.decode())
            except ValueError:
                pass
            else:
                if FAR_PAST.year < moment.year < FAR_FUTURE.year:
                    return moment
        try:
            moment = super().load(data).replace(tzinfo=UTC)
        except DataError:
            return FAR_PAST if text.startswith(b"-") or text.endswith(b"BC") else FAR_FUTURE
        return min(max(moment, FAR_PAST), FAR_FUTURE)


# Seconds: how much longer than the server's own limit an answer is waited for, so that the server
# is the one to say so where it can; and how long for the answer of a connection that was kept.
GRACE = 2
STILL_THERE = 3
# What may take as long as it takes, such as an export, still says something within a quarter hour.
SILENCE = 15 * 60
# A server that did not answer is not asked again by every page at once: each would hold a thread.
PAUSE = 3
_silent_until = 0.0


class GivenUp(psycopg.OperationalError):
    """No answer came in the time there is for one; whether it was done, nobody here knows."""


class Connection(psycopg.Connection):
    """psycopg's connection, which waits `patience` seconds for an answer; None is for ever.

    Everything goes through `wait`: statements, the end of a transaction, a piece of a stream.
    """

    patience: float | None = None

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        # What is sent along with the next statement.
        self.ahead: list[Ahead] = []

    def wait(self, gen, interval=0.1, timeout=None):
        """As psycopg's. Raises GivenUp, with the connection closed, when patience ends.

        What psycopg raises there has no public name; its version is pinned.
        """
        if timeout is not None or self.patience is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.patience)
        except _WaitTimeout:
            # Nothing can be asked of it any more, and the server may hear that it is gone.
            self.pgconn.finish()
            raise GivenUp(f"no answer within {self.patience:g} seconds") from None


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the database the product lives in.

    `statement_limit` is how long each of its statements may take, in milliseconds; 0 is for ever,
    None is what the server says. It may be changed also where the connection is yet to come: the
    server is told once, along with the next statement. Only with a limit are answers given up.
    """

    Database = SimpleNamespace(**vars(psycopg) | {"connect": Connection.connect})

    statement_limit: int | None = None
    _limit_in_force: int | None = None
    # Whether a transaction that is rolled back takes the limit along.
    _limit_in_transaction = False
    # How often what was done since a savepoint was taken back.
    savepoints_rolled_back = 0

    def get_connection_params(self):
        params = super().get_connection_params()
        # Which puts statements together here, and so can send several at once.
        params["cursor_factory"] = AheadCursor
        if settings.EMBEDDED_FOLDER and "host" not in params:
            login = embedded.server(settings.EMBEDDED_FOLDER).start().owner
            params |= asdict(login) | {"sslmode": "disable"}
        return params

    def get_new_connection(self, conn_params):
        global _silent_until
        if self.statement_limit is not None and time.monotonic() < _silent_until:
            raise psycopg.OperationalError("the server did not answer a moment ago")
        try:
            connection = super().get_new_connection(conn_params)
        except psycopg.errors.ConnectionTimeout:
            _silent_until = time.monotonic() + PAUSE
            raise
        connection.adapters.register_loader("timestamptz", ForgivingTimestamptzLoader)
        connection.adapters.register_dumper(list, FastListDumper)
        return connection

    def is_usable(self):
        """As Django's; a connection that says nothing for so long is none."""
        if self.connection is None:
            return False
        usual = self.connection.patience
        if usual is not None:
            self.connection.patience = min(usual, STILL_THERE)
        try:
            return super().is_usable()
        finally:
            self.connection.patience = usual

    def init_connection_state(self):
        self.connection.patience = self._waited_for()
        super().init_connection_state()
        with self.connection.cursor() as cursor:
            cursor.execute(
                "select pg_catalog.set_config('search_path', %s, false),"
                " pg_catalog.set_config('jit', 'off', false)",
                [SEARCH_PATH],
            )
        self._limit_in_force = None
        self._put_limit_in_force()
        if not self.get_autocommit():
            self.connection.commit()

    def _cursor(self, name=None):
        self.close_if_health_check_failed()
        self.ensure_connection()
        usable = (TransactionStatus.IDLE, TransactionStatus.INTRANS)
        if self.connection.info.transaction_status in usable:
            with self.wrap_database_errors:
                self._put_limit_in_force()
        return super()._cursor(name)

    def _put_limit_in_force(self) -> None:
        if self.statement_limit == self._limit_in_force:
            return
        self.connection.patience = self._waited_for()
        with self.connection.cursor() as cursor:
            if self.statement_limit is None:
                cursor.execute("reset statement_timeout")
            else:
                cursor.execute(
                    "select pg_catalog.set_config('statement_timeout', %s, false)",
                    [f"{self.statement_limit}ms"],
                )
        self._limit_in_force = self.statement_limit
        self._limit_in_transaction = self.in_atomic_block

    def send_ahead(self, statement: Ahead) -> None:
        """Let a statement go along with the next one of this transaction.

        Where there is none, it is sent before the transaction is committed; a transaction, or a
        savepoint, that is rolled back takes it along. Where the next one fails, nothing is seen.
        """
        self.ensure_connection()
        self.connection.ahead.append(statement)

    def send_what_is_seen(self) -> None:
        """Send what waits, if any of it is to be seen: what fails then is not to hide it."""
        if self.connection is not None and any(one.seen for one in self.connection.ahead):
            with self.cursor() as cursor:
                cursor.execute("select")

    def is_ahead(self, statement: Ahead) -> bool:
        """Whether it still waits for the next one."""
        return self.connection is not None and statement in self.connection.ahead

    def take_back(self, statement: Ahead) -> None:
        """Let a statement that still waits not be sent."""
        self.connection.ahead.remove(statement)

    def take_back_from(self, statement: Ahead) -> None:
        """Let neither it be sent, nor what is to follow it."""
        del self.connection.ahead[self.connection.ahead.index(statement) :]

    def create_cursor(self, name=None):
        # A named one declares itself past `execute`.
        if name and self.connection.ahead:
            with self.connection.cursor() as cursor:
                cursor.send()
        return super().create_cursor(name)

    def _commit(self):
        if self.connection is not None and self.connection.ahead:
            try:
                with self.wrap_database_errors, self.connection.cursor() as cursor:
                    cursor.send()
            except BaseException:
                # Django would only take back what the database itself refused.
                super()._rollback()
                raise
        return super()._commit()

    def set_autocommit(self, autocommit, **options):
        """As Django's; where a transaction ended with its connection, no other is made for that."""
        if autocommit and self.connection is None:
            self.autocommit = True
            return
        super().set_autocommit(autocommit, **options)

    def _rollback(self):
        self._forget_ahead()
        super()._rollback()
        self._limit_is_taken_back()

    def _savepoint_rollback(self, sid):
        # What waits was to be done after the savepoint was made, which would have taken it along.
        self._forget_ahead()
        self.savepoints_rolled_back += 1
        super()._savepoint_rollback(sid)
        self._limit_is_taken_back()

    def _forget_ahead(self) -> None:
        if self.connection is not None:
            self.connection.ahead.clear()

    def _limit_is_taken_back(self) -> None:
        if self._limit_in_transaction:
            self._limit_in_force, self._limit_in_transaction = None, False

    def _waited_for(self) -> float | None:
        if self.statement_limit is None:
            return None
        return self.statement_limit / 1000 + GRACE if self.statement_limit else SILENCE

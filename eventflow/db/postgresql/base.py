"""The database backend: Django's own, with four things added to each connection.

* Without DATABASE_URL, the embedded server is started when the first connection is opened.
* The search path is set by a statement, because poolers drop start-up options.
* Timestamps that Python cannot hold (`infinity`, years beyond 9999, before Christ) are loaded
  as `FAR_FUTURE` or `FAR_PAST`, so that one odd row never takes a page down.
* How long a statement may take can be limited, and stays so for as long as the connection lasts.
"""

from datetime import UTC, datetime

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg import DataError
from psycopg.pq import TransactionStatus
from psycopg.types.datetime import TimestamptzLoader

from eventflow import embedded

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
        try:
            moment = super().load(data).replace(tzinfo=UTC)
        except DataError:
            text = bytes(data)
            return FAR_PAST if text.startswith(b"-") or text.endswith(b"BC") else FAR_FUTURE
        return min(max(moment, FAR_PAST), FAR_FUTURE)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the database the product lives in.

    `statement_limit` is how long each of its statements may take, in milliseconds; 0 is for ever,
    None is what the server says.
    """

    statement_limit: int | None = None
    _limit_in_force: int | None = None

    def get_connection_params(self):
        params = super().get_connection_params()
        if settings.EMBEDDED_FOLDER and "host" not in params:
            login = embedded.server(settings.EMBEDDED_FOLDER).start().owner
            params |= {
                "host": login.host,
                "port": login.port,
                "user": login.user,
                "password": login.password,
                "sslmode": "disable",
            }
        return params

    def get_new_connection(self, conn_params):
        connection = super().get_new_connection(conn_params)
        connection.adapters.register_loader("timestamptz", ForgivingTimestamptzLoader)
        return connection

    def init_connection_state(self):
        super().init_connection_state()
        with self.connection.cursor() as cursor:
            cursor.execute("select pg_catalog.set_config('search_path', %s, false)", [SEARCH_PATH])
        self._limit_in_force = None
        self._put_limit_in_force()
        if not self.get_autocommit():
            self.connection.commit()

    def limit_statements(self, milliseconds: int) -> None:
        """Let each statement take so long from now on, also where the connection is yet to come.

        Nothing is sent where it is so already, nor where nothing can be.
        """
        self.statement_limit = milliseconds
        if self.connection is None:
            return
        self.close_if_health_check_failed()
        usable = (TransactionStatus.IDLE, TransactionStatus.INTRANS)
        if self.connection and self.connection.info.transaction_status in usable:
            self._put_limit_in_force()

    def _put_limit_in_force(self) -> None:
        if self.statement_limit == self._limit_in_force:
            return
        with self.connection.cursor() as cursor:
            cursor.execute(
                "select pg_catalog.set_config('statement_timeout', %s, false)",
                [f"{self.statement_limit}ms"],
            )
        # A transaction may take it back.
        self._limit_in_force = None if self.in_atomic_block else self.statement_limit

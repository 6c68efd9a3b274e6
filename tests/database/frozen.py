"""The list of what databases have run: `frozen.txt`, a checksum for every file that migrations run.

A line is the SHA-256 of a file, as it is, and its path. Below the line of a successor stand the
checksum of the file it took the place of, and why that could not work on databases that had not
run it; as it was, it is kept in `superseded`. `python -m tests.database.frozen` adds the files that
are not in the list yet, and never alters a line.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("frozen.txt")
SUPERSEDED = Path(__file__).with_name("superseded")

# Asked at any time, and run by no migration.
_REPORTS = {"scheduling/sql/room_overlaps.sql", "scheduling/sql/speaker_overlaps.sql"}

_LINE = re.compile(
    r"^(?P<checksum>[0-9a-f]{64})  (?P<path>\S+)$"
    r"(?:\n  succeeds (?P<before>[0-9a-f]{64}): (?P<why>.+)$)?",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Frozen:
    """A file as it has to be; of a successor also the checksum of what was before, and why."""

    path: str
    checksum: str
    before: str | None = None
    why: str | None = None


def checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def listed() -> list[Frozen]:
    """What the list says, in its order. Raises ValueError where a line says nothing."""
    text = LIST.read_text(encoding="utf-8")
    if rest := _LINE.sub("", text).strip():
        raise ValueError(f"frozen.txt: {rest}")
    return [Frozen(**found.groupdict()) for found in _LINE.finditer(text)]


def standing() -> dict[str, str]:
    """The checksum of each file that migrations run, by path."""
    files = [*CHECKOUT.glob("*/sql/*.sql"), *CHECKOUT.glob("*/migrations/[0-9]*.py")]
    paths = {path.relative_to(CHECKOUT).as_posix(): path for path in files}
    return {name: checksum(paths[name]) for name in sorted(paths.keys() - _REPORTS)}


def main() -> None:
    known = {frozen.path for frozen in listed()}
    with LIST.open("a", encoding="utf-8") as lines:
        for path, found in standing().items():
            if path not in known:
                lines.write(f"{found}  {path}\n")


if __name__ == "__main__":
    main()

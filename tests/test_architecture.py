"""`docs/architecture.md` draws the tree as it is: a line for each room, none for what is gone."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
MAP = ROOT / "docs" / "architecture.md"
APPS = ("eventflow", "scheduling", "ai_audit")

# What is in these is no room of its own.
CLOSED = {"migrations", "sql", "templates", "static", "supabase"}
NO_ROOMS = CLOSED | {"__pycache__", "__init__.py"}
# Read in one look, not counting what is closed.
LONGEST_LISTING = 18

_ROOM = re.compile(r"(?P<indent> *)(?P<name>[\w.]+/?)  +(?P<line>\S.*)")


def drawn(text: str) -> list[str]:
    """The rooms of the first drawing in the text, as paths, in its order."""
    rooms, above = [], []
    for line in re.search(r"```\n(.*?)```", text, re.DOTALL)[1].splitlines():
        room = _ROOM.fullmatch(line)
        if room is None:
            raise ValueError(f"no room, or no line about it: {line!r}")
        depth = len(room["indent"]) // 2
        above[depth:] = [room["name"]]
        rooms.append("".join(above))
    return rooms


def standing(folder: Path) -> list[str]:
    """The rooms there are: modules, and folders with what is in those that are not closed."""
    rooms = []
    for path in sorted(folder.iterdir()):
        name = path.relative_to(ROOT).as_posix()
        if path.is_dir() and path.name != "__pycache__":
            rooms.append(f"{name}/")
            if path.name not in CLOSED:
                rooms += standing(path)
        elif path.suffix == ".py" and path.name != "__init__.py":
            rooms.append(name)
    return rooms


def test_map_draws_every_module():
    there = [room for app in APPS for room in (f"{app}/", *standing(ROOT / app))]

    assert sorted(drawn(MAP.read_text())) == sorted(there)


def test_map_module_without_line():
    text = "```\napp/        what it is for\n  room.py  a room\n```"

    assert drawn(text) == ["app/", "app/room.py"]


def test_listings_short():
    long = {
        folder: len(rooms)
        for app in APPS
        for folder in [ROOT / app, *(ROOT / app).rglob("*")]
        if folder.is_dir()
        and not NO_ROOMS & set(folder.relative_to(ROOT).parts)
        and len(rooms := [p for p in folder.iterdir() if p.name not in NO_ROOMS]) > LONGEST_LISTING
    }

    assert long == {}

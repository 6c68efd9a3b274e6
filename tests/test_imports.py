"""Imports point one way, as the design says: between the apps, and down `ai_audit`’s floors."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# The right may import the left.
APPS = ("eventflow", "scheduling", "ai_audit")

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

# The rooms of `ai_audit`, from the lowest floor up. A room imports those below it, and on its own
# floor none but itself; what only begins things, on the highest, imports what it begins.
FLOORS = (
    {"proposals"},
    {"models"},
    {"verdicts", "reports", "schema", "history", "people"},
    {"workflow"},
    {"queue"},
    {"presenters"},
    {"notifications"},
    {"admin", "apps", "demo", "management", "migrations", "ready", "templatetags"},
)
HEIGHT = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}


def imported(node) -> list[str]:
    """The dotted names that an import statement could mean, modules and what is in them."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if node.level:
        return ["."]
    return [f"{node.module}.{alias.name}" for alias in node.names]


def breaches(module: str, source: str) -> list[str]:
    """What the imports of a module, by its dotted name, do against the design."""
    tree = ast.parse(source)
    blocks = [node for node in ast.walk(tree) if isinstance(node, DEFINITIONS)]
    inline = {id(node) for block in blocks for node in ast.walk(block)}
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        if id(node) in inline:
            found.append(f"{module}:{node.lineno} imports inline")
        for name in imported(node):
            reason = _breach(module.split("."), name.split("."))
            if reason:
                found.append(f"{module}:{node.lineno} imports {name}: {reason}")
    return found


def _breach(importer: list[str], target: list[str]) -> str | None:
    app, room = importer[0], (importer[1:] or [""])[0]
    its_app, its_room = target[0], (target[1:] or [""])[0]
    if target == ["", ""]:
        return "relative"
    if its_app == "tests":
        return "the product knows nothing of its tests"
    if its_app not in APPS:
        return None
    if APPS.index(its_app) > APPS.index(app):
        return f"{app} knows nothing of {its_app}"
    if its_room == "admin" and room != "admin":
        return "nobody imports an admin"
    if its_room == "admin" and its_app not in (app, "eventflow"):
        return "nobody imports another app's admin"
    if app == its_app == "ai_audit" and room != its_room:
        return _breach_of_floors(room, its_room)
    return None


def _breach_of_floors(room: str, its_room: str) -> str | None:
    height, its_height = HEIGHT.get(room, 0), HEIGHT.get(its_room, 0)
    if its_height > height:
        return f"{room} stands below {its_room}"
    if its_height == height != len(FLOORS) - 1:
        return f"{room} stands beside {its_room}"
    return None


def modules() -> dict[str, str]:
    """Every module of the product by its dotted name, with its source."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): (
            path.read_text()
        )
        for app in APPS
        for path in sorted((ROOT / app).rglob("*.py"))
    }


def test_imports_point_one_way():
    found = [line for module, source in modules().items() for line in breaches(module, source)]

    assert found == []


def test_floors_cover_every_module():
    rooms = {name.split(".")[1] for name in modules() if name.startswith("ai_audit.")}

    assert rooms - HEIGHT.keys() == set()


@pytest.mark.parametrize(
    ("module", "source", "found"),
    [
        ("eventflow.sql", "import scheduling", "imports scheduling: eventflow knows nothing of"),
        ("scheduling.actions", "from ai_audit import models", "scheduling knows nothing of"),
        ("ai_audit.models", "from ai_audit.verdicts import judge", "models stands below verdicts"),
        ("ai_audit.verdicts", "from ai_audit import workflow", "verdicts stands below workflow"),
        ("ai_audit.workflow", "import ai_audit.management", "workflow stands below management"),
        (
            "ai_audit.presenters.review",
            "from ai_audit.admin.base import LTR",
            "nobody imports an admin",
        ),
        ("ai_audit.admin.queue", "from scheduling.admin import x", "nobody imports another app's"),
        ("scheduling.access", "from eventflow.admin import x", "nobody imports an admin"),
        ("scheduling.times", "def f():\n    import re", "imports inline"),
        ("scheduling.times", "class A:\n    if B:\n        import re", "imports inline"),
        ("scheduling.times", "from . import models", "relative"),
        ("scheduling.times", "from tests import factories", "the product knows nothing of"),
    ],
)
def test_floors_breach_found(module, source, found):
    (line,) = breaches(module, source)

    assert found in line


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("ai_audit.admin.queue", "from ai_audit.admin.base import LTR"),
        ("ai_audit.admin.queue", "from eventflow.admin import ReadOnlyAdmin"),
        ("ai_audit.admin.queue", "from ai_audit.presenters import review"),
        ("ai_audit.presenters.review", "from ai_audit.workflow import REJECTED"),
        (
            "ai_audit.proposals.fields",
            "from scheduling import times\nimport re\nfrom eventflow import sql",
        ),
        ("eventflow.embedded", "try:\n    import fcntl\nexcept ImportError:\n    fcntl = None"),
    ],
)
def test_floors_allowed_import(module, source):
    assert breaches(module, source) == []

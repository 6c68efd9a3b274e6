"""What registers itself is in a module that is looked for when the back office starts."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPS = ("eventflow", "scheduling", "ai_audit")
# Imported by what they are for, before anybody asks: the last two with who may enter, which the
# admin asks for.
ANYWAY = {
    "eventflow/fitness/readiness.py",
    "eventflow/fitness/doctor.py",
    "scheduling/access/roles.py",
    "scheduling/access/trials.py",
}
REGISTERING = re.compile(
    r"^@(register\((Tags\.\w+)?\)|preflight\.requirement|(readiness\.)?requirement"
    r"|(doctor\.)?examination|metrics\.at_scrape)",
    re.MULTILINE,
)


def test_registries_are_discovered():
    registering = {
        str(path.relative_to(ROOT))
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if REGISTERING.search(path.read_text())
    }
    apps = (ROOT / "eventflow" / "apps.py").read_text()
    looked_for = re.findall(r'"(\w+)"', re.search(r"autodiscover_modules\((.*)\)", apps)[1])

    assert registering - ANYWAY == {
        f"{app}/{name}.py"
        for app in APPS
        for name in looked_for
        if (ROOT / app / f"{name}.py").exists()
    }

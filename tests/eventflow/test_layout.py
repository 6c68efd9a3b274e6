"""Pages that can be mirrored: our stylesheets, templates and scripts as they are written.

What a browser makes of them is seen in tests/browser.
"""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

OURS = [
    Path(config.path)
    for config in apps.get_app_configs()
    if Path(config.path).parent == settings.BASE_DIR
]

# What says left or right, whatever the direction of the page is.
_SIDED = re.compile(
    r"""
    (?:^|-)(?:left|right)(?:-|$)                                    # in a property's name
    | ^(?:float|clear|text-align|caption-side|transform-origin|background-position)
      \ .*\b(?:left|right)\b
    | ^(?:transform|translate)\ .*translate(?:X|3d)?\(
    """,
    re.VERBOSE,
)
_FOUR_SIDED = ("margin", "padding", "inset", "border-width", "border-style", "border-color")
_ARROWS = "←→⇐⇒⟵⟶➔➜▶◀‹›"


def files(*endings) -> list[Path]:
    return sorted(path for folder in OURS for path in folder.rglob("*") if path.suffix in endings)


def sided(css: str) -> list[str]:
    """Every declaration that does not follow the page's direction, by its selector.

    A rule for one direction alone is one that does.
    """
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    found = []
    for selector, body in re.findall(r"([^{};]+)\{([^{}]*)\}", css):
        if '[dir="rtl"]' in selector or '[dir="ltr"]' in selector:
            continue
        for declaration in filter(None, map(str.strip, body.split(";"))):
            name, _colon, value = (part.strip() for part in declaration.partition(":"))
            values = value.split()
            uneven = name in _FOUR_SIDED and len(values) == 4 and values[1] != values[3]
            if uneven or _SIDED.search(name) or _SIDED.search(f"{name} {value}"):
                found.append(f"{selector.strip()}: {declaration}")
    return found


@pytest.mark.parametrize("path", files(".css"), ids=lambda path: path.name)
def test_stylesheets_follow_direction(path):
    assert sided(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "declaration",
    [
        "margin-left: 1px",
        "padding-right: 0",
        "left: 0",
        "border-left: 1px solid",
        "border-top-left-radius: 2px",
        "float: left",
        "text-align: right",
        "padding: 1px 2px 1px 3px",
        "transform: translateX(3px)",
        "background-position: right 3px top",
    ],
)
def test_layout_rule_finds_breach(declaration):
    assert sided(f"a {{ color: red; {declaration}; }}") == [f"a: {declaration}"]


@pytest.mark.parametrize(
    "rule",
    [
        "a { margin-inline-start: 1px; text-align: start; inset-inline-end: 0; }",
        "a { padding: 1px 2px 3px 2px; margin: 0 auto; }",
        '[dir="rtl"] a { background-position: right 3px top; }',
        "/* left */ .left-out { color: red; }",
        "@media (width < 30em) { a { border-start-start-radius: 0; } }",
    ],
)
def test_layout_rule_passes_logical(rule):
    assert sided(rule) == []


def test_arrows_drawn_by_stylesheet():
    """An arrow in a template, a sentence or a script would point the same way in both."""
    elsewhere = [
        path.name
        for path in files(".html", ".js", ".py")
        if any(arrow in path.read_text(encoding="utf-8") for arrow in _ARROWS)
    ]
    css = "\n".join(path.read_text(encoding="utf-8") for path in files(".css"))
    drawn = dict(re.findall(rf'([^\n{{}}]+) {{ content: "([{_ARROWS}])"; }}', css))

    assert elsewhere == []
    assert drawn == {
        ".arrow::before": "→",
        '[dir="rtl"] .arrow::before': "←",
        ".arrow.back::before": "←",
        '[dir="rtl"] .arrow.back::before': "→",
    }


def test_templates_without_style_attributes():
    """So that the stylesheets are all there is to read; but mail programs read none."""
    styled = [
        path.name
        for path in files(".html", ".py", ".js")
        if path.parent.name != "mail"
        and re.search(r"""\sstyle=["']|\.style\.""", path.read_text(encoding="utf-8"))
    ]

    assert styled == []

"""The numbered rules of `eventflow/timetable.css`, which are too many to be kept by hand.

After a change of the grid they are written anew by
`manage.py shell -c "from tests.scheduling import stylesheet; stylesheet.write()"`.
"""

from pathlib import Path

from scheduling.timetable import MOST_LANES, MOST_ROWS

FILE = Path(__file__).parents[2] / "eventflow" / "static" / "eventflow" / "timetable.css"
BEGINNING = "/* Numbered places"
# Of these a room's column is made; so that it can be shared by one, two, three or four.
_STRIPS = 12
_ON_A_LINE = 4


def numbered_rules() -> str:
    """The end of the stylesheet, from the comment on."""
    lanes = [
        f".lane-{lane}-of-{lanes} {{ grid-column: {(lane - 1) * _STRIPS // lanes + 1} / span "
        f"{_STRIPS // lanes}; }}"
        for lanes in range(2, MOST_LANES + 1)
        for lane in range(1, lanes + 1)
    ]
    # The first row of the grid holds the rooms' names.
    begins = [f".from-{n} {{ grid-row-start: {n + 1}; }}" for n in range(1, MOST_ROWS + 1)]
    lasts = [f".for-{n} {{ grid-row-end: span {n}; }}" for n in range(1, MOST_ROWS + 1)]
    comment = (
        f"{BEGINNING}: lanes, side by side; the row that a cell begins in, and how many it has. "
        "A test keeps them. */"
    )
    return "\n".join([comment, *_lines(lanes), *_lines(begins), *_lines(lasts)]) + "\n"


def _lines(rules: list[str]) -> list[str]:
    return [
        " ".join(f".timetable {rule}" for rule in rules[n : n + _ON_A_LINE])
        for n in range(0, len(rules), _ON_A_LINE)
    ]


def write() -> None:
    by_hand = FILE.read_text(encoding="utf-8").partition(BEGINNING)[0]
    FILE.write_text(by_hand + numbered_rules(), encoding="utf-8")

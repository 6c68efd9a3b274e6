"""What Unicode says of names, as the lines of SQL that `public.name_key` holds of it.

Frozen in `scheduling/sql/0007_name_key.up.sql`, so that a key is the same on every server, whatever
its version, its collation and its libraries know of letters. Run as a module this prints the lines;
a test compares them with the file. Everything is said of text that is decomposed (NFKD) already.
"""

import unicodedata
from collections.abc import Iterable, Mapping

# What Unicode this says the words of; PostgreSQL 15 has the same, later ones only add to it.
UNICODE = "14.0.0"

_EVERY = [chr(n) for n in range(0x80, 0x110000) if not 0xD800 <= n < 0xE000]
_WHOLE = [c for c in _EVERY if unicodedata.normalize("NFKD", c) == c]

# By the scripts that names are written in, so that few characters are looked through for each.
SCRIPTS = {
    "latin": (0x80, 0x2FF),
    "greek": (0x300, 0x3FF),
    "cyrillic": (0x400, 0x52F),
    "other": (0x530, 0x10FFFF),
}


def folded(script: str) -> dict[str, str]:
    """The letters of a script that another letter stands for when case does not count."""
    first, last = SCRIPTS[script]
    cases = {c: unicodedata.normalize("NFKD", c.casefold()) for c in _WHOLE}
    return {
        c: case
        for c, case in cases.items()
        if first <= ord(c) <= last and case != c and len(case) == 1
    }


def spelled_out() -> dict[str, str]:
    """The letters that several stand for when case does not count."""
    return {c: c.casefold() for c in _WHOLE if len(c.casefold()) > 1}


def digits() -> dict[str, str]:
    """The digits of every script but ours."""
    return {c: str(unicodedata.digit(c)) for c in _WHOLE if unicodedata.category(c) == "Nd"}


def invisible() -> list[str]:
    """What leaves no mark: format and control characters, and what fonts show nothing for.

    Python does not know Default_Ignorable_Code_Point: what of it is neither, is listed. Signs that
    stand before numbers or over words are format characters that are seen.
    """
    seen = {0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    seen.update(range(0x600, 0x606), range(0x13430, 0x13439))
    listed = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065}
    listed.update(range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xFFF0, 0xFFF9))
    listed.update(range(0xE0000, 0xE1000))
    return [
        c
        for c in map(chr, range(1, 0x110000))
        if (ord(c) in listed or unicodedata.category(c) in ("Cc", "Cf"))
        and not c.isspace()
        and ord(c) not in seen
    ]


def points() -> list[str]:
    """What stands over, under and in Hebrew letters: niqqud, cantillation and other points."""
    return [c for c in map(chr, (*range(0x591, 0x5D0), 0xFB1E)) if unicodedata.category(c) == "Mn"]


def spaces() -> list[str]:
    """White space of every kind, and the braille pattern without a dot, which looks like it."""
    found = [c for c in map(chr, range(1, 0x3001)) if c.isspace() or c == "\u2800"]
    return [c for c in found if unicodedata.normalize("NFKD", c) == c and c != " "]


def ranges(characters: Iterable[str]) -> list[tuple[int, int]]:
    """The first and last of each run of characters that follow one another."""
    runs: list[list[int]] = []
    for n in sorted(map(ord, characters)):
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return [(first, last) for first, last in runs]


def escaped(n: int) -> str:
    """A character as strings and regular expressions of PostgreSQL both take it."""
    return f"\\u{n:04x}" if n < 0x10000 else f"\\U{n:08x}"


def one_of(characters: Iterable[str]) -> str:
    """A bracket expression for a regular expression."""
    return "".join(
        escaped(first) + (f"-{escaped(last)}" if last > first else "")
        for first, last in ranges(characters)
    )


def literal(characters: Iterable[str], indent: str = "      ", width: int = 96) -> str:
    """A string of SQL over several lines; the first begins with `e`."""
    lines, line = [], ""
    for part in map(escaped, map(ord, characters)):
        if len(indent) + len(line) + len(part) + 3 > width:
            lines.append(line)
            line = ""
        line += part
    lines.append(line)
    return "\n".join(f"{indent}{'' if n else 'e'}'{line}'" for n, line in enumerate(lines))


def translated(mapping: Mapping[str, str]) -> str:
    """The two strings of `translate`."""
    to = mapping.values()
    plain = all(c.isascii() for c in to)
    second = f"      '{''.join(to)}'" if plain else literal(to)
    return f"{literal(mapping)},\n{second}"


def bracket(characters: Iterable[str]) -> str:
    """The regular expression of one of the characters, as a string of SQL."""
    lines, line = [], "["
    for first, last in ranges(characters):
        part = escaped(first) + (f"-{escaped(last)}" if last > first else "")
        if len(line) + len(part) > 88:
            lines.append(line)
            line = ""
        line += part
    lines.append(f"{line}]")
    return "\n".join(f"      '{line}'" for line in lines)


def lines() -> list[str]:
    """Each piece of SQL that says what Unicode says."""
    return [
        bracket(invisible()),
        bracket(points()),
        bracket(spaces()),
        *(translated(folded(script)) for script in SCRIPTS),
        literal(digits()),
    ]


if __name__ == "__main__":
    print("\n\n".join(lines()))

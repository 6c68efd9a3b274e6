"""Which words of two texts differ, to be marked; quick for any texts of twenty thousand characters.

Plain values: how a mark looks, and whether one is wanted, is for pages to say.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

# So many words that went or came are looked for, and the steps grow with their square. Where there
# are more, all between the first and the last counts as changed.
MOST_CHANGED = 300

_WORDS = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class Piece:
    """Some of a text's words, with the space between them, as they stand."""

    text: str
    changed: bool = False


# A page asks for the two sides of a change one after the other.
@lru_cache(maxsize=16)
def diff_words(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces, the words marked that are not in the other at that place.

    Together the pieces are the text. Nothing is marked where the two have no word in common.
    """
    one, other = _WORDS.findall(before), _WORDS.findall(after)
    first = _common(one, other)
    last = _common(one[first:][::-1], other[first:][::-1])
    ends = len(one) - last, len(other) - last
    kept = _kept(one[first : ends[0]], other[first : ends[1]])
    stays = [
        {*range(first), *(first + pair[side] for pair in kept), *range(ends[side], len(words))}
        for side, words in enumerate((one, other))
    ]
    if not any(one[n].strip() for n in stays[0]):
        return (Piece(before),), (Piece(after),)
    return tuple(_pieces(one, stays[0])), tuple(_pieces(other, stays[1]))


def _common(one: list[str], other: list[str]) -> int:
    """How many words the two begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _kept(one: list[str], other: list[str]) -> list[tuple[int, int]]:
    """Where the words stand that the least changes keep; none where that takes too many changes.

    E. Myers, “An O(ND) difference algorithm and its variations”: `reach` is how far into `one` so
    many changes lead on each diagonal.
    """
    reach, before = {1: 0}, []
    for changes in range(min(len(one) + len(other), MOST_CHANGED) + 1):
        before.append(reach.copy())
        for diagonal in range(-changes, changes + 1, 2):
            x = _start(reach, diagonal, changes)
            y = x - diagonal
            while x < len(one) and y < len(other) and one[x] == other[y]:
                x, y = x + 1, y + 1
            reach[diagonal] = x
            if x >= len(one) and y >= len(other):
                return list(_backwards(before, x, y))
    return []


def _start(reach: dict[int, int], diagonal: int, changes: int) -> int:
    """From where a diagonal goes on after one more change: a word that came, or one that went."""
    if _came(reach, diagonal, changes):
        return reach[diagonal + 1]
    return reach[diagonal - 1] + 1


def _came(reach: dict[int, int], diagonal: int, changes: int) -> bool:
    return diagonal == -changes or (
        diagonal != changes and reach[diagonal - 1] < reach[diagonal + 1]
    )


def _backwards(before: list[dict[int, int]], x: int, y: int) -> Iterator[tuple[int, int]]:
    for changes in range(len(before) - 1, -1, -1):
        reach, diagonal = before[changes], x - y
        start = _start(reach, diagonal, changes)
        while x > start:
            x, y = x - 1, y - 1
            yield x, y
        came = _came(reach, diagonal, changes)
        x, y = (x, y - 1) if came else (x - 1, y)


def _pieces(words: list[str], stays: Collection[int]) -> Iterator[Piece]:
    """The words as pieces; space between two that are marked belongs to the mark."""
    changed = [n not in stays for n in range(len(words))]
    for n in range(1, len(words) - 1):
        if words[n].isspace() and changed[n - 1] and changed[n + 1]:
            changed[n] = True
    for mark, run in groupby(zip(words, changed, strict=True), key=lambda pair: pair[1]):
        yield Piece("".join(word for word, _changed in run), mark)

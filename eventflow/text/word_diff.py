"""A word diff: what of two texts is to be marked; quick for any of twenty thousand characters.

Plain values: how a mark looks, and whether one is wanted, is for pages to say.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from rapidfuzz.distance import Indel

# Where more words went or came, all between the first and the last counts as changed.
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
    words = _WORDS.findall(before), _WORDS.findall(after)
    stays = _kept(*words)
    if not any(words[0][n].strip() for n in stays[0]):
        return (Piece(before),), (Piece(after),)
    return tuple(_pieces(words[0], stays[0])), tuple(_pieces(words[1], stays[1]))


def _kept(*sides: list[str]) -> tuple[set[int], set[int]]:
    """Where the words of both stand that the least changes keep: a longest common subsequence."""
    # By numbers: words themselves would be compared by their hashes.
    numbers: dict[str, int] = {}
    one, other = ([numbers.setdefault(word, len(numbers)) for word in words] for words in sides)
    if Indel.distance(one, other, score_cutoff=MOST_CHANGED) <= MOST_CHANGED:
        blocks = [tuple(block) for block in Indel.opcodes(one, other).as_matching_blocks()]
    else:
        first = _common(one, other)
        last = _common(one[first:][::-1], other[first:][::-1])
        blocks = [(0, 0, first), (len(one) - last, len(other) - last, last)]
    return (
        {n for start, _, size in blocks for n in range(start, start + size)},
        {n for _, start, size in blocks for n in range(start, start + size)},
    )


def _common(one: list[int], other: list[int]) -> int:
    """The length of the common prefix."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _pieces(words: list[str], stays: Collection[int]) -> Iterator[Piece]:
    """The words as pieces; space between two that are marked belongs to the mark."""
    changed = [n not in stays for n in range(len(words))]
    for n in range(1, len(words) - 1):
        if words[n].isspace() and changed[n - 1] and changed[n + 1]:
            changed[n] = True
    for mark, run in groupby(zip(words, changed, strict=True), key=lambda pair: pair[1]):
        yield Piece("".join(word for word, _changed in run), mark)

"""Which of an event's names a name is nearly the same as: a slip of the pen, or another alphabet.

Over keys, as the database computes them; nothing here reads it. Digits and single letters are
never a slip: Hall 3 is not Hall 4, and חדר א is not חדר ב.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from confusable_homoglyphs import confusables
from rapidfuzz.distance import OSA

# From so many letters on, one letter's difference in a word is a slip.
LONG_WORD = 5

_WORD = re.compile(r"\w+(?:['\"]\w+)*", re.UNICODE)
_DIGITS = re.compile(r"\d+")
# What a place is called besides its name, by what it is in either language.
_PLACES = {"hall": "hall", "אולם": "hall", "room": "room", "חדר": "room"}
_ARTICLES = frozenset({"the"})
# Letters of Hebrew that pass for others inside a word that is not Hebrew, which the library does
# not know.
_HEBREW_TWINS = {"ו": "li", "ן": "li", "ס": "o", "ט": "v", "י": "i", "ח": "n"}


def near(name: str, others: Iterable[str]) -> list[str]:
    """Those of the other keys that the key is nearly the same as, in their order."""
    return [other for other in others if other != name and nearly(name, other)]


def nearly(one: str, other: str) -> bool:
    """Whether two keys that are not equal are nearly the same."""
    if look_alike(one, other):
        return True
    if _DIGITS.findall(one) != _DIGITS.findall(other):
        return False
    if "".join(_WORD.findall(one)) == "".join(_WORD.findall(other)) != "":
        return True
    (its_words, its_place), (others_words, others_place) = _said(one), _said(other)
    if its_place and others_place and its_place != others_place:
        return False
    if not its_words or not others_words:
        return its_words == others_words and its_place == others_place != ""
    return its_words == others_words or _one_slip(its_words, others_words)


def look_alike(one: str, other: str) -> bool:
    """Whether two keys are seen as the same, or nearly: other letters that have the same shape."""
    one, other = _bare(one), _bare(other)
    return (
        len(one) == len(other)
        and any(map(str.isalnum, one))
        and all(
            a == b or a in _twins(b) or b in _twins(a) or _hebrew_twins(a, b, one, other)
            for a, b in zip(one, other, strict=True)
        )
    )


def same_shapes(one: str, other: str) -> bool:
    """Whether two texts as they are written look the same, with letters of other scripts."""
    return len(one) == len(other) and all(
        a == b or _same_shape(a, b) or _same_shape(b, a) for a, b in zip(one, other, strict=True)
    )


def _same_shape(letter: str, other: str) -> bool:
    return not letter.isascii() and any(
        twin["c"] == other for twin in confusables.confusables_data.get(letter, ())
    )


def _bare(key: str) -> str:
    """The key without accents, which are overlooked."""
    apart = unicodedata.normalize("NFD", key)
    return "".join(c for c in apart if unicodedata.category(c) != "Mn")


@lru_cache(maxsize=4096)
def _twins(letter: str) -> frozenset[str]:
    """The letters of ASCII that look like this one of another script, written small or large."""
    if letter.isascii() or not letter.isalpha():
        return frozenset()
    return frozenset(
        twin["c"].lower()
        for shape in {letter, letter.upper()}
        for twin in confusables.confusables_data.get(shape, ())
        if twin["c"].isascii() and twin["c"].isalpha()
    )


def _hebrew_twins(a: str, b: str, *keys: str) -> bool:
    """Whether one of the two passes for the other, where a key mixes Hebrew with other letters."""
    if b not in _HEBREW_TWINS.get(a, "") and a not in _HEBREW_TWINS.get(b, ""):
        return False
    return any(
        any("\u05d0" <= c <= "\u05ea" for c in word) and any("a" <= c <= "z" for c in word)
        for key in keys
        for word in _WORD.findall(key)
    )


@lru_cache(maxsize=4096)
def _said(key: str) -> tuple[tuple[str, ...], str]:
    """The words of a key without articles and what any place is called, and what that was."""
    words, place = [], ""
    for word in _WORD.findall(key):
        bare = word.removeprefix("ה") if len(word) > 2 else word
        if bare in _PLACES and not place:
            place = _PLACES[bare]
        elif word not in _ARTICLES:
            words.append(bare)
    return tuple(words), place


def _one_slip(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether only one long word differs: by one letter, or two of them exchanged."""
    if len(words) != len(others):
        return False
    pairs = [(a, b) for a, b in zip(words, others, strict=True) if a != b]
    if len(pairs) != 1:
        return False
    [(a, b)] = pairs
    if any(map(str.isdigit, a + b)) or min(len(a), len(b)) < 2:
        return False
    if sorted(a) == sorted(b):
        return len(a) > 2 and OSA.distance(a, b) == 1
    return max(len(a), len(b)) >= LONG_WORD and OSA.distance(a, b) == 1

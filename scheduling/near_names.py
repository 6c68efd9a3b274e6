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

from eventflow.text.bidi import seen

# From so many letters on, one letter's difference in a word is a slip.
LONG_WORD = 5

_WORD = re.compile(r"\w+(?:['\"]\w+)*", re.UNICODE)
_DIGITS = re.compile(r"\d+")
# What a place is called besides its name, by what it is in either language.
_ROOM_WORDS = {"hall": "hall", "אולם": "hall", "room": "room", "חדר": "room"}
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
            a == b or _are_twins(a, b) or _hebrew_twins(a, b, one, other)
            for a, b in zip(one, other, strict=True)
        )
    )


def look_alikes(names: Iterable[str], longest: int | None = None) -> frozenset[str]:
    """Those of the names that look like another of them and are not it, as a page shows them.

    Where it cuts them, only their first `longest` characters are seen. What differs in marks, in
    white space and in what cannot be seen is the same name.
    """
    alike: dict[str, dict[str, set[str]]] = {}
    for name in names:
        its_letters = "".join(map(_letter, unicodedata.normalize("NFKC", seen(name))))
        those = alike.setdefault("".join(map(_shape, seen(name)[:longest])), {})
        those.setdefault(its_letters, set()).add(name)
    return frozenset(
        name
        for those in alike.values()
        if len(those) > 1
        for same in those.values()
        for name in same
    )


def _letter(character: str) -> str:
    """The letter or digit as it is; of a mark what looks like it."""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return character if character.isalnum() else _shape(character)


def same_shapes(one: str, other: str) -> bool:
    """Whether two texts as they are written look the same, letter by letter."""
    return len(one) == len(other) and all(
        a == b or _shape(a) == _shape(b) for a, b in zip(one, other, strict=True)
    )


def _is_hebrew(letter: str) -> bool:
    return "\u05d0" <= letter <= "\u05ea"


@lru_cache(maxsize=4096)
def _shape(letter: str) -> str:
    """The letter or digit of ASCII that looks like this one, or else what it is."""
    plain = unicodedata.normalize("NFKC", letter)
    plain = plain if len(plain) == 1 else letter
    if plain == "ן":
        # The library takes it for an l, as it does ו; in Hebrew the two are told apart.
        return plain
    twins = [twin for twin in (plain, *_confusables(plain)) if twin.isascii() and len(twin) == 1]
    # Of those that look alike in ASCII itself, such as I and l, always the same one.
    return max(filter(str.isalnum, twins), default=min(twins, default=plain))


def _confusables(letter: str) -> list[str]:
    """Look-alikes by the library, which has marks around letters from right to left."""
    found = confusables.confusables_data
    twins = found.get(letter) or found.get(f"\u200e{letter}\u200e", ())
    return [twin["c"].strip("\u200e") for twin in twins]


def _bare(key: str) -> str:
    """The key without accents, which are overlooked."""
    apart = unicodedata.normalize("NFD", key)
    return "".join(c for c in apart if unicodedata.category(c) != "Mn")


def _are_twins(a: str, b: str) -> bool:
    """Whether two letters of two scripts look alike."""
    if a.isascii() or b.isascii():
        return a in _twins(b) or b in _twins(a)
    return _script(a) != _script(b) and not _twins(a).isdisjoint(_twins(b))


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


@lru_cache(maxsize=4096)
def _twins(letter: str) -> frozenset[str]:
    """The letters of ASCII that look like this one of another script, written small or large."""
    if letter.isascii() or not letter.isalpha() or _is_hebrew(letter):
        return frozenset()
    return frozenset(
        twin.lower()
        for shape in {letter, letter.upper()}
        for twin in _confusables(shape)
        if twin.isascii() and twin.isalpha()
    )


def _hebrew_twins(a: str, b: str, *keys: str) -> bool:
    """Whether one of the two passes for the other, where a key mixes Hebrew with other letters."""
    if b not in _HEBREW_TWINS.get(a, "") and a not in _HEBREW_TWINS.get(b, ""):
        return False
    return any(
        any(map(_is_hebrew, word)) and any("a" <= c <= "z" for c in word)
        for key in keys
        for word in _WORD.findall(key)
    )


@lru_cache(maxsize=4096)
def _said(key: str) -> tuple[tuple[str, ...], str]:
    """The words of a key without articles and what any place is called, and what that was."""
    words, place = [], ""
    for word in _WORD.findall(key):
        bare = word.removeprefix("ה") if len(word) > 2 else word
        if bare in _ROOM_WORDS and not place:
            place = _ROOM_WORDS[bare]
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

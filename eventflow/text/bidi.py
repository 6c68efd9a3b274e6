"""Keeping mixed Hebrew and English in order inside a sentence that is plain text.

Pages isolate with `bdi`; a sentence that is stored or put together in Python does it with the
Unicode isolates, which every renderer of text knows. What cannot be seen in text from outside is
found, dropped or made visible here too.
"""

import re
import unicodedata

# Names and titles are no longer than this inside a sentence.
LONGEST = 200

# What opens or ends an embedding or an isolate would break out of the one put around it.
_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])

_FIRST_STRONG, _LEFT_TO_RIGHT, _END = "\u2068", "\u2066", "\u2069"
# A line is broken after a dash, unless this follows, and at a space, unless it is this one.
_JOINER, _HARD_SPACE = "\u2060", "\u00a0"
_PLAIN = {
    **dict.fromkeys(map(ord, (_FIRST_STRONG, _LEFT_TO_RIGHT, _END, _JOINER))),
    ord(_HARD_SPACE): " ",
}


def isolate(text: object) -> str:
    """Text from outside, in its own direction, so that it never reorders what stands around it.

    It is cut at `LONGEST` characters.
    """
    return f"{_FIRST_STRONG}{cut(str(text)).translate(_CONTROLS)}{_END}"


def cut(text: str) -> str:
    """The text, or the beginning of one that is longer than `LONGEST` characters."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def balanced(text: str) -> str:
    """The text, with whatever isolates were opened in it ended; of one that was cut."""
    opened = sum(text.count(one) for one in "\u2066\u2067\u2068") - text.count(_END)
    return text + _END * max(opened, 0)


def ltr(text: object) -> str:
    """A time or a number with its punctuation, read from left to right wherever it stands.

    No line is broken inside a span of times, or before the offset of one.
    """
    joined = str(text).replace("–", f"–{_JOINER}").replace(" (", f"{_HARD_SPACE}(")
    return f"{_LEFT_TO_RIGHT}{joined}{_END}"


def plain(text: object) -> str:
    """The text without what cannot be seen, for terminals, which show it as boxes."""
    return str(text).translate(_PLAIN)


# Embeddings, overrides and isolates: what they open reorders whatever is shown after them.
DIRECTING = re.compile("[\u202a-\u202e\u2066-\u2069]")

# What leaves no mark where it stands: the format characters that no letter or sign is made with,
# and what fonts show nothing for. Neither white space nor the joiners and selectors below.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
# Joiners, variation selectors and tags shape what stands before them, and are nothing elsewhere.
_SHAPING = "\u180b-\u180d\u180f\u200c\u200d\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef"
_UNUSED_TAGS = "\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
_SEEN_BY_NOBODY = re.compile(f"[{_INVISIBLE}{_UNUSED_TAGS}]|(?P<shaping>[{_SHAPING}])")

# Scripts whose letters a joiner joins or parts; it does nothing to those of Hebrew, Greek or Latin.
_JOINED = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ua840-\ua87f\ufb50-\ufdff\ufe70-\ufefc]"
)
_SIGNS = ("So", "Sk", "Sm", "Po")


def without_invisible(text: str) -> str:
    """The text without what cannot be seen; joiners and selectors stay where they shape."""
    return _SEEN_BY_NOBODY.sub(lambda found: found[0] if _shapes(found) else "", text)


def visible(text: str, *, lines: bool = False) -> str:
    """The text with everything that cannot be seen in it as a code, such as ⟨U+200F⟩.

    So are, unless the text may be of several `lines`, white space other than single spaces inside
    it, and marks that a letter could be written with as one character: what differs does not look
    the same.
    """
    apart = unicodedata.normalize("NFC", text) != text
    shown = _SEEN_BY_NOBODY.sub(lambda found: found[0] if _shapes(found) else _code(found[0]), text)
    if lines:
        return shown
    return _ODD_SPACE.sub(
        lambda found: "".join(map(_code, found[0])),
        "".join(_code(c) if apart and unicodedata.category(c) == "Mn" else c for c in shown),
    )


def seen(text: str) -> str:
    """The text as a page shows it: what cannot be seen is not there, and white space is one."""
    composed = unicodedata.normalize("NFC", without_invisible(text))
    return " ".join(composed.split())


_ODD_SPACE = re.compile(r"[^\S ]+|\A +| +\Z|(?<= ) +")


def _code(character: str) -> str:
    return f"⟨U+{ord(character):04X}⟩"


_LONGEST_SEQUENCE = 32


def _shapes(found: re.Match) -> bool:
    """Whether a joiner, selector or tag is part of an emoji or of a letter that it shapes."""
    if not found["shaping"]:
        return False
    text, at = found.string, found.start()
    # No sequence is longer, and a text of nothing but joiners must not cost its square.
    before, after = text[max(at - _LONGEST_SEQUENCE, 0) : at], text[at + 1 : at + 2]
    character = found[0]
    if character in "\u200c\u200d":
        last = before.rstrip("\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")[-1:]
        if not last or not after:
            return False
        if _JOINED.match(last) and _JOINED.match(after):
            return True
        return character == "\u200d" and _is_sign(last) and _is_sign(after[0])
    if "\U000e0020" <= character <= "\U000e007f":
        return before.rstrip("".join(map(chr, range(0xE0020, 0xE0080))))[-1:] == "\U0001f3f4"
    last = before[-1:]
    if character in "\ufe0e\ufe0f":
        return bool(last) and (_is_sign(last) or last in "0123456789#*")
    # Variants of ideographs, of Mongolian and of Phags-pa letters.
    return bool(last) and (
        "\u1800" <= last <= "\u18af" or last >= "\u2e80" or "\ua840" <= last <= "\ua877"
    )


def _is_sign(character: str) -> bool:
    """Whether an emoji can be made with it."""
    return unicodedata.category(character) in _SIGNS and not character.isascii()

"""Keeping mixed Hebrew and English in order inside a sentence that is plain text.

Pages isolate with `bdi`; a sentence that is stored or put together in Python does it with the
Unicode isolates, which every renderer of text knows.
"""

# Names and titles are no longer than this inside a sentence.
LONGEST = 200

# What opens or ends an embedding or an isolate would break out of the one put around it.
_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])

_FIRST_STRONG, _LEFT_TO_RIGHT, _END = "\u2068", "\u2066", "\u2069"
_UNSEEN = dict.fromkeys(map(ord, (_FIRST_STRONG, _LEFT_TO_RIGHT, _END)))


def isolate(text: object) -> str:
    """Text from outside, in its own direction, so that it never reorders what stands around it.

    It is cut at `LONGEST` characters.
    """
    return f"{_FIRST_STRONG}{cut(str(text)).translate(_CONTROLS)}{_END}"


def cut(text: str) -> str:
    """The text, or the beginning of one that is longer than `LONGEST` characters."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def ltr(text: object) -> str:
    """A time or a number with its punctuation, read from left to right wherever it stands."""
    return f"{_LEFT_TO_RIGHT}{text}{_END}"


def plain(text: object) -> str:
    """The text without what cannot be seen, for terminals, which show it as boxes."""
    return str(text).translate(_UNSEEN)

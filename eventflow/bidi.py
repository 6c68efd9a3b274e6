"""Keeping mixed Hebrew and English in order inside a sentence that is plain text.

Pages isolate with `bdi`; a sentence that is stored or put together in Python does it with the
Unicode isolates, which every renderer of text knows.
"""

_FIRST_STRONG, _LEFT_TO_RIGHT, _END = "\u2068", "\u2066", "\u2069"
_UNSEEN = dict.fromkeys(map(ord, (_FIRST_STRONG, _LEFT_TO_RIGHT, _END)))


def isolate(text: object) -> str:
    """Text from outside, in its own direction, so that it never reorders what stands around it."""
    return f"{_FIRST_STRONG}{text}{_END}"


def ltr(text: object) -> str:
    """A time or a number with its punctuation, read from left to right wherever it stands."""
    return f"{_LEFT_TO_RIGHT}{text}{_END}"


def plain(text: object) -> str:
    """The text without what cannot be seen, for terminals, which show it as boxes."""
    return str(text).translate(_UNSEEN)

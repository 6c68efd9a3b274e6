"""The words of two texts that differ: all of both texts, and bounded whatever they are."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventflow.text import word_diff
from eventflow.text.word_diff import diff_words

TEXTS = st.lists(st.sampled_from(["a", "b", "שלום", " ", "  ", "\n", "c,"]), max_size=40).map(
    "".join
)


def shown(pieces) -> str:
    return "".join(f"[{piece.text}]" if piece.changed else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("the old hall", "the new hall", ("the [old] hall", "the [new] hall")),
        ("one two three", "one three", ("one [two ]three", "one three")),
        ("one three", "one two three", ("one three", "one [two ]three")),
        ("a b c d", "a x y d", ("a [b c] d", "a [x y] d")),
        ("one  two", "one two", ("one[  ]two", "one[ ]two")),
        ("בוקר טוב לכולם", "ערב טוב לכולם", ("[בוקר] טוב לכולם", "[ערב] טוב לכולם")),
        ("שָׁלוֹם לכם", "שלום לכם", ("[שָׁלוֹם] לכם", "[שלום] לכם")),
        ("same words", "same words", ("same words", "same words")),
        ("all", "other", ("all", "other")),
        ("all of it", "something else", ("all of it", "something else")),
        ("", "new", ("", "new")),
        ("a\n\nb", "a\n\nc", ("a\n\n[b]", "a\n\n[c]")),
    ],
)
def test_marks(before, after, told):
    assert tuple(map(shown, diff_words(before, after))) == told


@given(TEXTS, TEXTS)
def test_diff_pieces_rebuild_texts(before, after):
    both = diff_words(before, after)

    assert ["".join(piece.text for piece in pieces) for pieces in both] == [before, after]
    if any(piece.changed for pieces in both for piece in pieces):
        kept = ["".join(p.text for p in pieces if not p.changed).split() for pieces in both]
        assert kept[0] == kept[1]


WORDS = [f"w{n}" for n in range(4000)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(" ".join(WORDS), " ".join(reversed(WORDS)), id="reversed"),
        pytest.param("a " * 10_000, "a b " * 5_000, id="one word"),
        pytest.param(" ".join(WORDS), " ".join(f"{w} x" for w in WORDS[:3000]), id="woven"),
        pytest.param("a b " * 5_000, "b a " * 5_000, id="alternating"),
        pytest.param("x" * 20_000, "y" * 20_000, id="one long word"),
    ],
)
def test_diff_steps_bounded(before, after):
    """Counted and not timed: a step is a line of the module that is run."""
    steps = 0

    def count(frame, event, _argument):
        nonlocal steps
        if frame.f_code.co_filename == word_diff.__file__:
            steps += event == "line"
            return count
        return None

    diff_words.cache_clear()
    tracing = sys.gettrace()
    sys.settrace(count)
    try:
        both = diff_words(before, after)
    finally:
        sys.settrace(tracing)

    assert ["".join(piece.text for piece in pieces) for pieces in both] == [before, after]
    assert steps < 10 * 2 * 20_000


@pytest.mark.parametrize("count", [word_diff.MOST_CHANGED // 2, word_diff.MOST_CHANGED // 2 + 1])
def test_diff_of_too_many_changes_is_one(count):
    before = " ".join(["first", *WORDS[: 2 * count : 2], "last"])
    after = " ".join(["first", *WORDS[1 : 2 * count : 2], "last"])

    pieces = diff_words(before.replace(" ", " same "), after.replace(" ", " same "))[0]

    changed = [piece.text for piece in pieces if piece.changed]
    assert len(changed) == (count if 2 * count <= word_diff.MOST_CHANGED else 1)

"""Text from outside inside a sentence: isolated, so that nothing around it is reordered."""

import unicodedata

import pytest

from eventflow.text.bidi import LONGEST, isolate, ltr, plain


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        ("חדר A", "\u2068חדר A\u2069"),
        ("", "\u2068\u2069"),
        (7, "\u20687\u2069"),
        ("a\u2069\u202eb\u2068", "\u2068ab\u2069"),
        ("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "\u2068\u2069"),
        ("a\u200f\u200eb", "\u2068a\u200f\u200eb\u2069"),
        ("x" * LONGEST, "\u2068" + "x" * LONGEST + "\u2069"),
        ("x" * (LONGEST + 1), "\u2068" + "x" * LONGEST + "…\u2069"),
    ],
)
def test_what_is_isolated_cannot_break_out(text, isolated):
    assert isolate(text) == isolated


def test_whatever_is_isolated_opens_and_ends_exactly_once():
    """For every character there is that has to do with direction."""
    controls = [
        chr(code)
        for code in range(0x110000)
        if unicodedata.bidirectional(chr(code))
        in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    ]

    assert isolate("".join(controls)) == "\u2068\u2069"
    assert len(controls) == 9


def test_times_read_from_left_to_right():
    assert ltr("09:00–10:00") == "\u206609:00–10:00\u2069"


def test_terminals_get_no_isolates():
    assert plain(f"{isolate('חדר')} {ltr('09:00')}") == "חדר 09:00"

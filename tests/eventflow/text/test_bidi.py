"""Text from outside inside a sentence: isolated, so that nothing around it is reordered."""

import unicodedata

import pytest

from eventflow.text.bidi import (
    DIRECTING,
    LONGEST,
    balanced,
    isolate,
    ltr,
    plain,
    visible,
    without_invisible,
)


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
def test_isolate_cannot_be_left(text, isolated):
    assert isolate(text) == isolated


def test_isolates_balanced():
    """For every character there is that has to do with direction."""
    controls = [
        chr(code)
        for code in range(0x110000)
        if unicodedata.bidirectional(chr(code))
        in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    ]

    assert isolate("".join(controls)) == "\u2068\u2069"
    assert len(controls) == 9


def test_times_left_to_right_unbroken():
    assert ltr("09:00–10:00") == "\u206609:00–\u206010:00\u2069"
    assert ltr("01:30 (+0300)") == "\u206601:30\u00a0(+0300)\u2069"


def test_terminals_get_no_isolates():
    assert plain(f"{isolate('חדר')} {ltr('09:00–10:00 (+0300)')}") == "חדר 09:00–10:00 (+0300)"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Hall\u200f 3", "Hall⟨U+200F⟩ 3"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("Hall\u00a03", "Hall⟨U+00A0⟩3"),
        ("a  b ", "a ⟨U+0020⟩b⟨U+0020⟩"),
        ("Cafe\u0301", "Cafe⟨U+0301⟩"),
        ("א\u200dב", "א⟨U+200D⟩ב"),
        ("a\ufe0fb", "a⟨U+FE0F⟩b"),
        ("Café, חדר א׳", "Café, חדר א׳"),
        ("סֵפֶר", "סֵפֶר"),
        ("👩🏽\u200d💻 ❤\ufe0f 1\ufe0f\u20e3", "👩🏽\u200d💻 ❤\ufe0f 1\ufe0f\u20e3"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
    ],
)
def test_invisible_shown_as_code(text, seen):
    assert visible(text) == seen


def test_spaces_in_multiline_text():
    assert visible("a.  b\n\tc\u200f", lines=True) == "a.  b\n\tc⟨U+200F⟩"


def test_invisible_removed_and_nothing_else():
    assert without_invisible("\ufeffHall\u200b\u00ad 3\u2069") == "Hall 3"
    for code in range(0x20, 0x110000):
        character = chr(code)
        if unicodedata.category(character)[0] in "LNPSZM" and character not in "\u034f\u115f\u1160":
            kept = without_invisible(f"א{character}")
            assert kept == f"א{character}" or unicodedata.category(character) in ("Mn", "Lo")


def test_direction_characters_all_known():
    controls = {
        chr(code)
        for code in range(0x110000)
        if unicodedata.bidirectional(chr(code))
        in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    }
    assert all(map(DIRECTING.fullmatch, controls))
    assert not DIRECTING.search("\u200e\u200f\u061c")


@pytest.mark.long
@pytest.mark.once
def test_joiners_only_text_fast():
    for joiner in "\u200d\ufe0f\U000e0041\u200f":
        assert without_invisible(joiner * 300_000) == ""


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("", ""),
        ("a", "a"),
        ("\u2068a\u2069", "\u2068a\u2069"),
        ("\u2068a\u2066b…", "\u2068a\u2066b…\u2069\u2069"),
        ("a\u2069", "a\u2069"),
    ],
)
def test_what_is_cut_ends_what_it_opened(text, ended):
    assert balanced(text) == ended

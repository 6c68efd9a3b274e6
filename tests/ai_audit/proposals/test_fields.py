"""The settable fields: what each accepts and stores, and the sentence for each refusal."""

from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from django.utils.functional import Promise

from ai_audit.proposals import fields, hosts

JERUSALEM = ZoneInfo("Asia/Jerusalem")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def accepted(asked):
    """The typed values, where nothing is refused."""
    values, notes, reasons = fields.typed(asked, JERUSALEM)
    assert (notes, reasons) == ((), ())
    return values


def refused(asked):
    """The reasons, translated, where something is refused."""
    values, notes, reasons = fields.typed(asked, JERUSALEM)
    assert (values, notes) == ({}, ())
    return [str(reason) for reason in reasons]


def test_settable_fields_are_those_of_the_design():
    assert fields.SETTABLE == (
        "title",
        "description",
        "start_time",
        "end_time",
        "location",
        "room",
        "max_capacity",
        "is_mandatory",
        "is_break",
        "track",
        "track_color",
        "speaker_name",
        "speaker_title",
        "speaker_bio",
        "materials_url",
    )
    assert tuple(fields._Fields.model_fields) == fields.SETTABLE
    assert all(isinstance(label, Promise) for label in fields.FIELD_LABELS.values())


NULLABLE = [name for name in fields.SETTABLE if name not in ("title", "start_time", "end_time")]


@pytest.mark.parametrize("name", NULLABLE)
def test_null_clears(name):
    assert accepted({name: None}) == {name: None}


@pytest.mark.parametrize("name", sorted(set(fields.SETTABLE) - set(NULLABLE)))
def test_null_refused_where_required(name):
    label = fields.FIELD_LABELS[name]
    assert refused({name: None}) == [f"“{label}” cannot be empty."]


TEXTS = {
    "title": 500,
    "description": 20_000,
    "location": 300,
    "room": 300,
    "track": 300,
    "track_color": 50,
    "speaker_name": 300,
    "speaker_title": 300,
    "speaker_bio": 20_000,
}


@pytest.mark.parametrize(("name", "limit"), TEXTS.items())
def test_text_is_bounded(name, limit):
    label = fields.FIELD_LABELS[name]
    assert accepted({name: "א" * limit}) == {name: "א" * limit}
    expected = [f"“{label}” is longer than {limit:,} characters."]
    assert refused({name: "א" * (limit + 1)}) == expected
    assert refused({name: "x" * 3_000_000}) == expected


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(
    "text", ["a\x00b", "a\x07", "\x1b[31m", "a\rb", "\x7f", "a\x85", "\ud800", "\udfff!"], ids=ascii
)
def test_text_that_cannot_be_shown_is_refused(name, text):
    expected = [f"“{fields.FIELD_LABELS[name]}” holds characters that cannot be shown."]
    assert refused({name: text}) == expected


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("value", [5, 1.5, True, [], {}, ["x"], float("nan"), 10**5000], ids=type)
def test_text_is_text(name, value):
    expected = [f"“{fields.FIELD_LABELS[name]}” must be text."]
    assert refused({name: value}) == expected


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "a\n\tb\r\nc", "100% _ \\", "😀", "👩\u200d💻\ufe0f"]
)
def test_text_stays_text(name, text):
    assert accepted({name: text}) == {name: text}


@pytest.mark.parametrize("name", fields.ONE_LINE)
@pytest.mark.parametrize("text", ["a\u202eb", "\u2067a\u2069", "\u202aa", "a\u2068", "a\u202c"])
def test_direction_marks_refused_in_one_line(name, text):
    label = fields.FIELD_LABELS[name]
    expected = f"“{label}” holds characters that turn the direction of what stands after them."
    assert expected in refused({name: text})
    # What stands like that already is not being changed.
    _values, _notes, reasons = fields.typed({name: text}, JERUSALEM, stands={name: text})
    assert expected not in [str(reason) for reason in reasons]


def test_text_of_several_lines_may_turn():
    for text in ("a\u202eb\u202c", "א\u200f (C++)"):
        assert accepted({"description": text, "speaker_bio": text}) == {
            "description": text,
            "speaker_bio": text,
        }


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Hall\u200f 3", "Hall 3"),
        ("\ufeffHall\u200b 3\u00ad", "Hall 3"),
        ("\u2060א\u200dב", "אב"),
        ("👩\u200d💻 room", None),
        ("❤\ufe0f", None),
        ("می\u200cخواهم", None),
        ("Hall 3", None),
    ],
)
def test_invisible_characters_dropped_and_noted(text, seen):
    values, notes, reasons = fields.typed({"room": text}, JERUSALEM)
    assert (values, reasons) == ({"room": seen or text}, ())
    assert notes == ((("room", "unseen"),) if seen else ())
    assert fields.typed({"room": text}, JERUSALEM, stands={"room": text})[0] == {"room": text}


@pytest.mark.parametrize("text", ["", "  ", "\n\t", "\u00a0"])
def test_blank_text(text):
    for name in [*TEXTS, "materials_url"]:
        if name != "title":
            assert accepted({name: text}) == {name: None}
    assert refused({"title": text}) == ["“Title” is blank."]


def test_names_stripped():
    for name in ("title", "room", "speaker_name"):
        assert accepted({name: "\u00a0 A  b \n"}) == {name: "A  b"}
    assert accepted({"location": " A "}) == {"location": " A "}
    assert accepted({"room": " " + "A" * 300 + " "}) == {"room": "A" * 300}


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "HTTP://example.org:8080/a?b=<c>#d".replace("<c>", "c"),
        "https://דוגמה.co.il/קובץ",
        "http://[::1]/x",
        "http://[::ffff:10.0.0.1]:8080/",
        "http://192.168.0.7:8000/slides",
        "https://example.org:443/@someone/a@b:c",
        "https://example.org?to=a@b.example",
        "https://example.org#@elsewhere.example",
        "https://example.org./",
        "https://my_files.example.org",
        "https://intranet/slides",
        "https://xn--4dbcagdahymbxekheh6e0a7fei0b.example/",
    ],
)
def test_links(url):
    assert accepted({"materials_url": url}) == {"materials_url": url}
    assert accepted({"materials_url": f" {url}\n"}) == {"materials_url": url}


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt://example.org/%0aalert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "//example.org",
        "example.org",
        "http:example.org",
        "https://",
        "https://a b.org",
        "https://example.org/a\tb",
        "https:\\\\example.org",
        "https://example.org\\@evil.org",
        'https://example.org/"onclick="x',
        "https://example.org/<b>",
    ],
)
def test_links_lead_to_the_web_only(url):
    assert refused({"materials_url": url}) == [
        "“Materials” must be an address that begins with https:// or http://."
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://slides.example:x@evil.example/",
        "https://slides.example@evil.example/",
        "https://slides.example:443@evil.example:443/",
        "https://@evil.example/",
        "https://:@evil.example/",
        "https://a@b@evil.example/",
        "https://slides.example%2f@evil.example/",
        "https://דוגמה.example@evil.example",
        "http://user@[::1]/",
    ],
)
def test_link_with_user_name_refused(url):
    assert refused({"materials_url": url}) == [
        "“Materials” has a user name before its host, which hides where it leads."
    ]


@pytest.mark.parametrize(
    "url",
    [
        "http:///path",
        "https:////evil.example",
        "https://?x",
        "https://#x",
        "https://:443/",
        "https://./",
        "https://a..example/",
        "https://-a.example/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a.b" * 100 + "/",
        "http://[::1",
        "http://[::1]x/",
        "http://[1]/",
        "http://example.org:/",
        "http://example.org:0/",
        "http://example.org:99999/",
        "http://example.org:x/",
        "http://example.org:+80/",
        "http://example.org:８０/",
        "http://example.org:80:80/",
        "http://exa%6dple.org/",
        "http://example.org,evil.example/",
        "http://example.org;evil.example/",
        "http://example.org＠evil.example/",
        "http://example.org／evil.example/",
        "http://exam'ple.org/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://1.2.3.4.5/",
        "http://1.2.3.256/",
    ],
)
def test_link_host_unambiguous(url):
    assert refused({"materials_url": url}) == [
        "“Materials” must name a host such as example.com, with a port from 1 to 65535 if any."
    ]


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://example.org/קובץ", ""),
        # The o is Cyrillic.
        ("https://g\u043eogle.example/", "xn--gogle-jye.example"),
        ("https://דוגמה.co.il/", "xn--6dbbec0c.co.il"),
        ("https://ＥＶＩＬ．example/", "evil.example"),
        ("no address", ""),
        ("http://[::1", ""),
    ],
)
def test_link_host_as_looked_up(address, host):
    assert hosts.looked_up(address) == host


def test_links_are_bounded():
    start = "https://example.org/"
    longest = start + "x" * (2000 - len(start))
    assert accepted({"materials_url": longest}) == {"materials_url": longest}
    assert refused({"materials_url": longest + "x"}) == [
        "“Materials” is longer than 2,000 characters."
    ]


@pytest.mark.parametrize(
    ("given", "stored"),
    [(1, 1), (40, 40), (40.0, 40), (10**6, 10**6), ("40", 40), (" 040\n", 40), ("٤٠", 40)],
)
def test_capacity(given, stored):
    value = accepted({"max_capacity": given})["max_capacity"]
    assert (value, type(value)) == (stored, int)


@pytest.mark.parametrize(
    "value",
    [
        0,
        -1,
        10**6 + 1,
        40.5,
        1e300,
        float("inf"),
        float("nan"),
        10**5000,
        True,
        False,
        [40],
        "0",
        "-1",
        "forty",
        "40.5",
        "1_000",
        "1,000",
        "4" * 5000,
        "",
    ],
    ids=lambda value: f"{type(value).__name__}{str(value)[:9] if isinstance(value, str) else ''}",
)
def test_capacity_is_a_whole_number_of_seats(value):
    assert refused({"max_capacity": value}) == [
        "“Capacity” must be a whole number from 1 to 1,000,000."
    ]


@pytest.mark.parametrize("name", ["is_mandatory", "is_break"])
def test_flags(name):
    for value in (True, False):
        assert accepted({name: value}) == {name: value}
    for value in (0, 1, "true", "", [], {}, 1.0):
        label = fields.FIELD_LABELS[name]
        assert refused({name: value}) == [f"“{label}” must be true or false."]


def test_times_that_cannot_be_read_are_quoted():
    assert refused({"start_time": "מחר\n\u202eבעשר\ud800"}) == [
        "“Start” was given as “מחר בעשר”. That is not a date and time such as 2026-01-30T11:15."
    ]
    assert refused({"end_time": "2026-01-30"}) == [
        "“End” was given as “2026-01-30”. That is a date without a time of day."
    ]
    for value in (5, True, [], {}, 1769764500.0):
        assert refused({"end_time": value}) == ["“End” must be text such as 2026-01-30T11:15."]

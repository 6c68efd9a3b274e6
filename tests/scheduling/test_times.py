"""The event's local time, both ways: zones by untrusted names, parsing, and what people read."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from babel.core import get_global
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from tzlocal.windows_tz import win_tz

from eventflow.text.bidi import plain
from scheduling import times

WINDOWS_ZONE_MAPPING = dict(get_global("windows_zone_mapping"))
JERUSALEM = ZoneInfo("Asia/Jerusalem")
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
ZONES = [JERUSALEM, NEW_YORK, LORD_HOWE, ZoneInfo("Asia/Kathmandu"), ZoneInfo("UTC")]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("America/Port-au-Prince", "America/Port-au-Prince"),
        ("Etc/GMT+3", "Etc/GMT+3"),
        (" Asia/Jerusalem ", "Asia/Jerusalem"),
        (None, "Asia/Jerusalem"),
        ("", "Asia/Jerusalem"),
        ("  ", "Asia/Jerusalem"),
        ("Mars/Olympus", "UTC"),
        ("asia/jerusalem", "Asia/Jerusalem"),
        ("ASIA/JERUSALEM", "Asia/Jerusalem"),
        ("america/new york", "America/New_York"),
        ("etc/gmt+3", "Etc/GMT+3"),
        ("\u200fAsia/Jerusalem\u200e", "Asia/Jerusalem"),
        ("\u2067Asia\u200b/Jeru\u00adsalem\u2069\ufeff", "Asia/Jerusalem"),
        ("\u00a0Asia/Jerusalem\u3000", "Asia/Jerusalem"),
        ('"Asia/Jerusalem",', "Asia/Jerusalem"),
        ("Asia/Port\u2010au", "UTC"),
        ("America/Port\u2010au\u2010Prince", "America/Port-au-Prince"),
        ("\u200b", "Asia/Jerusalem"),
        ("Israel", "Israel"),
        ("Israel Standard Time", "Asia/Jerusalem"),
        ("israel  standard\u00a0time", "Asia/Jerusalem"),
        ("GMT Standard Time", "Europe/London"),
        ("UTC-11", "Etc/GMT+11"),
        ("UTC+03:00", "UTC+03:00"),
        ("UTC +3", "UTC+03:00"),
        ("utc\u22125", "UTC-05:00"),
        ("GMT+2", "UTC+02:00"),
        ("+0300", "UTC+03:00"),
        ("+5:30", "UTC+05:30"),
        ("(UTC-09:30)", "UTC-09:30"),
        ("GMT+0", "GMT+0"),
        ("UTC+00:00", "UTC"),
        ("Z", "UTC"),
        ("UTC+15:00", "UTC"),
        ("UTC+02:60", "UTC"),
        ("UTC+02:00 Jerusalem", "UTC"),
        ("IST", "UTC"),
        ("CST", "UTC"),
        ("3", "UTC"),
        ("Asia", "UTC"),
        ("Asia/", "UTC"),
        ("../x", "UTC"),
        ("Asia/../UTC", "UTC"),
        ("/etc/passwd", "UTC"),
        ("/usr/share/zoneinfo/Asia/Jerusalem", "UTC"),
        ("Asia/Jerusalem\x00", "Asia/Jerusalem"),
        ("Asia/Jerusalem\nX", "UTC"),
        ("\ud800", "UTC"),
        ("ירושלים", "UTC"),
        ("localtime", "UTC"),
        ("posixrules", "UTC"),
        ("posix/Asia/Jerusalem", "UTC"),
        ("right/Asia/Jerusalem", "UTC"),
        ("Factory", "UTC"),
        ("tzdata.zi", "UTC"),
        ("zone.tab", "UTC"),
        ("A" * 64, "UTC"),
        ("x" * 1_000_000, "UTC"),
        (" " * 1_000_000, "UTC"),
        (3, "UTC"),
        (["Asia/Jerusalem"], "UTC"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_zone(name, key):
    assert times.zone(name).key == key


@pytest.mark.parametrize("name", ["IST", "Mars/Olympus", "A" * 64, "x" * 1_000_000, 3, "ירושלים"])
def test_zone_unknown_as_utc(name):
    unknown = times.zone(name)

    assert isinstance(unknown, times.UnknownZone)
    assert not isinstance(times.zone("UTC"), times.UnknownZone)
    assert times.parse("2026-01-30T11:15Z", zone=unknown).at == utc(2026, 1, 30, 11, 15)
    with pytest.raises(times.BadTime) as bad:
        times.parse("2026-01-30T11:15", zone=unknown)
    assert "is none that is known" in str(bad.value)
    assert len(str(bad.value)) < 200


def test_zone_unknown_named():
    with pytest.raises(times.BadTime, match="the event’s time zone, “ IST ”, is none"):
        times.parse("2026-01-30T11:15", zone=times.zone(" IST "))


def test_zone_windows_names():
    assert len(win_tz) > 100
    names = {name: tz_name for name, tz_name in win_tz.items() if name != "UTC"}
    assert {name: times.zone(name).key for name in names} == names
    # As another copy of the same table has them.
    assert names.keys() >= WINDOWS_ZONE_MAPPING.keys() - {"UTC"}
    assert {name: tz_name for name, tz_name in names.items() if name in WINDOWS_ZONE_MAPPING} == {
        name: tz_name for name, tz_name in WINDOWS_ZONE_MAPPING.items() if name != "UTC"
    }


def test_zone_every_tz_name():
    names = available_timezones() - {"Factory", "localtime"}
    assert {times.zone(name).key for name in names} == names
    assert {times.zone(f" {name.swapcase()}\u200f").key for name in names} == names


@given(st.integers(-12 * 60, 14 * 60).filter(bool))
def test_zone_fixed_offset(minutes):
    sign, (hours, parts) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    zone = times.zone(f"GMT{sign}{hours}:{parts:02}")
    at = times.local(utc(2026, 7, 1), zone)
    assert at.utcoffset() == timedelta(minutes=minutes)
    assert times.zone(zone.key).key == zone.key
    assert at.tzname() == f"{sign}{hours:02}:{parts:02}"


@given(st.text(max_size=80))
def test_zone_takes_any_text(name):
    assert isinstance(times.zone(name), ZoneInfo)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-01-30T11:15:00+02:00", utc(2026, 1, 30, 9, 15)),
        ("2026-01-30 11:15:00+02", utc(2026, 1, 30, 9, 15)),
        ("2026-01-30T11:15:00-0530", utc(2026, 1, 30, 16, 45)),
        ("2026-01-30T11:15:00Z", utc(2026, 1, 30, 11, 15)),
        ("2026-01-30t11:15:00z", utc(2026, 1, 30, 11, 15)),
        ("2026-01-30T11:15:00.123Z", utc(2026, 1, 30, 11, 15, 0, 123000)),
        ("2026-01-30T11:15:00.123456789Z", utc(2026, 1, 30, 11, 15, 0, 123456)),
        ("2026-01-30T11:15:00,5Z", utc(2026, 1, 30, 11, 15, 0, 500000)),
        ("2026-01-30T11:15:00", utc(2026, 1, 30, 9, 15)),
        ("2026-01-30T11:15", utc(2026, 1, 30, 9, 15)),
        ("2026-01-30 11:15", utc(2026, 1, 30, 9, 15)),
        ("2026-07-30T11:15:00", utc(2026, 7, 30, 8, 15)),
        (" 2026-01-30T11:15:00\n", utc(2026, 1, 30, 9, 15)),
        ("2026-01-30T11:15:00+2:00", utc(2026, 1, 30, 9, 15)),
        ("2026-01-30T11:15:00-5:30:15", utc(2026, 1, 30, 16, 45, 15)),
        ("2026-01-30T11:15:00 +02:00", utc(2026, 1, 30, 9, 15)),
        ("2026-01-30 11:15 Z", utc(2026, 1, 30, 11, 15)),
        ("2026-01-30T24:00", utc(2026, 1, 30, 22)),
        ("2026-12-31T24:00:00.000Z", utc(2027, 1, 1)),
        ("2026-01-30T11:15:00+02:00[Asia/Jerusalem]", utc(2026, 1, 30, 9, 15)),
        ("2026-01-30T11:15:00Z[Asia/Jerusalem]", utc(2026, 1, 30, 11, 15)),
        ("2026-01-30T11:15[America/New_York]", utc(2026, 1, 30, 16, 15)),
        ("2026-01-30T11:15 [asia/jerusalem]", utc(2026, 1, 30, 9, 15)),
        ("2026-01-30T11:15:00-05:00[America/New_York]", utc(2026, 1, 30, 16, 15)),
        ("2026-01-30T11:15+02:00[+02:00]", utc(2026, 1, 30, 9, 15)),
        ("1900-01-01T00:00:00Z", utc(1900, 1, 1)),
        ("1900-01-01T00:00:00+02:20:54", utc(1899, 12, 31, 21, 39, 6)),
        ("9999-12-31T23:59:59Z", utc(9999, 12, 31, 23, 59, 59)),
        ("9999-12-31T23:59:59", utc(9999, 12, 31, 21, 59, 59)),
    ],
)
def test_parse(text, at):
    moment = times.parse(text, zone=JERUSALEM)
    assert moment == times.Moment(at, None)
    assert moment.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "zone", "at", "note"),
    [
        # Clocks in Jerusalem go from 02:00 to 03:00, and back from 02:00 to 01:00.
        ("2026-03-27T01:59:59", JERUSALEM, utc(2026, 3, 26, 23, 59, 59), None),
        ("2026-03-27T02:00:00", JERUSALEM, utc(2026, 3, 27), "nonexistent"),
        ("2026-03-27T02:30:00", JERUSALEM, utc(2026, 3, 27, 0, 30), "nonexistent"),
        ("2026-03-27T03:00:00", JERUSALEM, utc(2026, 3, 27), None),
        ("2026-10-25T00:59:59", JERUSALEM, utc(2026, 10, 24, 21, 59, 59), None),
        ("2026-10-25T01:00:00", JERUSALEM, utc(2026, 10, 24, 22), "ambiguous"),
        ("2026-10-25T01:30:00", JERUSALEM, utc(2026, 10, 24, 22, 30), "ambiguous"),
        ("2026-10-25T02:00:00", JERUSALEM, utc(2026, 10, 25), None),
        ("2026-10-25T01:30:00+02:00", JERUSALEM, utc(2026, 10, 24, 23, 30), None),
        ("2026-03-08T02:30", NEW_YORK, utc(2026, 3, 8, 7, 30), "nonexistent"),
        ("2026-11-01T01:30", NEW_YORK, utc(2026, 11, 1, 5, 30), "ambiguous"),
        # Half an hour only.
        ("2026-10-04T02:15", LORD_HOWE, utc(2026, 10, 3, 15, 45), "nonexistent"),
        ("2026-04-05T01:45", LORD_HOWE, utc(2026, 4, 4, 14, 45), "ambiguous"),
    ],
)
def test_local_time_skipped_or_repeated(text, zone, at, note):
    assert times.parse(text, zone=zone) == times.Moment(at, note)


def test_local_time_skipped_moves_forward():
    moment = times.parse("2026-03-27T02:30", zone=JERUSALEM)
    assert times.local(moment.at, JERUSALEM).isoformat() == "2026-03-27T03:30:00+03:00"


NOT_ISO = "That is not a date and time such as 2026-01-30T11:15."
NO_TIME = "That is a date without a time of day."
NO_SUCH = "There is no such day, time of day or offset."
NO_ZONE = "The time zone that it names is none that is known."
OTHER_OFFSET = "Its offset is not that of the time zone that it names."
NO_YEAR = "The year must lie between 1900 and 9999."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-01-30", NO_TIME),
        ("", NOT_ISO),
        ("infinity", NOT_ISO),
        ("-infinity", NOT_ISO),
        ("now", NOT_ISO),
        ("מחר בעשר", NOT_ISO),
        ("30/01/2026 11:15", NOT_ISO),
        ("11:15", NOT_ISO),
        ("20260130T111500", NOT_ISO),
        ("20260130", NOT_ISO),
        ("1769764500", NOT_ISO),
        ("2026-W05-5", NOT_ISO),
        ("2026-W05-5T11:15:00", NOT_ISO),
        ("2026-030T11:15:00", NOT_ISO),
        ("2026-01-30T11", NOT_ISO),
        ("2026-01-30x11:15", NOT_ISO),
        ("2026-01-30T11:15:00 Asia/Jerusalem", NOT_ISO),
        ("2026-01-30T11:15:00+2", NOT_ISO),
        ("٢٠٢٦-01-30T11:15", NOT_ISO),
        ("\u200f2026-01-30T11:15", NOT_ISO),
        ("2026-01-30T11:15\x00", NOT_ISO),
        ("\ud800", NOT_ISO),
        ("2" * 3_000_000, NOT_ISO),
        (None, NOT_ISO),
        (1769764500, NOT_ISO),
        (float("nan"), NOT_ISO),
        (["2026-01-30T11:15"], NOT_ISO),
        ("2026-02-30T11:15", NO_SUCH),
        ("2026-13-01T11:15", NO_SUCH),
        ("2026-01-30T24:01", NO_SUCH),
        ("2026-01-30T24:00:00.1", NO_SUCH),
        ("9999-12-31T24:00Z", NO_YEAR),
        ("2026-01-30T11:15:00+200", NOT_ISO),
        ("2026-01-30T11:15[IST]", NO_ZONE),
        ("2026-01-30T11:15+02:00[Mars/Olympus]", NO_ZONE),
        ("2026-01-30T11:15[ ]", NO_ZONE),
        ("2026-01-30T11:15[u-ca=hebrew]", NO_ZONE),
        ("2026-07-30T11:15+02:00[Asia/Jerusalem]", OTHER_OFFSET),
        ("2026-01-30T11:60", NO_SUCH),
        ("2026-01-30T11:15:60", NO_SUCH),
        ("2026-01-30T11:15+02:60", NO_SUCH),
        ("2026-01-30T11:15+16:00", NO_SUCH),
        ("2026-01-30T11:15-99:99", NO_SUCH),
        ("0000-01-01T00:00", NO_YEAR),
        ("1899-12-31T23:59:59Z", NO_YEAR),
        ("20000-01-01T00:00:00", NO_YEAR),
        ("+020000-01-01T00:00:00.000Z", NO_YEAR),
        ("-000001-01-01T00:00:00.000Z", NO_YEAR),
        ("9999-12-31T23:59:59-02:00", NO_YEAR),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_parse_refuses(text, reason):
    with pytest.raises(times.BadTime) as refused:
        times.parse(text, zone=JERUSALEM)
    assert str(refused.value) == reason
    assert str(refused.value.reason) == reason
    assert isinstance(refused.value, ValueError)


def test_local_time_past_calendar_end():
    with pytest.raises(times.BadTime, match=NO_YEAR):
        times.parse("9999-12-31T23:00:00", zone=NEW_YORK)


@given(
    st.datetimes(datetime(1900, 1, 2), datetime(9999, 12, 30)),
    st.sampled_from(ZONES),
    st.sampled_from(["T", " "]),
)
def test_local_times_survive_the_round_trip(written, zone, separator):
    moment = times.parse(written.isoformat(separator), zone=zone)
    back = times.local(moment.at, zone)
    if moment.note == "nonexistent":
        assert back.replace(tzinfo=None) > written
    else:
        assert back.replace(tzinfo=None) == written
        assert back.fold == 0


# Drawn near the changes, where a draw from all of time would hardly ever fall.
@given(
    st.sampled_from(
        [
            (JERUSALEM, datetime(2026, 3, 27, 2), "nonexistent"),
            (JERUSALEM, datetime(2026, 10, 25, 1), "ambiguous"),
            (NEW_YORK, datetime(2026, 3, 8, 2), "nonexistent"),
            (NEW_YORK, datetime(2026, 11, 1, 1), "ambiguous"),
        ]
    ),
    st.integers(-7200, 7200),
)
def test_local_time_note_in_odd_hour_only(change, seconds):
    zone, begins, note = change
    moment = times.parse((begins + timedelta(seconds=seconds)).isoformat(), zone=zone)
    assert moment.note == (note if 0 <= seconds < 3600 else None)


@given(
    st.datetimes(
        datetime(1901, 1, 1),
        datetime(9998, 12, 31),
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=-3, minutes=-30)), *ZONES]),
    )
)
def test_time_with_offset_round_trip(at):
    assert times.parse(at.isoformat(), zone=NEW_YORK) == times.Moment(at.astimezone(UTC), None)


@given(st.text(max_size=40) | st.from_regex(r"\A\d{4}-\d\d-\d\d[T ]\d\d:\d\d\S{0,8}\Z"))
def test_parse_raises_nothing_but_bad_time(text):
    try:
        moment = times.parse(text, zone=JERUSALEM)
    except times.BadTime as bad:
        outcome = str(bad)
    else:
        outcome = moment.at.tzinfo
    assert outcome in (UTC, NOT_ISO, NO_TIME, NO_SUCH, NO_YEAR)


def test_local():
    at = times.local(utc(2026, 1, 30, 9, 15), JERUSALEM)
    assert at.isoformat() == "2026-01-30T11:15:00+02:00"
    assert times.local(datetime(2026, 1, 30, 9, 15), JERUSALEM) == utc(2026, 1, 30, 9, 15)
    latest = datetime.max.replace(tzinfo=UTC)
    assert times.local(latest, JERUSALEM) is latest


@pytest.mark.parametrize(
    ("start", "end", "options", "text"),
    [
        (utc(2038, 1, 30, 7), utc(2038, 1, 30, 7, 45), {}, "30 Jan 2038, 09:00–09:45"),
        (utc(2038, 1, 30, 7), utc(2038, 1, 30, 7, 45), {"year": False}, "30 Jan, 09:00–09:45"),
        (utc(2038, 1, 30, 7), utc(2038, 1, 30, 7, 45), {"day": False}, "09:00–09:45"),
        (utc(2038, 1, 30, 7), utc(2038, 1, 30, 7, 0, 30), {"day": False}, "09:00–09:00:30"),
        (utc(2038, 1, 30, 7, 0, 17), None, {}, "30 Jan 2038, 09:00:17"),
        # Not on the full minute, so that two that differ do not both look as if they were.
        (utc(2038, 1, 30, 7, 0, 0, 500_000), None, {}, "30 Jan 2038, 09:00:00"),
        (utc(2038, 1, 30, 7), None, {}, "30 Jan 2038, 09:00"),
        (utc(2038, 1, 30, 7), None, {"day": False}, "09:00"),
        (
            utc(2038, 1, 30, 21),
            utc(2038, 1, 30, 23),
            {},
            "30 Jan 2038, 23:00 – 31 Jan 2038, 01:00",
        ),
        (
            utc(2038, 1, 30, 21),
            utc(2038, 1, 30, 23),
            {"day": False, "year": False},
            "30 Jan, 23:00 – 31 Jan, 01:00",
        ),
        # The other day is the event's, not that of UTC.
        (utc(2038, 1, 30, 22), utc(2038, 1, 31, 1), {}, "31 Jan 2038, 00:00–03:00"),
        (
            utc(2026, 12, 31, 21),
            utc(2026, 12, 31, 23),
            {"year": False},
            "31 Dec 2026, 23:00 – 1 Jan 2027, 01:00",
        ),
        # One hour long, through the night the clocks go back.
        (
            utc(2026, 10, 24, 22, 45),
            utc(2026, 10, 24, 23, 45),
            {"day": False},
            "01:45 (+0300)–01:45 (+0200)",
        ),
    ],
)
def test_span(start, end, options, text):
    assert plain(times.span(start, end, zone=JERUSALEM, **options)) == text


def test_moment_to_the_second():
    exact = [utc(2038, 1, 30, 7, 0, 17, 250_000), utc(2038, 1, 30, 7)]

    assert [plain(times.moment(at, zone=JERUSALEM)) for at in exact] == [
        "30 Jan 2038, 09:00:17",
        "30 Jan 2038, 09:00",
    ]


def test_span_speaks_the_active_language():
    with translation.override("he"):
        january = times.span(utc(2038, 1, 30, 7), utc(2038, 1, 30, 8), zone=JERUSALEM)
    assert plain(january) == "30 ינו 2038, 09:00–10:00"


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize(
    "edge",
    [
        datetime.max,
        datetime.min,
        datetime.max.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=12))),
        datetime.max.replace(tzinfo=JERUSALEM),
        datetime.min.replace(tzinfo=JERUSALEM),
    ],
    ids=str,
)
def test_span_takes_the_ends_of_the_calendar(edge, zone):
    now = utc(2038, 1, 30)
    for start, end in [(edge, edge), (edge, now), (now, edge), (edge, None)]:
        assert times.span(start, end, zone=zone) != ""


def test_repeated_hour_each_told():
    zone = times.zone("Asia/Jerusalem")
    first = datetime(2026, 10, 25, 1, 30, tzinfo=zone)
    assert first == first.replace(fold=1)

    told = [times.span(at, at, zone=zone) for at in (first, first.replace(fold=1), first)]

    assert ["+0300" in one for one in told] == [True, False, True]
    assert ["+0200" in one for one in told] == [False, True, False]


def test_span_clock_times_isolated():
    span = times.span(utc(2038, 1, 30, 7), utc(2038, 1, 30, 8), zone=JERUSALEM)
    assert span == "30 Jan 2038, \u206609:00–\u206010:00\u2069"

"""Speakers who are in two sessions at once: the list of them, and the command that prints it."""

import io

import pytest
from django.core.management import call_command

from scheduling import conflicts
from tests import factories as f

pytestmark = pytest.mark.django_db


def find_overlaps(*args):
    """Exit status and output."""
    printed = io.StringIO()
    try:
        call_command("find_overlaps", *args, stdout=printed)
    except SystemExit as end:
        return end.code, printed.getvalue()
    return 0, printed.getvalue()


def test_find_overlaps_speakers_when_asked(event):
    f.session(event=event, title="One", speaker_name="Dana Levi", room="A")
    f.session(event=event, title="Two", speaker_name=" DANA LEVI", room="B", start=f.at(9, 30))

    assert find_overlaps() == (0, "-- No two sessions overlap in one room.\n")
    assert find_overlaps("--speakers") == (
        0,
        "-- No two sessions overlap in one room.\n"
        "-- כנס שנתי, speaker Dana Levi: “One” (30 Jan 2038, 09:00–10:00 Asia/Jerusalem) and "
        "“Two” (30 Jan 2038, 09:30–10:30 Asia/Jerusalem)\n"
        "-- 1 time a speaker is in two sessions at once; a person decides which.\n",
    )


def test_rooms_alone_decide_the_exit_status(event):
    f.run("alter table schedules drop constraint no_room_overlap")
    f.session(event=event, room="A")
    f.session(event=event, room="A")

    status, printed = find_overlaps("--speakers")

    assert status == 1
    assert printed.splitlines()[-2:] == [
        "-- 1 place to mend. Nothing was changed.",
        "-- No speaker is in two sessions at once.",
    ]


def test_hostile_names_stay_on_their_line(event):
    hostile = "%s {0}\n'; drop table schedules; --\r\x1b[31m\u202eab\u2028"
    for n in range(2):
        f.session(event=event, title=hostile * 100, speaker_name=hostile, room=f"{n}")

    (line,) = map(str, conflicts.speaker_overlaps())

    assert line.isprintable()
    assert len(line) < 1000


@pytest.mark.parametrize("number", [2, 40])
def test_speaker_overlaps_statement_count(event, number, django_assert_num_queries):
    for n in range(number):
        f.session(event=event, speaker_name="x", room=f"{n}")

    with django_assert_num_queries(4):
        assert conflicts.room_overlaps() == []
        assert len(conflicts.speaker_overlaps()) == number * (number - 1) // 2

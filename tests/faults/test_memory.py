"""The worst rows there can be, and a page full of them: the web process hardly grows."""

import json
import re
from contextlib import closing
from pathlib import Path

import pytest

from tests import factories as f
from tests.faults.processes import web

pytestmark = [pytest.mark.long, pytest.mark.once]

ROWS = 25
MOST = 100  # MB
LISTS = (
    "/admin/ai_audit/pendingsuggestion/",
    "/admin/ai_audit/suggestion/",
    "/admin/ai_audit/suggestion/?size=100",
    "/admin/scheduling/schedule/",
)
# The widest there is in Python's memory: one such character, and each of a text takes four bytes.
WIDE = "\N{PARTY POPPER}"


@pytest.fixture(autouse=True)
def _as_long_as_it_takes(monkeypatch):
    """What is measured here is memory, also where others keep the cores busy."""
    monkeypatch.setenv("STATEMENT_LIMIT", "120")


def state(**more):
    """Every text as long as is read, and more."""
    texts = dict.fromkeys(("title", "room", "location", "track", "speaker_name"), WIDE + "x" * 1999)
    long = dict.fromkeys(("description", "speaker_bio"), WIDE + "x" * 19_999)
    return texts | long | {"start_time": "2038-01-30T09:00", "end_time": "2038-01-30T10:00"} | more


def widest():
    claimed = [{"id": str(n), "title": WIDE + "x" * 600, "message": "y" * 600} for n in range(300)]
    return {
        "proposed_state": state(),
        "changes": state(),
        "current_state": state(),
        "reasoning": WIDE + "x" * 20_000,
        "reason": WIDE + "x" * 20_000,
        "conflicts_detected": {"room": claimed[:150], "speaker": claimed[150:]},
    }


SHAPES = {
    "ten megabytes": lambda: {"proposed_state": {"title": "A"}, "blob": "x" * 10_000_000},
    "ten megabytes in a known key": lambda: {"reasoning": "x" * 10_000_000},
    "little as it is stored": lambda: {"current_state": {"title": "x" * 50_000_000}},
    "keys": lambda: {f"{n:05}": n for n in range(100_000)},
    "as many keys as are read": lambda: {f"{n:05}{WIDE}": n for n in range(38_000)},
    "lists": lambda: {"proposed_state": {"title": [[]] * 120_000}},
    "claims": lambda: {"conflicts_detected": [[]] * 120_000},
    "kinds": lambda: {"conflicts_detected": {str(n): [{}] for n in range(30_000)}},
    "text": widest,
}


def filled(noa, event, shape):
    """A page of such rows, each about a session of its own whose texts are as bad."""
    f.run(
        "with made as (insert into schedules (event_id, title, description, speaker_bio, location,"
        " track, speaker_name, start_time, end_time)"
        " select %s, repeat('t', 1000000), repeat('d', 10000000), %s || repeat('x', 19999),"
        " repeat('l', 1000000), repeat('x', 1000000), repeat('s', 1000),"
        " now() + interval '1 day' * n, now() + interval '1 day' * n + interval '1 hour'"
        " from generate_series(1, %s) as n returning id)"
        " insert into ai_insights_log (user_id, event_id, action_type, action_data)"
        " select %s, %s, 'schedule_update', %s::jsonb || jsonb_build_object('schedule_id', id)"
        " from made",
        event.pk,
        WIDE,
        ROWS,
        noa.profile_id,
        event.pk,
        json.dumps(SHAPES[shape]()),
    )


def megabytes(process, what: str) -> float:
    written = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(rf"{what}:\s+(\d+) kB", written)[1]) / 1000


@pytest.mark.parametrize("shape", ["ten megabytes", "text"])
def test_memory_page_of_worst_rows(committing, noa, event, shape):
    measure(noa, event, shape)


@pytest.mark.parametrize("shape", sorted(SHAPES.keys() - {"ten megabytes", "text"}))
def test_memory_page_of_bad_rows(committing, noa, event, shape):
    measure(noa, event, shape)


def measure(noa, event, shape):
    with web(noa.user) as there:
        for page in LISTS:
            with closing(there.send("GET", page)) as asked:
                assert asked.getresponse().status == 200
        filled(noa, event, shape)
        for page in LISTS:
            Path(f"/proc/{there.process.pid}/clear_refs").write_text("5")
            before = megabytes(there.process, "VmRSS")
            with closing(there.send("GET", page)) as asked:
                answer = asked.getresponse()
                assert answer.status == 200
                shown = answer.read()
            grown = megabytes(there.process, "VmHWM") - before
            print(shape, page, round(grown), "MB", len(shown))
            assert grown < MOST, (page, grown)

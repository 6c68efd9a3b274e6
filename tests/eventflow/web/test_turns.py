"""Turns for long answers: each held on its connection until it is closed, and only so many."""

import itertools
import time

import psycopg
import pytest

from eventflow.db import database
from eventflow.web import long_answers
from eventflow.web.long_answers import LongAnswer, TooManyAnswers
from tests.faults.processes import database_url

pytestmark = pytest.mark.django_db

PERSON = "a person"
KEYS = [database.advisory_key("turn", PERSON, str(n)) for n in range(long_answers.FOR_ONE)]


@pytest.fixture
def elsewhere():
    """A process of its own, as far as the database knows."""
    with psycopg.connect(database_url(), autocommit=True) as raw:
        yield raw


@pytest.fixture
def threads(monkeypatch):
    """This process has four of them."""
    monkeypatch.setattr(long_answers, "_free", None)
    long_answers.share(4)


def taken(elsewhere) -> int:
    """How many of the person's turns are taken."""
    free = [elsewhere.execute("select pg_try_advisory_lock(%s)", [key]).fetchone() for key in KEYS]
    elsewhere.execute("select pg_advisory_unlock_all()")
    return free.count((False,))


@pytest.mark.parametrize("read", [0, 1, None])
def test_long_answer_until_closed(elsewhere, threads, read):
    ended = []

    def pieces():
        try:
            yield from ("a", "b")
        finally:
            ended.append(True)

    for _ in range(3):
        turn = LongAnswer(PERSON).of(pieces())
        list(itertools.islice(turn, read))
        assert taken(elsewhere) == 1
        turn.close()
        turn.close()
        assert taken(elsewhere) == 0
    assert len(ended) == 3


def test_long_answers_per_person_bounded(elsewhere, threads):
    for key in KEYS:
        elsewhere.execute("select pg_advisory_lock(%s)", [key])

    with pytest.raises(TooManyAnswers) as refused:
        LongAnswer(PERSON)
    assert refused.value.own
    other = LongAnswer("another person")
    # As when that process is killed; the server hears of it a moment later.
    elsewhere.close()
    _had_soon(PERSON).close()
    other.close()


def _had_soon(person) -> LongAnswer:
    for _attempt in range(1000):
        try:
            return LongAnswer(person)
        except TooManyAnswers:
            time.sleep(0.01)
    return LongAnswer(person)


def test_long_answers_half_of_threads(elsewhere, threads):
    held = [LongAnswer("one"), LongAnswer("another")]

    with pytest.raises(TooManyAnswers) as refused:
        LongAnswer(PERSON)
    assert not refused.value.own
    assert taken(elsewhere) == 0
    held.pop().close()
    LongAnswer(PERSON).close()
    held.pop().close()


def test_long_answer_with_lost_connection(elsewhere, threads):
    turn = LongAnswer(PERSON)
    database.unlock("turn", PERSON, "0")

    turn.close()

    assert taken(elsewhere) == 0


def test_long_answer_small_pieces():
    turn = LongAnswer(PERSON).of(["x" * (2 * long_answers.PIECE + 1), "", "y"])

    assert [len(piece) for piece in turn] == [long_answers.PIECE, long_answers.PIECE, 1, 1]
    turn.close()

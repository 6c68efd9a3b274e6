"""Lists reach PostgreSQL as the arrays that psycopg itself would write."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import DataError, connection
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.django_db

texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])) | (
    st.sampled_from(["", "null", "NULL", "{}", '"', "\\", "a,b", " a ", "'", "%s", "\u2003", "\n"])
)
zones = st.sampled_from([UTC, timezone(timedelta(hours=-3, minutes=-30))])
KINDS = {
    "text": texts,
    "uuid": st.uuids(),
    "timestamptz": st.datetimes(datetime(1900, 1, 1), datetime(9999, 1, 1), timezones=zones),
    "bool": st.booleans(),
    "bigint": st.integers(-(2**63), 2**63 - 1),
}


@given(data=st.data(), kind=st.sampled_from([*KINDS]))
def test_arrays_round_trip(data, kind):
    items = data.draw(st.lists(st.none() | KINDS[kind], max_size=5))

    with connection.cursor() as cursor:
        cursor.execute(f"select %s::{kind}[], %s::text", [items, "beside"])
        assert cursor.fetchone() == (items, "beside")


@pytest.mark.parametrize(
    ("kind", "items"),
    [
        ("int[]", []),
        ("text[]", [None]),
        ("int[]", [[1], [2]]),
        ("text[]", [["a"], [None]]),
        ("bytea[]", [b"x"]),
        ("float[]", [1.5, None]),
    ],
)
def test_arrays_without_fast_path(kind, items):
    with connection.cursor() as cursor:
        cursor.execute(f"select %s::{kind}", [items])
        assert cursor.fetchone() == (items,)


def test_arrays_impossible_text():
    with connection.cursor() as cursor, pytest.raises((DataError, ValueError)):
        cursor.execute("select %s::text[]", [["a", "b\0"]])

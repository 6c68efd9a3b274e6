"""What goes along with a statement: done before it, in its order, and never lost or done twice."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ai_audit.models import Suggestion
from eventflow.db import acting, database
from eventflow.db.postgresql.ahead import Ahead
from tests import factories as f

SETTING = "select current_setting('eventflow.told', true)"


def telling(text, seen=None):
    return Ahead("select set_config('eventflow.told', %s, true)", [text], seen)


def told():
    return f.run(SETTING)[0][0]


@pytest.mark.django_db
def test_ahead_runs_before_in_one_trip():
    seen = []
    connection.send_ahead(telling("one", seen.append))
    connection.send_ahead(telling("100 %"))

    with CaptureQueriesContext(connection) as captured:
        assert told() == "100 %"
        assert told() == "100 %"

    assert seen == [("one",)]
    assert [query["sql"].count("set_config") for query in captured] == [2, 0]


@pytest.mark.django_db
def test_ahead_answer_of_statement():
    connection.send_ahead(telling("one"))
    with connection.cursor() as cursor:
        cursor.execute("select n from generate_series(1, %s) as n", [3])
        assert (cursor.rowcount, cursor.fetchall()) == (3, [(1,), (2,), (3,)])

    connection.send_ahead(telling("two"))
    assert Suggestion.objects.filter(pk=uuid.uuid4()).update(execution_error="") == 0


@pytest.mark.django_db
def test_ahead_with_many_and_chunks():
    f.run("create temporary table told (text text)")
    connection.send_ahead(telling("many"))
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into told select %s || current_setting('eventflow.told')", [("a",), ("b",)]
        )
    assert f.run("select text from told") == [("amany",), ("bmany",)]

    connection.send_ahead(telling("chunks"))
    list(Suggestion.objects.iterator())
    assert told() == "chunks"


@pytest.mark.django_db
def test_ahead_unadaptable_sends_nothing():
    connection.send_ahead(telling("one"))
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("select %s", [object()])

    assert told() == "one"


@pytest.mark.django_db(transaction=True)
def test_ahead_before_commit_not_after_rollback():
    f.run("create table public.told (text text)")
    try:
        with transaction.atomic():
            connection.send_ahead(Ahead("insert into told values ('kept')"))
        with transaction.atomic():
            connection.send_ahead(Ahead("insert into told values ('rolled back')"))
            transaction.set_rollback(True)
        assert f.run("select text from public.told") == [("kept",)]
        with pytest.raises(DatabaseError), transaction.atomic():
            connection.send_ahead(Ahead("insert into told values (1 / 0)"))
        assert f.run("select text from public.told") == [("kept",)]
    finally:
        f.run("drop table public.told")


@pytest.mark.django_db(transaction=True)
def test_what_is_seen_too_late_to_be_right_is_not_committed():
    def never(_row):
        raise LookupError

    def act():
        with transaction.atomic():
            f.run("create table public.told (text text)")
            connection.send_ahead(Ahead("select 1", seen=never))

    with pytest.raises(LookupError):
        act()

    assert f.run("select to_regclass('public.told') is null") == [(True,)]


@pytest.mark.django_db
def test_ahead_rolled_back_with_savepoint():
    f.run("create temporary table told (text text)")
    with transaction.atomic():
        connection.send_ahead(Ahead("insert into told values ('rolled back')"))
        transaction.set_rollback(True)

    assert f.run("select text from told") == []


@pytest.mark.django_db
@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("before", [False, True])
def test_ahead_savepoint_without_trip(fails, before):
    f.run("create temporary table told (text text)")
    statement = "insert into told values (%s)"

    def act():
        with acting.savepoint():
            f.run(statement, "in it")
            if fails:
                f.run("select 1 / 0")

    with transaction.atomic():
        if before:
            connection.send_ahead(Ahead(statement, ["before"]))
        if fails:
            with pytest.raises(DatabaseError):
                act()
        else:
            with CaptureQueriesContext(connection) as captured:
                act()
            assert len(captured) == 1
        f.run(statement, "after")

    expected = [*(["before"] if before else []), *([] if fails else ["in it"]), "after"]
    assert [text for (text,) in f.run("select text from told")] == expected


@pytest.mark.django_db
def test_ahead_empty_savepoint_unsent():

    def act():
        with acting.savepoint():
            connection.send_ahead(telling("never"))
            raise LookupError

    with pytest.raises(LookupError):
        act()
    with acting.savepoint():
        pass

    with CaptureQueriesContext(connection) as captured:
        assert told() in (None, "")
    assert len(captured) == 1
    assert "savepoint" not in captured[0]["sql"]


@pytest.mark.django_db
def test_ahead_role_after_failed_statement():
    """What is seen of the role would be lost with it."""
    own = f.run("select current_user::text, current_setting('search_path')")
    with transaction.atomic(), database.acting_as(uuid.uuid4()):
        with pytest.raises(DatabaseError), database.checking_deferred():
            f.run("select 1 / 0")
        assert f.run("select current_user::text") == [(database.WRITER_ROLE,)]

    assert f.run("select current_user::text, current_setting('search_path')") == own


@pytest.mark.django_db
def test_acting_takes_no_trip_of_its_own():
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        with database.acting_as(uuid.uuid4()):
            f.run("select 1")
        f.run("select 2")

    assert len(captured) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("found", ["a row", None])
def test_ahead_setting_around_query(found):
    """Which the person could not read."""
    f.run("create table backoffice.rows_of_ours as select %s::text as text", found)
    seen = []
    around = acting.Around(
        "<100 %", "select text from backoffice.rows_of_ours", [], ">", seen.append
    )
    with transaction.atomic(), database.acting_as(uuid.uuid4(), {"eventflow.told": around}):
        assert told() == f"<100 %{found or 'null'}>"

    assert seen == [found]


@pytest.mark.django_db
@pytest.mark.parametrize("wait", [True, False])
def test_ahead_locks_as_one_by_one(wait):
    ids = [uuid.UUID(int=n * 7919) for n in range(20)]
    query = "select unnest(%s::uuid[]) order by 1"
    with transaction.atomic():
        assert database.lock_each_in_transaction(query, [ids], "event", wait=wait)
        held = f.run(
            "select (classid::bigint << 32) | objid::bigint from pg_locks"
            " where locktype = 'advisory' and pid = pg_backend_pid()"
        )

    assert {key for (key,) in held} >= {database.advisory_key("event", str(pk)) for pk in ids}
    assert database.lock_each_in_transaction(query, [[]], "event", wait=wait)

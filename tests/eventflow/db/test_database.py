"""The connection itself: acting as someone, locks, odd timestamps, search path, errors."""

import json
import uuid
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from eventflow.db import acting, database
from eventflow.db.postgresql.base import FAR_FUTURE, FAR_PAST
from tests import factories as f

PROFILE = uuid.UUID("11111111-1111-4111-8111-111111111111")
WHO = (
    "select current_user::text, current_setting('request.jwt.claims', true),"
    " auth.uid(), auth.role()"
)


def myself():
    return f.run("select session_user::text")[0][0]


@pytest.mark.django_db
def test_acting_as_sets_and_restores():
    with transaction.atomic(), database.acting_as(PROFILE):
        ((role, _claims, uid, claimed),) = f.run(WHO)
        assert (role, uid, claimed) == ("authenticated", PROFILE, "authenticated")

    assert f.run(WHO) == [(myself(), "", None, None)]


@pytest.mark.django_db
def test_acting_as_platform_search_path():
    """A table of ours is never taken for one of the product's."""
    f.run("create table public.twins (); create table backoffice.twins (mine int)")
    f.run("grant usage on schema backoffice to authenticated")
    path = "select current_setting('search_path'), 'twins'::regclass = 'public.twins'::regclass"
    own = f.run(path)
    with transaction.atomic():
        with database.acting_as(PROFILE):
            assert f.run(path) == [("public, extensions", True)]
        assert f.run(path) == own == [("backoffice, public, extensions", False)]


@pytest.mark.django_db
def test_search_path_after_error():
    with pytest.raises(DatabaseError), transaction.atomic(), database.acting_as(PROFILE):
        f.run("select 1 / 0")

    assert f.run("select current_setting('search_path')") == [("backoffice, public, extensions",)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "email", "aal"),
    [
        (PROFILE, "", "aal1"),
        (database.Person(PROFILE, "noa@example.com", database.AAL2), "noa@example.com", "aal2"),
    ],
)
def test_acting_as_claims(who, email, aal):
    with transaction.atomic(), database.acting_as(who):
        ((_role, claims, uid, _claimed),) = f.run(WHO)

    assert (json.loads(claims), uid) == (
        {"sub": str(PROFILE), "role": "authenticated", "email": email, "aal": aal},
        PROFILE,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("insert into events (name, start_date) values ('x', now())", "events"),
        ("select from backoffice.django_session", None),
        ("select from auth.users", "users"),
        ("select from no_such_table", None),
        ("select 1 / 0", None),
    ],
)
def test_policy_refusal_told_from_others(statement, table):
    with transaction.atomic():
        with (
            pytest.raises(DatabaseError) as error,
            database.acting_as(PROFILE),
            transaction.atomic(),
        ):
            f.run(statement)
        expected = table or ("schedules" if "django_session" in statement else None)
        assert database.refusing_policy(error.value, "schedules") == expected


@pytest.mark.django_db(transaction=True)
def test_acting_as_outside_transaction():
    with pytest.raises(acting.RoleNotInForce), database.acting_as(PROFILE):
        pass

    assert f.run("select current_user = session_user") == [(True,)]


@pytest.mark.django_db
@pytest.mark.parametrize("value", [0, object()])
def test_role_after_error(value):
    """One the database raises, which fails the transaction, and one before it is asked."""

    def act():
        with transaction.atomic(), database.acting_as(PROFILE):
            f.run("select 1 / %s", value)

    with pytest.raises(DatabaseError):
        act()

    assert f.run("select current_user = session_user") == [(True,)]


@pytest.mark.django_db
def test_acting_as_error_in_inner_savepoint():
    with transaction.atomic(), database.acting_as(PROFILE):
        with pytest.raises(DatabaseError), transaction.atomic():
            f.run("select 1/0")
        assert f.run("select current_user") == [(database.WRITER_ROLE,)]


@pytest.mark.django_db
def test_acting_as_role_lost_in_savepoint():
    with transaction.atomic():
        savepoint = transaction.savepoint()
        with pytest.raises(acting.RoleNotInForce), database.acting_as(PROFILE):
            transaction.savepoint_rollback(savepoint)


@pytest.mark.django_db
def test_acting_as_error_with_role_lost():
    def act():
        with transaction.atomic():
            savepoint = transaction.savepoint()
            with database.acting_as(PROFILE):
                transaction.savepoint_rollback(savepoint)
                raise LookupError

    with pytest.raises(LookupError):
        act()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "loaded"),
    [
        ("infinity", FAR_FUTURE),
        ("-infinity", FAR_PAST),
        ("294276-12-31 23:59:59+00", FAR_FUTURE),
        ("10000-01-01+00", FAR_FUTURE),
        ("9999-12-31 23:59:59.999999+00", FAR_FUTURE),
        ("9999-12-30 00:00+00", FAR_FUTURE),
        ("9999-12-29 23:59+00", datetime(9999, 12, 29, 23, 59, tzinfo=UTC)),
        ("2038-01-30 09:00:00.123456+02", datetime(2038, 1, 30, 7, 0, 0, 123456, tzinfo=UTC)),
        ("1850-01-01 00:00+02:20:54", datetime(1849, 12, 31, 21, 39, 6, tzinfo=UTC)),
        ("0001-01-03 00:00+00", datetime(1, 1, 3, tzinfo=UTC)),
        ("0001-01-01 00:00+00", FAR_PAST),
        ("0001-12-31 00:00+00 BC", FAR_PAST),
        ("4713-01-01 00:00+00 BC", FAR_PAST),
        (None, None),
    ],
)
def test_timestamps_loaded_in_utc(written, loaded):
    ((found,),) = f.run("select %s::timestamptz", written)

    assert found == loaded
    assert found is None or found.tzinfo == UTC


@pytest.mark.django_db
def test_far_moments_in_every_zone():
    for moment in (FAR_FUTURE, FAR_PAST):
        for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
            ((found,),) = f.run("select %s::timestamptz at time zone %s", moment, zone)
            assert found.year in (1, 9999)


@pytest.mark.django_db(transaction=True)
def test_search_path_on_new_connection():
    for _time in range(2):
        connection.close()
        assert f.run("select current_setting('search_path')") == [
            ("backoffice, public, extensions",)
        ]


def test_advisory_key_same_everywhere():
    assert database.advisory_key("event", "x") == -5463199474846855879
    assert database.advisory_key("event", "y") != database.advisory_key("event", "x")
    assert database.advisory_key("a", "b") != database.advisory_key("ab")


@pytest.mark.parametrize("parts", [("event", str(uuid.UUID(int=n))) for n in range(20)])
def test_advisory_key_fits_postgresql(parts):
    assert -(2**63) <= database.advisory_key(*parts) < 2**63


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "constraint", "sqlstate", "contention", "message"),
    [
        ("select 1/0", None, "22012", False, "division by zero"),
        (
            "insert into events (name) values ('x')",
            None,
            "23502",
            False,
            'null value in column "start_date" of relation "events" violates not-null constraint',
        ),
        (
            "insert into user_profiles (id, full_name) values (gen_random_uuid(), 'x')",
            "user_profiles_id_fkey",
            "23503",
            False,
            'insert or update on table "user_profiles" violates foreign key constraint '
            '"user_profiles_id_fkey"',
        ),
        ("do $$ begin raise 'held' using errcode = '55P03'; end $$", None, "55P03", True, "held"),
        ("do $$ begin raise 'dead' using errcode = '40P01'; end $$", None, "40P01", True, "dead"),
        ("do $$ begin raise 'both' using errcode = '40001'; end $$", None, "40001", True, "both"),
    ],
)
def test_error_constraint_named(statement, constraint, sqlstate, contention, message):
    with pytest.raises(DatabaseError) as raised, transaction.atomic():
        f.run(statement)

    error = raised.value
    assert database.violated_constraint(error) == constraint
    assert database.sqlstate(error) == sqlstate
    assert database.is_contention(error) == contention
    assert database.message(error) == message


def test_message_of_error_without_database():
    error = DatabaseError("Nobody there")

    assert database.violated_constraint(error) is None
    assert database.sqlstate(error) is None
    assert not database.is_contention(error)
    assert database.message(error) == "Nobody there"


@pytest.mark.django_db
def test_jit_off_for_pages():
    with connection.cursor() as cursor:
        cursor.execute("show jit")
        assert cursor.fetchone() == ("off",)

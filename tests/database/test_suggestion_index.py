"""The suggestion index and the daily figures: equal to the log, whoever writes, and mended."""

import json
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import available_timezones

import pytest
from django.core.management import call_command
from django.db import DataError, connection, transaction
from hypothesis import given, reject
from hypothesis import strategies as st

from ai_audit import schema, workflow
from ai_audit.models import IndexedSuggestion
from ai_audit.proposals import claims
from ai_audit.reports import index
from eventflow.db import database
from eventflow.sql import InBatches
from eventflow.text.bidi import isolate, ltr
from scheduling import times
from scheduling.conflicts import Kind
from tests import factories as f
from tests.ai_audit import hostile
from tests.ai_audit.workflow.test_lifecycle_properties import World, sequences
from tests.database import steps
from tests.databases import empty_product_tables
from tests.factories import run

pytestmark = pytest.mark.django_db


def indexed(suggestion) -> IndexedSuggestion:
    return IndexedSuggestion.objects.get(pk=suggestion.pk)


def in_step() -> bool:
    return not index.verify()


def figures_from_scratch() -> dict:
    """What is counted by statuses, reasons, claims and kinds, and apart, in plain Python."""
    counted = {}
    by_hand = {pk for (pk,) in run("select suggestion_id from backoffice.made_by_hand")}
    links = {
        pk: "undoing" if undoes else "edited"
        for pk, undoes in run("select suggestion_id, undoes from backoffice.suggestion_links")
    }

    def count(row, figure, key):
        day = row.suggested_at.astimezone(times.zone(None)).date()
        at = (row.organization_id, day, figure, key)
        counted[at] = counted.get(at, 0) + 1

    for row in IndexedSuggestion.objects.all():
        unreadable = row.action == "other" or "invalid" in (row.found or ())
        apart = "hand" if row.pk in by_hand else links.get(row.pk)
        if apart or unreadable:
            count(row, "apart", apart or "unreadable")
            continue
        count(row, "status", f"{row.action}:{row.status}")
        if row.reason is not None:
            count(row, row.status, row.reason)
        if row.claim is not None:
            count(row, "claim", row.claim)
        if row.claim is None:
            continue
        for kind in row.claimed:
            if kind in row.found:
                count(row, "right", kind)
            elif kind != "other":
                count(row, "wrong", kind)
        for kind in row.found:
            if kind not in row.claimed:
                count(row, "missed", kind)
    return counted


def figures() -> dict:
    return {
        (organization, day, figure, key): n
        for organization, day, figure, key, n in run(
            "select organization_id, day, figure, key, n from backoffice.daily_figures"
            " where figure <> 'waited'"
        )
    }


def refresh() -> None:
    while index.refresh_figures():
        pass


@given(sequence=sequences)
def test_index_always_in_step(noa, sequence):
    colleague = f.profile(organization=noa.profile.organization, full_name="Dana")
    stranger = f.profile(organization=f.organization(name="Elsewhere"))
    world = World(
        {"noa": noa, "dana": f.staff(profile=colleague), "stranger": f.staff(profile=stranger)}
    )
    for n, step in enumerate(sequence):
        world.take(step)
        assert in_step(), step
        if n % 3 == 0:
            index.refresh_figures()
    refresh()

    assert in_step()
    assert figures() == figures_from_scratch()
    assert index.rebuild() == 0
    for suggestion in world.suggestions.values():
        assert indexed(suggestion).status == f.whole_row(suggestion)["execution_status"]


def test_index_decision_columns(noa, event):
    f.session(event=event, title="Taken", room="חדר A", start=f.at(11))
    data = f.create_data() | {"conflicts_detected": {"speaker": ["x"]}, "vip_affected": True}
    suggestion = f.suggestion(user=noa.profile, event=event, data=data)
    new = indexed(suggestion)
    assert (new.status, new.action, new.claimed, new.found, new.claim, new.vip) == (
        "suggested",
        "schedule_create",
        ["speaker"],
        None,
        None,
        True,
    )
    assert (new.decided_at, new.decider_id, new.waited, new.reason) == (None, None, None, None)
    assert new.suggested_at == suggestion.created_at
    assert new.requested_start == datetime(2038, 1, 30, 9, 15, tzinfo=UTC)

    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))

    failed = indexed(suggestion)
    [(first,)] = run("select min(at) from backoffice.decision_history")
    assert (failed.status, failed.claimed, failed.found, failed.claim) == (
        "failed",
        ["speaker"],
        ["room"],
        "missed",
    )
    assert (failed.decided_at, failed.decider_id, failed.approver_id) == (
        first,
        noa.profile_id,
        noa.profile_id,
    )
    assert failed.waited == max(round((first - suggestion.created_at).total_seconds() - 0.5), 0)
    assert "Taken" not in failed.reason
    assert failed.reason.startswith("… is taken by")

    workflow.reject(
        suggestion_id=f.suggestion(user=noa.profile, event=event).pk, by=noa, reason="אין מקום"
    )
    assert IndexedSuggestion.objects.get(status="rejected").reason == "אין מקום"


def test_many_in_one_statement_are_indexed_in_one(noa, event):
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into ai_insights_log (user_id, event_id, action_type, action_data)"
            " select %s, %s, 'x', '{}' from generate_series(1, 300)",
            [noa.profile_id, event.pk],
        )
        cursor.execute("update ai_insights_log set execution_status = 'rejected'")

    assert IndexedSuggestion.objects.filter(status="rejected", action="other").count() == 300
    assert in_step()


@pytest.mark.parametrize(
    "moment", ["infinity", "-infinity", "20000-01-01", "4000-01-01 BC", "294276-12-31 12:00+00"]
)
def test_index_any_moment(noa, event, moment):
    run(
        "insert into ai_insights_log (user_id, event_id, action_type, action_data, created_at,"
        " suggested_at) values (%s, %s, 'x', '{}', %s, %s)",
        noa.profile_id,
        event.pk,
        moment,
        moment,
    )
    run("update ai_insights_log set execution_status = 'rejected'")

    refresh()

    assert in_step()
    assert figures() == {}
    f.suggestion(user=noa.profile, event=event)
    refresh()
    assert list(figures().values()) == [1]


@given(data=hostile.JSON, action=st.sampled_from(["schedule_create", "x", "\u202e"]))
def test_index_any_content(noa, event, data, action):
    try:
        with transaction.atomic():
            suggestion = f.suggestion(user=noa.profile, event=event, data=data, action_type=action)
    except (DataError, ValueError):
        # What PostgreSQL's jsonb does not hold either.
        try:
            with transaction.atomic():
                run("select %s::jsonb", json.dumps(data))
        except (DataError, ValueError):
            reject()
        raise

    assert indexed(suggestion).status == "suggested"


KINDS = {Kind.ROOM: "room", Kind.SPEAKER: "speaker", Kind.CAPACITY: "capacity"}
SPELLED = st.sampled_from(
    [
        *Kind,
        "Room",
        "ROOM-conflict",
        "room name",
        "the_room__name",
        "speakers",
        "double booked speaker",
        "over capacity",
        "room_capacity",
        "nonsense",
        "",
        "-room-",
        "מקום",
    ]
)
NAMED = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        0.0,
        "",
        "x",
        [],
        {},
        [None],
        ["x"],
        [{}, 0],
        [0, {"id": 1}],
        {"title": "x"},
    ]
)
DETECTED = (
    NAMED
    | st.dictionaries(SPELLED, NAMED, max_size=4)
    | st.lists(
        NAMED
        | st.fixed_dictionaries(
            {},
            optional={"kind": SPELLED, "type": SPELLED, "conflict_type": SPELLED, "title": NAMED},
        ),
        max_size=4,
    )
)


@given(detected=DETECTED)
def test_index_claimed_kinds_as_shown(noa, detected):
    shown = claims.claims({"conflicts_detected": detected}).conflicts
    expected = {
        KINDS.get(claims._kind(spelled), "other") for spelled, claimed in shown.items() if claimed
    }

    assert run("select backoffice.claimed_kinds(%s::jsonb)", json.dumps(detected)) == [
        (sorted(expected),)
    ]


_CLOCK = st.sampled_from(
    [
        "2038-01-30T11:15",
        "2038-01-30 11:15:30",
        "2038-07-30t11:15:30.123456789",
        "2038-01-30T11:15:30,5",
        "1900-01-01T00:00",
        "1899-12-31T23:59",
        "9998-12-31T23:59:59",
        "10000-01-01T00:00",
        "2038-02-30T11:15",
        "2038-01-30T24:00",
        "2038-01-30T23:59:60",
        "2038-01-30T11:60",
        "2038-01-30",
        "30/01/2038",
        "infinity",
        "now",
        "",
    ]
)
_OFFSET = st.sampled_from(
    ["", "", "Z", "z", "+02", "-0330", "+05:30", "+15:59", "+16:00", "-02:60", "+01:02:03", "+1"]
)
_ZONE = st.sampled_from(
    [None, "", " ", "Asia/Jerusalem", "America/New_York", "UTC", "Mars/Olympus Mons", "x" * 300]
)


@given(clock=_CLOCK, offset=_OFFSET, zone=_ZONE, around=st.sampled_from(["", " ", "\n"]))
def test_index_moment_as_shown(noa, clock, offset, zone, around):
    written = around + clock + offset + around
    try:
        expected = times.parse(written, zone=times.zone(zone)).at
    except times.BadTime:
        expected = None

    assert run("select backoffice.moment(%s, %s)", written, zone) == [(expected,)]


def test_index_reason_without_isolates():
    inner = f"{isolate('A')} is taken by {isolate('פאנל ' + ltr('09:00'))}."

    def unnamed(text):
        return run("select backoffice.unnamed(%s)", text)[0][0]

    assert unnamed(inner) == "… is taken by …."
    assert unnamed("plain") == "plain"
    assert unnamed("\u2066never closed") == "\u2066never closed"
    assert unnamed(None) is None
    assert len(unnamed("x" * 100_000)) == 200


DRIFTS = {
    "surplus": "insert into backoffice.suggestion_index select uuid_generate_v4(), organization_id,"
    " event_id, requester_id, approver_id, action, status, suggested_at, decided_at, decider_id,"
    " executed_at, waited, requested_start, vip, claimed, found, claim, reason, words"
    " from backoffice.suggestion_index limit 1",
    "missing": "delete from backoffice.suggestion_index where status = 'rejected'",
    "different": "update backoffice.suggestion_index set vip = not vip where status = 'rejected'",
}


@pytest.fixture
def two(noa, event):
    suggestions = [f.suggestion(user=noa.profile, event=event) for _ in range(2)]
    workflow.reject(suggestion_id=suggestions[0].pk, by=noa, reason="אין מקום")
    refresh()
    assert in_step()
    return suggestions


def rebuild_index(*args) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("rebuild_index", *args, stdout=out, verbosity=0)
    except SystemExit as exit:
        return exit.code, out.getvalue()
    return 0, out.getvalue()


@pytest.mark.parametrize("how", DRIFTS)
def test_drift_is_found_and_mended(two, how):
    before = f.whole_table("backoffice.suggestion_index")
    run(DRIFTS[how])

    code, told = rebuild_index("--verify")

    numbers = {kind: int(kind == how) for kind in ("missing", "surplus", "different")}
    assert code == 1
    assert told.startswith(
        "The index has drifted: {missing} rows are missing, {surplus} belong to no suggestion,"
        " {different} differ;".format(**numbers)
    )
    assert told.rstrip().endswith(f" {how}")
    if how != "surplus":
        assert f"  {two[0].pk} {how}\n" in told
    assert rebuild_index() == (0, "2 suggestions are indexed; 1 rows were not in step.\n")
    assert f.whole_table("backoffice.suggestion_index") == before
    assert rebuild_index("--verify") == (
        0,
        "The index and the daily figures are what they should be.\n",
    )
    assert rebuild_index() == (0, "2 suggestions are indexed; 0 rows were not in step.\n")


@pytest.mark.parametrize(
    "change",
    [
        "update backoffice.daily_figures set n = n + 1 where figure = 'rejected'",
        "delete from backoffice.daily_figures where figure = 'rejected'",
        "insert into backoffice.daily_figures select organization_id, day, 'rejected', 'x', 1"
        " from backoffice.daily_figures limit 1",
    ],
)
def test_figures_altered_found_and_mended(two, change):
    before = figures()
    run(change)
    code, told = rebuild_index("--verify")
    assert (code, "the figures of 1 days differ." in told) == (1, True)

    rebuild_index()

    assert figures() == before
    assert in_step()


def test_index_event_changed_hands(two, event):
    elsewhere = f.organization(name="Elsewhere")
    event.organization = elsewhere
    event.save(update_fields=["organization"])
    assert index.verify().different == 2

    assert index.rebuild() == 2

    assert {row.organization_id for row in IndexedSuggestion.objects.all()} == {elsewhere.pk}
    assert in_step()
    assert {organization for organization, *_ in figures()} == {elsewhere.pk}


def test_rebuild_from_nothing(two):
    before = f.whole_table("backoffice.suggestion_index"), figures()
    for table in ("suggestion_index", "daily_figures", "stale_days"):
        run(f"delete from backoffice.{table}")

    assert index.rebuild() == 2

    assert (f.whole_table("backoffice.suggestion_index"), figures()) == before


def test_index_of_authenticated_write(noa, event):
    with database.acting_as(noa.profile_id):
        run(
            "insert into public.ai_insights_log (user_id, event_id, action_type, action_data)"
            " values (%s, %s, 'schedule_create', '{}')",
            noa.profile_id,
            event.pk,
        )
    assert IndexedSuggestion.objects.get().organization_id == event.organization_id
    for role in ("anon", "authenticated"):
        assert run(
            "select relname from pg_class where relnamespace = 'backoffice'::regnamespace"
            " and relkind = 'r' and has_table_privilege(%s, oid,"
            " 'select, insert, update, delete, truncate, references, trigger')",
            role,
        ) == []  # fmt: skip
        assert run(
            "select proname from pg_proc where pronamespace = 'backoffice'::regnamespace"
            " and has_function_privilege(%s, oid, 'execute')",
            role,
        ) == (steps.OPEN_ROUTINES if role == "authenticated" else [])  # fmt: skip


# Beside others: what is committed is seen, and emptied at the end.


@pytest.fixture
def beside(transactional_db, noa, event):
    suggestion = f.suggestion(user=noa.profile, event=event)
    refresh()
    with closing(steps.another_connection()) as other:
        other.autocommit = False
        yield suggestion, other
        other.rollback()
    empty_product_tables()


REJECT = "update public.ai_insights_log set execution_status = 'rejected'"


def test_rebuild_keeps_concurrent_decision(beside):
    suggestion, other = beside
    other.execute(REJECT)
    run("delete from backoffice.suggestion_index where false")
    done = []

    def rebuild():
        try:
            done.append(index.rebuild())
        finally:
            connection.close()

    thread = threading.Thread(target=rebuild)
    thread.start()
    steps.eventually(waiting)
    assert done == []
    other.commit()
    thread.join(60)

    assert done == [0]
    assert indexed(suggestion).status == "rejected"
    assert in_step()


def waiting() -> bool:
    with closing(steps.another_connection()) as watcher:
        return watcher.execute(
            "select exists (select from pg_stat_activity where datname = current_database()"
            " and wait_event_type = 'Lock' and query like '%for share%')"
        ).fetchone() == (True,)


def test_rebuild_batch_delays_decision(beside):
    suggestion, other = beside
    with transaction.atomic():
        run(index._LOCK, [suggestion.pk])
        run("select backoffice.index_suggestions(%s)", [suggestion.pk])
        other.execute("set local lock_timeout = '200ms'")
        with pytest.raises(connection.Database.errors.LockNotAvailable):
            other.execute(REJECT)
        other.rollback()
    other.execute(REJECT)
    other.commit()

    assert indexed(suggestion).status == "rejected"
    assert in_step()


def test_figures_refreshed_beside_open_transaction(beside):
    _suggestion, other = beside
    other.execute(REJECT)
    other.execute(
        "insert into public.ai_insights_log (user_id, event_id, action_type, action_data)"
        " select user_id, event_id, action_type, action_data from public.ai_insights_log"
    )

    refresh()

    before = {key: n for (*_, key), n in figures().items()}
    assert before == {"schedule_create:suggested": 1}
    other.commit()
    refresh()
    after = {key: n for (*_, key), n in figures().items()}
    assert after == {"schedule_create:rejected": 1, "schedule_create:suggested": 1}
    assert run("select count(*) from backoffice.stale_days") == [(0,)]
    assert in_step()


def test_figures_same_day_writers_do_not_wait(beside):
    suggestion, other = beside
    many = (
        "insert into public.ai_insights_log (user_id, event_id, action_type, action_data)"
        " select user_id, event_id, action_type, action_data from public.ai_insights_log"
        " cross join generate_series(1, 50)"
    )
    other.execute(many)
    other.execute(REJECT)

    with transaction.atomic():
        run("set local lock_timeout = '1s'")
        run(many)
        run(f"{REJECT} where id <> %s", suggestion.pk)
    other.commit()
    refresh()

    assert in_step()
    assert {key: n for (*_, key), n in figures().items()} == {"schedule_create:rejected": 101}


def test_figures_refreshed_by_one_at_a_time(beside):
    _suggestion, other = beside
    other.execute("select pg_advisory_xact_lock(hashtextextended('backoffice.daily_figures', 0))")
    run("insert into backoffice.stale_days select uuid_generate_v4(), '2038-01-30'")

    assert index.refresh_figures() == 0

    other.rollback()
    assert index.refresh_figures() == 1


_SOME_ZONE = st.sampled_from(
    [
        *sorted(available_timezones() - {"Factory", "localtime"}),
        *(
            "asia/jerusalem",
            "Israel Standard Time",
            "UTC+03:00",
            "GMT-4:30",
            "+0545",
            "IST",
            "EST ",
        ),
        *(
            "\u200fEurope/Berlin",
            "foo/bar+3",
            "Eastern Standard Time (Mexico)",
            "(UTC-11)",
            "Z",
            "9",
        ),
    ]
)


def read_otherwise(zone, clocks):
    """The clock times that are other moments to PostgreSQL than to the pages."""
    ours = []
    for clock in clocks:
        try:
            ours.append(times.parse(clock, zone=times.zone(zone)).at)
        except times.BadTime:
            ours.append(None)
    theirs = run("select backoffice.moment(c, %s) from unnest(%s::text[]) as c", zone, clocks)
    return [clock for clock, a, (b,) in zip(clocks, ours, theirs, strict=True) if a != b]


def both_know(zone, clock):
    """Whether the two tz databases have the same offsets around a clock time."""
    known = times.zone(zone)
    name = run("select backoffice.zone_name(%s)", zone)[0][0]
    if isinstance(known, times.UnknownZone) or name is None:
        return True
    if "/" in name and not run(
        "select from pg_timezone_names where lower(name) = %s", name.lower()
    ):
        return False
    at = datetime.fromisoformat(clock).replace(tzinfo=UTC)
    around = [at + timedelta(hours=n) for n in (-50, -26, -14, 0, 14, 26)]
    theirs = run("select at at time zone %s from unnest(%s::timestamptz[]) as at", name, around)
    return [at for (at,) in theirs] == [at.astimezone(known).replace(tzinfo=None) for at in around]


@given(
    zone=_SOME_ZONE,
    minutes=st.lists(st.integers(0, 90 * 365 * 24 * 60), min_size=30, max_size=30),
    year=st.integers(1970, 2060),
)
def test_index_local_times_as_shown(noa, zone, minutes, year):
    clocks = [f"{datetime(1970, 1, 1) + timedelta(minutes=n):%Y-%m-%dT%H:%M}" for n in minutes]
    known = times.zone(zone)
    day = datetime(year, 1, 1, tzinfo=UTC)
    while day.year == year:
        following = day + timedelta(days=1)
        if day.astimezone(known).utcoffset() != following.astimezone(known).utcoffset():
            local = day.astimezone(known).replace(tzinfo=None)
            clocks += [f"{local + timedelta(minutes=20 * n):%Y-%m-%dT%H:%M}" for n in range(78)]
        day = following

    assert [clock for clock in read_otherwise(zone, clocks) if both_know(zone, clock)] == []


@pytest.mark.parametrize(
    ("clock", "at"),
    [
        ("2038-10-31T01:30", datetime(2038, 10, 30, 22, 30, tzinfo=UTC)),
        ("2038-03-26T02:30", datetime(2038, 3, 26, 0, 30, tzinfo=UTC)),
    ],
)
def test_index_first_of_two_moments(noa, clock, at):
    assert run("select backoffice.moment(%s, 'Asia/Jerusalem')", clock) == [(at,)]


@given(
    written=st.builds(
        lambda *parts: "".join(parts),
        st.sampled_from(["2038-01-30T11:15", "2038-01-30 24:00", "2038-01-30T24:00:00.0000001"]),
        st.sampled_from(["", " "]),
        st.sampled_from(["", "Z", "+2:00", "+02", "-0530", "+2", "+200", "+2:0"]),
        st.sampled_from(["", " ", "  "]),
        st.sampled_from(
            ["", "[Asia/Jerusalem]", "[asia/tokyo]", "[IST]", "[]", "[ ]", "[+02:00]", "[[UTC]]"]
        ),
    )
)
def test_odd_spellings_are_read_alike(noa, written):
    assert read_otherwise("America/New_York", [written]) == []


# What the migration indexes anew


def test_index_updated_when_start_changes(noa, event):
    berlin = f.event(organization=event.organization, timezone="W. Europe Standard Time")
    doubtful = f.event(organization=event.organization, timezone="IST")
    made = {
        name: f.suggestion(user=noa.profile, event=where, data=f.create_data(start_time=start)).pk
        for name, where, start in [
            ("folded", event, "2038-10-31T01:30"),
            ("short offset", event, "2038-01-30T11:15+2:00"),
            ("by Windows", berlin, "2038-01-30T11:15"),
            ("in doubt", doubtful, "2038-01-30T11:15"),
            ("as it was", event, "2038-01-30T11:15"),
        ]
    }
    right = dict(IndexedSuggestion.objects.values_list("suggestion_id", "requested_start"))
    assert right == {
        made["folded"]: datetime(2038, 10, 30, 22, 30, tzinfo=UTC),
        made["short offset"]: datetime(2038, 1, 30, 9, 15, tzinfo=UTC),
        made["by Windows"]: datetime(2038, 1, 30, 10, 15, tzinfo=UTC),
        made["in doubt"]: None,
        made["as it was"]: f.at(11, 15),
    }
    as_it_was = {
        "folded": datetime(2038, 10, 30, 23, 30, tzinfo=UTC),
        "short offset": None,
        "by Windows": datetime(2038, 1, 30, 11, 15, tzinfo=UTC),
        "in doubt": f.at(11, 15),
        # No index ever held this: it tells what is not looked at.
        "as it was": f.at(20),
    }
    for name, start in as_it_was.items():
        run(
            "update backoffice.suggestion_index set requested_start = %s where suggestion_id = %s",
            start,
            made[name],
        )

    InBatches("ai_audit", "0030_index_again").database_forwards(
        "ai_audit", connection.schema_editor(), None, None
    )

    assert dict(IndexedSuggestion.objects.values_list("suggestion_id", "requested_start")) == {
        **right,
        made["as it was"]: f.at(20),
    }


# The zones in use


def zone_warnings():
    return [(found.id, found.msg) for found in schema.zones_in_use_are_known(databases=["default"])]


def test_check_zones_in_doubt(event):
    for name in ("Asia/Jerusalem", " israel STANDARD time", "UTC+5:30", "", None):
        f.event(organization=event.organization, timezone=name)
    assert zone_warnings() == []
    for name in ("IST", "ירושלים", "x" * 1000):
        f.event(organization=event.organization, timezone=name)

    [(code, said)] = zone_warnings()

    assert code == "ai_audit.W010"
    assert "'IST'" in said
    assert len(said) < 400


def test_check_zones_read_otherwise(event):
    f.event(organization=event.organization, timezone="America/New_York")
    run(
        "create or replace function backoffice.moment(written text, zone text)"
        " returns timestamptz language sql stable set search_path = pg_catalog, pg_temp"
        " as 'select written::timestamp at time zone zone'"
    )

    assert zone_warnings() == [
        (
            "ai_audit.W011",
            "PostgreSQL reads local times otherwise than the pages do in the time zones "
            "'America/New_York', 'Asia/Jerusalem'.",
        )
    ]

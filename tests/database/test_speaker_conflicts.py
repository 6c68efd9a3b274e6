"""`check_speaker_conflicts`: whom it finds, for whom, and how fast."""

import json

import pytest
from django.db import ProgrammingError, transaction

from tests import factories as f
from tests.factories import run
from tests.shapes import IN_PRODUCTION

CHECK = "select conflict_id from public.check_speaker_conflicts(%s, %s, %s, %s, %s)"


@pytest.fixture
def event(db):
    return f.event(organization=f.organization())


NINE, TEN = f.at(9), f.at(10)


def found(event, name, start=NINE, end=TEN, excluded=None) -> list:
    return [pk for (pk,) in run(CHECK, event and event.pk, name, start, end, excluded)]


SAME = [
    ("Dana Levi", "Dana Levi"),
    ("Dana Levi", "DANA LEVI"),
    ("dana levi", "Dana Levi"),
    ("Élodie", "élodie"),
    ("Ян", "ян"),
    ("מיכל לוי", "מיכל לוי"),
    ("ד״ר נועה Cohen", "ד״ר נועה COHEN"),
    ("מיכל לוי ", " מיכל לוי"),
    ("\tמיכל לוי\n", "מיכל לוי\r\n"),
    ("\u00a0מיכל לוי\u2003", "\u3000מיכל לוי\u202f"),
    ("\v\f\u0085Dana\u2028", "dana"),
    ("100% _sure\\", "100% _SURE\\"),
    ("v", "V"),
    ("x" * 5000, "X" * 5000),
    ("Dana  Levi", "Dana Levi"),
    ("Dana", "Dana\u200f"),
    ("Dana-Levi", "Dana־Levi"),
    ("ד״ר נועה", 'ד"ר נועה'),
    ("צ׳רלי", "צ'רלי"),
    ("מִיכָל", "מיכל"),
    ("Élodie", "E\u0301lodie"),
    ("GROSSE", "große"),
    ("Dana 2", "Dana ٢"),
]
DIFFERENT = [
    ("Dana Levi", "Dana Lev"),
    ("Lev", "Le"),
    ("veronica", "eronica"),
    ("%", "Dana"),
    ("Dana", "%"),
    ("Dana", "D_na"),
    ("Dana", "D\\ana"),
    ("Dana", "D.na"),
    ("Dana, Noa", "Dana"),
    ("מיכל", "מיכאל"),
]


@pytest.mark.parametrize(("standing", "asked"), SAME)
def test_speaker_function_finds_same(event, standing, asked):
    session = f.session(event=event, speaker_name=standing)
    assert found(event, asked) == [session.pk]


@pytest.mark.parametrize(("standing", "asked"), DIFFERENT)
def test_speaker_function_without_other(event, standing, asked):
    f.session(event=event, speaker_name=standing)
    assert found(event, asked) == []


def test_speaker_function_any_white_space(event):
    spaces = [chr(n) for n in range(1, 0x110000) if chr(n).isspace()]
    for space in spaces:
        f.session(event=event, speaker_name=f"{space}Dana{space}")
    assert len(found(event, "".join(spaces) + "DANA")) == len(spaces)


@pytest.mark.parametrize("blank", [None, "", " ", "\t\n\u00a0"])
def test_speaker_function_without_speaker(event, blank):
    f.session(event=event, speaker_name=blank)
    assert found(event, blank) == []
    assert found(event, "Dana") == []


@pytest.mark.parametrize(
    ("start", "end", "collides"),
    [
        (f.at(9), f.at(10), True),
        (f.at(8), f.at(11), True),
        (f.at(9, 15), f.at(9, 30), True),
        (f.at(8), f.at(9, 1), True),
        (f.at(9, 59), f.at(12), True),
        (f.at(8), f.at(9), False),
        (f.at(10), f.at(11), False),
        (f.at(9, 30), f.at(9, 30), False),
        (f.at(9, 45), f.at(9, 15), False),
        ("-infinity", "infinity", True),
        ("-infinity", f.at(9), False),
        (f.at(10), "infinity", False),
        (f.at(9, 30), "infinity", True),
        (None, f.at(10), False),
        (f.at(9), None, False),
        (None, None, False),
    ],
)
def test_times_are_half_open(event, start, end, collides):
    session = f.session(event=event, speaker_name="Dana", start=f.at(9), end=f.at(10))
    assert found(event, "Dana", start, end) == ([session.pk] if collides else [])


@pytest.mark.parametrize(
    ("start", "end", "collides"),
    [
        ("-infinity", "infinity", True),
        (f.at(9, 30).isoformat(), "infinity", True),
        (f.at(10).isoformat(), "infinity", False),
        (f.at(9, 30).isoformat(), f.at(9, 30).isoformat(), False),
        (f.at(11).isoformat(), f.at(8).isoformat(), False),
    ],
)
def test_speaker_function_odd_times(event, start, end, collides):
    session = f.session(event=event, speaker_name="Dana")
    run("update schedules set start_time = %s, end_time = %s", start, end)
    assert found(event, "Dana") == ([session.pk] if collides else [])


def test_speaker_function_without_itself_and_others(event):
    elsewhere = f.event(organization=event.organization)
    f.session(event=elsewhere, speaker_name="Dana")
    late = f.session(event=event, speaker_name="Dana", start=f.at(9, 30))
    early = f.session(event=event, speaker_name="Dana", start=f.at(9))
    assert found(event, "Dana") == [early.pk, late.pk]
    assert found(event, "Dana", excluded=early.pk) == [late.pk]
    assert found(None, "Dana") == []
    assert run(
        "select * from public.check_speaker_conflicts(%s, 'Dana', %s, %s)",
        event.pk,
        f.at(9),
        f.at(10),
    ) == [
        (early.pk, early.title, early.start_time, early.end_time),
        (late.pk, late.title, late.start_time, late.end_time),
    ]


def asked_by(role: str, person, event) -> list:
    with transaction.atomic():
        claims = json.dumps({"sub": str(person.pk), "role": role})
        run("select set_config('request.jwt.claims', %s, true)", claims)
        run(f"set local role {role}")
        pks = found(event, "Dana")
        transaction.set_rollback(True)
    return pks


@pytest.mark.parametrize("open_to_all", [False, True])
def test_speaker_function_respects_policies(event, open_to_all):
    session = f.session(event=event, speaker_name="Dana")
    insider = f.profile(organization=event.organization)
    stranger = f.profile(organization=f.organization(name="Elsewhere"))
    if IN_PRODUCTION:
        run("drop policy schedules_everybody on public.schedules")
    if open_to_all:
        run("create policy open on public.schedules for all using (true) with check (true)")
    assert asked_by("authenticated", insider, event) == [session.pk]
    assert asked_by("authenticated", stranger, event) == ([session.pk] if open_to_all else [])
    assert asked_by("service_role", stranger, event) == [session.pk]
    with pytest.raises(ProgrammingError, match="permission denied for function"):
        asked_by("anon", insider, event)


HELPER = (
    "create function public.my_organization() returns uuid language sql stable security definer"
    " as 'select organization_id from user_profiles where id = auth.uid()'"
)


def test_speaker_function_with_unqualified_helpers(event):
    """They find their tables by the path of whoever calls."""
    session = f.session(event=event, speaker_name="Dana")
    insider = f.profile(organization=event.organization)
    run(HELPER)
    run(
        "create policy by_helper on schedules as restrictive for select to authenticated using"
        " (event_id in (select id from events where organization_id = my_organization()))"
    )
    assert asked_by("authenticated", insider, event) == [session.pk]


def test_speaker_function_definition(db):
    assert run(
        "select lanname, provolatile, prosecdef, proisstrict, proconfig, pronargs, pronargdefaults"
        " from pg_proc as p join pg_language as l on l.oid = prolang"
        " where proname = 'check_speaker_conflicts'"
    ) == [
        (
            "plpgsql",
            "s",
            False,
            False,
            ["search_path=pg_catalog, public, extensions, pg_temp"],
            5,
            1,
        )
    ]


@pytest.fixture
def open_to_who_is_signed_in(newer_tables):
    """Who is signed in may read who is listed, as the product lets them."""
    for table in ("session_speakers", "speakers"):
        run(f"grant select on {table} to authenticated, service_role")
        run(f"create policy read_here on {table} for select to authenticated using (true)")


@pytest.mark.usefixtures("open_to_who_is_signed_in")
@pytest.mark.parametrize("mark", [{"is_deleted": True}, {"deleted_at": f.at(8)}])
def test_speaker_function_without_soft_deleted(event, mark):
    insider = f.profile(organization=event.organization)
    gone = f.session(event=event, speaker_name="Dana")
    stands = f.session(event=event, speaker_name="Dana", start=f.at(9, 30))
    f.points(stands, is_deleted=None)
    f.points(gone, **mark)
    assert asked_by("authenticated", insider, event) == [stands.pk]
    run("alter table schedules drop column is_deleted, drop column deleted_at")
    assert asked_by("authenticated", insider, event) == [gone.pk, stands.pk]


@pytest.mark.usefixtures("open_to_who_is_signed_in")
@pytest.mark.parametrize("text", [None, "Noa", "Dana"])
def test_speaker_function_listed_speakers(event, text):
    insider = f.profile(organization=event.organization)
    session = f.session(event=event, speaker_name=text)
    f.listed(session, "DANA", "")
    f.listed(session, "Avi", "Bar")
    f.session(event=event, speaker_name="Noa", start=f.at(9, 15))
    elsewhere = f.session(event=f.event(organization=event.organization), speaker_name=None)
    f.listed(elsewhere, "Dana", "")
    later = f.session(event=event, start=f.at(10))
    f.listed(later, "Dana", "")

    assert found(event, "Avi  bar") == [session.pk]
    assert asked_by("authenticated", insider, event) == [session.pk]
    assert found(event, "Dana", excluded=session.pk) == []
    f.points(session, is_deleted=True)
    assert asked_by("authenticated", insider, event) == []


def test_speaker_list_hidden_by_policies(event, newer_tables):
    insider = f.profile(organization=event.organization)
    session = f.session(event=event)
    f.listed(session, "Dana", "")
    for table in ("session_speakers", "speakers"):
        run(f"grant select on {table} to authenticated")
        for (policy,) in run("select polname from pg_policy where polrelid = %s::regclass", table):
            run(f"drop policy {policy} on {table}")
        run(f"alter table {table} enable row level security")
    assert asked_by("authenticated", insider, event) == []


@pytest.mark.usefixtures("open_to_who_is_signed_in")
@pytest.mark.parametrize(
    "closed",
    [
        "revoke select on session_speakers from authenticated",
        "revoke select on speakers from authenticated",
        "revoke select on speakers from authenticated;"
        " grant select (id) on speakers to authenticated",
        "drop table session_speakers",
        "alter table speakers rename column full_name to called",
    ],
)
def test_speaker_list_unreadable_no_hindrance(event, closed):
    insider = f.profile(organization=event.organization)
    listed = f.session(event=event)
    f.listed(listed, "Dana", "")
    session = f.session(event=event, speaker_name="Dana", start=f.at(9, 30))
    run(closed)
    assert asked_by("authenticated", insider, event) == [session.pk]


PEOPLE = [
    ("Dana Levi", ["Dana Levi"]),
    ("Dana Levi, Yossi Cohen", ["Dana Levi", "Yossi Cohen"]),
    ("Dana;Yossi / Noa & Avi + Ron|Gil\nTal", ["Dana", "Yossi", "Noa", "Avi", "Ron", "Gil", "Tal"]),
    ("Dana and Yossi", ["Dana", "Yossi"]),
    ("Dana, and Yossi WITH Noa", ["Dana", "Yossi", "Noa"]),
    ("דנה לוי ו-יוסי כהן", ["דנה לוי", "יוסי כהן"]),
    ("דנה ו־Yossi", ["דנה", "Yossi"]),
    ("דנה עם יוסי", ["דנה", "יוסי"]),
    ("דנה  לוי  ויוסי כהן", ["דנה  לוי", "יוסי כהן"]),
    ("דנה לוי, רות בר ויוסי כהן", ["דנה לוי", "רות בר", "יוסי כהן"]),
    ("Dana Levi، Noa", ["Dana Levi", "Noa"]),
    ("אורי וולך", ["אורי וולך"]),
    ("חיים ויצמן", ["חיים ויצמן"]),
    ("וולך", ["וולך"]),
    ("עמי עמית", ["עמי עמית"]),
    ("כהן-ורדי", ["כהן-ורדי"]),
    ("O'Neil", ["O'Neil"]),
    ("O'Neil/Smith", ["O'Neil", "Smith"]),
    ("Sandy Anderson", ["Sandy Anderson"]),
    (
        "Tatiana Bazzichelli / Disruption Network Lab",
        ["Tatiana Bazzichelli", "Disruption Network Lab"],
    ),
    ("Dana Levi, PhD", ["Dana Levi"]),
    ('ד"ר דנה לוי, עו״ד', ['ד"ר דנה לוי']),
    ("Dana,", ["Dana"]),
    ("N/A", ["N/A"]),
    (", ,", [", ,"]),
    ("", [""]),
]


@pytest.mark.parametrize(("text", "people"), PEOPLE)
def test_speaker_function_each_person(db, text, people):
    assert run("select public.speaker_names(%s)", text) == [(people,)]


def test_speaker_function_long_text(db):
    run("set local statement_timeout = '5s'")
    for text in ("a, " * 5000, " ו" * 10000, "a b ו" * 3000, "x" * 20000, " " * 20000):
        run("select cardinality(public.speaker_names(%s))", text)


def test_speaker_function_with_shadowing_objects(event):
    session = f.session(event=event, speaker_name="Dana")
    run("create temporary table schedules (like public.schedules)")
    run("create function public.lower(text) returns text language sql as 'select ''x'''")
    run("set local search_path = public, pg_catalog, pg_temp")
    assert found(event, "Dana") == [session.pk]


def test_speaker_function_index(event):
    """Fifty events of four hundred sessions, a week apart; the last of them is asked about."""
    run(
        "insert into events (organization_id, name, start_date)"
        " select %s, 'x', %s - n * interval '7 days' from generate_series(1, 49) as n",
        event.organization_id,
        event.start_date,
    )
    run(
        "insert into schedules (event_id, title, speaker_name, start_time, end_time)"
        " select id, 'x', 'speaker ' || n % 20, start_date + n * interval '15 minutes',"
        "  start_date + n * interval '15 minutes' + interval '45 minutes'"
        " from events, generate_series(1, 400) as n"
    )
    run("analyze schedules")
    # Rows that came through the index, and rows that came through reading the whole table:
    # scans themselves are not counted, for planning looks into indexes too.
    rows = (
        "select pg_stat_get_xact_tuples_returned('idx_schedules_speaker_time'::regclass),"
        " pg_stat_get_xact_tuples_returned('schedules'::regclass)"
    )
    [(through_index, through_table)] = run(rows)
    assert len(found(event, "speaker 7")) == 1
    [(index_after, table_after)] = run(rows)
    assert 1 <= index_after - through_index <= 400
    assert table_after == through_table

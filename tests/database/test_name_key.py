"""`public.name_key`: which names are one name, on every server, and for whom."""

import hashlib
import unicodedata
from contextlib import closing

import pytest
from django.db import ProgrammingError, transaction
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from eventflow import sql as frozen
from eventflow.db import database
from scheduling import checks
from tests.database import steps
from tests.databases import connected_to
from tests.factories import run
from tests.scheduling import name_tables
from tests.scheduling.spellings import DIFFERENT, SAME

FILE = "0007_name_key.up.sql"


@pytest.fixture
def icu(db):
    """Skips where the server is built without ICU."""
    if not run("select 1 from pg_collation where collname = 'tr-x-icu'"):
        pytest.skip("This server knows no ICU.")


def keys(*names, collation="default") -> list[str]:
    statement = sql.SQL(
        "select public.name_key(n collate {}) from unnest(%s::pg_catalog.text[])"
        " with ordinality as u (n, i) order by i"
    ).format(sql.Identifier(collation))
    return [key for (key,) in run(statement, list(names))]


@pytest.mark.parametrize("names", SAME, ids=lambda names: names[0])
def test_name_key_spellings_of_one_name(db, names):
    assert set(keys(*names)) == {keys(names[0])[0]}


@pytest.mark.parametrize("names", DIFFERENT, ids=lambda names: names[0])
def test_other_names_are_others(db, names):
    assert len(set(keys(*names))) == len(names)


def test_name_key_examples(db):
    assert keys("  Große\u00a0 HALLE", "ד״ר־א", "Cafe\u0301 ٣", "\u200f ") == [
        "grosse halle",
        'ד"ר-א',
        "café 3",
        "",
    ]
    assert run("select public.name_key(null)") == [(None,)]


def known_characters() -> list[int]:
    """Every character that Unicode 14 knows, but for the many that no key does anything to."""
    plain = ((0x3400, 0xA000), (0xAC00, 0xD7A4), (0xE000, 0xF900), (0x12000, 0x15000))
    plain += ((0x17000, 0x19000), (0x20000, 0xE0000), (0xF0000, 0x110000))
    return [
        n
        for n in range(1, 0x110000)
        if unicodedata.category(chr(n)) not in ("Cn", "Cs")
        and not any(first <= n < end for first, end in plain)
    ]


needs_unicode_14 = pytest.mark.skipif(
    unicodedata.unidata_version != name_tables.UNICODE, reason="Python knows another Unicode."
)


@pytest.mark.long
@pytest.mark.every_server
@needs_unicode_14
def test_name_key_equal_on_every_server(db):
    """The digest is of the keys that PostgreSQL 15 and 18 both give."""
    known = known_characters()
    once = keys(*map(chr, known))
    assert keys(*once) == once
    between = keys(*(f"a{chr(n)}b" for n in known))
    assert keys(*between) == between
    digest = hashlib.sha256("\n".join([*once, *between]).encode()).hexdigest()
    assert digest == "460fcc3c4510e1c7b234a79c9326c1a5b4242a6133924ef60f7da72d12e56ab4"


def test_as_coarse_as_unicode_asks(db):
    """Whatever Python folds to one text has one key."""
    known = list(map(chr, known_characters()))
    folded = [
        unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", c).casefold()) for c in known
    ]
    assert keys(*known) == keys(*folded)
    assert set(keys(*(c for c in known if unicodedata.category(c) == "Pd"))) == {"-"}
    digits = [c for c in known if unicodedata.category(c) == "Nd"]
    assert keys(*digits) == [str(unicodedata.digit(c)) for c in digits]
    assert set(keys(*(c for c in known if c.isspace()))) == {""}


names_of_any_kind = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\x00"),
        st.sampled_from("iI\u0307\u0323\u0345\u0301'׳״\u200f\u034f\u05b0 \u00a0-־ßẞΣςİא"),
    ),
    max_size=12,
)


@given(st.lists(names_of_any_kind, min_size=20, max_size=20))
def test_name_key_idempotent_for_every_form(db, names):
    with transaction.atomic():
        found = keys(*names)
        assert keys(*found) == found
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            assert keys(*(unicodedata.normalize(form, name) for name in names)) == found
        assert keys(*(f"\u200f {name}\u2069\n" for name in names)) == found


def test_name_key_any_collation(db):
    known = [name for names in (*SAME, *DIFFERENT) for name in names]
    usual = keys(*known)
    for collation in ("C", "POSIX", "tr-x-icu", "lt-x-icu", "und-x-icu", "C.utf8", "pg_c_utf8"):
        if run("select 1 from pg_collation where collname = %s", collation):
            assert keys(*known, collation=collation) == usual


def test_name_key_nondeterministic_collation(db, icu):
    run(
        "create collation loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)"
    )
    known = [name for names in (*SAME, *DIFFERENT) for name in names]
    assert keys(*known, collation="loose") == keys(*known)


@pytest.fixture
def database_with():
    """A new database made as said, in which only the key stands; a connection to it."""
    made = []

    def make(options: str):
        name = f"test_key_{len(made)}_{id(made)}"
        with closing(database.connect_as_superuser("postgres")) as raw:
            raw.execute(f"create database {name} template template0 {options}")
        made.append(name)
        return closing(database.connect_as_superuser(name))

    yield make
    with closing(database.connect_as_superuser("postgres")) as raw:
        for name in made:
            raw.execute(f"drop database {name} with (force)")


@pytest.mark.parametrize(
    "options",
    [
        "encoding 'UTF8' locale 'C'",
        "encoding 'UTF8' locale 'C.UTF-8'",
        "encoding 'UTF8' locale 'C' locale_provider icu icu_locale 'tr'",
    ],
)
def test_name_key_any_database(db, request, database_with, options):
    if "icu" in options:
        request.getfixturevalue("icu")
    known = [name for names in (*SAME, *DIFFERENT) for name in names]
    with database_with(options) as raw:
        raw.execute(frozen.read("scheduling", FILE))
        found = raw.execute(
            "select public.name_key(n) from unnest(%s::text[]) with ordinality as u (n, i)"
            " order by i",
            [known],
        ).fetchall()
    assert [key for (key,) in found] == keys(*known)


@pytest.mark.long
def test_name_key_tables_equal_unicode():
    text = frozen.read("scheduling", FILE)
    bare = "\n".join(line.strip() for line in text.splitlines())
    for said in name_tables.lines():
        assert "\n".join(line.strip() for line in said.splitlines()) in bare


@pytest.mark.parametrize(
    ("role", "may"), [("authenticated", True), ("service_role", True), ("anon", False)]
)
def test_name_key_rights(db, role, may):
    with transaction.atomic():
        run(f"set local role {role}")
        if may:
            assert keys("Hall\u200f 3") == ["hall 3"]
        else:
            with pytest.raises(ProgrammingError), transaction.atomic():
                keys("Hall 3")
        transaction.set_rollback(True)


def test_name_key_shadowing_objects(db):
    """A temporary type or function of the caller's is not run."""
    run("create function pg_temp.btrim(text) returns text language sql as $$ select 'mine' $$")
    run("create domain pg_temp.text as pg_catalog.text check (value = 'mine')")
    assert keys("Hall 3") == ["hall 3"]
    assert run(
        "select provolatile, proparallel, proisstrict, prosecdef, proconfig from pg_proc"
        " where proname = 'name_key'"
    ) == [("i", "s", True, False, ["search_path=pg_catalog, pg_temp"])]


def test_name_key_in_no_product_index(db):
    assert (
        run(
            "select objid::regclass from pg_depend"
            " where refobjid = 'public.name_key(text)'::regprocedure"
            " and classid = 'pg_class'::regclass"
        )
        == []
    )


def test_name_key_function_name_taken(own_stand_in):
    run("create function public.name_key(text) returns text language sql as 'select $1'")
    assert "A function public.name_key(text) stands that is not ours." in steps.refusal()
    with pytest.raises(ProgrammingError, match=r"^Another function public.name_key\(text\) stands"):
        run(frozen.read("scheduling", FILE))


def test_name_key_without_normalization_told(own_stand_in, database_with):
    with database_with("encoding 'SQL_ASCII' locale 'C'") as raw, connected_to(raw.info.dbname):
        [reason] = checks.names_can_be_compared()
        [error] = checks.names_are_comparable(databases=["default"])
    assert reason == error.msg
    assert reason.startswith("The database is encoded as SQL_ASCII, and names can be compared in")
    assert checks.names_are_comparable(databases=["default"]) == []

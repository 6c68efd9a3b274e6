"""Reading the catalogue: every kind of object, whatever the connection's state and names are."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from eventflow.db import catalogue
from tests.factories import run

ODD = 'public."Odd Table"'


@pytest.fixture
def odd(db):
    """A table with one of everything, under names that need quoting."""
    run(
        """
        create table public."Odd Table" (
          "Key 1" uuid primary key default gen_random_uuid(),
          event_id uuid references public.events (id) on delete cascade,
          note varchar(20) not null default 'a not null default b',
          tags text[],
          constraint "Short!" check (length(note) < 5)
        );
        create unique index "Odd index" on public."Odd Table" (lower(note)) where tags is null;
        alter table public."Odd Table" enable row level security;
        create policy "A, b" on public."Odd Table" as restrictive for update
          to anon, authenticated using (note = '') with check (tags is null);
        create policy wide on public."Odd Table";
        create trigger "Odd trigger" after delete on public."Odd Table"
          for each row execute function suppress_redundant_updates_trigger();
        revoke all on public."Odd Table" from anon, authenticated, service_role;
        grant select, insert on public."Odd Table" to public;
        grant update (note, tags) on public."Odd Table" to authenticated with grant option;
        create function public.odd(a int, b text default 'x') returns int language sql
          as 'select 1';
        create procedure public.odd() language sql as 'select 1';
        create aggregate public.odd(int) (sfunc = int4pl, stype = int);
        revoke all on routine public.odd(int, text) from public, anon, authenticated, service_role;
        """
    )


def test_catalogue_every_kind(odd):
    found = catalogue.read(
        tables=[ODD, "public.nowhere"], functions=["odd"], extensions=["plpgsql"]
    )
    functions = {key: words for key, words in found.items() if " public.odd(" in key}
    assert {key: words for key, words in found.items() if key not in functions} == {
        "extension plpgsql": "in schema pg_catalog",
        f"table {ODD}": "table",
        f"row level security on {ODD}": "enabled",
        f'column "Key 1" of {ODD}': "uuid not null default gen_random_uuid()",
        f"column event_id of {ODD}": "uuid",
        f"column note of {ODD}": (
            "character varying(20) not null default 'a not null default b'::character varying"
        ),
        f"column tags of {ODD}": "text[]",
        f'constraint "Odd Table_pkey" on {ODD}': 'PRIMARY KEY ("Key 1")',
        f'constraint "Odd Table_event_id_fkey" on {ODD}': (
            "FOREIGN KEY (event_id) REFERENCES public.events(id) ON DELETE CASCADE"
        ),
        f'constraint "Short!" on {ODD}': "CHECK ((length((note)::text) < 5))",
        'index public."Odd index"': (
            f'CREATE UNIQUE INDEX "Odd index" ON {ODD} USING btree (lower((note)::text)) '
            "WHERE (tags IS NULL)"
        ),
        f'policy "A, b" on {ODD}': (
            "restrictive for update to anon, authenticated using ((note)::text = ''::text) "
            "with check (tags IS NULL)"
        ),
        f"policy wide on {ODD}": "permissive for all to public",
        f'trigger "Odd trigger" on {ODD}': (
            f'CREATE TRIGGER "Odd trigger" AFTER DELETE ON {ODD} FOR EACH ROW '
            "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
        ),
        f"rights of public on {ODD}": "insert, select",
        f"rights of authenticated on {ODD}": (
            "update (note) with grant option, update (tags) with grant option"
        ),
    }
    assert set(functions) == {
        "function public.odd()",
        "function public.odd(integer,text)",
        "rights of public on public.odd()",
        "rights of anon on public.odd()",
        "rights of authenticated on public.odd()",
        "rights of service_role on public.odd()",
    }


def test_catalogue_reads_only_asked(db):
    assert catalogue.read() == {}
    assert catalogue.read(tables=["public.nowhere", "nowhere.at_all"], functions=["nothing"]) == {}


@pytest.mark.parametrize(
    ("definition", "column"),
    [
        ("uuid", ("uuid", False)),
        ("text not null", ("text", True)),
        ("text[] default '{}'::text[]", ("text[]", False)),
        ("timestamp with time zone not null default now()", ("timestamp with time zone", True)),
        ("text default ' not null'::text", ("text", False)),
        ("text not null default 'a\nb default'::text", ("text", True)),
        ("numeric(10,2)", ("numeric(10,2)", False)),
    ],
)
def test_catalogue_column_type_and_null(definition, column):
    assert catalogue.column(definition) == column


@pytest.mark.parametrize("path", ['"$user", public, extensions', "", "nowhere", "pg_temp, public"])
def test_catalogue_names_qualified(odd, path):
    usual = catalogue.read(tables=[ODD], functions=["odd"])
    run("select set_config('search_path', %s, false)", path)
    assert catalogue.read(tables=[ODD], functions=["odd"]) == usual
    assert run("select current_setting('search_path')") == [(path,)]


def test_catalogue_leaves_no_setting(new_database):
    with new_database():
        run("reset search_path")
        assert catalogue.read(tables=["public.events"]) != {}
        assert connection.get_autocommit()
        assert run("select source from pg_settings where name = 'search_path'") != [("session",)]


def test_catalogue_index_half_built(new_database):
    with new_database():
        run("insert into organizations (name) values ('twice'), ('twice')")
        with pytest.raises(IntegrityError):
            run("create unique index concurrently cut_off on public.organizations (name)")
        assert catalogue.read(tables=["public.organizations"])["index public.cut_off"] == (
            "CREATE UNIQUE INDEX cut_off ON public.organizations USING btree (name) (invalid)"
        )


def test_catalogue_error_passes(db):
    with pytest.raises(DatabaseError, match="division by zero"), transaction.atomic():
        run("select 1 / 0")
    with transaction.atomic(), pytest.raises(DatabaseError, match="too many dotted names"):
        catalogue.read(tables=["a.b.c.d.e"])
    assert catalogue.read(tables=["public.events"]) != {}

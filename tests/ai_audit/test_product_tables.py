"""The product’s newer tables in part, of other kinds and types: left out, said, and in no way.

Each shape is looked at as an operator does, by `check`, and as a manager does: pages, approving,
undoing. Nothing fails on any, and sessions are written by their text.
"""

import pytest
from django.contrib.auth.models import Permission

from ai_audit import workflow
from scheduling import checks, pointers
from tests import factories as f
from tests import pages, web_login
from tests.variants import first_soon

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("newer_tables_for_all", "newer_tables"),
]

QUEUE = "/admin/ai_audit/pendingsuggestion/"
HISTORY = "/admin/ai_audit/suggestion/"

ROOMS = "rooms are read of the text of sessions alone, and written there alone"
TRACKS = "tracks are read of the text of sessions alone, and written there alone"
DAYS = "the day of a session is told by its times alone"
SPEAKERS = "who speaks is read of the text of sessions alone"
MARKED = "a session that it marks as deleted stands here"
VIEW = "alter table {0} rename to {0}_kept; create view public.{0} as select * from {0}_kept"
PARTED = """
alter table {0} rename to {0}_kept;
create table public.{0} (like {0}_kept including defaults, primary key (id{1}))
  partition by hash (id);
create table public.{0}_one partition of {0} for values with (modulus 1, remainder 0)
"""
W, I = "scheduling.W010", "scheduling.I001"  # noqa: E741

# What stands otherwise, what of it is read still, and what is told by `check`.
ALL = {"room_id", "track_id", "program_day_id", "speakers", "is_deleted", "deleted_at"}
SHAPES = {
    "as the facts have it": ("", ALL, []),
    "listed speakers without speakers": (
        "drop table speakers cascade",
        ALL - {"speakers"},
        [(W, f"There is no table public.speakers: {SPEAKERS}.")],
    ),
    "speakers that nothing lists": (
        "drop table session_speakers",
        ALL - {"speakers"},
        [(I, f"There is no table public.session_speakers: {SPEAKERS}.")],
    ),
    "speakers under one name alone": (
        "alter table speakers drop column full_name",
        ALL - {"speakers"},
        [(W, f"public.speakers has no column full_name: {SPEAKERS}.")],
    ),
    "speakers by text ids": (
        "alter table session_speakers drop constraint session_speakers_speaker_id_fkey;"
        " alter table session_speakers alter speaker_id type text",
        ALL - {"speakers"},
        [
            (
                W,
                "public.session_speakers.speaker_id is of the type text, where uuid is needed: "
                f"{SPEAKERS}.",
            )
        ],
    ),
    "listed users": (
        "alter table session_speakers drop constraint session_speakers_speaker_id_fkey,"
        " add foreign key (speaker_id) references user_profiles (id)",
        ALL - {"speakers"},
        [(W, f"public.session_speakers.speaker_id refers to user_profiles: {SPEAKERS}.")],
    ),
    "rooms that no session points to": (
        "alter table schedules drop column room_id",
        ALL - {"room_id"},
        [(I, f"public.schedules has no column room_id: {ROOMS}.")],
    ),
    "pointers to rooms of nowhere": (
        "drop table rooms cascade",
        ALL - {"room_id"},
        [(W, f"There is no table public.rooms: {ROOMS}.")],
    ),
    "pointers to other rooms": (
        "create table public.venues (id uuid primary key);"
        " alter table schedules drop constraint schedules_room_id_fkey,"
        " add foreign key (room_id) references public.venues (id)",
        ALL - {"room_id"},
        [(W, f"public.schedules.room_id refers to venues: {ROOMS}.")],
    ),
    "pointers to another column": (
        "alter table rooms add code uuid unique;"
        " alter table schedules drop constraint schedules_room_id_fkey,"
        " add foreign key (room_id) references public.rooms (code)",
        ALL - {"room_id"},
        [(W, f"public.schedules.room_id refers to rooms: {ROOMS}.")],
    ),
    "pointers kept to their event besides": (
        "alter table rooms add unique (id, event_id);"
        " alter table schedules drop constraint schedules_room_id_fkey,"
        " add foreign key (room_id, event_id) references public.rooms (id, event_id)",
        ALL,
        [],
    ),
    "pointers without a key": (
        "alter table schedules drop constraint schedules_room_id_fkey,"
        " drop constraint schedules_track_id_fkey, drop constraint schedules_program_day_id_fkey",
        ALL,
        [],
    ),
    "text pointers": (
        "alter table schedules drop constraint schedules_room_id_fkey,"
        " drop constraint schedules_track_id_fkey, drop constraint schedules_program_day_id_fkey,"
        " alter room_id type text, alter track_id type text, alter program_day_id type text",
        {"speakers", "is_deleted", "deleted_at"},
        [
            (
                W,
                "public.schedules.program_day_id is of the type text, where uuid is needed: "
                f"{DAYS}.",
            ),
            (W, f"public.schedules.room_id is of the type text, where uuid is needed: {ROOMS}."),
            (W, f"public.schedules.track_id is of the type text, where uuid is needed: {TRACKS}."),
        ],
    ),
    "rooms with text ids": (
        "drop table rooms cascade;"
        " create table rooms (id text primary key, event_id uuid, name text, capacity int);"
        " alter table schedules alter room_id type text,"
        " add foreign key (room_id) references rooms (id)",
        ALL - {"room_id"},
        [(W, f"public.schedules.room_id is of the type text, where uuid is needed: {ROOMS}.")],
    ),
    "capacities in words": (
        "alter table rooms alter capacity type text",
        ALL - {"room_id"},
        [(W, f"public.rooms.capacity is of the type text, where integer is needed: {ROOMS}.")],
    ),
    "names in several languages": (
        "alter table rooms alter name type jsonb using to_jsonb(name)",
        ALL - {"room_id"},
        [(W, f"public.rooms.name is of the type jsonb, where text is needed: {ROOMS}.")],
    ),
    "capacities that are large, names that are short": (
        "alter table rooms alter capacity type bigint, alter name type varchar(200)",
        ALL,
        [],
    ),
    "ids of a domain": (
        "create domain public.room_number as uuid;"
        " alter table schedules alter room_id type public.room_number",
        ALL,
        [],
    ),
    "pointers that are computed": (
        "alter table schedules drop column room_id,"
        " add room_id uuid generated always as (null::uuid) stored",
        ALL - {"room_id"},
        [(W, f"public.schedules.room_id is computed by the database: {ROOMS}.")],
    ),
    "tracks without names": (
        "alter table tracks drop column name",
        ALL - {"track_id"},
        [(W, f"public.tracks has no column name: {TRACKS}.")],
    ),
    "days at a moment": (
        "alter table program_days alter date type timestamptz",
        ALL - {"program_day_id"},
        [
            (
                W,
                "public.program_days.date is of the type timestamptz, where date is needed: "
                f"{DAYS}.",
            )
        ],
    ),
    "days and tracks alone": (
        "drop table rooms, session_speakers, speakers cascade;"
        " alter table schedules drop column room_id, drop column is_deleted,"
        " drop column deleted_at",
        {"track_id", "program_day_id"},
        [],
    ),
    "marked without a moment": (
        "alter table schedules drop column deleted_at",
        ALL - {"deleted_at"},
        [],
    ),
    "a moment without a mark": (
        "alter table schedules drop column is_deleted",
        ALL - {"is_deleted"},
        [],
    ),
    "a mark in words": (
        "alter table schedules alter is_deleted drop default, alter is_deleted type text,"
        " alter is_deleted set default 'no'",
        ALL - {"is_deleted"},
        [
            (
                W,
                "public.schedules.is_deleted is of the type text, where boolean is needed: "
                f"{MARKED}.",
            )
        ],
    ),
    "a moment that is a mark": (
        "alter table schedules drop column deleted_at, add deleted_at boolean default false",
        ALL - {"deleted_at"},
        [
            (
                W,
                "public.schedules.deleted_at is of the type boolean, where timestamptz is needed: "
                f"{MARKED}.",
            )
        ],
    ),
    "a mark that is computed": (
        "alter table schedules drop column is_deleted,"
        " add is_deleted boolean generated always as (deleted_at is not null) stored",
        ALL,
        [],
    ),
    "a view of rooms": (
        f"alter table schedules drop constraint schedules_room_id_fkey; {VIEW.format('rooms')}",
        ALL - {"room_id"},
        [(W, f"public.rooms is a view, and no table: {ROOMS}.")],
    ),
    "a view of speakers": (
        VIEW.format("speakers"),
        ALL - {"speakers"},
        # The key has gone along with the table that was renamed.
        [(W, f"public.session_speakers.speaker_id refers to speakers_kept: {SPEAKERS}.")],
    ),
    "a sequence called tracks": (
        "drop table tracks cascade; create sequence public.tracks",
        ALL - {"track_id"},
        [(W, f"public.tracks is a sequence, and no table: {TRACKS}.")],
    ),
    "rooms in parts": (
        "alter table schedules drop constraint schedules_room_id_fkey;"
        + PARTED.format("rooms", ""),
        ALL,
        [],
    ),
    "rooms in parts that share ids": (
        "alter table schedules drop constraint schedules_room_id_fkey;"
        + PARTED.format("rooms", ", event_id"),
        ALL - {"room_id"},
        [(W, f"public.rooms.id is no key: {ROOMS}.")],
    ),
}


@pytest.fixture
def shape(request):
    """The product’s tables stand like that; of what is read still, and what is told of the rest."""
    changed, read, told = SHAPES[request.param]
    if changed:
        f.run(changed)
    pointers.forget()
    web_login.let_read(*pointers.kept().tables)
    return read, told


@pytest.fixture
def decides(noa):
    noa.user.user_permissions.add(
        *Permission.objects.filter(
            codename__in=("change_schedule", "add_schedule", "delete_schedule", "undo_suggestion")
        )
    )
    return noa


@pytest.mark.parametrize("shape", first_soon(SHAPES, 8), indirect=True)
def test_product_tables_left_out_told(shape):
    read, told = shape
    found = checks.pointers_lead_somewhere(databases=["default"])
    assert [(message.id, message.msg) for message in found] == told
    has = pointers.kept()
    assert has.columns | set(has.deletion) | ({"speakers"} if has.speakers else set()) == read


@pytest.mark.parametrize("shape", first_soon(SHAPES, 5), indirect=True)
def test_product_speaker_function_reads_same(shape, event):
    read, _told = shape
    session = f.session(event=event, speaker_name="Dana Levi", start=f.at(9))
    listed = f.session(event=event, start=f.at(9, 30))
    if "speakers" in read:
        f.listed(listed, "Dana", "Levi")

    found = f.run(
        "select conflict_id from public.check_speaker_conflicts(%s, 'dana levi', %s, %s)",
        event.pk,
        f.at(9),
        f.at(10),
    )

    speaks = [session, listed] if "speakers" in read else [session]
    assert found == [(one.pk,) for one in speaks]


def look(browser, *addresses):
    for address in addresses:
        assert browser.get(address).status_code == 200, address


@pytest.mark.parametrize("shape", first_soon(SHAPES), indirect=True)
def test_product_tables_pages_and_decisions(shape, browser, decides, event, suggest):
    f.rooms(event, "Attic", "Lobby")
    session = f.session(event=event, title="Panel", room="Hall A", start=f.at(11), track="Main")
    person = f.participant(event=event)
    f.registration(participant=person, schedule=session)
    stood = f.whole_row(session)
    move = suggest(
        f.update_data(session, room="Attic", track="Side", speaker_name="Dana"), "schedule_update"
    )
    addition = suggest(f.create_data(title="New", room="Lobby", track="Main", speaker_name="Noa"))
    removal = suggest(f.delete_data(session), "schedule_delete")

    look(
        browser,
        QUEUE,
        *(f"{QUEUE}{one.pk}/change/" for one in (move, addition, removal)),
        "/admin/scheduling/schedule/?q=hall",
        "/admin/scheduling/schedule/add/",
        f"/admin/scheduling/schedule/{session.pk}/change/",
        f"/admin/scheduling/schedule/{session.pk}/delete/",
        f"/admin/scheduling/event/{event.pk}/change/",
        f"/admin/scheduling/event/{event.pk}/days/2038-01-30/",
    )
    for one in (move, addition, removal):
        outcome = approve(decides, one)
        assert outcome.status == "executed", outcome.sentence
        look(browser, f"{HISTORY}{one.pk}/change/")
        assert "Undo what was carried out?" in pages.text(undoing(browser, one))
    for one in (removal, addition, move):
        workflow.undo(suggestion_id=one.pk, by=decides)
        look(browser, f"{HISTORY}{one.pk}/change/")

    assert without_clock(f.whole_row(session)) == without_clock(stood)
    assert f.run("select count(*) from schedules where title = 'New'") == [(0,)]


def approve(by, suggestion):
    return workflow.approve(
        suggestion_id=suggestion.pk, by=by, confirmed=f.confirming(suggestion.pk)
    )


def undoing(browser, suggestion):
    return browser.post(f"{HISTORY}{suggestion.pk}/change/", {"_undo": "1"})


def without_clock(row):
    return {name: value for name, value in row.items() if name != "updated_at"}

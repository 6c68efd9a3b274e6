"""The product’s newer tables come, change and go while pages are served by the same connection."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction

from eventflow import supabase
from scheduling import checks, pointers
from tests import factories as f
from tests import pages
from tests.pages import signed_in
from tests.shapes import IN_PRODUCTION
from tests.variants import first_soon

QUEUE = "/admin/ai_audit/pendingsuggestion/"


@pytest.fixture(autouse=True)
def connected(own_migrated, django_db_blocker):
    with django_db_blocker.unblock():
        if not IN_PRODUCTION:
            let_newer_tables_come()
        pointers.forget()
        yield


def let_newer_tables_come():
    with transaction.atomic():
        f.run("select set_config('eventflow.owner', session_user, true)")
        for path in supabase.files("production")[len(supabase.files("first")) :]:
            f.run(path.read_text(encoding="utf-8"))


@pytest.fixture
def noa(connected):
    organization = f.organization()
    profile = f.profile(organization=organization)
    by = f.staff(profile=profile)
    by.user.user_permissions.add(Permission.objects.get(codename="change_schedule"))
    return by


@pytest.fixture
def event(noa):
    return f.event(organization=noa.profile.organization)


def addresses(event, session, suggestion):
    return [
        QUEUE,
        f"{QUEUE}{suggestion.pk}/change/",
        "/admin/scheduling/schedule/?q=hall",
        f"/admin/scheduling/schedule/{session.pk}/change/",
        f"/admin/scheduling/event/{event.pk}/change/",
        f"/admin/scheduling/event/{event.pk}/days/2038-01-30/",
    ]


CHANGES = {
    "rooms go": "drop table rooms cascade",
    "rooms are called otherwise": "alter table rooms rename to halls",
    "a column goes": "alter table schedules drop column room_id",
    "a name goes": "alter table rooms rename column name to called",
    "pointers become text": (
        "alter table schedules drop constraint schedules_room_id_fkey, alter room_id type text"
    ),
    "marks become text": (
        "alter table schedules alter is_deleted drop default, alter is_deleted type text"
    ),
    "lists go": "drop table session_speakers",
    "all of it goes": (
        "drop table rooms, tracks, program_days, speakers, session_speakers cascade;"
        " alter table schedules drop column room_id, drop column track_id,"
        " drop column program_day_id, drop column is_deleted, drop column deleted_at"
    ),
}


@pytest.mark.parametrize("change", first_soon(CHANGES, 2))
def test_pages_open_while_tables_go_and_change(noa, event, change):
    session = f.session(event=event, title="Panel", room="Hall A", start=f.at(11))
    f.points(session, room_id=f.kept_room(event, "Hall A"))
    f.listed(session, "Dana", "Levi")
    data = f.update_data(session, room="Attic", speaker_name="Dana Levi")
    suggestion = f.suggestion(
        user=noa.profile, event=event, data=data, action_type="schedule_update"
    )
    browser = signed_in(noa.user)
    kept = pointers.kept()
    for address in addresses(event, session, suggestion):
        pages.source(browser.get(address))
    assert pointers.kept() is kept

    f.run(CHANGES[change])

    for address in addresses(event, session, suggestion):
        # As if each were the first that the connection is asked for.
        pointers.catalogue._found[connection.connection] = kept
        assert "Panel" in pages.source(browser.get(address)), address
    assert pointers.kept() != kept
    if change != "all of it goes":
        assert checks.pointers_lead_somewhere(databases=["default"])


@pytest.mark.skipif(IN_PRODUCTION, reason="they are there")
def test_changed_tables_read_by_next_connection(noa, event):
    f.kept_room(event, "Hall A")
    connection.close()
    assert pointers.ROOM in pointers.kept().columns


def test_changed_tables_resend_unchanged(noa, event):
    session = f.session(event=event, title="Panel", room="Hall A", start=f.at(11))
    f.rooms(event, "Attic")
    suggestion = f.suggestion(
        user=noa.profile,
        event=event,
        data=f.update_data(session, title="Panel 2", room="Attic"),
        action_type="schedule_update",
    )
    browser = signed_in(noa.user)
    address = f"{QUEUE}{suggestion.pk}/change/"
    page = browser.get(address)
    sent = pages.form(page) | pages.ticks(page) | {"_approve": "1"}
    f.run("drop table rooms cascade; alter table schedules drop column room_id")
    stood = f.everything()

    answer = browser.post(address, sent)

    assert answer.status_code == 503
    words = pages.words(answer.content.decode())
    assert "The tables of EventFlow were changed at this moment" in words
    assert "Nothing came of what you sent; send it again." in words
    assert f.everything() == stood

    page = browser.get(address)
    browser.post(address, pages.form(page) | pages.ticks(page) | {"_approve": "1"})
    suggestion.refresh_from_db()
    assert suggestion.execution_status == "executed"

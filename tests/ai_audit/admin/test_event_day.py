"""A day of an event with everything that waits: whose, what is drawn, what is told, how much."""

import re

import pytest

from ai_audit.presenters import event_day, whole_event, wishes
from eventflow.text.bidi import plain
from scheduling import timetable
from tests import factories as f
from tests import pages
from tests.pages import signed_in

pytestmark = pytest.mark.django_db

DAY = "2038-01-30"
QUEUE = "/admin/ai_audit/pendingsuggestion/"


def event_url(event):
    return f"/admin/scheduling/event/{event.pk}/"


def day_url(event, day=DAY):
    return f"{event_url(event)}days/{day}/"


def review_url(suggestion):
    return f"{QUEUE}{suggestion.pk}/change/"


def drawn(answer):
    """What is in each room: title, role, and the number of the review it leads to, if it does."""
    pages.source(answer)
    return {
        column.room: [(c.entry.title, c.entry.role.value, c.entry.leads_to) for c in column.cells]
        for column in answer.context["timetable"].columns
    }


def told(answer):
    """The list of what waits: of each its title, verdict, place, and what it leaves."""
    pages.source(answer)
    return [
        (one.headline, one.level, plain(one.place), plain(one.origin))
        for one in answer.context["found"].told
    ]


def days(answer):
    """The days to go to, with how many suggestions wait on each."""
    pages.source(answer)
    return {leaf.day.isoformat(): leaf.waiting for leaf in answer.context["leaves"].shown}


def new(title="new", start="12:00", end="13:00", room="A", day=DAY, **more):
    return f.create_data(
        title=title, start_time=f"{day}T{start}", end_time=f"{day}T{end}", room=room, **more
    )


# What is drawn


def test_day_cell_by_verdict_links_to_review(browser, event, suggest):
    f.session(event=event, title="Opening", room="A", start=f.at(9))
    f.session(event=event, title="Keynote", room="B", speaker_name="Dana", start=f.at(14))
    f.session(event=event, title="Coffee", room="C", start=f.at(10), is_break=True)
    blocked = suggest(new("blocked", "09:30", "10:30"))
    warned = suggest(new("warned", "14:00", "15:00", "C", speaker_name="Dana"))
    clear = suggest(new("clear", "11:00", "12:00", "C"))

    page = browser.get(day_url(event))

    assert drawn(page) == {
        "A": [
            ("Opening", "clash", ""),
            ("blocked", "blocked", review_url(blocked)),
        ],
        "B": [("Keynote", "other", "")],
        "C": [
            ("Coffee", "break", ""),
            ("clear", "clear", review_url(clear)),
            ("warned", "warned", review_url(warned)),
        ],
    }
    assert told(page) == [
        ("blocked", "blocked", "09:30–10:30, A", ""),
        ("clear", "clear", "11:00–12:00, C", ""),
        ("warned", "warned", "14:00–15:00, C", ""),
    ]
    words = plain(pages.text(page))
    assert "Clear: 1 ▲ Warnings: 1" not in words
    assert "Clear: 1 Warnings: 1 Blocked: 1" in words
    assert "taken by Opening" in words
    assert "the speaker also in Keynote" in words
    assert "Dana also speaks at “Keynote”" in words
    for suggestion in (blocked, warned, clear):
        # In the drawing, in the list and in the table.
        assert pages.source(page).count(review_url(suggestion)) == 3


def test_day_move_with_origin(browser, event, suggest):
    session = f.session(event=event, title="Panel", room="A", start=f.at(9))
    f.rooms(event, "B")
    suggestion = suggest(f.update_data(session, room="B"), "schedule_update")

    page = browser.get(day_url(event))

    address = review_url(suggestion)
    assert drawn(page) == {
        "A": [("Panel", "leaves", address)],
        "B": [("Panel", "clear", address), ("in B", "other", "")],
    }
    assert told(page) == [("Panel", "clear", "09:00–10:00, B", "09:00–10:00, A")]
    assert "would move away · to 09:00–10:00, B" in plain(pages.text(page))


def test_day_cell_once_where_place_stays(browser, event, suggest):
    session = f.session(event=event, title="Panel", room="A", start=f.at(9))
    suggest(f.update_data(session, title="Talk"), "schedule_update")

    page = browser.get(day_url(event))

    assert [cell[:2] for cell in drawn(page)["A"]] == [("Panel", "clear")]
    assert told(page) == [("Panel", "clear", "09:00–10:00, A", "")]


def test_day_removal_struck(browser, event, suggest):
    session = f.session(event=event, title="Panel", room="A", start=f.at(9))
    for _n in range(2):
        f.registration(participant=f.participant(event=event), schedule=session)
    suggestion = suggest(f.delete_data(session), "schedule_delete")

    page = browser.get(day_url(event))

    assert drawn(page) == {"A": [("Panel", "removed", review_url(suggestion))]}
    words = plain(pages.text(page))
    assert "would be removed · registered: 2" in words
    assert "Removals: 1, with registrations: 2" in words


def test_day_cells_of_one_session_link_to_each_review(browser, event, suggest):
    session = f.session(event=event, title="Panel", room="A", start=f.at(9))
    changed = suggest(f.update_data(session, title="Talk"), "schedule_update")
    moved = suggest(f.update_data(session, room="B"), "schedule_update")
    gone = suggest(f.delete_data(session), "schedule_delete")

    cells = drawn(browser.get(day_url(event)))

    assert sorted(cells["A"]) == sorted(
        [
            ("Panel", "warned", review_url(changed)),
            ("Panel", "leaves", review_url(moved)),
            ("Panel", "removed", review_url(gone)),
        ]
    )
    assert cells["B"] == [("Panel", "warned", review_url(moved))]


def test_day_cells_tell_competing_suggestions(browser, event, suggest):
    f.rooms(event, "A")
    suggest(new("one", "12:00", "13:00"))
    suggest(new("other", "12:30", "13:30"))

    page = browser.get(day_url(event))

    cells = [cell for cell in page.context["timetable"].columns[0].cells if cell.entry.leads_to]
    assert [(c.entry.title, c.entry.role.value, plain(c.entry.note), c.lanes) for c in cells] == [
        ("one", "warned", "competes with other", 2),
        ("other", "warned", "competes with one", 2),
    ]
    words = plain(pages.text(page))
    assert "Approving this blocks another undecided suggestion: “other” (the room)." in words
    assert "Approving this blocks another undecided suggestion: “one” (the room)." in words


def test_day_switch_suggestions_with_collisions(browser, event, suggest):
    f.session(event=event, title="Opening", room="A", start=f.at(9))
    f.session(event=event, title="Keynote", room="B", start=f.at(14))
    moving = f.session(event=event, title="Panel", room="C", start=f.at(16))
    blocked = suggest(new("blocked", "09:30", "10:30"))
    move = suggest(f.update_data(moving, room="B"), "schedule_update")

    whole = browser.get(day_url(event))
    assert 'href="?only=waiting">Only what waits<' in pages.source(whole)
    assert [column for column in drawn(whole) if ("Keynote", "other", "") in drawn(whole)[column]]
    alone = browser.get(day_url(event), {"only": "waiting"})

    assert drawn(alone) == {
        "A": [("Opening", "clash", ""), ("blocked", "blocked", review_url(blocked))],
        "B": [("Panel", "clear", review_url(move))],
        "C": [("Panel", "leaves", review_url(move))],
    }
    assert told(alone) == told(whole)
    words = pages.text(alone)
    assert "Keynote" not in words
    assert "not drawn" not in words
    assert "All sessions of the day" in words
    # To the other days one goes on like that.
    assert f'href="{day_url(event)}?only=waiting" aria-current="page"' in pages.source(alone)


def test_day_switch_suggestions_on_empty_day(browser, event):
    f.session(event=event, title="Opening", room="A", start=f.at(9))

    page = browser.get(day_url(event), {"only": "waiting"})

    words = pages.text(page)
    assert drawn(page) == {}
    assert "Nothing waits for this day." in words
    assert "Nothing stands on this day" not in words
    assert "All sessions of the day" in words
    assert "Only what waits" not in pages.text(browser.get(day_url(event)))


def test_another_part_of_a_day_is_the_whole_day(browser, event, suggest):
    f.session(event=event, title="Opening", room="A", start=f.at(9))
    suggest(new())

    for only in ("", "x", "WAITING"):
        assert "Opening" in pages.text(browser.get(day_url(event), {"only": only}))


def test_day_table_equals_drawing(browser, event, suggest):
    moved = f.session(event=event, title="Panel", room="A", start=f.at(9))
    gone = f.session(event=event, title="Tour", room=None, start=f.at(11))
    f.session(event=event, title="Opening", room="B", start=f.at(9))
    suggest(f.update_data(moved, room="B"), "schedule_update")
    suggest(f.delete_data(gone), "schedule_delete")

    page = browser.get(day_url(event))

    table = page.context["timetable"]
    in_cells = {cell.entry for column in table.columns for cell in column.cells}
    assert in_cells == set(table.entries)
    rows = re.findall(r"<tr>(.*?)</tr>", pages.source(page).split('id="table"')[1], re.DOTALL)[1:]
    assert [plain(pages.words(row)) for row in rows] == [
        "09:00–10:00 A Panel would move away · to 09:00–10:00, B",
        "09:00–10:00 B Opening clash",
        "09:00–10:00 B Panel suggested, blocked · taken by Opening",
        "11:00–12:00 no room Tour would be removed",
    ]


def test_day_cell_links_have_full_names(browser, event, suggest):
    f.rooms(event, "A")
    suggest(new("x" * 150, "12:00", "12:15"))

    cells = re.findall(
        r'<a href="[^"]*" aria-label="([^"]*)"\s+class="cell',
        pages.source(browser.get(day_url(event))),
    )

    assert [plain(cell) for cell in cells] == [f"{'x' * 150} · 12:00–12:15 · suggested, clear · A"]


def test_day_suggestion_of_days_drawn_at_ends(browser, ours, suggest):
    event = f.event(organization=ours, end_date=f.at(24 * 5))
    f.rooms(event, "A")
    suggest(
        f.create_data(
            title="Exhibition",
            room="A",
            start_time="2038-02-01T08:00",
            end_time="2038-02-04T18:00",
        ),
        event=event,
    )

    found = {
        day: [
            (cell.rows, cell.earlier, cell.later)
            for column in browser.get(day_url(event, day)).context["timetable"].columns
            for cell in column.cells
            if cell.entry.title == "Exhibition"
        ]
        for day in ("2038-01-31", "2038-02-01", "2038-02-02", "2038-02-04", "2038-02-05")
    }

    assert found == {
        "2038-01-31": [],
        "2038-02-01": [(4, False, True)],
        "2038-02-02": [(2, True, True)],
        "2038-02-04": [(4, True, False)],
        "2038-02-05": [],
    }
    page = browser.get(day_url(event, "2038-02-02"))
    assert "1 Feb, 08:00 – 4 Feb, 18:00" in plain(pages.source(page))
    assert days(page) == {
        "2038-01-30": 0,
        "2038-01-31": 0,
        **{f"2038-02-0{n}": 1 for n in (1, 2, 3, 4)},
    }


# Which day


def test_day_move_to_another_day_on_both(browser, event, suggest):
    session = f.session(event=event, title="Panel", room="A", start=f.at(9))
    suggestion = suggest(
        f.update_data(session, start_time="2038-02-01T09:00:00", end_time="2038-02-01T10:00:00"),
        "schedule_update",
    )

    here, there = browser.get(day_url(event)), browser.get(day_url(event, "2038-02-01"))

    assert drawn(here) == {"A": [("Panel", "leaves", review_url(suggestion))]}
    assert "to 1 Feb, 09:00–10:00, A" in plain(pages.text(here))
    assert drawn(there) == {"A": [("Panel", "warned", review_url(suggestion))]}
    assert (
        told(here)
        == told(there)
        == [("Panel", "warned", "1 Feb, 09:00–10:00, A", "30 Jan, 09:00–10:00, A")]
    )
    assert days(here) == days(there) == {"2038-01-30": 1, "2038-02-01": 1}
    assert (here.context["leaves"].previous, here.context["leaves"].next.isoformat()) == (
        None,
        "2038-02-01",
    )


def test_days_are_those_of_the_events_own_clocks(browser, ours, suggest):
    event = f.event(organization=ours, timezone="America/New_York")
    # 20:00 the evening before, in New York.
    f.session(event=event, title="late", room="A", start=f.at(3))
    suggest(new("party", "21:30", "22:30", "A", day="2038-01-29"), event=event)

    page = browser.get(day_url(event, "2038-01-29"))

    assert [cell[0] for cell in drawn(page)["A"]] == ["late", "party"]
    assert "Times are those of America/New_York" in pages.text(page)
    assert drawn(browser.get(day_url(event))) == {}


@pytest.mark.parametrize(
    ("zone", "said"), [(None, "Asia/Jerusalem"), ("Mars/Olympus", "Times are those of UTC")]
)
def test_day_of_event_in_unknown_zone(browser, ours, suggest, zone, said):
    event = f.event(organization=ours, timezone=zone)
    f.session(event=event, title="Opening", room="A", start=f.at(9))
    suggest(
        new("x", "12:00:00+02:00", "13:00:00+02:00"),
        event=event,
    )

    page = browser.get(day_url(event))

    assert [cell[0] for cell in drawn(page)["A"]] == ["Opening", "x"]
    assert said in pages.text(page)


def test_day_past_midnight_drawn_to_end(browser, event, suggest):
    f.session(event=event, title="party", room="A", start=f.at(22), end=f.at(25, 30))
    f.session(event=event, title="next day", room="B", start=f.at(24), end=f.at(25))
    f.session(event=event, title="breakfast", room="B", start=f.at(32))
    suggest(new("clean up", "00:30", "01:00", "A", day="2038-01-31"))

    tonight = browser.get(day_url(event)).context["timetable"]
    tomorrow = browser.get(day_url(event, "2038-01-31"))

    assert {c.room: [(x.entry.title, x.rows) for x in c.cells] for c in tonight.columns} == {
        "A": [("party", 14)],
        "B": [("next day", 4)],
    }
    assert {room: [cell[0] for cell in cells] for room, cells in drawn(tomorrow).items()} == {
        "A": ["party", "clean up"],
        "B": ["next day", "breakfast"],
    }


def test_day_of_clock_change(browser, ours, suggest):
    event = f.event(organization=ours, end_date=f.at(24 * 400))
    f.rooms(event, "A")
    suggest(new("x", "23:00", "23:30", day="2038-10-31"), event=event)
    suggest(new("y", "00:00", "01:00", day="2038-10-31"), event=event)

    table = browser.get(day_url(event, "2038-10-31")).context["timetable"]

    assert table.rows == 25 * 4
    assert [(c.entry.title, c.first) for c in table.columns[0].cells] == [("y", 1), ("x", 97)]


@pytest.mark.parametrize("day", ["2038-02-30", "2038-1-3", "x", "0001-01-01", "9999-12-31"])
def test_day_unknown_is_404(browser, event, day):
    assert browser.get(day_url(event, day)).status_code == 404


def test_day_empty(browser, event):
    page = browser.get(day_url(event, "2038-03-01"))

    assert "Nothing stands on this day, and nothing is suggested for it." in pages.text(page)
    assert days(page) == {"2038-01-30": 0, "2038-03-01": 0}


def test_first_day_is_next_with_suggestions(browser, event, suggest):
    def first():
        return browser.get(f"{event_url(event)}days/").url

    assert first() == day_url(event)
    suggest(new(day="2001-01-01"))
    assert first() == day_url(event, "2001-01-01")
    suggest(new(day="2038-02-02"))
    suggest(new(day="2038-02-01"))
    assert first() == day_url(event, "2038-02-01")


def test_days_around_offered(browser, ours, suggest):
    event = f.event(organization=ours, end_date=f.at(24 * 10_000))
    for day in ("2038-01-30", "2039-01-01", "2040-01-01"):
        suggest(new(day=day), event=event)

    page = browser.get(day_url(event, "2039-01-01"))

    assert len(days(page)) == wishes.MOST_DAYS
    assert days(page)["2039-01-01"] == 1
    assert "Something waits on 2 more days, further away. 30 Jan 2038 1 Jan 2040" in pages.text(
        page
    )
    for day in ("2038-01-30", "2038-12-31", "2039-01-02", "2040-01-01"):
        assert day_url(event, day) in pages.source(page)


# What cannot be drawn


def test_day_lists_unreadable_suggestions(browser, event, suggest):
    suggest(["nonsense"])
    suggest({"title": "no time"})
    missing = f.session(event=event, title="gone")
    suggest(f.delete_data(missing), "schedule_delete")
    missing.delete()

    page = browser.get(day_url(event))

    assert drawn(page) == {}
    words = pages.text(page)
    assert "3 suggestions for this event are on no day" in words
    assert f'href="{QUEUE}?event__id__exact={event.pk}"' in pages.source(page)


def test_day_endless_event_at_start(browser, event, suggest):
    f.rooms(event, "A")
    data = new("x", "12:00")
    del data["proposed_state"]["end_time"]
    suggest(data)

    page = browser.get(day_url(event))

    assert [cell[:2] for cell in drawn(page)["A"]] == [("x", "blocked"), ("in A", "other")]


def test_text_from_outside_is_escaped(browser, event, suggest):
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    session = f.session(event=event, title=evil, room=evil, start=f.at(9))
    suggest(new(evil, room=evil, speaker_name=evil))
    suggest(f.update_data(session, room="B"), "schedule_update")

    for address in (day_url(event), f"{event_url(event)}change/"):
        page = pages.source(browser.get(address))
        assert "<script>alert" not in page
        assert "<img" not in page
        assert re.findall(r"\sstyle=", page) == []


# Whose


def test_events_of_others_are_none(browser, their_event, theirs, suggest):
    stranger = f.profile(organization=theirs)
    f.session(event=their_event, title="Secret", room="A", start=f.at(9))
    suggest(new("Secret"), user=stranger, event=their_event)

    for address in (day_url(their_event), f"{event_url(their_event)}days/"):
        answer = browser.get(address)
        assert (answer.status_code, answer.url) == (302, "/admin/")
    unknown = "00000000-0000-0000-0000-000000000000"
    answer = browser.get(f"/admin/scheduling/event/{unknown}/days/{DAY}/")
    assert (answer.status_code, answer.url) == (302, "/admin/")


def test_sessions_of_other_events_are_not_told(browser, event, their_event, suggest):
    foreign = f.session(event=their_event, title="Secret", room="Vault", start=f.at(9))
    data = f.update_data(foreign, room="A")
    for state in ("current_state", "proposed_state"):
        data[state] = {"title": "harmless"}
    suggest(data, "schedule_update")
    suggest(f.delete_data(foreign) | {"current_state": {"title": "harmless"}}, "schedule_delete")

    for address in (day_url(event), f"{event_url(event)}change/"):
        page = pages.source(browser.get(address))
        assert "Secret" not in page
        assert "Vault" not in page


def test_day_without_other_events_suggestions(browser, ours, event, suggest):
    other = f.event(organization=ours, name="Other")
    suggest(new("elsewhere"), event=other)
    suggest(new("of no event"), event=None)

    page = browser.get(day_url(event))

    assert drawn(page) == {}
    assert told(page) == []


def test_day_superuser_sees_every_organization(root, their_event, theirs, suggest):
    suggest(new("theirs"), user=f.profile(organization=theirs), event=their_event)

    assert [one[0] for one in told(root.get(day_url(their_event)))] == ["theirs"]


def test_day_page_without_queue_permission(noa, event, suggest):
    suggest(new("x"))
    noa.user.user_permissions.remove(
        *noa.user.user_permissions.filter(
            codename__in=("view_pendingsuggestion", "view_suggestion")
        )
    )
    browser = signed_in(noa.user)

    assert browser.get(day_url(event)).status_code == 403
    assert browser.get(f"{event_url(event)}days/").status_code == 403
    page = pages.source(browser.get(f"{event_url(event)}change/"))
    assert "/days/" not in page
    assert "waiting" not in page


def test_day_of_history_reader_redirects(noa, event, suggest):
    suggestion = suggest(new("x"))
    noa.user.user_permissions.remove(
        *noa.user.user_permissions.filter(codename="view_pendingsuggestion")
    )

    page = pages.source(signed_in(noa.user).get(day_url(event)))

    assert f"/admin/ai_audit/suggestion/{suggestion.pk}/change/" in page
    assert QUEUE not in page


def test_event_page_changes_nothing(browser, event, suggest):
    f.session(event=event, title="Opening", room="A", start=f.at(9))
    suggest(new("x", "09:30"))
    before = f.everything()

    for address in (day_url(event), f"{event_url(event)}days/", f"{event_url(event)}change/"):
        browser.get(address)
        browser.post(address, {"title": "y"})

    assert f.everything() == before


# How much


def many(event, suggest, number):
    for n in range(number):
        session = f.session(event=event, title=f"s{n}", room=f"R{n}", start=f.at(9))
        suggest(f.update_data(session, room=f"R{n + 1}"), "schedule_update")
        suggest(new(f"n{n}", "12:00", "13:00", f"R{n}"))
        suggest(f.delete_data(session), "schedule_delete")


@pytest.mark.parametrize("number", [1, 20])
def test_few_statements_for_any_number(browser, event, suggest, number, django_assert_num_queries):
    many(event, suggest, number)

    # Two of who is signed in; the event, what waits, whose sessions that is about and who is
    # registered for these; the three of the verdicts; the rooms, and the drawing.
    with django_assert_num_queries(11 + f.judged(2)):
        browser.get(day_url(event))
    # Django asks once for the types of content.
    browser.get(f"{event_url(event)}change/")
    # The event is asked for once more by Django, and its organization; three of the verdicts.
    with django_assert_num_queries(12 + f.judged(2)):
        browser.get(f"{event_url(event)}change/")


def test_day_with_very_many_suggestions(browser, event, noa):
    f.run(
        "insert into schedules (event_id, title, room, start_time, end_time)"
        " select %s, 's' || n, 'room ' || n %% 40,"
        " %s + (n / 40) * interval '15 min', %s + (n / 40 + 1) * interval '15 min'"
        " from generate_series(0, 1999) as n",
        event.pk,
        f.at(8),
        f.at(8),
    )
    f.run(
        "insert into ai_insights_log (user_id, event_id, action_type, action_data)"
        " select %s, %s, 'schedule_create', jsonb_build_object('proposed_state',"
        " jsonb_build_object('title', 'w' || n, 'room', 'room ' || n %% 40, 'start_time',"
        " '2038-01-30T08:15', 'end_time', '2038-01-30T09:00'))"
        " from generate_series(1, 500) as n",
        noa.profile_id,
        event.pk,
    )

    page = browser.get(day_url(event))

    assert len(told(page)) == event_day.MOST_JUDGED
    assert days(page) == {DAY: 500}
    words = pages.text(page)
    assert "300 more suggestions for this day are not shown here." in words
    assert "All that waits for this event is in the queue" in words
    table = page.context["timetable"]
    in_cells = {id(cell.entry) for column in table.columns for cell in column.cells}
    assert len(table.columns) == timetable.MOST_ROOMS
    assert "28 more rooms are not drawn." in words
    assert f"{2000 + event_day.MOST_JUDGED - len(in_cells)} more sessions are not drawn." in words
    assert f'href="/admin/scheduling/schedule/?event__id__exact={event.pk}"' in pages.source(page)


def test_event_reads_bounded_part_of_queue(browser, event, suggest, monkeypatch):
    monkeypatch.setattr(wishes, "MOST_READ", 2)
    for n in range(5):
        suggest(new(f"n{n}", day=f"2038-02-0{n + 1}"))

    page = browser.get(day_url(event, "2038-02-01"))

    assert days(page) == {"2038-01-30": 0, "2038-02-01": 1, "2038-02-02": 1}
    assert (
        "3 more suggestions wait for this event; for which days was not looked at."
        in pages.text(page)
    )
    assert "5 suggestions wait for this event." in pages.text(
        browser.get(f"{event_url(event)}change/")
    )


# The event


def test_event_page_days_sessions_suggestions(browser, ours, suggest):
    event = f.event(
        organization=ours,
        timezone="America/New_York",
        start_date=f.at(16),
        end_date=f.at(24 * 2 + 20),
    )
    f.session(event=event, title="Opening", room="A", start=f.at(16))
    f.session(event=event, title="Party", room=None, start=f.at(28), end=f.at(32))
    suggestion = suggest(new("x", "12:00", "13:00", day="2038-01-31"), event=event)
    unreadable = suggest(["nonsense"], event=event)

    page = browser.get(f"{event_url(event)}change/")

    assert [
        (
            day.day.isoformat(),
            [(s.title, plain(s.when), s.room) for s in day.sessions],
            [(one.headline, one.leads_to) for one in day.named],
        )
        for day in page.context["whole"].days
    ] == [
        (
            "2038-01-30",
            [("Opening", "09:00–10:00", "A"), ("Party", "30 Jan, 21:00 – 31 Jan, 01:00", "")],
            [],
        ),
        ("2038-01-31", [], [("x", review_url(suggestion))]),
        ("2038-02-01", [], []),
    ]
    words = pages.text(page)
    assert "2 suggestions wait for this event." in words
    assert "On no day: no time can be read, or the session is gone (no title)" in words
    source = pages.source(page)
    for day in ("2038-01-30", "2038-01-31", "2038-02-01"):
        assert day_url(event, day) in source
    assert review_url(unreadable) in source
    assert f"/admin/scheduling/schedule/{event.schedule_set.first().pk}/change/" in source


def test_event_page_verdicts_of_pending(browser, event, suggest, monkeypatch):
    f.session(event=event, title="Opening", room="A", start=f.at(9))
    f.session(event=event, title="Keynote", room="C", speaker_name="Dana", start=f.at(14))
    suggest(new("blocked", "09:30", "10:30"))
    suggest(new("warned", "14:00", "15:00", "A", speaker_name="Dana"))
    suggest(new("clear", "11:00", "12:00"))
    suggest({}, "room_assign")

    def chips():
        page = browser.get(f"{event_url(event)}change/")
        return re.findall(r'<span class="chip (\w+)">(\w+)</span></li>', pages.source(page))

    verdicts = [("blocked", "Blocked"), ("clear", "Clear"), ("warned", "Warnings")]
    assert chips() == [*verdicts, ("blocked", "Blocked")]

    monkeypatch.setattr(whole_event, "MOST_JUDGED", 2)
    assert chips() == verdicts[:2]


def test_event_page_with_very_many_sessions(browser, event):
    f.run(
        "insert into schedules (event_id, title, start_time, end_time)"
        " select %s, 's' || n, %s + n * interval '1 min', %s + (n + 1) * interval '1 min'"
        " from generate_series(1, 2000) as n",
        event.pk,
        f.at(0),
        f.at(0),
    )

    page = browser.get(f"{event_url(event)}change/")

    assert [len(day.sessions) for day in page.context["whole"].days] == [300]
    assert "1700 later sessions are not listed here." in pages.text(page)
    assert "300 sessions" not in pages.text(page)


def test_event_page_without_session_permission(noa, event):
    f.session(event=event, title="Opening", room="A", start=f.at(9))
    noa.user.user_permissions.remove(*noa.user.user_permissions.filter(codename="view_schedule"))

    page = pages.text(signed_in(noa.user).get(f"{event_url(event)}change/"))

    assert "Opening" not in page
    assert "0 sessions" not in page
    assert "Nothing stands" not in page


# The ways there


def test_day_linked_from_queue_and_review(browser, ours, event, suggest):
    far = f.event(organization=ours, timezone="America/New_York")
    session = f.session(event=far, title="Panel", room="A", start=f.at(3))
    here = suggest(new("x"))
    there = suggest(
        f.update_data(session, start_time="2038-02-02T09:00", end_time="2038-02-02T10:00"),
        "schedule_update",
        event=far,
    )
    suggest(new("of no event"), event=None)

    queue = pages.source(browser.get(QUEUE))

    assert re.findall(r'href="([^"]*/days/[^"]*)"', queue) == [
        day_url(far, "2038-01-29"),
        day_url(event),
    ]
    for suggestion, address in ((here, day_url(event)), (there, day_url(far, "2038-02-02"))):
        review = pages.source(browser.get(review_url(suggestion)))
        assert f'href="{address}"' in review
        assert browser.get(address).status_code == 200


def test_suggestion_without_time_has_no_day_link(browser, suggest):
    suggestion = suggest(["nonsense"])

    assert "/days/" not in pages.source(browser.get(review_url(suggestion)))


@pytest.mark.usefixtures("newer_tables")
def test_event_day_with_room_table_and_soft_deletes(browser, event, suggest):
    hall = f.kept_room(event, "Hall A", 80)
    pointed = f.session(event=event, title="Pointed", start=f.at(9))
    f.points(pointed, room_id=hall)
    gone = f.session(event=event, title="Gone", room="Attic", start=f.at(9))
    f.points(gone, is_deleted=True)
    suggest(f.update_data(gone, title="Back"), "schedule_update")
    blocked = suggest(new("x", "09:30", "10:30", "hall a"))

    page = browser.get(day_url(event))
    whole = browser.get(f"{event_url(event)}change/")

    assert drawn(page) == {
        "Hall A": [("Pointed", "clash", ""), ("x", "blocked", review_url(blocked))]
    }
    assert [column.capacity for column in page.context["timetable"].columns] == [80]
    assert "1 suggestion for this event is on no day" in pages.text(page)
    (day,) = whole.context["whole"].days
    assert [(s.title, s.room) for s in day.sessions] == [("Pointed", "Hall A")]

"""What is read of a suggestion's content: enough to judge it rightly, and never much."""

import json
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import DataError, transaction
from hypothesis import given

from ai_audit import proposals, verdicts, workflow
from ai_audit.models import HistoryEntry, Suggestion
from ai_audit.proposals import content, parsing
from ai_audit.proposals.claims import claims
from ai_audit.proposals.content import Content, Unreadable
from ai_audit.reports import exports
from ai_audit.reports.exports import Format
from ai_audit.reports.filters import Filters
from tests import factories as f
from tests import pages
from tests.ai_audit.hostile import JSON

pytestmark = [pytest.mark.django_db, pytest.mark.once]

QUEUE = "/admin/ai_audit/pendingsuggestion/"
HISTORY = "/admin/ai_audit/suggestion/"
EVENT = UUID("11111111-aaaa-4111-8111-111111111111")


def read(written: str):
    """What is read of content, and what the whole of it is."""
    expression = content.expression("d.data")
    [(found, whole)] = f.run(
        f"select {expression}, d.data::text from (select %s::jsonb as data) as d",
        written,
    )
    return content.read(found), whole


def outcome(data, action):
    """What the content comes to, or why it comes to nothing."""
    try:
        found = proposals.parse(
            action_type=action,
            action_data=data,
            event_id=EVENT,
            zone=ZoneInfo("Asia/Jerusalem"),
            organization_id=None,
        )
    except proposals.InvalidProposal as reason:
        return str(reason)
    return (
        found.session_id,
        dict(found.values),
        dict(found.seen),
        dict(found.pointed),
        found.notes,
    )


@given(data=JSON)
def test_content_same_as_whole(db, data):
    try:
        written = json.dumps(data, allow_nan=False)
    except ValueError:
        return
    try:
        with transaction.atomic():
            f.run("select %s::jsonb", written)
    except DataError:
        # No row can hold it.
        return

    found, whole = read(written)
    whole = json.loads(whole)

    for action in proposals.Action:
        assert outcome(found, action) == outcome(whole, action)
        assert parsing.not_done(action, found) == parsing.not_done(action, whole)
    assert claims(found) == claims(whole)


def test_content_whole_of_honest_program():
    written = f.create_data(description="ד" * 20_000, title="ת" * 500) | {
        "conflicts_detected": {"room": [{"id": str(EVENT), "title": "x"}], "capacity": None},
        "vip_affected": True,
        "reasoning": "x" * 20_000,
    }

    found, _whole = read(json.dumps(written))

    assert found == written
    assert (found.others, found.more) == ((), 0)


def test_content_other_keys_named_only():
    deep = "[" * 3000 + "]" * 3000
    written = json.dumps({f"{n:05}": "secret" for n in range(30_000)})
    written = f'{{"{"k" * 500}": {deep}, {written[1:-1]}, "vip_affected": true}}'

    found, _whole = read(written)

    assert found == {"vip_affected": True}
    assert len(found.others) == 50
    assert found.more == 30_001 - 50
    assert "secret" not in json.dumps(found.others)
    named, _whole = read(json.dumps({"k" * 101: 1, "k" * 100: 1}))
    assert set(named.others) == {"k" * 100, "k" * 100 + "…"}


def test_content_unwritten_keys_named():
    state = {"title": "A", "tags": ["a"], "n": 1.0, "same": {"x": 1}, "k" * 101: "secret"}
    proposed = state | {"tags": ["b"], "n": 1, "k" * 101: "other", "created_at": "x", "z": None}
    proposed |= {f"{n:04}": "secret" for n in range(60)}
    data = {"schedule_id": str(EVENT), "current_state": state, "proposed_state": proposed}

    found, whole = read(json.dumps(data))
    names = parsing.not_done("schedule_update", found)

    assert names == parsing.not_done("schedule_update", json.loads(whole))
    assert names[:3] == ["0000", "0001", "0002"]
    assert len(names) == 50
    assert "secret" not in json.dumps(names)
    few, _whole = read(json.dumps(data | {"changes": {"tags": 1, "k" * 101: "secret", "room": 2}}))
    assert parsing.not_done("schedule_update", few) == ["tags", "k" * 100 + "…"]
    assert "secret" not in json.dumps(few)


def test_other_keys_are_named_on_the_page(browser, suggest):
    suggestion = suggest(f.create_data() | {f"<b>{n}": {"x": "not read"} for n in range(60)})

    page = browser.get(f"{QUEUE}{suggestion.pk}/change/")

    told = pages.text(page).partition("It also holds, and nobody here reads:")[2]
    assert told.count("<b>") == 50
    assert "and 10 more" in told
    assert "not read" not in pages.source(page)


# What is judged is complete


@pytest.mark.parametrize("name", ["title", "room", "description", "start_time", "materials_url"])
@pytest.mark.parametrize("around", [" ", "\t", "\n", "x"])
def test_content_partly_read_text_refused(name, around):
    for text in (around * 30_000 + "A", "A" + around * 30_000):
        found, _whole = read(json.dumps(f.create_data(**{name: text})))
        refused = outcome(found, "schedule_create")
        assert "is longer than" in refused or "was given as" in refused


def test_content_differing_beyond_read_part():
    def changed(before, after):
        state = {"title": "A", "description": before}
        written = {
            "schedule_id": str(EVENT),
            "current_state": state,
            "proposed_state": state | {"description": after},
        }
        return outcome(read(json.dumps(written))[0], "schedule_update")

    assert "asks for no change" in changed("x" * 30_000, "x" * 30_000)
    assert "is longer than" in changed("x" * 30_000, "x" * 29_999 + "y")
    assert "is longer than" in changed("x" * 30_000, "x" * 30_001)


def test_content_partly_read_state_not_compared(noa, event, suggest):
    session = f.session(event=event, description="x" * 30_000, room="A")
    suggestion = suggest(f.update_data(session, description="short"), "schedule_update")

    verdict = verdicts.judge([suggestion])[suggestion.pk]

    assert "description" not in verdict.proposal.seen
    assert not [c for c in verdict.conflicts if c.kind == "stale"]


@pytest.mark.parametrize(
    "change",
    [
        {"unread": 2},
        {"reasoning": "x" * 30_000 + "b"},
        {"conflicts_detected": {"room": ["x"] * 900 + ["b"]}},
        {"proposed_state": {"title": "x" * 30_000 + "b"}},
        {"proposed_state": {"unread": [1, {"a": 1}]}},
        {"proposed_state": {"max_capacity": 10**100}},
    ],
    ids=str,
)
def test_content_digest_over_whole(suggest, change):
    data = {
        "unread": 1,
        "reasoning": "x" * 30_000 + "a",
        "conflicts_detected": {"room": ["x"] * 900 + ["a"]},
        "proposed_state": {
            "title": "x" * 30_000 + "a",
            "max_capacity": 10**101,
            "unread": [1, {"a": 2}],
        },
    }
    if "proposed_state" in change:
        change = {"proposed_state": data["proposed_state"] | change["proposed_state"]}
    same, other, differing = (suggest(d) for d in (data, data, data | change))

    def digest(suggestion):
        verdict = verdicts.judge([suggestion])[suggestion.pk]
        return verdicts.digest_of_parts(verdicts.asked(suggestion, verdict))

    assert digest(same) == digest(other) != digest(differing)


def test_content_read_alike_with_lock_and_relations(suggest):
    suggestion = suggest({"reasoning": "x" * 30_000, "unread": 1})
    ways = [
        Suggestion.objects.select_for_update().get(pk=suggestion.pk),
        Suggestion.objects.select_related("event", "user").get(pk=suggestion.pk),
        Suggestion.objects.only("action_data").get(pk=suggestion.pk),
        Suggestion.objects.defer("action_data").get(pk=suggestion.pk),
        Suggestion.objects.in_bulk([suggestion.pk])[suggestion.pk],
    ]

    assert {way.stored[0]["reasoning"] for way in ways} == {ways[0].action_data["reasoning"]}
    assert all(len(way.action_data["reasoning"]) < 20_200 for way in ways)
    [values] = Suggestion.objects.values_list("action_data", flat=True)
    assert isinstance(values, Content)


def test_content_never_written_back(suggest):
    for data in ({"unread": 1}, {"reasoning": "x" * 3_000_000}):
        suggestion = suggest(data)
        suggestion.refresh_from_db()
        with pytest.raises(TypeError), transaction.atomic():
            suggestion.save()


# What is too large


TOO_LARGE = "It holds 3.1 MB; no more than 1 MB is read of any."


def numbers(text: str) -> str:
    """Much, written, that is little as it is stored."""
    return json.dumps({"proposed_state": {"title": "A"}, "n": [0] * 100}).replace("0", text)


@pytest.mark.parametrize("number", ["1e131071", "1." + "0" * 16_000, "-1e-16000"])
def test_content_number_long_when_written(browser, noa, event, number):
    suggestion = f.raw_suggestion(user=noa.profile, event=event, json=numbers(number))
    f.raw_suggestion(
        user=noa.profile,
        event=event,
        json=json.dumps({"proposed_state": {"max_capacity": 0}}).replace("0", number),
    )

    for page in (QUEUE, HISTORY, f"{QUEUE}{suggestion.pk}/change/"):
        assert browser.get(page).status_code == 200
    lines = "".join(text for _n, text in exports.pieces(Filters().within(None), Format.JSON_LINES))
    assert len(lines) < 1_100_000
    for line in lines.splitlines():
        assert json.loads(line, parse_float=str, parse_int=str)["id"]


def test_content_over_a_megabyte_unreadable(browser, noa, event):
    for written in (
        json.dumps({"reasoning": "x" * 3_000_000}),
        json.dumps(["x" * 3_000_000]),
        json.dumps("x" * 3_000_000),
        json.dumps(f.create_data() | {"n": {f"{n:06}": n for n in range(100_000)}}),
    ):
        suggestion = f.raw_suggestion(user=noa.profile, event=event, json=written)
        assert isinstance(suggestion.action_data, Unreadable)
        assert "no more than 1 MB is read" in str(suggestion.action_data.reason)
        page = pages.text(browser.get(f"{QUEUE}{suggestion.pk}/change/"))
        assert "The suggestion is not readable: It holds " in page
        assert workflow.reject(suggestion_id=suggestion.pk, by=noa).status == "rejected"


def test_exports_write_content_up_to_a_megabyte(suggest):
    small = suggest({"reasoning": "x" * 990_000, "unread": [1, {"a": "b"}]})
    large = suggest({"reasoning": "x" * 1_010_000, "proposed_state": {"title": "y" * 5000}})

    text = "".join(text for _n, text in exports.pieces(Filters().within(None), Format.JSON_LINES))
    found = {line["id"]: line for line in map(json.loads, text.splitlines())}

    assert found[str(small.pk)]["action_data"] == {
        "reasoning": "x" * 990_000,
        "unread": [1, {"a": "b"}],
    }
    [(stored,)] = f.run(
        "select pg_column_size(action_data) from ai_insights_log where id = %s", large.pk
    )
    assert found[str(large.pk)]["action_data"] == {"too_large": stored}
    assert len(found[str(large.pk)]["title"]) == 2000


def test_content_bounded_in_history(browser, noa, suggest):
    session = f.session(event=suggest().event, room="A")
    suggestion = suggest(f.update_data(session, room="B"), "schedule_update")
    workflow.approve(suggestion_id=suggestion.pk, by=noa, confirmed=f.confirming(suggestion.pk))
    f.run("alter table backoffice.decision_history disable trigger user")
    f.run(
        "update backoffice.decision_history set seen = to_jsonb(repeat('x', 3000000)),"
        " before = before || jsonb_build_object('description', repeat('y', 3000000))"
        " where suggestion_id = %s",
        suggestion.pk,
    )

    for entry in HistoryEntry.objects.filter(suggestion=suggestion):
        assert isinstance(entry.seen, Unreadable)
        assert isinstance(entry.before, Unreadable | None)
    page = browser.get(f"{HISTORY}{suggestion.pk}/change/")
    assert page.status_code == 200
    assert len(page.content) < 200_000

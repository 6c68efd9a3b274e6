"""Exports: exactly what is filtered, read back as it was, in a stream, and to a file."""

import csv
import io
import json
import re
import tracemalloc
from datetime import UTC
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from ai_audit import history, workflow
from ai_audit.models import UNDONE, ApprovalRule, HistoryEntry, SecondFor, Status
from ai_audit.proposals import Action
from ai_audit.reports import exports, filters, in_words
from ai_audit.reports import pages as lists
from ai_audit.reports.exports import Format
from ai_audit.reports.filters import Filters, View
from eventflow.db import database
from eventflow.text.bidi import isolate
from eventflow.web import long_answers
from tests import factories as f
from tests import pages
from tests.database.test_what_the_ai_did import of_each_kind
from tests.faults.processes import database_url
from tests.pages import signed_in

pytestmark = pytest.mark.django_db

HISTORY = "/admin/ai_audit/suggestion/"
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    '=HYPERLINK("http://x","y")',
]


@pytest.fixture
def auditor(ours):
    return f.staff(profile=f.profile(organization=ours), permissions=["export_suggestion"])


def whole(asked, written_as) -> str:
    return "".join(lines for _rows, lines in exports.pieces(asked, written_as))


def as_csv(asked, language="en") -> list[dict]:
    """The rows as people read them, by the names that programs have for the columns."""
    with translation.override(language):
        text = whole(asked, Format.CSV)
        headers = [str(in_words.HEADERS[column]) for column in exports.COLUMNS]
    assert text[0] == "\ufeff"
    read, *rows = csv.reader(io.StringIO(text[1:], newline=""))
    assert read == headers
    assert len({*headers}) == len(headers)
    return [dict(zip(exports.COLUMNS, row, strict=True)) for row in rows]


def as_json(asked) -> list[dict]:
    text = whole(asked, Format.JSON_LINES)
    assert text == "" or text.endswith("\n")
    # Nothing but a line feed ends a line.
    return [json.loads(line) for line in text.split("\n")[:-1]]


def test_export_columns_read_back(noa, event, suggest, ours):
    f.session(event=event, title="Taken", room="חדר A", start=f.at(11))
    data = f.create_data(title='סדנה, עם "מרכאות"\r\nושורה') | {
        "conflicts_detected": {"speaker": ["x"], "room": ["y"]},
        "vip_affected": True,
    }
    failed, rejected = suggest(data, created_at=f.at(9)), suggest(created_at=f.at(8))
    workflow.approve(suggestion_id=failed.pk, by=noa, confirmed=f.confirming(failed.pk))
    workflow.reject(suggestion_id=rejected.pk, by=noa, reason="אין מקום")
    for suggestion in (failed, rejected):
        suggestion.refresh_from_db()
    (decided, rejected_at) = (
        at
        for (at,) in f.run(
            "select min(at) from backoffice.decision_history group by suggestion_id"
            " order by suggestion_id = %s desc",
            failed.pk,
        )
    )

    def on_the_clocks(at):
        return f"{at.astimezone(event.zone):%Y-%m-%d %H:%M:%S}"

    def in_utc(at):
        return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"

    first, second = as_csv(Filters().within(ours.pk))
    raw, raw_second = as_json(Filters().within(ours.pk))
    raw.pop("action_data")

    assert first == {
        "id": str(failed.pk),
        "organization": "ארגון הכנסים",
        "event": "כנס שנתי",
        "event_id": str(event.pk),
        "requester": "נועה כהן",
        "decider": "נועה כהן",
        "approver": "נועה כהן",
        "approved_own": "Yes",
        "made": "By the AI",
        "action_type": "Add a session",
        "title": 'סדנה, עם "מרכאות"\r\nושורה',
        "requested_start": "2038-01-30 11:15:00",
        "status": "Failed",
        "undone": "",
        "suggested_at": "2038-01-30 09:00:00",
        "decided_at": on_the_clocks(decided),
        "approved_at": on_the_clocks(failed.approved_at),
        "executed_at": "",
        "zone": "Asia/Jerusalem",
        "seconds_to_decide": "0",
        "vip_affected": "Yes",
        "conflicts_claimed": "Room, Speaker",
        "conflicts_found": "Room",
        "claim": "It claimed one that was none",
        "reason": "",
        "execution_error": failed.execution_error,
        "decided_elsewhere": "No",
        "acts": "",
    }
    assert raw == {
        "id": str(failed.pk),
        "organization": "ארגון הכנסים",
        "event": "כנס שנתי",
        "event_id": str(event.pk),
        "requester": "נועה כהן",
        "decider": "נועה כהן",
        "approver": "נועה כהן",
        "approved_own": "true",
        "made": "suggestion",
        "action_type": "schedule_create",
        "title": 'סדנה, עם "מרכאות"\r\nושורה',
        "requested_start": "2038-01-30T09:15:00.000000Z",
        "status": "failed",
        "undone": None,
        "suggested_at": "2038-01-30T07:00:00.000000Z",
        "decided_at": in_utc(decided),
        "approved_at": in_utc(failed.approved_at),
        "executed_at": None,
        "zone": "Asia/Jerusalem",
        "seconds_to_decide": "0",
        "vip_affected": "true",
        "conflicts_claimed": "room speaker",
        "conflicts_found": "room",
        "claim": "wrong",
        "reason": None,
        "execution_error": failed.execution_error,
        "decided_elsewhere": "false",
        "acts": None,
    }
    told = ("id", "status", "reason", "decided_at", "decider", "approver", "approved_own")
    assert [second[name] for name in told] == [
        str(rejected.pk),
        "Rejected",
        "אין מקום",
        on_the_clocks(rejected_at),
        *("נועה כהן", "", ""),
    ]
    assert [raw_second[name] for name in told] == [
        str(rejected.pk),
        "rejected",
        "אין מקום",
        in_utc(rejected_at),
        *("נועה כהן", None, None),
    ]
    assert list(first) == list(exports.COLUMNS)


@pytest.mark.parametrize(
    ("zone", "at", "told", "called"),
    [
        ("Asia/Jerusalem", "2038-01-30T09:15:00.000000Z", "2038-01-30 11:15:00", "Asia/Jerusalem"),
        ("America/New_York", "2038-07-30T02:15:30.5Z", "2038-07-29 22:15:30", "America/New_York"),
        # Both of two equal times are told apart.
        (None, "2038-10-30T22:30:00Z", "2038-10-31 01:30:00 (+0300)", "Asia/Jerusalem"),
        (None, "2038-10-30T23:30:00Z", "2038-10-31 01:30:00 (+0200)", "Asia/Jerusalem"),
        ("Mars/Olympus", "2038-01-30T09:15:00Z", "2038-01-30 09:15:00", "UTC, for “{}” is no"),
        ("IST", "2038-01-30T09:15:00Z", "2038-01-30 09:15:00", "UTC, for “{}” is no"),
        ("Asia/Jerusalem", "infinity", "infinity", "Asia/Jerusalem"),
        ("Asia/Jerusalem", "9999-12-31T23:59:59.000000Z", "9999-12-31 23:59:59", "Asia/Jerusalem"),
    ],
)
def test_times_are_on_the_events_own_clocks(ours, noa, zone, at, told, called):
    event = f.event(organization=ours, **({"timezone": zone} if zone else {}))
    f.run(
        "insert into ai_insights_log (user_id, event_id, action_type, action_data, created_at)"
        " values (%s, %s, 'x', '{}', %s)",
        noa.profile_id,
        event.pk,
        at,
    )

    [row] = as_csv(Filters().within(ours.pk))

    assert row["suggested_at"] == told
    assert row["zone"].startswith(called.format(isolate(zone)))


@pytest.mark.parametrize("language", ["en", "he"])
def test_export_words_in_readers_language(noa, event, suggest, ours, language):
    f.session(event=event, title="Taken", room="חדר A", start=f.at(11))
    failed, old = suggest(), suggest(f.create_data(room="x"))
    workflow.approve(suggestion_id=failed.pk, by=noa, confirmed=f.confirming(failed.pk))
    workflow.amend(suggestion_id=old.pk, by=noa, values={"room": "y"}, confirmed=f.EVERY_TICK)
    with translation.override(language):
        begun = exports.pieces(Filters().within(ours.pk), Format.CSV)
        labels = [str(label) for label in (Status.FAILED.label, Action.CREATE.label)]
        error = history.retold(HistoryEntry.objects.get(to_status="failed").seen)
        replaced = history.retold(HistoryEntry.objects.get(to_status="rejected").seen)
        headers = [str(in_words.HEADERS[column]) for column in exports.COLUMNS]
    with translation.override("he" if language == "en" else "en"):
        text = "".join(lines for _rows, lines in begun)
        assert translation.get_language() != language

    read, *rows = csv.reader(io.StringIO(text[1:], newline=""))
    assert read == headers
    by_id = {row[0]: dict(zip(exports.COLUMNS, row, strict=True)) for row in rows}
    told = by_id[str(failed.pk)]
    assert [told["status"], told["action_type"], told["execution_error"]] == [*labels, error]
    assert by_id[str(old.pk)]["reason"] == replaced
    # Programs read the same in every language.
    with translation.override("he"):
        raw = as_json(Filters().within(ours.pk))
    assert {line["status"] for line in raw} == {"failed", "rejected", "executed"}
    assert {line["made"] for line in raw} == {"suggestion", "edited"}


def test_export_author_and_rejecter(noa, event, ours):
    made = of_each_kind(noa, event)

    expected = {str(pk): doing for doing, rows in made.items() for pk in rows}
    raw = {line["id"]: line for line in as_json(Filters().within(ours.pk))}
    assert {pk: line["made"] for pk, line in raw.items()} == expected
    labels = {row["id"]: row["made"] for row in as_csv(Filters().within(ours.pk))}
    assert labels == {pk: str(filters.MADE[doing]) for pk, doing in expected.items()}
    rejected = raw[str(made["suggestion"][1])]
    assert (rejected["decider"], rejected["approver"]) == (noa.profile.full_name, None)
    assert raw[str(made["suggestion"][0])]["undone"] == "true"
    assert str(UNDONE) in {row["status"] for row in as_csv(Filters().within(ours.pk))}


@pytest.mark.parametrize("formula", FORMULAS)
def test_export_formula_neutralised(ours, formula):
    person = f.profile(organization=ours, full_name=formula)
    event = f.event(organization=ours, name=formula)
    f.suggestion(user=person, event=event, data=f.create_data(title=formula), action_type=formula)

    [row] = as_csv(Filters().within(ours.pk))

    for column in ("requester", "event", "title", "action_type"):
        assert row[column] == f"'{formula}"
    [line] = as_json(Filters().within(ours.pk))
    assert (line["requester"], line["title"]) == (formula, formula)


@pytest.mark.parametrize("parting", [";", "\t", ",", "|", '"', "\r\n", ";=1+1", "\t=1+1"])
def test_export_cells_quoted(ours, event, parting):
    text = f"a{parting}b"
    person = f.profile(organization=ours, full_name=text)
    f.suggestion(user=person, event=event, data=f.create_data(title=text), action_type=text)
    asked = Filters().within(ours.pk)

    header, *cells = whole(asked, Format.CSV)[1:].split("\r\n", 1)

    assert header == ",".join(f'"{in_words.HEADERS[column]}"' for column in exports.COLUMNS)
    written = '"' + text.replace('"', '""') + '"'
    assert cells[0].count(written) == 3
    # What is left between the quoted cells are commas.
    assert re.sub(r'"([^"]|"")*"', "", cells[0]) == "," * (len(exports.COLUMNS) - 1) + "\r\n"
    [row] = as_csv(asked)
    assert (row["requester"], row["title"], row["action_type"]) == (text, text, text)


def test_export_acts_beside_decisions(noa, suggest, ours, event):
    f.session(event=event, room="A", start=f.at(9), end=f.at(15))
    failed = suggest(f.create_data(title="fails", room="A"))
    workflow.approve(suggestion_id=failed.pk, by=noa, confirmed=f.EVERY_TICK)
    workflow.dismiss(suggestion_id=failed.pk, by=noa, reason="left at that")

    (row,) = as_csv(Filters().within(ours.pk))
    kind, _at, who, said = row["acts"].split(" · ")

    assert (row["status"], kind, who, said) == (
        "Failed",
        "Dismissed",
        "נועה כהן",
        "left at that",
    )
    (raw,) = as_json(Filters().within(ours.pk))
    [(kind, at, who, said)] = [raw["acts"].split(" · ")]
    assert (kind, at[-1], who, said) == ("dismissed", "Z", "נועה כהן", "left at that")


def test_export_names_first_and_second_approver(noa, suggest, ours):
    ApprovalRule.objects.create(organization=ours, second_for=SecondFor.ALL)
    dana = f.staff(profile=f.profile(organization=ours, full_name="דנה לוי"))
    suggestion = suggest(f.create_data(room=None))
    for who in (noa, dana):
        workflow.approve(suggestion_id=suggestion.pk, by=who, confirmed=f.EVERY_TICK)

    (row,) = as_csv(Filters().within(ours.pk))
    (raw,) = as_json(Filters().within(ours.pk))

    for written, kind in ((row, "Approved, 1 of 2"), (raw, "first_approval")):
        first, _at, who = written["acts"].split(" · ")
        assert (first, who, written["approver"]) == (kind, "נועה כהן", "דנה לוי")


def elsewhere(suggestion, status, role) -> None:
    """As an older client decides, which knows nothing of the back office."""
    with transaction.atomic():
        f.run(f"set local role {role}")
        f.run(
            "select set_config('request.jwt.claims', %s, true)",
            json.dumps({"sub": str(suggestion.user_id)} if role == "authenticated" else {}),
        )
        f.run(
            "update ai_insights_log set execution_status = %s where id = %s", status, suggestion.pk
        )
        f.run("set local role none")
        f.run("select set_config('request.jwt.claims', '', true)")


@pytest.mark.parametrize("role", ["none", "service_role", "authenticated"])
def test_export_decided_elsewhere_marked(noa, suggest, ours, browser, role):
    rows = {title: suggest(f.create_data(title=title, room=title)) for title in "abcdefg"}
    workflow.approve(suggestion_id=rows["a"].pk, by=noa, confirmed=f.confirming(rows["a"].pk))
    workflow.reject(suggestion_id=rows["b"].pk, by=noa)
    elsewhere(rows["c"], "rejected", role)
    elsewhere(rows["d"], "approved", role)
    # Approved here, and carried out elsewhere or by the command of the night.
    for title in "ef":
        workflow.approve_for_later(
            suggestion_id=rows[title].pk, by=noa, confirmed=f.confirming(rows[title].pk)
        )
    workflow.execute(suggestion_id=rows["e"].pk)
    elsewhere(rows["f"], "failed", role)

    marks = {"a": "false", "b": "false", "c": "true", "d": "true", "e": "false", "f": "false"}
    asked = Filters().within(ours.pk)
    words = {"true": "Yes", "false": "No"}
    assert {row["title"]: row["decided_elsewhere"] for row in as_csv(asked)} == {
        **{title: words[mark] for title, mark in marks.items()},
        "g": "",
    }
    assert {row["title"]: row["decided_elsewhere"] for row in as_json(asked)} == marks | {"g": None}
    answer = browser.get(HISTORY, {"view": "suggested"})
    shown = dict(zip(pages.shown_ids(answer), pages.rows(answer), strict=True))
    assert {title for title in rows if "Not through the" in shown[str(rows[title].pk)]} == {
        title for title, mark in marks.items() if mark == "true"
    }


@pytest.mark.parametrize("text", ["a=1", "'=1", "", " ", "1-1", "אין"])
def test_export_ordinary_cell_unchanged(text):
    assert exports.neutral(text) == text


def test_json_lines_hold_the_whole_content(ours, noa, event, suggest):
    contents = [
        {"a": [1, None, {"ב": '\u2028\u0085\\ "\n'}], "n": 1.5, "t": True},
        ["odd"],
        "text",
        None,
    ]
    for content in contents[:-1]:
        suggest(content)
    f.raw_suggestion(user=noa.profile, event=event, json="null")
    f.raw_suggestion(user=noa.profile, event=event, json="9" * 4000)

    lines = as_json(Filters().within(ours.pk))

    written = {line["id"]: line["action_data"] for line in lines}
    stored = {
        str(pk): json.loads(text)
        for pk, text in f.run("select id, action_data::text from ai_insights_log")
    }
    assert written == stored
    assert len(written) == 5
    assert all(list(line) == [*exports.COLUMNS, "action_data"] for line in lines)


@pytest.mark.parametrize("written_as", Format)
@pytest.mark.parametrize("moment", ["infinity", "-infinity", "20000-01-01", "4000-01-01 BC"])
def test_export_any_moment(ours, noa, event, moment, written_as):
    f.run(
        "insert into ai_insights_log (user_id, event_id, action_type, action_data, created_at)"
        " values (%s, %s, 'x', '{}', %s)",
        noa.profile_id,
        event.pk,
        moment,
    )
    read = {Format.CSV: as_csv, Format.JSON_LINES: as_json}[written_as]

    [row] = read(Filters().within(ours.pk))

    expected = {
        "20000-01-01": "20000-01-01T00:00:00.000000Z",
        "4000-01-01 BC": "4000-01-01 00:00:00+00 BC",
    }.get(moment, moment)
    # What is beyond the calendar is on no clock.
    in_a_cell = exports.neutral(expected)
    assert row["suggested_at"] == (in_a_cell if written_as is Format.CSV else expected)


@pytest.fixture
def few(suggest, theirs, their_event):
    stranger = f.profile(organization=theirs)
    f.suggestion(user=stranger, event=their_event)
    f.suggestion(user=stranger, event=None)
    return [
        suggest(created_at=f.at(9)),
        suggest(["odd"], "x", created_at=f.at(9)),
        suggest(event=None, created_at=f.at(10)),
    ]


FILTERS = [Filters(), Filters(action="other"), Filters(status="failed"), Filters(words="סדנה")]


@pytest.mark.parametrize("asked", FILTERS)
def test_export_as_list_and_in_order(ours, few, asked):
    for scope in (ours.pk, None):
        scoped = asked.within(scope)
        listed = [str(row.pk) for row in lists.page(scoped, size=100).rows]
        assert [row["id"] for row in as_csv(scoped)] == listed
        assert [row["id"] for row in as_json(scoped)] == listed
    assert len(as_csv(Filters().within(None))) == 5


def test_export_without_row_now_anothers(ours, few, event, theirs):
    event.organization = theirs
    event.save(update_fields=["organization"])

    assert [row["id"] for row in as_csv(Filters().within(ours.pk))] == [str(few[2].pk)]
    assert [row["id"] for row in as_json(Filters().within(ours.pk))] == [str(few[2].pk)]


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_export_download_filtered(auditor, few, ending):
    answer = signed_in(auditor.user).get(f"{HISTORY}export.{ending}", {"action": "other"})

    assert answer.streaming
    assert (
        answer["Content-Type"]
        == {
            "csv": "text/csv; charset=utf-8",
            "jsonl": "application/jsonl",
        }[ending]
    )
    assert answer["Content-Disposition"].endswith(f'.{ending}"')
    text = pages.source(answer)
    assert str(few[1].pk) in text
    assert not any(str(row.pk) in text for row in (few[0], few[2]))


def test_export_link_keeps_view(auditor, noa, few):
    workflow.reject(suggestion_id=few[0].pk, by=noa)
    exporter = signed_in(auditor.user)

    def exported(query):
        text = pages.source(exporter.get(f"{HISTORY}export.jsonl{query}"))
        return {json.loads(line)["id"] for line in text.splitlines()}

    everything = {str(row.pk) for row in few}
    for query, ids in (("", {str(few[0].pk)}), ("?view=suggested", everything)):
        links = exporter.get(HISTORY + query).content.decode()
        [link] = re.findall(r'export\.jsonl(\?[^"]*)"', links)
        assert exported(link.replace("&amp;", "&")) == ids
    assert exported("") == everything


def test_export_needs_permission(auditor, browser, few):
    for ending in ("csv", "jsonl"):
        assert browser.get(f"{HISTORY}export.{ending}").status_code == 403
    assert "Export:" not in pages.text(browser.get(HISTORY))
    exporter = signed_in(auditor.user)
    assert "Export: CSV, for spreadsheets" in pages.text(exporter.get(HISTORY))
    for wrong in ("export.xlsx", "export.csv?status=nonsense", "export.csv?from_day=x"):
        assert exporter.get(HISTORY + wrong).status_code == 404
    auditor.user.user_permissions.remove(
        *auditor.user.user_permissions.filter(codename="view_suggestion")
    )
    assert signed_in(auditor.user).get(f"{HISTORY}export.csv").status_code == 403


def test_export_two_at_once_per_person(auditor, few):
    with psycopg.connect(database_url()) as other:
        for n in range(long_answers.FOR_ONE):
            key = database.advisory_key("turn", str(auditor.user.pk), str(n))
            other.execute("select pg_advisory_lock(%s)", [key])
        refused = signed_in(auditor.user).get(f"{HISTORY}export.csv")

    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert "You are downloading two exports already" in refused.content.decode()
    # They ended with their connection.
    assert signed_in(auditor.user).get(f"{HISTORY}export.csv").status_code == 200


def many(noa, event, number):
    f.run(
        "insert into ai_insights_log (user_id, event_id, action_type, action_data)"
        " select %s, %s, 'schedule_create', jsonb_build_object('proposed_state',"
        " jsonb_build_object('title', n::text), 'reasoning', repeat('x', 500))"
        " from generate_series(1, %s) as n",
        noa.profile_id,
        event.pk,
        number,
    )


def sizes(few: int, many: int):
    """The size of a chunk: few rows, and as many as it holds in the product for `make test-all`."""
    often = pytest.param(many, marks=[pytest.mark.long, pytest.mark.once])
    return pytest.mark.parametrize("chunk", [few, often])


@sizes(600, exports.CHUNK)
@pytest.mark.parametrize("written_as", Format)
def test_export_first_piece_small(noa, event, ours, written_as, chunk, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", chunk)

    def statements(number):
        f.run("delete from backoffice.suggestion_index")
        many(noa, event, number)
        with CaptureQueriesContext(connection) as captured:
            rows = [n for n, _lines in exports.pieces(Filters().within(ours.pk), written_as)]
        return sum(rows), rows, len([s for s in captured if s["sql"].startswith("SELECT")])

    assert statements(1)[2] == statements(400)[2] == 1
    number = 2 * chunk + 1000
    rows, held, keys = statements(number)
    assert (rows, keys) == (number, 4)
    assert max(held[:2]) <= 500


@sizes(100, 1000)
@pytest.mark.parametrize("written_as", Format)
def test_memory_does_not_grow_with_the_rows(noa, event, ours, written_as, chunk, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", chunk)

    def peak():
        tracemalloc.start()
        rows = sum(n for n, _lines in exports.pieces(Filters().within(ours.pk), written_as))
        _now, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return rows, highest

    many(noa, event, 2 * chunk)
    peak()
    few, before = peak()
    many(noa, event, 18 * chunk)
    rows, after = peak()

    assert (few, rows) == (2 * chunk, 20 * chunk)
    assert after < before * 1.5


# The command


def export(*args) -> str:
    out = StringIO()
    call_command("export_history", *map(str, args), stdout=out, verbosity=0)
    return out.getvalue()


def test_export_command_equals_download(few, tmp_path):
    file = tmp_path / "all.csv"
    assert export(file) == f"5 suggestions were written to {file}.\n"
    assert file.read_text("utf-8").startswith('\ufeff"Id","Organization",')
    with file.open(encoding="utf-8", newline="") as written:
        assert written.read() == whole(Filters().within(None), Format.CSV)

    hebrew = tmp_path / "hebrew.csv"
    export(hebrew, "--language", "he", "--view", "decided")
    with translation.override("he"), hebrew.open(encoding="utf-8", newline="") as written:
        assert written.read() == whole(Filters(view=View.DECIDED).within(None), Format.CSV)
    hebrew.unlink()

    other = tmp_path / "some.jsonl"
    export(other, "--action", "other", "--event", few[1].event_id, "--to-day", "2038-01-30")
    assert [json.loads(line)["id"] for line in other.read_text().splitlines()] == [str(few[1].pk)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.csv", "some.jsonl"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["x.csv", "--status", "nonsense"], "argument --status: invalid choice: 'nonsense'"),
        (["x.csv", "--claimed", "room_name"], "argument --claimed: invalid choice"),
        (["x.csv", "--compared", "x"], "argument --compared: invalid choice"),
        (["x.csv", "--from-day", "30/01/2038"], "argument --from-day: invalid"),
        (["x.csv", "--event", "nonsense"], "argument --event: invalid UUID value: 'nonsense'"),
        (["x.csv", "--longer", "x"], "argument --longer: invalid int value: 'x'"),
        (["x.xlsx"], "x.xlsx ends neither in .csv nor in .jsonl. Nothing was written."),
        (["x"], "x ends neither in .csv nor in .jsonl. Nothing was written."),
    ],
)
def test_export_command_refusals(few, tmp_path, monkeypatch, arguments, sentence):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CommandError) as caught:
        export(*arguments)

    assert sentence in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_export_file_unwritable_keeps_old(few, tmp_path):
    missing = tmp_path / "nowhere" / "x.csv"
    with pytest.raises(CommandError) as caught:
        export(missing)
    assert str(caught.value) == (
        f"{missing} could not be written: No such file or directory. What was there is as it was."
    )
    # A folder stands where the file is to be.
    occupied = tmp_path / "x.csv"
    (occupied / "inside").mkdir(parents=True)
    with pytest.raises(CommandError) as caught:
        export(occupied)
    assert str(caught.value) == (
        f"{occupied} could not be written: Is a directory. What was there is as it was."
    )
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]


def test_export_disk_full_keeps_old(few, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("older")
    (tmp_path / "x.csv.partial").symlink_to("/dev/full")

    with pytest.raises(CommandError) as caught:
        export(file)

    assert str(caught.value) == (
        f"{file} could not be written: No space left on device. What was there is as it was."
    )
    assert file.read_text() == "older"
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]

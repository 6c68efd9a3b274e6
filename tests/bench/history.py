"""`make bench ROWS=1000000`: the audit history at that size, beside the stock admin, over HTTP.

For each size it builds a database of its own by the way a live one goes (the rows first, then the
migrations that index them), serves the application with gunicorn, and asks it page by page. Writes
docs/bench/history.md and .json, with the ratio to the stock admin over the same table in the same
run, and to ten thousand rows. Asserts nothing about time.
"""

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

from ai_audit.models import IndexedSuggestion  # noqa: E402
from ai_audit.reports import index  # noqa: E402
from scheduling.models import UserProfile  # noqa: E402
from tests import factories, pages  # noqa: E402
from tests.bench import history_data, index_use, queue  # noqa: E402
from tests.databases import connected_to, copy_of  # noqa: E402
from tests.templates import STAND_IN, prepare_stand_in  # noqa: E402

SMALL = 10_000
ROUNDS, STOCK_ROUNDS = 20, 3
MOST_VERIFIED = 1_000_000
MOST_EXPORTED = 1_000_000
STOCK_EXPORTED = 100_000
FOLDER = Path(settings.BASE_DIR) / "docs" / "bench"
HISTORY = "/admin/ai_audit/suggestion/"
STOCK = "/stock/ai_audit/suggestion/"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="suggestions ever made")
    rows = parser.parse_args().rows
    setup_test_environment()
    with ExitStack() as stack:
        made = {size: stack.enter_context(filled(size)) for size in sorted({SMALL, rows})}
        # Side by side in time: what else the machine does is the same for all.
        sizes = {size: measure(size, *found) for size, found in made.items()}
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "history.json").write_text(json.dumps(sizes, indent=1, ensure_ascii=False) + "\n")
    text = as_markdown(sizes[SMALL], sizes[rows])
    (FOLDER / "history.md").write_text(text)
    print(text)


@contextmanager
def filled(rows: int):
    """A database with so many suggestions, dropped at the end; its name, and what building took."""
    prepare_stand_in()
    with copy_of(STAND_IN) as name:
        with connected_to(name):
            building = build(rows)
        yield name, building


def measure(rows: int, name: str, building: dict) -> dict:
    """What is measured in a database that is filled."""
    with connected_to(name):
        found = {"rows": rows, "machine": machine(), "building": building, "pages": {}}
        with served(name) as port:
            manager = factories.staff(
                profile=UserProfile.objects.filter(organization=history_data.LARGE).first(),
                permissions=(*factories.EVERY_DECISION, "view_suggestion", "export_suggestion"),
            )
            root = factories.superuser()
            browsers = {"manager": Browser(port, manager.user), "superuser": Browser(port, root)}
            before = index_use.scans()
            pages_at(rows, browsers, found["pages"])
            found["narrowed"] = narrowed(browsers)
            found["exports"] = exports_at(rows, browsers["superuser"])
            found["indexes"] = index_use.scans(before)
        found["bulk"] = bulk(manager)
        found["writes"] = writes()
        found["sizes"] = table_sizes()
        return found


def build(rows: int) -> dict:
    """The rows, then what indexes them; how long each took, in seconds."""
    took = {}
    with timed(took, "migrations before"):
        call_command("migrate", "ai_audit", "0008", verbosity=0)
        call_command("migrate", "scheduling", verbosity=0)
    with timed(took, "rows"):
        history_data.fill(rows)
    for name, step in (
        ("the index's table and trigger", "0009"),
        ("filling it, in batches", "0010"),
        ("its indexes, concurrently", "0011"),
        ("the daily figures", "0012"),
    ):
        with timed(took, name):
            call_command("migrate", "ai_audit", step, verbosity=0)
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    if rows <= MOST_VERIFIED:
        with timed(took, "verifying it"):
            drift = index.verify()
        if drift:
            raise SystemExit(f"The index is not what it should be: {drift}")
    print(f"{rows:,} rows: {took}", flush=True)
    return took


@contextmanager
def timed(took: dict, name: str):
    began = time.perf_counter()
    yield
    took[name] = round(time.perf_counter() - began, 1)


@contextmanager
def served(database: str):
    """gunicorn with one worker, on loopback; yields its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    parameters = connection.get_connection_params()
    url = (
        f"postgres://{parameters['user']}:{parameters['password']}@{parameters['host']}"
        f":{parameters['port']}/{database}"
    )
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "eventflow.wsgi", "--workers", "1"),
            *("--bind", f"127.0.0.1:{port}", "--timeout", "900", "--log-level", "warning"),
        ],
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "tests.bench.served",
            "DATABASE_URL": url,
            "SECRET_KEY": settings.SECRET_KEY,
        },
        cwd=settings.BASE_DIR,
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


class Browser:
    """Someone signed in, who asks over HTTP."""

    def __init__(self, port: int, user):
        cookie = pages.signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
        self.port, self.headers = port, {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}

    def open(self, address: str):
        """The answer, not read yet."""
        sender = http.client.HTTPConnection("127.0.0.1", self.port, timeout=900)
        sender.request("GET", address, headers=self.headers)
        return sender.getresponse()

    def get(self, address: str) -> dict:
        """How long an answer took, in ms, and what its headers tell."""
        began = time.perf_counter()
        answer = self.open(address)
        body = answer.read()
        took = (time.perf_counter() - began) * 1000
        # What takes longer than a page may is ended, and counts with what it took until then.
        if answer.status not in (200, 302, 503):
            raise SystemExit(f"{address}: {answer.status}")
        return {
            "ms": took,
            "statements": int(answer.headers.get("X-Statements", 0)),
            "database": float(answer.headers.get("X-Database-Ms", 0)),
            "memory": int(answer.headers.get("X-Memory-Kb", 0)),
            "narrow": answer.status == 503 or b"errornote" in body,
        }


def asked(browser: Browser, address: str, rounds: int) -> dict:
    """p50 and p95 of some rounds after one that is not counted, and the last one's numbers."""
    first = browser.get(address)
    # What takes minutes is asked for once.
    found = [first] if first["ms"] > 20_000 else [browser.get(address) for _ in range(rounds)]
    times = sorted(one["ms"] for one in found)
    return {
        "p50": round(times[len(times) // 2], 1),
        "p95": round(times[min(len(times) - 1, int(len(times) * 0.95))], 1),
        "database": round(found[-1]["database"], 1),
        "statements": found[-1]["statements"],
        "memory_mb": round(found[-1]["memory"] / 1024),
        "narrow": found[-1]["narrow"],
    }


def pages_at(rows: int, browsers: dict[str, Browser], found: dict) -> None:
    """Every page by name, in the application, and in the stock admin where it has the like."""
    middle = IndexedSuggestion.objects.filter(organization_id=history_data.LARGE).order_by(
        "suggested_at"
    )[rows // 12]
    day = timezone.localdate(middle.suggested_at)
    month = {"from_day": day.replace(day=1), "to_day": day.replace(day=28)}
    empty = UserProfile.objects.get(organization=history_data.EMPTY)
    deep = place_at(min(25_000, rows // 2))
    # The name, who asks, what of ours, what of the stock admin's.
    listed = [
        ("first page", "manager", {}, None),
        ("first page", "superuser", {}, {}),
        ("everything suggested", "manager", {"view": "suggested"}, None),
        ("everything suggested", "superuser", {"view": "suggested"}, {}),
        ("approved their own", "manager", {"own": "on"}, None),
        ("what nobody could carry out", "manager", {"made": "unreadable"}, None),
        ("status: failed", "manager", {"status": "failed"}, None),
        (
            "status: failed",
            "superuser",
            {"status": "failed"},
            {"execution_status__exact": "failed"},
        ),
        ("action type: remove", "manager", {"action": "schedule_delete"}, None),
        (
            *("action type: remove", "superuser", {"action": "schedule_delete"}),
            {"action_type__exact": "schedule_delete"},
        ),
        ("event", "manager", {"event": middle.event_id}, None),
        (
            *("event", "superuser", {"event": middle.event_id}),
            {"event__id__exact": middle.event_id},
        ),
        (
            *("organization", "superuser", {"organization": history_data.LARGE}),
            {"event__organization__id__exact": history_data.LARGE},
        ),
        (
            *("organization without rows", "superuser", {"organization": history_data.EMPTY}),
            {"event__organization__id__exact": history_data.EMPTY},
        ),
        ("requester", "manager", {"requester": middle.requester_id}, None),
        (
            *("requester", "superuser", {"requester": middle.requester_id}),
            {"user__id__exact": middle.requester_id},
        ),
        (
            "requester without rows",
            "superuser",
            {"requester": empty.pk},
            {"user__id__exact": empty.pk},
        ),
        ("decider", "manager", {"decider": middle.decider_id}, None),
        ("suggested in a month", "manager", month, None),
        (
            *("suggested in a month", "superuser", month),
            {
                f"created_at__{name}": f"{day} 00:00+00:00"
                for name, day in zip(("gte", "lt"), month.values(), strict=True)
            },
        ),
        (
            "decided in a month",
            "manager",
            {"decided_from": month["from_day"], "decided_to": month["to_day"]},
            None,
        ),
        (
            "carried out in a month",
            "manager",
            {"executed_from": month["from_day"], "executed_to": month["to_day"]},
            None,
        ),
        ("suggested next year: nothing", "manager", {"from_day": "2100-01-01"}, None),
        ("claimed: speaker", "manager", {"claimed": "speaker"}, None),
        ("claimed: another kind: nothing", "manager", {"claimed": "other"}, None),
        ("VIPs", "manager", {"vip": "on"}, None),
        ("the claim missed something", "manager", {"claim": "missed"}, None),
        ("by kind: speaker, missed", "manager", {"compared": "missed-speaker"}, None),
        ("by kind: capacity, missed: nothing", "manager", {"compared": "missed-capacity"}, None),
        ("took longer than a week: few", "manager", {"longer": "604800"}, None),
        ("reason", "manager", {"reason": "Reason number 7"}, None),
        ("a reason of one", "superuser", {"reason": history_data.RARE_REASON}, None),
        ("a reason of nobody: nothing", "manager", {"reason": "None at all"}, None),
        ("page 1,000", "superuser", deep, {"p": min(1000, rows // 50)}),
        ("the last page", "superuser", {"last": 1}, {"p": -(-rows // 100)}),
        ("search by id", "superuser", {"words": middle.pk}, {"q": middle.pk}),
        ("search for a word of many", "superuser", {"words": "Keynote"}, {"q": "Keynote"}),
        (
            *("search for a word of one", "superuser", {"words": history_data.RARE_TITLE}),
            {"q": history_data.RARE_TITLE},
        ),
        ("combined: failed, VIPs, claimed", "manager", COMBINED, None),
        ("combined: nothing", "manager", COMBINED | {"reason": "None at all"}, None),
    ]
    for name, who, ours, stock in listed:
        found[f"{name} ({who})"] = compared(browsers[who], ours, stock)
    for who in browsers:
        addresses = {
            "how many, of all": f"{HISTORY}count/",
            "how many failed": f"{HISTORY}count/?status=failed",
            "insights of a month": f"{HISTORY}insights/?{urlencode(month)}",
        }
        for name, address in addresses.items():
            found[f"{name} ({who})"] = {"ours": asked(browsers[who], address, ROUNDS)}


COMBINED = {"status": "failed", "vip": "on", "claimed": "room"}


def narrowed(browsers: dict[str, Browser]) -> list[str]:
    """Every filter of the list once: what had to be narrowed, and for whom."""
    some = IndexedSuggestion.objects.filter(
        organization_id=history_data.LARGE, decider__isnull=False, event__isnull=False
    ).first()
    given = {
        "event": some.event_id,
        "requester": some.requester_id,
        "decider": some.decider_id,
        "reason": "Reason number 7",
        "executed_from": timezone.localdate(some.suggested_at),
    }
    return [
        f"{asked} ({who})"
        for who, browser in browsers.items()
        for asked in index_use.ask_for_everything(
            lambda asked, browser=browser: browser.get(f"{HISTORY}?{urlencode(asked)}"), **given
        )
    ]


def compared(browser: Browser, ours: dict, stock: dict | None) -> dict:
    found = {"ours": asked(browser, f"{HISTORY}?{urlencode(ours)}", ROUNDS)}
    if stock is not None:
        found["stock"] = asked(browser, f"{STOCK}?{urlencode(stock)}", STOCK_ROUNDS)
    print(ours, found, flush=True)
    return found


def place_at(depth: int) -> dict:
    """Where the page begins that many rows down."""
    ordered = IndexedSuggestion.objects.order_by("-suggested_at", "-pk")
    row = ordered.extra(select={"key": "suggested_at::text"}).values_list("key", "pk")[depth]
    return {"view": "suggested", "after": "~".join(map(str, row))}


def exports_at(rows: int, browser: Browser) -> dict:
    """How fast exports come, how soon their first byte, and how far the memory grows."""
    span = timedelta(days=3 * 365) * min(1, MOST_EXPORTED / rows)
    first = timezone.localdate() - span
    asking = urlencode({"from_day": first})
    # What is read for the first time comes from the disk, which is not what is compared here.
    cold = exported(browser, f"{HISTORY}export.csv?{asking}")
    return {
        "csv, read for the first time": cold,
        "csv": exported(browser, f"{HISTORY}export.csv?{asking}"),
        "jsonl": exported(browser, f"{HISTORY}export.jsonl?{asking}"),
        "stock": exported(browser, f"/stock-export.csv?rows={min(rows, STOCK_EXPORTED)}"),
    }


def exported(browser: Browser, address: str) -> dict:
    began = time.perf_counter()
    answer = browser.open(address)
    worker = worker_of(browser.port)
    before = highest = resident_kb(worker)
    lines = len(answer.read(1)) - 1
    first_byte = time.perf_counter() - began
    done = threading.Event()

    def watch():
        nonlocal highest
        while not done.wait(0.05):
            highest = max(highest, resident_kb(worker))

    watching = threading.Thread(target=watch)
    watching.start()
    size = 1
    while part := answer.read(1 << 20):
        size += len(part)
        lines += part.count(b"\n")
    took = time.perf_counter() - began
    done.set()
    watching.join()
    return {
        "rows": lines,
        "seconds": round(took, 1),
        "rows_per_second": round(lines / took),
        "first_byte_s": round(first_byte, 2),
        "bytes": size,
        "memory_growth_mb": round((highest - before) / 1024, 1),
    }


def worker_of(port: int) -> int:
    """The process id of gunicorn's one worker."""
    mark = f"127.0.0.1:{port}"
    serving = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "cmdline").read_text():
                serving.append(int(folder.name))
        except OSError:
            continue
    return max(serving)


def resident_kb(pid: int) -> int:
    text = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS"))


def bulk(manager) -> dict:
    """Approving and carrying out a thousand in one act, in this process."""
    took = {}
    usual = queue.measure

    def measured(name, act, rounds=1):
        with timed(took, name):
            act()

    queue.measure = measured
    try:
        queue.approve_a_thousand(pages.signed_in(manager.user), manager)
    finally:
        queue.measure = usual
    return took


INSERTED = 2000
_INDEXING = ("index_new_suggestions", "index_changed_suggestions")


def writes() -> dict:
    """Suggestions inserted in a second, each in a transaction of its own; without indexing, too."""
    return {
        "suggestions inserted a second": inserted(),
        "the same without the suggestion index": without_index(inserted),
    }


def inserted() -> int:
    middle = IndexedSuggestion.objects.filter(organization_id=history_data.LARGE).first()
    content = json.dumps(factories.create_data())
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for _n in range(INSERTED):
            cursor.execute(
                "insert into ai_insights_log (user_id, event_id, action_type, action_data)"
                " values (%s, %s, 'schedule_create', %s)",
                [middle.requester_id, middle.event_id, content],
            )
    return round(INSERTED / (time.perf_counter() - began))


def without_index(act):
    with connection.cursor() as cursor:
        for trigger in _INDEXING:
            cursor.execute(f"alter table ai_insights_log disable trigger {trigger}")
        found = act()
        for trigger in _INDEXING:
            cursor.execute(f"alter table ai_insights_log enable always trigger {trigger}")
    return found


def table_sizes() -> dict:
    """The bytes of each table with its indexes."""
    names = ("public.ai_insights_log", "backoffice.decision_history", "backoffice.suggestion_index")
    with connection.cursor() as cursor:
        cursor.execute(
            "select name, pg_table_size(name::regclass), pg_indexes_size(name::regclass)"
            " from unnest(%s::text[]) as name",
            [[*names, "backoffice.daily_figures"]],
        )
        return {name: {"table": table, "indexes": indexes} for name, table, indexes in cursor}


def machine() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select version(), current_setting('shared_buffers')")
        version, buffers = cursor.fetchone()
    return f"{version.split(' on ')[0]} with {buffers} of buffers, {os.cpu_count()} cores"


def as_markdown(small: dict, large: dict) -> str:
    """The table for people."""
    rows = f"{large['rows']:,}"
    lines = [
        f"Made by `make bench ROWS={large['rows']}` on {large['machine']}.",
        "Times in milliseconds over HTTP. Ratios are of the p50: to ten thousand rows, and to the",
        "stock admin over the same table in the same run.",
        "",
        f"| page | p50 | p95 | statements | memory, MB | p50 at {SMALL:,} | times that | "
        "stock p50 | statements | times faster |",
        "| --- | " + "---: | " * 9,
    ]
    for name, found in large["pages"].items():
        ours, stock = found["ours"], found.get("stock")
        before = small["pages"][name]["ours"]
        cells = [
            name + (" — asks to narrow it" if ours["narrow"] else ""),
            *(ours["p50"], ours["p95"], ours["statements"], ours["memory_mb"]),
            *(before["p50"], f"{ours['p50'] / before['p50']:.1f}"),
            *((stock["p50"], stock["statements"]) if stock else ("", "")),
            f"{stock['p50'] / ours['p50']:.0f}" if stock else "",
        ]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines += [
        "",
        "| export | rows | rows/s | first byte, s | memory growth, MB |",
        "| --- | " + "---: | " * 4,
    ]
    for name, one in large["exports"].items():
        cells = (one["rows"], one["rows_per_second"], one["first_byte_s"], one["memory_growth_mb"])
        lines.append(f"| {name} | " + " | ".join(f"{cell:,}" for cell in cells) + " |")
    lines += ["", f"At {rows} rows:", ""]
    lines += [
        f"- {name}: {took} s" for name, took in {**large["building"], **large["bulk"]}.items()
    ]
    lines += [f"- {name}: {n:,}" for name, n in large["writes"].items()]
    lines += [
        f"- `{name}`: {size['table'] / 2**30:.2f} GiB, indexes {size['indexes'] / 2**30:.2f} GiB"
        for name, size in large["sizes"].items()
    ]
    lines += ["", "Of the indexes:", "", *index_use.as_lines(large["indexes"], large["narrowed"])]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()

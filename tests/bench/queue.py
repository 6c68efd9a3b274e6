"""How the approval queue bears many rows: `make bench-queue ROWS=10000`.

Fills a database of its own, opens the pages a manager does, and prints for each how long it took,
how much of that in the database, and in how many statements, beside what is aimed at where that is
said; then what a row costs of many that one statement writes. Asserts nothing about time.

Beside the time that passed stands the processor time of this process and the server's, which is
what it takes where nobody else works on the same cores.
"""

import argparse
import gc
import os
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
if "--pointers" in sys.argv:
    # Before the settings are read: the stand-in is then as in production.
    os.environ["TEST_SHAPE"] = "production"
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from ai_audit import queue  # noqa: E402
from ai_audit.models import Suggestion  # noqa: E402
from scheduling import pointers  # noqa: E402
from scheduling.models import UserProfile  # noqa: E402
from tests import factories, pages  # noqa: E402
from tests.bench import carrying, contested, data, writing  # noqa: E402
from tests.databases import connected_to, copy_of  # noqa: E402
from tests.templates import STAND_IN, prepare_stand_in  # noqa: E402

QUEUE = "/admin/ai_audit/pendingsuggestion/"
ROUNDS = 3


class Statements:
    """Counts the statements of a block, and the time they took, in seconds."""

    def __init__(self):
        self.count, self.seconds = 0, 0.0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - began


@contextmanager
def database():
    """A database of the benchmark's own, migrated and empty; dropped at the end."""
    prepare_stand_in()
    with copy_of(STAND_IN) as name, connected_to(name):
        call_command("migrate", verbosity=0)
        yield


def processor_time() -> float:
    """Seconds that this process and the server's for its connection have worked so far."""
    connection.ensure_connection()
    try:
        schedule = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    except OSError:
        # The server is elsewhere, or this is no Linux.
        return time.process_time()
    return time.process_time() + int(schedule.split()[0]) / 1e9


def measure(name, act, rounds=ROUNDS, goal=None):
    """Print what the fastest of some rounds took, beside the `goal` in milliseconds."""
    found = []
    for _round in range(rounds):
        statements = Statements()
        worked, began = processor_time(), time.perf_counter()
        with connection.execute_wrapper(statements):
            answer = act()
        took = time.perf_counter() - began
        found.append((took, processor_time() - worked, statements, answer))
    took, _worked, statements, answer = min(found, key=lambda one: one[0])
    worked = min(worked for _took, worked, *_rest in found)
    aimed_at = f"{goal:>9,} ms" if goal else " " * 12
    print(
        f"{name:<44}{took * 1000:>9,.0f} ms{worked * 1000:>9,.0f} ms{aimed_at}"
        f"{statements.seconds * 1000:>9,.0f} ms"
        f"{statements.count:>12}  {answer}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="undecided suggestions")
    parser.add_argument("--counts", action="store_true", help="only the counts of the tabs")
    parser.add_argument(
        "--pointers",
        action="store_true",
        help="rooms, days and speakers in tables of their own as well, as in production",
    )
    asked = parser.parse_args()
    rows = asked.rows
    setup_test_environment()
    with database():
        data.fill(sessions=20 * data.SESSIONS_PER_EVENT, suggestions=rows)
        if pointers.kept():
            data.point()
        run(only_counts=asked.counts)


def run(*, only_counts: bool = False) -> None:
    waiting = Suggestion.objects.pending()
    manager = factories.staff(
        profile=UserProfile.objects.get(), permissions=factories.EVERY_DECISION
    )
    browser = pages.signed_in(manager.user)
    with connection.cursor() as cursor:
        cursor.execute("select version()")
        print(cursor.fetchone()[0].split(" on ")[0])
    print(f"{waiting.count():,} suggestions wait, in one organization\n")
    print(f"{'':<44}{'in all':>12}{'processor':>12}{'goal':>12}{'database':>12}{'statements':>12}")
    # As a worker that serves does, when it has loaded everything: see gunicorn.conf.py.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)

    judged = min(queue.CHUNK, waiting.count())
    measure(f"judging {judged:,}", lambda: counted(browser, 1), goal=judged // 2)
    measure(
        f"judging {waiting.count():,}",
        lambda: counted(browser, -1),
        goal=waiting.count() * 3 // 10,
    )
    stakes = contested.stakes(waiting.order_by("id")[:: waiting.count() // 100 or 1][:100])
    measure(f"rivals of {len(stakes)}", lambda: contested.rivals(stakes), goal=100)
    measure("rivals of 1", lambda: contested.rivals(stakes[:1]))
    for name, goal, told in contested.with_a_hundred_each():
        measure(name, told, goal=goal)
    if only_counts:
        return

    def page(query):
        answer = browser.get(f"{QUEUE}{query}")
        return f"{answer.context['cl'].result_count:,} rows"

    for name, query in (
        ("the page", ""),
        ("the last page", f"?p={-(-waiting.count() // 25)}"),
        ("of one event", f"?event__id__exact={waiting.first().event_id}"),
        ("searched for a title", "?q=Session+7"),
        ("high risk", "?risk=high"),
        ("with VIPs", "?vip=yes"),
        ("overdue", "?overdue=yes"),
        ("high risk with VIPs", "?risk=high&vip=yes"),
    ):
        measure(name, lambda query=query: page(query))

    for tab in ("clear", "blocked", "impossible", "all"):
        measure(f"the tab “{tab}”", lambda tab=tab: page(f"?tab={tab}"))

    def index():
        browser.get("/admin/")
        return ""

    measure("the heading of the index", index)
    middle = waiting.order_by("id")[waiting.count() // 2]
    review = f"{QUEUE}{middle.pk}/change/"

    def reviewed():
        return f"status {browser.get(review).status_code}"

    measure("a review page", reviewed)
    kept = f"{review}?_changelist_filters=tab%3Dblocked"
    measure("a review page, of a tab", lambda: f"status {browser.get(kept).status_code}")
    form = pages.form(browser.get(review))

    def rejected():
        return f"status {browser.post(review, form | {'_reject': '1'}).status_code}"

    measure("rejecting one", rejected, rounds=1)
    clear = factories.suggestion(
        user=manager.profile,
        event=middle.event,
        data=factories.create_data(
            room="A room of its own", start_time="2099-01-31T10:00", end_time="2099-01-31T11:00"
        ),
    )
    approvable = f"{QUEUE}{clear.pk}/change/"
    opened = browser.get(approvable)
    form, ticks = pages.form(opened), pages.ticks(opened)

    def approved():
        browser.post(approvable, form | ticks | {"_approve": "1"})
        return Suggestion.objects.get(pk=clear.pk).execution_status

    measure("approving one", approved, rounds=1)
    approve_a_thousand(browser, manager)
    writing.at_once(user=manager.profile_id, event=middle.event_id)


def counted(browser, steps: int) -> str:
    """The counts of the tabs, as the page asks for them: so many steps, or with -1 all of them."""
    tabs, after, slowest, taken = Counter(), "", 0.0, 0
    while after is not None and taken != steps:
        began = time.perf_counter()
        found = browser.get(f"{QUEUE}counts/", {"after": after} if after else {}).json()
        slowest = max(slowest, time.perf_counter() - began)
        tabs.update(found["tabs"])
        after, taken = found["next"], taken + 1
    return f"{sum(tabs.values()):,} counted, steps: {taken}, the slowest {slowest * 1000:,.0f} ms"


def approve_a_thousand(browser, manager) -> None:
    """The page that asks about a thousand clear ones of one event, and all of them in one act.

    Beside it the act without its pages, and a script that writes the same rows.
    """
    event = carrying.a_thousand(manager)
    address = f"{QUEUE}?event__id__exact={event.pk}"
    chosen = {
        "_selected_action": factories.run(
            "select id::text from ai_insights_log where event_id = %s limit 1", event.pk
        )[0][0],
        "select_across": "1",
        "index": "0",
        "action": "approve_selected",
    }
    shown = {}

    def asked():
        shown["page"] = browser.post(address, chosen)
        return f"{len(pages.rows(shown['page'])):,} rows"

    def done():
        report = pages.report(pages.confirm(browser, shown["page"]))
        return f"{sum(said == 'Approved and carried out.' for said in report.values()):,} done"

    measure("asking about 1,000", asked, rounds=1)
    measure("approving and carrying out 1,000", done, rounds=1)
    carrying.compare(manager, measure)


if __name__ == "__main__":
    main()

"""Twenty payloads in every field of text and every address: on no page does one come alive.

That a payload's number is read on the page shows that it was there to be looked at.
"""

import itertools
import re
from urllib.parse import quote

import pytest

from tests.browser import demo, hostile

QUEUE = "/admin/ai_audit/pendingsuggestion/"
HISTORY = "/admin/ai_audit/suggestion/"
SESSIONS = "/admin/scheduling/schedule/"

# What only a payload could have made; and what no page of ours needs, so that none hides in it.
_ALIVE = """() => [
  ...('live' in window ? ['it ran'] : []),
  ...[...document.querySelectorAll('*')].filter((e) =>
    'live' in e.dataset || [...e.attributes].some((a) => a.name.startsWith('on')) ||
    e.matches('iframe, base, animate') ||
    ['href', 'src', 'action', 'formAction'].some((name) =>
      e.hasAttribute(name) && !/^https?:$/.test(new URL(e.getAttribute(name), location).protocol))
  ).map((e) => e.outerHTML.slice(0, 200)),
]"""


@pytest.fixture(scope="module")
def served(served):
    served.run("shell", "-c", "from tests.browser import hostile; hostile.write()")
    return served


class Looker:
    """Someone who opens pages and writes down what came alive on them."""

    def __init__(self, served, page):
        self.served, self.page, self.found, self.read = served, page, [], set()
        page.on("dialog", lambda box: (self.found.append(box.message), box.dismiss()))
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))

    def goto(self, address):
        self.page.goto(self.served.address + address)
        self.look()

    def look(self):
        self.page.wait_for_load_state()
        self.found += [f"{self.page.url}: {one}" for one in self.page.evaluate(_ALIVE)]
        text = self.page.locator("body").inner_text() + "".join(
            self.page.locator("input, textarea").evaluate_all("all => all.map((e) => e.value)")
        )
        self.read |= set(re.findall(r"p\d\d ", text))

    def rows(self, address) -> list[str]:
        """Where the rows of a list lead that hold a payload."""
        self.goto(address)
        links = self.page.locator("#result_list tbody tr", has_text=re.compile(r"p\d\d "))
        return links.locator("a[href*='/change/']").evaluate_all(
            "all => all.map((a) => a.getAttribute('href'))"
        )


EVERY = {f"p{n:02} " for n in range(len(hostile.PAYLOADS))}


@pytest.fixture
def looker(served):
    with demo.page(language="en-US") as page:
        served.sign_in(page, "noa")
        yield Looker(served, page)


def test_hostile_text_in_any_row(looker):
    waiting = looker.rows(f"{QUEUE}?all=")
    decided = looker.rows(f"{HISTORY}?status=rejected&size=100")
    failed = looker.rows(f"{HISTORY}?status=failed&size=100")
    sessions = looker.rows(f"{SESSIONS}?all=")
    found = (waiting, decided, failed, sessions)
    assert [len(rows) // len(EVERY) for rows in found] == [3, 1, 1, 1]
    for rows in found:
        for address in rows:
            looker.goto(address)
    for address in ("", "scheduling/event/", "scheduling/organization/", "scheduling/userprofile/"):
        looker.goto(f"/admin/{address}")
    looker.goto(f"{HISTORY}insights/")
    assert (looker.found, looker.read) == ([], EVERY)


def addresses(n):
    """Addresses that hold a payload wherever an address is read."""
    said = quote(hostile.nth(n))
    bare = quote(hostile.PAYLOADS[n], safe="")
    turn = itertools.count(n + 1)
    asked = "&".join(
        f"{name}={quote(hostile.nth(next(turn)))}"
        for name in ("status", "event", "reason", "from_day", "longer", "claim", "until", "after")
    )
    yield f"{HISTORY}?words={said}"
    yield f"{HISTORY}?words={said}&{asked}"
    yield f"{HISTORY}insights/?from_day={said}&to_day={said}&organization={said}"
    yield f"{QUEUE}?q={said}&risk={said}&action={said}&_changelist_filters={said}"
    yield f"{QUEUE}together/?id={said}"
    yield f"{HISTORY}{bare}/change/"
    yield f"{SESSIONS}?q={said}&e={said}"
    yield f"{SESSIONS}{bare}/change/?_changelist_filters={said}"
    yield f"/admin/{bare}/"
    yield f"/{bare}"


def test_hostile_text_any_payload_in_address(looker):
    for n in range(len(hostile.PAYLOADS)):
        for address in addresses(n):
            looker.goto(address)
    assert (looker.found, EVERY - looker.read) == ([], set())


def open_waiting(page, served, mark):
    """Open what would add a session whose title begins with a mark."""
    page.goto(f"{served.address}{QUEUE}?all=&action=schedule_create")
    demo.follow(page, page.locator("a.what", has_text=mark), to="#decision")


def test_hostile_text_posted_and_refused(looker):
    page = looker.page
    looker.goto(f"{SESSIONS}add/")
    for n, box in enumerate(page.locator("#schedule_form input[type=text], textarea").all()):
        box.fill(hostile.nth(n))
    demo.follow(page, "[name=_save]", to=".errornote")
    looker.look()

    open_waiting(page, looker.served, "p02 ")
    demo.follow(page, demo.button(page, "_amend"), to="input[name=amended]")
    for n, box in enumerate(page.locator(".changes :is(input[type=text], textarea)").all()):
        box.fill(hostile.nth(n))
    demo.follow(page, ".buttons .main", to=".errorlist, .messagelist")
    looker.look()

    open_waiting(page, looker.served, "p03 ")
    page.fill("input[name=reason]", hostile.nth(5))
    demo.follow(page, "button[name=_reject]", to=".messagelist")
    looker.look()

    page.context.clear_cookies()
    looker.goto(f"/admin/login/?next={quote('javascript:live=1;alert(1)//')}")
    page.fill("#id_username", hostile.nth(5))
    page.fill("#id_password", hostile.nth(5))
    demo.follow(page, "[type=submit]", to=".errornote")
    looker.look()

    assert looker.found == []
    assert {f"p{n:02} " for n in range(8)} <= looker.read


def test_hostile_text_export_is_download(looker):
    for ending, kind in (("csv", "text/csv; charset=utf-8"), ("jsonl", "application/jsonl")):
        answer = looker.page.request.get(f"{looker.served.address}{HISTORY}export.{ending}")
        assert answer.headers["content-type"] == kind
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert set(re.findall(r"p\d\d ", answer.text())) == EVERY

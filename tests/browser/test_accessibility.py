"""Every page, as axe-core reads it: nothing serious, in both languages and themes, also on a phone.

And nothing scrolls sideways at 360 pixels, and no span of times is broken over a line.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import demo

ADMIN = "/admin/"
QUEUE = f"{ADMIN}ai_audit/pendingsuggestion/"
HISTORY = f"{ADMIN}ai_audit/suggestion/"
SESSIONS = f"{ADMIN}scheduling/schedule/"
SIGNED_OUT = {
    "password reset": f"{ADMIN}password_reset/",
    "password reset, sent": f"{ADMIN}password_reset/done/",
    "sign in": ADMIN,
}
ADDRESSES = {
    "index": ADMIN,
    "queue": QUEUE,
    **{f"queue, {tab}": f"{QUEUE}?tab={tab}" for tab in ("clear", "failed", "all")},
    "queue, filtered": f"{QUEUE}?older=hour&action=schedule_update",
    "queue, nothing found": f"{QUEUE}?q=zzz",
    "all that is clear": f"{QUEUE}many/?all=clear",
    "all that cannot be": f"{QUEUE}many/?all=impossible",
    "history": HISTORY,
    "history with conditions": f"{HISTORY}?status=executed&from_day=2020-01-01&longer=3600",
    "history, not understood": f"{HISTORY}?from_day=x",
    "history, nothing found": f"{HISTORY}?words=zzz",
    "insights": f"{HISTORY}insights/",
    "insights, nothing suggested": f"{HISTORY}insights/?from_day=2020-01-01&to_day=2020-01-02",
    "sessions": SESSIONS,
    "add a session": f"{SESSIONS}add/",
    "events": f"{ADMIN}scheduling/event/",
    "profiles": f"{ADMIN}scheduling/userprofile/",
    "organizations": f"{ADMIN}scheduling/organization/",
    "two-step verification": f"{ADMIN}second-factor/",
    "change password": f"{ADMIN}password_change/",
    "not found": f"{ADMIN}nowhere/",
    "not permitted": f"{ADMIN}scheduling/staffmember/add/",
}
# A blocked one, one with a warning, one that removes people's session, and what cannot be read.
REVIEWED = ("סדנה: בינה מלאכותית בשטח", "Ask me anything", "שולחן עגול", "room_assign")


def every_page(served, page):
    """Open one page after another; gives the name of each."""
    for name, address in SIGNED_OUT.items():
        page.goto(served.address + address)
        yield name
    page.fill("#id_username", "noa")
    page.fill("#id_password", "wrong")
    demo.follow(page, "[type=submit]", to=".errornote")
    yield "sign in, refused"
    served.sign_in(page, "noa")
    for name, address in ADDRESSES.items():
        page.goto(served.address + address)
        yield name
    page.goto(f"{served.address}{HISTORY}insights/")
    page.click("section summary")
    yield "the numbers"
    page.goto(served.address + SESSIONS)
    demo.follow(page, page.locator("#result_list tbody a").first)
    yield "session"
    demo.follow(page, "[name=_continue]", to=".messagelist")
    yield "session, saved"
    page.goto(f"{served.address}{ADMIN}scheduling/event/")
    demo.follow(page, page.locator("#result_list a", has_text="הכנס השנתי"))
    yield "event"
    demo.follow(page, page.locator("nav.to-days a").first, to=".timetable")
    yield "day of an event"
    for title in REVIEWED:
        served.queue(page, title)
        page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
        yield f"review of {title}"
    served.queue(page, REVIEWED[1])
    demo.follow(page, demo.button(page, "_amend"), to="input[name=amended]")
    yield "edit"
    for action, *titled in (
        ("approve_selected", "Ask me anything", "אירוע ירוק"),
        ("reject_selected", "Ask me anything"),
        ("approve_together", "Unconference", "אירוע ירוק"),
    ):
        page.goto(served.address + QUEUE)
        demo.choose(page, action, *titled)
        yield action
        page.reload()
        yield f"{action}, at its address"
    page.goto(served.address + QUEUE)
    demo.choose(page, "reject_selected", REVIEWED[-1])
    demo.follow(page, "button[name=_reject]", to=".summary")
    yield "report"
    page.reload()
    yield "report, at its address"
    demo.follow(page, page.locator(".report a").first, to=".steps")
    yield "rejected"


def unfolding(served, page):
    """The list with a row unfolded, the help on its keys, and what it says of being signed out."""
    page.goto(f"{served.address}{QUEUE}?tab=clear")
    page.locator("input.action-select").first.check()
    page.keyboard.press("a")
    page.wait_for_selector("tr.unfolded")
    page.evaluate(
        "for (const one of ['unsent', 'signedout']) document.getElementById(one).hidden = false"
    )
    yield "unfolded"
    page.evaluate("document.getElementById('keys').showModal()")
    yield "keys"


def undoing(served, page):
    """What was carried out, and the page that asks before it is undone."""
    served.queue(page, "קפה ועוגה לפרידה")
    demo.follow(page, "button[name=_approve]", to=".messagelist")
    page.goto(f"{served.address}{HISTORY}?status=executed")
    row = page.locator("tr", has_text="קפה ועוגה לפרידה")
    demo.follow(page, row.locator("a.what"), to="button[name=_undo]")
    yield "executed"
    demo.follow(page, "button[name=_undo]", to="input[name=post]")
    yield "undo"
    demo.follow(page, ".buttons .main", to=".messagelist")
    yield "undone"


def two_people(served, page):
    """What one of two approved, before the first, to the first and to the second; and the rule."""
    served.sign_in(page, "omer")
    page.goto(f"{served.address}{QUEUE}?two=own")
    page.locator("input.action-select").first.check()
    page.keyboard.press("a")
    page.wait_for_selector("tr.unfolded .note")
    yield "1 of 2, in the list"
    demo.follow(page, page.locator("tr", has=page.locator(".chip.two")).locator("a.what"))
    address = page.url
    page.wait_for_selector(".verdict.two")
    yield "1 of 2, to the first"
    demo.follow(page, "button[name=_take_back_first]", to=".messagelist")
    page.goto(address)
    yield "before the first of 2"
    demo.follow(page, demo.button(page, "_approve"), to=".messagelist")
    page.goto(f"{served.address}/admin/scheduling/schedule/")
    demo.follow(page, page.locator("#result_list tbody th a").first, to=".verdict.two")
    yield "by hand, takes two"
    served.sign_in(page, "dana")
    page.goto(address)
    page.wait_for_selector(".verdict.two")
    page.evaluate("document.getElementById('meanwhile').hidden = false")
    page.evaluate("document.getElementById('meanwhile').textContent = 'Since then'")
    yield "1 of 2, to the second"
    demo.follow(page, demo.button(page, "_approve"), to=".messagelist")
    served.sign_in(page, "omer")
    page.goto(address.replace("/change/", "/undo/"))
    page.wait_for_selector(".verdict.two")
    yield "undoing takes two"
    demo.follow(page, ".buttons .main", to=".messagelist")
    page.wait_for_selector(".verdict.two")
    yield "undoing, 1 of 2"
    demo.follow(page, "button[name=_undo]", to="button[name=_take_back_first]")
    yield "undoing, 1 of 2, to the first"
    served.sign_in(page, "admin")
    page.goto(f"{served.address}/admin/ai_audit/approvalrule/")
    yield "rules"
    demo.follow(page, page.locator("#result_list tbody a").first, to="#id_second_for")
    yield "rule"


# What axe is asked for in each theme: in the second, what is of colours, for nothing else differs.
_VIOLATIONS = {"resultTypes": ["violations"]}
_OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
ASKED = {"light": _VIOLATIONS, "dark": _VIOLATIONS | _OF_COLOURS}


# A span of times whose two ends are on two lines, in any text of the page that can be seen.
BROKEN = r"""() => {
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    for (const span of text.data.matchAll(/\d\d:\d\d(?::\d\d)?–\u2060?\d\d:\d\d(?::\d\d)?/g)) {
      const range = document.createRange();
      range.setStart(text, span.index);
      range.setEnd(text, span.index + span[0].length);
      const lines = new Set([...range.getClientRects()].map((one) => Math.round(one.bottom)));
      if (lines.size > 1) found.push(text.data);
    }
  }
  return found;
}"""


def faults(page, name, *, read=True) -> list[str]:
    """What is wrong with the page that is open, in either theme; `read` by axe or only measured."""
    found = [f"{name}: broken over a line: {text}" for text in page.evaluate(BROKEN)]
    for theme, asked in ASKED.items():
        page.emulate_media(color_scheme=theme)
        where = f"{name}, {theme}"
        assert page.evaluate(f"matchMedia('(prefers-color-scheme: {theme})').matches"), where
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > page.viewport_size["width"]:
            found.append(f"{where}: {width} pixels wide")
        if not read:
            continue
        for rule in Axe().run(page, options=asked).response["violations"]:
            if rule["impact"] in ("serious", "critical"):
                found += [f"{where}: {rule['id']}: {node['html'][:200]}" for node in rule["nodes"]]
    return found


def check(served, *, language, size, read):
    with demo.page(language=language, size=size) as page:
        looked_at = {}
        for pages in (every_page, unfolding, undoing, two_people):
            for name in pages(served, page):
                looked_at[name] = faults(page, name, read=read)
        assert [fault for found in looked_at.values() for fault in found] == []
        assert len(looked_at) >= 40


# Each language and each size is read by axe once; what is wide or broken depends on both.
@pytest.mark.parametrize(
    ("language", "size", "read"),
    [
        pytest.param("en-US", demo.WIDE, False, id="wide-en-US"),
        pytest.param("he-IL", demo.WIDE, True, id="wide-he-IL"),
        pytest.param("en-US", demo.PHONE, True, id="phone-en-US"),
        pytest.param("he-IL", demo.PHONE, False, id="phone-he-IL"),
    ],
)
def test_axe_on_every_page(served_anew, language, size, read):
    check(served_anew, language=language, size=size, read=read)

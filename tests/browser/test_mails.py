"""What one is told by mail, in a real browser: choosing, the demo's mails, and ending a kind."""

import re

import pytest

from tests.browser import demo
from tests.browser.test_accessibility import faults

MAILS = "/admin/ai_audit/notificationmail/"
CHOICES, KEPT = f"{MAILS}choices/", f"{MAILS}kept/"
# A mail that failed for good, and one to somebody who is gone.
_FAILED = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute(
        "insert into backoffice.notification_mails (profile_id, kind, state, ended_at, error)"
        " values ((select id from public.user_profiles limit 1), 'outcome', 'failed', now(),"
        " '550 5.1.1 unknown'), (gen_random_uuid(), 'waiting', 'failed', now(), 'no address')"
    )
"""


def wait_for_mails(served, page) -> None:
    """Open the page of the demo's mails, again until there are some: it looks every few seconds."""
    for _n in range(30):
        page.goto(served.address + KEPT)
        if page.locator("details").count():
            return
        page.wait_for_timeout(1000)
    pytest.fail("Nobody was told anything.")


def pages_of_mails(served, page):
    served.sign_in(page, "admin")
    wait_for_mails(served, page)
    yield "kept mails"
    page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    yield "kept mails, opened"
    text = page.locator("pre.mail").first.inner_text()
    assert "Opening a link decides nothing." in text or "פתיחת קישור אינה מחליטה דבר." in text
    (stop,) = re.findall(r"http\S+/stop/\S+", text)
    for address in ("", "?state__exact=failed"):
        page.goto(served.address + MAILS + address)
        assert page.locator("text=550 5.1.1 unknown").count() == 1
        yield f"mails{address}"
    served.sign_in(page, "noa")
    page.goto(served.address + CHOICES)
    assert page.locator("select").count() == 5
    yield "choices"
    page.select_option("select[name=outcome]", "daily")
    demo.follow(page, "#content-main [type=submit]", to=".messagelist")
    assert page.locator("select[name=outcome]").input_value() == "daily"
    yield "choices, saved"
    page.context.clear_cookies()
    page.goto(stop)
    yield "stop"
    demo.follow(page, "button[type=submit]", to="ul")
    assert page.locator("button").count() == 0
    yield "stopped"
    page.goto(stop[:-4])
    yield "not our link"


@pytest.mark.parametrize(
    ("language", "size"),
    [
        pytest.param("en-US", demo.PHONE, id="phone-en-US"),
        pytest.param("he-IL", demo.PHONE, id="phone-he-IL"),
        pytest.param("he-IL", demo.WIDE, id="wide-he-IL"),
    ],
)
def test_axe_on_pages_of_mails(served_anew, language, size):
    served_anew.run("shell", "-c", _FAILED)
    with demo.page(language=language, size=size) as page:
        found = {name: faults(page, name) for name in pages_of_mails(served_anew, page)}

    assert [fault for of_page in found.values() for fault in of_page] == []
    assert len(found) == 9

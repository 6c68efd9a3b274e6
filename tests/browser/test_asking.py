"""A question asked and answered, in Hebrew: at a desk and in the hand."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import demo

QUEUE = "/admin/ai_audit/pendingsuggestion/"
TITLE = "קפה ועוגה לפרידה"
QUESTION = "עמית, למה דווקא ביום השלישי?"
ANSWER = "עמית: כי אין הפסקה אחרי 13:30.\nThat settles it."


def serious(page) -> list[str]:
    """What axe has to say of a page, and whether it scrolls sideways."""
    found = [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    width = page.evaluate("document.documentElement.scrollWidth")
    return found + [f"{width} wide"] * (width > page.viewport_size["width"])


@pytest.mark.parametrize(
    ("size", "theme"), [(demo.PHONE, "dark"), (demo.WIDE, "light")], ids=["phone", "desk"]
)
def test_a_question_is_asked_and_answered(served_anew, size, theme):
    served = served_anew
    with demo.page(language="he-IL", size=size, theme=theme) as page:
        failed = []
        page.on("console", lambda message: message.type == "error" and failed.append(message.text))
        served.sign_in(page, "noa")
        served.queue(page, TITLE)
        review = page.url
        assert page.locator("html").get_attribute("dir") == "rtl"
        assert serious(page) == []

        page.locator(".top a[href='#say']").click()
        if size == demo.WIDE:
            page.keyboard.press("n")
        else:
            page.locator("#said").click()
        page.keyboard.type(QUESTION)
        demo.follow(page, "#say button[name=_ask]", to=".messagelist")

        assert page.url != review
        told = page.locator(".messagelist").inner_text()
        assert TITLE in told
        assert "עמית ברק" in told
        page.goto(review)
        state = page.locator(".verdict.asked")
        assert QUESTION in state.inner_text()
        assert "נועה שפירא" in state.inner_text()
        assert QUESTION in page.locator(".steps li").last.locator("xpath=..").inner_text()
        assert serious(page) == []

        # Out of its tab, and found by the filter.
        page.goto(f"{served.address}{QUEUE}?tab=clear")
        assert page.locator("tr", has_text=TITLE).count() == 0
        page.goto(f"{served.address}{QUEUE}?answer=waits")
        row = page.locator("tr", has_text=TITLE)
        assert row.locator(".chip.asked").count() == 1
        assert serious(page) == []

        demo.follow(page, row.locator("a.what"), to="#say")
        page.fill("#said", ANSWER)
        demo.follow(page, "#say button[name=_note]", to=".messagelist")
        assert page.locator(".verdict.asked").count() == 0
        assert ANSWER in page.locator(".steps").inner_text()
        page.goto(f"{served.address}{QUEUE}?tab=clear")
        assert page.locator("tr", has_text=TITLE).count() == 1
        assert failed == []


def test_what_is_too_long_is_still_there(served):
    with demo.page(language="he-IL", size=demo.PHONE) as page:
        served.sign_in(page, "noa")
        served.queue(page, TITLE)
        text = "מילה " * 250 + "סוף"

        page.fill("#said", text)
        demo.follow(page, "#say button[name=_note]", to=".messagelist")

        assert page.locator(".messagelist .error").count() == 1
        assert page.input_value("#said") == text
        assert page.evaluate("document.activeElement.id") == "said"
        page.fill("#said", "קצר")
        demo.follow(page, "#say button[name=_note]", to=".messagelist .success")
        assert "קצר" in page.locator(".steps").inner_text()

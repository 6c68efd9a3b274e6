"""Two people decide, in a real browser: the first waits, the second carries it out."""

from tests.browser import demo

QUEUE = "/admin/ai_audit/pendingsuggestion/"


def test_what_one_approved_waits_for_another_who_decides(served):
    with demo.page(language="en-US") as page:
        served.sign_in(page, "omer")
        page.goto(served.address + QUEUE)
        row = page.locator("tr", has=page.locator(".chip.two"))
        assert row.locator(".chip.two").all_inner_texts() == ["1 of 2: waits for somebody else"]
        demo.follow(page, row.locator("a.what"))
        address = page.url
        assert "you approved it on" in page.locator(".verdict.two").inner_text()
        assert page.locator("button[name=_approve]").count() == 0
        # Taken back, and given once more.
        demo.follow(page, "button[name=_take_back_first]")
        page.goto(address)
        assert "It takes two" in page.locator(".verdict.two").inner_text()
        assert page.locator("button[name=_approve]").inner_text().startswith("Approve (1 of 2)")
        demo.follow(page, "button[name=_approve]")
        assert "Approved, 1 of 2" in page.locator(".messagelist").inner_text()

    with demo.page(language="en-US", size=(390, 844)) as page:
        served.sign_in(page, "dana")
        page.goto(f"{served.address}{QUEUE}?two=second")
        chip = page.locator(".chip.two")
        assert "Omer Katz" in chip.inner_text()
        demo.follow(page, page.locator("tr", has=chip).locator("a.what"))
        assert "approved by" in page.locator(".verdict.two").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        button = page.locator("button[name=_approve]")
        assert button.inner_text().startswith("Approve as the second")
        demo.follow(page, "button[name=_approve]")
        assert "Approved and carried out." in page.locator(".messagelist").inner_text()

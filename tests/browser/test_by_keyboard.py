"""A manager works through the whole queue without a mouse; and is told what others decide."""

from tests.browser import demo


def tab_to(page, selector: str) -> None:
    """Press Tab until the first thing that matches has the focus."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"the Tab key does not reach {selector}")


def sign_in(page, served) -> None:
    page.goto(f"{served.address}/admin/")
    # Chromium gives the focus when it draws, which may be after the page was loaded.
    page.wait_for_selector("#id_username:focus")
    page.keyboard.type("noa")
    page.keyboard.press("Tab")
    page.keyboard.type(served.passwords["noa"])
    with demo.leading_on(page, to=".waiting"):
        page.keyboard.press("Enter")


def first_of_the_queue(page) -> None:
    tab_to(page, ".waiting a")
    with demo.leading_on(page, to="#result_list"):
        page.keyboard.press("Enter")
    tab_to(page, "a.what")
    with demo.leading_on(page, to="#decision"):
        page.keyboard.press("Enter")


def decide(page) -> str:
    """Do with the open suggestion what it lets one do; what that was."""
    # The key that decided on the one before, pressed at once, would be for that: another says that
    # she looks at this one.
    page.keyboard.press("Shift")
    if not page.locator("button[name=_approve]").count():
        page.keyboard.press("r")
        # None of these letters does what it does elsewhere.
        page.keyboard.type("jaunke?")
        page.keyboard.press("Enter")
        return "rejected"
    for _tick in range(page.locator("input[name=tick]").count()):
        tab_to(page, "input[name=tick]:not(:checked)")
        page.keyboard.press("Space")
    if page.locator("input[name=title]").count():
        # A key never skips what is asked for.
        page.keyboard.press("a")
        assert page.locator("input[name=title]").count() == 1
        title = page.locator("td.was").nth(1).inner_text()
        tab_to(page, "input[name=title]")
        page.keyboard.type(title)
        page.keyboard.press("Tab")
        page.keyboard.type("no demand")
        page.keyboard.press("Enter")
        return "removed"
    page.keyboard.press("a")
    return "approved"


def test_keys_are_found_by_their_place_in_hebrew(served):
    with demo.page(language="he-IL") as page:
        served.sign_in(page, "noa")
        first_of_the_queue(page)
        first = page.url
        with demo.leading_on(page):
            page.evaluate(
                "document.body.dispatchEvent("
                "new KeyboardEvent('keydown', {key: 'ח', code: 'KeyJ', bubbles: true}))"
            )
        assert page.url != first


def test_enter_in_reason_rejects(served):
    with demo.page(language="en-US") as page:
        served.sign_in(page, "noa")
        page.goto(f"{served.address}/admin/ai_audit/pendingsuggestion/")
        demo.follow(page, page.locator("tr", has_text="אירוע ירוק").locator("a.what"))
        page.keyboard.press("r")
        page.keyboard.type("not now")
        with demo.leading_on(page):
            page.keyboard.press("Enter")

        assert "Rejected." in page.locator(".messagelist").inner_text()


def test_open_page_shows_decision_elsewhere(served):
    with demo.page(language="en-US") as page:
        served.sign_in(page, "noa")
        page.goto(f"{served.address}/admin/ai_audit/pendingsuggestion/")
        demo.follow(page, page.locator("tr", has_text="Unconference").locator("a.what"))
        elsewhere = page.context.new_page()
        elsewhere.goto(page.url)
        with demo.leading_on(elsewhere, to=".messagelist"):
            elsewhere.keyboard.press("a")
        page.bring_to_front()

        page.wait_for_selector("#meanwhile", state="visible", timeout=10_000)

        assert "it is “Executed” already, decided by" in page.locator("#meanwhile").inner_text()
        assert page.locator("[data-decides]:enabled").count() == 0


def test_keyboard_empties_queue(served_anew):
    with demo.page(language="en-US") as page:
        sign_in(page, served_anew)
        first_of_the_queue(page)
        first = page.url
        page.keyboard.press("?")
        assert page.locator("dialog#keys").is_visible()
        page.keyboard.press("Escape")
        with demo.leading_on(page):
            page.keyboard.press("j")
        assert page.url != first
        with demo.leading_on(page):
            page.keyboard.press("k")
        assert page.url == first

        done = []
        while page.locator("#decision").count():
            here = page.url
            with demo.leading_on(page):
                done.append(decide(page))
            assert page.url != here
            assert len(done) < 40

        assert page.locator("h1").inner_text() == "Waiting for approval: 0"
        assert done.count("removed") == 1
        assert {"approved", "rejected"} < set(done)
        page.goto(f"{served_anew.address}/admin/ai_audit/suggestion/?status=rejected")
        demo.follow(page, page.locator("a.what").first)
        assert "jaunke?" in page.locator(".steps").inner_text()

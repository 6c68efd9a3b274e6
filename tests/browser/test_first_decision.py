"""A manager's first two minutes, in a real browser: sign in, see, approve, find it done."""

from tests.browser import demo


def test_approve_moves_session(served):
    with demo.page(language="en-US") as page:
        served.sign_in_by_form(page, "noa")
        demo.follow(page, "text=Approval queue")
        demo.follow(page, page.locator("tr", has_text="אירוע ירוק").locator("a.what"))
        assert page.locator(".verdict.clear").inner_text() == "Clear: it collides with nothing."
        assert page.locator(".changes tbody tr").all_inner_texts() == [
            "Room\tחדר B 60 places\tטרקלין 80 places",
            "Room, on the newer pages\tחדר B\tטרקלין",
        ]

        demo.follow(page, "button[name=_approve]")
        assert "Approved and carried out." in page.locator(".messagelist").inner_text()
        assert page.locator("tr", has_text="אירוע ירוק").count() == 0

        page.goto(f"{served.address}/admin/scheduling/schedule/?q=אירוע ירוק")
        assert page.locator("td.field-room_shown").all_inner_texts() == ["טרקלין"]


def test_blocked_names_other_and_is_rejected(served):
    with demo.page(language="en-US") as page:
        served.sign_in(page, "noa")
        page.goto(f"{served.address}/admin/ai_audit/pendingsuggestion/")
        demo.follow(page, page.locator("tr", has_text="סדנה: בינה מלאכותית בשטח").locator("a.what"))
        assert page.locator("button[name=_approve]").count() == 0
        taken = page.locator(".conflicts li", has=page.locator(".kind", has_text="Room"))
        demo.follow(page, taken.locator("a", has_text="טקס פתיחה"))
        assert page.locator("#id_title").input_value() == "טקס פתיחה"

        page.go_back()
        page.fill("input[name=reason]", "אין מקום")
        demo.follow(page, "button[name=_reject]")
        assert "Rejected." in page.locator(".messagelist").inner_text()
        page.goto(f"{served.address}/admin/ai_audit/suggestion/?status=rejected")
        demo.follow(page, page.locator("tr", has_text="סדנה: בינה מלאכותית בשטח").locator("a.what"))
        assert "אין מקום" in page.locator(".steps").inner_text()


def test_hostile_suggestion_runs_nothing(served):
    with demo.page(language="he-IL", size=(390, 844)) as page:
        said = []
        page.on("dialog", lambda dialog: said.append(dialog.message) or dialog.dismiss())
        page.on("console", lambda message: message.type == "error" and said.append(message.text))
        served.sign_in(page, "noa")
        page.goto(f"{served.address}/admin/ai_audit/pendingsuggestion/")
        assert page.locator("html").get_attribute("dir") == "rtl"
        links = page.locator("a.what")
        for href in [links.nth(n).get_attribute("href") for n in range(links.count())]:
            page.goto(served.address + href)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= 390, f"{href} is {width} pixels wide"
        assert said == []

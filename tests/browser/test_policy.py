"""The content security policy in a real browser: no page, ours or Django's, breaks it."""

import pytest

from tests.browser import demo

# What a superuser can open; of each list, the first row as well.
LISTS = [
    "ai_audit/pendingsuggestion",
    "ai_audit/suggestion",
    "scheduling/schedule",
    "scheduling/event",
    "scheduling/userprofile",
    "scheduling/organization",
    "scheduling/staffmember",
    "auth/user",
    "auth/group",
]
FORMS = ["scheduling/staffmember", "auth/user", "auth/group"]
OTHERS = ["", "password_change/", "second-factor/", "nowhere/", "auth/user/1/password/"]


@pytest.fixture(params=["en-US", "he-IL"])
def watched(request, served):
    """A page in a browser, and what its console said against any document."""
    with demo.page(language=request.param) as page:
        said = []
        page.on(
            "console",
            lambda message: message.type == "error" and said.append(f"{page.url}: {message.text}"),
        )
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        page.on(
            "request", lambda asked: asked.url.startswith(served.address) or said.append(asked.url)
        )
        yield page, lambda: [line for line in said if "status of 404" not in line]


def test_policy_kept_by_every_page(served, watched):
    page, said = watched
    page.goto(f"{served.address}/admin/password_reset/")
    served.sign_in(page, "admin")
    seen = 0
    for path in [*(f"{name}/" for name in LISTS), *(f"{name}/add/" for name in FORMS), *OTHERS]:
        page.goto(f"{served.address}/admin/{path}", wait_until="load")
        seen += 1
        first = page.locator("#result_list tbody a[href*='/change/']").first
        if first.count():
            page.goto(served.address + first.get_attribute("href"), wait_until="load")
            seen += 1

    assert said() == []
    assert seen == len(LISTS) * 2 + len(FORMS) + len(OTHERS)


def test_policy_admin_scripts_work(served, watched):
    page, said = watched
    served.sign_in(page, "admin")

    page.goto(f"{served.address}/admin/scheduling/staffmember/add/")
    page.locator(".select2-selection").first.click()
    page.locator(".select2-results__option", has_text="admin").click()
    page.goto(f"{served.address}/admin/auth/user/1/change/")
    page.locator(".selector-chooseall").first.click()
    page.goto(f"{served.address}/admin/second-factor/")
    assert page.locator(".picture svg").bounding_box()["width"] > 150

    assert said() == []


def test_policy_kept_by_session_form(served, watched):
    """The form, the one that asks for ticks, a session's history, and the page that removes it."""
    page, said = watched
    served.sign_in(page, "noa")

    page.goto(f"{served.address}/admin/scheduling/schedule/add/")
    page.locator(".datetimeshortcuts a[href='#']").nth(1).click()
    assert page.locator(".calendarbox").first.is_visible()
    page.goto(f"{served.address}/admin/scheduling/schedule/")
    demo.follow(page, page.locator("#result_list tbody th a").nth(1))
    address = page.url.split("/change/")[0]
    assert page.locator("#id_room").evaluate("field => field.list.options.length") > 1
    page.fill("#id_room", f"חדר שאין {page.evaluate('navigator.language')}")
    demo.follow(page, "[name=_save]", to="[name=judged]")
    page.locator("[name=tick]").check()
    demo.follow(page, "[name=_save]", to=".messagelist .success")
    for path in ("history", "delete"):
        page.goto(f"{address}/{path}/")
        assert page.locator("table.changes").is_visible()
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") == 360

    assert said() == []


def test_policy_injected_script_does_not_run(served, watched):
    page, said = watched
    served.sign_in(page, "admin")

    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend',"
        ' \'<img src=x onerror="document.title=1"><b style="color:red">x</b>\')'
    )
    page.wait_for_timeout(300)

    assert page.title() != "1"
    assert len([line for line in said() if "Content Security Policy" in line]) >= 2

"""Signing in both ways, in a real browser: by a user name, with an account, and with its code."""

import time
from base64 import b32decode

import pytest
from django_otp.oath import TOTP

from ai_audit.demo import accounts, people
from tests.browser import demo
from tests.browser.test_accessibility import faults


def enter(page, name, password=people.PASSWORD) -> None:
    page.fill("#id_username", name)
    page.fill("#id_password", password)


def test_sign_in_by_account_and_name(served):
    for name in (people.email("noa"), "noa"):
        with demo.page(language="en-US") as page:
            page.goto(f"{served.address}/admin/")
            label = page.locator("label[for=id_username]").inner_text()
            assert label == "E-mail address in EventFlow, or user name here:"
            enter(page, name)
            demo.follow(page, "[type=submit]", to="#user-tools")
            demo.follow(page, "text=Approval queue")
            assert page.locator("tr", has_text="אירוע ירוק").count() == 1


def test_sign_in_wrong_password_and_other_way(served):
    with demo.page(language="en-US") as page:
        page.goto(f"{served.address}/admin/")
        enter(page, people.email("dana"), "wrong")
        demo.follow(page, "[type=submit]", to=".errornote")
        assert "That is not the e-mail address" in page.locator(".errornote").inner_text()

        demo.follow(page, ".other-way a")
        assert page.locator("label[for=id_username]").inner_text() == "Username:"
        enter(page, "dana")
        demo.follow(page, "[type=submit]", to="#user-tools")


def test_sign_in_account_code_keeps_next(served):
    with demo.page(language="he-IL") as page:
        page.goto(f"{served.address}/admin/second-factor/")
        enter(page, people.email(accounts.WITH_AN_APP))
        demo.follow(page, "[type=submit]", to="#id_code")
        page.fill("#id_code", "000000")
        demo.follow(page, "[type=submit]", to=".errorlist")

        totp = TOTP(b32decode(accounts.APP_SECRET))
        totp.time = time.time()
        page.fill("#id_code", f"{totp.token():06}")
        demo.follow(page, "[type=submit]", to="#user-tools")
        assert page.url == f"{served.address}/admin/second-factor/"
        assert page.locator("#user-tools strong").inner_text() == people.PROFILES["yoav"].full_name


@pytest.mark.parametrize("language", ["en-US", "he-IL"])
@pytest.mark.parametrize("size", [demo.WIDE, demo.PHONE], ids=["wide", "phone"])
def test_sign_in_code_axe(served, language, size):
    with demo.page(language=language, size=size) as page:
        page.goto(f"{served.address}/admin/")
        found = faults(page, "sign in, with an account")
        enter(page, people.email(accounts.WITH_AN_APP))
        demo.follow(page, "[type=submit]", to="#id_code")
        found += faults(page, "code")
        page.fill("#id_code", "000000")
        demo.follow(page, "[type=submit]", to=".errorlist")
        found += faults(page, "code, refused")

    assert found == []

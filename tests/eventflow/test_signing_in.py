"""Signing in: whence a request comes, wrong passwords and how long they close a name, resetting."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client

from eventflow import signing_in
from tests import factories as f
from tests import pages

SIGN_IN = "/admin/login/"
RESET = "/admin/password_reset/"
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"
LOCKED_OUT = (
    "This name is closed to this address for 15 minutes, and was not signed in. Nothing was "
    "changed. Wait, then try again; if you do not know the password any more, ask an administrator."
)


def try_password(password, *, username="noa", address=HERE, language="en"):
    return Client().post(
        SIGN_IN,
        {"username": username, "password": password},
        REMOTE_ADDR=address,
        headers={"Accept-Language": language},
    )


def statuses(*passwords, **who) -> list[int]:
    return [try_password(password, **who).status_code for password in passwords]


def test_the_fifth_wrong_password_closes_the_name_to_the_address(noa):
    assert statuses(*["wrong"] * 5, "correct horse") == [200] * 4 + [429, 429]


def test_the_name_stays_open_to_others_and_the_address_to_other_names(noa, ours):
    amit = f.staff(profile=f.profile(organization=ours), username="amit").user
    statuses(*["wrong"] * 6)

    assert statuses("correct horse", address=ELSEWHERE) == [302]
    assert statuses("correct horse", username=amit.username) == [302]


def test_a_right_password_forgives_the_wrong_ones(noa):
    assert (
        statuses(*["wrong"] * 4, "correct horse", *["wrong"] * 4) == [200] * 4 + [302] + [200] * 4
    )


def test_the_name_opens_again_by_itself_and_trying_does_not_put_that_off(noa):
    statuses(*["wrong"] * 5)
    f.run("update axes_accessattempt set attempt_time = attempt_time - interval '14 minutes'")
    assert statuses("correct horse") == [429]
    f.run("update axes_accessattempt set attempt_time = attempt_time - interval '1 minute'")

    assert statuses("correct horse") == [302]


def test_a_name_that_is_nobodys_is_closed_as_well_and_tells_nothing(noa):
    assert statuses(*["wrong"] * 6, username="nobody") == [200] * 4 + [429, 429]


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", LOCKED_OUT), ("he", "השם הזה חסום לכתובת הזאת")]
)
def test_who_is_kept_waiting_reads_why_and_for_how_long(noa, language, sentence):
    statuses(*["wrong"] * 5)

    answer = try_password("correct horse", language=language)

    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert sentence in pages.words(answer.content.decode())


def test_no_password_is_kept(noa):
    statuses("a very wrong one", "correct horse", "another wrong one")

    kept = f.whole_table("axes_accessattempt")
    assert len(kept) == 1
    assert "wrong one" not in str(kept)


@pytest.mark.parametrize(
    ("proxies", "said", "found"),
    [
        (0, None, HERE),
        (0, "198.51.100.9", HERE),
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "invented, 198.51.100.9", "198.51.100.9"),
        (2, "203.0.113.5, 198.51.100.9, 10.0.0.1", "198.51.100.9"),
        (1, " 2001:db8::1 ", "2001:db8::1"),
        (2, "198.51.100.9", HERE),
        (1, None, HERE),
        (1, "invented", HERE),
        (1, "", HERE),
    ],
)
def test_of_what_is_said_only_what_our_own_proxies_said_is_believed(
    settings, rf, proxies, said, found
):
    settings.PROXY_COUNT = proxies
    headers = {} if said is None else {"X-Forwarded-For": said}

    assert signing_in.address(rf.get("/", REMOTE_ADDR=HERE, headers=headers)) == found


def test_names_are_closed_by_the_address_behind_the_proxy(noa, settings):
    settings.PROXY_COUNT = 1

    def try_from(address, password):
        return Client(headers={"X-Forwarded-For": address}).post(
            SIGN_IN, {"username": "noa", "password": password}
        )

    for _attempt in range(6):
        try_from("198.51.100.9", "wrong")

    assert try_from("198.51.100.9", "correct horse").status_code == 429
    assert try_from("198.51.100.10", "correct horse").status_code == 302


def reset(email) -> None:
    answer = Client(headers={"Accept-Language": "en"}).post(RESET, {"email": email})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/password_reset/done/")


def test_a_forgotten_password_is_set_anew_by_a_mail(noa, mailoutbox):
    User.objects.update(email="noa@example.org")
    offered = f'<a href="{RESET}">Forgotten your login credentials?</a>'
    assert offered in pages.source(Client(headers={"Accept-Language": "en"}).get(SIGN_IN))

    reset("noa@example.org")

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["noa@example.org"], "A new password for EventFlow")
    assert "Hello noa," in mail.body
    browser = Client(headers={"Accept-Language": "en"})
    link = re.search(r"http://testserver(/admin/reset/\S+)", mail.body)[1]
    form = browser.get(link)["Location"]
    for page in (RESET, f"{RESET}done/", form, "/admin/reset/done/"):
        assert "EventFlow back office" in pages.text(browser.get(page))
    browser.post(form, {"new_password1": "a new staple", "new_password2": "a new staple"})
    assert statuses("correct horse", "a new staple") == [200, 302]
    assert "The password reset link was invalid" in pages.text(Client().get(link))


def test_nobody_can_fill_someones_mailbox(noa, mailoutbox, monkeypatch):
    User.objects.update(email="noa@example.org")

    for _again in range(5):
        reset("noa@example.org")
    assert len(mailoutbox) == 1

    monkeypatch.setattr(LocMemCache, "_has_expired", lambda *_: True)
    reset("noa@example.org")
    assert len(mailoutbox) == 2


def test_the_language_is_one_press_away_before_signing_in(noa):
    browser = Client(headers={"Accept-Language": "he"})
    shown = pages.source(browser.get(SIGN_IN))
    assert '<html lang="he" dir="rtl"' in shown
    assert '<button name="language" value="en" lang="en">English</button>' in shown

    browser.post("/i18n/setlang/", {"language": "en", "next": SIGN_IN})

    assert '<html lang="en" dir="ltr"' in pages.source(browser.get(SIGN_IN))


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_who_may_not_sign_in_gets_no_mail_and_nobody_learns_of_it(noa, mailoutbox, change):
    User.objects.update(email="noa@example.org", **change)

    reset("noa@example.org")
    reset("nobody@example.org")

    assert mailoutbox == []


def test_sessions_last_twelve_hours(noa):
    client = Client()
    client.post(SIGN_IN, {"username": "noa", "password": "correct horse"})

    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 12 * 60 * 60

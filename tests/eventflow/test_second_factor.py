"""The second factor: enrolling it, being asked for it, losing it; and who is led to it."""

import re
import time
from base64 import b32decode

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from eventflow import second_factor
from tests import factories as f
from tests import pages

PAGE = "/admin/second-factor/"
HOME = "/admin/"
WRONG = (
    "That is not the code, or it was used already. Wait for the next one in your app and enter "
    "that. If codes keep being refused, let your phone set its clock by itself."
)


class App:
    """An authenticator app on a phone, that was told the secret in words."""

    def __init__(self, words: str):
        self.key = b32decode(words.replace(" ", ""))

    def code(self, steps: int = 0) -> str:
        """What it shows now, or so many half minutes from now."""
        return f"{totp(self.key, drift=steps):06d}"

    def other_code(self) -> str:
        """A code that is not its own, nor was or will be soon."""
        near = {self.code(steps) for steps in range(-2, 3)}
        return next(code for code in ("123456", "234567", "345678", "456789") if code not in near)


def signed_in(user) -> Client:
    return pages.signed_in(user, headers={"Accept-Language": "en"})


def secret(answer) -> str:
    return re.search(r'<code class="ltr">([A-Z2-7 ]+)</code>', pages.source(answer))[1]


def enrolled(user) -> App:
    """The user's app, as it was enrolled a while ago: its codes since then are not used."""
    browser = signed_in(user)
    app = App(secret(browser.get(PAGE)))
    assert browser.post(PAGE, {"code": app.code()}).status_code == 302
    f.run("update otp_totp_totpdevice set last_t = -1, last_used_at = null")
    return app


def errors(answer) -> list[str]:
    pages.source(answer)
    return answer.context["form"].errors["code"]


@pytest.fixture
def required(settings):
    settings.REQUIRE_2FA = True


def test_the_header_leads_to_it(noa):
    assert f'<a href="{PAGE}">Second factor</a>' in pages.source(signed_in(noa).get(HOME))


def test_nobody_enrols_without_having_signed_in(db):
    answer = Client().get(PAGE)

    assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={PAGE}")


def test_the_picture_and_the_words_say_the_same_and_bring_no_style(noa):
    answer = signed_in(noa).get(PAGE)
    key = App(secret(answer)).key

    url = TOTPDevice(user=noa, key=key.hex()).config_url
    assert url.startswith("otpauth://totp/EventFlow%3Anoa?secret=")
    assert second_factor.invitation(noa, key.hex()).picture in pages.source(answer)
    assert "style" not in second_factor.invitation(noa, key.hex()).picture


def test_it_is_enrolled_once_the_app_has_shown_a_code_of_it(noa):
    browser = signed_in(noa)
    app = App(secret(browser.get(PAGE)))

    refused = browser.post(PAGE, {"code": app.other_code()})
    assert errors(refused) == [WRONG]
    assert secret(refused) == secret(browser.get(PAGE))
    assert not TOTPDevice.objects.exists()

    answer = browser.post(PAGE, {"code": f" {app.code()[:3]} {app.code()[3:]}"})
    assert (answer.status_code, answer["Location"]) == (302, HOME)
    assert pages.messages(answer) == ["Your second factor is enrolled. You need it to sign in."]
    assert TOTPDevice.objects.get().user == noa
    assert browser.get(HOME).status_code == 200
    assert "Your second factor was enrolled on" in pages.text(browser.get(PAGE))


@pytest.mark.parametrize("code", ["abc", "12", "-1", "١٢٣٤٥٦", "1" * 20, "\u202e123456"])
def test_what_is_no_code_is_refused_as_one(noa, code):
    browser = signed_in(noa)
    browser.get(PAGE)

    assert errors(browser.post(PAGE, {"code": code})) == [WRONG]


def test_who_has_one_is_asked_for_it_before_anything_else(noa):
    app = enrolled(noa)
    browser = signed_in(noa)

    for path in (HOME, "/admin/password_change/", "/admin/ai_audit/pendingsuggestion/?q=a"):
        answer = browser.get(path)
        there = path.replace("?", "%3F").replace("=", "%3D").replace("/", "%2F")
        assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?next={there}")
    posted = browser.post("/admin/password_change/", {"old_password": "correct horse"})
    assert (posted.status_code, posted["Location"]) == (302, PAGE)
    asked = browser.get(f"{PAGE}?next=/admin/password_change/")
    assert "Enter the code that your app shows now." in pages.text(asked)
    assert 'class="picture"' not in pages.source(asked)
    before = browser.cookies["sessionid"].value

    answer = browser.post(f"{PAGE}?next=/admin/password_change/", {"code": app.code()})

    assert (answer.status_code, answer["Location"]) == (302, "/admin/password_change/")
    assert browser.get(HOME).status_code == 200
    assert browser.cookies["sessionid"].value != before


def test_nobody_is_sent_elsewhere_after_the_code(noa):
    app = enrolled(noa)

    answer = signed_in(noa).post(f"{PAGE}?next=//evil.example/", {"code": app.code()})

    assert answer["Location"] == HOME


def test_a_code_opens_once(noa):
    app = enrolled(noa)
    first, second = signed_in(noa), signed_in(noa)

    assert first.post(PAGE, {"code": app.code()}).status_code == 302
    assert errors(second.post(PAGE, {"code": app.code()})) == [WRONG]
    assert second.get(HOME).status_code == 302


def test_the_code_that_enrolled_opens_nothing_else(noa):
    browser = signed_in(noa)
    app = App(secret(browser.get(PAGE)))
    browser.post(PAGE, {"code": app.code()})

    assert errors(signed_in(noa).post(PAGE, {"code": app.code()})) == [WRONG]


def test_after_a_wrong_code_even_the_right_one_waits(noa):
    app = enrolled(noa)
    browser = signed_in(noa)
    browser.post(PAGE, {"code": app.other_code()})

    (refused,) = errors(browser.post(PAGE, {"code": app.code()}))
    assert refused == (
        "There were wrong codes before this one, so it was not looked at. Try again in 1 second."
    )
    f.run(
        "update otp_totp_totpdevice"
        " set throttling_failure_timestamp = throttling_failure_timestamp - interval '2 seconds'"
    )
    assert browser.post(PAGE, {"code": app.code()}).status_code == 302


def test_another_users_code_opens_nothing(noa, ours):
    enrolled(noa)
    amit = f.staff(profile=f.profile(organization=ours)).user
    other = enrolled(amit)

    assert errors(signed_in(noa).post(PAGE, {"code": other.code()})) == [WRONG]


def test_before_the_code_one_can_leave_and_change_the_language(noa):
    enrolled(noa)
    browser = signed_in(noa)

    assert browser.post("/i18n/setlang/", {"language": "he", "next": PAGE})["Location"] == PAGE
    assert 'lang="he"' in pages.source(browser.get(PAGE))
    assert browser.post("/admin/logout/").status_code == 200
    assert browser.get(HOME)["Location"] == "/admin/login/?next=/admin/"


def test_another_app_takes_the_place_of_the_first_for_who_entered_its_code(noa):
    app = enrolled(noa)
    browser = signed_in(noa)
    assert 'class="picture"' not in pages.source(browser.get(f"{PAGE}?anew"))
    browser.post(PAGE, {"code": app.code()})

    new = App(secret(browser.get(f"{PAGE}?anew")))
    assert browser.post(f"{PAGE}?anew", {"code": new.code()}).status_code == 302

    assert browser.get(HOME).status_code == 200
    assert TOTPDevice.objects.get().bin_key == new.key != app.key


def test_where_it_is_required_everybody_is_led_to_enrol_first(noa, required):
    browser = signed_in(noa)

    assert browser.get(HOME)["Location"] == f"{PAGE}?next=%2Fadmin%2F"
    page = browser.get(PAGE)
    assert "Here everybody signs in with a password and a second factor." in pages.text(page)
    assert browser.post(PAGE, {"code": App(secret(page)).code()}).status_code == 302
    assert browser.get(HOME).status_code == 200


def test_where_it_is_not_required_nobody_has_to(noa):
    assert signed_in(noa).get(HOME).status_code == 200


def take_away(*users, by):
    return signed_in(by).post(
        "/admin/auth/user/",
        {"action": "take_away_second_factor", "_selected_action": [user.pk for user in users]},
    )


def test_an_administrator_takes_a_lost_one_away(noa, required, settings):
    app = enrolled(noa)
    browser = signed_in(noa)
    browser.post(PAGE, {"code": app.code()})
    settings.REQUIRE_2FA = False
    root = f.superuser()

    answer = take_away(noa, root, by=root)

    assert pages.messages(answer) == [
        "The second factor of 1 user was taken away. Where the phone may be in someone else’s "
        "hands, set a new password as well."
    ]
    assert not TOTPDevice.objects.exists()
    (entry,) = LogEntry.objects.all()
    assert (entry.user, entry.object_id) == (root, str(noa.pk))
    assert entry.change_message == "Second factor taken away."
    settings.REQUIRE_2FA = True
    assert browser.get(HOME)["Location"] == f"{PAGE}?next=%2Fadmin%2F"
    assert secret(browser.get(PAGE))


def test_only_a_superuser_takes_one_away(noa, ours):
    enrolled(noa)
    clerk = f.staff(profile=f.profile(organization=ours), permissions=["change_user"]).user

    take_away(noa, by=clerk)

    assert TOTPDevice.objects.get().user == noa


def test_the_list_of_users_tells_who_has_one(noa):
    enrolled(noa)
    page = signed_in(f.superuser()).get("/admin/auth/user/")

    found = {user.username: user.has_second_factor for user in page.context["cl"].result_list}
    assert found == {"noa": True, "root": False}


def test_nobody_sees_the_secrets_of_others(db):
    root = signed_in(f.superuser())

    assert root.get("/admin/otp_totp/totpdevice/").status_code == 404


def test_it_is_known_without_another_statement(noa, django_assert_num_queries):
    with django_assert_num_queries(1):
        (user,) = second_factor.known(User.objects.filter(pk=noa.pk))
        assert user.has_second_factor is False


def test_a_code_of_the_half_minute_before_or_after_counts_and_no_other(noa):
    key = second_factor.new_key()
    app = App(second_factor.invitation(noa, key).text)
    taken, began = set(), None
    # Should the half-minute end in between, it is tried in the next.
    while began != time.time() // 30:
        began = time.time() // 30
        taken.clear()
        for steps, code in {steps: app.code(steps) for steps in range(-3, 4)}.items():
            try:
                second_factor.enrol(noa, key, code)
                taken.add(steps)
            except second_factor.Refused:
                pass

    assert taken == {-1, 0, 1}

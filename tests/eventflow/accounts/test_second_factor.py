"""The second factor: enrolling it, being asked for it, losing it; and who is led to it."""

import re
import time
from base64 import b32decode, b32encode
from urllib.parse import urlencode

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from eventflow.accounts import second_factor
from eventflow.text.bidi import plain
from tests import factories as f
from tests import pages
from tests.variants import first_soon

PAGE = "/admin/second-factor/"
HOME = "/admin/"
PASSWORD = "correct horse"
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"
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


def enrol(browser, app, page=PAGE, **said):
    return browser.post(page, {"code": app.code(), "password": PASSWORD} | said)


def enrolled(user) -> App:
    """The user's app, as it was enrolled a while ago: its codes since then are not used."""
    key = second_factor.new_key()
    app = App(b32encode(bytes.fromhex(key)).decode())
    second_factor.enrol(user, key, app.code())
    f.run(
        "update otp_totp_totpdevice set last_t = -1, last_used_at = null,"
        " created_at = created_at - interval '60 days'"
    )
    return app


def errors(answer) -> list[str]:
    pages.source(answer)
    return answer.context["form"].errors["code"]


@pytest.fixture
def required(settings):
    settings.REQUIRE_2FA = True


def test_second_factor_header_link(noa):
    assert f'<a href="{PAGE}">Two-step verification</a>' in pages.source(signed_in(noa).get(HOME))


def test_second_factor_enrolling_needs_sign_in(db):
    answer = Client().get(PAGE)

    assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={PAGE}")


def test_second_factor_picture_equals_text(noa):
    answer = signed_in(noa).get(PAGE)
    key = App(secret(answer)).key

    url = TOTPDevice(user=noa, key=key.hex()).config_url
    assert url.startswith("otpauth://totp/EventFlow%3Anoa?secret=")
    assert second_factor.invitation(noa, key.hex()).picture in pages.source(answer)
    assert "style" not in second_factor.invitation(noa, key.hex()).picture


def test_second_factor_enrolled_after_code(noa):
    browser = signed_in(noa)
    app = App(secret(browser.get(PAGE)))

    refused = enrol(browser, app, code=app.other_code())
    assert errors(refused) == [WRONG]
    assert secret(refused) == secret(browser.get(PAGE))
    assert not TOTPDevice.objects.exists()

    answer = enrol(browser, app, code=f" {app.code()[:3]} {app.code()[3:]}")
    assert (answer.status_code, answer["Location"]) == (302, HOME)
    assert pages.messages(answer) == [
        "Your two-step verification is set up. You need it to sign in."
    ]
    assert TOTPDevice.objects.get().user == noa
    assert browser.get(HOME).status_code == 200
    assert "Your two-step verification was set up on" in pages.text(browser.get(PAGE))


@pytest.mark.parametrize("code", ["abc", "12", "-1", "١٢٣٤٥٦", "1" * 20, "\u202e123456"])
def test_second_factor_malformed_code(noa, code):
    browser = signed_in(noa)
    browser.get(PAGE)

    assert errors(browser.post(PAGE, {"code": code, "password": PASSWORD})) == [WRONG]


def test_second_factor_asked_before_anything(noa):
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


def test_second_factor_next_is_local(noa):
    app = enrolled(noa)

    answer = signed_in(noa).post(f"{PAGE}?next=//evil.example/", {"code": app.code()})

    assert answer["Location"] == HOME


def test_second_factor_code_once(noa):
    app = enrolled(noa)
    first, second = signed_in(noa), signed_in(noa)

    assert first.post(PAGE, {"code": app.code()}).status_code == 302
    assert errors(second.post(PAGE, {"code": app.code()})) == [WRONG]
    assert second.get(HOME).status_code == 302


def test_second_factor_enrolling_code_used_up(noa):
    browser = signed_in(noa)
    app = App(secret(browser.get(PAGE)))
    enrol(browser, app)

    assert errors(signed_in(noa).post(PAGE, {"code": app.code()})) == [WRONG]


def test_second_factor_right_code_waits_after_wrong(noa):
    app = enrolled(noa)
    browser = signed_in(noa)
    browser.post(PAGE, {"code": app.other_code()})

    (refused,) = errors(browser.post(PAGE, {"code": app.code()}))
    assert refused == (
        "There were wrong codes before this one, so it was not looked at. Try again in 1 second."
    )
    later("2 seconds")
    assert browser.post(PAGE, {"code": app.code()}).status_code == 302


def test_second_factor_code_of_another_user(noa, ours):
    enrolled(noa)
    amit = f.staff(profile=f.profile(organization=ours)).user
    other = enrolled(amit)

    assert errors(signed_in(noa).post(PAGE, {"code": other.code()})) == [WRONG]


def test_second_factor_leave_and_language_before_code(noa):
    enrolled(noa)
    browser = signed_in(noa)

    assert browser.post("/i18n/setlang/", {"language": "he", "next": PAGE})["Location"] == PAGE
    assert 'lang="he"' in pages.source(browser.get(PAGE))
    assert browser.post("/admin/logout/").status_code == 200
    assert browser.get(HOME)["Location"] == "/admin/login/?next=/admin/"


@pytest.fixture
def inside(noa):
    """A browser that is past the code, noa's app, and another whose secret it was shown."""
    app = enrolled(noa)
    browser = signed_in(noa)
    assert 'class="picture"' not in pages.source(browser.get(f"{PAGE}?anew"))
    browser.post(PAGE, {"code": app.code()})
    f.run("update otp_totp_totpdevice set last_t = -1")
    return browser, app, App(secret(browser.get(f"{PAGE}?anew")))


def test_second_factor_replaced_with_password_and_code(inside):
    browser, app, new = inside

    answer = enrol(browser, new, f"{PAGE}?anew", instead=app.code())

    assert (answer.status_code, answer["Location"]) == (302, HOME)
    assert browser.get(HOME).status_code == 200
    assert TOTPDevice.objects.get().bin_key == new.key != app.key


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"password": "wrong"}, {"password": ["That is not your password. Nothing was changed."]}),
        ({"password": ""}, {"password": ["This field is required."]}),
        ({"instead": "other"}, {"instead": [WRONG]}),
        ({"instead": "new"}, {"instead": [WRONG]}),
        ({"instead": ""}, {"instead": ["This field is required."]}),
        ({"code": "old"}, {"code": [WRONG]}),
    ],
)
def test_second_factor_replacement_incomplete(inside, said, refused):
    browser, app, new = inside
    codes = {"other": app.other_code(), "new": new.code(), "old": app.code()}
    said = {name: codes.get(value, value) for name, value in said.items()}

    answer = enrol(browser, new, f"{PAGE}?anew", **{"instead": app.code()} | said)

    pages.source(answer)
    assert answer.context["form"].errors == refused
    assert TOTPDevice.objects.get().bin_key == app.key
    # What was refused beside it has not used the code up, unless it was the code that was wrong.
    if "instead" not in said:
        assert enrol(browser, new, f"{PAGE}?anew", instead=app.code()).status_code == 302


def test_second_factor_first_with_password_only(noa):
    browser = signed_in(noa)
    app = App(secret(browser.get(PAGE)))

    answer = enrol(browser, app, password="wrong")
    assert answer.context["form"].errors == {
        "password": ["That is not your password. Nothing was changed."]
    }
    assert not TOTPDevice.objects.exists()
    assert enrol(browser, app).status_code == 302


def test_second_factor_wrong_passwords_counted(inside):
    browser, app, new = inside
    tried = [
        enrol(browser, new, f"{PAGE}?anew", instead=app.code(), password="wrong").status_code
        for _again in range(5)
    ]

    assert tried == [200] * 4 + [429]
    assert enrol(browser, new, f"{PAGE}?anew", instead=app.code()).status_code == 429
    assert TOTPDevice.objects.get().bin_key == app.key


def test_second_factor_replacement_needs_code(noa):
    app = enrolled(noa)
    key = second_factor.new_key()
    code = App(second_factor.invitation(noa, key).text).code()

    with pytest.raises(second_factor.Refused):
        second_factor.enrol(noa, key, code)
    assert TOTPDevice.objects.get().bin_key == app.key


def later(time: str) -> None:
    """As if so much time had passed since all that was tried."""
    f.run(f"update axes_accessfailurelog set attempt_time = attempt_time - interval '{time}'")


def try_code(browser, code, address=ELSEWHERE):
    return browser.post(PAGE, {"code": code}, REMOTE_ADDR=address)


def looked_at(answer) -> bool:
    """Whether the code was; a page says so."""
    return errors(answer) == [WRONG]


def strangers_try(user, app, addresses=range(120)) -> int:
    """Wrong codes from so many addresses; gives how many of them were looked at."""
    code, taken = app.other_code(), 0
    for n in addresses:
        try:
            second_factor.verify(user, code, second_factor.Whence(f"198.51.100.{n}"))
        except second_factor.WrongCode:
            taken += 1
        except second_factor.Refused:
            pass
    return taken


@pytest.mark.parametrize("addresses", first_soon([1, 12, 45], 2))
def test_second_factor_attack_from_elsewhere(noa, addresses):
    app = enrolled(noa)
    for _day in range(2):
        taken = 0
        for _hour in range(12):
            taken += strangers_try(noa, app, range(addresses))
            later("2 hours")
        assert 10 < taken < 100

        assert try_code(signed_in(noa), app.code(), HERE).status_code == 302
        f.run("update otp_totp_totpdevice set last_t = -1")


def test_second_factor_wrong_codes_per_day_bounded(noa):
    app = enrolled(noa)

    assert strangers_try(noa, app) == 99
    (refused,) = errors(try_code(signed_in(noa), app.code(), HERE))
    assert refused.startswith("There were too many wrong codes within a day, so this one was not")
    later("1 day")
    assert try_code(signed_in(noa), app.code(), HERE).status_code == 302


def test_second_factor_known_browser_waits_for_own(noa):
    app = enrolled(noa)
    known = signed_in(noa)
    assert try_code(known, app.code(), HERE).status_code == 302
    f.run("update otp_totp_totpdevice set last_t = -1")
    strangers_try(noa, app)
    cookie = known.cookies[f"browser_{noa.pk}"]
    found = [cookie[name] for name in ("httponly", "path", "samesite", "max-age")]
    assert found == [True, PAGE, "Lax", 180 * 24 * 60 * 60]

    known.post("/admin/logout/")
    known.force_login(noa)
    assert looked_at(try_code(known, app.other_code(), ELSEWHERE))
    assert not looked_at(try_code(known, app.code(), ELSEWHERE))
    later("2 seconds")
    assert try_code(known, app.code(), ELSEWHERE).status_code == 302
    assert not looked_at(try_code(signed_in(noa), app.code(), HERE))


def test_second_factor_browser_mark_unforgeable(noa, ours):
    app = enrolled(noa)
    amit = f.staff(profile=f.profile(organization=ours)).user
    other = enrolled(amit)
    amits = signed_in(amit)
    assert try_code(amits, other.code()).status_code == 302
    mine = amits.cookies[f"browser_{amit.pk}"].value
    strangers_try(noa, app)

    for invented in (mine, "invented", "a:b:c", ":", ""):
        stranger = signed_in(noa)
        stranger.cookies[f"browser_{noa.pk}"] = invented
        assert errors(try_code(stranger, app.code()))[0].startswith("There were too many")


def test_second_factor_new_app_forgets_browsers(inside, noa):
    browser, app, new = inside
    old = browser.cookies[f"browser_{noa.pk}"].value
    enrol(browser, new, f"{PAGE}?anew", instead=app.code())
    strangers_try(noa, new)

    assert browser.cookies[f"browser_{noa.pk}"].value != old
    stranger = signed_in(noa)
    stranger.cookies[f"browser_{noa.pk}"] = old
    assert errors(try_code(stranger, new.code()))[0].startswith("There were too many")


def test_second_factor_wait_grows_by_address(noa):
    app = enrolled(noa)
    stranger = signed_in(noa)
    for again in range(12):
        assert looked_at(try_code(stranger, app.other_code()))
        if again > 4:
            assert "Try again in" in errors(try_code(stranger, app.code()))[0]
            later("16 seconds" if again == 5 else "1 second")
            assert "Try again in" in errors(try_code(stranger, app.code()))[0]
        later("2 minutes")

    assert looked_at(try_code(stranger, app.other_code(), HERE))


def test_second_factor_wrong_codes_told_once(noa):
    app = enrolled(noa)
    stranger = signed_in(noa)
    for n in range(2):
        try_code(stranger, app.other_code(), f"198.51.100.{n}")
    owner = signed_in(noa)
    assert looked_at(try_code(owner, app.other_code(), HERE))
    later("2 seconds")

    (told,) = pages.messages(try_code(owner, app.code(), HERE))
    assert told in pages.text(owner.get(HOME))
    told = plain(told)
    assert told.startswith("Since you last entered a right code, 2 wrong ones were entered for you")
    assert told.endswith(
        "from the address 198.51.100.1. If that was not you, someone knows your password: "
        "change it now."
    )

    f.run("update otp_totp_totpdevice set last_t = -1")
    again = signed_in(noa)
    assert pages.messages(try_code(again, app.code(), HERE)) == []


def test_second_factor_owner_told_then_forgotten(noa):
    app = enrolled(noa)
    try_code(signed_in(noa), app.other_code())
    later("29 days")

    (told,) = pages.messages(try_code(signed_in(noa), app.code(), HERE))
    assert told.startswith("Since you last entered a right code, 1 wrong one was entered for you")

    later("2 days")
    try_code(signed_in(noa), app.other_code())
    assert len(f.whole_table("axes_accessfailurelog")) == 1


def test_second_factor_wrong_codes_mailed_once(noa, mailoutbox):
    User.objects.update(email="noa@example.org")
    app = enrolled(noa)
    for n in range(2):
        try_code(signed_in(noa), app.other_code(), f"198.51.100.{n}")
    assert mailoutbox == []

    for n in range(2, 20):
        try_code(signed_in(noa), app.other_code(), f"198.51.100.{n}")

    (sent,) = mailoutbox
    assert (sent.to, sent.subject) == (["noa@example.org"], "Wrong codes for you at EventFlow")
    assert "the last from the address 198.51.100.2." in plain(sent.body)
    assert "http://localhost/admin/password_change/" in sent.body


@pytest.mark.parametrize("without", [{"email": ""}, {"email": "noa@example.org", "mail": ""}])
def test_second_factor_without_mail(noa, settings, mailoutbox, without):
    User.objects.update(email=without["email"])
    settings.EMAIL_URL = without.get("mail", settings.EMAIL_URL)
    app = enrolled(noa)

    for n in range(5):
        assert looked_at(try_code(signed_in(noa), app.other_code(), f"198.51.100.{n}"))

    assert mailoutbox == []


def test_second_factor_wrong_codes_per_user(noa, ours):
    app = enrolled(noa)
    amit = f.staff(profile=f.profile(organization=ours)).user
    other = enrolled(amit)
    strangers_try(noa, app)

    answer = try_code(signed_in(amit), other.code(), "198.51.100.1")
    assert (answer.status_code, pages.messages(answer)) == (302, [])


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example/", "", "\0"])
def test_second_factor_refused_next_home(noa, to):
    app = enrolled(noa)

    answer = signed_in(noa).post(f"{PAGE}?{urlencode({'next': to})}", {"code": app.code()})

    assert answer["Location"] == HOME


def test_second_factor_required_for_everybody(noa, required):
    browser = signed_in(noa)

    assert browser.get(HOME)["Location"] == f"{PAGE}?next=%2Fadmin%2F"
    page = browser.get(PAGE)
    assert (
        "Here everybody signs in with two-step verification: a password, and a code of an app."
        in pages.text(page)
    )
    assert enrol(browser, App(secret(page))).status_code == 302
    assert browser.get(HOME).status_code == 200


def test_second_factor_optional(noa):
    assert signed_in(noa).get(HOME).status_code == 200


def take_away(*users, by):
    return signed_in(by).post(
        "/admin/auth/user/",
        {"action": "take_away_second_factor", "_selected_action": [user.pk for user in users]},
    )


def test_second_factor_removed_by_administrator(noa, required, settings):
    app = enrolled(noa)
    browser = signed_in(noa)
    browser.post(PAGE, {"code": app.code()})
    settings.REQUIRE_2FA = False
    root = f.superuser()

    answer = take_away(noa, root, by=root)

    assert pages.messages(answer) == [
        "Two-step verification of 1 user was switched off. Where the phone may be in someone "
        "else’s hands, set a new password as well."
    ]
    assert not TOTPDevice.objects.exists()
    (entry,) = LogEntry.objects.all()
    assert (entry.user, entry.object_id) == (root, str(noa.pk))
    assert entry.change_message == "Two-step verification switched off."
    settings.REQUIRE_2FA = True
    assert browser.get(HOME)["Location"] == f"{PAGE}?next=%2Fadmin%2F"
    assert secret(browser.get(PAGE))


def test_second_factor_removal_superusers_only(noa, ours):
    enrolled(noa)
    clerk = f.staff(profile=f.profile(organization=ours), permissions=["change_user"]).user

    take_away(noa, by=clerk)

    assert TOTPDevice.objects.get().user == noa


def test_second_factor_in_user_list(noa):
    enrolled(noa)
    page = signed_in(f.superuser()).get("/admin/auth/user/")

    found = {user.username: user.has_second_factor for user in page.context["cl"].result_list}
    assert found == {"noa": True, "root": False}


def test_second_factor_secrets_hidden(db):
    root = signed_in(f.superuser())

    assert root.get("/admin/otp_totp/totpdevice/").status_code == 404


def test_second_factor_known_without_statement(noa, django_assert_num_queries):
    with django_assert_num_queries(1):
        (user,) = second_factor.known(User.objects.filter(pk=noa.pk))
        assert user.has_second_factor is False


def test_second_factor_code_tolerance(noa):
    key = second_factor.new_key()
    app = App(second_factor.invitation(noa, key).text)
    taken, began = set(), None
    # Should the half-minute end in between, it is tried in the next.
    while began != time.time() // 30:
        began = time.time() // 30
        taken.clear()
        for steps, code in {steps: app.code(steps) for steps in range(-3, 4)}.items():
            try:
                second_factor.require_shown(key, code)
                taken.add(steps)
            except second_factor.Refused:
                pass

    assert taken == {-1, 0, 1}

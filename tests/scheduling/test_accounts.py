"""Signing in with an account of EventFlow: who gets in, who does not, what is kept meanwhile."""

import logging
import secrets
import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.models import Session
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from eventflow.accounts import account, supabase_auth
from eventflow.db import database
from eventflow.supabase import auth
from scheduling import access
from scheduling.models import StaffMember
from tests import factories as f
from tests import pages

pytestmark = pytest.mark.django_db

SIGN_IN = "/admin/login/"
CODE = "/admin/login/code/"
INSIDE = "/admin/password_change/"
EMAIL, PASSWORD = "noa@example.com", "seven mules in the rain"
NO_ACCOUNT = "That is not the e-mail address and the password of an EventFlow account"


@pytest.fixture
def profile(ours):
    return f.profile(organization=ours, full_name="נועה כהן", email=EMAIL)


@pytest.fixture
def noa(profile):
    return auth.Account(EMAIL, PASSWORD, id=profile.pk)


@pytest.fixture
def there(noa, settings):
    stand_in = auth.StandIn(noa)
    with auth.serving(stand_in) as url:
        settings.SUPABASE_URL, settings.SUPABASE_KEY = url, auth.KEY
        yield stand_in


def sign_in(browser=None, *, email=EMAIL, password=PASSWORD, to=SIGN_IN, **options):
    """Enter an address and a password; the answer."""
    browser = browser or Client(headers={"Accept-Language": "en"})
    answer = browser.post(to, {"username": email, "password": password}, **options)
    answer.browser = browser
    return answer


def give_code(answer, code, **options):
    """Enter a code on the page that the answer leads to."""
    return answer.browser.post(answer["Location"], {"code": code}, **options)


def right(secret: bytes, later=0) -> str:
    totp = TOTP(secret)
    totp.time = time.time() + later
    return f"{totp.token():06}"


def told(answer) -> str:
    """The errors of the sign-in page."""
    return " ".join(answer.context["form"].non_field_errors())


def who(browser) -> User | None:
    pk = browser.session.get("_auth_user_id")
    return User.objects.filter(pk=pk).first() if pk else None


def signed_out(there) -> None:
    for _n in range(6000):
        if not there.sessions:
            return
        time.sleep(0.01)
    pytest.fail("the session there goes on")


# Who gets in


def test_account_of_linked_staff_member(there, profile):
    member = f.staff(profile=profile, username="noa")

    answer = sign_in()

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert who(answer.browser) == member.user
    assert answer.browser.get("/admin/").status_code == 200
    signed_out(there)


def test_account_creates_user_without_password(there, profile):
    answer = sign_in()

    user = who(answer.browser)
    assert user.staff_member.profile == profile
    assert (user.get_username(), user.first_name) == (EMAIL, "נועה כהן")
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)
    assert not user.get_all_permissions()
    assert who(sign_in().browser) == user


def test_account_not_matched_by_name_or_address(there, noa, ours, profile):
    """Whoever writes somebody else's address into their own profile stays who they are."""
    member = f.staff(profile=profile, username=EMAIL)
    User.objects.filter(pk=member.user_id).update(email=EMAIL)
    theirs = f.profile(organization=f.organization("Another"), full_name="נועה כהן", email=EMAIL)
    noa.id = theirs.pk

    user = who(sign_in().browser)

    assert user != member.user
    assert user.get_username() == str(theirs.pk)
    assert access.organization_scope(user) == theirs.organization_id


def test_account_of_superuser_refused(there, profile):
    root = f.superuser()
    StaffMember.objects.create(user=root, profile=profile)

    answer = sign_in()

    assert "administrators sign in with a user name" in told(answer)
    assert who(answer.browser) is None
    signed_out(there)


def test_account_of_later_superuser_signed_out(there, profile):
    browser = sign_in().browser
    assert browser.get("/admin/").status_code == 200

    User.objects.update(is_superuser=True)

    assert browser.get("/admin/").status_code == 302


@pytest.mark.parametrize("lost", ["is_active", "is_staff"])
def test_account_without_access_refused(there, profile, lost):
    member = f.staff(profile=profile)
    User.objects.filter(pk=member.user_id).update(**{lost: False})

    answer = sign_in()

    assert "you may not use the back office any more" in told(answer)
    assert StaffMember.objects.get() == member
    signed_out(there)


def test_account_without_profile_gets_no_user(there, noa, profile):
    noa.id = f.profile(organization=None).pk
    assert "has no profile in an organization" in told(sign_in())
    noa.id = auth.Account("x").id
    assert "has no profile in an organization" in told(sign_in())

    assert not User.objects.exists()


# What is wrong, and what does not work


@pytest.mark.parametrize("kind", ["wrong password", "unknown", "no password there", "banned"])
def test_whatever_is_wrong_is_told_alike(there, noa, kind):
    email, password = EMAIL, PASSWORD
    if kind == "wrong password":
        password = "wrong"
    elif kind == "unknown":
        email = "nobody@example.com"
    elif kind == "no password there":
        noa.password = None
    else:
        noa.banned = True

    answer = sign_in(email=email, password=password)

    assert told(answer).startswith(NO_ACCOUNT)
    assert "with Google" in told(answer)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("limited", "take no more tries"),
        ("garbage", "not understood here"),
        ("odd", "not understood here"),
        ("down", "do not answer at the moment"),
        ("captcha", "captcha"),
        ("no passwords", "lets nobody sign in with a password"),
    ],
)
def test_account_trouble_is_no_wrong_password(there, profile, kind, said):
    there.trouble = kind
    for _n in range(6):
        assert said in told(sign_in())
    there.trouble = ""

    assert sign_in().status_code == 302


@pytest.mark.long
@pytest.mark.parametrize("kind", ["silent", "dripping"])
def test_account_service_slow_told_in_five_seconds(there, profile, kind):
    there.trouble = kind
    began = time.monotonic()

    answer = sign_in()

    assert "do not answer at the moment" in told(answer)
    # The other side would never end it; a busy machine takes its time before and after.
    assert time.monotonic() - began < 4 * supabase_auth.LIMIT


def test_account_address_as_typed(there, noa, profile):
    noa.email = "Straße@example.com"

    assert sign_in(email=" Straße@example.com ").status_code == 302


def test_account_lockout_before_service_asked(there):
    spellings = [EMAIL, EMAIL.upper(), f" {EMAIL}", EMAIL.title(), "NOA@example.com"]

    found = [sign_in(email=email, password="wrong").status_code for email in spellings]
    asked = len(there.asked)

    assert found == [200] * 4 + [429]
    assert sign_in().status_code == 429
    assert len(there.asked) == asked


def test_account_right_password_forgives(there, profile):
    found = [
        sign_in(password=password).status_code
        for password in [*["wrong"] * 4, PASSWORD, *["wrong"] * 4, PASSWORD]
    ]

    assert found == [200] * 4 + [302] + [200] * 4 + [302]


def test_account_many_addresses_within_limit(there, noa):
    for number in range(account.MOST):
        sign_in(email=f"n{number}@example.com", REMOTE_ADDR="192.0.2.1")
    asked = len(there.asked)

    assert "too many tries" in told(sign_in(REMOTE_ADDR="192.0.2.1"))
    assert len(there.asked) == asked
    assert told(sign_in(password="wrong", REMOTE_ADDR="192.0.2.2")).startswith(NO_ACCOUNT)


# Either way


def test_user_name_never_sent_to_service(there, ours):
    noa = f.staff(profile=f.profile(organization=ours), username="noa").user

    assert who(sign_in(email="noa", password="correct horse").browser) == noa
    assert there.asked == []


def test_account_password_tried_one_way(there, profile):
    """A user who is called by an address signs in on the page for user names."""
    member = f.staff(profile=profile, username=EMAIL)

    assert told(sign_in(password="correct horse")).startswith(NO_ACCOUNT)
    asked = len(there.asked)
    by_name = sign_in(password="correct horse", to=f"{SIGN_IN}?way=name")
    assert who(by_name.browser) == member.user
    assert sign_in(to=f"{SIGN_IN}?way=name").status_code == 200
    assert len(there.asked) == asked


def test_names_off_superusers_only(there, settings, ours, mailoutbox):
    settings.SIGN_IN_WITH = {"account"}
    noa = f.staff(profile=f.profile(organization=ours), username="noa").user
    root = f.superuser()
    User.objects.filter(pk=noa.pk).update(email=EMAIL)

    assert who(sign_in(email="noa", password="correct horse").browser) is None
    assert who(sign_in(email="root", password="correct horse").browser) == root
    Client().post("/admin/password_reset/", {"email": EMAIL})
    assert mailoutbox == []


def test_accounts_off_signs_out(there, settings, profile):
    browser = sign_in().browser
    assert browser.get("/admin/").status_code == 200
    signed_out(there)
    asked = len(there.asked)

    settings.SIGN_IN_WITH = {"name"}

    assert browser.get("/admin/").status_code == 302
    assert sign_in().status_code == 200
    assert "other-way" not in pages.source(Client().get(SIGN_IN))
    assert len(there.asked) == asked


def test_sign_in_ways_keep_next(there):
    page = pages.source(Client().get(f"{SIGN_IN}?next=/admin/scheduling/event/"))
    assert "?next=%2Fadmin%2Fscheduling%2Fevent%2F&amp;way=name" in page

    other = pages.source(Client().get(f"{SIGN_IN}?next=/admin/&way=name"))
    assert "way=account" in other


# The second step


@pytest.fixture
def secret(noa):
    return noa.add_factor()


def test_account_code_is_second_factor(there, profile, secret, settings):
    settings.REQUIRE_2FA = True
    f.staff(profile=profile, permissions=())
    answer = sign_in(to=f"{SIGN_IN}?next=/admin/scheduling/event/")
    assert answer["Location"] == f"{CODE}?next=%2Fadmin%2Fscheduling%2Fevent%2F"
    assert who(answer.browser) is None
    assert pages.source(answer.browser.get(answer["Location"]))

    inside = give_code(answer, right(secret))

    assert (inside.status_code, inside["Location"]) == (302, "/admin/scheduling/event/")
    page = answer.browser.get("/admin/scheduling/event/")
    assert page.status_code == 200
    assert access.staff_member(page.wsgi_request.user).aal == database.AAL2
    signed_out(there)


def test_account_without_code_outside(there, profile, secret):
    answer = sign_in()

    assert answer.browser.get("/admin/").status_code == 302
    wrong = give_code(answer, "000000")
    assert "That is not the code that your app shows now." in pages.text(wrong)
    assert who(answer.browser) is None
    assert not User.objects.exists()
    assert give_code(answer, right(secret)).status_code == 302
    assert who(answer.browser).staff_member.profile == profile


def test_account_without_factor_uses_ours(there, profile, settings):
    settings.REQUIRE_2FA = True
    answer = sign_in()

    there_is_none = answer.browser.get("/admin/")
    assert there_is_none["Location"].startswith("/admin/second-factor/")
    assert access.staff_member(there_is_none.wsgi_request.user).aal == database.AAL1


def test_account_enrols_with_account_password(there, profile):
    browser = sign_in().browser
    browser.get("/admin/second-factor/")
    key = browser.session["second_factor_key"]

    def enrol(password, later=0):
        return browser.post(
            "/admin/second-factor/",
            {"code": right(bytes.fromhex(key), later), "password": password},
        )

    assert "That is not your password" in pages.text(enrol("wrong"))
    assert not TOTPDevice.objects.exists()
    assert enrol(PASSWORD).status_code == 302
    assert TOTPDevice.objects.get().user == who(browser)


def test_account_token_encrypted_in_cookie(there, profile, secret, settings, caplog):
    caplog.set_level(logging.DEBUG)
    settings.SESSION_COOKIE_SECURE = True
    answer = sign_in(secure=True)
    (token,) = there.sessions

    cookie = answer.cookies["account_step"]
    assert token not in cookie.value
    assert [bool(cookie[name]) for name in ("httponly", "secure")] == [True, True]
    assert (cookie["samesite"], cookie["path"], cookie["max-age"]) == ("Strict", CODE, 300)
    form = pages.source(answer.browser.get(answer["Location"], secure=True))
    kept = [str(one.get_decoded()) for one in Session.objects.all()]
    for place in (form, *kept, caplog.text):
        assert token not in place
        assert cookie.value not in place
        assert PASSWORD not in place


def test_account_cookie_five_minutes(there, profile, secret, monkeypatch):
    answer = sign_in()
    kept = answer.cookies["account_step"].value
    browser = answer.browser.session["account_browser"]
    now = database.now()

    for ago, held in (
        (timedelta(minutes=4, seconds=50), True),
        (timedelta(minutes=5, seconds=5), False),
    ):
        monkeypatch.setattr(database, "now", lambda ago=ago: now + ago)
        assert (account.opened(kept, browser) is not None) == held
    again = give_code(answer, right(secret))
    assert again["Location"].startswith(SIGN_IN)
    assert who(answer.browser) is None


@pytest.mark.parametrize("kind", ["another browser", "another sign-in", "altered", "junk", "none"])
def test_account_cookie_forged(there, profile, secret, kind):
    answer = sign_in()
    kept = answer.cookies["account_step"].value
    other = Client()
    if kind == "another sign-in":
        other = sign_in().browser
    if kind in ("altered", "junk"):
        other = answer.browser
        kept = kept[:-9] + "AAAAAAAA=" if kind == "altered" else "é"
    other.cookies["account_step"] = kept if kind != "none" else ""

    found = other.post(CODE, {"code": right(secret)})

    assert found["Location"].startswith(SIGN_IN)
    assert who(other) is None


def test_account_cookie_once(there, profile, secret):
    answer = sign_in()
    kept = answer.cookies["account_step"].value
    give_code(answer, right(secret))
    answer.browser.post("/admin/logout/")
    answer.browser.cookies["account_step"] = kept

    assert give_code(answer, right(secret))["Location"].startswith(SIGN_IN)
    assert who(answer.browser) is None


def test_account_wrong_codes_bounded_before_service(there, profile, secret):
    answer = sign_in()
    for _n in range(account.MOST_CODES):
        give_code(answer, "000000")
    asked = len(there.asked)

    assert "too many wrong codes" in pages.text(give_code(answer, right(secret)))
    assert len(there.asked) == asked


def test_account_session_ended_begins_again(there, profile, secret):
    answer = sign_in()
    there.sessions.clear()

    again = give_code(answer, right(secret))

    assert again["Location"].startswith(SIGN_IN)
    assert "Enter your e-mail address and password again" in pages.text(
        answer.browser.get(again["Location"])
    )


@pytest.mark.parametrize("kind", ["limited", "garbage", "odd", "down"])
def test_account_code_trouble_can_be_retried(there, profile, secret, kind):
    answer = sign_in()
    there.trouble = kind
    assert "Nothing was changed" in pages.text(give_code(answer, right(secret)))
    there.trouble = ""

    assert give_code(answer, right(secret)).status_code == 302
    assert who(answer.browser)


def test_account_several_apps(there, profile, noa, secret):
    other = noa.add_factor()
    answer = sign_in()
    there_is = answer.browser.get(answer["Location"])
    assert "app 2" in pages.text(there_is)

    to = answer["Location"]
    assert answer.browser.post(to, {"code": right(other), "factor": "0"}).status_code == 200
    assert answer.browser.post(to, {"code": right(other), "factor": "9"}).status_code == 200
    assert answer.browser.post(to, {"code": right(other), "factor": "1"}).status_code == 302


def test_account_inactive_between_steps(there, profile, secret):
    member = f.staff(profile=profile)
    answer = sign_in()
    User.objects.filter(pk=member.user_id).update(is_active=False)

    refused = give_code(answer, right(secret))

    assert "you may not use the back office any more" in pages.text(refused)
    assert who(answer.browser) is None


def test_account_unwelcome_asked_no_code(there, noa, secret):
    noa.id = auth.Account("x").id

    assert "has no profile in an organization" in told(sign_in())


def test_account_token_too_long_for_cookie(there, noa, profile, secret):
    noa.metadata = {"bio": secrets.token_hex(4000)}

    answer = sign_in()

    assert "cannot be used here" in told(answer)
    assert "account_step" not in answer.cookies


# Attacks


def test_account_sign_in_over_other_user(there, profile, ours, secret):
    other = f.staff(profile=f.profile(organization=ours), username="amit").user
    browser = pages.signed_in(other)
    browser.session["of amit"] = "kept"
    assert browser.get(CODE)["Location"] == "/admin/"

    answer = sign_in(browser)
    assert who(browser) == other
    give_code(answer, right(secret))

    assert who(browser).staff_member.profile == profile
    assert "of amit" not in browser.session


def test_account_session_key_rotated(there, profile, secret):
    answer = sign_in()
    before = answer.browser.session.session_key
    give_code(answer, right(secret))

    session = answer.browser.session
    assert session.session_key != before
    assert "account_browser" not in session
    assert not Session.objects.filter(session_key=before).exists()
    assert answer.browser.cookies["account_step"].value == ""


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil", "/\\evil"],
)
def test_account_next_is_local(there, profile, secret, target):
    answer = sign_in(to=f"{SIGN_IN}?next={target}")
    assert answer["Location"] == f"{CODE}?next=%2Fadmin%2F"

    inside = answer.browser.post(f"{CODE}?next={target}", {"code": right(secret), "next": target})

    assert inside["Location"] == "/admin/"


def test_account_form_of_another_browser(there, profile, secret):
    browser = Client(enforce_csrf_checks=True)
    assert sign_in(browser).status_code == 403
    answer = sign_in()
    answer.browser.handler.enforce_csrf_checks = True
    assert give_code(answer, right(secret)).status_code == 403


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("a\r\nX-Evil: 1@example.com", PASSWORD),
        ("\0@example.com", "\0"),
        ("@", "x"),
        ('"@"', '{"password": 1}'),
        ("x" * 5000 + "@example.com", "x"),
        (EMAIL, "x" * 100_000),
        ("נועה@דוגמה.קום", "סיסמה"),
    ],
)
def test_odd_text_signs_nobody_in(there, profile, email, password):
    answer = sign_in(email=email, password=password)

    assert answer.context["form"].errors
    assert who(answer.browser) is None


def test_account_permissions_of_user(there, profile):
    member = f.staff(profile=profile, permissions=())
    browser = sign_in().browser
    assert browser.get("/admin/ai_audit/suggestion/").status_code == 200
    member.user.user_permissions.clear()
    assert browser.get("/admin/ai_audit/suggestion/").status_code == 403
    member.user.user_permissions.set(Permission.objects.filter(codename="view_suggestion"))
    assert browser.get("/admin/ai_audit/suggestion/").status_code == 200

"""Signing in: whence a request comes, wrong passwords and how long they close a name, resetting."""

import re
import socketserver
import threading
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eventflow.accounts import mail, signing_in
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


def test_lockout_after_five_wrong_passwords(noa):
    assert statuses(*["wrong"] * 5, "correct horse") == [200] * 4 + [429, 429]


def test_lockout_per_name_and_address(noa, ours):
    amit = f.staff(profile=f.profile(organization=ours), username="amit").user
    statuses(*["wrong"] * 6)

    assert statuses("correct horse", address=ELSEWHERE) == [302]
    assert statuses("correct horse", username=amit.username) == [302]


def test_lockout_forgiven_by_right_password(noa):
    assert (
        statuses(*["wrong"] * 4, "correct horse", *["wrong"] * 4) == [200] * 4 + [302] + [200] * 4
    )


def test_lockout_expires_regardless_of_attempts(noa):
    statuses(*["wrong"] * 5)
    f.run("update axes_accessattempt set attempt_time = attempt_time - interval '14 minutes'")
    assert statuses("correct horse") == [429]
    f.run("update axes_accessattempt set attempt_time = attempt_time - interval '1 minute'")

    assert statuses("correct horse") == [302]


def test_lockout_of_unknown_name(noa):
    assert statuses(*["wrong"] * 6, username="nobody") == [200] * 4 + [429, 429]


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", LOCKED_OUT), ("he", "השם הזה חסום לכתובת הזאת")]
)
def test_lockout_page_why_and_how_long(noa, language, sentence):
    statuses(*["wrong"] * 5)

    answer = try_password("correct horse", language=language)

    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert sentence in pages.words(answer.content.decode())


def test_passwords_never_kept(noa):
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
        (1, " 2001:db8::1 ", "2001:db8::"),
        (2, "198.51.100.9", HERE),
        (1, None, HERE),
        (1, "invented", HERE),
        (1, "", HERE),
    ],
)
def test_address_from_own_proxies_only(settings, rf, proxies, said, found):
    settings.PROXY_COUNT = proxies
    headers = {} if said is None else {"X-Forwarded-For": said}

    assert signing_in.address(rf.get("/", REMOTE_ADDR=HERE, headers=headers)) == found


def test_lockout_by_address_behind_proxy(noa, settings):
    settings.PROXY_COUNT = 1

    def try_from(address, password):
        return Client(headers={"X-Forwarded-For": address}).post(
            SIGN_IN, {"username": "noa", "password": password}
        )

    for _attempt in range(6):
        try_from("198.51.100.9", "wrong")

    assert try_from("198.51.100.9", "correct horse").status_code == 429
    assert try_from("198.51.100.10", "correct horse").status_code == 302


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("203.0.113.9:51234", "203.0.113.9"),
        (" 203.0.113.9 ", "203.0.113.9"),
        ('"203.0.113.9:51234"', "203.0.113.9"),
        ("2001:db8::1", "2001:db8::"),
        ("[2001:db8::1]", "2001:db8::"),
        ("[2001:db8::1]:443", "2001:db8::"),
        ('"[2001:db8:0:0:a:b:c:d]:443"', "2001:db8::"),
        ("2001:DB8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("[::ffff:203.0.113.9]:443", "203.0.113.9"),
        ("::ffff:cb00:7109", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::"),
        ("[fe80::1%25eth0]:443", "fe80::"),
        ("unknown", None),
        ("_hidden", None),
        ("", None),
        ("[", None),
        ("[]:443", None),
        (":443", None),
        ("203.0.113.9.1", None),
        ("203.0.113.999", None),
        ("1.2.3.4\0", None),
        ("١.2.3.4", None),
        ("2001:db8::g", None),
        ("; drop table", None),
        ("9" * 8000, None),
    ],
)
def test_address_spellings(settings, rf, written, found):
    def read(**meta):
        return signing_in.address(rf.get("/", **meta))

    settings.PROXY_COUNT = 1
    for said in (written, f"198.51.100.1, {written}", f"198.51.100.1,junk,,{written}"):
        assert read(REMOTE_ADDR=HERE, HTTP_X_FORWARDED_FOR=said) == (found or HERE)
    settings.PROXY_COUNT = 0
    assert read(REMOTE_ADDR=written, HTTP_X_FORWARDED_FOR="198.51.100.1") == found


@pytest.mark.parametrize("nearest", ["", "unix:", "203.0.113.9:51234", "fe80::1%eth0", "junk"])
def test_lockout_never_blocks_password_attempt(noa, nearest):
    assert statuses(*["wrong"] * 5, address=nearest) == [200] * 4 + [429]


def test_lockout_ipv6_neighbours(noa, settings):
    settings.PROXY_COUNT = 1

    def try_from(said, password):
        answer = Client(headers={"X-Forwarded-For": said}).post(
            SIGN_IN, {"username": "noa", "password": password}
        )
        return answer.status_code

    tried = [try_from(f"[2001:db8:1:2::{n}]:{n}0000", "wrong") for n in range(1, 6)]
    assert tried == [200] * 4 + [429]
    assert try_from("2001:db8:1:2:ffff:ffff:ffff:ffff", "correct horse") == 429
    assert try_from("2001:db8:1:3::1", "correct horse") == 302


def reset(email) -> None:
    answer = Client(headers={"Accept-Language": "en"}).post(RESET, {"email": email})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/password_reset/done/")


def test_password_reset_by_mail(noa, mailoutbox):
    User.objects.update(email="noa@example.org")
    offered = f'<a href="{RESET}">Forgotten your login credentials?</a>'
    assert offered in pages.source(Client(headers={"Accept-Language": "en"}).get(SIGN_IN))

    reset("noa@example.org")

    (sent,) = mailoutbox
    assert (sent.to, sent.subject) == (["noa@example.org"], "A new password for EventFlow")
    assert "Hello noa," in sent.body
    browser = Client(headers={"Accept-Language": "en"})
    link = re.search(r"http://localhost(/admin/reset/\S+)", sent.body)[1]
    form = browser.get(link)["Location"]
    for page in (RESET, f"{RESET}done/", form, "/admin/reset/done/"):
        assert "EventFlow back office" in pages.text(browser.get(page))
    browser.post(form, {"new_password1": "a new staple", "new_password2": "a new staple"})
    assert statuses("correct horse", "a new staple") == [200, 302]
    assert "The password reset link was invalid" in pages.text(Client().get(link))


def test_language_switch_before_sign_in(noa):
    browser = Client(headers={"Accept-Language": "he"})
    shown = pages.source(browser.get(SIGN_IN))
    assert '<html lang="he" dir="rtl"' in shown
    assert '<button name="language" value="en" lang="en">English</button>' in shown

    browser.post("/i18n/setlang/", {"language": "en", "next": SIGN_IN})

    assert '<html lang="en" dir="ltr"' in pages.source(browser.get(SIGN_IN))


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_password_reset_without_mail_alike(noa, mailoutbox, change):
    User.objects.update(email="noa@example.org", **change)

    reset("noa@example.org")
    reset("nobody@example.org")

    assert mailoutbox == []


def test_sessions_last_twelve_hours(noa):
    client = Client()
    client.post(SIGN_IN, {"username": "noa", "password": "correct horse"})

    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 12 * 60 * 60


NOBODYS = ["x" * 151, "x" * 256, "x" * 100_000, "noa\0", "\0", "\0" * 300, "ﷺ" * 150, "\udcff"]


@pytest.mark.parametrize("name", NOBODYS)
def test_impossible_name_is_wrong_name(noa, name):
    name = name.encode("utf-8", "replace").decode()
    assert statuses(*["correct horse"] * 5, username=name) == [200] * 4 + [429]
    shown = pages.text(try_password("correct horse", username=name, address=ELSEWHERE))
    assert "Please enter the correct username and password" in shown


@pytest.mark.parametrize("text", NOBODYS)
def test_sign_in_forms_with_odd_input(noa, text):
    text = text.encode("utf-8", "replace").decode()
    signed = pages.signed_in(noa)
    token = {"new_password1": text, "new_password2": text}
    for browser, path, form in (
        (Client(), SIGN_IN, {"username": "noa", "password": text}),
        (Client(), SIGN_IN, {"username": "noa", "password": "wrong", "next": text}),
        (Client(), RESET, {"email": text}),
        (Client(), RESET, {"email": f"{text}@example.org"}),
        (Client(), "/admin/reset/MQ/set-password/", token),
        (Client(), "/i18n/setlang/", {"language": text, "next": text}),
        (signed, "/admin/password_change/", token | {"old_password": text}),
        (signed, "/admin/second-factor/", {"code": text, "password": text}),
    ):
        assert browser.post(path, form).status_code in (200, 302), path


def test_cookie_forged(noa):
    for value in ("\0aaaaaaaaaaaa", "a" * 5000):
        browser = Client()
        browser.cookies["sessionid"] = value
        assert browser.get("/admin/")["Location"] == f"{SIGN_IN}?next=/admin/"


ELSEWHERE_TO = ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil", ""]


@pytest.mark.parametrize("to", [*ELSEWHERE_TO, "http:///evil.example", "/a" * 1100, "\0"])
def test_next_refused_leads_home(noa, to):
    person = {"username": "noa", "password": "correct horse"}
    asked = urlencode({"next": to})

    def led(browser, path, form):
        return browser.post(path, form, headers={"Referer": "http://testserver/admin/nowhere/"})

    for answer in (
        led(Client(), f"{SIGN_IN}?{asked}", person),
        led(Client(), SIGN_IN, person | {"next": to}),
        led(pages.signed_in(noa), f"/admin/logout/?{asked}", {}),
        led(pages.signed_in(noa), "/admin/logout/", {"next": to}),
        led(Client(), "/i18n/setlang/", {"language": "en", "next": to}),
        led(Client(), f"/i18n/setlang/?{asked}", {"language": "en"}),
    ):
        assert (answer.status_code, answer["Location"]) == (302, "/admin/")


def test_next_local_followed(noa):
    person = {"username": "noa", "password": "correct horse"}
    there = "/admin/password_change/?a=b"

    assert Client().post(SIGN_IN, person)["Location"] == "/admin/"
    assert Client().post(SIGN_IN, person | {"next": there})["Location"] == there
    full = f"http://testserver{there}"
    assert Client().post("/i18n/setlang/", {"language": "en", "next": full})["Location"] == full
    assert pages.signed_in(noa).post(f"/admin/logout/?next={there}")["Location"] == there
    assert pages.signed_in(noa).post("/admin/logout/").status_code == 200


@pytest.mark.parametrize("host", ["testserver:9999", "127.0.0.1", "127.0.0.1:81", "[::1]:9"])
def test_password_reset_link_host(noa, settings, mailoutbox, host):
    User.objects.update(email="noa@example.org")
    settings.ALLOWED_HOSTS = ["backoffice.example.org", *settings.ALLOWED_HOSTS]
    settings.PROXY_COUNT = 1

    Client().post(
        RESET,
        {"email": "noa@example.org"},
        headers={"Host": host, "X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "99"},
    )

    assert re.findall(r"(\S+)/admin/reset/", mailoutbox[0].body) == [
        "http://backoffice.example.org"
    ]


def statements(email) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        reset(email)
    return [re.sub(r"'[^']*'| ?-?\d+", "?", query["sql"]) for query in asked]


def test_password_reset_same_statements(noa):
    User.objects.update(email="noa@example.org")
    again = "nobody@example.org"

    known, unknown = statements("noa@example.org"), statements(again)

    assert known == unknown
    assert statements("noa@example.org") == statements(again) != known


class MailServer(socketserver.ThreadingTCPServer):
    """Greets nobody until it is told to; keeps whom it was given mail for."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Talk)
        self.greets, self.recipients = threading.Event(), []


class _Talk(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.greets.wait(60)
        self.wfile.write(b"220 hello\r\n")
        for line in self.rfile:
            said = line.decode().strip()
            if said.startswith("rcpt"):
                self.server.recipients.append(re.search("<(.*)>", said)[1])
            if said == "data":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline().strip() != b".":
                    pass
            self.wfile.write(b"250 well\r\n")
            if said == "quit":
                return


def test_password_reset_answered_before_mail(noa, settings):
    User.objects.update(email="noa@example.org")
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_TIMEOUT = 2

        # A page that waited for the server would give up on it here.
        reset("nobody@example.org")
        reset("noa@example.org")
        assert server.recipients == []
        server.greets.set()
        mail.wait()

        assert server.recipients == ["noa@example.org"]
        server.shutdown()


def test_password_resets_counted_and_forgotten(noa, mailoutbox):
    User.objects.update(email="noa@example.org")
    for spelling in ("noa@example.org", "NOA@example.org", "noa@EXAMPLE.org"):
        reset(spelling)
    assert len(mailoutbox) == 1

    for n in range(30):
        reset(f"nobody{n}@example.org")
    kept = f.whole_table("axes_accessfailurelog")
    assert len(kept) == signing_in.ResetForm.MOST
    assert "example.org" not in str(kept)

    f.run("update axes_accessfailurelog set attempt_time = attempt_time - interval '5 minutes'")
    reset("noa@example.org")
    assert (len(mailoutbox), len(f.whole_table("axes_accessfailurelog"))) == (2, 1)

"""The client of Supabase Auth, against a stand-in that speaks what is documented of it."""

import json
import logging
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django_otp.oath import TOTP

from eventflow.accounts import supabase_auth
from eventflow.accounts.supabase_auth import Client, Trouble
from eventflow.supabase import auth

PASSWORD = "seven mules in the rain"


@pytest.fixture
def noa():
    return auth.Account("noa@example.com", PASSWORD)


@pytest.fixture
def there(noa):
    stand_in = auth.StandIn(noa)
    with auth.serving(stand_in) as stand_in.url:
        yield stand_in


def client(there, **options) -> Client:
    return Client(there.url, auth.KEY, **options)


def trouble(act, *arguments) -> str:
    """The code of the sentence that it is refused with."""
    with pytest.raises(Trouble) as refused:
        act(*arguments)
    assert str(refused.value)
    return refused.value.why.sentence.code


def code(secret: bytes, later=0) -> str:
    totp = TOTP(secret)
    totp.time = time.time() + later
    return f"{totp.token():06}"


def test_auth_right_password(there, noa):
    session = client(there).sign_in("NOA@example.com", PASSWORD)

    assert (session.account_id, session.email) == (noa.id, "noa@example.com")
    assert (session.factors, session.code_given) == ((), False)
    assert session.token not in repr(session)


def test_auth_key_header_and_bearer(there):
    session = client(there).sign_in("noa@example.com", PASSWORD)

    password, user = there.asked
    assert password.headers["apikey"] == user.headers["apikey"] == auth.KEY
    assert "authorization" not in password.headers
    assert user.headers["authorization"] == f"Bearer {session.token}"
    assert password.body == {"email": "noa@example.com", "password": PASSWORD}


@pytest.mark.parametrize("kind", ["wrong password", "unknown", "without a password", "banned"])
def test_auth_wrong_answered_alike(there, noa, kind):
    email, password = "noa@example.com", PASSWORD
    if kind == "wrong password":
        password = "wrong"
    elif kind == "unknown":
        email = "nobody@example.com"
    elif kind == "without a password":
        noa.password = None
    else:
        noa.banned = True

    assert client(there).sign_in(email, password) is None


def test_auth_unconfirmed_with_right_password_only(there, noa):
    noa.confirmed = False

    assert client(there).sign_in("noa@example.com", "wrong") is None
    assert trouble(client(there).sign_in, "noa@example.com", PASSWORD) == "account_unconfirmed"


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("limited", "account_busy"),
        ("garbage", "account_not_understood"),
        ("odd", "account_not_understood"),
        ("down", "account_away"),
        ("captcha", "account_captcha"),
        ("no passwords", "account_no_passwords"),
    ],
)
def test_auth_trouble_sentences(there, kind, sentence):
    there.trouble = kind

    assert trouble(client(there).sign_in, "noa@example.com", PASSWORD) == sentence


@pytest.mark.parametrize("kind", ["silent", "dripping"])
def test_auth_time_limit(there, kind):
    there.trouble = kind

    assert trouble(client(there, limit=0.3).sign_in, "noa@example.com", PASSWORD) == "account_away"


def test_auth_unreachable():
    with auth.serving(auth.StandIn()) as url:
        pass

    assert trouble(Client(url, auth.KEY).sign_in, "noa@example.com", PASSWORD) == "account_away"


def test_auth_wrong_key(there):
    asked = Client(there.url, "sb_publishable_of_another")

    assert trouble(asked.sign_in, "noa@example.com", PASSWORD) == "account_not_understood"


def test_auth_code_with_own_challenge(there, noa):
    secret = noa.add_factor()
    session = client(there).sign_in("noa@example.com", PASSWORD)
    (factor,) = session.factors

    assert client(there).give_code(session, factor, "000000") is None
    given = client(there).give_code(session, factor, code(secret))

    assert (given.account_id, given.code_given) == (noa.id, True)
    assert given.token != session.token
    paths = [asked.path.rpartition("/")[2] for asked in there.asked[2:]]
    assert paths == ["challenge", "verify"] * 2


def test_auth_session_ended(there, noa):
    noa.add_factor()
    session = client(there).sign_in("noa@example.com", PASSWORD)
    there.sessions.clear()

    sentence = trouble(client(there).give_code, session, session.factors[0], "000000")

    assert sentence == "account_begin_again"


def test_auth_unsupported_factor(there, noa):
    noa.add_factor()
    noa.kind = "phone"

    assert trouble(client(there).sign_in, "noa@example.com", PASSWORD) == "account_no_codes"


def test_auth_sign_out_of_one_session(there, noa):
    asked = client(there)
    one, other = (asked.sign_in("noa@example.com", PASSWORD) for _n in range(2))

    asked.sign_out(one)
    wait_until(lambda: set(there.sessions) == {other.token})
    assert there.asked[-1].path == "/auth/v1/logout?scope=local"


def wait_until(holds) -> None:
    for _n in range(6000):
        if holds():
            return
        time.sleep(0.01)
    pytest.fail("it did not come about")


@contextmanager
def answering(*answers):
    """A server that gives these answers, one after the other: status, body."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = left.pop(0)
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def log_message(self, *args):
            pass

    server = HTTPServer((auth.HOST, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://{auth.HOST}:{server.server_port}"
    server.shutdown()
    server.server_close()


ACCOUNT = "0b8f9f3e-64e0-4a52-a8be-3a4ac0b7bd0a"
TOKEN = {"access_token": "a.b.c", "user": {"id": ACCOUNT}}
FACTOR = {"status": "verified", "factor_type": "totp", "id": ACCOUNT}
USER = {"id": ACCOUNT, "email": "noa@example.com", "role": "authenticated"}


@pytest.mark.parametrize(
    "answers",
    [
        [(200, None)],
        [(200, [])],
        [(200, "text")],
        [(200, b"\xff\xfe")],
        [(200, b"[" * 100_000)],
        [(200, b" " * 2_000_000)],
        [(200, {})],
        [(200, TOKEN | {"access_token": None})],
        [(200, TOKEN | {"access_token": "a.b.c\r\nX: y"})],
        [(200, TOKEN | {"access_token": "a.b"})],
        [(302, {})],
        [(204, {})],
        [(400, {})],
        [(400, {"error_code": ["invalid_credentials"]})],
        [(400, {"error_code": "of another version"})],
        [(200, {"error_code": "invalid_credentials"})],
        [(200, TOKEN), (200, USER | {"id": "another"})],
        [(200, TOKEN), (200, USER | {"id": "3b8f9f3e-64e0-4a52-a8be-3a4ac0b7bd0a"})],
        [(200, TOKEN | {"user": None}), (200, USER)],
        [(200, TOKEN), (200, USER | {"role": "service_role"})],
        [(200, TOKEN), (200, USER | {"is_anonymous": True})],
        [(200, TOKEN), (200, USER | {"factors": "none"})],
        [(200, TOKEN), (200, USER | {"factors": [7]})],
        [
            (200, TOKEN),
            (
                200,
                USER | {"factors": [{"status": "verified", "factor_type": "totp", "id": "../x"}]},
            ),
        ],
    ],
)
def test_auth_malformed_answer(answers):
    with answering(*answers) as url:
        assert trouble(Client(url, "key").sign_in, "noa@example.com", PASSWORD) == (
            "account_not_understood"
        )


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((400, {"code": 400, "error_code": "invalid_credentials", "msg": "x"}), None),
        ((400, {"code": "invalid_credentials", "message": "x"}), None),
        ((400, {"error": "invalid_grant", "error_description": "x"}), None),
        ((429, {"message": "slow down"}), "account_busy"),
        ((500, {"code": 500, "error_code": "invalid_credentials"}), "account_away"),
        ((504, {"error_code": "request_timeout"}), "account_away"),
        ((401, {"message": "Invalid API key"}), "account_not_understood"),
        ((400, {"code": "42P01", "message": "no such table"}), "account_not_understood"),
    ],
)
def test_auth_error_codes_in_every_form(answer, expected):
    with answering(answer) as url:
        asked = Client(url, "key")
        if expected is None:
            assert asked.sign_in("noa@example.com", "wrong") is None
        else:
            assert trouble(asked.sign_in, "noa@example.com", "wrong") == expected


def test_auth_unverified_factor():
    factor = FACTOR | {"status": "unverified"}
    with answering((200, TOKEN), (200, USER | {"factors": [factor]})) as url:
        assert Client(url, "key").sign_in("noa@example.com", PASSWORD).factors == ()


def test_auth_log_without_secrets(there, noa, caplog):
    caplog.set_level(logging.DEBUG)
    secret = noa.add_factor()
    asked = client(there)
    session = asked.sign_in("noa@example.com", PASSWORD)
    given = asked.give_code(session, session.factors[0], code(secret))
    for there.trouble in ("limited", "garbage", "odd", "down"):
        trouble(asked.sign_in, "noa@example.com", PASSWORD)

    assert sum(r.name == supabase_auth.__name__ for r in caplog.records) == 4
    for secret_of_theirs in (session.token, given.token, PASSWORD, "noa@example.com", auth.KEY):
        assert secret_of_theirs not in caplog.text

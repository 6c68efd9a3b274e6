"""The stand-in for Supabase Auth: what is documented of its API, spoken on loopback.

For the demo and the tests: accounts with passwords and codes, and each way in which the real one
refuses or fails. It keeps nothing, and no other machine can ask it.
"""

import base64
import json
import secrets
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

from django_otp.oath import TOTP

KEY = "sb_publishable_of_the_stand_in"
HOST = "127.0.0.1"


@dataclass
class Account:
    """Someone's account; without a password as if made by Google; `factors` are secrets by id."""

    email: str
    password: str | None = None
    id: UUID = field(default_factory=uuid4)
    confirmed: bool = True
    banned: bool = False
    factors: dict[UUID, bytes] = field(default_factory=dict)
    kind: str = "totp"
    metadata: dict = field(default_factory=dict)

    def add_factor(self, secret: bytes = b"") -> bytes:
        """A new app with that secret, or one of its own, which is returned."""
        secret = secret or secrets.token_bytes(20)
        self.factors[uuid4()] = secret
        return secret

    def told(self) -> dict:
        """The account as `/user` tells it."""
        told = {
            "id": str(self.id),
            "aud": "authenticated",
            "role": "authenticated",
            "email": self.email,
            "app_metadata": {"provider": "email"},
            "user_metadata": self.metadata,
            "is_anonymous": False,
        }
        if self.factors:
            told["factors"] = [
                {
                    "id": str(pk),
                    "status": "verified",
                    "factor_type": self.kind,
                    "friendly_name": f"app {number}",
                }
                for number, pk in enumerate(self.factors, start=1)
            ]
        return told


@dataclass
class Asked:
    """One request that came: for tests to look at."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


class Refusal(Exception):
    """An answer with a code of theirs."""

    def __init__(self, status: int, code: str):
        super().__init__(code)
        self.status, self.code = status, code


class StandIn:
    """The accounts there are, and how it answers: `trouble` is empty where it works."""

    def __init__(self, *accounts: Account):
        self.accounts = list(accounts)
        self.trouble = ""
        self.asked: list[Asked] = []
        self.sessions: dict[str, Account] = {}
        self._challenges: dict[str, UUID] = {}
        # Set when it ends: who hangs is let go.
        self.ended = threading.Event()

    def answer(self, asked: Asked) -> tuple[int, Any]:
        self.asked.append(asked)
        try:
            if asked.headers.get("apikey") != KEY:
                return 401, {"message": "Invalid API key"}
            return 200, self._found(asked)
        except Refusal as refusal:
            told = {"code": refusal.status, "error_code": refusal.code, "msg": refusal.code}
            return refusal.status, told

    def _found(self, asked: Asked) -> Any:
        match asked.path.removeprefix("/auth/v1").strip("/").split("/"):
            case ["token?grant_type=password"]:
                return self._password(asked.body)
            case ["user"]:
                return self._signed_in(asked).told()
            case ["logout?scope=local"]:
                self._signed_in(asked)
                del self.sessions[_bearer(asked)]
                return None
            case ["factors", pk, "challenge"]:
                return self._challenge(self._signed_in(asked), pk)
            case ["factors", pk, "verify"]:
                return self._verify(asked, pk)
        raise Refusal(404, "not_found")

    def _password(self, said: Any) -> dict:
        if self.trouble == "captcha":
            raise Refusal(400, "captcha_failed")
        if self.trouble == "no passwords":
            raise Refusal(422, "email_provider_disabled")
        email = str(said["email"]).lower()
        account = next((one for one in self.accounts if one.email.lower() == email), None)
        if account is None or account.password is None:
            raise Refusal(400, "invalid_credentials")
        if account.banned:
            raise Refusal(400, "user_banned")
        if account.password != said["password"]:
            raise Refusal(400, "invalid_credentials")
        if not account.confirmed:
            raise Refusal(400, "email_not_confirmed")
        return self._begin(account, "aal1")

    def _begin(self, account: Account, aal: str) -> dict:
        claims = {"sub": str(account.id), "aal": aal, "user_metadata": account.metadata}
        token = ".".join(_encoded(part) for part in ({"alg": "ES256"}, claims, secrets.token_hex()))
        self.sessions[token] = account
        return {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": 3600,
            "refresh_token": secrets.token_urlsafe(12),
            "user": account.told(),
        }

    def _signed_in(self, asked: Asked) -> Account:
        account = self.sessions.get(_bearer(asked))
        if account is None:
            raise Refusal(403, "session_not_found")
        return account

    def _challenge(self, account: Account, pk: str) -> dict:
        if UUID(pk) not in account.factors:
            raise Refusal(404, "mfa_factor_not_found")
        challenge = str(uuid4())
        self._challenges[challenge] = UUID(pk)
        return {"id": challenge, "type": "totp", "expires_at": int(time.time()) + 300}

    def _verify(self, asked: Asked, pk: str) -> dict:
        account = self._signed_in(asked)
        if self._challenges.pop(asked.body["challenge_id"], None) != UUID(pk):
            raise Refusal(422, "mfa_factor_not_found")
        code = asked.body["code"]
        totp = TOTP(account.factors[UUID(pk)])
        totp.time = time.time()
        if not (code.isascii() and code.isdecimal() and totp.verify(int(code), 1)):
            raise Refusal(422, "mfa_verification_failed")
        del self.sessions[_bearer(asked)]
        return self._begin(account, "aal2")


def _bearer(asked: Asked) -> str:
    return asked.headers.get("authorization", "").removeprefix("Bearer ")


def _encoded(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        stand_in: StandIn = self.server.stand_in
        read = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Asked(
            self.command,
            self.path,
            {name.lower(): value for name, value in self.headers.items()},
            json.loads(read) if read else None,
        )
        match stand_in.trouble:
            case "limited":
                self._send(429, {"code": 429, "error_code": "over_request_rate_limit"})
            case "garbage":
                self._send(200, "<html>It works!</html>")
            case "odd":
                self._send(418, {"error_code": "never_heard_of"})
            case "down":
                self._send(503, "upstream connect error")
            case "silent":
                stand_in.ended.wait()
            case "dripping":
                self._drip(stand_in)
            case _:
                status, told = stand_in.answer(asked)
                self._send(204 if told is None else status, told)

    do_GET = do_POST

    def _send(self, status: int, told: Any) -> None:
        body = told.encode() if isinstance(told, str) else json.dumps(told).encode()
        with suppress(OSError):  # who asked may have gone
            self.send_response(status)
            self.send_header("Connection", "close")
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Type", "application/json")
            self.end_headers()
            if status != 204:
                self.wfile.write(body)

    def _drip(self, stand_in: StandIn) -> None:
        """A byte of the answer now and then, each in time, and never all of it."""
        with suppress(OSError):
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            while not stand_in.ended.wait(0.05):
                self.wfile.write(b" ")
                self.wfile.flush()

    def log_message(self, *args):
        """Nothing: a log of it would be in the demo's terminal."""


@contextmanager
def serving(stand_in: StandIn, port: int = 0):
    """Serve it while the block runs; gives its address."""
    server = ThreadingHTTPServer((HOST, port), _Handler)
    server.stand_in = stand_in
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        stand_in.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()

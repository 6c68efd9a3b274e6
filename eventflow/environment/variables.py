"""Reading what the environment says: a value of the type that is meant, or one sentence.

Each function refuses with ImproperlyConfigured, whose sentence names the variable, says what is
wrong with it and how to write it, and repeats nothing that could be secret. Addresses of servers
are read by `addresses`; what values must not be where the back office opens to others is in
`production`.
"""

import base64
import json
import logging
import os
import re
from collections.abc import Iterable
from email.utils import parseaddr
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environ import Env

YES, _NO = ("true", "yes", "on", "y", "t", "1", "ok"), ("false", "no", "off", "n", "f", "0")
# As long as this, what was typed is repeated: no key or password worth its name is as short.
_REPEATED = 12
_HOST = re.compile(r"[a-z0-9.*-]+|\[[0-9a-f:.]+\]", re.IGNORECASE)
_SHORTEST_TOKEN = 32
_TOKEN = re.compile(rf"[A-Za-z0-9._~+/=-]{{{_SHORTEST_TOKEN},}}")
_SET = re.compile(r"(?:export )?[A-Za-z_0-9]+=.*")

# Of the checkout: the same for settings and for `setup`, which reads it before them.
ENV_FILE = Path(__file__).resolve().parents[2] / ".env"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_DAY = 24 * 60 * 60


def read_file(path: Path) -> None:
    """Take a `.env` file's lines into the environment, where that does not hold them already."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError):
        raise ImproperlyConfigured(
            f"{path} cannot be read. It must be a file of text in UTF-8, and yours to read."
        ) from None
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith("#") and not _SET.fullmatch(line):
            raise ImproperlyConfigured(
                f"{path}: line {number} is not understood. Write NAME=value, without spaces before "
                "the name or around the =."
            )
    # It would log what it leaves out, as an indented comment.
    logging.getLogger(Env.__module__).setLevel(logging.ERROR)
    Env.read_env(path)


def text(variable: str) -> str:
    """The variable's text, stripped; empty where it is unset."""
    found = os.environ.get(variable, "").strip()
    if found.startswith("$"):
        raise ImproperlyConfigured(
            f"{variable} begins with $, as the name of another variable, which is not looked up. "
            "Write the value itself."
        )
    return found


def truth(variable: str) -> bool:
    """Whether it says yes; no where it is unset."""
    found = text(variable)
    if found.lower() in YES:
        return True
    if not found or found.lower() in _NO:
        return False
    raise ImproperlyConfigured(
        f"{variable} is {_repeated(found)}, which is neither true nor false. Write one of these, "
        "or unset it."
    )


def token(variable: str) -> str:
    """A secret that programs show in a header; empty where it is unset."""
    found = text(variable)
    if found and not _TOKEN.fullmatch(found):
        raise ImproperlyConfigured(
            f"{variable} is too easy to guess, or holds what no header can: it needs "
            f"{_SHORTEST_TOKEN} characters or more, letters, digits, - and _. Make one: "
            "python -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    return found


def whole_number(variable: str, found: str, *, most: int) -> int:
    """The number that is said there, up to `most`."""
    if not (found.isascii() and found.isdecimal()):
        raise ImproperlyConfigured(
            f"{variable} is {_repeated(found)}, which is no whole number. Write it as digits, or "
            "unset it."
        )
    if len(found) > len(str(most)) or int(found) > most:
        raise ImproperlyConfigured(f"{variable} is too large: {most} is the most it can be.")
    return int(found)


def seconds(variable: str, *, otherwise: int) -> int:
    """How many seconds it says, from one to a day's; `otherwise` where it is unset."""
    number = whole_number(variable, text(variable) or str(otherwise), most=_DAY)
    if not number:
        raise ImproperlyConfigured(f"{variable} is 0: one second is the least it can be.")
    return number


def one_or_more(variable: str, among: Iterable[str]) -> frozenset[str]:
    """Some of the words that there are, separated by commas; all of them where it is unset."""
    there, found = list(among), _separated(variable)
    if not set(found) <= set(there):
        raise ImproperlyConfigured(
            f"{variable} holds something else than these words: {', '.join(there)}. Write one or "
            "more of them, separated by commas, or unset it."
        )
    return frozenset(found or there)


def pairs(variable: str) -> dict[str, str]:
    """Pairs as name=value, separated by commas; a value may be empty."""
    found = [said.partition("=") for said in _separated(variable)]
    if not all(name.strip() and equals for name, equals, _value in found):
        raise ImproperlyConfigured(
            f"{variable} is not understood. Write pairs, separated by commas: "
            "owner=Approver,member=Viewer."
        )
    return {name.strip(): value.strip() for name, _equals, value in found}


def project(variable: str) -> str:
    """The address of a Supabase project, without a path; http only on this machine."""
    found = text(variable).removesuffix("/")
    scheme, _, host = found.partition("://")
    name = re.sub(r":\d+$", "", host)
    if found and not (
        _HOST.fullmatch(name)
        and "*" not in name
        and (scheme == "https" or (scheme == "http" and name in LOOPBACK))
    ):
        raise ImproperlyConfigured(
            f"{variable} is no address of a project. Write scheme and host, and no path: "
            "https://abcdefghijklmnop.supabase.co. Passwords go there, so http is for this "
            "machine only."
        )
    return found


def publishable_key(variable: str) -> str:
    """A project's key that anybody may have; one that passes every policy is refused."""
    found = text(variable)
    if not re.fullmatch(r"[\x21-\x7e]*", found):
        raise ImproperlyConfigured(f"{variable} holds what no key of a project does.")
    if found.startswith("sb_secret_") or _role_of(found) == "service_role":
        raise ImproperlyConfigured(
            f"{variable} is a secret key, which passes every policy and is not needed here. Write "
            "the publishable one (sb_publishable_…, or the older anon key)."
        )
    return found


def _role_of(key: str) -> str:
    """The role that an older key, a token, is for; empty for any other."""
    try:
        body = key.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return said["role"]
    except (IndexError, KeyError, TypeError, ValueError):
        return ""


def hosts(variable: str) -> list[str]:
    """Names of hosts, separated by commas."""
    found = _separated(variable)
    for said in found:
        if not _HOST.fullmatch(said):
            raise ImproperlyConfigured(f"{variable} holds {_no_host(said)}")
    return found


def _no_host(said: str) -> str:
    _scheme, _, rest = said.rpartition("://")
    name = re.split(r"[/?#]", rest)[0].rpartition("@")[2]
    if len(said.split()) > 1:
        return "a space. Separate names by commas."
    if name.count(":") > 1 and not name.startswith("["):
        return "an address of IPv6 without brackets. Write it as in [2001:db8::1]."
    alone = re.sub(r":\d*$", "", name)
    if not alone.isascii():
        try:
            encoded = alone.encode("idna").decode()
        except UnicodeError:
            encoded = "xn--…"
        return f"a name in letters that browsers send otherwise. Write it as {encoded}."
    if not _HOST.fullmatch(alone):
        return "something that is no host's name. Write as in backoffice.example.org."
    return f"more than a host's name. Leave out scheme, port and path: {alone}."


def origins(variable: str) -> list[str]:
    """Origins, scheme and host, separated by commas."""
    found = [said.removesuffix("/") for said in _separated(variable)]
    for said in found:
        scheme, _, host = said.partition("://")
        name = re.sub(r":\d+$", "", host)
        if scheme.lower() not in ("http", "https") or not _HOST.fullmatch(name):
            raise ImproperlyConfigured(
                f"{variable} holds something that is no origin. Write scheme and host, and no "
                "path, separated by commas: https://backoffice.example.org."
            )
    return found


def _separated(variable: str) -> list[str]:
    return [said.strip() for said in text(variable).split(",") if said.strip()]


def sender(variable: str, *, otherwise: str) -> str:
    """An address that mail is from, with a name or without."""
    found = text(variable) or otherwise
    address = parseaddr(found)[1]
    if not (address.partition("@")[0] and address.partition("@")[2]) or len(found.split("\n")) > 1:
        raise ImproperlyConfigured(
            f"{variable} is no address to send mail from. Write it as EventFlow "
            "<eventflow@example.org>."
        )
    return found


def _repeated(found: str) -> str:
    return repr(found) if len(found) <= _REPEATED else "something"

"""Addresses of a database and of a mail server, taken apart into Django's settings.

Refused as `variables` refuses, so that no character of a password is ever taken for another part,
and none is repeated.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from django.core.exceptions import ImproperlyConfigured
from environ import Env
from psycopg.pq import Conninfo

from eventflow.environment import variables

_POSTGRES = ("postgres", "postgresql", "psql", "pgsql")
_LONGEST_NAME = 63
_HIGHEST_PORT = 2**16 - 1
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_NUMBERS = (
    "connect_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
)
# What notices a line that goes silent; left to the kernel, that would take a quarter of an hour. A
# server that cannot be reached, what is sent and not acknowledged (milliseconds), and an idle line.
ON_A_DEAD_LINE = {
    "connect_timeout": "5",
    "tcp_user_timeout": "10000",
    "keepalives": "1",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
}
# Parts of the address that libpq also takes as options.
_PARTS = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT", "dbname": "NAME"}
# What dashboards and other tools append for themselves; here it makes no difference.
_OF_OTHER_TOOLS = (
    "binary_parameters",
    "conn_health_checks",
    "client_encoding",
    "connection_limit",
    "pgbouncer",
    "pool_timeout",
    "prepared_statement_cache_size",
    "prepared_statements",
    "preparethreshold",
    "single_use_connections",
    "socket_timeout",
    "sslaccept",
    "statement_cache_size",
    "supa",
    "uselibpqcompat",
    "workaround",
)
_MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 587, "smtp+ssl": 465}
_ENCODE = (
    "Percent-encode what is special in user and password: % as %25, / as %2F, ? as %3F, # as %23, "
    "@ as %40, : as %3A, [ as %5B, ] as %5D. This does it: "
    "python -c 'from urllib.parse import quote; print(quote(input(), safe=\"\"))'"
)


@dataclass(frozen=True)
class _Address:
    """The parts of a URL, decoded but for `where`, `path` and `query`."""

    scheme: str
    user: str
    password: str
    where: str
    path: str
    query: str


def _address(variable: str, url: str, schemes: Collection[str], *, example: str) -> _Address:
    """Take a URL apart so that no character of a password is ever taken for another part."""
    scheme, found, rest = url.partition("://")
    if not found or scheme.lower() not in schemes:
        raise ImproperlyConfigured(
            f"{variable} is not understood: it does not begin with {example.partition('://')[0]}"
            f"://. Write it as {example}, without quotation marks."
        )
    end = _end_of_authority(rest)
    authority, tail = rest[:end], rest[end:]
    if "@" in tail or "#" in tail:
        raise ImproperlyConfigured(
            f"{variable} is not understood: a /, ?, # or @ in it stands for itself. {_ENCODE}"
        )
    login, _, where = authority.rpartition("@")
    user, _, password = login.partition(":")
    path, _, query = tail.partition("?")
    return _Address(
        scheme.lower(), _decoded(variable, user), _decoded(variable, password), where, path, query
    )


def _decoded(variable: str, part: str) -> str:
    try:
        found = unquote(part, errors="strict")
    except UnicodeDecodeError:
        found = "\0"
    if "\0" in found:
        raise ImproperlyConfigured(
            f"{variable} is not understood: what is percent-encoded in it is no text. {_ENCODE}"
        )
    return found


def _places(variable: str, where: str) -> Iterator[tuple[str, str]]:
    """Each host and port, either of which may be empty."""
    for place in where.split(","):
        name, bracket, rest = place.partition("]")
        if bracket and name.startswith("["):
            host, port = name[1:], rest.removeprefix(":")
        else:
            host, _, port = place.partition(":")
        if port and not (
            port.isascii() and port.isdecimal() and len(port) < 6 and 0 < int(port) <= _HIGHEST_PORT
        ):
            raise ImproperlyConfigured(
                f"{variable} is not understood: where its port should be stands no whole number "
                f"from 1 to {_HIGHEST_PORT}; an address of IPv6 needs brackets. {_ENCODE}"
            )
        host = _decoded(variable, host)
        if re.search(r"[\s\[\]]", host):
            raise ImproperlyConfigured(
                f"{variable} is not understood: where its host should be stands none. {_ENCODE}"
            )
        yield host, port


def database(variable: str, url: str) -> tuple[dict[str, Any], list[str]]:
    """Django's settings of the database there, and the names of options that mean nothing here."""
    example = "postgres://user:password@host:5432/postgres"
    found = _address(variable, url, _POSTGRES, example=example)
    if found.password.upper() in ("[YOUR-PASSWORD]", "YOUR-PASSWORD"):
        raise ImproperlyConfigured(
            f"{variable} still holds [YOUR-PASSWORD]. Put the password in its place, without the "
            f"brackets. {_ENCODE}"
        )
    places = list(_places(variable, found.where))
    name = found.path.removeprefix("/")
    parts = {
        "USER": found.user,
        "PASSWORD": found.password,
        "HOST": ",".join(host for host, _port in places),
        "PORT": ",".join(port for _host, port in places).strip(","),
    }
    if name.startswith("/"):
        # A folder of sockets, in the place of the host.
        folder, _, name = name.rpartition("/")
        parts["HOST"] = _decoded(variable, folder)
    parts["NAME"] = _decoded(variable, name.removesuffix("/"))
    further, ignored = _options(variable, found.query)
    settings = parts | further
    if not settings["NAME"] and "service" not in settings["OPTIONS"]:
        raise ImproperlyConfigured(
            f"{variable} names no database. Write it as {example}: the last part is its name."
        )
    if "/" in name.removesuffix("/") or len(settings["NAME"].encode()) > _LONGEST_NAME:
        raise ImproperlyConfigured(
            f"{variable} names a database as none can be called: at most {_LONGEST_NAME} bytes, "
            f"and / written as %2F. Write it as {example}."
        )
    return settings, ignored


def _end_of_authority(rest: str) -> int:
    """Where the path, the options or the fragment of an address begin."""
    return min((rest.index(mark) for mark in "/?#" if mark in rest), default=len(rest))


def with_login(url: str, *, user: str, password: str) -> str:
    """The address of a database, for another login; all else as it is written."""
    scheme, _, rest = url.partition("://")
    end = _end_of_authority(rest)
    where = rest[:end].rpartition("@")[2]
    path, _, query = rest[end:].partition("?")
    kept = "&".join(
        said for said in query.split("&") if said.partition("=")[0] not in ("user", "password")
    )
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return f"{scheme}://{login}@{where}{path}{'?' if kept else ''}{kept}"


def _options(variable: str, query: str) -> tuple[dict[str, Any], list[str]]:
    """Parse the options after the `?`: settings, and what is not for us."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    settings: dict[str, Any] = {}
    options, ignored = dict(ON_A_DEAD_LINE), []
    for said in filter(None, query.split("&")):
        name, _, value = (_decoded(variable, part) for part in said.partition("="))
        option = f"{variable}, option {name}"
        if name in _PARTS:
            settings[_PARTS[name]] = value
        elif name == "conn_max_age":
            settings["CONN_MAX_AGE"] = (
                None
                if value.lower() == "none"
                else variables.whole_number(option, value, most=10**6)
            )
        elif name == "disable_server_side_cursors":
            settings["DISABLE_SERVER_SIDE_CURSORS"] = value.lower() in variables.YES
        elif name == "schema" and value == "public":
            ignored.append(name)
        elif name == "schema":
            raise ImproperlyConfigured(
                f"{option} names another schema than public, where the product's tables are. Leave "
                "it out."
            )
        elif name == "ssl":
            options.setdefault("sslmode", "require" if value.lower() in variables.YES else "prefer")
        elif name.lower() in _OF_OTHER_TOOLS:
            ignored.append(name)
        elif name in known:
            _check_option(option, name, value)
            options[name] = value
        else:
            told = f"an option {name}" if re.fullmatch(r"\w{1,30}", name) else "an option"
            raise ImproperlyConfigured(
                f"{variable} has {told} that PostgreSQL does not know. Leave it out; what stands "
                "after the ? are options, and a ? in a password is written as %3F."
            )
    return settings | {"OPTIONS": options}, ignored


def _check_option(option: str, name: str, value: str) -> None:
    if name == "sslmode" and value not in _SSL_MODES:
        raise ImproperlyConfigured(f"{option} must be one of: {', '.join(_SSL_MODES)}.")
    if name in _NUMBERS:
        variables.whole_number(option, value, most=10**9)
    if name == "sslrootcert" and value != "system" and not Path(value).is_file():
        raise ImproperlyConfigured(
            f"{option} names no file that is here. Download the certificate, and give its path."
        )


def mail(variable: str, url: str) -> dict[str, Any]:
    """Django's settings for the mail server there."""
    example = "smtp+tls://user:password@mail.example.org:587"
    found = _address(variable, url, Env.EMAIL_SCHEMES, example=example)
    host, port = next(_places(variable, found.where))
    if (found.scheme.startswith("smtp") and not host) or found.query:
        raise ImproperlyConfigured(
            f"{variable} is not understood: it names no server, or has options, and there are "
            f"none. Write it as {example} (smtp+ssl or smtp where the server asks for that)."
        )
    settings = {
        "EMAIL_BACKEND": Env.EMAIL_SCHEMES[found.scheme],
        "EMAIL_HOST": host,
        "EMAIL_PORT": int(port) if port else _MAIL_PORTS.get(found.scheme),
        "EMAIL_HOST_USER": found.user,
        "EMAIL_HOST_PASSWORD": found.password,
        "EMAIL_FILE_PATH": _decoded(variable, found.path.removeprefix("/")),
    }
    if found.scheme in ("smtps", "smtp+tls"):
        settings["EMAIL_USE_TLS"] = True
    if found.scheme == "smtp+ssl":
        settings["EMAIL_USE_SSL"] = True
    return settings

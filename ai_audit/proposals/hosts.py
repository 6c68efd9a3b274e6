"""Hosts in addresses, read as every program reads them."""

import re
import unicodedata
from ipaddress import IPv6Address
from urllib.parse import urlsplit

# After NFKC and in lower case, as browsers look a host up; a port is plain digits or not there.
_HOST = re.compile(r"(?P<name>[^:/?#@\[\]%]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_LIKE_A_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.|\Z)){4}(?<!\.)")
_LONGEST_HOST = 253


def names_a_host(authority: str) -> bool:
    """Whether it is a host, and perhaps a port, that every program takes for the same."""
    found = _HOST.fullmatch(authority.lower())
    if not found or not 0 < int(found["port"] or 1) < 2**16:
        return False
    name = found["name"]
    if name.startswith("["):
        try:
            return bool(IPv6Address(name[1:-1]))
        except ValueError:
            return False
    labels = _ascii_labels(name)
    if len(".".join(labels)) > _LONGEST_HOST or not all(map(_LABEL.fullmatch, labels)):
        return False
    # Browsers read a name that ends in a number as an address, however many numbers there are.
    return not _LIKE_A_NUMBER.fullmatch(labels[-1]) or bool(_IPV4.fullmatch(".".join(labels)))


def _ascii_labels(host: str) -> list[str]:
    """The parts of a host's name as they are looked up, each in punycode where it is not ASCII."""
    folded = unicodedata.normalize("NFKC", host.lower()).replace("\u3002", ".").removesuffix(".")
    return [
        label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
        for label in folded.split(".")
    ]


def looked_up(address: str) -> str:
    """The host of an address as it is looked up, where it is written otherwise; empty elsewhere.

    Letters of other scripts may look like those of the host that a reader takes it for.
    """
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return "" if host.isascii() else ".".join(_ascii_labels(host))

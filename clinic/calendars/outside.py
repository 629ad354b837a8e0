"""Which addresses of the internet may be called on a stranger's word: public ones, by https, by their name.

A server that fetches what it is told would otherwise fetch from the house's own network (SSRF).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final
from urllib.parse import urljoin, urlsplit

from clinic.domain.errors import Invalid

LONGEST: Final = 2000
PORT: Final = 443
_HOST: Final = re.compile(r"(?=.{4,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_PRINTABLE: Final = re.compile(r"[!-~]+")
_UNICAST: Final = ip_network("2000::/3")
_NOT_PUBLIC: Final = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "224.0.0.0/3"),
            *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),  # tunnels that carry IPv4, and examples
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Address:
    """An https address that may be asked for once its host was looked up; `path` holds the query too.

    It opens somebody's calendar: it stays out of logs and of `repr`.
    """

    host: str
    path: str

    def __repr__(self) -> str:
        return "Address(…)"

    @property
    def url(self) -> str:
        return f"https://{self.host}{self.path}"

    def led_to(self, location: str) -> "Address":
        """Where a redirection leads. Raises Invalid(busy_address)."""
        return address(urljoin(self.url, location))


def address(said: str) -> Address:
    """The address of a calendar; `webcal://` is another name of https. Raises Invalid(busy_address) for everything that
    is not plainly a named host, port 443, without a user."""
    try:
        parts = urlsplit(re.sub(r"^webcals?://", "https://", said.strip(), flags=re.IGNORECASE))
        host, port = (parts.hostname or "").encode("idna").decode().rstrip(".").lower(), parts.port
    except (ValueError, UnicodeError) as error:
        raise Invalid("busy_address", field="address") from error
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    named = parts.scheme == "https" and port in (None, PORT) and "@" not in parts.netloc and _HOST.fullmatch(host)
    if not named or len(path) > LONGEST or not _PRINTABLE.fullmatch(path):
        raise Invalid("busy_address", field="address")
    return Address(host, path)


def is_public(said: str) -> bool:
    """Whether an IP address belongs to the public internet. `ipaddress` alone calls global what leads inside through a
    tunnel or a translator, and multicast."""
    try:
        found = ip_address(said)
    except ValueError:
        return False
    if any(found in network for network in _NOT_PUBLIC if network.version == found.version):
        return False
    return found.is_global and not found.is_multicast and (isinstance(found, IPv4Address) or found in _UNICAST)


def checked(answers: Sequence[str]) -> Sequence[str]:
    """The answers of one look-up, if every one is public. Raises Invalid(busy_not_public), Invalid(busy_unreachable)
    when there is none."""
    if not answers:
        raise Invalid("busy_unreachable")
    if not all(map(is_public, answers)):
        raise Invalid("busy_not_public", field="address")
    return answers

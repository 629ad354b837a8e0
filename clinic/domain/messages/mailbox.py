"""Who mails come from and go to."""

import re
from dataclasses import dataclass
from typing import Final

from clinic.domain.addresses import deliverable
from clinic.domain.limits import PARAGRAPH, text
from clinic.domain.messages.text import line


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name as shown, which may be empty, and a deliverable address."""

    name: str
    address: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", text("name", line(self.name), PARAGRAPH))
        object.__setattr__(self, "address", deliverable(self.address))


_TOKEN: Final = re.compile(r".+\+([a-z2-7]{16,})@[^@]+")
_LONGEST_LOCAL: Final = 64


def plus(address: str, token: str) -> str:
    """`visits+token@clinic.example`: mail servers deliver it to `visits@clinic.example`, and nobody else knows it. The
    address itself where there is no room for the token."""
    local, _, domain = address.rpartition("@")
    told = f"{local}+{token}"
    return f"{told}@{domain}" if token and len(told) <= _LONGEST_LOCAL else address


def plus_token(address: str) -> str:
    """The token that `plus` put into an address; empty where there is none."""
    found = _TOKEN.fullmatch(address.lower())
    return found[1] if found else ""

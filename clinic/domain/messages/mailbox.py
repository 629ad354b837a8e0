"""Who mails come from and go to."""

import re
from dataclasses import dataclass

from clinic.domain.errors import Invalid
from clinic.domain.messages.text import line

NAME_LIMIT = 200
ADDRESS_LIMIT = 254
_LOCAL = r"(?=.{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL})*", re.ASCII)


def deliverable(address: str) -> str:
    """The address as mail servers take it: ASCII, its domain in IDNA and lower case (RFC 5321 §4.1.2, dot-atom form).

    Raises Invalid(address_malformed). A domain that IDNA 2003 and 2008 read differently (`straße`) is refused rather
    than sent to a stranger.
    """
    local, _, domain = address.strip().rpartition("@")
    try:
        ascii_domain = domain.lower().encode("idna").decode()
        known = ascii_domain == domain.lower() or ascii_domain.encode().decode("idna") == domain.lower()
    except UnicodeError as error:
        raise Invalid("address_malformed", field="address") from error
    found = f"{local}@{ascii_domain}"
    if not known or len(found) > ADDRESS_LIMIT or not _ADDRESS.fullmatch(found):
        raise Invalid("address_malformed", field="address")
    return found


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name as shown, which may be empty, and a deliverable address."""

    name: str
    address: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", line(self.name))
        object.__setattr__(self, "address", deliverable(self.address))
        if len(self.name) > NAME_LIMIT:
            raise Invalid("name_too_long", field="name", limit=NAME_LIMIT)

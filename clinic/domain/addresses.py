"""Mail addresses: one opinion on which are deliverable, asked before they are kept and before they are used."""

import re

from clinic.domain.errors import Invalid

ADDRESS_LIMIT = 254
_LOCAL = r"(?=.{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL})*", re.ASCII)


def deliverable(address: str, field: str = "address") -> str:
    """The address as mail servers take it: ASCII, its domain in IDNA and lower case (RFC 5321 §4.1.2, dot-atom form).

    Raises Invalid(address_malformed). A domain that IDNA 2003 and 2008 read differently (`straße`) is refused rather
    than sent to a stranger.
    """
    local, _, domain = address.strip().rpartition("@")
    try:
        ascii_domain = domain.lower().encode("idna").decode()
        known = ascii_domain == domain.lower() or ascii_domain.encode().decode("idna") == domain.lower()
    except UnicodeError as error:
        raise Invalid("address_malformed", field=field) from error
    found = f"{local}@{ascii_domain}"
    if not known or len(found) > ADDRESS_LIMIT or not _ADDRESS.fullmatch(found):
        raise Invalid("address_malformed", field=field)
    return found

"""The protocols that a course can be built from."""

from functools import lru_cache
from types import MappingProxyType

from clinic.content import protocols
from clinic.domain.courses.protocol import Protocol
from clinic.domain.errors import Invalid


@lru_cache(maxsize=1)
def known() -> MappingProxyType[str, Protocol]:
    """The shipped protocols by key, in the order of their titles."""
    return MappingProxyType({each.key: each for each in sorted(protocols.load(), key=lambda each: each.title)})


def protocol(key: str) -> Protocol:
    """The one with that key. Raises Invalid(unknown_protocol), which names all of them."""
    if key not in known():
        raise Invalid("unknown_protocol", field="protocol", name=key, known=", ".join(known()))
    return known()[key]

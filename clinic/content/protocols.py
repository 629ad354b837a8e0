"""The protocols that ship with the product."""

from functools import cache

from clinic.content.files import load_folder
from clinic.domain.courses.protocol import Protocol
from clinic.domain.courses.protocol_document import from_dict


@cache
def load() -> tuple[Protocol, ...]:
    """All of them, by key; read once."""
    return load_folder("protocols", from_dict)

"""What the demo practice is made of: its sign-ins, and words for names."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from clinic.content.files import load_file
from clinic.domain.fields import Fields


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """An account of the demo, with the password that its sign-in page offers."""

    email: str
    name: str
    role: str
    password: str


@dataclass(frozen=True, slots=True)
class DemoContent:
    """Sign-ins in the order in which they are offered; given and family names to be combined."""

    accounts: tuple[DemoSignIn, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]


@lru_cache(maxsize=1)
def demo() -> DemoContent:
    """What is shipped."""
    return load_file("demo.toml", _read)


def _read(document: object) -> DemoContent:
    fields = Fields(document)
    names = Fields(fields.take("names"))
    found = DemoContent(
        tuple(fields.each("accounts", _account)), tuple(names.take("given")), tuple(names.take("family"))
    )
    names.finish()
    fields.finish()
    return found


def _account(document: Any) -> DemoSignIn:
    fields = Fields(document)
    found = DemoSignIn(*(fields.take(name) for name in ("email", "name", "role", "password")))
    fields.finish()
    return found

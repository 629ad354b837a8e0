"""What patients are asked after a visit, as it ships: signs of danger, and what may be felt, each with its source."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from clinic.content.files import load_file
from clinic.content.marker import N_
from clinic.domain.care.checkin import Sign, Since
from clinic.domain.care.events import Kind
from clinic.domain.fields import Fields
from clinic.domain.limits import LINE, one_of, text
from clinic.domain.practice.evidence import Confidence, confidence_named

SINCE: Final[dict[Since, str]] = {
    Since.DURING: N_("During the visit"),
    Since.SAME_DAY: N_("The same day"),
    Since.NEXT_DAY: N_("The day after"),
    Since.LATER: N_("Later"),
}
"""Since when it is felt, in words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A sign with the words that ask for it, a message id, and why it is asked."""

    sign: Sign
    asks: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Questions:
    """A version of what is asked."""

    version: int
    alarms: tuple[Asked, ...]
    felt: tuple[Asked, ...]

    @property
    def signs(self) -> dict[str, Sign]:
        """All of them by name."""
        return {one.sign.name: one.sign for one in (*self.alarms, *self.felt)}

    def asks(self, name: str) -> str:
        """The words of a sign; its name where it is no longer asked."""
        return next((one.asks for one in (*self.alarms, *self.felt) if one.sign.name == name), name)


@cache
def load() -> Questions:
    """Read once."""
    return load_file("checkin.toml", _questions)


def _questions(document: object) -> Questions:
    fields = Fields(document)
    found = Questions(
        fields.take("version"),
        fields.each("alarms", lambda one: _asked(one, _alarm)),
        fields.each("felt", lambda one: _asked(one, _felt)),
    )
    fields.finish()
    return found


def _asked(document: object, sign: Callable[[Fields], Sign]) -> Asked:
    fields = Fields(document)
    found = Asked(
        sign(fields),
        text("asks", fields.take("asks"), LINE, required=True),
        text("source", fields.take("source"), LINE, required=True),
        confidence_named(fields.take("confidence")),
    )
    fields.finish()
    return found


def _alarm(fields: Fields) -> Sign:
    return Sign(fields.take("name"), _kind(fields.take("kind")), fields.take("told"), alarm=True)


def _felt(fields: Fields) -> Sign:
    kind: Any = fields.take("kind")
    return Sign(fields.take("name"), _kind(kind) if kind else None, usual=fields.take("usual"))


def _kind(name: str) -> Kind:
    return Kind(one_of("kind", name, tuple(Kind)))

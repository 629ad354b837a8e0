"""How a patient took to a visit, from what he tells afterwards (CLINICAL, how the rules are applied)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Final

from clinic.domain.errors import Invalid
from clinic.domain.limits import PARAGRAPH, text, whole

RISE: Final = 2
"""So many points of pain above the score before the visit."""
SETTLED_HOURS: Final = 48
SORE_HOURS: Final = 72
WIDER: Final = 1.5
SIGNS: Final = ("numbness", "weakness", "swelling", "fever", "breathlessness")


class State(StrEnum):
    """Expected, to be watched, a flare that widens the next gap, or unexpected: then section 3 counts."""

    EXPECTED = "expected"
    WATCH = "watch"
    FLARE = "flare"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True)
class Told:
    """What was told so many hours after a visit; the scores as in a record, `signs` new ones."""

    hours: int
    pain: int | None = None
    soreness: int | None = None
    signs: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        whole("hours", self.hours, 0, 2000)
        for name in ("pain", "soreness"):
            if getattr(self, name) is not None:
                whole(name, getattr(self, name), 0, 10)
        unknown = set(self.signs) - set(SIGNS)
        if unknown:
            raise Invalid("not_one_of", field="signs", allowed=", ".join(SIGNS))
        text("note", self.note, PARAGRAPH)

    def risen(self, before: int | None) -> bool:
        """Whether the usual pain is clearly above what it was before the visit."""
        return before is not None and self.pain is not None and self.pain - before >= RISE


def state_of(before: int | None, told: Collection[Told]) -> State:
    """The gravest that anything told makes of it; before 48 hours a rise of pain is only watched."""
    if any(each.signs for each in told):
        return State.UNEXPECTED
    late = [each for each in told if each.hours >= SETTLED_HOURS]
    if any(each.risen(before) for each in late) or any(each.soreness and each.hours > SORE_HOURS for each in told):
        return State.FLARE
    return State.WATCH if any(each.risen(before) for each in told) else State.EXPECTED


def wider_gap(days: int) -> int:
    """The least gap after a flare, in days (rule 29)."""
    return ceil(days * WIDER)

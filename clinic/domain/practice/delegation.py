"""Whether an assistant may needle: dated rules of a jurisdiction, never code, for such laws shift."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from clinic.domain.errors import Invalid
from clinic.domain.limits import LINE, text, yes
from clinic.domain.practice.evidence import Confidence


@dataclass(frozen=True, slots=True)
class Delegation:
    """What a jurisdiction says; both dates are included."""

    jurisdiction: str
    allowed: bool
    source: str
    confidence: Confidence
    valid_from: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        text("jurisdiction", self.jurisdiction, 20, required=True)
        yes("allowed", self.allowed)
        text("source", self.source, LINE, required=True)
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise Invalid("dates_reversed", field="valid_until", first=self.valid_from, last=self.valid_until)

    def holds(self, jurisdiction: str, on: date) -> bool:
        """Whether it counts there on that day: a country's counts in all its parts."""
        begun = self.valid_from is None or self.valid_from <= on
        ended = self.valid_until is not None and self.valid_until < on
        return begun and not ended and f"{jurisdiction}-".startswith(f"{self.jurisdiction}-")


def delegated(delegations: Collection[Delegation], jurisdiction: str, on: date) -> bool:
    """Whether an assistant may needle there on that day, by the nearest rule; False where none is known, or where two
    of the same place contradict each other."""
    there = [each for each in delegations if each.holds(jurisdiction, on)]
    nearest = max((len(each.jurisdiction) for each in there), default=0)
    return bool(there) and all(each.allowed for each in there if len(each.jurisdiction) == nearest)

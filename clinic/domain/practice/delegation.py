"""Whether an assistant may needle: dated rules of a jurisdiction, never code, for such laws shift."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from clinic.domain.errors import Invalid
from clinic.domain.limits import LINE, text, yes
from clinic.domain.practice.evidence import Confidence
from clinic.domain.practice.jurisdictions import nearest


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


def delegated(delegations: Collection[Delegation], jurisdiction: str, on: date) -> bool:
    """Whether an assistant may needle there on that day, by the nearest rule; False where none is known, or where two
    of the same place contradict each other."""
    there = nearest(delegations, jurisdiction, on)
    return bool(there) and all(each.allowed for each in there)

"""Adverse events: what happened, how bad it was, who has to know, and until when it is to be reported.

An alarm is acknowledged by a named member of staff; an incident is kept apart from what settles by itself and may have
a deadline (CLINICAL sections 3 and 5, rule 38).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from clinic.domain.errors import Invalid
from clinic.domain.limits import LINE, PARAGRAPH, one_of, text, whole, yes
from clinic.domain.practice.body import Region, Side
from clinic.domain.practice.evidence import Confidence
from clinic.domain.practice.jurisdictions import nearest


class Kind(StrEnum):
    """What happened."""

    BRUISE = "bruise"
    BLEEDING = "bleeding"
    PAIN = "pain"
    DROWSY = "drowsy"
    FAINT = "faint"
    HEADACHE = "headache"
    NAUSEA = "nausea"
    STUCK_NEEDLE = "stuck-needle"
    RETAINED_NEEDLE = "retained-needle"
    BREATHLESS = "breathless"
    NERVE = "nerve"
    INFECTION = "infection"
    SWELLING = "swelling"
    OTHER = "other"


class Grade(StrEnum):
    """How bad it was: settles by itself, needs something, stops what the patient does, endangers him."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"
    SERIOUS = "serious"


RED_FLAGS: Final = frozenset({Kind.BREATHLESS, Kind.NERVE, Kind.INFECTION, Kind.SWELLING})
"""Section 3: these may come hours, the third of them weeks, after the visit."""


@dataclass(frozen=True, slots=True)
class Event:
    """What is told of one; `hospital` is a transfer there, `physician` a referral."""

    kind: Kind
    grade: Grade
    onset_at: datetime
    region: Region | None = None
    side: Side | None = None
    action: str = ""
    note: str = ""
    hospital: bool = False
    physician: bool = False

    def __post_init__(self) -> None:
        if self.onset_at.tzinfo is None:
            raise Invalid("naive_instant", field="onset_at")
        for name in ("action", "note"):
            text(name, getattr(self, name), PARAGRAPH)
        for name in ("hospital", "physician"):
            yes(name, getattr(self, name))

    @property
    def alarm(self) -> bool:
        """Whether somebody has to say that he knows."""
        return self.kind in RED_FLAGS or self.grade in (Grade.SEVERE, Grade.SERIOUS) or self.incident

    @property
    def incident(self) -> bool:
        """Rule 38, and a needle that stayed behind (rule 35)."""
        return self.hospital or self.physician or self.grade is Grade.SERIOUS or self.kind is Kind.RETAINED_NEEDLE


def event_named(kind: str, grade: str) -> tuple[Kind, Grade]:
    """The kind and the grade with those ids. Raises Invalid(not_one_of)."""
    return Kind(one_of("kind", kind, tuple(Kind))), Grade(one_of("grade", grade, tuple(Grade)))


@dataclass(frozen=True, slots=True)
class Deadline:
    """Within how many days a jurisdiction wants an incident reported; both dates are included."""

    jurisdiction: str
    days: int
    source: str
    confidence: Confidence
    valid_from: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        text("jurisdiction", self.jurisdiction, 20, required=True)
        whole("days", self.days, 0, 365)
        text("source", self.source, LINE, required=True)


def report_by(deadlines: Collection[Deadline], jurisdiction: str, on: date) -> date | None:
    """The last day to report an incident of that date, by the nearest rule; None where no deadline was found."""
    there = nearest(deadlines, jurisdiction, on)
    return on + timedelta(days=min(each.days for each in there)) if there else None

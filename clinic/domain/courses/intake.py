"""What is told before a course begins: the complaint, how bad, since when, what contributes, and what is expected."""

from dataclasses import dataclass
from enum import StrEnum

from clinic.domain.limits import LINE, PARAGRAPH, line, text, whole

MOST_SEVERE = 10


class Factor(StrEnum):
    """What contributes to a complaint, and is a goal of its own."""

    POSTURE = "posture"
    IMBALANCE = "imbalance"
    REPETITIVE = "repetitive-strain"
    LOAD = "load"
    SLEEP = "sleep"
    STRESS = "stress"


@dataclass(frozen=True, slots=True)
class Intake:
    """`severity` is the usual pain, NPRS 0 to 10; the other fields are as they were told."""

    complaint: str = ""
    severity: int | None = None
    duration: str = ""
    health: str = ""
    factors: tuple[Factor, ...] = ()

    def __post_init__(self) -> None:
        text("complaint", self.complaint, PARAGRAPH)
        text("health", self.health, PARAGRAPH)
        line("duration", self.duration, LINE)
        if self.severity is not None:
            whole("severity", self.severity, 0, MOST_SEVERE)


NOTHING = Intake()

"""What the safety rules have to say about a visit, and what is made of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from clinic.domain.errors import Invalid, Refused
from clinic.domain.limits import PARAGRAPH, text, whole
from clinic.domain.practice.evidence import Confidence


class Level(StrEnum):
    """How strongly a rule speaks: it forbids, it asks for a reason, or it only says so."""

    BLOCK = "block"
    OVERRIDE = "override"
    WARN = "warn"


class Stage(StrEnum):
    """When a rule speaks: as a course is planned, a visit booked, needling started, a visit closed."""

    PLAN = "plan"
    BOOK = "book"
    START = "start"
    CLOSE = "close"


# The rules that `judge` applies, with their level and stage; the others of the list wait for records and screening.
ENFORCED: Final[Mapping[int, tuple[Level, Stage]]] = {
    0: (Level.BLOCK, Stage.PLAN),
    4: (Level.BLOCK, Stage.BOOK),
    6: (Level.BLOCK, Stage.BOOK),
    26: (Level.BLOCK, Stage.BOOK),
    27: (Level.OVERRIDE, Stage.BOOK),
    31: (Level.BLOCK, Stage.BOOK),
    40: (Level.WARN, Stage.BOOK),
    41: (Level.OVERRIDE, Stage.BOOK),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the practice's rule list, as a screen shows it."""

    number: int
    level: Level
    stage: Stage
    condition: str
    consequence: str
    source: str
    confidence: tuple[Confidence, ...]

    def __post_init__(self) -> None:
        whole("number", self.number, 0, 999)
        for name in ("condition", "consequence", "source"):
            text(name, getattr(self, name), PARAGRAPH, required=True)
        if not self.confidence:
            raise Invalid("text_missing", field="confidence")
        if ENFORCED.get(self.number, (self.level, self.stage)) != (self.level, self.stage):
            raise Invalid("rule_misstated", field="number", number=self.number)

    @property
    def enforced(self) -> bool:
        """Whether the gate applies it."""
        return self.number in ENFORCED


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that speaks, with the code and parameters of its sentence."""

    rule: int
    level: Level
    stage: Stage
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


def finding(rule: int, code: str, **params: object) -> Finding:
    """A finding of an enforced rule."""
    level, stage = ENFORCED[rule]
    return Finding(rule, level, stage, code, params)


def enforce(findings: Iterable[Finding], *, reason: str = "") -> tuple[Finding, ...]:
    """What the reason overrides, for the record. Raises Refused for the first block, or for an override without a
    reason; `overridable` in its parameters tells the two apart."""
    speaking = tuple(findings)
    blocks = [each for each in speaking if each.level is Level.BLOCK]
    overrides = tuple(each for each in speaking if each.level is Level.OVERRIDE)
    if blocks or (overrides and not reason.strip()):
        first = (blocks or overrides)[0]
        raise Refused(first.code, rule=first.rule, overridable=not blocks, **first.params)
    return overrides

"""What the safety rules have to say about a visit, and what is made of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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
    """When a rule speaks: as a course is planned, a visit booked, needling started, a visit closed, a message sent."""

    PLAN = "plan"
    BOOK = "book"
    START = "start"
    CLOSE = "close"
    SEND = "send"


# The rules that are applied, with their level and the first stage at which they speak. Those of the stage `close` are
# the record's and the events' own, that of `send` is asked of everything that goes out.
ENFORCED: Final[Mapping[int, tuple[Level, Stage]]] = {
    0: (Level.BLOCK, Stage.PLAN),
    4: (Level.BLOCK, Stage.BOOK),
    5: (Level.BLOCK, Stage.BOOK),
    6: (Level.BLOCK, Stage.BOOK),
    7: (Level.BLOCK, Stage.BOOK),
    11: (Level.BLOCK, Stage.BOOK),
    19: (Level.WARN, Stage.BOOK),
    22: (Level.WARN, Stage.BOOK),
    24: (Level.OVERRIDE, Stage.START),
    26: (Level.BLOCK, Stage.BOOK),
    27: (Level.OVERRIDE, Stage.BOOK),
    28: (Level.OVERRIDE, Stage.START),
    31: (Level.BLOCK, Stage.BOOK),
    33: (Level.WARN, Stage.BOOK),
    34: (Level.WARN, Stage.BOOK),
    35: (Level.BLOCK, Stage.CLOSE),
    37: (Level.WARN, Stage.CLOSE),
    38: (Level.WARN, Stage.CLOSE),
    39: (Level.BLOCK, Stage.SEND),
    40: (Level.WARN, Stage.BOOK),
    41: (Level.OVERRIDE, Stage.BOOK),
    **dict.fromkeys((1, 2, 3, 8, 9, 23, 36), (Level.BLOCK, Stage.START)),
    **dict.fromkeys((10, 12, 13, 14), (Level.BLOCK, Stage.BOOK)),
    **dict.fromkeys((15, 16, 17, 18, 20, 21, 25, 29, 30, 32), (Level.OVERRIDE, Stage.BOOK)),
}

# What speaks as a visit is booked and again as its needling starts, since it may have come about between the two. Left
# out: 31 is about the next booking, 34, 40 and 41 about the day that is chosen.
AGAIN: Final = frozenset({0, 4, 5, 6, 7, 10, 11, *range(12, 23), 25, 26, 27, 29, 30, 32, 33})

# What a practice may choose for a rule without firm ground: the shipped level is always one of them.
CONFIGURABLE: Final[Mapping[int, tuple[Level, ...]]] = {
    14: (Level.BLOCK, Level.OVERRIDE),
    19: (Level.WARN, Level.OVERRIDE),
    21: (Level.OVERRIDE, Level.WARN),
    22: (Level.WARN, Level.OVERRIDE),
    28: (Level.OVERRIDE, Level.WARN),
    29: (Level.OVERRIDE, Level.WARN),
    30: (Level.OVERRIDE, Level.WARN),
    32: (Level.OVERRIDE, Level.WARN),
    33: (Level.WARN, Level.OVERRIDE),
    34: (Level.WARN, Level.OVERRIDE),
}

# What rests on standing answers: set aside once, it stays so for the plan until the answers change.
STANDING: Final = frozenset({*range(12, 23), 24, 25})

# What rests on how the course went: set aside once, it stays so for the plan until there is news of it.
COURSE: Final = frozenset({29, 30, 32})

# What rests on hours since another needling: set aside once, it stays so for the visit for as many hours or more.
SPACED: Final = frozenset({27})


def _stages(number: int, first: Stage) -> tuple[Stage, ...]:
    """When the rule with that number speaks, `first` being its stage: in their order."""
    found = {first} | ({Stage.BOOK, Stage.START} if number in AGAIN else set())
    return tuple(stage for stage in Stage if stage in found)


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

    @property
    def stages(self) -> tuple[Stage, ...]:
        """When it speaks, in order."""
        return _stages(self.number, self.stage)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that speaks, with the code and parameters of its sentence. `basis` is the version of what it rests on: of
    the answers, or of the news of the course, or the hours since another needling; 0 where it rests on none."""

    rule: int
    level: Level
    stage: Stage
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    basis: int = 0

    def at(self, level: Level) -> "Finding":
        """The same, spoken otherwise than its rule usually does."""
        return replace(self, level=level)

    def resting_on(self, basis: int) -> "Finding":
        """The same, resting on that version."""
        return replace(self, basis=basis)


def finding(rule: int, code: str, **params: object) -> Finding:
    """A finding of an enforced rule."""
    level, stage = ENFORCED[rule]
    return Finding(rule, level, stage, code, params)


def as_set(found: Finding, levels: Mapping[int, Level]) -> Finding:
    """The finding at the level that the practice chose for its rule, where it speaks at its usual one."""
    usual, _ = ENFORCED.get(found.rule, (found.level, found.stage))
    return replace(found, level=levels.get(found.rule, found.level)) if found.level is usual else found


def choose_level(rule: int, level: Level) -> Level:
    """The level, if a practice may choose it for the rule. Raises Invalid(rule_not_yours)."""
    if level not in CONFIGURABLE.get(rule, ()):
        raise Invalid("rule_not_yours", field="level", number=rule)
    return level


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

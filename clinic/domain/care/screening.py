"""What a patient says about his health: answers that stand until they change, and answers of one day.

Which question fills which field is in the shipped questions; the fields are here, because the rules ask for them.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from clinic.domain.errors import Invalid
from clinic.domain.limits import whole
from clinic.domain.practice.body import Region, Side, Target

PREGNANCY = timedelta(days=280)
FIRST_THREE_MONTHS = timedelta(weeks=14)
SORE: Final = 4
"""Of 10: from there on soreness takes a reason. A configurable default without evidence (the rule list's 28)."""


class Degree(StrEnum):
    """How much there is of a condition."""

    NONE = "none"
    STEADY = "steady"
    SEVERE = "severe"


class Trimester(StrEnum):
    """How far a pregnancy has come, as far as the rules tell it apart."""

    FIRST = "first"
    LATER = "later"


class Limb(StrEnum):
    """An arm or a leg."""

    LEFT_ARM = "left-arm"
    RIGHT_ARM = "right-arm"
    LEFT_LEG = "left-leg"
    RIGHT_LEG = "right-leg"


LIMBS: Final = frozenset({"lymphoedema", "lymph_nodes"})
"""The answers that name limbs; any others that name places name regions."""

_PARTS: Final = {
    "arm": frozenset({Region.SHOULDER, Region.UPPER_ARM, Region.ELBOW, Region.FOREARM, Region.HAND}),
    "leg": frozenset({Region.PELVIS_HIP, Region.GLUTEAL, Region.THIGH, Region.KNEE, Region.CALF, Region.FOOT}),
}


def in_limb(target: Target, limb: Limb) -> bool:
    """Whether a target lies in that limb; what is on both sides, or in the middle, does."""
    side, part = limb.value.split("-")
    other = Side.RIGHT if side == Side.LEFT else Side.LEFT
    return target.region in _PARTS[part] and target.side is not other


@dataclass(frozen=True, slots=True)
class Answers:
    """What stands until the patient says otherwise; everything is absent at first.

    `due_on` is when a child is expected, None without a pregnancy; `surgery_on` the last operation, in
    `surgery_regions`; `competition_on` the next competition.
    """

    declines: bool = False
    cannot_consent: bool = False
    due_on: date | None = None
    antithrombotics: bool = False
    bleeding: bool = False
    immune: bool = False
    pacemaker: bool = False
    epilepsy: Degree = Degree.NONE
    diabetes: Degree = Degree.NONE
    vascular: Degree = Degree.NONE
    frailty: Degree = Degree.NONE
    metal_allergy: Degree = Degree.NONE
    varicose: tuple[Region, ...] = ()
    implants: tuple[Region, ...] = ()
    breast_implants: bool = False
    surgery_on: date | None = None
    surgery_regions: tuple[Region, ...] = ()
    lymphoedema: tuple[Limb, ...] = ()
    lymph_nodes: tuple[Limb, ...] = ()
    lung_history: bool = False
    steroid_on: date | None = None
    faints: bool = False
    competition_on: date | None = None

    def __post_init__(self) -> None:
        if (self.surgery_on is None) is not (not self.surgery_regions):
            raise Invalid("surgery_half_said", field="surgery_on")

    def trimester(self, on: date) -> Trimester | None:
        """Where the pregnancy stands on that day; None before it began, or once the child was due."""
        if self.due_on is None or not self.due_on - PREGNANCY <= on <= self.due_on:
            return None
        begun = on - (self.due_on - PREGNANCY)
        return Trimester.FIRST if begun < FIRST_THREE_MONTHS else Trimester.LATER


@dataclass(frozen=True, slots=True)
class DayAnswers:
    """What is asked on the day of a needling. `soreness` is what is left of the last one, 0 to 10; `wounds` are regions
    with an infection, a wound or a lesion; `settled` is false while soreness has not gone down."""

    fever: bool = False
    wounds: tuple[Region, ...] = ()
    soreness: int = 0
    sore: tuple[Region, ...] = ()
    settled: bool = True

    def __post_init__(self) -> None:
        whole("soreness", self.soreness, 0, 10)

    @property
    def too_sore(self) -> bool:
        return self.soreness >= SORE or not self.settled


@dataclass(frozen=True, slots=True)
class Screening:
    """The answers in their version, and when they were given."""

    id: int
    version: int
    answers: Answers
    answered_at: datetime
    questions: int = 1

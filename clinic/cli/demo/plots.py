"""What happens to the demo's patients: whose course begins when, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

from clinic.domain.care.screening import Answers, Degree
from clinic.domain.courses.tailoring import Measure
from clinic.domain.practice.body import Region, Side, Target


class Fate(StrEnum):
    """What becomes of a course, and what to look at it for."""

    GOES_ON = "a course under way"
    WAITS = "waits for its reassessment: mark it done, then confirm or release what is pencilled"
    CONTINUES = "reassessed, and confirmed to the next reassessment"
    COMPLETED = "completed: every visit took place"
    STOPPED = "stopped at its reassessment: the rest is released"
    MISSED = "did not come to the second visit"
    CANCELLED = "cancelled the second visit and has none instead yet"
    MOVED = "moved the second visit: the mailbox has the change"
    UNDECIDED = "reassessed: what is pencilled waits to be confirmed or released"
    GIVEN_UP = "reassessed, and what was pencilled given up: those visits have no date"
    PUT_OFF = "put the last visit off by two weeks: the gap is longer than planned"
    EXPIRES = "put the last visit off beyond the last day that is authorised"
    OFFERED = "was offered a course, which is held until the next working day closes: accept or decline it"
    REVIEW = "the dated review is due and has no visit"


@dataclass(frozen=True, slots=True)
class Case:
    """What a patient said of his health before his course was booked, where he is needled, how the protocol is cut to
    his measure, and the reason for what the rules ask about."""

    said: Answers
    target: Target
    measures: Mapping[str, Measure]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """A patient's course at a location, booked so many days from today (negative: ago), and authorised for so many days
    from then on where a payer asks."""

    patient: int
    protocol: str
    location: str
    booked: int
    fate: Fate = Fate.GOES_ON
    authorised_days: int | None = None
    case: Case | None = None


TEN: Final = {"A": Measure(5, 5), "B": Measure(5, 12)}
"""Ten visits: five close together, five fortnightly."""
AGREED: Final = "Takes a low dose, never bled long; her physician agrees"
CASES: Final = (
    Plot(
        141,
        "generic-myofascial",
        "leeds",
        -40,
        case=Case(Answers(antithrombotics=True), Target(Region.LUMBAR, Side.BOTH), TEN, AGREED),
    ),
    Plot(
        142,
        "generic-myofascial",
        "york",
        -40,
        case=Case(Answers(diabetes=Degree.STEADY), Target(Region.CALF, Side.RIGHT), TEN),
    ),
    Plot(
        143,
        "generic-myofascial",
        "leeds",
        -39,
        case=Case(Answers(lung_history=True), Target(Region.SHOULDER, Side.LEFT), TEN, "Shallow, away from the chest"),
    ),
    Plot(
        144,
        "generic-myofascial",
        "york",
        -39,
        case=Case(
            Answers(antithrombotics=True, diabetes=Degree.SEVERE), Target(Region.SHOULDER, Side.RIGHT), TEN, AGREED
        ),
    ),
)
"""Courses of ten visits with something to mind in each: aspirin, diabetes, a shoulder over a lung that was ill, and
several of them at once."""

TOLD: Final = (
    Plot(0, "plantar-heel", "leeds", -47, Fate.COMPLETED),
    Plot(1, "lateral-elbow", "leeds", -46, Fate.COMPLETED),
    Plot(3, "plantar-heel", "york", -45, Fate.COMPLETED),
    Plot(5, "low-back-chronic", "york", -33, Fate.STOPPED),
    Plot(6, "neck-mechanical", "leeds", -31, Fate.STOPPED),
    Plot(7, "low-back-chronic", "leeds", -18, Fate.WAITS),
    Plot(8, "plantar-heel", "york", -20, Fate.WAITS),
    Plot(9, "low-back-chronic", "leeds", -19, Fate.WAITS),
    Plot(10, "low-back-chronic", "leeds", -34, Fate.CONTINUES),
    Plot(11, "tension-headache", "leeds", -18, Fate.CONTINUES),
    Plot(12, "neck-mechanical", "york", -30, Fate.CONTINUES),
    Plot(13, "neck-mechanical", "leeds", -16, Fate.MISSED),
    Plot(14, "lateral-elbow", "york", -8, Fate.CANCELLED),
    Plot(15, "low-back-chronic", "york", -6, Fate.CANCELLED),
    Plot(16, "plantar-heel", "leeds", -5, Fate.MOVED),
    Plot(17, "tension-headache", "leeds", -4, Fate.MOVED),
    Plot(18, "low-back-chronic", "leeds", -20, Fate.UNDECIDED),
    Plot(20, "low-back-chronic", "york", -20, Fate.GIVEN_UP),
    Plot(21, "lateral-elbow", "leeds", -6, Fate.PUT_OFF),
    Plot(22, "lateral-elbow", "york", -6, Fate.EXPIRES, authorised_days=24),
    Plot(24, "lateral-elbow", "leeds", -47, Fate.REVIEW),
    Plot(140, "plantar-heel", "leeds", 0, Fate.OFFERED),
)
USUAL: Final = (
    "plantar-heel",
    "low-back-chronic",
    "neck-mechanical",
    "lateral-elbow",
    "tension-headache",
    "exercise-only",
    "tmd-myogenous",
    "low-back-chronic",
)
TREATED: Final = 126
"""From here on patients have no course yet, single visits at most."""
SINGLES: Final = ("assessment", "manual-therapy", "exercise", "assessment", "dry-needling")


def courses(random: Random) -> list[Plot]:
    """Every course, in the order in which it is booked."""
    told = (*TOLD, *CASES)
    taken = {one.patient for one in told}
    rest = [
        Plot(n, random.choice(USUAL), random.choice(("leeds", "leeds", "york")), -random.randrange(0, 26))
        for n in range(TREATED)
        if n not in taken
    ]
    return sorted([*told, *rest], key=lambda one: (one.booked, one.patient))


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that stands alone, so many days from today, booked so many days ahead of it."""

    patient: int
    single: str
    location: str
    on: int
    ahead: int


def singles(random: Random, first: int, last: int) -> list[Visit]:
    """Five to eight for each day from `first` to `last`, counted from today; newcomers are assessed once."""
    newcomers = list(range(TREATED, CASES[0].patient))
    found = []
    for on in range(first, last + 1):
        for _ in range(random.randint(5, 8)):
            single = random.choice(SINGLES)
            newcomer = single == "assessment" and newcomers
            patient = newcomers.pop() if newcomer else random.randrange(TREATED)
            kind = "manual-therapy" if single == "assessment" and not newcomer else single
            found.append(Visit(patient, kind, random.choice(("leeds", "york")), on, random.randint(2, 6)))
    return found

"""What is done at home beside a course, and what the patient was told to expect: changes that `apply` writes."""

from dataclasses import dataclass
from typing import ClassVar

from clinic.domain.courses.cover import Covered
from clinic.domain.courses.release import Released
from clinic.domain.courses.withdrawn import Narrowed, Withdrawn
from clinic.domain.limits import LINE, line, whole

MOST_EXERCISES = 12


@dataclass(frozen=True, slots=True)
class Exercise:
    """So many sets of so many repetitions on so many days a week; with `tendon` the pain rule is given with it."""

    name: str
    sets: int
    repetitions: int
    days_a_week: int
    tendon: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        line("name", self.name, LINE, required=True)
        whole("sets", self.sets, 1, 20)
        whole("repetitions", self.repetitions, 1, 200)
        whole("days_a_week", self.days_a_week, 1, 7)
        line("note", self.note, LINE)


@dataclass(frozen=True, slots=True)
class Prescribed:
    """The home programme of a plan, in place of the one before."""

    permission: ClassVar[str] = "plan.write"
    plan_id: int
    plan_version: int
    exercises: tuple[Exercise, ...]

    def __post_init__(self) -> None:
        whole("exercises", len(self.exercises), 0, MOST_EXERCISES)


@dataclass(frozen=True, slots=True)
class Told:
    """The patient was told what to expect, in these words, and somebody acknowledged it."""

    permission: ClassVar[str] = "plan.write"
    plan_id: int
    plan_version: int
    text_version: int
    said: str
    acknowledged_by: str

    def __post_init__(self) -> None:
        line("acknowledged_by", self.acknowledged_by, LINE, required=True)


Planned = Prescribed | Told | Covered | Released | Withdrawn | Narrowed

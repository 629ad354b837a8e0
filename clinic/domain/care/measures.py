"""Outcome measures: their scales, and the change that matters to patients (CLINICAL section 7)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from clinic.domain.errors import Invalid
from clinic.domain.practice.body import Region
from clinic.domain.practice.evidence import Confidence


class Better(StrEnum):
    """Which end of the scale is the good one."""

    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Difference:
    """The least change that matters, in tenths of a point, with what it rests on; `regions` empty for any."""

    tenths: int
    source: str
    confidence: Confidence
    regions: frozenset[Region] = frozenset()


@dataclass(frozen=True, slots=True)
class Measure:
    """A scale from `low` to `high` points. `unit` is "" for points, "%" or "mm"; `changes` has the regional ones first.

    `absolute` is a scale that asks of the change itself: it has no start to be compared with.
    """

    name: str
    title: str
    low: int
    high: int
    better: Better
    changes: tuple[Difference, ...]
    unit: str = ""
    absolute: bool = False

    def tenths(self, value: str) -> int:
        """What somebody entered, in tenths: 7 or 7.5, a comma will do. Raises Invalid(measure_off_scale)."""
        plain = value.strip().replace(",", ".").replace("−", "-")
        whole, point, part = plain.partition(".")
        digits = whole.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 4) or (point and not _a_digit(part)):
            raise self._off()
        size = int(digits) * 10 + int(part or 0)
        found = -size if whole.startswith("-") else size
        if not self.low * 10 <= found <= self.high * 10:
            raise self._off()
        return found

    def _off(self) -> Invalid:
        return Invalid("measure_off_scale", field=self.name, name=self.title, low=self.low, high=self.high)

    def matters(self, regions: Collection[Region]) -> Difference:
        """The change that matters for these regions; the general one where none is stated for them."""
        return next(each for each in self.changes if not each.regions or each.regions & set(regions))

    def gained(self, start: int, now: int) -> int:
        """How much better it has become, in tenths; negative when it is worse."""
        if self.absolute:
            return now
        return start - now if self.better is Better.LOW else now - start


def _a_digit(part: str) -> bool:
    return len(part) == 1 and part.isascii() and part.isdigit()


O, R, D = Confidence.OBSERVATIONAL, Confidence.TRIAL, Confidence.DEFAULT  # noqa: E741 - the letters of the list
_BACK = frozenset({Region.LUMBAR})
_NECK = frozenset({Region.NECK, Region.NECK_BASE})
_SHOULDER = frozenset({Region.SHOULDER, Region.SHOULDER_GIRDLE})
MEASURES: Final = {
    each.name: each
    for each in (
        Measure(
            "nprs",
            "NPRS",
            0,
            10,
            Better.LOW,
            (
                Difference(20, "Childs, Spine 2005", O, _BACK),
                Difference(13, "Cleland, APMR 2008;89:69", O, _NECK),
                Difference(22, "Michener, J Sport Rehabil 2011", O, _SHOULDER),
                Difference(20, "Practice default elsewhere; Childs, Spine 2005, read for the back", D),
            ),
        ),
        Measure(
            "vas",
            "VAS",
            0,
            100,
            Better.LOW,
            (Difference(150, "Practice default, no evidence: recalled, not read", D),),
            "mm",
        ),
        Measure("ndi", "NDI", 0, 100, Better.LOW, (Difference(190, "Cleland, APMR 2008;89:69", O),), "%"),
        Measure(
            "odi",
            "ODI",
            0,
            100,
            Better.LOW,
            (Difference(100, "Practice default, no evidence: recalled, not read", D),),
            "%",
        ),
        Measure("lefs", "LEFS", 0, 80, Better.HIGH, (Difference(90, "Binkley LEFS, mcmaster.ca", O),)),
        Measure(
            "quickdash",
            "QuickDASH",
            0,
            100,
            Better.LOW,
            (Difference(136, "Rysstad 2020;21:328: 10.8 to 13.6, the larger taken", O),),
        ),
        Measure("psfs", "PSFS", 0, 10, Better.HIGH, (Difference(20, "Rysstad 2020;21:328: 1.9 to 2.0, shoulder", O),)),
        Measure(
            "groc",
            "GROC",
            -7,
            7,
            Better.HIGH,
            (Difference(50, "Dunning, Clin J Pain 2018: success", R),),
            absolute=True,
        ),
    )
}


def measure_named(name: str) -> Measure:
    """Raises Invalid(measure_unknown)."""
    if name not in MEASURES:
        raise Invalid("measure_unknown", field="name", name=name)
    return MEASURES[name]


@dataclass(frozen=True, slots=True)
class Taken:
    """A value as it was taken, in tenths."""

    name: str
    tenths: int
    on: date


@dataclass(frozen=True, slots=True)
class Course:
    """A measure over a course: its values by day, how much was gained since the start, and whether that matters."""

    measure: Measure
    values: tuple[Taken, ...]
    change: Difference

    @property
    def gained(self) -> int | None:
        """Tenths, from the first value to the last; None while there is nothing to compare."""
        if len(self.values) < 2 and not self.measure.absolute:
            return None
        return self.measure.gained(self.values[0].tenths, self.values[-1].tenths)

    @property
    def matters(self) -> bool | None:
        """Whether the gain reaches the change that matters; None while it is unknown."""
        return None if self.gained is None else self.gained >= self.change.tenths


def over_a_course(values: Sequence[Taken], regions: Collection[Region]) -> tuple[Course, ...]:
    """Each measure that was taken, in the order of the list, its values by day."""
    found = []
    for name, measure in MEASURES.items():
        own = tuple(sorted((each for each in values if each.name == name), key=lambda each: each.on))
        if own:
            found.append(Course(measure, own, measure.matters(regions)))
    return tuple(found)

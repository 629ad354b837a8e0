"""What was done in one visit and how the patient took to it, as the therapist writes it down.

Everything may be missing while it is a draft; `ready` says what a signature still waits for. Pain and soreness are
whole numbers from 0 to 10 (NPRS); soreness is that of the needle sites, apart from the complaint. Lengths are in
millimetres, gauges in hundredths of one.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from clinic.domain.errors import Invalid, Refused
from clinic.domain.limits import LINE, PARAGRAPH, one_of, text, whole, yes
from clinic.domain.practice.body import Region, Side, Target
from clinic.domain.practice.modality import Modality

MOST_SITES: Final = 24
MOST_NEEDLES: Final = 200
DEPTHS: Final = ("", "superficial", "deep")
TECHNIQUES: Final = ("", "in-place", "pistoning", "winding", "fanning")
STIMULATIONS: Final = ("", "none", "manual", "electrical")
TOLERANCES: Final = ("", "good", "fair", "poor", "stopped")
VIEWS: Final = ("front", "back")


class Fate(StrEnum):
    """What became of a component of the visit on the day; its slot is kept in any case."""

    DONE = "done"
    DROPPED = "dropped"
    SWAPPED = "swapped"


@dataclass(frozen=True, slots=True)
class Part:
    """A component that was planned; `instead` is what was done in its place."""

    modality: Modality
    fate: Fate = Fate.DONE
    instead: Modality | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        text("reason", self.reason, LINE)
        if (self.instead is not None) is not (self.fate is Fate.SWAPPED):
            raise Invalid("part_instead", field="instead")

    @property
    def given(self) -> Modality | None:
        """What the patient got; None where it was dropped."""
        return self.modality if self.fate is Fate.DONE else self.instead


@dataclass(frozen=True, slots=True)
class Needle:
    """A kind of needle, as far as it is stated."""

    gauge: int | None = None
    length: int | None = None

    def __post_init__(self) -> None:
        if self.gauge is not None:
            whole("gauge", self.gauge, 10, 60)
        if self.length is not None:
            whole("length", self.length, 5, 150)

    @property
    def stated(self) -> bool:
        """Whether both are known."""
        return self.gauge is not None and self.length is not None


@dataclass(frozen=True, slots=True)
class Spot:
    """A point on a drawing of the body, in thousandths of its width and height, so that another drawing can take its
    place. Nothing is inferred from it: region, side and muscle are stated apart."""

    view: str
    x: int
    y: int

    def __post_init__(self) -> None:
        one_of("spot", self.view, VIEWS)
        for value in (self.x, self.y):
            whole("spot", value, 0, 1000)


@dataclass(frozen=True, slots=True)
class Site:
    """Where a needle went in, and how; `needle` is the exception to the visit's own."""

    target: Target
    depth: str = ""
    technique: str = ""
    twitch: bool | None = None
    needle: Needle = Needle()
    spot: Spot | None = None

    def __post_init__(self) -> None:
        one_of("depth", self.depth, DEPTHS)
        one_of("technique", self.technique, TECHNIQUES)
        if self.twitch is not None:
            yes("twitch", self.twitch)


@dataclass(frozen=True, slots=True)
class Count:
    """Needles counted in and out; `again` is what a second count found. The first count is never made to agree."""

    entered: int | None = None
    out: int | None = None
    again: int | None = None

    def __post_init__(self) -> None:
        for name, value in (("needles_in", self.entered), ("needles_out", self.out), ("needles_again", self.again)):
            if value is not None:
                whole(name, value, 0, MOST_NEEDLES)

    @property
    def agrees(self) -> bool:
        """Whether all that went in came out, by the last count there is."""
        return self.entered is not None and self.entered == (self.out if self.again is None else self.again)


@dataclass(frozen=True, slots=True)
class Record:
    """One visit's record. `told` is whether the aftercare notes were gone through."""

    parts: tuple[Part, ...] = ()
    pain_before: int | None = None
    pain_during: int | None = None
    pain_after: int | None = None
    soreness: int | None = None
    sites: tuple[Site, ...] = ()
    needle: Needle = Needle()
    count: Count = Count()
    stimulation: str = ""
    tolerance: str = ""
    drowsy: bool = False
    fainted: bool = False
    no_driving: bool = False
    manual: str = ""
    exercises: str = ""
    went: str = ""
    told: bool = False
    advice: str = ""
    next_step: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        for name in SCORES:
            if getattr(self, name) is not None:
                whole(name, getattr(self, name), 0, 10)
        if len(self.sites) > MOST_SITES:
            raise Invalid("too_many_sites", field="sites", most=MOST_SITES)
        one_of("stimulation", self.stimulation, STIMULATIONS)
        one_of("tolerance", self.tolerance, TOLERANCES)
        for name in TICKS:
            yes(name, getattr(self, name))
        for name in TEXTS:
            text(name, getattr(self, name), PARAGRAPH)

    @property
    def needled(self) -> bool:
        """Whether a needle was used: planned and not dropped, or taken instead."""
        return any(part.given is not None and part.given.needles for part in self.parts)


SCORES: Final = ("pain_before", "pain_during", "pain_after", "soreness")
TICKS: Final = ("drowsy", "fainted", "no_driving", "told")
TEXTS: Final = ("manual", "exercises", "went", "advice", "next_step", "note")


def ready(record: Record, *, retained: bool) -> None:
    """Whether it can be signed. `retained` is whether a needle that stayed behind is recorded for the visit.

    Raises Invalid (pain_unstated, part_reason, needling_unstated, count_unneeded), Refused by rule 35 (the needles out
    are not those in) or 37 (drowsy or faint, and nobody said not to drive).
    """
    for name in ("pain_before", "pain_after"):
        if getattr(record, name) is None:
            raise Invalid("pain_unstated", field=name)
    for n, part in enumerate(record.parts):
        if part.fate is not Fate.DONE and not part.reason.strip():
            raise Invalid("part_reason", field=f"part-{n}-reason")
    if record.needled:
        _needling(record, retained)
    elif record.count != Count():
        raise Invalid("count_unneeded", field="needles_in")
    if (record.drowsy or record.fainted) and not record.no_driving:
        raise Refused("no_driving_first", rule=37)


def _needling(record: Record, retained: bool) -> None:
    """What a needling is not without: where, which needles, and that all are out."""
    if not record.sites:
        raise Invalid("needling_unstated", field="sites")
    if not all(site.needle.stated or record.needle.stated for site in record.sites):
        raise Invalid("needling_unstated", field="gauge")
    if record.count.entered is None or record.count.out is None:
        raise Invalid("needling_unstated", field="needles_in" if record.count.entered is None else "needles_out")
    if not record.count.agrees and not retained:
        raise Refused("needles_unequal", rule=35, entered=record.count.entered, out=record.count.out)


def settled(record: Record) -> Record:
    """As it is signed: where nothing was needled, the sites that were planned go."""
    return record if record.needled else replace(record, sites=())


def with_needling_of(record: Record, earlier: Record) -> Record:
    """The record with the sites and needles of an earlier one, never its scores or counts; what is stated already
    stays."""
    sites = tuple(replace(one, twitch=None) for one in earlier.sites)
    stated = any(one != Site(one.target) for one in record.sites)
    return replace(
        record,
        sites=record.sites if stated or not sites else sites,
        needle=earlier.needle if record.needle == Needle() else record.needle,
        stimulation=record.stimulation or earlier.stimulation,
    )


def planned(modalities: tuple[Modality, ...], regions: tuple[Target, ...]) -> Record:
    """An empty record of a visit: its components as they were planned, and the targets to be needled."""
    needles = any(modality.needles for modality in modalities)
    return Record(
        parts=tuple(Part(modality) for modality in modalities),
        sites=tuple(Site(target) for target in regions) if needles else (),
    )


def site_at(region: str, side: str, muscle: str) -> Target:
    """Where a needle went in. Raises Invalid(not_one_of, text_too_long)."""
    one_of("region", region, tuple(Region))
    one_of("side", side, tuple(Side))
    return Target(Region(region), Side(side), muscle)

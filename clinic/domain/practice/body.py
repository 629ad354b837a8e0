"""Where on the body a treatment is given."""

from dataclasses import dataclass
from enum import StrEnum

from clinic.domain.errors import Invalid
from clinic.domain.limits import SHORT, text


class Region(StrEnum):
    """A region of the body; its value is its id in files, in the database and in credentials."""

    HEAD = "head"
    JAW = "jaw"
    NECK = "neck"
    NECK_BASE = "neck-base"
    SHOULDER = "shoulder"
    SHOULDER_GIRDLE = "shoulder-girdle"
    INTERSCAPULAR = "interscapular"
    THORAX = "thorax"
    UPPER_ARM = "upper-arm"
    ELBOW = "elbow"
    FOREARM = "forearm"
    HAND = "hand"
    ABDOMEN = "abdomen"
    LUMBAR = "lumbar"
    PELVIS_HIP = "pelvis-hip"
    GLUTEAL = "gluteal"
    THIGH = "thigh"
    KNEE = "knee"
    CALF = "calf"
    FOOT = "foot"


class Side(StrEnum):
    """Which half of the body, as the patient would say it."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    MIDLINE = "midline"


# Where collapsed lungs have been reported: Grusche; Cureus 2021;13:e14207; South African board notice BN121 §5.1.
THORACIC = frozenset({Region.NECK_BASE, Region.SHOULDER, Region.SHOULDER_GIRDLE, Region.INTERSCAPULAR, Region.THORAX})


def is_thoracic(region: Region) -> bool:
    """Whether a needle there can reach the lung."""
    return region in THORACIC


def region_named(name: str, field: str = "region") -> Region:
    """The region with that id. Raises Invalid(unknown_region)."""
    try:
        return Region(name)
    except ValueError as error:
        raise Invalid("unknown_region", field=field, name=name) from error


def side_named(name: str, field: str = "side") -> Side:
    """The side with that id. Raises Invalid(unknown_side)."""
    try:
        return Side(name)
    except ValueError as error:
        raise Invalid("unknown_side", field=field, name=name) from error


@dataclass(frozen=True, slots=True)
class Target:
    """What is treated: a region, a side and, where it is known, a muscle (at most 64 characters)."""

    region: Region
    side: Side
    muscle: str = ""

    def __post_init__(self) -> None:
        text("muscle", self.muscle, SHORT)

    def meets(self, other: "Target") -> bool:
        """Whether both lie in one region; only left and right are apart, the midline touches either side."""
        return self.region is other.region and {self.side, other.side} != {Side.LEFT, Side.RIGHT}


def share_a_region(some: tuple[Target, ...], others: tuple[Target, ...]) -> bool:
    """Whether two treatments meet; where either's targets are unknown they are taken to meet."""
    return not some or not others or any(one.meets(other) for one in some for other in others)

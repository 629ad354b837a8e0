"""What somebody is told of a visit, and whether there is anything new to tell."""

from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Shown:
    """A visit as its reader sees it: [starts, ends) in ticks, the zone its times are told in, and the texts that the
    reader's level of disclosure lets through. `wall` is the start as it was promised, which new time zone data may part
    from `starts`; empty in what was told before it was kept."""

    starts: int
    ends: int
    tz: str
    title: str
    place: str
    phone: str
    cancelled: bool = False
    wall: str = ""

    def looks_like(self, other: "Shown | None") -> bool:
        """Whether the two look the same to him."""
        if other is None:
            return False
        return replace(self, wall="") == replace(other, wall="") if "" in (self.wall, other.wall) else self == other


class News(StrEnum):
    """What a letter says: a first word, another time, another detail, the end of the visit, or only of the letters to
    this address (`withdrawn`), while the visit stands."""

    NEW = "new"
    MOVED = "moved"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


def to_tell(wanted: Shown | None, told: Shown | None, *, tick: int) -> Shown | None:
    """What to tell a reader who should see `wanted` (None: nothing any more) and was last told `told`; None when there
    is nothing to tell, and none of what is over at `tick`. A cancellation shows the time and place last told."""
    if max((shown.ends for shown in (wanted, told) if shown is not None), default=0) <= tick:
        return None
    if wanted is not None:
        return None if wanted.looks_like(told) else wanted
    if told is None or told.cancelled:
        return None
    return replace(told, cancelled=True)


def news(shown: Shown, told: Shown | None, *, stands: bool) -> News:
    """How a letter that shows this differs from the last one; `stands`: the visit itself is still to take place."""
    if shown.cancelled:
        return News.WITHDRAWN if stands else News.CANCELLED
    if told is None or told.cancelled:
        return News.NEW
    same_time = shown.wall == told.wall if shown.wall and told.wall else shown.starts == told.starts
    return News.CHANGED if same_time and shown.tz == told.tz else News.MOVED

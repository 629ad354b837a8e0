"""Free starts for a single visit, and those nearest to a wish."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest
from itertools import compress

from clinic.domain.time import DAY_TICKS
from clinic.engine import bitmap
from clinic.engine.openings import Openings, PlacedPart

CHANGE_TICKS = DAY_TICKS


@dataclass(frozen=True, slots=True)
class Slot:
    """A start (a tick of UTC) and the therapists who could lead, in the order given."""

    start: int
    therapists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One start with one lead therapist, his room, and all parts of the visit."""

    start: int
    therapist: str
    room: str | None
    parts: tuple[PlacedPart, ...]


def slots(found: Openings, days: int = bitmap.ALWAYS) -> tuple[Slot, ...]:
    """Every start at which such a visit is possible, ascending, on the days of a bitmap of day indexes."""
    horizon = found.calendars.horizon
    within = horizon.on_days(days)
    by_therapist = [starts & within for starts in found.starts]
    positions = horizon.starts[horizon.which(bitmap.union(by_therapist))]
    if not len(positions):
        return ()
    therapists = [therapist.id for therapist in found.calendars.therapists]
    free = bitmap.rows_at(by_therapist, horizon.ticks, positions).T.tolist()
    return tuple(
        Slot(start, tuple(compress(therapists, who)))
        for start, who in zip((positions + horizon.first_tick).tolist(), free, strict=True)
    )


def chosen(found: Openings, start: int, therapist: str) -> Choice:
    """The visit at a start (a tick of UTC) that is open with this lead therapist, in the first rooms that are free."""
    lead = next(n for n, each in enumerate(found.calendars.therapists) if each.id == therapist)
    parts = found.at(start - found.calendars.horizon.first_tick, lead)
    return Choice(start, therapist, parts[found.kind.lead].room, parts)


def nearest(
    found: Openings,
    free: Iterable[Slot],
    start: int,
    therapist: str | None = None,
    *,
    most: int = 3,
    change_ticks: int = CHANGE_TICKS,
) -> tuple[Choice, ...]:
    """Up to `most` of the free starts, those nearest in time to `start` first; another lead therapist than the one
    given counts as `change_ticks` further away. The earlier wins a tie."""

    def distance(option: tuple[int, str]) -> tuple[int, int]:
        change = change_ticks if therapist not in (None, option[1]) else 0
        return abs(option[0] - start) + change, option[0]

    options = (
        (slot.start, therapist if therapist and therapist in slot.therapists else slot.therapists[0]) for slot in free
    )
    return tuple(chosen(found, *option) for option in nsmallest(most, options, key=distance))

"""Which times changes give back that somebody else could have."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from clinic.domain.visits.changes import Change, Move, Turn
from clinic.domain.visits.visit import GONE, Status, Stretch, Visit
from clinic.domain.visits.waiting import free_of

AGREED: Final = frozenset({Status.PENCILLED, Status.BOOKED, Status.CONFIRMED})
"""What was held for an offer alone is no news when it is free again."""


@dataclass(frozen=True, slots=True)
class Free:
    """Ticks of somebody's time at a location."""

    location_id: int
    staff_id: int
    starts: int
    ends: int


def freed_by(changes: Iterable[Change], tick: int) -> Iterator[Free]:
    """The times from a tick on, each visit's by therapist; a stretch that stays where it is gives nothing back."""
    for change in changes:
        if isinstance(change, Turn) and change.status in GONE and change.visit.status in AGREED:
            yield from _of(change.visit, change.visit.stretches, tick)
        elif isinstance(change, Move) and change.visit.status in AGREED:
            kept = {_taken(each) for each in change.stretches}
            yield from _of(change.visit, (each for each in change.visit.stretches if _taken(each) not in kept), tick)


def _taken(stretch: Stretch) -> tuple[int, int, int | None]:
    return stretch.starts, stretch.ends, stretch.staff_id


def _of(visit: Visit, stretches: Iterable[Stretch], tick: int) -> Iterator[Free]:
    by_staff: dict[int, list[tuple[int, int]]] = {}
    for each in stretches:
        if each.staff_id is not None:
            by_staff.setdefault(each.staff_id, []).append((each.starts, each.ends))
    for staff_id, spans in by_staff.items():
        for starts, ends in free_of(spans, tick):
            yield Free(visit.location_id, staff_id, starts, ends)

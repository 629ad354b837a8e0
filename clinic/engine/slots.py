"""Free starts for a single visit, and those nearest to a wish."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest
from itertools import compress

from clinic.domain.time import TICKS_PER_HOUR
from clinic.engine import bitmap
from clinic.engine.calendars import Calendars
from clinic.engine.candidates import openings
from clinic.engine.request import Kind

CHANGE_TICKS = 24 * TICKS_PER_HOUR


@dataclass(frozen=True, slots=True)
class Slot:
    """A start (a tick of UTC), the therapists who could serve, in the order given, and the first room that is free."""

    start: int
    therapists: tuple[str, ...]
    room: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One start with one therapist and room."""

    start: int
    therapist: str
    room: str


def slots(calendars: Calendars, kind: Kind, days: int = bitmap.ALWAYS) -> tuple[Slot, ...]:
    """Every start at which a visit of this kind is possible, ascending, on the days of a bitmap of day indexes."""
    horizon, possible = calendars.horizon, openings(calendars, kind)
    within = horizon.on_days(days)
    by_therapist = [starts & within for starts in possible.starts]
    positions = horizon.starts[horizon.which(bitmap.union(by_therapist))]
    if not len(positions):
        return ()
    therapists = [therapist.id for therapist in calendars.therapists]
    free = bitmap.rows_at(by_therapist, horizon.ticks, positions).T.tolist()
    rooms = [room for room, _ in possible.rooms]
    open_rooms = bitmap.rows_at([starts & possible.common for _, starts in possible.rooms], horizon.ticks, positions)
    return tuple(
        Slot(start, tuple(compress(therapists, who)), rooms[room])
        for start, who, room in zip(
            (positions + horizon.first_tick).tolist(), free, open_rooms.argmax(0).tolist(), strict=True
        )
    )


def nearest(
    found: Iterable[Slot], start: int, therapist: str | None = None, *, most: int = 3, change_ticks: int = CHANGE_TICKS
) -> tuple[Choice, ...]:
    """Up to `most` choices, those nearest in time to `start` first; another therapist than the one given counts as
    `change_ticks` further away. The earlier wins a tie."""

    def distance(choice: Choice) -> tuple[int, int]:
        change = change_ticks if therapist not in (None, choice.therapist) else 0
        return abs(choice.start - start) + change, choice.start

    choices = (
        Choice(slot.start, therapist if therapist in slot.therapists else slot.therapists[0], slot.room)
        for slot in found
    )
    return tuple(nsmallest(most, choices, key=distance))

"""Whose time a visit needs: therapists, rooms, the patient and the place, each as bitmaps over one horizon.

Bit i of every bitmap is tick `horizon.first_tick + i`. The layers stay apart so that an explanation can name the one
that blocked; `free` is what they leave. Who can have several patients at once has a lane for each, with its own claims;
a visit needs one lane for all of its time, so what is taken in them is never merged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_

from clinic.domain.errors import Invalid
from clinic.engine.bitmap import ALWAYS
from clinic.engine.horizon import Horizon


@dataclass(frozen=True, slots=True)
class Therapist:
    """`works`: hours at this location · `away`: leave · `taken`: for each lane what is claimed, or busy elsewhere ·
    `reserved`: starts that are kept and not released; a visit that begins before may run into them."""

    id: str
    works: int
    away: int = 0
    taken: tuple[int, ...] = (0,)
    reserved: int = 0
    free: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "free", tuple(self.works & ~(self.away | lane) for lane in self.taken))

    def lanes(self, at_once: int) -> tuple[int, ...]:
        """What is free for a visit: each of his first lanes where he may have so many patients, else all of them."""
        return self.free[:at_once] if at_once > 1 or len(self.free) < 2 else (reduce(and_, self.free),)


@dataclass(frozen=True, slots=True)
class Room:
    """`open`: when it may be used, beyond the location's hours · `taken`: for each lane what is claimed."""

    id: str
    open: int = ALWAYS
    taken: tuple[int, ...] = (0,)
    free: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "free", tuple(self.open & ~lane for lane in self.taken))


@dataclass(frozen=True, slots=True)
class Patient:
    """`available`: the hours that suit · `away`: days away · `taken`: other visits."""

    available: int = ALWAYS
    away: int = 0
    taken: int = 0
    free: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "free", self.available & ~(self.away | self.taken))


@dataclass(frozen=True, slots=True, eq=False)
class Calendars:
    """Everything that visits of one patient at one location can take; therapists and rooms in the order that breaks
    ties.

    `open`: the location's hours without closed days · `not_before`: the first tick of UTC that the notice allows ·
    `paused`: the days, a bitmap of day indexes, that do not count towards the longest gap. Raises
    Invalid(resource_twice)."""

    horizon: Horizon
    therapists: tuple[Therapist, ...]
    rooms: tuple[Room, ...]
    patient: Patient
    open: int = ALWAYS
    not_before: int = 0
    paused: int = 0

    def __post_init__(self) -> None:
        for what, resources in (("therapist", self.therapists), ("room", self.rooms)):
            seen = [resource.id for resource in resources]
            if len(set(seen)) < len(seen):
                raise Invalid("resource_twice", what=what, id=_first_repeated(seen))

    @property
    def timely(self) -> int:
        """The offered starts that are not in the past and not inside the notice."""
        passed = max(0, self.not_before - self.horizon.first_tick)
        return self.horizon.offered >> passed << passed


def _first_repeated(ids: Sequence[str]) -> str:
    return next(id_ for n, id_ in enumerate(ids) if id_ in ids[:n])

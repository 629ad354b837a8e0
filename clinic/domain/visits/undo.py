"""Undoing what somebody did: the change that leads back, from where it left the visit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from clinic.domain.errors import Invalid
from clinic.domain.visits.answer import Answer
from clinic.domain.visits.changes import Move, Stood, Turn
from clinic.domain.visits.visit import BACK, GONE, Status, Stretch, Visit

Place = tuple[int, int, int | None, int | None, int, int]
"""Where one stretch was: from and until in ticks, therapist, room, set-up and clean-up."""


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody did to one visit; `version` is what it left the visit at. `was` and `answer` are of a move,
    `before` is the status that it had; None for a visit that was booked. One that `stays` done has no way back."""

    visit_id: int
    version: int
    before: Status | None
    was: tuple[Place, ...] = ()
    answer: Answer = Answer.NONE
    stays: bool = False

    def inverse(self, visit: Visit) -> Move | Turn | None:
        """The change that leads back from where it left the visit; None for a time that was kept and is free again. A
        visit that was booked out of a time kept for its form is given up. Raises Invalid(stays_done)."""
        if self.stays:
            raise Invalid("stays_done")
        if self.was and self.before is not None:
            return Move(visit, self._stretches(visit), Stood(self.before, self.answer, self.version - 1))
        if self.before is Status.HELD and visit.status in GONE:
            return None
        before = Status.RELEASED if self.before in (None, Status.HELD) else self.before
        if before not in BACK.get(visit.status, ()):
            raise Invalid("stays_done")
        return Turn(visit, before, back=True, as_of=None if self.before is Status.HELD else self.version - 1)

    def _stretches(self, visit: Visit) -> tuple[Stretch, ...]:
        """The visit's stretches where they were; what is done in each stays."""
        return tuple(
            replace(one, starts=starts, ends=ends, staff_id=staff_id, room_id=room_id, setup=setup, cleanup=cleanup)
            for one, (starts, ends, staff_id, room_id, setup, cleanup) in zip(visit.stretches, self.was, strict=True)
        )


def as_it_is(version: int, undone: Mapping[int, int]) -> int:
    """The earliest version that was the same: `undone` says of each way back which version it led to. So what was
    done before can be undone too, one step after the other."""
    while version in undone:
        version = undone[version]
    return version


def inverses(steps: Iterable[Step], visits: Mapping[int, Visit]) -> tuple[Move | Turn, ...]:
    """The way back from all of them, the last one first: what took a time gives it back before another takes it again.
    A time that was kept for a form alone and is free again stays free.

    Raises what `inverse` raises, Invalid(stays_done) where nothing is left to lead back: all of them, or none."""
    found = (step.inverse(visits[step.visit_id]) for step in reversed(tuple(steps)))
    changes = tuple(each for each in found if each is not None)
    if not changes:
        raise Invalid("stays_done")
    return changes

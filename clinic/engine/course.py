"""What comes back: a placed course, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clinic.engine.kind import Reason
from clinic.engine.openings import PlacedPart


@dataclass(frozen=True, slots=True)
class Placed:
    """One session: its start (a tick of UTC), date, parts in order, which of them (counted from 0) its lead therapist
    has, the days since what its gap counts from (None for a first one), and what it costs by the weights' names."""

    start: int
    on: date
    parts: tuple[PlacedPart, ...]
    lead: int
    gap: int | None
    costs: Mapping[str, int]

    @property
    def ends(self) -> int:
        """The tick of UTC at which the patient leaves."""
        return self.parts[-1].start + self.parts[-1].ticks

    @property
    def therapist(self) -> str:
        """Its lead therapist."""
        return self.parts[self.lead].therapist

    @property
    def room(self) -> str | None:
        """The lead therapist's room; None where he needs none."""
        return self.parts[self.lead].room


@dataclass(frozen=True, slots=True)
class Course:
    """The cheapest course; `proven`: no other is cheaper; else the search had to stop before it could tell."""

    objective: int
    sessions: tuple[Placed, ...]
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that gives way: `code` with the ordinal of the session it is about (None: all, or none in particular)
    and the days it takes."""

    code: str
    session: int | None = None
    days: int = 0

    @property
    def params(self) -> Mapping[str, object]:
        """What fills its sentence."""
        return {name: value for name, value in (("session", self.session), ("days", self.days)) if value}


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Changes that together make a course possible, verified by solving; `course` is what they give."""

    changes: tuple[Change, ...]
    course: Course


@dataclass(frozen=True, slots=True)
class BlockedDay:
    """A day of a session's window and what blocks it, in the order of the layers."""

    on: date
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class NoCourse:
    """`session`: the ordinal of the first that cannot be placed whatever is chosen before it · `window`: the days its
    gap allows · `relaxations`: cheapest first. Not `proven`: the search ended before it could tell that there is none.
    Not `complete`: so did the explanation; an earlier session may be the first, more may help, or less."""

    session: int
    window: tuple[BlockedDay, ...]
    relaxations: tuple[Relaxation, ...]
    proven: bool = True
    complete: bool = True

    @property
    def reason(self) -> Reason:
        """The verdict in one code."""
        if not self.proven:
            code = "not_proven"
        elif self.relaxations:
            code = "no_course"
        else:
            code = "nothing_helps" if self.complete else "nothing_found"
        return Reason(code, {"session": self.session})

    @property
    def doubt(self) -> Reason | None:
        """What the search left open; None for nothing."""
        if self.proven and self.complete:
            return None
        return Reason("not_all_tried") if self.proven and self.relaxations else self.reason

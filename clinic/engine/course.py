"""What comes back: a placed course, or why there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clinic.engine.request import Reason


@dataclass(frozen=True, slots=True)
class Placed:
    """One session: its start (a tick of UTC), date, therapist, room, and what it costs by the weights' names."""

    start: int
    on: date
    therapist: str
    room: str
    costs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Course:
    """The cheapest course; `proven`: the search is exact, so no other is cheaper."""

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
    gap allows · `relaxations`: cheapest first; `reason` is `nothing_helps` where there is none, else `no_course`."""

    session: int
    window: tuple[BlockedDay, ...]
    relaxations: tuple[Relaxation, ...]

    @property
    def reason(self) -> Reason:
        """The verdict in one code."""
        return Reason("no_course" if self.relaxations else "nothing_helps", {"session": self.session})

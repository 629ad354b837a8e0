"""What one visit takes: its parts in order, the people and rooms of each, and the starts it may not have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, product

from clinic.domain.errors import Invalid
from clinic.domain.time import DAY_TICKS, TICKS_PER_HOUR
from clinic.engine.bitmap import ALWAYS

MOST_TICKS = DAY_TICKS
MOST_PARTS = 4
MOST_WAIT = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something cannot be: a code and what fills its sentence."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Staff:
    """That a therapist may give a part, on the days of a bitmap of day indexes; `otherwise` says why not on the others
    (credential expired on …). `watched`: of each who may watch over him the ticks in which that one is there; one must
    be there for all of it. `at_once`: how many patients he may have in it; with one he is taken whole. `beyond_wish`:
    only once the patient's requirement (this therapist, a gender) is dropped."""

    therapist: str
    days: int = ALWAYS
    otherwise: Reason | None = None
    beyond_wish: bool = False
    watched: tuple[int, ...] = (ALWAYS,)
    at_once: int = 1


@dataclass(frozen=True, slots=True)
class Blocked:
    """Starts, a bitmap over the horizon, that a kind of session may not have: another needling is too near, say."""

    starts: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a visit: `ticks` of the patient and one of the `staff`, in one of the `rooms` (None: it needs none),
    which `setup` and `cleanup` hold around it. It begins at most `wait` ticks after the part before it."""

    ticks: int
    staff: tuple[Staff, ...]
    rooms: tuple[str, ...] | None
    setup: int = 0
    cleanup: int = 0
    wait: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.ticks <= MOST_TICKS or not (0 <= self.setup <= MOST_TICKS and 0 <= self.cleanup <= MOST_TICKS):
            raise Invalid("session_length", field="ticks", most_hours=MOST_TICKS // TICKS_PER_HOUR)
        if not 0 <= self.wait <= MOST_WAIT:
            raise Invalid("wait_range", field="wait")


@dataclass(frozen=True, slots=True)
class Kind:
    """What sessions of one kind take, part after part, and which starts they may not have. The therapist of the part
    `lead` (counted from 0) is the visit's lead. Raises Invalid."""

    parts: tuple[Part, ...]
    blocked: tuple[Blocked, ...] = ()
    lead: int = 0

    def __post_init__(self) -> None:
        if not 1 <= len(self.parts) <= MOST_PARTS or not 0 <= self.lead < len(self.parts):
            raise Invalid("part_count", field="parts", most=MOST_PARTS)
        if self.ticks + sum(part.wait for part in self.parts) > MOST_TICKS:
            raise Invalid("session_length", field="ticks", most_hours=MOST_TICKS // TICKS_PER_HOUR)
        if any(self._crowded()):
            raise Invalid("part_too_short", field="parts")

    def _crowded(self) -> Iterator[bool]:
        """Whether a room could still be cleaned after one part when it is to be set up for another, two parts on."""
        for n, later in enumerate(self.parts):
            for m, earlier in enumerate(self.parts[: max(n - 1, 0)]):
                between = sum(part.ticks for part in self.parts[m + 1 : n])
                shared = set(earlier.rooms or ()) & set(later.rooms or ())
                yield bool(shared) and between < earlier.cleanup + later.setup

    @property
    def ticks(self) -> int:
        """How long it takes without any wait."""
        return sum(part.ticks for part in self.parts)

    @property
    def staff(self) -> tuple[Staff, ...]:
        """Who may lead it."""
        return self.parts[self.lead].staff

    @property
    def layouts(self) -> tuple[tuple[int, ...], ...]:
        """The ticks after its start at which the parts can begin: the shortest visit first, then the later waits."""
        waits = product((0,), *(range(part.wait + 1) for part in self.parts[1:]))
        lengths = [0, *(part.ticks for part in self.parts[:-1])]
        return tuple(
            tuple(accumulate(length + wait for length, wait in zip(lengths, each, strict=True)))
            for each in sorted(waits, key=lambda each: (sum(each), each))
        )


def one_part(
    ticks: int,
    staff: tuple[Staff, ...],
    rooms: tuple[str, ...] | None,
    setup: int = 0,
    cleanup: int = 0,
    blocked: tuple[Blocked, ...] = (),
) -> Kind:
    """A visit with one therapist in one room."""
    return Kind((Part(ticks, staff, rooms, setup, cleanup),), blocked)

"""What is asked of a repair, and what it answers.

A repair takes the calendars as they are without the sessions to be moved, with two exceptions: the time that a session
held and that nobody can use any more (the therapist is ill, the room is closed) is simply not free. Bit i of a bitmap
is tick `horizon.first_tick + i`. Costs are whole numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from clinic.domain.errors import Invalid
from clinic.domain.time import DAY_MINUTES, TICKS_PER_HOUR
from clinic.engine.horizon import MOST_DAYS, Horizon
from clinic.engine.kind import MOST_TICKS, Reason
from clinic.engine.request import MOST_WEIGHT

_EVER = 8 * MOST_DAYS * DAY_MINUTES


@dataclass(frozen=True, slots=True)
class Lane:
    """One visit at a time: a therapist (or one of the patients he can have at once), a room's lane, a patient. `free`
    is a bitmap without bits beyond the horizon."""

    id: str
    free: int


@dataclass(frozen=True, slots=True)
class Need:
    """That one lane `of` these (indexes, the first preferred) is free for all of [start + begin, start + end), in
    ticks; set-up makes `begin` negative."""

    begin: int
    end: int
    of: tuple[int, ...]

    def __post_init__(self) -> None:
        if not -MOST_TICKS <= self.begin < self.end <= 2 * MOST_TICKS:
            raise Invalid("session_length", field="ticks", most_hours=MOST_TICKS // TICKS_PER_HOUR)
        if len(set(self.of)) < len(self.of):
            raise Invalid("resource_twice", what="lane", id=self.of)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to hold a session: offered `starts`, a bitmap (the patient can, it is not in the past, the place is
    open); all that it needs, its lead therapist first; what it costs beside being moved, another therapist than the
    patient's own, say."""

    starts: int
    needs: tuple[Need, ...]
    cost: int = 0

    def __post_init__(self) -> None:
        if not self.needs:
            raise Invalid("unknown_resource")
        if not 0 <= self.cost <= MOST_WEIGHT:
            raise Invalid("weight_range", field="cost", most=MOST_WEIGHT)


@dataclass(frozen=True, slots=True)
class Moment:
    """A day index, which may lie outside the horizon, and the minutes of its local wall time."""

    day: int
    minutes: int = 0

    def until(self, other: "Moment") -> int:
        """Minutes of local wall time from here to there."""
        return (other.day - self.day) * DAY_MINUTES + other.minutes - self.minutes


class Kept(NamedTuple):
    """Bits [begin, end) of a lane."""

    lane: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Session:
    """A session that has to move: where it was, and the ways it could be held. `beyond`: ways that are open once the
    patient's requirement (this therapist, a gender) is dropped; they are only used to say what would help. `keeps`:
    what nobody else can have unless it moves, the room it was in, say; of one lane no two sessions keep the same."""

    id: str
    was: Moment
    ways: tuple[Way, ...]
    beyond: tuple[Way, ...] = ()
    keeps: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Spacing:
    """Calendar days from one session of a course to the next: `min` and `max` hold, each day from `ideal` costs.
    `least_minutes` of local wall time from start to start hold too."""

    min: int
    ideal: int
    max: int
    least_minutes: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.min <= self.max:
            raise Invalid("gap_reversed", field="gap", min=self.min, max=self.max)
        if self.max > MOST_DAYS or not 0 <= self.ideal <= MOST_DAYS:
            raise Invalid("gap_too_long", field="gap", most=MOST_DAYS)


@dataclass(frozen=True, slots=True)
class Chain:
    """Sessions of one course that follow each other, between two that stay: `spacings` has one more than `sessions`,
    the first counts from `before`, the last to `after`; where one of these is missing, its spacing says nothing.
    Raises Invalid(gap_missing)."""

    sessions: tuple[Session, ...]
    spacings: tuple[Spacing, ...]
    before: Moment | None = None
    after: Moment | None = None

    def __post_init__(self) -> None:
        if not self.sessions or len(self.spacings) != len(self.sessions) + 1:
            raise Invalid("gap_missing", field="gap")

    def windows(self) -> Iterator[tuple[int, int]]:
        """For each session the first and the last day index that the days of its fixed neighbours leave."""
        count = len(self.sessions)
        least, most = ([getattr(each, name) for each in self.spacings] for name in ("min", "max"))
        for n in range(count):
            first, last = -2 * MOST_DAYS, 4 * MOST_DAYS
            if self.before is not None:
                first, last = self.before.day + sum(least[: n + 1]), self.before.day + sum(most[: n + 1])
            if self.after is not None:
                first = max(first, self.after.day - sum(most[n + 1 :]))
                last = min(last, self.after.day - sum(least[n + 1 :]))
            yield first, last

    def clock(self) -> Iterator[tuple[int, int]]:
        """For each session the first and the last minute (of local wall time, from the horizon's first midnight) that
        the clock of its fixed neighbours leaves."""
        last = len(self.sessions) - 1
        for n in range(last + 1):
            soonest, latest = -_EVER, _EVER
            if n == 0 and self.before is not None:
                soonest = Moment(0).until(self.before) + self.spacings[0].least_minutes
            if n == last and self.after is not None:
                latest = Moment(0).until(self.after) - self.spacings[-1].least_minutes
            yield soonest, latest


@dataclass(frozen=True, slots=True)
class MoveWeights:
    """What a day moved, a quarter of an hour (begun) moved in the time of day, and a day beside the ideal gap cost."""

    move_day: int = 20
    move_15min: int = 1
    gap_day: int = 10

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not 0 <= getattr(self, name) <= MOST_WEIGHT:
                raise Invalid("weight_range", field=name, most=MOST_WEIGHT)

    def spaced(self, spacing: Spacing, days: int) -> int:
        """What a distance of so many days costs."""
        return abs(days - spacing.ideal) * self.gap_day


@dataclass(frozen=True, slots=True, eq=False)
class Repair:
    """Everything that has to move at once. Ids of sessions differ; needs name lanes that are there. Raises Invalid.

    **The rule where a session cannot be placed**: as many sessions as possible are placed, whatever they cost; among
    those repairs the cheapest is wanted. A session that is left out keeps a day, which need not be free, in its course:
    the others keep their distances so that it fits between them by the gaps, and only distances between two sessions
    that are placed or fixed cost anything. What it `keeps` stays taken."""

    horizon: Horizon
    lanes: tuple[Lane, ...]
    chains: tuple[Chain, ...]
    weights: MoveWeights = MoveWeights()
    sessions: tuple[Session, ...] = field(init=False)

    def __post_init__(self) -> None:
        sessions = tuple(session for chain in self.chains for session in chain.sessions)
        seen: set[str] = set()
        for session in sessions:
            if session.id in seen:
                raise Invalid("resource_twice", what="session", id=session.id)
            seen.add(session.id)
        needed = {
            lane for each in sessions for way in each.ways + each.beyond for need in way.needs for lane in need.of
        }
        needed |= {kept.lane for each in sessions for kept in each.keeps}
        if not needed <= set(range(len(self.lanes))):
            raise Invalid("unknown_resource")
        object.__setattr__(self, "sessions", sessions)


@dataclass(frozen=True, slots=True)
class Move:
    """Where a session goes: its start (a tick of UTC), the index of its way, and that of the lane for each of the way's
    needs."""

    id: str
    start: int
    way: int
    lanes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would place a session that has no place, tried while all others stay where the proposal has them: a rule to
    loosen (`days` of it where it is counted) and where the session would then begin, a tick of UTC."""

    code: str
    start: int
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A session that has no place: why, and what would help."""

    id: str
    reason: Reason
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """`moves` of all sessions that are placed, in the order asked; `objective` is what they cost. No repair that places
    as many costs less than `bound`; `proven`: none places more, and none that places as many costs less."""

    moves: tuple[Move, ...]
    unplaced: tuple[Unplaced, ...]
    objective: int
    bound: int
    proven: bool

"""What is possible: for each session, day and therapist the cheapest start and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinic.domain.time import TICK_MINUTES
from clinic.engine import bitmap
from clinic.engine.calendars import Calendars
from clinic.engine.horizon import Horizon
from clinic.engine.request import QUARTER_MINUTES, Kind, Pin, Request

NEVER = 1 << 40  # dearer than any course
_ORDER_BITS = 20  # more than there are starts in the longest horizon on a grid of one tick


@dataclass(frozen=True, slots=True)
class Openings:
    """The starts that one kind of session could take. `common`: what the place and the patient leave; a room of `rooms`
    (ids with their starts) and a therapist of `therapists` (starts in the order of the calendars) must be added."""

    common: int
    rooms: tuple[tuple[str, int], ...]
    therapists: tuple[int, ...]

    @property
    def starts(self) -> tuple[int, ...]:
        """For each therapist the starts at which everything is there."""
        place = self.common & bitmap.union(starts for _, starts in self.rooms)
        return tuple(starts & place for starts in self.therapists)

    def room_at(self, start: int) -> str:
        """The first room, in the order given, that is free for a start (a bit number) which is open."""
        return next(room for room, starts in self.rooms if starts & 1 << start)

    def pinned(self, calendars: Calendars, pin: Pin) -> "Openings":
        """What is left of them for one start, therapist and room."""
        return Openings(
            self.common & 1 << pin.start - calendars.horizon.first_tick,
            tuple((room, starts) for room, starts in self.rooms if pin.room in (None, room)),
            tuple(
                starts if pin.therapist in (None, therapist.id) else 0
                for therapist, starts in zip(calendars.therapists, self.therapists, strict=True)
            ),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """For each therapist row and day column the least cost of a start (`NEVER` where there is none; without gaps,
    lateness and changes) and the earliest such start, a bit number."""

    cost: NDArray[np.int64]
    start: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """For each session its openings and its table; the tables' rows are `therapists`, indexes into the calendars."""

    therapists: tuple[int, ...]
    openings: tuple[Openings, ...]
    tables: tuple[Table, ...]


def openings(calendars: Calendars, kind: Kind) -> Openings:
    """The starts for sessions of one kind over the whole horizon."""
    horizon = calendars.horizon
    common = calendars.timely
    for blocked in kind.blocked:
        common &= ~horizon.on_days(blocked.days)
    common &= bitmap.starts(calendars.open & calendars.patient.free & horizon.every, kind.ticks)
    span = kind.setup + kind.ticks + kind.cleanup
    rooms = (
        (room.id, bitmap.starts_in(room.free, span, horizon.every) << kind.setup)
        for room in calendars.rooms
        if room.id in kind.rooms
    )
    may = {staff.therapist: staff.days for staff in kind.staff if not staff.beyond_wish}
    therapists = (
        bitmap.starts_in(therapist.lanes(kind.shared), kind.ticks, horizon.every)
        & horizon.on_days(may[therapist.id])
        & ~therapist.reserved
        if therapist.id in may
        else 0
        for therapist in calendars.therapists
    )
    return Openings(common, tuple(rooms), tuple(therapists))


def step_openings(request: Request) -> tuple[Openings, ...]:
    """The openings of each session, its pin applied."""
    kinds = {id(kind): openings(request.calendars, kind) for kind in request.kinds}
    return tuple(
        kinds[id(step.kind)] if step.pin is None else kinds[id(step.kind)].pinned(request.calendars, step.pin)
        for step in request.steps
    )


def candidates(request: Request) -> Candidates:
    """Everything the search needs to know of the calendars."""
    per_step = step_openings(request)
    distinct = {id(opening): opening for opening in per_step}
    starts = {key: opening.starts for key, opening in distinct.items()}
    window = request.calendars.horizon.on_days(reachable(request))
    rows = tuple(n for n in range(len(request.calendars.therapists)) if any(each[n] for each in starts.values()))
    tables: dict[int, Table] = {}
    for opening, step in zip(per_step, request.steps, strict=True):
        if id(opening) not in tables:
            chosen = [starts[id(opening)][n] & window for n in rows]
            tables[id(opening)] = _table(request, chosen, rows, step.kind.ticks)
    return Candidates(rows, per_step, tuple(tables[id(opening)] for opening in per_step))


def reachable(request: Request) -> int:
    """The bitmap of the days on which any session could be, by its windows and gaps alone."""
    first, last = request.first_days
    return bitmap.between(first, min(request.last_day, last + sum(gap.max for gap in request.gaps)) + 1)


def _table(request: Request, starts: Sequence[int], rows: Sequence[int], ticks: int) -> Table:
    horizon = request.calendars.horizon
    cost = np.full((len(rows), horizon.days), NEVER, np.int64)
    start = np.zeros_like(cost)
    used = horizon.which(bitmap.union(starts))
    if len(used):
        position, day = horizon.starts[used], horizon.day[used]
        free = bitmap.rows_at(starts, horizon.ticks, position)
        # Cost above, order below: one minimum finds the cheapest start of a day and the earliest of those.
        rank = (time_costs(request, horizon, used, ticks) << _ORDER_BITS) + np.arange(len(used))
        begins = np.flatnonzero(np.diff(day, prepend=-1))
        best = np.minimum.reduceat(np.where(free, rank, NEVER << _ORDER_BITS), begins, axis=1)
        cost[:, day[begins]] = best >> _ORDER_BITS
        start[:, day[begins]] = position[best & (1 << _ORDER_BITS) - 1]
        cost += lead_costs(request, rows)
        np.minimum(cost, NEVER, out=cost)
    return Table(cost, start)


def lead_costs(request: Request, rows: Sequence[int]) -> NDArray[np.int64]:
    """What each of the therapist rows costs for not being the one who is wished for; a column."""
    wished, weight = request.prefer.therapist, request.weights.other_therapist
    ids = [request.calendars.therapists[row].id for row in rows]
    return np.array([[0 if wished in (None, each) else weight] for each in ids])


def time_costs(request: Request, horizon: Horizon, used: NDArray[np.int64], ticks: int) -> NDArray[np.int64]:
    """What the weekday and time of day of offered starts cost; `used` are indexes into the horizon's starts."""
    prefer, weights = request.prefer, request.weights
    cost = np.zeros(len(used), np.int64)
    if prefer.minutes is not None:
        begin, end = prefer.minutes
        minutes = horizon.minutes[used]
        outside = np.maximum(0, np.maximum(begin - minutes, minutes + ticks * TICK_MINUTES - end))
        cost = np.minimum(-(-outside // QUARTER_MINUTES) * weights.tod_15min, weights.tod_cap)
    if prefer.weekdays is not None:
        weekday = (horizon.day[used] + horizon.first_on.weekday()) % 7
        cost[~np.isin(weekday, list(prefer.weekdays))] = weights.tod_cap
    return cost

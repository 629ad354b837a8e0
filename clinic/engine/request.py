"""What is asked of the engine: a course of sessions, how they follow one another, what each needs, what is wished."""

from dataclasses import dataclass, field
from datetime import date

from clinic.domain.errors import Invalid
from clinic.domain.time import DAY_MINUTES
from clinic.engine.calendars import Calendars
from clinic.engine.horizon import MOST_DAYS
from clinic.engine.kind import Kind

MOST_SESSIONS = 200
MOST_WEIGHT = 10_000
MOST_FLOOR = 14 * DAY_MINUTES
QUARTER_MINUTES = 15
NEVER = 1 << 40  # dearer than any course


def quarters(minutes: int) -> int:
    """The quarters of an hour begun in so many minutes, either way."""
    return -(-abs(minutes) // QUARTER_MINUTES)


@dataclass(frozen=True, slots=True)
class Gap:
    """Days from one session to the next at the location; `min` and `max` hold, each day from `ideal` costs. The ideal
    may lie outside; without one every length is as good."""

    min: int
    ideal: int | None
    max: int

    def __post_init__(self) -> None:
        if not 1 <= self.min <= self.max:
            raise Invalid("gap_reversed", field="gap", min=self.min, max=self.max)
        if self.max > MOST_DAYS or not 0 <= (self.ideal or 0) <= MOST_DAYS:
            raise Invalid("gap_too_long", field="gap", most=MOST_DAYS)


@dataclass(frozen=True, slots=True)
class Pin:
    """A session's fixed start (a tick of UTC), with a fixed lead therapist and his room where they are given."""

    start: int
    therapist: str | None = None
    room: str | None = None


@dataclass(frozen=True, slots=True)
class Was:
    """Where a session lies that may move: its local date, wall minutes and lead therapist."""

    on: date
    minutes: int
    therapist: str


@dataclass(frozen=True, slots=True)
class Apart:
    """Distance to an earlier session (its place, counted from 0): so many days at least, and so many minutes of local
    wall time from start to start."""

    step: int
    days: int = 0
    minutes: int = 0

    def __post_init__(self) -> None:
        if not (0 <= self.days <= MOST_DAYS and 0 <= self.minutes <= MOST_FLOOR):
            raise Invalid("apart_range", field="apart")


@dataclass(frozen=True, slots=True)
class Step:
    """One session: its kind and the gap before it.

    The gap counts from the session `follows` (its place, counted from 0; None: the one before), or from the last of the
    days `since`, other treatment of the same kind, where that lies between the two. `apart`: its distance to sessions
    before it. `was`: where it lies so far, if moving it costs. The first session has a gap only after a day `since`.
    """

    kind: Kind
    gap: Gap | None = None
    pin: Pin | None = None
    follows: int | None = None
    apart: tuple[Apart, ...] = ()
    since: tuple[date, ...] = ()
    was: Was | None = None


@dataclass(frozen=True, slots=True)
class Prefer:
    """Wishes that cost where they are not met: a lead therapist, one `among` some, local wall minutes [from, to) and
    weekdays (Monday 0), and to be right before or after one of the visits `beside` (half-open ranges of ticks)."""

    therapist: str | None = None
    minutes: tuple[int, int] | None = None
    weekdays: frozenset[int] | None = None
    among: frozenset[str] | None = None
    beside: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if self.minutes is not None and not 0 <= self.minutes[0] < self.minutes[1] <= DAY_MINUTES:
            raise Invalid("preferred_hours", field="prefer")
        if self.weekdays is not None and not (self.weekdays and self.weekdays <= set(range(7))):
            raise Invalid("preferred_weekdays", field="prefer")

    def meets(self, therapist: str) -> bool:
        """Whether this lead therapist is as wished."""
        return self.therapist in (None, therapist) and (self.among is None or therapist in self.among)


@dataclass(frozen=True, slots=True)
class Weights:
    """What a day, a session, a change or a quarter of an hour costs; a wished weekday that is missed costs `tod_cap`.
    Irregular is what lies on another weekday, or at another time of day, than the session before it; `alone` costs a
    session that is not beside the visits it should be beside; what lies elsewhere than it was has moved."""

    gap_day: int = 10
    first_late_day: int = 4
    last_late_day: int = 6
    other_therapist: int = 8
    switch: int = 5
    tod_15min: int = 1
    tod_cap: int = 12
    irregular_day: int = 0
    irregular_15min: int = 0
    alone: int = 8
    moved_day: int = 20
    moved_15min: int = 1

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not 0 <= getattr(self, name) <= MOST_WEIGHT:
                raise Invalid("weight_range", field=name, most=MOST_WEIGHT)

    def irregularity(self, days: int, minutes: int = 0) -> int:
        """What two sessions cost that lie so many days, and minutes of the local day, apart: the way round the week
        from one weekday to the other, and each quarter of an hour begun."""
        return min(days % 7, -days % 7) * self.irregular_day + quarters(minutes) * self.irregular_15min


@dataclass(frozen=True, slots=True)
class Often:
    """How many visits the patient may have a day and a calendar week (from Monday), None for any number; `besides` are
    the dates of those he has besides this course, one for each."""

    day: int | None = None
    week: int | None = None
    besides: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """A course of 1 to 200 sessions, in order, each at least a day after the one before it. The first lies within
    `start_within_days` after `earliest`; none lies after `latest`. `kinds` are those of its sessions, each once;
    `gaps` those between them, one fewer. Raises Invalid."""

    calendars: Calendars
    steps: tuple[Step, ...]
    earliest: date
    start_within_days: int
    latest: date | None = None
    prefer: Prefer = Prefer()
    weights: Weights = Weights()
    often: Often = Often()
    kinds: tuple[Kind, ...] = field(init=False)
    gaps: tuple[Gap, ...] = field(init=False)

    def __post_init__(self) -> None:
        if not 1 <= len(self.steps) <= MOST_SESSIONS:
            raise Invalid("session_count", field="sessions", count=len(self.steps), most=MOST_SESSIONS)
        if not 0 <= self.start_within_days <= MOST_DAYS:
            raise Invalid("start_within", field="start_within_days", most=MOST_DAYS)
        if self.latest is not None and self.latest < self.earliest:
            raise Invalid("latest_before_earliest", field="latest")
        gaps = tuple(step.gap for step in self.steps[1:] if step.gap is not None)
        if len(gaps) < len(self.steps) - 1 or (self.steps[0].since and self.steps[0].gap is None):
            raise Invalid("gap_missing", field="gap")
        object.__setattr__(self, "gaps", gaps)
        object.__setattr__(self, "kinds", tuple({id(step.kind): step.kind for step in self.steps}.values()))
        self._check_order()
        self._check_names()

    def _check_order(self) -> None:
        for n, step in enumerate(self.steps):
            earlier = (*(each.step for each in step.apart), *(() if step.follows is None else (step.follows,)))
            if any(not 0 <= each < n for each in earlier):
                raise Invalid("step_order", field="steps", session=n + 1)

    def _check_names(self) -> None:
        therapists = {therapist.id for therapist in self.calendars.therapists}
        rooms = {room.id for room in self.calendars.rooms}
        for part in (part for kind in self.kinds for part in kind.parts):
            if not ({staff.therapist for staff in part.staff} <= therapists and set(part.rooms or ()) <= rooms):
                raise Invalid("unknown_resource")
        for ordinal, step in enumerate(self.steps, 1):
            pin = step.pin
            if pin is not None and not (
                self.calendars.horizon.day_of(pin.start) is not None
                and pin.therapist in (None, *therapists)
                and pin.room in (None, *rooms)
            ):
                raise Invalid("unknown_pin", field="pin", session=ordinal)

    def follows(self, n: int) -> int:
        """The place of the session that the gap before session n (not the first) counts from."""
        follows = self.steps[n].follows
        return n - 1 if follows is None else follows

    @property
    def first_days(self) -> tuple[int, int]:
        """The first and last day index on which the course may begin, by its own limits."""
        first = self.calendars.horizon.index(self.earliest)
        return first, first + self.start_within_days

    @property
    def ideal_end(self) -> int:
        """The day index of the last session if nothing were late."""
        days = [self.first_days[0]]
        for n, gap in enumerate(self.gaps, 1):
            days.append(days[self.follows(n)] + (gap.min if gap.ideal is None else gap.ideal))
        return days[-1]

    @property
    def last_day(self) -> int:
        """The last day index that a session may have."""
        last = self.calendars.horizon.days - 1
        return last if self.latest is None else min(last, self.calendars.horizon.index(self.latest))

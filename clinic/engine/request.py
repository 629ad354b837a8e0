"""What is asked of the engine: a course of sessions, its gaps, what each needs, and what is preferred."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from clinic.domain.errors import Invalid
from clinic.domain.time import DAY_MINUTES, TICKS_PER_HOUR
from clinic.engine.bitmap import ALWAYS
from clinic.engine.calendars import Calendars
from clinic.engine.horizon import MOST_DAYS

MOST_SESSIONS = 200
MOST_TICKS = 24 * TICKS_PER_HOUR
MOST_WEIGHT = 10_000
QUARTER_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something cannot be: a code and what fills its sentence."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Staff:
    """That a therapist may give sessions of a kind, on the days of a bitmap of day indexes; `otherwise` says why not
    on the others (credential expired on …). `beyond_wish`: only once the patient's requirement (this therapist, a
    gender) is dropped."""

    therapist: str
    days: int = ALWAYS
    otherwise: Reason | None = None
    beyond_wish: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """Days, a bitmap of day indexes, on which a kind of session may not be: another needling is too near, say."""

    days: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Kind:
    """What sessions of one kind take: `ticks` of a therapist and the patient, and of a room with `setup` and `cleanup`
    around them; who may give them, in which rooms, and on which days they may not be. `shared`: the therapist may have
    other patients beside, one of his lanes is enough."""

    ticks: int
    staff: tuple[Staff, ...]
    rooms: tuple[str, ...]
    setup: int = 0
    cleanup: int = 0
    blocked: tuple[Blocked, ...] = ()
    shared: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.ticks <= MOST_TICKS or not (0 <= self.setup <= MOST_TICKS and 0 <= self.cleanup <= MOST_TICKS):
            raise Invalid("session_length", field="ticks", most_hours=MOST_TICKS // TICKS_PER_HOUR)


@dataclass(frozen=True, slots=True)
class Gap:
    """Days from one session to the next at the location; `min` and `max` hold, each day from `ideal` costs. The ideal
    may lie outside."""

    min: int
    ideal: int
    max: int

    def __post_init__(self) -> None:
        if not 1 <= self.min <= self.max:
            raise Invalid("gap_reversed", field="gap", min=self.min, max=self.max)
        if self.max > MOST_DAYS or not 0 <= self.ideal <= MOST_DAYS:
            raise Invalid("gap_too_long", field="gap", most=MOST_DAYS)


@dataclass(frozen=True, slots=True)
class Pin:
    """A session's fixed start (a tick of UTC), with a fixed therapist and room where they are given."""

    start: int
    therapist: str | None = None
    room: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One session: its kind and the gap before it; for the first session the gap after the anchor, of which only `min`
    counts."""

    kind: Kind
    gap: Gap | None = None
    pin: Pin | None = None


@dataclass(frozen=True, slots=True)
class Prefer:
    """Wishes that cost where they are not met: a lead therapist, local wall minutes [from, to) and weekdays (Monday
    0)."""

    therapist: str | None = None
    minutes: tuple[int, int] | None = None
    weekdays: frozenset[int] | None = None

    def __post_init__(self) -> None:
        if self.minutes is not None and not 0 <= self.minutes[0] < self.minutes[1] <= DAY_MINUTES:
            raise Invalid("preferred_hours", field="prefer")
        if self.weekdays is not None and not (self.weekdays and self.weekdays <= set(range(7))):
            raise Invalid("preferred_weekdays", field="prefer")


@dataclass(frozen=True, slots=True)
class Weights:
    """What a day, a session, a change or a quarter of an hour costs; a wished weekday that is missed costs `tod_cap`.
    Irregular is what lies on another weekday, or at another time of day, than the session before it."""

    gap_day: int = 10
    first_late_day: int = 4
    last_late_day: int = 6
    other_therapist: int = 8
    switch: int = 5
    tod_15min: int = 1
    tod_cap: int = 12
    irregular_day: int = 0
    irregular_15min: int = 0

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not 0 <= getattr(self, name) <= MOST_WEIGHT:
                raise Invalid("weight_range", field=name, most=MOST_WEIGHT)

    def gap(self, gap: Gap) -> list[int]:
        """What each length of a gap costs by itself, its minimum first."""
        lengths = range(gap.min, gap.max + 1)
        return [abs(days - gap.ideal) * self.gap_day + self.irregularity(days) for days in lengths]

    def irregularity(self, days: int, minutes: int = 0) -> int:
        """What two sessions cost that lie so many days, and minutes of the local day, apart: the way round the week
        from one weekday to the other, and each quarter of an hour begun."""
        quarters = -(-abs(minutes) // QUARTER_MINUTES)
        return min(days % 7, -days % 7) * self.irregular_day + quarters * self.irregular_15min


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """A course of 1 to 200 sessions. The first lies within `start_within_days` after `earliest` and at least its gap's
    `min` after `anchor` (a session before this course); none lies after `latest`. `kinds` are those of its sessions,
    each once; `gaps` those between them, one fewer. Raises Invalid."""

    calendars: Calendars
    steps: tuple[Step, ...]
    earliest: date
    start_within_days: int
    latest: date | None = None
    anchor: date | None = None
    prefer: Prefer = Prefer()
    weights: Weights = Weights()
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
        if len(gaps) < len(self.steps) - 1:
            raise Invalid("gap_missing", field="gap")
        object.__setattr__(self, "gaps", gaps)
        object.__setattr__(self, "kinds", tuple({id(step.kind): step.kind for step in self.steps}.values()))
        self._check_names()

    def _check_names(self) -> None:
        therapists = {therapist.id for therapist in self.calendars.therapists}
        rooms = {room.id for room in self.calendars.rooms}
        for kind in self.kinds:
            if not ({staff.therapist for staff in kind.staff} <= therapists and set(kind.rooms) <= rooms):
                raise Invalid("unknown_resource")
        for ordinal, step in enumerate(self.steps, 1):
            pin = step.pin
            if pin is not None and not (
                self.calendars.horizon.day_of(pin.start) is not None
                and (pin.therapist is None or pin.therapist in therapists)
                and (pin.room is None or pin.room in rooms)
            ):
                raise Invalid("unknown_pin", field="pin", session=ordinal)

    @property
    def first_days(self) -> tuple[int, int]:
        """The first and last day index on which the course may begin; the anchor's gap is not part of it."""
        first = self.calendars.horizon.index(self.earliest)
        return first, first + self.start_within_days

    @property
    def ideal_end(self) -> int:
        """The day index of the last session if nothing were late."""
        return self.first_days[0] + sum(gap.ideal for gap in self.gaps)

    @property
    def last_day(self) -> int:
        """The last day index that a session may have."""
        last = self.calendars.horizon.days - 1
        return last if self.latest is None else min(last, self.calendars.horizon.index(self.latest))

    @property
    def rested_from(self) -> int:
        """The first day index that is far enough from the anchor; without one, where the course may begin."""
        gap = self.steps[0].gap
        first, _ = self.first_days
        return first if self.anchor is None or gap is None else self.calendars.horizon.index(self.anchor) + gap.min

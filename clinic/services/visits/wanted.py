"""A single visit as somebody asks for it, and where it could go."""

from dataclasses import dataclass
from datetime import UTC, datetime

from clinic.domain.limits import SHORT, line, whole
from clinic.domain.patients.preferences import Preferences
from clinic.domain.practice.body import Target
from clinic.domain.time import tick_floor
from clinic.domain.visits.catalogue import Single
from clinic.engine.request import Pin

LAST_TICK = tick_floor(datetime(2100, 1, 1, tzinfo=UTC))

MOST_EXTRA = 120


@dataclass(frozen=True, slots=True)
class WantedVisit:
    """Patient and location by public id; `therapist`, where one is given, is a must. `extra_minutes` beyond those that
    the patient always needs (at most 120), `interpreter` the language one is needed for at this visit."""

    patient: str
    location: str
    single: Single
    targets: tuple[Target, ...] = ()
    therapist: str | None = None
    extra_minutes: int = 0
    interpreter: str = ""

    def __post_init__(self) -> None:
        whole("extra_minutes", self.extra_minutes, 0, MOST_EXTRA)
        line("interpreter", self.interpreter, SHORT)


@dataclass(frozen=True, slots=True)
class Spot:
    """A start (a tick of UTC before 2100) with a lead therapist and his room (None: he needs none), by public id."""

    start: int
    therapist: str
    room: str | None

    def __post_init__(self) -> None:
        whole("start", self.start, 0, LAST_TICK)

    @property
    def pin(self) -> Pin:
        return Pin(self.start, self.therapist, self.room)


def wishes(therapist: str | None) -> Preferences:
    """That therapist and no other, or anybody."""
    return Preferences(therapist=therapist, therapist_required=therapist is not None)

"""A single visit as somebody asks for it, and where it could go."""

from dataclasses import dataclass
from datetime import UTC, datetime

from clinic.domain.limits import whole
from clinic.domain.patients.preferences import Preferences
from clinic.domain.practice.body import Target
from clinic.domain.time import tick_floor
from clinic.domain.visits.catalogue import Single, capability_of
from clinic.domain.visits.visit import Visit
from clinic.engine.request import Pin
from clinic.services.courses.kinds import Need

LAST_TICK = tick_floor(datetime(2100, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class WantedVisit:
    """Patient and location by public id; `therapist`, where one is given, is a must."""

    patient: str
    location: str
    single: Single
    targets: tuple[Target, ...] = ()
    therapist: str | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A start (a tick of UTC before 2100) with a therapist and a room, by public id."""

    start: int
    therapist: str
    room: str

    def __post_init__(self) -> None:
        whole("start", self.start, 0, LAST_TICK)

    @property
    def pin(self) -> Pin:
        return Pin(self.start, self.therapist, self.room)


def need_of_single(single: Single, extra_minutes: int) -> Need:
    """What a visit that stands alone takes; gaps to other needlings are a matter of the gate."""
    parts = single.components
    return Need(
        sum(part.minutes for part in parts) + extra_minutes,
        tuple(dict.fromkeys(part.skill for part in parts if part.skill)),
        frozenset(part.capability for part in parts if part.capability),
        max(part.setup_minutes for part in parts),
        max(part.cleanup_minutes for part in parts),
    )


def need_of_visit(visit: Visit) -> Need:
    """What a written visit takes, wherever it goes."""
    modalities = dict.fromkeys(modality for stretch in visit.stretches for modality in stretch.modalities)
    return Need(
        (visit.ends - visit.starts) * 5,
        tuple(modality.skill for modality in modalities if modality.skill),
        frozenset(capability_of(modality) for modality in modalities if capability_of(modality)),
        max(stretch.setup for stretch in visit.stretches) * 5,
        max(stretch.cleanup for stretch in visit.stretches) * 5,
    )


def wishes(therapist: str | None) -> Preferences:
    """That therapist and no other, or anybody."""
    return Preferences(therapist=therapist, therapist_required=therapist is not None)

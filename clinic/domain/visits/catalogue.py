"""Visits that stand alone: what can be booked without a course, and how long it takes.

The minutes are configurable defaults without evidence.
"""

from dataclasses import dataclass
from typing import Final

from clinic.domain.courses.component import ADVICE, CHECK, Component
from clinic.domain.errors import Invalid
from clinic.domain.practice.modality import Modality
from clinic.domain.visits.visit import Kind

TREATMENT: Final = "treatment"
NEEDS_TREATMENT_ROOM: Final = frozenset({Modality.DRY_NEEDLING, Modality.ELECTRICAL_NEEDLING, Modality.MANUAL_THERAPY})


@dataclass(frozen=True, slots=True)
class Single:
    """A visit that stands alone; `key` is its name in forms."""

    key: str
    kind: Kind
    components: tuple[Component, ...]

    @property
    def modalities(self) -> tuple[Modality, ...]:
        """What is done, in order, each once."""
        return tuple(dict.fromkeys(part.modality for part in self.components))

    @property
    def needles(self) -> bool:
        """Whether a needle is used."""
        return any(modality.needles for modality in self.modalities)


def _one(modality: Modality, minutes: int, cleanup_minutes: int = 0) -> Component:
    return Component(modality, minutes, modality.skill, capability_of(modality), cleanup_minutes=cleanup_minutes)


def capability_of(modality: Modality) -> str:
    """What a room must offer for it; empty asks for nothing."""
    return TREATMENT if modality in NEEDS_TREATMENT_ROOM else ""


SINGLES: Final = (
    Single("assessment", Kind.ASSESSMENT, (_one(Modality.ASSESSMENT, 45),)),
    Single("dry-needling", Kind.SINGLE, (CHECK, _one(Modality.DRY_NEEDLING, 20, 5), ADVICE)),
    Single("manual-therapy", Kind.SINGLE, (_one(Modality.MANUAL_THERAPY, 30),)),
    Single("exercise", Kind.SINGLE, (_one(Modality.EXERCISE, 30),)),
    Single("review", Kind.REVIEW, (_one(Modality.REVIEW, 30),)),
    Single("remote-review", Kind.REVIEW, (Component(Modality.REVIEW, 20, remote=True),)),
)


def single(key: str) -> Single:
    """The one with that key. Raises Invalid(unknown_single)."""
    for one in SINGLES:
        if one.key == key:
            return one
    raise Invalid("unknown_single", field="kind", name=key)

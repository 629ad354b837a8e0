"""What a visit consists of: components, and the segments that they form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from clinic.domain.errors import Invalid
from clinic.domain.limits import SHORT, text, whole, yes
from clinic.domain.practice.modality import Modality

MOST_WAIT_MINUTES = 15
MOST_MUSCLES = 12


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a visit: `minutes` 1 to 240; set-up and clean-up (0 to 60 each) hold the room alone.

    `skill` is the kind of credential its therapist needs, `capability` what its room must offer; empty asks for none.
    From a component that is `apart` on, another person and another room may serve, after a wait of at most
    `wait_minutes` (0 to 15). One that is `remote`, by phone or video, needs no room. `muscles` are the muscle groups
    that a strength exercise loads.
    """

    modality: Modality
    minutes: int
    skill: str = ""
    capability: str = ""
    setup_minutes: int = 0
    cleanup_minutes: int = 0
    apart: bool = False
    wait_minutes: int = 0
    remote: bool = False
    muscles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        whole("minutes", self.minutes, 1, 240)
        whole("setup_minutes", self.setup_minutes, 0, 60)
        whole("cleanup_minutes", self.cleanup_minutes, 0, 60)
        text("skill", self.skill, SHORT)
        text("capability", self.capability, 32)
        if self.modality.needles and self.skill != self.modality.skill:
            raise Invalid("needling_without_its_skill", field="skill", skill=self.modality.skill)
        yes("apart", self.apart)
        if whole("wait_minutes", self.wait_minutes, 0, MOST_WAIT_MINUTES) and not self.apart:
            raise Invalid("wait_within_segment", field="wait_minutes")
        self._check_remote()
        self._check_muscles()

    def _check_remote(self) -> None:
        if yes("remote", self.remote) and self.modality.needles:
            raise Invalid("needling_remote", field="remote")
        if self.remote and (self.capability or self.setup_minutes or self.cleanup_minutes):
            raise Invalid("remote_in_a_room", field="remote")

    def _check_muscles(self) -> None:
        whole("muscles", len(self.muscles), 0, MOST_MUSCLES if self.modality is Modality.EXERCISE else 0)
        for muscle in self.muscles:
            text("muscles", muscle, SHORT, required=True)


# Every visit with needling is wrapped in these, so that no protocol can forget them (CLINICAL, how rules are applied).
CHECK: Final = Component(Modality.ASSESSMENT, 5)
ADVICE: Final = Component(Modality.EDUCATION, 5)


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a visit with one person, and in one room unless it is remote, at most `wait_minutes` after the one
    before."""

    components: tuple[Component, ...]
    wait_minutes: int = 0

    def __post_init__(self) -> None:
        if len({component.remote for component in self.components}) != 1:
            raise Invalid("segment_half_remote", field="components")

    @property
    def minutes(self) -> int:
        """How long the patient and the therapist are busy."""
        return sum(component.minutes for component in self.components)

    @property
    def setup_minutes(self) -> int:
        """The room's minutes before."""
        return max(component.setup_minutes for component in self.components)

    @property
    def cleanup_minutes(self) -> int:
        """The room's minutes after."""
        return max(component.cleanup_minutes for component in self.components)

    @property
    def skills(self) -> frozenset[str]:
        """Every skill that its therapist needs."""
        return frozenset(component.skill for component in self.components if component.skill)

    @property
    def capabilities(self) -> frozenset[str]:
        """Everything that its room must offer."""
        return frozenset(component.capability for component in self.components if component.capability)

    @property
    def modalities(self) -> tuple[Modality, ...]:
        """What is done, in order, each once."""
        return tuple(dict.fromkeys(component.modality for component in self.components))

    @property
    def needles(self) -> bool:
        """Whether a needle is used."""
        return any(component.modality.needles for component in self.components)

    @property
    def remote(self) -> bool:
        """Whether it needs no room."""
        return all(component.remote for component in self.components)


def segmented(components: Sequence[Component]) -> tuple[Segment, ...]:
    """The components in the segments that they form: one begins with the first, and with each that is apart."""
    begins = [0, *(at for at, component in enumerate(components) if at and component.apart), len(components)]
    return tuple(Segment(tuple(components[at:end]), components[at].wait_minutes) for at, end in pairwise(begins))


def wrapped(components: tuple[Component, ...]) -> tuple[Component, ...]:
    """A visit's components with the check at the start of the first segment that needles, and the advice at the end of
    the last, so that whoever needled gives both."""
    segments = segmented(components)
    needled = [at for at, segment in enumerate(segments) if segment.needles]
    parts = [segment.components for segment in segments]
    if needled:
        first = parts[needled[0]]
        check = replace(CHECK, apart=first[0].apart, wait_minutes=first[0].wait_minutes)
        parts[needled[0]] = (check, replace(first[0], apart=False, wait_minutes=0), *first[1:])
        parts[needled[-1]] = (*parts[needled[-1]], ADVICE)
    return tuple(component for part in parts for component in part)

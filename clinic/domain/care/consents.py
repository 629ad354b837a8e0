"""Consent to needling: for one modality, in some regions or all, by the patient or by who may speak for him."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from clinic.domain.errors import Invalid
from clinic.domain.limits import LINE, line, whole
from clinic.domain.patients.person import age
from clinic.domain.practice.body import Region, Target, is_thoracic
from clinic.domain.practice.modality import NEEDLING, Modality

OF_AGE: Final = 18
"""Years; below that a guardian signs. Where the law lets younger ones decide, the practice records a proxy."""


class Capacity(StrEnum):
    """As whom somebody signs."""

    PATIENT = "patient"
    GUARDIAN = "guardian"
    PROXY = "proxy"


class Way(StrEnum):
    """How it was signed: a name typed on the screen, or on paper that the practice keeps."""

    SCREEN = "screen"
    PAPER = "paper"


def is_minor(born_on: date, on: date) -> bool:
    """Whether a guardian has to sign for him on that day."""
    return age(born_on, on) < OF_AGE


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A consent as it is signed. No `regions` mean all of them; where the lung can be reached, its risk was told."""

    modality: Modality
    regions: tuple[Region, ...]
    lung_risk: bool
    text_version: int
    language: str
    given_by: str
    capacity: Capacity
    way: Way

    def __post_init__(self) -> None:
        if self.modality not in NEEDLING:
            raise Invalid("consent_of_what", field="modality")
        line("given_by", self.given_by, LINE, required=True)
        whole("text_version", self.text_version, 1, 999)
        if not self.lung_risk and (not self.regions or any(map(is_thoracic, self.regions))):
            raise Invalid("lung_risk_unsaid", field="lung_risk")


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent as it is kept; withdrawn ones stay to be read."""

    id: int
    public_id: str
    version: int
    modality: Modality
    regions: frozenset[Region]
    lung_risk: bool
    capacity: Capacity
    given_at: datetime
    given_by: str
    text_version: int = 1
    language: str = "en"
    way: Way = Way.SCREEN
    recorded_by: str = ""
    withdrawn_at: datetime | None = field(default=None)
    withdrawn_by: str = ""

    @property
    def stands(self) -> bool:
        return self.withdrawn_at is None

    def covers(self, modality: Modality, target: Target | None) -> bool:
        """Whether it is still given for this; a target nobody has named yet needs consent for every region."""
        if not self.stands or self.modality is not modality:
            return False
        return not self.regions or (target is not None and target.region in self.regions)


def agreed(given: Iterable[Consent], modality: Modality, targets: tuple[Target, ...]) -> tuple[Consent, ...] | None:
    """The consents that together cover the modality at every target; None where one is missing."""
    standing = tuple(given)
    found: list[Consent] = []
    for target in targets or (None,):
        one = next((each for each in standing if each.covers(modality, target)), None)
        if one is None:
            return None
        found.append(one)
    return tuple(dict.fromkeys(found))

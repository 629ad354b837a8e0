"""Patients who belong together."""

from dataclasses import dataclass

from clinic.domain.errors import Invalid


@dataclass(frozen=True, slots=True)
class Relation:
    """Two patients, by their keys, the same in either direction; `back_to_back`: they wish to come one after the
    other."""

    patient_id: int
    other_id: int
    back_to_back: bool = False

    def __post_init__(self) -> None:
        if self.patient_id == self.other_id:
            raise Invalid("own_relative", field="patient")

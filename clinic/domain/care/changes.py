"""What can change about records, measures and adverse events: values that a use case computes and `apply` writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clinic.domain.care.checkin import CheckIn
from clinic.domain.care.events import Event, Grade
from clinic.domain.care.response import Told


@dataclass(frozen=True, slots=True)
class Drafted:
    """A visit's record as it is typed; `seen` is the version it rests on, 0 for the first."""

    permission: ClassVar[str] = "record.write"
    visit_id: int
    patient_id: int
    plan_id: int | None
    seen: int
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Signed:
    """A version of a visit's record that never changes; `seen` is the record's version, `number` its own.

    `signing` is who signed by what, `reason` why an earlier one is amended, `text` the free note.
    """

    permission: ClassVar[str] = "record.write"
    visit_id: int
    patient_id: int
    seen: int
    number: int
    body: Mapping[str, object]
    text: str
    signing: Mapping[str, object]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a patient told after a visit."""

    permission: ClassVar[str] = "record.write"
    visit_id: int
    patient_id: int
    told: Told


@dataclass(frozen=True, slots=True)
class Checked:
    """What a patient said by himself in a check-in, so many `hours` after the visit; `told` is what it says of his
    response, `number` 1 or the amendment's, `questions` and `language` what he was asked."""

    permission: ClassVar[str] = "checkin.give"
    visit_id: int
    patient_id: int
    hours: int
    number: int
    questions: int
    language: str
    answers: CheckIn
    told: Told


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure's value in tenths; another one of the same day takes its place."""

    permission: ClassVar[str] = "record.write"
    plan_id: int
    patient_id: int
    session_id: int | None
    name: str
    tenths: int
    on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """An adverse event of a patient, of a visit where it is known, with its jurisdiction's deadline."""

    permission: ClassVar[str] = "event.write"
    public_id: str
    patient_id: int
    visit_id: int | None
    staff_id: int | None
    event: Event
    jurisdiction: str
    report_by: date | None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A named member of staff knows of the event. What a patient told himself is `graded` with it; a grade that makes
    an incident of it brings the deadline."""

    permission: ClassVar[str] = "event.write"
    event_id: int
    patient_id: int
    seen: int
    graded: Grade | None = None
    report_by: date | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing is left to do about the event, and what came of it."""

    permission: ClassVar[str] = "event.write"
    event_id: int
    patient_id: int
    seen: int
    outcome: str


Written = Drafted | Signed | Answer | Checked | Measured | Happened | Acknowledged | Closed

"""What can change about visits and plans: values that a use case computes and `apply` writes, all or nothing.

Changes that build on something seen carry its version; `apply` refuses them with Stale when it moved on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from clinic.domain.care.changes import Written
from clinic.domain.courses.home import Planned
from clinic.domain.courses.offer import How, Offer, Outcome
from clinic.domain.courses.plan import NewPlan
from clinic.domain.errors import Invalid
from clinic.domain.limits import LINE, line, text, whole
from clinic.domain.visits.answer import Answer
from clinic.domain.visits.visit import (
    BACK,
    FLOW,
    GONE,
    MOVABLE,
    NEXT,
    NewVisit,
    Status,
    Stretch,
    Visit,
    kept_rooms,
    whole_chain,
)
from clinic.domain.visits.waiting_changes import Waited

MOST_GAP: Final = 365
"""The longest gap that somebody may ask for, in days."""


@dataclass(frozen=True, slots=True)
class Open:
    """A plan begins, with all its sessions; one in a tuple of changes. One that is offered begins when it is
    accepted."""

    plan: NewPlan
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of an offer; of one that was accepted, who said so, and how."""

    plan_id: int
    plan_version: int
    patient_id: int
    outcome: Outcome
    accepted_by: str = ""
    how: How | None = None

    def __post_init__(self) -> None:
        accepted = self.outcome is Outcome.ACCEPTED
        line("accepted_by", self.accepted_by, LINE, required=accepted)
        if accepted and self.how is None:
            raise Invalid("text_missing", field="how")


@dataclass(frozen=True, slots=True)
class Book:
    """A visit takes its time, held, pencilled or booked. One that `overbooks` takes it beside what its therapists and
    rooms have then, in a lane kept for that; who says why may."""

    visit: NewVisit
    overbooks: bool = False


@dataclass(frozen=True, slots=True)
class Stood:
    """How a visit stood before it moved, what its patient had said of that time, and at which version that was."""

    status: Status
    answer: Answer
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A visit goes elsewhere: as many stretches, at another time, with another therapist or in another room, and with
    another wait between them. One that goes back to where it was is again as it `stood` there."""

    visit: Visit
    stretches: tuple[Stretch, ...]
    stood: Stood | None = None

    def __post_init__(self) -> None:
        whole_chain(self.stretches)
        object.__setattr__(self, "stretches", kept_rooms(self.stretches))
        if len(self.stretches) != len(self.visit.stretches):
            raise Invalid("visit_length", field="segments")
        if self.visit.status not in MOVABLE:
            raise Invalid("visit_settled", status=self.visit.status)


@dataclass(frozen=True, slots=True)
class Turn:
    """A visit's status changes; what becomes cancelled, released or a no-show gives its time back, and a no-show that
    was none takes it again. `reason` is kept
    with what is given back, where it differs from the one for all changes. A visit may begin without its needling, the
    rest of it stays. `back`: a step is undone; `as_of`: the version at which it was as it will be again, 0 before there
    was one, None where there was none."""

    visit: Visit
    status: Status
    reason: str = ""
    without_needling: bool = False
    back: bool = False
    as_of: int | None = None

    def __post_init__(self) -> None:
        text("reason", self.reason, LINE)
        allowed = BACK if self.back else NEXT
        if self.visit.status not in allowed:
            raise Invalid("visit_settled", status=self.visit.status)
        if self.status not in allowed[self.visit.status]:
            raise Invalid("visit_turns_to", field="status", status=self.status)
        if self.without_needling and self.status is not Status.IN_SESSION:
            raise Invalid("visit_turns_to", field="status", status=self.status)

    @property
    def starts_needling(self) -> bool:
        goes_in = self.status is Status.IN_SESSION and not self.back
        return goes_in and self.visit.needles and not self.without_needling

    @property
    def flows(self) -> bool:
        """Whether the visit is at its day, where it was agreed: nobody outside is told of such a step, either way."""
        return self.status in FLOW or (self.back and self.visit.status in FLOW)

    @property
    def stays(self) -> bool:
        """Whether it keeps the time that was agreed, so that no rule is asked again."""
        return self.flows and self.status not in GONE and not (self.back and self.visit.status in GONE)


@dataclass(frozen=True, slots=True)
class Answered:
    """The patient says whether he comes; the visit keeps its time, and nobody is told."""

    visit: Visit
    answer: Answer

    def __post_init__(self) -> None:
        if self.visit.status not in (Status.BOOKED, Status.CONFIRMED):
            raise Invalid("visit_settled", status=self.visit.status)


@dataclass(frozen=True, slots=True)
class Reassessed:
    """The reassessment held in a session is done; the outcome decides what follows."""

    plan_id: int
    plan_version: int
    session_id: int
    outcome: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """A plan gets another lead therapist, for good; `preferences` are the patient's wishes from then on."""

    plan_id: int
    plan_version: int
    staff_id: int
    preferences: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Widen:
    """A session keeps so many days at least from the visit before it, from now on, and why: after a flare, for
    instance."""

    plan_id: int
    plan_version: int
    session_id: int
    days: int
    reason: str

    def __post_init__(self) -> None:
        whole("gap_after", self.days, 1, MOST_GAP)
        text("reason", self.reason, LINE)
        if not self.reason.strip():
            raise Invalid("gap_reason", field="reason")


Change = Open | Book | Move | Turn | Answered | Reassessed | HandOver | Widen | Settled | Planned | Written | Waited

"""What can change about the wait list: values that a use case computes and `apply` writes."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from clinic.domain.errors import Invalid
from clinic.domain.limits import LINE, line
from clinic.domain.practice.body import Target
from clinic.domain.visits.catalogue import single
from clinic.domain.visits.waiting import Outcome, State, Suits


@dataclass(frozen=True, slots=True)
class Listed:
    """A patient waits: for a visit of that kind, or for a sooner time of one that he has."""

    permission: ClassVar[str] = "visit.book"
    public_id: str
    patient_id: int
    location_id: int
    suits: Suits
    visit_id: int | None = None
    single: str = ""
    targets: tuple[Target, ...] = ()

    def __post_init__(self) -> None:
        if (self.visit_id is None) == (self.single == ""):
            raise Invalid("waits_for_what", field="single")
        if self.single:
            single(self.single)


@dataclass(frozen=True, slots=True)
class Relisted:
    """What suits him is another now."""

    permission: ClassVar[str] = "visit.book"
    waiting_id: int
    seen: int
    patient_id: int
    suits: Suits


@dataclass(frozen=True, slots=True)
class Unlisted:
    """He waits no longer: he got a time, or was taken off the list."""

    permission: ClassVar[str] = "visit.book"
    waiting_id: int
    seen: int
    patient_id: int
    state: State


@dataclass(frozen=True, slots=True)
class Invited:
    """One of those to whom a time is offered, and the ticks that his visit would take of it."""

    public_id: str
    waiting_id: int
    patient_id: int
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class Offered:
    """A time that became free is offered by mail and held, by a visit of its own, until then."""

    permission: ClassVar[str] = "visit.book"
    freed_id: int
    freed: str
    seen: int
    held_id: int
    until: datetime
    invited: tuple[Invited, ...]
    patient_id: None = None

    def __post_init__(self) -> None:
        if not self.invited:
            raise Invalid("offered_to_nobody", field="waiting")


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody called about a time that became free; what came of it."""

    permission: ClassVar[str] = "visit.book"
    freed_id: int
    invited: Invited
    outcome: Outcome
    note: str = ""

    def __post_init__(self) -> None:
        line("note", self.note, LINE)
        if self.outcome not in (Outcome.TRIED, Outcome.REFUSED, Outcome.ACCEPTED):
            raise Invalid("choose_an_outcome", field="outcome")

    @property
    def patient_id(self) -> int:
        return self.invited.patient_id


@dataclass(frozen=True, slots=True)
class Replied:
    """An offer was answered by who got it, or nobody needs to answer it any more."""

    permission: ClassVar[str] = "visit.book"
    offer_id: int
    offer: str
    seen: int
    patient_id: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Closed:
    """A time that became free is offered no longer; `again`: it waits for other offers."""

    permission: ClassVar[str] = "visit.book"
    freed_id: int
    seen: int
    again: bool = False
    patient_id: None = None


Waited = Listed | Relisted | Unlisted | Offered | Called | Replied | Closed

"""The cards of the front desk's day in plain Python: a visit, what a form made of it, and how it was before."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

TICKS: Final = 6
LIVE: Final = frozenset({"held", "pencilled", "booked"})
AGREED: Final = frozenset({"pencilled", "booked"})


@dataclass(frozen=True)
class Place:
    """[starts, ends) in ticks, with a therapist and a room, by their keys."""

    starts: int
    ends: int
    staff: int
    room: int

    def meets(self, other: "Place") -> bool:
        return self.starts < other.ends and other.starts < self.ends


@dataclass(frozen=True)
class Card:
    """A visit."""

    patient: int
    place: Place
    status: str
    version: int = 1

    def clashes(self, other: "Card") -> bool:
        mine, theirs = self.place, other.place
        same = self.patient == other.patient or mine.staff == theirs.staff or mine.room == theirs.room
        return same and mine.meets(theirs)


@dataclass(frozen=True)
class Step:
    """What one deed made of one visit."""

    visit: str
    before: Card | None
    after: Card


@dataclass(frozen=True)
class Deed:
    """One form; what is not `whole` changed more than visits, what `stays` has no way back."""

    at: datetime
    steps: tuple[Step, ...]
    whole: bool = True
    stays: bool = False


def given_back(step: Step) -> bool:
    """A time that was kept for a form alone, and is no more: there is nothing to lead back to."""
    return step.before is not None and step.before.status == "held" and step.after.status not in LIVE


def restored(step: Step) -> Card:
    """The card as it was; what began with the form, or was only kept until then, is as if it had never been."""
    if step.before is None or (step.before.status == "held" and step.after.place == step.before.place):
        return replace(step.after, status="released")
    return step.before

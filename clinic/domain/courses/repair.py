"""A repair as it is kept: what moves where, who has no place and why, and what has become of each move."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Where a repair stands. `PROPOSED` at once; `OPTIMAL` once proven; `STOPPED` with the best so far; `APPLIED` once
    no move is open."""

    PROPOSED = "proposed"
    SOLVING = "solving"
    OPTIMAL = "optimal"
    STOPPED = "stopped"
    APPLIED = "applied"
    DROPPED = "dropped"


OPEN_REPAIRS = frozenset({Status.PROPOSED, Status.SOLVING, Status.OPTIMAL, Status.STOPPED})


class Fate(StrEnum):
    """What has become of a move. `STALE`: its visit, or another of its patient's, was changed meanwhile."""

    OPEN = "open"
    APPLIED = "applied"
    LEFT_OUT = "left_out"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Where:
    """[starts, ends) in ticks, with the lead therapist and his room by public id, empty where there is none."""

    starts: int
    ends: int
    therapist: str
    room: str


@dataclass(frozen=True, slots=True)
class Moving:
    """A visit (its public id, and the version it was read at) of a patient, from where to where. `why`: a code, where
    it was refused."""

    visit: str
    version: int
    patient: str
    was: Where
    to: Where
    fate: Fate = Fate.OPEN
    why: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """What would give a place: a code, the start it would have, and so many days of it where it is counted."""

    code: str
    starts: int
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A visit without a place: why, as a code with its parameters, and what would help."""

    visit: str
    patient: str
    was: Where
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    helps: tuple[Help, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything of a repair, in the order of the visits' starts."""

    moves: tuple[Moving, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()

    @property
    def open(self) -> tuple[Moving, ...]:
        """What can still be accepted."""
        return tuple(move for move in self.moves if move.fate is Fate.OPEN)

    def become(self, visits: Mapping[str, tuple[Fate, str]]) -> "Proposal":
        """The same once those visits' moves have that fate, and that code says why."""
        moves = (
            replace(move, fate=visits[move.visit][0], why=visits[move.visit][1]) if move.visit in visits else move
            for move in self.moves
        )
        return replace(self, moves=tuple(moves))

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return {"moves": [asdict(each) for each in self.moves], "unplaced": [asdict(each) for each in self.unplaced]}


def proposal_from(document: Mapping[str, Any]) -> Proposal:
    """Read what `document` wrote."""
    return Proposal(
        tuple(
            Moving(**{**each, "was": Where(**each["was"]), "to": Where(**each["to"]), "fate": Fate(each["fate"])})
            for each in document["moves"]
        ),
        tuple(
            Unplaced(**{**each, "was": Where(**each["was"]), "helps": tuple(Help(**help_) for help_ in each["helps"])})
            for each in document["unplaced"]
        ),
    )

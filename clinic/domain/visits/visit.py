"""A visit: one patient, one place, a chain of stretches with the people and rooms they take."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from clinic.domain.errors import Invalid
from clinic.domain.practice.body import Target
from clinic.domain.practice.modality import Modality

MOST_TICKS = 96


class Kind(StrEnum):
    """What a visit is for."""

    SESSION = "session"
    ASSESSMENT = "assessment"
    SINGLE = "single"
    REVIEW = "review"
    CLASS = "class"


class Status(StrEnum):
    """Where a visit stands; `RELEASED` is a pencilled visit that was given up."""

    HELD = "held"
    PENCILLED = "pencilled"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    IN_SESSION = "in_session"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    RELEASED = "released"


GIVEN_UP: Final = frozenset({Status.CANCELLED, Status.RELEASED})
"""These do not take place: nobody was to come any more."""

GONE: Final = GIVEN_UP | {Status.NO_SHOW}
"""These give their time back."""

OVER: Final = GONE | {Status.DONE}
"""Nothing of these is to come."""

MISSED: Final = frozenset({Status.CANCELLED, Status.NO_SHOW})
"""After these a session waits for another visit."""

EXPECTED: Final = frozenset({Status.BOOKED, Status.CONFIRMED, Status.ARRIVED})
"""Agreed, and treatment has not begun."""

BEGUN: Final = frozenset({Status.IN_SESSION, Status.DONE})
"""The patient is being treated, or was."""

SHOWN: Final = EXPECTED | BEGUN
"""The patient is told of these; held and pencilled visits are the practice's own."""

MOVABLE: Final = frozenset({Status.HELD, Status.PENCILLED, Status.BOOKED, Status.CONFIRMED})
"""These can still be moved or cancelled."""

AWAITED: Final = SHOWN & MOVABLE
"""The patient counts on these, and they can still be moved or cancelled."""

FLOW: Final = frozenset({Status.ARRIVED, Status.IN_SESSION, Status.DONE, Status.NO_SHOW})
"""What becomes of a visit on its day: nobody outside is told, and what was agreed is not judged again."""

_UNSURE: Final = frozenset({Status.BOOKED, Status.RELEASED, Status.CANCELLED})
_AGREED: Final = frozenset({Status.ARRIVED, Status.NO_SHOW, Status.RELEASED, Status.CANCELLED})

NEXT: Final[Mapping[Status, frozenset[Status]]] = MappingProxyType(
    {
        Status.HELD: _UNSURE | {Status.PENCILLED},
        Status.PENCILLED: _UNSURE,
        Status.BOOKED: _AGREED,
        Status.CONFIRMED: _AGREED,
        Status.ARRIVED: frozenset({Status.IN_SESSION}),
        Status.IN_SESSION: frozenset({Status.DONE}),
        Status.NO_SHOW: frozenset({Status.BOOKED}),
    }
)
"""What a visit can turn into; what is not named is settled. A no-show that was none stands again."""

_STOOD: Final = frozenset({Status.PENCILLED, Status.BOOKED, Status.CONFIRMED})
_CAME_FROM: Final = frozenset({Status.BOOKED, Status.CONFIRMED})

BACK: Final[Mapping[Status, frozenset[Status]]] = MappingProxyType(
    {
        Status.PENCILLED: frozenset({Status.RELEASED}),
        Status.BOOKED: frozenset({Status.RELEASED, Status.PENCILLED, Status.NO_SHOW}),
        Status.ARRIVED: _CAME_FROM,
        Status.IN_SESSION: frozenset({Status.ARRIVED}),
        Status.DONE: frozenset({Status.IN_SESSION}),
        Status.NO_SHOW: _CAME_FROM,
        Status.CANCELLED: _STOOD,
        Status.RELEASED: _STOOD,
    }
)
"""What a step that is undone leads back to; of a booking, as if it had never been."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a visit: [starts, ends) in ticks, with one therapist and one room, where it needs them.

    `setup` and `cleanup`, in ticks, hold the room alone.
    """

    starts: int
    ends: int
    staff_id: int | None
    room_id: int | None
    modalities: tuple[Modality, ...]
    setup: int = 0
    cleanup: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.starts < self.ends <= self.starts + MOST_TICKS:
            raise Invalid("visit_length", field="ends")
        if self.setup < 0 or self.cleanup < 0:
            raise Invalid("visit_around", field="setup")


def needles(stretches: tuple[Stretch, ...]) -> bool:
    """Whether a needle is used in any of them."""
    return any(modality.needles for stretch in stretches for modality in stretch.modalities)


def joined(names: Iterable[str | None]) -> str | None:
    """How a visit of several stretches names its people or rooms: each once, in order; None where there are none."""
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


def whole_chain(stretches: tuple[Stretch, ...]) -> tuple[int, int]:
    """The visit's [start, end) in ticks. Raises Invalid unless the stretches follow one another."""
    if not stretches:
        raise Invalid("visit_empty", field="segments")
    for before, after in pairwise(stretches):
        if after.starts < before.ends:
            raise Invalid("segments_overlap", field="segments")
    return stretches[0].starts, stretches[-1].ends


def kept_rooms(stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """The stretches as they use rooms: where the patient stays, nothing is cleaned or set up in between."""
    found = list(stretches)
    for at, (before, after) in enumerate(pairwise(stretches)):
        if before.room_id is not None and before.room_id == after.room_id:
            found[at] = replace(found[at], cleanup=0)
            found[at + 1] = replace(after, setup=0)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit to be written. `ordinal` names the session of a plan that the same changes open, `session_id` one that
    exists; neither for a visit that stands alone. `hold_until`: one that is held is given back then."""

    patient_id: int
    location_id: int
    tz: str
    kind: Kind
    status: Status
    stretches: tuple[Stretch, ...]
    targets: tuple[Target, ...] = ()
    session_id: int | None = None
    ordinal: int | None = None
    hold_until: datetime | None = None

    def __post_init__(self) -> None:
        whole_chain(self.stretches)
        object.__setattr__(self, "stretches", kept_rooms(self.stretches))
        if self.status not in (Status.HELD, Status.PENCILLED, Status.BOOKED):
            raise Invalid("visit_begins_as", field="status", status=self.status)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as it is written, with the version that a change must name."""

    id: int
    public_id: str
    version: int
    patient_id: int
    location_id: int
    session_id: int | None
    plan_id: int | None
    kind: Kind
    status: Status
    tz: str
    stretches: tuple[Stretch, ...]
    targets: tuple[Target, ...]
    uid: str
    sequence: int
    answer: str = "none"

    @property
    def starts(self) -> int:
        return self.stretches[0].starts

    @property
    def ends(self) -> int:
        return self.stretches[-1].ends

    @property
    def needles(self) -> bool:
        return needles(self.stretches)

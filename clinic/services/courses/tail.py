"""Which sessions of a course are placed anew: what has begun, is past or begins soon stays, the rest follows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from clinic.domain.errors import Invalid
from clinic.domain.limits import whole
from clinic.domain.visits.changes import MOST_GAP
from clinic.domain.visits.visit import MOVABLE, Visit
from clinic.engine.course import Change
from clinic.engine.request import Pin
from clinic.services.courses.losing import Lost
from clinic.services.courses.under_way import Session, UnderWay
from clinic.services.courses.wanted import GIVEN_UP


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the rest of a course (a public id), sessions by ordinal. `pins` are the places that some must
    have, `keep` those that stay where they are; `place` are the sessions without a visit that get one, None for all.
    `gap_after`: so many days at least from the last visit that stays to the next. `given_up` as with a new course;
    `lost` is a visit that is cancelled or was missed, written with the same stroke. Raises Invalid."""

    plan: str
    pins: Mapping[int, Pin] = field(default_factory=dict)
    keep: frozenset[int] = frozenset()
    place: frozenset[int] | None = None
    gap_after: int | None = None
    given_up: tuple[Change, ...] = ()
    lost: Lost | None = None

    def __post_init__(self) -> None:
        if self.gap_after is not None:
            whole("gap_after", self.gap_after, 1, MOST_GAP)
        if any(change.code not in GIVEN_UP for change in self.given_up):
            raise Invalid("unknown_relaxation", field="relax")


@dataclass(frozen=True, slots=True)
class Tail:
    """`head`: the visits that stay, by start, each with its session · `sessions`: those that are placed, in order ·
    `skipped`: the ordinals of those that go without a visit."""

    head: tuple[tuple[Session, Visit], ...]
    sessions: tuple[Session, ...]
    skipped: tuple[int, ...]

    def skipped_between(self, before: Session, after: Session) -> tuple[int, ...]:
        """The ordinals between two sessions that have no visit and get none."""
        return tuple(one for one in self.skipped if before.ordinal < one < after.ordinal)


def tail_of(plan: UnderWay, asked: Asked, soon: int) -> Tail:
    """`soon` is the first tick at which a visit can still be put."""
    head: list[tuple[Session, Visit]] = []
    sessions: list[Session] = []
    skipped: list[int] = []
    for one in plan.sessions:
        if one.visit is None:
            if asked.place is None or one.ordinal in asked.place:
                sessions.append(one)
            else:
                skipped.append(one.ordinal)
        elif one.ordinal not in asked.pins and (one.visit.status not in MOVABLE or one.visit.starts < soon):
            head.append((one, one.visit))
        else:
            sessions.append(one)
    head.sort(key=lambda each: each[1].starts)
    return Tail(tuple(head), tuple(sessions), tuple(skipped))


def first_day(plan: UnderWay, tail: Tail, asked: Asked, today: date) -> date:
    """The first day that the tail may have: after the last visit that stays, or when the course may begin."""
    if not tail.head:
        return max(today + timedelta(days=asked.gap_after or 0), plan.limits.earliest_on)
    last = max(plan.on(visit) for _, visit in tail.head)
    return max(today, last + timedelta(days=asked.gap_after or 1))


def as_kept(asked: Asked, tail: Tail) -> Asked:
    """With the longer gap that is kept with the first session, where none is asked for."""
    if asked.gap_after is not None or not (tail.head and tail.sessions):
        return asked
    return replace(asked, gap_after=tail.sessions[0].asked_days)


def longer_gap(asked: Asked, tail: Tail) -> int | None:
    """The gap that is to be kept with the first session from now on; None where there is no visit before it, or none is
    asked for but the one that is kept."""
    if not (tail.head and tail.sessions) or asked.gap_after == tail.sessions[0].asked_days:
        return None
    return asked.gap_after

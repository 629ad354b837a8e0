"""A protocol laid out as sessions: which are placed, which booked now, when reviews fall, what gap the placer keeps."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from clinic.domain.courses.protocol import Phase, Protocol, Reassess, Reassessing, When

DAYS_A_MONTH = 30


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """Session `ordinal` (from 1) of a course; `reassess` where a reassessment is held in it."""

    ordinal: int
    phase: Phase
    reassess: bool


@dataclass(frozen=True, slots=True)
class Review:
    """A dated review visit, so many days after the first session."""

    point: Reassess
    offset_days: int


def ideal_gap(sessions: int, weeks: int, low: int, high: int) -> int:
    """7 ÷ sessions per week in whole days, halves down, within the minimum and the maximum."""
    rounded = -((sessions - 14 * weeks) // (2 * sessions))
    return min(max(rounded, low), high)


def given(protocol: Protocol, released: Collection[str] = ()) -> tuple[Phase, ...]:
    """The phases to place, in order: those released by name, and those always given up to the first that waits to be
    released behind something, which holds up what comes after it."""
    found: list[Phase] = []
    held = False
    for phase in protocol.phases:
        if phase.name in released or (phase.when is When.ALWAYS and not held):
            found.append(phase)
        else:
            held = bool(found)
    return tuple(found)


def held_up(protocol: Protocol, released: Collection[str] = ()) -> Mapping[str, str]:
    """The phases that are given without a decision of their own but wait for one about a phase before them: its name by
    theirs."""
    placed, holder = {phase.name for phase in given(protocol, released)}, ""
    found: dict[str, str] = {}
    for phase in protocol.phases:
        if phase.when is When.RELEASED and phase.name not in placed:
            holder = phase.name
        elif phase.name not in placed:
            found[phase.name] = holder
    return found


def sessions(protocol: Protocol, released: Collection[str] = ()) -> tuple[PlannedSession, ...]:
    """The sessions to place: of every phase that is given."""
    held_in = {point.n for point in protocol.reassess if point.kind is Reassessing.AFTER}
    flat = [phase for phase in given(protocol, released) for _ in range(phase.sessions)]
    return tuple(PlannedSession(at, phase, at in held_in) for at, phase in enumerate(flat, start=1))


def reviews(protocol: Protocol, released: Collection[str] = ()) -> tuple[Review, ...]:
    """The dated review visits: weeks count from the first session, months (of 30 days) from the last as planned."""
    span = sum(session.phase.gap_ideal for session in sessions(protocol, released)[1:])
    days = {Reassessing.WEEK: (7, 0), Reassessing.MONTH: (DAYS_A_MONTH, span)}
    return tuple(
        Review(point, days[point.kind][0] * point.n + days[point.kind][1])
        for point in protocol.reassess
        if point.kind in days
    )


def booked_through(
    protocol: Protocol,
    *,
    done: Collection[Reassess] = (),
    released: Collection[str] = (),
    offsets: Sequence[int] | None = None,
) -> int:
    """The ordinal of the last session to be booked now; later ones are pencilled.

    A reassessment `after n` that is not done ends the booking with session n, which holds it. With `offsets` (each
    session's days after the first) a dated review that is not done ends it with the last session up to its day.
    Measuring at each visit ends nothing.
    """
    last = len(sessions(protocol, released))
    for point in protocol.reassess:
        if point.kind is Reassessing.AFTER and point not in done:
            last = min(last, point.n)
    for review in reviews(protocol, released):
        if offsets is not None and review.point not in done:
            last = min(last, sum(offset <= review.offset_days for offset in offsets))
    return last

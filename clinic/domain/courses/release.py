"""A phase that waited for a decision is released: its sessions, and those it held up, become ones to place, behind
those that the plan has."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import takewhile
from typing import ClassVar

from clinic.domain.courses.outline import PlannedSession, reviews, sessions
from clinic.domain.courses.protocol import Phase, Protocol, When
from clinic.domain.errors import Invalid
from clinic.domain.limits import LINE, line


@dataclass(frozen=True, slots=True)
class Released:
    """A phase of a plan is given from now on, and why: a change that `apply` writes.

    `sessions` are its own and those of the phases that follow it, by ordinal; `offsets` the days after the first
    session of every dated review of the plan, in order.
    """

    permission: ClassVar[str] = "reassessment.mark"
    plan_id: int
    plan_version: int
    patient_id: int
    phase: str
    reason: str
    sessions: tuple[PlannedSession, ...]
    offsets: tuple[int, ...]

    def __post_init__(self) -> None:
        line("why", self.reason, LINE, required=True)

    @property
    def phases(self) -> tuple[str, ...]:
        """What is given by it, in order."""
        return tuple(dict.fromkeys(session.phase.name for session in self.sessions))


def waiting(protocol: Protocol, placed: Collection[str | None]) -> tuple[Phase, ...]:
    """The phases that nobody released, `placed` being those with sessions."""
    return tuple(phase for phase in protocol.phases if phase.name not in placed)


def led(protocol: Protocol, placed: Collection[str | None], own: Phase) -> tuple[Phase, ...]:
    """The phase, and those behind it that wait for no decision of their own, up to the next that does."""
    rest = waiting(protocol, placed)
    behind = rest[rest.index(own) + 1 :]
    return (own, *takewhile(lambda phase: phase.when is When.ALWAYS, behind))


def added(protocol: Protocol, placed: Collection[str | None], name: str, after: int) -> tuple[PlannedSession, ...]:
    """The sessions of a phase that waits and of those it leads, behind the `after` sessions that the plan has; what is
    reassessed after a session counts all that are given. Raises Invalid(unknown_phase, phase_released)."""
    if name not in {phase.name for phase in protocol.phases}:
        raise Invalid("unknown_phase", field="phase", name=name)
    own = next((phase for phase in waiting(protocol, placed) if phase.name == name), None)
    if own is None:
        raise Invalid("phase_released", field="phase", name=name)
    whole = sessions(protocol, [phase.name for phase in protocol.phases])
    held_in = {one.ordinal for one in whole if one.reassess}
    flat = [phase for phase in led(protocol, placed, own) for _ in range(phase.sessions)]
    return tuple(PlannedSession(at, phase, at in held_in) for at, phase in enumerate(flat, start=after + 1))


def offsets(protocol: Protocol, placed: Collection[str | None]) -> tuple[int, ...]:
    """When the dated reviews fall once these phases are placed: one months after the last session comes later."""
    names = [phase.name for phase in protocol.phases if phase.name in placed]
    return tuple(review.offset_days for review in reviews(protocol, names))

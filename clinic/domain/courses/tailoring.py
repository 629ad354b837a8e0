"""A protocol cut to one patient's measure: another number of sessions, another rhythm, another mix."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from clinic.domain.courses.component import Component
from clinic.domain.courses.protocol import Phase, Protocol, Reassess, Reassessing
from clinic.domain.courses.protocol_edit import sourced
from clinic.domain.limits import whole


@dataclass(frozen=True, slots=True)
class Measure:
    """Of a phase: how many sessions, so many days between them (None as the protocol says), and without which of its
    components, counted from 0."""

    sessions: int | None = None
    gap_days: int | None = None
    without: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if self.sessions is not None:
            whole("sessions", self.sessions, 1, 60)
        if self.gap_days is not None:
            whole("gap_days", self.gap_days, 1, 365)


def tailored(protocol: Protocol, measures: Mapping[str, Measure]) -> Protocol:
    """The protocol with the phases of these names cut to measure; what is otherwise loses its source.

    The smallest and the largest gap give way to an ideal one beyond them. A phase keeps at least one component: where
    none would be left it keeps all. A reassessment beyond the last session is held in the last.
    """
    phases = tuple(_phase(each, measures.get(each.name, Measure())) for each in protocol.phases)
    total = sum(phase.sessions for phase in phases)
    points = dict.fromkeys(_point(each, total) for each in protocol.reassess)
    return sourced(replace(protocol, phases=phases, reassess=tuple(points)), protocol)


def _point(point: Reassess, total: int) -> Reassess:
    return replace(point, n=min(point.n, total)) if point.kind is Reassessing.AFTER else point


def _phase(phase: Phase, measure: Measure) -> Phase:
    ideal = phase.gap_ideal if measure.gap_days is None else measure.gap_days
    return replace(
        phase,
        sessions=phase.sessions if measure.sessions is None else measure.sessions,
        gap_min=min(phase.gap_min, ideal),
        gap_ideal=ideal,
        gap_max=max(phase.gap_max, ideal),
        components=_kept(phase.components, measure.without),
    )


def _kept(components: tuple[Component, ...], without: frozenset[int]) -> tuple[Component, ...]:
    kept = [each for at, each in enumerate(components) if at not in without] or list(components)
    return (replace(kept[0], apart=False, wait_minutes=0), *kept[1:])

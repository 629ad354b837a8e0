"""What the parts of a visit need, whether a protocol asks for it or it is written already."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from clinic.domain.courses.component import Segment
from clinic.domain.practice.modality import Modality
from clinic.domain.time import TICK_MINUTES, ticks_for
from clinic.domain.visits.catalogue import capability_of
from clinic.domain.visits.visit import Visit


@dataclass(frozen=True, slots=True)
class Need:
    """What one part takes, in ticks: a therapist with every skill, and a room with all capabilities, set up and cleaned
    (None: no room), at most `wait` after the part before it."""

    ticks: int
    modalities: tuple[Modality, ...]
    skills: tuple[str, ...]
    capabilities: frozenset[str] | None
    setup: int = 0
    cleanup: int = 0
    wait: int = 0

    @property
    def needles(self) -> bool:
        """Whether a needle is used."""
        return any(modality.needles for modality in self.modalities)


def lead_of(needs: Sequence[Need]) -> int:
    """The place of the part whose therapist leads the visit: the first that needles, else the longest."""
    return max(range(len(needs)), key=lambda n: (needs[n].needles, needs[n].ticks if not needs[n].needles else 0, -n))


def needs_of(segments: Iterable[Segment], extra_minutes: int = 0) -> tuple[Need, ...]:
    """What the segments of a visit take; minutes that a patient needs beyond them go to the lead's part."""
    needs = [_need_of(segment) for segment in segments]
    lead = lead_of(needs)
    needs[lead] = replace(needs[lead], ticks=needs[lead].ticks + ticks_for(extra_minutes))
    return tuple(needs)


def _need_of(segment: Segment) -> Need:
    return Need(
        ticks_for(segment.minutes),
        segment.modalities,
        tuple(sorted(segment.skills)),
        None if segment.remote else segment.capabilities,
        ticks_for(segment.setup_minutes),
        ticks_for(segment.cleanup_minutes),
        segment.wait_minutes // TICK_MINUTES,
    )


def needs_of_visit(visit: Visit, asked: Sequence[Need] = ()) -> tuple[Need, ...]:
    """What a written visit takes, wherever it goes: its own lengths and modalities, and what its protocol `asked` for
    of rooms, waits and the time around, where it has as many parts; else what its modalities usually need."""
    found = []
    for n, stretch in enumerate(visit.stretches):
        rooms = frozenset(capability_of(modality) for modality in stretch.modalities) - {""}
        need = Need(
            stretch.ends - stretch.starts,
            stretch.modalities,
            tuple(sorted({modality.skill for modality in stretch.modalities} - {""})),
            None if stretch.room_id is None else rooms,
            stretch.setup,
            stretch.cleanup,
        )
        if len(asked) == len(visit.stretches):
            need = replace(asked[n], ticks=need.ticks, modalities=need.modalities)
        found.append(need)
    return tuple(found)

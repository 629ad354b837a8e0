"""Two versions of a protocol side by side: what is otherwise in the one than in the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from clinic.domain.courses.protocol import Phase, Protocol

OF_PROTOCOL: Final = (
    *("title", "summary", "anchor", "cap", "reassess", "stop_rule", "regions", "team", "override_reason", "notes"),
)
OF_PHASE: Final = ("sessions", "gap_min", "gap_ideal", "gap_max", "floor", "when", "components")


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is otherwise, of the phase with that name or of the whole (""), with both values. A phase that only
    one of them has is a difference of the field `phase`; the other value is None."""

    field: str
    phase: str
    before: object
    after: object


def differences(before: Protocol, after: Protocol) -> tuple[Difference, ...]:
    """What the second says otherwise than the first: of the whole, then by phase. Sources and versions do not count;
    phases are told by their names."""
    return tuple(_of(before, after, OF_PROTOCOL, "")) + tuple(_phases(before, after))


def _of(before: object, after: object, fields: tuple[str, ...], phase: str) -> Iterator[Difference]:
    for field in fields:
        one, other = getattr(before, field), getattr(after, field)
        if one != other:
            yield Difference(field, phase, one, other)


def _phases(before: Protocol, after: Protocol) -> Iterator[Difference]:
    old: dict[str, Phase] = {phase.name: phase for phase in before.phases}
    new: dict[str, Phase] = {phase.name: phase for phase in after.phases}
    for name in dict.fromkeys((*old, *new)):
        if name in old and name in new:
            yield from _of(old[name], new[name], OF_PHASE, name)
        else:
            yield Difference("phase", name, old.get(name), new.get(name))

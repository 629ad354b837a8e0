"""Where on the body something is done, as documents in rows: [region, side, muscle]."""

from collections.abc import Iterable, Sequence

from clinic.domain.practice.body import Region, Side, Target


def targets_from(document: Iterable[Sequence[str]]) -> tuple[Target, ...]:
    """The targets that were stored."""
    return tuple(Target(Region(region), Side(side), muscle) for region, side, muscle in document)


def targets_to(targets: Iterable[Target]) -> list[list[str]]:
    """The document to store."""
    return [[target.region.value, target.side.value, target.muscle] for target in targets]
